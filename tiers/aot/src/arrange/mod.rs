//! Where instructions stand, between Cranelift's optimiser and its register allocator.
//!
//! The optimiser puts each value as far out as it can, and computes it as late as it can, whatever registers that keeps
//! busy; the allocator then takes from values with many uses the register for good. Owns the corrections: addresses are made
//! where they are used, and what does not need to wait does not. Changes no value, and no order of effects.

mod gather;
mod masks;
mod pressure;
mod remake;

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Function, Inst, Opcode, Type};

/// Corrects an optimised function.
pub(crate) fn arrange(context: &mut Context) {
    context.flowgraph();
    context.compute_loop_analysis();
    masks::extend(context);
    gather::copies(context);
    remake::addresses(context);
    pressure::relieve(context);
}

/// Whether it calls, and so keeps no value in most registers.
fn is_call(func: &Function, inst: Inst) -> bool {
    let opcode = func.dfg.insts[inst].opcode();
    opcode.is_call() || opcode == Opcode::TlsValue
}

/// 0 for what is in integer registers, 1 for the others.
fn class(ty: Type) -> usize {
    usize::from(ty.is_vector() || ty.is_float())
}

/// Whether it only computes.
fn is_pure(func: &Function, inst: Inst) -> bool {
    let opcode = func.dfg.insts[inst].opcode();
    let effects = opcode.is_call() || opcode.is_terminator() || opcode.can_trap() || opcode.other_side_effects();
    !effects && !opcode.can_load() && !opcode.can_store()
}
