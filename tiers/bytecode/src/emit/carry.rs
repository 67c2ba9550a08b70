//! Accumulators over the ends of loops: where every way to a stretch leaves the same slot's value in an accumulator, it is
//! there when the stretch begins.
//!
//! Owns what is known of that, stretch by stretch. What stands behind a way is `select`'s.

use super::flow::Stretch;
use super::node::{Bank, Home, Node, Skip, Val, ValData};
use super::select::Held;
use super::slots::overlaps;

/// Where control comes from, for stretches with several ways in that are all known.
#[derive(Default)]
pub(super) struct Ways {
    /// Stretches at whose end control comes, by stretch; empty for those that nothing is known of.
    pub from: Vec<Vec<u32>>,
}

/// Slots of a value that has its own.
pub(super) fn slots(vals: &[ValData], v: Val) -> Option<(u32, u32)> {
    let data = vals.get(v.index())?;
    match data.home {
        Home::Slot(slot) => Some((slot, data.slots)),
        Home::None | Home::Arg(_) | Home::Part(..) => None,
    }
}

/// Whether the node writes to any of the slots; whatever has no slots of its own may.
fn writes(vals: &[ValData], node: &Node, at: (u32, u32)) -> bool {
    node.res.iter().any(|&r| match vals[r.index()].home {
        Home::None | Home::Arg(_) => false,
        Home::Part(..) => true,
        Home::Slot(slot) => overlaps((slot, vals[r.index()].slots), at),
    })
}

/// The slots whose content the accumulator of `bank` has at the end of a stretch.
fn left(vals: &[ValData], stretch: &Stretch, bank: Bank, end: Held) -> Option<(u32, u32)> {
    if end.val == Val::NONE || !end.saved || vals[end.val.index()].bank != bank {
        return None;
    }
    let at = slots(vals, end.val)?;
    let last = stretch.nodes.iter().rev().find(|node| writes(vals, node, at))?;
    (last.res.as_slice() == [end.val] && last.skip == Skip::Never).then_some(at)
}

/// The value of `bank` that a stretch first reads from the slots before it writes there.
fn read(vals: &[ValData], stretch: &Stretch, bank: Bank, at: (u32, u32)) -> Option<Val> {
    for node in &stretch.nodes {
        if node.skip != Skip::Never || node.op.is_call() {
            return None;
        }
        let here = |v: &Val| slots(vals, *v) == Some(at) && vals[v.index()].bank == bank;
        if let Some(v) = node.uses().find(here) {
            return Some(v);
        }
        if writes(vals, node, at) {
            return None;
        }
    }
    None
}

impl Ways {
    /// What the accumulators may well hold at the start of a loop: what its turns compute last that the next turn reads.
    pub(super) fn guess(&self, vals: &[ValData], stretches: &[Stretch], to: usize) -> [Held; 2] {
        let around: Vec<usize> = self.from[to].iter().map(|&from| from as usize).filter(|&from| from >= to).collect();
        let mut held = [Held::NOTHING; 2];
        let Some(&latch) = around.first() else { return held };
        for (k, bank) in [Bank::Int, Bank::Float].into_iter().enumerate() {
            let found = stretches[latch].nodes.iter().rev().find_map(|node| match node.res.as_slice() {
                [r] if node.skip == Skip::Never && vals[r.index()].bank == bank => {
                    let at = slots(vals, *r)?;
                    read(vals, &stretches[to], bank, at).map(|val| (at, val))
                }
                _ => None,
            });
            let Some((at, val)) = found else { continue };
            let computes = |&from: &usize| stretches[from].nodes.iter().any(|node| writes(vals, node, at));
            if around.iter().all(computes) {
                held[k] = Held { val, saved: true };
            }
        }
        held
    }

    /// What the accumulators hold at the start of a stretch, given what they hold at the ends of all.
    pub(super) fn held(&self, vals: &[ValData], stretches: &[Stretch], ends: &[[Held; 2]], to: usize) -> [Held; 2] {
        let mut held = [Held::NOTHING; 2];
        for (k, bank) in [Bank::Int, Bank::Float].into_iter().enumerate() {
            let mut ways = self.from[to].iter().map(|&from| {
                let from = from as usize;
                left(vals, &stretches[from], bank, ends[from][k])
            });
            let Some(Some(at)) = ways.next() else { continue };
            if ways.all(|way| way == Some(at))
                && let Some(val) = read(vals, &stretches[to], bank, at)
            {
                held[k] = Held { val, saved: true };
            }
        }
        held
    }
}
