//! Functions that call something that may return twice (setjmp).
//!
//! Cranelift takes a call to return once: after it, a register or a shared spill slot may be given to another value, which
//! a second return would then find in place of the first. So in such a function every value that outlives such a call has
//! a stack slot of its own, its home: written where the value is defined, read at each use, and the function is compiled
//! without optimisation, which would carry values past the call again.

use rheo_ir::{BlockId, Body, Func, Imm, Inst, Module, Op};

/// Whether `inst` calls a function that may return twice.
pub(crate) fn returns_twice(module: &Module, inst: &Inst) -> bool {
    matches!(inst.imm, Imm::Func(f) if matches!(inst.op, Op::Call | Op::Invoke) && module.func(f).flags.returns_twice)
}

/// For each value of the body, whether it needs a home; `None` when nothing in the body returns twice.
pub(crate) fn homes(module: &Module, body: &Body) -> Option<Vec<bool>> {
    let insts = || body.blocks.iter().flat_map(|b| &b.insts);
    if !insts().any(|i| returns_twice(module, i)) {
        return None;
    }
    // Where each value is defined: the block, and the number of second-return points before it in that block.
    let mut defined = vec![(u32::MAX, 0u32); body.values.len()];
    let mut home = vec![false; body.values.len()];
    for (b, block) in body.blocks.iter().enumerate() {
        let mut passed = 0;
        for v in &block.params {
            defined[v.index()] = (b as u32, passed);
        }
        for inst in &block.insts {
            passed += u32::from(returns_twice(module, inst));
            let own = BlockId::new(b);
            let place = if inst.results_in(own) == own { (own.0, passed) } else { (inst.results_in(own).0, 0) };
            for v in &inst.results {
                defined[v.index()] = place;
            }
        }
    }
    for (b, block) in body.blocks.iter().enumerate() {
        let mut passed = 0;
        for inst in &block.insts {
            for v in inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)) {
                home[v.index()] |= defined[v.index()] != (b as u32, passed);
            }
            passed += u32::from(returns_twice(module, inst));
        }
    }
    Some(home)
}

/// Whether the function must be compiled by an instruction set of [`crate::Optimise::None`]: it calls something that
/// returns twice, or asks for its return address, which needs the frame pointers that only that one keeps.
pub fn needs_plain_isa(module: &Module, func: &Func) -> bool {
    let insts = func.body.iter().flat_map(|b| &b.blocks).flat_map(|b| &b.insts);
    insts.into_iter().any(|i| i.op == Op::ReturnAddress || returns_twice(module, i))
}
