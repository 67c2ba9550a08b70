// run:
// 128-bit integers: arithmetic, division, shifts, conversions to and from floating point, as arguments and results.
#include <stdio.h>
typedef __int128 i128;
typedef unsigned __int128 u128;
static void show(u128 v) { printf("%016lx%016lx\n", (unsigned long)(v >> 64), (unsigned long)v); }
__attribute__((noinline)) static u128 power(u128 b, int n) { u128 r = 1; while (n--) r *= b; return r; }
__attribute__((noinline)) static i128 mix(int a, i128 b, long c, u128 d, i128 e, i128 f) { return a + b * c - (i128)(d / 3) + e % 1000 + (f >> 3); }
int main(void) {
  volatile long one = 1;
  show(power(10, 30));
  show(-power(3, 50));
  i128 x = (i128)power(7, 40) * -one;
  show(x / 12345), show(x % 12345), show((u128)x / 12345), show((u128)x % 987654321987654321u);
  show(x / (i128)power(10, 20)), show(x % (i128)power(10, 20));
  for (int s = 0; s < 128; s += 21) show(x << s), show(x >> s), show((u128)x >> s);
  printf("%a %a %La\n", (double)x, (float)(u128)x, (long double)x);
  show((i128)(-1e30 * one)), show((u128)(3e38f * one)), show((i128)(1e20L * one));
  printf("%d %d %d %d\n", x < 0, (u128)x > 5, x == -x, x <= (i128)one);
  show(mix(1, x, 3, power(5, 50), -power(2, 100), x));
  u128 r;
  printf("%d ", __builtin_mul_overflow((u128)power(2, 100), (u128)power(2, 20) * one, &r)), show(r);
  printf("%d ", __builtin_mul_overflow((u128)power(2, 100), (u128)power(2, 28) * one, &r)), show(r);
  i128 t;
  printf("%d ", __builtin_add_overflow((i128)(power(2, 126) * one), (i128)power(2, 126), &t)), show(t);
  return 0;
}
