// run:
// only: x86-64
// libs: gc
// A program that allocates only from a conservative collector, which finds what bytecode holds by `rheo_stacks`: lists
// and trees that only frames know, in several threads, through callbacks, in dynamic stack memory.
#define GC_THREADS
#include <alloca.h>
#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* rheo.h; absent from the native program. */
__attribute__((weak)) void rheo_stacks(void (*visit)(void *data, const void *from, const void *to), void *data);
static void push(void *data, const void *from, const void *to) { GC_push_all((void *)from, (void *)to); }
static GC_push_other_roots_proc before;
static void push_stacks(void) {
  if (before) before();
  if (rheo_stacks) rheo_stacks(push, 0);
}
struct node { struct node *left, *right; unsigned value, check; };
static struct node *make(unsigned value, struct node *left, struct node *right) {
  struct node *n = GC_MALLOC(sizeof *n);
  n->left = left, n->right = right, n->value = value, n->check = ~value;
  return n;
}
static struct node *tree(int depth, unsigned seed) {
  if (depth == 0) return make(seed, 0, 0);
  struct node *left = tree(depth - 1, seed * 2);
  struct node *right = tree(depth - 1, seed * 2 + 1);
  return make(seed, left, right);
}
static unsigned long sum(const struct node *n) {
  if (!n) return 0;
  if (n->check != ~n->value) { puts("collected too early"); abort(); }
  return n->value + sum(n->left) + sum(n->right);
}
static int by_value(const void *a, const void *b) {
  struct node *garbage = tree(4, 7);
  unsigned x = (*(struct node *const *)a)->value, y = (*(struct node *const *)b)->value;
  return sum(garbage) ? (x > y) - (x < y) : 0;
}
static unsigned long work(unsigned seed) {
  struct node *list = 0, *kept = tree(8, seed);
  struct node **sorted = alloca(200 * sizeof *sorted);
  unsigned long total = 0;
  /* Cleared should the tree be collected. */
  GC_word *link = malloc(sizeof *link);
  *link = GC_HIDE_POINTER(kept);
  GC_general_register_disappearing_link((void **)link, kept);
  for (unsigned i = 0; i < 200; i++) {
    list = make(i * seed % 1000, list, 0);
    sorted[i] = make((i * 7919 + seed) % 1000, 0, 0);
    total += sum(tree(6, i));
  }
  qsort(sorted, 200, sizeof *sorted, by_value);
  for (int i = 0; i < 200; i++) total = total * 3 + sum(sorted[i]);
  GC_gcollect();
  if (!*link) { puts("collected too early"); abort(); }
  GC_unregister_disappearing_link((void **)link);
  free(link);
  return total + sum(list) + sum(kept);
}
static void *thread(void *seed) {
  unsigned long total = 0;
  for (int i = 0; i < 6; i++) total += work((unsigned)(unsigned long)seed + i);
  return (void *)total;
}
int main(void) {
  GC_INIT();
  before = GC_get_push_other_roots();
  GC_set_push_other_roots(push_stacks);
  pthread_t threads[3];
  for (long i = 0; i < 3; i++) pthread_create(&threads[i], 0, thread, (void *)(i * 100 + 1));
  unsigned long total = (unsigned long)thread((void *)1000);
  for (int i = 0; i < 3; i++) {
    void *result;
    pthread_join(threads[i], &result);
    total += (unsigned long)result;
  }
  printf("%lx, %s\n", total, GC_get_gc_no() > 20 ? "collected often" : "hardly collected");
  printf("%s\n", GC_get_heap_size() < 64 << 20 ? "small" : "large");
}
