//! Conversions between integers, floats and each other.

use super::expansion::{Expansion, Pair};
use crate::emit::node::{NodeImm, Val};
use rheo_ir::{Op, Type};

/// Bits of 2^exponent as an `f64`.
fn power(exponent: i64) -> i64 {
    (1023 + exponent) << 52
}

/// Upper half of 2^exponent as an `f80`; the lower one is its top bit.
fn power80(exponent: i64) -> i64 {
    16383 + exponent
}

impl Expansion<'_> {
    /// A float of type `ty` from an integer of `bits` bits: its slots.
    pub(super) fn float_from_int(&mut self, ty: Type, signed: bool, bits: u32, v: Val) -> Vec<Val> {
        let v = match (bits, signed) {
            (64, _) => v,
            (_, true) => self.sext(v, bits),
            (_, false) => self.zext(v, bits),
        };
        let is_signed = signed || bits < 64;
        if ty == Type::F80 {
            let r = self.wide_op(Op::Sitof64, ty, &[v], NodeImm::None);
            let same = self.halves(r);
            if is_signed {
                return same.into();
            }
            // 64 bits hold either exactly.
            let wrapped = [self.num(i64::MIN), self.num(power80(64))];
            let wrapped = self.joined(wrapped);
            let sum = self.wide_op(Op::Fadd, ty, &[r, wrapped], NodeImm::None);
            let sum = self.halves(sum);
            let zero = self.num(0);
            let negative = self.int(Op::Islt, &[v, zero]);
            return self.wide_select(negative, sum, same).into();
        }
        let same = self.op(Op::Sitof64, ty, &[v], NodeImm::None);
        if is_signed {
            return vec![same];
        }
        // Half of it, rounded to odd, and that twice.
        let half = self.shift(Op::Lshr, v, 1);
        let odd = self.mask(v, 1);
        let half = self.or(half, odd);
        let half = self.op(Op::Sitof64, ty, &[half], NodeImm::None);
        let twice = self.float(Op::Fadd, ty, &[half, half]).expect("floats have sums");
        let zero = self.num(0);
        let negative = self.int(Op::Islt, &[v, zero]);
        vec![self.select(negative, twice, same)]
    }

    /// A float from another type: its slots.
    pub(super) fn float_convert(&mut self, to: Type, from: Type, v: Val) -> Vec<Val> {
        let imm = |ty: Type| NodeImm::Num(i64::from(ty as u8));
        match (from, to) {
            (from, to) if from == to && to == Type::F80 => self.halves(v).into(),
            (from, to) if from == to => {
                let zero = self.num(0);
                vec![self.or(v, zero)]
            }
            (_, Type::F80) => {
                let v = self.as_f64(from, v);
                let r = self.wide_op(Op::Fconvert, to, &[v], imm(Type::F64));
                self.halves(r).into()
            }
            (from, to) => vec![self.op(Op::Fconvert, to, &[v], imm(from))],
        }
    }

    /// MIN of 32 bits where a 64-bit number is none of them.
    pub(super) fn fitted_to_32(&mut self, v: Val) -> Val {
        let narrow = self.sext(v, 32);
        let fits = self.eq(narrow, v);
        let min = self.num(i64::from(i32::MIN));
        self.select(fits, v, min)
    }

    /// A signed 64-bit integer; MIN for what does not fit.
    fn i64_from(&mut self, from: Type, v: Val) -> Val {
        if from != Type::F80 {
            let v = self.as_f64(from, v);
            return self.op(Op::Ftosi, Type::I64, &[v], NodeImm::Num(i64::from(Type::F64 as u8)));
        }
        let [low, high] = self.wide_from_f80(v);
        let sign = self.sign(low);
        let fits = self.eq(high, sign);
        let min = self.num(i64::MIN);
        self.select(fits, low, min)
    }

    fn wide_from_f80(&mut self, v: Val) -> Pair {
        let r = self.wide_op(Op::Ftosi, Type::I128, &[v], NodeImm::Num(i64::from(Type::F80 as u8)));
        self.halves(r)
    }

    /// A signed 128-bit integer, of what fits.
    fn wide_from(&mut self, from: Type, v: Val) -> Pair {
        if from == Type::F80 {
            return self.wide_from_f80(v);
        }
        let v = self.as_f64(from, v);
        let exponent = self.shift(Op::Lshr, v, 52);
        let exponent = self.mask(exponent, 0x7ff);
        let mantissa = self.mask(v, (1 << 52) - 1);
        let top = self.num(1 << 52);
        let mantissa = self.or(mantissa, top);
        let unit = self.num(1075);
        let (up, down) = (self.sub(exponent, unit), self.sub(unit, exponent));
        let zero = self.num(0);
        let large = self.wide_shift(Op::Shl, [mantissa, zero], up);
        let small = self.int(Op::Lshr, &[mantissa, down]);
        let limit = self.num(64);
        let some = self.int(Op::Iult, &[down, limit]);
        let small = self.select(some, small, zero);
        let is_small = self.int(Op::Islt, &[up, zero]);
        let r = self.wide_select(is_small, [small, zero], large);
        let mask = self.sign(v);
        self.wide_negated_if(mask, r)
    }

    /// An integer of `bits` bits towards zero; what does not fit gives what x86-64's instructions give. Its slots.
    pub(super) fn int_from_float(&mut self, signed: bool, bits: u32, from: Type, v: Val) -> Vec<Val> {
        if bits == 128 {
            return self.wide_from(from, v).into();
        }
        let low = self.i64_from(from, v);
        match (bits, signed) {
            (64, true) | (32, false) => vec![low],
            (64, false) => vec![self.u64_from(from, v, low)],
            _ => vec![self.fitted_to_32(low)],
        }
    }

    fn u64_from(&mut self, from: Type, v: Val, low: Val) -> Val {
        if from == Type::F80 {
            let limit = [self.num(i64::MIN), self.num(power80(63))];
            let limit = self.joined(limit);
            let less = self.f80(Op::Fsub, &[v, limit]).expect("floats have differences");
            let less = self.joined(less);
            let high = self.i64_from(from, less);
            let top = self.num(i64::MIN);
            let high = self.xor(high, top);
            let below = self.float_compare(Op::Folt, from, v, limit);
            return self.select(below, low, high);
        }
        // As compilers do: the signed result; where that is negative, also that of the value less 2^63.
        let v = self.as_f64(from, v);
        let limit = self.num(power(63));
        let less = self.f64_op(Op::Fsub, &[v, limit]);
        let high = self.i64_from(Type::F64, less);
        let mask = self.sign(low);
        let high = self.and(high, mask);
        self.or(low, high)
    }

    /// Towards zero; MIN or MAX for what does not fit, 0 for NaN. Its slots.
    pub(super) fn int_from_float_saturating(&mut self, signed: bool, bits: u32, from: Type, v: Val) -> Vec<Val> {
        if bits < 64 {
            let r = self.int_from_float_saturating(true, 64, from, v)[0];
            let (low, high) =
                if signed { (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) };
            return vec![self.clamp(r, low, high)];
        }
        let (ty, v) = if from == Type::F80 { (from, v) } else { (Type::F64, self.as_f64(from, v)) };
        let limit = |l: &mut Self, exponent: i64, negative: bool| {
            if ty == Type::F80 {
                let sign = if negative { 1 << 15 } else { 0 };
                let halves = [l.num(i64::MIN), l.num(power80(exponent) | sign)];
                l.joined(halves)
            } else {
                l.num(power(exponent) | if negative { i64::MIN } else { 0 })
            }
        };
        let exponent = i64::from(bits) - i64::from(signed);
        let top = limit(self, exponent, false);
        let bottom = match (signed, ty) {
            (true, _) => limit(self, exponent, true),
            (false, Type::F80) => {
                let zero = self.num(0);
                self.joined([zero, zero])
            }
            (false, _) => self.num(0),
        };
        let mut r = self.int_from_float(signed, bits, ty, v);
        let zero = self.num(0);
        let (min, max): (i128, i128) = match (bits, signed) {
            (64, true) => (i64::MIN.into(), i64::MAX.into()),
            (_, true) => (i128::MIN, i128::MAX),
            (_, false) => (0, -1),
        };
        let (min, max) = (self.wide_number(min), self.wide_number(max));
        let below = self.float_compare(Op::Folt, ty, v, bottom);
        let fits = self.float_compare(Op::Folt, ty, v, top);
        let number = self.float_compare(Op::Foeq, ty, v, v);
        for (i, r) in r.iter_mut().enumerate() {
            *r = self.select(fits, *r, max[i]);
            *r = self.select(below, min[i], *r);
            *r = self.select(number, *r, zero);
        }
        r
    }
}
