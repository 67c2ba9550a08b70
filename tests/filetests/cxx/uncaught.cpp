// run:
// dies:
// An exception that nobody catches ends the program as it does natively.
#include <stdexcept>
__attribute__((noinline)) static void thrower(int x) { if (x) throw std::runtime_error("thrown"); }
int main(int argc, char **) { thrower(argc); return 6; }
