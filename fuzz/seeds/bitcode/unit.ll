target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
@s = private constant [3 x i8] c"hi\00"
declare i32 @puts(ptr)
define i32 @main(i32 %n) {
entry:
  %c = icmp sgt i32 %n, 1
  br i1 %c, label %a, label %b
a:
  %r = call i32 @puts(ptr @s)
  br label %b
b:
  %p = phi i32 [ 0, %entry ], [ %r, %a ]
  ret i32 %p
}
