// run:
// dies:
// abort ends the program by its signal, from within calls.
#include <stdio.h>
#include <stdlib.h>
__attribute__((noinline)) static void leave(int n) { if (n == 0) abort(); leave(n - 1); printf("not here\n"); }
int main(void) { printf("before\n"); fflush(stdout); leave(5); }
