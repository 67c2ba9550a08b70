// run:
// with: callback.c
// Exceptions pass C functions, which know none, and give back what those have on the dynamic stack.
#include <cstdio>
extern "C" int with_callback(int (*f)(int), int n);
static int throws(int n) { if (n % 2) throw n; return n; }
struct Noisy { ~Noisy() { std::printf("~"); } };
static int nests(int n) { Noisy noisy; return n ? with_callback(nests, n - 1) : throws(1); }
int main() {
  long sum = 0;
  for (int i = 0; i < 20000; i++) try { sum += with_callback(throws, 2000 + i % 7); } catch (int n) { sum -= n; }
  try { with_callback(nests, 9); } catch (int n) { std::printf(" %d %ld\n", n, sum); }
}
