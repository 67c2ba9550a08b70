; error: ifunc
; A function chosen at load time cannot be linked by us.
@chosen = ifunc i32 (i32), ptr @choose
define internal i32 @one(i32 %x) {
  ret i32 1
}
define internal ptr @choose() {
  ret ptr @one
}
define i32 @main() {
  %r = call i32 @chosen(i32 2)
  ret i32 %r
}
