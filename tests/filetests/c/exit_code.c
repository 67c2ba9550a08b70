// run:
// exit from within calls runs what was registered and flushes.
#include <stdio.h>
#include <stdlib.h>
static void at_exit(void) { printf("at exit\n"); }
__attribute__((noinline)) static void leave(int n) { if (n == 0) exit(42); leave(n - 1); printf("not here\n"); }
int main(void) { atexit(at_exit); printf("no newline yet"); leave(20); }
