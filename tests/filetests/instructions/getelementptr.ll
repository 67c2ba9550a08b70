; run:
; getelementptr: structs, arrays, nested ones, packed ones, vectors; constant, computed, negative and narrow indices; as a
; constant expression; of a vector of pointers.
declare i32 @printf(ptr, ...)
@line = private constant [6 x i8] c"%lld\0A\00"
%inner = type { i8, i32, [3 x i16] }
%outer = type { i64, [4 x %inner], double, <4 x i8> }
%packed = type <{ i8, i64, %inner, i8 }>
@global = internal global [5 x %outer] zeroinitializer
@address = internal global ptr getelementptr inbounds ([5 x %outer], ptr @global, i64 0, i64 3, i32 1, i64 2, i32 2, i64 1)
@negative = internal global ptr getelementptr (%outer, ptr @global, i64 -2)

define i64 @distance(ptr %p, ptr %base) noinline {
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %base to i64
  %d = sub i64 %a, %b
  ret i64 %d
}
define internal void @show(ptr %p) noinline {
  %d = call i64 @distance(ptr %p, ptr @global)
  call i32 (ptr, ...) @printf(ptr @line, i64 %d)
  ret void
}
define internal void @computed(ptr %base, i64 %i, i32 %k, i8 %n) noinline {
  %p1 = getelementptr %outer, ptr %base, i64 %i
  call void @show(ptr %p1)
  %p2 = getelementptr inbounds %outer, ptr %base, i64 %i, i32 1, i32 %k
  call void @show(ptr %p2)
  %p3 = getelementptr %outer, ptr %base, i32 %k, i32 1, i8 %n, i32 2, i64 %i
  call void @show(ptr %p3)
  %p4 = getelementptr %packed, ptr %base, i64 %i, i32 2, i32 2, i32 %k
  call void @show(ptr %p4)
  %p5 = getelementptr i8, ptr %base, i32 %k
  call void @show(ptr %p5)
  %p6 = getelementptr [7 x [3 x i32]], ptr %base, i64 0, i64 %i, i32 %k
  call void @show(ptr %p6)
  %p7 = getelementptr %outer, ptr %base, i64 0, i32 2
  call void @show(ptr %p7)
  %p8 = getelementptr %outer, ptr %base, i64 1, i32 3, i64 2
  call void @show(ptr %p8)
; {{for T in i8 i16 i32 i64 i128 i24 x86_fp80 ptr}}
  %q_{T} = getelementptr {T}, ptr %base, i64 %i
  call void @show(ptr %q_{T})
; {{end}}
  ret void
}
define internal void @vectors(i64 %i) noinline {
  %v = insertelement <2 x i64> poison, i64 %i, i32 0
  %w = insertelement <2 x i64> %v, i64 -1, i32 1
  %p = getelementptr i32, ptr @global, <2 x i64> %w
  %a = extractelement <2 x ptr> %p, i32 0
  %b = extractelement <2 x ptr> %p, i32 1
  call void @show(ptr %a)
  call void @show(ptr %b)
  ret void
}
define i32 @main() {
  call void @computed(ptr @global, i64 2, i32 3, i8 1)
  call void @computed(ptr @global, i64 -1, i32 -2, i8 -3)
  call void @computed(ptr @global, i64 0, i32 0, i8 127)
  call void @vectors(i64 9)
  %a = load ptr, ptr @address
  call void @show(ptr %a)
  %n = load ptr, ptr @negative
  call void @show(ptr %n)
  call void @show(ptr getelementptr inbounds ([5 x %outer], ptr @global, i64 0, i64 4, i32 2))
  ret i32 0
}
