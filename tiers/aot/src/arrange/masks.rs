//! Masks of the lower half of a word, which are moves of half a register.
//!
//! The optimiser makes extensions into masks, and x86-64 has no 64-bit instruction with such a mask in it.

use cranelift_codegen::Context;
use cranelift_codegen::cursor::{Cursor as _, FuncCursor};
use cranelift_codegen::ir::{Function, Inst, InstBuilder as _, InstructionData, Opcode, Value, types};

const LOWER_HALF: i64 = 0xffff_ffff;

/// Makes such masks into extensions.
pub(super) fn extend(context: &mut Context) {
    let func = &context.func;
    let insts = func.layout.blocks().flat_map(|block| func.layout.block_insts(block));
    let masks: Vec<(Inst, Value)> = insts.filter_map(|inst| Some((inst, masked(func, inst)?))).collect();
    for (inst, whole) in masks {
        let narrow = FuncCursor::new(&mut context.func).at_inst(inst).ins().ireduce(types::I32, whole);
        context.func.dfg.insts[inst] = InstructionData::Unary { opcode: Opcode::Uextend, arg: narrow };
    }
}

/// What the instruction takes the lower half of.
fn masked(func: &Function, inst: Inst) -> Option<Value> {
    let InstructionData::Binary { opcode: Opcode::Band, args: [x, y] } = func.dfg.insts[inst] else { return None };
    if func.dfg.value_type(x) != types::I64 {
        return None;
    }
    let is_mask = |v: Value| {
        let inst = func.dfg.value_def(v).inst().map(|i| func.dfg.insts[i]);
        matches!(inst, Some(InstructionData::UnaryImm { opcode: Opcode::Iconst, imm }) if imm.bits() == LOWER_HALF)
    };
    match (is_mask(x), is_mask(y)) {
        (_, true) => Some(x),
        (true, _) => Some(y),
        _ => None,
    }
}
