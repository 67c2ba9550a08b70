//! Rules of a body as a whole: blocks, terminators, single assignment, dominance, the entry's parameters.

use super::{Fault, check_loc, pads, typing};
use crate::{BlockId, Body, Cfg, Dest, Func, Inst, Module, Signature, Type, Value};
use std::cell::Cell;

/// Reports every rule that `body` breaks. Dominance is looked at only where all else holds.
pub(super) fn check(m: &Module, func: &Func, sig: &Signature, body: &Body, report: &mut dyn FnMut(Fault)) {
    let sound = Cell::new(true);
    let mut report = |fault: Fault| {
        sound.set(false);
        report(fault);
    };
    check_entry(func, sig, body, &mut report);
    for (i, slot) in body.slots.iter().enumerate() {
        if !slot.align.is_power_of_two() {
            let message = format!("stack slot {i} has alignment {}, which is no power of two", slot.align);
            report(Fault { block: None, inst: None, message });
        }
    }
    let defs = definitions(body, &mut report);
    for (b, block) in body.blocks.iter().enumerate() {
        let block_id = BlockId::new(b);
        if block.insts.is_empty() {
            let message = "the block is empty; it must end in a terminator".to_string();
            report(Fault { block: Some(block_id), inst: None, message });
        }
        for (i, inst) in block.insts.iter().enumerate() {
            let report = &mut |message| report(Fault { block: Some(block_id), inst: Some(i), message });
            let last = i + 1 == block.insts.len();
            if inst.op.is_terminator() != last {
                let message = if last { "the block does not end in a terminator" } else { "terminator inside a block" };
                report(message.to_string());
            }
            check_loc(m, inst.loc, report);
            if check_ids(body, &defs, inst, report) {
                typing::check(m, sig, body, inst, report);
                inst.dests.iter().for_each(|dest| check_dest(body, dest, report));
            }
        }
    }
    if sound.get() {
        let cfg = Cfg::new(body);
        pads::check(func, body, &cfg, &mut report);
        check_dominance(body, &cfg, &defs, &mut report);
    }
}

/// The entry block takes the function's parameters, and nothing branches to it.
fn check_entry(func: &Func, sig: &Signature, body: &Body, report: &mut dyn FnMut(Fault)) {
    let mut report = |message| report(Fault { block: Some(BlockId(0)), inst: None, message });
    let Some(entry) = body.blocks.first() else {
        return report("the body has no block".to_string());
    };
    let area = [Type::Ptr];
    let params: Vec<Type> =
        if func.flags.variadic_definition { area.to_vec() } else { sig.params.iter().map(|p| p.ty).collect() };
    let given: Vec<Option<Type>> = entry.params.iter().map(|v| body.values.get(v.index()).copied()).collect();
    let same =
        params.len() == given.len() && params.iter().zip(&given).all(|(p, g)| g.is_some_and(|g| g.repr() == p.repr()));
    if !same {
        let given: Vec<&str> = given.iter().map(|g| g.map_or("?", Type::name)).collect();
        let params: Vec<&str> = params.iter().map(|p| p.name()).collect();
        report(format!("the entry block takes ({}), the function ({})", given.join(", "), params.join(", ")));
    }
}

/// Where a value is defined: block, and position in it (0 for parameters, 1 + i for instruction i).
#[derive(Clone, Copy)]
struct Def {
    block: u32,
    at: u32,
}

const NOWHERE: Def = Def { block: u32::MAX, at: 0 };

/// Definitions of all values, each of which must have one at most.
fn definitions(body: &Body, report: &mut dyn FnMut(Fault)) -> Vec<Def> {
    let mut defs = vec![NOWHERE; body.values.len()];
    let mut define = |v: Value, block: usize, inst: Option<usize>| {
        let message = match defs.get_mut(v.index()) {
            None => format!("{v} is not in the table of values"),
            Some(def) if def.block != u32::MAX => format!("{v} is defined a second time"),
            Some(def) => {
                *def = Def { block: block as u32, at: inst.map_or(0, |i| i as u32 + 1) };
                return;
            }
        };
        report(Fault { block: Some(BlockId::new(block)), inst, message });
    };
    for (b, block) in body.blocks.iter().enumerate() {
        block.params.iter().for_each(|&v| define(v, b, None));
        for (i, inst) in block.insts.iter().enumerate() {
            match inst.results_in(BlockId::new(b)) {
                own if own.index() == b => inst.results.iter().for_each(|&v| define(v, b, Some(i))),
                other => inst.results.iter().for_each(|&v| define(v, other.index(), None)),
            }
        }
    }
    defs
}

/// All ids of an instruction's values and blocks must exist before anything else is asked of them.
fn check_ids(body: &Body, defs: &[Def], inst: &Inst, report: &mut dyn FnMut(String)) -> bool {
    let mut sound = inst.results.iter().all(|v| v.index() < body.values.len());
    for &v in inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)) {
        match defs.get(v.index()) {
            None => report(format!("{v} is not in the table of values")),
            Some(def) if def.block == u32::MAX => report(format!("{v} is used but never defined")),
            Some(_) => continue,
        }
        sound = false;
    }
    for dest in &inst.dests {
        if dest.block.index() >= body.blocks.len() {
            report(format!("{} is not a block of the function", dest.block));
            sound = false;
        }
    }
    sound
}

/// A destination's arguments must match its block's parameters.
fn check_dest(body: &Body, dest: &Dest, report: &mut dyn FnMut(String)) {
    if dest.block.index() == 0 {
        return report("branch to the entry block".to_string());
    }
    let params = &body.block(dest.block).params;
    if params.len() != dest.args.len() {
        return report(format!(
            "argument count for {} is {}, but must be {}",
            dest.block,
            dest.args.len(),
            params.len()
        ));
    }
    for (&param, &arg) in params.iter().zip(&dest.args) {
        let Some(&param) = body.values.get(param.index()) else { continue };
        if param.repr() != body.ty(arg).repr() {
            report(format!("{arg} is {}, but {}'s parameter is {param}", body.ty(arg), dest.block));
        }
    }
}

/// Definitions must come before uses on every path from the entry. Unreachable blocks have no such paths.
fn check_dominance(body: &Body, cfg: &Cfg, defs: &[Def], report: &mut dyn FnMut(Fault)) {
    for (b, block) in body.blocks.iter().enumerate() {
        let b = BlockId::new(b);
        if !cfg.is_reachable(b) {
            continue;
        }
        for (i, inst) in block.insts.iter().enumerate() {
            for &v in inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)) {
                let def = defs[v.index()];
                let before = if def.block == b.0 { def.at as usize <= i } else { cfg.dominates(BlockId(def.block), b) };
                if !before {
                    let message = format!("{v}, defined in b{}, is used where it may not be defined yet", def.block);
                    report(Fault { block: Some(b), inst: Some(i), message });
                }
            }
        }
    }
}
