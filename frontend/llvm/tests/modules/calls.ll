; Calls of every kind.
target triple = "x86_64-pc-linux-gnu"
define i32 @f(i32 %x) { ret i32 %x }
define void @sret(ptr sret({ i64, i64, i64 }) %r) {
  call void @sret(ptr sret({ i64, i64, i64 }) %r)
  musttail call void @sret(ptr sret({ i64, i64, i64 }) %r)
  ret void
}

define i32 @tail(i32 %x, ptr %f) {
  %r = musttail call i32 %f(i32 %x, ptr %f)
  ret i32 %r
}

define i32 @mismatch(double %d) {
  %r = call i32 @f(double %d)
  %e = call i32 @nowhere(i8 signext 5, i16 zeroext 7)
  ret i32 %r
}

define i32 @inv() personality ptr @__gxx_personality_v0 {
  %r = invoke i32 @f(i32 1) to label %ok unwind label %lp
ok:
  %p = phi i32 [ %r, %0 ]
  ret i32 %p
lp:
  %l = landingpad { ptr, i32 } cleanup
  br label %cl
cl:
  resume { ptr, i32 } %l
}
declare i32 @nowhere(i8 signext, i16 zeroext)
declare i32 @__gxx_personality_v0(...)
