; run:
; load and store of every type: at an offset, through a computed index, unaligned, volatile; neighbours stay untouched.
declare i32 @printf(ptr, ...)
@byte = private constant [5 x i8] c"%02x\00"
@nl = private constant [2 x i8] c"\0A\00"
@source = internal global [256 x i8] zeroinitializer, align 16
@target = internal global [256 x i8] zeroinitializer, align 16

define internal void @show() noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %p = getelementptr i8, ptr @target, i64 %i
  %v = load i8, ptr %p
  %w = zext i8 %v to i32
  call i32 (ptr, ...) @printf(ptr @byte, i32 %w)
  store i8 -86, ptr %p
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 80
  br i1 %more, label %loop, label %done
done:
  call i32 (ptr, ...) @printf(ptr @nl)
  ret void
}
define internal void @fill() noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %p = getelementptr i8, ptr @source, i64 %i
  %m = mul i64 %i, 37
  %n = add i64 %m, 11
  %v = trunc i64 %n to i8
  store i8 %v, ptr %p
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, 256
  br i1 %more, label %loop, label %done
done:
  ret void
}
; {{for I,T in 1:i8 2:i16 3:i32 4:i64 5:i128 6:float 7:double 8:ptr 9:<16^x^i8> 10:<4^x^i32> 11:<2^x^double> 12:<8^x^i32> 13:<2^x^i32> 14:<4^x^i8> 15:i24 16:i48 17:i56 18:i72 19:i96 20:x86_fp80 21:<3^x^i32> 22:<2^x^i8>}}
define internal void @at_{I}(i64 %i) noinline {
  %v = load {T}, ptr getelementptr (i8, ptr @source, i64 16)
  store {T} %v, ptr getelementptr (i8, ptr @target, i64 16)
  call void @show()
  %p = getelementptr i8, ptr @source, i64 %i
  %q = getelementptr i8, ptr @target, i64 %i
  %u = load {T}, ptr %p, align 1
  store {T} %u, ptr %q, align 1
  call void @show()
  %p2 = getelementptr {T}, ptr @source, i64 %i
  %x = load volatile {T}, ptr %p2, align 1
  store volatile {T} %x, ptr %q, align 1
  %q3 = getelementptr i8, ptr %q, i64 40
  store {T} zeroinitializer, ptr %q3, align 1
  call void @show()
  ret void
}
; {{end}}
; {{for I,T in 1:{^i8,^i32,^i16^} 2:<{^i8,^i32,^i16^}> 3:[3^x^i16] 4:{^float,^[2^x^i8],^ptr^} 5:{^i64,^double^}}}
define internal void @aggregate_{I}() noinline {
  %v = load {T}, ptr getelementptr (i8, ptr @source, i64 8)
  store {T} %v, ptr getelementptr (i8, ptr @target, i64 16)
  store {T} zeroinitializer, ptr getelementptr (i8, ptr @target, i64 48)
  ret void
}
; {{end}}
; Odd widths are stored with zeroes above, and read back without what is above.
; {{for N in 1 3 7 9 17 33 65 100}}
define internal void @odd_{N}(i128 %x) noinline {
  %t = trunc i128 %x to i{N}
  store i{N} %t, ptr getelementptr (i8, ptr @target, i64 16)
  %v = load i{N}, ptr getelementptr (i8, ptr @target, i64 16)
  %s = sext i{N} %v to i128
  store i128 %s, ptr getelementptr (i8, ptr @target, i64 32)
  call void @show()
  ret void
}
; {{end}}
define internal void @constants() noinline {
  store i8 1, ptr getelementptr (i8, ptr @target, i64 1)
  store i16 -2, ptr getelementptr (i8, ptr @target, i64 2)
  store i32 305419896, ptr getelementptr (i8, ptr @target, i64 4)
  store i64 -1311768467463790320, ptr getelementptr (i8, ptr @target, i64 8)
  store i128 -1, ptr getelementptr (i8, ptr @target, i64 16)
  store float 1.5, ptr getelementptr (i8, ptr @target, i64 32)
  store double -0.0, ptr getelementptr (i8, ptr @target, i64 36), align 4
  store ptr null, ptr getelementptr (i8, ptr @target, i64 48)
  store <4 x i32> <i32 1, i32 2, i32 3, i32 4>, ptr getelementptr (i8, ptr @target, i64 64)
  call void @show()
  ret void
}

define i32 @main() {
  call void @fill()
  call void @show()
; {{for I in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22}}
  call void @at_{I}(i64 5)
; {{end}}
; {{for I in 1 2 3 4 5}}
  call void @aggregate_{I}()
; {{end}}
; {{for N in 1 3 7 9 17 33 65 100}}
  call void @odd_{N}(i128 -7000000000000000000000000000000)
; {{end}}
  call void @constants()
  ret i32 0
}
