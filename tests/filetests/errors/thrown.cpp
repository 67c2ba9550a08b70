// report: exception
// An exception that would unwind through our code is refused in words, not by a crash.
#include <stdexcept>
__attribute__((noinline)) static void thrower(int x) { if (x) throw std::runtime_error("thrown"); }
int main(int argc, char **) { try { thrower(argc); } catch (...) { return 5; } return 6; }
