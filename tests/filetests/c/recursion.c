// run:
// Recursion as deep as a native stack of 8 MB allows, directly, mutually and through native code.
#include <stdio.h>
#include <stdlib.h>
static long depth;
__attribute__((noinline)) static long down(long n) { return n ? down(n - 1) + (n & 3) : 0; }
__attribute__((noinline)) static long odd(long n);
__attribute__((noinline)) static long even(long n) { return n ? odd(n - 1) * 3 % 1000003 + 1 : 7; }
__attribute__((noinline)) static long odd(long n) { return n ? even(n - 1) * 5 % 1000003 + 2 : 9; }
static int compare(const void *a, const void *b) {
  int v[2] = {2, 1};
  if (++depth < 200) qsort(v, 2, sizeof *v, compare);
  return *(int *)a - *(int *)b;
}
int main(void) {
  int v[2] = {2, 1};
  printf("%ld\n", down(20000));
  printf("%ld %ld\n", even(20001), odd(20000));
  qsort(v, 2, sizeof *v, compare);
  printf("%ld\n", depth);
  return 0;
}
