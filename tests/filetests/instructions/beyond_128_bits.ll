; run:
; Integers of more than 128 bits, which only optimisers make.
declare i32 @printf(ptr, ...)
@line = private constant [7 x i8] c"%d %d\0A\00"
define i32 @square(i129 %x) noinline {
  %p = alloca i129
  store i129 %x, ptr %p
  %v = load i129, ptr %p
  %w = mul i129 %v, %v
  %s = lshr i129 %w, 2
  %t = trunc i129 %s to i32
  ret i32 %t
}
define i32 @narrow(i192 %x) noinline {
  %s = lshr i192 %x, 130
  %a = add i192 %s, %x
  %t = trunc i192 %a to i32
  ret i32 %t
}
define i32 @main() {
  %a = call i32 @square(i129 1000)
  %b = call i32 @narrow(i192 6805647338418769269267492148635364229137)
  call i32 (ptr, ...) @printf(ptr @line, i32 %a, i32 %b)
  ret i32 0
}
