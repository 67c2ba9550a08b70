; run:
; Intrinsics without an effect of their own: lifetime, invariant, assume, expect, donothing, sideeffect, prefetch, annotation,
; launder and strip, is.constant, objectsize.
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
declare ptr @llvm.invariant.start.p0(i64, ptr)
declare void @llvm.invariant.end.p0(ptr, i64, ptr)
declare void @llvm.assume(i1)
declare i64 @llvm.expect.i64(i64, i64)
declare void @llvm.donothing()
declare void @llvm.sideeffect()
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare ptr @llvm.launder.invariant.group.p0(ptr)
declare ptr @llvm.strip.invariant.group.p0(ptr)
declare i1 @llvm.is.constant.i64(i64)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)
declare void @llvm.experimental.noalias.scope.decl(metadata)
declare ptr @llvm.ptrmask.p0.i64(ptr, i64)
declare i64 @llvm.annotation.i64.p0(i64, ptr, ptr, i32)
declare i32 @printf(ptr, ...)
@line = private constant [11 x i8] c"%lld %lld\0A\00"

define i64 @f(i64 %x) noinline {
  %p = alloca i64
  call void @llvm.lifetime.start.p0(i64 8, ptr %p)
  store i64 %x, ptr %p
  %i = call ptr @llvm.invariant.start.p0(i64 8, ptr %p)
  call void @llvm.prefetch.p0(ptr %p, i32 0, i32 3, i32 1)
  %e = call i64 @llvm.expect.i64(i64 %x, i64 5)
  %c = icmp ne i64 %e, 0
  call void @llvm.assume(i1 %c)
  call void @llvm.assume(i1 true) [ "align"(ptr %p, i64 8) ]
  call void @llvm.donothing()
  call void @llvm.sideeffect()
  %q = call ptr @llvm.launder.invariant.group.p0(ptr %p)
  %r = call ptr @llvm.strip.invariant.group.p0(ptr %q)
  call void @llvm.invariant.end.p0(ptr %i, i64 8, ptr %p)
  %m = call ptr @llvm.ptrmask.p0.i64(ptr %r, i64 -8)
  %v = load i64, ptr %m
  %k = call i64 @llvm.annotation.i64.p0(i64 %v, ptr @line, ptr @line, i32 3)
  call void @llvm.lifetime.end.p0(i64 8, ptr %p)
  %w = add i64 %k, %e
  ret i64 %w
}
define i64 @folded(i64 %x) noinline {
  %a = call i1 @llvm.is.constant.i64(i64 7)
  %p = alloca [40 x i8]
  %size = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 false, i1 true, i1 false)
  %big = icmp uge i64 %size, 40
  %w = zext i1 %big to i64
  %r = add i64 %w, %x
  ret i64 %r
}
define i32 @main() {
  %a = call i64 @f(i64 21)
  %b = call i64 @folded(i64 1)
  call i32 (ptr, ...) @printf(ptr @line, i64 %a, i64 %b)
  ret i32 0
}
