; run:
; with: drive.c
; Intrinsics of SSSE3: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [6 x i8] c"ssse3\00"
; {{for OP in ssse3.phadd.d.128 ssse3.phsub.d.128 ssse3.psign.d.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, <4 x i32> %v1)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in ssse3.phadd.sw.128 ssse3.phadd.w.128 ssse3.phsub.sw.128 ssse3.phsub.w.128 ssse3.pmul.hr.sw.128 ssse3.psign.w.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %v1 = load <8 x i16>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, <8 x i16> %v1)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in ssse3.pmadd.ub.sw.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in ssse3.pshuf.b.128 ssse3.psign.b.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1)
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
define i32 @main() {
; {{for OP in ssse3.phadd.d.128 ssse3.phsub.d.128 ssse3.psign.d.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in ssse3.phadd.sw.128 ssse3.phadd.w.128 ssse3.phsub.sw.128 ssse3.phsub.w.128 ssse3.pmul.hr.sw.128 ssse3.psign.w.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in ssse3.pmadd.ub.sw.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in ssse3.pshuf.b.128 ssse3.psign.b.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+ssse3" }
