; run:
; with: drive.c
; Intrinsics of SSE4.2: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [6 x i8] c"sse42\00"
; {{for OP in sse42.crc32.32.16}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load i32, ptr %pa, align 1
  %v1 = load i16, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(i32 %v0, i16 %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse42.crc32.32.32}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load i32, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(i32 %v0, i32 %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse42.crc32.32.8}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load i32, ptr %pa, align 1
  %v1 = load i8, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(i32 %v0, i8 %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse42.crc32.64.64}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load i64, ptr %pa, align 1
  %v1 = load i64, ptr %pb, align 1
  %r = call i64 @llvm.x86.{OP}(i64 %v0, i64 %v1)
  store i64 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse42.pcmpestri128 sse42.pcmpestria128 sse42.pcmpestric128 sse42.pcmpestrio128 sse42.pcmpestris128 sse42.pcmpestriz128}}
; {{for I in 0 9 12 26 45 68 127}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <16 x i8>, ptr %far, align 1
  %v3 = load i32, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<16 x i8> %v0, i32 %v1, <16 x i8> %v2, i32 %v3, i8 {I})
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpestrm128}}
; {{for I in 0 9 12 26 45 68 127}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load i32, ptr %pb, align 1
  %far = getelementptr i8, ptr %pa, i64 32
  %v2 = load <16 x i8>, ptr %far, align 1
  %v3 = load i32, ptr %pa, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<16 x i8> %v0, i32 %v1, <16 x i8> %v2, i32 %v3, i8 {I})
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpistri128 sse42.pcmpistria128 sse42.pcmpistric128 sse42.pcmpistrio128 sse42.pcmpistris128 sse42.pcmpistriz128}}
; {{for I in 0 9 12 26 45 68 127}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1, i8 {I})
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpistrm128}}
; {{for I in 0 9 12 26 45 68 127}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <16 x i8>, ptr %pa, align 1
  %v1 = load <16 x i8>, ptr %pb, align 1
  %r = call <16 x i8> @llvm.x86.{OP}(<16 x i8> %v0, <16 x i8> %v1, i8 {I})
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for OP in sse42.crc32.32.16}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse42.crc32.32.32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse42.crc32.32.8}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse42.crc32.64.64}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse42.pcmpestri128 sse42.pcmpestria128 sse42.pcmpestric128 sse42.pcmpestrio128 sse42.pcmpestris128 sse42.pcmpestriz128}}
; {{for I in 0 9 12 26 45 68 127}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpestrm128}}
; {{for I in 0 9 12 26 45 68 127}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpistri128 sse42.pcmpistria128 sse42.pcmpistric128 sse42.pcmpistrio128 sse42.pcmpistris128 sse42.pcmpistriz128}}
; {{for I in 0 9 12 26 45 68 127}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse42.pcmpistrm128}}
; {{for I in 0 9 12 26 45 68 127}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
  ret i32 0
}
attributes #0 = { noinline "target-features"="+sse4.2,+crc32" }
