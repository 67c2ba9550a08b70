// run:
// Structs of every class by value, both ways: in registers of either sort, mixed, on the stack, with bit-fields, flexible ends;
// to and from native functions (div, ldiv) too.
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>
#define NOINLINE __attribute__((noinline))
typedef struct { char a; } S1;
typedef struct { short a; char b; } S3;
typedef struct { int a, b; } S8;
typedef struct { int a, b, c; } S12;
typedef struct { long a, b; } S16;
typedef struct { long a, b, c; } S24;
typedef struct { float a; } F4;
typedef struct { float a, b; } F8;
typedef struct { float a, b, c; } F12;
typedef struct { float a, b, c, d; } F16;
typedef struct { double a, b; } D16;
typedef struct { int a; double b; } M1;
typedef struct { double a; int b; } M2;
typedef struct { float a; int b; float c; } M3;
typedef struct { long double a; } X;
typedef struct { char a[7]; } C7;
typedef struct { char a[100]; } C100;
typedef struct { unsigned a : 3; int b : 9; unsigned long c : 40; } B;
typedef union { long a; double b; } U;
typedef struct { S3 a; F4 b; union { int i; float f; } c; } N;
typedef struct {} E;
typedef struct { _Alignas(32) int a; } A32;
#define CHANGE(T, body) \
  NOINLINE T change_##T(T x, int k) { body; return x; } \
  NOINLINE T through_##T(int k, T (*f)(T, int), T x, double d) { T y = f(x, k + (int)d); y = f(y, 1); return y; }
CHANGE(S1, x.a += k) CHANGE(S3, (x.a += k, x.b -= k)) CHANGE(S8, (x.a += k, x.b -= k)) CHANGE(S12, (x.a += k, x.c -= k))
CHANGE(S16, (x.a += k, x.b -= k)) CHANGE(S24, (x.a += k, x.c -= k)) CHANGE(F4, x.a += k) CHANGE(F8, (x.a += k, x.b -= k))
CHANGE(F12, (x.a += k, x.c -= k)) CHANGE(F16, (x.a += k, x.d -= k)) CHANGE(D16, (x.a += k, x.b -= k))
CHANGE(M1, (x.a += k, x.b -= k)) CHANGE(M2, (x.a += k, x.b -= k)) CHANGE(M3, (x.a += k, x.b -= k, x.c *= k))
CHANGE(X, x.a += k) CHANGE(C7, (x.a[0] += k, x.a[6] -= k)) CHANGE(C100, (x.a[0] += k, x.a[99] -= k))
CHANGE(B, (x.a += k, x.b -= k, x.c += k)) CHANGE(U, x.a += k) CHANGE(N, (x.a.b += k, x.b.a -= k, x.c.i += k))
CHANGE(A32, x.a += k)
NOINLINE long many(S16 a, S16 b, S16 c, S16 d, int e, S8 f, F8 g, D16 h, S24 i, M1 j, E k, X l, C7 m) {
  return a.a + 2 * a.b + 3 * b.a + 5 * c.b + 7 * d.a + 11 * d.b + 13 * e + 17 * f.b + 19 * (long)g.a + 23 * (long)h.b +
         29 * i.c + 31 * j.a + 37 * (long)j.b + 41 * (long)l.a + 43 * m.a[6];
}
NOINLINE double _Complex cplx(double _Complex a, float _Complex b) { return a * b + 1.0 * I; }
NOINLINE float _Complex fcplx(float _Complex a) { return a * a; }
int main(void) {
#define SHOW(T, init, fmt, ...) do { T v = init; T r = through_##T(3, change_##T, v, 2.5); printf(#T " " fmt "\n", __VA_ARGS__); } while (0)
#define L(...) __VA_ARGS__
  SHOW(S1, {5}, "%d", r.a);
  SHOW(S3, L({500, 6}), "%d %d", r.a, r.b);
  SHOW(S8, L({1, 2}), "%d %d", r.a, r.b);
  SHOW(S12, L({1, 2, 3}), "%d %d %d", r.a, r.b, r.c);
  SHOW(S16, L({1, 2}), "%ld %ld", r.a, r.b);
  SHOW(S24, L({1, 2, 3}), "%ld %ld %ld", r.a, r.b, r.c);
  SHOW(F4, {1.5f}, "%a", r.a);
  SHOW(F8, L({1.5f, 2.5f}), "%a %a", r.a, r.b);
  SHOW(F12, L({1.5f, 2.5f, 3.5f}), "%a %a %a", r.a, r.b, r.c);
  SHOW(F16, L({1.5f, 2.5f, 3.5f, 4.5f}), "%a %a", r.a, r.d);
  SHOW(D16, L({1.5, 2.5}), "%a %a", r.a, r.b);
  SHOW(M1, L({1, 2.5}), "%d %a", r.a, r.b);
  SHOW(M2, L({1.5, 2}), "%a %d", r.a, r.b);
  SHOW(M3, L({1.5f, 2, 3.5f}), "%a %d %a", r.a, r.b, r.c);
  SHOW(X, {1.25L}, "%La", r.a);
  SHOW(C7, {"abcdef"}, "%d %d", r.a[0], r.a[6]);
  SHOW(C100, {"hundred"}, "%d %d %s", r.a[0], r.a[99], r.a + 1);
  SHOW(B, L({1, -2, 3}), "%d %d %ld", r.a, r.b, (long)r.c);
  SHOW(U, {7}, "%ld", r.a);
  SHOW(N, L({{1, 2}, {3.5f}, {4}}), "%d %a %d", r.a.b, r.b.a, r.c.i);
  SHOW(A32, {9}, "%d", r.a);
  S16 p = {1, 2};
  X x = {40};
  C7 c = {{0, 0, 0, 0, 0, 0, 3}};
  printf("%ld\n", many(p, p, (S16){3, 4}, (S16){5, 6}, 7, (S8){8, 9}, (F8){10, 11}, (D16){12, 13}, (S24){14, 15, 16}, (M1){17, 18}, (E){}, x, c));
  double _Complex z = cplx(1 + 2 * I, 3 - 4 * I);
  float _Complex w = fcplx(2 + 1 * I);
  printf("%a %a %a %a\n", creal(z), cimag(z), crealf(w), cimagf(w));
  div_t d = div(-17, 5);
  ldiv_t ld = ldiv(1000000007L, -13);
  printf("%d %d %ld %ld\n", d.quot, d.rem, ld.quot, ld.rem);
  return 0;
}
