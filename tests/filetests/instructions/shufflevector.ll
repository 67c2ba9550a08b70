; run:
; with: drive.c
; shufflevector: reversals, splats, interleavings, shifts and arbitrary picks; results narrower and wider than operands.
declare void @vector_pairs(ptr, i32, ptr)
@name = private constant [8 x i8] c"shuffle\00"

define internal void @reverse_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 15, i32 14, i32 13, i32 12, i32 11, i32 10, i32 9, i32 8, i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @splat_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @interleave_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 2, i32 18, i32 3, i32 19, i32 4, i32 20, i32 5, i32 21, i32 6, i32 22, i32 7, i32 23>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @random_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 16, i32 22, i32 1, i32 29, i32 15, i32 3, i32 10, i32 7, i32 23, i32 30, i32 15, i32 24, i32 6, i32 15, i32 0, i32 13>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @shift_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 16>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @second_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 16, i32 17, i32 18, i32 19, i32 20, i32 21, i32 22, i32 23, i32 24, i32 25, i32 26, i32 27, i32 28, i32 29, i32 30, i32 31>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @hole_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <16 x i32> <i32 26, i32 poison, i32 17, i32 11, i32 poison, i32 24, i32 10, i32 poison, i32 4, i32 8, i32 poison, i32 28, i32 8, i32 poison, i32 8, i32 0>
  %k = shufflevector <16 x i8> %r, <16 x i8> %a, <16 x i32> <i32 0, i32 17, i32 2, i32 3, i32 20, i32 5, i32 6, i32 23, i32 8, i32 9, i32 26, i32 11, i32 12, i32 29, i32 14, i32 15>
  store <16 x i8> %k, ptr %out
  ret void
}
define internal void @half_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <8 x i32> <i32 0, i32 13, i32 13, i32 10, i32 10, i32 18, i32 20, i32 12>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @double_16_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i8>, ptr %pa
  %b = load <16 x i8>, ptr %pb
  %r = shufflevector <16 x i8> %a, <16 x i8> %b, <32 x i32> <i32 13, i32 11, i32 12, i32 24, i32 19, i32 1, i32 23, i32 26, i32 10, i32 9, i32 16, i32 4, i32 21, i32 19, i32 0, i32 21, i32 4, i32 19, i32 22, i32 19, i32 30, i32 20, i32 11, i32 30, i32 30, i32 11, i32 3, i32 16, i32 1, i32 22, i32 25, i32 1>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @reverse_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @splat_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @interleave_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @random_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 13, i32 11, i32 12, i32 0, i32 14, i32 1, i32 5, i32 6>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @shift_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @second_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @hole_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <8 x i32> <i32 3, i32 poison, i32 7, i32 14, i32 poison, i32 11, i32 11, i32 poison>
  %k = shufflevector <8 x i16> %r, <8 x i16> %a, <8 x i32> <i32 0, i32 9, i32 2, i32 3, i32 12, i32 5, i32 6, i32 15>
  store <8 x i16> %k, ptr %out
  ret void
}
define internal void @half_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <4 x i32> <i32 8, i32 14, i32 3, i32 11>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @double_8_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i16>, ptr %pa
  %b = load <8 x i16>, ptr %pb
  %r = shufflevector <8 x i16> %a, <8 x i16> %b, <16 x i32> <i32 9, i32 1, i32 13, i32 2, i32 6, i32 10, i32 11, i32 4, i32 10, i32 8, i32 2, i32 9, i32 10, i32 9, i32 5, i32 2>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @reverse_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @splat_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 3, i32 3, i32 3, i32 3>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @interleave_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 0, i32 4, i32 1, i32 5>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @random_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 2, i32 4, i32 7, i32 2>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @shift_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 1, i32 2, i32 3, i32 4>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @second_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @hole_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <4 x i32> <i32 0, i32 poison, i32 1, i32 6>
  %k = shufflevector <4 x i32> %r, <4 x i32> %a, <4 x i32> <i32 0, i32 5, i32 2, i32 3>
  store <4 x i32> %k, ptr %out
  ret void
}
define internal void @half_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <2 x i32> <i32 0, i32 3>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @double_4_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i32>, ptr %pa
  %b = load <4 x i32>, ptr %pb
  %r = shufflevector <4 x i32> %a, <4 x i32> %b, <8 x i32> <i32 5, i32 4, i32 7, i32 6, i32 2, i32 0, i32 0, i32 7>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @reverse_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 1, i32 0>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @splat_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 1, i32 1>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @interleave_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 0, i32 2>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @random_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 2, i32 1>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @shift_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 1, i32 2>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @second_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 2, i32 3>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @hole_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <2 x i32> <i32 1, i32 poison>
  %k = shufflevector <2 x i64> %r, <2 x i64> %a, <2 x i32> <i32 0, i32 3>
  store <2 x i64> %k, ptr %out
  ret void
}
define internal void @half_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <1 x i32> <i32 1>
  store <1 x i64> %r, ptr %out
  ret void
}
define internal void @double_2_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i64>, ptr %pa
  %b = load <2 x i64>, ptr %pb
  %r = shufflevector <2 x i64> %a, <2 x i64> %b, <4 x i32> <i32 3, i32 0, i32 1, i32 3>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @reverse_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @splat_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 3, i32 3, i32 3, i32 3>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @interleave_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 0, i32 4, i32 1, i32 5>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @random_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 5, i32 2, i32 0, i32 6>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @shift_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 1, i32 2, i32 3, i32 4>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @second_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  store <4 x float> %r, ptr %out
  ret void
}
define internal void @hole_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <4 x i32> <i32 4, i32 poison, i32 2, i32 7>
  %k = shufflevector <4 x float> %r, <4 x float> %a, <4 x i32> <i32 0, i32 5, i32 2, i32 3>
  store <4 x float> %k, ptr %out
  ret void
}
define internal void @half_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <2 x i32> <i32 2, i32 7>
  store <2 x float> %r, ptr %out
  ret void
}
define internal void @double_4_float(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x float>, ptr %pa
  %b = load <4 x float>, ptr %pb
  %r = shufflevector <4 x float> %a, <4 x float> %b, <8 x i32> <i32 7, i32 5, i32 7, i32 4, i32 4, i32 7, i32 6, i32 2>
  store <8 x float> %r, ptr %out
  ret void
}
define internal void @reverse_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 1, i32 0>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @splat_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 1, i32 1>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @interleave_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 0, i32 2>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @random_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 0, i32 3>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @shift_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 1, i32 2>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @second_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 2, i32 3>
  store <2 x double> %r, ptr %out
  ret void
}
define internal void @hole_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <2 x i32> <i32 1, i32 poison>
  %k = shufflevector <2 x double> %r, <2 x double> %a, <2 x i32> <i32 0, i32 3>
  store <2 x double> %k, ptr %out
  ret void
}
define internal void @half_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <1 x i32> <i32 3>
  store <1 x double> %r, ptr %out
  ret void
}
define internal void @double_2_double(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x double>, ptr %pa
  %b = load <2 x double>, ptr %pb
  %r = shufflevector <2 x double> %a, <2 x double> %b, <4 x i32> <i32 2, i32 1, i32 0, i32 3>
  store <4 x double> %r, ptr %out
  ret void
}
define internal void @reverse_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @splat_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @interleave_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @random_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 8, i32 11, i32 2, i32 11, i32 1, i32 9, i32 11, i32 8>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @shift_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @second_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  store <8 x i32> %r, ptr %out
  ret void
}
define internal void @hole_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <8 x i32> <i32 15, i32 poison, i32 8, i32 9, i32 poison, i32 10, i32 5, i32 poison>
  %k = shufflevector <8 x i32> %r, <8 x i32> %a, <8 x i32> <i32 0, i32 9, i32 2, i32 3, i32 12, i32 5, i32 6, i32 15>
  store <8 x i32> %k, ptr %out
  ret void
}
define internal void @half_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <4 x i32> <i32 0, i32 15, i32 8, i32 10>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @double_8_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i32>, ptr %pa
  %b = load <8 x i32>, ptr %pb
  %r = shufflevector <8 x i32> %a, <8 x i32> %b, <16 x i32> <i32 8, i32 14, i32 9, i32 11, i32 11, i32 8, i32 11, i32 13, i32 11, i32 5, i32 14, i32 11, i32 10, i32 4, i32 5, i32 6>
  store <16 x i32> %r, ptr %out
  ret void
}
define internal void @reverse_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @splat_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 3, i32 3, i32 3, i32 3>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @interleave_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 0, i32 4, i32 1, i32 5>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @random_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 5, i32 7, i32 4, i32 1>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @shift_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 1, i32 2, i32 3, i32 4>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @second_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  store <4 x i64> %r, ptr %out
  ret void
}
define internal void @hole_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <4 x i32> <i32 6, i32 poison, i32 2, i32 6>
  %k = shufflevector <4 x i64> %r, <4 x i64> %a, <4 x i32> <i32 0, i32 5, i32 2, i32 3>
  store <4 x i64> %k, ptr %out
  ret void
}
define internal void @half_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <2 x i32> <i32 4, i32 4>
  store <2 x i64> %r, ptr %out
  ret void
}
define internal void @double_4_i64(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i64>, ptr %pa
  %b = load <4 x i64>, ptr %pb
  %r = shufflevector <4 x i64> %a, <4 x i64> %b, <8 x i32> <i32 0, i32 3, i32 2, i32 7, i32 2, i32 3, i32 2, i32 0>
  store <8 x i64> %r, ptr %out
  ret void
}
define internal void @reverse_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 15, i32 14, i32 13, i32 12, i32 11, i32 10, i32 9, i32 8, i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @splat_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15, i32 15>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @interleave_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 0, i32 16, i32 1, i32 17, i32 2, i32 18, i32 3, i32 19, i32 4, i32 20, i32 5, i32 21, i32 6, i32 22, i32 7, i32 23>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @random_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 30, i32 14, i32 10, i32 3, i32 8, i32 7, i32 20, i32 11, i32 30, i32 12, i32 2, i32 26, i32 29, i32 22, i32 24, i32 4>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @shift_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 16>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @second_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 16, i32 17, i32 18, i32 19, i32 20, i32 21, i32 22, i32 23, i32 24, i32 25, i32 26, i32 27, i32 28, i32 29, i32 30, i32 31>
  store <16 x i16> %r, ptr %out
  ret void
}
define internal void @hole_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <16 x i32> <i32 13, i32 poison, i32 15, i32 23, i32 poison, i32 0, i32 22, i32 poison, i32 25, i32 17, i32 poison, i32 26, i32 7, i32 poison, i32 23, i32 2>
  %k = shufflevector <16 x i16> %r, <16 x i16> %a, <16 x i32> <i32 0, i32 17, i32 2, i32 3, i32 20, i32 5, i32 6, i32 23, i32 8, i32 9, i32 26, i32 11, i32 12, i32 29, i32 14, i32 15>
  store <16 x i16> %k, ptr %out
  ret void
}
define internal void @half_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <8 x i32> <i32 19, i32 6, i32 18, i32 21, i32 18, i32 22, i32 8, i32 26>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @double_16_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <16 x i16>, ptr %pa
  %b = load <16 x i16>, ptr %pb
  %r = shufflevector <16 x i16> %a, <16 x i16> %b, <32 x i32> <i32 26, i32 23, i32 29, i32 9, i32 10, i32 24, i32 30, i32 12, i32 8, i32 5, i32 22, i32 0, i32 24, i32 6, i32 20, i32 9, i32 20, i32 24, i32 27, i32 27, i32 14, i32 31, i32 18, i32 30, i32 24, i32 24, i32 10, i32 16, i32 19, i32 31, i32 16, i32 26>
  store <32 x i16> %r, ptr %out
  ret void
}
define internal void @reverse_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @splat_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7, i32 7>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @interleave_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 0, i32 8, i32 1, i32 9, i32 2, i32 10, i32 3, i32 11>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @random_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 0, i32 10, i32 9, i32 15, i32 9, i32 4, i32 15, i32 0>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @shift_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @second_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  store <8 x i8> %r, ptr %out
  ret void
}
define internal void @hole_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <8 x i32> <i32 3, i32 poison, i32 14, i32 7, i32 poison, i32 9, i32 1, i32 poison>
  %k = shufflevector <8 x i8> %r, <8 x i8> %a, <8 x i32> <i32 0, i32 9, i32 2, i32 3, i32 12, i32 5, i32 6, i32 15>
  store <8 x i8> %k, ptr %out
  ret void
}
define internal void @half_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <4 x i32> <i32 4, i32 12, i32 0, i32 15>
  store <4 x i8> %r, ptr %out
  ret void
}
define internal void @double_8_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <8 x i8>, ptr %pa
  %b = load <8 x i8>, ptr %pb
  %r = shufflevector <8 x i8> %a, <8 x i8> %b, <16 x i32> <i32 8, i32 7, i32 15, i32 1, i32 7, i32 15, i32 8, i32 4, i32 9, i32 9, i32 15, i32 15, i32 3, i32 0, i32 4, i32 9>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @reverse_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 3, i32 2, i32 1, i32 0>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @splat_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 3, i32 3, i32 3, i32 3>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @interleave_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 0, i32 4, i32 1, i32 5>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @random_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 4, i32 5, i32 4, i32 0>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @shift_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 1, i32 2, i32 3, i32 4>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @second_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  store <4 x i16> %r, ptr %out
  ret void
}
define internal void @hole_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <4 x i32> <i32 7, i32 poison, i32 5, i32 5>
  %k = shufflevector <4 x i16> %r, <4 x i16> %a, <4 x i32> <i32 0, i32 5, i32 2, i32 3>
  store <4 x i16> %k, ptr %out
  ret void
}
define internal void @half_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <2 x i32> <i32 2, i32 0>
  store <2 x i16> %r, ptr %out
  ret void
}
define internal void @double_4_i16(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <4 x i16>, ptr %pa
  %b = load <4 x i16>, ptr %pb
  %r = shufflevector <4 x i16> %a, <4 x i16> %b, <8 x i32> <i32 0, i32 4, i32 7, i32 1, i32 3, i32 0, i32 6, i32 6>
  store <8 x i16> %r, ptr %out
  ret void
}
define internal void @reverse_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 1, i32 0>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @splat_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 1, i32 1>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @interleave_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 0, i32 2>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @random_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 3, i32 3>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @shift_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 1, i32 2>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @second_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 2, i32 3>
  store <2 x i32> %r, ptr %out
  ret void
}
define internal void @hole_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <2 x i32> <i32 3, i32 poison>
  %k = shufflevector <2 x i32> %r, <2 x i32> %a, <2 x i32> <i32 0, i32 3>
  store <2 x i32> %k, ptr %out
  ret void
}
define internal void @half_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <1 x i32> <i32 3>
  store <1 x i32> %r, ptr %out
  ret void
}
define internal void @double_2_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <2 x i32>, ptr %pa
  %b = load <2 x i32>, ptr %pb
  %r = shufflevector <2 x i32> %a, <2 x i32> %b, <4 x i32> <i32 1, i32 2, i32 3, i32 0>
  store <4 x i32> %r, ptr %out
  ret void
}
define internal void @reverse_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 2, i32 1, i32 0>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @splat_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 2, i32 2, i32 2>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @interleave_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 0, i32 3, i32 1>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @random_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 2, i32 0, i32 5>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @shift_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 1, i32 2, i32 3>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @second_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 3, i32 4, i32 5>
  store <3 x i32> %r, ptr %out
  ret void
}
define internal void @hole_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <3 x i32> <i32 3, i32 poison, i32 4>
  %k = shufflevector <3 x i32> %r, <3 x i32> %a, <3 x i32> <i32 0, i32 4, i32 2>
  store <3 x i32> %k, ptr %out
  ret void
}
define internal void @half_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <1 x i32> <i32 2>
  store <1 x i32> %r, ptr %out
  ret void
}
define internal void @double_3_i32(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <3 x i32>, ptr %pa
  %b = load <3 x i32>, ptr %pb
  %r = shufflevector <3 x i32> %a, <3 x i32> %b, <6 x i32> <i32 5, i32 3, i32 2, i32 1, i32 1, i32 3>
  store <6 x i32> %r, ptr %out
  ret void
}
define internal void @reverse_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 31, i32 30, i32 29, i32 28, i32 27, i32 26, i32 25, i32 24, i32 23, i32 22, i32 21, i32 20, i32 19, i32 18, i32 17, i32 16, i32 15, i32 14, i32 13, i32 12, i32 11, i32 10, i32 9, i32 8, i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @splat_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31, i32 31>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @interleave_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 0, i32 32, i32 1, i32 33, i32 2, i32 34, i32 3, i32 35, i32 4, i32 36, i32 5, i32 37, i32 6, i32 38, i32 7, i32 39, i32 8, i32 40, i32 9, i32 41, i32 10, i32 42, i32 11, i32 43, i32 12, i32 44, i32 13, i32 45, i32 14, i32 46, i32 15, i32 47>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @random_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 63, i32 42, i32 19, i32 54, i32 6, i32 8, i32 29, i32 34, i32 10, i32 8, i32 3, i32 42, i32 54, i32 8, i32 51, i32 62, i32 6, i32 15, i32 15, i32 28, i32 14, i32 17, i32 37, i32 56, i32 19, i32 23, i32 23, i32 52, i32 20, i32 8, i32 27, i32 5>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @shift_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7, i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15, i32 16, i32 17, i32 18, i32 19, i32 20, i32 21, i32 22, i32 23, i32 24, i32 25, i32 26, i32 27, i32 28, i32 29, i32 30, i32 31, i32 32>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @second_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 32, i32 33, i32 34, i32 35, i32 36, i32 37, i32 38, i32 39, i32 40, i32 41, i32 42, i32 43, i32 44, i32 45, i32 46, i32 47, i32 48, i32 49, i32 50, i32 51, i32 52, i32 53, i32 54, i32 55, i32 56, i32 57, i32 58, i32 59, i32 60, i32 61, i32 62, i32 63>
  store <32 x i8> %r, ptr %out
  ret void
}
define internal void @hole_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <32 x i32> <i32 13, i32 poison, i32 48, i32 9, i32 poison, i32 35, i32 7, i32 poison, i32 15, i32 51, i32 poison, i32 17, i32 1, i32 poison, i32 55, i32 11, i32 poison, i32 40, i32 62, i32 poison, i32 62, i32 45, i32 poison, i32 47, i32 7, i32 poison, i32 17, i32 37, i32 poison, i32 19, i32 37, i32 poison>
  %k = shufflevector <32 x i8> %r, <32 x i8> %a, <32 x i32> <i32 0, i32 33, i32 2, i32 3, i32 36, i32 5, i32 6, i32 39, i32 8, i32 9, i32 42, i32 11, i32 12, i32 45, i32 14, i32 15, i32 48, i32 17, i32 18, i32 51, i32 20, i32 21, i32 54, i32 23, i32 24, i32 57, i32 26, i32 27, i32 60, i32 29, i32 30, i32 63>
  store <32 x i8> %k, ptr %out
  ret void
}
define internal void @half_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <16 x i32> <i32 28, i32 33, i32 8, i32 30, i32 32, i32 36, i32 17, i32 30, i32 47, i32 58, i32 49, i32 22, i32 16, i32 2, i32 43, i32 10>
  store <16 x i8> %r, ptr %out
  ret void
}
define internal void @double_32_i8(ptr %pa, ptr %pb, ptr %out) noinline {
  %a = load <32 x i8>, ptr %pa
  %b = load <32 x i8>, ptr %pb
  %r = shufflevector <32 x i8> %a, <32 x i8> %b, <64 x i32> <i32 4, i32 11, i32 15, i32 58, i32 30, i32 49, i32 59, i32 61, i32 41, i32 13, i32 3, i32 49, i32 6, i32 19, i32 54, i32 28, i32 14, i32 10, i32 62, i32 27, i32 17, i32 48, i32 45, i32 30, i32 37, i32 42, i32 44, i32 49, i32 48, i32 17, i32 45, i32 37, i32 55, i32 46, i32 4, i32 27, i32 23, i32 50, i32 8, i32 12, i32 4, i32 4, i32 23, i32 25, i32 25, i32 5, i32 62, i32 61, i32 44, i32 0, i32 54, i32 60, i32 38, i32 54, i32 41, i32 59, i32 59, i32 12, i32 24, i32 19, i32 20, i32 9, i32 47, i32 49>
  store <64 x i8> %r, ptr %out
  ret void
}

define i32 @main() {
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_16_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_8_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_4_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_2_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_4_float)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_2_double)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_8_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_4_i64)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_16_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_8_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_4_i16)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_2_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_3_i32)
  call void @vector_pairs(ptr @name, i32 98, ptr @reverse_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @splat_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @interleave_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @random_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @shift_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @second_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @hole_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @half_32_i8)
  call void @vector_pairs(ptr @name, i32 98, ptr @double_32_i8)
  ret i32 0
}
