; run:
; An address before a stack slot, which a later index brings back into it.
declare i32 @printf(ptr, ...)
@line = private constant [4 x i8] c"%d\0A\00"
define i32 @f(i64 %i) noinline {
  %p = alloca [4 x i32]
  %before = getelementptr i8, ptr %p, i64 -16
  %q = getelementptr i32, ptr %before, i64 %i
  store i32 77, ptr %q
  %r = getelementptr i32, ptr %p, i64 1
  %v = load i32, ptr %r
  ret i32 %v
}
define i32 @main() {
  %v = call i32 @f(i64 5)
  call i32 (ptr, ...) @printf(ptr @line, i32 %v)
  ret i32 0
}
