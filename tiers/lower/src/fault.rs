//! Faults that the program's own instruction would have caused, where Cranelift lays down a trap of its own.

use cranelift_codegen::ir::TrapCode;
use cranelift_codegen::{Final, MachBufferFinalized};

const UD2: [u8; 2] = [0x0f, 0x0b];
/// `div ah`. AH = 0 is a division by zero, and any other AH gives a quotient AX ÷ AH of 256 or more, which AL cannot hold: a
/// division error whatever the registers hold.
const DIV_AH: [u8; 2] = [0xf6, 0xf4];

/// Machine code of `buffer`, in which a division by zero, or of MIN by -1, raises what the machine's instruction raises.
/// Cranelift tests for them on x86-64 and traps by an illegal instruction.
pub fn code_with_division_faults(buffer: &MachBufferFinalized<Final>) -> Vec<u8> {
    let mut code = buffer.data().to_vec();
    for trap in buffer.traps() {
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
