; run:
; with: drive.c
; llvm.experimental.constrained.*: functions, roundings and conversions that may depend on the mode, in the default mode.
declare void @float_singles(ptr, i32, i32, double, double, ptr)
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @float_all(ptr, i32, i32, ptr)
declare void @float_from(ptr, i32, i32, ptr)
@name = private constant [12 x i8] c"constrained\00"

; {{for K,M,T in f:f32:float d:f64:double}}
; {{for OP in acos asin atan cos cosh exp exp2 log log10 log2 nearbyint rint sin sinh tan tanh}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}({T} %a, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in ceil floor round roundeven trunc}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}({T} %a, metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in lrint llrint}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call i64 @llvm.experimental.constrained.{OP}.i64.{M}({T} %a, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store i64 %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in lround llround fptosi fptoui}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call i64 @llvm.experimental.constrained.{OP}.i64.{M}({T} %a, metadata !"fpexcept.strict") strictfp
  store i64 %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in sitofp uitofp}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load i64, ptr %pa
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}.i64(i64 %a, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in maxnum minnum}}
define internal void @{OP}_{K}(ptr %pa, ptr %pb, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %s = call {T} @llvm.experimental.constrained.fadd.{M}({T} %a, {T} 1.0, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  %t = call {T} @llvm.experimental.constrained.fadd.{M}({T} %b, {T} 1.0, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}({T} %s, {T} %t, metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in fma fmuladd}}
define internal void @{OP}_{K}(ptr %pa, ptr %pb, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}({T} %a, {T} 2.0, {T} %b, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
define internal void @pow_{K}(ptr %pa, ptr %pb, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = call {T} @llvm.experimental.constrained.pow.{M}({T} %a, {T} %b, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
define internal void @powi_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.experimental.constrained.powi.{M}({T} %a, i32 5, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  %s = call {T} @llvm.experimental.constrained.ldexp.{M}.i32({T} %r, i32 -3, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %s, ptr %out
  ret void
}
; {{end}}
define internal void @ext(ptr %pa, ptr %out) noinline strictfp {
  %a = load float, ptr %pa
  %r = call double @llvm.experimental.constrained.fpext.f64.f32(float %a, metadata !"fpexcept.strict") strictfp
  store double %r, ptr %out
  ret void
}
define internal void @cut(ptr %pa, ptr %out) noinline strictfp {
  %a = load double, ptr %pa
  %r = call float @llvm.experimental.constrained.fptrunc.f32.f64(double %a, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store float %r, ptr %out
  ret void
}
define i32 @main() {
; {{for K,O in f:102 d:100}}
; {{for OP in acos asin atan cos cosh exp exp2 log log10 log2 nearbyint rint sin sinh tan tanh ceil floor round roundeven trunc powi}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @{OP}_{K})
; {{end}}
; {{for OP in lrint llrint lround llround fptosi fptoui}}
  call void @float_singles(ptr @name, i32 {O}, i32 105, double -0.6, double 9.0e18, ptr @{OP}_{K})
; {{end}}
; {{for OP in sitofp uitofp}}
  call void @float_from(ptr @name, i32 64, i32 {O}, ptr @{OP}_{K})
; {{end}}
; {{for OP in maxnum minnum fma fmuladd pow}}
  call void @float_pairs(ptr @name, i32 {O}, i32 {O}, ptr @{OP}_{K})
; {{end}}
; {{end}}
  call void @float_all(ptr @name, i32 102, i32 100, ptr @ext)
  call void @float_all(ptr @name, i32 100, i32 102, ptr @cut)
  ret i32 0
}
