//! Tidies a body that has been read: instructions whose results nobody uses go, and values are numbered in order.
//!
//! Reading leaves them behind on purpose: it makes what may turn out to be folded into its user, or to exist in a
//! second form that its users prefer.

use rheo_ir::{Body, Class, Inst, Op, Value};

/// Whether an unused result makes the instruction superfluous. A division stays for the trap it may cause.
fn is_removable(inst: &Inst) -> bool {
    inst.op.info().class == Class::Pure && !matches!(inst.op, Op::Udiv | Op::Sdiv | Op::Urem | Op::Srem)
}

fn operands(inst: &Inst) -> impl Iterator<Item = Value> + '_ {
    inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)).copied()
}

/// Removes unused pure instructions and numbers the values block by block.
pub(crate) fn clean_up(body: &mut Body) {
    remove_unused(body);
    renumber(body);
}

fn remove_unused(body: &mut Body) {
    const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);
    let mut definition = vec![NOWHERE; body.values.len()];
    let mut live = vec![false; body.values.len()];
    let mut pending = Vec::new();
    let mark = |inst: &Inst, live: &mut Vec<bool>, pending: &mut Vec<Value>| {
        for v in operands(inst) {
            if !std::mem::replace(&mut live[v.index()], true) {
                pending.push(v);
            }
        }
    };
    for (b, block) in body.blocks.iter().enumerate() {
        for (i, inst) in block.insts.iter().enumerate() {
            for r in &inst.results {
                definition[r.index()] = (b as u32, i as u32);
            }
            if !is_removable(inst) {
                mark(inst, &mut live, &mut pending);
            }
        }
    }
    while let Some(v) = pending.pop() {
        if definition[v.index()] != NOWHERE {
            let (b, i) = definition[v.index()];
            mark(&body.blocks[b as usize].insts[i as usize], &mut live, &mut pending);
        }
    }
    for block in &mut body.blocks {
        block.insts.retain(|inst| !is_removable(inst) || inst.results.iter().any(|r| live[r.index()]));
    }
}

fn renumber(body: &mut Body) {
    let mut numbers = vec![Value(u32::MAX); body.values.len()];
    let mut types = Vec::with_capacity(body.values.len());
    for block in &mut body.blocks {
        for v in block.params.iter_mut().chain(block.insts.iter_mut().flat_map(|inst| &mut inst.results)) {
            numbers[v.index()] = Value::new(types.len());
            types.push(body.values[v.index()]);
            *v = numbers[v.index()];
        }
    }
    for inst in body.blocks.iter_mut().flat_map(|b| &mut b.insts) {
        for v in inst.args.iter_mut().chain(inst.dests.iter_mut().flat_map(|d| &mut d.args)) {
            *v = numbers[v.index()];
        }
    }
    body.values = types;
}
