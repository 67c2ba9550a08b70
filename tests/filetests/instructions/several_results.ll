; run:
; Three and four results: those beyond the accumulators go to slots, and making them must not disturb what the accumulators
; hold.
declare i32 @printf(ptr, ...)
@line = private constant [14 x i8] c"%lld %a %lld\0A\00"
@g = global i32 5
@v = global i64 7
define { i64, float, ptr } @a(i64 %x) noinline {
  ret { i64, float, ptr } { i64 5, float 5.5, ptr @g }
}
define { i64, double, i64, double } @b(i64 %x, double %d) noinline {
  %p = add i64 %x, 3
  %q = mul i64 %x, 77777
  %r = fadd double %d, 1.5
  %t0 = insertvalue { i64, double, i64, double } poison, i64 %p, 0
  %t1 = insertvalue { i64, double, i64, double } %t0, double %r, 1
  %t2 = insertvalue { i64, double, i64, double } %t1, i64 %q, 2
  %t3 = insertvalue { i64, double, i64, double } %t2, double 2.5, 3
  ret { i64, double, i64, double } %t3
}
define { i64, double, ptr } @c(i64 %x, double %d) noinline {
  %s = alloca i64
  store i64 %x, ptr %s
  %v = load i64, ptr %s
  %t0 = insertvalue { i64, double, ptr } poison, i64 %v, 0
  %t1 = insertvalue { i64, double, ptr } %t0, double %d, 1
  %t2 = insertvalue { i64, double, ptr } %t1, ptr @v, 2
  ret { i64, double, ptr } %t2
}
define i32 @main() {
  %a = call { i64, float, ptr } @a(i64 4)
  %a0 = extractvalue { i64, float, ptr } %a, 0
  %a1 = extractvalue { i64, float, ptr } %a, 1
  %a2 = extractvalue { i64, float, ptr } %a, 2
  %af = fpext float %a1 to double
  %av = load i32, ptr %a2
  %aw = zext i32 %av to i64
  call i32 (ptr, ...) @printf(ptr @line, i64 %a0, double %af, i64 %aw)
  %b = call { i64, double, i64, double } @b(i64 4, double 2.0)
  %b0 = extractvalue { i64, double, i64, double } %b, 0
  %b1 = extractvalue { i64, double, i64, double } %b, 1
  %b2 = extractvalue { i64, double, i64, double } %b, 2
  %b3 = extractvalue { i64, double, i64, double } %b, 3
  call i32 (ptr, ...) @printf(ptr @line, i64 %b0, double %b1, i64 %b2)
  call i32 (ptr, ...) @printf(ptr @line, i64 %b2, double %b3, i64 %b0)
  %c = call { i64, double, ptr } @c(i64 4, double 2.0)
  %c0 = extractvalue { i64, double, ptr } %c, 0
  %c1 = extractvalue { i64, double, ptr } %c, 1
  %c2 = extractvalue { i64, double, ptr } %c, 2
  %cv = load i64, ptr %c2
  call i32 (ptr, ...) @printf(ptr @line, i64 %c0, double %c1, i64 %cv)
  ret i32 0
}
