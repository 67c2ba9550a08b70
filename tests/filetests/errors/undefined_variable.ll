; error: missing_variable
; The same for a variable.
@missing_variable = external global i32
define i32 @main() {
  %r = load i32, ptr @missing_variable
  ret i32 %r
}
