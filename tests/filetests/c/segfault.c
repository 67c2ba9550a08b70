// run:
// dies:
// A null pointer ends the program by SIGSEGV.
#include <stdio.h>
int main(void) { int *volatile p = 0; printf("before\n"); fflush(stdout); return *p; }
