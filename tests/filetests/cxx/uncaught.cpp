// run:
// dies:
// An exception that nobody catches: the library's message, and no clean-up runs. Children try several kinds first.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
struct Noisy { ~Noisy() { std::puts("never"); std::fflush(stdout); } };
struct Own : std::exception { const char *what() const noexcept override { return "own words"; } };
__attribute__((noinline)) static void toss(int kind) {
  Noisy n;
  switch (kind) {
  case 0: throw std::runtime_error("nobody catches " + std::to_string(kind));
  case 1: throw 42;
  case 2: throw Own();
  case 3: try { throw Own(); } catch (int) {} break;
  case 4: try { throw 1.5; } catch (...) { throw; }
  case 5: throw; // Nothing to throw again.
  }
}
__attribute__((noinline)) static void between(int kind) {
  try { toss(kind); } catch (const std::logic_error &) { std::puts("not this"); }
}
int main() {
  dup2(1, 2);
  for (int kind = 0; kind < 12; kind++) {
    pid_t child = fork();
    if (child == 0) {
      if (kind >= 6) std::thread([kind] { between(kind - 6); }).join();
      between(kind);
      std::_Exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::printf("%d: signal %d\n", kind, WTERMSIG(status));
    std::fflush(stdout);
  }
  between(2);
}
