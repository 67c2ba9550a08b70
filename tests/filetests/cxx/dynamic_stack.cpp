// run:
// Dynamic stack memory is given back when an exception passes its frame or is caught there, many times over.
#include <alloca.h>
#include <cstdio>
#include <cstring>
__attribute__((noinline)) static int leaf(char *p, int n) { p[n - 1] = 1; if (n % 3 == 0) throw n; return p[n - 1]; }
__attribute__((noinline)) static int passes(int n) { char *p = (char *)alloca(n); std::memset(p, 2, n); return leaf(p, n) + p[0]; }
__attribute__((noinline)) static int catches(int n) {
  char *p = (char *)alloca(n * 2);
  std::memset(p, 3, n * 2);
  int sum = 0;
  for (int i = 0; i < 3; i++)
    try { char *q = (char *)alloca(n); q[0] = 1; sum += passes(n + i) + q[0]; } catch (int k) { sum += p[k] + k; }
  return sum;
}
__attribute__((noinline)) static int array(int n) { char a[n]; std::memset(a, 4, n); try { return leaf(a, n); } catch (int k) { return a[0] + k; } }
int main() {
  long sum = 0;
  for (int i = 0; i < 20000; i++) {
    try { sum += passes(3000 + i % 7); } catch (int k) { sum += k; }
    sum += catches(1000 + i % 5) + array(2000 + i % 3);
  }
  std::printf("%ld\n", sum);
}
