// report: stack overflow
// report: bottomless
// Running out of stack is reported with a backtrace of bytecode frames.
// levels: -O0
#include <stdio.h>
int bottomless(int n) { int a[100]; a[n % 100] = n; return bottomless(n + 1) + a[n % 100]; }
int main(void) { printf("%d\n", bottomless(0)); return 0; }
