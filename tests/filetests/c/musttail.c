// run:
// Tail calls that must be tail calls, in cycles through functions of either tier and through pointers: the stack does not
// grow, with arguments in registers, on the stack, and results on the x87 stack.
#include <stdio.h>

#define TAIL __attribute__((musttail)) return
#define APART __attribute__((noinline))

APART long second(long n, long s);
APART long third(long n, long s);
APART long fourth(long n, long s);
APART long first(long n, long s) {
  if (!n) return s;
  TAIL second(n - 1, s + 1);
}
static long (*volatile to_first)(long, long) = first;
long second(long n, long s) {
  if (!n) return s;
  TAIL third(n - 1, s ^ 3);
}
long third(long n, long s) {
  if (!n) return s;
  TAIL fourth(n - 1, s * 3);
}
long fourth(long n, long s) {
  if (!n) return s;
  TAIL to_first(n - 1, s + n);
}

APART double odd(int n, double x, long a, long b, long c, long d, long e, long f, long g, double y);
APART double even(int n, double x, long a, long b, long c, long d, long e, long f, long g, double y) {
  if (!n) return x + g + y;
  TAIL odd(n - 1, x + 1, b, c, d, e, f, g, a, y);
}
double odd(int n, double x, long a, long b, long c, long d, long e, long f, long g, double y) {
  if (!n) return x - g + y;
  TAIL even(n - 1, y, a, b, c, d, e, f, g + n, x);
}

APART long double grow(int n, long double x);
APART long double shrink(int n, long double x) {
  if (!n) return -x;
  TAIL grow(n - 1, x * 0.5L);
}
long double grow(int n, long double x) {
  if (!n) return x;
  TAIL shrink(n - 1, x + n);
}

int main(int argc, char **argv) {
  printf("%ld\n", first(1000000, argc));
  printf("%g\n", even(400001, argc, 1, 2, 3, 4, 5, 6, 7, 8.5));
  printf("%Lg\n", grow(400000, argc));
  return 0;
}
