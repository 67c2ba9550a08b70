; Integers whose width is no container's: bits above the width are undefined, except of `i1`.
target triple = "x86_64-pc-linux-gnu"
define i24 @odd(i24 %a, i24 %b, ptr %p) {
  %s = add i24 %a, %b
  %c = icmp slt i24 %s, %b
  %d = sdiv i24 %s, %b
  %l = lshr i24 %d, 3
  %sh = shl i24 %l, %b
  store i24 %sh, ptr %p
  %ld = load i24, ptr %p
  %z = zext i24 %ld to i64
  %x = sext i24 %ld to i64
  %m = trunc i64 %z to i7
  store i7 %m, ptr %p
  %u = xor i64 %z, %x
  %t = trunc i64 %u to i24
  %r = select i1 %c, i24 %t, i24 %s
  %q = sitofp i24 %r to double
  %qq = fptoui double %q to i24
  switch i24 %qq, label %e [ i24 -1, label %e2 i24 5, label %e2 ]
e:
  ret i24 %r
e2:
  %pp = phi i24 [ 1, %0 ], [ 1, %0 ]
  ret i24 %pp
}

define i1 @bools(i1 %a, i1 zeroext %b, i8 signext %c) {
  %s = add i1 %a, %b
  %t = icmp sgt i1 %s, %b
  %x = sext i1 %t to i32
  %y = trunc i32 %x to i1
  %z = zext i1 %y to i128
  %w = trunc i128 %z to i1
  %k = trunc i8 %c to i1
  %r = and i1 %w, %k
  %rr = call i1 @bools(i1 %r, i1 zeroext %r, i8 signext %c)
  ret i1 %rr
}
