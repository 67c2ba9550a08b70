// run:
// with: cleanup_attribute.c
// cflags: -fexceptions
// C's clean-ups run when an exception passes, or a thread ends.
#include <cstdio>
#include <pthread.h>
extern "C" int cleans_up(int (*f)(int), int n);
static int throws(int n) { if (n == 2) throw n; if (n == 3) pthread_exit(nullptr); return n; }
static int nests(int n) { return cleans_up(throws, n) + 100; }
static void *thread(void *) { cleans_up(nests, 3); return nullptr; }
int main() {
  std::printf("%d\n", cleans_up(nests, 1));
  try { cleans_up(nests, 2); } catch (int n) { std::printf("caught %d\n", n); }
  pthread_t t;
  pthread_create(&t, nullptr, thread, nullptr);
  pthread_join(t, nullptr);
  std::printf("left\n");
}
