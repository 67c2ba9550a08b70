// Inline assembly: empty, with values of every kind, with memory, with flags.
#include <stdint.h>
typedef float f4 __attribute__((vector_size(16)));
typedef int i8v __attribute__((vector_size(32)));

int barrier(int *p) { int a = *p; __asm__ volatile("" ::: "memory"); return a + *p; }
int launder(int a) { __asm__ volatile("" : "+r"(a)); return a; }
double launder_float(double a) { __asm__("" : "+x"(a)); return a; }
void escape(void *p) { __asm__ volatile("" : : "g"(p) : "memory"); }
int undefined(void) { int a; __asm__("" : "=r"(a)); return a & 0; }
void cpuid(unsigned leaf, unsigned out[4]) {
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}
uint64_t rdtsc(void) { uint32_t lo, hi; __asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi)); return (uint64_t)hi << 32 | lo; }
long syscall3(long n, long a, long b, long c) {
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return r;
}
uint64_t multiply(uint64_t a, uint64_t b, uint64_t *high) {
    uint64_t low;
    __asm__("mulq %3" : "=a"(low), "=d"(*high) : "a"(a), "rm"(b) : "cc");
    return low;
}
int add_memory(int *p, int a) { __asm__("addl %1, %0" : "+m"(*p) : "ri"(a)); return *p; }
_Bool is_zero(int a) { _Bool r; __asm__("testl %1, %1" : "=@ccz"(r) : "r"(a)); return r; }
f4 vectors(f4 a, f4 b) { __asm__("addps %1, %0" : "+x"(a) : "x"(b)); return a; }
long double x87(long double a) { __asm__("fsqrt" : "+t"(a)); return a; }
signed char narrow(signed char a, short b) { __asm__("addb %b1, %0" : "+q"(a) : "q"(b)); return a; }
__int128 pair(__int128 a) { __asm__("xchgq %%rax, %%rdx" : "+A"(a)); return a; }
int constant(int a) { __asm__("shll %1, %0" : "+r"(a) : "i"(5)); return a; }
int move_if(int a, int b, int c) {
    __asm__("cmpl %1, %2\n\tcmova %1, %0" : "+r"(a) : "r"(b), "r"(c) : "cc");
    return a;
}
int loop(int n) {
    int s = 0;
    __asm__ volatile("1:\n\taddl %1, %0\n\tdecl %1\n\tjnz 1b" : "+r"(s), "+r"(n) : : "cc");
    return s;
}
