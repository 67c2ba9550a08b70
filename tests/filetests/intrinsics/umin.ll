; run:
; with: drive.c
; llvm.umin: the smaller, unsigned; scalars of every sort of width and vectors.
declare void @pairs(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"umin\00"

; {{for N,C in 7:i64 8:i64 13:i64 16:i64 17:i64 32:i64 33:i64 63:i64 65:i128 127:i128}}
define internal void @f_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %wb = load {C}, ptr %pb
  %a = trunc {C} %wa to i{N}
  %b = trunc {C} %wb to i{N}
  %r = call i{N} @llvm.umin.i{N}(i{N} %a, i{N} %b)
  %w = zext i{N} %r to {C}
  store {C} %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
define internal void @f_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.umin.i{N}(i{N} %a, i{N} %b)
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = call <{L} x {T}> @llvm.umin.v{L}{T}(<{L} x {T}> %a, <{L} x {T}> %b)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for N in 7 8 13 16 17 32 33 63 64 65 127 128}}
  call void @pairs(ptr @name, i32 {N}, ptr @f_{N})
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
