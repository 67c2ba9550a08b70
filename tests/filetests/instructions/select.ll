; run:
; with: drive.c
; select of every type by a boolean; of constants; of vectors lane by lane.
declare void @pairs(ptr, i32, ptr)
declare void @float_pairs(ptr, i32, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"select\00"

; {{for N in 8 16 32 64 128}}
define internal void @select_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %c = trunc i{N} %a to i1
  %r = select i1 %c, i{N} %a, i{N} %b
  store i{N} %r, ptr %out
  ret void
}
define internal void @constants_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %c = trunc i{N} %a to i1
  %r = select i1 %c, i{N} 77, i{N} -3
  %d = icmp ult i{N} %r, 50
  %s = select i1 %d, i1 true, i1 %c
  %t = select i1 %s, i1 %c, i1 false
  %w = zext i1 %t to i{N}
  %x = add i{N} %w, %r
  store i{N} %x, ptr %out
  ret void
}
; {{end}}
; {{for K,T in f:float d:double x:x86_fp80}}
define internal void @select_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %i = load i16, ptr %pa
  %c = icmp ult i16 %i, 300
  %r = select i1 %c, {T} %a, {T} %b
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:float 2:double 8:i32 3:i32}}
define internal void @lanes_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %wide = load i16, ptr %pb
  %m = bitcast i16 %wide to <16 x i1>
  %s = shufflevector <16 x i1> %m, <16 x i1> poison, <{L} x i32> zeroinitializer
  %one = extractelement <16 x i1> %m, i32 3
  %c = insertelement <{L} x i1> %s, i1 %one, i32 1
  %r = select <{L} x i1> %c, <{L} x {T}> %a, <{L} x {T}> %b
  store <{L} x {T}> %r, ptr %out
  ret void
}
define internal void @whole_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %w = load i32, ptr %pb
  %c = icmp slt i32 %w, 0
  %r = select i1 %c, <{L} x {T}> %a, <{L} x {T}> %b
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @struct(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load { i32, i64 }, ptr %pa
  %b = load { i32, i64 }, ptr %pb
  %w = load i32, ptr %pb
  %c = icmp slt i32 %w, 0
  %r = select i1 %c, { i32, i64 } %a, { i32, i64 } %b
  store { i32, i64 } %r, ptr %out
  ret void
}

define i32 @main() {
; {{for N in 8 16 32 64 128}}
  call void @pairs(ptr @name, i32 {N}, ptr @select_{N})
  call void @pairs(ptr @name, i32 {N}, ptr @constants_{N})
; {{end}}
  call void @float_pairs(ptr @name, i32 102, i32 102, ptr @select_f)
  call void @float_pairs(ptr @name, i32 100, i32 100, ptr @select_d)
  call void @float_pairs(ptr @name, i32 120, i32 120, ptr @select_x)
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:float 2:double 8:i32 3:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @lanes_{L}_{T})
  call void @vector_pairs(ptr @name, i32 98, ptr @whole_{L}_{T})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @struct)
  ret i32 0
}
