// run:
// only: x86-64
// Naked functions: called, by address, as callbacks of native code, calling the program's functions by name and as operands,
// static ones, aliases of them, switching between stacks; and assembly that is told addresses as constants.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define NAKED __attribute__((naked, noinline))

NAKED long add3(long a, long b, long c) { __asm__("lea (%rdi,%rsi), %rax\n\tadd %rdx, %rax\n\tret"); }
NAKED static int compare(const void *a, const void *b) {
  __asm__ volatile("movl (%rdi), %eax\n\tsubl (%rsi), %eax");
  __asm__ volatile("ret");
}
static int counted;
__attribute__((noinline)) static long twice(long x) { counted++; return 2 * x; }
long thrice(long x) { return 3 * x; }
NAKED static long of_twice(long x) {
  __asm__("push %%rbx\n\tmov %%rdi, %%rbx\n\tcall %P0\n\tadd %%rbx, %%rax\n\tpop %%rbx\n\tret" ::"i"(twice));
}
NAKED long of_thrice(long x) { __asm__("sub $8, %rsp\n\tcall thrice\n\tadd $8, %rsp\n\tadd $1, %rax\n\tret"); }
NAKED int read_counter(void) { __asm__("movl %P0(%%rip), %%eax\n\tret" ::"i"(&counted)); }
extern __typeof(add3) sum3 __attribute__((alias("add3")));
NAKED __attribute__((weak)) int weak_one(void) { __asm__("mov $7, %eax\n\tret"); }
NAKED double scale(double x, double y) { __asm__("mulsd %xmm1, %xmm0\n\tret"); }

// A coroutine with a stack of its own.
typedef struct { void *sp; } Context;
NAKED static void switch_to(Context *from, Context *to) {
  __asm__("push %rbx\n\tpush %rbp\n\tpush %r12\n\tpush %r13\n\tpush %r14\n\tpush %r15\n\t"
          "mov %rsp, (%rdi)\n\tmov (%rsi), %rsp\n\t"
          "pop %r15\n\tpop %r14\n\tpop %r13\n\tpop %r12\n\tpop %rbp\n\tpop %rbx\n\tret");
}
NAKED static void start(void) { __asm__("mov %r12, %rdi\n\tcall *%r13\n\tud2"); }
static long apply(long (*f)(long), long x) { return f(x); }

static int table[4] = {1, 2, 3, 4};
int main(void) {
  printf("%ld %ld\n", add3(1, 2, 3), sum3(4, 5, 6));
  int list[] = {5, 3, 9, 1, 7};
  qsort(list, 5, sizeof(int), compare);
  for (int i = 0; i < 5; i++) printf("%d ", list[i]);
  printf("%ld %ld %d %d %g\n", of_twice(10), of_thrice(10), read_counter(), weak_one(), scale(1.5, 4));
  long (*volatile f)(long) = of_twice;
  printf("%ld %ld %d\n", f(5), apply(of_thrice, 6), f == of_twice);
  int *third;
  long (*function)(long);
  __asm__("leaq %P1(%%rip), %0" : "=r"(third) : "i"(&table[2]));
  __asm__("leaq %P1(%%rip), %0" : "=r"(function) : "i"(twice));
  printf("%d %ld\n", *third, function(21));
  return 0;
}
