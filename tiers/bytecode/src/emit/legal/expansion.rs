//! A node being spelt out: new nodes over temporaries, and the slots of these.
//!
//! Owns the means. What each op becomes stands in the files beside this one.

use crate::emit::node::{Arg, Bank, Home, Label, Node, NodeImm, Val, Work};
use crate::emit::select::slot_of;
use crate::emit::slots::Frame;
use crate::isa::VmOp;
use rheo_ir::{Op, SrcLoc, Type};
use rustc_hash::FxHashMap;

/// Slots that instructions can name by a byte.
const NEAR: i64 = 1 << 8;

/// The nodes that stand for one. Values of up to 8 bytes are the bits that their slots hold; those of 16 bytes are two such.
pub(super) struct Expansion<'a> {
    pub work: &'a mut Work,
    frame: &'a Frame,
    pub nodes: Vec<Node>,
    loc: SrcLoc,
    temps: Vec<Val>,
    numbers: FxHashMap<i64, Val>,
    /// Where a loop starts among the nodes, if there is one, and the label that leads back there.
    pub turn: Option<(usize, Label)>,
}

/// Low and high half of 16 bytes.
pub(super) type Pair = [Val; 2];

impl<'a> Expansion<'a> {
    pub(super) fn new(work: &'a mut Work, frame: &'a Frame, loc: SrcLoc) -> Expansion<'a> {
        Expansion { work, frame, nodes: Vec::new(), loc, temps: Vec::new(), numbers: FxHashMap::default(), turn: None }
    }

    /// A new temporary of so many slots.
    pub(super) fn temp(&mut self, slots: u32) -> Val {
        let v = self.work.new_val(if slots == 2 { Bank::Wide } else { Bank::Int }, slots);
        self.temps.push(v);
        v
    }

    pub(super) fn push(&mut self, op: VmOp, ty: Type, args: &[Arg], imm: NodeImm, res: &[Val]) {
        self.nodes.push(Node::new(op, ty, args, imm, res, self.loc));
    }

    /// An op with values for operands and one result of up to 8 bytes.
    pub(super) fn op(&mut self, op: Op, ty: Type, args: &[Val], imm: NodeImm) -> Val {
        let r = self.temp(1);
        let args: Vec<Arg> = args.iter().map(|&v| Arg::Val(v)).collect();
        self.push(VmOp::Ir(op), ty, &args, imm, &[r]);
        r
    }

    /// The same with a result of 16 bytes.
    pub(super) fn wide_op(&mut self, op: Op, ty: Type, args: &[Val], imm: NodeImm) -> Val {
        let r = self.temp(2);
        let args: Vec<Arg> = args.iter().map(|&v| Arg::Val(v)).collect();
        self.push(VmOp::Ir(op), ty, &args, imm, &[r]);
        r
    }

    /// A number.
    pub(super) fn num(&mut self, n: i64) -> Val {
        if let Some(&v) = self.numbers.get(&n) {
            return v;
        }
        let v = self.temp(1);
        self.push(VmOp::Ir(Op::Const), Type::I64, &[], NodeImm::Num(n), &[v]);
        self.numbers.insert(n, v);
        v
    }

    pub(super) fn copy(&mut self, from: Val, to: Val) {
        self.push(VmOp::Move, Type::I64, &[Arg::Val(from)], NodeImm::None, &[to]);
    }

    /// An operand as a value.
    pub(super) fn val(&mut self, arg: Arg) -> Option<Val> {
        match arg {
            Arg::Val(v) => Some(v),
            Arg::Num(n) => Some(self.num(n)),
            Arg::Window | Arg::Sum(..) => None,
        }
    }

    /// The halves of 16 bytes.
    pub(super) fn halves(&mut self, v: Val) -> Pair {
        [0, 1].map(|half| {
            let part = self.part(v, half);
            let is_far = slot_of(&self.work.vals, self.frame, part).is_some_and(|slot| slot >= NEAR);
            if !is_far {
                return part;
            }
            let near = self.temp(1);
            self.copy(part, near);
            near
        })
    }

    fn part(&mut self, v: Val, half: u32) -> Val {
        self.work.at_home(Bank::Int, 1, Home::Part(v, half))
    }

    /// 16 bytes in neighbouring slots.
    pub(super) fn joined(&mut self, halves: Pair) -> Val {
        let v = self.temp(2);
        self.put(halves, v);
        v
    }

    fn put(&mut self, halves: Pair, to: Val) {
        for (half, from) in (0..).zip(halves) {
            let part = self.part(to, half);
            self.copy(from, part);
        }
    }

    /// Makes the node's results: what was computed, all of it before.
    pub(super) fn finish(&mut self, res: &[Val], computed: &[Val]) {
        let mut computed = computed.to_vec();
        if computed.len() > 1 {
            // What is an operand may be where the results go.
            for v in &mut computed {
                if !self.temps.contains(v) {
                    let aside = self.temp(1);
                    self.copy(*v, aside);
                    *v = aside;
                }
            }
        }
        let mut computed = computed.into_iter();
        let mut next = || computed.next().expect("a value for each slot of the results");
        for (i, &r) in res.iter().enumerate() {
            let low = next();
            if self.work.vals[r.index()].slots == 2 {
                let high = next();
                self.put([low, high], r);
                continue;
            }
            match self.nodes.last_mut() {
                // What computed it last writes it where it belongs.
                Some(last) if i == 0 && res.len() == 1 && self.temps.contains(&low) && last.res.as_slice() == [low] => {
                    last.res[0] = r;
                }
                _ => self.copy(low, r),
            }
        }
    }

    /// Gives the temporaries slots from `first` on. Gives the number of slots taken.
    pub(super) fn place(&mut self, first: u32) -> u32 {
        let mut last: FxHashMap<Val, usize> = FxHashMap::default();
        for (i, node) in self.nodes.iter().enumerate() {
            // Around a loop all live on.
            let at = if self.turn.is_some() { usize::MAX } else { i };
            for v in node.uses().chain(node.defs()) {
                last.insert(self.work.whole(v), at);
            }
        }
        let mut taken: Vec<Option<usize>> = Vec::new();
        for (i, node) in self.nodes.iter().enumerate() {
            taken.iter_mut().filter(|t| t.is_some_and(|until| until < i)).for_each(|t| *t = None);
            for v in node.defs() {
                let v = self.work.whole(v);
                let data = &mut self.work.vals[v.index()];
                if data.home != Home::None || !self.temps.contains(&v) {
                    continue;
                }
                let slots = data.slots as usize;
                let is_free = |t: &Option<Option<usize>>| t.is_none_or(|t| t.is_none());
                let mut at = 0;
                while !(at..at + slots).all(|s| is_free(&taken.get(s).copied())) {
                    at += 1;
                }
                if taken.len() < at + slots {
                    taken.resize(at + slots, None);
                }
                taken[at..at + slots].fill(Some(last[&v]));
                data.home = Home::Slot(first + at as u32);
            }
        }
        taken.len() as u32
    }
}

/// Integer arithmetic on 64 bits.
impl Expansion<'_> {
    pub(super) fn int(&mut self, op: Op, args: &[Val]) -> Val {
        self.op(op, Type::I64, args, NodeImm::None)
    }

    pub(super) fn add(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Iadd, &[a, b])
    }

    pub(super) fn sub(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Isub, &[a, b])
    }

    pub(super) fn mul(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Imul, &[a, b])
    }

    pub(super) fn and(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::And, &[a, b])
    }

    pub(super) fn or(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Or, &[a, b])
    }

    pub(super) fn xor(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Xor, &[a, b])
    }

    pub(super) fn mask(&mut self, a: Val, bits: i64) -> Val {
        let bits = self.num(bits);
        self.and(a, bits)
    }

    /// Shifted by a number below 64.
    pub(super) fn shift(&mut self, op: Op, a: Val, by: u32) -> Val {
        if by == 0 {
            return a;
        }
        let by = self.num(i64::from(by));
        self.int(op, &[a, by])
    }

    /// The opposite of a boolean.
    pub(super) fn not(&mut self, boolean: Val) -> Val {
        let one = self.num(1);
        self.xor(boolean, one)
    }

    /// All bits flipped.
    pub(super) fn flip(&mut self, a: Val) -> Val {
        let ones = self.num(-1);
        self.xor(a, ones)
    }

    pub(super) fn eq(&mut self, a: Val, b: Val) -> Val {
        self.int(Op::Ieq, &[a, b])
    }

    pub(super) fn ne(&mut self, a: Val, b: Val) -> Val {
        let same = self.eq(a, b);
        self.not(same)
    }

    pub(super) fn select(&mut self, c: Val, a: Val, b: Val) -> Val {
        self.int(Op::Select, &[c, a, b])
    }

    /// All ones if negative, else zero.
    pub(super) fn sign(&mut self, a: Val) -> Val {
        self.shift(Op::Ashr, a, 63)
    }

    pub(super) fn zext(&mut self, a: Val, bits: u32) -> Val {
        match bits {
            8 => self.int(Op::Zext8, &[a]),
            16 => self.mask(a, 0xffff),
            32 => self.int(Op::Zext32, &[a]),
            _ => a,
        }
    }

    pub(super) fn sext(&mut self, a: Val, bits: u32) -> Val {
        match bits {
            8 => self.int(Op::Sext8, &[a]),
            16 => self.int(Op::Sext16, &[a]),
            32 => self.int(Op::Sext32, &[a]),
            _ => a,
        }
    }

    /// The operand that is less, or greater, as `op` says of operands that compare at 64 bits.
    pub(super) fn extremum(&mut self, op: Op, a: Val, b: Val) -> Val {
        let less = match op {
            Op::Smin => self.int(Op::Islt, &[a, b]),
            Op::Smax => self.int(Op::Islt, &[b, a]),
            Op::Umin => self.int(Op::Iult, &[a, b]),
            _ => self.int(Op::Iult, &[b, a]),
        };
        self.select(less, a, b)
    }

    /// Brought between two numbers, as signed.
    pub(super) fn clamp(&mut self, a: Val, low: i64, high: i64) -> Val {
        let (low, high) = (self.num(low), self.num(high));
        let a = self.extremum(Op::Smax, a, low);
        self.extremum(Op::Smin, a, high)
    }
}
