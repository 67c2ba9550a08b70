; run:
; with: drive.c
; Arithmetic, comparisons, shifts and casts of vectors: of a register, of half and a quarter of one, of two and four, and
; of lengths that are no power of two.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [7 x i8] c"vector\00"

; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i8 4:i16 2:i32 32:i8 16:i16 8:i32 4:i64 16:i32 3:i32 5:i16 1:i64}}
; {{for OP in add sub mul and or xor}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %r = {OP} <{L} x {T}> %a, %b
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in udiv sdiv urem srem}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %one = insertelement <{L} x {T}> poison, {T} 1, i32 0
  %ones = shufflevector <{L} x {T}> %one, <{L} x {T}> poison, <{L} x i32> zeroinitializer
  %odd = or <{L} x {T}> %b, %ones
  %h = lshr <{L} x {T}> %odd, %ones
  %d = or <{L} x {T}> %h, %ones
  %r = {OP} <{L} x {T}> %a, %d
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{for OP in shl lshr ashr}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %m = insertelement <{L} x {T}> poison, {T} 7, i32 0
  %ms = shufflevector <{L} x {T}> %m, <{L} x {T}> poison, <{L} x i32> zeroinitializer
  %n = and <{L} x {T}> %b, %ms
  %r = {OP} <{L} x {T}> %a, %n
  store <{L} x {T}> %r, ptr %out
  ret void
}
define internal void @{OP}_all_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load {T}, ptr %pb
  %c = and {T} %b, 7
  %m = insertelement <{L} x {T}> poison, {T} %c, i32 0
  %n = shufflevector <{L} x {T}> %m, <{L} x {T}> poison, <{L} x i32> zeroinitializer
  %r = {OP} <{L} x {T}> %a, %n
  store <{L} x {T}> %r, ptr %out
  ret void
}
define internal void @{OP}_by_3_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = {OP} <{L} x {T}> %a, splat ({T} 3)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{for P in eq ne ugt uge ult ule sgt sge slt sle}}
define internal void @{P}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %c = icmp {P} <{L} x {T}> %a, %b
  %r = sext <{L} x i1> %c to <{L} x {T}>
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @masks_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %c = icmp slt <{L} x {T}> %a, %b
  %d = icmp ne <{L} x {T}> %a, zeroinitializer
  %e = and <{L} x i1> %c, %d
  %f = xor <{L} x i1> %e, splat (i1 true)
  %r = zext <{L} x i1> %f to <{L} x {T}>
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{for L,T,K in 4:float:102 2:double:100 2:float:102 8:float:102 4:double:100 3:float:102}}
; {{for OP in fadd fsub fmul fdiv}}
define internal void @{OP}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %z = fcmp oeq <{L} x {T}> %b, zeroinitializer
  %d = select <{L} x i1> %z, <{L} x {T}> splat ({T} 1.0), <{L} x {T}> %b
  %r = {OP} <{L} x {T}> %a, %d
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
; {{for P in oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno}}
define internal void @{P}_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %b = load <{L} x {T}>, ptr %pb
  %c = fcmp {P} <{L} x {T}> %a, %b
  %r = select <{L} x i1> %c, <{L} x {T}> %a, <{L} x {T}> splat ({T} -8.0)
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @fneg_{L}_{T}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {T}>, ptr %pa
  %r = fneg <{L} x {T}> %a
  store <{L} x {T}> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for L,T in 16:i8 8:i16 4:i32 2:i64 8:i8 4:i16 2:i32 32:i8 16:i16 8:i32 4:i64 16:i32 3:i32 5:i16 1:i64}}
; {{for OP in add sub mul and or xor udiv sdiv urem srem shl lshr ashr shl_all lshr_all ashr_all shl_by_3 lshr_by_3 ashr_by_3 eq ne ugt uge ult ule sgt sge slt sle masks}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_{L}_{T})
; {{end}}
; {{end}}
; {{for L,T,K in 4:float:102 2:double:100 2:float:102 8:float:102 4:double:100 3:float:102}}
; {{for OP in fadd fsub fmul fdiv oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno fneg}}
  call void @vector_pairs(ptr @name, i32 {K}, ptr @{OP}_{L}_{T})
; {{end}}
; {{end}}
  ret i32 0
}
