// error: it leaves the stack pointer changed
// error: out of line the stack pointer that it is given is another frame's
// Assembly that is about the frame that it stands in cannot go out of line.
register long stack_pointer __asm__("rsp");
int main(void) {
  long x = 1;
  __asm__ volatile("push %0" : : "r"(x));
  __asm__ volatile("call free" : "+r"(stack_pointer));
  return 0;
}
