// run:
// Classes: virtual calls, multiple and virtual bases, constructors and destructors in order, casts at run time, typeid,
// pointers to members, placement new, references, operators, static members and locals.
#include <cstdio>
#include <memory>
#include <new>
#include <typeinfo>
struct Base { virtual ~Base() { std::puts("~Base"); } virtual int value() const { return 1; } int own = 3; };
struct Left : virtual Base { int l = 4; int value() const override { return 2 + l; } ~Left() override { std::puts("~Left"); } };
struct Right : virtual Base { int r = 5; virtual const char *name() { return "right"; } };
struct Both final : Left, Right { int value() const override { return Left::value() * 10 + r; } const char *name() override { return "both"; } ~Both() override { std::puts("~Both"); } };
struct Counter { static int alive; int id; explicit Counter(int i) : id(i) { alive++; } Counter(const Counter &c) : id(c.id + 100) { alive++; } Counter(Counter &&c) noexcept : id(c.id + 1000) { c.id = -1; alive++; } ~Counter() { alive--; } Counter &operator=(const Counter &) = default; };
int Counter::alive = 0;
struct Global { int v; Global() : v(Counter::alive + 7) { std::puts("global made"); } ~Global() { std::puts("global gone"); } } global;
struct Ops { int v; Ops operator+(Ops o) const { return {v + o.v}; } bool operator<(Ops o) const { return v < o.v; } int operator[](int i) const { return v * i; } explicit operator bool() const { return v != 0; } Ops &operator++() { ++v; return *this; } };
static int &local_static() { static Global *g = new Global; static int calls = 0; calls += g->v; return calls; }
struct Abstract { virtual int f(int) = 0; virtual ~Abstract() = default; };
template <int N> struct Adder : Abstract { int f(int x) override { return x + N; } };
struct Members { int a = 1; double b = 2.5; int plus(int x) { return a + x; } virtual int times(int x) { return a * x; } virtual ~Members() = default; };
struct Derived : Members { int times(int x) override { return a * x * 10; } };
int main() {
  std::unique_ptr<Base> b = std::make_unique<Both>();
  std::printf("%d %d\n", b->value(), b->own);
  Right *r = dynamic_cast<Right *>(b.get());
  std::printf("%s %d %d\n", r->name(), dynamic_cast<Left *>(r) != nullptr, typeid(*b) == typeid(Both));
  Base plain;
  std::printf("%d %d\n", dynamic_cast<Left *>(&plain) == nullptr, typeid(plain) == typeid(*b));
  {
    Counter a(1), c = a, d = static_cast<Counter &&>(c);
    Counter many[3] = {Counter(5), a, d};
    std::printf("%d %d %d %d %d %d\n", a.id, c.id, d.id, many[1].id, many[2].id, Counter::alive);
  }
  std::printf("%d\n", Counter::alive);
  alignas(Counter) char room[sizeof(Counter)];
  auto *placed = new (room) Counter(9);
  std::printf("%d %d\n", placed->id, Counter::alive);
  placed->~Counter();
  Ops x{3}, y{4};
  std::printf("%d %d %d %d %d\n", (x + y).v, x < y, x[5], x ? 1 : 0, (++x).v);
  std::printf("%d ", local_static());
  std::printf("%d\n", local_static());
  Adder<5> five; Adder<-7> minus;
  Abstract *both[] = {&five, &minus};
  for (auto *p : both) std::printf("%d ", p->f(10));
  Derived d;
  int (Members::*plus)(int) = &Members::plus, (Members::*times)(int) = &Members::times;
  double Members::*field = &Members::b;
  std::printf("%d %d %g\n", (d.*plus)(4), (d.*times)(4), d.*field);
  return 0;
}
