; Results that need more registers than there are for results go through memory, in either tier and direction.
; run:
target triple = "x86_64-pc-linux-gnu"
declare i32 @printf(ptr, ...)
@f = private constant [30 x i8] c"%ld %ld %ld %ld %ld %g %g %g\0A\00"
@g = private constant [16 x i8] c"%d %d %d %d %d\0A\00"
define {i64,i64,i64,i64,i64,double,double,double} @many(i64 %a, double %d) noinline {
  %b = add i64 %a, 1
  %c = mul i64 %a, 3
  %d1 = fadd double %d, 1.0
  %d2 = fmul double %d, 2.0
  %r0 = insertvalue {i64,i64,i64,i64,i64,double,double,double} poison, i64 %a, 0
  %r1 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r0, i64 %b, 1
  %r2 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r1, i64 %c, 2
  %r3 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r2, i64 4, 3
  %r4 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r3, i64 5, 4
  %r5 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r4, double %d, 5
  %r6 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r5, double %d1, 6
  %r7 = insertvalue {i64,i64,i64,i64,i64,double,double,double} %r6, double %d2, 7
  ret {i64,i64,i64,i64,i64,double,double,double} %r7
}
define [5 x i32] @arr(i32 %a) noinline {
  %r0 = insertvalue [5 x i32] poison, i32 %a, 0
  %r1 = insertvalue [5 x i32] %r0, i32 1, 1
  %r2 = insertvalue [5 x i32] %r1, i32 2, 2
  %r3 = insertvalue [5 x i32] %r2, i32 3, 3
  %r4 = insertvalue [5 x i32] %r3, i32 4, 4
  ret [5 x i32] %r4
}
define <32 x float> @vec(<32 x float> %a) noinline {
  %b = fadd <32 x float> %a, %a
  ret <32 x float> %b
}
define {i32, <8 x double>, i128, x86_fp80, i8} @mix(i32 %a) noinline {
  %v = uitofp i32 %a to double
  %x = uitofp i32 %a to x86_fp80
  %w = insertelement <8 x double> zeroinitializer, double %v, i32 7
  %r0 = insertvalue {i32, <8 x double>, i128, x86_fp80, i8} poison, i32 %a, 0
  %r1 = insertvalue {i32, <8 x double>, i128, x86_fp80, i8} %r0, <8 x double> %w, 1
  %r2 = insertvalue {i32, <8 x double>, i128, x86_fp80, i8} %r1, i128 77, 2
  %r3 = insertvalue {i32, <8 x double>, i128, x86_fp80, i8} %r2, x86_fp80 %x, 3
  %r4 = insertvalue {i32, <8 x double>, i128, x86_fp80, i8} %r3, i8 9, 4
  ret {i32, <8 x double>, i128, x86_fp80, i8} %r4
}
@pm = global ptr @many
define {i64,i64,i64,i64,i64,double,double,double} @tailer(i64 %a, double %d) noinline {
  %p = load ptr, ptr @pm
  %r = tail call {i64,i64,i64,i64,i64,double,double,double} %p(i64 %a, double %d)
  ret {i64,i64,i64,i64,i64,double,double,double} %r
}
define void @show({i64,i64,i64,i64,i64,double,double,double} %r) noinline {
  %a = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 0
  %b = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 1
  %c = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 2
  %d = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 3
  %e = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 4
  %f = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 5
  %g = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 6
  %h = extractvalue {i64,i64,i64,i64,i64,double,double,double} %r, 7
  call i32 (ptr, ...) @printf(ptr @f, i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, double %f, double %g, double %h)
  ret void
}
define i32 @main() {
  %r = call {i64,i64,i64,i64,i64,double,double,double} @many(i64 7, double 1.5)
  call void @show({i64,i64,i64,i64,i64,double,double,double} %r)
  %p = load ptr, ptr @pm
  %r2 = call {i64,i64,i64,i64,i64,double,double,double} %p(i64 8, double 2.5)
  call void @show({i64,i64,i64,i64,i64,double,double,double} %r2)
  %r3 = call {i64,i64,i64,i64,i64,double,double,double} @tailer(i64 9, double 3.5)
  call void @show({i64,i64,i64,i64,i64,double,double,double} %r3)
  %ar = call [5 x i32] @arr(i32 3)
  %a0 = extractvalue [5 x i32] %ar, 0
  %a1 = extractvalue [5 x i32] %ar, 1
  %a2 = extractvalue [5 x i32] %ar, 2
  %a3 = extractvalue [5 x i32] %ar, 3
  %a4 = extractvalue [5 x i32] %ar, 4
  call i32 (ptr, ...) @printf(ptr @g, i32 %a0, i32 %a1, i32 %a2, i32 %a3, i32 %a4)
  %v0 = insertelement <32 x float> zeroinitializer, float 2.0, i32 31
  %v = call <32 x float> @vec(<32 x float> %v0)
  %ve = extractelement <32 x float> %v, i32 31
  %vd = fptosi float %ve to i32
  %m = call {i32, <8 x double>, i128, x86_fp80, i8} @mix(i32 6)
  %m0 = extractvalue {i32, <8 x double>, i128, x86_fp80, i8} %m, 0
  %m1 = extractvalue {i32, <8 x double>, i128, x86_fp80, i8} %m, 1
  %m2 = extractvalue {i32, <8 x double>, i128, x86_fp80, i8} %m, 2
  %m3 = extractvalue {i32, <8 x double>, i128, x86_fp80, i8} %m, 3
  %m4 = extractvalue {i32, <8 x double>, i128, x86_fp80, i8} %m, 4
  %e1 = extractelement <8 x double> %m1, i32 7
  %d1 = fptosi double %e1 to i32
  %d2 = trunc i128 %m2 to i32
  %d3 = fptosi x86_fp80 %m3 to i32
  %d4 = zext i8 %m4 to i32
  %s = add i32 %d4, %vd
  call i32 (ptr, ...) @printf(ptr @g, i32 %m0, i32 %d1, i32 %d2, i32 %d3, i32 %s)
  ret i32 0
}
