// What LLVM's C API lacks: surviving LLVM's own crashes (see crash.rs).

#include <cstddef>
#include <cstdio>
#include <exception>
#include <llvm/Support/CrashRecoveryContext.h>

namespace {

// Where the guard of this thread wants the text of an uncaught exception.
struct Reason {
  char *text;
  size_t size;
};
thread_local Reason reason;
std::terminate_handler unguarded;

// LLVM is built without exceptions, but the library below it throws. Frames that expect none, LLVM's and Rust's, end
// the search for a handler, so that this runs.
[[noreturn]] void give_up() {
  llvm::CrashRecoveryContext *context = llvm::CrashRecoveryContext::GetCurrent();
  if (!context || !reason.text)
    unguarded();
  try {
    if (std::current_exception())
      throw;
  } catch (const std::exception &e) {
    std::snprintf(reason.text, reason.size, "%s", e.what());
  } catch (...) {
    std::snprintf(reason.text, reason.size, "unknown exception");
  }
  context->HandleExit(1);
}

} // namespace

extern "C" void rheo_guard_enable() {
  llvm::CrashRecoveryContext::Enable();
  unguarded = std::set_terminate(give_up);
}

extern "C" void rheo_guard_disable() {
  std::set_terminate(unguarded);
  llvm::CrashRecoveryContext::Disable();
}

// Calls `f(data)`. Returns whether it returned: if not, a signal or `abort` ended it, or a C++ exception, whose text is
// then in `text`, of `size` bytes, zero-terminated.
extern "C" bool rheo_guard_run(void (*f)(void *), void *data, char *text, size_t size) {
  reason = {text, size};
  llvm::CrashRecoveryContext context;
  bool completed = context.RunSafely([=] { f(data); });
  reason = {};
  return completed;
}
