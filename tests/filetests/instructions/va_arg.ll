; run:
; va_arg, the instruction, of the types that it has on this machine.
declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_end.p0(ptr)
declare void @llvm.va_copy.p0(ptr, ptr)
declare i32 @printf(ptr, ...)
@line = private constant [13 x i8] c"%lld %a %d\0A\00\00"

define void @f(i32 %n, ...) noinline {
  %list = alloca [24 x i8], align 8
  %copy = alloca [24 x i8], align 8
  call void @llvm.va_start.p0(ptr %list)
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %i1, %loop ]
  %a = va_arg ptr %list, i64
  %b = va_arg ptr %list, double
  call void @llvm.va_copy.p0(ptr %copy, ptr %list)
  %c = va_arg ptr %list, i32
  %again = va_arg ptr %copy, i32
  %s = add i32 %c, %again
  call i32 (ptr, ...) @printf(ptr @line, i64 %a, double %b, i32 %s)
  call void @llvm.va_end.p0(ptr %copy)
  %i1 = add i32 %i, 1
  %more = icmp slt i32 %i1, %n
  br i1 %more, label %loop, label %done
done:
  call void @llvm.va_end.p0(ptr %list)
  ret void
}
define i32 @main() {
  call void (i32, ...) @f(i32 5, i64 1, double 1.5, i32 2, i64 3, double 2.5, i32 4, i64 5, double 3.5, i32 6, i64 7, double 4.5, i32 8, i64 -9, double -5.5, i32 -10)
  ret i32 0
}
