//! Calls in every direction, and what interrupts them: native code of each kind, function pointers, variadics, callbacks,
//! threads, signals, setjmp, the dynamic stack, running out of stack, profiles.

mod assembler;

use assembler::Program;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

/// Bytecode functions with their C prototypes.
fn program() -> Program {
    let mut p = Program::default();
    // int twice_plus(int a, int b): calls the native int add(int, int) and goes on in the same instruction.
    p.function(
        "twice_plus",
        "bb>b",
        "
 s4 s4 : move.i64 $0 -> $1 | 0 4
 s4 s4 : move.i64 $0 -> $1 | 1 5
 y8 w4 s4 : call_native_i2.i64 #0 #1 ; iadd.i64 acc acc -> $2&acc | add 2 3
 s4 : iadd.i64 acc $0 -> acc ; ret.i64 | 1
",
    );
    // double hypotenuse(double a, double b): libm's hypot, by the handler for floats.
    p.function(
        "hypotenuse",
        "ff>f",
        "
 s4 s4 : move.f64 $0 -> $1 | 0 4
 s4 s4 : move.i64 $0 -> $1 | 1 5
 y8 w4 : call_native_f2.i64 #0 #1 | hypot 2
 : ret.i64
",
    );
    // int print(char *out, int i, double d, long double l): sprintf, variadic.
    p.function(
        "print",
        "bbfx>b",
        "
 s4 s4 : move.i64 $0 -> $1 | 0 6
 s4 y8 : global_addr.i64 +#1 -> $0 | 7 format
 s4 s4 : move.i64 $0 -> $1 | 1 8
 s4 s4 : move.i64 $0 -> $1 | 2 9
 s4 s4 : move.i8x16 $0 -> $1 | 3 10
 y8 w4 d8 : call_native_any.i64 #0 #1 #2 | sprintf 3 variadic_descriptor
 : ret.i64
",
    );
    p.function("variadic_descriptor", ".bbbfx>b", " : ret.i64");
    // int through(int (*f)(int, int), int a, int b)
    p.function(
        "through",
        "bbb>b",
        "
 s4 s4 : move.i64 $0 -> $1 | 1 6
 s4 s4 : move.i64 $0 -> $1 | 2 7
!s4 w4 : call_address_i2.i64 $0 #1 | 0 3
 i8 : iadd.i64 acc #0 -> acc | 1
 : ret.i64
",
    );
    // int through_last(int (*f)(int, int), int a, int b): as the last thing it does.
    p.function(
        "through_last",
        "bbb>b",
        "
 s4 s4 : move.i64 $0 -> $1 | 1 6
 s4 s4 : move.i64 $0 -> $1 | 2 7
 s4 w4 u4 d8 : tail_call_address.i64 $0 #1 #2 #3 | 0 3 2 two_ints
",
    );
    p.function("two_ints", "bb>b", " s4 s4 : isub.i64 $0 $1 -> acc ; ret.i64 | 0 1");
    // long count(long n, long sum): n + (n - 1) + …, by tail calls.
    p.function(
        "count",
        "bb>b",
        "
 s4 b8 : ieq.i64 $0 =0 -> _ ; br_if.i64 %0 +#1 | 0 @done
 s4 s4 s4 : iadd.i64 $1 $2 -> $0 | 5 1 0
 s4 i4 s4 : iadd.i64 $2 #1 -> $0 | 4 -1 0
 f8 w4 u4 : tail_call_bytecode.i64 #0 #1 #2 | count 2 2
done:
 s4 : move.i64 $0 -> acc ; ret.i64 | 1
",
    );
    // int choose(signed char c)
    p.function(
        "choose",
        "b>b",
        "
 s4 i8 u8 t16 : switch.i8 $0 #1 #2 +#3 | 0 -2 3 @a,@b,@c,@none
a:
 i8 : const.i64 +#0 -> acc ; ret.i64 | 10
b:
 i8 : const.i64 +#0 -> acc ; ret.i64 | 11
c:
 i8 : const.i64 +#0 -> acc ; ret.i64 | 12
none:
 i8 : const.i64 +#0 -> acc ; ret.i64 | -1
",
    );
    // int compare(const int *, const int *), for qsort
    p.function(
        "compare",
        "bb>b",
        "
 s4 : load.i32 $0 -> acc | 1
 s4 : load.i32 $0 -> _ ; isub.i32 %0 acc -> acc ; ret.i64 | 0
",
    );
    // int variadic(int n, ...): its one parameter is the area; n + the first integer + the seventh argument.
    p.function(
        "variadic",
        ".b>b",
        "
 s4 : load.i32 $0 +=0 -> $0&acc | 0
!s4 s4 : load.i64 $0 +=0 -> $1 | 0 1
 : ret.i64
",
    );
    // long area(...): gp[1] + first stack argument
    p.function(
        "area",
        ".b>b",
        "
 s4 : load.i64 $0 +=8 -> acc | 0
 s4 : load.i64 $0 +=176 -> _ ; load.i64 %0 -> _ ; iadd.i64 acc %1 -> acc ; ret.i64 | 0
",
    );
    // long jumps(jmp_buf buffer, int n): setjmp; a native function longjmps back n times through bytecode.
    p.function(
        "jumps",
        "bb>b",
        "
 s4 s4 : move.i64 $0 -> $1 | 0 6
 s4 : stack_save.i64 -> $0 | 2
 y8 w4 : setjmp.i64 #0 #1 | _setjmp 3
 s4 : move.i64 acc -> $0 | 3
 s4 s4 b8 : ieq.i32 $0 $1 -> _ ; br_if.i64 %0 +#2 | 3 1 @done
 s4 s4 : alloca.i64 $1 +=16 -> $0 | 5 1
 s4 s4 : move.i64 $0 -> $1 | 0 6
 s4 i4 s4 : iadd.i64 $0 #1 -> $2 | 3 1 7
 f8 w4 : call_bytecode.i64 #0 #1 | jump_back 3
done:
 s4 : stack_save.i64 -> $0 | 5
 s4 s4 s4 : isub.i64 $0 $1 -> _ ; iadd.i64 $2 %0 -> acc ; ret.i64 | 2 5 3
",
    );
    p.function(
        "jump_back",
        "bb>",
        "
 s4 s4 : move.i64 $0 -> $1 | 0 4
 s4 s4 : move.i64 $0 -> $1 | 1 5
 y8 w4 : call_native_i2.i64 #0 #1 | back 2
 : ret.i64
",
    );
    // long deep(long n): recursion, for ever if n is negative
    p.function(
        "deep",
        "b>b",
        "
 s4 b8 : ieq.i64 $0 =0 -> _ ; br_if.i64 %0 +#1 | 0 @end
 s4 i4 f8 w4 : iadd.i64 $0 #1 -> @3.0 ; call_bytecode.i64 #2 #3 | 0 -1 deep 2
 i8 : iadd.i64 acc #0 -> acc ; ret.i64 | 1
end:
 i8 : const.i64 +#0 -> acc ; ret.i64 | 0
",
    );
    // void handler(int): a signal handler; counts and recurses a little
    p.function(
        "handler",
        "b>",
        "
 y8 : global_addr.i64 +#0 -> acc | caught
 : load.i32 acc -> _ ; iadd.i64 %0 =1 -> _ ; store.i32 %1 acc
 s4 i4 : const.i64 +#1 -> $0 | 4 5
 f8 w4 : call_bytecode.i64 #0 #1 | deep 2
 : ret.i64
",
    );
    // long spin(volatile int *flag, long n): sums 1 … n by a loop that keeps state in slots, while signals arrive
    p.function(
        "spin",
        "b>b",
        "
 s4 i4 : const.i64 +#1 -> $0 | 1 0
 s4 i4 : const.i64 +#1 -> $0 | 2 0
again:
 s4 i4 : iadd.i64 $0 #1 -> $0 | 1 1
 s4 s4 : iadd.i64 $0 $1 -> $0 | 2 1
 s4 s4 b8 : ine.i64 $0 $1 -> _ ; br_if.i64 %0 +#2 | 1 0 @again
 s4 : move.i64 $0 -> acc ; ret.i64 | 2
",
    );
    // int calls(int (*f)(void)): for exceptions and backtraces
    p.function(
        "calls",
        "b>b",
        "
 s4 w4 : call_address_i2.i64 $0 #1 | 0 2
 : ret.i64
",
    );
    p.function("crash", ">", " b8 : jump.i64 +#0 | @x\nx:\n : trap.i64");
    p
}

const MAIN: &str = r#"
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unwind.h>
#include "rheo.h"
int twice_plus(int, int), print(char *, int, double, long double), through(int (*)(int, int), int, int);
int through_last(int (*)(int, int), int, int), two_ints(int, int), choose(signed char);
int compare(const void *, const void *), calls(int (*)(void));
double hypotenuse(double, double);
long count(long, long), area(long, ...), jumps(jmp_buf, int), deep(long), spin(long);
void handler(int);
const char format[] = "%d %.3f %.2Lf";
volatile int caught;
int add(int a, int b) { return a + b; }
int sub(int a, int b) { return a - b; }
void back(jmp_buf b, int n) { longjmp(b, n); }
static int failures;
#define CHECK(what, expected) do { long long r = (what); if (r != (long long)(expected)) { failures++; \
    printf("%d: %s is %lld, not %lld\n", __LINE__, #what, r, (long long)(expected)); } } while (0)
static void *work(void *p) {
    long n = (long)p;
    CHECK(deep(1000 * n), 1000 * n);
    CHECK(count(n, 0), n * (n + 1) / 2);
    return 0;
}
static int nested(void) {
    struct rheo_frame frames[8];
    int n = rheo_backtrace(frames, 8);
    if (frames[0].name_bytes != 5 || memcmp(frames[0].name, "calls", 5)) return -1;
    return n + 10 * deep(3);
}
// Whether the unwinder gets from here to main.
int main(int, char **);
static _Unwind_Reason_Code step(struct _Unwind_Context *c, void *found) {
    *(int *)found |= _Unwind_FindEnclosingFunction((void *)_Unwind_GetIP(c)) == (void *)main;
    return _URC_NO_REASON;
}
static int reaches_main(void) {
    int found = 0;
    _Unwind_Backtrace(step, &found);
    return found;
}
static int lost, interrupted;
static void look(int n) { interrupted++, lost += !reaches_main(); }
static jmp_buf outside;
static int leave(void) { longjmp(outside, 1); }
static int deeper(void) { return calls(leave); }

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "overflow")) return deep(-1);
    if (argc > 1 && !strcmp(argv[1], "count")) return deep(1000) != 1000;
    CHECK(twice_plus(3, 4), 18);
    CHECK(hypotenuse(3, 4), 5);
    char text[64];
    CHECK(print(text, -7, 2.5, 1.25L), 13);
    CHECK(strcmp(text, "-7 2.500 1.25"), 0);
    CHECK(through(sub, 10, 3), 8);
    CHECK(through(two_ints, 10, 3), 8);
    CHECK(through_last(sub, 10, 3), 7);
    CHECK(through_last(two_ints, 10, 4), 6);
    CHECK(count(100000, 0), 100000L * 100001 / 2);
    for (int c = -128; c < 128; c++) CHECK(choose(c), c >= -2 && c < 1 ? 12 + c : -1);
    int numbers[100];
    for (int i = 0; i < 100; i++) numbers[i] = i * 37 % 100;
    qsort(numbers, 100, sizeof(int), compare);
    for (int i = 0; i < 100; i++) CHECK(numbers[i], i);
    CHECK(area(0, 5L, 0, 0, 0, 0, 70L), 75);
    jmp_buf buffer;
    CHECK(jumps(buffer, 5), 5);
    CHECK(jumps(buffer, 1000), 1000);
    CHECK(calls(nested), 31);
    // Activations that a longjmp leaves behind do not eat the stack.
    volatile int rounds = 0;
    if (setjmp(outside)) rounds++;
    if (rounds < 300000) calls(deeper);
    CHECK(deep(10), 10);
    pthread_t threads[8];
    for (long i = 0; i < 8; i++) pthread_create(&threads[i], 0, work, (void *)(i + 1));
    for (int i = 0; i < 8; i++) pthread_join(threads[i], 0);
    // Signals whose handler is bytecode, while bytecode runs.
    signal(SIGALRM, handler);
    struct itimerval every = {{0, 300}, {0, 300}};
    setitimer(ITIMER_REAL, &every, 0);
    for (int i = 0; i < 200 || caught < 20; i++) {
        CHECK(spin(100000), 100000L * 100001 / 2);
        CHECK(twice_plus(3, 4), 18);
        CHECK(print(text, -7, 2.5, 1.25L), 13);
        CHECK(through(two_ints, 10, 3), 8);
    }
    CHECK(calls(reaches_main), 1);
    signal(SIGALRM, look);
    while (interrupted < 50) spin(100000);
    CHECK(lost, 0);
    every = (struct itimerval){};
    setitimer(ITIMER_REAL, &every, 0);
    // On a signal stack of its own too.
    stack_t own = {.ss_sp = malloc(65536), .ss_size = 65536};
    sigaltstack(&own, 0);
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &action, 0);
    int before = caught;
    raise(SIGUSR1);
    CHECK(caught, before + 1);
    CHECK(deep(10), 10);
    if (argc > 1 && !strcmp(argv[1], "exit")) pthread_exit(0);
    return failures != 0;
}
"#;

fn run(executable: &assembler::Executable, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(&executable.path).args(arguments).envs(environment.iter().copied()).output().expect("runs")
}

#[test]
fn calls_in_every_direction() {
    let executable = program().link(&[("main.c", MAIN), ("rheo.h", rheo_runtime::HEADER)], "cc");
    let out = run(&executable, &[], &[]);
    assert!(out.status.success(), "{out:?}");

    let out = run(&executable, &["overflow"], &[("RHEO_STACK", "300000")]);
    assert_eq!(out.status.signal(), Some(11), "dies as a native stack overflow does: {out:?}");
    let report = String::from_utf8_lossy(&out.stderr);
    assert!(report.starts_with("rheo: stack overflow: the VM stack of 303104 bytes"), "{report}");
    assert!(report.contains(" more frames ..."), "{report}");
    assert!(report.contains("\n  #0 deep + 0x4\n  #1 deep + 0x"), "{report}");

    let folder = tempfile::tempdir().expect("a folder");
    let profile = folder.path().join("counts");
    let out = run(&executable, &["count"], &[("RHEO_PROFILE", profile.to_str().expect("a path"))]);
    assert!(out.status.success(), "{out:?}");
    let counts = std::fs::read(&profile).expect("the program has written it");
    assert_eq!(&counts[..12], b"RHEOPROF\x01\0\0\0");
    let words: Vec<u32> = counts[32..].chunks(4).map(|c| u32::from_le_bytes(c.try_into().expect("4"))).collect();
    assert_eq!(words.len(), u32::from_le_bytes(counts[12..16].try_into().expect("4")) as usize);
    // The test, the call and what follows it, of `deep`; its end; and the halt instruction.
    assert_eq!(words.iter().filter(|&&n| n == 1001).count(), 1);
    assert_eq!(words.iter().filter(|&&n| n == 1000).count(), 2);
    assert_eq!(words.iter().filter(|&&n| n == 1).count(), 2);
    assert_eq!(words.iter().sum::<u32>(), 3003);
}

const THROW: &str = r#"
#include <stdexcept>
extern "C" int calls(int (*)(void));
extern "C" const char format[] = "";
extern "C" int caught = 0;
extern "C" int add(int a, int b) { return a + b; }
extern "C" void back(void *, int) {}
static int thrower(void) { throw std::runtime_error("out"); }
int main(int argc, char **) {
    if (argc == 1) {
        // Inside native code an exception is none of ours.
        try { thrower(); } catch (std::runtime_error &) { return calls([] { return 0; }); }
    }
    try { return calls(thrower); } catch (...) { return 3; }
}
"#;

#[test]
fn exceptions_pass_through_bytecode() {
    let executable = program().link(&[("main.cc", THROW)], "c++");
    assert!(run(&executable, &[], &[]).status.success());
    let out = run(&executable, &["throw"], &[]);
    assert_eq!(out.status.code(), Some(3), "{out:?}");
}
