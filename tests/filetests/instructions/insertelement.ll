; run:
; with: drive.c
; insertelement by a constant and by a computed index, into vectors of one register, less and more.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"insert\00"

; {{for L,T,M in 16:i8:15 8:i16:7 4:i32:3 2:i64:1 4:float:3 2:double:1 8:i32:7 4:i64:3 16:i16:15 2:i32:1 8:i8:7 2:float:1}}
define internal void @computed_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = load <{L} x {T}>, ptr %pa
  %x = load {T}, ptr %pb
  %b = load i32, ptr %pb
  %i = and i32 %b, {M}
  %r = insertelement <{L} x {T}> %v, {T} %x, i32 %i
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{for I in 0 1}}
define internal void @constant_{L}_{T}_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %v = load <{L} x {T}>, ptr %pa
  %x = load {T}, ptr %pb
  %r = insertelement <{L} x {T}> %v, {T} %x, i64 {I}
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{end}}

define i32 @main() {
; {{for L,T,M in 16:i8:15 8:i16:7 4:i32:3 2:i64:1 4:float:3 2:double:1 8:i32:7 4:i64:3 16:i16:15 2:i32:1 8:i8:7 2:float:1}}
  call void @vector_pairs(ptr @name, i32 98, ptr @computed_{L}_{T})
; {{for I in 0 1}}
  call void @vector_pairs(ptr @name, i32 98, ptr @constant_{L}_{T}_{I})
; {{end}}
; {{end}}
  ret i32 0
}
