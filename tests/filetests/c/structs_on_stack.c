// run:
// Structures that the convention passes on the stack, of every small size, among integers and floats that fill the registers
// or do not, and as variable arguments.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#define OUT_OF_LINE __attribute__((noinline))
typedef struct { unsigned char b[17]; } S17;
typedef struct { unsigned char b[18]; } S18;
typedef struct { unsigned char b[19]; } S19;
typedef struct { unsigned short b[10]; } S20;
typedef struct { unsigned char b[21]; } S21;
typedef struct { unsigned char b[23]; } S23;
typedef struct { long b[3]; } S24;
typedef struct { int b[7]; } S28;
typedef struct { unsigned char b[47]; } S47;
typedef struct { int b[15]; } S60;
typedef struct { unsigned char b[63]; } S63;
typedef struct { long b[8]; } S64;
typedef struct { unsigned char b[65]; } S65;
static unsigned long hash(unsigned long h, const void *p, unsigned n) {
  for (unsigned i = 0; i < n; i++) h = h * 31 + ((const unsigned char *)p)[i];
  return h;
}
#define SHAPES(S) \
  OUT_OF_LINE static unsigned long first_##S(S s) { return hash(1, &s, sizeof s); } \
  OUT_OF_LINE static unsigned long some_##S(int a, S s, double x, char b) { s.b[1] += b; return hash((unsigned long)(long)(a + x), &s, sizeof s); } \
  OUT_OF_LINE static unsigned long full_##S(long a, S s, int b, short c, long d, float x, int e, S t, signed char f, long g, __int128 w) { \
    return hash(hash((unsigned long)(long)(a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + x) ^ (unsigned long)(w >> 60), &s, sizeof s), &t, sizeof t); } \
  OUT_OF_LINE static unsigned long more_##S(long a, long b, long c, long d, long e, int f, short g, S s, signed char h, S t, float x) { \
    return hash(hash((unsigned long)(long)(a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + x), &s, sizeof s), &t, sizeof t); } \
  OUT_OF_LINE static unsigned long floats_##S(double a, double b, double c, double d, double e, double f, double g, double h, float i, S s, float j, int k) { \
    return hash((unsigned long)(long)(a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + 19 * i + 23 * j + k), &s, sizeof s); } \
  OUT_OF_LINE static unsigned long varying_##S(int n, ...) { \
    va_list l; unsigned long h = 0; va_start(l, n); \
    for (int i = 0; i < n; i++) { S s = va_arg(l, S); h = hash(h + (unsigned)va_arg(l, int), &s, sizeof s); } \
    va_end(l); return h; } \
  static void all_##S(int seed) { \
    S s, t; unsigned char *p = (unsigned char *)&s, *q = (unsigned char *)&t; \
    for (unsigned i = 0; i < sizeof s; i++) p[i] = seed * 7 + i * 13, q[i] = seed * 3 + i * 5; \
    printf("%2d %lx %lx %lx %lx %lx %lx\n", (int)sizeof s, first_##S(s), some_##S(seed, s, 2.5, 3), full_##S(1, s, -2, 3, 4, 2.5f, 5, t, -6, 7, (__int128)9 << 61), \
      more_##S(1, -2, 3, 4, -5, 6, -7, s, -8, t, 9), floats_##S(1, 2, 3, 4, 5, 6, 7, 8, 9, s, 10, 11), varying_##S(3, s, 1, t, 2, s, 3)); }
SHAPES(S17) SHAPES(S18) SHAPES(S19) SHAPES(S20) SHAPES(S21) SHAPES(S23) SHAPES(S24) SHAPES(S28) SHAPES(S47) SHAPES(S60) SHAPES(S63) SHAPES(S64) SHAPES(S65)
int main(int n, char **v) {
  (void)v;
  all_S17(n); all_S18(n); all_S19(n); all_S20(n); all_S21(n); all_S23(n); all_S24(n); all_S28(n); all_S47(n); all_S60(n); all_S63(n); all_S64(n); all_S65(n);
  return 0;
}
