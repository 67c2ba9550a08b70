// run:
// dies:
// Dividing by zero ends the program by SIGFPE.
#include <stdio.h>
int main(void) { volatile int zero = 0; printf("before\n"); fflush(stdout); return 7 / zero; }
