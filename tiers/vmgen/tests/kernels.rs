//! Four small programs in hand-written bytecode, run by a generated VM and compared with the same in C.
//!
//! `RHEO_KERNELS=time` prints times beside clang -O2's instead (build with optimisation does not matter: only generated
//! code runs).

mod assembler;

use assembler::Program;
use std::process::Command;

const FIB: &str = "
fib:
 s4 i4 b8 : islt.i32 $0 #1 -> _ ; br_if.i64 %0 +#2 | 0 2 @small
 s4 i4 f12 w4 : iadd.i64 $0 #1 -> @3.0 ; call_bytecode.i64 #2 #3 | 0 -1 fib 2
 s4 : move.i64 acc -> $0 | 1
 s4 i4 f12 w4 : iadd.i64 $0 #1 -> @3.0 ; call_bytecode.i64 #2 #3 | 0 -2 fib 2
 s4 : iadd.i64 acc $0 -> acc ; ret.i64 | 1
small:
 s4 : move.i64 $0 -> acc ; ret.i64 | 0
";

// 0 flags, 1 n, 2 i, 3 count, 4 one
const SIEVE: &str = "
sieve:
 s4 i4 : const.i64 +#1 -> $0 | 2 2
 s4 i4 : const.i64 +#1 -> $0 | 3 0
 s4 i4 : const.i64 +#1 -> $0 | 4 1
outer:
 s4 s4 b8 : iadd.i64 $0 $1 -> _ ; load.i8 %0 -> _ ; br_if.i64 %1 +#2 | 0 2 @next
 s4 i4 : iadd.i64 $0 #1 -> $0 | 3 1
 s4 : imul.i64 $0 $0 -> acc | 2
 s4 b8 : isle.i64 $0 acc -> _ ; br_if.i64 %0 +#1 | 1 @next
inner:
 s4 s4 : iadd.i64 $0 acc -> _ ; store.i8 $1 %0 | 0 4
 s4 s4 b8 : iadd.i64 acc $0 -> acc ; islt.i64 %0 $1 -> _ ; br_if.i64 %1 +#2 | 2 1 @inner
next:
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i64 %0 $2 -> _ ; br_if.i64 %1 +#3 | 2 1 1 @outer
 s4 : move.i64 $0 -> acc ; ret.i64 | 3
";

// 0 n, 1 limit, 2 sx, 3 sy, 4 total, 5 py, 6 px, 7 iterations, 8 cx, 9 cy, 10 x, 11 y, 12 x2, 13 y2, 14 four, 15 one;
// two is 1 + 1.
const MANDEL: &str = "
mandel:
 s4 i4 : const.i64 +#1 -> $0 | 4 0
 s4 i4 : const.i64 +#1 -> $0 | 5 0
 s4 u64 : const.f64 +#1 -> $0 | 14 4616189618054758400
 s4 u64 : const.f64 +#1 -> $0 | 15 4607182418800017408
py:
 s4 s4 s4 s4 : sitof32.f64 $1 -> _ ; fmul.f64 %0 $2 -> _ ; fsub.f64 %1 $3 -> $0 | 9 5 3 15
 s4 i4 : const.i64 +#1 -> $0 | 6 0
px:
 s4 s4 s4 s4 : sitof32.f64 $1 -> _ ; fmul.f64 %0 $2 -> _ ; fsub.f64 %1 $3 -> _ ; fsub.f64 %2 $3 -> $0 | 8 6 2 15
 s4 : const.f64 +=0 -> $0 | 10
 s4 : const.f64 +=0 -> $0 | 11
 s4 i4 : const.i64 +#1 -> $0 | 7 0
loop:
 s4 s4 : fmul.f64 $1 $1 -> $0 | 12 10
 s4 s4 : fmul.f64 $1 $1 -> $0&acc | 13 11
 s4 s4 b8 : fadd.f64 facc $0 -> _ ; folt.f64 $1 %0 -> _ ; br_if.i64 %1 +#2 | 12 14 @done
 s4 s4 : fmul.f64 $0 $1 -> acc | 10 11
 s4 s4 : fadd.f64 facc facc -> _ ; fadd.f64 %0 $1 -> $0 | 11 9
 s4 s4 s4 s4 : fsub.f64 $1 $2 -> _ ; fadd.f64 %0 $3 -> $0 | 10 12 13 8
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i32 %0 $2 -> _ ; br_if.i64 %1 +#3 | 7 1 1 @loop
done:
 s4 s4 : iadd.i64 $0 $1 -> $0 | 4 7
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i32 %0 $2 -> _ ; br_if.i64 %1 +#3 | 6 1 0 @px
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i32 %0 $2 -> _ ; br_if.i64 %1 +#3 | 5 1 0 @py
 s4 : move.i64 $0 -> acc ; ret.i64 | 4
";

// 0 a, 1 b, 2 c, 3 n, 4 bytes of a row, 5 i, 6 row of a, 7 j, 8 k, 9 sum, 10 column of b, 11 address in a
const MATMUL: &str = "
matmul:
 s4 s4 : shl.i64 $1 =2 -> $0 | 4 3
 s4 i4 : const.i64 +#1 -> $0 | 5 0
rows:
 s4 i4 : const.i64 +#1 -> $0 | 7 0
columns:
 s4 i4 : const.i64 +#1 -> $0 | 8 0
 s4 i4 : const.i64 +#1 -> $0 | 9 0
 s4 s4 s4 : shl.i64 $2 =2 -> _ ; iadd.i64 $1 %0 -> $0 | 10 1 7
inner:
 s4 s4 : shl.i64 $1 =2 -> _ ; iadd.i64 $0 %0 -> _ ; load.i32 %1 -> acc | 0 8
 s4 s4 : load.i32 $1 -> _ ; imul.i64 %0 acc -> _ ; iadd.i64 $0 %1 -> $0 | 9 10
 s4 s4 : iadd.i64 $0 $1 -> $0 | 10 4
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i64 %0 $2 -> _ ; br_if.i64 %1 +#3 | 8 1 3 @inner
 s4 i4 s4 : store.i32 $0 $2 ; iadd.i64 $2 #1 -> $2 | 9 4 2
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i64 %0 $2 -> _ ; br_if.i64 %1 +#3 | 7 1 3 @columns
 s4 s4 : iadd.i64 $0 $1 -> $0 | 0 4
 s4 i4 s4 b8 : iadd.i64 $0 #1 -> $0 ; islt.i64 %0 $2 -> _ ; br_if.i64 %1 +#3 | 5 1 3 @rows
 : ret.i64
";

const MAIN: &str = r#"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
int32_t fib(int32_t), sieve(uint8_t *, int64_t), mandel(int, int, double, double);
void matmul(const int32_t *, const int32_t *, int32_t *, int64_t);
int32_t n_fib(int32_t), n_sieve(uint8_t *, int64_t), n_mandel(int, int, double, double);
void n_matmul(const int32_t *, const int32_t *, int32_t *, int64_t);
static uint8_t flags[1000000];
static int32_t A[160 * 160], B[160 * 160], C[160 * 160];
static uint32_t k_fib(int n) { return n ? n_fib(30) : fib(30); }
static uint32_t k_sieve(int n) {
    memset(flags, 0, sizeof flags);
    return n ? n_sieve(flags, sizeof flags) : sieve(flags, sizeof flags);
}
static uint32_t k_mandel(int n) { return n ? n_mandel(200, 200, 3.0 / 200, 2.0 / 200) : mandel(200, 200, 3.0 / 200, 2.0 / 200); }
static uint32_t k_matmul(int n) {
    for (int i = 0; i < 160 * 160; i++) A[i] = i * 7 + 3, B[i] = i * 13 - 5;
    (n ? n_matmul : matmul)(A, B, C, 160);
    uint32_t sum = 0;
    for (int i = 0; i < 160 * 160; i++) sum = sum * 31 + C[i];
    return sum;
}
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}
int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 1;
    uint32_t (*kernels[])(int) = {k_fib, k_sieve, k_mandel, k_matmul};
    const char *names[] = {"fib", "sieve", "mandel", "matmul"};
    double product = 1;
    for (int k = 0; k < 4; k++) {
        double best[2] = {1e9, 1e9};
        uint32_t result[2];
        for (int i = 0; i < rounds; i++)
            for (int n = 0; n < 2; n++) {
                double t = now();
                result[n] = kernels[k](n);
                t = now() - t;
                if (t < best[n]) best[n] = t;
            }
        if (result[0] != result[1]) return printf("%s: %u, natively %u\n", names[k], result[0], result[1]), 1;
        product *= best[0] / best[1];
        if (rounds > 1) printf("%-7s %8.3f ms, native %7.3f ms: %.2f\n", names[k], best[0], best[1], best[0] / best[1]);
    }
    if (rounds > 1) printf("product of ratios %.1f (fourth root is the mean)\n", product);
    return 0;
}
"#;

const NATIVE: &str = r#"
#include <stdint.h>
int32_t n_fib(int32_t n) { return n < 2 ? n : n_fib(n - 1) + n_fib(n - 2); }
int32_t n_sieve(uint8_t *f, int64_t N) {
    int32_t c = 0;
    for (int64_t i = 2; i < N; i++)
        if (!f[i]) {
            c++;
            for (int64_t j = i * i; j < N; j += i) f[j] = 1;
        }
    return c;
}
int32_t n_mandel(int n, int maxit, double sx, double sy) {
    int tot = 0;
    for (int py = 0; py < n; py++) {
        double cy = py * sy - 1.0;
        for (int px = 0; px < n; px++) {
            double cx = px * sx - 2.0, x = 0, y = 0;
            int it = 0;
            do {
                double x2 = x * x, y2 = y * y;
                if (x2 + y2 > 4.0) break;
                double t = x * y;
                t = t + t;
                y = t + cy;
                x = x2 - y2 + cx;
            } while (++it < maxit);
            tot += it;
        }
    }
    return tot;
}
void n_matmul(const int32_t *A, const int32_t *B, int32_t *C, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            uint32_t s = 0;
            for (int64_t k = 0; k < n; k++) s += (uint32_t)A[i * n + k] * (uint32_t)B[k * n + j];
            C[i * n + j] = s;
        }
}
"#;

#[test]
fn kernels_compute_as_c_does() {
    let mut program = Program::default();
    program.function("fib", "b>b", FIB);
    program.function("sieve", "bb>b", SIEVE);
    program.function("mandel", "bbff>b", MANDEL);
    program.function("matmul", "bbbb>", MATMUL);
    let time = std::env::var_os("RHEO_KERNELS").is_some();
    let executable = program.link(&[("main.c", MAIN), ("native.c", NATIVE)], if time { "clang-19" } else { "cc" });
    let mut command = Command::new(&executable.path);
    if time {
        command.arg("20");
    }
    let out = command.output().expect("runs");
    print!("{}", String::from_utf8_lossy(&out.stdout));
    assert!(out.status.success(), "{out:?}");
}
