//! Address arithmetic and float constants that do not change in a loop, out of it.
//!
//! LLVM has moved what it sees to be invariant; what it sees as one address (`gep`) has parts of its own. Owns those, and
//! sums put together anew so that their invariant part is one. Everything moved is free of effects and traps.

use super::node::{Arg, Exit, Home, Node, NodeImm, Val, Work};
use crate::isa::VmOp;
use rheo_ir::{BlockId, Cfg, Op, Type};
use rustc_hash::FxHashMap;

/// Most values moved out of one loop: each takes a slot all through it.
const MOVED_MAX: usize = 8;
/// Most blocks of a loop whose float constants are moved.
const BLOCKS_MAX: usize = 16;

/// Moves invariants of loops to the block before them.
pub(crate) fn hoist(work: &mut Work, cfg: &Cfg) {
    let mut headers: Vec<BlockId> = cfg.rpo().iter().copied().filter(|&b| cfg.loop_header(b) == Some(b)).collect();
    if headers.is_empty() {
        return;
    }
    headers.sort_by_key(|&h| (std::cmp::Reverse(cfg.loop_depth(h)), h));
    let mut blocks: FxHashMap<BlockId, Vec<BlockId>> = FxHashMap::default();
    for &b in cfg.rpo() {
        if let Some(h) = cfg.loop_header(b) {
            blocks.entry(h).or_default().push(b);
        }
    }
    let mut facts = Facts::new(work);
    for h in headers {
        let Some(before) = cfg.idom(h).filter(|&p| cfg.loop_depth(p) < cfg.loop_depth(h)) else { continue };
        if matches!(work.blocks[before.index()].exit, Exit::Invoke(..) | Exit::Native(..)) {
            // What stands behind its call is not done when that throws; what machine code makes is not there before it.
            continue;
        }
        let mut l = Loop {
            work,
            cfg,
            facts: &mut facts,
            before,
            moved: 0,
            constants: FxHashMap::default(),
            same: FxHashMap::default(),
        };
        let inside = &blocks[&h];
        for &b in inside {
            l.block(b, inside.len() <= BLOCKS_MAX);
        }
    }
    if !facts.moved_to.is_empty() {
        rename(work, &facts.moved_to);
    }
}

/// Has all operands name the values moved. What made the old ones is then dead.
fn rename(work: &mut Work, moved_to: &FxHashMap<Val, Val>) {
    let name = |v: &mut Val| {
        while let Some(&new) = moved_to.get(v) {
            *v = new;
        }
    };
    let arg = |a: &mut Arg| {
        if let Arg::Val(v) | Arg::Sum(v, _) = a {
            name(v);
        }
    };
    for block in &mut work.blocks {
        for n in &mut block.nodes {
            n.args.iter_mut().for_each(arg);
        }
        match &mut block.exit {
            Exit::Branch(v, ..) | Exit::Switch(v, ..) => name(v),
            Exit::Ret(moves, _) => moves.iter_mut().for_each(|m| name(&mut m.1)),
            Exit::Native(native, _) => native.args.iter_mut().for_each(name),
            Exit::Node | Exit::Jump(_) | Exit::Invoke(..) => {}
        }
        for e in block.exit.edges_mut() {
            e.args.iter_mut().for_each(|a| arg(&mut a.1));
        }
    }
}

/// Where values are made and how often they are used.
struct Facts {
    /// Block; `u32::MAX` for what is made anew at each use.
    block: Vec<u32>,
    uses: Vec<u32>,
    /// Values moved, with what stands for them.
    moved_to: FxHashMap<Val, Val>,
}

impl Facts {
    fn new(work: &Work) -> Facts {
        let n = work.vals.len();
        let mut f = Facts { block: vec![u32::MAX; n], uses: vec![0; n], moved_to: FxHashMap::default() };
        for (b, block) in work.blocks.iter().enumerate() {
            for &p in &block.params {
                f.block[p.index()] = b as u32;
            }
            for n in &block.nodes {
                n.defs().for_each(|v| f.block[work.whole(v).index()] = b as u32);
                n.uses().for_each(|v| f.uses[work.whole(v).index()] += 1);
            }
            block.exit.defs().iter().for_each(|&v| f.block[work.whole(v).index()] = b as u32);
            for v in block.exit.uses().into_iter().chain(block.exit.edge_uses()) {
                f.uses[work.whole(v).index()] += 1;
            }
        }
        f
    }
}

struct Loop<'a> {
    work: &'a mut Work,
    cfg: &'a Cfg,
    facts: &'a mut Facts,
    before: BlockId,
    moved: usize,
    constants: FxHashMap<(Type, u128), Val>,
    /// Values moved out of this loop, by what they compute.
    same: FxHashMap<(VmOp, [Operand; 2]), Val>,
}

/// An operand of arithmetic, equal for equal values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operand {
    None,
    Value(Val),
    Number(i64),
    /// A symbol's address.
    Symbol(i64),
    /// An address in the frame.
    Frame(u32, i64),
}

impl Loop<'_> {
    fn block(&mut self, b: BlockId, constants: bool) {
        // By value, the node of this block that makes it.
        let mut nodes = std::mem::take(&mut self.work.blocks[b.index()].nodes);
        let mut made: FxHashMap<Val, usize> = FxHashMap::default();
        for i in 0..nodes.len() {
            if constants {
                self.constants(&mut nodes[i]);
            }
            if is_sum(&nodes[i]) {
                self.regroup(&mut nodes, &made, i);
                if self.moved < MOVED_MAX && self.depends_on_outside(&nodes, &made, i) {
                    self.take_out(&mut nodes, &made, i);
                }
            }
            if let [r] = nodes[i].res.as_slice() {
                made.insert(*r, i);
            }
        }
        self.work.blocks[b.index()].nodes = nodes;
    }

    /// Whether the value is the same all through the loop, without looking into this block's nodes.
    fn is_outside(&self, v: Val) -> bool {
        if self.work.remat[v.index()].is_some() {
            return true;
        }
        let b = self.facts.block[self.work.whole(v).index()];
        b != u32::MAX && self.cfg.dominates(BlockId(b), self.before)
    }

    /// Whether the value is made of what is outside, by nodes that can move along.
    fn is_invariant(&self, nodes: &[Node], made: &FxHashMap<Val, usize>, v: Val, depth: u32) -> bool {
        if self.is_outside(v) {
            return true;
        }
        let Some(&i) = made.get(&v) else { return false };
        depth < 4 && is_arithmetic(&nodes[i]) && nodes[i].uses().all(|a| self.is_invariant(nodes, made, a, depth + 1))
    }

    /// Whether the sum is invariant, and of more than addresses and numbers that are made anew as easily.
    fn depends_on_outside(&self, nodes: &[Node], made: &FxHashMap<Val, usize>, i: usize) -> bool {
        let node = &nodes[i];
        let easy = node.args.iter().all(|a| a.val().is_none_or(|v| self.work.remat[v.index()].is_some()));
        let offset = node.args.iter().any(|a| matches!(a, Arg::Num(_)));
        !easy && !offset && node.uses().all(|a| self.is_invariant(nodes, made, a, 0))
    }

    /// (x + y) + z with only y varying becomes (x + z) + y.
    fn regroup(&mut self, nodes: &mut [Node], made: &FxHashMap<Val, usize>, i: usize) {
        let (Some(a), Some(b)) = (nodes[i].args[0].val(), nodes[i].args[1].val()) else { return };
        for (inner, z) in [(a, b), (b, a)] {
            let Some(&k) = made.get(&inner).filter(|&&k| is_sum(&nodes[k])) else { continue };
            let once = self.facts.uses[inner.index()] == 1;
            let (Some(x), Some(y)) = (nodes[k].args[0].val(), nodes[k].args[1].val()) else { continue };
            let fixed = |v| self.is_invariant(nodes, made, v, 0);
            if !once || !fixed(z) || fixed(x) == fixed(y) || self.moved >= MOVED_MAX {
                continue;
            }
            let (x, y) = if fixed(x) { (x, y) } else { (y, x) };
            nodes[k].args = smallvec::smallvec![Arg::Val(x), Arg::Val(z)];
            // y may be made behind the inner sum, but not behind this one; z before this one, so the sum moves here.
            let outer = smallvec::smallvec![Arg::Val(inner), Arg::Val(y)];
            nodes[i].args = outer;
            if !self.depends_on_outside(nodes, made, k) {
                // Not worth a slot: as it was.
                nodes[k].args = smallvec::smallvec![Arg::Val(x), Arg::Val(y)];
                nodes[i].args = smallvec::smallvec![Arg::Val(inner), Arg::Val(z)];
                continue;
            }
            self.take_out(nodes, made, k);
            return;
        }
    }

    /// Moves a node and what it depends on to the block before the loop. What stays is dead once uses are renamed.
    fn take_out(&mut self, nodes: &mut [Node], made: &FxHashMap<Val, usize>, i: usize) -> Val {
        let mut node = nodes[i].clone();
        let old = node.res[0];
        if let Some(&new) = self.facts.moved_to.get(&old) {
            return new;
        }
        for a in &mut node.args {
            if let Arg::Val(v) = *a
                && !self.is_outside(v)
                && let Some(&k) = made.get(&v)
            {
                *a = Arg::Val(self.take_out(nodes, made, k));
            }
        }
        let mut key = (node.op, [Operand::None; 2]);
        for (o, a) in key.1.iter_mut().zip(&node.args) {
            *o = self.operand(*a);
        }
        if let Some(&new) = self.same.get(&key) {
            self.facts.block[old.index()] = self.before.0;
            self.facts.moved_to.insert(old, new);
            return new;
        }
        let d = self.work.vals[old.index()];
        let new = self.work.new_val(d.bank, d.slots);
        self.work.vals[new.index()].known = d.known;
        self.facts.block.push(self.before.0);
        self.facts.uses.push(1);
        node.res[0] = new;
        self.work.blocks[self.before.index()].nodes.push(node);
        self.facts.block[old.index()] = self.before.0;
        self.facts.moved_to.insert(old, new);
        self.same.insert(key, new);
        self.moved += 1;
        new
    }

    fn operand(&self, a: Arg) -> Operand {
        let v = match a {
            Arg::Num(n) => return Operand::Number(n),
            Arg::Window | Arg::Sum(..) => return Operand::None,
            Arg::Val(v) => v,
        };
        match self.work.remat[v.index()].as_deref() {
            Some(Node { op: VmOp::Ir(Op::GlobalAddr), imm: NodeImm::Num(n), .. }) => Operand::Symbol(*n),
            Some(Node { op: VmOp::Ir(Op::StackAddr), imm: NodeImm::Frame(slot, n), .. }) => Operand::Frame(slot.0, *n),
            _ => Operand::Value(v),
        }
    }

    /// Float constants that the node uses come from before the loop.
    fn constants(&mut self, node: &mut Node) {
        if node.op == VmOp::Move {
            return;
        }
        for a in &mut node.args {
            let Arg::Val(v) = *a else { continue };
            let Some(made) = &self.work.remat[v.index()] else { continue };
            let bits = match (&made.imm, made.op) {
                (NodeImm::Num(n), VmOp::Ir(Op::Const)) if made.ty.is_float() => *n as u64 as u128,
                (NodeImm::Bits(n), VmOp::Ir(Op::Const)) => *n,
                _ => continue,
            };
            let key = (made.ty, bits);
            let known = self.constants.get(&key).copied();
            let moved = match known {
                Some(v) => v,
                None if self.moved >= MOVED_MAX => continue,
                None => {
                    let mut node = Node::clone(made);
                    let d = self.work.vals[v.index()];
                    let new = self.work.new_val(d.bank, d.slots);
                    debug_assert!(self.work.vals[new.index()].home == Home::None);
                    self.facts.block.push(self.before.0);
                    self.facts.uses.push(1);
                    node.res[0] = new;
                    self.work.blocks[self.before.index()].nodes.push(node);
                    self.constants.insert(key, new);
                    self.moved += 1;
                    new
                }
            };
            *a = Arg::Val(moved);
        }
    }
}

fn is_sum(node: &Node) -> bool {
    node.op == VmOp::Ir(Op::Iadd) && node.ty == Type::I64 && !node.pinned
}

/// Cheap, without traps, and an integer.
fn is_arithmetic(node: &Node) -> bool {
    let fine = matches!(
        node.op,
        VmOp::Ir(
            Op::Iadd
                | Op::Isub
                | Op::Imul
                | Op::Shl
                | Op::Sext8
                | Op::Sext16
                | Op::Sext32
                | Op::Zext8
                | Op::Zext16
                | Op::Zext32
        )
    );
    fine && node.ty == Type::I64 && !node.pinned
}
