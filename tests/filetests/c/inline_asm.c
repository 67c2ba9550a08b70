// run:
// only: x86-64
// Inline assembly: constraints of registers and memory, in and out, clobbers, flags as outputs, 64-bit products, cpuid, barriers.
#include <stdint.h>
#include <stdio.h>
static inline uint64_t mulhi(uint64_t a, uint64_t b) { uint64_t h, l; __asm__("mulq %3" : "=d"(h), "=a"(l) : "a"(a), "rm"(b) : "cc"); return h ^ l; }
static inline uint32_t rotate(uint32_t x, uint8_t n) { __asm__("roll %%cl, %0" : "+r"(x) : "c"(n) : "cc"); return x; }
static inline int add_carry(uint64_t *a, uint64_t b) { int c; __asm__("addq %2, %0" : "+m"(*a), "=@ccc"(c) : "r"(b)); return c; }
static inline double root(double x) { double r; __asm__("sqrtsd %1, %0" : "=x"(r) : "x"(x)); return r; }
static inline void swap(int *a, int *b) { __asm__ volatile("xchgl %0, (%2)" : "=r"(*a) : "0"(*a), "r"(b) : "memory"); }
static inline unsigned vendor(void) { unsigned a = 0, b, c = 0, d; __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d)); return (b ^ c ^ d) != 0; }
static inline long pick(long a, long b, int which) { __asm__("testl %2, %2\n\tcmovne %1, %0" : "+r"(a) : "r"(b), "r"(which) : "cc"); return a; }
int main(void) {
  uint64_t v = ~0ull - 3;
  int x = 1, y = 2;
  printf("%lx\n", mulhi(0x123456789abcdef0u, 0xfedcba9876543210u));
  printf("%x %x\n", rotate(0x80000001u, 4), rotate(5, 31));
  int c1 = add_carry(&v, 3), c2 = add_carry(&v, 1);
  printf("%d %d %lx\n", c1, c2, v);
  printf("%a\n", root(2));
  swap(&x, &y);
  __asm__ volatile("" ::: "memory");
  printf("%d %d %u %ld %ld\n", x, y, vendor(), pick(1, 2, 0), pick(1, 2, 3));
  __asm__ volatile("nop");
  return 0;
}
