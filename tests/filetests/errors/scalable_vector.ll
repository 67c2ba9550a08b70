; error: scalable
; Vectors of unknown length are of other machines.
define void @f(ptr %p) {
  %v = load <vscale x 4 x i32>, ptr %p
  store <vscale x 4 x i32> %v, ptr %p
  ret void
}
define i32 @main() {
  call void @f(ptr null)
  ret i32 0
}
