// run:
// What is said of exceptions that nobody catches, of every kind and on every way, is what the native program says.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <new>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
struct D : std::logic_error { D() : std::logic_error("derived") {} };
__attribute__((noinline)) void f(int k) { struct N { ~N() { std::printf("~"); std::fflush(stdout); } } n; switch (k) { case 0: throw std::runtime_error("message"); case 1: throw 7; case 2: throw D(); case 3: throw; case 4: throw std::bad_alloc(); case 5: throw "text"; } }
struct S { ~S() noexcept(false) { throw 2; } };
void g() noexcept { f(0); }
static void ends(int k) {
  if (k < 6) f(k);
  if (k == 6) std::thread([] { f(0); }).join();
  if (k == 7) g();
  if (k == 8) { try { S s; throw 1; } catch (...) {} }
  if (k == 9) { std::exception_ptr p; try { f(2); } catch (...) { p = std::current_exception(); } std::rethrow_exception(p); }
  if (k==10) { try { f(0); } catch (...) { f(2); } }
  if (k == 11) { std::thread t([]{}); }
}
int main() {
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  for (int k = 0; k < 12; k++) {
    std::fflush(stdout);
    pid_t child = fork();
    if (child == 0) { dup2(1, 2); ends(k); _exit(9); }
    int status = 0;
    waitpid(child, &status, 0);
    std::printf(" %d: %d %d\n", k, WIFSIGNALED(status), WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  }
}
