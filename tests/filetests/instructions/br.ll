; run:
; br, conditional and not: forward, backward, to one block by both ways, and with values swapped on the way (phis that
; read each other must be assigned at once).
declare i32 @printf(ptr, ...)
@line = private constant [14 x i8] c"%d %d %d %lld\00"
@nl = private constant [2 x i8] c"\0A\00"

define i64 @collatz(i64 %n) noinline {
entry:
  br label %loop
loop:
  %x = phi i64 [ %n, %entry ], [ %next, %join ]
  %steps = phi i64 [ 0, %entry ], [ %steps1, %join ]
  %done = icmp ule i64 %x, 1
  br i1 %done, label %out, label %body
body:
  %odd = trunc i64 %x to i1
  br i1 %odd, label %up, label %down
up:
  %x3 = mul i64 %x, 3
  %x31 = add i64 %x3, 1
  br label %join
down:
  %half = lshr i64 %x, 1
  br label %join
join:
  %next = phi i64 [ %x31, %up ], [ %half, %down ]
  %steps1 = add i64 %steps, 1
  br label %loop
out:
  ret i64 %steps
}

; Three values turn round on each iteration.
define void @rotate(i32 %n, ptr %out) noinline {
entry:
  br label %loop
loop:
  %a = phi i32 [ 1, %entry ], [ %b, %loop ]
  %b = phi i32 [ 2, %entry ], [ %c, %loop ]
  %c = phi i32 [ 3, %entry ], [ %a, %loop ]
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  %i1 = add i32 %i, 1
  %more = icmp slt i32 %i1, %n
  br i1 %more, label %loop, label %done
done:
  store i32 %a, ptr %out
  %p1 = getelementptr i32, ptr %out, i64 1
  store i32 %b, ptr %p1
  %p2 = getelementptr i32, ptr %out, i64 2
  store i32 %c, ptr %p2
  ret void
}

; Both ways lead to one block, with the same and with other values.
define i32 @same(i1 %c, i32 %x) noinline {
entry:
  br i1 %c, label %join, label %other
other:
  %y = mul i32 %x, 7
  br i1 %c, label %join, label %join
join:
  %r = phi i32 [ %x, %entry ], [ %y, %other ], [ %y, %other ]
  ret i32 %r
}

define i32 @main() {
entry:
  %buffer = alloca [3 x i32]
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  call void @rotate(i32 %i, ptr %buffer)
  %a = load i32, ptr %buffer
  %pb = getelementptr i32, ptr %buffer, i64 1
  %b = load i32, ptr %pb
  %pc = getelementptr i32, ptr %buffer, i64 2
  %c = load i32, ptr %pc
  %n = sext i32 %i to i64
  %m = mul i64 %n, 97
  %s = call i64 @collatz(i64 %m)
  call i32 (ptr, ...) @printf(ptr @line, i32 %a, i32 %b, i32 %c, i64 %s)
  call i32 (ptr, ...) @printf(ptr @nl)
  %bit = trunc i32 %i to i1
  %z = call i32 @same(i1 %bit, i32 %i)
  call i32 (ptr, ...) @printf(ptr @line, i32 %z, i32 %i, i32 0, i64 0)
  call i32 (ptr, ...) @printf(ptr @nl)
  %i1 = add i32 %i, 1
  %more = icmp slt i32 %i1, 12
  br i1 %more, label %loop, label %done
done:
  ret i32 0
}
