//! Floats: `f32` through `f64`, where that rounds as `f32` would, and whatever sums, products and comparisons make.
//!
//! Scalars of up to 64 bits are their bits; an `f80` is a value of two slots.

use super::expansion::{Expansion, Pair};
use crate::emit::node::{NodeImm, Val};
use rheo_ir::{Op, Type};

/// Bits of 2^52 as an `f64`: what is at least as large is an integer.
const INTEGERS_FROM: i64 = 1075 << 52;
/// The sign in the upper half of an `f80`.
const F80_SIGN: i64 = 1 << 15;

fn from(ty: Type) -> NodeImm {
    NodeImm::Num(i64::from(ty as u8))
}

impl Expansion<'_> {
    pub(super) fn f64_op(&mut self, op: Op, args: &[Val]) -> Val {
        self.op(op, Type::F64, args, NodeImm::None)
    }

    pub(super) fn promoted(&mut self, a: Val) -> Val {
        self.op(Op::Fconvert, Type::F64, &[a], from(Type::F32))
    }

    pub(super) fn demoted(&mut self, a: Val) -> Val {
        self.op(Op::Fconvert, Type::F32, &[a], from(Type::F64))
    }

    /// The operand as an `f64`.
    pub(super) fn as_f64(&mut self, ty: Type, a: Val) -> Val {
        if ty == Type::F32 { self.promoted(a) } else { a }
    }

    fn sign_bit(&mut self, ty: Type) -> Val {
        self.num(if ty == Type::F32 { 1 << 31 } else { i64::MIN })
    }

    /// What `op` computes of `f32` or `f64`, if it is one of theirs with a result of that type or a boolean.
    pub(super) fn float(&mut self, op: Op, ty: Type, args: &[Val]) -> Option<Val> {
        let a = *args.first()?;
        let b = args.get(1).copied().unwrap_or(a);
        Some(match op {
            // With 53 bits, rounding twice is rounding once to 24, for these.
            Op::Fadd | Op::Fsub | Op::Fmul | Op::Fdiv | Op::Fsqrt => {
                let args: Vec<Val> = args.iter().map(|&v| self.as_f64(ty, v)).collect();
                let r = self.f64_op(op, &args);
                if ty == Type::F32 { self.demoted(r) } else { r }
            }
            Op::Fma => self.op(op, ty, args, NodeImm::None),
            Op::Fneg => {
                let sign = self.sign_bit(ty);
                self.xor(a, sign)
            }
            Op::Fabs => {
                let sign = self.sign_bit(ty);
                let magnitude = self.flip(sign);
                self.and(a, magnitude)
            }
            Op::Fcopysign => {
                let sign = self.sign_bit(ty);
                self.with_sign(a, b, sign)
            }
            Op::Fpmin | Op::Fpmax => {
                let (below, above) = if op == Op::Fpmin { (a, b) } else { (b, a) };
                let less = self.float_compare(Op::Folt, ty, below, above);
                self.select(less, a, b)
            }
            Op::Fminimum | Op::Fmaximum => {
                let least = op == Op::Fminimum;
                let (below, above) = if least { (a, b) } else { (b, a) };
                let less = self.float_compare(Op::Folt, ty, below, above);
                let one = self.select(less, a, b);
                // Equal ones differ in their sign at most.
                let merged = self.int(if least { Op::Or } else { Op::And }, &[a, b]);
                let equal = self.float_compare(Op::Foeq, ty, a, b);
                let one = self.select(equal, merged, one);
                let nan = self.float(Op::Fadd, ty, &[a, b])?;
                let ordered = self.float_compare(Op::Ford, ty, a, b);
                self.select(ordered, one, nan)
            }
            Op::Fceil | Op::Ffloor | Op::Ftrunc | Op::Fnearest => {
                let a = self.as_f64(ty, a);
                let r = self.rounded(op, a);
                if ty == Type::F32 { self.demoted(r) } else { r }
            }
            _ => {
                is_comparison(op).then_some(())?;
                self.float_compare(op, ty, a, b)
            }
        })
    }

    fn with_sign(&mut self, a: Val, b: Val, sign: Val) -> Val {
        let magnitude = self.flip(sign);
        let magnitude = self.and(a, magnitude);
        let sign = self.and(b, sign);
        self.or(magnitude, sign)
    }

    /// An `f64` rounded to an integer.
    fn rounded(&mut self, op: Op, a: Val) -> Val {
        let sign = self.num(i64::MIN);
        let magnitude = self.flip(sign);
        let magnitude = self.and(a, magnitude);
        let large = self.num(INTEGERS_FROM);
        // Up there an ulp is 1: the sum is rounded to nearest.
        let nearest = self.f64_op(Op::Fadd, &[magnitude, large]);
        let nearest = self.f64_op(Op::Fsub, &[nearest, large]);
        let one = self.num(1023 << 52);
        let r = match op {
            Op::Fnearest => nearest,
            Op::Ftrunc => {
                let less = self.f64_op(Op::Fsub, &[nearest, one]);
                let over = self.f64_op(Op::Folt, &[magnitude, nearest]);
                self.select(over, less, nearest)
            }
            _ => {
                let nearest = self.with_sign(nearest, a, sign);
                let (by, below, above) = if op == Op::Ffloor { (Op::Fsub, a, nearest) } else { (Op::Fadd, nearest, a) };
                let next = self.f64_op(by, &[nearest, one]);
                let missed = self.f64_op(Op::Folt, &[below, above]);
                self.select(missed, next, nearest)
            }
        };
        let r = self.with_sign(r, a, sign);
        // What is large, infinite or no number stays; of the last, the sum makes a quiet one.
        let small = self.f64_op(Op::Folt, &[magnitude, large]);
        let zero = self.num(i64::MIN);
        let same = self.f64_op(Op::Fadd, &[a, zero]);
        self.select(small, r, same)
    }

    /// A comparison of scalars of any float type.
    pub(super) fn float_compare(&mut self, op: Op, ty: Type, a: Val, b: Val) -> Val {
        let [a, b] = if a == b { [self.as_f64(ty, a); 2] } else { [a, b].map(|v| self.as_f64(ty, v)) };
        self.f_compare(op, if ty == Type::F80 { ty } else { Type::F64 }, a, b)
    }

    fn f_compare(&mut self, op: Op, ty: Type, a: Val, b: Val) -> Val {
        let base = |l: &mut Self, op, a, b| l.op(op, ty, &[a, b], NodeImm::None);
        let (opposite, a, b) = match op {
            Op::Foeq | Op::Folt => return base(self, op, a, b),
            Op::Fole => {
                let (less, equal) = (base(self, Op::Folt, a, b), base(self, Op::Foeq, a, b));
                return self.or(less, equal);
            }
            Op::Fone => {
                let (less, greater) = (base(self, Op::Folt, a, b), base(self, Op::Folt, b, a));
                return self.or(less, greater);
            }
            Op::Ford => {
                let (a, b) = (base(self, Op::Foeq, a, a), base(self, Op::Foeq, b, b));
                return self.and(a, b);
            }
            Op::Fueq => (Op::Fone, a, b),
            Op::Fult => (Op::Fole, b, a),
            Op::Fule => (Op::Folt, b, a),
            Op::Fune => (Op::Foeq, a, b),
            _ => (Op::Ford, a, b),
        };
        let opposite = self.f_compare(opposite, ty, a, b);
        self.not(opposite)
    }

    /// What `op` computes of `f80`, if it is one of theirs with a result of that type.
    pub(super) fn f80(&mut self, op: Op, args: &[Val]) -> Option<Pair> {
        let a = *args.first()?;
        let b = args.get(1).copied().unwrap_or(a);
        if matches!(op, Op::Fadd | Op::Fmul | Op::Fdiv | Op::Fsqrt) {
            let r = self.wide_op(op, Type::F80, args, NodeImm::None);
            return Some(self.halves(r));
        }
        if op == Op::Fsub {
            let opposite = self.f80(Op::Fneg, &[b])?;
            let opposite = self.joined(opposite);
            return self.f80(Op::Fadd, &[a, opposite]);
        }
        let [low, high] = self.halves(a);
        let sign = self.num(F80_SIGN);
        Some([
            low,
            match op {
                Op::Fneg => self.xor(high, sign),
                Op::Fabs => {
                    let magnitude = self.flip(sign);
                    self.and(high, magnitude)
                }
                Op::Fcopysign => {
                    let [_, of] = self.halves(b);
                    self.with_sign(high, of, sign)
                }
                _ => return None,
            },
        ])
    }
}

pub(super) fn is_comparison(op: Op) -> bool {
    use Op::{Foeq, Fole, Folt, Fone, Ford, Fueq, Fule, Fult, Fune, Funo};
    matches!(op, Foeq | Folt | Fole | Fone | Ford | Fueq | Fult | Fule | Fune | Funo)
}
