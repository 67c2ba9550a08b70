//! Blocks in their final order, with branches, copies on edges and switches spelt out as nodes.
//!
//! Owns block placement. Branch distances are `code`'s.

use super::constant::halves;
use super::node::{Arg, Bank, Edge, Exit, Home, Label, Node, NodeImm, PadEdge, Val, Work};
use super::slots::{Frame, overlaps};
use crate::isa::{VmOp, canonical};
use rheo_ir::{BlockId, Cfg, Op, SrcLoc, Type};
use smallvec::smallvec;

/// Fewest cases, and fewest cases in ten table entries, that make a table.
const TABLE_CASES_MIN: usize = 4;
const TABLE_DENSITY_MIN: u128 = 4;
/// Most cases compared one after the other.
const LINEAR_MAX: usize = 3;

/// A stretch of nodes that is entered at its start only; control leaves by its last nodes or falls into the next.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub label: Label,
    pub nodes: Vec<Node>,
    /// Loops around.
    pub depth: u32,
    /// IR blocks that it lies in, or between.
    pub blocks: [BlockId; 2],
}

impl Stretch {
    /// Executions, where those of the function's blocks are known.
    pub fn runs(&self, blocks: &[u64]) -> f64 {
        let of = |b: BlockId| blocks.get(b.index()).copied().unwrap_or(0);
        of(self.blocks[0]).min(of(self.blocks[1])) as f64
    }
}

struct Flow<'a> {
    work: &'a mut Work,
    cfg: &'a Cfg,
    frame: &'a mut Frame,
    /// Position in the order, by block.
    place: Vec<u32>,
    next_label: u32,
    out: Vec<Stretch>,
    /// Split edges to be put at the end.
    late: Vec<Stretch>,
}

/// Spells out the control flow of `work` over its coloured values.
pub(crate) fn spell_out(work: &mut Work, cfg: &Cfg, frame: &mut Frame) -> Vec<Stretch> {
    let order = place(work, cfg);
    let mut place = vec![u32::MAX; work.blocks.len()];
    for (i, b) in order.iter().enumerate() {
        place[b.index()] = i as u32;
    }
    let next_label = work.blocks.len() as u32;
    let mut flow = Flow { work, cfg, frame, place, next_label, out: Vec::new(), late: Vec::new() };
    for &b in &order {
        flow.block(b);
    }
    let mut out = flow.out;
    out.append(&mut flow.late);
    drop_jumps(&mut out);
    out
}

/// Takes branches past stretches that only jump, and leaves out jumps to what follows anyway.
fn drop_jumps(stretches: &mut Vec<Stretch>) {
    let labels = stretches.iter().map(|s| s.label.0 + 1).max().unwrap_or(0) as usize;
    let mut through: Vec<Option<Label>> = vec![None; labels];
    for (i, s) in stretches.iter().enumerate() {
        through[s.label.0 as usize] = match s.nodes.as_slice() {
            [] => stretches.get(i + 1).map(|n| n.label),
            [Node { op: VmOp::Ir(Op::Jump), imm: NodeImm::Label(l), .. }] => Some(*l),
            _ => None,
        };
    }
    let target = |mut l: Label| {
        // An endless loop of jumps ends the search.
        for _ in 0..stretches_max(labels) {
            match through[l.0 as usize] {
                Some(next) => l = next,
                None => break,
            }
        }
        l
    };
    for s in stretches.iter_mut() {
        for n in &mut s.nodes {
            match &mut n.imm {
                NodeImm::Label(l) => *l = target(*l),
                NodeImm::Table(t) => t.iter_mut().for_each(|l| *l = target(*l)),
                _ => {}
            }
            if let Some(pad) = &mut n.pad {
                pad.label = target(pad.label);
            }
        }
    }
    for i in 0..stretches.len() {
        let Some(Node { op: VmOp::Ir(Op::Jump), imm: NodeImm::Label(l), .. }) = stretches[i].nodes.last() else {
            continue;
        };
        let behind = stretches[i + 1..].iter();
        let follows = behind.take_while(|s| s.nodes.is_empty()).count();
        if stretches[i + 1..].iter().take(follows + 1).any(|s| s.label == *l) {
            stretches[i].nodes.pop();
        }
    }
    let mut entered = vec![false; labels];
    for n in stretches.iter().flat_map(|s| &s.nodes) {
        match &n.imm {
            NodeImm::Label(l) => entered[l.0 as usize] = true,
            NodeImm::Table(t) => t.iter().for_each(|l| entered[l.0 as usize] = true),
            _ => {}
        }
        if let Some(pad) = n.pad {
            entered[pad.label.0 as usize] = true;
        }
    }
    let mut falls = true;
    stretches.retain(|s| {
        let kept = falls || entered[s.label.0 as usize];
        falls = kept && s.nodes.last().is_none_or(|n| !n.op.is_final());
        kept
    });
}

/// Jumps followed before giving up.
fn stretches_max(labels: usize) -> usize {
    labels.min(32)
}

/// Reverse postorder that keeps loops together and traps out of the way, then loops turned so that their test is
/// at the bottom.
fn place(work: &Work, cfg: &Cfg) -> Vec<BlockId> {
    let n = work.blocks.len();
    // What is visited first comes last: traps and landing pads, then ways out of loops, then the rest from the last destination.
    let visits = |b: BlockId| {
        let mut succs: Vec<BlockId> = work.blocks[b.index()].exit.edges().iter().rev().map(|e| e.to).collect();
        let rare = |s: BlockId| is_trap(work, s) || work.blocks[s.index()].takes.is_some();
        succs.sort_by_key(|&s| (!rare(s), cfg.loop_depth(s)));
        succs
    };
    let mut seen = vec![false; n];
    let mut order = Vec::with_capacity(n);
    let entry = BlockId(0);
    seen[0] = true;
    let mut path = vec![(entry, visits(entry), 0)];
    while let Some((b, succs, next)) = path.last_mut() {
        match succs.get(*next) {
            Some(&s) => {
                *next += 1;
                if !std::mem::replace(&mut seen[s.index()], true) {
                    path.push((s, visits(s), 0));
                }
            }
            None => {
                order.push(*b);
                path.pop();
            }
        }
    }
    order.reverse();
    turn_loops(work, cfg, &mut order);
    order
}

fn is_trap(work: &Work, b: BlockId) -> bool {
    let block = &work.blocks[b.index()];
    matches!(block.exit, Exit::Node) && block.nodes.last().is_some_and(|n| n.op == VmOp::Ir(Op::Trap))
}

fn turn_loops(work: &Work, cfg: &Cfg, order: &mut [BlockId]) {
    let mut place = vec![u32::MAX; work.blocks.len()];
    for (i, b) in order.iter().enumerate() {
        place[b.index()] = i as u32;
    }
    let headers: Vec<BlockId> = order.iter().copied().filter(|&b| cfg.loop_header(b) == Some(b)).collect();
    for header in headers.into_iter().rev() {
        let first = place[header.index()] as usize;
        let Exit::Branch(_, a, b) = &work.blocks[header.index()].exit else { continue };
        let inside = |b: BlockId| cfg.dominates(header, b) && cfg.loop_depth(b) >= cfg.loop_depth(header);
        if first == 0 || inside(a.to) == inside(b.to) {
            continue;
        }
        let body = if inside(a.to) { a.to } else { b.to };
        // The latest block that jumps back and lies behind the header; one behind a branch that is never taken has no
        // place.
        let latches = cfg.preds(header).iter().filter(|p| cfg.dominates(header, **p));
        let latches = latches.map(|p| place[p.index()]).filter(|&at| at != u32::MAX);
        let Some(last) = latches.max().map(|at| at as usize) else { continue };
        let jumps = matches!(&work.blocks[order[last].index()].exit, Exit::Jump(e) if e.to == header);
        if last <= first || !jumps || order[first + 1] != body {
            continue;
        }
        order[first..=last].rotate_left(1);
        for (i, b) in order.iter().enumerate().take(last + 1).skip(first) {
            place[b.index()] = i as u32;
        }
    }
}

/// The comparison that holds when `op` of the operands does not, and whether they swap.
fn opposite(op: Op) -> Option<(Op, bool)> {
    Some(match op {
        Op::Ieq => (Op::Ine, false),
        Op::Ine => (Op::Ieq, false),
        Op::Islt => (Op::Isle, true),
        Op::Isle => (Op::Islt, true),
        Op::Iult => (Op::Iule, true),
        Op::Iule => (Op::Iult, true),
        Op::Foeq => (Op::Fune, false),
        Op::Fune => (Op::Foeq, false),
        Op::Fone => (Op::Fueq, false),
        Op::Fueq => (Op::Fone, false),
        Op::Ford => (Op::Funo, false),
        Op::Funo => (Op::Ford, false),
        Op::Folt => (Op::Fule, true),
        Op::Fole => (Op::Fult, true),
        Op::Fult => (Op::Fole, true),
        Op::Fule => (Op::Folt, true),
        _ => return None,
    })
}

impl Flow<'_> {
    fn new_label(&mut self) -> Label {
        self.next_label += 1;
        Label(self.next_label - 1)
    }

    fn block(&mut self, b: BlockId) {
        let block = &mut self.work.blocks[b.index()];
        let nodes = std::mem::take(&mut block.nodes);
        let exit = std::mem::replace(&mut block.exit, Exit::Node);
        let loc = block.exit_loc;
        let depth = self.cfg.loop_depth(b);
        self.out.push(Stretch { label: Label(b.0), nodes, depth, blocks: [b; 2] });
        match exit {
            Exit::Node => {}
            Exit::Ret(moves, node) => {
                let moves = moves.iter().map(|&(k, v, ty)| (Target { slot: k, slots: ty.slots() }, Arg::Val(v)));
                let moves = self.sequence(moves.collect(), loc);
                self.nodes().extend(moves);
                self.nodes().push(*node);
            }
            Exit::Jump(edge) => self.go(&edge, b, loc),
            Exit::Invoke(normal, pad) => {
                let label = self.edge_label(&pad, b, loc);
                let call = self.nodes().iter_mut().rfind(|n| n.op.is_call());
                call.expect("the block's call").pad = Some(PadEdge { label, block: pad.to });
                self.go(&normal, b, loc);
            }
            Exit::Branch(v, taken, other) => self.branch(v, taken, other, b, loc),
            Exit::Switch(v, ty, cases, edges) => self.switch(v, ty, &cases, &edges, b, loc),
            Exit::Native(native, edges) => {
                let table = edges.iter().map(|e| self.edge_label(e, b, loc)).collect();
                let args = [Arg::Num(i64::from(native.symbol)), Arg::Num(edges.len() as i64 - 1)];
                let imm = NodeImm::Table(table);
                self.nodes().push(Node::new(VmOp::NativeBlock, Type::I64, &args, imm, &[], loc));
                self.work.natives.push(native);
            }
        }
    }

    fn nodes(&mut self) -> &mut Vec<Node> {
        &mut self.out.last_mut().expect("a stretch was begun").nodes
    }

    /// Whether `to` comes right behind `b`.
    fn is_next(&self, b: BlockId, to: BlockId) -> bool {
        self.place[to.index()] == self.place[b.index()] + 1
    }

    fn jump(&mut self, to: Label, loc: SrcLoc) {
        let node = Node::new(VmOp::Ir(Op::Jump), Type::I64, &[], NodeImm::Label(to), &[], loc);
        self.nodes().push(node);
    }

    /// The edge's copies and a jump, unless its target follows.
    fn go(&mut self, edge: &Edge, from: BlockId, loc: SrcLoc) {
        let moves = self.moves(edge, loc);
        self.nodes().extend(moves);
        if !self.is_next(from, edge.to) {
            self.jump(Label(edge.to.0), loc);
        }
    }

    /// A label for the edge: the target's, or that of a new stretch at the end that makes the copies first.
    fn edge_label(&mut self, edge: &Edge, from: BlockId, loc: SrcLoc) -> Label {
        let moves = self.moves(edge, loc);
        if moves.is_empty() {
            return Label(edge.to.0);
        }
        let label = self.new_label();
        let mut nodes = moves;
        nodes.push(Node::new(VmOp::Ir(Op::Jump), Type::I64, &[], NodeImm::Label(Label(edge.to.0)), &[], loc));
        let depth = self.cfg.loop_depth(from).min(self.cfg.loop_depth(edge.to));
        self.late.push(Stretch { label, nodes, depth, blocks: [from, edge.to] });
        label
    }

    fn branch(&mut self, v: Val, mut taken: Edge, mut other: Edge, b: BlockId, loc: SrcLoc) {
        let copies = [self.needs_copies(&taken), self.needs_copies(&other)];
        if taken.to == other.to && copies == [false, false] && taken.args == other.args {
            return self.go(&taken, b, loc);
        }
        self.hoist(v, &mut taken, &other, loc);
        self.hoist(v, &mut other, &taken, loc);
        let copies = [self.needs_copies(&taken), self.needs_copies(&other)];
        let next = [self.is_next(b, taken.to), self.is_next(b, other.to)];
        // What falls through: an edge with copies, into its target if that can be; else the target that follows.
        let invert = match (copies, next) {
            ([true, false], _) => true,
            ([false, true], _) => false,
            (_, [true, _]) => true,
            _ => false,
        };
        if invert {
            std::mem::swap(&mut taken, &mut other);
        }
        let lives_on = [&taken, &other].iter().any(|edge| {
            edge.args.iter().any(|a| a.1.val() == Some(v)) || self.frame.live_in[edge.to.index()].contains(&v)
        });
        let v = self.condition(v, invert, lives_on, loc);
        let label = self.edge_label(&taken, b, loc);
        let node = Node::new(VmOp::Ir(Op::BrIf), Type::I64, &[Arg::Val(v)], NodeImm::Label(label), &[], loc);
        self.nodes().push(node);
        if self.needs_copies(&other) {
            let depth = self.out.last().expect("a stretch was begun").depth;
            let label = self.new_label();
            self.out.push(Stretch { label, nodes: Vec::new(), depth, blocks: [b, other.to] });
        }
        self.go(&other, b, loc);
    }

    /// Makes the edge's copies before the branch where that harms nobody.
    fn hoist(&mut self, v: Val, edge: &mut Edge, against: &Edge, loc: SrcLoc) {
        if !self.needs_copies(edge) {
            return;
        }
        // The test itself stays behind the copies, to fuse with the branch.
        let nodes = &self.out.last().expect("a stretch was begun").nodes;
        let Some(test) = nodes.last().filter(|n| n.res.as_slice() == [v]) else { return };
        if !matches!(test.op, VmOp::Ir(op) if opposite(op).is_some()) {
            return;
        }
        let targets: Vec<Target> = edge.args.iter().filter_map(|&(p, _)| self.target(p)).collect();
        let touched = |v: Val| self.target(v).is_none_or(|s| targets.iter().any(|t| t.overlaps(s)));
        let read = test.uses().any(touched);
        let made = edge.args.iter().any(|a| a.1.val() == Some(v));
        let target = &self.work.blocks[against.to.index()];
        let alive = self.frame.live_in[against.to.index()].iter().chain(&target.params).any(|&v| touched(v));
        let passed = against.args.iter().any(|a| a.1.val().is_some_and(touched));
        if read || made || alive || passed {
            return;
        }
        // Where the result is written, should it not fuse, it must not meet what the copies have written before. It dies in
        // the branch, or it would be alive above.
        if self.target(v).is_some_and(|s| targets.iter().any(|t| t.overlaps(s))) {
            self.work.vals[v.index()].home = Home::Slot(self.spare(1));
        }
        let moves = self.moves(edge, loc);
        edge.args.clear();
        let nodes = self.nodes();
        let test = nodes.pop().expect("looked at above");
        nodes.extend(moves);
        nodes.push(test);
    }

    /// The value to branch on, or its opposite. `lives_on`: it is read after the branch as well, so it keeps its sense.
    fn condition(&mut self, v: Val, invert: bool, lives_on: bool, loc: SrcLoc) -> Val {
        let known = self.work.vals[v.index()].known;
        let test = self.nodes().last_mut().filter(|n| n.res.as_slice() == [v]);
        if let Some(node) = test
            && let VmOp::Ir(op) = node.op
            && let Some((op, swap)) = opposite(op)
            && !(invert && lives_on)
        {
            if invert {
                node.op = VmOp::Ir(op);
                if swap {
                    node.args.swap(0, 1);
                }
            }
            return v;
        }
        if !invert && known > 32 {
            return v;
        }
        let r = self.work.new_val(Bank::Int, 1);
        self.work.vals[r.index()].home = Home::Slot(self.spare(1));
        self.work.vals[r.index()].known = 1;
        let op = VmOp::Ir(if invert { Op::Ieq } else { Op::Ine });
        let ty = if known <= 32 { Type::I32 } else { Type::I8 };
        let node = Node::new(op, ty, &[Arg::Val(v), Arg::Num(0)], NodeImm::None, &[r], loc);
        self.nodes().push(node);
        r
    }

    /// A slot that no value has.
    fn spare(&mut self, slots: u32) -> u32 {
        let first = self.frame.stack_start();
        self.frame.reserve_spare(slots);
        first
    }

    fn target(&self, v: Val) -> Option<Target> {
        let d = self.work.vals[v.index()];
        match d.home {
            Home::Slot(slot) => Some(Target { slot, slots: d.slots }),
            Home::Part(w, half) => self.target(w).map(|t| Target { slot: t.slot + half, slots: 1 }),
            Home::None | Home::Arg(_) => None,
        }
    }

    fn needs_copies(&self, edge: &Edge) -> bool {
        edge.args.iter().any(|&(p, a)| match a {
            Arg::Val(v) => self.work.remat[v.index()].is_some() || self.target(p) != self.target(v),
            _ => true,
        })
    }

    fn moves(&mut self, edge: &Edge, loc: SrcLoc) -> Vec<Node> {
        let moves = edge.args.iter().map(|&(p, a)| (self.target(p).expect("parameters are coloured"), a));
        self.sequence(moves.collect(), loc)
    }

    /// Copies that happen at once, one after the other.
    fn sequence(&mut self, moves: Vec<(Target, Arg)>, loc: SrcLoc) -> Vec<Node> {
        let mut out = Vec::new();
        let mut copies: Vec<EdgeCopy> = Vec::new();
        let mut made = Vec::new();
        for (to, a) in moves {
            match a {
                Arg::Val(v) if self.work.remat[v.index()].is_none() => {
                    let from = self.target(v).expect("values are coloured");
                    if from != to {
                        copies.push(EdgeCopy { to, from, bank: self.work.vals[v.index()].bank, plus: 0 });
                    }
                }
                Arg::Sum(v, plus) => {
                    let from = self.target(v).expect("values are coloured");
                    copies.push(EdgeCopy { to, from, bank: Bank::Int, plus });
                }
                _ => made.push((to, a)),
            }
        }
        // Where wide values cross others, all go by single slots.
        let crossing = copies.iter().any(|a| copies.iter().any(|b| a.to != b.from && a.to.overlaps(b.from)));
        if crossing {
            let halves = copies.iter().flat_map(|&copy| {
                (0..copy.to.slots).map(move |i| {
                    let one = |t: Target| Target { slot: t.slot + i, slots: 1 };
                    EdgeCopy { to: one(copy.to), from: one(copy.from), ..copy }
                })
            });
            copies = halves.filter(|c| c.to != c.from || c.plus != 0).collect();
        }
        while !copies.is_empty() {
            let is_read = |i: usize| copies.iter().enumerate().any(|(k, o)| k != i && o.from.overlaps(copies[i].to));
            let free = (0..copies.len()).find(|&i| !is_read(i));
            let EdgeCopy { to, from, bank, plus } = match free {
                Some(i) => copies.swap_remove(i),
                None => {
                    // A cycle: one source steps aside.
                    let EdgeCopy { from, bank, .. } = copies[0];
                    let aside = Target { slot: self.spare(from.slots), slots: from.slots };
                    copies[0].from = aside;
                    EdgeCopy { to: aside, from, bank, plus: 0 }
                }
            };
            let ty = if to.slots == 2 { Type::I8x16 } else { Type::I64 };
            let bank = if to.slots == 2 { bank } else { Bank::Int };
            let v = self.work.at_home(bank, to.slots, Home::Slot(to.slot));
            let f = self.work.at_home(bank, from.slots, Home::Slot(from.slot));
            out.push(match plus {
                0 => Node::new(VmOp::Move, ty, &[Arg::Val(f)], NodeImm::None, &[v], loc),
                _ => Node::new(VmOp::Ir(Op::Iadd), Type::I64, &[Arg::Val(f), Arg::Num(plus)], NodeImm::None, &[v], loc),
            });
        }
        for (to, a) in made {
            match a {
                Arg::Val(v) => {
                    let mut node = Node::clone(self.work.remat[v.index()].as_ref().expect("partitioned above"));
                    let bank = self.work.vals[v.index()].bank;
                    node.res = smallvec![self.work.at_home(bank, to.slots, Home::Slot(to.slot))];
                    node.loc = loc;
                    match node.imm {
                        // In slots, floats are their bits; nothing may pass through accumulators or spare slots here.
                        NodeImm::Bits(bits) => halves(self.work, &node, bits, &mut out),
                        _ => {
                            if node.op == VmOp::Ir(Op::Const) {
                                node.ty = Type::I64;
                                self.work.vals[node.res[0].index()].bank = Bank::Int;
                            }
                            out.push(node);
                        }
                    }
                }
                Arg::Num(n) => {
                    let v = self.work.at_home(Bank::Int, 1, Home::Slot(to.slot));
                    let imm = NodeImm::Num(n);
                    out.push(Node::new(VmOp::Ir(Op::Const), Type::I64, &[], imm, &[v], loc));
                }
                Arg::Window | Arg::Sum(..) => {}
            }
        }
        out
    }

    fn switch(&mut self, v: Val, ty: Type, cases: &[(u128, usize)], edges: &[Edge], b: BlockId, loc: SrcLoc) {
        let mut labels: Vec<Label> = Vec::with_capacity(edges.len());
        for (i, e) in edges.iter().enumerate() {
            let same = edges[..i].iter().position(|o| o.to == e.to && o.args == e.args);
            let label = match same {
                Some(j) => labels[j],
                None => self.edge_label(e, b, loc),
            };
            labels.push(label);
        }
        let cases: Vec<(u128, Label)> = cases.iter().map(|&(c, i)| (c, labels[i])).collect();
        // Cases that do what the default does need no mention, except between others of a table.
        // Clean upper bits let one handler serve.
        let ty = if ty.bytes() < 4 && self.work.vals[v.index()].known <= ty.bytes() * 8 { Type::I32 } else { ty };
        let s = Switch { v, ty, default: labels[0], depth: self.cfg.loop_depth(b), block: b, loc };
        let cases: Vec<(u128, Label)> = cases.into_iter().filter(|c| c.1 != s.default).collect();
        let next = self.is_next(b, edges[0].to).then_some(Label(edges[0].to.0));
        self.cases(&s, &cases, true, next);
    }

    /// Tests `cases`; goes to the default if none holds. `last`: this is the code's end, so that the default may follow.
    fn cases(&mut self, s: &Switch, cases: &[(u128, Label)], last: bool, next: Option<Label>) {
        let Some(&(low, _)) = cases.first() else {
            if !(last && next == Some(s.default)) {
                self.jump(s.default, s.loc);
            }
            return;
        };
        // One less than the number of values covered, which may be 2¹²⁸.
        let reach = cases[cases.len() - 1].0 - low;
        let small = s.ty != Type::I128 && reach < (1 << 16) - 1;
        if small && cases.len() >= TABLE_CASES_MIN && cases.len() as u128 * 10 >= (reach + 1) * TABLE_DENSITY_MIN {
            return self.table(s, cases, low, reach as usize + 1);
        }
        if cases.len() <= LINEAR_MAX || s.ty == Type::I128 {
            for &(c, label) in cases {
                self.test(s, Op::Ieq, c, label);
            }
            return self.cases(s, &[], last, next);
        }
        let middle = split(cases);
        let upper = self.new_label();
        // middle <= v
        self.test(s, Op::Iule, cases[middle].0, upper);
        self.cases(s, &cases[..middle], false, None);
        self.out.push(Stretch { label: upper, nodes: Vec::new(), depth: s.depth, blocks: [s.block; 2] });
        self.cases(s, &cases[middle..], last, next);
    }

    fn table(&mut self, s: &Switch, cases: &[(u128, Label)], low: u128, span: usize) {
        let mut table = vec![s.default; span + 1];
        for &(c, label) in cases {
            table[(c - low) as usize] = label;
        }
        let args = [Arg::Val(s.v), Arg::Num(s.number(low)), Arg::Num(span as i64)];
        let imm = NodeImm::Table(table.into());
        self.nodes().push(Node::new(VmOp::Ir(Op::Switch), s.ty, &args, imm, &[], s.loc));
    }

    fn test(&mut self, s: &Switch, op: Op, case: u128, label: Label) {
        let r = self.work.new_val(Bank::Int, 1);
        self.work.vals[r.index()].home = Home::Slot(self.spare(1));
        let (ty, loc) = (s.ty, s.loc);
        let number = s.number(case);
        let case = if ty != Type::I128 && i32::try_from(number).is_ok() {
            Arg::Num(number)
        } else {
            let (bank, slots) = (Bank::of(ty), ty.slots());
            let bits = self.work.new_val(bank, slots);
            self.work.vals[bits.index()].home = Home::Slot(self.spare(slots));
            let imm = if ty == Type::I128 { NodeImm::Bits(case) } else { NodeImm::Num(number) };
            self.nodes().push(Node::new(VmOp::Ir(Op::Const), canonical(Op::Const, ty), &[], imm, &[bits], loc));
            Arg::Val(bits)
        };
        let args = if op == Op::Iule { [case, Arg::Val(s.v)] } else { [Arg::Val(s.v), case] };
        self.nodes().push(Node::new(VmOp::Ir(op), ty, &args, NodeImm::None, &[r], loc));
        let imm = NodeImm::Label(label);
        self.nodes().push(Node::new(VmOp::Ir(Op::BrIf), Type::I64, &[Arg::Val(r)], imm, &[], loc));
    }
}

/// Where the upper half begins: at the widest gap among the middle ones.
fn split(cases: &[(u128, Label)]) -> usize {
    let n = cases.len();
    let near = (n / 4).max(1)..(n - n / 4).max(2);
    near.max_by_key(|&i| (cases[i].0 - cases[i - 1].0, std::cmp::Reverse(i.abs_diff(n / 2)))).unwrap_or(n / 2)
}

struct Switch {
    v: Val,
    ty: Type,
    default: Label,
    depth: u32,
    block: BlockId,
    loc: SrcLoc,
}

impl Switch {
    /// A case as a sign-extended number.
    fn number(&self, case: u128) -> i64 {
        let shift = 64 - (self.ty.bytes() * 8).min(64);
        (case as u64 as i64) << shift >> shift
    }
}

/// A copy on an edge, of a value plus a number.
#[derive(Clone, Copy)]
struct EdgeCopy {
    to: Target,
    from: Target,
    bank: Bank,
    plus: i64,
}

/// Slots that a copy goes to or comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Target {
    slot: u32,
    slots: u32,
}

impl Target {
    fn overlaps(self, other: Target) -> bool {
        overlaps((self.slot, self.slots), (other.slot, other.slots))
    }
}
