; run:
; with: drive.c
; fptosi: towards zero, to every sort of width; operands are kept within what the result can hold.
declare void @float_singles(ptr, i32, i32, double, double, ptr)
@name = private constant [7 x i8] c"fptosi\00"

; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B in 1 8 16 24 32 33 63}}
define internal void @fptosi_{K}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fptosi {T} %a to i{B}
  %w = sext i{B} %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}
; {{for B in 64 128}}
define internal void @fptosi_{K}_{B}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = fptosi {T} %a to i{B}
  store i{B} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for K,T,O in f:float:102 d:double:100 x:x86_fp80:120}}
; {{for B,LOW,HIGH in 1:0xC000000000000000:0x3FF0000000000000 8:0xC060200000000000:0x4060000000000000 16:0xC0E0002000000000:0x40E0000000000000 24:0xC160000020000000:0x4160000000000000 32:0xC1E0000000200000:0x41E0000000000000 33:0xC1F0000000100000:0x41F0000000000000 63:0xC3D000001AD7F29B:0x43D0000000000000 64:0xC3E000001AD7F29B:0x43E0000000000000 128:0xC7D2CED32A16A1B1:0x47D2CED32A16A1B1}}
  call void @float_singles(ptr @name, i32 {O}, i32 119, double {LOW}, double {HIGH}, ptr @fptosi_{K}_{B})
; {{end}}
; {{end}}
  ret i32 0
}
