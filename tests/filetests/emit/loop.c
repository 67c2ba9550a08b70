// emit: ir total
//> func @total(ptr, i32) -> i32 !0:98:0 {
//> b0(v0: ptr, v1: i32):
//>   v2 = const.i32 0 !0:100:21
//>   v3 = islt.i32 v2, v1 !0:100:21
//>   v4 = const.i32 0 !0:100:3
//>   br_if v3, b1, b2(v4) !0:100:3
//> b1:
//>   v5 = zext32.i64 v1 !0:100:21
//>   v6 = const.i64 0 !0:100:3
//>   v7 = const.i32 0 !0:100:3
//>   jump b3(v6, v7) !0:100:3
//> b2(v8: i32):
//>   ret v8 !0:103:3
//> b3(v9: i64, v10: i32):
//>   v11 = const.i64 2 !0:101:9
//>   v12 = shl.i64 v9, v11 !0:101:9
//>   v13 = iadd.ptr v0, v12 !0:101:9
//>   v14 = load.i32 v13 !0:101:9
//>   v15 = const.i32 0 !0:101:9
//>   v16 = smax.i32 v14, v15 !0:101:9
//>   v17 = iadd.i32 v16, v10 !0:101:9
//>   v18 = const.i64 1 !0:100:31
//>   v19 = iadd.i64 v9, v18 !0:100:31
//>   v20 = ieq.i64 v19, v5 !0:100:21
//>   br_if v20, b2(v17), b3(v19, v17) !0:100:3
//> }
// emit: clif total
//> ; total
//> function u0:0(i64, i32) -> i32 system_v {
//>     region0 = 0 "memory"
//>
//>                                 block0(v0: i64, v1: i32):
//>                                     jump block1
//>
//>                                 block1:
//> @0000                               v5 = iconst.i32 0
//> @0000                               v6 = icmp slt v5, v1  ; v5 = 0
//> @0001                               v7 = iconst.i32 0
//> @0001                               brif v6, block2, block4(v7)  ; v7 = 0
//>
//>                                 block2:
//> @0000                               v8 = uextend.i64 v1
//> @0001                               v9 = iconst.i64 0
//> @0001                               v10 = iconst.i32 0
//> @0001                               jump block3(v9, v10)  ; v9 = 0, v10 = 0
//>
//>                                 block3(v2: i64, v3: i32):
//> @0002                               v11 = iconst.i64 2
//> @0002                               v12 = ishl v2, v11  ; v11 = 2
//> @0002                               v13 = iadd.i64 v0, v12
//> @0002                               v14 = load.i32 notrap little region0 v13
//> @0002                               v15 = iconst.i32 0
//> @0002                               v16 = smax v14, v15  ; v15 = 0
//> @0002                               v17 = iadd v16, v3
//> @0003                               v18 = iconst.i64 1
//> @0003                               v19 = iadd v2, v18  ; v18 = 1
//> @0000                               v20 = icmp eq v19, v8
//> @0001                               brif v20, block4(v17), block3(v19, v17)
//>
//>                                 block4(v4: i32):
//> @0004                               return v4
//> }
//>
//> ; @0000 emit/loop.c:100:21
//> ; @0001 emit/loop.c:100:3
//> ; @0002 emit/loop.c:101:9
//> ; @0003 emit/loop.c:100:31
//> ; @0004 emit/loop.c:103:3
//>
// emit: asm total
//> function total: 36 bytes
//>     // emit/loop.c:100:21: for (int i = 0; i < count; i++)
//>      0  33 c0                                  xor %eax, %eax
//>     // emit/loop.c:100:3: for (int i = 0; i < count; i++)
//>      2  85 f6                                  test %esi, %esi
//>      4  7e 1d                                  jle 0x23
//>      6  4d 33 c9                               xor %r9, %r9
//>      9  33 c0                                  xor %eax, %eax
//>     // emit/loop.c:100:21: for (int i = 0; i < count; i++)
//>      b  8b ce                                  mov %esi, %ecx
//>     // emit/loop.c:101:9: if (values[i] > 0)
//>      d  42 8b 14 8f                            mov (%rdi,%r9,4), %edx
//>     11  49 83 c1 01                            add $1, %r9
//>     15  33 f6                                  xor %esi, %esi
//>     17  3b f2                                  cmp %edx, %esi
//>     19  0f 4d d6                               cmovge %esi, %edx
//>     // emit/loop.c:101:9: if (values[i] > 0)
//>     1c  03 c2                                  add %edx, %eax
//>     // emit/loop.c:100:3: for (int i = 0; i < count; i++)
//>     1e  4c 3b c9                               cmp %rcx, %r9
//>     21  75 ea                                  jne 0xd
//>     // emit/loop.c:103:3: return sum;
//>     23  c3                                     ret
//>
// levels: -O1
// cflags: -g
__attribute__((noinline)) int total(const int *values, int count) {
  int sum = 0;
  for (int i = 0; i < count; i++)
    if (values[i] > 0)
      sum += values[i];
  return sum;
}
int main(void) { return total((int[]){1, -2, 3}, 3); }
