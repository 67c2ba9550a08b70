; run:
; only: x86-64
; The stack pointer and the frame pointer by name: addresses in the stack, lower in functions called.
declare i64 @llvm.read_register.i64(metadata)
declare i32 @llvm.read_register.i32(metadata)
declare i64 @llvm.read_volatile_register.i64(metadata)
declare i32 @printf(ptr, ...)
@line = private constant [4 x i8] c"%d\0A\00"

define i64 @inside(i64 %n) noinline "frame-pointer"="all" {
  %room = alloca [64 x i8]
  %at = getelementptr i8, ptr %room, i64 %n
  store volatile i8 1, ptr %at
  %sp = call i64 @llvm.read_volatile_register.i64(metadata !0)
  ret i64 %sp
}
define i32 @main() "frame-pointer"="all" {
  %sp = call i64 @llvm.read_register.i64(metadata !0)
  %bp = call i64 @llvm.read_register.i64(metadata !1)
  %low = call i32 @llvm.read_register.i32(metadata !2)
  %in = call i64 @inside(i64 3)
  %deeper = icmp ult i64 %in, %bp
  %order = icmp ule i64 %sp, %bp
  %set = icmp ne i32 %low, 0
  %a = zext i1 %deeper to i32
  %b = zext i1 %order to i32
  %c = zext i1 %set to i32
  call i32 (ptr, ...) @printf(ptr @line, i32 %a)
  call i32 (ptr, ...) @printf(ptr @line, i32 %b)
  call i32 (ptr, ...) @printf(ptr @line, i32 %c)
  ret i32 0
}
!0 = !{!"rsp"}
!1 = !{!"rbp"}
!2 = !{!"esp"}
