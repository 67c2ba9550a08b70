; run:
; with: drive.c
; Intrinsics of SSE: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [4 x i8] c"sse\00"
; {{for OP in sse.cmp.ps sse.cmp.ss}}
; {{for I in 0 1 2 3 4 5 6 7}}
define internal void @{OP}.{I}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1, i8 {I})
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{end}}
; {{for OP in sse.comieq.ss sse.comige.ss sse.comigt.ss sse.comile.ss sse.comilt.ss sse.comineq.ss sse.ucomieq.ss sse.ucomige.ss sse.ucomigt.ss sse.ucomile.ss sse.ucomilt.ss sse.ucomineq.ss}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse.cvtss2si sse.cvttss2si sse.movmsk.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call i32 @llvm.x86.{OP}(<4 x float> %v0)
  store i32 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse.cvtss2si64 sse.cvttss2si64}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call i64 @llvm.x86.{OP}(<4 x float> %v0)
  store i64 %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse.max.ps sse.max.ss sse.min.ps sse.min.ss}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse.rcp.ps sse.rcp.ss sse.rsqrt.ps sse.rsqrt.ss}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse.sfence}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  call void @llvm.x86.{OP}()
  ret void
}
; {{end}}
define internal void @control(ptr %pa, ptr %pb, ptr %out) #0 {
  call void @llvm.x86.sse.stmxcsr(ptr %out)
  %old = load i32, ptr %out
  %flags = and i32 %old, -64
  store i32 %flags, ptr %out
  %p = getelementptr i8, ptr %out, i64 16
  %down = or i32 %flags, 8192
  store i32 %down, ptr %p
  call void @llvm.x86.sse.ldmxcsr(ptr %p)
  %a = load <4 x float>, ptr %pa, align 1
  %r = call i32 @llvm.x86.sse.cvtss2si(<4 x float> %a)
  store i32 %r, ptr %p
  call void @llvm.x86.sse.ldmxcsr(ptr %out)
  ret void
}
define i32 @main() {
; {{for OP in sse.cmp.ps sse.cmp.ss}}
; {{for I in 0 1 2 3 4 5 6 7}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP}.{I})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}.{I})
; {{end}}
; {{end}}
; {{for OP in sse.comieq.ss sse.comige.ss sse.comigt.ss sse.comile.ss sse.comilt.ss sse.comineq.ss sse.ucomieq.ss sse.ucomige.ss sse.ucomigt.ss sse.ucomile.ss sse.ucomilt.ss sse.ucomineq.ss}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.cvtss2si sse.cvttss2si sse.movmsk.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.cvtss2si64 sse.cvttss2si64}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.max.ps sse.max.ss sse.min.ps sse.min.ss}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.rcp.ps sse.rcp.ss sse.rsqrt.ps sse.rsqrt.ss}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse.sfence}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  call void @vector_pairs(ptr @name, i32 102, ptr @control)
  ret i32 0
}
attributes #0 = { noinline "target-features"="+sse" }
