; run:
; with: drive.c
; fptoui: towards zero, to every sort of width; operands are kept within what the result can hold.
declare void @float_singles(ptr, i32, i32, double, double, ptr)
@name = private constant [7 x i8] c"fptoui\00"

; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B in 1 8 16 24 32 33 63}}
define internal void @fptoui_{K}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fptoui {T} %a to i{B}
  %w = zext i{B} %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}
; {{for B in 64 128}}
define internal void @fptoui_{K}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fptoui {T} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B,LOW,HIGH in 1:0xBFF0000000000000:0x4000000000000000 8:0xBFF0000000000000:0x4070000000000000 16:0xBFF0000000000000:0x40F0000000000000 24:0xBFF0000000000000:0x4170000000000000 32:0xBFF0000000000000:0x41F0000000000000 33:0xBFF0000000000000:0x4200000000000000 63:0xBFF0000000000000:0x43E0000000000000 64:0xBFF0000000000000:0x43F0000000000000 128:0xBFF0000000000000:0x47D2CED32A16A1B1}}
  call void @float_singles(ptr @name, i32 {O}, i32 119, double {LOW}, double {HIGH}, ptr @fptoui_{K}_{B})
; {{end}}
; {{end}}
  ret i32 0
}
