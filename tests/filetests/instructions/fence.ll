; run:
; fence of every ordering, between two threads that pass a value back and forth.
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @sched_yield()
declare i32 @printf(ptr, ...)
@line = private constant [4 x i8] c"%d\0A\00"
@turn = internal global i32 0
@value = internal global i32 0

define internal void @play(i32 %mine, i32 %theirs) noinline {
entry:
  br label %wait
wait:
  %i = phi i32 [ 0, %entry ], [ %i, %idle ], [ %i1, %go ]
  %t = load atomic i32, ptr @turn monotonic, align 4
  %ok = icmp eq i32 %t, %mine
  br i1 %ok, label %go, label %idle
idle:
  call i32 @sched_yield()
  br label %wait
go:
  fence acquire
  %v = load i32, ptr @value
  %w = mul i32 %v, 3
  %x = add i32 %w, %mine
  store i32 %x, ptr @value
  fence release
  store atomic i32 %theirs, ptr @turn monotonic, align 4
  fence seq_cst
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, 200
  br i1 %more, label %wait, label %done
done:
  ret void
}
define internal ptr @other(ptr %x) {
  call void @play(i32 1, i32 0)
  ret ptr %x
}
define i32 @main() {
  %t = alloca i64
  call i32 @pthread_create(ptr %t, ptr null, ptr @other, ptr null)
  call void @play(i32 0, i32 1)
  %id = load i64, ptr %t
  call i32 @pthread_join(i64 %id, ptr null)
  %v = load i32, ptr @value
  call i32 (ptr, ...) @printf(ptr @line, i32 %v)
  ret i32 0
}
