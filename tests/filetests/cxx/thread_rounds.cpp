// run:
// A thousand rounds of eight threads that throw, catch, pass exceptions on and end in the middle of it all. In the end as
// much memory is in use and mapped as after the first rounds: no stack, no exception stays behind.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <future>
#include <malloc.h>
#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <vector>
static std::atomic<long> made, gone;
struct Counted { Counted() { made++; } ~Counted() { gone++; } Counted(const Counted &) { made++; } };
struct Failure : std::runtime_error { Counted c; int code; Failure(int code) : std::runtime_error("failure " + std::to_string(code)), code(code) {} };
static thread_local std::unique_ptr<Counted> own;
struct AtExit { ~AtExit() { Counted c; try { throw 1; } catch (int) {} } void touch() {} };
static thread_local AtExit at_exit;

__attribute__((noinline)) static int deep(int n, int kind) {
  Counted c;
  char *p = static_cast<char *>(__builtin_alloca(64 + n));
  std::memset(p, kind, 64);
  if (n > 0) return deep(n - 1, kind) + p[1];
  if (kind % 4 == 0) throw Failure(kind);
  if (kind % 4 == 1) throw kind;
  if (kind % 4 == 2) pthread_exit(0);
  return kind;
}
static int compare(const void *a, const void *b) { return deep(2, *(const int *)a) - deep(3, *(const int *)b); }
__attribute__((noinline)) static int work(int seed) {
  int sum = 0;
  own.reset(new Counted);
  at_exit.touch();
  for (int i = 0; i < 6; i++) {
    int kind = seed * 7 + i * 5;
    if (i < 5 && kind % 4 == 2) kind++;
    try { Counted c; sum += deep(i + seed % 5, kind); }
    catch (const Failure &f) { sum += f.code + (int)std::strlen(f.what()); }
    catch (int n) { sum -= n; }
    int list[] = {kind % 4 == 2 ? 3 : kind, 7, 11, 3};
    try { std::qsort(list, 4, sizeof *list, compare); } catch (...) { sum++; }
  }
  return sum;
}
static std::atomic<long> total;
static void *thread(void *seed) {
  Counted c;
  try { total += work((int)(long)seed); } catch (const std::exception &) { std::abort(); }
  return 0;
}
static long mapped() {
  long pages = 0;
  if (FILE *f = std::fopen("/proc/self/statm", "r")) { if (std::fscanf(f, "%ld", &pages) != 1) pages = -1; std::fclose(f); }
  return pages * 4;
}
static void rounds(int from, int to) {
  for (int round = from; round < to; round++) {
    pthread_t threads[7];
    for (int i = 0; i < 7; i++) pthread_create(&threads[i], 0, thread, (void *)(long)(round % 100 * 7 + i));
    std::future<int> result = std::async(std::launch::async, [round] { return deep(round % 7, round * 4); });
    try { total += result.get(); } catch (const Failure &f) { total += f.code; }
    for (pthread_t t : threads) pthread_join(t, 0);
  }
}
int main() {
  mallopt(M_ARENA_MAX, 1);
  rounds(0, 20);
  long kbytes = mapped();
  size_t used = mallinfo2().uordblks;
  rounds(20, 1000);
  long more = mapped() - kbytes;
  long kept = (long)mallinfo2().uordblks - (long)used;
  std::printf("%ld, %ld objects, %ld left\n", total.load(), made.load(), made.load() - gone.load());
  std::printf("%s, %s\n", more < 1024 ? "nothing mapped" : "MORE MAPPED", kept < 4096 ? "nothing kept" : "MEMORY KEPT");
  if (more >= 1024 || kept >= 4096) std::printf("%ld KiB, %ld bytes\n", more, kept);
}
