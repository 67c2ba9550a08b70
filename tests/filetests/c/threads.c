// run:
// Several threads in functions of every tier: mutex, condition, atomics, thread-local variables, a once-function, keys with
// destructors, exit of a thread from within calls.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static atomic_long total;
static atomic_int destroyed, onces;
static long plain;
static _Thread_local int own = 5;
static int turn;
static void destroy(void *p) { destroyed += (int)(long)p; }
static void make(void) { onces++; pthread_key_create(&key, destroy); }
__attribute__((noinline)) static void leave(int n) { if (n) leave(n - 1); else pthread_exit((void *)(long)own); }
static void *work(void *arg) {
  long id = (long)arg;
  pthread_once(&once, make);
  pthread_setspecific(key, (void *)(id + 1));
  for (int i = 0; i < 5000; i++) {
    atomic_fetch_add_explicit(&total, id, memory_order_relaxed);
    pthread_mutex_lock(&lock);
    plain += i;
    pthread_mutex_unlock(&lock);
    own += id;
  }
  pthread_mutex_lock(&lock);
  while (turn != id) pthread_cond_wait(&changed, &lock);
  printf("thread %ld own %d\n", id, own);
  turn++;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  if (id & 1) leave(10);
  return (void *)(long)own;
}
int main(void) {
  pthread_t t[6];
  long sum = 0;
  for (long i = 0; i < 6; i++) pthread_create(&t[i], 0, work, (void *)i);
  for (int i = 0; i < 6; i++) { void *r; pthread_join(t[i], &r); sum += (long)r; }
  printf("%ld %ld %ld %d %d %d\n", (long)total, plain, sum, own, (int)destroyed, (int)onces);
  return 0;
}
