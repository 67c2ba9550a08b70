// run:
// Functions of ours that native code calls: qsort, bsearch, atexit, tdelete; and back into native from there.
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct record { char name[8]; double key; int n; };
static int calls;
static int by_key(const void *a, const void *b) { calls++; double x = ((struct record *)a)->key, y = ((struct record *)b)->key; return (x > y) - (x < y); }
static int by_name(const void *a, const void *b) { return strcmp(((struct record *)a)->name, ((struct record *)b)->name); }
static int nested(const void *a, const void *b) {
  int v[5] = {*(int *)a, *(int *)b, 3, 2, 1};
  extern int ints(const void *, const void *);
  qsort(v, 5, sizeof *v, ints);
  return v[4] - v[0] - (*(int *)a > *(int *)b ? 0 : 1000);
}
int ints(const void *a, const void *b) { return *(int *)a - *(int *)b; }
static void first(void) { puts("first registered"); }
static void second(void) { printf("second, %d calls\n", calls > 0); atexit(first); }
static void walk(const void *node, VISIT which, int depth) { if (which == leaf || which == postorder) printf("%d:%d ", **(int **)node, depth); }
int main(void) {
  struct record r[40];
  unsigned s = 1;
  atexit(first), atexit(second);
  for (int i = 0; i < 40; i++) { s = s * 1103515245 + 12345; r[i].key = (s >> 8) * 0.001; r[i].n = i; sprintf(r[i].name, "%x", s >> 12); }
  qsort(r, 40, sizeof *r, by_key);
  for (int i = 0; i < 40; i += 5) printf("%s %.3f %d\n", r[i].name, r[i].key, r[i].n);
  qsort(r, 40, sizeof *r, by_name);
  struct record want = r[17], *found = bsearch(&want, r, 40, sizeof *r, by_name);
  printf("%ld\n", (long)(found - r));
  int v[] = {5, 3, 9, 1};
  qsort(v, 4, sizeof *v, nested);
  void *tree = 0;
  int keys[] = {5, 2, 8, 1, 9};
  for (int i = 0; i < 5; i++) tsearch(&keys[i], &tree, ints);
  twalk(tree, walk);
  puts("");
  return 7;
}
