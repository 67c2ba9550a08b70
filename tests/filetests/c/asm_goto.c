// run:
// only: x86-64
// Assembly that jumps to labels of its function: with inputs, with outputs that hold on every way out, in loops, several
// labels, one label twice, none taken.
#include <stdio.h>
#define OUT_OF_LINE __attribute__((noinline))
OUT_OF_LINE static int sign(int x) {
  __asm__ goto("testl %0, %0\n\tjs %l1\n\tjz %l2" : : "r"(x) : "cc" : negative, zero);
  return 1;
negative:
  return -1;
zero:
  return 0;
}
OUT_OF_LINE static long sum(const int *p, int n, int limit) {
  long s = 0;
  for (int i = 0; i < n; i++) {
    int doubled;
    __asm__ goto("leal (%1,%1), %0\n\tcmpl %2, %0\n\tjg %l3" : "=r"(doubled) : "r"(p[i]), "r"(limit) : "cc" : large);
    s += doubled;
    continue;
  large:
    s -= doubled + 1000;
    if (doubled > 100) break;
  }
  return s;
}
OUT_OF_LINE static double both(double x, long *out) {
  long bits, carry = 5;
  double y = x * 2;
  __asm__ goto("movq %2, %0\n\taddq $1, %1\n\tbtq $52, %0\n\tjc %l4" : "=&r"(bits), "+r"(carry) : "x"(y) : "cc" : odd);
  *out = bits ^ carry;
  return y;
odd:
  *out = bits + carry;
  return -y;
}
OUT_OF_LINE static int never(int x) {
  __asm__ goto("" : : : : out);
  return x + 1;
out:
  return x - 1;
}
OUT_OF_LINE static int memory(int *p) {
  __asm__ goto("lock; decl %0\n\tjz %l1" : : "m"(*p) : "memory", "cc" : gone);
  return *p;
gone:
  *p = 77;
  return -*p;
}
int main(void) {
  int list[] = {1, 5, -7, 30, 60, 2}, count = 3;
  long bits;
  printf("%d %d %d\n", sign(5), sign(-5), sign(0));
  printf("%ld %ld %ld\n", sum(list, 6, 20), sum(list, 6, 1000), sum(list, 3, -20));
  for (int i = 1; i < 5; i++) printf("%g %lx, ", both(i * 1.25, &bits), bits);
  int a = memory(&count), b = memory(&count), c = memory(&count);
  printf("%d %d %d %d %d\n", never(4), a, b, c, count);
  return 0;
}
