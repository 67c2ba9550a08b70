// run:
// dies:
// A static constructor that throws, caught by nobody: the program ends before main; those of functions are tried again.
#include <cstdio>
#include <exception>
#include <stdexcept>
static int tries;
struct Picky { int n; Picky() : n(++tries) { if (tries < 3) throw tries; } ~Picky() { std::printf("~Picky %d\n", n); std::fflush(stdout); } };
static Picky &picky() { static Picky p; return p; }
struct First {
  First() {
    for (int i = 0; i < 4; i++)
      try { std::printf("made %d\n", picky().n); } catch (int t) { std::printf("try %d failed\n", t); }
    std::fflush(stdout);
  }
} first;
struct Part { Part() {} ~Part() { std::printf("never\n"); std::fflush(stdout); } };
struct Second : Part { Second() { throw std::runtime_error("static constructor"); } } second;
int main() { std::printf("not reached\n"); }
