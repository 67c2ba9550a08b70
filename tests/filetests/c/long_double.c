// run:
// 80-bit floating point: arithmetic, conversions, comparison, the C library's functions, as arguments, results, members.
#include <math.h>
#include <stdio.h>
struct pair { long double a; int b; };
__attribute__((noinline)) static long double poly(long double x, int n, double y, long double z) {
  long double r = 0;
  for (int i = n; i > 0; i--) r = r * x + i / (z + i) - y;
  return r;
}
__attribute__((noinline)) static struct pair half(struct pair p) { p.a /= 2; p.b++; return p; }
int main(void) {
  volatile long double x = 1.1L;
  volatile double d = 0.1;
  printf("%La %La %La\n", x + d, x * d, x / 3);
  printf("%La\n", poly(x, 20, d, 2.5L));
  printf("%d %d %d %d\n", x < d, x > d, x == x, x != 1.1);
  printf("%d %ld %u %lu\n", (int)(x * 1000), (long)(-x * 1e15L), (unsigned)(x * 3e9L), (unsigned long)(x * 1.6e19L));
  printf("%La %La %La\n", (long double)(int)(d * 100), (long double)0xffffffffffffffffu, (long double)-5l);
  printf("%a %a\n", (double)(x * x), (float)(x * x));
  printf("%La %La %La %La\n", sqrtl(x), sinl(x), powl(x, 100.5L), fmodl(x * 100, 7));
  printf("%La %La %La\n", floorl(-x), ceill(x), roundl(2.5L * x));
  printf("%La %La\n", fabsl(-x), copysignl(x, -0.0L));
  struct pair p = half(half((struct pair){x, 1}));
  printf("%La %d %zu\n", p.a, p.b, sizeof p);
  long double inf = INFINITY, nan = x * 0 / (x - x + 0 * d);
  printf("%d %d %d %Lf %d\n", isinf(inf), isnan(nan), nan == nan, inf, nan < x);
  return 0;
}
