; run:
; A store at the head of a loop, read in the loop, overwritten behind it: it is not dead.
declare i32 @printf(ptr, ...)
@f = private constant [7 x i8] c"%d %d\0A\00"
@i = global i32 0
@a = global i32 5
@b = global i32 0
@p = global ptr @b
define i32 @main() {
  br label %head
head:
  %n = phi i32 [ -1, %0 ], [ %m, %body ]
  store i32 %n, ptr @i
  %more = icmp slt i32 %n, 3
  br i1 %more, label %body, label %out
body:
  %v = load volatile i32, ptr @a
  %q = load volatile ptr, ptr @p
  store volatile i32 %v, ptr %q
  %k = load i32, ptr @i
  %m = add nsw i32 %k, 1
  br label %head
out:
  store i32 27, ptr @i
  %x = load i32, ptr @i
  %y = load i32, ptr @b
  call i32 (ptr, ...) @printf(ptr @f, i32 %x, i32 %y)
  ret i32 0
}
