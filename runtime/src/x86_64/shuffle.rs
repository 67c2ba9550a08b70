//! Byte shuffles whose indices are known at run time only: by SSSE3's PSHUFB where the processor has it, byte by byte
//! where it has not. Code for the baseline processor calls these; its handlers cannot know the machine.

use core::arch::asm;
use core::arch::x86_64::{__cpuid, __m128i};
use core::sync::atomic::{AtomicU8, Ordering};

/// Whether the processor has PSHUFB: 0 not asked yet, 1 no, 2 yes.
static PSHUFB: AtomicU8 = AtomicU8::new(0);

const ABSENT: u8 = 1;
const PRESENT: u8 = 2;

#[inline]
fn has_pshufb() -> bool {
    match PSHUFB.load(Ordering::Relaxed) {
        0 => ask(),
        known => known == PRESENT,
    }
}

#[cold]
fn ask() -> bool {
    const SSSE3: u32 = 1 << 9;
    let present = __cpuid(1).ecx & SSSE3 != 0;
    PSHUFB.store(if present { PRESENT } else { ABSENT }, Ordering::Relaxed);
    present
}

/// # Safety
/// The processor must have SSSE3.
#[inline]
unsafe fn pshufb(mut bytes: __m128i, indices: __m128i) -> __m128i {
    // SAFETY: by the contract.
    unsafe { asm!("pshufb {}, {}", inout(xmm_reg) bytes, in(xmm_reg) indices, options(pure, nomem, nostack)) };
    bytes
}

type Bytes = [u8; 16];

fn bytes_of(v: __m128i) -> Bytes {
    // SAFETY: both are 16 bytes, and every bit pattern is valid.
    unsafe { core::mem::transmute(v) }
}

fn vector_of(bytes: Bytes) -> __m128i {
    // SAFETY: as above.
    unsafe { core::mem::transmute(bytes) }
}

#[cold]
fn pshufb_by_bytes(bytes: __m128i, indices: __m128i) -> __m128i {
    let (bytes, indices) = (bytes_of(bytes), bytes_of(indices));
    vector_of(indices.map(|i| if i & 0x80 != 0 { 0 } else { bytes[usize::from(i & 15)] }))
}

#[cold]
fn shuffle_by_bytes(x: __m128i, y: __m128i, mask: __m128i) -> __m128i {
    let (x, y) = (bytes_of(x), bytes_of(y));
    vector_of(bytes_of(mask).map(|i| if i & 16 == 0 { x[usize::from(i & 15)] } else { y[usize::from(i & 15)] }))
}

/// SSSE3's PSHUFB: 0 for indices with the top bit set, else the byte that the low four bits name.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
#[expect(improper_ctypes_definitions, reason = "__m128i is passed in a vector register, as Cranelift passes it")]
pub extern "C" fn rheo_rt_pshufb(bytes: __m128i, indices: __m128i) -> __m128i {
    if has_pshufb() {
        // SAFETY: asked for.
        unsafe { pshufb(bytes, indices) }
    } else {
        pshufb_by_bytes(bytes, indices)
    }
}

/// The IR's `shuffle`: byte `i` of the mask, 0 to 31, says which of the 32 bytes of `x` and `y` byte `i` of the result is.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
#[expect(improper_ctypes_definitions, reason = "__m128i is passed in a vector register, as Cranelift passes it")]
pub extern "C" fn rheo_rt_shuffle(x: __m128i, y: __m128i, mask: __m128i) -> __m128i {
    if !has_pshufb() {
        return shuffle_by_bytes(x, y, mask);
    }
    use core::arch::x86_64::{_mm_add_epi8, _mm_or_si128, _mm_set1_epi8, _mm_sub_epi8};
    // SAFETY: asked for; the rest is SSE2. Indices of the other operand get their top bit set.
    unsafe {
        let of_x = pshufb(x, _mm_add_epi8(mask, _mm_set1_epi8(0x70)));
        let of_y = pshufb(y, _mm_sub_epi8(mask, _mm_set1_epi8(16)));
        _mm_or_si128(of_x, of_y)
    }
}

/// The IR's `permute`: hexadecimal digit `i` of `lanes` says which of the 8 lanes of `x` and `y` lane `i` of the result is.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
#[expect(improper_ctypes_definitions, reason = "__m128i is passed in a vector register, as Cranelift passes it")]
pub extern "C" fn rheo_rt_permute(x: __m128i, y: __m128i, lanes: u64) -> __m128i {
    use core::arch::x86_64::_mm_set_epi32;
    // SAFETY: both are 32 bytes, and every bit pattern is valid.
    let from: [i32; 8] = unsafe { core::mem::transmute([x, y]) };
    let lane = |i: u32| from[((lanes >> (4 * i)) & 7) as usize];
    // SAFETY: SSE2 is always there.
    unsafe { _mm_set_epi32(lane(3), lane(2), lane(1), lane(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_the_instruction() {
        let mut x: Bytes = core::array::from_fn(|i| i as u8 * 7 + 1);
        let y: Bytes = core::array::from_fn(|i| 255 - i as u8 * 5);
        let mut mask: Bytes = core::array::from_fn(|i| (i as u8 * 11) & 31);
        for round in 0..64u8 {
            let (vx, vy, vm) = (vector_of(x), vector_of(y), vector_of(mask));
            assert_eq!(bytes_of(rheo_rt_shuffle(vx, vy, vm)), bytes_of(shuffle_by_bytes(vx, vy, vm)));
            let indices = vector_of(mask.map(|i| i.wrapping_mul(37).wrapping_add(round)));
            assert_eq!(bytes_of(rheo_rt_pshufb(vx, indices)), bytes_of(pshufb_by_bytes(vx, indices)));
            let lanes = (u64::from(round) * 0x1234) & 0x7777;
            let picks: Bytes = core::array::from_fn(|i| ((lanes >> (4 * (i / 4))) & 7) as u8 * 4 + i as u8 % 4);
            let permuted = rheo_rt_permute(vx, vy, lanes);
            assert_eq!(bytes_of(permuted), bytes_of(shuffle_by_bytes(vx, vy, vector_of(picks))));
            x.rotate_left(1);
            mask = mask.map(|i| (i * 5 + round) & 31);
        }
    }
}
