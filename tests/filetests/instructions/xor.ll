; run:
; with: drive.c
; xor: bitwise.
declare void @pairs(ptr, i32, ptr)

; {{for N,C in 1:i64 2:i64 7:i64 8:i64 13:i64 16:i64 17:i64 24:i64 31:i64 32:i64 33:i64 48:i64 63:i64 65:i128 96:i128 127:i128}}
@name_{N} = private constant [4 x i8] c"xor\00"
define internal void @xor_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %wb = load {C}, ptr %pb
  %a = trunc {C} %wa to i{N}
  %b = trunc {C} %wb to i{N}
  %r = xor i{N} %a, %b
  %w = zext i{N} %r to {C}
  store {C} %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
@name_{N} = private constant [4 x i8] c"xor\00"
define internal void @xor_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = xor i{N} %a, %b
  store i{N} %r, ptr %out
  ret void
}
; {{end}}

; With a constant on either side.
; {{for N in 16 32 64}}
; {{for I,K in 0:0 1:1 2:2 3:3 m1:-1 m2:-2 5:5 63:63 1000:1000 m32768:-32768}}
define internal void @xor_{N}_right_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %r = xor i{N} %a, {K}
  store i{N} %r, ptr %out
  ret void
}
define internal void @xor_{N}_left_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %b = load i{N}, ptr %pb
  %r = xor i{N} {K}, %b
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for N in 1 2 7 8 13 16 17 24 31 32 33 48 63 64 65 96 127 128}}
  call void @pairs(ptr @name_{N}, i32 {N}, ptr @xor_{N})
; {{end}}
; {{for N in 16 32 64}}
; {{for I in 0 1 2 3 m1 m2 5 63 1000 m32768}}
  call void @pairs(ptr @name_{N}, i32 {N}, ptr @xor_{N}_right_{I})
  call void @pairs(ptr @name_{N}, i32 {N}, ptr @xor_{N}_left_{I})
; {{end}}
; {{end}}
  ret i32 0
}
