// run:
// The standard library: containers, algorithms, strings, streams, functions, smart pointers, threads.
#include <algorithm>
#include <functional>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>
using namespace std;
template <typename T> T fold(const vector<T> &v, T start, const function<T(T, T)> &f) { for (auto &x : v) start = f(start, x); return start; }
int main() {
  vector<int> v(100);
  iota(v.begin(), v.end(), -50);
  sort(v.begin(), v.end(), [](int a, int b) { return a * a % 37 < b * b % 37 || (a * a % 37 == b * b % 37 && a < b); });
  cout << v[0] << ' ' << v[50] << ' ' << v[99] << ' ' << accumulate(v.begin(), v.end(), 0) << '\n';
  map<string, int> words;
  istringstream in("the quick brown fox jumps over the lazy dog the end");
  for (string w; in >> w;) words[w]++;
  for (auto &[w, n] : words) cout << w << '=' << n << ' ';
  cout << '\n';
  unordered_map<int, string> u;
  for (int i = 0; i < 1000; i++) u[i * 7919 % 1009] = to_string(i);
  cout << u.size() << ' ' << u[500] << '\n';
  set<pair<int, char>> s{{3, 'c'}, {1, 'a'}, {2, 'b'}, {1, 'A'}};
  for (auto &p : s) cout << p.first << p.second;
  list<double> l{1.5, 2.5};
  l.push_front(0.5);
  cout << ' ' << l.front() << ' ' << l.size() << '\n';
  cout << fold<long>({1, 2, 3, 4}, 10, [k = 2](long a, long b) { return a * k + b; }) << ' ' << fold<string>({"a", "b"}, "x", plus<string>()) << '\n';
  cout << setw(8) << setfill('*') << hex << 255 << ' ' << dec << fixed << setprecision(3) << 3.14159 << ' ' << boolalpha << true << '\n';
  auto p = make_shared<vector<string>>(3, "shared");
  weak_ptr<vector<string>> w = p;
  cout << p.use_count() << ' ' << w.lock()->at(2) << ' ';
  p.reset();
  cout << w.expired() << '\n';
  string t = "substitute";
  t.replace(3, 4, "---").insert(0, 3, '>');
  cout << t << ' ' << t.find("te") << ' ' << t.substr(2, 4) << '\n';
  long total = 0;
  vector<thread> threads;
  vector<long> sums(4);
  for (int i = 0; i < 4; i++) threads.emplace_back([&, i] { for (int k = 0; k < 1000; k++) sums[i] += k * i; });
  for (auto &x : threads) x.join();
  for (long x : sums) total += x;
  cout << total << endl;
  return 0;
}
