; run:
; phi of every type, constants and undef among the incoming values.
declare i32 @printf(ptr, ...)
@int = private constant [6 x i8] c"%llx\0A\00"
@float = private constant [4 x i8] c"%a\0A\00"

; {{for T,V,W in i1:true:false i8:1:-1 i17:3:4 i32:7:-8 i64:9:-10 i128:1267650600228229401496703205376:2}}
define {T} @phi_{T}(i1 %c, {T} %x) noinline {
entry:
  br i1 %c, label %a, label %b
a:
  br label %join
b:
  br i1 %c, label %join, label %d
d:
  br label %join
join:
  %r = phi {T} [ {V}, %a ], [ undef, %b ], [ %x, %d ]
  ret {T} %r
}
; {{end}}
; {{for T in float double}}
define {T} @phi_{T}(i1 %c, {T} %x) noinline {
entry:
  br i1 %c, label %a, label %join
a:
  br label %join
join:
  %r = phi {T} [ 0.5, %a ], [ %x, %entry ]
  ret {T} %r
}
; {{end}}
define x86_fp80 @phi_long(i1 %c, x86_fp80 %x) noinline {
entry:
  br i1 %c, label %a, label %join
a:
  br label %join
join:
  %r = phi x86_fp80 [ 0xK3FFF8000000000000000, %a ], [ %x, %entry ]
  ret x86_fp80 %r
}
define <4 x i32> @phi_vector(i1 %c, <4 x i32> %x) noinline {
entry:
  br i1 %c, label %a, label %join
a:
  br label %join
join:
  %r = phi <4 x i32> [ <i32 1, i32 2, i32 3, i32 4>, %a ], [ %x, %entry ]
  ret <4 x i32> %r
}
define { i32, double } @phi_struct(i1 %c, { i32, double } %x) noinline {
entry:
  br i1 %c, label %a, label %join
a:
  br label %join
join:
  %r = phi { i32, double } [ { i32 5, double 6.5 }, %a ], [ %x, %entry ]
  ret { i32, double } %r
}
; Two values that trade places, in registers of both sorts, while a counter runs.
define i64 @trade(i64 %n) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %x = phi i64 [ 1, %entry ], [ %y, %loop ]
  %y = phi i64 [ 2, %entry ], [ %x, %loop ]
  %f = phi double [ 0.5, %entry ], [ %g, %loop ]
  %g = phi double [ 8.0, %entry ], [ %f, %loop ]
  %i1 = add i64 %i, 1
  %c = icmp ult i64 %i1, %n
  br i1 %c, label %loop, label %out
out:
  %fi = fptosi double %g to i64
  %m = mul i64 %x, 1000
  %s = add i64 %m, %fi
  ret i64 %s
}

define i32 @main() {
; {{for C in true false}}
; {{for T in i1 i8 i17 i32 i64}}
  %r_{T}_{C} = call {T} @phi_{T}(i1 {C}, {T} 1)
  %w_{T}_{C} = zext {T} %r_{T}_{C} to i128
  %n_{T}_{C} = trunc i128 %w_{T}_{C} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %n_{T}_{C})
; {{end}}
  %wide{C} = call i128 @phi_i128(i1 {C}, i128 36893488147419103232)
  %high{C} = lshr i128 %wide{C}, 64
  %h{C} = trunc i128 %high{C} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %h{C})
  %f{C} = call float @phi_float(i1 {C}, float 3.0)
  %fw{C} = fpext float %f{C} to double
  call i32 (ptr, ...) @printf(ptr @float, double %fw{C})
  %d{C} = call double @phi_double(i1 {C}, double 4.0)
  call i32 (ptr, ...) @printf(ptr @float, double %d{C})
  %x{C} = call x86_fp80 @phi_long(i1 {C}, x86_fp80 0xK4001A000000000000000)
  %xw{C} = fptrunc x86_fp80 %x{C} to double
  call i32 (ptr, ...) @printf(ptr @float, double %xw{C})
  %v{C} = call <4 x i32> @phi_vector(i1 {C}, <4 x i32> <i32 5, i32 6, i32 7, i32 8>)
  %e{C} = extractelement <4 x i32> %v{C}, i32 2
  %ew{C} = zext i32 %e{C} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %ew{C})
  %s{C} = call { i32, double } @phi_struct(i1 {C}, { i32, double } { i32 1, double 2.5 })
  %s1{C} = extractvalue { i32, double } %s{C}, 1
  call i32 (ptr, ...) @printf(ptr @float, double %s1{C})
; {{end}}
; {{for N in 1 2 3 10}}
  %t{N} = call i64 @trade(i64 {N})
  call i32 (ptr, ...) @printf(ptr @int, i64 %t{N})
; {{end}}
  ret i32 0
}
