; run:
; with: drive.c
; A vector of one boolean as a boolean: its other bits are what was left in the register.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"one\00"
define internal void @minimum(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i8, ptr %pa
  %b = load i8, ptr %pb
  %x = trunc i8 %a to i1
  %y = trunc i8 %b to i1
  %v = bitcast i1 %x to <1 x i1>
  %w = bitcast i1 %y to <1 x i1>
  %m = call <1 x i1> @llvm.umin.v1i1(<1 x i1> %v, <1 x i1> %w)
  %s = bitcast <1 x i1> %m to i1
  %z = zext i1 %s to i64
  store i64 %z, ptr %out
  ret void
}
define internal void @overflow(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <1 x i32>, ptr %pa
  %b = load <1 x i32>, ptr %pb
  %r = call { <1 x i32>, <1 x i1> } @llvm.umul.with.overflow.v1i32(<1 x i32> %a, <1 x i32> %b)
  %o = extractvalue { <1 x i32>, <1 x i1> } %r, 1
  %s = bitcast <1 x i1> %o to i1
  %z = zext i1 %s to i64
  store i64 %z, ptr %out
  ret void
}
define i32 @main() {
  call void @vector_pairs(ptr @name, i32 98, ptr @minimum)
  call void @vector_pairs(ptr @name, i32 98, ptr @overflow)
  ret i32 0
}
