/* C with -fexceptions: the C personality routine runs clean-ups. */
#include <stdio.h>
static void end(int *n) { printf("end %d ", *n); }
int cleans_up(int (*f)(int), int n) {
  __attribute__((cleanup(end))) int outer = n;
  { __attribute__((cleanup(end))) int inner = n * 10; outer += f(n) + inner; }
  return outer;
}
