// run:
// Exceptions: each kind of landing pad, thrown by us and by the library, through callbacks, destructors and threads.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
struct Noisy {
  const char *name;
  ~Noisy() { std::printf("~%s ", name); }
};
struct Base { virtual ~Base() {} int b = 1; };
struct Other { virtual ~Other() {} int o = 2; };
struct Derived : Base, virtual Other { int d = 3; };
__attribute__((noinline)) int thrower(int kind) {
  Noisy n{"thrower"};
  switch (kind) {
  case 1: throw 42;
  case 2: throw std::runtime_error("runtime");
  case 3: throw "text";
  case 4: throw Derived();
  case 5: return std::vector<int>(3).at(7);
  case 6: return std::stoi("no number");
  case 7: { static Derived d; throw static_cast<const Derived *>(&d); }
  case 8: throw nullptr;
  case 9: throw 2.5;
  }
  return kind;
}
__attribute__((noinline)) int middle(int kind) { Noisy n{"middle"}; return thrower(kind) + 1; }
__attribute__((noinline)) int partly(int kind) {
  Noisy outer{"outer"};
  try {
    Noisy inner{"inner"};
    return middle(kind);
  } catch (int i) { return i; }
}
__attribute__((noinline)) void rethrower(int kind) {
  try { partly(kind); } catch (const std::exception &) { Noisy n{"rethrow"}; throw; }
}
static int compare(const void *a, const void *b) {
  if (*(const int *)a == 3) throw *(const int *)a;
  return *(const int *)a - *(const int *)b;
}
struct Throws { ~Throws() noexcept(false) { try { throw 1; } catch (int i) { std::printf("inside %d ", i); } } };
struct Part { int n; Part(int n) : n(n) { if (n == 2) throw n; } ~Part() { std::printf("part %d ", n); } };
struct Whole { Part a{0}, b{1}, c{2}; };
static std::exception_ptr kept;
int main() {
  for (int kind = 0; kind < 10; kind++) {
    std::printf("%d: ", kind);
    try { rethrower(kind); std::printf("returned"); }
    catch (const std::out_of_range &) { std::printf("out of range"); }
    catch (const std::exception &e) { std::printf("exception %s", e.what()); }
    catch (const char *s) { std::printf("text %s", s); }
    catch (const Other &o) { std::printf("other %d", o.o); }
    catch (const Base *p) { std::printf("base %d", p ? p->b : -1); }
    catch (...) { std::printf("something"); }
    std::printf("\n");
  }
  int list[] = {5, 3, 1, 4};
  try { std::qsort(list, 4, sizeof *list, compare); } catch (int i) { std::printf("from qsort %d\n", i); }
  try { Noisy n{"guard"}; Throws t; throw 2; } catch (int i) { std::printf("outside %d\n", i); }
  try { Whole w; } catch (int i) { std::printf("whole %d\n", i); }
  try { try { throw 1; } catch (int) { throw 2.0; } } catch (double d) { std::printf("nested %g\n", d); }
  std::thread([] { try { middle(2); } catch (...) { kept = std::current_exception(); } }).join();
  try { std::rethrow_exception(kept); } catch (const std::runtime_error &e) { std::printf("from a thread: %s\n", e.what()); }
  for (int i = 0; i < 1000; i++) { try { throw i; } catch (int) {} }
  std::printf("uncaught %d\n", std::uncaught_exceptions());
}
