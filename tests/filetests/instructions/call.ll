; run:
; call: many arguments of every class, on registers and stack; through pointers, to native functions, by value, recursive,
; with calling conventions, tail calls that must not grow the stack.
declare i32 @printf(ptr, ...)
declare i64 @strtol(ptr, ptr, i32)
declare double @pow(double, double)
declare float @fabsf(float)
declare void @qsort(ptr, i64, i64, ptr)
declare i32 @snprintf(ptr, i64, ptr, ...)
@int = private constant [6 x i8] c"%lld\0A\00"
@float = private constant [4 x i8] c"%a\0A\00"
@number = private constant [4 x i8] c"123\00"
@mixed = private constant [34 x i8] c"%d %a %s %lld %a %d %d %d %a %La\0A\00"
@numbers = internal global [8 x i32] [i32 5, i32 -3, i32 9, i32 0, i32 2147483647, i32 -2147483648, i32 7, i32 1]
@table = internal constant [3 x ptr] [ptr @plus, ptr @minus, ptr @times]
%big = type { [6 x i64] }

define i64 @plus(i64 %a, i64 %b) noinline {
  %r = add i64 %a, %b
  ret i64 %r
}
define i64 @minus(i64 %a, i64 %b) noinline {
  %r = sub i64 %a, %b
  ret i64 %r
}
define i64 @times(i64 %a, i64 %b) noinline {
  %r = mul i64 %a, %b
  ret i64 %r
}
; Each argument counts, with a weight.
define i64 @many_ints(i64 %a, i32 %b, i16 signext %c, i8 zeroext %d, i1 zeroext %e, i64 %f, i64 %g, i32 %h, i16 %i, i8 %j, i64 %k) noinline {
  %bw = sext i32 %b to i64
  %cw = sext i16 %c to i64
  %dw = zext i8 %d to i64
  %ew = zext i1 %e to i64
  %hw = sext i32 %h to i64
  %iw = sext i16 %i to i64
  %jw = zext i8 %j to i64
  %s0 = mul i64 %a, 3
  %s1 = add i64 %s0, %bw
  %m1 = mul i64 %s1, 3
  %s2 = add i64 %m1, %cw
  %m2 = mul i64 %s2, 3
  %s3 = add i64 %m2, %dw
  %m3 = mul i64 %s3, 3
  %s4 = add i64 %m3, %ew
  %m4 = mul i64 %s4, 3
  %s5 = add i64 %m4, %f
  %m5 = mul i64 %s5, 3
  %s6 = add i64 %m5, %g
  %m6 = mul i64 %s6, 3
  %s7 = add i64 %m6, %hw
  %m7 = mul i64 %s7, 3
  %s8 = add i64 %m7, %iw
  %m8 = mul i64 %s8, 3
  %s9 = add i64 %m8, %jw
  %m9 = mul i64 %s9, 3
  %s10 = add i64 %m9, %k
  ret i64 %s10
}
define double @many_floats(double %a, float %b, double %c, double %d, float %e, double %f, double %g, double %h, double %i, float %j, i32 %k, double %l) noinline {
  %bw = fpext float %b to double
  %ew = fpext float %e to double
  %jw = fpext float %j to double
  %kw = sitofp i32 %k to double
  %s0 = fmul double %a, 1.5
  %s1 = fsub double %s0, %bw
  %m1 = fmul double %s1, 1.5
  %s2 = fsub double %m1, %c
  %m2 = fmul double %s2, 1.5
  %s3 = fsub double %m2, %d
  %m3 = fmul double %s3, 1.5
  %s4 = fsub double %m3, %ew
  %m4 = fmul double %s4, 1.5
  %s5 = fsub double %m4, %f
  %m5 = fmul double %s5, 1.5
  %s6 = fsub double %m5, %g
  %m6 = fmul double %s6, 1.5
  %s7 = fsub double %m6, %h
  %m7 = fmul double %s7, 1.5
  %s8 = fsub double %m7, %i
  %m8 = fmul double %s8, 1.5
  %s9 = fsub double %m8, %jw
  %m9 = fmul double %s9, 1.5
  %s10 = fsub double %m9, %kw
  %m10 = fmul double %s10, 1.5
  %s11 = fsub double %m10, %l
  ret double %s11
}
define i64 @wide(i64 %a, i128 %b, <4 x i32> %c, x86_fp80 %d, i128 %e, <2 x double> %f, i64 %g) noinline {
  %b0 = trunc i128 %b to i64
  %bs = lshr i128 %b, 64
  %b1 = trunc i128 %bs to i64
  %es = lshr i128 %e, 64
  %e1 = trunc i128 %es to i64
  %c3 = extractelement <4 x i32> %c, i32 3
  %cw = sext i32 %c3 to i64
  %di = fptosi x86_fp80 %d to i64
  %f1 = extractelement <2 x double> %f, i32 1
  %fi = fptosi double %f1 to i64
  %s1 = sub i64 %a, %b0
  %m1 = mul i64 %s1, 7
  %s2 = sub i64 %m1, %b1
  %m2 = mul i64 %s2, 7
  %s3 = sub i64 %m2, %cw
  %m3 = mul i64 %s3, 7
  %s4 = sub i64 %m3, %di
  %m4 = mul i64 %s4, 7
  %s5 = sub i64 %m4, %e1
  %m5 = mul i64 %s5, 7
  %s6 = sub i64 %m5, %fi
  %m6 = mul i64 %s6, 7
  %s7 = sub i64 %m6, %g
  ret i64 %s7
}
; The callee's changes to a by-value argument are its own.
define i64 @by_value(i64 %x, ptr byval(%big) align 8 %p, i64 %y) noinline {
  %q = getelementptr %big, ptr %p, i64 0, i32 0, i64 3
  %v = load i64, ptr %q
  store i64 999, ptr %q
  %w = load i64, ptr %q
  %s = sub i64 %w, %v
  %t = mul i64 %s, %y
  %r = add i64 %t, %x
  ret i64 %r
}
define void @by_result(ptr sret(%big) %out, i64 %x) noinline {
  %q = getelementptr %big, ptr %out, i64 0, i32 0, i64 5
  store i64 %x, ptr %q
  ret void
}
define i64 @ackermann(i64 %m, i64 %n) noinline {
  %m0 = icmp eq i64 %m, 0
  br i1 %m0, label %base, label %step
base:
  %r0 = add i64 %n, 1
  ret i64 %r0
step:
  %m1 = sub i64 %m, 1
  %n0 = icmp eq i64 %n, 0
  br i1 %n0, label %one, label %two
one:
  %r1 = call i64 @ackermann(i64 %m1, i64 1)
  ret i64 %r1
two:
  %n1 = sub i64 %n, 1
  %inner = call i64 @ackermann(i64 %m, i64 %n1)
  %r2 = call i64 @ackermann(i64 %m1, i64 %inner)
  ret i64 %r2
}
; Ten million of these must not need a deeper stack.
define fastcc i64 @even(i64 %n, i64 %x) noinline {
  %z = icmp eq i64 %n, 0
  br i1 %z, label %yes, label %no
yes:
  ret i64 %x
no:
  %m = sub i64 %n, 1
  %y = xor i64 %x, %n
  %r = musttail call fastcc i64 @odd(i64 %m, i64 %y)
  ret i64 %r
}
define fastcc i64 @odd(i64 %n, i64 %x) noinline {
  %z = icmp eq i64 %n, 0
  br i1 %z, label %yes, label %no
yes:
  %neg = sub i64 0, %x
  ret i64 %neg
no:
  %m = sub i64 %n, 1
  %y = add i64 %x, 3
  %r = musttail call fastcc i64 @even(i64 %m, i64 %y)
  ret i64 %r
}
define i64 @countdown(i64 %n, ptr %f) noinline {
  %z = icmp eq i64 %n, 0
  br i1 %z, label %yes, label %no
yes:
  ret i64 17
no:
  %m = sub i64 %n, 1
  %r = musttail call i64 %f(i64 %m, ptr %f)
  ret i64 %r
}
; {{for CC in fastcc coldcc preserve_mostcc preserve_allcc}}
define {CC} i64 @{CC}_callee(i64 %a, double %b, i32 %c) noinline {
  %bi = fptosi double %b to i64
  %cw = sext i32 %c to i64
  %s = mul i64 %a, %bi
  %r = sub i64 %s, %cw
  ret i64 %r
}
; {{end}}
define internal i32 @order(ptr %a, ptr %b) {
  %x = load i32, ptr %a
  %y = load i32, ptr %b
  %lt = icmp slt i32 %x, %y
  %gt = icmp sgt i32 %x, %y
  %l = zext i1 %lt to i32
  %g = zext i1 %gt to i32
  %r = sub i32 %g, %l
  ret i32 %r
}
define internal void @show(i64 %x) noinline {
  call i32 (ptr, ...) @printf(ptr @int, i64 %x)
  ret void
}

define i32 @main() {
  %a = call i64 @many_ints(i64 1, i32 -2, i16 signext -3, i8 zeroext 200, i1 zeroext true, i64 6, i64 -7, i32 8, i16 -9, i8 250, i64 11)
  call void @show(i64 %a)
  %b = call double @many_floats(double 1.0, float 2.0, double 3.0, double 4.0, float 5.0, double 6.0, double 7.0, double 8.0, double 9.0, float 10.0, i32 11, double 12.0)
  call i32 (ptr, ...) @printf(ptr @float, double %b)
  %c = call i64 @wide(i64 1, i128 36893488147419103233, <4 x i32> <i32 1, i32 2, i32 3, i32 -4>, x86_fp80 0xK4005C800000000000000, i128 -18446744073709551616, <2 x double> <double 1.0, double 20.0>, i64 9)
  call void @show(i64 %c)
  %struct = alloca %big
  %q = getelementptr %big, ptr %struct, i64 0, i32 0, i64 3
  store i64 44, ptr %q
  %d = call i64 @by_value(i64 5, ptr byval(%big) align 8 %struct, i64 3)
  call void @show(i64 %d)
  %kept = load i64, ptr %q
  call void @show(i64 %kept)
  call void @by_result(ptr sret(%big) %struct, i64 321)
  %q5 = getelementptr %big, ptr %struct, i64 0, i32 0, i64 5
  %v5 = load i64, ptr %q5
  call void @show(i64 %v5)
  %e = call i64 @ackermann(i64 2, i64 9)
  call void @show(i64 %e)
; {{for I in 0 1 2}}
  %slot{I} = getelementptr [3 x ptr], ptr @table, i64 0, i64 {I}
  %fn{I} = load ptr, ptr %slot{I}
  %r{I} = call i64 %fn{I}(i64 20, i64 7)
  call void @show(i64 %r{I})
; {{end}}
  %n = call i64 @strtol(ptr @number, ptr null, i32 8)
  call void @show(i64 %n)
  %p = call double @pow(double 2.0, double 0.5)
  call i32 (ptr, ...) @printf(ptr @float, double %p)
  %g = call float @fabsf(float -1.5)
  %gd = fpext float %g to double
  call i32 (ptr, ...) @printf(ptr @float, double %gd)
  call void @qsort(ptr @numbers, i64 8, i64 4, ptr @order)
; {{for I in 0 1 2 3 4 5 6 7}}
  %np{I} = getelementptr i32, ptr @numbers, i64 {I}
  %nv{I} = load i32, ptr %np{I}
  %nw{I} = sext i32 %nv{I} to i64
  call void @show(i64 %nw{I})
; {{end}}
  call i32 (ptr, ...) @printf(ptr @mixed, i32 1, double 2.5, ptr @number, i64 -4, double 5.5, i32 6, i32 7, i32 8, double 9.5, x86_fp80 0xK4005C800000000000000)
  %t1 = call fastcc i64 @even(i64 10000000, i64 0)
  call void @show(i64 %t1)
  %t2 = call i64 @countdown(i64 10000000, ptr @countdown)
  call void @show(i64 %t2)
; {{for CC in fastcc coldcc preserve_mostcc preserve_allcc}}
  %cc_{CC} = call {CC} i64 @{CC}_callee(i64 5, double 6.0, i32 7)
  call void @show(i64 %cc_{CC})
; {{end}}
  ret i32 0
}
