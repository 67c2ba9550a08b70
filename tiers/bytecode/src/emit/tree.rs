//! Dead nodes out, and the others in an order that suits accumulators: a value used once, in its own block, is
//! computed right before its use, as in an expression tree.
//!
//! Owns order and the copies of values that are made anew at each use. Loads move down over nothing that may write.

use super::constant::{FloatConstants, expand};
use super::node::{Arg, Exit, Home, Node, NodeImm, Skip, Val, Work};
use crate::isa::VmOp;
use rheo_ir::{Op, Type};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// Deepest tree built: bounds recursion.
const DEPTH_MAX: u32 = 48;

/// Orders all blocks. Gives the number of uses of each value.
pub(crate) fn order(work: &mut Work, floats: FloatConstants) -> Vec<u32> {
    let mut uses = count_uses(work);
    let mut passed = vec![false; work.vals.len()];
    for v in work.blocks.iter().flat_map(|b| b.exit.edge_uses()) {
        passed[v.index()] = true;
    }
    for b in 0..work.blocks.len() {
        let mut order = Order::new(work, b, &mut uses, &passed, floats);
        order.run();
    }
    uses
}

/// Uses of each value by what is live; drops dead parameters, nodes and edge arguments.
fn count_uses(work: &mut Work) -> Vec<u32> {
    let mut uses = vec![0u32; work.vals.len()];
    let mut def: Vec<(u32, u32)> = vec![(u32::MAX, 0); work.vals.len()];
    let mut incoming: FxHashMap<Val, SmallVec<[Val; 4]>> = FxHashMap::default();
    let mut pending: Vec<Val> = Vec::new();
    for (b, block) in work.blocks.iter().enumerate() {
        for edge in block.exit.edges() {
            for &(p, a) in &edge.args {
                if let Some(v) = a.val() {
                    incoming.entry(p).or_default().push(v);
                }
            }
        }
        pending.extend(block.exit.uses());
        for (i, node) in block.nodes.iter().enumerate() {
            for r in node.defs() {
                if node.skip != Skip::ResultUsedFromAcc {
                    def[work.whole(r).index()] = (b as u32, i as u32);
                }
            }
            if !node.is_movable() && node.skip != Skip::ResultUsedFromAcc {
                pending.extend(node.uses());
            }
        }
    }
    while let Some(v) = pending.pop() {
        let v = work.whole(v);
        uses[v.index()] += 1;
        if uses[v.index()] > 1 {
            continue;
        }
        if let Some(args) = incoming.get(&v) {
            pending.extend(args.iter().copied());
        }
        let (b, i) = def[v.index()];
        if b != u32::MAX {
            let node = &work.blocks[b as usize].nodes[i as usize];
            if node.is_movable() {
                pending.extend(node.uses());
            }
        }
    }
    let dead = |v: Val| uses[v.index()] == 0;
    for b in 0..work.blocks.len() {
        let mut nodes = std::mem::take(&mut work.blocks[b].nodes);
        nodes.retain(|n| {
            let droppable = n.is_movable() || n.skip == Skip::ResultUsedFromAcc;
            !droppable || n.res.iter().any(|&r| !dead(work.whole(r)))
        });
        let block = &mut work.blocks[b];
        block.nodes = nodes;
        block.params.retain(|&p| !dead(p));
        for e in block.exit.edges_mut() {
            e.args.retain(|a| !dead(a.0));
        }
        if let Exit::Native(native, _) = &mut block.exit {
            native.res.retain(|&r| !dead(r));
        }
    }
    uses
}

/// What a return wants in the accumulators.
fn returned(exit: &Exit) -> [Val; 2] {
    match exit {
        Exit::Ret(_, ret) => [ret.in_acc, ret.in_facc],
        _ => [Val::NONE; 2],
    }
}

struct Order<'a> {
    work: &'a mut Work,
    uses: &'a mut Vec<u32>,
    block: usize,
    /// Values that edges pass on, by number.
    passed: &'a [bool],
    floats: FloatConstants,
    nodes: Vec<Option<Node>>,
    /// Node that defines a value of this block that is to be computed right before its use.
    tree: FxHashMap<Val, u32>,
    out: Vec<Node>,
    /// Sums that wait for the last use of what they are made from.
    steps: Vec<Step>,
}

/// A value plus a number, to be passed on: done in place if the value is not used afterwards.
struct Step {
    node: usize,
    made: Val,
    from: Val,
    /// Nodes still to be computed that use `from`.
    awaited: usize,
}

impl<'a> Order<'a> {
    fn new(
        work: &'a mut Work,
        block: usize,
        uses: &'a mut Vec<u32>,
        passed: &'a [bool],
        floats: FloatConstants,
    ) -> Self {
        let nodes: Vec<Option<Node>> = std::mem::take(&mut work.blocks[block].nodes).into_iter().map(Some).collect();
        let mut order = Order {
            work,
            uses,
            block,
            passed,
            floats,
            steps: Vec::new(),
            out: Vec::with_capacity(nodes.len()),
            nodes,
            tree: FxHashMap::default(),
        };
        order.find_trees();
        order
    }

    fn find_trees(&mut self) {
        let n = self.nodes.len();
        let mut user: FxHashMap<Val, u32> = FxHashMap::default();
        let mut writes = vec![0u32; n + 1];
        // Where both accumulators are wanted, what is computed for one would need the other on the way: it all goes
        // through slots.
        let exit = &self.work.blocks[self.block].exit;
        let wanted = returned(exit);
        let both = !wanted.contains(&Val::NONE);
        for (i, node) in self.nodes.iter().enumerate() {
            let node = node.as_ref().expect("not moved yet");
            writes[i + 1] = writes[i] + u32::from(node.is_barrier());
            if both && matches!(node.res.as_slice(), [r] if wanted.contains(r)) {
                continue;
            }
            for v in node.uses() {
                if node.skip != Skip::ResultUsedFromAcc && self.work.whole(v) == v {
                    user.insert(v, i as u32);
                }
            }
        }
        if !both {
            for v in exit.uses() {
                if self.work.whole(v) == v {
                    user.insert(v, n as u32);
                }
            }
        }
        // Where each node will be computed, and how deep below that it is.
        let mut at: Vec<u32> = (0..=n as u32).collect();
        let mut depth = vec![0u32; n + 1];
        for i in (0..n).rev() {
            let node = self.nodes[i].as_ref().expect("not moved yet");
            let [r] = node.res.as_slice() else { continue };
            if !node.is_movable() || self.work.vals[r.index()].slots > 2 {
                continue;
            }
            if self.work.vals[r.index()].home != Home::None {
                continue;
            }
            let Some(&u) = user.get(r) else { continue };
            // A square is one use of what it is of.
            let at_once = match self.nodes.get(u as usize) {
                Some(Some(by)) => by.uses().filter(|v| v == r).count() as u32,
                _ => 1,
            };
            if self.uses[r.index()] != at_once.max(1) {
                continue;
            }
            let (place, d) = (at[u as usize], depth[u as usize] + 1);
            let is_load = node.op == VmOp::Ir(Op::Load);
            if d > DEPTH_MAX || (is_load && writes[i] != writes[place as usize]) {
                continue;
            }
            at[i] = place;
            depth[i] = d;
            self.tree.insert(*r, i as u32);
        }
    }

    fn run(&mut self) {
        // Results that go to slots are made before both accumulators are filled: making one may need either.
        let wanted = returned(&self.work.blocks[self.block].exit);
        let mut first = self.nodes.len();
        if !wanted.contains(&Val::NONE) {
            let fills = |n: &Option<Node>| n.as_ref().is_some_and(|n| n.res.iter().any(|r| wanted.contains(r)));
            first = self.nodes.iter().position(fills).unwrap_or(first);
        }
        let mut i = 0;
        while i < self.nodes.len() {
            if i == first {
                self.further_results();
            }
            let is_root = match &self.nodes[i] {
                Some(n) => !matches!(n.res.as_slice(), [r] if self.tree.get(r) == Some(&(i as u32))),
                None => false,
            };
            if is_root {
                if self.delay(i) {
                    i += 1;
                    continue;
                }
                let (end, from) = (self.arguments_from(i).max(i + 1), self.out.len());
                if !self.steps.is_empty() {
                    self.steps_before(i, end);
                }
                if end > i + 1 {
                    self.arguments(i, end)
                } else {
                    self.node(i)
                }
                if !self.steps.is_empty() {
                    self.steps_after(from);
                }
                i = end;
                continue;
            }
            i += 1;
        }
        self.all_steps(|_| true);
        self.exit();
        self.work.blocks[self.block].nodes = std::mem::take(&mut self.out);
    }

    /// Puts a step off until what it is made from has been used.
    fn delay(&mut self, i: usize) -> bool {
        let Some(node) = &self.nodes[i] else { return false };
        let (VmOp::Ir(Op::Iadd), Type::I64, [Arg::Val(from), Arg::Num(_)], [made]) =
            (node.op, node.ty, node.args.as_slice(), node.res.as_slice())
        else {
            return false;
        };
        let (from, made) = (*from, *made);
        let is_sum = |v: Val| self.work.remat[v.index()].is_none() && !self.tree.contains_key(&v);
        if !self.passed[made.index()] || node.pinned || !is_sum(from) {
            return false;
        }
        let others = self.nodes.iter().enumerate().filter(|&(k, _)| k != i).filter_map(|(_, n)| n.as_ref());
        let awaited = others.filter(|n| n.uses().any(|v| v == from)).count();
        if awaited > 0 {
            self.steps.push(Step { node: i, made, from, awaited });
        }
        awaited > 0
    }

    /// Does the steps that nodes `from` to `to`, with their trees, read.
    fn steps_before(&mut self, from: usize, to: usize) {
        let mut read: Vec<Val> = Vec::new();
        let mut open: Vec<usize> = (from..to).collect();
        while let Some(i) = open.pop() {
            for v in self.nodes[i].iter().flat_map(Node::uses) {
                read.push(v);
                open.extend(self.tree.get(&v).map(|&i| i as usize));
            }
        }
        self.all_steps(|s| read.contains(&s.made));
    }

    /// Does the steps whose value has been used for the last time by the nodes written since `from`.
    fn steps_after(&mut self, from: usize) {
        for k in 0..self.steps.len() {
            let step = &self.steps[k];
            let n = self.out[from..].iter().filter(|n| n.uses().any(|v| v == step.from)).count();
            self.steps[k].awaited = self.steps[k].awaited.saturating_sub(n);
        }
        self.all_steps(|s| s.awaited == 0);
    }

    fn all_steps(&mut self, which: impl Fn(&Step) -> bool) {
        let (now, later) = std::mem::take(&mut self.steps).into_iter().partition(which);
        self.steps = later;
        for s in now as Vec<Step> {
            self.node(s.node);
        }
    }

    /// End of the run of argument moves that starts at `i`; nodes of trees in between belong to it.
    fn arguments_from(&self, i: usize) -> usize {
        let mut end = i;
        for (j, n) in self.nodes.iter().enumerate().skip(i) {
            let Some(n) = n else { break };
            let [r] = n.res.as_slice() else { break };
            let is_argument = matches!(self.work.vals[r.index()].home, Home::Arg(_));
            if is_argument {
                end = j + 1;
            } else if self.tree.get(r) != Some(&(j as u32)) {
                break;
            }
        }
        end
    }

    /// Argument moves in an order of their own: computed ones, then plain copies by rising slot, so that these stand
    /// together before the call.
    fn arguments(&mut self, from: usize, to: usize) {
        let mut plain = Vec::new();
        for i in from..to {
            let Some(n) = &self.nodes[i] else { continue };
            if !matches!(self.work.vals[n.res[0].index()].home, Home::Arg(_)) {
                continue;
            }
            let computed = n.args.iter().any(|a| a.val().is_some_and(|v| self.tree.contains_key(&v)));
            if computed { self.node(i) } else { plain.push(i) }
        }
        for i in plain {
            self.node(i);
        }
    }

    fn node(&mut self, i: usize) {
        let node = self.nodes[i].take().expect("each node is computed once");
        self.compute(node);
    }

    fn compute(&mut self, mut node: Node) {
        // A copy of what is computed for it alone is computed in place.
        if node.op == VmOp::Move
            && node.skip != Skip::ResultUsedFromAcc
            && let Some(v) = node.args[0].val()
            && self.work.vals[v.index()].bank == self.work.vals[node.res[0].index()].bank
        {
            // Half by half, a vector does not get to the accumulator.
            let halved = |n: &Node| node.skip == Skip::AlreadyInAcc && matches!(n.imm, NodeImm::Bits(_));
            if let Some(&def) = self.tree.get(&v)
                && !self.nodes[def as usize].as_ref().is_some_and(halved)
            {
                let mut from = self.nodes[def as usize].take().expect("each node is computed once");
                from.res = node.res;
                return self.compute(from);
            }
            if let Some(made) = self.work.remat[v.index()].as_ref().filter(|n| !halved(n)) {
                let mut from = Node::clone(made);
                from.res = node.res;
                from.loc = node.loc;
                return self.constant(from);
            }
        }
        let mut heavy: SmallVec<[(u32, usize); 3]> = SmallVec::new();
        let mut light: SmallVec<[usize; 3]> = SmallVec::new();
        for (k, a) in node.args.iter().enumerate() {
            let Some(v) = a.val() else { continue };
            if self.work.remat[v.index()].is_some() {
                light.push(k);
            } else if self.tree.contains_key(&v) && !node.args[..k].iter().any(|a| a.val() == Some(v)) {
                match self.light_size(v) {
                    Some(_) => light.push(k),
                    None => heavy.push((self.size(v, 16), k)),
                }
            }
        }
        heavy.sort_by_key(|h| std::cmp::Reverse(h.0));
        // A light tree is only worth its place next to the use if it fuses there; one that is heavy goes last else.
        for k in heavy.iter().map(|h| h.1).chain(light) {
            let v = node.args[k].val().expect("chosen for its value");
            node.args[k] = Arg::Val(self.operand(v, node.loc));
        }
        self.constant(node);
    }

    /// Computes an operand now; gives the value that stands for it.
    fn operand(&mut self, v: Val, loc: rheo_ir::SrcLoc) -> Val {
        if let Some(made) = &self.work.remat[v.index()] {
            let mut node = Node::clone(made);
            let copy = self.work.new_val(self.work.vals[v.index()].bank, self.work.vals[v.index()].slots);
            self.uses.push(1);
            node.res = smallvec::smallvec![copy];
            node.loc = loc;
            self.constant(node);
            return copy;
        }
        if let Some(&def) = self.tree.get(&v) {
            self.node(def as usize);
        }
        v
    }

    fn constant(&mut self, node: Node) {
        expand(self.work, node, self.floats, &mut self.out);
        self.uses.resize(self.work.vals.len(), 1);
    }

    /// Makes the results that a return leaves in slots.
    fn further_results(&mut self) {
        let loc = self.work.blocks[self.block].exit_loc;
        let mut exit = std::mem::replace(&mut self.work.blocks[self.block].exit, Exit::Node);
        if let Exit::Ret(moves, _) = &mut exit {
            for m in moves.iter_mut() {
                m.1 = self.operand(m.1, loc);
            }
        }
        self.work.blocks[self.block].exit = exit;
    }

    fn exit(&mut self) {
        let loc = self.work.blocks[self.block].exit_loc;
        let mut exit = std::mem::replace(&mut self.work.blocks[self.block].exit, Exit::Node);
        match &mut exit {
            Exit::Node | Exit::Jump(_) | Exit::Invoke(..) => {}
            Exit::Branch(v, ..) | Exit::Switch(v, ..) => *v = self.operand(*v, loc),
            Exit::Native(native, _) => {
                for v in &mut native.args {
                    *v = self.operand(*v, loc);
                    self.work.vals[v.index()].fixed = true;
                }
                native.res.iter().for_each(|r| self.work.vals[r.index()].fixed = true);
            }
            Exit::Ret(moves, ret) => {
                for m in moves.iter_mut() {
                    m.1 = self.operand(m.1, loc);
                }
                for held in [ret.in_facc, ret.in_acc] {
                    if held != Val::NONE {
                        self.operand(held, loc);
                    }
                }
            }
        }
        self.work.blocks[self.block].exit = exit;
    }

    /// Nodes in the tree of `v`, up to `most`.
    fn size(&self, v: Val, most: u32) -> u32 {
        let Some(&def) = self.tree.get(&v) else { return 0 };
        let Some(node) = &self.nodes[def as usize] else { return 0 };
        let mut n = 1;
        for a in node.args.iter().filter_map(|a| a.val()) {
            if n >= most {
                break;
            }
            n += self.size(a, most - n);
        }
        n
    }

    /// Nodes in the tree of `v` if it is such address arithmetic as fuses with its use.
    fn light_size(&self, v: Val) -> Option<u32> {
        if self.work.remat[v.index()].is_some() {
            return Some(1);
        }
        let Some(&def) = self.tree.get(&v) else { return Some(0) };
        let node = self.nodes[def as usize].as_ref()?;
        let fine = match node.op {
            VmOp::Ir(Op::Iadd | Op::Sext32 | Op::Zext32) => true,
            VmOp::Ir(Op::Shl) => matches!(node.args[1], Arg::Num(_)),
            _ => false,
        };
        if !fine {
            return None;
        }
        let mut n = 1;
        for a in node.args.iter().filter_map(|a| a.val()) {
            n += self.light_size(a)?;
        }
        (n <= 3).then_some(n)
    }
}
