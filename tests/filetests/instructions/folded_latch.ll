; A latch behind a branch that is never taken has no place when loops are turned.
; run:
declare i32 @printf(ptr, ...)
@f = private constant [4 x i8] c"%d\0A\00"
define i32 @main(i32 %argc, ptr %argv) {
entry:
  br label %header
header:
  %i = phi i32 [ 0, %entry ], [ %j, %latch ], [ %i, %never ]
  %s = phi i32 [ 0, %entry ], [ %t, %latch ], [ 7, %never ]
  %more = icmp slt i32 %i, 10
  br i1 %more, label %body, label %out
body:
  %j = add i32 %i, %argc
  %t = add i32 %s, %j
  %c = icmp eq i32 %j, %j
  br i1 false, label %never, label %latch
never:
  call i32 (ptr, ...) @printf(ptr @f, i32 0)
  br label %header
latch:
  br label %header
out:
  call i32 (ptr, ...) @printf(ptr @f, i32 %s)
  ret i32 0
}
