; Conversions to bfloat that LLVM's code calls and not every libgcc has (GCC's from 13 on, compiler-rt). To nearest, ties to
; even. From wider types by way of the next narrower one, rounded to odd (the bits that do not fit set the last one), which
; keeps what the last rounding has to know (S. Boldo, G. Melquiond: "When double rounding is odd", IMACS 2005).

define weak hidden bfloat @__truncsfbf2(float %x) {
  %bits = bitcast float %x to i32
  %tie = lshr i32 %bits, 16
  %odd = and i32 %tie, 1
  %half = add i32 %odd, 32767
  %up = add i32 %bits, %half
  %nan = or i32 %bits, 4194304
  %is_nan = fcmp uno float %x, 0.0
  %rounded = select i1 %is_nan, i32 %nan, i32 %up
  %high = lshr i32 %rounded, 16
  %short = trunc i32 %high to i16
  %r = bitcast i16 %short to bfloat
  ret bfloat %r
}

define weak hidden bfloat @__truncdfbf2(double %x) {
  %near = fptrunc double %x to float
  %back = fpext float %near to double
  %size = call double @llvm.fabs.f64(double %x)
  %near_size = call double @llvm.fabs.f64(double %back)
  %is_far = fcmp ogt double %near_size, %size
  %is_inexact = fcmp one double %back, %x
  %bits = bitcast float %near to i32
  %less = sext i1 %is_far to i32
  %down = add i32 %bits, %less
  %sticky = zext i1 %is_inexact to i32
  %odd = or i32 %down, %sticky
  %to_odd = bitcast i32 %odd to float
  %r = call bfloat @__truncsfbf2(float %to_odd)
  ret bfloat %r
}
declare double @llvm.fabs.f64(double)
