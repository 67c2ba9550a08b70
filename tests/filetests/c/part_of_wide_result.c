// run:
// Only part of a 128-bit result is used, beside addresses that are shared.
#include <stdio.h>
struct Text { char *at; unsigned long n; };
__attribute__((noinline)) void write(struct Text *t, unsigned __int128 *x, unsigned long at) {
  t->at[at] = '0' + (char)(*x % 10);
  t->at[at + 1] = '.';
  *x /= 10;
  t->at[at + 2] = '0' + (char)(*x % 10);
}
int main(void) {
  char buf[8] = "";
  unsigned __int128 x = (unsigned __int128)0x123456789abcdefull << 60;
  struct Text t = {buf, 8};
  write(&t, &x, 1);
  buf[0] = '<';
  puts(buf);
  return 0;
}
