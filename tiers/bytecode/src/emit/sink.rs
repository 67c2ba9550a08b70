//! Steps of loop variables made on the edges that pass them on, where the old value is wanted beside the new one: the
//! step is then done in place of the copy.
//!
//! Owns the choice of such sums. Those whose old value dies in their block `tree` orders so that they are done in place.

use super::node::{Arg, Exit, Home, Val, Work};
use super::slots::live_in;
use crate::isa::VmOp;
use rheo_ir::{Cfg, Op, Type};

/// A value plus a number.
#[derive(Clone, Copy)]
struct Step {
    made: Val,
    from: Val,
    by: i64,
    /// Number of its node in the block.
    node: usize,
}

/// Moves sums to edges.
pub(crate) fn sink(work: &mut Work, cfg: &Cfg) {
    let mut uses = vec![0u32; work.vals.len()];
    for block in &work.blocks {
        block.nodes.iter().flat_map(|n| n.uses()).for_each(|v| uses[v.index()] += 1);
        block.exit.uses().into_iter().chain(block.exit.edge_uses()).for_each(|v| uses[v.index()] += 1);
    }
    let mut live: Option<Vec<Vec<Val>>> = None;
    for b in 0..work.blocks.len() {
        for step in steps(work, b, &uses) {
            let block = &work.blocks[b];
            // The old value is read behind the sum's place, or lives on.
            let read = block.nodes[step.node + 1..].iter().any(|n| n.uses().any(|v| v == step.from))
                || block.exit.uses().contains(&step.from)
                || block.exit.edge_uses().contains(&step.from);
            let sunk = read
                || matches!(block.exit, Exit::Branch(..) | Exit::Switch(..)) && {
                    let live = live.get_or_insert_with(|| live_in(work, cfg));
                    let block = &work.blocks[b];
                    block.exit.edges().iter().any(|e| live[e.to.index()].binary_search(&step.from).is_ok())
                };
            if sunk {
                for edge in work.blocks[b].exit.edges_mut() {
                    for a in edge.args.iter_mut().filter(|a| a.1 == Arg::Val(step.made)) {
                        a.1 = Arg::Sum(step.from, step.by);
                    }
                }
            }
        }
    }
}

/// Sums that are used by nothing but the block's edges.
fn steps(work: &Work, b: usize, uses: &[u32]) -> Vec<Step> {
    let block = &work.blocks[b];
    let passed = block.exit.edge_uses();
    let mut steps = Vec::new();
    if passed.is_empty() {
        return steps;
    }
    for (i, node) in block.nodes.iter().enumerate() {
        let (VmOp::Ir(Op::Iadd), Type::I64, [Arg::Val(from), Arg::Num(by)], [made]) =
            (node.op, node.ty, node.args.as_slice(), node.res.as_slice())
        else {
            continue;
        };
        let plain = |v: Val| work.vals[v.index()].home == Home::None && work.remat[v.index()].is_none();
        let here = passed.iter().filter(|v| *v == made).count() as u32;
        if here > 0 && here == uses[made.index()] && !node.pinned && plain(*made) && plain(*from) {
            steps.push(Step { made: *made, from: *from, by: *by, node: i });
        }
    }
    steps
}
