// run:
// libs: atomic
// C11 atomics of every width and kind, up to 16 bytes; the __sync and __atomic builtins; a spin lock between threads.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
typedef struct { long a, b; } Pair;
static _Atomic Pair pair;
static _Atomic __int128 wide;
static atomic_flag lock = ATOMIC_FLAG_INIT;
static long guarded;
static _Atomic double sum;
static void *work(void *p) {
  long id = (long)p;
  for (int i = 0; i < 2000; i++) {
    while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {}
    guarded += id;
    atomic_flag_clear_explicit(&lock, memory_order_release);
    Pair old = pair, new;
    do { new = old; new.a += id; new.b -= id; } while (!atomic_compare_exchange_weak(&pair, &old, new));
    __int128 w = wide;
    while (!atomic_compare_exchange_strong(&wide, &w, w + ((__int128)id << 60))) {}
    sum += 0.5;
  }
  return 0;
}
#define ALL(T, v) do { _Atomic T x = (T)(v); T o = 3, r = 0; \
  r += atomic_fetch_add(&x, 5); r += atomic_fetch_sub(&x, 9); r += atomic_fetch_or(&x, 64); r += atomic_fetch_and(&x, ~(T)2); r += atomic_fetch_xor(&x, 255); \
  r += atomic_exchange(&x, 77); int ok = atomic_compare_exchange_strong(&x, &o, 1); r += o; ok = ok * 2 + atomic_compare_exchange_strong(&x, &o, 1); \
  x += 300; x *= 3; x <<= 1; printf(#T " %ld %ld %d\n", (long)r, (long)x, ok); } while (0)
int main(void) {
  pthread_t t[4];
  for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, work, (void *)(i + 1));
  for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
  Pair p = pair;
  __int128 w = wide;
  printf("%ld %ld %ld %lx%016lx %a\n", guarded, p.a, p.b, (long)(w >> 64), (long)w, sum);
  ALL(char, 100); ALL(short, -5); ALL(int, 1 << 30); ALL(long, -1); ALL(unsigned char, 200); ALL(unsigned, 7); ALL(unsigned long, 1ul << 63);
  _Atomic(int *) q = 0;
  static int v[4];
  atomic_store(&q, v), atomic_fetch_add(&q, 2);
  printf("%ld %d\n", (long)(q - v), __sync_fetch_and_nand(&v[1], 12));
  printf("%d %d\n", __sync_bool_compare_and_swap(&v[2], 0, 9), __sync_val_compare_and_swap(&v[2], 9, 10));
  _Atomic float f = 1.5f;
  f += 2.25f, f *= 2;
  printf("%a\n", f);
  return 0;
}
