; run:
; llvm.threadlocal.address: each thread has its own copy, with the initial value.
declare ptr @llvm.threadlocal.address.p0(ptr)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @printf(ptr, ...)
@line = private constant [10 x i8] c"%d %d %d\0A\00"
@own = internal thread_local global i32 40
@zero = thread_local global [3 x i64] zeroinitializer
@results = internal global [3 x i32] zeroinitializer

define internal i32 @bump(i32 %by) noinline {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @own)
  %v = load i32, ptr %p
  %w = add i32 %v, %by
  store i32 %w, ptr %p
  %z = call ptr @llvm.threadlocal.address.p0(ptr @zero)
  %z2 = getelementptr [3 x i64], ptr %z, i64 0, i64 2
  %u = load i64, ptr %z2
  %u1 = add i64 %u, 1
  store i64 %u1, ptr %z2
  %t = trunc i64 %u1 to i32
  %r = mul i32 %w, %t
  ret i32 %r
}
define internal ptr @thread(ptr %where) {
  %a = call i32 @bump(i32 1)
  %b = call i32 @bump(i32 10)
  store i32 %b, ptr %where
  ret ptr null
}
define i32 @main() {
  %m = call i32 @bump(i32 100)
  %t = alloca [2 x i64]
  %t1 = getelementptr [2 x i64], ptr %t, i64 0, i64 1
  %r1 = getelementptr [3 x i32], ptr @results, i64 0, i64 1
  %c0 = call i32 @pthread_create(ptr %t, ptr null, ptr @thread, ptr @results)
  %c1 = call i32 @pthread_create(ptr %t1, ptr null, ptr @thread, ptr %r1)
  %i0 = load i64, ptr %t
  %i1 = load i64, ptr %t1
  %j0 = call i32 @pthread_join(i64 %i0, ptr null)
  %j1 = call i32 @pthread_join(i64 %i1, ptr null)
  %a = load i32, ptr @results
  %b = load i32, ptr %r1
  %n = call i32 @bump(i32 0)
  call i32 (ptr, ...) @printf(ptr @line, i32 %a, i32 %b, i32 %n)
  ret i32 0
}
