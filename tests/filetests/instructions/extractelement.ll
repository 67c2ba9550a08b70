; run:
; with: drive.c
; extractelement by a constant and by a computed index, from vectors of one register, less and more.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [8 x i8] c"extract\00"

; {{for L,T,M in 16:i8:15 8:i16:7 4:i32:3 2:i64:1 4:float:3 2:double:1 8:i32:7 4:i64:3 16:i16:15 2:i32:1 8:i8:7 2:float:1}}
define internal void @computed_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = load <{L} x {T}>, ptr %pa
  %b = load i32, ptr %pb
  %i = and i32 %b, {M}
  %r = extractelement <{L} x {T}> %v, i32 %i
  store {T} %r, ptr %out
  ret void
}
; {{for I in 0 1}}
define internal void @constant_{L}_{T}_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = load <{L} x {T}>, ptr %pa
  %r = extractelement <{L} x {T}> %v, i64 {I}
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
define internal void @bits(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %c = icmp slt <4 x i32> %a, %b
  %r = extractelement <4 x i1> %c, i32 2
  %w = zext i1 %r to i8
  store i8 %w, ptr %out
  ret void
}
define internal void @pointers(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = insertelement <2 x ptr> poison, ptr %pa, i32 0
  %u = insertelement <2 x ptr> %v, ptr %pb, i32 1
  %p = extractelement <2 x ptr> %u, i32 1
  %r = load i64, ptr %p
  store i64 %r, ptr %out
  ret void
}

define i32 @main() {
; {{for L,T,M in 16:i8:15 8:i16:7 4:i32:3 2:i64:1 4:float:3 2:double:1 8:i32:7 4:i64:3 16:i16:15 2:i32:1 8:i8:7 2:float:1}}
  call void @vector_pairs(ptr @name, i32 98, ptr @computed_{L}_{T})
; {{for I in 0 1}}
  call void @vector_pairs(ptr @name, i32 98, ptr @constant_{L}_{T}_{I})
; {{end}}
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @bits)
  call void @vector_pairs(ptr @name, i32 98, ptr @pointers)
  ret i32 0
}
