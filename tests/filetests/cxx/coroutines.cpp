// run:
// cflags: -std=c++20
// Coroutines: generators, tasks that await each other by symmetric transfer, exceptions out of them, frames destroyed while
// suspended, frames from an allocator of their own, one resumed by several threads in turn.
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>
struct Note { const char *name; ~Note() { std::printf("~%s ", name); } };
static int frames;
template <typename T> struct Generator {
  struct promise_type {
    T value;
    std::exception_ptr error;
    Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T v) { value = std::move(v); return {}; }
    void return_void() {}
    void unhandled_exception() { error = std::current_exception(); }
    void *operator new(std::size_t n) { frames++; return std::malloc(n); }
    void operator delete(void *p) { frames--; std::free(p); }
  };
  std::coroutine_handle<promise_type> h;
  Generator(std::coroutine_handle<promise_type> h) : h(h) {}
  Generator(Generator &&g) : h(std::exchange(g.h, nullptr)) {}
  ~Generator() { if (h) h.destroy(); }
  bool next() { h.resume(); if (h.promise().error) std::rethrow_exception(std::exchange(h.promise().error, nullptr)); return !h.done(); }
  T &value() { return h.promise().value; }
};
static Generator<int> count(int from, int to) { Note n{"count"}; for (int i = from; i < to; i++) { if (i == 7) throw std::runtime_error("seven"); co_yield i; } }
static Generator<std::string> words(std::string text) {
  Note n{"words"};
  for (std::size_t at = 0; at < text.size();) { auto end = text.find(' ', at); co_yield text.substr(at, end - at); if (end == std::string::npos) break; at = end + 1; }
}
static Generator<long> tree(int depth) { if (depth == 0) { co_yield 1; co_return; } for (auto l = tree(depth - 1); l.next();) co_yield l.value() * 2; for (auto r = tree(depth - 1); r.next();) co_yield r.value() * 2 + 1; }
struct Task {
  struct promise_type {
    int value = 0;
    std::exception_ptr error;
    std::coroutine_handle<> then = std::noop_coroutine();
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() { return {}; }
    struct Last { bool await_ready() noexcept { return false; } std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept { return h.promise().then; } void await_resume() noexcept {} };
    Last final_suspend() noexcept { return {}; }
    void return_value(int v) { value = v; }
    void unhandled_exception() { error = std::current_exception(); }
  };
  std::coroutine_handle<promise_type> h;
  Task(std::coroutine_handle<promise_type> h) : h(h) {}
  Task(Task &&t) : h(std::exchange(t.h, nullptr)) {}
  ~Task() { if (h) h.destroy(); }
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> c) { h.promise().then = c; return h; }
  int await_resume() { if (h.promise().error) std::rethrow_exception(h.promise().error); return h.promise().value; }
};
static Task leaf(int n) { Note note{"leaf"}; if (n % 5 == 3) throw n; co_return n * n; }
static Task loops(int n) { long sum = 0; for (int i = 0; i < n; i++) sum += co_await [](int i) -> Task { co_return i; }(i); co_return (int)(sum % 1000003); }
static Task all(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) { try { sum += co_await leaf(i); } catch (int e) { sum -= e * 100; } }
  co_return sum + co_await loops(20000);
}
static int run(Task t) { t.h.resume(); return t.await_resume(); }
int main() {
  { auto g = count(3, 6); while (g.next()) std::printf("%d ", g.value()); }
  std::puts("");
  { auto g = count(5, 9); try { while (g.next()) std::printf("%d ", g.value()); } catch (const std::exception &e) { std::printf("%s ", e.what()); } }
  std::puts("");
  { auto g = words("left while suspended in the middle"); g.next(); g.next(); std::printf("%s ", g.value().c_str()); }
  std::printf("%d frames\n", frames);
  long sum = 0;
  for (auto t = tree(10); t.next();) sum = (sum * 31 + t.value()) % 1000000007;
  std::printf("%ld\n%d\n", sum, run(all(9)));
  try { run(leaf(8)); } catch (int e) { std::printf("threw %d\n", e); }
  auto g = count(100, 108);
  for (int i = 0; i < 8; i++) std::thread([&] { g.next(); }).join(), std::printf("%d ", g.value());
  std::printf("%d\n", frames);
}
