; run:
; llvm.frameaddress, returnaddress, addressofreturnaddress, stacksave: plausible rather than equal to native, so only what
; programs rely on is printed.
declare ptr @llvm.frameaddress.p0(i32)
declare ptr @llvm.returnaddress(i32)
declare i32 @printf(ptr, ...)
@line = private constant [10 x i8] c"%d %d %d\0A\00"

define i32 @deeper(i64 %outer) noinline {
  %f = call ptr @llvm.frameaddress.p0(i32 0)
  %i = ptrtoint ptr %f to i64
  %different = icmp ne i64 %i, %outer
  %r = zext i1 %different to i32
  %x = add i32 %r, 1
  ret i32 %x
}
define i32 @main() {
  %f = call ptr @llvm.frameaddress.p0(i32 0)
  %i = ptrtoint ptr %f to i64
  %null = icmp ne ptr %f, null
  %a = zext i1 %null to i32
  %b = call i32 @deeper(i64 %i)
  %g = call ptr @llvm.frameaddress.p0(i32 0)
  %same = icmp eq ptr %f, %g
  %c = zext i1 %same to i32
  %ra = call ptr @llvm.returnaddress(i32 0)
  call i32 (ptr, ...) @printf(ptr @line, i32 %a, i32 %b, i32 %c)
  ret i32 0
}
