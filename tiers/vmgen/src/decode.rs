//! Reading an instruction's fields.

use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FunctionBuilder;
use rheo_bytecode::isa::{Field, FieldKind, FieldLayout};

/// Flags for the instruction stream. Not marked read-only: such a load would be moved to just before its use, between
/// a frame load and the instruction that could take it as a memory operand.
pub fn stream() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_endianness(Endianness::Little)
}

/// Reads a field, as an `i64`: the value of an immediate, the number of a slot, function, symbol or window, a branch
/// distance. A 128-bit immediate gives its address. `pc` is `behind` bytes behind the opcode byte.
pub fn field(b: &mut FunctionBuilder, pc: Value, behind: i32, field: Field, at: FieldLayout) -> Value {
    let offset = at.offset as i32 - behind;
    let (signed, shift) = match field.kind {
        FieldKind::Imm { signed, shift } => (signed, shift),
        FieldKind::Branch => (true, 0),
        _ => (false, 0),
    };
    let part = at.bits != 8 * at.bytes;
    // The topmost bits come with their sign.
    let topmost = part && at.bits + at.shift == 8 * at.bytes;
    let raw = match (at.bytes, signed && (!part || topmost)) {
        (1, false) => b.ins().uload8(types::I64, stream(), pc, offset),
        (1, true) => b.ins().sload8(types::I64, stream(), pc, offset),
        (2, false) => b.ins().uload16(types::I64, stream(), pc, offset),
        (2, true) => b.ins().sload16(types::I64, stream(), pc, offset),
        (4, false) => b.ins().uload32(stream(), pc, offset),
        (4, true) => b.ins().sload32(stream(), pc, offset),
        (8, _) => b.ins().load(types::I64, stream(), pc, offset),
        _ => b.ins().iadd_imm_s(pc, i64::from(offset)),
    };
    let value = if !part {
        raw
    } else if signed && topmost {
        b.ins().sshr_imm_s(raw, i64::from(at.shift))
    } else if signed {
        // Up to the top, and down again with the sign.
        let up = b.ins().ishl_imm_s(raw, i64::from(64 - at.bits - at.shift));
        b.ins().sshr_imm_s(up, i64::from(64 - at.bits))
    } else if at.shift > 0 {
        b.ins().ushr_imm_s(raw, i64::from(at.shift))
    } else {
        b.ins().band_imm_s(raw, (1i64 << at.bits) - 1)
    };
    if shift > 0 { b.ins().ishl_imm_s(value, i64::from(shift)) } else { value }
}
