// Prints nanoseconds of processor time that a turn of a loop takes: one that calls a function, one that calls it through a
// pointer, one that does inline what the function does. The least of several rounds.
#include <stdio.h>
#include <time.h>
#define OUT_OF_LINE __attribute__((noinline))
OUT_OF_LINE long leaf(long a, long b) { return (a ^ b) + 1; }
OUT_OF_LINE long loop_direct(long n) { long s = 0; for (long i = 0; i < n; i++) s = leaf(s, i); return s; }
OUT_OF_LINE long loop_pointer(long n, long (*f)(long, long)) { long s = 0; for (long i = 0; i < n; i++) s = f(s, i); return s; }
OUT_OF_LINE long loop_inline(long n) { long s = 0; for (long i = 0; i < n; i++) s = (s ^ i) + 1; return s; }
static long (*volatile pointer)(long, long) = leaf;
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}
int main(void) {
  const long n = 100000;
  double least[3] = {1e18, 1e18, 1e18};
  long results[3] = {0, 0, 0};
  for (int round = 0; round < 50; round++)
    for (int which = 0; which < 3; which++) {
      double start = now();
      results[which] = which == 0 ? loop_inline(n) : which == 1 ? loop_direct(n) : loop_pointer(n, pointer);
      double ns = (now() - start) / n;
      if (ns < least[which]) least[which] = ns;
    }
  if (results[0] != results[1] || results[0] != results[2]) return 1;
  printf("%.3f %.3f %.3f\n", least[1], least[2], least[0]);
  return 0;
}
