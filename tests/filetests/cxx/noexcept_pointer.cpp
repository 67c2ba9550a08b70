// run:
// dies:
// An exception out of a noexcept function called by its address, and out of a destructor: the terminate handler runs.
#include <cstdio>
#include <cstdlib>
#include <exception>
__attribute__((noinline)) static void thrower(int n) { if (n > 1) throw n; std::printf("%d\n", n); }
struct Bad { int n; ~Bad() { thrower(n); } };
static void quiet(int n) noexcept { Bad bad{n}; }
int main() {
  std::set_terminate([] {
    try { throw; } catch (int n) { std::printf("terminate by %d\n", n); }
    std::fflush(stdout);
    std::abort();
  });
  void (*volatile f)(int) noexcept = quiet;
  f(1);
  try { f(2); } catch (...) { std::printf("never\n"); }
}
