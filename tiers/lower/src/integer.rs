//! Meanings of integer arithmetic where Cranelift's own instruction does not cover every type.

use crate::Arch;
use crate::binding::Values;
use crate::op::Lower;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use rheo_ir::Op;
use smallvec::smallvec;

impl Lower<'_, '_> {
    /// A shift amount in a type that Cranelift takes; it masks the amount to the width itself.
    pub fn amount(&mut self, n: Value) -> Value {
        match self.b.func.dfg.value_type(n) {
            types::I128 => self.b.ins().ireduce(types::I64, n),
            _ => n,
        }
    }

    pub fn imul(&mut self, x: Value, y: Value) -> Value {
        if self.clif != types::I8X16 {
            return self.b.ins().imul(x, y);
        }
        // Machines multiply no 8-bit lanes: even and odd lanes apart, as 16-bit products of which the low byte counts.
        let [x, y] = [x, y].map(|v| self.bitcast(v, types::I16X8));
        let even = self.b.ins().imul(x, y);
        let mask = self.const_of(types::I16X8, u128::from_le_bytes([0xff, 0].repeat(8).try_into().expect("16 bytes")));
        let even = self.b.ins().band(even, mask);
        let eight = self.b.ins().iconst(types::I32, 8);
        let (x, y) = (self.b.ins().ushr(x, eight), self.b.ins().ushr(y, eight));
        let odd = self.b.ins().imul(x, y);
        let odd = self.b.ins().ishl(odd, eight);
        let both = self.b.ins().bor(even, odd);
        self.bitcast(both, types::I8X16)
    }

    /// Where a division by zero, or of the least number by -1, is a fault, that is left to the machine.
    pub fn divide(&mut self, op: Op, x: Value, y: Value) -> Value {
        match self.env.machine().arch {
            Arch::Aarch64 if self.clif != types::I128 => self.divide_without_fault(op, x, y),
            _ => self.divide_plainly(op, x, y),
        }
    }

    /// AArch64's quotient of a division by zero is 0, and that of the least number by -1 itself. Cranelift would trap.
    fn divide_without_fault(&mut self, op: Op, x: Value, y: Value) -> Value {
        let (zero, one) = (self.const_of(self.clif, 0), self.const_of(self.clif, 1));
        let by_zero = self.b.ins().icmp(IntCC::Equal, y, zero);
        let safe = self.b.ins().select(by_zero, one, y);
        match op {
            Op::Udiv | Op::Urem => {
                let result = self.divide_plainly(op, x, safe);
                self.b.ins().select(by_zero, if op == Op::Udiv { zero } else { x }, result)
            }
            _ => {
                let minus_one = self.b.ins().ineg(one);
                let by_minus_one = self.b.ins().icmp(IntCC::Equal, y, minus_one);
                let safe = self.b.ins().select(by_minus_one, one, safe);
                let result = self.divide_plainly(op, x, safe);
                let (of_zero, of_minus_one) = match op {
                    Op::Sdiv => (zero, self.b.ins().ineg(x)),
                    _ => (x, zero),
                };
                let result = self.b.ins().select(by_minus_one, of_minus_one, result);
                self.b.ins().select(by_zero, of_zero, result)
            }
        }
    }

    fn divide_plainly(&mut self, op: Op, x: Value, y: Value) -> Value {
        let wide = self.clif == types::I128;
        match op {
            Op::Udiv if wide => self.call_wide("__udivti3", &[x, y]),
            Op::Sdiv if wide => self.call_wide("__divti3", &[x, y]),
            Op::Urem if wide => self.call_wide("__umodti3", &[x, y]),
            Op::Srem if wide => self.call_wide("__modti3", &[x, y]),
            Op::Udiv => self.b.ins().udiv(x, y),
            Op::Sdiv => self.b.ins().sdiv(x, y),
            Op::Urem => self.b.ins().urem(x, y),
            _ => self.b.ins().srem(x, y),
        }
    }

    /// The operand that compares by `cc` with the other.
    pub fn extremum(&mut self, cc: IntCC, x: Value, y: Value) -> Value {
        match self.clif {
            types::I128 => {
                let c = self.b.ins().icmp(cc, x, y);
                self.select(c, x, y)
            }
            types::I64X2 => {
                let c = self.b.ins().icmp(cc, x, y);
                self.b.ins().bitselect(c, x, y)
            }
            _ => match cc {
                IntCC::SignedLessThan => self.b.ins().smin(x, y),
                IntCC::SignedGreaterThan => self.b.ins().smax(x, y),
                IntCC::UnsignedLessThan => self.b.ins().umin(x, y),
                _ => self.b.ins().umax(x, y),
            },
        }
    }

    pub fn mulhi(&mut self, signed: bool, x: Value, y: Value) -> Value {
        match self.clif {
            types::I64 if signed => self.b.ins().smulhi(x, y),
            types::I64 => self.b.ins().umulhi(x, y),
            types::I128 => {
                let high = self.umulhi128(x, y);
                if !signed {
                    return high;
                }
                // A negative factor was taken as 2^128 too much: subtract the other factor.
                let fix_x = self.sign_mask(x);
                let fix_x = self.b.ins().band(fix_x, y);
                let fix_y = self.sign_mask(y);
                let fix_y = self.b.ins().band(fix_y, x);
                let high = self.b.ins().isub(high, fix_x);
                self.b.ins().isub(high, fix_y)
            }
            narrow => {
                let [x, y] = [x, y].map(|v| match signed {
                    true => self.b.ins().sextend(types::I64, v),
                    false => self.b.ins().uextend(types::I64, v),
                });
                let product = self.b.ins().imul(x, y);
                let bits = self.b.ins().iconst(types::I32, i64::from(narrow.bits()));
                let high = self.b.ins().ushr(product, bits);
                self.b.ins().ireduce(narrow, high)
            }
        }
    }

    fn umulhi128(&mut self, x: Value, y: Value) -> Value {
        let (x0, x1) = self.b.ins().isplit(x);
        let (y0, y1) = self.b.ins().isplit(y);
        let mut product = |x: Value, y: Value| {
            let low = self.b.ins().imul(x, y);
            let high = self.b.ins().umulhi(x, y);
            self.b.ins().iconcat(low, high)
        };
        let (p00, p01, p10, p11) = (product(x0, y0), product(x0, y1), product(x1, y0), product(x1, y1));
        // None of these sums overflows: (2^64-1)^2 + 2 (2^64-1) < 2^128.
        let carry = self.high_half(p00);
        let t = self.b.ins().iadd(p01, carry);
        let low = self.b.ins().ireduce(types::I64, t);
        let low = self.b.ins().uextend(types::I128, low);
        let u = self.b.ins().iadd(p10, low);
        let (t, u) = (self.high_half(t), self.high_half(u));
        let sum = self.b.ins().iadd(p11, t);
        self.b.ins().iadd(sum, u)
    }

    /// The high half of an `i128`, zero-extended to `i128`.
    fn high_half(&mut self, v: Value) -> Value {
        let (_, high) = self.b.ins().isplit(v);
        self.b.ins().uextend(types::I128, high)
    }

    /// All ones if negative, else zero.
    fn sign_mask(&mut self, v: Value) -> Value {
        let bits = self.b.func.dfg.value_type(v).bits();
        let n = self.b.ins().iconst(types::I32, i64::from(bits - 1));
        self.b.ins().sshr(v, n)
    }

    pub fn iabs(&mut self, x: Value) -> Value {
        if self.clif.is_vector() {
            return self.b.ins().iabs(x);
        }
        let mask = self.sign_mask(x);
        let flipped = self.b.ins().bxor(x, mask);
        self.b.ins().isub(flipped, mask)
    }

    /// Result and whether it overflowed.
    pub fn overflow(&mut self, op: Op, x: Value, y: Value) -> Values {
        let (r, of) = match op {
            Op::SmulOf | Op::UmulOf => self.mul_overflow(op == Op::SmulOf, x, y),
            Op::UaddOf => {
                let r = self.b.ins().iadd(x, y);
                (r, self.b.ins().icmp(IntCC::UnsignedLessThan, r, x))
            }
            Op::UsubOf => {
                let r = self.b.ins().isub(x, y);
                (r, self.b.ins().icmp(IntCC::UnsignedLessThan, x, y))
            }
            Op::SaddOf if self.clif.bits() <= 64 => self.b.ins().sadd_overflow(x, y),
            Op::SsubOf if self.clif.bits() <= 64 => self.b.ins().ssub_overflow(x, y),
            _ => {
                // Overflow: the operands' signs (for a difference, x's and -y's) agree, and the result's differs.
                let add = op == Op::SaddOf;
                let r = if add { self.b.ins().iadd(x, y) } else { self.b.ins().isub(x, y) };
                let a = self.b.ins().bxor(x, r);
                let b = if add { self.b.ins().bxor(y, r) } else { self.b.ins().bxor(x, y) };
                let both = self.b.ins().band(a, b);
                let zero = self.const_of(self.clif, 0);
                (r, self.b.ins().icmp(IntCC::SignedLessThan, both, zero))
            }
        };
        smallvec![r, of]
    }

    fn mul_overflow(&mut self, signed: bool, x: Value, y: Value) -> (Value, Value) {
        if self.clif.bits() <= 64 {
            return match signed {
                true => self.b.ins().smul_overflow(x, y),
                false => self.b.ins().umul_overflow(x, y),
            };
        }
        let r = self.b.ins().imul(x, y);
        let high = self.mulhi(signed, x, y);
        let fits = match signed {
            true => self.sign_mask(r),
            false => self.const128(0),
        };
        (r, self.b.ins().icmp(IntCC::NotEqual, high, fits))
    }
}
