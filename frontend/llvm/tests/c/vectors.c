// Vector extensions: odd lengths, odd elements, booleans, variable indices, casts to scalars.
#include <stdint.h>
typedef float f2 __attribute__((ext_vector_type(2)));
typedef float f3 __attribute__((ext_vector_type(3)));
typedef int i3 __attribute__((ext_vector_type(3)));
typedef double d4 __attribute__((ext_vector_type(4)));
typedef short s5 __attribute__((ext_vector_type(5)));
typedef int8_t b3 __attribute__((ext_vector_type(3)));
typedef int8_t b24 __attribute__((ext_vector_type(24)));
typedef int64_t l3 __attribute__((ext_vector_type(3)));
typedef int i16v __attribute__((ext_vector_type(16)));
typedef _Bool bool8 __attribute__((ext_vector_type(8)));
typedef _Bool bool20 __attribute__((ext_vector_type(20)));
typedef _Bool bool4 __attribute__((ext_vector_type(4)));
typedef __int128 q2 __attribute__((vector_size(32)));
typedef _Float16 h8 __attribute__((ext_vector_type(8)));
typedef long double x2 __attribute__((ext_vector_type(2)));

f3 cross(f3 a, f3 b) { return a.yzx * b.zxy - a.zxy * b.yzx; }
i3 divide(i3 a, i3 b) { return a / b + a % (i3){3, -5, 7}; }
i3 unsigned_remainder(i3 a) { return __builtin_convertvector(__builtin_convertvector(a, l3) % 11, i3); }
s5 shorts(s5 *p, s5 x) { p[1] = p[0] * x; return p[1] << x; }
b24 bytes(b24 a, b24 b) { return a * b - (a ^ b) / 3; }
b3 three(b3 *p) { b3 v = p[0]; p[1] = v + p[2]; return v.zyx; }
l3 longs(l3 a, l3 b) { return a * b + (a >> 3) + (a >> b); }
d4 halves(d4 a) { a.lo = a.hi; a.x = 1; return a.wzyx; }
int pick(i16v v, unsigned i) { return v[i]; }
i16v put(i16v v, unsigned i, int x) { v[i] = x; return v; }
int pick3(i3 v, long i) { return v[i]; }
i16v choose(i16v a, i16v b) { return a < b ? a : b * 2; }
d4 choose_floats(d4 a, d4 b) { return a >= b ? a : -b; }
bool8 bools(bool8 a, bool8 b) { return (a & b) ^ ~a; }
bool8 from_bits(unsigned char c) { bool8 r; __builtin_memcpy(&r, &c, 1); return r; }
int pick_bool(bool8 a, int i) { return a[i]; }
void store_bools(bool20 *p, bool20 a) { *p = a; }
bool20 load_bools(const bool20 *p) { return *p; }
void store_four(bool4 *p, bool4 a) { *p = a; }
int reduce(i16v v) { return __builtin_reduce_add(v) + __builtin_reduce_max(v) + __builtin_reduce_xor(v); }
int reduce3(i3 v) { return __builtin_reduce_mul(v) + __builtin_reduce_min(v); }
int reduce_mask(i16v a, i16v b) { return __builtin_reduce_or(a > b); }
q2 wide(q2 a, q2 b) { return a * b + (a >> 3); }
h8 half(h8 a, h8 b) { return a * b + a; }
x2 longest(x2 a, x2 b) { return a * b + a.x; }
uint64_t as_scalar(f2 a) { uint64_t r; __builtin_memcpy(&r, &a, 8); return r; }
f2 as_vector(double a) { union { double d; f2 v; } u = {a}; return u.v; }
f3 math(f3 a) {
    return __builtin_elementwise_sqrt(__builtin_elementwise_abs(a)) + __builtin_elementwise_floor(a)
        + __builtin_elementwise_sin(a) + __builtin_elementwise_max(a, a.zzz) + __builtin_elementwise_round(a)
        + __builtin_elementwise_pow(a, a) + __builtin_elementwise_fma(a, a, a) + __builtin_elementwise_copysign(a, -a);
}
i3 integers(i3 a, i3 b) {
    return __builtin_elementwise_min(a, b) + __builtin_elementwise_abs(a) + __builtin_elementwise_add_sat(a, b)
        + __builtin_elementwise_bitreverse(a) + __builtin_elementwise_sub_sat(a, b);
}
l3 saturating(l3 a, l3 b) { return __builtin_elementwise_add_sat(a, b) - __builtin_elementwise_max(a, b); }
f3 convert(i3 a) { return __builtin_convertvector(a, f3); }
l3 narrow(f3 a) { return __builtin_convertvector(a, l3); }
b3 truncated(l3 a) { return __builtin_convertvector(a, b3); }
_Bool all(i3 a, i3 b) { i3 m = a == b; return m.x && m.y && m.z; }
f3 nontemporal(f3 *p) { f3 v = __builtin_nontemporal_load(p); __builtin_nontemporal_store(v, p + 1); return v; }
int sum_mask(i16v a, i16v b) { bool8 m = __builtin_convertvector((a > b).lo, bool8); unsigned char c; __builtin_memcpy(&c, &m, 1); return c; }
