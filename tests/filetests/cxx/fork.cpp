// run:
// A child of fork, from the main thread and from another, goes on in the same frames: returns, throws, makes threads.
#include <cstdio>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
__attribute__((noinline)) static int split(int n) {
  struct Left { int n; ~Left() { if (n < 2) std::printf("left %d ", n); } } left{n};
  if (n > 0) return split(n - 1) + 1;
  std::fflush(stdout);
  pid_t child = fork();
  if (child == 0) throw std::runtime_error("child");
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
static void run(const char *where, int n) {
  try {
    int code = split(n);
    std::printf("%s %d\n", where, code);
  } catch (const std::exception &e) {
    int sum = 0;
    std::thread([&] { try { throw 5; } catch (int i) { sum += i; } }).join();
    std::printf("%s in %s\n", e.what(), where);
    std::fflush(stdout);
    _exit(sum + n);
  }
}
int main() {
  run("main", 3);
  std::thread([] { run("thread", 10); }).join();
  std::thread([] { run("another", 100); }).join();
}
