; error: llvm.experimental.constrained.maximum
; error: llvm.experimental.constrained.minimum
; error: llvm.experimental.vp.reverse
; error: llvm.experimental.vp.splat
; error: llvm.experimental.vp.splice
; error: llvm.experimental.vp.strided.load
; error: llvm.experimental.vp.strided.store
; error: llvm.vp.ceil
; error: llvm.vp.copysign
; error: llvm.vp.ctlz
; error: llvm.vp.ctpop
; error: llvm.vp.cttz
; error: llvm.vp.cttz.elts
; error: llvm.vp.floor
; error: llvm.vp.fshl
; error: llvm.vp.fshr
; error: llvm.vp.is.fpclass
; error: llvm.vp.llrint
; error: llvm.vp.lrint
; error: llvm.vp.maximum
; error: llvm.vp.merge
; error: llvm.vp.minimum
; error: llvm.vp.nearbyint
; error: llvm.vp.rint
; error: llvm.vp.round
; error: llvm.vp.roundeven
; error: llvm.vp.roundtozero
; error: llvm.vp.sadd.sat
; error: llvm.vp.select
; error: llvm.vp.ssub.sat
; error: llvm.vp.uadd.sat
; error: llvm.vp.usub.sat
; Intrinsics that LLVM 19 makes no machine code of for x86, so that clang's build of the program fails as well.
define void @f(<4 x i32> %a, <4 x float> %f, <4 x i1> %m, ptr %p) {
; {{for OP in sadd.sat ssub.sat uadd.sat usub.sat}}
  %{OP} = call <4 x i32> @llvm.vp.{OP}.v4i32(<4 x i32> %a, <4 x i32> %a, <4 x i1> %m, i32 3)
; {{end}}
; {{for OP in fshl fshr}}
  %{OP} = call <4 x i32> @llvm.vp.{OP}.v4i32(<4 x i32> %a, <4 x i32> %a, <4 x i32> %a, <4 x i1> %m, i32 3)
; {{end}}
; {{for OP in ctlz cttz}}
  %{OP} = call <4 x i32> @llvm.vp.{OP}.v4i32(<4 x i32> %a, i1 false, <4 x i1> %m, i32 3)
; {{end}}
  %ctpop = call <4 x i32> @llvm.vp.ctpop.v4i32(<4 x i32> %a, <4 x i1> %m, i32 3)
  %elts = call i32 @llvm.vp.cttz.elts.i32.v4i1(<4 x i1> %m, i1 false, <4 x i1> %m, i32 3)
; {{for OP in maximum minimum copysign}}
  %{OP} = call <4 x float> @llvm.vp.{OP}.v4f32(<4 x float> %f, <4 x float> %f, <4 x i1> %m, i32 3)
; {{end}}
; {{for OP in ceil floor nearbyint rint round roundeven roundtozero}}
  %{OP} = call <4 x float> @llvm.vp.{OP}.v4f32(<4 x float> %f, <4 x i1> %m, i32 3)
; {{end}}
; {{for OP in lrint llrint}}
  %{OP} = call <4 x i64> @llvm.vp.{OP}.v4i64.v4f32(<4 x float> %f, <4 x i1> %m, i32 3)
; {{end}}
  %class = call <4 x i1> @llvm.vp.is.fpclass.v4f32(<4 x float> %f, i32 264, <4 x i1> %m, i32 3)
; {{for OP in merge select}}
  %{OP} = call <4 x i32> @llvm.vp.{OP}.v4i32(<4 x i1> %m, <4 x i32> %a, <4 x i32> %a, i32 3)
; {{end}}
; {{for OP in maximum minimum}}
  %c.{OP} = call float @llvm.experimental.constrained.{OP}.f32(float 1.0, float 2.0, metadata !"fpexcept.strict") strictfp
; {{end}}
  %reverse = call <4 x i32> @llvm.experimental.vp.reverse.v4i32(<4 x i32> %a, <4 x i1> %m, i32 3)
  %splat = call <4 x i32> @llvm.experimental.vp.splat.v4i32(i32 7, <4 x i1> %m, i32 3)
  %splice = call <4 x i32> @llvm.experimental.vp.splice.v4i32(<4 x i32> %a, <4 x i32> %a, i32 1, <4 x i1> %m, i32 3, i32 3)
  %strided = call <4 x i32> @llvm.experimental.vp.strided.load.v4i32.p0.i64(ptr %p, i64 8, <4 x i1> %m, i32 3)
  call void @llvm.experimental.vp.strided.store.v4i32.p0.i64(<4 x i32> %a, ptr %p, i64 8, <4 x i1> %m, i32 3)
  ret void
}
define i32 @main() {
  call void @f(<4 x i32> zeroinitializer, <4 x float> zeroinitializer, <4 x i1> zeroinitializer, ptr null)
  ret i32 0
}
