; emit: ir f
;> func @f(f64, f32) -> f64 {
;> b0(v0: f64, v1: f32):
;>   v2 = const.f64 1.0
;>   v3 = fmul.f64 v0, v2
;>   v4 = const.f32 1.0
;>   v5 = fmul.f32 v1, v4
;>   v6 = fconvert.f64.f32 v5
;>   v7 = fadd.f64 v3, v6
;>   ret v7
;> }
; llvm.canonicalize, which LLVM makes no x86 code of, is a product with one: it quiets a signalling NaN and leaves all else.
define double @f(double %x, float %y) {
  %a = call double @llvm.canonicalize.f64(double %x)
  %b = call float @llvm.canonicalize.f32(float %y)
  %c = fpext float %b to double
  %d = fadd double %a, %c
  ret double %d
}
define i32 @main() {
  %a = call double @f(double 1.0, float 2.0)
  ret i32 0
}
