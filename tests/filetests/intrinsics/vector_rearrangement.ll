; run:
; with: drive.c
; llvm.vector.reverse, splice, interleave2, deinterleave2, insert, extract.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [10 x i8] c"rearrange\00"

; {{for L,H,T in 16:8:i8 8:4:i16 4:2:i32 2:1:i64 8:4:i32}}
define internal void @reverse_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = call <{L} x {T}> @llvm.vector.reverse.v{L}{T}(<{L} x {T}> %a)
  store <{L} x {T}> %r, ptr %out
  %s = call <{L} x {T}> @llvm.vector.splice.v{L}{T}(<{L} x {T}> %r, <{L} x {T}> %b, i32 1)
  %q = getelementptr i8, ptr %out, i64 32
  store <{L} x {T}> %s, ptr %q
  ret void
}
; {{end}}
; {{for L,H,T in 16:8:i8 8:4:i16 4:2:i32 8:4:i32}}
define internal void @halves_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %d = call { <{H} x {T}>, <{H} x {T}> } @llvm.vector.deinterleave2.v{L}{T}(<{L} x {T}> %a)
  %x = extractvalue { <{H} x {T}>, <{H} x {T}> } %d, 0
  %y = extractvalue { <{H} x {T}>, <{H} x {T}> } %d, 1
  %r = call <{L} x {T}> @llvm.vector.interleave2.v{L}{T}(<{H} x {T}> %y, <{H} x {T}> %x)
  store <{L} x {T}> %r, ptr %out
  %e = call <{H} x {T}> @llvm.vector.extract.v{H}{T}.v{L}{T}(<{L} x {T}> %a, i64 {H})
  %q = getelementptr i8, ptr %out, i64 32
  store <{H} x {T}> %e, ptr %q
  ret void
}
; {{end}}
define internal void @insert(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = call <8 x i32> @llvm.vector.insert.v8i32.v4i32(<8 x i32> %a, <4 x i32> %b, i64 4)
  store <8 x i32> %r, ptr %out
  ret void
}
define i32 @main() {
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_{L}_{T})
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 8:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @halves_{L}_{T})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @insert)
  ret i32 0
}
