; run:
; libs: stdc++
; invoke of functions that do not throw goes on at the normal destination, with the result; landingpad and resume wait.
declare i32 @__gxx_personality_v0(...)
declare i32 @printf(ptr, ...)
declare i32 @puts(ptr)
declare i64 @strlen(ptr)
@line = private constant [4 x i8] c"%d\0A\00"

define i32 @twice(i32 %x) noinline {
  %r = mul i32 %x, 2
  ret i32 %r
}
define i32 @try(i32 %x, ptr %f) noinline personality ptr @__gxx_personality_v0 {
entry:
  %a = invoke i32 @twice(i32 %x) to label %next unwind label %pad
next:
  %p = phi i32 [ %a, %entry ]
  %b = invoke i32 %f(i32 %p) to label %third unwind label %pad
third:
  %n = invoke i64 @strlen(ptr @line) to label %done unwind label %catch
done:
  %m = trunc i64 %n to i32
  %r = add i32 %b, %m
  ret i32 %r
pad:
  %l = landingpad { ptr, i32 } cleanup
  %i = call i32 @puts(ptr @line)
  resume { ptr, i32 } %l
catch:
  %c = landingpad { ptr, i32 } catch ptr null
  %s = extractvalue { ptr, i32 } %c, 1
  ret i32 %s
}
define i32 @main() {
  %r = call i32 @try(i32 21, ptr @twice)
  call i32 (ptr, ...) @printf(ptr @line, i32 %r)
  ret i32 %r
}
