// run:
// Bit-fields: signed and not, across words, packed, changed in place.
#include <stdio.h>
#include <string.h>
struct a { unsigned a : 1; int b : 5; unsigned c : 13; long d : 37; _Bool e : 1; unsigned char f : 7; };
struct __attribute__((packed)) b { unsigned a : 3; unsigned long b : 50; int c : 11; short d; unsigned e : 31; };
static void dump(const void *p, size_t n) { for (size_t i = 0; i < n; i++) printf("%02x", ((const unsigned char *)p)[i]); puts(""); }
__attribute__((noinline)) static void change(struct a *p, int n) { p->b += n; p->c *= n; p->d -= n; p->e ^= 1; p->f <<= 1; p->a++; }
__attribute__((noinline)) static void changeb(struct b *p, int n) { p->b += (unsigned long)n << 40; p->c -= n; p->e |= n; p->a ^= 5; p->d = p->c; }
int main(void) {
  struct a a;
  struct b b;
  memset(&a, 0, sizeof a), memset(&b, 0, sizeof b);
  for (int i = 1; i < 10; i++) {
    a.c += i;
    change(&a, i * 3 - 7), changeb(&b, i * 5 - 9);
    dump(&a, sizeof a), dump(&b, sizeof b);
    printf("%d %d %d %ld %d %d | %d %lu %d %d %u\n", a.a, a.b, a.c, (long)a.d, a.e, a.f, b.a, (unsigned long)b.b, b.c, b.d, b.e);
  }
  return 0;
}
