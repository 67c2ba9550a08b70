; run:
; with: drive.c
; Casts of vectors: narrower, wider, between integers and floating point.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [5 x i8] c"cast\00"

; {{for L,A,B in 8:i8:i16 16:i8:i16 4:i8:i32 4:i16:i32 8:i16:i32 2:i32:i64 4:i32:i64 2:i8:i64 16:i8:i32 3:i8:i32}}
; {{for OP in zext sext}}
define internal void @{OP}_{L}_{A}_{B}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {A}>, ptr %pa
  %r = {OP} <{L} x {A}> %a to <{L} x {B}>
  store <{L} x {B}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @trunc_{L}_{A}_{B}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {B}>, ptr %pa
  %r = trunc <{L} x {B}> %a to <{L} x {A}>
  store <{L} x {A}> %r, ptr %out
  ret void
}
; {{end}}
; {{for L,A,B in 4:i32:float 2:i32:double 2:i64:double 4:i16:float 8:i8:float 4:i32:double 8:i32:float 2:i64:float 4:i64:float}}
; {{for OP in sitofp uitofp}}
define internal void @{OP}_{L}_{A}_{B}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {A}>, ptr %pa
  %r = {OP} <{L} x {A}> %a to <{L} x {B}>
  store <{L} x {B}> %r, ptr %out
  ret void
}
; {{end}}
define internal void @fptosi_{L}_{A}_{B}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {B}>, ptr %pa
  %z = fcmp olt <{L} x {B}> %a, splat ({B} 100.0)
  %y = fcmp ogt <{L} x {B}> %a, splat ({B} -100.0)
  %x = and <{L} x i1> %y, %z
  %c = select <{L} x i1> %x, <{L} x {B}> %a, <{L} x {B}> splat ({B} -27.5)
  %r = fptosi <{L} x {B}> %c to <{L} x {A}>
  store <{L} x {A}> %r, ptr %out
  ret void
}
define internal void @fptoui_{L}_{A}_{B}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x {B}>, ptr %pa
  %z = fcmp olt <{L} x {B}> %a, splat ({B} 250.0)
  %y = fcmp ogt <{L} x {B}> %a, splat ({B} 0.0)
  %x = and <{L} x i1> %y, %z
  %c = select <{L} x i1> %x, <{L} x {B}> %a, <{L} x {B}> splat ({B} 227.5)
  %r = fptoui <{L} x {B}> %c to <{L} x {A}>
  store <{L} x {A}> %r, ptr %out
  ret void
}
; {{end}}
; {{for L in 2 4 3}}
define internal void @fpext_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x float>, ptr %pa
  %r = fpext <{L} x float> %a to <{L} x double>
  store <{L} x double> %r, ptr %out
  ret void
}
define internal void @fptrunc_{L}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <{L} x double>, ptr %pa
  %r = fptrunc <{L} x double> %a to <{L} x float>
  store <{L} x float> %r, ptr %out
  ret void
}
; {{end}}

define i32 @main() {
; {{for L,A,B in 8:i8:i16 16:i8:i16 4:i8:i32 4:i16:i32 8:i16:i32 2:i32:i64 4:i32:i64 2:i8:i64 16:i8:i32 3:i8:i32}}
; {{for OP in zext sext trunc}}
  call void @vector_pairs(ptr @name, i32 98, ptr @{OP}_{L}_{A}_{B})
; {{end}}
; {{end}}
; {{for L,A,B,K in 4:i32:float:102 2:i32:double:100 2:i64:double:100 4:i16:float:102 8:i8:float:102 4:i32:double:100 8:i32:float:102 2:i64:float:102 4:i64:float:102}}
  call void @vector_pairs(ptr @name, i32 98, ptr @sitofp_{L}_{A}_{B})
  call void @vector_pairs(ptr @name, i32 98, ptr @uitofp_{L}_{A}_{B})
  call void @vector_pairs(ptr @name, i32 {K}, ptr @fptosi_{L}_{A}_{B})
  call void @vector_pairs(ptr @name, i32 {K}, ptr @fptoui_{L}_{A}_{B})
; {{end}}
; {{for L in 2 4 3}}
  call void @vector_pairs(ptr @name, i32 102, ptr @fpext_{L})
  call void @vector_pairs(ptr @name, i32 100, ptr @fptrunc_{L})
; {{end}}
  ret i32 0
}
