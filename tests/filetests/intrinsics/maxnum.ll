; run:
; with: drive.c
; llvm.maxnum: the other operand when one is NaN. Which zero comes out of +0 and -0 is left open, so 0 is added.
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"maxnum\00"

; {{for K,M,T,O in f:f32:float:102 d:f64:double:100 x:f80:x86_fp80:120}}
define internal void @f_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %m = call {T} @llvm.maxnum.{M}({T} %a, {T} %b)
  %z = uitofp i1 false to {T}
  %r = fadd {T} %m, %z
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for L,M,T in 4:f32:float 2:f64:double 2:f32:float 8:f32:float}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %m = call <{L} x {T}> @llvm.maxnum.v{L}{M}(<{L} x {T}> %a, <{L} x {T}> %b)
  %r = fadd <{L} x {T}> %m, zeroinitializer
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for K,M,T,O in f:f32:float:102 d:f64:double:100 x:f80:x86_fp80:120}}
  call void @float_pairs(ptr @name, i32 {O}, i32 {O}, ptr @f_{K})
; {{end}}
; {{for L,T,O in 4:float:102 2:double:100 2:float:102 8:float:102}}
  call void @vector_pairs(ptr @name, i32 {O}, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
