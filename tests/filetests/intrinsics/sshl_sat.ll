; run:
; with: drive.c
; llvm.sshl.sat: signed shift left, saturating.
declare void @shifts(ptr, i32, ptr)
@name = private constant [9 x i8] c"sshl.sat\00"

; {{for N in 8 16 32 64}}
define internal void @f_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{N} @llvm.sshl.sat.i{N}(i{N} %a, i{N} %b)
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for N in 8 16 32 64}}
  call void @shifts(ptr @name, i32 {N}, ptr @f_{N})
; {{end}}
  ret i32 0
}
