// run: aot
// Frames of machine code are there for the C library's unwinder: as many as there are calls.
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#define OUT_OF_LINE __attribute__((noinline))
static int frames;
OUT_OF_LINE static int count(void) { void *list[200]; return frames = backtrace(list, 200); }
OUT_OF_LINE static int deep(int n, volatile char *p) { volatile char room[40 + 8 * 3]; room[n] = p[0]; int r = n ? deep(n - 1, room) : count(); return r + room[n] - p[0]; }
static int compare(const void *a, const void *b) { count(); return *(const int *)a - *(const int *)b; }
OUT_OF_LINE static int sorted(int n, volatile char *p) { char *q = __builtin_alloca(n + 16); q[n] = p[0]; int list[] = {n, 1}; if (n) return sorted(n - 1, q) + q[n] - p[0]; qsort(list, 2, sizeof *list, compare); return frames; }
int main(void) {
  volatile char p[1] = {3};
  int base = deep(0, p);
  for (int i = 1; i < 30; i += 7) printf("%d ", deep(i, p) - base);
  base = sorted(0, p);
  for (int i = 1; i < 30; i += 7) printf("%d ", sorted(i, (char *)p) - base);
  puts("");
}
