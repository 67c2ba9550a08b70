//! What several branches compute from the same operands, computed once before they part.
//!
//! The optimiser computes a value where it is used; used on several branches, or in one conditional block after the other, it
//! is computed in each. Owns the reversal for arithmetic on floats and vectors. Integers stay: that they are computed in
//! each arm of a large switch is what keeps registers free for the arms.

use super::{class, is_pure};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Type, Value};
use rustc_hash::FxHashMap;

/// An instruction and its operands, constants by what they are.
type Key = (InstructionData, Type, Vec<Value>);

/// Gathers copies of float and vector arithmetic.
pub(super) fn copies(context: &mut Context) {
    let mut known: FxHashMap<Key, Inst> = FxHashMap::default();
    let mut constants: FxHashMap<(InstructionData, Type), Value> = FxHashMap::default();
    // Constants are equal wherever they are made.
    let mut number: FxHashMap<Value, Value> = FxHashMap::default();
    let order: Vec<Block> = context.domtree.cfg_rpo().copied().collect();
    for block in order {
        let mut next = context.func.layout.first_inst(block);
        while let Some(inst) = next {
            next = context.func.layout.next_inst(inst);
            let func = &context.func;
            if is_constant(func, inst) {
                let v = func.dfg.first_result(inst);
                let same = *constants.entry((func.dfg.insts[inst], func.dfg.value_type(v))).or_insert(v);
                number.insert(v, same);
                continue;
            }
            if !gathers(func, inst) {
                continue;
            }
            let key = key(func, inst, &number);
            let Some(&first) = known.get(&key) else {
                known.insert(key, inst);
                continue;
            };
            if !move_before(context, first, block) {
                known.insert(key, inst);
                continue;
            }
            let func = &mut context.func;
            let (old, new) = (func.dfg.first_result(inst), func.dfg.first_result(first));
            func.layout.remove_inst(inst);
            func.dfg.clear_results(inst);
            func.dfg.change_to_alias(old, new);
        }
    }
    context.func.dfg.resolve_all_aliases();
}

fn is_constant(func: &Function, inst: Inst) -> bool {
    matches!(func.dfg.insts[inst].opcode(), Opcode::Iconst | Opcode::F32const | Opcode::F64const | Opcode::Vconst)
}

/// Whether it computes with floats or vectors, and nothing else.
fn gathers(func: &Function, inst: Inst) -> bool {
    let value_class = |v: Value| class(func.dfg.value_type(v));
    is_pure(func, inst)
        && func.dfg.inst_results(inst).len() == 1
        && (value_class(func.dfg.first_result(inst)) == 1
            || func.dfg.inst_args(inst).iter().any(|&v| value_class(v) == 1))
        && !func.dfg.insts[inst].opcode().is_terminator()
}

fn key(func: &Function, inst: Inst, number: &FxHashMap<Value, Value>) -> Key {
    let numbered = |v: Value| {
        let v = func.dfg.resolve_aliases(v);
        number.get(&v).copied().unwrap_or(v)
    };
    let args: Vec<Value> = func.dfg.inst_args(inst).iter().map(|&v| numbered(v)).collect();
    let mut data = func.dfg.insts[inst];
    // The operands stand in `args`.
    for v in data.arguments_mut(&mut Default::default()) {
        *v = Value::from_u32(0);
    }
    (data, func.dfg.value_type(func.dfg.first_result(inst)), args)
}

/// Sees to it that `first` stands before `block`, which computes the same: whether it does.
fn move_before(context: &mut Context, first: Inst, block: Block) -> bool {
    let from = context.func.layout.inst_block(first).expect("known instructions stand in blocks");
    if context.domtree.block_dominates(from, block) {
        return true;
    }
    let Some(common) = common_dominator(context, from, block) else { return false };
    let func = &context.func;
    let last = func.layout.last_inst(common).expect("a block has a terminator");
    let cold = |b: Block| func.layout.is_cold(b);
    let level = |b: Block| context.loop_analysis.loop_level(b);
    if func.dfg.insts[last].opcode() != Opcode::Brif
        || (cold(from) || cold(block)) && !cold(common)
        || level(common) > level(from).min(level(block))
    {
        return false;
    }
    let mut constants = Vec::new();
    for &v in func.dfg.inst_args(first) {
        let v = func.dfg.resolve_aliases(v);
        let (block, inst) = match func.dfg.value_def(v) {
            cranelift_codegen::ir::ValueDef::Param(block, _) => (block, None),
            def => {
                let inst = def.unwrap_inst();
                (func.layout.inst_block(inst).expect("operands stand in blocks"), Some(inst))
            }
        };
        if !context.domtree.block_dominates(block, common) {
            match inst.filter(|&i| is_constant(func, i)) {
                Some(inst) => constants.push((v, inst)),
                None => return false,
            }
        }
    }
    let func = &mut context.func;
    for (v, inst) in constants {
        let copy = func.dfg.clone_inst(inst);
        func.layout.insert_inst(copy, last);
        let copy = func.dfg.first_result(copy);
        func.dfg.map_inst_values(first, |arg| if arg == v { copy } else { arg });
    }
    func.layout.remove_inst(first);
    func.layout.insert_inst(first, last);
    true
}

/// The last block that is on every way to both.
fn common_dominator(context: &Context, a: Block, b: Block) -> Option<Block> {
    let mut common = a;
    while !context.domtree.block_dominates(common, b) {
        common = context.domtree.idom(common)?;
    }
    Some(common)
}
