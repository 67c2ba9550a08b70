// C++ that calls Rust, which calls back; a C++ exception passes through Rust, a Rust panic through C++.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

struct Item {
  unsigned key;
  double weight;
};

extern "C" {
using Visit = bool (*)(unsigned char *data, Item item, size_t rank);
size_t visit_sorted(const Item *items, size_t len, Visit visit, unsigned char *data);
int histogram(const Item *items, size_t len, unsigned modulus, double *out);
void quiet_panics();
unsigned checked(unsigned n);
int catches(unsigned (*f)(unsigned), unsigned n);
}

// A panic comes by: clean-ups run, and a handler of anything lets it go on.
static unsigned halve(unsigned n) {
  Item last = {n, 0};
  struct Say { Item &item; ~Say() { std::printf("c++: leaves %u\n", item.key); } } say{last};
  try {
    return n ? checked(n) + halve(n / 2) : checked(n);
  } catch (const std::exception &e) {
    std::printf("c++: %s\n", e.what());
    return 0;
  } catch (...) {
    std::printf("c++: something at %u\n", n);
    throw;
  }
}

struct Log {
  std::vector<std::string> lines;
  ~Log() { std::printf("c++: %zu lines\n", lines.size()); }
};

static bool note(unsigned char *data, Item item, size_t rank) {
  auto *log = reinterpret_cast<Log *>(data);
  log->lines.push_back(std::to_string(rank) + ": " + std::to_string(item.key));
  if (item.weight < 0)
    throw std::runtime_error("negative: " + std::to_string(item.key));
  return item.weight > 1;
}

int main() {
  quiet_panics();
  std::vector<Item> items;
  for (unsigned i = 0; i < 40; i++)
    items.push_back({i * 7919 % 101, (i * 37 % 29) * 0.5});
  {
    Log log;
    auto visited = visit_sorted(items.data(), items.size(), note, reinterpret_cast<unsigned char *>(&log));
    std::printf("visited %zu, last %s\n", visited, log.lines.back().c_str());
  }
  double sums[8] = {};
  int keys = histogram(items.data(), items.size(), 8, sums);
  for (double sum : sums)
    std::printf("%g ", sum);
  std::printf("(%d)\n", keys);
  std::printf("%d\n", histogram(items.data(), items.size(), 0, sums));
  std::printf("%d\n", catches(halve, 6));
  std::printf("%d\n", catches(halve, 11));
  std::vector<Item> bad = {{1, 5}, {2, -3}, {3, 4}};
  try {
    Log log;
    visit_sorted(bad.data(), bad.size(), note, reinterpret_cast<unsigned char *>(&log));
    std::puts("not reached");
  } catch (const std::exception &e) {
    std::printf("c++: caught %s\n", e.what());
  }
}
