//! Tiling: which templates cover a stretch's nodes, at least cost in bytes and dispatches.
//!
//! Owns the matching of templates and the search, a dynamic program over the nodes in order whose states are what the
//! accumulators hold. Field values are final here but for branch distances.

use super::node::{Arg, Bank, Home, Label, Node, NodeImm, PadEdge, Skip, Val, ValData};
use super::slots::Frame;
use crate::isa::{Dst, FieldKind, ImmSrc, MicroOp, Opcode, Src, VmOp, keep_slots_apart};
use crate::patterns::{Patterns, Shape, Variant, commutes, other_type};
use rheo_ir::{Op, SrcLoc};
use smallvec::SmallVec;

/// Most states kept between two nodes.
const STATES_MAX: usize = 6;
/// Cost of a byte; the others are relative to it.
pub(crate) const BYTE: u32 = 16;
/// Cost of a store to a slot that the accumulator makes needless.
const STORE: u32 = 1;
/// Cost of an accumulator that does not hold what it had better.
const WISH: u32 = 8;

/// A chosen instruction. Branches are still labels.
#[derive(Clone, Debug)]
pub(crate) struct Tile {
    pub shape: u32,
    pub variant: u32,
    /// By field; 0 for branches, tables and 128-bit numbers.
    pub values: SmallVec<[i64; 6]>,
    pub bits: u128,
    pub label: Option<Label>,
    pub table: Box<[Label]>,
    /// Where exceptions of its call go.
    pub pad: Option<PadEdge>,
    pub loc: SrcLoc,
    /// Nodes covered: number of the first, and how many.
    pub first: u32,
    pub nodes: u32,
    /// What the accumulators held before.
    pub before: [Held; 2],
    /// Values taken from the accumulators.
    pub needs: [Val; 2],
    /// In sixteenths of a byte, dispatch included.
    pub cost: u32,
}

impl Tile {
    /// Takes the shape of a loop with the same fields, unless its slots overlap or are too far for it.
    pub(crate) fn become_loop(&mut self, patterns: &Patterns, shape: u32) {
        let of = &patterns.shapes[shape as usize];
        let fits = |v: &Variant| {
            let mut fields = v.fields.iter().zip(&self.values);
            fields.all(|(f, &value)| f.kind == FieldKind::Branch || f.bits >= 64 || f.fits(i128::from(value)))
        };
        let variant = of.variants.iter().position(fits);
        let apart = keep_slots_apart(&of.ops, |f| i128::from(self.values[usize::from(f)]));
        if let Some(variant) = variant.filter(|_| apart) {
            (self.shape, self.variant) = (shape, variant as u32);
        }
    }
}

/// What the search knows of its surroundings.
pub(crate) struct Context<'a> {
    pub patterns: &'a Patterns,
    pub vals: &'a [ValData],
    pub uses: &'a [u32],
    pub frame: &'a Frame,
    /// Guess of a label's distance from the current node, in bytes.
    pub distance: &'a dyn Fn(Label, usize) -> i64,
    /// Cost of a dispatch.
    pub dispatch: u32,
    /// Slots whose value the accumulators had better hold at the end.
    pub wish: [Option<u32>; 2],
}

/// What an accumulator holds: a value, and whether its slot has it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Held {
    pub val: Val,
    pub saved: bool,
}

impl Held {
    pub(crate) const NOTHING: Held = Held { val: Val::NONE, saved: true };
}

#[derive(Clone, Copy, Debug)]
struct State {
    acc: Held,
    facc: Held,
    cost: u32,
    /// State before, by position and number there.
    before: (u32, u32),
    /// Match taken; `u32::MAX` for a node left out.
    taken: u32,
}

/// A template laid over nodes.
struct Match {
    shape: u32,
    variant: u32,
    nodes: u32,
    cost: u32,
    /// Values that must be in the accumulators before.
    needs: [Val; 2],
    /// Values read from slots.
    reads: SmallVec<[Val; 6]>,
    /// What the accumulators hold afterwards, if they change.
    leaves: [Option<Held>; 2],
    /// A value that was copied from the accumulator to its slot.
    stored: Option<(Val, Val)>,
    values: SmallVec<[i64; 6]>,
    bits: u128,
    label: Option<Label>,
    table: Option<u32>,
}

/// Covers `nodes`. `start` and the result's second part are what the accumulators hold before and after. The error is the number
/// of the node that no template leads beyond.
pub(crate) fn select(c: &Context<'_>, nodes: &[Node], start: [Held; 2]) -> Result<(Vec<Tile>, [Held; 2]), usize> {
    let n = nodes.len();
    let mut states: Vec<Vec<State>> = (0..=n).map(|_| Vec::new()).collect();
    let mut matches: Vec<Match> = Vec::new();
    let wanted = nodes.last().filter(|n| n.op == VmOp::Ir(Op::Ret)).map_or([Val::NONE; 2], |n| [n.in_acc, n.in_facc]);
    states[0].push(State { acc: start[0], facc: start[1], cost: 0, before: (0, 0), taken: u32::MAX });
    for i in 0..n {
        prune(&mut states[i], wanted);
        let here = std::mem::take(&mut states[i]);
        if !here.is_empty() {
            let from = matches.len();
            find(c, nodes, i, &mut matches);
            for (s, state) in here.iter().enumerate() {
                if let Some(next) = left_out(c, &nodes[i], state) {
                    states[i + 1].push(State { before: (i as u32, s as u32), taken: u32::MAX, ..next });
                }
                for (m, found) in matches.iter().enumerate().skip(from) {
                    if let Some(next) = apply(state, found) {
                        let to = i + found.nodes as usize;
                        states[to].push(State { before: (i as u32, s as u32), taken: m as u32, ..next });
                    }
                }
            }
        }
        states[i] = here;
    }
    let missed = |held: Held, wish: Option<u32>| {
        wish.is_some_and(|wish| held.val == Val::NONE || slot_of(c.vals, c.frame, held.val) != Some(i64::from(wish)))
    };
    let wanting = |s: &State| u32::from(missed(s.acc, c.wish[0])) + u32::from(missed(s.facc, c.wish[1]));
    let done = states[n].iter().filter(|s| s.acc.saved && s.facc.saved).min_by_key(|s| s.cost + wanting(s) * WISH);
    let Some(&end) = done else {
        let stuck = states.iter().rposition(|s| !s.is_empty()).unwrap_or(0);
        return Err(stuck.min(n - 1));
    };
    let mut tiles = Vec::new();
    let (mut at, mut state) = (n as u32, end);
    while at > 0 {
        let taken = state.taken;
        at = state.before.0;
        state = states[at as usize][state.before.1 as usize];
        if taken != u32::MAX {
            tiles.push(tile(&matches[taken as usize], nodes, at, [state.acc, state.facc]));
        }
    }
    tiles.reverse();
    Ok((tiles, [end.acc, end.facc]))
}

fn tile(m: &Match, nodes: &[Node], first: u32, before: [Held; 2]) -> Tile {
    let table = m.table.map(|k| match &nodes[k as usize].imm {
        NodeImm::Table(t) => t.clone(),
        _ => Box::default(),
    });
    // The line of the last node: of a chain, that is the one that can fault or call.
    let last = first + m.nodes - 1;
    Tile {
        shape: m.shape,
        variant: m.variant,
        values: m.values.clone(),
        bits: m.bits,
        label: m.label,
        table: table.unwrap_or_default(),
        pad: nodes[first as usize..=last as usize].iter().find_map(|n| n.pad),
        loc: nodes[last as usize].loc,
        first,
        nodes: m.nodes,
        before,
        needs: m.needs,
        cost: m.cost,
    }
}

/// Keeps the cheapest states that differ, and of those the best few. The return at the end takes `wanted` from the accumulators.
fn prune(states: &mut Vec<State>, wanted: [Val; 2]) {
    states.sort_by_key(|s| s.cost);
    let mut kept: SmallVec<[State; STATES_MAX]> = SmallVec::new();
    for s in states.iter() {
        // A cheaper state that knows as much is at least as good.
        let covered = kept.iter().any(|k| {
            let same = |a: Held, b: Held| a == b || (a.saved && b == Held::NOTHING);
            same(k.acc, s.acc) && same(k.facc, s.facc)
        });
        if !covered {
            kept.push(*s);
            if kept.len() == STATES_MAX {
                break;
            }
        }
    }
    // An accumulator whose value has no slot blocks whatever writes to it. One state that blocks neither stays in any case,
    // and one for each where the other must hold something, as before a return of both an integer and a float.
    let frees: [fn(&State) -> bool; 3] =
        [|s| s.acc.saved && s.facc.saved, |s| s.acc.saved && !s.facc.saved, |s| !s.acc.saved && s.facc.saved];
    for is_free in frees {
        if let Some(free) = states.iter().find(|s| is_free(s))
            && !kept.iter().any(is_free)
        {
            kept.push(*free);
        }
    }
    // Nothing brings there again what the return wants: so neither do stale values that cost less displace it.
    let has = |h: Held, v: Val| v != Val::NONE && h.val == v;
    for (in_acc, in_facc) in [(true, false), (false, true), (true, true)] {
        let is_ready = |s: &State| {
            let ready = |wants: bool, h: Held, v: Val| if wants { has(h, v) } else { h.saved };
            ready(in_acc, s.acc, wanted[0]) && ready(in_facc, s.facc, wanted[1])
        };
        if let Some(ready) = states.iter().find(|s| is_ready(s))
            && !kept.iter().any(is_ready)
        {
            kept.push(*ready);
        }
    }
    states.clear();
    states.extend(kept);
}

/// The state behind a node that is left out, if it can be.
fn left_out(c: &Context<'_>, node: &Node, state: &State) -> Option<State> {
    let v = node.args.first()?.val()?;
    match node.skip {
        Skip::Never => None,
        Skip::ResultUsedFromAcc => {
            let held = [state.acc, state.facc].iter().any(|h| h.val == v && !h.saved);
            (held && c.uses[v.index()] == 1).then_some(*state)
        }
        Skip::AlreadyInAcc => {
            let r = Held { val: node.res[0], saved: false };
            if state.acc.val == v {
                Some(State { acc: r, ..*state })
            } else if state.facc.val == v {
                Some(State { facc: r, ..*state })
            } else {
                None
            }
        }
    }
}

fn apply(state: &State, m: &Match) -> Option<State> {
    let mut next = State { cost: state.cost + m.cost, ..*state };
    for (k, held) in [state.acc, state.facc].into_iter().enumerate() {
        let need = m.needs[k];
        if need != Val::NONE && held.val != need {
            return None;
        }
        if !held.saved && m.reads.contains(&held.val) {
            return None;
        }
        let consumed = !held.saved && need == held.val;
        let slot = if k == 0 { &mut next.acc } else { &mut next.facc };
        match m.leaves[k] {
            Some(_) if !held.saved && !consumed => return None,
            Some(leaves) => *slot = leaves,
            None if consumed => {
                *slot = match m.stored {
                    Some((v, r)) if v == held.val => Held { val: r, saved: true },
                    _ => Held::NOTHING,
                };
            }
            None => {}
        }
    }
    Some(next)
}

/// All matches at node `i`.
fn find(c: &Context<'_>, nodes: &[Node], i: usize, out: &mut Vec<Match>) {
    let mut open: SmallVec<[(&crate::patterns::Step, usize); 8]> = SmallVec::new();
    open.push((c.patterns.root(), i));
    while let Some((step, at)) = open.pop() {
        for &shape in &step.shapes {
            let mut m = Matcher::new(c, nodes, i, shape);
            if let Some(found) = m.run() {
                out.push(found);
            }
        }
        let Some(node) = nodes.get(at) else { continue };
        for ty in [Some(node.ty), other_type(node.op, node.ty)].into_iter().flatten() {
            if let Some(next) = c.patterns.next(step, node.op, ty) {
                open.push((next, at + 1));
            }
        }
    }
}

struct Matcher<'a> {
    c: &'a Context<'a>,
    nodes: &'a [Node],
    first: usize,
    shape: u32,
    pattern: &'a Shape,
    m: Fields,
}

/// What matching has found out so far; copied to try alternatives.
#[derive(Clone, Default)]
struct Fields {
    values: SmallVec<[Option<i64>; 6]>,
    bits: u128,
    label: Option<Label>,
    table: Option<u32>,
    needs: [Option<Val>; 2],
    reads: SmallVec<[Val; 6]>,
    /// Accumulators as written by the template so far.
    holds: [Option<Held>; 2],
    /// Results that have no slot yet.
    inner: SmallVec<[Inner; 4]>,
    stored: Option<(Val, Val)>,
    stores: u32,
}

/// A result made in the template and not stored.
#[derive(Clone, Copy)]
struct Inner {
    val: Val,
    /// Uses by later micro-ops.
    seen: u32,
    /// It is a call's: a node that stores it follows.
    is_call: bool,
}

impl<'a> Matcher<'a> {
    fn new(c: &'a Context<'a>, nodes: &'a [Node], first: usize, shape: u32) -> Self {
        let pattern = &c.patterns.shapes[shape as usize];
        let fields = pattern.variants[0].fields.len();
        let m = Fields { values: smallvec::smallvec![None; fields], ..Fields::default() };
        Matcher { c, nodes, first, shape, pattern, m }
    }

    fn run(&mut self) -> Option<Match> {
        let pattern = self.pattern;
        // All calls of an instruction have one landing pad.
        let mut calls =
            self.nodes[self.first..].iter().take(pattern.ops.len()).filter(|n| n.op.is_call()).map(|n| n.pad);
        if let Some(first) = calls.next()
            && calls.any(|pad| pad != first)
        {
            return None;
        }
        for (k, op) in pattern.ops.iter().enumerate() {
            let node = &self.nodes[self.first + k];
            if commutes(op.op) {
                let before = self.m.clone();
                if !self.micro(op, node, k, false) {
                    self.m = before;
                    if !self.micro(op, node, k, true) {
                        return None;
                    }
                }
            } else if !self.micro(op, node, k, false) {
                return None;
            }
        }
        self.finish()
    }

    fn finish(&mut self) -> Option<Match> {
        let c = self.c;
        for &Inner { val: v, seen, is_call } in &self.m.inner {
            let total = c.uses[v.index()];
            let held = self.m.holds.iter_mut().flatten().find(|h| h.val == v);
            match held {
                _ if seen == total => {
                    if let Some(h) = held {
                        h.saved = true;
                    }
                }
                // Left in the accumulator for its one use.
                Some(_) if seen == 0 && (total == 1 || is_call) => {}
                _ => return None,
            }
        }
        let variant = self.pattern.variants.iter().position(|v| self.fits(v))?;
        let cost = cost(&self.pattern.variants[variant], c.dispatch);
        let table = self.m.table.map_or(0, |k| match &self.nodes[k as usize].imm {
            NodeImm::Table(t) => t.len() as u32,
            _ => 0,
        });
        Some(Match {
            shape: self.shape,
            variant: variant as u32,
            nodes: self.pattern.ops.len() as u32,
            cost: cost + table * BYTE + self.m.stores * STORE,
            needs: self.m.needs.map(|n| n.unwrap_or(Val::NONE)),
            reads: std::mem::take(&mut self.m.reads),
            leaves: self.m.holds,
            stored: self.m.stored,
            values: self.m.values.iter().map(|v| v.unwrap_or(0)).collect(),
            bits: self.m.bits,
            label: self.m.label,
            table: self.m.table,
        })
    }

    fn fits(&self, variant: &Variant) -> bool {
        let at = self.first + self.pattern.ops.len() - 1;
        variant.fields.iter().zip(&self.m.values).all(|(f, v)| match (f.kind, v) {
            (FieldKind::Branch, _) => {
                let d = self.m.label.map_or(0, |l| (self.c.distance)(l, at));
                f.fits(i128::from(d))
            }
            // Tables are widened when distances are known; far targets are rare.
            (FieldKind::Table, _) => f.bits >= 16,
            // 64 bits hold any number, whatever its sign is taken to be.
            (_, Some(v)) => f.bits >= 64 || f.fits(i128::from(*v)),
            (_, None) => f.bits == 128,
        })
    }

    fn set(&mut self, field: u8, value: i64) -> bool {
        let v = &mut self.m.values[usize::from(field)];
        match *v {
            Some(old) => old == value,
            None => {
                *v = Some(value);
                true
            }
        }
    }

    fn slot(&self, v: Val) -> Option<i64> {
        slot_of(self.c.vals, self.c.frame, v)
    }

    fn micro(&mut self, op: &MicroOp, node: &Node, k: usize, swap: bool) -> bool {
        for (i, &src) in op.args.iter().enumerate() {
            let arg = node.args[if swap && i < 2 { 1 - i } else { i }];
            if !self.arg(src, arg, k) {
                return false;
            }
        }
        if op.op == VmOp::Ir(Op::Ret) {
            for (bank, v) in [node.in_acc, node.in_facc].into_iter().enumerate() {
                if v != Val::NONE && !self.take(bank, v) {
                    return false;
                }
            }
        }
        if !self.imm(op, node, k) {
            return false;
        }
        if op.op.is_call() {
            let left = [node.in_acc, node.in_facc].map(|v| Some(Held { val: v, saved: v == Val::NONE }));
            self.m.holds = left;
            for v in [node.in_acc, node.in_facc] {
                if v != Val::NONE {
                    match self.c.uses[v.index()] {
                        // Nobody wants it.
                        0 => self.m.holds.iter_mut().flatten().filter(|h| h.val == v).for_each(|h| h.saved = true),
                        _ => self.m.inner.push(Inner { val: v, seen: 0, is_call: true }),
                    }
                }
            }
        }
        op.dsts.iter().zip(&node.res).all(|(&dst, &r)| self.dst(op, dst, r, node))
    }

    fn used(&mut self, v: Val) {
        if let Some(i) = self.m.inner.iter_mut().find(|i| i.val == v) {
            i.seen += 1;
        }
    }

    /// The value is wanted in an accumulator.
    fn take(&mut self, bank: usize, v: Val) -> bool {
        match self.m.holds[bank] {
            Some(h) => {
                self.used(v);
                h.val == v
            }
            None => {
                let fine = self.m.needs[bank].is_none_or(|n| n == v);
                self.m.needs[bank] = Some(v);
                fine
            }
        }
    }

    fn arg(&mut self, src: Src, arg: Arg, k: usize) -> bool {
        match (src, arg) {
            (Src::Slot(f), Arg::Val(v)) => {
                let Some(slot) = self.slot(v) else { return false };
                // Not where the template itself has just made it, unless it stored it.
                if self.m.inner.iter().any(|i| i.val == v) {
                    return false;
                }
                self.m.reads.push(v);
                self.set(f, slot)
            }
            (Src::Acc, Arg::Val(v)) => self.bank(v) == Bank::Int && self.take(0, v),
            (Src::Facc, Arg::Val(v)) => self.bank(v) == Bank::Float && self.take(1, v),
            (Src::Result(j, r), Arg::Val(v)) => {
                let node = &self.nodes[self.first + usize::from(j)];
                debug_assert!(usize::from(j) < k);
                self.used(v);
                node.res.get(usize::from(r)) == Some(&v)
            }
            (Src::Imm(f), Arg::Num(n)) => self.set(f, n),
            (Src::Imm(f), Arg::Window) => self.set(f, i64::from(self.c.frame.window())),
            (Src::Lit(l), Arg::Num(n)) => l == n,
            _ => false,
        }
    }

    fn bank(&self, v: Val) -> Bank {
        self.c.vals[v.index()].bank
    }

    fn imm(&mut self, op: &MicroOp, node: &Node, k: usize) -> bool {
        let number = match &node.imm {
            NodeImm::None => 0,
            NodeImm::Num(n) => *n,
            NodeImm::Frame(slot, offset) => self.c.frame.stack[slot.index()] as i64 + offset,
            NodeImm::Bits(bits) => {
                self.m.bits = *bits;
                return matches!(op.imm, ImmSrc::Field(_));
            }
            NodeImm::Label(l) => {
                self.m.label = Some(*l);
                return matches!(op.imm, ImmSrc::Field(_));
            }
            NodeImm::Table(_) => {
                self.m.table = Some((self.first + k) as u32);
                return matches!(op.imm, ImmSrc::Field(_));
            }
        };
        match op.imm {
            ImmSrc::None => number == 0,
            ImmSrc::Lit(l) => l == number,
            ImmSrc::Field(f) => self.set(f, number),
        }
    }

    fn dst(&mut self, op: &MicroOp, dst: Dst, r: Val, node: &Node) -> bool {
        // The accumulator that the op writes, by its own type; it is the value's only if the banks agree.
        let bank = usize::from(!result_is_int(op));
        let fits = self.bank(r) == if bank == 0 { Bank::Int } else { Bank::Float };
        match dst {
            Dst::None => {
                self.m.inner.push(Inner { val: r, seen: 0, is_call: false });
                true
            }
            Dst::Slot(f) => {
                self.m.stores += 1;
                if op.op == VmOp::Move
                    && let Src::Acc | Src::Facc = op.args[0]
                    && let Some(v) = node.args[0].val()
                {
                    self.note_stored(v, r);
                }
                self.slot(r).is_some_and(|s| self.set(f, s))
            }
            Dst::Arg(f, k) => {
                let fine = self.c.vals[r.index()].home == Home::Arg(u32::from(k));
                fine && self.set(f, i64::from(self.c.frame.window()))
            }
            Dst::Acc => {
                self.m.holds[bank] = Some(Held { val: r, saved: false });
                self.m.inner.push(Inner { val: r, seen: 0, is_call: false });
                fits
            }
            Dst::SlotAndAcc(f) => {
                self.m.stores += 1;
                let val = if fits { r } else { Val::NONE };
                self.m.holds[bank] = Some(Held { val, saved: true });
                self.slot(r).is_some_and(|s| self.set(f, s))
            }
        }
    }

    /// `v` went from an accumulator to `r`'s slot.
    fn note_stored(&mut self, v: Val, r: Val) {
        let inside = self.m.holds.iter_mut().flatten().find(|h| h.val == v);
        match inside {
            Some(h) if v == r => {
                h.saved = true;
                self.m.inner.retain(|i| i.val != v);
            }
            Some(_) => {}
            None => self.m.stored = Some((v, r)),
        }
    }
}

/// Bytes and dispatches of an instruction without its table, in sixteenths of a byte. An escape is two dispatches.
pub(crate) fn cost(variant: &Variant, dispatch: u32) -> u32 {
    let escapes = matches!(variant.opcode, Opcode::Escape(_));
    variant.layout.bytes * BYTE + dispatch * (1 + u32::from(escapes))
}

/// Whether a micro-op's accumulator is the integer one.
fn result_is_int(op: &MicroOp) -> bool {
    let ty = match op.op {
        VmOp::Ir(ir) => ir.info().results.first().and_then(|r| r.resolve(op.ty)).unwrap_or(op.ty),
        _ => op.ty,
    };
    Bank::of(ty) == Bank::Int
}

/// The slot that a value's home is.
pub(crate) fn slot_of(vals: &[ValData], frame: &Frame, v: Val) -> Option<i64> {
    match vals[v.index()].home {
        Home::None => None,
        Home::Slot(s) => Some(i64::from(s)),
        Home::Arg(k) => Some(i64::from(frame.window() * 2 + k)),
        Home::Part(w, half) => Some(slot_of(vals, frame, w)? + i64::from(half)),
    }
}
