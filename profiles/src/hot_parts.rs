//! Parts of hot functions that may be worth more a byte as machine code than their functions: loops, or what runs much of
//! loops.
//!
//! Owns which parts those are, by a profile and a guess of their size. What they really take is measured by whoever compiles
//! them, and whether they are worth it decided by the planner.

use crate::work;
use rheo_ir::{BlockId, Body, FuncId, Module, Region, RegionKind, RegionName, Regions};
use rustc_hash::FxHashSet;

/// Parts do at least this share of their function's work.
const SHARE_MIN: u128 = 10;
/// What entering and leaving a region adds, in operations.
const ENTRY_OPS: u128 = 6;
/// Bytes of a region's machine code for its frame, for each way out, and for each value that it takes or gives.
const FRAME_BYTES: u128 = 30;
const EXIT_BYTES: u128 = 12;
const VALUE_BYTES: u128 = 6;
/// Of a loop's work, what its most executed blocks do that are a part, in percent.
const LEVELS: [u128; 4] = [50, 75, 90, 99];
/// Instructions of a block that runs less, which is in a part so that one behind it can be.
const SIDE_INSTS_MAX: usize = 24;

/// A choice of regions of a function, none of which overlap: each with the operations that it executes, less what entering it
/// costs.
pub type Choice = Vec<(Region, u64)>;

/// Choices of regions of `f` that do much of its work, each with more than the one before. `executions` are of the function's
/// blocks, `aot_bytes` what it takes as a whole.
pub fn hot_parts(module: &Module, f: FuncId, executions: &[u64], aot_bytes: u32) -> Vec<Choice> {
    let Some(body) = &module.func(f).body else { return Vec::new() };
    let Ok(regions) = Regions::of(module, f) else { return Vec::new() };
    let work: Vec<u128> = work(body, executions).collect();
    let function = Function { body, regions, all: work.iter().sum(), work, executions, aot_bytes: aot_bytes.into() };
    let mut choices: Vec<Choice> = Vec::new();
    for percent in LEVELS {
        let choice = function.choice(percent);
        let ops = |c: &Choice| c.iter().map(|r| u128::from(r.1)).sum::<u128>();
        if ops(&choice) > choices.last().map_or(0, ops) {
            choices.push(choice);
        }
    }
    choices
}

struct Function<'a> {
    body: &'a Body,
    regions: Regions<'a>,
    work: Vec<u128>,
    all: u128,
    executions: &'a [u64],
    aot_bytes: u128,
}

/// A region that may be worth it.
struct Found {
    region: Region,
    ops: u128,
    bytes: u128,
}

impl Function<'_> {
    fn count(&self, b: BlockId) -> u128 {
        u128::from(self.executions.get(b.index()).copied().unwrap_or(0))
    }

    /// The parts of loops that do so much of the loops' work, those with the most work a byte first.
    fn choice(&self, percent: u128) -> Choice {
        let cfg = self.regions.cfg();
        let headers = cfg.rpo().iter().copied().filter(|&b| cfg.loop_header(b) == Some(b));
        let mut found: Vec<Found> = headers.filter_map(|h| self.found(h, percent)).collect();
        found.sort_by(|a, b| {
            let by_benefit = (b.ops * a.bytes).cmp(&(a.ops * b.bytes));
            by_benefit.then_with(|| a.region.name.cmp(&b.region.name))
        });
        let mut taken: FxHashSet<BlockId> = FxHashSet::default();
        found.retain(|f| {
            let free = f.region.blocks().iter().all(|b| !taken.contains(b));
            if free {
                taken.extend(f.region.blocks());
            }
            free
        });
        found.into_iter().map(|f| (f.region, u64::try_from(f.ops).unwrap_or(u64::MAX))).collect()
    }

    fn found(&self, head: BlockId, percent: u128) -> Option<Found> {
        let name = self.part(head, percent)?;
        let region = self.regions.find(&name).ok()?;
        let inside: FxHashSet<BlockId> = region.blocks().iter().copied().collect();
        let done: u128 = inside.iter().map(|b| self.work[b.index()]).sum();
        // At most as often as the blocks before it ran, and as often as its head did.
        let before = self.regions.cfg().preds(head).iter().filter(|p| !inside.contains(p));
        let entries = before.map(|&p| self.count(p)).sum::<u128>().min(self.count(head));
        let ops = done.saturating_sub(entries * ENTRY_OPS);
        let size: usize = region.blocks().iter().map(|&b| region.insts(self.body, b)).sum();
        let values = (region.inputs().len() + region.outputs().len()) as u128;
        let bytes = self.aot_bytes * size as u128 / self.body.inst_count().max(1) as u128
            + FRAME_BYTES
            + EXIT_BYTES * region.exit_count() as u128
            + VALUE_BYTES * values;
        // Worth more a byte than the function.
        let is_hot = ops * SHARE_MIN >= self.all && ops * self.aot_bytes > self.all * bytes;
        is_hot.then_some(Found { region, ops, bytes })
    }

    /// Of a loop the blocks that run most, with what has to be there so that it is entered at its head alone.
    fn part(&self, head: BlockId, percent: u128) -> Option<RegionName> {
        let cfg = self.regions.cfg();
        let all = self.regions.loop_blocks(head).ok()?;
        if !self.regions.can_move(head) {
            return None;
        }
        let whole: FxHashSet<BlockId> = all.iter().copied().collect();
        let mut by_count = all.clone();
        by_count.sort_by_key(|&b| (std::cmp::Reverse(self.count(b)), b));
        let wanted: u128 = all.iter().map(|b| self.work[b.index()]).sum::<u128>() * percent / 100;
        let mut inside: FxHashSet<BlockId> = FxHashSet::from_iter([head]);
        let mut done = 0;
        for b in by_count {
            if done >= wanted {
                break;
            }
            done += self.work[b.index()];
            if self.regions.can_move(b) {
                inside.insert(b);
            }
        }
        let mut out: FxHashSet<BlockId> = FxHashSet::default();
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for &b in all.iter().filter(|&&b| b != head) {
                if !inside.contains(&b) {
                    continue;
                }
                let missing: Vec<BlockId> =
                    cfg.preds(b).iter().copied().filter(|&p| cfg.is_reachable(p) && !inside.contains(&p)).collect();
                if missing.is_empty() {
                    continue;
                }
                changed = true;
                let fits = |&p: &BlockId| {
                    let small = self.body.block(p).insts.len() <= SIDE_INSTS_MAX;
                    whole.contains(&p) && !out.contains(&p) && small && self.regions.can_move(p)
                };
                if missing.iter().all(fits) {
                    inside.extend(missing);
                } else {
                    inside.remove(&b);
                    out.insert(b);
                }
            }
        }
        if inside.len() == all.len() {
            return Some(RegionName::at(RegionKind::Loop, head));
        }
        let mut others: Vec<BlockId> = inside.into_iter().filter(|&b| b != head).collect();
        others.sort_unstable();
        Some(RegionName { kind: RegionKind::Part, head, others })
    }
}
