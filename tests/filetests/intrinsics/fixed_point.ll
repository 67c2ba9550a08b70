; run:
; with: drive.c
; llvm.[su]mul.fix, [su]div.fix and their saturating forms: fixed-point products and quotients, at several scales. Without
; saturation the operands are such that the results fit.
declare void @pairs(ptr, i32, ptr)
declare void @quotients(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"fix\00"

; {{for N in 8 16 32 64}}
; {{for S in 0 2 7}}
; {{for OP,SH in smul:ashr umul:lshr}}
define internal void @{OP}_{N}_{S}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %half = lshr i{N} {N}, 1
  %x = {SH} i{N} %a, %half
  %y = {SH} i{N} %b, %half
  %r = call i{N} @llvm.{OP}.fix.i{N}(i{N} %x, i{N} %y, i32 {S})
  store i{N} %r, ptr %out
  ret void
}
define internal void @{OP}_sat_{N}_{S}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.{OP}.fix.sat.i{N}(i{N} %a, i{N} %b, i32 {S})
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{for S in 0 3}}
; {{for OP,SH in sdiv:ashr udiv:lshr}}
define internal void @{OP}_{N}_{S}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %x = {SH} i{N} %a, 4
  %r = call i{N} @llvm.{OP}.fix.i{N}(i{N} %x, i{N} %b, i32 {S})
  store i{N} %r, ptr %out
  ret void
}
define internal void @{OP}_sat_{N}_{S}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.{OP}.fix.sat.i{N}(i{N} %a, i{N} %b, i32 {S})
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{end}}
; {{for OP in smul umul}}
define internal void @{OP}_odd(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i16, ptr %pa
  %b = load i16, ptr %pb
  %x = trunc i16 %a to i11
  %y = trunc i16 %b to i11
  %r = call i11 @llvm.{OP}.fix.sat.i11(i11 %x, i11 %y, i32 4)
  %w = zext i11 %r to i16
  store i16 %w, ptr %out
  ret void
}
; {{for L,T in 4:i32 8:i16 3:i32}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = call <{L} x {T}> @llvm.{OP}.fix.sat.v{L}{T}(<{L} x {T}> %a, <{L} x {T}> %b, i32 5)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for N in 8 16 32 64}}
; {{for S in 0 2 7}}
; {{for OP in smul umul}}
  call void @pairs(ptr @name, i32 {N}, ptr @{OP}_{N}_{S})
  call void @pairs(ptr @name, i32 {N}, ptr @{OP}_sat_{N}_{S})
; {{end}}
; {{end}}
; {{for S in 0 3}}
; {{for OP in sdiv udiv}}
  call void @quotients(ptr @name, i32 {N}, ptr @{OP}_{N}_{S})
  call void @quotients(ptr @name, i32 {N}, ptr @{OP}_sat_{N}_{S})
; {{end}}
; {{end}}
; {{end}}
; {{for OP in smul umul}}
  call void @pairs(ptr @name, i32 16, ptr @{OP}_odd)
; {{for L,T in 4:i32 8:i16 3:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_{L}_{T})
; {{end}}
; {{end}}
  ret i32 0
}
