; run:
; with: drive.c
; llvm.fshr: funnel shift; with one operand twice it rotates. The amount counts modulo the width.
declare void @pairs(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"fshr\00"

; {{for N,M in 8:7 16:12 32:5 64:37 128:100}}
define internal void @rotate_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.fshr.i{N}(i{N} %a, i{N} %a, i{N} %b)
  store i{N} %r, ptr %out
  ret void
}
define internal void @funnel_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %c = xor i{N} %a, %b
  %r = call i{N} @llvm.fshr.i{N}(i{N} %a, i{N} %c, i{N} %b)
  store i{N} %r, ptr %out
  ret void
}
define internal void @constant_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.fshr.i{N}(i{N} %a, i{N} %b, i{N} {M})
  %s = call i{N} @llvm.fshr.i{N}(i{N} %r, i{N} %r, i{N} {M})
  store i{N} %s, ptr %out
  ret void
}
; {{end}}
define internal void @odd_13(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load i16, ptr %pa
  %wb = load i16, ptr %pb
  %a = trunc i16 %wa to i13
  %b = trunc i16 %wb to i13
  %r = call i13 @llvm.fshr.i13(i13 %a, i13 %b, i13 %b)
  %w = zext i13 %r to i16
  store i16 %w, ptr %out
  ret void
}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = call <{L} x {T}> @llvm.fshr.v{L}{T}(<{L} x {T}> %a, <{L} x {T}> %b, <{L} x {T}> splat ({T} 5))
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for N in 8 16 32 64 128}}
  call void @pairs(ptr @name, i32 {N}, ptr @rotate_{N})
  call void @pairs(ptr @name, i32 {N}, ptr @funnel_{N})
  call void @pairs(ptr @name, i32 {N}, ptr @constant_{N})
; {{end}}
  call void @pairs(ptr @name, i32 13, ptr @odd_13)
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
