; run:
; with: drive.c
; fneg flips the sign, of zeroes too, in every floating-point type that C has here.
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [5 x i8] c"fneg\00"

; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
define internal void @fneg_{K}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fneg {T} %a
  store {T} %r, ptr %out
  ret void
}
; {{end}}

; The sign of a NaN flips as well.
define internal void @fneg_bits(ptr %pa, ptr %out) noinline {
  %a = load double, ptr %pa
  %r = fneg double %a
  %i = bitcast double %r to i64
  store i64 %i, ptr %out
  ret void
}

define i32 @main() {
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
  call void @float_all(ptr @name, i32 {O}, i32 {O}, ptr @fneg_{K})
; {{end}}
  call void @float_all(ptr @name, i32 100, i32 105, ptr @fneg_bits)
  ret i32 0
}
