; Label addresses are numbers, the same in data and code.
target triple = "x86_64-pc-linux-gnu"
@labels = internal constant [2 x ptr] [ptr blockaddress(@bl, %x), ptr blockaddress(@bl, %y)]
define i32 @bl(i64 %n) {
  %a = getelementptr [2 x ptr], ptr @labels, i64 0, i64 %n
  %t = load ptr, ptr %a
  indirectbr ptr %t, [label %x, label %y]
x:
  %ph = phi i32 [1, %0], [2, %y]
  ret i32 %ph
y:
  indirectbr ptr blockaddress(@bl, %x), [label %x, label %y]
}
