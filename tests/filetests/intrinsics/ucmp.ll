; run:
; with: drive.c
; llvm.ucmp: -1, 0 or 1, in a width of its own.
declare void @pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"ucmp\00"

; {{for N,R in 8:8 16:32 32:8 64:32 128:8 64:64}}
define internal void @f_{N}_{R}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %r = call i{R} @llvm.ucmp.i{R}.i{N}(i{N} %a, i{N} %b)
  store i{R} %r, ptr %out
  ret void
}
; {{end}}
define i32 @main() {
; {{for N,R in 8:8 16:32 32:8 64:32 128:8 64:64}}
  call void @pairs(ptr @name, i32 {N}, ptr @f_{N}_{R})
; {{end}}
  ret i32 0
}
