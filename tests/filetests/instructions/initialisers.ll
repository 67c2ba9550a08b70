; run:
; Initialisers that are not packed data: undef among the elements of arrays of bytes, vectors, odd integers, nested undef.
declare i32 @printf(ptr, ...)
@format = private constant [9 x i8] c"%d %d %d\00"
@newline = private constant [2 x i8] c"\0A\00"
@bytes = constant [5 x i8] [i8 1, i8 undef, i8 3, i8 undef, i8 5]
@halves = constant [3 x i16] [i16 undef, i16 -2, i16 7]
@odd = constant { i29, i8, [3 x i8] } { i29 undef, i8 9, [3 x i8] undef }
@vector = constant <4 x i8> <i8 1, i8 2, i8 undef, i8 4>
@nested = constant { [2 x { i32, ptr }], i2 } { [2 x { i32, ptr }] [{ i32, ptr } { i32 undef, ptr @bytes }, { i32, ptr } { i32 6, ptr undef }], i2 -1 }

define void @show(ptr %a, i64 %i, i64 %j, i64 %k) noinline {
  %pi = getelementptr i8, ptr %a, i64 %i
  %pj = getelementptr i8, ptr %a, i64 %j
  %pk = getelementptr i8, ptr %a, i64 %k
  %x = load i8, ptr %pi
  %y = load i8, ptr %pj
  %z = load i8, ptr %pk
  %xi = sext i8 %x to i32
  %yi = sext i8 %y to i32
  %zi = sext i8 %z to i32
  call i32 (ptr, ...) @printf(ptr @format, i32 %xi, i32 %yi, i32 %zi)
  call i32 (ptr, ...) @printf(ptr @newline)
  ret void
}

define i32 @main() {
  call void @show(ptr @bytes, i64 0, i64 2, i64 4)
  call void @show(ptr @halves, i64 2, i64 3, i64 4)
  call void @show(ptr @odd, i64 4, i64 4, i64 4)
  call void @show(ptr @vector, i64 0, i64 1, i64 3)
  %p = getelementptr i8, ptr @nested, i64 8
  %bytes = load ptr, ptr %p
  call void @show(ptr %bytes, i64 0, i64 2, i64 4)
  call void @show(ptr @nested, i64 16, i64 17, i64 32)
  ret i32 0
}
