// Prints what a throw costs in nanoseconds: caught by the caller of what throws, and more for each frame that it passes,
// one with a clean-up and one without. The least of several rounds.
#include <chrono>
#include <cstdio>
#define OUT_OF_LINE __attribute__((noinline))
static volatile int sink;
struct Cleanup { ~Cleanup() { sink = sink + 1; } };
OUT_OF_LINE static void thrower() { throw 1; }
// What follows the recursive call keeps it a call.
OUT_OF_LINE static int plain(int n) { if (n == 0) thrower(); else sink = plain(n - 1); return sink; }
OUT_OF_LINE static int cleans(int n) { Cleanup c; if (n == 0) thrower(); else sink = cleans(n - 1); return sink; }
OUT_OF_LINE static void caught(int (*f)(int), int n) { try { sink = f(n); } catch (int i) { sink = i; } }
static double nanoseconds(int (*f)(int), int n) {
  double least = 1e18;
  for (int round = 0; round < 20; round++) {
    const int times = 200;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; i++) caught(f, n);
    double ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / times;
    if (ns < least) least = ns;
  }
  return least;
}
int main() {
  const int frames = 50;
  double one = nanoseconds(plain, 0);
  std::printf("%.0f %.1f %.1f\n", one, (nanoseconds(plain, frames) - one) / frames, (nanoseconds(cleans, frames) - one) / frames);
}
