// Scalar builtins and the intrinsics they become.
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

typedef _BitInt(37) odd;
typedef unsigned _BitInt(37) uodd;

int bits(unsigned a, uint64_t b, uint16_t c, uint8_t d) {
    return __builtin_clz(a) + __builtin_ctzll(b) + __builtin_popcount(a) + __builtin_parityll(b) + __builtin_ffs(a)
        + __builtin_bswap32(a) + (int)__builtin_bswap64(b) + __builtin_bswap16(c) + __builtin_bitreverse8(d)
        + (int)__builtin_bitreverse64(b) + __builtin_rotateleft8(d, 3) + __builtin_rotateright32(a, c) + __builtin_clrsb(a);
}
int overflow(int a, int b, long c, long d, unsigned char e, odd f, uodd g) {
    int r, s; long t; unsigned char u; odd v; uodd w; short x; unsigned __int128 y; int z;
    return __builtin_add_overflow(a, b, &r) + __builtin_mul_overflow(c, d, &t) + __builtin_sub_overflow(e, e, &u)
        + __builtin_mul_overflow(f, f, &v) + __builtin_add_overflow(g, g, &w) + __builtin_sub_overflow(g, (uodd)9, &w)
        + __builtin_mul_overflow(a, b, &x) + __builtin_mul_overflow((unsigned __int128)c, d, &y) + __builtin_mul_overflow(a, c, &z)
        + __builtin_smul_overflow(a, b, &s) + r + s + (int)t + u + (int)v + (int)w + x + (int)y + z;
}
int saturate(int a, int b, signed char c, uodd d) {
    return __builtin_elementwise_add_sat(a, b) + __builtin_elementwise_sub_sat(c, (signed char)b) + (int)(d << 3 >> 2);
}
double doubles(double a, double b, int n) {
    int e; double i;
    return sqrt(a) + fabs(b) + floor(a) + ceil(a) + trunc(a) + rint(a) + nearbyint(a) + round(a) + roundeven(a) + fma(a, b, a)
        + fmin(a, b) + fmax(a, b) + copysign(a, b) + sin(a) + cos(a) + exp(a) + exp2(a) + log(a) + log2(a) + log10(a) + pow(a, b)
        + __builtin_powi(a, n) + ldexp(a, n) + frexp(a, &e) + e + lround(a) + llrint(b) + fmod(a, b) + modf(a, &i) + tan(b)
        + __builtin_canonicalize(a);
}
float floats(float a, float b, int n) {
    int e;
    return sqrtf(a) + fabsf(b) + floorf(a) + rintf(a) + roundf(a) + fmaf(a, b, a) + fminf(a, b) + copysignf(a, b) + sinf(a)
        + powf(a, b) + __builtin_powif(a, n) + ldexpf(a, n) + frexpf(a, &e) + lrintf(a) + fmodf(a, b) + a * b + a;
}
long double longs(long double a, long double b, int n) {
    int e;
    return sqrtl(a) + fabsl(b) + floorl(a) + ceill(a) + truncl(a) + rintl(a) + roundl(a) + fmal(a, b, a) + fminl(a, b)
        + copysignl(a, b) + sinl(a) + powl(a, b) + __builtin_powil(a, n) + frexpl(a, &e) + llroundl(a) + a * b + a;
}
int classify(double a, float b, long double c) {
    return isnan(a) + isinf(a) * 2 + isfinite(b) * 4 + isnormal(b) * 8 + signbit(a) * 16 + fpclassify(a) + isnan(c) + isinf(c)
        + __builtin_isfpclass(a, 0x3f) + __builtin_isfpclass(b, 0x201) + __builtin_isfpclass(c, 0x99) + __builtin_issignaling(a);
}
void blocks(char *a, const char *b, int c, long n, volatile char *v) {
    memcpy(a, b, 7); memcpy(a + 8, b, 33); memcpy(a + 50, b, 64); memcpy(a, b, n); memcpy(a, b, 100);
    memmove(a + 1, a, 12); memmove(a, b, n);
    memset(a, c, 13); memset(a, 0, 40); memset(a, c, 17); memset(a, 0x5a, n); memset(a, c, 3);
    __builtin_memcpy_inline(a, b, 90);
    __builtin_memset_inline(a, c, 80);
}
int sum(int n, ...) {
    va_list a, b; va_start(a, n); va_copy(b, a);
    int s = 0;
    for (int i = 0; i < n; i++) s += va_arg(a, int);
    s += (int)va_arg(b, double); va_end(a); va_end(b);
    return s;
}
void *frames(void) { return (char *)__builtin_return_address(0) + (long)__builtin_frame_address(0); }
int stack(int n) { int s = 0; for (int i = 1; i < n; i++) { char a[i]; memset(a, i, i); s += a[i / 2]; } return s; }
_Thread_local int counter;
int hints(int *p, int n) {
    counter++;
    __builtin_prefetch(p); __builtin_assume(n > 0);
    if (__builtin_expect(n == 7, 0)) __builtin_trap();
    if (n == 8) __builtin_debugtrap();
    if (n == 9) __builtin_unreachable();
    return __builtin_constant_p(n) + (int)__builtin_object_size(p, 0) + (int)__builtin_dynamic_object_size(p, 2)
        + (int)__builtin_readcyclecounter() + (__builtin_is_aligned(p, 16) ? 1 : 2) + *(int *)__builtin_align_down(p, 16)
        + __builtin_flt_rounds();
}
__float128 quad(__float128 a, __float128 b) { return a * b + a / b - (a < b); }
_Float16 half(_Float16 a, _Float16 b) { return a * b + (a < b ? a : -b) + __builtin_fabsf16(a); }
__bf16 brain(float a) { return (__bf16)a; }
unsigned _BitInt(200) huge(unsigned _BitInt(200) a, unsigned _BitInt(200) b) { return a * b + a / b + (a << 7); }
__int128 division(__int128 a, __int128 b) { return a / b + a % b; }
