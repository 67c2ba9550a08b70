; run:
; with: drive.c
; llvm.get.active.lane.mask, llvm.experimental.get.vector.length, stepvector, cttz.elts, vector.compress, vector.histogram.add,
; vector.partial.reduce.add.
declare void @pairs(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"pred\00"

; {{for L in 2 4 8 16 7}}
define internal void @lanes_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i32, ptr %pa
  %b = load i32, ptr %pb
  %n = or i32 %b, 1
  %m = call <{L} x i1> @llvm.get.active.lane.mask.v{L}i1.i32(i32 %a, i32 %n)
  %i = bitcast <{L} x i1> %m to i{L}
  %w = zext i{L} %i to i32
  store i32 %w, ptr %out
  ret void
}
define internal void @length_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i32, ptr %pa
  %r = call i32 @llvm.experimental.get.vector.length.i32(i32 %a, i32 {L}, i1 false)
  store i32 %r, ptr %out
  ret void
}
define internal void @first_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x i8>, ptr %pa
  %b = load <{L} x i8>, ptr %pb
  %c = icmp slt <{L} x i8> %a, %b
  %r = call i32 @llvm.experimental.cttz.elts.i32.v{L}i1(<{L} x i1> %c, i1 false)
  store i32 %r, ptr %out
  ret void
}
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i64 5:i32}}
define internal void @step_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %s = call <{L} x {T}> @llvm.experimental.stepvector.v{L}{T}()
  %r = mul <{L} x {T}> %a, %s
  store <{L} x {T}> %r, ptr %out
  ret void
}
define internal void @compress_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %m = icmp sgt <{L} x {T}> %a, zeroinitializer
  %r = call <{L} x {T}> @llvm.experimental.vector.compress.v{L}{T}(<{L} x {T}> %a, <{L} x i1> %m, <{L} x {T}> %b)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @partial(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %w = sext <16 x i8> %b to <16 x i32>
  %r = call <4 x i32> @llvm.experimental.vector.partial.reduce.add.v4i32.v16i32(<4 x i32> %a, <16 x i32> %w)
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @histogram(ptr %pa, ptr %pb, ptr %out) noinline {
  %i = load <4 x i8>, ptr %pa
  %n = and <4 x i8> %i, splat (i8 3)
  %w = zext <4 x i8> %n to <4 x i64>
  %p = getelementptr i32, ptr %out, <4 x i64> %w
  %m = icmp ult <4 x i8> %i, splat (i8 -56)
  call void @llvm.experimental.vector.histogram.add.v4p0.i32(<4 x ptr> %p, i32 3, <4 x i1> %m)
  ret void
}
define i32 @main() {
; {{for L in 2 4 8 16 7}}
  call void @pairs(ptr @name, i32 32, ptr @lanes_{L})
  call void @pairs(ptr @name, i32 31, ptr @length_{L})
  call void @vector_pairs(ptr @name, i32 98, ptr @first_{L})
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i64 5:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @step_{L}_{T})
  call void @vector_pairs(ptr @name, i32 98, ptr @compress_{L}_{T})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @partial)
  call void @vector_pairs(ptr @name, i32 98, ptr @histogram)
  ret i32 0
}
