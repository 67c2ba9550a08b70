; run:
; with: drive.c
; llvm.ssub.with.overflow: signed difference and whether it overflowed.
declare void @pairs(ptr, i32, ptr)
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [19 x i8] c"ssub.with.overflow\00"

; {{for N,C in 7:i64 8:i64 13:i64 16:i64 17:i64 32:i64 33:i64 63:i64 65:i128 127:i128}}
define internal void @f_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %wa = load {C}, ptr %pa
  %wb = load {C}, ptr %pb
  %a = trunc {C} %wa to i{N}
  %b = trunc {C} %wb to i{N}
  %s = call { i{N}, i1 } @llvm.ssub.with.overflow.i{N}(i{N} %a, i{N} %b)
  %v = extractvalue { i{N}, i1 } %s, 0
  %o = extractvalue { i{N}, i1 } %s, 1
  %flag = zext i1 %o to i{N}
  %double = shl i{N} %v, 1
  %r = or i{N} %double, %flag
  %w = zext i{N} %r to {C}
  store {C} %w, ptr %out
  ret void
}
; {{end}}
; {{for N in 64 128}}
define internal void @f_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %s = call { i{N}, i1 } @llvm.ssub.with.overflow.i{N}(i{N} %a, i{N} %b)
  %v = extractvalue { i{N}, i1 } %s, 0
  %o = extractvalue { i{N}, i1 } %s, 1
  %flag = zext i1 %o to i{N}
  %double = shl i{N} %v, 1
  %r = or i{N} %double, %flag
  store i{N} %r, ptr %out
  ret void
}
; {{end}}
; The flag decides a branch, the value is used on one side alone.
; {{for N in 8 16 32 64}}
define internal void @branch_{N}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load i{N}, ptr %pa
  %b = load i{N}, ptr %pb
  %s = call { i{N}, i1 } @llvm.ssub.with.overflow.i{N}(i{N} %a, i{N} %b)
  %o = extractvalue { i{N}, i1 } %s, 1
  br i1 %o, label %over, label %fits
over:
  store i8 -1, ptr %out
  ret void
fits:
  %v = extractvalue { i{N}, i1 } %s, 0
  store i{N} %v, ptr %out
  ret void
}
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
define internal void @v_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %s = call { <{L} x {T}>, <{L} x i1> } @llvm.ssub.with.overflow.v{L}{T}(<{L} x {T}> %a, <{L} x {T}> %b)
  %v = extractvalue { <{L} x {T}>, <{L} x i1> } %s, 0
  %o = extractvalue { <{L} x {T}>, <{L} x i1> } %s, 1
  %r = select <{L} x i1> %o, <{L} x {T}> %a, <{L} x {T}> %v
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for N in 7 8 13 16 17 32 33 63 64 65 127 128}}
  call void @pairs(ptr @name, i32 {N}, ptr @f_{N})
; {{end}}
; {{for N in 8 16 32 64}}
  call void @pairs(ptr @name, i32 {N}, ptr @branch_{N})
; {{end}}
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 4:i8 2:i32 8:i32 4:i64 3:i32}}
  call void @vector_pairs(ptr @name, i32 98, ptr @v_{L}_{T})
; {{end}}
  ret i32 0
}
