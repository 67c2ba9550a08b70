//! Templates that a run of nodes suggests.
//!
//! Owns the forms tried: accumulators where they hold the operand, nibbles or bytes, numbers literal or in fields, results
//! written over an operand. Nothing here is required for correctness: the encoder matches whatever comes out.

use crate::emit::{Arg, Bank, Held, Home, Node, NodeImm, Prepared, Stretch, Val, slot_of};
use crate::isa::{Dst, Field, FieldKind, ImmSrc, MicroOp, Src, Template, VmOp};
use rheo_ir::{Op, Type};
use smallvec::SmallVec;

/// Nodes that one template might cover.
pub(super) struct Run<'a> {
    pub prepared: &'a Prepared,
    pub stretch: &'a Stretch,
    pub begin: usize,
    pub end: usize,
    /// What the accumulators hold before.
    pub before: [Held; 2],
    /// Values that the code behind takes from the accumulators.
    pub wanted: Option<[Val; 2]>,
    /// What the nodes cost now, and a dispatch.
    pub cost: u32,
    pub dispatch: u32,
    /// Most fields.
    pub fields_max: usize,
}

/// Which form to try.
#[derive(Clone, Copy)]
pub(super) struct Form {
    nibbles: bool,
    literals: bool,
    accumulators: bool,
    over_operands: bool,
}

/// Those of title sets, which are for what is executed.
pub(super) const TITLE_FORMS: [Form; 4] = [
    Form { nibbles: true, literals: false, accumulators: true, over_operands: true },
    Form { nibbles: false, literals: false, accumulators: true, over_operands: false },
    Form { nibbles: true, literals: true, accumulators: true, over_operands: true },
    Form { nibbles: false, literals: true, accumulators: true, over_operands: false },
];

pub(super) const FORMS: [Form; 8] = [
    Form { nibbles: true, literals: false, accumulators: true, over_operands: true },
    Form { nibbles: false, literals: false, accumulators: true, over_operands: false },
    Form { nibbles: true, literals: true, accumulators: true, over_operands: true },
    Form { nibbles: false, literals: true, accumulators: true, over_operands: false },
    Form { nibbles: true, literals: false, accumulators: false, over_operands: true },
    Form { nibbles: false, literals: false, accumulators: false, over_operands: false },
    Form { nibbles: true, literals: false, accumulators: true, over_operands: false },
    Form { nibbles: true, literals: true, accumulators: true, over_operands: false },
];

impl Run<'_> {
    /// Templates with what they would save here, in sixteenths of a byte. All differ.
    pub(super) fn candidates(&self, forms: &[Form], opcode_bytes: u32) -> SmallVec<[(Template, f64); 8]> {
        let mut out: SmallVec<[(Template, f64); 8]> = SmallVec::new();
        // Even the shortest form would not pay.
        if self.cost <= opcode_bytes * 16 + self.dispatch {
            return out;
        }
        for &form in forms {
            let mut b = Builder { run: self, form, t: Template::default(), known: SmallVec::new(), table: 0 };
            if b.build().is_none() {
                continue;
            }
            let t = b.t;
            if out.iter().any(|o| o.0 == t) {
                continue;
            }
            let stores = t.ops.iter().flat_map(|m| &m.dsts).filter(|d| matches!(d, Dst::Slot(_) | Dst::SlotAndAcc(_)));
            let dispatches = self.dispatch * if opcode_bytes > 1 { 2 } else { 1 };
            let cost = (t.layout(opcode_bytes).bytes + b.table) * 16 + dispatches + stores.count() as u32;
            if cost < self.cost {
                out.push((t, f64::from(self.cost - cost)));
            }
        }
        out
    }

    fn nodes(&self) -> &[Node] {
        &self.stretch.nodes[self.begin..self.end]
    }
}

struct Builder<'a> {
    run: &'a Run<'a>,
    form: Form,
    t: Template,
    /// Fields made: what they stand for.
    known: SmallVec<[(Known, u8); 8]>,
    table: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Known {
    Value(Val),
    Slot(i64),
    Window,
}

impl Builder<'_> {
    fn build(&mut self) -> Option<()> {
        let run = self.run;
        let nodes = run.nodes();
        let mut acc = run.before.map(|h| h.val);
        for (k, node) in nodes.iter().enumerate() {
            let mut m = MicroOp { op: node.op, ty: node.ty, args: Vec::new(), imm: ImmSrc::None, dsts: Vec::new() };
            if node.op == VmOp::Ir(Op::Ret) {
                for (bank, v) in [node.in_acc, node.in_facc].into_iter().enumerate() {
                    if v != Val::NONE && acc[bank] != v {
                        return None;
                    }
                }
            }
            for (i, &a) in node.args.iter().enumerate() {
                let src = self.arg(a, i, k, &acc, node)?;
                m.args.push(src);
            }
            m.imm = self.imm(node, k)?;
            if node.op.is_call() {
                acc = [node.in_acc, node.in_facc];
            }
            for &r in &node.res {
                let dst = self.dst(r, k, &mut acc, node)?;
                m.dsts.push(dst);
            }
            // Between slots a float is as good as a number.
            let slots_only = m.args.iter().all(|a| matches!(a, Src::Slot(_)))
                && m.dsts.iter().all(|d| matches!(d, Dst::Slot(_) | Dst::Arg(..)));
            if m.op == VmOp::Move && m.ty == Type::F64 && slots_only {
                m.ty = Type::I64;
            }
            self.t.ops.push(m);
        }
        self.even_out();
        self.t.check().ok()
    }

    fn field(&mut self, kind: FieldKind, bits: u8) -> Option<u8> {
        // More would make longer instructions than the escape's.
        if self.t.fields.len() == self.run.fields_max {
            return None;
        }
        self.t.fields.push(Field { kind, bits });
        Some(self.t.fields.len() as u8 - 1)
    }

    fn known(&mut self, k: Known, make: impl FnOnce(&mut Self) -> Option<u8>) -> Option<u8> {
        if let Some(&(_, f)) = self.known.iter().find(|o| o.0 == k) {
            return Some(f);
        }
        let f = make(self)?;
        self.known.push((k, f));
        Some(f)
    }

    fn slot(&self, v: Val) -> Option<i64> {
        slot_of(&self.run.prepared.work.vals, &self.run.prepared.frame, v)
    }

    fn slot_bits(&self, slot: i64) -> Option<u8> {
        match slot {
            0..=15 if self.form.nibbles => Some(4),
            0..=255 => Some(8),
            _ => None,
        }
    }

    fn bank(&self, v: Val) -> Option<usize> {
        match self.run.prepared.work.vals[v.index()].bank {
            Bank::Int => Some(0),
            Bank::Float => Some(1),
            Bank::Wide => None,
        }
    }

    fn arg(&mut self, a: Arg, i: usize, k: usize, acc: &[Val; 2], node: &Node) -> Option<Src> {
        let v = match a {
            Arg::Num(n) => return self.number(node, i, n),
            Arg::Window => return self.window().map(Src::Imm),
            Arg::Sum(..) => return None,
            Arg::Val(v) => v,
        };
        for (j, n) in self.run.nodes()[..k].iter().enumerate() {
            if let Some(r) = n.res.iter().position(|&r| r == v)
                && n.op != VmOp::Move
            {
                // Handlers keep no registers over a call.
                if self.run.nodes()[j + 1..k].iter().any(|n| n.op.is_call()) {
                    return None;
                }
                return Some(Src::Result(j as u8, r as u8));
            }
        }
        let bank = self.bank(v);
        let in_acc = bank.is_some_and(|b| acc[b] == v);
        // Moves between banks read slots.
        let reads_acc = !matches!((node.op, node.ty, bank), (VmOp::Move, Type::I64, Some(1)));
        let only_there = self.run.before.iter().any(|h| h.val == v && !h.saved);
        if in_acc && reads_acc && (self.form.accumulators || only_there) {
            return Some(if bank == Some(0) { Src::Acc } else { Src::Facc });
        }
        let slot = self.slot(v)?;
        let bits = self.slot_bits(slot)?;
        let f = self.known(Known::Value(v), |b| b.field(FieldKind::Slot, bits))?;
        self.known.push((Known::Slot(slot), f));
        Some(Src::Slot(f))
    }

    fn window(&mut self) -> Option<u8> {
        let w = self.run.prepared.frame.window();
        let bits = match w {
            0..=15 if self.form.nibbles => 4,
            0..=255 => 8,
            _ => return None,
        };
        self.known(Known::Window, |b| b.field(FieldKind::Window, bits))
    }

    fn number(&mut self, node: &Node, i: usize, n: i64) -> Option<Src> {
        let kind = match node.op {
            _ if node.op.is_call() => return self.program_number(node, i, n),
            _ => FieldKind::Imm { signed: true, shift: 0 },
        };
        if self.form.literals && (-1..=8).contains(&n) {
            return Some(Src::Lit(n));
        }
        let bits = match n {
            -8..=7 if self.form.nibbles => 4,
            -128..=127 => 8,
            -32768..=32767 => 16,
            _ => 32,
        };
        if (0..16).contains(&n) && self.form.nibbles && bits == 8 {
            return self.field(FieldKind::Imm { signed: false, shift: 0 }, 4).map(Src::Imm);
        }
        if (128..256).contains(&n) {
            return self.field(FieldKind::Imm { signed: false, shift: 0 }, 8).map(Src::Imm);
        }
        i32::try_from(n).ok()?;
        self.field(kind, bits).map(Src::Imm)
    }

    /// Numbers of functions, symbols, descriptors in calls.
    fn program_number(&mut self, node: &Node, i: usize, n: i64) -> Option<Src> {
        let kind = node.op.number_kind(i)?;
        if !matches!(kind, FieldKind::Func | FieldKind::Symbol | FieldKind::Sig) {
            // Rare: the base set will do.
            return None;
        }
        let bits = match (kind, n) {
            (_, 0..=255) => 8,
            (FieldKind::Func, 0..=4095) if self.form.nibbles => 12,
            _ => 16,
        };
        let bits = if kind == FieldKind::Func && bits == 8 { if self.form.nibbles { 12 } else { 16 } } else { bits };
        self.field(kind, bits).map(Src::Imm)
    }

    fn imm(&mut self, node: &Node, k: usize) -> Option<ImmSrc> {
        let run = self.run;
        let unsigned = |shift| FieldKind::Imm { signed: false, shift };
        let signed = FieldKind::Imm { signed: true, shift: 0 };
        let literal = matches!(
            node.op,
            VmOp::Ir(
                Op::Extractlane
                    | Op::Insertlane
                    | Op::Permute
                    | Op::AtomicRmw
                    | Op::Ftosi
                    | Op::Ftoui
                    | Op::FtosiSat
                    | Op::FtouiSat
                    | Op::Fconvert
            )
        );
        let n = match &node.imm {
            NodeImm::None => return Some(ImmSrc::None),
            NodeImm::Num(n) if literal => return Some(ImmSrc::Lit(*n)),
            NodeImm::Num(n) => *n,
            NodeImm::Bits(_) => return None,
            NodeImm::Label(l) => {
                let at = run.begin + k;
                let d = run.prepared.distance(run.stretch, at, *l);
                // A guess: near the limit either may do.
                let bits = if (-120..120).contains(&d) { 8 } else { 16 };
                return self.field(FieldKind::Branch, bits).map(ImmSrc::Field);
            }
            NodeImm::Table(t) => {
                self.table = t.len() as u32 * 2;
                return self.field(FieldKind::Table, 16).map(ImmSrc::Field);
            }
            NodeImm::Frame(slot, offset) => {
                let n = run.prepared.frame.stack[slot.index()] as i64 + offset;
                let eight = n % 8 == 0;
                let (kind, bits) = match n {
                    0..=127 if eight && self.form.nibbles => (unsigned(3), 4),
                    0..=2047 if eight => (unsigned(3), 8),
                    0..=255 => (unsigned(0), 8),
                    -32768..=32767 => (signed, 16),
                    _ => (signed, 32),
                };
                return self.field(kind, bits).map(ImmSrc::Field);
            }
        };
        let VmOp::Ir(op) = node.op else { return None };
        if op == Op::GlobalAddr {
            let bits = match n {
                0..=255 => 8,
                0..=4095 if self.form.nibbles => 12,
                _ => 16,
            };
            return self.field(FieldKind::Symbol, bits).map(ImmSrc::Field);
        }
        let (kind, bits) = match op {
            Op::Load | Op::Store => {
                if self.form.literals && (0..=32).contains(&n) && n % 8 == 0 {
                    return Some(ImmSrc::Lit(n));
                }
                let shift = node.ty.bytes().min(8).trailing_zeros() as u8;
                let aligned = n & ((1 << shift) - 1) == 0;
                match n {
                    0.. if aligned && n >> shift < 16 && self.form.nibbles => (unsigned(shift), 4),
                    0.. if aligned && n >> shift < 256 => (unsigned(shift), 8),
                    -128..=127 => (signed, 8),
                    128..=255 => (unsigned(0), 8),
                    -32768..=32767 => (signed, 16),
                    _ => (signed, 32),
                }
            }
            Op::Const if node.ty == Type::I64 => {
                if self.form.literals && (-1..=8).contains(&n) {
                    return Some(ImmSrc::Lit(n));
                }
                match n {
                    -8..=7 if self.form.nibbles => (signed, 4),
                    -128..=127 => (signed, 8),
                    128..=255 => (unsigned(0), 8),
                    -32768..=32767 => (signed, 16),
                    -2147483648..=2147483647 => (signed, 32),
                    _ => (signed, 64),
                }
            }
            Op::Const if node.ty == Type::F32 => (unsigned(0), 32),
            Op::Const => (unsigned(0), 64),
            _ => return None,
        };
        self.field(kind, bits).map(ImmSrc::Field)
    }

    fn dst(&mut self, r: Val, k: usize, acc: &mut [Val; 2], node: &Node) -> Option<Dst> {
        let run = self.run;
        let p = run.prepared;
        let uses = p.uses[r.index()];
        let inside: u32 =
            run.nodes()[k + 1..].iter().map(|n| n.args.iter().filter(|a| a.val() == Some(r)).count() as u32).sum();
        let data = p.work.vals[r.index()];
        let held_by_ret =
            run.nodes().last().is_some_and(|n| n.op == VmOp::Ir(Op::Ret) && (n.in_acc == r || n.in_facc == r));
        let bank = self.bank(r);
        if inside == uses && node.op != VmOp::Move && !held_by_ret {
            return Some(Dst::None);
        }
        if let Home::Arg(slot) = data.home
            && run.nodes()[k + 1..].iter().any(|n| n.op.is_call())
        {
            let slot = u8::try_from(slot).ok()?;
            return self.window().map(|f| Dst::Arg(f, slot));
        }
        let crosses = matches!((node.op, node.ty, bank), (VmOp::Move, Type::I64, Some(1)));
        let is_last_use = |v: Val| uses == 1 && run.wanted.is_some_and(|w| w.contains(&v));
        let only_acc = bank.is_some() && !crosses && ((inside == 0 && is_last_use(r)) || held_by_ret) && !data.fixed;
        if only_acc {
            acc[bank?] = r;
            return Some(Dst::Acc);
        }
        let slot = self.slot(r)?;
        let bits = self.slot_bits(slot)?;
        let field = if self.form.over_operands {
            let f = self.known(Known::Slot(slot), |b| b.field(FieldKind::Slot, bits))?;
            self.known.push((Known::Value(r), f));
            f
        } else {
            let f = self.field(FieldKind::Slot, bits)?;
            self.known.retain(|o| o.0 != Known::Slot(slot));
            self.known.push((Known::Slot(slot), f));
            self.known.push((Known::Value(r), f));
            f
        };
        // Copies and constants leave the accumulators alone.
        let keeps =
            matches!(node.op, VmOp::Move | VmOp::Ir(Op::Const)) || data.fixed || bank.is_none() || node.res.len() > 1;
        if keeps {
            return Some(Dst::Slot(field));
        }
        acc[bank?] = r;
        Some(Dst::SlotAndAcc(field))
    }

    /// An odd number of nibbles would leave one unused: some field may as well be a byte.
    fn even_out(&mut self) {
        let halves = self.t.fields.iter().filter(|f| matches!(f.bits, 4 | 12)).count();
        if halves % 2 == 0 {
            return;
        }
        let imm = |f: &Field| matches!(f.kind, FieldKind::Imm { .. });
        let nibbles = || self.t.fields.iter().enumerate().filter(|f| f.1.bits == 4);
        let widen = nibbles().rev().find(|f| imm(f.1)).or_else(|| nibbles().next_back()).map(|f| f.0);
        match widen {
            Some(i) => self.t.fields[i].bits = 8,
            None => {
                if let Some(f) = self.t.fields.iter_mut().find(|f| f.bits == 12) {
                    f.bits = 16;
                }
            }
        }
    }
}
