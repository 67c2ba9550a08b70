// Everything that can be thrown, at every shape of landing pad, straight, through a frame with a clean-up, through one
// without, and through the C library. Tiers go by name: functions of namespace `thrower`, `passer` and all others.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <unwind.h>
#include <vector>
#define OUT_OF_LINE __attribute__((noinline))

struct Note { const char *name; ~Note() { std::printf("~%s ", name); } };
struct Base { int b = 1; virtual ~Base() {} };
struct Other { int o = 2; virtual ~Other() {} };
struct Hidden { int h = 3; };
struct Virtual { int v = 4; virtual ~Virtual() {} };
struct Many : Base, Other, virtual Virtual, private Hidden { int m = 5; };
struct Deep : Many { std::string text = "a text too long to be kept in the string itself"; };
union Wide { __int128 whole; };

enum Kind { NOTHING, INT, DOUBLE, TEXT, POINTER, NULLPTR, BASE, MANY, DEEP, MEMBER, FUNCTION, LIBRARY, AGAIN, FOREIGN, KINDS };
static int alive;
static void forget(_Unwind_Reason_Code, _Unwind_Exception *e) { alive--; delete e; }
static std::exception_ptr kept;

namespace thrower {
OUT_OF_LINE int raise(int kind) {
  Note note{"raise"};
  static Deep deep;
  switch (kind) {
  case INT: throw 42;
  case DOUBLE: throw 2.5;
  case TEXT: throw "text";
  case POINTER: throw static_cast<Deep *>(&deep);
  case NULLPTR: throw nullptr;
  case BASE: throw Base();
  case MANY: throw Many();
  case DEEP: throw Deep();
  case MEMBER: throw &Base::b;
  case FUNCTION: throw static_cast<int (*)(int)>(raise);
  case LIBRARY: return std::vector<int>(3).at(7);
  case AGAIN: std::rethrow_exception(kept);
  case FOREIGN: {
    _Unwind_Exception *e = new _Unwind_Exception();
    std::memcpy(&e->exception_class, "RHEOTEST", 8);
    e->exception_cleanup = forget;
    alive++;
    _Unwind_RaiseException(e);
    std::abort();
  }
  }
  return kind;
}
OUT_OF_LINE void leave() { Note note{"leave"}; pthread_exit(&alive); }
}

namespace passer {
OUT_OF_LINE int plain(int kind) { return thrower::raise(kind) + 1; }
OUT_OF_LINE int cleans(int kind) { Note note{"cleans"}; return thrower::raise(kind) + 2; }
OUT_OF_LINE int allocates(int kind) {
  char *p = static_cast<char *>(__builtin_alloca(100 + kind));
  std::memset(p, kind, 100);
  return thrower::raise(p[3]) + 3;
}
static int wanted;
OUT_OF_LINE int compare(const void *, const void *) { Note note{"compare"}; return thrower::raise(wanted); }
OUT_OF_LINE int through_library(int kind) {
  int list[] = {1, 2};
  wanted = kind;
  std::qsort(list, 2, sizeof *list, compare);
  return 4;
}
OUT_OF_LINE int rethrows(int kind) {
  try { return thrower::raise(kind); } catch (const std::exception &) { Note note{"rethrows"}; throw; }
}
OUT_OF_LINE int replaces(int kind) {
  try { return thrower::raise(kind); } catch (int i) { Note note{"replaces"}; throw i + 0.25; }
}
struct Virtually { virtual int call(int kind, long, double, __int128 wide, Many) { return cleans(kind) + (int)wide; } };
OUT_OF_LINE int variadic(int kind, ...) {
  va_list list;
  va_start(list, kind);
  double d = va_arg(list, double);
  int r = cleans(kind) + (int)d;
  va_end(list);
  return r;
}
}

namespace catcher {
typedef int (*Step)(int);
OUT_OF_LINE int exact(Step step, int kind) { try { return step(kind); } catch (int i) { return i; } }
OUT_OF_LINE int in_order(Step step, int kind) {
  try { return step(kind); }
  catch (double d) { return (int)(d * 100); }
  catch (Deep &d) { return (int)d.text.size(); }
  catch (Many &m) { return m.m + 10; }
  catch (const Base &b) { return b.b + 20; }
  catch (const std::out_of_range &e) { return 30; }
}
OUT_OF_LINE int second_base(Step step, int kind) { try { return step(kind); } catch (Other &o) { return o.o; } }
OUT_OF_LINE int virtual_base(Step step, int kind) { try { return step(kind); } catch (Virtual v) { return v.v; } }
OUT_OF_LINE int private_base(Step step, int kind) { try { return step(kind); } catch (Hidden &h) { return h.h; } }
OUT_OF_LINE int pointers(Step step, int kind) {
  try { return step(kind); }
  catch (const char *s) { return s ? s[0] : -1; }
  catch (const volatile Other *o) { return o ? o->o : -2; }
  catch (int Base::*m) { return m ? Base().*m : -3; }
  catch (int (*f)(int)) { return f ? f(8) : -4; }
}
OUT_OF_LINE int void_pointer(Step step, int kind) { try { return step(kind); } catch (void *p) { return p != 0; } }
OUT_OF_LINE int any(Step step, int kind) { try { return step(kind); } catch (...) { return 99; } }
OUT_OF_LINE int typed_then_any(Step step, int kind) {
  Note note{"outside"};
  try { Note inner{"inside"}; return step(kind); } catch (int i) { return i; } catch (...) { return 98; }
}
OUT_OF_LINE int only_cleans(Step step, int kind) { Note note{"only"}; return step(kind); }
OUT_OF_LINE int cleans_twice(Step step, int kind) { Note a{"a"}; int r = step(kind); Note b{"b"}; return r + step(kind); }
OUT_OF_LINE int nested(Step step, int kind) {
  try {
    Note note{"middle"};
    try { Note inner{"inner"}; return step(kind); } catch (double d) { return (int)d; } catch (const Other &o) { return o.o; }
  } catch (int i) { return i; } catch (const Base &b) { return b.b; }
}
OUT_OF_LINE int specified(Step step, int kind) throw(int, Base, const char *, std::exception) { Note note{"spec"}; return step(kind); }
OUT_OF_LINE int specified_and_caught(Step step, int kind) throw(int, double) {
  try { return step(kind); } catch (const Base &b) { return b.b; } catch (std::bad_exception &) { return -5; }
}
OUT_OF_LINE int again(Step step, int kind) {
  try { try { return step(kind); } catch (...) { Note note{"again"}; throw; } } catch (const Base &b) { return b.b; }
}
OUT_OF_LINE int loops(Step step, int kind) {
  int sum = 0;
  for (int i = 0; i < 4; i++) {
    try { sum += i % 2 ? step(kind) : i; } catch (int n) { sum = sum * 3 + n; continue; } catch (const Base &) { sum -= i; break; }
    sum++;
  }
  return sum;
}
OUT_OF_LINE int keeps_values(Step step, int kind) {
  long a = kind * 3;
  double b = kind / 4.0;
  float c = kind * 1.5f;
  Wide d = {(__int128)kind << 70};
  std::string s(kind + 20, 'x');
  try { a += step(kind); b *= 2; c += 1; d.whole++; s += 'y'; }
  catch (int i) { a += i; b += 1; c *= 2; d.whole -= i; }
  return (int)(a + b + c + (long)(d.whole >> 66) + (long)s.size());
}
OUT_OF_LINE Wide wide(Step step, int kind) { Note n{"wide"}; return {(__int128)step(kind) << 64 | 7}; }
OUT_OF_LINE Deep large(Step step, int kind) { Deep d; d.m = step(kind); return d; }
OUT_OF_LINE int results(Step step, int kind) {
  try { Deep d = large(step, kind); return d.m + (int)(wide(step, kind).whole >> 64); } catch (int i) { return i; }
}
OUT_OF_LINE int virtually(Step, int kind) {
  static passer::Virtually v;
  passer::Virtually *volatile p = &v;
  try { return p->call(kind, 1, 2.0, 3, Many()); } catch (const Base &b) { return b.b; }
}
OUT_OF_LINE int variadically(Step, int kind) { try { return passer::variadic(kind, 3.5); } catch (int i) { return i; } }
struct Part { Note note{"part"}; };
struct Whole : Part {
  int r;
  Whole(Step step, int kind) try : r(step(kind)) {} catch (int i) { std::printf("(constructor %d) ", i); }
};
OUT_OF_LINE int constructs(Step step, int kind) { try { return Whole(step, kind).r; } catch (int i) { return i; } }
OUT_OF_LINE int many(Step step, int kind) { try { Part *p = new Part[3]; struct Free { Part *p; ~Free() { delete[] p; } } f{p}; return step(kind); } catch (double) { return 6; } }
OUT_OF_LINE int keeps(Step step, int kind) {
  try { return step(kind); } catch (...) { if (kind != FOREIGN) kept = std::current_exception(); }
  try { if (kept) std::rethrow_exception(kept); } catch (int i) { kept = nullptr; return i; } catch (...) { kept = nullptr; return 97; }
  return 96;
}
OUT_OF_LINE int allocates(Step step, int kind) {
  char *p = static_cast<char *>(__builtin_alloca(kind * 7 + 50));
  std::memset(p, kind + 1, 50);
  try { return step(kind) + p[9]; } catch (int i) { return i + p[10]; }
}
// Goes on to the step while another exception is on its way through the destructor.
struct Leaving { Step step; int kind; int *r; ~Leaving() { try { *r += step(kind); } catch (int i) { *r += i * 2; } catch (const Base &b) { *r += b.b; } catch (...) { *r -= 1; } std::printf("(%d in flight) ", std::uncaught_exception()); } };
OUT_OF_LINE int in_destructor(Step step, int kind) {
  int r = 1;
  try { Leaving l{step, kind, &r}; Note n{"first"}; throw 2.25; } catch (double d) { r += (int)(d * 4); }
  try { Leaving l{passer::cleans, kind, &r}; r += step(kind); } catch (int i) { r += i; }
  return r;
}
struct Slow { int r; Slow(Step step, int kind) : r(step(kind)) {} };
OUT_OF_LINE int local_static(Step step, int kind) {
  // One that could not be made is tried again.
  if (kind == NOTHING) return step(kind);
  int tries = 0;
  for (;;) try { tries++; static Slow slow(step, kind); return slow.r; } catch (int n) { if (tries == 3) return n + tries; }
}
struct Element { int n; Note note{"element"}; Element() : n(0) {} Element(Step step, int kind, int at) : n(at == 2 ? step(kind) : at) {} };
OUT_OF_LINE int partly(Step step, int kind) {
  try { Element list[4] = {Element(step, NOTHING, 0), Element(step, NOTHING, 1), Element(step, kind, 2), Element(step, NOTHING, 3)}; return list[2].n + list[3].n; } catch (const std::exception &) { return 31; }
}
OUT_OF_LINE int allocated(Step step, int kind) { try { Element *e = new Element(step, kind, 2); int n = e->n; delete e; return n; } catch (int i) { return i; } }
OUT_OF_LINE int by_value(Step step, int kind) { auto take = [](Note, int a, Note, int b) { return a * 3 + b; }; return take(Note{"left"}, step(kind), Note{"right"}, step(kind)); }
OUT_OF_LINE void plainly() noexcept { Note n{"noexcept"}; try { passer::cleans(INT); } catch (...) { std::printf("kept inside "); } }
}

struct Named { const char *name; int (*run)(catcher::Step, int); };
#define NAMED(f) {#f, catcher::f}
static const Named CATCHERS[] = {
  NAMED(exact), NAMED(in_order), NAMED(second_base), NAMED(virtual_base), NAMED(private_base), NAMED(pointers),
  NAMED(void_pointer), NAMED(any), NAMED(typed_then_any), NAMED(only_cleans), NAMED(cleans_twice), NAMED(nested),
  NAMED(again), NAMED(loops), NAMED(keeps_values), NAMED(results), NAMED(virtually), NAMED(variadically),
  NAMED(constructs), NAMED(many), NAMED(keeps), NAMED(allocates),
  NAMED(in_destructor), NAMED(local_static), NAMED(partly), NAMED(allocated), NAMED(by_value), NAMED(specified), NAMED(specified_and_caught),
};
static const catcher::Step STEPS[] = {
  thrower::raise, passer::plain, passer::cleans, passer::allocates, passer::through_library, passer::rethrows, passer::replaces,
};

static void unexpected() { std::printf("unexpected "); throw 7; }
static void tried(const Named &c, catcher::Step step, int kind) {
  try { std::printf("%d", c.run(step, kind)); }
  catch (int i) { std::printf("int %d", i); }
  catch (const std::exception &e) { std::printf("%s", e.what()); }
  catch (const Virtual &v) { std::printf("virtual %d", v.v); }
  catch (...) { std::printf("something"); }
  std::printf("; ");
}
static void *leaves(void *which) {
  Note note{"thread"};
  auto step = [](int) -> int { thrower::leave(); return 0; };
  static_cast<const Named *>(which)->run(step, NOTHING);
  std::printf("went on");
  return 0;
}
int main() {
  std::set_unexpected(unexpected);
  for (const Named &c : CATCHERS) {
    bool specified = std::strncmp(c.name, "specified", 9) == 0 || !std::strcmp(c.name, "in_destructor");
    for (int kind = NOTHING; kind < KINDS; kind++) {
      // A foreign exception is no business of a specification's, nor of another that is in flight; libstdc++ disagrees
      // with itself about it.
      if (specified && kind == FOREIGN) continue;
      std::printf("%s %d: ", c.name, kind);
      for (catcher::Step step : STEPS) {
        if (kind == AGAIN) kept = std::make_exception_ptr(Deep());
        tried(c, step, kind);
        kept = nullptr;
      }
      std::printf("%d alive, %d in flight\n", alive, std::uncaught_exception());
    }
  }
  catcher::plainly();
  for (const Named &c : CATCHERS) {
    bool stops = !std::strcmp(c.name, "any") || !std::strcmp(c.name, "typed_then_any") || !std::strcmp(c.name, "keeps") || !std::strcmp(c.name, "in_destructor") || !std::strcmp(c.name, "local_static");
    if (stops || !std::strcmp(c.name, "virtually") || !std::strcmp(c.name, "variadically")) continue;
    std::printf("%s: ", c.name);
    pthread_t t;
    void *result;
    pthread_create(&t, 0, leaves, const_cast<Named *>(&c));
    pthread_join(t, &result);
    std::printf("%s\n", result == &alive ? "left" : "");
  }
}
