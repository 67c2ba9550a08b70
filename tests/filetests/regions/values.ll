; run: bytecode aot random:1 random:2 random:3 random:4 random:5 random:6 random:7 random:8
; Values of every type that a loop takes, carries round and leaves behind, by either of two ways out, as regions of both
; sorts have them.
declare i32 @printf(ptr, ...)
@int = private constant [6 x i8] c"%llx\0A\00"
@float = private constant [4 x i8] c"%a\0A\00"
@long = private constant [5 x i8] c"%La\0A\00"

; {{for T,S in i1:1 i7:3 i8:5 i16:300 i32:70000 i64:5000000000 i128:20000000000000000000}}
define {T} @carried_{T}(i64 %n, {T} %x, {T} %stop, ptr %p) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %next ]
  %a = phi {T} [ %x, %entry ], [ %b, %next ]
  %b = phi {T} [ {S}, %entry ], [ %c, %next ]
  %sum = add {T} %a, %b
  %c = xor {T} %sum, %x
  store volatile {T} %c, ptr %p
  %found = icmp eq {T} %sum, %stop
  br i1 %found, label %early, label %next
next:
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %n
  br i1 %more, label %loop, label %out
early:
  %e = add {T} %a, %c
  br label %out
out:
  %r = phi {T} [ %c, %next ], [ %e, %early ]
  %last = phi {T} [ %a, %next ], [ 1, %early ]
  %both = xor {T} %r, %last
  ret {T} %both
}
; {{end}}
; {{for T in float double x86_fp80}}
define {T} @carried_{T}(i64 %n, {T} %x, {T} %stop) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %next ]
  %a = phi {T} [ %x, %entry ], [ %b, %next ]
  %b = phi {T} [ %stop, %entry ], [ %sum, %next ]
  %sum = fadd {T} %a, %b
  %found = fcmp ogt {T} %sum, %stop
  br i1 %found, label %early, label %next
next:
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %n
  br i1 %more, label %loop, label %out
early:
  %e = fsub {T} %a, %x
  br label %out
out:
  %r = phi {T} [ %sum, %next ], [ %e, %early ]
  %last = phi {T} [ %a, %next ], [ %b, %early ]
  %both = fadd {T} %r, %last
  ret {T} %both
}
; {{end}}
; {{for L,N in i8:16 i16:8 i32:4 i64:2}}
define <{N} x {L}> @carried_{N}x{L}(i64 %n, <{N} x {L}> %x, <{N} x {L}> %y) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %a = phi <{N} x {L}> [ %x, %entry ], [ %b, %loop ]
  %b = phi <{N} x {L}> [ %y, %entry ], [ %sum, %loop ]
  %sum = add <{N} x {L}> %a, %b
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %n
  br i1 %more, label %loop, label %out
out:
  %r = xor <{N} x {L}> %sum, %a
  ret <{N} x {L}> %r
}
; {{end}}
define ptr @carried_ptr(ptr %p, ptr %end) noinline {
entry:
  br label %loop
loop:
  %q = phi ptr [ %p, %entry ], [ %q1, %next ]
  %v = load i8, ptr %q
  %zero = icmp eq i8 %v, 0
  br i1 %zero, label %out, label %next
next:
  %q1 = getelementptr i8, ptr %q, i64 1
  %last = icmp eq ptr %q1, %end
  br i1 %last, label %out, label %loop
out:
  %r = phi ptr [ %q, %loop ], [ null, %next ]
  ret ptr %r
}
define { i64, double } @carried_pair(i64 %n, { i64, double } %x) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %a = phi { i64, double } [ %x, %entry ], [ %b, %loop ]
  %k = extractvalue { i64, double } %a, 0
  %f = extractvalue { i64, double } %a, 1
  %k1 = add i64 %k, %i
  %f1 = fmul double %f, 1.5
  %half = insertvalue { i64, double } %a, i64 %k1, 0
  %b = insertvalue { i64, double } %half, double %f1, 1
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %n
  br i1 %more, label %loop, label %out
out:
  ret { i64, double } %b
}

define i32 @main() {
  %p = alloca i128
  %text = alloca [8 x i8]
; {{for N in 1 2 9}}
; {{for T,X,Y in i1:0:1 i7:5:60 i8:7:100 i16:1000:333 i32:90000:-5 i64:6000000000:4 i128:30000000000000000000:-9}}
  %r{N}{T} = call {T} @carried_{T}(i64 {N}, {T} {X}, {T} {Y}, ptr %p)
  %w{N}{T} = zext {T} %r{N}{T} to i256
  %l{N}{T} = trunc i256 %w{N}{T} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %l{N}{T})
  %s{N}{T} = lshr i256 %w{N}{T}, 64
  %h{N}{T} = trunc i256 %s{N}{T} to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %h{N}{T})
; {{end}}
  %f{N} = call float @carried_float(i64 {N}, float 1.5, float 9.0)
  %fd{N} = fpext float %f{N} to double
  call i32 (ptr, ...) @printf(ptr @float, double %fd{N})
  %d{N} = call double @carried_double(i64 {N}, double 0.125, double 7.0)
  call i32 (ptr, ...) @printf(ptr @float, double %d{N})
  %x{N} = call x86_fp80 @carried_x86_fp80(i64 {N}, x86_fp80 0xK3FFF8000000000000001, x86_fp80 0xK40048000000000000000)
  call i32 (ptr, ...) @printf(ptr @long, x86_fp80 %x{N})
; {{for L,K in i8:16 i16:8 i32:4 i64:2}}
  %v{N}{L} = call <{K} x {L}> @carried_{K}x{L}(i64 {N}, <{K} x {L}> splat ({L} 77), <{K} x {L}> splat ({L} -3))
  %b{N}{L} = bitcast <{K} x {L}> %v{N}{L} to <2 x i64>
  %e{N}{L} = extractelement <2 x i64> %b{N}{L}, i32 1
  call i32 (ptr, ...) @printf(ptr @int, i64 %e{N}{L})
; {{end}}
  %pair{N} = call { i64, double } @carried_pair(i64 {N}, { i64, double } { i64 40, double 0.75 })
  %pi{N} = extractvalue { i64, double } %pair{N}, 0
  %pf{N} = extractvalue { i64, double } %pair{N}, 1
  call i32 (ptr, ...) @printf(ptr @int, i64 %pi{N})
  call i32 (ptr, ...) @printf(ptr @float, double %pf{N})
; {{end}}
  store i64 72340172838076673, ptr %text
  %end = getelementptr i8, ptr %text, i64 8
  %none = call ptr @carried_ptr(ptr %text, ptr %end)
  %isnone = ptrtoint ptr %none to i64
  call i32 (ptr, ...) @printf(ptr @int, i64 %isnone)
  %fifth = getelementptr i8, ptr %text, i64 5
  store i8 0, ptr %fifth
  %some = call ptr @carried_ptr(ptr %text, ptr %end)
  %from = ptrtoint ptr %text to i64
  %to = ptrtoint ptr %some to i64
  %at = sub i64 %to, %from
  call i32 (ptr, ...) @printf(ptr @int, i64 %at)
  ret i32 0
}
