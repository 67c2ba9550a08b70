; run:
; with: drive.c
; Intrinsics of AVX2: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"avx2\00"
; {{for OP in avx2.gather.d.d}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x i32>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x i32>, ptr %far2, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, ptr %pa, <4 x i32> %v2, <4 x i32> %v3, i8 {I})
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.d.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <8 x i32>, ptr %far, align 1
  %i2 = load <8 x i32>, ptr %pb, align 1
  %v2 = and <8 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <8 x i32>, ptr %far2, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, ptr %pa, <8 x i32> %v2, <8 x i32> %v3, i8 {I})
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.pd}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <2 x double>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <2 x double>, ptr %far2, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, ptr %pa, <4 x i32> %v2, <2 x double> %v3, i8 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.pd.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x double>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x double>, ptr %far2, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, ptr %pa, <4 x i32> %v2, <4 x double> %v3, i8 {I})
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.ps}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x float>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x float>, ptr %far2, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, ptr %pa, <4 x i32> %v2, <4 x float> %v3, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.ps.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <8 x float>, ptr %far, align 1
  %i2 = load <8 x i32>, ptr %pb, align 1
  %v2 = and <8 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <8 x float>, ptr %far2, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, ptr %pa, <8 x i32> %v2, <8 x float> %v3, i8 {I})
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.q}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <2 x i64>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <2 x i64>, ptr %far2, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, ptr %pa, <4 x i32> %v2, <2 x i64> %v3, i8 {I})
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.q.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x i64>, ptr %far, align 1
  %i2 = load <4 x i32>, ptr %pb, align 1
  %v2 = and <4 x i32> %i2, splat (i32 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x i64>, ptr %far2, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, ptr %pa, <4 x i32> %v2, <4 x i64> %v3, i8 {I})
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.d}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x i32>, ptr %far, align 1
  %i2 = load <2 x i64>, ptr %pb, align 1
  %v2 = and <2 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x i32>, ptr %far2, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, ptr %pa, <2 x i64> %v2, <4 x i32> %v3, i8 {I})
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.d.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x i32>, ptr %far, align 1
  %i2 = load <4 x i64>, ptr %pb, align 1
  %v2 = and <4 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x i32>, ptr %far2, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, ptr %pa, <4 x i64> %v2, <4 x i32> %v3, i8 {I})
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.pd}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <2 x double>, ptr %far, align 1
  %i2 = load <2 x i64>, ptr %pb, align 1
  %v2 = and <2 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <2 x double>, ptr %far2, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, ptr %pa, <2 x i64> %v2, <2 x double> %v3, i8 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.pd.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x double>, ptr %far, align 1
  %i2 = load <4 x i64>, ptr %pb, align 1
  %v2 = and <4 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x double>, ptr %far2, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, ptr %pa, <4 x i64> %v2, <4 x double> %v3, i8 {I})
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.ps}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x float>, ptr %far, align 1
  %i2 = load <2 x i64>, ptr %pb, align 1
  %v2 = and <2 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x float>, ptr %far2, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, ptr %pa, <2 x i64> %v2, <4 x float> %v3, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.ps.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x float>, ptr %far, align 1
  %i2 = load <4 x i64>, ptr %pb, align 1
  %v2 = and <4 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x float>, ptr %far2, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, ptr %pa, <4 x i64> %v2, <4 x float> %v3, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.q}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <2 x i64>, ptr %far, align 1
  %i2 = load <2 x i64>, ptr %pb, align 1
  %v2 = and <2 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <2 x i64>, ptr %far2, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, ptr %pa, <2 x i64> %v2, <2 x i64> %v3, i8 {I})
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.q.256}}
; {{for I in 1 2 4 8}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %far = getelementptr i8, ptr %pa, i64 32
  %v0 = load <4 x i64>, ptr %far, align 1
  %i2 = load <4 x i64>, ptr %pb, align 1
  %v2 = and <4 x i64> %i2, splat (i64 3)
  %far2 = getelementptr i8, ptr %pb, i64 32
  %v3 = load <4 x i64>, ptr %far2, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, ptr %pa, <4 x i64> %v2, <4 x i64> %v3, i8 {I})
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.maskload.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(ptr %pa, <4 x i32> %v1)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.maskload.d.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(ptr %pa, <8 x i32> %v1)
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.maskload.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(ptr %pa, <2 x i64> %v1)
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.maskload.q.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i64>, ptr %pb, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(ptr %pa, <4 x i64> %v1)
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.maskstore.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i32>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x i32>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <4 x i32> %v1, <4 x i32> %v2)
  ret void
}
; {{end}}
; {{for OP in avx2.maskstore.d.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <8 x i32>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <8 x i32>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <8 x i32> %v1, <8 x i32> %v2)
  ret void
}
; {{end}}
; {{for OP in avx2.maskstore.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <2 x i64>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <2 x i64>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <2 x i64> %v1, <2 x i64> %v2)
  ret void
}
; {{end}}
; {{for OP in avx2.maskstore.q.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i64>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x i64>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <4 x i64> %v1, <4 x i64> %v2)
  ret void
}
; {{end}}
; {{for OP in avx2.mpsadbw}}
; {{for I in 0 5 7}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %v1 = load <32 x i8>, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<32 x i8> %v0, <32 x i8> %v1, i8 {I})
  store <16 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx2.packssdw avx2.packusdw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i32>, ptr %pa, align 1
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<8 x i32> %v0, <8 x i32> %v1)
  store <16 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.packsswb avx2.packuswb}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i16>, ptr %pa, align 1
  %v1 = load <16 x i16>, ptr %pb, align 1
  %r = call <32 x i8> @llvm.x86.{OP}(<16 x i16> %v0, <16 x i16> %v1)
  store <32 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pavg.b avx2.pshuf.b avx2.psign.b}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %v1 = load <32 x i8>, ptr %pb, align 1
  %r = call <32 x i8> @llvm.x86.{OP}(<32 x i8> %v0, <32 x i8> %v1)
  store <32 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pavg.w avx2.phadd.sw avx2.phadd.w avx2.phsub.sw avx2.phsub.w avx2.pmul.hr.sw avx2.pmulh.w avx2.pmulhu.w avx2.psign.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i16>, ptr %pa, align 1
  %v1 = load <16 x i16>, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, <16 x i16> %v1)
  store <16 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pblendvb}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %v1 = load <32 x i8>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <32 x i8>, ptr %far, align 1
  %r = call <32 x i8> @llvm.x86.{OP}(<32 x i8> %v0, <32 x i8> %v1, <32 x i8> %v2)
  store <32 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.permd avx2.phadd.d avx2.phsub.d avx2.psign.d avx2.psllv.d.256 avx2.psrav.d.256 avx2.psrlv.d.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i32>, ptr %pa, align 1
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, <8 x i32> %v1)
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.permps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x i32> %v1)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pmadd.ub.sw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %v1 = load <32 x i8>, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<32 x i8> %v0, <32 x i8> %v1)
  store <16 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pmadd.wd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i16>, ptr %pa, align 1
  %v1 = load <16 x i16>, ptr %pb, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<16 x i16> %v0, <16 x i16> %v1)
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pmovmskb}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<32 x i8> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psad.bw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <32 x i8>, ptr %pa, align 1
  %v1 = load <32 x i8>, ptr %pb, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<32 x i8> %v0, <32 x i8> %v1)
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psll.d avx2.psra.d avx2.psrl.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, <4 x i32> %v1)
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psll.q avx2.psrl.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i64>, ptr %pa, align 1
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, <2 x i64> %v1)
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psll.w avx2.psra.w avx2.psrl.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i16>, ptr %pa, align 1
  %v1 = load <8 x i16>, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, <8 x i16> %v1)
  store <16 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pslli.d avx2.psrai.d avx2.psrli.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i32>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, i32 %v1)
  store <8 x i32> %r, ptr %out, align 1
  %c0 = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, i32 0)
  %s0 = xor <8 x i32> %c0, %r
  %c3 = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, i32 3)
  %s3 = sub <8 x i32> %c3, %s0
  %c15 = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, i32 15)
  %s15 = sub <8 x i32> %c15, %s3
  %c40 = call <8 x i32> @llvm.x86.{OP}(<8 x i32> %v0, i32 40)
  %s40 = sub <8 x i32> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <8 x i32> %s40, ptr %p, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pslli.q avx2.psrli.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i64>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, i32 %v1)
  store <4 x i64> %r, ptr %out, align 1
  %c0 = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, i32 0)
  %s0 = xor <4 x i64> %c0, %r
  %c3 = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, i32 3)
  %s3 = sub <4 x i64> %c3, %s0
  %c15 = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, i32 15)
  %s15 = sub <4 x i64> %c15, %s3
  %c40 = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, i32 40)
  %s40 = sub <4 x i64> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <4 x i64> %s40, ptr %p, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.pslli.w avx2.psrai.w avx2.psrli.w}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i16>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, i32 %v1)
  store <16 x i16> %r, ptr %out, align 1
  %c0 = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, i32 0)
  %s0 = xor <16 x i16> %c0, %r
  %c3 = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, i32 3)
  %s3 = sub <16 x i16> %c3, %s0
  %c15 = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, i32 15)
  %s15 = sub <16 x i16> %c15, %s3
  %c40 = call <16 x i16> @llvm.x86.{OP}(<16 x i16> %v0, i32 40)
  %s40 = sub <16 x i16> %c40, %s15
  %p = getelementptr i8, ptr %out, i64 32
  store <16 x i16> %s40, ptr %p, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psllv.d avx2.psrav.d avx2.psrlv.d}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x i32> %v0, <4 x i32> %v1)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psllv.q avx2.psrlv.q}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x i64>, ptr %pa, align 1
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <2 x i64> @llvm.x86.{OP}(<2 x i64> %v0, <2 x i64> %v1)
  store <2 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx2.psllv.q.256 avx2.psrlv.q.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i64>, ptr %pa, align 1
  %v1 = load <4 x i64>, ptr %pb, align 1
  %r = call <4 x i64> @llvm.x86.{OP}(<4 x i64> %v0, <4 x i64> %v1)
  store <4 x i64> %r, ptr %out, align 1
  ret void
}
; {{end}}
define i32 @main() {
; {{for OP in avx2.gather.d.d}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.d.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.pd}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.pd.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.ps}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.ps.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.q}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.d.q.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.d}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.d.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.pd}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.pd.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.ps}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.ps.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.q}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.gather.q.q.256}}
; {{for I in 1 2 4 8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.maskload.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskload.d.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskload.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskload.q.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskstore.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskstore.d.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskstore.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.maskstore.q.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.mpsadbw}}
; {{for I in 0 5 7}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx2.packssdw avx2.packusdw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.packsswb avx2.packuswb}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pavg.b avx2.pshuf.b avx2.psign.b}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pavg.w avx2.phadd.sw avx2.phadd.w avx2.phsub.sw avx2.phsub.w avx2.pmul.hr.sw avx2.pmulh.w avx2.pmulhu.w avx2.psign.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pblendvb}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.permd avx2.phadd.d avx2.phsub.d avx2.psign.d avx2.psllv.d.256 avx2.psrav.d.256 avx2.psrlv.d.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.permps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pmadd.ub.sw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pmadd.wd}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pmovmskb}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psad.bw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psll.d avx2.psra.d avx2.psrl.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psll.q avx2.psrl.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psll.w avx2.psra.w avx2.psrl.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pslli.d avx2.psrai.d avx2.psrli.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pslli.q avx2.psrli.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.pslli.w avx2.psrai.w avx2.psrli.w}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psllv.d avx2.psrav.d avx2.psrlv.d}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psllv.q avx2.psrlv.q}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx2.psllv.q.256 avx2.psrlv.q.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+avx2" }
