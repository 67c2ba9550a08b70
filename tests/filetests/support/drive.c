// Feeds operands at the edges of a type to a function under test and prints each result. The functions take addresses,
// so that every width has one signature: operands are in containers of 8 bytes (integers up to 64 bits), 16 bytes
// (wider integers) or of their own type (floating point). Prints NaNs alike, as their bits may differ.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
typedef unsigned __int128 u128;

static void mask_to(u128 *v, int bits) {
  if (bits < 128) *v &= ((u128)1 << bits) - 1;
}

static int edges(int bits, u128 *out) {
  u128 one = 1, min = one << (bits - 1), random = ((u128)0x9e3779b97f4a7c15u << 64) | 0xf39cc0605cedc834u;
  u128 all[] = {0, 1, 2, 3, 7, 10, 31, 100, 127, 128, 255, 0x7fff, 0x8000, 0xffff, 0x12345678, 0x7fffffff, 0x80000000u,
                0xffffffffu, 0x0123456789abcdefu, one << 63, (one << 64) - 1, one << 64, random, ~random, min, min + 1,
                min - 1, (u128)-1, (u128)-2, (u128)-3, (u128)-10, (u128)-128, (u128)-129};
  int n = 0;
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    u128 v = all[i];
    int seen = 0;
    mask_to(&v, bits);
    for (int k = 0; k < n; k++) seen |= out[k] == v;
    if (!seen) out[n++] = v;
  }
  return n;
}

static void show_int(u128 v) {
  if (v >> 64) printf(" %llx:%016llx", (unsigned long long)(v >> 64), (unsigned long long)v);
  else printf(" %llx", (unsigned long long)v);
}

// f(a, b, out) for every pair of edges of an integer of so many bits.
void pairs(const char *name, int bits, void (*f)(const void *, const void *, void *)) {
  u128 e[64];
  int n = edges(bits, e);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++) {
      u128 r = 0;
      f(&e[i], &e[k], &r);
      printf("%s", name), show_int(e[i]), show_int(e[k]), printf(" ="), show_int(r), puts("");
    }
}

// The same where the second operand may not be 0, nor -1 beside the least.
void quotients(const char *name, int bits, void (*f)(const void *, const void *, void *)) {
  u128 e[64], least = (u128)1 << (bits - 1), ones = (u128)-1;
  mask_to(&ones, bits);
  int n = edges(bits, e);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++) {
      u128 r = 0;
      if (!e[k] || (e[i] == least && e[k] == ones)) continue;
      f(&e[i], &e[k], &r);
      printf("%s", name), show_int(e[i]), show_int(e[k]), printf(" ="), show_int(r), puts("");
    }
}

// The same where the second operand is a shift amount: 0 to bits - 1.
void shifts(const char *name, int bits, void (*f)(const void *, const void *, void *)) {
  u128 e[64];
  int n = edges(bits, e);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < bits; k += k < 9 || k > bits - 4 ? 1 : 5) {
      u128 r = 0, amount = k;
      f(&e[i], &amount, &r);
      printf("%s", name), show_int(e[i]), printf(" %d =", k), show_int(r), puts("");
    }
}

// f(a, out) for every edge.
void singles(const char *name, int bits, void (*f)(const void *, void *)) {
  u128 e[64];
  int n = edges(bits, e);
  for (int i = 0; i < n; i++) {
    u128 r = 0;
    f(&e[i], &r);
    printf("%s", name), show_int(e[i]), printf(" ="), show_int(r), puts("");
  }
}

static int float_edges(long double *out) {
  volatile double zero = 0;
  long double all[] = {0.0L, -0.0L, 1, -1, 0.5L, -0.5L, 1.5L, -1.5L, 2.5L, -2.5L, 0.1L, 3.14159265358979323846L, 7, -7,
                       100, 127.5L, 128, -128.5L, 255.9L, 256, 32767, -32768, 65535.5L, 8388607.5L, 16777216, 16777217,
                       2147483520.0L, 2147483647, -2147483648.0L, 4294967295.0L, 4294967296.0L, 9007199254740993.0L,
                       9223371487098961920.0L, -9223372036854775808.0L, 18446742974197923840.0L, 1e19L, 1e30L, -1e30L,
                       3.4028234e38L, 1e-38L, 1e-45L, 1e300L, 2.2250738585072014e-308L, 4.9406564584124654e-324L,
                       1 / zero, -1 / zero, zero / zero};
  int n = sizeof all / sizeof *all;
  memcpy(out, all, sizeof all);
  return n;
}

// Kinds: f float, d double, x long double, i integer of 64 bits, w of 128.
static void put(char kind, long double v, void *to) {
  memset(to, 0, 16);
  if (kind == 'f') *(float *)to = v;
  else if (kind == 'd') *(double *)to = v;
  else *(long double *)to = v;
}

static long double get(char kind, const void *v) {
  return kind == 'f' ? *(float *)v : kind == 'd' ? *(double *)v : *(long double *)v;
}

static void show(char kind, const void *v) {
  long double f;
  if (kind == 'i') { printf(" %llx", *(unsigned long long *)v); return; }
  if (kind == 'w') { show_int(*(u128 *)v); return; }
  f = get(kind, v);
  if (f != f) printf(" nan");
  else if (kind == 'f') printf(" %a", (double)*(float *)v);
  else if (kind == 'd') printf(" %a", *(double *)v);
  else printf(" %La", f);
}

// f(a, b, out) for every pair of floating-point edges of a kind; the result is of another kind.
void float_pairs(const char *name, int kind, int result, void (*f)(const void *, const void *, void *)) {
  long double e[64];
  int n = float_edges(e);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < n; k++) {
      u128 a, b, r = 0;
      put(kind, e[i], &a), put(kind, e[k], &b);
      f(&a, &b, &r);
      printf("%s", name), show(kind, &a), show(kind, &b), printf(" ="), show(result, &r), puts("");
    }
}

// f(a, out) for every floating-point edge with low < a < high, as the kind holds it.
void float_singles(const char *name, int kind, int result, double low, double high, void (*f)(const void *, void *)) {
  long double e[64];
  int n = float_edges(e);
  for (int i = 0; i < n; i++) {
    u128 a, r = 0;
    put(kind, e[i], &a);
    if (!(get(kind, &a) > low && get(kind, &a) < high)) continue;
    f(&a, &r);
    printf("%s", name), show(kind, &a), printf(" ="), show(result, &r), puts("");
  }
}

// The same for all edges, infinities and NaN among them.
void float_all(const char *name, int kind, int result, void (*f)(const void *, void *)) {
  long double e[64];
  int n = float_edges(e);
  for (int i = 0; i < n; i++) {
    u128 a, r = 0;
    put(kind, e[i], &a);
    f(&a, &r);
    printf("%s", name), show(kind, &a), printf(" ="), show(result, &r), puts("");
  }
}

// f(a, out) on integers, the result a float.
void float_from(const char *name, int bits, int result, void (*f)(const void *, void *)) {
  u128 e[64];
  int n = edges(bits, e);
  for (int i = 0; i < n; i++) {
    u128 r = 0;
    f(&e[i], &r);
    printf("%s", name), show_int(e[i]), printf(" ="), show(result, &r), puts("");
  }
}

// f(a, b, out) on a good many pairs of 16-byte vectors; lanes: 'b', 'h', 'w', 'q' integers, 'f', 'd' floating point.
void vector_pairs(const char *name, int lanes, void (*f)(const void *, const void *, void *)) {
  unsigned char v[40][64];
  uint64_t s = 88172645463325252u;
  int n = 40;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < 64; k++) {
      s ^= s << 13, s ^= s >> 7, s ^= s << 17;
      v[i][k] = i < 2 ? -i : (s >> 60) == 0 ? 0 : (s >> 60) == 1 ? 255 : (s >> 60) == 2 ? 127 : (s >> 60) == 3 ? 128 : s >> 20;
    }
  if (lanes == 'f')
    for (int i = 0; i < n; i++)
      for (int k = 0; k < 16; k++) {
        float x = (int)((i * 7 + k * 13) % 41 - 20) * (k & 1 ? 0.37f : 12.5f);
        memcpy(&v[i][k * 4], &x, 4);
      }
  if (lanes == 'd')
    for (int i = 0; i < n; i++)
      for (int k = 0; k < 8; k++) {
        double x = (int)((i * 7 + k * 13) % 41 - 20) * (k & 1 ? 0.37 : 1234.5);
        memcpy(&v[i][k * 8], &x, 8);
      }
  for (int i = 0; i < n; i++) {
    _Alignas(64) unsigned char a[64], b[64], r[64] = {0};
    memcpy(a, v[i], 64), memcpy(b, v[(i * 3 + 1) % n], 64);
    f(a, b, r);
    printf("%s %d", name, i);
    for (int k = 0; k < 64; k++) printf("%s%02x", k % 16 ? "" : " ", r[k]);
    puts("");
  }
}
