//! Large frames: instructions name slots by a byte, copies and constants alone by two.
//!
//! Owns the scratch slots through which operands and results beyond reach go, and the copies to and from them.

use super::EmitError;
use super::flow::Stretch;
use super::node::{Arg, Bank, Home, Node, NodeImm, Val, Work};
use super::select::slot_of;
use super::slots::Frame;
use crate::isa::VmOp;
use rheo_ir::{BlockId, Cfg, Op, SrcLoc, Type};
use smallvec::SmallVec;

/// Slots that every instruction can name.
const NEAR: u32 = 1 << 8;
/// More than `flow`, the linkage and the alignment of static stack slots add to a frame.
const MARGIN: u32 = 16;

/// Slots kept free within reach.
#[derive(Debug)]
pub(crate) struct Scratch {
    first: u32,
    slots: u32,
    /// Parameters from `first` up to this slot have made room.
    params_end: u32,
}

/// Whether a frame may reach too far, once values have homes.
pub(crate) fn may_be_needed(work: &Work, frame: &Frame) -> bool {
    let stack: u64 = work.stack.iter().map(|s| u64::from(s.bytes) / 8 + 2).sum();
    u64::from(frame.value_slots + work.window_slots + MARGIN) + stack > u64::from(NEAR)
}

/// Most scratch slots that an instruction needs in a frame that is laid out.
pub(crate) fn needed(work: &Work, frame: &Frame, stretches: &[Stretch]) -> u32 {
    let far = |vals: &mut dyn Iterator<Item = Val>| {
        let mut seen: SmallVec<[Val; 4]> = SmallVec::new();
        for v in vals {
            if is_far(work, frame, v) && !seen.contains(&v) {
                seen.push(v);
            }
        }
        seen.iter().map(|v| work.vals[v.index()].slots).sum::<u32>()
    };
    let nodes = stretches.iter().flat_map(|s| &s.nodes).filter(|n| n.op != VmOp::Move);
    let each = nodes.map(|n| {
        let results = if is_far_made(n) { 0 } else { far(&mut n.res.iter().copied()) };
        far(&mut n.args.iter().filter_map(|a| a.val())).max(results)
    });
    each.max().unwrap_or(0)
}

/// Keeps `slots` slots free in a frame, before it is laid out. `params_end` is the end of the parameters' slots.
pub(crate) fn reserve(
    work: &mut Work,
    cfg: &Cfg,
    frame: &mut Frame,
    params_end: u32,
    slots: u32,
) -> Result<Scratch, EmitError> {
    let mut first = frame.value_slots.min(NEAR.saturating_sub(slots));
    let homes = || work.vals.iter().filter_map(|d| if let Home::Slot(s) = d.home { Some((s, d.slots)) } else { None });
    // Not into the middle of a value.
    while homes().any(|(s, slots)| s < first && s + slots > first) {
        first -= 1;
    }
    if params_end > first && !cfg.preds(BlockId(0)).is_empty() {
        // Where they come from is only known on entry.
        return Err(EmitError::FrameTooLarge { bytes: 8 * u64::from(frame.value_slots) });
    }
    for d in &mut work.vals {
        if let Home::Slot(s) = &mut d.home
            && *s >= first
        {
            *s += slots;
        }
    }
    frame.value_slots += slots;
    Ok(Scratch { first, slots, params_end })
}

impl Scratch {
    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// Takes what nodes name beyond reach through the scratch slots.
    pub(crate) fn reach(&self, work: &mut Work, frame: &Frame, stretches: &mut [Stretch]) {
        for stretch in stretches.iter_mut() {
            let nodes = std::mem::take(&mut stretch.nodes);
            for mut node in nodes {
                let behind = match node.op {
                    VmOp::Move => Vec::new(),
                    _ => {
                        self.operands(work, frame, &mut node, &mut stretch.nodes);
                        self.results(work, frame, &mut node)
                    }
                };
                stretch.nodes.push(node);
                stretch.nodes.extend(behind);
            }
        }
        let entry = &mut stretches[0].nodes;
        let moved = (self.first..self.params_end).map(|slot| {
            let [from, to] = [slot, slot + self.slots].map(|s| work.at_home(Bank::Int, 1, Home::Slot(s)));
            copy(work, from, to, SrcLoc::default())
        });
        // From the end, as they overlap.
        let mut moved: Vec<Node> = moved.collect();
        moved.reverse();
        entry.splice(0..0, moved);
    }

    fn operands(&self, work: &mut Work, frame: &Frame, node: &mut Node, before: &mut Vec<Node>) {
        let mut seen: SmallVec<[(Val, Val); 3]> = SmallVec::new();
        let mut taken = 0;
        for i in 0..node.args.len() {
            let Arg::Val(v) = node.args[i] else { continue };
            if !is_far(work, frame, v) {
                continue;
            }
            let near = match seen.iter().find(|s| s.0 == v) {
                Some(s) => s.1,
                None => {
                    let near = self.near(work, v, &mut taken);
                    seen.push((v, near));
                    before.push(copy(work, v, near, node.loc));
                    near
                }
            };
            node.args[i] = Arg::Val(near);
        }
    }

    fn results(&self, work: &mut Work, frame: &Frame, node: &mut Node) -> Vec<Node> {
        let mut behind = Vec::new();
        let mut taken = 0;
        if is_far_made(node) {
            return behind;
        }
        for r in &mut node.res {
            if is_far(work, frame, *r) {
                let near = self.near(work, *r, &mut taken);
                behind.push(copy(work, near, *r, node.loc));
                *r = near;
            }
        }
        behind
    }

    /// A stand-in for a value in the next scratch slots.
    fn near(&self, work: &mut Work, v: Val, taken: &mut u32) -> Val {
        let data = work.vals[v.index()];
        let near = work.at_home(data.bank, data.slots, Home::Slot(self.first + *taken));
        work.vals[near.index()].known = data.known;
        *taken += data.slots;
        debug_assert!(*taken <= self.slots);
        near
    }
}

/// Whether some template puts the result anywhere: arguments of calls are mostly such.
fn is_far_made(node: &Node) -> bool {
    match (node.op, &node.imm) {
        (VmOp::Ir(Op::Const), NodeImm::Num(n)) => node.ty == Type::I64 && i32::try_from(*n).is_ok(),
        (VmOp::Ir(Op::GlobalAddr), NodeImm::Num(n)) => u16::try_from(*n).is_ok(),
        (VmOp::Ir(Op::StackAddr), _) => true,
        _ => false,
    }
}

fn is_far(work: &Work, frame: &Frame, v: Val) -> bool {
    slot_of(&work.vals, frame, v).is_some_and(|s| s >= i64::from(NEAR))
}

fn copy(work: &Work, from: Val, to: Val, loc: SrcLoc) -> Node {
    let data = work.vals[from.index()];
    let ty = match (data.slots, data.bank) {
        (2.., _) => Type::I8x16,
        (_, Bank::Float) => Type::F64,
        _ => Type::I64,
    };
    Node::new(VmOp::Move, ty, &[Arg::Val(from)], NodeImm::None, &[to], loc)
}
