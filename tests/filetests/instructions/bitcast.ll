; run:
; with: drive.c
; bitcast: the same bits, between integers, floating point and vectors of one size.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [8 x i8] c"bitcast\00"

; {{for I,A,B in 1:i32:float 2:float:i32 3:i64:double 4:double:i64 5:i16:<2^x^i8> 6:i64:<2^x^i32> 7:<2^x^float>:i64 8:i128:<4^x^i32> 9:<16^x^i8>:i128 10:<4^x^i32>:<2^x^double> 11:<8^x^i16>:<16^x^i8> 12:<4^x^i64>:<8^x^i32> 13:i8:<8^x^i1> 14:i16:<16^x^i1> 15:<2^x^i64>:<4^x^float> 16:i32:<4^x^i8>}}
define internal void @bitcast_{I}(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load {A}, ptr %pa
  %r = bitcast {A} %a to {B}
  store {B} %r, ptr %out
  ret void
}
; {{end}}
define internal void @mask(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %c = icmp ult <16 x i8> %a, %b
  %r = bitcast <16 x i1> %c to i16
  store i16 %r, ptr %out
  %a4 = load <4 x i32>, ptr %pa
  %c4 = icmp slt <4 x i32> %a4, zeroinitializer
  %r4 = bitcast <4 x i1> %c4 to i4
  %w4 = zext i4 %r4 to i8
  %p = getelementptr i8, ptr %out, i64 2
  store i8 %w4, ptr %p
  ret void
}

define i32 @main() {
; {{for I in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16}}
  call void @vector_pairs(ptr @name, i32 98, ptr @bitcast_{I})
; {{end}}
  call void @vector_pairs(ptr @name, i32 98, ptr @mask)
  ret i32 0
}
