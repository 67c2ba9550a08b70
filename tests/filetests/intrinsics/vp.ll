; run:
; with: drive.c
; llvm.vp.*: vectors with a mask and an explicit length. Lanes that are off or beyond the length are blended with zero, as
; they are undefined.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [3 x i8] c"vp\00"

; {{for L,T in 4:i32 8:i16}}
define internal <{L} x i1> @mask_{L}(ptr %pb) noinline {
  %p = getelementptr i8, ptr %pb, i64 40
  %b = load <{L} x i8>, ptr %p
  %c = icmp slt <{L} x i8> %b, splat (i8 60)
  %h = insertelement <{L} x i1> zeroinitializer, i1 true, i32 0
  %i = insertelement <{L} x i1> %h, i1 true, i32 1
  %j = insertelement <{L} x i1> %i, i1 true, i32 2
  %m = and <{L} x i1> %c, %j
  ret <{L} x i1> %m
}
; {{for OP in add and mul or sub xor smax smin umax umin sdiv udiv srem urem shl lshr ashr}}
define internal void @{OP}_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %x = and <{L} x {T}> %a, splat ({T} 32767)
  %c = and <{L} x {T}> %b, splat ({T} 7)
  %y = or <{L} x {T}> %c, splat ({T} 1)
  %m = call <{L} x i1> @mask_{L}(ptr %pb)
  %r = call <{L} x {T}> @llvm.vp.{OP}.v{L}{T}(<{L} x {T}> %x, <{L} x {T}> %y, <{L} x i1> %m, i32 3)
  %s = select <{L} x i1> %m, <{L} x {T}> %r, <{L} x {T}> zeroinitializer
  store <{L} x {T}> %s, ptr %out
  ret void
}
; {{end}}
; {{for OP,I in bitreverse: bswap: abs:,^i1^false}}
define internal void @{OP}_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %m = call <{L} x i1> @mask_{L}(ptr %pb)
  %r = call <{L} x {T}> @llvm.vp.{OP}.v{L}{T}(<{L} x {T}> %a{I}, <{L} x i1> %m, i32 3)
  %t = select <{L} x i1> %m, <{L} x {T}> %r, <{L} x {T}> zeroinitializer
  store <{L} x {T}> %t, ptr %out
  ret void
}
; {{end}}
; {{for OP in add and mul or xor smax smin umax umin}}
define internal void @reduce_{OP}_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %s = load {T}, ptr %pb
  %m = call <{L} x i1> @mask_{L}(ptr %pb)
  %r = call {T} @llvm.vp.reduce.{OP}.v{L}{T}({T} %s, <{L} x {T}> %a, <{L} x i1> %m, i32 3)
  store {T} %r, ptr %out
  ret void
}
; {{end}}
; {{for P in eq ult sgt}}
define internal void @{P}_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %m = call <{L} x i1> @mask_{L}(ptr %pb)
  %r = call <{L} x i1> @llvm.vp.icmp.v{L}{T}(<{L} x {T}> %a, <{L} x {T}> %b, metadata !"{P}", <{L} x i1> %m, i32 3)
  %t = select <{L} x i1> %m, <{L} x i1> %r, <{L} x i1> zeroinitializer
  %w = zext <{L} x i1> %t to <{L} x {T}>
  store <{L} x {T}> %w, ptr %out
  ret void
}
; {{end}}
define internal void @memory_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %m = call <{L} x i1> @mask_{L}(ptr %pb)
  %v = call <{L} x {T}> @llvm.vp.load.v{L}{T}.p0(ptr align 1 %pa, <{L} x i1> %m, i32 3)
  call void @llvm.vp.store.v{L}{T}.p0(<{L} x {T}> %v, ptr align 1 %out, <{L} x i1> %m, i32 3)
  ret void
}
; {{end}}
; {{for OP in fadd fsub fmul fdiv frem maxnum minnum}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %y = fadd <4 x float> %b, splat (float 0x3FB9999980000000)
  %m = call <4 x i1> @mask_4(ptr %pb)
  %r = call <4 x float> @llvm.vp.{OP}.v4f32(<4 x float> %a, <4 x float> %y, <4 x i1> %m, i32 3)
  %t = select <4 x i1> %m, <4 x float> %r, <4 x float> zeroinitializer
  store <4 x float> %t, ptr %out
  ret void
}
; {{end}}
; {{for OP in fabs fneg sqrt}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %x = call <4 x float> @llvm.fabs.v4f32(<4 x float> %a)
  %m = call <4 x i1> @mask_4(ptr %pb)
  %r = call <4 x float> @llvm.vp.{OP}.v4f32(<4 x float> %x, <4 x i1> %m, i32 3)
  %t = select <4 x i1> %m, <4 x float> %r, <4 x float> zeroinitializer
  store <4 x float> %t, ptr %out
  ret void
}
; {{end}}
; {{for OP in fma fmuladd}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %m = call <4 x i1> @mask_4(ptr %pb)
  %r = call <4 x float> @llvm.vp.{OP}.v4f32(<4 x float> %a, <4 x float> splat (float 2.0), <4 x float> %b, <4 x i1> %m, i32 3)
  %t = select <4 x i1> %m, <4 x float> %r, <4 x float> zeroinitializer
  store <4 x float> %t, ptr %out
  ret void
}
; {{end}}
; {{for OP in fadd fmul fmax fmin fmaximum fminimum}}
define internal void @reduce_{OP}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %m = call <4 x i1> @mask_4(ptr %pb)
  %s = load float, ptr %pb
  %r = call float @llvm.vp.reduce.{OP}.v4f32(float %s, <4 x float> %a, <4 x i1> %m, i32 3)
  store float %r, ptr %out
  ret void
}
; {{end}}
; {{for OP,F,FM,T,TM in fptosi:float:f32:i32:i32 fptoui:float:f32:i32:i32 sitofp:i32:i32:float:f32 uitofp:i32:i32:float:f32 fpext:float:f32:double:f64 sext:i32:i32:i64:i64 zext:i32:i32:i64:i64 trunc:i32:i32:i16:i16 inttoptr:i64:i64:ptr:p0}}
define internal void @{OP}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x {F}>, ptr %pa
  %m = call <4 x i1> @mask_4(ptr %pb)
  %r = call <4 x {T}> @llvm.vp.{OP}.v4{TM}.v4{FM}(<4 x {F}> %a, <4 x i1> %m, i32 3)
  %t = select <4 x i1> %m, <4 x {T}> %r, <4 x {T}> zeroinitializer
  store <4 x {T}> %t, ptr %out
  ret void
}
; {{end}}
define internal void @fptrunc(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %r = call <2 x float> @llvm.vp.fptrunc.v2f32.v2f64(<2 x double> %a, <2 x i1> splat (i1 true), i32 2)
  store <2 x float> %r, ptr %out
  ret void
}
define internal void @ptrtoint(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x ptr>, ptr %pa
  %r = call <2 x i64> @llvm.vp.ptrtoint.v2i64.v2p0(<2 x ptr> %a, <2 x i1> splat (i1 true), i32 2)
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @tests(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %m = call <4 x i1> @mask_4(ptr %pb)
  %r = call <4 x i1> @llvm.vp.fcmp.v4f32(<4 x float> %a, <4 x float> %b, metadata !"olt", <4 x i1> %m, i32 3)
  %t = select <4 x i1> %m, <4 x i1> %r, <4 x i1> zeroinitializer
  %w = zext <4 x i1> %t to <4 x i32>
  store <4 x i32> %w, ptr %out
  ret void
}
define internal void @scattered(ptr %pa, ptr %pb, ptr %out) noinline {
  %i = load <4 x i8>, ptr %pb
  %n = and <4 x i8> %i, splat (i8 7)
  %w = zext <4 x i8> %n to <4 x i64>
  %p = getelementptr i32, ptr %pa, <4 x i64> %w
  %m = call <4 x i1> @mask_4(ptr %pb)
  %v = call <4 x i32> @llvm.vp.gather.v4i32.v4p0(<4 x ptr> align 4 %p, <4 x i1> %m, i32 3)
  %q = getelementptr i32, ptr %out, <4 x i64> <i64 9, i64 6, i64 7, i64 12>
  call void @llvm.vp.scatter.v4i32.v4p0(<4 x i32> %v, <4 x ptr> align 4 %q, <4 x i1> %m, i32 3)
  ret void
}
define i32 @main() {
; {{for L in 4 8}}
; {{for OP in add and mul or sub xor smax smin umax umin sdiv udiv srem urem shl lshr ashr bitreverse bswap abs reduce_add reduce_and reduce_mul reduce_or reduce_xor reduce_smax reduce_smin reduce_umax reduce_umin eq ult sgt memory}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_{L})
; {{end}}
; {{end}}
; {{for OP in fadd fsub fmul fdiv frem maxnum minnum fabs fneg sqrt fma fmuladd reduce_fadd reduce_fmul reduce_fmax reduce_fmin reduce_fmaximum reduce_fminimum fptosi fpext tests}}
  call void @vector_pairs(ptr @name, i32 102, ptr @{OP})
; {{end}}
; {{for OP in sitofp uitofp sext zext trunc inttoptr ptrtoint scattered}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP})
; {{end}}
  call void @vector_pairs(ptr @name, i32 100, ptr @fptrunc)
  ret i32 0
}
