; run:
; native: -O1 -mllvm -enable-matrix
; with: drive.c
; llvm.matrix.multiply, transpose, column.major.load, column.major.store, of integers and floats.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"matrix\00"

; {{for T,M in i32:i32 float:f32 i16:i16 double:f64}}
define internal void @multiply_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <6 x {T}>, ptr %pa
  %b = load <6 x {T}>, ptr %pb
  %r = call <4 x {T}> @llvm.matrix.multiply.v4{M}.v6{M}.v6{M}(<6 x {T}> %a, <6 x {T}> %b, i32 2, i32 3, i32 2)
  store <4 x {T}> %r, ptr %out
  ret void
}
define internal void @transpose_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <6 x {T}>, ptr %pa
  %r = call <6 x {T}> @llvm.matrix.transpose.v6{M}(<6 x {T}> %a, i32 2, i32 3)
  store <6 x {T}> %r, ptr %out
  ret void
}
define internal void @memory_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = call <4 x {T}> @llvm.matrix.column.major.load.v4{M}.i64(ptr align 8 %pa, i64 4, i1 false, i32 2, i32 2)
  %t = call <4 x {T}> @llvm.matrix.transpose.v4{M}(<4 x {T}> %a, i32 2, i32 2)
  call void @llvm.matrix.column.major.store.v4{M}.i64(<4 x {T}> %t, ptr align 8 %out, i64 3, i1 false, i32 2, i32 2)
  ret void
}
; {{end}}
define i32 @main() {
; {{for T,O in i32:98 float:102 i16:98 double:100}}
  call void @vector_pairs(ptr @name, i32 {O}, ptr @multiply_{T})
  call void @vector_pairs(ptr @name, i32 {O}, ptr @transpose_{T})
  call void @vector_pairs(ptr @name, i32 {O}, ptr @memory_{T})
; {{end}}
  ret i32 0
}
