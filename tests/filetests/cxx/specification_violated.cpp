// run:
// dies:
// cflags: -std=c++14
// A violated throw () whose unexpected handler throws something else not allowed ends the program.
#include <cstdio>
#include <cstdlib>
#include <exception>
struct Noisy { ~Noisy() { std::printf("never\n"); std::fflush(stdout); } };
__attribute__((noinline)) void thrower() { throw 5; }
__attribute__((noinline)) void guard() throw() { thrower(); }
static void again() { std::printf("unexpected\n"); std::fflush(stdout); throw 2.0; }
int main() {
  std::set_terminate([] { std::printf("terminate\n"); std::fflush(stdout); std::abort(); });
  std::set_unexpected(again);
  try { Noisy n; guard(); } catch (...) { return 3; }
  return 4;
}
