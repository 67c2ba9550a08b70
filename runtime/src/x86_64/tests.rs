//! A VM of three handlers, entered from native code and calling it.
//!
//! Function 1 returns its two integer parameters' difference; function 2 takes `(f64, byval 24 bytes, i64)` and
//! returns the sum as (i64, f64); function 3 calls the native function `twice`, which calls function 1.

use crate::layout::{Context, Thread};
use core::arch::global_asm;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Once;

/// The image's code: halt, and each function as one instruction.
static CODE: [u8; 4] = [0, 1, 2, 3];
static FUNCS: [u32; 4] = [0, 1, 2, 3];
static DESCRIPTORS: &[u8] = b">\0bb>b\0fs\x18\0\0\0\x08b>bf\0";
static INFO: [u16; 4] = [0, 2, 7, 2];

#[unsafe(no_mangle)]
// SAFETY: all zeroes is a context whose pointers are null; `context` fills them in before any use.
static mut rheo_ctx: Context = unsafe { core::mem::zeroed() };

global_asm!(
    ".text",
    "rheo_test_return:",
    "mov rdi, [rsi - 16]",
    "mov rsi, [rsi - 8]",
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

static SEEN_TOP: AtomicUsize = AtomicUsize::new(0);

#[unsafe(no_mangle)]
extern "C" fn rheo_test_twice(a: i64, b: i64) -> i64 {
    // SAFETY: this thread's record; stub 1 is entered as native code does it.
    unsafe {
        SEEN_TOP.store((*super::current()).top, Ordering::Relaxed);
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
            ctx.code = CODE.as_ptr();
            ctx.funcs = FUNCS.as_ptr();
            ctx.descriptors = DESCRIPTORS.as_ptr();
            ctx.func_info = INFO.as_ptr();
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
    assert_eq!(SEEN_TOP.load(Ordering::Relaxed), thread().stack_base + 16 + record + 32);
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
