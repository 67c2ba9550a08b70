; run:
; with: drive.c
; ashr: shift right, sign in.
declare void @shifts(ptr, i32, ptr)
declare void @pairs(ptr, i32, ptr)

; {{for N,C in 1:i64 2:i64 7:i64 8:i64 13:i64 16:i64 17:i64 24:i64 31:i64 32:i64 33:i64 48:i64 63:i64 65:i128 96:i128 127:i128}}
@name_{N} = private constant [5 x i8] c"ashr\00"
define internal void @ashr_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %wb = load {C}, ptr %pb
  %a = trunc {C} %wa to i{N}
  %b = trunc {C} %wb to i{N}
  %r = ashr i{N} %a, %b
  %w = zext i{N} %r to {C}
  store {C} %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
@name_{N} = private constant [5 x i8] c"ashr\00"
define internal void @ashr_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = ashr i{N} %a, %b
  store i{N} %r, ptr %out
  ret void
}
; {{end}}

; With a constant on either side.
; {{for N in 8 16 32 64}}
; {{for K in 0 1 3 4 7}}
define internal void @ashr_{N}_right_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %r = ashr i{N} %a, {K}
  store i{N} %r, ptr %out
  ret void
}
define internal void @ashr_{N}_left_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %b = load i{N}, ptr %pb
  %r = ashr i{N} {K}, %b
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
; Of 32 and 64 bits by an amount taken modulo the width, as C compilers mask it.
; {{for N,M in 8:7 16:15 32:31 64:63}}
define internal void @ashr_{N}_masked(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %m = and i{N} %b, {M}
  %r = ashr i{N} %a, %m
  store i{N} %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for N in 1 2 7 8 13 16 17 24 31 32 33 48 63 64 65 96 127 128}}
  call void @shifts(ptr @name_{N}, i32 {N}, ptr @ashr_{N})
; {{end}}
; {{for N in 8 16 32 64}}
; {{for K in 0 1 3 4 7}}
  call void @shifts(ptr @name_{N}, i32 {N}, ptr @ashr_{N}_right_{K})
  call void @shifts(ptr @name_{N}, i32 {N}, ptr @ashr_{N}_left_{K})
; {{end}}
  call void @pairs(ptr @name_{N}, i32 {N}, ptr @ashr_{N}_masked)
; {{end}}
  ret i32 0
}
