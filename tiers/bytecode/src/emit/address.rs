//! Loads and stores of a block whose addresses differ by a constant share one base: `a[i]` and `a[i + 1]` are one sum
//! and two offsets.
//!
//! Owns the decomposition of addresses into sums of multiples. Addresses that are one value and a constant `lower` has
//! folded; what does not change in a loop is `hoist`'s.

use super::node::{Arg, Bank, Node, NodeImm, Val, Work};
use crate::isa::VmOp;
use rheo_ir::{Op, SrcLoc, StackSlotId, Type};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// Most terms that an address is taken apart into, and deepest sum looked into.
const TERMS_MAX: usize = 3;
const DEPTH_MAX: u32 = 5;

/// What a term is a multiple of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Atom {
    /// A symbol's address.
    Symbol(i64),
    /// A static stack slot's address.
    Frame(StackSlotId),
    Value(Val),
}

type Terms = SmallVec<[(Atom, i64); TERMS_MAX]>;

/// A sum of multiples, modulo 2⁶⁴.
#[derive(Clone, Debug, Default)]
struct Linear {
    terms: Terms,
    constant: i64,
    /// Nodes that make the sum are used for nothing else.
    dies: bool,
}

/// Gives accesses common bases in all blocks.
pub(crate) fn share(work: &mut Work) {
    let mut uses = vec![0u32; work.vals.len()];
    // What an edge passes on is best made from a value that dies there: it is left as it is.
    let mut passed = vec![false; work.vals.len()];
    // A use of a part is one of the whole.
    for block in &work.blocks {
        block.nodes.iter().flat_map(Node::uses).for_each(|v| uses[work.whole(v).index()] += 1);
        block.exit.uses().into_iter().for_each(|v| uses[work.whole(v).index()] += 1);
        for v in block.exit.edge_uses() {
            uses[work.whole(v).index()] += 1;
            passed[work.whole(v).index()] = true;
        }
    }
    for b in 0..work.blocks.len() {
        let mut s = Sharing { work, uses: &mut uses, passed: &passed, made: FxHashMap::default() };
        s.block(b);
    }
}

struct Sharing<'a> {
    work: &'a mut Work,
    uses: &'a mut Vec<u32>,
    passed: &'a [bool],
    /// Node of the block that makes a value.
    made: FxHashMap<Val, usize>,
}

/// A load or store at an address that is worth looking at.
struct Access {
    node: usize,
    base: Val,
    at: Linear,
    /// Distance of the accessed bytes from the terms' sum.
    offset: i64,
}

/// Accesses whose addresses have the same terms.
#[derive(Default)]
struct Group {
    accesses: Vec<usize>,
    /// What stands for the sum of the terms, and its distance from that.
    base: Option<(Val, i64)>,
}

impl Sharing<'_> {
    fn block(&mut self, b: usize) {
        let nodes = std::mem::take(&mut self.work.blocks[b].nodes);
        let accesses = self.find(&nodes);
        let mut groups: FxHashMap<Terms, Group> = FxHashMap::default();
        for (i, a) in accesses.iter().enumerate() {
            groups.entry(a.at.terms.clone()).or_default().accesses.push(i);
        }
        let mut out: Vec<Node> = Vec::with_capacity(nodes.len());
        let mut changed = false;
        let mut next = accesses.iter().peekable();
        for (i, mut node) in nodes.into_iter().enumerate() {
            if let Some(a) = next.next_if(|a| a.node == i) {
                let group = groups.get_mut(&a.at.terms).expect("every access is in a group");
                changed |= self.access(&mut node, a, group, &accesses, &mut out);
            }
            out.push(node);
        }
        if changed {
            self.drop_dead(&mut out);
        }
        self.work.blocks[b].nodes = out;
    }

    fn find(&mut self, nodes: &[Node]) -> Vec<Access> {
        let mut accesses = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            if let Some((base, offset)) = accessed(node) {
                let at = self.linear(nodes, base, DEPTH_MAX);
                // One value and a constant has been folded.
                if !matches!(at.terms.as_slice(), [] | [(_, 1)]) {
                    let offset = at.constant.wrapping_add(offset);
                    accesses.push(Access { node: i, base, at, offset });
                }
            }
            if let ([r], false) = (node.res.as_slice(), node.pinned) {
                self.made.insert(*r, i);
            }
        }
        accesses
    }

    fn linear(&self, nodes: &[Node], v: Val, depth: u32) -> Linear {
        let atom = |atom, constant| Linear { terms: smallvec![(atom, 1)], constant, dies: true };
        let opaque = atom(Atom::Value(v), 0);
        if let Some(node) = &self.work.remat[v.index()] {
            return match (node.op, &node.imm) {
                (VmOp::Ir(Op::GlobalAddr), NodeImm::Num(n)) => atom(Atom::Symbol(*n), 0),
                (VmOp::Ir(Op::StackAddr), NodeImm::Frame(slot, at)) => atom(Atom::Frame(*slot), *at),
                (VmOp::Ir(Op::Const), NodeImm::Num(n)) if node.ty == Type::I64 => {
                    Linear { constant: *n, dies: true, ..Linear::default() }
                }
                _ => opaque,
            };
        }
        let Some(&i) = self.made.get(&v).filter(|_| depth > 0 && !self.passed[v.index()]) else { return opaque };
        let node = &nodes[i];
        let part = |a: Arg| match a {
            Arg::Val(v) => self.linear(nodes, v, depth - 1),
            Arg::Num(n) => Linear { constant: n, dies: true, ..Linear::default() },
            Arg::Window | Arg::Sum(..) => unreachable!("sums have plain operands"),
        };
        let mut sum = match (node.op, node.ty, node.args.as_slice()) {
            (VmOp::Ir(Op::Iadd), Type::I64, &[a, b]) => part(a).plus(part(b)),
            (VmOp::Ir(Op::Shl), Type::I64, &[a, Arg::Num(n @ 0..=31)]) => part(a).times(1 << n),
            (VmOp::Ir(Op::Imul), Type::I64, &[a, Arg::Num(n)]) => part(a).times(n),
            _ => return opaque,
        };
        if sum.terms.len() > TERMS_MAX {
            return opaque;
        }
        sum.dies &= self.uses[v.index()] == 1;
        sum
    }

    /// Gives an access the base of its group, which it makes if it is the first. Whether anything changed.
    fn access(&mut self, node: &mut Node, a: &Access, group: &mut Group, all: &[Access], out: &mut Vec<Node>) -> bool {
        let (base, distance) = match group.base {
            Some(base) => base,
            None => {
                let others = group.accesses.iter().any(|&i| all[i].base != a.base);
                // What is made anew is made without the constant; the old sum is then dead.
                let fits = a.at.terms.iter().all(|t| i32::try_from(t.1).is_ok());
                let anew = fits && a.at.constant != 0 && a.at.dies && (others || group.accesses.len() == 1);
                let base = match anew {
                    true => (self.make(&a.at.terms, node.loc, out), 0),
                    false => (a.base, a.at.constant),
                };
                group.base = Some(base);
                base
            }
        };
        let offset = a.offset.wrapping_sub(distance);
        if base == a.base || i32::try_from(offset).is_err() {
            return false;
        }
        let k = usize::from(node.op == VmOp::Ir(Op::Store));
        self.uses[self.work.whole(a.base).index()] -= 1;
        self.uses[self.work.whole(base).index()] += 1;
        node.args[k] = Arg::Val(base);
        node.imm = if offset == 0 { NodeImm::None } else { NodeImm::Num(offset) };
        true
    }

    fn new_val(&mut self) -> Val {
        self.uses.push(0);
        self.work.new_val(Bank::Int, 1)
    }

    /// Appends nodes that compute a sum.
    fn make(&mut self, terms: &Terms, loc: SrcLoc, out: &mut Vec<Node>) -> Val {
        let mut sum = None;
        for &(atom, times) in terms {
            let mut v = match atom {
                Atom::Value(v) => v,
                Atom::Symbol(n) => self.anew(Op::GlobalAddr, NodeImm::Num(n), loc),
                Atom::Frame(slot) => self.anew(Op::StackAddr, NodeImm::Frame(slot, 0), loc),
            };
            if times != 1 {
                let (op, n) = match times {
                    1.. if times & (times - 1) == 0 => (Op::Shl, i64::from(times.trailing_zeros())),
                    _ => (Op::Imul, times),
                };
                v = self.push(op, [Arg::Val(v), Arg::Num(n)], loc, out);
            }
            sum = Some(match sum {
                Some(s) => self.push(Op::Iadd, [Arg::Val(s), Arg::Val(v)], loc, out),
                None => v,
            });
        }
        sum.expect("an address has terms")
    }

    fn anew(&mut self, op: Op, imm: NodeImm, loc: SrcLoc) -> Val {
        let v = self.new_val();
        self.work.remat[v.index()] = Some(Box::new(Node::new(VmOp::Ir(op), Type::I64, &[], imm, &[v], loc)));
        v
    }

    fn push(&mut self, op: Op, args: [Arg; 2], loc: SrcLoc, out: &mut Vec<Node>) -> Val {
        let v = self.new_val();
        args.iter().filter_map(|a| a.val()).for_each(|a| self.uses[self.work.whole(a).index()] += 1);
        out.push(Node::new(VmOp::Ir(op), Type::I64, &args, NodeImm::None, &[v], loc));
        v
    }

    /// Drops what made addresses that nobody uses any more.
    fn drop_dead(&mut self, nodes: &mut Vec<Node>) {
        let mut kept: Vec<Node> = Vec::with_capacity(nodes.len());
        for node in nodes.drain(..).rev() {
            let dead = |r: &Val| self.uses[r.index()] == 0 && self.work.whole(*r) == *r;
            if node.is_movable() && node.op != VmOp::Ir(Op::Load) && !node.res.is_empty() && node.res.iter().all(dead) {
                node.uses().for_each(|v| self.uses[self.work.whole(v).index()] -= 1);
            } else {
                kept.push(node);
            }
        }
        kept.reverse();
        *nodes = kept;
    }
}

/// Base and offset of a load or store.
fn accessed(node: &Node) -> Option<(Val, i64)> {
    let k = match node.op {
        VmOp::Ir(Op::Load) => 0,
        VmOp::Ir(Op::Store) => 1,
        _ => return None,
    };
    let offset = match node.imm {
        NodeImm::None => 0,
        NodeImm::Num(n) => n,
        _ => return None,
    };
    Some((node.args[k].val()?, offset))
}

impl Linear {
    fn plus(mut self, other: Linear) -> Linear {
        for (atom, times) in other.terms {
            match self.terms.iter_mut().find(|t| t.0 == atom) {
                Some(t) => t.1 = t.1.wrapping_add(times),
                None => self.terms.push((atom, times)),
            }
        }
        self.terms.retain(|t| t.1 != 0);
        self.terms.sort_unstable();
        self.constant = self.constant.wrapping_add(other.constant);
        self.dies &= other.dies;
        self
    }

    fn times(mut self, n: i64) -> Linear {
        for t in &mut self.terms {
            t.1 = t.1.wrapping_mul(n);
        }
        self.terms.retain(|t| t.1 != 0);
        self.constant = self.constant.wrapping_mul(n);
        self
    }
}
