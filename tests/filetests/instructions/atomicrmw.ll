; run:
; with: drive.c
; atomicrmw: every operation at every width and ordering gives the old value and stores the new.
declare void @pairs(ptr, i32, ptr)
declare void @float_pairs(ptr, i32, i32, ptr)
@name = private constant [4 x i8] c"rmw\00"

; {{for OP in xchg add sub and nand or xor max min umax umin uinc_wrap udec_wrap}}
; {{for N,ORDER in 8:monotonic 16:acquire 32:release 64:acq_rel 64:seq_cst 32:monotonic}}
define internal void @{OP}_{N}_{ORDER}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %p = alloca i{N}, align 8
  store i{N} %a, ptr %p
  %old = atomicrmw {OP} ptr %p, i{N} %b {ORDER}
  %new = load i{N}, ptr %p
  %mix = mul i{N} %new, 3
  %r = xor i{N} %mix, %old
  store i{N} %r, ptr %out
  ret void
}
; The result is not used: compilers choose other instructions.
define internal void @{OP}_{N}_{ORDER}_unused(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %p = alloca i{N}, align 8
  store i{N} %a, ptr %p
  %old = atomicrmw {OP} ptr %p, i{N} %b {ORDER}
  %new = load i{N}, ptr %p
  store i{N} %new, ptr %out
  ret void
}
; {{end}}
; {{end}}
; {{for OP in fadd fsub fmax fmin xchg}}
; {{for K,T in f:float d:double}}
define internal void @{OP}_{K}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %b = load {T}, ptr %pb
  %p = alloca {T}, align 8
  store {T} %a, ptr %p
  %old = atomicrmw {OP} ptr %p, {T} %b seq_cst
  %new = load {T}, ptr %p
  store {T} %new, ptr %out
  ret void
}
; {{end}}
; {{end}}
define internal void @xchg_ptr(ptr %pa, ptr %pb, ptr %out) noinline {
  %b = load ptr, ptr %pb
  %old = atomicrmw xchg ptr %out, ptr %b seq_cst
  %c = icmp eq ptr %old, null
  %p = getelementptr i8, ptr %out, i64 8
  %w = zext i1 %c to i8
  store i8 %w, ptr %p
  ret void
}

define i32 @main() {
; {{for OP in xchg add sub and nand or xor max min umax umin uinc_wrap udec_wrap}}
; {{for N,ORDER in 8:monotonic 16:acquire 32:release 64:acq_rel 64:seq_cst 32:monotonic}}
  call void @pairs(ptr @name, i32 {N}, ptr @{OP}_{N}_{ORDER})
  call void @pairs(ptr @name, i32 {N}, ptr @{OP}_{N}_{ORDER}_unused)
; {{end}}
; {{end}}
; {{for OP in fadd fsub fmax fmin xchg}}
  call void @float_pairs(ptr @name, i32 102, i32 102, ptr @{OP}_f)
  call void @float_pairs(ptr @name, i32 100, i32 100, ptr @{OP}_d)
; {{end}}
  call void @pairs(ptr @name, i32 64, ptr @xchg_ptr)
  ret i32 0
}
