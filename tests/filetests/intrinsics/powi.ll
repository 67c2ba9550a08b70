; run:
; with: drive.c
; llvm.powi and llvm.ldexp: by a whole number.
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [5 x i8] c"powi\00"

; {{for K,M,T in f:f32:float d:f64:double x:f80:x86_fp80}}
; {{for I,N in 0:0 1:1 2:2 3:3 10:10 m1:-1 m5:-5}}
define internal void @powi_{K}_{I}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.powi.{M}.i32({T} %a, i32 {N})
  store {T} %r, ptr %out
  ret void
}
define internal void @ldexp_{K}_{I}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call {T} @llvm.ldexp.{M}.i32({T} %a, i32 {N})
  store {T} %r, ptr %out
  ret void
}
; {{end}}
define internal void @frexp_{K}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %finite = fcmp one {T} %a, %a
  %f = call { {T}, i32 } @llvm.frexp.{M}.i32({T} %a)
  %m = extractvalue { {T}, i32 } %f, 0
  store {T} %m, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for K,O in f:102 d:100 x:120}}
; {{for I in 0 1 2 3 10 m1 m5}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @powi_{K}_{I})
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @ldexp_{K}_{I})
; {{end}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @frexp_{K})
; {{end}}
  ret i32 0
}
