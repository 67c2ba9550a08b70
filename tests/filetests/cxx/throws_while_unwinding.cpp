// run:
// dies:
// A destructor that throws while another exception unwinds ends the program.
#include <cstdio>
#include <cstdlib>
#include <exception>
struct Throws { ~Throws() noexcept(false) { std::printf("throws\n"); std::fflush(stdout); throw 2; } };
struct Noisy { ~Noisy() { std::printf("never\n"); std::fflush(stdout); } };
__attribute__((noinline)) static void run() { Throws t; throw 1; }
int main() {
  std::set_terminate([] { std::printf("terminate %d\n", std::uncaught_exceptions()); std::fflush(stdout); std::abort(); });
  try { Noisy n; run(); } catch (int) { std::printf("caught\n"); }
}
