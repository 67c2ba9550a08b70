; run:
; dies:
; llvm.ubsantrap stops the program as the machine's illegal instruction does; what was written before is not lost.
declare void @llvm.ubsantrap(i8)
declare i32 @puts(ptr)
declare i32 @fflush(ptr)
@text = private constant [7 x i8] c"before\00"
define i32 @main() {
  %a = call i32 @puts(ptr @text)
  %b = call i32 @fflush(ptr null)
  call void @llvm.ubsantrap(i8 3)
  unreachable
}
