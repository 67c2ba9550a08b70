//! Parts of hot functions that the profile saw seldom or never: they become functions of their own, which the planner can
//! leave bytecode while the rest is machine code.
//!
//! Owns which parts are worth it. The moving is `rheo_ir::outline`'s.

use crate::{FunctionProfile, Profile, work};
use rheo_ir::{FuncId, Module, Part, Parts, outline};

/// A function that does less than this share of the program's work is small change as a whole.
const HOT_SHARE: u128 = 1000;
/// Instructions of a function that is worth taking apart.
const FUNCTION_INSTS_MIN: usize = 80;
/// A part may do this share of its function's work.
const SELDOM_SHARE: u128 = 20_000;
/// What entering a part adds, in operations.
const ENTRY_OPS: u128 = 50;
/// A part's instructions, at least, and for each value that is passed to it or back.
const PART_INSTS_MIN: usize = 8;
const INSTS_PER_VALUE: usize = 2;

/// Takes hot functions apart, and gives the profile of the program that comes of it.
pub fn set_seldom_apart(module: &mut Module, profile: &Profile) -> Profile {
    let mut profile = profile.clone();
    let counted = |module: &Module, f: FuncId, profile: &Profile| {
        let func = module.func(f);
        let body = func.body.as_ref().expect("`defined` yields functions with a body");
        let counts = profile.functions.get(&func.name).filter(|p| p.blocks.len() == body.blocks.len())?;
        Some((work(body, &counts.blocks).sum::<u128>(), counts.clone()))
    };
    let known: Vec<_> =
        module.defined().filter_map(|f| counted(module, f, &profile).map(|(ops, counts)| (f, ops, counts))).collect();
    let all: u128 = known.iter().map(|k| k.1).sum();
    for (f, ops, counts) in known {
        if ops * HOT_SHARE < all {
            continue;
        }
        let parts = seldom(module, f, ops, &counts);
        if parts.is_empty() {
            continue;
        }
        let outlined = outline(module, f, &parts);
        let count = |b: usize| counts.blocks[b];
        for (part, &function) in parts.iter().zip(&outlined.functions) {
            let func = module.func(function);
            let mut blocks: Vec<u64> = part.blocks().iter().map(|b| count(b.index())).collect();
            let calls = blocks[0];
            blocks.resize(func.body.as_ref().expect("just made").blocks.len(), 0);
            profile.functions.insert(func.name.clone(), FunctionProfile { calls, blocks });
        }
        let blocks = outlined.kept.iter().map(|b| b.map_or(0, |b| count(b.index()))).collect();
        profile.functions.insert(module.func(f).name.clone(), FunctionProfile { calls: counts.calls, blocks });
    }
    profile
}

/// The largest parts of a function that are worth it.
fn seldom(module: &Module, f: FuncId, ops: u128, counts: &FunctionProfile) -> Vec<Part> {
    let body = module.func(f).body.as_ref().expect("it was counted");
    if body.inst_count() < FUNCTION_INSTS_MIN {
        return Vec::new();
    }
    let Some(parts) = Parts::of(module, f) else { return Vec::new() };
    let cfg = parts.cfg();
    let mut insts: Vec<usize> = body.blocks.iter().map(|b| b.insts.len()).collect();
    let mut work: Vec<u128> = work(body, &counts.blocks).collect();
    let mut below = vec![Vec::new(); body.blocks.len()];
    for &b in cfg.rpo().iter().rev() {
        if let Some(above) = cfg.idom(b) {
            insts[above.index()] += insts[b.index()];
            work[above.index()] += work[b.index()];
            below[above.index()].push(b);
        }
    }
    let mut found = Vec::new();
    let mut looked_at: Vec<_> = cfg.rpo().first().copied().into_iter().collect();
    while let Some(b) = looked_at.pop() {
        let cost = u128::from(counts.blocks[b.index()]) * ENTRY_OPS + work[b.index()];
        let of_size = insts[b.index()] >= PART_INSTS_MIN;
        if of_size
            && cost * SELDOM_SHARE <= ops
            && let Some(part) = parts.part(b)
            && insts[b.index()] >= PART_INSTS_MIN + INSTS_PER_VALUE * part.passed()
        {
            found.push(part);
        } else if of_size {
            looked_at.extend(&below[b.index()]);
        }
    }
    found
}
