; run:
; with: drive.c
; llvm.fma: a × b + c, rounded once; llvm.fmuladd: the same or rounded twice, so its operands are exact here.
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"fma\00"

; {{for K,M,T,C in f:f32:float:0.5 d:f64:double:0.5}}
define internal void @f_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %c = fneg {T} %b
  %r = call {T} @llvm.fma.{M}({T} %a, {T} %b, {T} %c)
  store {T} %r, ptr %out
  ret void
}
define internal void @add_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.fmuladd.{M}({T} %a, {T} 2.0, {T} 1.0)
  store {T} %r, ptr %out
  ret void
}
; {{end}}
define internal void @f_x(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load x86_fp80, ptr %pa
  %b = load x86_fp80, ptr %pb
  %r = call x86_fp80 @llvm.fma.f80(x86_fp80 %a, x86_fp80 %b, x86_fp80 %a)
  store x86_fp80 %r, ptr %out
  ret void
}
; {{for L,M,T in 4:f32:float 2:f64:double 8:f32:float}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = call <{L} x {T}> @llvm.fma.v{L}{M}(<{L} x {T}> %a, <{L} x {T}> %b, <{L} x {T}> %a)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
  call void @float_pairs(ptr @name, i32 102, i32 102, ptr @f_f)
  call void @float_pairs(ptr @name, i32 100, i32 100, ptr @f_d)
  call void @float_pairs(ptr @name, i32 102, i32 102, ptr @add_f)
  call void @float_pairs(ptr @name, i32 100, i32 100, ptr @add_d)
  call void @float_pairs(ptr @name, i32 120, i32 120, ptr @f_x)
  call void @vector_pairs(ptr @name, i32 102, ptr @v_4_float)
  call void @vector_pairs(ptr @name, i32 100, ptr @v_2_double)
  call void @vector_pairs(ptr @name, i32 102, ptr @v_8_float)
  ret i32 0
}
