//! Helpers for what Cranelift has no instructions for: x87 arithmetic, and the exchange that `wide` builds on. Names and signatures are
//! `rheo-lower`'s (`LIBCALLS`); an 80-bit value is a pair of 64-bit integers, low half first, in two registers.

use crate::wide::Pair;

#[cfg(any(rheo_ship, test))]
core::arch::global_asm!(
    ".section .text.rheo_helpers,\"ax\",@progbits",
    ".macro RHEO_HELPER name",
    ".p2align 4",
    ".hidden \\name",
    ".globl \\name",
    ".type \\name, @function",
    "\\name:",
    ".endm",
    // Pushes the value in two registers on the x87 stack.
    ".macro RHEO_FLD low, high",
    "mov qword ptr [rsp - 16], \\low",
    "mov qword ptr [rsp - 8], \\high",
    "fld tbyte ptr [rsp - 16]",
    ".endm",
    // Returns the top of the x87 stack.
    ".macro RHEO_FRET",
    "fstp tbyte ptr [rsp - 16]",
    "mov rax, qword ptr [rsp - 16]",
    "movzx edx, word ptr [rsp - 8]",
    "ret",
    ".endm",
    ".macro RHEO_F80_BINARY name, instruction:vararg",
    "RHEO_HELPER \\name",
    "RHEO_FLD rdi, rsi",
    "RHEO_FLD rdx, rcx",
    "\\instruction",
    "RHEO_FRET",
    ".size \\name, . - \\name",
    ".endm",
    "RHEO_F80_BINARY rheo_rt_f80_add, faddp st(1), st",
    "RHEO_F80_BINARY rheo_rt_f80_sub, fsubp st(1), st",
    "RHEO_F80_BINARY rheo_rt_f80_mul, fmulp st(1), st",
    "RHEO_F80_BINARY rheo_rt_f80_div, fdivp st(1), st",
    "RHEO_HELPER rheo_rt_f80_sqrt",
    "RHEO_FLD rdi, rsi",
    "fsqrt",
    "RHEO_FRET",
    ".size rheo_rt_f80_sqrt, . - rheo_rt_f80_sqrt",
    "RHEO_HELPER rheo_rt_f80_cmp",
    "RHEO_FLD rdx, rcx",
    "RHEO_FLD rdi, rsi",
    "fucomip st, st(1)",
    "fstp st(0)",
    "mov eax, 8",
    "jp 2f",
    "mov eax, 2",
    "je 2f",
    "mov eax, 1",
    "jb 2f",
    "mov eax, 4",
    "2: ret",
    ".size rheo_rt_f80_cmp, . - rheo_rt_f80_cmp",
    "RHEO_HELPER rheo_rt_f80_from_f32",
    "movd dword ptr [rsp - 16], xmm0",
    "fld dword ptr [rsp - 16]",
    "RHEO_FRET",
    ".size rheo_rt_f80_from_f32, . - rheo_rt_f80_from_f32",
    "RHEO_HELPER rheo_rt_f80_from_f64",
    "movq qword ptr [rsp - 16], xmm0",
    "fld qword ptr [rsp - 16]",
    "RHEO_FRET",
    ".size rheo_rt_f80_from_f64, . - rheo_rt_f80_from_f64",
    "RHEO_HELPER rheo_rt_f80_from_i64",
    "mov qword ptr [rsp - 16], rdi",
    "fild qword ptr [rsp - 16]",
    "RHEO_FRET",
    ".size rheo_rt_f80_from_i64, . - rheo_rt_f80_from_i64",
    "RHEO_HELPER rheo_rt_f80_from_u64",
    "mov qword ptr [rsp - 16], rdi",
    "fild qword ptr [rsp - 16]",
    "test rdi, rdi",
    "jns 2f",
    // 2^64
    "mov dword ptr [rsp - 16], 0x5f800000",
    "fadd dword ptr [rsp - 16]",
    "2:",
    "RHEO_FRET",
    ".size rheo_rt_f80_from_u64, . - rheo_rt_f80_from_u64",
    "RHEO_HELPER rheo_rt_f80_to_f32",
    "RHEO_FLD rdi, rsi",
    "fstp dword ptr [rsp - 16]",
    "movd xmm0, dword ptr [rsp - 16]",
    "ret",
    ".size rheo_rt_f80_to_f32, . - rheo_rt_f80_to_f32",
    "RHEO_HELPER rheo_rt_f80_to_f64",
    "RHEO_FLD rdi, rsi",
    "fstp qword ptr [rsp - 16]",
    "movq xmm0, qword ptr [rsp - 16]",
    "ret",
    // Stores the top of the x87 stack as an integer, rounded towards zero.
    ".macro RHEO_FISTP size",
    "fnstcw word ptr [rsp - 24]",
    "movzx eax, word ptr [rsp - 24]",
    "or eax, 0xc00",
    "mov word ptr [rsp - 22], ax",
    "fldcw word ptr [rsp - 22]",
    "fistp \\size ptr [rsp - 16]",
    "fldcw word ptr [rsp - 24]",
    ".endm",
    ".size rheo_rt_f80_to_f64, . - rheo_rt_f80_to_f64",
    "RHEO_HELPER rheo_rt_f80_to_i32",
    "RHEO_FLD rdi, rsi",
    "RHEO_FISTP dword",
    "mov eax, dword ptr [rsp - 16]",
    "ret",
    ".size rheo_rt_f80_to_i32, . - rheo_rt_f80_to_i32",
    "RHEO_HELPER rheo_rt_f80_to_i64",
    "RHEO_FLD rdi, rsi",
    "RHEO_FISTP qword",
    "mov rax, qword ptr [rsp - 16]",
    "ret",
    ".size rheo_rt_f80_to_i64, . - rheo_rt_f80_to_i64",
    "RHEO_HELPER rheo_rt_f80_to_u64",
    // 2^63
    "mov dword ptr [rsp - 24], 0x5f000000",
    "fld dword ptr [rsp - 24]",
    "RHEO_FLD rdi, rsi",
    "xor ecx, ecx",
    "fucomi st, st(1)",
    "jb 2f",
    "fsub st, st(1)",
    "mov ecx, 1",
    "shl rcx, 63",
    "2:",
    "RHEO_FISTP qword",
    "fstp st(0)",
    "mov rax, qword ptr [rsp - 16]",
    "xor rax, rcx",
    "ret",
    ".size rheo_rt_f80_to_u64, . - rheo_rt_f80_to_u64",
    "RHEO_HELPER rheo_rt_atomic_cas16",
    "push rbx",
    "mov rax, rsi",
    "mov rbx, rcx",
    "mov rcx, r8",
    "lock cmpxchg16b xmmword ptr [rdi]",
    "pop rbx",
    "ret",
    ".size rheo_rt_atomic_cas16, . - rheo_rt_atomic_cas16",
);

/// Truncated to 128 bits, two's complement.
fn wide_from_f80(low: u64, high: u64) -> u128 {
    let exponent = (high & 0x7fff) as i32 - 16383 - 63;
    let mantissa = u128::from(low);
    let magnitude = match exponent {
        65.. => return 1 << 127,
        0..65 => mantissa << exponent,
        -63..0 => mantissa >> -exponent,
        _ => 0,
    };
    if high & 0x8000 != 0 { magnitude.wrapping_neg() } else { magnitude }
}

/// To a signed 128-bit integer, towards zero.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub extern "C" fn rheo_rt_f80_to_i128(low: u64, high: u64) -> Pair {
    wide_from_f80(low, high).into()
}

/// To an unsigned 128-bit integer, towards zero.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub extern "C" fn rheo_rt_f80_to_u128(low: u64, high: u64) -> Pair {
    wide_from_f80(low, high).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" {
        fn rheo_rt_f80_from_f64(v: f64) -> Pair;
        fn rheo_rt_f80_from_i64(v: i64) -> Pair;
        fn rheo_rt_f80_from_u64(v: u64) -> Pair;
        fn rheo_rt_f80_to_f64(low: u64, high: u64) -> f64;
        fn rheo_rt_f80_to_i32(low: u64, high: u64) -> i32;
        fn rheo_rt_f80_to_i64(low: u64, high: u64) -> i64;
        fn rheo_rt_f80_to_u64(low: u64, high: u64) -> u64;
        fn rheo_rt_f80_sub(a: u64, ah: u64, b: u64, bh: u64) -> Pair;
        fn rheo_rt_f80_div(a: u64, ah: u64, b: u64, bh: u64) -> Pair;
        fn rheo_rt_f80_cmp(a: u64, ah: u64, b: u64, bh: u64) -> u32;
    }

    #[test]
    fn x87() {
        // SAFETY: the helpers touch nothing but their arguments.
        unsafe {
            let f = |v| rheo_rt_f80_from_f64(v);
            let back = |p: Pair| rheo_rt_f80_to_f64(p.low, p.high);
            let (a, b) = (f(7.5), f(-2.0));
            assert_eq!(back(rheo_rt_f80_sub(a.low, a.high, b.low, b.high)), 9.5);
            assert_eq!(back(rheo_rt_f80_div(a.low, a.high, b.low, b.high)), -3.75);
            assert_eq!(rheo_rt_f80_cmp(a.low, a.high, b.low, b.high), 4);
            assert_eq!(rheo_rt_f80_cmp(b.low, b.high, a.low, a.high), 1);
            assert_eq!(rheo_rt_f80_cmp(a.low, a.high, a.low, a.high), 2);
            let nan = f(f64::NAN);
            assert_eq!(rheo_rt_f80_cmp(a.low, a.high, nan.low, nan.high), 8);
            let n = f(-7.9);
            assert_eq!(rheo_rt_f80_to_i32(n.low, n.high), -7);
            let big = rheo_rt_f80_from_u64(u64::MAX - 1);
            assert_eq!(rheo_rt_f80_to_u64(big.low, big.high), u64::MAX - 1);
            assert_eq!(rheo_rt_f80_to_i64(big.low, big.high), i64::MIN);
            let small = rheo_rt_f80_from_i64(i64::MIN + 1);
            assert_eq!(rheo_rt_f80_to_i64(small.low, small.high), i64::MIN + 1);
            assert_eq!(u128::from(rheo_rt_f80_to_i128(small.low, small.high)) as i128, i128::from(i64::MIN + 1));
            assert_eq!(u128::from(rheo_rt_f80_to_u128(big.low, big.high)), u128::from(u64::MAX - 1));
        }
    }
}
