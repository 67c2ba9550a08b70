; run:
; native: -O2 -Xclang -disable-llvm-passes --rtlib=compiler-rt
; Vectors of bfloat and the conversions to it that LLVM's code calls, which GCC 12's library lacks: ours link with it.
declare i32 @printf(ptr, ...)
@f = private constant [10 x i8] c"%a %a %a\0A\00"
define void @show(<4 x float> %x) noinline {
  %a = extractelement <4 x float> %x, i32 0
  %b = extractelement <4 x float> %x, i32 1
  %c = extractelement <4 x float> %x, i32 3
  %ad = fpext float %a to double
  %bd = fpext float %b to double
  %cd = fpext float %c to double
  call i32 (ptr, ...) @printf(ptr @f, double %ad, double %bd, double %cd)
  ret void
}
define <4 x bfloat> @add(<4 x bfloat> %a, <4 x bfloat> %b) noinline {
  %r = fadd <4 x bfloat> %a, %b
  ret <4 x bfloat> %r
}
define bfloat @s(bfloat %a, bfloat %b) noinline {
  %r = fmul bfloat %a, %b
  ret bfloat %r
}
define <4 x bfloat> @tr(<4 x double> %a) noinline {
  %r = fptrunc <4 x double> %a to <4 x bfloat>
  ret <4 x bfloat> %r
}
define <4 x bfloat> @ma(<4 x bfloat> %a) noinline {
  %r = call <4 x bfloat> @llvm.sqrt.v4bf16(<4 x bfloat> %a)
  %q = call <4 x bfloat> @llvm.fma.v4bf16(<4 x bfloat> %a, <4 x bfloat> %r, <4 x bfloat> %a)
  %p = call <4 x bfloat> @llvm.pow.v4bf16(<4 x bfloat> %q, <4 x bfloat> %r)
  ret <4 x bfloat> %p
}
define i32 @main(i32 %argc, ptr %argv) {
  %x = sitofp i32 %argc to bfloat
  %v0 = insertelement <4 x bfloat> <bfloat 1.5, bfloat 2.25, bfloat 3.0, bfloat 7.0>, bfloat %x, i32 2
  %v = call <4 x bfloat> @add(<4 x bfloat> %v0, <4 x bfloat> splat (bfloat 0.00390625))
  %e = fpext <4 x bfloat> %v to <4 x float>
  call void @show(<4 x float> %e)
  %d = fpext <4 x bfloat> %v to <4 x double>
  %d2 = fmul <4 x double> %d, splat (double 0.3333333333333333)
  %t = call <4 x bfloat> @tr(<4 x double> %d2)
  %m = call <4 x bfloat> @ma(<4 x bfloat> %t)
  %e2 = fpext <4 x bfloat> %m to <4 x float>
  call void @show(<4 x float> %e2)
  %s0 = extractelement <4 x bfloat> %m, i32 1
  %s = call bfloat @s(bfloat %s0, bfloat %x)
  %w = insertelement <4 x i64> <i64 1, i64 -77777777777, i64 3, i64 9223372036854775807>, i64 -8, i32 2
  %wf = sitofp <4 x i64> %w to <4 x bfloat>
  %sum = fdiv <4 x bfloat> %wf, %m
  %e3 = fpext <4 x bfloat> %sum to <4 x float>
  call void @show(<4 x float> %e3)
  %si = fptosi bfloat %s to i32
  ret i32 %si
}
declare <4 x bfloat> @llvm.sqrt.v4bf16(<4 x bfloat>)
declare <4 x bfloat> @llvm.fma.v4bf16(<4 x bfloat>, <4 x bfloat>, <4 x bfloat>)
declare <4 x bfloat> @llvm.pow.v4bf16(<4 x bfloat>, <4 x bfloat>)
