// run:
// Signal handlers of ours called by the kernel, on our stack and on another; a handler that jumps out; a timer.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static volatile sig_atomic_t seen, from;
static sigjmp_buf out;
static void handler(int s) { seen += s; }
static void detailed(int s, siginfo_t *info, void *context) { seen += s; from = info->si_pid == getpid() && context; }
static void jump(int s) { siglongjmp(out, s); }
int main(void) {
  signal(SIGUSR1, handler);
  for (int i = 0; i < 10; i++) raise(SIGUSR1);
  printf("%d\n", (int)seen);
  struct sigaction act;
  memset(&act, 0, sizeof act);
  act.sa_sigaction = detailed;
  act.sa_flags = SA_SIGINFO | SA_ONSTACK;
  stack_t alternative = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
  sigaltstack(&alternative, 0);
  sigaction(SIGUSR2, &act, 0);
  kill(getpid(), SIGUSR2);
  printf("%d %d\n", (int)seen, (int)from);
  signal(SIGFPE, jump);
  volatile int zero = 0, got = sigsetjmp(out, 1);
  if (!got) printf("%d\n", 5 / zero);
  printf("division: %d\n", got == SIGFPE);
  signal(SIGSEGV, jump);
  volatile int *volatile null = 0;
  got = sigsetjmp(out, 1);
  if (!got) *null = 1;
  printf("null: %d\n", got == SIGSEGV);
  signal(SIGALRM, handler);
  seen = 0;
  alarm(1);
  while (!seen) {}
  printf("alarm %d\n", (int)seen);
  return 3;
}
