; run:
; with: drive.c
; llvm.experimental.constrained.*: arithmetic and comparisons that may depend on the mode, in the default mode.
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [12 x i8] c"constrained\00"

; {{for K,M,T in f:f32:float d:f64:double}}
; {{for OP in fadd fsub fmul fdiv frem}}
define internal void @{OP}_{K}(ptr %pa, ptr %pb, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %r = call {T} @llvm.experimental.constrained.{OP}.{M}({T} %a, {T} %b, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for P in oeq olt ole one ord ueq ult ule une uno}}
define internal void @{P}_{K}(ptr %pa, ptr %pb, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %c = call i1 @llvm.experimental.constrained.fcmp.{M}({T} %a, {T} %b, metadata !"{P}", metadata !"fpexcept.strict") strictfp
  %d = call i1 @llvm.experimental.constrained.fcmps.{M}({T} %a, {T} %b, metadata !"{P}", metadata !"fpexcept.strict") strictfp
  %e = zext i1 %c to i64
  %f = zext i1 %d to i64
  %g = add i64 %e, %f
  store i64 %g, ptr %out
  ret void
}
; {{end}}
define internal void @sqrt_{K}(ptr %pa, ptr %out) noinline strictfp {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.experimental.constrained.sqrt.{M}({T} %a, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  store {T} %r, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for K,O in f:102 d:100}}
; {{for OP in fadd fsub fmul fdiv frem}}
  call void @float_pairs(ptr @name, i32 {O}, i32 {O}, ptr @{OP}_{K})
; {{end}}
; {{for P in oeq olt ole one ord ueq ult ule une uno}}
  call void @float_pairs(ptr @name, i32 {O}, i32 105, ptr @{P}_{K})
; {{end}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @sqrt_{K})
; {{end}}
  ret i32 0
}
