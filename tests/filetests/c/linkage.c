// run:
// with: linkage_more.c
// cflags: -fcommon
// Two files: common, weak, hidden, static of one name in both, aliases, constructors and destructors in order of priority,
// functions and variables used before they are defined, pointers to each other's functions.
#include <stdio.h>
int tentative;
extern int elsewhere, weak_nowhere __attribute__((weak));
extern int optional(int) __attribute__((weak));
int overridden(int x) { return x + 1; }
static int same_name(int x) { return x * 2; }
int more_same_name(int);
extern int (*const table[])(int);
extern int table_length;
int original(int x) { return x - 5; }
int alias(int) __attribute__((alias("original")));
int weak_alias(int) __attribute__((weak, alias("original")));
int data = 12;
extern int data_alias __attribute__((alias("data")));
int order;
__attribute__((constructor(200))) static void late(void) { order = order * 10 + 2; }
__attribute__((constructor(101))) static void early(void) { order = order * 10 + 1; }
__attribute__((constructor)) static void last(void) { order = order * 10 + 3; }
__attribute__((destructor(101))) static void very_end(void) { puts("last destructor"); }
__attribute__((destructor)) static void end(void) { puts("first destructor"); }
const char *const strings[] = {"shared", "shared", "ared"};
int main(void) {
  printf("%d %d %d\n", tentative, elsewhere, &weak_nowhere == 0);
  printf("%d\n", optional ? optional(3) : -1);
  printf("%d %d %d\n", overridden(4), same_name(5), more_same_name(5));
  printf("%d %d %d %d\n", alias(9), weak_alias(10), data_alias, &data == &data_alias);
  for (int i = 0; i < table_length; i++) printf("%d ", table[i](100));
  printf("\n%d %s %s %s\n", order, strings[0], strings[1], strings[2]);
  return 0;
}
