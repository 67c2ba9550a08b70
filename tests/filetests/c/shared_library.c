// run:
// A library opened at run time calls functions of the program's; addresses of both are looked up by dladdr.
// libs: dl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct stream { const uint8_t *next_in; unsigned avail_in; unsigned long total_in; uint8_t *next_out; unsigned avail_out; unsigned long total_out; const char *msg; void *state; void *(*alloc)(void *, unsigned, unsigned); void (*free)(void *, void *); void *opaque; int type; unsigned long adler, reserved; };
static int held, most;
static void *allocate(void *opaque, unsigned n, unsigned bytes) { held++; if (held > most) most = held; *(long *)opaque += (long)n * bytes; return calloc(n, bytes); }
static void release(void *opaque, void *p) { held--; *(long *)opaque += 1000000; free(p); }
int main(void) {
  void *z = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!z) return printf("%s\n", dlerror()), 1;
  int (*init)(struct stream *, int, const char *, int) = (int (*)(struct stream *, int, const char *, int))dlsym(z, "deflateInit_");
  int (*deflate)(struct stream *, int) = (int (*)(struct stream *, int))dlsym(z, "deflate");
  int (*end)(struct stream *) = (int (*)(struct stream *))dlsym(z, "deflateEnd");
  long total = 0;
  uint8_t in[5000], out[5000];
  for (int i = 0; i < 5000; i++) in[i] = (uint8_t)(i * i >> 7);
  struct stream s = {.next_in = in, .avail_in = sizeof in, .next_out = out, .avail_out = sizeof out, .alloc = allocate, .free = release, .opaque = &total};
  int r = init(&s, 6, "1", (int)sizeof s);
  printf("%d %d", r, deflate(&s, 4));
  unsigned long hash = 5381;
  for (unsigned long i = 0; i < s.total_out; i++) hash = hash * 33 + out[i];
  printf(" %lu %lx", s.total_out, hash);
  printf(" %d held, %d at most, %ld in all, %d held\n", held, most, total, (end(&s), held));
  void (*sort)(void *, size_t, size_t, int (*)(const void *, const void *)) = (void (*)(void *, size_t, size_t, int (*)(const void *, const void *)))dlsym(RTLD_DEFAULT, "qsort");
  char names[4][8] = {"pear", "fig", "apple", "date"};
  sort(names, 4, 8, (int (*)(const void *, const void *))strcmp);
  printf("%s %s %s %s\n", names[0], names[1], names[2], names[3]);
  Dl_info own, theirs, data;
  int found = dladdr((void *)main, &own), f2 = dladdr((void *)allocate, &data), f3 = dladdr((void *)deflate, &theirs);
  printf("%d %d %d, one program %d, another %d, %s\n", found != 0, f2 != 0, f3 != 0, own.dli_fbase == data.dli_fbase, own.dli_fbase != theirs.dli_fbase, theirs.dli_sname);
  printf("%d %s\n", dladdr(&held, &data) && data.dli_fbase == own.dli_fbase, dlsym(z, "no_such") ? "found" : "not found");
  return dlclose(z);
}
