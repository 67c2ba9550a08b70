// run:
// More floats and vectors wait than there are registers; what several conditional stores need is computed from the same values;
// loads may not pass the stores before them.
#include <stdio.h>
typedef float V __attribute__((vector_size(16)));
typedef struct { V in[12]; V out[8]; int wanted[8]; double sums[20]; } Block;
__attribute__((noinline)) static void step(Block *b, Block *same) {
  V p = b->in[0] * b->in[1] + b->in[2], q = b->in[3] * b->in[4] - b->in[5], r = b->in[6] + b->in[7] * b->in[8], s = b->in[9] - b->in[10] * b->in[11];
  V t = p * q - r * s, u = p * r + q * s, v = p * s - q * r, w = t + u * v;
  if (b->wanted[0]) b->out[0] = t + w;
  if (b->wanted[1]) b->out[1] = u - w * t;
  if (b->wanted[2]) b->out[2] = v * w + u;
  if (b->wanted[3]) b->out[3] = t * u - v;
  if (b->wanted[4]) b->out[4] = t + u * w; else b->out[5] = t - u * w;
  double x[20], y = 0;
  for (int i = 0; i < 20; i++) x[i] = b->sums[i] * (i + 1) + b->sums[19 - i];
#pragma clang loop unroll(full)
  for (int i = 0; i < 20; i++) { same->sums[i] += x[(i * 7) % 20] * x[i] - b->sums[(i + 3) % 20]; y += same->sums[(i + 11) % 20]; }
  b->out[6][0] = (float)y;
}
int main(int n, char **v) {
  (void)v;
  static Block b;
  for (int i = 0; i < 12; i++) b.in[i] = (V){i * .5f, n - i * .25f, 1.5f * i, n * .125f};
  for (int i = 0; i < 20; i++) b.sums[i] = i * .0625 + n;
  for (int round = 0; round < 40; round++) {
    for (int i = 0; i < 8; i++) b.wanted[i] = round >> i & 1;
    step(&b, &b);
    for (int i = 0; i < 20; i++) b.sums[i] = b.sums[i] < 1e3 && b.sums[i] > -1e3 ? b.sums[i] * .01 : i * .125;
    for (int i = 0; i < 12; i++) b.in[i] *= (V){.5f, 1.25f, -.75f, 1};
  }
  for (int i = 0; i < 8; i++) printf("%a %a %a %a\n", b.out[i][0], b.out[i][1], b.out[i][2], b.out[i][3]);
  for (int i = 0; i < 20; i++) printf("%a ", b.sums[i]);
  puts("");
  return 0;
}
