// run:
// Forced unwinding: pthread_exit and cancellation run destructors and catch (...) that goes on, in every frame passed.
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <pthread.h>
#include <unistd.h>
struct Noisy { const char *name; ~Noisy() { std::printf("~%s ", name); } };
static pthread_barrier_t there;
enum How { EXIT, CANCEL, EXIT_IN_CALLBACK, LAST };
static int compare(const void *a, const void *b) {
  Noisy n{"compare"};
  if (*(const int *)a == 3) pthread_exit((void *)33);
  return *(const int *)a - *(const int *)b;
}
__attribute__((noinline)) static void leave(How how) {
  Noisy n{"leave"};
  switch (how) {
  case EXIT: pthread_exit((void *)11);
  case CANCEL:
    pthread_barrier_wait(&there);
    for (;;) pause();
  case EXIT_IN_CALLBACK: {
    int list[] = {5, 3, 1, 4};
    std::qsort(list, 4, sizeof *list, compare);
  }
  case LAST: break;
  }
}
__attribute__((noinline)) static void middle(How how) {
  Noisy n{"middle"};
  try { leave(how); }
  catch (int) { std::printf("never "); }
  catch (abi::__forced_unwind &) { std::printf("forced "); throw; }
}
__attribute__((noinline)) static void outer(How how) {
  try { Noisy n{"outer"}; middle(how); }
  catch (...) { std::printf("any "); throw; }
}
static void *thread(void *how) {
  Noisy n{"thread"};
  outer((How)(long)how);
  std::printf("never\n");
  return 0;
}
static __thread int unused;
int main() {
  pthread_barrier_init(&there, 0, 2);
  for (int how = EXIT; how < LAST; how++)
    for (int round = 0; round < 2; round++) {
      pthread_t t;
      pthread_create(&t, 0, thread, (void *)(long)how);
      if (how == CANCEL) { pthread_barrier_wait(&there); pthread_cancel(t); }
      void *result;
      pthread_join(t, &result);
      std::printf("-> %ld\n", (long)result);
    }
}
