// emit: bytecode find loop b1
//> function 1 find: 27 bytes, 7 instructions, frame of 5 slots
//>      0  07 40                                  const.i64 +0 -> s4
//>      2  fa 52 01 01 15                         islt.i64 s1 1 -> _ ; br_if.i64 %0 +22  L24
//>      7  39 03 04                               const.i64 +0 -> s3 ; const.i64 +0 -> s4
//>     10  fb 07 00 00 01 08 00 0d 00             native_block.i64 0 1 table  find loop b1  L19  L24
//> L19:
//>     19  89 00 03 03                            isub.i64 0 s3 -> s3&acc
//>     23  00                                     ret.i64
//> L24:
//>     24  18 04                                  move.i64 s4 -> acc ; ret.i64
//>
// emit: clif find loop b1
//> ; rheo.loop.b1.find
//> function u0:0(i64, i64, i64, i64, i64) -> i64, i8x16 tail {
//>     region0 = 0 "memory"
//>     sig0 = (i64, i64, i64, i64, i64) -> i64, i8x16 tail
//>     sig1 = (i64, i64, i64, i64, i64) -> i64, i8x16 tail
//>
//> block0(v0: i64, v1: i64, v2: i64, v3: i64, v4: i64):
//>     v7 = load.i64 notrap aligned little region0 v1+24
//>     v8 = load.i64 notrap aligned little region0 v1+32
//>     v9 = load.i64 notrap aligned little region0 v1
//>     v10 = load.i32 notrap aligned little region0 v1+16
//>     v11 = load.i64 notrap aligned little region0 v1+8
//>     jump block1
//>
//> block1:
//>     jump block2(v7, v8)
//>
//> block2(v5: i64, v6: i64):
//>     v12 = iconst.i64 2
//>     v13 = ishl v5, v12  ; v12 = 2
//>     v14 = iadd.i64 v9, v13
//>     v15 = load.i32 notrap little region0 v14
//>     v16 = icmp eq v15, v10
//>     brif v16, block3, block4
//>
//> block3:
//>     v17 = iconst.i64 4
//>     store.i64 notrap aligned little region0 v6, v1+24
//>     v18 = iadd.i64 v0, v17  ; v17 = 4
//>     v19 = sload16.i64 notrap little region0 v18
//>     v20 = iadd.i64 v0, v19
//>     v21 = uload8.i64 notrap little region0 v20
//>     v22 = iconst.i64 3
//>     v23 = ishl v21, v22  ; v22 = 3
//>     v24 = iadd.i64 v2, v23
//>     v25 = load.i64 notrap aligned little region0 v24
//>     return_call_indirect sig0, v25(v20, v1, v2, v20, v4)
//>
//> block4:
//>     v26 = sextend.i64 v15
//>     v27 = imul.i64 v5, v26
//>     v28 = iadd v27, v6
//>     v29 = iconst.i64 1
//>     v30 = iadd.i64 v5, v29  ; v29 = 1
//>     v31 = icmp eq v30, v11
//>     brif v31, block5, block2(v30, v28)
//>
//> block5:
//>     v32 = iconst.i64 6
//>     store.i64 notrap aligned little region0 v28, v1+32
//>     v33 = iadd.i64 v0, v32  ; v32 = 6
//>     v34 = sload16.i64 notrap little region0 v33
//>     v35 = iadd.i64 v0, v34
//>     v36 = uload8.i64 notrap little region0 v35
//>     v37 = iconst.i64 3
//>     v38 = ishl v36, v37  ; v37 = 3
//>     v39 = iadd.i64 v2, v38
//>     v40 = load.i64 notrap aligned little region0 v39
//>     return_call_indirect sig1, v40(v35, v1, v2, v35, v4)
//> }
//>
//>
// emit: bytecode find block b2 block b1
//> function 1 find: 46 bytes, 12 instructions, frame of 6 slots
//>      0  fa 52 01 01 29                         islt.i64 s1 1 -> _ ; br_if.i64 %0 +42  L42
//>      5  39 03 04                               const.i64 +0 -> s3 ; const.i64 +0 -> s4
//> L8:
//>      8  fb 07 01 00 01 18 00 08 00             native_block.i64 1 1 table  find block b1  L33  L17
//> L17:
//>     17  47 05                                  sext32.i64 s5 -> s5&acc
//>     19  b0 03 05 05                            imul.i64 s3 s5 -> s5&acc
//>     23  0f 54                                  iadd.i64 s4 s5 -> s4&acc
//>     25  08 13                                  iadd.i64 s3 1 -> s3&acc
//>     27  a8 03 01 0d                            ieq.i64 s3 s1 -> _ ; br_if.i64 %0 +13  L40
//>     31  05 e9                                  jump.i64 -23  L8
//> L33:
//>     33  fb 07 00 00 00 06 00                   native_block.i64 0 0 table  find block b2  L40
//> L40:
//>     40  18 04                                  move.i64 s4 -> acc ; ret.i64
//> L42:
//>     42  09 40 fe                               const.i64 +0 -> s4 ; jump.i64 -2  L40
//>
// levels: -O1
// cflags: -g0
__attribute__((noinline)) long find(const int *values, long count, int wanted) {
  long sum = 0;
  for (long i = 0; i < count; i++) {
    if (values[i] == wanted)
      return -sum;
    sum += values[i] * i;
  }
  return sum;
}
int main(void) { return find((int[]){1, -2, 3}, 3, 3); }
