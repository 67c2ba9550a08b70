//! Functions of a second dialect, in which bytes mean something else, beside those of the first.
//!
//! Ops of the second: 0 is none; 1 to 4 call `twice` with the function's own arguments, by one routine each; 5 and 6 call
//! `_setjmp`; 7 adds 1000 to `acc` and returns; 8 calls `escape` if `acc` is 0; 9 calls the function whose number follows.
//! In the first dialect 4 calls `longjmp`, 5 is what 9 is here, and 6 returns.

use crate::layout::{CODE_OFFSET_BITS, Context};
use core::arch::global_asm;

/// Code behind that of the first functions, of four bytes.
pub const CODE: [u8; 21] = [1, 7, 2, 7, 3, 7, 4, 7, 5, 8, 7, 6, 8, 7, 4, 5, 4, 6, 9, 1, 7];
/// Its functions, behind four others.
pub const FUNCS: [u32; 9] = [second(4), second(6), second(8), second(10), second(12), second(15), 18, 19, second(22)];

const fn second(offset: u32) -> u32 {
    offset | 1 << CODE_OFFSET_BITS
}

// SAFETY: all zeroes is a context whose pointers are null; `fill` makes it one before any use.
static mut SECOND: Context = unsafe { core::mem::zeroed() };

global_asm!(
    ".text",
    ".macro RHEO_TEST_ARGUMENTS window",
    "lea r9, [rsi + \\window]",
    "mov rax, [rsi]",
    "mov [r9], rax",
    "mov rax, [rsi + 8]",
    "mov [r9 + 8], rax",
    ".endm",
    // A call of a native function by a routine; what is left to do is to go on with the next byte.
    ".macro RHEO_TEST_CALL name, target, routine",
    "\\name:",
    "RHEO_TEST_ARGUMENTS 32",
    "mov rcx, [rip + \\target@GOTPCREL]",
    "lea rax, [rip + rheo_test_next]",
    "movq xmm0, rax",
    "add rdi, 1",
    "jmp \\routine",
    ".endm",
    ".macro RHEO_TEST_PAIR name, routine",
    "\\name:",
    "lea rax, [rip + rheo_test_next]",
    "movq xmm0, rax",
    "lea r9, [rsi + 32]",
    "mov r8, rsi",
    "or r8, [rdx + {DIALECT}]",
    "lea rdx, [rdi + 1]",
    "mov rdi, [rsi]",
    "mov rsi, [rsi + 8]",
    "mov rcx, [rip + rheo_test_twice@GOTPCREL]",
    "jmp \\routine",
    ".endm",
    "RHEO_TEST_PAIR rheo_test_pair, rheo_rt_call_pair",
    "RHEO_TEST_PAIR rheo_test_pair_then, rheo_rt_call_pair_then",
    "RHEO_TEST_CALL rheo_test_ints, rheo_test_twice, rheo_rt_call_ints2",
    "RHEO_TEST_CALL rheo_test_ints_then, rheo_test_twice, rheo_rt_call_ints2_then",
    "RHEO_TEST_CALL rheo_test_setjmp, _setjmp, rheo_rt_call_setjmp",
    "RHEO_TEST_CALL rheo_test_setjmp_then, _setjmp, rheo_rt_call_setjmp_then",
    "RHEO_TEST_CALL rheo_test_longjmp, longjmp, rheo_rt_call_ints2",
    "RHEO_TEST_CALL rheo_test_escape_now, rheo_test_escape, rheo_rt_call_ints2",
    "rheo_test_escape_once: test ecx, ecx",
    "jz rheo_test_escape_now",
    "add rdi, 1",
    "rheo_test_next: movzx eax, byte ptr [rdi]",
    "jmp [rdx + 8*rax]",
    "rheo_test_return_more: add rcx, 1000",
    "jmp rheo_test_return",
    "rheo_test_call_bytecode:",
    "RHEO_TEST_ARGUMENTS 64",
    "lea rax, [rdi + 2]",
    "mov [r9 - 16], rax",
    "mov rax, rsi",
    "or rax, [rdx + {DIALECT}]",
    "mov [r9 - 8], rax",
    "mov rsi, r9",
    "movzx eax, byte ptr [rdi + 1]",
    "mov rcx, [rdx + 2056]",
    "mov eax, [rcx + 4*rax]",
    "mov ecx, eax",
    "and eax, 0xfffffff",
    "shr ecx, 28",
    "mov rdi, [rdx + 2048]",
    "add rdi, rax",
    "mov rdx, [rdx + 8*rcx + {DIALECTS}]",
    "jmp rheo_test_next",
    ".macro RHEO_TEST_STUB number",
    "rheo_test_stub\\number: mov eax, \\number",
    "jmp rheo_entry_ints",
    ".endm",
    ".irp number, 4, 5, 6, 7, 8, 9, 10, 11, 12",
    "RHEO_TEST_STUB \\number",
    ".endr",
    DIALECT = const core::mem::offset_of!(Context, dialect),
    DIALECTS = const core::mem::offset_of!(Context, dialects),
);

type Function = unsafe extern "C" fn(i64, i64) -> i64;

unsafe extern "C" {
    fn rheo_test_return();
    fn rheo_test_pair();
    fn rheo_test_pair_then();
    fn rheo_test_ints();
    fn rheo_test_ints_then();
    fn rheo_test_setjmp();
    fn rheo_test_setjmp_then();
    fn rheo_test_longjmp();
    fn rheo_test_escape_once();
    fn rheo_test_return_more();
    fn rheo_test_call_bytecode();
    fn rheo_test_stub4(a: i64, b: i64) -> i64;
    fn rheo_test_stub5(a: i64, b: i64) -> i64;
    fn rheo_test_stub6(a: i64, b: i64) -> i64;
    fn rheo_test_stub7(a: i64, b: i64) -> i64;
    fn rheo_test_stub8(a: i64, b: i64) -> i64;
    fn rheo_test_stub9(a: i64, b: i64) -> i64;
    fn rheo_test_stub10(a: i64, b: i64) -> i64;
    fn rheo_test_stub11(a: i64, b: i64) -> i64;
    fn rheo_test_stub12(a: i64, b: i64) -> i64;
}

#[unsafe(no_mangle)]
extern "C" fn rheo_test_escape(place: i64, value: i64) {
    // SAFETY: a stub is entered as native code does it.
    unsafe { rheo_test_stub10(place, value) };
}

/// Completes the first dialect's context, and makes the second's of it.
///
/// # Safety
/// Done once, before the contexts are used.
pub unsafe fn fill(first: &mut Context) {
    let address = |op: unsafe extern "C" fn()| op as *const () as usize;
    first.ops[4..7].copy_from_slice(&[rheo_test_longjmp, rheo_test_call_bytecode, rheo_test_return].map(address));
    let ops = [
        rheo_test_pair,
        rheo_test_pair_then,
        rheo_test_ints,
        rheo_test_ints_then,
        rheo_test_setjmp,
        rheo_test_setjmp_then,
        rheo_test_return_more,
        rheo_test_escape_once,
        rheo_test_call_bytecode,
    ];
    // SAFETY: by the contract.
    unsafe {
        first.dialects[1] = &raw mut SECOND;
        core::ptr::copy_nonoverlapping(&raw const *first, first.dialects[1], 1);
        let second = &mut *first.dialects[1];
        second.dialect = 1;
        second.ops.fill(0);
        second.ops[1..10].copy_from_slice(&ops.map(address));
    }
}

#[test]
fn native_calls_go_on_in_the_callers_dialect() {
    super::context();
    for function in [rheo_test_stub4 as Function, rheo_test_stub5, rheo_test_stub6, rheo_test_stub7] {
        // SAFETY: the stubs have this signature.
        assert_eq!(unsafe { function(10, 3) }, 1014);
    }
}

#[test]
fn what_returns_twice_goes_on_in_the_callers_dialect() {
    super::context();
    for function in [rheo_test_stub8 as Function, rheo_test_stub9] {
        let mut place = [0u64; 32];
        // SAFETY: the stubs have this signature; a `jmp_buf` is no larger.
        assert_eq!(unsafe { function(&raw mut place as i64, 5) }, 1005);
        assert_eq!(super::thread().activation, core::ptr::null_mut());
    }
}

#[test]
fn calls_between_dialects_return_to_them() {
    super::context();
    // SAFETY: the stubs have this signature.
    unsafe {
        assert_eq!(rheo_test_stub11(10, 3), 1014);
        assert_eq!(rheo_test_stub12(10, 3), 1007);
    }
}

#[test]
fn frames_of_all_dialects_are_counted() {
    super::context();
    // SAFETY: the stub has this signature.
    assert_eq!(unsafe { rheo_test_stub11(10, 3) }, 1014);
    assert_eq!(super::SEEN_FRAMES.get(), 2);
}
