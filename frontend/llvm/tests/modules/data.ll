; Constant data, symbols and their properties. Bytes and addends are as in the assembly that llc-19 makes of it.
target triple = "x86_64-pc-linux-gnu"
%S = type { i8, i24, [3 x i16], double, i1 }
@g = global %S { i8 1, i24 -2, [3 x i16] [i16 1, i16 2, i16 3], double 1.5, i1 true }
@p = global ptr getelementptr (i8, ptr @g, i64 8)
@q = global [2 x ptr] [ptr @f, ptr @al]
@rel = constant [2 x i32] [i32 trunc (i64 sub (i64 ptrtoint (ptr @f to i64), i64 ptrtoint (ptr @rel to i64)) to i32), i32 trunc (i64 sub (i64 ptrtoint (ptr @h to i64), i64 ptrtoint (ptr getelementptr inbounds ([2 x i32], ptr @rel, i32 0, i32 1) to i64)) to i32)]
@rel64 = constant { i32, i64 } { i32 7, i64 sub (i64 ptrtoint (ptr @f to i64), i64 ptrtoint (ptr @rel64 to i64)) }
@fp = global [3 x x86_fp80] [x86_fp80 0xK3FFF8000000000000000, x86_fp80 0xKC0008000000000000000, x86_fp80 0xK00000000000000000000]
@hh = global [2 x half] [half 1.0, half 2.0]
@w = global i200 12345678901234567890123456789012345678901234567890
@tl = thread_local global i32 5
@com = common global [10 x i32] zeroinitializer, align 16
@v = global <3 x i4> <i4 1, i4 2, i4 3>
@v2 = global <4 x i32> <i32 1, i32 2, i32 3, i32 poison>
@labels = internal constant [2 x ptr] [ptr blockaddress(@bl, %x), ptr blockaddress(@bl, %y)]
@diff = internal constant i32 trunc (i64 sub (i64 ptrtoint (ptr blockaddress(@bl, %y) to i64), i64 ptrtoint (ptr blockaddress(@bl, %x) to i64)) to i32)
@eq = global ptr dso_local_equivalent @f
@nc = global ptr no_cfi @f
@al = alias i32 (i32), ptr @f
@ga = alias i64, getelementptr (i8, ptr @g, i64 8)
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 100, ptr @h, ptr null }]
@llvm.used = appending global [1 x ptr] [ptr @g], section "llvm.metadata"
module asm ".globl foo"
module asm "foo: ret"
$odd = comdat any
define linkonce_odr i32 @f(i32 %x) comdat($odd) { ret i32 %x }
define internal void @h() { ret void }
define void @bl(i64 %n) {
  indirectbr ptr null, [label %x, label %y]
x:
  ret void
y:
  ret void
}
