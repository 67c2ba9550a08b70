//! Whether the processor has what the program was compiled for.

use crate::os;
use crate::report::Report;
use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv, CpuidResult};

/// Number of the end of a list.
const END: u8 = u8::MAX;
/// Of ECX of leaf 1: FMA, the system has saved registers ready, AVX, F16C.
const FMA: u32 = 1 << 12;
const OSXSAVE: u32 = 1 << 27;
const AVX: u32 = 1 << 28;
const F16C: u32 = 1 << 29;
/// Of EBX of leaf 7.
const AVX2: u32 = 1 << 5;
const AVX512F: u32 = 1 << 16;
/// Registers that the system saves (XCR0): those of AVX, and of AVX-512.
const SAVED_AVX: u64 = 0x06;
const SAVED_AVX512: u64 = 0xe6;

/// The words in which features have their bits. What the system does not save the registers of is not there.
fn words() -> [u32; 6] {
    let leaves = __cpuid(0).eax;
    let mut one = __cpuid(1).ecx;
    let seven = if leaves >= 7 { __cpuid_count(7, 0) } else { CpuidResult { eax: 0, ebx: 0, ecx: 0, edx: 0 } };
    let more = if seven.eax >= 1 { __cpuid_count(7, 1).eax } else { 0 };
    let extended = if __cpuid(0x8000_0000).eax > 0x8000_0000 { __cpuid(0x8000_0001).ecx } else { 0 };
    let mut wide = seven.ebx;
    // SAFETY: OSXSAVE says that the instruction is there.
    let saved = if one & OSXSAVE != 0 { unsafe { saved() } } else { 0 };
    if saved & SAVED_AVX != SAVED_AVX {
        one &= !(FMA | AVX | F16C);
        wide &= !AVX2;
    }
    if saved & SAVED_AVX512 != SAVED_AVX512 {
        wide &= !AVX512F;
    }
    [one, wide, seven.ecx, seven.edx, more, extended]
}

/// # Safety
/// The processor must have XSAVE, enabled.
#[target_feature(enable = "xsave")]
unsafe fn saved() -> u64 {
    // SAFETY: by the contract.
    unsafe { _xgetbv(0) }
}

/// Ends the program, saying what is missing, unless the processor has all features of a list: each its number (32 times
/// the word, and the bit in it) and its name, zero-terminated.
///
/// # Safety
/// The list must be so, with 255 at its end.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_require(mut list: *const u8) {
    let words = words();
    let mut report = Report::new();
    let mut missing = false;
    // SAFETY: by the contract, one step at a time up to the end.
    unsafe {
        while *list != END {
            let bit = usize::from(*list);
            let name = list.add(1);
            if words.get(bit / 32).is_none_or(|word| word >> (bit % 32) & 1 == 0) {
                report.text(if missing { ", " } else { "rheo: the program was compiled for a processor with " });
                report.c_text(name.cast());
                missing = true;
            }
            list = name;
            while *list != 0 {
                list = list.add(1);
            }
            list = list.add(1);
        }
    }
    if missing {
        report.text(", which this one lacks\n").flush();
        // SAFETY: a plain C call.
        unsafe { os::abort() }
    }
}
