; run:
; with: drive.c
; llvm.masked.load, store, gather, scatter, expandload, compressstore: lanes that are off touch no memory.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"masked\00"

; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32}}
define internal void @load_store_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %b = load <{L} x {T}>, ptr %pb
  %m = icmp sgt <{L} x {T}> %b, splat ({T} 3)
  %v = call <{L} x {T}> @llvm.masked.load.v{L}{T}.p0(ptr %pa, i32 1, <{L} x i1> %m, <{L} x {T}> splat ({T} 9))
  call void @llvm.masked.store.v{L}{T}.p0(<{L} x {T}> %v, ptr %out, i32 1, <{L} x i1> %m)
  %far = getelementptr i8, ptr %out, i64 32
  store <{L} x {T}> %v, ptr %far
  ret void
}
; {{end}}
define internal void @nothing(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr null, i32 1, <4 x i1> zeroinitializer, <4 x i32> <i32 1, i32 2, i32 3, i32 4>)
  call void @llvm.masked.store.v4i32.p0(<4 x i32> %v, ptr null, i32 1, <4 x i1> zeroinitializer)
  store <4 x i32> %v, ptr %out
  ret void
}
define internal void @gather(ptr %pa, ptr %pb, ptr %out) noinline {
  %i = load <4 x i8>, ptr %pb
  %n = and <4 x i8> %i, splat (i8 7)
  %w = zext <4 x i8> %n to <4 x i64>
  %p = getelementptr i32, ptr %pa, <4 x i64> %w
  %m = icmp ult <4 x i8> %i, splat (i8 -56)
  %v = call <4 x i32> @llvm.masked.gather.v4i32.v4p0(<4 x ptr> %p, i32 4, <4 x i1> %m, <4 x i32> splat (i32 -1))
  store <4 x i32> %v, ptr %out
  %q = getelementptr i32, ptr %out, <4 x i64> <i64 9, i64 6, i64 6, i64 12>
  call void @llvm.masked.scatter.v4i32.v4p0(<4 x i32> %v, <4 x ptr> %q, i32 4, <4 x i1> %m)
  ret void
}
define internal void @packed(ptr %pa, ptr %pb, ptr %out) noinline {
  %b = load <8 x i16>, ptr %pb
  %m = icmp sgt <8 x i16> %b, zeroinitializer
  %v = call <8 x i16> @llvm.masked.expandload.v8i16(ptr %pa, <8 x i1> %m, <8 x i16> splat (i16 7))
  store <8 x i16> %v, ptr %out
  %q = getelementptr i8, ptr %out, i64 32
  call void @llvm.masked.compressstore.v8i16(<8 x i16> %b, ptr %q, <8 x i1> %m)
  ret void
}
define i32 @main() {
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @load_store_{L}_{T})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @nothing)
  call void @vector_pairs(ptr @name, i32 98, ptr @gather)
  call void @vector_pairs(ptr @name, i32 98, ptr @packed)
  ret i32 0
}
