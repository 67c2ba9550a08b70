// run:
// with: initialisation_more.cpp
// Static constructors and destructors in two files, inline variables, templates and inline functions that both define, local
// statics, thread_local with destructors.
#include "../support/initialisation.h"
#include <thread>
Noisy a("a in first"), b("b in first");
thread_local Noisy per_thread("per thread");
int main() {
  std::printf("main %d %d\n", shared_inline, twice(4));
  more();
  more();
  std::thread([] { std::printf("in thread %s\n", per_thread.name); }).join();
  std::printf("%d %d\n", Template<3>::value(), count_of_template());
  return 0;
}
