; error: catchswitch
; catchswitch, catchpad, catchret, cleanuppad and cleanupret belong to Windows' exceptions.
declare i32 @__CxxFrameHandler3(...)
declare void @may_throw()
define i32 @main() personality ptr @__CxxFrameHandler3 {
entry:
  invoke void @may_throw() to label %done unwind label %dispatch
dispatch:
  %s = catchswitch within none [label %handler] unwind to caller
handler:
  %p = catchpad within %s [ptr null, i32 64, ptr null]
  catchret from %p to label %done
done:
  ret i32 0
}
