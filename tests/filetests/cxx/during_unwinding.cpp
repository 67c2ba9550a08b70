// run:
// Destructors during unwinding: that throw and catch inside, that call code with landing pads, that rethrow what is current.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
static int depth;
__attribute__((noinline)) static int deep(int n) {
  struct Count { Count() { depth++; } ~Count() { depth--; } } c;
  if (n == 0) throw std::runtime_error("deep " + std::to_string(depth));
  return deep(n - 1) + 1;
}
struct Inner {
  int n;
  ~Inner() {
    try { deep(n); }
    catch (const std::exception &e) {
      std::printf("[%s, %d in flight, current %d] ", e.what(), std::uncaught_exceptions(), (bool)std::current_exception());
    }
  }
};
struct Nested { int n; ~Nested() { if (n > 0) { Nested more{n - 1}; Inner i{n}; try { throw n; } catch (int k) { std::printf("<%d> ", k); } } } };
struct Throwing { ~Throwing() noexcept(false) { if (!std::uncaught_exceptions()) throw std::string("from a destructor"); std::printf("quiet "); } };
static void again() { try { throw; } catch (const std::string &s) { std::printf("(again %s) ", s.c_str()); } catch (int i) { std::printf("(again %d) ", i); } }
__attribute__((noinline)) static void run(int n) {
  Nested a{n};
  Inner b{n + 1};
  throw n;
}
int main() {
  for (int n = 0; n < 4; n++) {
    try { run(n); } catch (int k) { std::printf("caught %d\n", k); }
  }
  try { Inner i{1}; Throwing t; std::printf("body "); } catch (const std::string &s) { again(); std::printf("%s\n", s.c_str()); }
  try { Throwing t; throw 1; } catch (int i) { again(); std::printf("%d\n", i); }
  try { try { throw 1; } catch (...) { try { throw std::string("second"); } catch (...) { again(); } again(); throw; } } catch (int i) { std::printf("%d\n", i); }
  std::exception_ptr e;
  { struct Keep { std::exception_ptr &e; ~Keep() { try { throw 5; } catch (...) { e = std::current_exception(); } } };
    try { Keep k{e}; throw 6; } catch (int i) { std::printf("%d ", i); } }
  try { std::rethrow_exception(e); } catch (int i) { std::printf("%d\n", i); }
  try { std::throw_with_nested(1); } catch (const std::nested_exception &n) { std::printf("nested %d\n", (bool)n.nested_ptr()); } catch (int) { std::printf("plain\n"); }
  try { try { throw std::runtime_error("a"); } catch (...) { std::throw_with_nested(std::logic_error("b")); } }
  catch (const std::logic_error &l) { std::printf("%s ", l.what()); try { std::rethrow_if_nested(l); } catch (const std::exception &x) { std::printf("%s\n", x.what()); } }
}
