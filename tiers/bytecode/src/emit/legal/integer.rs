//! Integers of up to 64 bits in arithmetic of 64.
//!
//! Operands and results have anything above their width.

use super::expansion::Expansion;
use crate::emit::node::Val;
use rheo_ir::Op;

impl Expansion<'_> {
    /// What `op` computes of integers of `bits` bits, if it is one of theirs with one result.
    pub(super) fn integer(&mut self, op: Op, bits: u32, args: &[Val]) -> Option<Val> {
        let a = *args.first()?;
        let b = args.get(1).copied().unwrap_or(a);
        Some(match op {
            Op::Iadd | Op::Isub | Op::Imul | Op::And | Op::Or | Op::Xor => self.int(op, &[a, b]),
            Op::Shl | Op::Lshr | Op::Ashr => {
                let by = self.amount(b, bits);
                let a = match op {
                    Op::Lshr => self.zext(a, bits),
                    Op::Ashr => self.sext(a, bits),
                    _ => a,
                };
                self.int(op, &[a, by])
            }
            Op::Rotl | Op::Rotr => {
                let by = self.amount(b, bits);
                let width = self.num(i64::from(bits));
                let back = self.sub(width, by);
                let a = self.zext(a, bits);
                let (left, right) = if op == Op::Rotl { (by, back) } else { (back, by) };
                let (left, right) = (self.int(Op::Shl, &[a, left]), self.int(Op::Lshr, &[a, right]));
                self.or(left, right)
            }
            Op::Udiv | Op::Urem => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                let q = self.int(Op::Udiv, &[a, b]);
                if op == Op::Udiv { q } else { self.remainder(a, b, q) }
            }
            Op::Sdiv | Op::Srem => {
                let (a, b) = (self.sext(a, bits), self.sext(b, bits));
                let q = self.int(Op::Sdiv, &[a, b]);
                if bits < 64 {
                    // Where the quotient does not fit, the machine's own division faults.
                    let fits = self.sext(q, bits);
                    let fits = self.eq(fits, q);
                    let one = self.num(1);
                    self.int(Op::Udiv, &[one, fits]);
                }
                if op == Op::Sdiv { q } else { self.remainder(a, b, q) }
            }
            Op::Smin | Op::Smax => {
                let (a, b) = (self.sext(a, bits), self.sext(b, bits));
                self.extremum(op, a, b)
            }
            Op::Umin | Op::Umax => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                self.extremum(op, a, b)
            }
            Op::Umulhi if bits < 64 => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                let product = self.mul(a, b);
                self.shift(Op::Lshr, product, bits)
            }
            Op::Smulhi if bits < 64 => {
                let (a, b) = (self.sext(a, bits), self.sext(b, bits));
                let product = self.mul(a, b);
                self.shift(Op::Ashr, product, bits)
            }
            Op::Umulhi => self.int(Op::Umulhi, &[a, b]),
            Op::Smulhi => self.signed_high(a, b),
            Op::Clz => {
                let a = self.zext(a, bits);
                let n = self.leading_zeros(a);
                let above = self.num(64 - i64::from(bits));
                self.sub(n, above)
            }
            Op::Ctz => {
                let a = match bits {
                    64 => a,
                    _ => {
                        let end = self.num(1 << bits);
                        self.or(a, end)
                    }
                };
                self.trailing_zeros(a)
            }
            Op::Popcnt => {
                let a = self.zext(a, bits);
                self.int(Op::Popcnt, &[a])
            }
            Op::Bswap => {
                let turned = self.bytes_reversed(a);
                self.shift(Op::Lshr, turned, 64 - bits)
            }
            Op::Bitrev => {
                let turned = self.bits_reversed(a);
                self.shift(Op::Lshr, turned, 64 - bits)
            }
            Op::Iabs => {
                let a = self.sext(a, bits);
                let mask = self.sign(a);
                let flipped = self.xor(a, mask);
                self.sub(flipped, mask)
            }
            Op::SaddSat | Op::SsubSat => {
                let (a, b) = (self.sext(a, bits), self.sext(b, bits));
                let r = self.int(if op == Op::SaddSat { Op::Iadd } else { Op::Isub }, &[a, b]);
                let top = 1i64 << (bits - 1);
                self.clamp(r, -top, top - 1)
            }
            Op::UaddSat | Op::UsubSat => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                let r = self.int(if op == Op::UaddSat { Op::Iadd } else { Op::Isub }, &[a, b]);
                self.clamp(r, 0, (1 << bits) - 1)
            }
            Op::AvgRound => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                let sum = self.add(a, b);
                let one = self.num(1);
                let sum = self.add(sum, one);
                self.shift(Op::Lshr, sum, 1)
            }
            Op::Ieq | Op::Ine | Op::Iult | Op::Iule => {
                let (a, b) = (self.zext(a, bits), self.zext(b, bits));
                self.compare(op, a, b)
            }
            Op::Islt | Op::Isle => {
                let (a, b) = (self.sext(a, bits), self.sext(b, bits));
                self.compare(op, a, b)
            }
            _ => return None,
        })
    }

    /// Result and whether it overflowed.
    pub(super) fn overflow(&mut self, op: Op, bits: u32, a: Val, b: Val) -> [Val; 2] {
        let plain = plain(op);
        let signed = matches!(op, Op::SaddOf | Op::SsubOf | Op::SmulOf);
        if bits < 64 {
            let [a, b] = [a, b].map(|v| if signed { self.sext(v, bits) } else { self.zext(v, bits) });
            let r = self.int(plain, &[a, b]);
            let fits = if signed { self.sext(r, bits) } else { self.zext(r, bits) };
            let over = self.ne(r, fits);
            return [r, over];
        }
        let r = self.int(plain, &[a, b]);
        let over = match op {
            Op::UaddOf => self.int(Op::Iult, &[r, a]),
            Op::UsubOf => self.int(Op::Iult, &[a, b]),
            Op::SaddOf | Op::SsubOf => {
                // The operands' signs (for a difference, a's and -b's) agree, and the result's differs.
                let x = self.xor(a, r);
                let y = if op == Op::SaddOf { self.xor(b, r) } else { self.xor(a, b) };
                let both = self.and(x, y);
                self.shift(Op::Lshr, both, 63)
            }
            Op::UmulOf => {
                let (high, zero) = (self.int(Op::Umulhi, &[a, b]), self.num(0));
                self.ne(high, zero)
            }
            _ => {
                let (high, sign) = (self.signed_high(a, b), self.sign(r));
                self.ne(high, sign)
            }
        };
        [r, over]
    }

    /// A comparison of all 64 bits.
    pub(super) fn compare(&mut self, op: Op, a: Val, b: Val) -> Val {
        match op {
            Op::Ieq | Op::Islt | Op::Iult => self.int(op, &[a, b]),
            Op::Ine => self.ne(a, b),
            _ => {
                let greater = self.int(if op == Op::Isle { Op::Islt } else { Op::Iult }, &[b, a]);
                self.not(greater)
            }
        }
    }

    fn amount(&mut self, by: Val, bits: u32) -> Val {
        if bits == 64 { by } else { self.mask(by, i64::from(bits) - 1) }
    }

    fn remainder(&mut self, a: Val, b: Val, q: Val) -> Val {
        let whole = self.mul(q, b);
        self.sub(a, whole)
    }

    /// High half of the signed product: a negative factor was taken as 2^64 too much.
    fn signed_high(&mut self, a: Val, b: Val) -> Val {
        let high = self.int(Op::Umulhi, &[a, b]);
        let mask = self.sign(a);
        let of_a = self.and(mask, b);
        let mask = self.sign(b);
        let of_b = self.and(mask, a);
        let high = self.sub(high, of_a);
        self.sub(high, of_b)
    }

    pub(super) fn leading_zeros(&mut self, mut a: Val) -> Val {
        for by in [1, 2, 4, 8, 16, 32] {
            let lower = self.shift(Op::Lshr, a, by);
            a = self.or(a, lower);
        }
        let zeros = self.flip(a);
        self.int(Op::Popcnt, &[zeros])
    }

    pub(super) fn trailing_zeros(&mut self, a: Val) -> Val {
        let one = self.num(1);
        let below = self.sub(a, one);
        let zeros = self.flip(a);
        let zeros = self.and(below, zeros);
        self.int(Op::Popcnt, &[zeros])
    }

    /// Neighbouring groups of `by` bits, of which `low` has the lower ones, exchanged.
    fn exchanged(&mut self, a: Val, by: u32, low: u64) -> Val {
        let high = self.shift(Op::Lshr, a, by);
        let high = self.mask(high, low as i64);
        let low = self.mask(a, low as i64);
        let low = self.shift(Op::Shl, low, by);
        self.or(high, low)
    }

    pub(super) fn bytes_reversed(&mut self, a: Val) -> Val {
        let a = self.exchanged(a, 8, 0x00ff_00ff_00ff_00ff);
        let a = self.exchanged(a, 16, 0x0000_ffff_0000_ffff);
        self.exchanged(a, 32, 0xffff_ffff)
    }

    pub(super) fn bits_reversed(&mut self, a: Val) -> Val {
        let a = self.exchanged(a, 1, 0x5555_5555_5555_5555);
        let a = self.exchanged(a, 2, 0x3333_3333_3333_3333);
        let a = self.exchanged(a, 4, 0x0f0f_0f0f_0f0f_0f0f);
        self.bytes_reversed(a)
    }
}

/// The op without its check for overflow.
pub(super) fn plain(op: Op) -> Op {
    match op {
        Op::SaddOf | Op::UaddOf => Op::Iadd,
        Op::SsubOf | Op::UsubOf => Op::Isub,
        _ => Op::Imul,
    }
}
