; run:
; dies:
; llvm.debugtrap stops the program as a breakpoint does; what was written before is not lost.
declare void @llvm.debugtrap()
declare i32 @puts(ptr)
declare i32 @fflush(ptr)
@text = private constant [7 x i8] c"before\00"
define i32 @main() {
  %a = call i32 @puts(ptr @text)
  %b = call i32 @fflush(ptr null)
  call void @llvm.debugtrap()
  ret i32 0
}
