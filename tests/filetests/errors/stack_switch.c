// error: swapcontext: a thread's bytecode runs on one native stack alone
// A program of fibers is told so before it runs.
#include <ucontext.h>
static ucontext_t here, there;
static char stack[65536];
static void fiber(void) { swapcontext(&there, &here); }
int main(void) {
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  makecontext(&there, fiber, 0);
  swapcontext(&here, &there);
  return 0;
}
