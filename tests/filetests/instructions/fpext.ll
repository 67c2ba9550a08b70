; run:
; with: drive.c
; fpext is exact.
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [6 x i8] c"fpext\00"

; {{for A,B,S,T in f:d:float:double f:x:float:x86_fp80 d:x:double:x86_fp80}}
define internal void @fpext_{A}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {S}, ptr %pa
  %r = fpext {S} %a to {T}
  store {T} %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
  call void @float_all(ptr @name, i32 102, i32 100, ptr @fpext_f_d)
  call void @float_all(ptr @name, i32 102, i32 120, ptr @fpext_f_x)
  call void @float_all(ptr @name, i32 100, i32 120, ptr @fpext_d_x)
  ret i32 0
}
