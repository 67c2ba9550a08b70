; run:
; with: drive.c
; Intrinsics of FMA: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"fma\00"
; {{for OP in fma.vfmaddsub.pd}}
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
; {{for OP in fma.vfmaddsub.pd.256}}
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
; {{for OP in fma.vfmaddsub.ps}}
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
; {{for OP in fma.vfmaddsub.ps.256}}
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
define i32 @main() {
; {{for OP in fma.vfmaddsub.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in fma.vfmaddsub.pd.256}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in fma.vfmaddsub.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in fma.vfmaddsub.ps.256}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+avx,+fma" }
