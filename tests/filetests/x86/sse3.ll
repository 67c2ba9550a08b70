; run:
; with: drive.c
; Intrinsics of SSE3: each on random bytes and, where it computes with floats, on ordinary ones.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"sse3\00"
; {{for OP in sse3.addsub.pd sse3.hadd.pd sse3.hsub.pd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <2 x double>, ptr %pa, align 1
  %v1 = load <2 x double>, ptr %pb, align 1
  %r = call <2 x double> @llvm.x86.{OP}(<2 x double> %v0, <2 x double> %v1)
  store <2 x double> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse3.addsub.ps sse3.hadd.ps sse3.hsub.ps}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %v0 = load <4 x float>, ptr %pa, align 1
  %v1 = load <4 x float>, ptr %pb, align 1
  %r = call <4 x float> @llvm.x86.{OP}(<4 x float> %v0, <4 x float> %v1)
  store <4 x float> %r, ptr %out, align 1
  ret void
}
; {{end}}
; {{for OP in sse3.ldu.dq}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) #0 {
  %r = call <16 x i8> @llvm.x86.{OP}(ptr %pa)
  store <16 x i8> %r, ptr %out, align 1
  ret void
}
; {{end}}
; Of the kernel's: never reached.
define internal void @wait(ptr %pa, ptr %pb, ptr %out) #0 {
  %a = load i64, ptr %pb
  %b = load i64, ptr %pb
  %c = icmp eq i64 %a, %b
  br i1 %c, label %done, label %waits
waits:
  call void @llvm.x86.sse3.monitor(ptr %pa, i32 0, i32 0)
  call void @llvm.x86.sse3.mwait(i32 0, i32 0)
  br label %done
done:
  ret void
}
define i32 @main() {
; {{for OP in sse3.addsub.pd sse3.hadd.pd sse3.hsub.pd}}
  call void @vector_pairs(ptr @name, i32 100, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse3.addsub.ps sse3.hadd.ps sse3.hsub.ps}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
; {{for OP in sse3.ldu.dq}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @wait)
  ret i32 0
}
attributes #0 = { noinline "target-features"="+sse3" }
