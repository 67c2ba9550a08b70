; run:
; Intrinsics of which a program sees little: readcyclecounter, readsteadycounter, thread.pointer, addressofreturnaddress,
; allow.runtime.check, allow.ubsan.check, arithmetic.fence, convert.to.fp16, convert.from.fp16,
; load.relative, ptr.annotation, var.annotation, type.test, clear_cache, codeview.annotation, pseudoprobe,
; experimental.convergence.*.
declare i32 @printf(ptr, ...)
@line = private constant [11 x i8] c"%d %d %d\0A\00\00"
@float = private constant [4 x i8] c"%a\0A\00"
@table = private constant [2 x i32] [i32 0, i32 trunc (i64 sub (i64 ptrtoint (ptr @target to i64), i64 ptrtoint (ptr @table to i64)) to i32)]
@target = private constant i32 77

define i64 @counters() noinline {
  %a = call i64 @llvm.readcyclecounter()
  %b = call i64 @llvm.readcyclecounter()
  %s = call i64 @llvm.readsteadycounter()
  %c = icmp ule i64 %a, %b
  %r = zext i1 %c to i64
  ret i64 %r
}
define i32 @pointers() noinline {
  %t = call ptr @llvm.thread.pointer()
  %u = call ptr @llvm.thread.pointer()
  %same = icmp eq ptr %t, %u
  %r = call ptr @llvm.addressofreturnaddress.p0()
  %there = icmp ne ptr %r, null
  %both = and i1 %same, %there
  %w = zext i1 %both to i32
  ret i32 %w
}
define i32 @checks(i32 %x) noinline {
  %a = call i1 @llvm.allow.runtime.check(metadata !"anything")
  %b = call i1 @llvm.allow.ubsan.check(i8 4)
  %s = select i1 %a, i32 %x, i32 0
  %t = select i1 %b, i32 %s, i32 0
  ret i32 %t
}
define float @fenced(float %a, float %b) noinline {
  %s = fadd fast float %a, %b
  %f = call fast float @llvm.arithmetic.fence.f32(float %s)
  %h = call i16 @llvm.convert.to.fp16.f32(float %f)
  %r = call float @llvm.convert.from.fp16.f32(i16 %h)
  %d = call i16 @llvm.convert.to.fp16.f64(double 3.14)
  %e = call double @llvm.convert.from.fp16.f64(i16 %d)
  %g = fptrunc double %e to float
  %t = fadd float %r, %g
  ret float %t
}
define i32 @relative() noinline convergent {
  %token = call token @llvm.experimental.convergence.entry()
  %other = call token @llvm.experimental.convergence.anchor()
  %p = call ptr @llvm.load.relative.i64(ptr @table, i64 4)
  %v = load i32, ptr @target
  br label %loop
loop:
  %i = phi i32 [0, %0], [%j, %loop]
  %inner = call token @llvm.experimental.convergence.loop() [ "convergencectrl"(token %token) ]
  %j = add i32 %i, %v
  %c = icmp ult i32 %j, 1000
  br i1 %c, label %loop, label %done
done:
  %vtable = call i1 @llvm.type.test(ptr %p, metadata !"type")
  call void @llvm.assume(i1 %vtable)
  call void @llvm.var.annotation.p0.p0(ptr %p, ptr @line, ptr @line, i32 3, ptr null)
  %q = call ptr @llvm.ptr.annotation.p0.p0(ptr @target, ptr @line, ptr @line, i32 3, ptr null)
  call void @llvm.clear_cache(ptr @line, ptr @line)
  call void @llvm.codeview.annotation(metadata !{!"text"})
  call void @llvm.pseudoprobe(i64 5, i64 1, i32 0, i64 -1)
  %w = load i32, ptr %q
  %r = add i32 %w, %j
  ret i32 %r
}
define i32 @main() {
  %a = call i64 @counters()
  %b = call i32 @pointers()
  %c = call i32 @checks(i32 41)
  call i32 (ptr, ...) @printf(ptr @line, i64 %a, i32 %b, i32 %c)
  %f = call float @fenced(float 1.5, float 0x3FB99999A0000000)
  %d = fpext float %f to double
  call i32 (ptr, ...) @printf(ptr @float, double %d)
  %r = call i32 @relative()
  call i32 (ptr, ...) @printf(ptr @line, i32 %r, i32 0, i32 0)
  ret i32 0
}
