; run:
; with: drive.c
; Intrinsics of SSE2: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"sse2\00"
; {{for OP in sse2.cmp.pd sse2.cmp.sd}}
; {{for I in 0 1 2 3 4 5 6 7}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1, i8 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse2.comieq.sd sse2.comige.sd sse2.comigt.sd sse2.comile.sd sse2.comilt.sd sse2.comineq.sd sse2.ucomieq.sd sse2.ucomige.sd sse2.ucomigt.sd sse2.ucomile.sd sse2.ucomilt.sd sse2.ucomineq.sd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtpd2dq sse2.cvttpd2dq}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<2 x double> %v0)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtpd2ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<2 x double> %v0)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtps2dq sse2.cvttps2dq}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x float> %v0)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtsd2si sse2.cvttsd2si sse2.movmsk.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<2 x double> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtsd2si64 sse2.cvttsd2si64}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call i64 @llvm.x86.{OP}(<2 x double> %v0)
  store i64 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.cvtsd2ss}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <2 x double> %v1)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.lfence sse2.mfence sse2.pause}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  call void @llvm.x86.{OP}()
  ret void
}
; {{end}}
; {{for OP in sse2.maskmov.dqu}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  call void @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1, ptr %out)
  ret void
}
; {{end}}
; {{for OP in sse2.max.pd sse2.max.sd sse2.min.pd sse2.min.sd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1)
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.packssdw.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<4 x i32> %v0, <4 x i32> %v1)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.packsswb.128 sse2.packuswb.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %v1 = load <8 x i16>, ptr %pb, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<8 x i16> %v0, <8 x i16> %v1)
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pavg.b}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1)
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pavg.w sse2.pmulh.w sse2.pmulhu.w sse2.psll.w sse2.psra.w sse2.psrl.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %v1 = load <8 x i16>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, <8 x i16> %v1)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pmadd.wd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %v1 = load <8 x i16>, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<8 x i16> %v0, <8 x i16> %v1)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pmovmskb.128}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<16 x i8> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.psad.bw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1)
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.psll.d sse2.psra.d sse2.psrl.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, <4 x i32> %v1)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.psll.q sse2.psrl.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x i64>, ptr %pa, align 1
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, <2 x i64> %v1)
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pslli.d sse2.psrai.d sse2.psrli.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, i32 %v1)
  store <4 x i32> %r, ptr %out, align 1
  %c0 = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, i32 0)
  %s0 = xor <4 x i32> %c0, %r
  %c3 = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, i32 3)
  %s3 = sub <4 x i32> %c3, %s0
  %c15 = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, i32 15)
  %s15 = sub <4 x i32> %c15, %s3
  %c40 = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, i32 40)
  %s40 = sub <4 x i32> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <4 x i32> %s40, ptr %p, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pslli.q sse2.psrli.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x i64>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, i32 %v1)
  store <2 x i64> %r, ptr %out, align 1
  %c0 = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, i32 0)
  %s0 = xor <2 x i64> %c0, %r
  %c3 = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, i32 3)
  %s3 = sub <2 x i64> %c3, %s0
  %c15 = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, i32 15)
  %s15 = sub <2 x i64> %c15, %s3
  %c40 = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, i32 40)
  %s40 = sub <2 x i64> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <2 x i64> %s40, ptr %p, align 1
  ret void
}
; {{end}}
; {{for OP in sse2.pslli.w sse2.psrai.w sse2.psrli.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, i32 %v1)
  store <8 x i16> %r, ptr %out, align 1
  %c0 = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, i32 0)
  %s0 = xor <8 x i16> %c0, %r
  %c3 = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, i32 3)
  %s3 = sub <8 x i16> %c3, %s0
  %c15 = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, i32 15)
  %s15 = sub <8 x i16> %c15, %s3
  %c40 = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0, i32 40)
  %s40 = sub <8 x i16> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <8 x i16> %s40, ptr %p, align 1
  ret void
}
; {{end}}
define internal void @flush(ptr %pa, ptr %pb, ptr %out) #0 {
  %a = load i64, ptr %pa
  store i64 %a, ptr %out
  call void @llvm.x86.sse2.clflush(ptr %out)
  ret void
}
define i32 @main() {
; {{for OP in sse2.cmp.pd sse2.cmp.sd}}
; {{for I in 0 1 2 3 4 5 6 7}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse2.comieq.sd sse2.comige.sd sse2.comigt.sd sse2.comile.sd sse2.comilt.sd sse2.comineq.sd sse2.ucomieq.sd sse2.ucomige.sd sse2.ucomigt.sd sse2.ucomile.sd sse2.ucomilt.sd sse2.ucomineq.sd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtpd2dq sse2.cvttpd2dq}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtpd2ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtps2dq sse2.cvttps2dq}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtsd2si sse2.cvttsd2si sse2.movmsk.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtsd2si64 sse2.cvttsd2si64}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.cvtsd2ss}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.lfence sse2.mfence sse2.pause}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.maskmov.dqu}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.max.pd sse2.max.sd sse2.min.pd sse2.min.sd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.packssdw.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.packsswb.128 sse2.packuswb.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pavg.b}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pavg.w sse2.pmulh.w sse2.pmulhu.w sse2.psll.w sse2.psra.w sse2.psrl.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pmadd.wd}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pmovmskb.128}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.psad.bw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.psll.d sse2.psra.d sse2.psrl.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.psll.q sse2.psrl.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pslli.d sse2.psrai.d sse2.psrli.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pslli.q sse2.psrli.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse2.pslli.w sse2.psrai.w sse2.psrli.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @flush)
  ret i32 0
}
attributes #0 = { noinline "target-features"="+sse2" }
