; run:
; extractvalue and insertvalue: nested structs and arrays, undef and constant starts, whole inner aggregates; aggregates as
; arguments, and small ones as results.
declare i32 @printf(ptr, ...)
@line = private constant [22 x i8] c"%d %d %d %a %lld %lld\00"
@nl = private constant [2 x i8] c"\0A\00"
%in = type { i32, double }
%t = type { i8, %in, [2 x i64], i128 }

define void @build(ptr %out, i8 %a, i32 %b, double %c, i64 %d) noinline {
  %v1 = insertvalue %t undef, i8 %a, 0
  %v2 = insertvalue %t %v1, i32 %b, 1, 0
  %v3 = insertvalue %t %v2, double %c, 1, 1
  %v4 = insertvalue %t %v3, i64 %d, 2, 0
  %n = sub i64 0, %d
  %v5 = insertvalue %t %v4, i64 %n, 2, 1
  %w = sext i64 %n to i128
  %v6 = insertvalue %t %v5, i128 %w, 3
  store %t %v6, ptr %out
  ret void
}
define void @change(ptr %out, %t %x) noinline {
  %inner = insertvalue %in { i32 100, double 0.25 }, double 8.5, 1
  %y = insertvalue %t %x, %in %inner, 1
  %old = extractvalue %t %x, 2
  %new = insertvalue [2 x i64] %old, i64 55, 1
  %z = insertvalue %t %y, [2 x i64] %new, 2
  store %t %z, ptr %out
  ret void
}
define internal void @show(%t %x) noinline {
  %a = extractvalue %t %x, 0
  %aw = zext i8 %a to i32
  %in = extractvalue %t %x, 1
  %b = extractvalue %in %in, 0
  %c = extractvalue %t %x, 1, 1
  %d = extractvalue %t %x, 2, 0
  %e = extractvalue %t %x, 2, 1
  %f = extractvalue %t %x, 3
  %fs = lshr i128 %f, 64
  %ft = trunc i128 %fs to i32
  call i32 (ptr, ...) @printf(ptr @line, i32 %aw, i32 %b, i32 %ft, double %c, i64 %d, i64 %e)
  call i32 (ptr, ...) @printf(ptr @nl)
  ret void
}
define { i8, { i32, double } } @small({ i8, { i32, double } } %x) noinline {
  %a = extractvalue { i8, { i32, double } } %x, 0
  %w = zext i8 %a to i32
  %y = insertvalue { i8, { i32, double } } %x, i32 %w, 1, 0
  ret { i8, { i32, double } } %y
}
define i32 @main() {
  %s = call { i8, { i32, double } } @small({ i8, { i32, double } } { i8 -1, { i32, double } { i32 5, double 0.5 } })
  %s0 = extractvalue { i8, { i32, double } } %s, 1, 0
  %s1 = extractvalue { i8, { i32, double } } %s, 1, 1
  call i32 (ptr, ...) @printf(ptr @line, i32 %s0, i32 0, i32 0, double %s1, i64 0, i64 0)
  call i32 (ptr, ...) @printf(ptr @nl)
  %p = alloca %t
  call void @build(ptr %p, i8 1, i32 2, double 3.5, i64 4)
  %x = load %t, ptr %p
  call void @show(%t %x)
  call void @change(ptr %p, %t %x)
  %y = load %t, ptr %p
  call void @show(%t %y)
  call void @show(%t %x)
  call void @show(%t zeroinitializer)
  call void @show(%t { i8 9, %in { i32 8, double 7.0 }, [2 x i64] [i64 6, i64 5], i128 -1 })
  store %t %y, ptr %p
  %q = getelementptr %t, ptr %p, i64 0, i32 2, i64 1
  store i64 1234, ptr %q
  %z = load %t, ptr %p
  call void @show(%t %z)
  ret i32 0
}
