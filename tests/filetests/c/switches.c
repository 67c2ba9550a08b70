// run:
// switch of C: dense, sparse, ranges, strings of cases, 64-bit, characters, enumerations, Duff's device.
#include <stdio.h>
enum e { A = -2, B, C = 100, D };
__attribute__((noinline)) static int dense(int x) { switch (x) { case 0: return 5; case 1: return 9; case 2: return -1; case 3: return 77; case 4: return 3; case 5: case 6: return 4; case 8: return 2; default: return 0; } }
__attribute__((noinline)) static int sparse(long x) { switch (x) { case -5000000000l: return 1; case 0: return 2; case 7: return 3; case 1l << 40: return 4; case 0x7fffffffffffffff: return 5; } return 6; }
__attribute__((noinline)) static const char *kind(unsigned char c) { switch (c) { case 'a' ... 'z': return "lower"; case 'A' ... 'Z': return "upper"; case '0' ... '9': return "digit"; case ' ': case '\n': return "space"; default: return c > 127 ? "high" : "other"; } }
__attribute__((noinline)) static int through(int x) { int r = 0; switch (x & 7) { case 0: r += 1; case 1: r += 2; break; case 3: r += 4; default: r += 8; case 5: r += 16; } return r; }
static void duff(char *to, const char *from, int n) { int k = (n + 7) / 8; switch (n % 8) { case 0: do { *to++ = *from++; case 7: *to++ = *from++; case 6: *to++ = *from++; case 5: *to++ = *from++; case 4: *to++ = *from++; case 3: *to++ = *from++; case 2: *to++ = *from++; case 1: *to++ = *from++; } while (--k > 0); } }
__attribute__((noinline)) static int named(enum e x) { switch (x) { case A: return 1; case B: return 2; case C: return 3; case D: return 4; } return 5; }
int main(void) {
  for (int i = -2; i < 11; i++) printf("%d ", dense(i));
  long v[] = {-5000000000l, 0, 7, 8, 1l << 40, 0x7fffffffffffffff, -1};
  for (int i = 0; i < 7; i++) printf("%d ", sparse(v[i]));
  puts("");
  for (const char *p = "aZ5 \n-\xe9"; *p; p++) printf("%s ", kind(*p));
  for (int i = 0; i < 8; i++) printf("%d ", through(i));
  puts("");
  char t[30] = {0};
  duff(t, "twenty-one characters", 21);
  puts(t);
  printf("%d %d %d %d\n", named(A), named(B), named(D), named(50));
  return 0;
}
