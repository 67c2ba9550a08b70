// run:
// levels: -O0 -O2 -O3
// Loops that the vectoriser turns over: sums, extrema, mixed widths, strides, conditions, reductions of every sort.
#include <stdint.h>
#include <stdio.h>
#define N 1003
static int8_t b[N]; static int16_t h[N]; static int32_t w[N]; static int64_t q[N]; static float f[N]; static double d[N]; static uint8_t ub[N]; static uint16_t uh[N];
static void fill(void) { uint32_t s = 12345; for (int i = 0; i < N; i++) { s = s * 1664525 + 1013904223; b[i] = s >> 24; ub[i] = s >> 16; h[i] = s >> 12; uh[i] = s >> 8; w[i] = s; q[i] = (int64_t)s << 20 ^ s; f[i] = (int)(s >> 8) * 0.001f - 5000; d[i] = s * 0.0001 - 1000; } }
#define SUM(T, R, v) { R s = 0; for (int i = 0; i < N; i++) s += v[i]; printf("%lld ", (long long)s); }
#define MAX(T, v) { T m = v[0]; for (int i = 1; i < N; i++) m = v[i] > m ? v[i] : m; printf("%lld ", (long long)m); }
#define MIN(T, v) { T m = v[0]; for (int i = 1; i < N; i++) m = v[i] < m ? v[i] : m; printf("%lld ", (long long)m); }
int main(void) {
  fill();
  SUM(int8_t, int32_t, b) SUM(int8_t, int8_t, b) SUM(int16_t, int64_t, h) SUM(int32_t, uint32_t, w) SUM(int32_t, int64_t, w) SUM(int64_t, int64_t, q) SUM(uint8_t, uint64_t, ub) SUM(uint16_t, uint32_t, uh) puts("");
  MAX(int8_t, b) MAX(int16_t, h) MAX(int32_t, w) MAX(int64_t, q) MAX(uint8_t, ub) MAX(uint16_t, uh) MIN(int8_t, b) MIN(int16_t, h) MIN(int32_t, w) MIN(int64_t, q) MIN(uint8_t, ub) puts("");
  for (int i = 0; i < N; i++) w[i] = b[i] * h[i] + (uh[i] >> 3), h[i] = (int16_t)(h[i] + b[i]), ub[i] = (uint8_t)((ub[i] + b[i] + 1) >> 1), q[i] = q[i] * 3 - w[i];
  SUM(int32_t, uint32_t, w) SUM(int16_t, int32_t, h) SUM(uint8_t, uint32_t, ub) SUM(int64_t, uint64_t, q) puts("");
  for (int i = 0; i < N; i++) w[i] = w[i] > 100 ? w[i] - 100 : w[i] < -100 ? w[i] / 3 : -w[i];
  for (int i = 0; i < N; i++) if (ub[i] & 1) uh[i] ^= ub[i] * 257;
  SUM(int32_t, uint32_t, w) SUM(uint16_t, uint32_t, uh) puts("");
  for (int i = 0; i < N; i++) f[i] = f[i] * 0.5f + w[i], d[i] = d[i] / 3 - f[i], w[i] = (int)(f[i] * 0.01f), q[i] = (int64_t)d[i];
  SUM(int32_t, int64_t, w) SUM(int64_t, int64_t, q) puts("");
  for (int i = 0; i + 4 <= N; i += 4) { int t = w[i]; w[i] = w[i + 3]; w[i + 3] = w[i + 1] << (t & 7); w[i + 1] = w[i + 2] >> (t & 15); w[i + 2] = t; }
  uint32_t hash = 1;
  for (int i = 0; i < N; i++) hash = hash * 31 + w[i];
  int any = 0, all = 1, count = 0;
  for (int i = 0; i < N; i++) any |= w[i] == 77, all &= w[i] < 1 << 30, count += __builtin_popcount(w[i]);
  float total = 0; double product = 1;
  for (int i = 0; i < N; i++) total += f[i], product *= 1 + d[i] * 1e-9;
  printf("%u %d %d %d %a %a\n", hash, any, all, count, total, product);
  uint64_t s = 0;
  for (int i = 0; i < N; i++) s ^= (uint64_t)w[i] * 0x9e3779b97f4a7c15u >> (i & 31);
  printf("%lx\n", s);
  return 0;
}
