//! Legalisation: a node that no template of the instruction set covers, spelt out in such as every set has.
//!
//! Owns which nodes these are, found by tiling, and what stands for each op (the files below). It comes after all else that
//! makes nodes, so whatever these are, the base set encodes them; and templates for several ops are used as far as they go.
//! Regions that are machine code are no nodes and stay what they are.

mod conversion;
mod expansion;
mod float;
mod integer;
mod memory;
mod vector;
mod wide;

use super::flow::Stretch;
use super::node::{Arg, Bank, Home, Label, Node, NodeImm, Val, ValData};
use super::select::{Context, Held, select};
use super::{EmitError, Prepared};
use crate::isa::{Dst, FieldKind, ImmSrc, NativeKind, Src, VmOp};
use crate::patterns::{Patterns, commutes, other_type};
use expansion::Expansion;
use rheo_ir::{Op, Rule, Type};
use rustc_hash::FxHashSet;

/// Slots that a function has within reach for temporaries.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Room {
    pub first: u32,
    pub slots: u32,
}

/// Why a function could not be legalised.
pub(crate) enum Short {
    /// So much room is needed.
    Room(u32),
    Failed(EmitError),
}

/// An op, its type, and which of its operands are numbers.
type Form = (VmOp, Type, u8);

fn form(op: VmOp, ty: Type, numbers: impl Iterator<Item = bool>) -> Form {
    let bits = numbers.enumerate().fold(0, |bits, (i, is_number)| bits | (u8::from(is_number) << i));
    // Either of two operands that change places.
    (op, ty, if commutes(op) && bits == 1 { 2 } else { bits })
}

/// Legalises a prepared function for these dialects.
pub(crate) fn legalise(prepared: &mut Prepared, dialects: &[&Patterns]) -> Result<(), Short> {
    let each = dialects.iter().flat_map(|p| &p.shapes).flat_map(|s| &s.ops);
    let is_number = |src: &Src| matches!(src, Src::Imm(_) | Src::Lit(_));
    let known = each.map(|op| form(op.op, op.ty, op.args.iter().map(is_number))).collect();
    let next_label = prepared.stretches.iter().map(|s| s.label.0 + 1).max().unwrap_or(0);
    let mut l = Legaliser { prepared, dialects, known, next_label };
    let mut i = 0;
    // Loops make stretches on the way.
    while i < l.prepared.stretches.len() {
        l.stretch(i)?;
        i += 1;
    }
    prepared.survey();
    Ok(())
}

struct Legaliser<'a> {
    prepared: &'a mut Prepared,
    dialects: &'a [&'a Patterns],
    /// What some template has, maybe among other ops.
    known: FxHashSet<Form>,
    next_label: u32,
}

impl Legaliser<'_> {
    fn stretch(&mut self, i: usize) -> Result<(), Short> {
        let mut k = 0;
        while let Some(node) = self.prepared.stretches[i].nodes.get(k) {
            k = if self.is_known(node) { k + 1 } else { self.spell_out(i, k)? };
        }
        // What no template covers in its place.
        for d in 0..self.dialects.len() {
            while let Some(k) = self.stuck(i, self.dialects[d]) {
                self.spell_out(i, k)?;
            }
        }
        Ok(())
    }

    fn is_known(&self, node: &Node) -> bool {
        let numbers = || node.args.iter().map(|a| matches!(a, Arg::Num(_) | Arg::Window));
        let types = [Some(node.ty), other_type(node.op, node.ty)];
        types.into_iter().flatten().any(|ty| self.known.contains(&form(node.op, ty, numbers())))
    }

    /// The node up to which templates lead.
    fn stuck(&self, i: usize, patterns: &Patterns) -> Option<usize> {
        let p = &self.prepared;
        let nodes = &p.stretches[i].nodes;
        let context = Context {
            patterns,
            vals: &p.work.vals,
            uses: &p.uses,
            frame: &p.frame,
            distance: &|_, _| 0,
            dispatch: 1,
            wish: [None; 2],
        };
        if nodes.is_empty() { None } else { select(&context, nodes, [Held::NOTHING; 2]).err() }
    }

    /// Replaces node `k` of stretch `i`, and gives the place behind it; that of the stretch's end if a loop ends it.
    fn spell_out(&mut self, i: usize, k: usize) -> Result<usize, Short> {
        let node = self.prepared.stretches[i].nodes[k].clone();
        if node.op == VmOp::Ir(Op::Ret) && !node.pinned {
            self.bring(i, k);
            return Ok(k);
        }
        let p = &mut *self.prepared;
        let label = Label(self.next_label);
        let values = p.work.vals.len();
        let mut x = Expansion::new(&mut p.work, &p.frame, node.loc);
        let has = |node: &Node| self.dialects.iter().all(|patterns| has_alone(patterns, node));
        if spell(&mut x, &node, label, &has).is_none() {
            return Err(Short::Failed(EmitError::no_template(&node)));
        }
        let slots = x.place(p.room.first);
        if slots > p.room.slots {
            return Err(Short::Room(slots));
        }
        let (nodes, turn) = (x.nodes, x.turn);
        p.uses.resize(p.work.vals.len(), 0);
        for v in nodes.iter().flat_map(Node::uses) {
            let uses = &mut p.uses[v.index()];
            *uses = uses.saturating_add(1);
            // Halves are read that no operand shows.
            let whole = p.work.whole(v);
            if whole != v {
                p.uses[whole.index()] = u32::MAX;
            }
        }
        for (uses, data) in p.uses[values..].iter_mut().zip(&p.work.vals[values..]) {
            if data.fixed {
                *uses = u32::MAX;
            }
        }
        let count = nodes.len();
        p.stretches[i].nodes.splice(k..=k, nodes);
        let Some((turn, label)) = turn else { return Ok(k + count) };
        let from = &mut p.stretches[i];
        let rest = Stretch { label, nodes: from.nodes.split_off(k + turn), depth: from.depth, blocks: from.blocks };
        p.stretches.insert(i + 1, rest);
        p.dispatch.insert(i + 1, p.dispatch[i]);
        self.next_label += 1;
        Ok(k + turn)
    }
}

impl Legaliser<'_> {
    /// Brings what the return at `k` gives from slots to the accumulators, once.
    fn bring(&mut self, i: usize, k: usize) {
        let Prepared { stretches, work, uses, .. } = &mut *self.prepared;
        let nodes = &mut stretches[i].nodes;
        // Before the further results go to the first slots, where these may be.
        let is_first_slot = |r: &Val| matches!(work.vals[r.index()], ValData { fixed: true, home: Home::Slot(_), .. });
        let is_placed = |n: &Node| n.res.iter().all(is_first_slot);
        let at = nodes[..k].iter().rposition(|n| n.res.is_empty() || !is_placed(n)).map_or(0, |last| last + 1);
        let mut ret = nodes[k].clone();
        ret.pinned = true;
        let mut bringing = Vec::new();
        for (held, bank) in [(&mut ret.in_facc, Bank::Float), (&mut ret.in_acc, Bank::Int)] {
            if *held == Val::NONE {
                continue;
            }
            let slots = work.vals[held.index()].slots;
            let ty = match (bank, slots) {
                (Bank::Int, _) => Type::I64,
                (_, 2) => Type::I8x16,
                _ => Type::F64,
            };
            let there = work.new_val(bank, slots);
            uses.resize(work.vals.len(), 1);
            uses[held.index()] = uses[held.index()].saturating_add(1);
            bringing.push(Node::new(VmOp::Move, ty, &[Arg::Val(*held)], NodeImm::None, &[there], ret.loc));
            *held = there;
        }
        nodes[k] = ret;
        nodes.splice(at..at, bringing);
    }
}

/// Whether a template of one op takes the node from slots and to slots.
fn has_alone(patterns: &Patterns, node: &Node) -> bool {
    let types = [Some(node.ty), other_type(node.op, node.ty)];
    let steps = types.into_iter().flatten().filter_map(|ty| patterns.next(patterns.root(), node.op, ty));
    let mut shapes = steps.flat_map(|step| &step.shapes).map(|&s| &patterns.shapes[s as usize]);
    shapes.any(|shape| {
        let [op] = shape.ops.as_slice() else { return false };
        let imm = match (op.imm, &node.imm) {
            (ImmSrc::Lit(n), NodeImm::Num(m)) => n == *m,
            (ImmSrc::Lit(n), NodeImm::None) => n == 0,
            (ImmSrc::Lit(_), _) => false,
            (ImmSrc::None, imm) => matches!(imm, NodeImm::None | NodeImm::Num(0)),
            (ImmSrc::Field(_), _) => true,
        };
        let is_slots = op.args.iter().all(|a| matches!(a, Src::Slot(_)))
            && op.dsts.iter().all(|d| matches!(d, Dst::Slot(_) | Dst::SlotAndAcc(_)));
        let is_wide = shape.variants.iter().any(|v| {
            v.fields.iter().all(|f| match f.kind {
                FieldKind::Slot => f.bits >= 8,
                FieldKind::Imm { shift, .. } => shift == 0 && f.bits >= 32,
                _ => f.bits >= 32,
            })
        });
        imm && is_slots && is_wide
    })
}

/// Appends what stands for `node`. `has`: whether the set has a template for a node by itself, all of it in slots.
fn spell(x: &mut Expansion<'_>, node: &Node, label: Label, has: &dyn Fn(&Node) -> bool) -> Option<()> {
    let op = match node.op {
        VmOp::Ir(op) => op,
        _ => {
            let mut call = node.clone();
            call.op = wider_call(node.op)?;
            x.nodes.push(call);
            return Some(());
        }
    };
    if op == Op::Switch {
        return switch(x, node);
    }
    let args: Vec<Val> = node.args.iter().map(|&a| x.val(a)).collect::<Option<_>>()?;
    let mut alone = node.clone();
    alone.args = args.iter().map(|&v| Arg::Val(v)).collect();
    if has(&alone) {
        x.nodes.push(alone);
        // Else it is not for want of a template.
        return has_numbers(node).then_some(());
    }
    let computed = computed(x, op, node, &args, label)?;
    let narrow = |r: &Rule| r.resolve(node.ty).filter(|t| t.is_int() && t.bytes() < 8);
    let is_boolean = op.info().results == [Rule::Mask] && !node.ty.is_vector();
    let from_low_bits = matches!(node.ty, Type::I64);
    let computed: Vec<Val> = match (op.info().results, computed.as_slice()) {
        // What is narrower than its slot is zero-extended there.
        ([rule], &[v]) if !is_boolean && !from_low_bits && narrow(rule).is_some() => {
            let bits = narrow(rule).expect("just looked at").bytes() * 8;
            vec![x.zext(v, bits)]
        }
        ([Rule::T, _], &[v, flag]) if !from_low_bits && narrow(&Rule::T).is_some() => {
            vec![x.zext(v, node.ty.bytes() * 8), flag]
        }
        _ => computed,
    };
    x.finish(&node.res, &computed);
    Some(())
}

/// The slots of the results.
fn computed(x: &mut Expansion<'_>, op: Op, node: &Node, args: &[Val], label: Label) -> Option<Vec<Val>> {
    let ty = node.ty;
    let bits = ty.bytes() * 8;
    let from = match node.imm {
        NodeImm::Num(n) => usize::try_from(n).ok().and_then(|n| Type::ALL.get(n)).copied(),
        _ => Type::ALL.first().copied(),
    };
    Some(match op {
        Op::Const => match node.imm {
            NodeImm::Num(n) => vec![x.num(n)],
            NodeImm::Bits(bits) => x.wide_number(bits as i128).to_vec(),
            _ => return None,
        },
        Op::Sext8 => vec![x.sext(args[0], 8)],
        Op::Sext16 => vec![x.sext(args[0], 16)],
        Op::Sext32 => vec![x.sext(args[0], 32)],
        Op::Zext8 => vec![x.zext(args[0], 8)],
        Op::Zext16 => vec![x.zext(args[0], 16)],
        Op::Zext32 => vec![x.zext(args[0], 32)],
        Op::Load if ty.bytes() == 16 => x.load(ty, args[0], &node.imm),
        Op::Store if ty.bytes() == 16 => {
            x.store(ty, args[0], args[1], &node.imm);
            Vec::new()
        }
        Op::AtomicLoad | Op::AtomicStore | Op::AtomicRmw => x.atomic(op, ty, &node.imm, args, label)?,
        Op::Sitof32 | Op::Uitof32 => x.float_from_int(ty, op == Op::Sitof32, 32, args[0]),
        Op::Sitof64 | Op::Uitof64 => x.float_from_int(ty, op == Op::Sitof64, 64, args[0]),
        Op::Fconvert => x.float_convert(ty, from?, args[0]),
        Op::Ftosi | Op::Ftoui => x.int_from_float(op == Op::Ftosi, bits, from?, args[0]),
        Op::FtosiSat | Op::FtouiSat => x.int_from_float_saturating(op == Op::FtosiSat, bits, from?, args[0]),
        // The controlling type is the result's, or the operands'.
        _ if ty.is_vector() => x.vector(op, ty, &node.imm, args)?,
        Op::Select if ty.bytes() == 16 => {
            let (a, b) = (x.halves(args[1]), x.halves(args[2]));
            x.wide_select(args[0], a, b).to_vec()
        }
        Op::Select => vec![x.select(args[0], args[1], args[2])],
        _ if ty == Type::F80 && op.info().results == [Rule::Mask] => vec![x.float_compare(op, ty, args[0], args[1])],
        _ if ty == Type::F80 => x.f80(op, args)?.to_vec(),
        _ if ty.is_float() => vec![x.float(op, ty, args)?],
        Op::SaddOf | Op::UaddOf | Op::SsubOf | Op::UsubOf | Op::SmulOf | Op::UmulOf if ty == Type::I128 => {
            let (a, b) = (x.halves(args[0]), x.halves(args[1]));
            let (r, over) = x.wide_overflow(op, a, b);
            vec![r[0], r[1], over]
        }
        Op::SaddOf | Op::UaddOf | Op::SsubOf | Op::UsubOf | Op::SmulOf | Op::UmulOf => {
            x.overflow(op, bits, args[0], args[1]).to_vec()
        }
        _ if ty == Type::I128 => {
            let a = x.halves(*args.first()?);
            let b = args.get(1).map_or(a, |&b| x.halves(b));
            match op.info().results {
                [Rule::Mask] => vec![x.wide_compare(op, a, b)],
                _ => x.wide(op, a, b)?.to_vec(),
            }
        }
        _ if ty.is_int() => vec![x.integer(op, bits, args)?],
        _ => return None,
    })
}

/// Whether numbers are among the operands.
fn has_numbers(node: &Node) -> bool {
    node.args.iter().any(|a| matches!(a, Arg::Num(_)))
}

/// A table of 64-bit numbers from 0 on.
fn switch(x: &mut Expansion<'_>, node: &Node) -> Option<()> {
    let &[Arg::Val(v), Arg::Num(low), Arg::Num(span)] = node.args.as_slice() else { return None };
    if node.ty == Type::I64 && low == 0 {
        return None;
    }
    let low = x.num(low);
    let v = x.sub(v, low);
    let v = x.zext(v, node.ty.bytes() * 8);
    let args = [Arg::Val(v), Arg::Num(0), Arg::Num(span)];
    x.push(VmOp::Ir(Op::Switch), Type::I64, &args, node.imm.clone(), &[]);
    Some(())
}

/// The call that does the same and more.
fn wider_call(op: VmOp) -> Option<VmOp> {
    let wider = |kind| match kind {
        NativeKind::Ints2 | NativeKind::Ints4 => Some(NativeKind::Ints6),
        NativeKind::Floats2 => Some(NativeKind::Floats8),
        NativeKind::Ints6 | NativeKind::Floats8 | NativeKind::Generic => None,
    };
    match op {
        VmOp::CallNative(kind) => wider(kind).map(VmOp::CallNative),
        VmOp::CallIndirect(kind) => wider(kind).map(VmOp::CallIndirect),
        _ => None,
    }
}
