; run:
; llvm.get.rounding, set.rounding, get.fpenv, set.fpenv, reset.fpenv, get.fpmode, set.fpmode, reset.fpmode: the mode set out of
; line is the mode of all code.
declare i32 @printf(ptr, ...)
@line = private constant [10 x i8] c"%d %a %a\0A\00"
@third = global double 3.0
@environment = global i256 0

define void @show() noinline strictfp {
  %mode = call i32 @llvm.get.rounding() strictfp
  %three = load volatile double, ptr @third
  %up = call double @llvm.experimental.constrained.fdiv.f64(double 1.0, double %three, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  %minus = call double @llvm.experimental.constrained.fdiv.f64(double -1.0, double %three, metadata !"round.dynamic", metadata !"fpexcept.strict") strictfp
  call i32 (ptr, ...) @printf(ptr @line, i32 %mode, double %up, double %minus) strictfp
  ret void
}
define i32 @main() strictfp {
  call void @show() strictfp
  %mode = call i64 @llvm.get.fpmode.i64() strictfp
; {{for M in 0 2 3 1}}
  call void @llvm.set.rounding(i32 {M}) strictfp
  call void @show() strictfp
; {{end}}
  call void @llvm.set.rounding(i32 2) strictfp
  call void @show() strictfp
  call void @llvm.set.fpmode.i64(i64 %mode) strictfp
  call void @show() strictfp
  call void @llvm.set.rounding(i32 3) strictfp
  call void @show() strictfp
  call void @llvm.reset.fpmode() strictfp
  call void @show() strictfp
  call void @llvm.set.rounding(i32 3) strictfp
  %whole = call i256 @llvm.get.fpenv.i256() strictfp
  store i256 %whole, ptr @environment
  call void @llvm.reset.fpenv() strictfp
  call void @show() strictfp
  %again = load i256, ptr @environment
  call void @llvm.set.fpenv.i256(i256 %again) strictfp
  call void @show() strictfp
  call void @llvm.reset.fpenv() strictfp
  call void @show() strictfp
  ret i32 0
}
