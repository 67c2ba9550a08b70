// run:
// only: x86-64
// A thousand rounds, or as many as the argument says, of eight threads that throw, catch, pass exceptions on, end in the
// middle of it all, and are cancelled there. In the end as much memory is in use and mapped as after the first rounds, and
// no VM stack is registered but that of the main thread: no stack, no exception stays behind.
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
#include <unistd.h>
#include <vector>
extern "C" __attribute__((weak)) void rheo_stacks(void (*visit)(void *data, const void *from, const void *to), void *data);
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
  if (kind % 8 == 2) pthread_exit(0);
  if (kind % 8 == 6) for (;;) pause();
  return kind;
}
static int compare(const void *a, const void *b) { return deep(2, *(const int *)a) - deep(3, *(const int *)b); }
__attribute__((noinline)) static int work(int seed) {
  int sum = 0;
  own.reset(new Counted);
  at_exit.touch();
  for (int i = 0; i < 6; i++) {
    int kind = seed * 7 + i * 5;
    if (kind % 4 == 2) kind += i < 5 ? 1 : -(kind & 4);
    if (i == 5 && seed % 7 == 6) kind = 6;
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
    pthread_cancel(threads[6]);
    for (pthread_t t : threads) pthread_join(t, 0);
  }
}
// Of a thread that is in no deeper call there is one range.
static void count(void *stacks, const void *, const void *) { ++*static_cast<int *>(stacks); }
int main(int argc, char **argv) {
  int all = argc > 1 ? std::atoi(argv[1]) : 1000;
  mallopt(M_ARENA_MAX, 1);
  rounds(0, all / 50);
  long kbytes = mapped();
  size_t used = mallinfo2().uordblks;
  rounds(all / 50, all);
  long more = mapped() - kbytes;
  long kept = (long)mallinfo2().uordblks - (long)used;
  int stacks = 0;
  if (rheo_stacks) rheo_stacks(count, &stacks);
  std::printf("%ld, %ld objects, %ld left, %s\n", total.load(), made.load(), made.load() - gone.load(), stacks > 1 ? "STACKS LEFT" : "no stack left");
  if (argc > 1) return 0;
  std::printf("%s, %s\n", more < 1024 ? "nothing mapped" : "MORE MAPPED", kept < 4096 ? "nothing kept" : "MEMORY KEPT");
  if (more >= 1024 || kept >= 4096) std::printf("%ld KiB, %ld bytes\n", more, kept);
}
