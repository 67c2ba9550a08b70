// run:
// Arrays of variable length and alloca: in loops, of two dimensions, aligned, beside calls that have their own.
#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
__attribute__((noinline)) static long table(int n, int m) {
  int t[n][m];
  for (int i = 0; i < n; i++) for (int k = 0; k < m; k++) t[i][k] = i * k;
  long s = 0;
  for (int i = 0; i < n; i++) for (int k = 0; k < m; k++) s += t[i][k] * (i + 1);
  return s + sizeof t;
}
__attribute__((noinline)) static char *copy(char *to, const char *from) {
  char *mine = alloca(strlen(from) + 1);
  strcpy(mine, from);
  for (char *p = mine; *p; p++) *p ^= 1;
  return strcpy(to, mine);
}
static int recursive(int n) {
  int a[n + 1];
  a[n] = n;
  return n ? recursive(n - 1) + a[n] : a[0];
}
int main(void) {
  char text[40];
  printf("%ld %ld\n", table(3, 4), table(50, 60));
  puts(copy(text, "gdmmn"));
  long total = 0;
  for (int i = 1; i < 3000; i++) {
    char big[i * 20];
    memset(big, i, sizeof big);
    total += big[i * 20 - 1];
  }
  printf("%ld %d\n", total, recursive(100));
  for (int i = 1; i < 5; i++) {
    __attribute__((aligned(64))) char v[i];
    v[0] = i;
    printf("%d %d\n", (int)((uintptr_t)v % 64), v[0]);
  }
  return 0;
}
