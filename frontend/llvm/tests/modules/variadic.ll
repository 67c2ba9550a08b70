; Variadic definitions take their argument area; `va_arg` by the ABI.
target triple = "x86_64-pc-linux-gnu"
define void @va(i32 %a, double %d, ptr byval({ i64, i64, i64 }) align 8 %s, ...) {
  %l = alloca [24 x i8], align 16
  %x = va_arg ptr %l, i32
  %y = va_arg ptr %l, double
  %z = va_arg ptr %l, x86_fp80
  %v = va_arg ptr %l, i128
  call void (i32, double, ptr, ...) @va(i32 %x, double %y, ptr byval({ i64, i64, i64 }) align 8 %s, i32 3, x86_fp80 %z)
  call void (i32, double, ptr, ...) @va(i32 %x, double %y, ptr byval({ i64, i64, i64 }) align 8 %s, ptr byval({ i64, i64, i64 }) align 8 %s)
  ret void
}

define i32 @start(i32 %n, ...) {
  %l = alloca [24 x i8], align 16
  call void @llvm.va_start.p0(ptr %l)
  %x = va_arg ptr %l, i32
  call void @llvm.va_end.p0(ptr %l)
  ret i32 %x
}
declare void @llvm.va_start.p0(ptr)
declare void @llvm.va_end.p0(ptr)
