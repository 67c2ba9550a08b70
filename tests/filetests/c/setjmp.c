// run:
// setjmp and longjmp: out of deep calls, out of native code that called back, several times, with volatile variables, and
// sigsetjmp; buffers within buffers.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
static jmp_buf top, inner;
static int count;
__attribute__((noinline)) static void deep(int n) {
  char waste[64];
  waste[n & 63] = n;
  if (n == 0) longjmp(top, 5);
  deep(n - 1);
  count += waste[n & 63];
}
static int compare(const void *a, const void *b) {
  if (++count == 7) longjmp(top, 9);
  return *(const int *)a - *(const int *)b;
}
__attribute__((noinline)) static int nested(void) {
  volatile int steps = 0;
  int r = setjmp(inner);
  steps += 10;
  if (r < 3) longjmp(inner, r + 1);
  return steps + r;
}
int main(void) {
  volatile int n = 0;
  int r = setjmp(top);
  printf("first %d %d\n", r, n);
  n++;
  if (r == 0) deep(50);
  count = 0;
  if (n < 4) {
    r = setjmp(top);
    printf("second %d %d\n", r, n);
    if (r == 0) {
      int v[] = {5, 2, 8, 1, 9, 3, 7, 4, 6, 0};
      qsort(v, 10, sizeof *v, compare);
    }
  }
  printf("nested %d\n", nested());
  for (volatile int i = 0; i < 3; i++) {
    r = _setjmp(top);
    if (r == 0 && i == 1) longjmp(top, 0);
    printf("loop %d %d\n", i, r);
  }
  sigjmp_buf signals;
  r = sigsetjmp(signals, 1);
  if (r == 0) siglongjmp(signals, 77);
  printf("signal %d\n", r);
  return 0;
}
