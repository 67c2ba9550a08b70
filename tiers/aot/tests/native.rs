//! Modules in text form, compiled, linked with a C driver by the platform's compiler, and run.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod program;

use program::{check, check_at};
use rheo_lower::Optimise;

#[test]
fn loops_switches_and_variadic_calls() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
global @format 24 align 1 private constant = { "%d %lld %.2f %d\0a\00" }
func @printf(ptr, ...) -> i32
func @kind(i32) -> i64 internal {
b0(v0: i32):
  v1 = const.i64 10
  v2 = const.i64 20
  switch.i32 v0 [-1: b1(v1), 3: b1(v2), 4: b1(v2), 1000000: b2] b3
b1(v3: i64):
  ret v3
b2:
  v4 = const.i64 30
  ret v4
b3:
  v5 = const.i64 0
  ret v5
}
func @main() -> i32 {
b0:
  v0 = const.i32 0
  v1 = const.i32 1
  v2 = const.i32 10
  jump b1(v0, v0)
b1(v3: i32, v4: i32):
  v5 = iadd.i32 v4, v3
  v6 = iadd.i32 v3, v1
  v7 = islt.i32 v6, v2
  br_if v7, b1(v6, v5), b2(v5)
b2(v8: i32):
  v9 = const.i32 -1
  v10 = call @kind(v9)
  v11 = const.i32 4
  v12 = call @kind(v11)
  v13 = iadd.i64 v10, v12
  v14 = const.f64 2.5
  v15 = const.i32 1000000
  v16 = call @kind(v15)
  v17 = trunc.i32 v16
  v18 = global_addr @format
  v19 = call @printf(v18, v8, v13, v14, v17)
  ret v0
}
"#,
        "",
        "45 30 2.50 30\n",
    );
}

#[test]
fn structures_and_long_doubles_both_ways() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
func @c_sum(i32, ptr byval 20 align 4, f80, ptr byval 32 align 16, i64) -> i64
func @sum(i32, ptr byval 20 align 4, f80, ptr byval 32 align 16, i64) -> i64 {
b0(v0: i32, v1: ptr, v2: f80, v3: ptr, v4: i64):
  v5 = load.i32 v1+8
  v6 = load.i64 v3+24
  v7 = iadd.i32 v0, v5
  v8 = sext32.i64 v7
  v9 = iadd.i64 v8, v6
  v10 = ftosi.i64.f80 v2
  v11 = iadd.i64 v9, v10
  v12 = iadd.i64 v11, v4
  v13 = call @c_sum(v0, v1, v2, v3, v12)
  ret v13
}
func @twice(f80, i32) -> f80 {
b0(v0: f80, v1: i32):
  v2 = fadd.f80 v0, v0
  v3 = sitof32.f80 v1
  v4 = fadd.f80 v2, v3
  ret v4
}
func @fill(ptr sret, i32) -> ptr {
b0(v0: ptr, v1: i32):
  store.i32 v1, v0+4
  ret v0
}
"#,
        r#"
#include <stdio.h>
struct a { int x, y, z, u, v; }; struct b { _Alignas(16) long v[4]; }; struct c { int v[8]; };
long sum(int, struct a, long double, struct b, long);
long c_sum(int i, struct a a, long double l, struct b b, long n) { return i + 10 * a.z + 100 * (long)l + 1000 * b.v[3] + 10000 * n; }
long double twice(long double, int);
struct c fill(int);
int main() {
  struct a a = {1, 2, 3}; struct b b = {{4, 5, 6, 7}};
  printf("%ld\n", sum(1, a, 8.0L, b, 9));
  printf("%.3Lf %d\n", twice(1.25L, 3), fill(6).v[1]);
}
"#,
        "287831\n5.500 6\n",
    );
}

#[test]
fn variadic_definitions() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
func @pick(i32, ...) -> f64 variadic_definition {
b0(v0: ptr):
  v1 = load.i64 v0+8
  v2 = load.f64 v0+64
  v3 = load.ptr v0+176
  v4 = load.i64 v3+8
  v5 = sitof64.f64 v1
  v6 = sitof64.f64 v4
  v7 = fadd.f64 v5, v2
  v8 = fadd.f64 v7, v6
  ret v8
}
func @big(ptr sret, ...) -> ptr variadic_definition {
b0(v0: ptr):
  v1 = load.ptr v0
  v2 = load.i32 v0+8
  store.i32 v2, v1+4
  ret v1
}
func @long(i32, ...) -> f80 variadic_definition {
b0(v0: ptr):
  v1 = load.i32 v0+8
  v2 = sitof32.f80 v1
  ret v2
}
func @call() -> f64 {
b0:
  v0 = const.i32 1
  v1 = const.i64 100
  v2 = const.f64 0.5
  v3 = const.f64 0.25
  v4 = const.i64 7
  v5 = call @pick(v0, v1, v2, v3, v4, v4, v4, v4, v4, v1)
  ret v5
}
"#,
        r#"
#include <stdio.h>
double pick(int, ...); double call(void); long double longer(int, ...) __asm__("long");
struct c { int v[8]; }; struct c big(int, ...);
int main() {
  printf("%g %g\n", pick(1, 2L, 0.5, 0.25, 3L, 4L, 5L, 6L, 7L, 8L), call());
  printf("%d %.1Lf\n", big(5).v[1], longer(1, 12));
}
"#,
        "10.25 200.25\n5 12.0\n",
    );
}

#[test]
fn second_returns_find_values_and_dynamic_memory() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
global @buffer 512 align 16 = {}
func @_setjmp(ptr) -> i32 returns_twice
func @longjmp(ptr, i32) noreturn
func @work(i32) -> i32
func @try(i32, i32, f64) -> i32 {
b0(v0: i32, v1: i32, v2: f64):
  v3 = imul.i32 v0, v1
  v4 = isub.i32 v0, v1
  v5 = global_addr @buffer
  v6 = call @_setjmp(v5)
  v7 = const.i32 3
  v8 = islt.i32 v6, v7
  br_if v8, b1, b2
b1:
  v9 = const.i64 100
  v10 = alloca v9, 16
  v11 = call @work(v3)
  v12 = call @work(v4)
  v13 = const.i32 1
  v14 = iadd.i32 v6, v13
  call @longjmp(v5, v14)
  trap
b2:
  v15 = ftosi.i32.f64 v2
  v16 = iadd.i32 v3, v15
  v17 = iadd.i32 v16, v4
  ret v17
}
"#,
        r#"
#include <stdio.h>
int try(int, int, double);
int work(int n) { volatile int x[16]; for (int i = 0; i < 16; i++) x[i] = n * i; return x[7]; }
int main() { int n = 0; for (int i = 0; i < 100; i++) n += try(6, 7, 100.5); printf("%d\n", n); }
"#,
        "14100\n",
    );
}

#[test]
fn linkage() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
ctor 65535 @second
ctor 101 @first
dtor 65535 @last
global @log 4 align 4 = {}
global @counter 4 align 4 tls = { x"05000000" }
global @blank 8 align 8 tls internal = {}
global @tentative 4 align 4 common = {}
global @table 24 align 8 constant = {
  at 0: abs64 @log
  at 8: abs64 @first
  at 16: rel32 @table
  at 20: rel32 @table+4
}
global @mark 4 align 4 section "rheo_marks" = { x"2a000000" }
global @same 4 align 4 weak = @log
global @__start_rheo_marks 4 align 4
global @absent 8 align 8 extern_weak
func @missing() extern_weak
func @exit_message()
func @also_first() weak = @first
func @first() internal {
b0:
  v0 = global_addr @log
  v1 = const.i32 1
  store.i32 v1, v0
  ret
}
func @second() internal {
b0:
  v0 = global_addr @log
  v1 = load.i32 v0
  v2 = const.i32 10
  v3 = imul.i32 v1, v2
  store.i32 v3, v0
  ret
}
func @last() internal {
b0:
  call @exit_message()
  ret
}
func @tick() -> i32 {
b0:
  v0 = tls_addr @counter
  v1 = load.i32 v0 volatile
  v2 = const.i32 1
  v3 = iadd.i32 v1, v2
  store.i32 v3, v0 volatile
  v4 = tls_addr @blank+4
  store.i32 v3, v4
  v5 = load.i32 v4
  ret v5
}
func @nothing() -> i32 {
b0:
  v0 = global_addr @absent
  v1 = func_addr @missing
  v2 = or.i64 v0, v1
  v3 = const.i64 0
  v4 = ieq.i64 v2, v3
  v5 = zext8.i32 v4
  ret v5
}
func @marked() -> i32 {
b0:
  v0 = global_addr @__start_rheo_marks
  v1 = load.i32 v0
  ret v1
}
"#,
        r#"
#include <stdio.h>
#include <pthread.h>
extern int log_ __asm__("log"), same; int tick(void), nothing(void), marked(void); void also_first(void);
__attribute__((common)) int tentative;
extern const struct { int *log; void (*f)(void); int here, also; } table;
void exit_message(void) { puts("bye"); fflush(stdout); }
static void *thread(void *p) { return (void *)(long)tick(); }
int main() {
  printf("%d %d %d %d %d\n", log_, same == log_, table.log == &log_, table.here, table.also);
  also_first();
  pthread_t t; void *r; tick(); pthread_create(&t, 0, thread, 0); pthread_join(t, &r);
  printf("%d %d %ld %d %d %d\n", log_, tick(), (long)r, nothing(), marked(), tentative);
}
"#,
        "10 1 1 -16 -16\n1 7 6 1 42 0\nbye\n",
    );
}

/// Masks of every shape that shuffles are broken down by, and some of none.
fn shuffle_masks() -> Vec<[u8; 16]> {
    let mut masks = Vec::new();
    let mut state = 1u64;
    let mut random = |n: u8| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8 % n
    };
    let spread = |lanes: &[u8]| -> [u8; 16] {
        let size = 16 / lanes.len();
        std::array::from_fn(|i| lanes[i / size] * size as u8 + (i % size) as u8)
    };
    for (lanes, rounds) in [(2usize, 8), (4, 60), (8, 40), (16, 6)] {
        for _ in 0..rounds {
            let of: Vec<u8> = (0..lanes).map(|_| random(2 * lanes as u8)).collect();
            masks.push(spread(&of));
            let one: Vec<u8> = (0..lanes).map(|_| random(lanes as u8)).collect();
            masks.push(spread(&one));
            let blend: Vec<u8> = (0..lanes).map(|i| i as u8 + lanes as u8 * random(2)).collect();
            masks.push(spread(&blend));
            let halves: Vec<u8> = (0..lanes)
                .map(|i| (if i < lanes / 2 { 0 } else { lanes / 2 }) as u8 + random(lanes as u8 / 2))
                .collect();
            masks.push(spread(&halves));
            masks.push(spread(&halves).map(|b| b + 16));
            masks.push(spread(&of).map(|b| b ^ 1));
        }
    }
    for k in [1u8, 3, 7, 15] {
        masks.push(std::array::from_fn(|i| i as u8 ^ k));
    }
    for k in 0..=16 {
        masks.push(std::array::from_fn(|i| i as u8 + k));
    }
    masks.push(std::array::from_fn(|i| 2 * i as u8));
    masks.push(std::array::from_fn(|i| 2 * i as u8 + 1));
    masks.push(std::array::from_fn(|i| (i as u8 / 2) + 16 * (i as u8 % 2)));
    masks.push(std::array::from_fn(|i| 4 * (i as u8 / 2) + i as u8 % 2));
    masks
}

#[test]
fn shuffles() {
    let masks = shuffle_masks();
    let mut text = String::from("module \"m\"\ntriple \"x86_64-pc-linux-gnu\"\nlayout \"\"\n");
    let mut table = String::new();
    for (i, mask) in masks.iter().enumerate() {
        for (suffix, y) in [("", "v1"), ("s", "v0")] {
            text += &format!(
                "func @f{i}{suffix}(i8x16, i8x16) -> i8x16 {{\nb0(v0: i8x16, v1: i8x16):\n  v2 = shuffle.i8x16 v0, {y}, \
                 {mask:?}\n  ret v2\n}}\n"
            );
        }
        let bytes: Vec<String> = mask.iter().map(u8::to_string).collect();
        table += &format!("F(f{i}, {}) ", bytes.join(", "));
    }
    let driver = r#"
#include <stdio.h>
typedef unsigned char v __attribute__((vector_size(16)));
#define F(f, ...) extern v f(v, v), f##s(v, v);
TABLE
#undef F
v rheo_rt_pshufb(v a, v m) { v r; for (int i = 0; i < 16; i++) r[i] = m[i] & 128 ? 0 : a[m[i] & 15]; return r; }
static int bad;
static void test(const char *name, v (*f)(v, v), v (*g)(v, v), const unsigned char *m) {
  v a, b, x, y;
  for (int i = 0; i < 16; i++) a[i] = 16 + 5 * i, b[i] = 250 - 7 * i;
  x = f(a, b), y = g(a, b);
  for (int i = 0; i < 16; i++)
    if (x[i] != (m[i] < 16 ? a[m[i]] : b[m[i] - 16]) || y[i] != a[m[i] % 16]) { printf("%s differs\n", name); bad++; return; }
}
int main() {
#define F(f, ...) test(#f, f, f##s, (const unsigned char[]){__VA_ARGS__});
TABLE
  printf("%d bad\n", bad);
}
"#;
    check_at(&[Optimise::Speed], &text, &driver.replace("TABLE", &table), "0 bad\n");
}

#[test]
fn tail_calls_use_no_stack() {
    check(
        r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
func @c_last(i64, i8 sext, f64, f32x4, i64, i64, i64, i64, i64, ptr byval 24 align 8) -> i64
func @even(i64, i8 sext, f64, f32x4, i64, i64, i64, i64, i64, ptr byval 24 align 8) -> i64 {
b0(v0: i64, v1: i8, v2: f64, v3: f32x4, v4: i64, v5: i64, v6: i64, v7: i64, v8: i64, v9: ptr):
  v10 = const.i64 1
  v11 = const.i64 0
  v12 = isub.i64 v0, v10
  v13 = iadd.i64 v8, v4
  v14 = const.f64 0.5
  v15 = fadd.f64 v2, v14
  v16 = fadd.f32x4 v3, v3
  v17 = ieq.i64 v12, v11
  br_if v17, b1, b2
b1:
  tail_call @c_last(v13, v1, v15, v16, v5, v6, v7, v4, v13, v9)
b2:
  v18 = func_addr @odd
  tail_call_indirect v18(v12, v1, v15, v3, v5, v6, v7, v4, v13, v9): (i64, i8 sext, f64, f32x4, i64, i64, i64, i64, i64, ptr byval 24 align 8) -> i64
}
func @odd(i64, i8 sext, f64, f32x4, i64, i64, i64, i64, i64, ptr byval 24 align 8) -> i64 {
b0(v0: i64, v1: i8, v2: f64, v3: f32x4, v4: i64, v5: i64, v6: i64, v7: i64, v8: i64, v9: ptr):
  v10 = const.i64 1
  v11 = isub.i64 v0, v10
  v12 = iadd.i64 v8, v4
  v13 = load.i64 v9+16
  v14 = iadd.i64 v13, v10
  store.i64 v14, v9+16
  tail_call @even(v11, v1, v2, v3, v7, v4, v5, v6, v12, v9)
}
func @count(f80, i32) -> f80 {
b0(v0: f80, v1: i32):
  v2 = const.i32 0
  v3 = ieq.i32 v1, v2
  br_if v3, b1, b2
b1:
  ret v0
b2:
  v4 = const.i32 1
  v5 = sitof32.f80 v4
  v6 = fadd.f80 v0, v5
  v7 = isub.i32 v1, v4
  tail_call @count(v6, v7)
}
"#,
        r#"
#include <stdio.h>
typedef float v4 __attribute__((vector_size(16)));
struct s { long x[3]; };
long even(long, signed char, double, v4, long, long, long, long, long, struct s);
long double count(long double, int);
long c_last(long a, signed char b, double c, v4 d, long e, long f, long g, long h, long i, struct s s) {
  printf("%ld %d %g %g %ld %ld %ld %ld %ld %ld %ld\n", a, b, c, d[3], e, f, g, h, i, s.x[0], s.x[2]);
  return 77;
}
int main() {
  struct s s = {{5, 6, 7}};
  printf("%ld %ld\n", even(1000001, -3, 1.5, (v4){1, 2, 3, 4}, 1, 2, 3, 4, 0, s), s.x[2]);
  printf("%.0Lf\n", count(0.5L, 1000000));
}
"#,
        "1500001 -3 250002 8 2 3 4 1 1500001 5 500007\n77 7\n1000000\n",
    );
}
