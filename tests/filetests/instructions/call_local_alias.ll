; run:
; A local alias of a function is called, and its address taken: it is no symbol of its own.
@other = internal alias i32 (i32), ptr @twice
@format = private constant [7 x i8] c"%d %d\0A\00"
define internal i32 @twice(i32 %x) noinline {
  %r = mul i32 %x, 2
  ret i32 %r
}
define i32 @main() {
  %a = call i32 @other(i32 4)
  %p = select i1 true, ptr @other, ptr null
  %b = call i32 %p(i32 5)
  call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b)
  ret i32 0
}
declare i32 @printf(ptr, ...)
