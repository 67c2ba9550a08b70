; run:
; llvm.memcpy, memmove, memset and their inline forms: constant and computed sizes, none at all, overlapping, volatile.
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)
declare void @llvm.memcpy.inline.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memset.inline.p0.i64(ptr, i8, i64, i1)
declare i32 @printf(ptr, ...)
@byte = private constant [5 x i8] c"%02x\00"
@nl = private constant [2 x i8] c"\0A\00"
@buffer = internal global [300 x i8] zeroinitializer, align 16

define internal void @fill() noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %p = getelementptr i8, ptr @buffer, i64 %i
  %m = mul i64 %i, 29
  %v = trunc i64 %m to i8
  store i8 %v, ptr %p
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 300
  br i1 %more, label %loop, label %done
done:
  ret void
}
define internal void @show() noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %p = getelementptr i8, ptr @buffer, i64 %i
  %v = load i8, ptr %p
  %w = zext i8 %v to i32
  call i32 (ptr, ...) @printf(ptr @byte, i32 %w)
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 300
  br i1 %more, label %loop, label %done
done:
  call i32 (ptr, ...) @printf(ptr @nl)
  call void @fill()
  ret void
}
; {{for N in 0 1 2 3 4 5 7 8 9 12 15 16 17 24 31 32 33 47 64 65 100 128}}
define internal void @constant_{N}(ptr %to, ptr %from, i8 %b) noinline {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 {N}, i1 false)
  call void @show()
  call void @llvm.memmove.p0.p0.i64(ptr %to, ptr %from, i64 {N}, i1 false)
  call void @llvm.memset.p0.i64(ptr %from, i8 %b, i64 {N}, i1 false)
  call void @show()
  call void @llvm.memset.p0.i64(ptr %to, i8 0, i64 {N}, i1 true)
  call void @llvm.memcpy.inline.p0.p0.i64(ptr %from, ptr %to, i64 {N}, i1 false)
  call void @llvm.memset.inline.p0.i64(ptr %to, i8 -1, i64 {N}, i1 false)
  call void @show()
  ret void
}
; {{end}}
define internal void @computed(ptr %to, ptr %from, i64 %n, i8 %b) noinline {
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %n, i1 false)
  call void @show()
  %n32 = trunc i64 %n to i32
  call void @llvm.memcpy.p0.p0.i32(ptr %to, ptr %from, i32 %n32, i1 false)
  %over = getelementptr i8, ptr %from, i64 3
  call void @llvm.memmove.p0.p0.i64(ptr %over, ptr %from, i64 %n, i1 false)
  call void @show()
  call void @llvm.memmove.p0.p0.i64(ptr %from, ptr %over, i64 %n, i1 true)
  call void @llvm.memset.p0.i64(ptr %to, i8 %b, i64 %n, i1 false)
  call void @show()
  ret void
}
; Overlapping moves of a constant size, both ways.
define internal void @overlapping(ptr %p) noinline {
; {{for N in 5 16 24 40}}
  %up{N} = getelementptr i8, ptr %p, i64 3
  call void @llvm.memmove.p0.p0.i64(ptr %up{N}, ptr %p, i64 {N}, i1 false)
  call void @show()
  call void @llvm.memmove.p0.p0.i64(ptr %p, ptr %up{N}, i64 {N}, i1 false)
  call void @show()
; {{end}}
  ret void
}
define i32 @main() {
  call void @fill()
  %a = getelementptr i8, ptr @buffer, i64 4
  %b = getelementptr i8, ptr @buffer, i64 151
; {{for N in 0 1 2 3 4 5 7 8 9 12 15 16 17 24 31 32 33 47 64 65 100 128}}
  call void @constant_{N}(ptr %a, ptr %b, i8 171)
; {{end}}
; {{for N in 0 1 7 8 33 140}}
  call void @computed(ptr %a, ptr %b, i64 {N}, i8 205)
; {{end}}
  call void @overlapping(ptr %a)
  ret i32 0
}
