; run:
; with: drive.c
; llvm.tanh: hyperbolic tangent, by the C library.
declare void @float_all(ptr, i32, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"tanh\00"

; {{for K,M,T,O in f:f32:float:102 d:f64:double:100 x:f80:x86_fp80:120}}
define internal void @f_{K}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.tanh.{M}({T} %a)
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for L,M,T,O in 4:f32:float:102 2:f64:double:100}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = call <{L} x {T}> @llvm.tanh.v{L}{M}(<{L} x {T}> %a)
  %ok = fcmp ord <{L} x {T}> %r, %r
  %s = select <{L} x i1> %ok, <{L} x {T}> %r, <{L} x {T}> zeroinitializer
  store <{L} x {T}> %s, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for K,M,T,O in f:f32:float:102 d:f64:double:100 x:f80:x86_fp80:120}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @f_{K})
; {{end}}
; {{for L,M,T,O in 4:f32:float:102 2:f64:double:100}}
  call void @vector_pairs(ptr @name, i32 {O}, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
