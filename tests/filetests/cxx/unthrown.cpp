// run:
// Code full of exception handling in which nothing is thrown through our frames.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>
struct Guard { int &n; ~Guard() { n--; } };
__attribute__((noinline)) static int risky(int x) { if (x > 1000) throw std::runtime_error("too large"); return x * 2; }
__attribute__((noinline)) static int guarded(int x) {
  int n = 5;
  try { Guard g{n}; std::string s(x, 'a'); n += risky(x) + (int)s.size(); } catch (const std::exception &e) { std::puts(e.what()); n = -1; } catch (...) { n = -2; }
  return n;
}
__attribute__((noinline)) static int never(int x) noexcept { std::vector<int> v(x); v.push_back(risky(x)); return v.back(); }
int main() { std::printf("%d %d %d\n", guarded(3), guarded(100), never(7)); return 0; }
