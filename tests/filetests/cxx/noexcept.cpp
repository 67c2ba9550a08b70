// run:
// dies:
// An exception that leaves a noexcept function ends the program, without running what is further out.
#include <cstdio>
struct Noisy { ~Noisy() { std::printf("never\n"); std::fflush(stdout); } };
__attribute__((noinline)) void thrower() { throw 5; }
__attribute__((noinline)) void guard() noexcept { thrower(); }
int main() { try { Noisy n; guard(); } catch (...) { return 3; } return 4; }
