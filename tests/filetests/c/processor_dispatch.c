// run:
// only: x86-64
// Code for better processors than the program asks for, chosen at run time: by hand, by clang (`target_clones`), by a resolver
// of the program's own (`ifunc`), of functions of every sort of parameter.
#include <x86intrin.h>
#include <stdio.h>
__attribute__((target("avx512f,avx512bw"))) static int wide(const int *p) { return _mm512_reduce_add_epi32(_mm512_mullo_epi32(_mm512_loadu_si512(p), _mm512_set1_epi32(3))); }
__attribute__((target("avx2"))) static int middle(const int *p) { __m256i a = _mm256_mullo_epi32(_mm256_loadu_si256((void *)p), _mm256_set1_epi32(3)); __m256i b = _mm256_mullo_epi32(_mm256_loadu_si256((void *)(p + 8)), _mm256_set1_epi32(3)); int t[8]; _mm256_storeu_si256((void *)t, _mm256_add_epi32(a, b)); int s = 0; for (int i = 0; i < 8; i++) s += t[i]; return s; }
__attribute__((target("xop"))) static int other(const int *p) { __m128i s = _mm_setzero_si128(); for (int i = 0; i < 16; i += 4) s = _mm_macc_epi32(_mm_loadu_si128((void *)(p + i)), _mm_set1_epi32(3), s); int t[4]; _mm_storeu_si128((void *)t, s); return t[0] + t[1] + t[2] + t[3]; }
static int plain(const int *p) { int s = 0; for (int i = 0; i < 16; i++) s += p[i] * 3; return s; }
__attribute__((target_clones("avx2", "arch=skylake-avx512", "default"))) int cloned(const int *p) { int s = 0; for (int i = 0; i < 16; i++) s += p[i] * 3; return s; }
static int chosen_wide(int x) { return x * 2; }
static int chosen_narrow(int x) { return x + x; }
static int (*choose(void))(int) { __builtin_cpu_init(); return __builtin_cpu_supports("avx2") ? chosen_wide : chosen_narrow; }
int chosen(int) __attribute__((ifunc("choose")));
struct large { long a, b, c, d; };
static struct large turned(struct large x, signed char c, _Bool b) { return (struct large){x.d + c, x.c + b, x.b, x.a}; }
static void *choose_turned(void) { return turned; }
struct large turn(struct large, signed char, _Bool) __attribute__((ifunc("choose_turned")));
int main(void) {
  int p[16];
  for (int i = 0; i < 16; i++) p[i] = i * i - 7;
  __builtin_cpu_init();
  if (__builtin_cpu_supports("xop")) printf("%d\n", other(p) == plain(p));
  int r = __builtin_cpu_supports("avx512bw") ? wide(p) : __builtin_cpu_supports("avx2") ? middle(p) : plain(p);
  printf("%d %d %d\n", r, plain(p), __builtin_cpu_is("intel") && __builtin_cpu_is("amd"));
  int (*volatile f)(int) = chosen;
  printf("%d %d %d %d\n", cloned(p), chosen(4), f(5), f == chosen);
  struct large x = turn((struct large){1, 2, 3, 4}, (signed char)-r, r & 1);
  printf("%ld %ld %ld %ld\n", x.a, x.b, x.c, x.d);
}
