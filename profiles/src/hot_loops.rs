//! Loops of hot functions that may be worth more a byte as machine code than their functions.
//!
//! Owns which loops those are, by a profile and a guess of their size. What they really take is measured by whoever compiles
//! them, and whether they are worth it decided by the planner.

use crate::work;
use rheo_ir::{BlockId, FuncId, Module, Region, RegionKind, Regions};
use rustc_hash::FxHashSet;

/// A loop does at least this share of its function's work.
const SHARE_MIN: u128 = 10;
/// What entering and leaving a region adds, in operations.
const ENTRY_OPS: u128 = 6;
/// Bytes of a region's machine code for its frame, for each way out, and for each value that it takes or gives.
const FRAME_BYTES: u128 = 20;
const EXIT_BYTES: u128 = 24;
const VALUE_BYTES: u128 = 5;

/// The loops of `f`, none of which overlap, that do much of its work, those with the most work a byte first: each with the
/// operations that it executes, less what entering it costs. `executions` are of the function's blocks, `aot_bytes` what it
/// takes as a whole.
pub fn hot_loops(module: &Module, f: FuncId, executions: &[u64], aot_bytes: u32) -> Vec<(Region, u64)> {
    let Some(body) = &module.func(f).body else { return Vec::new() };
    let Ok(regions) = Regions::of(module, f) else { return Vec::new() };
    let work: Vec<u128> = work(body, executions).collect();
    let all: u128 = work.iter().sum();
    let insts = body.inst_count().max(1) as u128;
    let count = |b: BlockId| u128::from(executions.get(b.index()).copied().unwrap_or(0));
    let mut found: Vec<(Region, u128, u128)> = Vec::new();
    for region in regions.all().into_iter().filter(|r| r.name.kind == RegionKind::Loop) {
        let inside: FxHashSet<BlockId> = region.blocks().iter().copied().collect();
        let done: u128 = region.blocks().iter().map(|b| work[b.index()]).sum();
        // At most as often as the blocks before it ran, and as often as its head did.
        let before = regions.cfg().preds(region.name.head).iter().filter(|p| !inside.contains(p));
        let entries = before.map(|&p| count(p)).sum::<u128>().min(count(region.name.head));
        let ops = done.saturating_sub(entries * ENTRY_OPS);
        let size: usize = region.blocks().iter().map(|&b| region.insts(body, b)).sum();
        let values = (region.inputs().len() + region.outputs().len()) as u128;
        let bytes = u128::from(aot_bytes) * size as u128 / insts
            + FRAME_BYTES
            + EXIT_BYTES * region.exit_count() as u128
            + VALUE_BYTES * values;
        // Worth more a byte than the function.
        if ops * SHARE_MIN >= all && ops * u128::from(aot_bytes) > all * bytes {
            found.push((region, ops, bytes));
        }
    }
    // Of a nest, the loop with the most work a byte.
    found.sort_by(|a, b| (b.1 * a.2).cmp(&(a.1 * b.2)).then(a.0.name.cmp(&b.0.name)));
    let mut taken: FxHashSet<BlockId> = FxHashSet::default();
    found.retain(|(region, ..)| {
        let free = region.blocks().iter().all(|b| !taken.contains(b));
        if free {
            taken.extend(region.blocks());
        }
        free
    });
    found.into_iter().map(|(region, ops, _)| (region, u64::try_from(ops).unwrap_or(u64::MAX))).collect()
}
