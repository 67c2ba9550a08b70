// run:
// only: x86-64
// _Float16, __bf16 and __float128, as far as clang has them here.
#include <stdio.h>
__attribute__((noinline)) static _Float16 half(_Float16 a, float b) { return a * (_Float16)b + (_Float16)0.5; }
__attribute__((noinline)) static __float128 quad(__float128 a, double b) { return a / b + 1; }
__attribute__((noinline)) static int less(__float128 a, __float128 b) { return (a < b) * 2 + (a == b); }
int main(void) {
  volatile double x = 3;
  printf("%a %a\n", (double)half((_Float16)1.25, 2.5f), (double)half((_Float16)60000, 2));
  printf("%a %d\n", (double)quad(1, x), (int)(quad(100, x) * 3));
  printf("%d %d\n", less(quad(1, x), quad(1, x)), less(1, quad(2, x)));
  __float128 sum = 0;
  for (int i = 1; i < 30; i++) sum += (__float128)1 / i;
  printf("%a %ld\n", (double)sum, (long)(sum * 1e15));
  _Float16 v[16];
  for (int i = 0; i < 16; i++) v[i] = i * 0.3f;
  float s = 0;
  for (int i = 0; i < 16; i++) s += v[i];
  printf("%a\n", s);
  return 0;
}
