; emit: ir f
;> func @f(ptr, i32) -> i32 {
;> b0(v0: ptr, v1: i32):
;>   v2 = const.i8 1
;>   v3 = zext8.i32 v2
;>   v4 = load.i32 v0
;>   v5 = iadd.i32 v4, v1
;>   v6 = iadd.i32 v5, v3
;>   ret v6
;> }
; Intrinsics that LLVM's passes lower before clang makes code, so that there is nothing to compare a run with: markers are
; dropped, copies are their operand.
@__profn_f = private constant [1 x i8] c"f"
@table = global [64 x i8] zeroinitializer
define i32 @f(ptr %p, i32 %n) {
  call void @llvm.instrprof.callsite(ptr @__profn_f, i64 1, i32 1, i32 0, ptr %p)
  call void @llvm.instrprof.cover(ptr @__profn_f, i64 1, i32 1, i32 0)
  call void @llvm.instrprof.increment(ptr @__profn_f, i64 1, i32 1, i32 0)
  call void @llvm.instrprof.increment.step(ptr @__profn_f, i64 1, i32 1, i32 0, i64 2)
  call void @llvm.instrprof.mcdc.parameters(ptr @__profn_f, i64 1, i32 1)
  call void @llvm.instrprof.mcdc.tvbitmap.update(ptr @__profn_f, i64 1, i32 1, ptr %p)
  call void @llvm.instrprof.timestamp(ptr @__profn_f, i64 1, i32 1, i32 0)
  call void @llvm.instrprof.value.profile(ptr @__profn_f, i64 1, i64 2, i32 1, i32 0)
  call void @llvm.pcmarker(i32 3)
  call void @llvm.xray.customevent(ptr %p, i64 4)
  call void @llvm.xray.typedevent(i64 1, ptr %p, i64 4)
  call void (...) @llvm.objc.clang.arc.noop.use(ptr %p)
  call void (...) @llvm.objc.clang.arc.use(ptr %p)
  call void @llvm.objc.arc.annotation.bottomup.bbend(ptr %p, ptr %p)
  call void @llvm.objc.arc.annotation.bottomup.bbstart(ptr %p, ptr %p)
  call void @llvm.objc.arc.annotation.topdown.bbend(ptr %p, ptr %p)
  call void @llvm.objc.arc.annotation.topdown.bbstart(ptr %p, ptr %p)
  %q = call ptr @llvm.preserve.static.offset(ptr %p)
  %e = call i32 @llvm.expect.with.probability.i32(i32 %n, i32 3, double 9.0e-1)
  %m = call i32 @llvm.ssa.copy.i32(i32 %e)
  %c = call i1 @llvm.public.type.test(ptr %p, metadata !"type")
  %w = zext i1 %c to i32
  %v = load i32, ptr %q
  %s = add i32 %v, %m
  %t = add i32 %s, %w
  ret i32 %t
}
declare void @llvm.objc.clang.arc.use(...)
declare void @llvm.objc.clang.arc.noop.use(...)
define i32 @main() {
  %a = call i32 @f(ptr @table, i32 4)
  ret i32 %a
}
