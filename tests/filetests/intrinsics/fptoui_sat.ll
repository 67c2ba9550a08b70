; run:
; with: drive.c
; llvm.fptoui.sat: towards zero, to the nearest that the result can hold; 0 for NaN.
declare void @float_all(ptr, i32, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"sat\00"

; {{for K,M,T in f:f32:float d:f64:double x:f80:x86_fp80}}
; {{for N in 8 13 16 32 64}}
define internal void @f_{K}_{N}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call i{N} @llvm.fptoui.sat.i{N}.{M}({T} %a)
  %w = zext i{N} %r to i128
  %t = trunc i128 %w to i64
  store i64 %t, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{for L,N,M,T in 4:i32:f32:float 2:i64:f64:double 4:i16:f32:float}}
define internal void @v_{L}_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = call <{L} x {N}> @llvm.fptoui.sat.v{L}{N}.v{L}{M}(<{L} x {T}> %a)
  store <{L} x {N}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for K,O in f:102 d:100 x:120}}
; {{for N in 8 13 16 32 64}}
  call void @float_all(ptr @name, i32 {O}, i32 105, ptr @f_{K}_{N})
; {{end}}
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @v_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @v_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @v_4_i16)
  ret i32 0
}
