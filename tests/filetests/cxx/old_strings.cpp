// run:
// A failure of a stream, caught by the name that it has where strings are of the old ABI, too.
#define _GLIBCXX_USE_CXX11_ABI 0
#include <fstream>
#include <iostream>
int main() { std::ifstream f; f.exceptions(std::ios::failbit); try { f.open("/no/such/file"); } catch (const std::ios_base::failure &e) { std::cout << "caught old " << e.what() << "\n"; } }
