; run:
; with: drive.c
; Intrinsics of the SSE headers on MMX registers: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"mmx\00"
; {{for OP in sse.cvtpd2pi sse.cvttpd2pi}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call x86_mmx @llvm.x86.{OP}(<2 x double> %v0)
  %b = bitcast x86_mmx %r to i64
  store i64 %b, ptr %out
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{for OP in sse.cvtpi2pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %i0 = load i64, ptr %pa, align 1
  %v0 = bitcast i64 %i0 to x86_mmx
  %r = call <2 x double> @llvm.x86.{OP}(x86_mmx %v0)
  store <2 x double> %r, ptr %out, align 1
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{for OP in sse.cvtpi2ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %i1 = load i64, ptr %pb, align 1
  %v1 = bitcast i64 %i1 to x86_mmx
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, x86_mmx %v1)
  store <4 x float> %r, ptr %out, align 1
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{for OP in sse.cvtps2pi sse.cvttps2pi}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call x86_mmx @llvm.x86.{OP}(<4 x float> %v0)
  %b = bitcast x86_mmx %r to i64
  store i64 %b, ptr %out
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{for OP in sse.pshuf.w}}
; {{for I in 0 27 177 228}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %i0 = load i64, ptr %pa, align 1
  %v0 = bitcast i64 %i0 to x86_mmx
  %r = call x86_mmx @llvm.x86.{OP}(x86_mmx %v0, i8 {I})
  %b = bitcast x86_mmx %r to i64
  store i64 %b, ptr %out
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{end}}
; {{for OP in ssse3.pabs.b ssse3.pabs.d ssse3.pabs.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %i0 = load i64, ptr %pa, align 1
  %v0 = bitcast i64 %i0 to x86_mmx
  %r = call x86_mmx @llvm.x86.{OP}(x86_mmx %v0)
  %b = bitcast x86_mmx %r to i64
  store i64 %b, ptr %out
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
; {{for OP in ssse3.phadd.d ssse3.phadd.sw ssse3.phadd.w ssse3.phsub.d ssse3.phsub.sw ssse3.phsub.w ssse3.pmadd.ub.sw ssse3.pmul.hr.sw ssse3.pshuf.b ssse3.psign.b ssse3.psign.d ssse3.psign.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %i0 = load i64, ptr %pa, align 1
  %v0 = bitcast i64 %i0 to x86_mmx
  %i1 = load i64, ptr %pb, align 1
  %v1 = bitcast i64 %i1 to x86_mmx
  %r = call x86_mmx @llvm.x86.{OP}(x86_mmx %v0, x86_mmx %v1)
  %b = bitcast x86_mmx %r to i64
  store i64 %b, ptr %out
  call void @llvm.x86.mmx.emms()
  ret void
}
; {{end}}
define i32 @main() {
; {{for OP in sse.cvtpd2pi sse.cvttpd2pi}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.cvtpi2pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.cvtpi2ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.cvtps2pi sse.cvttps2pi}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.pshuf.w}}
; {{for I in 0 27 177 228}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in ssse3.pabs.b ssse3.pabs.d ssse3.pabs.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in ssse3.phadd.d ssse3.phadd.sw ssse3.phadd.w ssse3.phsub.d ssse3.phsub.sw ssse3.phsub.w ssse3.pmadd.ub.sw ssse3.pmul.hr.sw ssse3.pshuf.b ssse3.psign.b ssse3.psign.d ssse3.psign.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+mmx,+ssse3" }
