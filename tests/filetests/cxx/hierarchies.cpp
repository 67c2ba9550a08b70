// run:
// Casts across and up virtual bases, thunks that adjust `this` and results, pointers to members through both, typeid and the
// exceptions of its misuse, calls in constructors and destructors, type_info as a key.
#include <cstdio>
#include <map>
#include <typeindex>
#include <typeinfo>
struct Top { int t = 1; virtual int who() const { return t; } virtual Top *self() { return this; } virtual ~Top() { std::printf("~Top%d ", who()); } };
struct Left : virtual Top { int l = 2; Left() { std::printf("Left%d ", who()); } int who() const override { return l * 10 + t; } Left *self() override { return this; } virtual int left(int x) { return x + l; } ~Left() override { std::printf("~Left%d ", who()); } };
struct Right : virtual Top { int r = 3; int who() const override { return r * 10 + t; } Right *self() override { return this; } virtual int right(int x) { return x * r; } };
struct Side { int s = 4; virtual int side() { return s; } virtual ~Side() = default; };
struct Bottom : Left, Side, Right { int b = 5; int who() const override { return b * 1000 + l * 100 + r * 10 + t; } Bottom *self() override { return this; } int right(int x) override { return x - b; } int side() override { return b + s; } };
struct Further : virtual Bottom, virtual Side { int f = 6; int left(int x) override { return x * f; } Further *self() override { return this; } };
struct Secret : private Side { Side *open() { return this; } };
template <typename T> static void casts(const char *name, T *p) {
  std::printf("%s: %d%d%d%d%d%d %d\n", name, dynamic_cast<Top *>(p) != 0, dynamic_cast<Left *>(p) != 0, dynamic_cast<Right *>(p) != 0, dynamic_cast<Side *>(p) != 0,
    dynamic_cast<Bottom *>(p) != 0, dynamic_cast<Further *>(p) != 0, dynamic_cast<void *>(p) == (void *)p);
}
int main() {
  Bottom bottom;
  Further further;
  Left left;
  Secret secret;
  std::puts("");
  casts<Top>("bottom as top", &bottom), casts<Side>("bottom as side", &bottom), casts<Left>("left", &left), casts<Right>("bottom as right", &bottom), casts<Side>("secret", secret.open());
  Top *tops[] = {&bottom, &left, &further};
  for (Top *t : tops) std::printf("%d %d %s\n", t->who(), t->self() == t, typeid(*t).name());
  Right *right = &bottom;
  std::printf("%d %d %d\n", right->self()->who(), right->right(100), dynamic_cast<Side *>(right)->side());
  int (Left::*pl)(int) = &Left::left;
  int (Bottom::*pb)(int) = &Bottom::left, (Bottom::*pr)(int) = &Bottom::right, (Bottom::*ps)() = &Bottom::side;
  int Bottom::*data = &Bottom::s, Right::*plain = &Right::r;
  std::printf("%d %d %d %d %d %d\n", (left.*pl)(7), (bottom.*pb)(7), (bottom.*pr)(7), (bottom.*ps)(), bottom.*data, bottom.*plain);
  int (Bottom::*from)(int) = pl;
  int (Bottom::*none)(int) = nullptr;
  Bottom &inner = further;
  std::printf("%d %d %d %d\n", (bottom.*from)(9), (inner.*pb)(9), none == nullptr, pb == from);
  try { std::printf("%d\n", dynamic_cast<Right &>(static_cast<Top &>(left)).r); } catch (const std::bad_cast &e) { std::printf("%s\n", e.what()); }
  Top *volatile null = nullptr;
  try { std::printf("%s\n", typeid(*null).name()); } catch (const std::bad_typeid &e) { std::printf("%s\n", e.what()); }
  std::map<std::type_index, int> known{{typeid(Bottom), 1}, {typeid(Left), 2}, {typeid(int), 3}};
  std::printf("%d %d %d %zu\n", known[typeid(*tops[0])], known[typeid(*tops[1])], known[typeid(int)], known.size());
}
