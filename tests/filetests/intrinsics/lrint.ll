; run:
; with: drive.c
; llvm.lrint, llrint, lround, llround: to an integer, as the mode says or away from zero.
declare void @float_singles(ptr, i32, i32, double, double, ptr)
@name = private constant [6 x i8] c"lrint\00"

; {{for K,M,T in f:f32:float d:f64:double x:f80:x86_fp80}}
; {{for OP in lrint llrint lround llround}}
define internal void @{OP}_{K}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call i64 @llvm.{OP}.i64.{M}({T} %a)
  store i64 %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for K,O in f:102 d:100 x:120}}
; {{for OP in lrint llrint lround llround}}
  call void @float_singles(ptr @name, i32 {O}, i32 105, double -9.0e18, double 9.0e18, ptr @{OP}_{K})
; {{end}}
; {{end}}
  ret i32 0
}
