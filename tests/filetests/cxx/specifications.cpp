// run:
// cflags: -std=c++14
// Exception specifications: kept, violated, mapped by an unexpected handler to what is allowed, to bad_exception, and
// violations that end the program are in specification_violated.cpp.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
struct Noisy { const char *name; ~Noisy() { std::printf("~%s ", name); } };
struct Base { virtual ~Base() {} };
struct Derived : Base {};
__attribute__((noinline)) void raise(int kind) {
  Noisy n{"raise"};
  switch (kind) {
  case 0: throw 1;
  case 1: throw Derived();
  case 2: throw 2.5;
  case 3: throw "text";
  }
}
__attribute__((noinline)) void ints(int kind) throw(int) { Noisy n{"ints"}; raise(kind); }
__attribute__((noinline)) void ints_bases(int kind) throw(int, Base) { Noisy n{"ints_bases"}; raise(kind); }
__attribute__((noinline)) void bad(int kind) throw(int, std::bad_exception) { Noisy n{"bad"}; raise(kind); }
__attribute__((noinline)) void both(int kind) throw(double, int) { Noisy n{"both"}; try { bad(kind); } catch (const char *) { std::printf("never "); } }
static void to_int() { std::printf("unexpected "); throw 7; }
static void rethrow() { std::printf("unexpected "); throw; }
static void tried(const char *name, void (*f)(int), int kind) {
  std::printf("%s %d: ", name, kind);
  try { f(kind); std::printf("returned"); }
  catch (int i) { std::printf("int %d", i); }
  catch (const Base &) { std::printf("base"); }
  catch (const std::bad_exception &) { std::printf("bad exception"); }
  catch (double d) { std::printf("double %g", d); }
  std::printf(" %d\n", std::uncaught_exception());
}
int main() {
  std::set_unexpected(to_int);
  for (int kind = 0; kind < 5; kind++) tried("ints", ints, kind);
  for (int kind = 0; kind < 5; kind++) tried("ints or bases", ints_bases, kind);
  std::set_unexpected(rethrow);
  for (int kind = 0; kind < 5; kind++) tried("bad", bad, kind);
  std::set_unexpected(to_int);
  for (int kind = 0; kind < 5; kind++) tried("both", both, kind);
}
