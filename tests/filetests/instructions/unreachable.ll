; run:
; unreachable behind a call that does not return, and on a way that is not taken.
declare void @exit(i32) noreturn
declare i32 @puts(ptr)
@text = private constant [5 x i8] c"here\00"

define internal void @leave(i32 %code) noreturn noinline {
  call void @exit(i32 %code) noreturn
  unreachable
}
define internal i32 @never(i32 %x) noinline {
  %c = icmp eq i32 %x, 12345
  br i1 %c, label %no, label %yes
no:
  unreachable
yes:
  ret i32 %x
}
define i32 @main(i32 %argc, ptr %argv) {
  call i32 @puts(ptr @text)
  %x = call i32 @never(i32 %argc)
  %y = add i32 %x, 6
  call void @leave(i32 %y)
  unreachable
}
