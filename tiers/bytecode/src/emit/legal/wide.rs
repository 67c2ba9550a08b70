//! 128-bit integers in halves of 64. The one division that is left as it is is the unsigned one.

use super::expansion::{Expansion, Pair};
use super::integer::plain;
use crate::emit::node::{NodeImm, Val};
use rheo_ir::{Op, Type};

impl Expansion<'_> {
    pub(super) fn wide_number(&mut self, n: i128) -> Pair {
        [self.num(n as i64), self.num((n >> 64) as i64)]
    }

    /// The same op on both halves.
    pub(super) fn each(&mut self, op: Op, a: Pair, b: Pair) -> Pair {
        [self.int(op, &[a[0], b[0]]), self.int(op, &[a[1], b[1]])]
    }

    pub(super) fn wide_select(&mut self, c: Val, a: Pair, b: Pair) -> Pair {
        [self.select(c, a[0], b[0]), self.select(c, a[1], b[1])]
    }

    pub(super) fn wide_add(&mut self, a: Pair, b: Pair) -> Pair {
        let low = self.add(a[0], b[0]);
        let carry = self.int(Op::Iult, &[low, a[0]]);
        let high = self.add(a[1], b[1]);
        [low, self.add(high, carry)]
    }

    pub(super) fn wide_sub(&mut self, a: Pair, b: Pair) -> Pair {
        let low = self.sub(a[0], b[0]);
        let borrow = self.int(Op::Iult, &[a[0], b[0]]);
        let high = self.sub(a[1], b[1]);
        [low, self.sub(high, borrow)]
    }

    fn wide_mul(&mut self, a: Pair, b: Pair) -> Pair {
        let high = self.int(Op::Umulhi, &[a[0], b[0]]);
        let (x, y) = (self.mul(a[0], b[1]), self.mul(a[1], b[0]));
        let high = self.add(high, x);
        [self.mul(a[0], b[0]), self.add(high, y)]
    }

    /// Shifted by an amount below 128.
    pub(super) fn wide_shift(&mut self, op: Op, a: Pair, by: Val) -> Pair {
        // What moves, where it comes from and goes to: for shifts left the low half to the high one.
        let (from, to) = if op == Op::Shl { (a[0], a[1]) } else { (a[1], a[0]) };
        let fill = if op == Op::Ashr { self.sign(a[1]) } else { self.num(0) };
        let within = self.mask(by, 63);
        let moved = self.int(op, &[from, within]);
        // What crosses, without a shift by 64, which would be none.
        let ones = self.num(63);
        let rest = self.xor(within, ones);
        let back = if op == Op::Shl { Op::Lshr } else { Op::Shl };
        let crossing = self.shift(back, from, 1);
        let crossing = self.int(back, &[crossing, rest]);
        let kept = self.int(if op == Op::Shl { Op::Shl } else { Op::Lshr }, &[to, within]);
        let kept = self.or(kept, crossing);
        let far = self.mask(by, 64);
        let near = self.num(0);
        let is_near = self.eq(far, near);
        let (from, to) = (self.select(is_near, moved, fill), self.select(is_near, kept, moved));
        if op == Op::Shl { [from, to] } else { [to, from] }
    }

    pub(super) fn wide_negated_if(&mut self, mask: Val, a: Pair) -> Pair {
        let flipped = self.each(Op::Xor, a, [mask, mask]);
        self.wide_sub(flipped, [mask, mask])
    }

    pub(super) fn wide_compare(&mut self, op: Op, a: Pair, b: Pair) -> Val {
        match op {
            Op::Ieq | Op::Ine => {
                let differing = self.each(Op::Xor, a, b);
                let any = self.or(differing[0], differing[1]);
                let zero = self.num(0);
                self.compare(op, any, zero)
            }
            Op::Islt | Op::Iult => {
                let same = self.eq(a[1], b[1]);
                let (low, high) = (self.int(Op::Iult, &[a[0], b[0]]), self.int(op, &[a[1], b[1]]));
                self.select(same, low, high)
            }
            _ => {
                let greater = self.wide_compare(if op == Op::Isle { Op::Islt } else { Op::Iult }, b, a);
                self.not(greater)
            }
        }
    }

    fn wide_unsigned_quotient(&mut self, a: Pair, b: Pair) -> Pair {
        let (a, b) = (self.joined(a), self.joined(b));
        let q = self.wide_op(Op::Udiv, Type::I128, &[a, b], NodeImm::None);
        self.halves(q)
    }

    fn wide_divide(&mut self, op: Op, a: Pair, b: Pair) -> Pair {
        let q = match op {
            Op::Udiv | Op::Urem => self.wide_unsigned_quotient(a, b),
            _ => {
                let (of_a, of_b) = (self.sign(a[1]), self.sign(b[1]));
                let (x, y) = (self.wide_negated_if(of_a, a), self.wide_negated_if(of_b, b));
                let q = self.wide_unsigned_quotient(x, y);
                let of_q = self.xor(of_a, of_b);
                self.wide_negated_if(of_q, q)
            }
        };
        if matches!(op, Op::Udiv | Op::Sdiv) {
            return q;
        }
        let whole = self.wide_mul(q, b);
        self.wide_sub(a, whole)
    }

    fn wide_high(&mut self, signed: bool, a: Pair, b: Pair) -> Pair {
        let product = |l: &mut Self, x: Val, y: Val| [l.mul(x, y), l.int(Op::Umulhi, &[x, y])];
        let p00 = product(self, a[0], b[0]);
        let p01 = product(self, a[0], b[1]);
        let p10 = product(self, a[1], b[0]);
        let p11 = product(self, a[1], b[1]);
        let zero = self.num(0);
        // None of these sums overflows: (2^64-1)^2 + 2 (2^64-1) < 2^128.
        let t = self.wide_add(p01, [p00[1], zero]);
        let u = self.wide_add(p10, [t[0], zero]);
        let high = self.wide_add(p11, [t[1], zero]);
        let mut high = self.wide_add(high, [u[1], zero]);
        if signed {
            for (x, y) in [(a, b), (b, a)] {
                let mask = self.sign(x[1]);
                let fix = self.each(Op::And, y, [mask, mask]);
                high = self.wide_sub(high, fix);
            }
        }
        high
    }

    /// What `op` computes of 128-bit integers, if it is one of theirs with one result of that type.
    pub(super) fn wide(&mut self, op: Op, a: Pair, b: Pair) -> Option<Pair> {
        let zero = self.num(0);
        Some(match op {
            Op::Iadd => self.wide_add(a, b),
            Op::Isub => self.wide_sub(a, b),
            Op::Imul => self.wide_mul(a, b),
            Op::And | Op::Or | Op::Xor => self.each(op, a, b),
            Op::Shl | Op::Lshr | Op::Ashr => self.wide_shift(op, a, b[0]),
            Op::Rotl | Op::Rotr => {
                let (there, back) = if op == Op::Rotl { (Op::Shl, Op::Lshr) } else { (Op::Lshr, Op::Shl) };
                let moved = self.wide_shift(there, a, b[0]);
                let rest = self.sub(zero, b[0]);
                let round = self.wide_shift(back, a, rest);
                // By nothing, both are the value itself.
                self.each(Op::Or, moved, round)
            }
            Op::Udiv | Op::Sdiv | Op::Urem | Op::Srem => self.wide_divide(op, a, b),
            Op::Smin | Op::Smax | Op::Umin | Op::Umax => {
                let less = match op {
                    Op::Smin => self.wide_compare(Op::Islt, a, b),
                    Op::Smax => self.wide_compare(Op::Islt, b, a),
                    Op::Umin => self.wide_compare(Op::Iult, a, b),
                    _ => self.wide_compare(Op::Iult, b, a),
                };
                self.wide_select(less, a, b)
            }
            Op::Umulhi | Op::Smulhi => self.wide_high(op == Op::Smulhi, a, b),
            Op::Clz | Op::Ctz => {
                let (first, second) = if op == Op::Clz { (a[1], a[0]) } else { (a[0], a[1]) };
                let [x, y] = [first, second].map(|v| match op {
                    Op::Clz => self.leading_zeros(v),
                    _ => self.trailing_zeros(v),
                });
                let empty = self.eq(first, zero);
                let width = self.num(64);
                let y = self.add(y, width);
                [self.select(empty, y, x), zero]
            }
            Op::Popcnt => {
                let (x, y) = (self.int(Op::Popcnt, &[a[0]]), self.int(Op::Popcnt, &[a[1]]));
                [self.add(x, y), zero]
            }
            Op::Bswap => [self.bytes_reversed(a[1]), self.bytes_reversed(a[0])],
            Op::Bitrev => [self.bits_reversed(a[1]), self.bits_reversed(a[0])],
            Op::Iabs => {
                let mask = self.sign(a[1]);
                self.wide_negated_if(mask, a)
            }
            _ => return None,
        })
    }

    /// Result and whether it overflowed.
    pub(super) fn wide_overflow(&mut self, op: Op, a: Pair, b: Pair) -> (Pair, Val) {
        let r = match plain(op) {
            Op::Iadd => self.wide_add(a, b),
            Op::Isub => self.wide_sub(a, b),
            _ => self.wide_mul(a, b),
        };
        let over = match op {
            Op::UaddOf => self.wide_compare(Op::Iult, r, a),
            Op::UsubOf => self.wide_compare(Op::Iult, a, b),
            Op::SaddOf | Op::SsubOf => {
                let x = self.xor(a[1], r[1]);
                let y = if op == Op::SaddOf { self.xor(b[1], r[1]) } else { self.xor(a[1], b[1]) };
                let both = self.and(x, y);
                self.shift(Op::Lshr, both, 63)
            }
            _ => {
                let high = self.wide_high(op == Op::SmulOf, a, b);
                let fits = if op == Op::SmulOf { self.sign(r[1]) } else { self.num(0) };
                self.wide_compare(Op::Ine, high, [fits, fits])
            }
        };
        (r, over)
    }
}
