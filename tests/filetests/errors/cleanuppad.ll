; error: cleanuppad
declare i32 @__CxxFrameHandler3(...)
declare void @may_throw()
define i32 @main() personality ptr @__CxxFrameHandler3 {
entry:
  invoke void @may_throw() to label %done unwind label %clean
clean:
  %p = cleanuppad within none []
  cleanupret from %p unwind to caller
done:
  ret i32 0
}
