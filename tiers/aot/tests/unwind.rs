//! Unwinders step out of compiled functions and thunks.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod program;

use program::check;

#[test]
fn unwinding_through_functions_and_thunks() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
func @walk(i32, i64, i64, i64, i64, i64, i64) -> i32
func @inner(i32) -> i32 {
  ss0 = 4000 align 64
b0(v0: i32):
  v1 = stack_addr ss0
  store.i32 v0, v1
  v2 = const.i64 1
  v3 = call @walk(v0, v2, v2, v2, v2, v2, v2)
  v4 = load.i32 v1 volatile
  v5 = iadd.i32 v3, v4
  ret v5
}
func @variadic(i32, ...) -> i32 variadic_definition {
b0(v0: ptr):
  v1 = load.i32 v0
  v2 = call @inner(v1)
  v3 = const.i32 1
  v4 = iadd.i32 v2, v3
  ret v4
}
func @long(f80, i32) -> f80 {
b0(v0: f80, v1: i32):
  v2 = call @variadic(v1, v1)
  v3 = sitof32.f80 v2
  ret v3
}
"#,
        r#"
#include <stdio.h>
#include <unwind.h>
#include <dlfcn.h>
long double longer(long double, int) __asm__("long"); int inner(int); int variadic(int, ...); int main(void);
static int frames, reached;
static _Unwind_Reason_Code frame(struct _Unwind_Context *c, void *p) {
  void *start = _Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(c));
  if (start == inner) reached |= 1;
  if (start == variadic) reached |= 2;
  if (start == longer) reached |= 4;
  if (start == main) { reached |= 8; return _URC_END_OF_STACK; }
  frames++;
  return _URC_NO_REASON;
}
int walk(int n, long a, long b, long c, long d, long e, long f) { _Unwind_Backtrace(frame, 0); return n; }
int main() {
  int result = (int)longer(1.0L, 20);
  printf("%d %d %d\n", frames, reached, result);
}
"#,
        // Frames below main: walk, inner, the variadic body and its thunk, the f80 body and its thunk.
        "6 15 41\n",
    );
}
