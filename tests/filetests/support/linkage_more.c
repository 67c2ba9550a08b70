#include <stdio.h>
int tentative;
int elsewhere = 33;
__attribute__((weak)) int overridden(int x) { return x + 1000; }
static int same_name(int x) { return x * 3; }
int more_same_name(int x) { return same_name(x); }
int original(int);
int alias(int);
int (*const table[])(int) = {original, alias, overridden, same_name};
int table_length = 4;
extern int order;
__attribute__((constructor(150))) static void between(void) { order = order * 10 + 9; }
