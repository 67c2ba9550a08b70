; run:
; with: drive.c
; Intrinsics of AVX: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"avx\00"
; {{for OP in avx.addsub.pd.256 avx.hadd.pd.256 avx.hsub.pd.256 avx.max.pd.256 avx.min.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %v1 = load <4 x double>, ptr %pb, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, <4 x double> %v1)
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.addsub.ps.256 avx.hadd.ps.256 avx.hsub.ps.256 avx.max.ps.256 avx.min.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x float>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x float> %v1)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.blendv.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %v1 = load <4 x double>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x double>, ptr %far, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, <4 x double> %v1, <4 x double> %v2)
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.blendv.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x float>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <8 x float>, ptr %far, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x float> %v1, <8 x float> %v2)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.cmp.pd.256}}
; {{for I in 0 1 5 9 12 17 22 28 31}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %v1 = load <4 x double>, ptr %pb, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, <4 x double> %v1, i8 {I})
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx.cmp.ps.256}}
; {{for I in 0 1 5 9 12 17 22 28 31}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x float>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x float> %v1, i8 {I})
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx.dp.ps.256}}
; {{for I in 0 5 49 113 241 255}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x float>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x float> %v1, i8 {I})
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx.cvt.pd2.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x double> %v0)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.cvt.pd2dq.256 avx.cvtt.pd2dq.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %r = call <4 x i32> @llvm.x86.{OP}(<4 x double> %v0)
  store <4 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.cvt.ps2dq.256 avx.cvtt.ps2dq.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %r = call <8 x i32> @llvm.x86.{OP}(<8 x float> %v0)
  store <8 x i32> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.ldu.dq.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %r = call <32 x i8> @llvm.x86.{OP}(ptr %pa)
  store <32 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.maskload.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(ptr %pa, <2 x i64> %v1)
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.maskload.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i64>, ptr %pb, align 1
  %r = call <4 x double> @llvm.x86.{OP}(ptr %pa, <4 x i64> %v1)
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.maskload.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(ptr %pa, <4 x i32> %v1)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.maskload.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(ptr %pa, <8 x i32> %v1)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.maskstore.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <2 x i64>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <2 x double>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <2 x i64> %v1, <2 x double> %v2)
  ret void
}
; {{end}}
; {{for OP in avx.maskstore.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i64>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x double>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <4 x i64> %v1, <4 x double> %v2)
  ret void
}
; {{end}}
; {{for OP in avx.maskstore.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <4 x i32>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x float>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <4 x i32> %v1, <4 x float> %v2)
  ret void
}
; {{end}}
; {{for OP in avx.maskstore.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v1 = load <8 x i32>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <8 x float>, ptr %far, align 1
  call void @llvm.x86.{OP}(ptr %out, <8 x i32> %v1, <8 x float> %v2)
  ret void
}
; {{end}}
; {{for OP in avx.movmsk.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x double> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.movmsk.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<8 x float> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.ptestc.256 avx.ptestnzc.256 avx.ptestz.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i64>, ptr %pa, align 1
  %v1 = load <4 x i64>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x i64> %v0, <4 x i64> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.rcp.ps.256 avx.rsqrt.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.round.pd.256}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, i32 {I})
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx.round.ps.256}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, i32 {I})
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in avx.vpermilvar.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x i64> %v1)
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vpermilvar.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %v1 = load <4 x i64>, ptr %pb, align 1
  %r = call <4 x double> @llvm.x86.{OP}(<4 x double> %v0, <4 x i64> %v1)
  store <4 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vpermilvar.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x i32> %v1)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vpermilvar.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x i32>, ptr %pb, align 1
  %r = call <8 x float> @llvm.x86.{OP}(<8 x float> %v0, <8 x i32> %v1)
  store <8 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vtestc.pd avx.vtestnzc.pd avx.vtestz.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vtestc.pd.256 avx.vtestnzc.pd.256 avx.vtestz.pd.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x double>, ptr %pa, align 1
  %v1 = load <4 x double>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x double> %v0, <4 x double> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vtestc.ps avx.vtestnzc.ps avx.vtestz.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vtestc.ps.256 avx.vtestnzc.ps.256 avx.vtestz.ps.256}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x float>, ptr %pa, align 1
  %v1 = load <8 x float>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<8 x float> %v0, <8 x float> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in avx.vzeroall avx.vzeroupper}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  call void @llvm.x86.{OP}()
  ret void
}
; {{end}}
define i32 @main() {
; {{for OP in avx.addsub.pd.256 avx.hadd.pd.256 avx.hsub.pd.256 avx.max.pd.256 avx.min.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.addsub.ps.256 avx.hadd.ps.256 avx.hsub.ps.256 avx.max.ps.256 avx.min.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.blendv.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.blendv.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.cmp.pd.256}}
; {{for I in 0 1 5 9 12 17 22 28 31}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx.cmp.ps.256}}
; {{for I in 0 1 5 9 12 17 22 28 31}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx.dp.ps.256}}
; {{for I in 0 5 49 113 241 255}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx.cvt.pd2.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.cvt.pd2dq.256 avx.cvtt.pd2dq.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.cvt.ps2dq.256 avx.cvtt.ps2dq.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.ldu.dq.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskload.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskload.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskload.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskload.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskstore.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskstore.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskstore.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.maskstore.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.movmsk.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.movmsk.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.ptestc.256 avx.ptestnzc.256 avx.ptestz.256}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.rcp.ps.256 avx.rsqrt.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.round.pd.256}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx.round.ps.256}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in avx.vpermilvar.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vpermilvar.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vpermilvar.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vpermilvar.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vtestc.pd avx.vtestnzc.pd avx.vtestz.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vtestc.pd.256 avx.vtestnzc.pd.256 avx.vtestz.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vtestc.ps avx.vtestnzc.ps avx.vtestz.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vtestc.ps.256 avx.vtestnzc.ps.256 avx.vtestz.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in avx.vzeroall avx.vzeroupper}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+avx" }
