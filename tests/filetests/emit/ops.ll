; emit: ir ops
;> func @ops(ptr, i64, i32) -> f64 {
;> b0(v0: ptr, v1: i64, v2: i32):
;>   v3 = const.i64 24
;>   v4 = imul.i64 v1, v3
;>   v5 = iadd.ptr v0, v4
;>   v6 = load.i16 v5+8
;>   v7 = sext16.i32 v6
;>   v8 = iadd.i32 v7, v2
;>   v9 = const.i32 8
;>   v10 = shl.i32 v8, v9
;>   v11 = ashr.i32 v10, v9
;>   v12 = sitof32.f64 v11
;>   ret v12
;> }
; emit: clif ops
;> ; ops
;> function u0:0(i64, i64, i32) -> f64 system_v {
;>     region0 = 0 "memory"
;>
;> block0(v0: i64, v1: i64, v2: i32):
;>     jump block1
;>
;> block1:
;>     v3 = iconst.i64 24
;>     v4 = imul.i64 v1, v3  ; v3 = 24
;>     v5 = iadd.i64 v0, v4
;>     v6 = load.i16 notrap little region0 v5+8
;>     v7 = sextend.i32 v6
;>     v8 = iadd v7, v2
;>     v9 = iconst.i32 8
;>     v10 = ishl v8, v9  ; v9 = 8
;>     v11 = sshr v10, v9  ; v9 = 8
;>     v12 = fcvt_from_sint.f64 v11
;>     return v12
;> }
;>
;>
; emit: ir pick
;> func @pick(i32) -> i32 {
;> b0(v0: i32):
;>   v1 = const.i32 10
;>   switch.i32 v0 [0: b3(v1), 1: b3(v1), 7: b1] b2
;> b1:
;>   v2 = const.i32 70
;>   jump b3(v2)
;> b2:
;>   v3 = const.i32 1
;>   v4 = shl.i32 v0, v3
;>   jump b3(v4)
;> b3(v5: i32):
;>   ret v5
;> }
; emit: clif pick
;> ; pick
;> function u0:1(i32) -> i32 system_v {
;>     region0 = 0 "memory"
;>
;> block0(v0: i32):
;>     jump block1
;>
;> block1:
;>     v2 = iconst.i32 10
;>     v3 = iconst.i32 7
;>     v4 = icmp.i32 eq v0, v3  ; v3 = 7
;>     brif v4, block3, block6
;>
;> block6:
;>     br_table v0, block2, [block5, block5]
;>
;> block5:
;>     jump block4(v2)  ; v2 = 10
;>
;> block2:
;>     v5 = iconst.i32 1
;>     v6 = ishl.i32 v0, v5  ; v5 = 1
;>     jump block4(v6)
;>
;> block3:
;>     v7 = iconst.i32 70
;>     jump block4(v7)  ; v7 = 70
;>
;> block4(v1: i32):
;>     return v1
;> }
;>
;>
; What LLVM's types and names become: fields at byte offsets, odd widths in wider ones, phis as block parameters.
%pair = type { i32, [3 x i16], double }

define double @ops(ptr %p, i64 %i, i24 %odd) {
  %second = getelementptr %pair, ptr %p, i64 %i, i32 1, i64 2
  %half = load i16, ptr %second
  %wide = sext i16 %half to i24
  %sum = add nsw i24 %wide, %odd
  %d = sitofp i24 %sum to double
  ret double %d
}

define i32 @pick(i32 %n) {
entry:
  switch i32 %n, label %other [ i32 0, label %done
                                i32 1, label %done
                                i32 7, label %seven ]
seven:
  br label %done
other:
  %twice = shl i32 %n, 1
  br label %done
done:
  %r = phi i32 [ 10, %entry ], [ 10, %entry ], [ 70, %seven ], [ %twice, %other ]
  ret i32 %r
}

define i32 @main() {
  %d = call double @ops(ptr null, i64 0, i24 0)
  %r = call i32 @pick(i32 1)
  ret i32 %r
}
