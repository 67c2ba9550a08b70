; run:
; with: drive.c
; llvm.bitreverse: bits in the other order.
declare void @singles(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [11 x i8] c"bitreverse\00"

; {{for N,C in 7:i64 8:i64 13:i64 16:i64 17:i64 32:i64 33:i64 63:i64 65:i128 127:i128}}
define internal void @f_{N}(ptr %pa, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %a = trunc {C} %wa to i{N}
  %r = call i{N} @llvm.bitreverse.i{N}(i{N} %a)
  %w = zext i{N} %r to {C}
  store {C} %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
define internal void @f_{N}(ptr %pa, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %r = call i{N} @llvm.bitreverse.i{N}(i{N} %a)
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = call <{L} x {T}> @llvm.bitreverse.v{L}{T}(<{L} x {T}> %a)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for N in 7 8 13 16 17 32 33 63 64 65 127 128}}
  call void @singles(ptr @name, i32 {N}, ptr @f_{N})
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
