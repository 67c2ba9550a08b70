; run:
; with: drive.c
; Intrinsics of SSE4.1: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [6 x i8] c"sse41\00"
; {{for OP in sse41.blendvpd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <2 x double>, ptr %far, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1, <2 x double> %v2)
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.blendvps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <4 x float>, ptr %far, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1, <4 x float> %v2)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.dppd}}
; {{for I in 0 5 49 113 241 255}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1, i8 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.dpps}}
; {{for I in 0 5 49 113 241 255}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.insertps}}
; {{for I in 0 27 177 228}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.mpsadbw}}
; {{for I in 0 5 7}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1, i8 {I})
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.packusdw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x i32>, ptr %pa, align 1
  %v1 = load <4 x i32>, ptr %pb, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<4 x i32> %v0, <4 x i32> %v1)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.pblendvb}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <16 x i8>, ptr %far, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1, <16 x i8> %v2)
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.phminposuw}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <8 x i16>, ptr %pa, align 1
  %r = call <8 x i16> @llvm.x86.{OP}(<8 x i16> %v0)
  store <8 x i16> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.ptestc sse41.ptestnzc sse41.ptestz}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x i64>, ptr %pa, align 1
  %v1 = load <2 x i64>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<2 x i64> %v0, <2 x i64> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse41.round.pd}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, i32 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.round.ps}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, i32 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.round.sd}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1, i32 {I})
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse41.round.ss}}
; {{for I in 0 1 2 3 4 8 11}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1, i32 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for OP in sse41.blendvpd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.blendvps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.dppd}}
; {{for I in 0 5 49 113 241 255}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.dpps}}
; {{for I in 0 5 49 113 241 255}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.insertps}}
; {{for I in 0 27 177 228}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.mpsadbw}}
; {{for I in 0 5 7}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.packusdw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.pblendvb}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.phminposuw}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.ptestc sse41.ptestnzc sse41.ptestz}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse41.round.pd}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.round.ps}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.round.sd}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse41.round.ss}}
; {{for I in 0 1 2 3 4 8 11}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+sse4.1" }
