//! Addresses of stack slots, globals and functions, each made again where it is used.
//!
//! They take one instruction, or none where an access has room for them. Kept from one place, they take a register across
//! the function, or a stack slot to be read from.

use super::is_call;
use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Inst, Opcode, Value};
use cranelift_codegen::loop_analysis::Loop;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a copy stands: its block, and how many of the block's calls come before.
type Place = (Block, usize);

/// Makes addresses again in each block that uses them, and behind each call; outside of loops that call nothing, where there
/// are registers to keep them.
pub(super) fn addresses(context: &mut Context) {
    let mut copies: FxHashMap<(Value, Place), Value> = FxHashMap::default();
    let mut sources: FxHashMap<Value, Inst> = FxHashMap::default();
    let func = &context.func;
    for block in func.layout.blocks() {
        let mut calls = 0;
        for inst in func.layout.block_insts(block) {
            if is_address(func, inst) {
                let value = func.dfg.first_result(inst);
                sources.insert(value, inst);
                copies.insert((value, (block, calls)), value);
            }
            calls += usize::from(is_call(func, inst));
        }
    }
    if sources.is_empty() {
        return;
    }
    let calling = loops_with_calls(context);
    // What dominates a block comes before it.
    let order: Vec<Block> = context.domtree.cfg_rpo().copied().collect();
    for block in order {
        let outer = outermost(context, &calling, block);
        let mut calls = 0;
        let mut next = context.func.layout.first_inst(block);
        while let Some(inst) = next {
            next = context.func.layout.next_inst(inst);
            let used: Vec<Value> = context.func.dfg.inst_values(inst).filter(|v| sources.contains_key(v)).collect();
            for value in used {
                let source = sources[&value];
                let from = context.func.layout.inst_block(source).expect("sources stand in blocks");
                let (place, before) = match outer {
                    Some(outer) if context.domtree.block_dominates(from, outer) => {
                        let last = context.func.layout.last_inst(outer).expect("a block has a terminator");
                        ((outer, calls_of(&context.func, outer)), last)
                    }
                    Some(_) => continue,
                    None => ((block, calls), inst),
                };
                let func = &mut context.func;
                let copy = *copies.entry((value, place)).or_insert_with(|| {
                    let copy = func.dfg.clone_inst(source);
                    func.layout.insert_inst(copy, before);
                    func.dfg.first_result(copy)
                });
                func.dfg.map_inst_values(inst, |v| if v == value { copy } else { v });
            }
            calls += usize::from(is_call(&context.func, inst));
        }
    }
}

fn is_address(func: &Function, inst: Inst) -> bool {
    matches!(func.dfg.insts[inst].opcode(), Opcode::StackAddr | Opcode::SymbolValue | Opcode::FuncAddr)
}

/// Calls before the end of a block.
fn calls_of(func: &Function, block: Block) -> usize {
    let last = func.layout.last_inst(block);
    func.layout.block_insts(block).filter(|&inst| Some(inst) != last && is_call(func, inst)).count()
}

/// Loops that call something where they are not cold.
fn loops_with_calls(context: &Context) -> FxHashSet<Loop> {
    let func = &context.func;
    let mut calling = FxHashSet::default();
    for block in func.layout.blocks() {
        let mut around = context.loop_analysis.innermost_loop(block);
        if around.is_none() || func.layout.is_cold(block) {
            continue;
        }
        if func.layout.block_insts(block).any(|inst| is_call(func, inst)) {
            while let Some(l) = around {
                calling.insert(l);
                around = context.loop_analysis.loop_parent(l);
            }
        }
    }
    calling
}

/// A block before the outermost of the loops around `block` that call nothing.
fn outermost(context: &Context, calling: &FxHashSet<Loop>, block: Block) -> Option<Block> {
    let loops = &context.loop_analysis;
    let mut outer = None;
    let mut around = loops.innermost_loop(block);
    while let Some(l) = around.filter(|l| !calling.contains(l)) {
        outer = Some(context.domtree.idom(loops.loop_header(l))?);
        around = loops.loop_parent(l);
    }
    outer
}
