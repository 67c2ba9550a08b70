// run:
// Calls into the C library of many signatures: strings, memory, numbers, formatting, mathematics, time, sorting.
#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
int main(void) {
  char t[200], *end;
  printf("%zu %d %s %s\n", strlen("hello"), strcmp("a", "b"), strchr("hello", 'l'), strstr("needle in hay", "in"));
  snprintf(t, sizeof t, "%5d|%-5d|%05d|%+d|%x|%o|%c|%%|%p|%ld|%hhd|%zu|%*d|%.*s", 42, 42, 42, 42, 255, 8, 'c', (void *)0, -1l, 300, sizeof t, 6, 7, 3, "abcdef");
  puts(t);
  printf("%f %e %g %a %.10f %10.3f %Lf\n", 3.14159, 1e100, 1e-5, 0.1, 1.0 / 3, 2.5, 1.5L);
  printf("%ld %lu %g %g\n", strtol("-123abc", &end, 10), strtoul("ff", 0, 16), strtod("1.5e3x", &end), atof("2.25"));
  printf("%s %d %d %d\n", end, atoi("77"), isalpha('x') != 0, toupper('q'));
  printf("%a %a %a %a %a\n", sin(1), cos(2), atan2(1, 2), pow(2, 0.5), fmod(10, 3));
  printf("%a %a %a %a %d\n", ldexp(0.5, 10), frexp(100, (int[]){0}), hypot(3, 4), cbrt(27), ilogb(1000));
  printf("%a %a %a\n", (double)sinf(1), (double)powf(2, 0.5f), (double)fmaf(2, 3, 4));
  printf("%ld %d %ld\n", lrint(2.5), abs(-5), labs(-6));
  struct tm when = {.tm_year = 100, .tm_mon = 1, .tm_mday = 29};
  strftime(t, sizeof t, "%Y-%m-%d %j", &when);
  puts(t);
  wchar_t w[20];
  swprintf(w, 20, L"%d %ls", 5, L"wide");
  printf("%zu %ls\n", wcslen(w), w);
  memset(t, 'x', 10), memmove(t + 2, t, 10), memcpy(t, "start", 5), t[12] = 0;
  printf("%s %d\n", t, memcmp("abc", "abd", 3) < 0);
  int *v = calloc(10, sizeof *v);
  v = realloc(v, 100 * sizeof *v);
  v[99] = 5;
  printf("%d %d\n", v[5], v[99]);
  free(v);
  int a, b;
  char word[10];
  printf("%d %d %d %s\n", sscanf("10 0x20 word", "%d %i %9s", &a, &b, word), a, b, word);
  char copy[] = "a,b;c";
  for (char *p = strtok(copy, ",;"); p; p = strtok(0, ",;")) printf("[%s]", p);
  printf("\n%g %g %d\n", DBL_MAX, FLT_MIN, (int)signbit(-0.0));
  putchar('!'), fputs(" end\n", stdout);
  return 0;
}
