; error: not_assembly.ll
; The message names file and place.
define i32 @main() {
  %r = addd i32 1, 2
  ret i32 %r
}
