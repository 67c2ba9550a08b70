; run:
; with: objc.c
; llvm.objc.*: calls of the Objective-C runtime's functions.
define i32 @main() {
  %p = inttoptr i64 4660 to ptr
  %q = inttoptr i64 22136 to ptr
; {{for F in autorelease autoreleaseReturnValue loadWeak loadWeakRetained retain retain.autorelease retainAutorelease retainAutoreleaseReturnValue retainAutoreleasedReturnValue retainBlock retainedObject unretainedObject unretainedPointer unsafeClaimAutoreleasedReturnValue}}
  %{F} = call ptr @llvm.objc.{F}(ptr %p)
; {{end}}
  %pool = call ptr @llvm.objc.autoreleasePoolPush()
  call void @llvm.objc.autoreleasePoolPop(ptr %pool)
; {{for F in release destroyWeak}}
  call void @llvm.objc.{F}(ptr %q)
; {{end}}
; {{for F in copyWeak moveWeak storeStrong}}
  call void @llvm.objc.{F}(ptr %p, ptr %q)
; {{end}}
; {{for F in initWeak storeWeak}}
  %{F} = call ptr @llvm.objc.{F}(ptr %p, ptr %q)
; {{end}}
  %a = call i32 @llvm.objc.sync.enter(ptr %p)
  %b = call i32 @llvm.objc.sync.exit(ptr %p)
  %c = add i32 %a, %b
  ret i32 %c
}
