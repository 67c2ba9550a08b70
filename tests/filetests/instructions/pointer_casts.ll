; run:
; with: drive.c
; ptrtoint and inttoptr at, below and above the width of a pointer.
declare void @pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"cast\00"

; {{for N in 1 8 16 32 48 64}}
define internal void @ptrtoint_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %p = load ptr, ptr %pa
  %i = ptrtoint ptr %p to i{N}
  %w = zext i{N} %i to i128
  %t = trunc i128 %w to i64
  store i64 %t, ptr %out
  ret void
}
define internal void @inttoptr_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %w = load i128, ptr %pa
  %i = trunc i128 %w to i{N}
  %p = inttoptr i{N} %i to ptr
  store ptr %p, ptr %out
  ret void
}
; {{end}}
define internal void @wide(ptr %pa, ptr %pb, ptr %out) noinline {
  %p = load ptr, ptr %pa
  %i = ptrtoint ptr %p to i128
  %j = add i128 %i, 1
  store i128 %j, ptr %out
  %q = inttoptr i128 %j to ptr
  %o = getelementptr i8, ptr %out, i64 8
  store ptr %q, ptr %o
  ret void
}
define internal void @null(ptr %pa, ptr %pb, ptr %out) noinline {
  %p = load ptr, ptr %pa
  %c = icmp eq ptr %p, null
  %d = icmp ugt ptr %p, inttoptr (i64 4096 to ptr)
  %e = zext i1 %c to i8
  %f = zext i1 %d to i8
  %g = shl i8 %e, 1
  %h = or i8 %f, %g
  store i8 %h, ptr %out
  ret void
}

define i32 @main() {
; {{for N in 1 8 16 32 48 64}}
  call void @pairs(ptr @name, i32 64, ptr @ptrtoint_{N})
  call void @pairs(ptr @name, i32 64, ptr @inttoptr_{N})
; {{end}}
  call void @pairs(ptr @name, i32 64, ptr @wide)
  call void @pairs(ptr @name, i32 64, ptr @null)
  ret i32 0
}
