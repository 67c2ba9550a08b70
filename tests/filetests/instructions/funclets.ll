; run:
; libs: stdc++
; catchswitch, catchpad, catchret, cleanuppad, cleanupret: the pads of Windows' exceptions, with nothing thrown, so that
; llvm.eh.exceptionpointer and exceptioncode, which are refused elsewhere, are never reached.
declare i32 @__CxxFrameHandler3(...)
define void @does_not_throw(ptr %p) noinline {
  store i32 7, ptr %p
  ret void
}
define i32 @f(ptr %p) personality ptr @__CxxFrameHandler3 {
entry:
  invoke void @does_not_throw(ptr %p) to label %next unwind label %dispatch
dispatch:
  %s = catchswitch within none [label %handler] unwind to caller
handler:
  %c = catchpad within %s [ptr null, i32 64, ptr null]
  %x = call ptr @llvm.eh.exceptionpointer.p0(token %c)
  %y = call i32 @llvm.eh.exceptioncode(token %c)
  store i32 %y, ptr %x
  catchret from %c to label %next
next:
  invoke void @does_not_throw(ptr %p) to label %done unwind label %clean
clean:
  %k = cleanuppad within none []
  cleanupret from %k unwind to caller
done:
  %v = load i32, ptr %p
  ret i32 %v
}
define i32 @main() {
  %p = alloca i32
  %r = call i32 @f(ptr %p)
  ret i32 %r
}
