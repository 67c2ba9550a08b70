; Integers of more than 128 bits are limbs.
target triple = "x86_64-pc-linux-gnu"
define i192 @wide(i192 %a, i192 %b, ptr %p, i64 %n, i129 %o) {
  %s = add i192 %a, %b
  %d = sub i192 %s, 1
  %nn = zext i64 %n to i192
  %sh = shl i192 %d, %nn
  %ls = lshr i192 %sh, 65
  %as = ashr i192 %ls, %nn
  store i192 %as, ptr %p
  %l = load i129, ptr %p
  store i129 %l, ptr %p
  %c = icmp ult i129 %l, %o
  %c2 = icmp sge i192 %as, %a
  %c3 = icmp eq i192 %as, %a
  %t = trunc i129 %l to i128
  %x = sext i128 %t to i192
  %x2 = sext i65 7 to i192
  %y = select i1 %c, i192 %x, i192 %as
  %t2 = trunc i192 %y to i100
  %z = zext i100 %t2 to i192
  ret i192 %z
}
