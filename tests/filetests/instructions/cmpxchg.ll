; run:
; with: drive.c
; libs: atomic
; cmpxchg, strong and weak, succeeding and failing, up to 16 bytes.
declare void @pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"cas\00"

; {{for N,S,F in 8:monotonic:monotonic 16:acquire:acquire 32:acq_rel:monotonic 64:seq_cst:seq_cst 128:seq_cst:acquire}}
define internal void @strong_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %p = alloca i{N}, align 16
  store i{N} %a, ptr %p
  %expected = and i{N} %b, %a
  %new = add i{N} %b, 1
  %r = cmpxchg ptr %p, i{N} %expected, i{N} %new {S} {F}
  %old = extractvalue { i{N}, i1 } %r, 0
  %ok = extractvalue { i{N}, i1 } %r, 1
  %now = load i{N}, ptr %p
  %okw = zext i1 %ok to i{N}
  %x = mul i{N} %now, 3
  %y = xor i{N} %x, %old
  %z = add i{N} %y, %okw
  store i{N} %z, ptr %out
  ret void
}
; A loop over the weak form, as compilers make of operations that the machine lacks.
define internal void @weak_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %p = alloca i{N}, align 16
  store i{N} %a, ptr %p
  br label %loop
loop:
  %expected = phi i{N} [ %b, %0 ], [ %old, %loop ]
  %new = mul i{N} %expected, 5
  %r = cmpxchg weak ptr %p, i{N} %expected, i{N} %new {S} {F}
  %old = extractvalue { i{N}, i1 } %r, 0
  %ok = extractvalue { i{N}, i1 } %r, 1
  br i1 %ok, label %done, label %loop
done:
  %now = load i{N}, ptr %p
  store i{N} %now, ptr %out
  ret void
}
; {{end}}
define internal void @pointers(ptr %pa, ptr %pb, ptr %out) noinline {
  %p = alloca ptr
  store ptr %pa, ptr %p
  %r = cmpxchg ptr %p, ptr %pa, ptr %pb seq_cst seq_cst
  %ok = extractvalue { ptr, i1 } %r, 1
  %now = load ptr, ptr %p
  %same = icmp eq ptr %now, %pb
  %both = and i1 %ok, %same
  %w = zext i1 %both to i8
  store i8 %w, ptr %out
  ret void
}

define i32 @main() {
; {{for N in 8 16 32 64 128}}
  call void @pairs(ptr @name, i32 {N}, ptr @strong_{N})
  call void @pairs(ptr @name, i32 {N}, ptr @weak_{N})
; {{end}}
  call void @pairs(ptr @name, i32 64, ptr @pointers)
  ret i32 0
}
