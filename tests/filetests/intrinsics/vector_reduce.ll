; run:
; with: drive.c
; llvm.vector.reduce.*: of integer and floating-point vectors of several lengths; fadd and fmul in order.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"reduce\00"

; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32 4:i64 2:i32 3:i16 32:i8}}
; {{for OP in add mul and or xor smin smax umin umax}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = call {T} @llvm.vector.reduce.{OP}.v{L}{T}(<{L} x {T}> %a)
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{for L,M,T in 4:f32:float 2:f64:double 8:f32:float 3:f32:float}}
; {{for OP in fadd fmul}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %s = load {T}, ptr %pb
  %r = call {T} @llvm.vector.reduce.{OP}.v{L}{M}({T} %s, <{L} x {T}> %a)
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in fmin fmax fminimum fmaximum}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = call {T} @llvm.vector.reduce.{OP}.v{L}{M}(<{L} x {T}> %a)
  %z = fadd {T} %r, 0.0
  store {T} %z, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{for OP in and or xor}}
define internal void @{OP}_mask(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %c = icmp ult <4 x i32> %a, %b
  %r = call i1 @llvm.vector.reduce.{OP}.v4i1(<4 x i1> %c)
  %w = zext i1 %r to i8
  store i8 %w, ptr %out
  ret void
}
; {{end}}
; {{for L in 16 32 48 20}}
; {{for OP in and or xor}}
define internal void @{OP}_mask_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x i8>, ptr %pa
  %c = icmp slt <{L} x i8> %a, splat (i8 -127)
  %r = call i1 @llvm.vector.reduce.{OP}.v{L}i1(<{L} x i1> %c)
  %w = zext i1 %r to i8
  store i8 %w, ptr %out
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i32 4:i64 2:i32 3:i16 32:i8}}
; {{for OP in add mul and or xor smin smax umin umax}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_{L}_{T})
; {{end}}
; {{end}}
; {{for L,T,O in 4:float:102 2:double:100 8:float:102 3:float:102}}
; {{for OP in fadd fmul fmin fmax fminimum fmaximum}}
  call void @vector_pairs(ptr @name, i32 {O}, ptr @{OP}_{L}_{T})
; {{end}}
; {{end}}
; {{for OP in and or xor}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_mask)
; {{end}}
; {{for L in 16 32 48 20}}
; {{for OP in and or xor}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_mask_{L})
; {{end}}
; {{end}}
  ret i32 0
}
