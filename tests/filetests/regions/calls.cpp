// run: bytecode aot random:1 random:2 random:3 random:4 random:5 random:6 random:7 random:8 random:9 random:10
// cflags: -fno-inline
// Calls from regions: of native code, of functions in either tier, through addresses, with arguments on the stack, into the
// same function again; and exceptions that pass regions on their way up, to frames of the same activation and of others.
#include <algorithm>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

struct Guard {
  const char *name;
  ~Guard() { std::printf("~%s ", name); }
};

static int leaf(int x) {
  if (x % 7 == 5) throw std::runtime_error("leaf " + std::to_string(x));
  return x * 3 + 1;
}

static int loop(int from, int n) {
  int s = 0;
  for (int i = from; i < n; i++) s += leaf(i) ^ i;
  return s;
}

static int guarded(int from, int n) {
  Guard g{"guarded"};
  int s = loop(from, n);
  for (int i = 0; i < 3; i++) s += std::abs(loop(i, 5) - i);
  return s;
}

static int catches(int from, int n) {
  int caught = 0;
  for (int i = from; i < n; i++) {
    try {
      caught += guarded(i, i + 4);
    } catch (const std::runtime_error &e) {
      caught += std::strlen(e.what());
    } catch (int x) {
      caught -= x;
    }
  }
  return caught;
}

static long depth(int n) {
  long s = 0;
  for (int i = 0; i < 2; i++) s += n > 0 ? depth(n - 1) + i : 1;
  return s;
}

static double many(int a, double b, long c, float d, int e, int f, int g, int h, int i, double j, long k) {
  return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 + k * 11;
}

static double passes(int n) {
  double s = 0;
  for (int i = 0; i < n; i++) s += many(i, s, 3, 4.5f, i, 6, i, 8, 9, s / 100, 11 - i);
  return s;
}

static long pointer(long (*f)(long), long n) {
  long s = 0;
  for (long i = 0; i < n; i++) s = f(s + i);
  return s;
}
static long twice(long x) { return x * 2 + 1; }
static long thrower(long x) {
  if (x > 100) throw static_cast<int>(x);
  return x + 50;
}

struct Wide {
  long a, b, c;
};
static Wide wide(Wide w, int i) { return {w.b + i, w.c * 2, w.a ^ i}; }
static long by_value(int n) {
  Wide w{1, 2, 3};
  for (int i = 0; i < n; i++) w = wide(w, i);
  return w.a * 100 + w.b * 10 + w.c;
}

static int print(int n) {
  int bytes = 0;
  char text[64];
  for (int i = 0; i < n; i++) bytes += std::snprintf(text, sizeof text, "%d %s %g %c", i, "x", i * 0.5, 'a' + i);
  return bytes;
}

static int compare(const void *a, const void *b) {
  int x = *static_cast<const int *>(a), y = *static_cast<const int *>(b);
  if (x == 99) throw 17;
  return x < y ? -1 : x > y;
}
static int sorts(int *v, int n) {
  int s = 0;
  for (int i = 1; i < n; i++) {
    std::qsort(v, i, sizeof *v, compare);
    s = s * 31 + v[0];
  }
  return s;
}

static std::jmp_buf away;
static long jumps(int n) {
  if (n == 0) std::longjmp(away, 3);
  long s = 0;
  for (int i = 0; i < 3; i++) s += jumps(n - 1);
  return s;
}
static long lands(int n) {
  long s = 0;
  for (int i = 0; i < n; i++) {
    if (int got = setjmp(away))
      s += got + depth(3);
    else
      s += jumps(i);
  }
  return s;
}
static long around(int n) {
  long s = 0;
  for (int i = 1; i < n; i++) {
    s += lands(i);
    try {
      s += pointer(thrower, 30);
    } catch (int x) {
      s += x;
    }
  }
  return s;
}

static volatile std::sig_atomic_t signals;
static void handler(int) { signals = signals + static_cast<int>(depth(2)); }
static int raises(int n) {
  int s = 0;
  for (int i = 0; i < n; i++) s += std::raise(SIGUSR1) + leaf(7 * i);
  return s + signals;
}

int main() {
  std::printf("%d\n", loop(6, 12));
  std::printf("%d\n", catches(0, 20));
  std::printf("%ld\n", depth(8));
  std::printf("%a\n", passes(5));
  std::printf("%ld\n", pointer(twice, 10));
  try {
    pointer(thrower, 10);
  } catch (int x) {
    std::printf("%d\n", x);
  }
  std::printf("%ld\n", by_value(9));
  std::printf("%d\n", print(9));
  int v[] = {5, 3, 9, 1, 7, 2};
  std::printf("%d\n", sorts(v, 6));
  int w[] = {5, 3, 99, 1, 7, 2};
  try {
    sorts(w, 6);
  } catch (int x) {
    std::printf("%d\n", x);
  }
  std::printf("%ld\n", around(4));
  std::signal(SIGUSR1, handler);
  std::printf("%d\n", raises(5));
  try {
    loop(0, 6);
    std::puts("?");
  } catch (const std::exception &e) {
    std::puts(e.what());
  }
}
