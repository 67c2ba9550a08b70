; run:
; with: drive.c
; Intrinsics of F16C: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"f16c\00"
; {{for OP in vcvtps2ph.128}}
; {{for I in 0 1 2 3 4}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<4 x float> %v0, i32 {I})
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in vcvtps2ph.256}}
; {{for I in 0 1 2 3 4}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<8 x float> %v0, i32 {I})
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for OP in vcvtps2ph.128}}
; {{for I in 0 1 2 3 4}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in vcvtps2ph.256}}
; {{for I in 0 1 2 3 4}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+avx,+f16c" }
