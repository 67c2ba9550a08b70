// run:
// only: x86-64
// Every calling convention that clang knows for this machine, beside C's and Windows': called directly, by address, throwing.
#include <immintrin.h>
#include <stdio.h>
#include <initializer_list>
#define APART __attribute__((noinline))
#define SWIFT __attribute__((swiftcall))
#define SWIFTASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_context))
#define ERROR_RESULT __attribute__((swift_error_result))
#define INDIRECT __attribute__((swift_indirect_result))
struct Pair { long a; double b; };
struct Four { long a, b, c, d; };
struct Vectors { __m128 a, b; };

__attribute__((vectorcall)) APART __m128 vectorcall(__m128 a, double b, int c, Vectors v) { return a + v.a * v.b + (float)(b + c); }
__attribute__((regcall)) APART long regcall(long a, long b, long c, long d, long e, long f, long g, double h, Pair p, float i) { return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + (long)(h * 8) + p.a + (long)p.b + (long)i; }
__attribute__((regcall)) APART Four regcall_four(Four f, int n) { return {f.a * n, f.b * n, f.c * n, f.d * n}; }
__attribute__((preserve_most)) APART int preserve_most(int a, double b) { return a + (int)b; }
__attribute__((preserve_all)) APART int preserve_all(int a, double b) { return a * (int)b; }
__attribute__((preserve_none)) APART int preserve_none(int a, double b, Pair p) { return a - (int)b + (int)p.a; }
SWIFT APART Four swift_four(Four f, long n) { return {f.a + n, f.b + n, f.c + n, f.d + n}; }
SWIFT APART long swift_self(long a, CONTEXT Pair *self) { return a + self->a + (long)self->b; }
SWIFT APART long swift_error(long a, CONTEXT void *self, ERROR_RESULT void **error) { if (a < 0) *error = (void *)"negative"; return a * 2; }
SWIFT APART void swift_indirect(INDIRECT Pair *result, int n) { *result = {n, n * 0.5}; }
SWIFTASYNC APART void finish(long total) { printf("finished %ld\n", total); }
SWIFTASYNC APART void step(long n, long total) { if (n == 0) return finish(total); return step(n - 1, total + n); }
__attribute__((regcall)) APART int thrower(int x) { if (x > 1) throw x; return x; }
SWIFT static int local(int x) { return x + 5; }
#define THROUGH(f) auto volatile p_##f = &f;

int main() {
  THROUGH(vectorcall) THROUGH(regcall) THROUGH(regcall_four) THROUGH(preserve_most) THROUGH(preserve_all) THROUGH(preserve_none)
  THROUGH(swift_four) THROUGH(swift_self) THROUGH(swift_error) THROUGH(swift_indirect) THROUGH(step) THROUGH(thrower) THROUGH(local)
  for (int i = 0; i < 2; i++) {
    Vectors v = {_mm_set_ps(1, 2, 3, 4), _mm_set1_ps(2)};
    __m128 r = i ? p_vectorcall(_mm_set1_ps(1), 2.5, 3, v) : vectorcall(_mm_set1_ps(1), 2.5, 3, v);
    printf("%g %g %g %g\n", r[0], r[1], r[2], r[3]);
    Pair p = {10, 20.5};
    Four f = {1, 2, 3, 4};
    printf("%ld\n", i ? p_regcall(1, 2, 3, 4, 5, 6, 7, 8, p, 9) : regcall(1, 2, 3, 4, 5, 6, 7, 8, p, 9));
    Four g = i ? p_regcall_four(f, 3) : regcall_four(f, 3), h = i ? p_swift_four(f, 7) : swift_four(f, 7);
    printf("%ld %ld %ld %ld %ld %ld\n", g.a, g.b, g.c, g.d, h.a, h.d);
    printf("%d %d %d\n", i ? p_preserve_most(1, 2.5) : preserve_most(1, 2.5), i ? p_preserve_all(3, 4.5) : preserve_all(3, 4.5),
           i ? p_preserve_none(5, 6.5, p) : preserve_none(5, 6.5, p));
    printf("%ld\n", i ? p_swift_self(1, &p) : swift_self(1, &p));
    for (long n : {4, -4}) {
      void *error = nullptr;
      long r = i ? p_swift_error(n, &p, &error) : swift_error(n, &p, &error);
      printf("%ld %s\n", r, error ? (const char *)error : "none");
    }
    if (i) p_swift_indirect(&p, 9); else swift_indirect(&p, 9);
    printf("%ld %g %d\n", p.a, p.b, i ? p_local(2) : local(2));
    if (i) p_step(10, 0); else step(10, 0);
    try { printf("%d ", i ? p_thrower(1) : thrower(1)); printf("%d\n", i ? p_thrower(2) : thrower(2)); } catch (int x) { printf("caught %d\n", x); }
  }
}
