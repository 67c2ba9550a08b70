; run:
; ret of every type, of nothing, and of pairs that come back in two registers.
declare i32 @printf(ptr, ...)
@int = private constant [6 x i8] c"%llx\0A\00"
@float = private constant [4 x i8] c"%a\0A\00"
@long = private constant [5 x i8] c"%La\0A\00"

; {{for T,V in i1:1 i8:-2 i16:-3 i17:65000 i32:-5 i33:8589934591 i64:-6}}
define {T} @ret_{T}() noinline {
  ret {T} {V}
}
; {{end}}
define i128 @ret_i128() noinline {
  ret i128 170141183460469231731687303715884105727
}
define float @ret_float() noinline {
  ret float 0.5
}
define double @ret_double() noinline {
  ret double 0.1
}
define x86_fp80 @ret_long() noinline {
  ret x86_fp80 0xK4000C90FDAA22168C000
}
define ptr @ret_ptr() noinline {
  ret ptr @int
}
define void @ret_void(ptr %p) noinline {
  store i32 77, ptr %p
  ret void
}
define { i64, i64 } @two_ints() noinline {
  ret { i64, i64 } { i64 1, i64 2 }
}
define { double, double } @two_floats() noinline {
  ret { double, double } { double 1.5, double 2.5 }
}
define { i64, double } @int_and_float() noinline {
  ret { i64, double } { i64 3, double 3.5 }
}
define { double, i64 } @float_and_int() noinline {
  ret { double, i64 } { double 4.5, i64 4 }
}
define { i32, float, i8 } @three() noinline {
  ret { i32, float, i8 } { i32 5, float 5.5, i8 6 }
}
define <4 x i32> @vector() noinline {
  ret <4 x i32> <i32 1, i32 -2, i32 3, i32 -4>
}
define <2 x float> @half_vector() noinline {
  ret <2 x float> <float 1.25, float 2.25>
}

define i32 @main() {
; {{for T in i1 i8 i16 i17 i32 i33}}
  %r_{T} = call {T} @ret_{T}()
  %w_{T} = zext {T} %r_{T} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %w_{T})
; {{end}}
  %i64 = call i64 @ret_i64()
  call i32 (ptr, ...) @printf(ptr @int, i64 %i64)
  %i128 = call i128 @ret_i128()
  %hi = lshr i128 %i128, 64
  %hi64 = trunc i128 %hi to i64
  %lo64 = trunc i128 %i128 to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %hi64)
  call i32 (ptr, ...) @printf(ptr @int, i64 %lo64)
  %f = call float @ret_float()
  %fd = fpext float %f to double
  call i32 (ptr, ...) @printf(ptr @float, double %fd)
  %d = call double @ret_double()
  call i32 (ptr, ...) @printf(ptr @float, double %d)
  %x = call x86_fp80 @ret_long()
  call i32 (ptr, ...) @printf(ptr @long, x86_fp80 %x)
  %p = call ptr @ret_ptr()
  %first = load i8, ptr %p
  %firstw = zext i8 %first to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %firstw)
  %slot = alloca i32
  call void @ret_void(ptr %slot)
  %v = load i32, ptr %slot
  %vw = zext i32 %v to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %vw)
  %ii = call { i64, i64 } @two_ints()
  %ii0 = extractvalue { i64, i64 } %ii, 0
  %ii1 = extractvalue { i64, i64 } %ii, 1
  call i32 (ptr, ...) @printf(ptr @int, i64 %ii0)
  call i32 (ptr, ...) @printf(ptr @int, i64 %ii1)
  %ff = call { double, double } @two_floats()
  %ff0 = extractvalue { double, double } %ff, 0
  %ff1 = extractvalue { double, double } %ff, 1
  call i32 (ptr, ...) @printf(ptr @float, double %ff0)
  call i32 (ptr, ...) @printf(ptr @float, double %ff1)
  %if = call { i64, double } @int_and_float()
  %if0 = extractvalue { i64, double } %if, 0
  %if1 = extractvalue { i64, double } %if, 1
  call i32 (ptr, ...) @printf(ptr @int, i64 %if0)
  call i32 (ptr, ...) @printf(ptr @float, double %if1)
  %fi = call { double, i64 } @float_and_int()
  %fi0 = extractvalue { double, i64 } %fi, 0
  %fi1 = extractvalue { double, i64 } %fi, 1
  call i32 (ptr, ...) @printf(ptr @float, double %fi0)
  call i32 (ptr, ...) @printf(ptr @int, i64 %fi1)
  %t = call { i32, float, i8 } @three()
  %t0 = extractvalue { i32, float, i8 } %t, 0
  %t1 = extractvalue { i32, float, i8 } %t, 1
  %t2 = extractvalue { i32, float, i8 } %t, 2
  %t0w = zext i32 %t0 to i64
  %t1w = fpext float %t1 to double
  %t2w = zext i8 %t2 to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %t0w)
  call i32 (ptr, ...) @printf(ptr @float, double %t1w)
  call i32 (ptr, ...) @printf(ptr @int, i64 %t2w)
  %vec = call <4 x i32> @vector()
; {{for I in 0 1 2 3}}
  %e{I} = extractelement <4 x i32> %vec, i32 {I}
  %ew{I} = sext i32 %e{I} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %ew{I})
; {{end}}
  %half = call <2 x float> @half_vector()
; {{for I in 0 1}}
  %h{I} = extractelement <2 x float> %half, i32 {I}
  %hw{I} = fpext float %h{I} to double
  call i32 (ptr, ...) @printf(ptr @float, double %hw{I})
; {{end}}
  ret i32 42
}
