; error: nowhere_defined
; A function that nothing defines is named, with the place that uses it.
declare i32 @nowhere_defined(i32)
define i32 @main() {
  %r = call i32 @nowhere_defined(i32 2)
  ret i32 %r
}
