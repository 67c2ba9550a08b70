// run:
// Variadic definitions: va_start, va_arg of every class, va_copy, lists passed on, called through pointers, more than fits in
// registers; and variadic native functions with lists of ours.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
typedef struct { int a, b; } S8;
typedef struct { long a; double b; } Mixed;
typedef struct { long a, b, c; } Big;
__attribute__((noinline)) static double sum(const char *kinds, ...) {
  va_list ap, copy;
  double total = 0;
  va_start(ap, kinds);
  va_copy(copy, ap);
  for (int pass = 0; pass < 2; pass++)
    for (const char *k = kinds; *k; k++) {
      va_list *l = pass ? &copy : &ap;
      double v = 0;
      switch (*k) {
        case 'i': v = va_arg(*l, int); break;
        case 'u': v = va_arg(*l, unsigned); break;
        case 'l': v = va_arg(*l, long); break;
        case 'd': v = va_arg(*l, double); break;
        case 'x': v = va_arg(*l, long double); break;
        case 's': v = strlen(va_arg(*l, char *)); break;
        case '8': { S8 s = va_arg(*l, S8); v = s.a * 10 + s.b; break; }
        case 'm': { Mixed m = va_arg(*l, Mixed); v = m.a * m.b; break; }
        case 'b': { Big b = va_arg(*l, Big); v = b.a + b.b * b.c; break; }
        case 'w': { __int128 w = va_arg(*l, __int128); v = (double)(long)(w >> 64); break; }
      }
      total = total * 1.25 + v;
    }
  va_end(copy);
  va_end(ap);
  return total;
}
__attribute__((noinline)) static int print(const char *format, ...) {
  char text[200];
  va_list ap;
  va_start(ap, format);
  int n = vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  puts(text);
  return n;
}
static long last(int n, ...) {
  va_list ap;
  long r = 0;
  va_start(ap, n);
  while (n--) r = va_arg(ap, long);
  va_end(ap);
  return r;
}
int main(void) {
  S8 s = {3, 4};
  Mixed m = {5, 1.5};
  Big b = {6, 7, 8};
  __int128 w = (__int128)9 << 64;
  printf("%a\n", sum(""));
  printf("%a\n", sum("iuldxs", -1, 2u, 3l, 4.5, 5.5L, "six"));
  printf("%a\n", sum("8mbw", s, m, b, w));
  printf("%a\n", sum("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  printf("%a\n", sum("dddddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.));
  printf("%a\n", sum("idixd8bmlsdimdx", 1, 2., 3, 4.L, 5., s, b, m, 6l, "seven", 8., 9, m, 10., 11.L));
  printf("%d\n", print("%d %s %.3f %c %ld %Lf %x", 42, "text", 2.5, 'z', 1234567890123l, 1.75L, 255));
  printf("%d\n", print("no arguments"));
  long (*volatile f)(int, ...) = last;
  printf("%ld %ld\n", f(3, 1l, 2l, 3l), f(12, 1l, 2l, 3l, 4l, 5l, 6l, 7l, 8l, 9l, 10l, 11l, -12l));
  return 0;
}
