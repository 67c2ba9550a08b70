// run:
// Structures by value, in registers and in memory, between functions that may be in different tiers.
#include <stdio.h>
typedef struct { long a, b; } Pair;
typedef struct { float x, y, z; } Point;
typedef struct { double x, y, z, w; } Quad;
typedef struct { char text[5]; short n; } Small;
typedef struct { long a[5]; } Large;
#define OUT_OF_LINE __attribute__((noinline))
OUT_OF_LINE static Pair swapped(Pair p, long x) { return (Pair){p.b + x, p.a - x}; }
OUT_OF_LINE static Point turned(Point p, float x) { return (Point){p.y + x, p.z - x, p.x * x}; }
OUT_OF_LINE static Quad sum(Quad a, Quad b) { return (Quad){a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w}; }
OUT_OF_LINE static Small next(Small s) { s.text[s.n % 5]++; s.n++; return s; }
OUT_OF_LINE static Large shifted(Large l, Pair by, double scale) { for (int i = 0; i < 5; i++) l.a[i] = l.a[i] * (long)scale + by.a - by.b; return l; }
int main(int n, char **v) {
  (void)v;
  Pair (*volatile swap)(Pair, long) = swapped;
  Quad (*volatile add)(Quad, Quad) = sum;
  Large (*volatile shift)(Large, Pair, double) = shifted;
  Pair p = swap(swapped((Pair){n, 2}, 3), 4);
  Point q = turned(turned((Point){n, 2, 3}, 4), 0.5f);
  Quad r = add((Quad){n, 2, 3, 4}, sum((Quad){5, 6, 7, 8}, (Quad){.5, .25, n, 1}));
  Small s = {"abcd", 3};
  for (int i = 0; i < 9; i++) s = next(s);
  Large l = shift(shifted((Large){{1, 2, 3, 4, n}}, p, 2), (Pair){n, 7}, 3);
  printf("%ld %ld, %g %g %g, %g %g %g %g, %.5s %d, %ld %ld %ld\n", p.a, p.b, q.x, q.y, q.z, r.x, r.y, r.z, r.w, s.text, s.n, l.a[0], l.a[3], l.a[4]);
  return 0;
}
