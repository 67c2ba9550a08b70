// run:
// dies:
// A signal whose default is to end the program.
#include <signal.h>
#include <stdio.h>
int main(void) { printf("before\n"); fflush(stdout); raise(SIGTERM); return 0; }
