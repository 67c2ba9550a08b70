// run:
// dies:
// A catch (...) that does not let pthread_exit go on ends the program.
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
__attribute__((noinline)) static void leave() { pthread_exit(0); }
static void *thread(void *) {
  try { leave(); } catch (...) { std::printf("caught\n"); std::fflush(stdout); }
  std::printf("never\n"); std::fflush(stdout);
  return 0;
}
int main() { pthread_t t; pthread_create(&t, 0, thread, 0); pthread_join(t, 0); return 0; }
