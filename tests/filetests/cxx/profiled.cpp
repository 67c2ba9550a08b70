// run:
// only: x86-64
// A profiler's signals arrive anywhere: in arithmetic, calls, allocations, exceptions on their way, and in other threads.
// The handler computes, calls the C library's backtrace, and once in a while throws and catches; nothing else changes.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <execinfo.h>
#include <string>
#include <sys/time.h>
#include <thread>
#include <vector>
static std::atomic<int> ticks, frames;
__attribute__((noinline)) static int spread(int n) { return n < 2 ? n : spread(n - 1) + spread(n - 2); }
static void tick(int) {
  void *list[8];
  // Where an exception lands, libgcc's own code cannot be unwound: the native program crashes there, too.
  frames += std::uncaught_exceptions() || backtrace(list, 8) > 0;
  if (spread(8) != 21) std::abort();
  ticks++;
}
__attribute__((noinline)) static int throws(int n, int depth) {
  std::string text(20 + n % 30, 'a' + n % 26);
  if (depth) return throws(n, depth - 1) + (int)text.size();
  if (n % 3) throw text;
  return n;
}
static long work(int seed) {
  long sum = seed;
  for (int i = 0; i < 3000; i++) {
    try { sum += throws(i, i % 7); } catch (const std::string &s) { sum = sum * 31 + (long)s.size(); }
    int list[16];
    for (int k = 0; k < 16; k++) list[k] = (int)(sum >> k) ^ k * i;
    std::qsort(list, 16, sizeof *list, [](const void *a, const void *b) { int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y); });
    sum ^= list[3] + spread(i % 11);
    char *p = static_cast<char *>(__builtin_alloca(64 + i % 99));
    std::memset(p, i, 64);
    sum += p[i % 64];
  }
  return sum;
}
int main() {
  void *first[2];
  backtrace(first, 2);
  struct sigaction act;
  std::memset(&act, 0, sizeof act);
  act.sa_handler = tick;
  act.sa_flags = SA_RESTART;
  sigaction(SIGPROF, &act, nullptr);
  itimerval often = {{0, 500}, {0, 500}}, never = {};
  setitimer(ITIMER_PROF, &often, nullptr);
  long sums[3] = {};
  std::vector<std::thread> threads;
  for (int i = 1; i < 3; i++) threads.emplace_back([&, i] { sums[i] = work(i); });
  sums[0] = work(0);
  while (ticks < 3) sums[0] += spread(10) - 55;
  for (auto &t : threads) t.join();
  setitimer(ITIMER_PROF, &never, nullptr);
  std::printf("%ld %ld %ld, ticks %d\n", sums[0], sums[1], sums[2], ticks > 2 && frames == ticks.load());
}
