; run:
; with: drive.c
; llvm.is.fpclass: every class alone, some together.
declare void @float_all(ptr, i32, i32, ptr)
@name = private constant [8 x i8] c"fpclass\00"

; {{for K,M,T in f:f32:float d:f64:double x:f80:x86_fp80}}
; {{for C in 1 2 3 4 8 16 32 64 128 256 512 516 504 264 96 1023 0}}
define internal void @class_{K}_{C}(ptr %pa, ptr %out) noinline {
  %a = load {T}, ptr %pa
  %r = call i1 @llvm.is.fpclass.{M}({T} %a, i32 {C})
  %w = zext i1 %r to i64
  store i64 %w, ptr %out
  ret void
}
; {{end}}
; {{end}}
define i32 @main() {
; {{for K,O in f:102 d:100 x:120}}
; {{for C in 1 2 3 4 8 16 32 64 128 256 512 516 504 264 96 1023 0}}
  call void @float_all(ptr @name, i32 {O}, i32 105, ptr @class_{K}_{C})
; {{end}}
; {{end}}
  ret i32 0
}
