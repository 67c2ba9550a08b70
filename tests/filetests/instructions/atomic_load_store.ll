; run:
; with: drive.c
; libs: atomic
; Atomic load and store at every width and ordering, of floating point and pointers too; fence.
declare void @singles(ptr, i32, ptr)
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [7 x i8] c"atomic\00"

; {{for N in 8 16 32 64 128}}
; {{for L,S in unordered:unordered monotonic:monotonic acquire:release seq_cst:seq_cst}}
define internal void @{L}_{N}(ptr %pa, ptr %out) noinline {
  %a = load atomic i{N}, ptr %pa {L}, align 16
  store atomic i{N} %a, ptr %out {S}, align 16
  ret void
}
; {{end}}
; {{end}}
; {{for T in float double}}
define internal void @{T}(ptr %pa, ptr %out) noinline {
  %a = load atomic {T}, ptr %pa acquire, align 8
  fence release
  store atomic {T} %a, ptr %out release, align 8
  fence acquire
  fence acq_rel
  fence seq_cst
  fence syncscope("singlethread") seq_cst
  ret void
}
; {{end}}
define internal void @pointer(ptr %pa, ptr %out) noinline {
  %a = load atomic volatile ptr, ptr %pa seq_cst, align 8
  store atomic volatile ptr %a, ptr %out seq_cst, align 8
  ret void
}
define i32 @main() {
; {{for N in 8 16 32 64 128}}
; {{for L in unordered monotonic acquire seq_cst}}
  call void @singles(ptr @name, i32 {N}, ptr @{L}_{N})
; {{end}}
; {{end}}
  call void @float_all(ptr @name, i32 102, i32 102, ptr @float)
  call void @float_all(ptr @name, i32 100, i32 100, ptr @double)
  call void @singles(ptr @name, i32 64, ptr @pointer)
  ret i32 0
}
