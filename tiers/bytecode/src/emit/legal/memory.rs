//! Accesses to memory in parts of up to 8 bytes, and atomics by comparing and exchanging.

use super::expansion::Expansion;
use crate::emit::node::{Arg, Label, NodeImm, Val};
use crate::isa::VmOp;
use rheo_ir::{Op, RmwKind, Type};

impl Expansion<'_> {
    fn access(&mut self, address: Val, imm: &NodeImm, by: i64) -> (Val, NodeImm) {
        let offset = if let NodeImm::Num(n) = *imm { n } else { 0 };
        let at = |n: i64| if n == 0 { NodeImm::None } else { NodeImm::Num(n) };
        if i32::try_from(offset + by).is_ok() {
            return (address, at(offset + by));
        }
        let by = self.num(by);
        (self.add(address, by), at(offset))
    }

    /// The parts of 16 bytes in memory.
    fn parts(ty: Type) -> [Type; 2] {
        [Type::I64, if ty == Type::F80 { Type::I16 } else { Type::I64 }]
    }

    pub(super) fn load(&mut self, ty: Type, address: Val, imm: &NodeImm) -> Vec<Val> {
        let parts = Self::parts(ty);
        let loaded = [0, 1].map(|i| {
            let (base, imm) = self.access(address, imm, 8 * i as i64);
            self.op(Op::Load, parts[i], &[base], imm)
        });
        loaded.into()
    }

    pub(super) fn store(&mut self, ty: Type, v: Val, address: Val, imm: &NodeImm) {
        let halves = self.halves(v);
        for (i, part) in Self::parts(ty).into_iter().enumerate() {
            let (base, imm) = self.access(address, imm, 8 * i as i64);
            self.push(VmOp::Ir(Op::Store), part, &[Arg::Val(halves[i]), Arg::Val(base)], imm, &[]);
        }
    }

    fn fence(&mut self) {
        self.push(VmOp::Ir(Op::Fence), Type::I64, &[], NodeImm::None, &[]);
    }

    /// What was there before an atomic access, in slots.
    pub(super) fn atomic(&mut self, op: Op, ty: Type, imm: &NodeImm, args: &[Val], label: Label) -> Option<Vec<Val>> {
        Some(match op {
            // By an exchange of zero for zero.
            Op::AtomicLoad if ty == Type::I128 => {
                let zero = self.num(0);
                let zero = self.joined([zero, zero]);
                let old = self.wide_op(Op::AtomicCas, ty, &[args[0], zero, zero], NodeImm::None);
                self.halves(old).into()
            }
            // One instruction's access is whole.
            Op::AtomicLoad => {
                self.fence();
                let v = self.op(Op::Load, ty, &[args[0]], NodeImm::None);
                self.fence();
                vec![v]
            }
            Op::AtomicStore if ty == Type::I128 => {
                self.exchange(ty, RmwKind::Xchg, args[1], args[0], label);
                Vec::new()
            }
            Op::AtomicStore => {
                self.fence();
                self.push(VmOp::Ir(Op::Store), ty, &[Arg::Val(args[0]), Arg::Val(args[1])], NodeImm::None, &[]);
                self.fence();
                Vec::new()
            }
            Op::AtomicRmw => {
                let NodeImm::Num(n) = *imm else { return self.atomic(op, ty, &NodeImm::Num(0), args, label) };
                let kind = *RmwKind::ALL.get(usize::try_from(n).ok()?)?;
                self.exchange(ty, kind, args[0], args[1], label)
            }
            _ => return None,
        })
    }

    /// Exchanges until nobody came between.
    fn exchange(&mut self, ty: Type, kind: RmwKind, address: Val, operand: Val, label: Label) -> Vec<Val> {
        let wide = ty == Type::I128;
        let slots = ty.slots() as usize;
        let first = match wide {
            true => self.load(ty, address, &NodeImm::None),
            false => vec![self.op(Op::Load, ty, &[address], NodeImm::None)],
        };
        // What is expected, turn by turn in the same slots.
        let expected: Vec<Val> = (0..slots).map(|_| self.temp(1)).collect();
        for (&from, &to) in first.iter().zip(&expected) {
            self.copy(from, to);
        }
        self.turn = Some((self.nodes.len(), label));
        let operand: Vec<Val> = if wide { self.halves(operand).into() } else { vec![operand] };
        let new = self.modified(ty, kind, &expected, &operand);
        let (old, same) = if wide {
            let (e, n) = (self.joined([expected[0], expected[1]]), self.joined([new[0], new[1]]));
            let old = self.wide_op(Op::AtomicCas, ty, &[address, e, n], NodeImm::None);
            let old = self.halves(old);
            let same = self.wide_compare(Op::Ieq, old, [expected[0], expected[1]]);
            (old.to_vec(), same)
        } else {
            let old = self.op(Op::AtomicCas, ty, &[address, expected[0], new[0]], NodeImm::None);
            let same = self.eq(old, expected[0]);
            (vec![old], same)
        };
        let differs = self.not(same);
        for (&from, &to) in old.iter().zip(&expected) {
            self.copy(from, to);
        }
        self.push(VmOp::Ir(Op::BrIf), Type::I64, &[Arg::Val(differs)], NodeImm::Label(label), &[]);
        // A node behind the branch: it is not the end of the stretch, so nothing is taken to be in accumulators there.
        expected
            .iter()
            .map(|&v| {
                let r = self.temp(1);
                self.copy(v, r);
                r
            })
            .collect()
    }

    fn modified(&mut self, ty: Type, kind: RmwKind, old: &[Val], operand: &[Val]) -> Vec<Val> {
        let op = match kind {
            RmwKind::Xchg => return operand.to_vec(),
            RmwKind::Add => Op::Iadd,
            RmwKind::Sub => Op::Isub,
            RmwKind::And | RmwKind::Nand => Op::And,
            RmwKind::Or => Op::Or,
            RmwKind::Xor => Op::Xor,
            RmwKind::Smax => Op::Smax,
            RmwKind::Smin => Op::Smin,
            RmwKind::Umax => Op::Umax,
            RmwKind::Umin => Op::Umin,
        };
        let mut new = match (old, operand) {
            (&[a, b], &[x, y]) => self.wide(op, [a, b], [x, y]).expect("an op on integers").to_vec(),
            _ => vec![self.integer(op, ty.bytes() * 8, &[old[0], operand[0]]).expect("an op on integers")],
        };
        if kind == RmwKind::Nand {
            for v in &mut new {
                *v = self.flip(*v);
            }
        }
        new
    }
}
