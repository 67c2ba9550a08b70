; error: llvm.adjust.trampoline
; error: llvm.asan.check.memaccess
; error: llvm.call.preallocated.setup
; error: llvm.call.preallocated.arg
; error: llvm.call.preallocated.teardown
; error: llvm.callbr.landingpad
; error: llvm.coro.align
; error: llvm.coro.alloc
; error: llvm.coro.alloca.alloc
; error: llvm.coro.alloca.free
; error: llvm.coro.alloca.get
; error: llvm.coro.async.context.alloc
; error: llvm.coro.async.context.dealloc
; error: llvm.coro.async.resume
; error: llvm.coro.async.size.replace
; error: llvm.coro.await.suspend.bool
; error: llvm.coro.await.suspend.handle
; error: llvm.coro.await.suspend.void
; error: llvm.coro.begin
; error: llvm.coro.destroy
; error: llvm.coro.done
; error: llvm.coro.end
; error: llvm.coro.end.async
; error: llvm.coro.end.results
; error: llvm.coro.frame
; error: llvm.coro.free
; error: llvm.coro.id
; error: llvm.coro.id.async
; error: llvm.coro.id.retcon
; error: llvm.coro.id.retcon.once
; error: llvm.coro.noop
; error: llvm.coro.prepare.async
; error: llvm.coro.prepare.retcon
; error: llvm.coro.promise
; error: llvm.coro.resume
; error: llvm.coro.save
; error: llvm.coro.size
; error: llvm.coro.subfn.addr
; error: llvm.coro.suspend
; error: llvm.coro.suspend.async
; error: llvm.coro.suspend.retcon
; error: llvm.eh.dwarf.cfa
; error: llvm.eh.recoverfp
; error: llvm.eh.return.i32
; error: llvm.eh.return.i64
; error: llvm.eh.sjlj.callsite
; error: llvm.eh.sjlj.functioncontext
; error: llvm.eh.sjlj.lsda
; error: llvm.eh.sjlj.setup.dispatch
; error: llvm.eh.unwind.init
; error: llvm.experimental.deoptimize
; error: llvm.experimental.gc.get.pointer.base
; error: llvm.experimental.gc.get.pointer.offset
; error: llvm.experimental.gc.relocate
; error: llvm.experimental.gc.result
; error: llvm.experimental.gc.statepoint
; error: llvm.experimental.guard
; error: llvm.experimental.patchpoint
; error: llvm.experimental.patchpoint.void
; error: llvm.experimental.stackmap
; error: llvm.experimental.widenable.condition
; error: llvm.fptrunc.round
; error: llvm.gcread
; error: llvm.gcroot
; error: llvm.gcwrite
; error: llvm.get.dynamic.area.offset
; error: llvm.hwasan.check.memaccess
; error: llvm.hwasan.check.memaccess.fixedshadow
; error: llvm.hwasan.check.memaccess.shortgranules
; error: llvm.hwasan.check.memaccess.shortgranules.fixedshadow
; error: llvm.icall.branch.funnel
; error: llvm.init.trampoline
; error: llvm.localaddress
; error: llvm.localescape
; error: llvm.localrecover
; error: llvm.loop.decrement
; error: llvm.loop.decrement.reg
; error: llvm.memcpy.element.unordered.atomic
; error: llvm.memmove.element.unordered.atomic
; error: llvm.memset.element.unordered.atomic
; error: llvm.preserve.array.access.index
; error: llvm.preserve.struct.access.index
; error: llvm.preserve.union.access.index
; error: llvm.ptrauth.auth
; error: llvm.ptrauth.blend
; error: llvm.ptrauth.resign
; error: llvm.ptrauth.sign
; error: llvm.ptrauth.sign.generic
; error: llvm.ptrauth.strip
; error: llvm.seh.scope.begin
; error: llvm.seh.scope.end
; error: llvm.seh.try.begin
; error: llvm.seh.try.end
; error: llvm.set.loop.iterations
; error: llvm.sponentry
; error: llvm.stackguard
; error: llvm.stackprotector
; error: llvm.start.loop.iterations
; error: llvm.swift.async.context.addr
; error: llvm.test.set.loop.iterations
; error: llvm.test.start.loop.iterations
; error: llvm.type.checked.load
; error: llvm.type.checked.load.relative
; error: llvm.vscale
; error: llvm.write_register
; Intrinsics that mean the frame or the code around them, or that LLVM makes no machine code of, are refused by name.
define void @nothing() {
  ret void
}
define void @f(ptr %p, i32 %i, i64 %n, double %d) {
  call ptr @llvm.adjust.trampoline(ptr %p)
  call void @llvm.asan.check.memaccess(ptr %p, i32 0)
  call i64 @llvm.coro.align.i64()
  call i1 @llvm.coro.alloc(token none)
  call token @llvm.coro.alloca.alloc.i64(i64 %n, i32 8)
  call void @llvm.coro.alloca.free(token none)
  call ptr @llvm.coro.alloca.get(token none)
  call ptr @llvm.coro.async.context.alloc(ptr %p, ptr %p)
  call void @llvm.coro.async.context.dealloc(ptr %p)
  call ptr @llvm.coro.async.resume()
  call void @llvm.coro.async.size.replace(ptr %p, ptr %p)
  call i1 @llvm.coro.await.suspend.bool(ptr %p, ptr %p, ptr %p)
  call void @llvm.coro.await.suspend.handle(ptr %p, ptr %p, ptr %p)
  call void @llvm.coro.await.suspend.void(ptr %p, ptr %p, ptr %p)
  call ptr @llvm.coro.begin(token none, ptr %p)
  call void @llvm.coro.destroy(ptr %p)
  call i1 @llvm.coro.done(ptr %p)
  call i1 @llvm.coro.end(ptr %p, i1 false, token none)
  call i1 (ptr, i1, ...) @llvm.coro.end.async(ptr %p, i1 false)
  call token (...) @llvm.coro.end.results(i64 %n)
  call ptr @llvm.coro.frame()
  call ptr @llvm.coro.free(token none, ptr %p)
  call token @llvm.coro.id(i32 0, ptr null, ptr null, ptr null)
  call token @llvm.coro.id.async(i32 %i, i32 %i, i32 %i, ptr %p)
  call token @llvm.coro.id.retcon(i32 %i, i32 %i, ptr %p, ptr %p, ptr %p, ptr %p)
  call token @llvm.coro.id.retcon.once(i32 %i, i32 %i, ptr %p, ptr %p, ptr %p, ptr %p)
  call ptr @llvm.coro.noop()
  call ptr @llvm.coro.prepare.async(ptr %p)
  call ptr @llvm.coro.prepare.retcon(ptr %p)
  call ptr @llvm.coro.promise(ptr %p, i32 %i, i1 false)
  call void @llvm.coro.resume(ptr %p)
  call token @llvm.coro.save(ptr %p)
  call i64 @llvm.coro.size.i64()
  call ptr @llvm.coro.subfn.addr(ptr %p, i8 0)
  call i8 @llvm.coro.suspend(token none, i1 false)
  call {ptr} (i32, ptr, ptr, ...) @llvm.coro.suspend.async.sl_p0s(i32 0, ptr %p, ptr %p)
  call i8 (...) @llvm.coro.suspend.retcon.i8(i64 %n)
  call ptr @llvm.eh.dwarf.cfa(i32 %i)
  call ptr @llvm.eh.recoverfp(ptr %p, ptr %p)
  call void @llvm.eh.return.i32(i32 %i, ptr %p)
  call void @llvm.eh.return.i64(i64 %n, ptr %p)
  call void @llvm.eh.sjlj.callsite(i32 0)
  call void @llvm.eh.sjlj.functioncontext(ptr %p)
  call ptr @llvm.eh.sjlj.lsda()
  call void @llvm.eh.sjlj.setup.dispatch()
  call void @llvm.eh.unwind.init()
  call ptr @llvm.experimental.gc.get.pointer.base.p0.p0(ptr %p)
  call i64 @llvm.experimental.gc.get.pointer.offset.p0(ptr %p)
  call i64 (i64, i32, ptr, i32, ...) @llvm.experimental.patchpoint.i64(i64 0, i32 15, ptr null, i32 0)
  call void (i64, i32, ptr, i32, ...) @llvm.experimental.patchpoint.void(i64 0, i32 15, ptr null, i32 0)
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 0, i32 0)
  call i1 @llvm.experimental.widenable.condition()
  call float @llvm.fptrunc.round.f32.f64(double %d, metadata !"round.upward")
  call i64 @llvm.get.dynamic.area.offset.i64()
  call void @llvm.hwasan.check.memaccess(ptr %p, ptr %p, i32 0)
  call void @llvm.hwasan.check.memaccess.fixedshadow(ptr %p, i32 0, i64 0)
  call void @llvm.hwasan.check.memaccess.shortgranules(ptr %p, ptr %p, i32 0)
  call void @llvm.hwasan.check.memaccess.shortgranules.fixedshadow(ptr %p, i32 0, i64 0)
  call void (...) @llvm.icall.branch.funnel(ptr %p)
  call ptr @llvm.localaddress()
  call i1 @llvm.loop.decrement.i32(i32 %i)
  call i32 @llvm.loop.decrement.reg.i32(i32 %i, i32 1)
  call void @llvm.memcpy.element.unordered.atomic.p0.p0.i64(ptr align 4 %p, ptr align 4 %p, i64 %n, i32 4)
  call void @llvm.memmove.element.unordered.atomic.p0.p0.i64(ptr align 4 %p, ptr align 4 %p, i64 %n, i32 4)
  call void @llvm.memset.element.unordered.atomic.p0.i64(ptr align 4 %p, i8 0, i64 %n, i32 4)
  call ptr @llvm.preserve.array.access.index.p0.p0(ptr elementtype([4 x i32]) %p, i32 1, i32 1)
  call ptr @llvm.preserve.struct.access.index.p0.p0(ptr elementtype({i32, i32}) %p, i32 1, i32 1)
  call ptr @llvm.preserve.union.access.index.p0.p0(ptr %p, i32 1)
  call i64 @llvm.ptrauth.auth(i64 %n, i32 0, i64 %n)
  call i64 @llvm.ptrauth.blend(i64 %n, i64 %n)
  call i64 @llvm.ptrauth.resign(i64 %n, i32 0, i64 %n, i32 0, i64 %n)
  call i64 @llvm.ptrauth.sign(i64 %n, i32 0, i64 %n)
  call i64 @llvm.ptrauth.sign.generic(i64 %n, i64 %n)
  call i64 @llvm.ptrauth.strip(i64 %n, i32 0)
  call void @llvm.seh.scope.begin()
  call void @llvm.seh.scope.end()
  call void @llvm.seh.try.begin()
  call void @llvm.seh.try.end()
  call void @llvm.set.loop.iterations.i32(i32 %i)
  call ptr @llvm.sponentry.p0()
  call ptr @llvm.stackguard()
  call i32 @llvm.start.loop.iterations.i32(i32 %i)
  call ptr @llvm.swift.async.context.addr()
  call i1 @llvm.test.set.loop.iterations.i32(i32 %i)
  call {i32, i1} @llvm.test.start.loop.iterations.i32(i32 %i)
  call {ptr, i1} @llvm.type.checked.load(ptr %p, i32 0, metadata !"t")
  call {ptr, i1} @llvm.type.checked.load.relative(ptr %p, i32 0, metadata !"t")
  call i64 @llvm.vscale.i64()
  call void @llvm.write_register.i64(metadata !{!"rsp"}, i64 %n)
  ret void
}
define void @taker(ptr preallocated(i32) %p) {
  ret void
}
define void @prepared() {
  %t = call token @llvm.call.preallocated.setup(i32 1)
  %a = call ptr @llvm.call.preallocated.arg(token %t, i32 0) preallocated(i32)
  call void @llvm.call.preallocated.teardown(token %t)
  call void @taker(ptr preallocated(i32) %a) [ "preallocated"(token %t) ]
  ret void
}
define i64 @jumps() {
  %r = callbr i64 asm "", "=r,!i"() to label %a [label %b]
a:
  ret i64 %r
b:
  %s = call i64 @llvm.callbr.landingpad.i64(i64 %r)
  ret i64 %s
}
define i64 @deoptimised() {
  %r = call i64 (...) @llvm.experimental.deoptimize.i64() [ "deopt"() ]
  ret i64 %r
}
define void @guarded() {
  call void (i1, ...) @llvm.experimental.guard(i1 true) [ "deopt"() ]
  ret void
}
define void @collected(ptr %p) gc "statepoint-example" {
  %root = alloca ptr
  call void @llvm.gcroot(ptr %root, ptr null)
  %v = call ptr @llvm.gcread(ptr %p, ptr %root)
  call void @llvm.gcwrite(ptr %v, ptr %p, ptr %root)
  %t = call token (i64, i32, ptr, i32, i32, ...) @llvm.experimental.gc.statepoint.p0(i64 0, i32 0, ptr elementtype(i64 ()) @jumps, i32 0, i32 0, i32 0, i32 0) [ "gc-live"(ptr addrspace(1) null) ]
  %n = call i64 @llvm.experimental.gc.result.i64(token %t)
  %q = call ptr addrspace(1) @llvm.experimental.gc.relocate.p1(token %t, i32 0, i32 0)
  ret void
}
define void @nests(ptr %p) {
  call void @llvm.init.trampoline(ptr %p, ptr @nothing, ptr null)
  ret void
}
define void @escapes() {
  %a = alloca i32
  call void (...) @llvm.localescape(ptr %a)
  ret void
}
define void @recovers(ptr %p) {
  %a = call ptr @llvm.localrecover(ptr @escapes, ptr %p, i32 0)
  ret void
}
define void @protects() {
  %a = alloca ptr
  call void @llvm.stackprotector(ptr null, ptr %a)
  ret void
}
declare i64 @llvm.experimental.deoptimize.i64(...)
declare void @llvm.experimental.guard(i1, ...)
declare void @llvm.localescape(...)
declare token @llvm.experimental.gc.statepoint.p0(i64, i32, ptr, i32, i32, ...)
declare i1 @llvm.coro.end.async(ptr, i1, ...)
declare token @llvm.coro.end.results(...)
declare {ptr} @llvm.coro.suspend.async.sl_p0s(i32, ptr, ptr, ...)
declare i8 @llvm.coro.suspend.retcon.i8(...)
declare i64 @llvm.experimental.patchpoint.i64(i64, i32, ptr, i32, ...)
declare void @llvm.experimental.patchpoint.void(i64, i32, ptr, i32, ...)
declare void @llvm.experimental.stackmap(i64, i32, ...)
declare void @llvm.icall.branch.funnel(...)
define i32 @main() {
  call void @f(ptr null, i32 0, i64 0, double 0.0)
  call void @prepared()
  %a = call i64 @jumps()
  %b = call i64 @deoptimised()
  call void @guarded()
  call void @collected(ptr null)
  call void @nests(ptr null)
  call void @escapes()
  call void @recovers(ptr null)
  call void @protects()
  ret i32 0
}
