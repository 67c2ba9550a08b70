// run:
// only: x86-64
// __builtin_setjmp and __builtin_longjmp (llvm.eh.sjlj.setjmp, longjmp): out of nested frames, many times.
#include <stdio.h>
static void *buffer[5];
static volatile int depth;
__attribute__((noinline)) static void dive(int n) { depth = n; if (n == 0) __builtin_longjmp(buffer, 1); dive(n - 1); }
__attribute__((noinline)) static int round_trip(int n) {
  volatile int before = n * 3;
  if (__builtin_setjmp(buffer) == 0) { before++; dive(n); return -1; }
  return before + depth;
}
int main(void) { for (int i = 0; i < 40; i++) printf("%d\n", round_trip(i)); return 0; }
