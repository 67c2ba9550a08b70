#include "initialisation.h"
static Noisy c("c in second");
void more() { static Noisy local("local static"); shared_inline++; std::printf("more %d %d\n", shared_inline, twice(5)); }
int count_of_template() { return Template<3>::value() + Template<3>::count; }
