//! Faults that the program's own instruction would have caused, where Cranelift lays down a trap of its own.

use cranelift_codegen::ir::TrapCode;
use cranelift_codegen::{Final, MachBufferFinalized};

const UD2: [u8; 2] = [0x0f, 0x0b];
/// `div ah`. AH = 0 is a division by zero, and any other AH gives a quotient AX ÷ AH of 256 or more, which AL cannot hold: a
/// division error whatever the registers hold.
const DIV_AH: [u8; 2] = [0xf6, 0xf4];

/// Cranelift's trap on AArch64, `udf #0xc11f`.
const UDF: [u8; 4] = [0x1f, 0xc1, 0, 0];
/// `brk #1`, which a trap is to compilers for C there.
const BRK: [u8; 4] = [0x20, 0, 0x20, 0xd4];

/// Machine code of `buffer`, with the faults of native code: a division by zero, or of MIN by -1, raises what the machine's
/// instruction raises, for which Cranelift tests on x86-64 and traps by an illegal instruction; a trap on AArch64 is a
/// breakpoint.
pub fn code_with_native_faults(buffer: &MachBufferFinalized<Final>) -> Vec<u8> {
    let mut code = buffer.data().to_vec();
    for trap in buffer.traps() {
        if let Some(at) = code.get_mut(trap.offset as usize..).and_then(|c| c.first_chunk_mut::<4>())
            && *at == UDF
        {
            *at = BRK;
        }
        if !matches!(trap.code, TrapCode::INTEGER_DIVISION_BY_ZERO | TrapCode::INTEGER_OVERFLOW) {
            continue;
        }
        if let Some(at) = code.get_mut(trap.offset as usize..).and_then(|c| c.first_chunk_mut::<2>())
            && *at == UD2
        {
            *at = DIV_AH;
        }
    }
    code
}
