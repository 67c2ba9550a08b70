; run:
; freeze of a value is the value, of poison some value that is the same at each use.
declare i32 @printf(ptr, ...)
@line = private constant [7 x i8] c"%d %d\0A\00"

define i32 @kept(i32 %x) noinline {
  %f = freeze i32 %x
  %d = sub i32 %f, %x
  %e = add i32 %d, %f
  ret i32 %e
}
define i32 @same_at_each_use() noinline {
  %f = freeze i32 poison
  %d = xor i32 %f, %f
  ret i32 %d
}
define i64 @aggregate({ i32, i64 } %x) noinline {
  %f = freeze { i32, i64 } %x
  %v = extractvalue { i32, i64 } %f, 1
  ret i64 %v
}
define double @floats(<2 x double> %x) noinline {
  %f = freeze <2 x double> %x
  %v = extractelement <2 x double> %f, i32 1
  %u = freeze double undef
  %z = fsub double %v, 0.5
  ret double %z
}
define i32 @main() {
  %a = call i32 @kept(i32 17)
  %b = call i32 @same_at_each_use()
  call i32 (ptr, ...) @printf(ptr @line, i32 %a, i32 %b)
  %c = call i64 @aggregate({ i32, i64 } { i32 1, i64 99 })
  %d = trunc i64 %c to i32
  %e = call double @floats(<2 x double> <double 1.0, double 7.5>)
  %f = fptosi double %e to i32
  call i32 (ptr, ...) @printf(ptr @line, i32 %d, i32 %f)
  ret i32 0
}
