; run:
; alloca: fixed and computed sizes, alignments up to 4096, in a loop, given back by stackrestore; addresses are kept apart.
declare i32 @printf(ptr, ...)
declare ptr @llvm.stacksave.p0()
declare void @llvm.stackrestore.p0(ptr)
@line = private constant [14 x i8] c"%lld %d %llx\0A\00"

define i64 @aligned() noinline {
; {{for N in 1 2 4 8 16 32 64 128 256 4096}}
  %p{N} = alloca i8, align {N}
  %i{N} = ptrtoint ptr %p{N} to i64
  %m{N} = urem i64 %i{N}, {N}
; {{end}}
  %s1 = add i64 %m1, %m2
  %s2 = add i64 %s1, %m4
  %s3 = add i64 %s2, %m8
  %s4 = add i64 %s3, %m16
  %s5 = add i64 %s4, %m32
  %s6 = add i64 %s5, %m64
  %s7 = add i64 %s6, %m128
  %s8 = add i64 %s7, %m256
  %s9 = add i64 %s8, %m4096
  ret i64 %s9
}
define i64 @computed(i64 %n, i32 %m) noinline {
entry:
  %a = alloca i32, i64 %n, align 16
  %b = alloca i64, i32 %m, align 64
  br label %fill
fill:
  %i = phi i64 [ 0, %entry ], [ %i1, %fill ]
  %p = getelementptr i32, ptr %a, i64 %i
  %v = trunc i64 %i to i32
  %v3 = mul i32 %v, 3
  store i32 %v3, ptr %p
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %n
  br i1 %more, label %fill, label %other
other:
  store i64 -1, ptr %b
  br label %sum
sum:
  %k = phi i64 [ 0, %other ], [ %k1, %sum ]
  %s = phi i64 [ 0, %other ], [ %s1, %sum ]
  %q = getelementptr i32, ptr %a, i64 %k
  %x = load i32, ptr %q
  %xw = sext i32 %x to i64
  %s1 = add i64 %s, %xw
  %k1 = add i64 %k, 1
  %again = icmp ult i64 %k1, %n
  br i1 %again, label %sum, label %done
done:
  %bi = ptrtoint ptr %b to i64
  %bm = urem i64 %bi, 64
  %r = add i64 %s1, %bm
  ret i64 %r
}
; Memory is given back each time, or this needs gigabytes.
define i32 @given_back(i32 %times) noinline {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %i1, %loop ]
  %sp = call ptr @llvm.stacksave.p0()
  %n = add i32 60000, %i
  %a = alloca i8, i32 %n
  %p = getelementptr i8, ptr %a, i32 %i
  store i8 7, ptr %p
  %v = load i8, ptr %p
  call void @llvm.stackrestore.p0(ptr %sp)
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, %times
  br i1 %more, label %loop, label %done
done:
  %r = zext i8 %v to i32
  ret i32 %r
}
; The same by returning.
define i64 @leaf(i64 %n) noinline {
  %a = alloca i64, i64 %n
  store i64 %n, ptr %a
  %last = getelementptr i64, ptr %a, i64 100
  store i64 5, ptr %last
  %v = load i64, ptr %a
  ret i64 %v
}
define i64 @many(i64 %times) noinline {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %loop ]
  %s = phi i64 [ 0, %entry ], [ %s1, %loop ]
  %n = add i64 %i, 1000
  %v = call i64 @leaf(i64 %n)
  %s1 = add i64 %s, %v
  %i1 = add i64 %i, 1
  %more = icmp ult i64 %i1, %times
  br i1 %more, label %loop, label %done
done:
  ret i64 %s1
}
define i64 @recursive(i32 %depth, ptr %outer) noinline {
  %mine = alloca [10 x i32], align 16
  %p = getelementptr [10 x i32], ptr %mine, i64 0, i64 3
  store i32 %depth, ptr %p
  %stop = icmp eq i32 %depth, 0
  br i1 %stop, label %base, label %more
base:
  %o = load i32, ptr %outer
  %ow = sext i32 %o to i64
  ret i64 %ow
more:
  %d = sub i32 %depth, 1
  %r = call i64 @recursive(i32 %d, ptr %p)
  %v = load i32, ptr %p
  %vw = sext i32 %v to i64
  %s = add i64 %r, %vw
  ret i64 %s
}
define i32 @main() {
  %a = call i64 @aligned()
  %b = call i64 @computed(i64 1000, i32 5)
  %c = call i32 @given_back(i32 20000)
  %d = call i64 @many(i64 3000)
  %first = alloca i32
  %e = call i64 @recursive(i32 200, ptr %first)
  call i32 (ptr, ...) @printf(ptr @line, i64 %a, i32 %c, i64 %b)
  call i32 (ptr, ...) @printf(ptr @line, i64 %d, i32 %c, i64 %e)
  ret i32 0
}
