//! A VM of three handlers, entered from native code and calling it.
//!
//! Function 1 returns its two integer parameters' difference; function 2 takes `(f64, byval 24 bytes, i64)` and
//! returns the sum as (i64, f64); function 3 calls the native function `twice`, which calls function 1. Others are in
//! `dialects`.

mod dialects;

use crate::layout::{Context, Thread};
use core::arch::global_asm;
use core::cell::Cell;
use std::sync::Once;

/// The image's code: halt, and each function as one instruction; then that of `dialects`.
static CODE: ([u8; 4], [u8; dialects::CODE.len()]) = ([0, 1, 2, 3], dialects::CODE);
static FUNCS: ([u32; 4], [u32; dialects::FUNCS.len()]) = ([0, 1, 2, 3], dialects::FUNCS);
static DESCRIPTORS: &[u8] = b">\0bb>b\0fs\x18\0\0\0\x08b>bf\0";
static INFO: [u16; 4] = [0, 2, 7, 2];

#[unsafe(no_mangle)]
// SAFETY: all zeroes is a context whose pointers are null; `context` fills them in before any use.
static mut rheo_ctx: Context = unsafe { core::mem::zeroed() };

global_asm!(
    ".text",
    ".globl rheo_test_return",
    "rheo_test_return:",
    "mov rdi, [rsi - 16]",
    "mov rsi, [rsi - 8]",
    "mov eax, esi",
    "and eax, 15",
    "and rsi, -16",
    "mov rdx, [rdx + 8*rax + 2192]",
    "movzx eax, byte ptr [rdi]",
    "jmp [rdx + 8*rax]",
    "rheo_test_halt: mov rax, rcx",
    "ret",
    "rheo_test_difference: mov rcx, [rsi]",
    "sub rcx, [rsi + 8]",
    "jmp rheo_test_return",
    "rheo_test_sum: movsd xmm0, [rsi]",
    "mov rax, [rsi + 8]",
    "addsd xmm0, [rax + 16]",
    "mov rcx, [rsi + 16]",
    "jmp rheo_test_return",
    // Calls in a window at fp + 32, with this function's own arguments.
    "rheo_test_call: mov rax, [rsi]",
    "mov [rsi + 32], rax",
    "mov rax, [rsi + 8]",
    "mov [rsi + 40], rax",
    "lea r9, [rsi + 32]",
    "lea rax, [rip + rheo_test_return]",
    "movq xmm0, rax",
    "lea rcx, [rip + rheo_test_twice]",
    "jmp rheo_rt_call_ints2_then",
    "rheo_test_stub1: mov eax, 1",
    "jmp rheo_entry_ints",
    "rheo_test_stub1_generic: mov eax, 1",
    "jmp rheo_entry_generic",
    "rheo_test_stub2: mov eax, 2",
    "jmp rheo_entry_generic",
    "rheo_test_stub3: mov eax, 3",
    "jmp rheo_entry_ints",
);

#[repr(C)]
#[derive(Clone, Copy)]
struct Big(u64, u64, f64);

#[repr(C)]
#[derive(Debug, PartialEq)]
struct Mixed(i64, f64);

unsafe extern "C" {
    fn rheo_test_halt();
    fn rheo_test_difference();
    fn rheo_test_sum();
    fn rheo_test_call();
    fn rheo_test_stub1(a: i64, b: i64) -> i64;
    fn rheo_test_stub1_generic(a: i64, b: i64) -> i64;
    fn rheo_test_stub2(a: f64, big: Big, b: i64) -> Mixed;
    fn rheo_test_stub3(a: i64, b: i64) -> i64;
}

std::thread_local! {
    static SEEN_TOP: Cell<usize> = const { Cell::new(0) };
    static SEEN_FRAMES: Cell<usize> = const { Cell::new(0) };
}

#[unsafe(no_mangle)]
extern "C" fn rheo_test_twice(a: i64, b: i64) -> i64 {
    // SAFETY: this thread's record; stub 1 is entered as native code does it.
    unsafe {
        SEEN_TOP.set((*super::current()).top);
        SEEN_FRAMES.set(crate::api::rheo_backtrace(core::ptr::null_mut(), 0));
        2 * rheo_test_stub1(a, b)
    }
}

fn context() {
    static MADE: Once = Once::new();
    MADE.call_once(|| {
        // SAFETY: done once, before the context is used.
        unsafe {
            let ctx = &mut *crate::context();
            for (i, op) in [rheo_test_halt, rheo_test_difference, rheo_test_sum, rheo_test_call].into_iter().enumerate()
            {
                ctx.ops[i] = op as *const () as usize;
            }
            ctx.main = ctx;
            ctx.dialects[0] = ctx;
            ctx.code = CODE.0.as_ptr();
            ctx.funcs = FUNCS.0.as_ptr();
            ctx.descriptors = DESCRIPTORS.as_ptr();
            ctx.func_info = INFO.as_ptr();
            dialects::fill(ctx);
        }
    });
}

fn thread() -> &'static Thread {
    // SAFETY: this thread's record, read between entries.
    unsafe { &*super::current() }
}

#[test]
fn entries() {
    context();
    // SAFETY: the stubs have these signatures.
    unsafe {
        assert_eq!(rheo_test_stub1(10, 3), 7);
        assert_eq!(rheo_test_stub1_generic(10, 30), -20);
        assert_eq!(rheo_test_stub2(0.5, Big(0, 0, 2.0), 77), Mixed(77, 2.5));
    }
    assert_eq!(thread().top, thread().stack_base + 16);
    assert!(thread().activation.is_null());
}

#[test]
fn native_code_between_activations() {
    context();
    // SAFETY: the stub has this signature.
    assert_eq!(unsafe { rheo_test_stub3(10, 3) }, 14);
    let record = size_of::<crate::layout::Activation>().next_multiple_of(16);
    assert_eq!(SEEN_TOP.get(), thread().stack_base + 16 + record + 32);
    assert_eq!(thread().top, thread().stack_base + 16);
}

#[test]
fn stacks_are_freed_and_made_anew() {
    context();
    // SAFETY: the stub has this signature, and the thread is outside the VM.
    unsafe {
        assert_eq!(rheo_test_stub1(1, 0), 1);
        assert_eq!(crate::api::rheo_thread_detach(), 0);
        assert_eq!(thread().top, 0);
        assert_eq!(rheo_test_stub1(2, 0), 2);
    }
}

mod native {
    use core::ffi::{c_char, c_int};
    use core::ptr::null_mut;

    unsafe extern "C" {
        fn rheo_native_call(target: usize, descriptor: *const u8, window: *mut u64, thread: *mut u8) -> u64;
        fn snprintf(out: *mut c_char, room: usize, format: *const c_char, ...) -> c_int;
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Big([u64; 3]);

    #[repr(C)]
    struct Mixed(i64, f64);

    extern "C" fn mixed(a: f32, big: Big, b: i64) -> Mixed {
        Mixed(b + big.0[2] as i64, f64::from(a) + 0.5)
    }

    extern "C" fn wide(a: i64, b: i64, c: i64, d: i64, e: i64, w: i128, f: i64) -> i128 {
        w + i128::from(a + b + c + d + e) - i128::from(f)
    }

    extern "C" fn floats(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64) -> f64 {
        a + 2.0 * b + 3.0 * c + 4.0 * d + 5.0 * e + 6.0 * f + 7.0 * g + 8.0 * h + 9.0 * i
    }

    fn call(target: usize, descriptor: &str, window: &mut [u64]) -> u64 {
        // SAFETY: each test's descriptor and window are what its target takes.
        unsafe { rheo_native_call(target, descriptor.as_ptr(), window.as_mut_ptr(), null_mut()) }
    }

    #[test]
    fn struct_on_the_stack_and_mixed_results() {
        let big = Big([1, 2, 30]);
        let mut window = [u64::from(1.25f32.to_bits()), &raw const big as u64, 12];
        assert_eq!(call(mixed as *const () as usize, "fs\x18\0\0\0\x08b>bf\0", &mut window), 42);
    }

    #[test]
    fn wide_integer_past_the_registers() {
        let mut window = [1, 2, 3, 4, 5, 100, 7, 9, 0];
        let low = call(wide as *const () as usize, "bbbbbwb>w\0", &mut window);
        assert_eq!((low, window[0]), (100 + 15 - 9, 7));
    }

    #[test]
    fn more_floats_than_registers() {
        let mut window = [0; 9];
        for (i, slot) in window.iter_mut().enumerate() {
            *slot = (i as f64).to_bits();
        }
        let result: f64;
        // SAFETY: calls by the C convention, and reads the result where the callee left it.
        unsafe {
            core::arch::asm!(
                "call {call}",
                call = sym rheo_native_call,
                in("rdi") floats as *const () as usize,
                in("rsi") c"fffffffff>f".as_ptr(),
                in("rdx") window.as_mut_ptr(),
                in("rcx") 0,
                lateout("xmm0") result,
                clobber_abi("C"),
            );
        }
        assert_eq!(result, 240.0);
    }

    #[test]
    fn variadic_with_long_double() {
        let mut text = [0u8; 64];
        // 1.5 as x87 has it.
        let f80 = [0xc000_0000_0000_0000u64, 0x3fff];
        let out = text.as_mut_ptr() as u64;
        let mut window = [out, 64, c"%d %.2f %Lg %s".as_ptr() as u64, 7, 2.5f64.to_bits(), f80[0], f80[1], {
            c"end".as_ptr() as u64
        }];
        let n = call(snprintf as *const () as usize, ".bbbbfxb>b\0", &mut window);
        assert_eq!(&text[..n as u32 as usize], b"7 2.50 1.5 end");
    }
}
