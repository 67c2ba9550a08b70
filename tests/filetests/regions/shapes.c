// run: bytecode aot random:1 random:2 random:3 random:4 random:5 random:6 random:7 random:8 random:9 random:10
// levels: -O1 -O2
// cflags: -fno-inline -fno-vectorize -fno-unroll-loops
// Regions of every shape: loops with several ways out, nested and crossing, with switches, with arrays on the stack, at the
// start of a function, without values, with more values than there are registers.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int nested(const int *m, int n, int limit) {
  int best = -1;
  for (int i = 0; i < n; i++) {
    int sum = 0;
    for (int j = 0; j < n; j++) {
      sum += m[i * n + j];
      if (sum > limit) return i * 100 + j;
      if (sum < -limit) break;
    }
    if (sum > best) best = sum;
  }
  return best;
}

static int machine(const char *s) {
  int state = 0, words = 0, digits = 0;
  for (; *s; s++) {
    switch (*s) {
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
      digits++;
      state = 2;
      break;
    case ' ': case '\t':
      state = 0;
      break;
    case '!':
      return -words;
    case '?':
      goto out;
    default:
      if (state == 0) words++;
      state = 1;
    }
  }
out:
  return words * 1000 + digits * 10 + state;
}

static uint64_t on_the_stack(unsigned n) {
  unsigned char seen[300];
  uint64_t h[4] = {1, 2, 3, 4};
  memset(seen, 0, sizeof seen);
  for (unsigned i = 0, at = 1; i < n; i++) {
    at = (at * 75 + 74) % 257;
    seen[at]++;
    h[i & 3] = h[(i + 1) & 3] * 31 + seen[at];
  }
  return h[0] ^ h[1] << 1 ^ h[2] << 2 ^ h[3] << 3;
}

static unsigned at_the_start(unsigned n) {
  do {
    n = n & 1 ? 3 * n + 1 : n / 2;
  } while (n > 40);
  return n;
}

static void no_values(volatile int *flag) {
  while (*flag) --*flag;
}

static double many(const double *v, int n) {
  double a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13, o = 14, p = 15, q = 16,
         r = 17, s = 18;
  long w = 1, x = 2, y = 3, z = 4, aa = 5, bb = 6, cc = 7, dd = 8, ee = 9, ff = 10, gg = 11, hh = 12;
  for (int t = 0; t < n; t++) {
    a += v[t]; b += a; c -= b; d += c; e -= d; f += e; g -= f; h += g; i -= h; j += i; k -= j; l += k; m -= l; o += m;
    p -= o; q += p; r -= q; s += r;
    w += t; x ^= w; y += x; z ^= y; aa += z; bb ^= aa; cc += bb; dd ^= cc; ee += dd; ff ^= ee; gg += ff; hh ^= gg;
  }
  return a + b + c + d + e + f + g + h + i + j + k + l + m + o + p + q + r + s + (double)(w + x + y + z + aa + bb + cc + dd + ee + ff + gg + hh);
}

static float library(float x, int n) {
  for (int i = 0; i < n; i++) x = __builtin_fmodf(x * 7.5f, 3.25f) + floorf(x);
  return x;
}

static int divides(int a, int n) {
  int s = 0;
  for (int i = 1; i < n; i++) s += a / i - a % i;
  return s;
}

static const char *find(const char *s, int c) {
  for (;; s++) {
    if (*s == c) return s;
    if (!*s) return 0;
  }
}

static int crossing(int n) {
  int a = 0, b = 1, i = 0;
  if (n & 1) goto middle;
top:
  a += b;
  i++;
middle:
  b ^= a + i;
  if (++i < n) goto top;
  return a * 7 + b;
}

static __int128 wide(__int128 x, unsigned n) {
  __int128 y = 1;
  for (unsigned i = 0; i < n; i++) {
    y = y * x + i;
    if (y < 0) x = -x;
  }
  return y ^ x;
}

int main(void) {
  int m[36];
  double v[9];
  for (int i = 0; i < 36; i++) m[i] = (i * 37) % 23 - 9;
  for (int i = 0; i < 9; i++) v[i] = i * 0.37 - 1;
  printf("%d %d %d %d\n", nested(m, 6, 1000), nested(m, 6, 20), nested(m, 6, 3), nested(m, 0, 3));
  printf("%d %d %d %d\n", machine("the 3 wise men of 1984"), machine("a b! c"), machine("x 12?3"), machine(""));
  printf("%llx %llx %llx\n", (long long)on_the_stack(0), (long long)on_the_stack(1), (long long)on_the_stack(1000));
  printf("%u %u %u\n", at_the_start(27), at_the_start(1), at_the_start(97));
  volatile int flag = 5;
  no_values(&flag);
  printf("%d\n", flag);
  printf("%a %a %a\n", many(v, 0), many(v, 1), many(v, 9));
  printf("%a %a\n", library(1.25f, 0), library(1.25f, 7));
  printf("%d %d\n", divides(1000, 1), divides(-12345, 50));
  const char *s = "haystack";
  printf("%d %d %d\n", (int)(find(s, 's') - s), find(s, 'q') == 0, (int)(find(s, 'h') - s));
  printf("%d %d %d\n", crossing(1), crossing(8), crossing(11));
  __int128 w = wide(((__int128)1 << 70) + 12345, 5);
  printf("%llx %llx\n", (long long)(w >> 64), (long long)w);
  return 0;
}
