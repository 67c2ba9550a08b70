; run:
; with: drive.c
; fptrunc rounds to nearest, ties to even; what is too large becomes infinite.
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [8 x i8] c"fptrunc\00"

; {{for A,B,S,T in d:f:double:float x:f:x86_fp80:float x:d:x86_fp80:double}}
define internal void @fptrunc_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {S}, ptr %pa
  %r = fptrunc {S} %a to {T}
  store {T} %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
  call void @float_all(ptr @name, i32 100, i32 102, ptr @fptrunc_d_f)
  call void @float_all(ptr @name, i32 120, i32 102, ptr @fptrunc_x_f)
  call void @float_all(ptr @name, i32 120, i32 100, ptr @fptrunc_x_d)
  ret i32 0
}
