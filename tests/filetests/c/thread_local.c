// run:
// Thread-local variables: static and extern, arrays, addresses kept, zero and with initial values, in several threads.
#include <pthread.h>
#include <stdio.h>
_Thread_local long visible = 3;
static __thread int array[4] = {1, 2, 3, 4};
static __thread char zeroes[100];
static __thread int *where;
__attribute__((noinline)) static int bump(int i) { visible++; zeroes[i]++; where = &array[i & 3]; return array[i & 3]++ + (int)visible + zeroes[i]; }
static void *work(void *p) { long s = 0; for (int i = 0; i < 100; i++) s = s * 3 + bump(i % 7); *(long *)p = s + *where; return 0; }
int main(void) {
  pthread_t t[3];
  long r[3], mine;
  work(&mine);
  for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, &r[i]);
  for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
  printf("%lx %lx %lx %lx %ld\n", mine, r[0], r[1], r[2], visible);
  work(&mine);
  printf("%lx\n", mine);
  return 0;
}
