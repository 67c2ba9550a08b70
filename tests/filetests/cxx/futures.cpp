// run:
// Promises, futures, tasks, conditions, shared locks, once-functions, exceptions kept for other threads, and thread-local
// objects with constructors and destructors.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <future>
#include <mutex>
#include <queue>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
static std::atomic<int> made, gone;
struct Local { std::string name = "a name too long to be kept in the string itself"; int n = ++made; ~Local() { gone++; } };
static thread_local Local local;
static thread_local struct Second { int v; Second() : v((int)local.name.size()) {} ~Second() { gone += (int)local.name.size() == v ? 100 : 0; } } second;
template <typename T> class Queue {
  std::queue<T> q; std::mutex m; std::condition_variable c; bool closed = false;
public:
  void put(T t) { { std::lock_guard<std::mutex> l(m); q.push(std::move(t)); } c.notify_one(); }
  void close() { { std::lock_guard<std::mutex> l(m); closed = true; } c.notify_all(); }
  bool get(T &t) { std::unique_lock<std::mutex> l(m); c.wait(l, [&] { return closed || !q.empty(); }); if (q.empty()) return false; t = std::move(q.front()); q.pop(); return true; }
};
static int fails(int n) { if (n % 3 == 1) throw std::out_of_range("fails " + std::to_string(n)); if (n % 3 == 2) throw n; return n * n; }
int main() {
  std::vector<std::future<int>> futures;
  for (int i = 0; i < 9; i++) futures.push_back(std::async(i % 2 ? std::launch::async : std::launch::deferred, fails, i));
  for (auto &f : futures) try { std::printf("%d ", f.get()); } catch (const std::exception &e) { std::printf("[%s] ", e.what()); } catch (int n) { std::printf("<%d> ", n); }
  std::puts("");
  std::promise<std::string> promise;
  auto shared = promise.get_future().share();
  std::vector<std::thread> threads;
  std::atomic<int> length{0};
  for (int i = 0; i < 4; i++) threads.emplace_back([&, shared] { length += (int)shared.get().size() + second.v; });
  promise.set_value("kept");
  for (auto &t : threads) t.join();
  std::printf("%d %d %d\n", length.load(), made.load(), gone.load());
  { std::future<int> broken; { std::promise<int> p; broken = p.get_future(); } try { broken.get(); } catch (const std::future_error &e) { std::printf("%d\n", e.code() == std::future_errc::broken_promise); } }
  Queue<std::packaged_task<int(int)>> queue;
  std::vector<std::future<int>> results;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; i++) workers.emplace_back([&] { std::packaged_task<int(int)> t; for (int n = 1; queue.get(t); n++) t(7); });
  for (int i = 0; i < 200; i++) { std::packaged_task<int(int)> t([i](int x) { if (i % 50 == 49) throw i; return i * x; }); results.push_back(t.get_future()); queue.put(std::move(t)); }
  queue.close();
  long sum = 0;
  for (auto &r : results) try { sum += r.get(); } catch (int i) { sum -= i; }
  for (auto &w : workers) w.join();
  std::shared_mutex lock;
  std::once_flag once;
  int onces = 0, value = 0, tries = 0;
  std::vector<std::thread> mixed;
  for (int i = 0; i < 6; i++) mixed.emplace_back([&, i] {
    try { std::call_once(once, [&] { if (tries++ < 2) throw tries; onces++; }); } catch (int) {}
    for (int k = 0; k < 500; k++) if (k % 5 == i % 5) { std::unique_lock<std::shared_mutex> l(lock); value++; } else { std::shared_lock<std::shared_mutex> l(lock); if (value < 0) std::abort(); }
  });
  for (auto &t : mixed) t.join();
  std::exception_ptr error;
  std::thread([&] { try { fails(4); } catch (...) { error = std::current_exception(); } }).join();
  std::thread([&] { try { std::rethrow_exception(error); } catch (const std::logic_error &e) { std::printf("%s\n", e.what()); } }).join();
  std::timed_mutex timed;
  timed.lock();
  bool got = std::async(std::launch::async, [&] { return timed.try_lock_for(std::chrono::milliseconds(5)); }).get();
  std::printf("%ld %d %d %d %d\n", sum, onces, tries, value, got);
}
