// run:
// only: x86-64
// cflags: -mno-red-zone
// native: -mno-red-zone
// Inline assembly that uses the stack: pushes and pops, calls, another stack and back, alignment, reads of the stack pointer, flags.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
register uintptr_t stack_pointer __asm__("rsp");
__attribute__((noinline)) static uintptr_t depth(void) { uintptr_t sp; __asm__ volatile("mov %%rsp, %0" : "=r"(sp)); return sp; }
__attribute__((noinline)) static uintptr_t named(void) { return stack_pointer; }
__attribute__((noinline)) static uintptr_t deeper(int n) { volatile char room[100]; room[n] = 1; uintptr_t d = n ? deeper(n - 1) : named(); return d + (room[n] - 1); }
static unsigned long flags(void) { unsigned long f; __asm__ volatile("pushfq\n\tpopq %0" : "=r"(f)); return f; }
__attribute__((noinline)) long work(long a, long b) { char text[64]; snprintf(text, sizeof text, "%ld", a * b); return atol(text) + 1; }
static long call(long a, long b) {
  long r;
  __asm__ volatile("push %%rbx\n\tmov %%rsp, %%rbx\n\tand $-16, %%rsp\n\tcall *%[f]\n\tmov %%rbx, %%rsp\n\tpop %%rbx"
                   : "=a"(r) : "D"(a), "S"(b), [f] "r"(work) : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
  return r;
}
static long elsewhere(char *stack, long a) {
  long r;
  __asm__ volatile("mov %%rsp, %%r12\n\tmov %[top], %%rsp\n\tcall *%[f]\n\tmov %%r12, %%rsp"
                   : "=a"(r) : "D"(a), "S"(7L), [top] "r"(stack), [f] "r"(work) : "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "memory", "cc");
  return r;
}
static long sub(long a) { long r; __asm__("sub $16, %%rsp\n\tmov %1, 8(%%rsp)\n\tmov 8(%%rsp), %0\n\tadd $16, %%rsp" : "=&r"(r) : "r"(a)); return r; }
static long clobbered(long a) { __asm__ volatile("push %0\n\tpop %%rax\n\tmov %%rax, %0" : "+r"(a) : : "rax", "rsp"); return a; }
int main(void) {
  char here;
  uintptr_t d = depth();
  printf("%d %d\n", (intptr_t)((uintptr_t)&here - d) < 1 << 20 || 1, deeper(50) < named());
  printf("%ld %ld %ld %ld\n", flags() & 2, call(6, 7), sub(99), clobbered(5));
  char *stack = malloc(1 << 18);
  printf("%ld\n", elsewhere((char *)(((uintptr_t)stack + (1 << 18)) & -16), 8));
  free(stack);
  return 0;
}
