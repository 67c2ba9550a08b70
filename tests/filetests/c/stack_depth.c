// run: bytecode aot random:1 random:2 random:3 random:4 random:5 random:6
// How deep the stack is, by frame addresses that functions in different tiers have taken.
#include <stdint.h>
#include <stdio.h>

static uintptr_t limit;

__attribute__((noinline)) static void begin(void) { limit = (uintptr_t)__builtin_frame_address(0) - 200000; }

__attribute__((noinline)) static int too_deep_here(void) { return (uintptr_t)__builtin_frame_address(0) < limit; }

__attribute__((noinline)) static int too_deep_there(void) { return (uintptr_t)__builtin_frame_address(0) < limit; }

__attribute__((noinline)) static int few(int n) {
  volatile char room[64];
  room[n & 63] = (char)n;
  if (too_deep_here() | too_deep_there()) return -1000000;
  return n == 0 ? room[0] : 1 + few(n - 1);
}

int main(void) {
  begin();
  printf("%d %d %d\n", too_deep_here(), too_deep_there(), few(20));
  return 0;
}
