; error: i129
; Integers of more than 128 bits are not to be had.
define i32 @main() {
  %p = alloca i129
  store i129 5, ptr %p
  %v = load i129, ptr %p
  %w = mul i129 %v, %v
  %t = trunc i129 %w to i32
  ret i32 %t
}
