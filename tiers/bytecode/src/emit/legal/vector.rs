//! Vectors, lane by lane, and what can be done with all bits at once by halves.

use super::expansion::{Expansion, Pair};
use super::float::is_comparison;
use crate::emit::node::{NodeImm, Val};
use rheo_ir::{Op, Rule, Type};

/// The bits of a lane.
fn width(ty: Type) -> u32 {
    ty.lane().bytes() * 8
}

impl Expansion<'_> {
    /// A lane, its bits above those of the lane zero.
    fn lane(&mut self, v: Pair, bits: u32, lane: u32) -> Val {
        let at = lane * bits;
        let half = v[(at / 64) as usize];
        let low = self.shift(Op::Lshr, half, at % 64);
        if at % 64 + bits == 64 { low } else { self.zext(low, bits) }
    }

    /// Lanes put together, of which anything may be above their bits.
    fn lanes(&mut self, bits: u32, mut lane: impl FnMut(&mut Self, u32) -> Val) -> Pair {
        [0, 1].map(|half| {
            let mut all: Option<Val> = None;
            let count = 64 / bits;
            for i in 0..count {
                let v = lane(self, half * count + i);
                let v = if i + 1 == count { v } else { self.zext(v, bits) };
                let v = self.shift(Op::Shl, v, i * bits);
                all = Some(all.map_or(v, |others| self.or(others, v)));
            }
            all.expect("there are lanes")
        })
    }

    /// What an op on vectors computes: its slots.
    pub(super) fn vector(&mut self, op: Op, ty: Type, imm: &NodeImm, args: &[Val]) -> Option<Vec<Val>> {
        let bits = width(ty);
        let number = if let NodeImm::Num(n) = *imm { n } else { 0 };
        let is_vector = |i: usize| op.info().args[i].resolve(ty).is_some_and(Type::is_vector);
        let halves: Vec<Pair> =
            args.iter().enumerate().map(|(i, &v)| if is_vector(i) { self.halves(v) } else { [v; 2] }).collect();
        let a = *halves.first()?;
        let b = halves.get(1).copied().unwrap_or(a);
        let pair = match op {
            Op::And | Op::Or | Op::Xor => self.each(op, a, b),
            Op::Bitselect => [0, 1].map(|i| {
                // Where the mask has ones, the difference turns the third into the second.
                let differing = self.xor(b[i], halves[2][i]);
                let differing = self.and(differing, a[i]);
                self.xor(halves[2][i], differing)
            }),
            Op::Select => self.wide_select(a[0], b, halves[2]),
            Op::Splat => self.lanes(bits, |_, _| a[0]),
            Op::Extractlane => return Some(vec![self.lane(a, bits, number as u32)]),
            Op::Insertlane => self.lanes(bits, |l, i| if i == number as u32 { b[0] } else { l.lane(a, bits, i) }),
            Op::Shuffle => {
                let NodeImm::Bits(mask) = *imm else { return None };
                let mask = mask.to_le_bytes();
                self.lanes(8, |l, i| {
                    let from = u32::from(mask[i as usize] & 31);
                    l.lane(if from < 16 { a } else { b }, 8, from % 16)
                })
            }
            Op::Permute => self.lanes(32, |l, i| {
                let from = (number >> (4 * i)) as u32 & 7;
                l.lane(if from < 4 { a } else { b }, 32, from % 4)
            }),
            Op::Vsignbits => {
                let mut all = self.num(0);
                for i in 0..ty.lanes() {
                    let lane = self.lane(a, bits, i);
                    let sign = self.shift(Op::Lshr, lane, bits - 1);
                    let sign = self.shift(Op::Shl, sign, i);
                    all = self.or(all, sign);
                }
                return Some(vec![all]);
            }
            Op::Vany => {
                let any = self.or(a[0], a[1]);
                let zero = self.num(0);
                return Some(vec![self.ne(any, zero)]);
            }
            Op::SwidenLow | Op::SwidenHigh | Op::UwidenLow | Op::UwidenHigh => {
                let first = if matches!(op, Op::SwidenLow | Op::UwidenLow) { 0 } else { ty.lanes() / 2 };
                let signed = matches!(op, Op::SwidenLow | Op::SwidenHigh);
                self.lanes(2 * bits, |l, i| {
                    let lane = l.lane(a, bits, first + i);
                    if signed { l.sext(lane, bits) } else { lane }
                })
            }
            Op::Snarrow | Op::Unarrow => {
                let half = ty.lanes() / 2;
                let top = 1i64 << (bits - 1);
                let (low, high) = if op == Op::Snarrow { (-top, top - 1) } else { (0, 2 * top - 1) };
                self.lanes(bits, |l, i| {
                    let lane = l.lane(if i < half { a } else { b }, 2 * bits, i % half);
                    let lane = l.sext(lane, 2 * bits);
                    l.clamp(lane, low, high)
                })
            }
            Op::Vsitof => self.lanes(32, |l, i| {
                let lane = l.lane(a, 32, i);
                l.float_from_int(Type::F32, true, 32, lane)[0]
            }),
            Op::Vftosi => self.lanes(32, |l, i| {
                let lane = l.lane(a, 32, i);
                l.int_from_float(true, 32, Type::F32, lane)[0]
            }),
            Op::Shl | Op::Lshr | Op::Ashr => {
                let by = self.mask(b[0], i64::from(bits) - 1);
                self.lane_wise(op, ty, &[a], &[by])?
            }
            _ => self.lane_wise(op, ty, &halves, &[])?,
        };
        Some(pair.into())
    }

    /// The scalar op on each lane, with more operands that are the same for all.
    fn lane_wise(&mut self, op: Op, ty: Type, args: &[Pair], same: &[Val]) -> Option<Pair> {
        let bits = width(ty);
        let is_mask = op.info().results == [Rule::Mask];
        let is_float = ty.lane().is_float();
        let known = if is_float { is_comparison(op) || op.info().results == [Rule::T] } else { true };
        let mut fine = known;
        let pair = self.lanes(bits, |l, i| {
            let lanes: Vec<Val> = args.iter().map(|&v| l.lane(v, bits, i)).chain(same.iter().copied()).collect();
            let r = match is_float {
                true => l.float(op, ty.lane(), &lanes),
                false => l.integer(op, bits, &lanes),
            };
            let Some(r) = r else {
                fine = false;
                return lanes[0];
            };
            if !is_mask {
                return r;
            }
            let zero = l.num(0);
            l.sub(zero, r)
        });
        fine.then_some(pair)
    }
}
