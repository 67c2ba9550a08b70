; First-class aggregates are their leaves; constant offsets fold into accesses.
target triple = "x86_64-pc-linux-gnu"
@g = global { i8, i32 } zeroinitializer
@p = global ptr null
@tl = thread_local global i32 5
define { i64, i32, [2 x float] } @agg({ i64, i32, [2 x float] } %a, ptr %p, i64 %n) {
  %i = insertvalue { i64, i32, [2 x float] } %a, float 2.0, 2, 1
  %e = extractvalue { i64, i32, [2 x float] } %i, 2
  %j = insertvalue { i64, i32, [2 x float] } undef, [2 x float] %e, 2
  store { i64, i32, [2 x float] } %j, ptr %p
  %l = load { i64, i32, [2 x float] }, ptr %p
  %f = freeze { i64, i32, [2 x float] } %l
  %dyn = alloca i32, i64 %n, align 32
  store volatile i32 1, ptr %dyn
  %q = getelementptr { i64, i32, [2 x float] }, ptr %p, i64 %n, i32 2, i64 1
  %ld = load float, ptr %q
  %q2 = getelementptr i8, ptr %q, i64 -4
  store float %ld, ptr %q2
  store ptr %q2, ptr %dyn
  %tl = load i32, ptr getelementptr (i8, ptr @tl, i64 0)
  store i32 %tl, ptr inttoptr (i64 4096 to ptr)
  store i64 ptrtoint (ptr getelementptr (i8, ptr @g, i64 4) to i64), ptr %p
  store i64 sub (i64 ptrtoint (ptr @g to i64), i64 ptrtoint (ptr @p to i64)), ptr %p
  store i128 170141183460469231731687303715884105727, ptr %p
  ret { i64, i32, [2 x float] } %f
}
