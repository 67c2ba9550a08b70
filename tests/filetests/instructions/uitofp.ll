; run:
; with: drive.c
; uitofp: from every sort of width, rounded once.
declare void @float_from(ptr, i32, i32, ptr)
@name = private constant [7 x i8] c"uitofp\00"

; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B,C in 1:i64 7:i64 8:i64 16:i64 24:i64 31:i64 32:i64 33:i64 63:i64 65:i128 100:i128}}
define internal void @uitofp_{K}_{B}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{B}
  %r = uitofp i{B} %a to {T}
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for B in 64 128}}
define internal void @uitofp_{K}_{B}(ptr %pa, ptr %out) noinline {
  %a = load i{B}, ptr %pa
  %r = uitofp i{B} %a to {T}
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B in 1 7 8 16 24 31 32 33 63 64 65 100 128}}
  call void @float_from(ptr @name, i32 {B}, i32 {O}, ptr @uitofp_{K}_{B})
; {{end}}
; {{end}}
  ret i32 0
}
