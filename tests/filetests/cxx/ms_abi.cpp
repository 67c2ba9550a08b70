// run:
// only: x86-64
// Functions of Windows' calling convention: defined, called directly and by address, from assembly, with structures of all sizes,
// with variable arguments, as methods, throwing, static, inline, weak, naked, by alias.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdexcept>
#include <string>
#define MS __attribute__((ms_abi))
#define APART __attribute__((noinline))

struct One { char c; };
struct Eight { int a; float b; };
struct Twelve { int a, b, c; };
struct Big { double d[5]; long n; };

extern "C" {
MS APART long sum(long a, double b, long c, float d, long e, double f) { return a + (long)(b * 10) + c * 2 + (long)(d * 100) + e * 3 + (long)(f * 7); }
MS APART double ratio(int a, float b, double c) { return a * b / c; }
MS APART Big big(Big b, int n, Twelve t) { for (double &d : b.d) d += n; b.n = t.a + t.b * 10 + t.c * 100; return b; }
MS APART Eight eight(Eight e, One o) { return {e.a + o.c, e.b * 2}; }
MS APART Twelve twelve(Twelve t, signed char c, unsigned short u, bool flag) { return {t.a + c, t.b + u, t.c + flag}; }
MS APART __int128 wide(__int128 a, long b) { return a * b; }
MS APART long double longer(long double a, int b) { return a * b; }
}
// By name, the registers being Windows'.
APART static long from_assembly(long a, long c) {
  long result;
  double b = 1.5, f = 2;
  float d = 0.25f;
  __asm__ volatile("mov %%rsp, %%rbx\n\tsub $192, %%rsp\n\tand $-16, %%rsp\n\tmovsd %[b], %%xmm1\n\tmovss %[d], %%xmm3\n\t"
                   "movq $5, 32(%%rsp)\n\tmov %[f], %%rax\n\tmov %%rax, 40(%%rsp)\n\tcall sum\n\tmov %%rbx, %%rsp"
                   : "=a"(result) : "c"(a), [b] "m"(b), "r"((void *)c), [d] "m"(d), [f] "m"(f), [third] "D"(c)
                   : "rbx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "memory", "cc");
  return result;
}
MS APART __attribute__((used)) static int local(int x) { return x + 1; }
MS inline __attribute__((noinline)) int shared(int x) { return x * 3; }
MS __attribute__((weak)) int weak_one(int x) { return x - 1; }
extern "C" MS int other(int) __attribute__((alias("target")));
extern "C" MS APART int target(int x) { return x ^ 5; }
MS __attribute__((naked, noinline)) static long naked(long a, long b) { __asm__("lea (%rcx,%rdx,2), %rax\n\tret"); }

MS APART long total(int count, ...) {
  __builtin_ms_va_list list, copy;
  __builtin_ms_va_start(list, count);
  __builtin_ms_va_copy(copy, list);
  long total = 0;
  for (int i = 0; i < count; i++) total += i % 2 ? (long)(__builtin_va_arg(list, double) * 10) : __builtin_va_arg(list, int);
  total += 1000 * __builtin_va_arg(copy, int);
  __builtin_ms_va_end(copy);
  __builtin_ms_va_end(list);
  return total;
}
MS APART double structures(const char *kinds, ...) {
  __builtin_ms_va_list list;
  __builtin_ms_va_start(list, kinds);
  double sum = 0;
  for (; *kinds; kinds++) switch (*kinds) {
    case 'b': sum += __builtin_va_arg(list, Big).n; break;
    case 't': sum += __builtin_va_arg(list, Twelve).c; break;
    case 'e': sum += __builtin_va_arg(list, Eight).b; break;
    case 's': sum += atoi(__builtin_va_arg(list, const char *)); break;
    default: sum += __builtin_va_arg(list, long long);
  }
  __builtin_ms_va_end(list);
  return sum;
}
MS APART int thrower(int x) {
  struct Note { int n; ~Note() { printf("left %d\n", n); } } note{x};
  if (x > 2) throw std::runtime_error("thrown " + std::to_string(x));
  return x;
}
using Function = MS int (*)(int);
APART static int through(Function f, int x) {
  try { return f(x); } catch (const std::exception &e) { printf("caught %s\n", e.what()); return -1; }
}
MS APART static int backwards(int (*f)(int), int x) {
  struct Note { ~Note() { puts("passed"); } } note;
  return f(x) + 1;
}
struct Interface {
  virtual MS int call(int a, double b) = 0;
  MS virtual ~Interface() {}
};
struct Implementation : Interface {
  int base;
  Implementation(int b) : base(b) {}
  MS int call(int a, double b) override { return base + a + int(b * 2); }
  MS ~Implementation() override { printf("destroyed %d\n", base); }
};
MS static int compare_ms(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
template <class F> MS int apply(F f, int x) { return f(x); }
__attribute__((sysv_abi)) APART int sysv(int a, double b) { return a + int(b); }
struct Table { Function functions[4]; };
static const Table table = {{local, shared, weak_one, other}};

int main() {
  printf("%ld %ld\n", sum(1, 2.5, 3, 4.25f, 5, 6.5), from_assembly(1, 3) != 0 ? 1L : 0L);
  long (*MS volatile s)(long, double, long, float, long, double) = sum;
  printf("%ld %g\n", s(6, 5.5, 4, 3.25f, 2, 1.5), ratio(3, 1.5f, 4));
  Big b = big({{1, 2, 3, 4, 5}, 6}, 10, {7, 8, 9});
  printf("%g %g %ld\n", b.d[0], b.d[4], b.n);
  Eight e = eight({1, 2.5f}, {4});
  Twelve t = twelve({1, 2, 3}, -4, 65535, true);
  printf("%d %g %d %d %d\n", e.a, e.b, t.a, t.b, t.c);
  printf("%lld %Lg\n", (long long)(wide((__int128)1 << 40, -3) >> 30), longer(1.5L, 4));
  for (Function f : table.functions) printf("%d ", f(10));
  printf("%d %d %d %d %ld\n", local(1), shared(2), weak_one(3), other(4), naked(5, 6));
  long (*MS volatile v)(int, ...) = total;
  printf("%ld %ld\n", total(5, 1, 2.5, 3, 4.5, 5), v(6, 10, 0.5, 30, 1.5, 50, 2.5));
  printf("%g\n", structures("btesl", b, t, e, "42", 7LL));
  printf("%d %d\n", through(thrower, 1), through(thrower, 3));
  auto throws = [](int x) -> int { throw x; };
  try { backwards(throws, 8); } catch (int x) { printf("caught %d\n", x); }
  Interface *i = new Implementation(100);
  printf("%d\n", i->call(20, 1.5));
  delete i;
  int (*MS volatile c)(const void *, const void *) = compare_ms;
  int x = 3, y = 8;
  printf("%d %d %d\n", c(&x, &y), apply([](int x) { return x * x; }, 9), sysv(1, 2.5));
}
