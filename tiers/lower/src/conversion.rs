//! Meanings of conversions between integers, floats and each other.

use crate::Arch;
use crate::op::{Lower, clif_type};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Type as ClifType, Value, types};
use rheo_ir::Type;

/// Bits of 2^exponent as a float of type `ty`.
fn power_of_two(ty: Type, exponent: u32) -> u128 {
    match ty {
        Type::F32 => u128::from((127 + exponent) << 23),
        Type::F64 => u128::from(1023 + exponent) << 52,
        _ => (u128::from(16383 + exponent) << 64) | (1 << 63),
    }
}

/// Bits of -2^exponent as a float of type `ty`.
fn negative_power_of_two(ty: Type, exponent: u32) -> u128 {
    let sign = match ty {
        Type::F32 => 31,
        Type::F64 => 63,
        _ => 79,
    };
    power_of_two(ty, exponent) | (1 << sign)
}

impl Lower<'_, '_> {
    pub fn extend(&mut self, signed: bool, v: Value) -> Value {
        let from = self.b.func.dfg.value_type(v);
        if from == self.clif {
            v
        } else if from.bits() > self.clif.bits() {
            // Only the low bits of the extension are wanted.
            self.b.ins().ireduce(self.clif, v)
        } else if signed {
            self.b.ins().sextend(self.clif, v)
        } else {
            self.b.ins().uextend(self.clif, v)
        }
    }

    pub fn truncate(&mut self, v: Value) -> Value {
        match self.b.func.dfg.value_type(v) == self.clif {
            true => v,
            false => self.b.ins().ireduce(self.clif, v),
        }
    }

    pub fn float_from_int(&mut self, signed: bool, v: Value) -> Value {
        if self.ty != Type::F80 {
            return match signed {
                true => self.b.ins().fcvt_from_sint(self.clif, v),
                false => self.b.ins().fcvt_from_uint(self.clif, v),
            };
        }
        let wide = match (self.b.func.dfg.value_type(v) == types::I64, signed) {
            (true, _) => v,
            (false, true) => self.b.ins().sextend(types::I64, v),
            (false, false) => self.b.ins().uextend(types::I64, v),
        };
        // 32-bit values are non-negative as i64 when unsigned, so the signed conversion serves.
        let unsigned = !signed && wide == v;
        let r = self.call(if unsigned { "rheo_rt_f80_from_u64" } else { "rheo_rt_f80_from_i64" }, &[wide]);
        self.b.ins().iconcat(r[0], r[1])
    }

    pub fn float_convert(&mut self, from: Type, v: Value) -> Value {
        match (from, self.ty) {
            (from, to) if from == to => v,
            (Type::F32, Type::F64) => self.b.ins().fpromote(types::F64, v),
            (Type::F64, Type::F32) => self.b.ins().fdemote(types::F32, v),
            (Type::F32, _) => self.call_wide("rheo_rt_f80_from_f32", &[v]),
            (Type::F64, _) => self.call_wide("rheo_rt_f80_from_f64", &[v]),
            (_, to) => {
                let halves = self.halves(&[v]);
                let name = if to == Type::F32 { "rheo_rt_f80_to_f32" } else { "rheo_rt_f80_to_f64" };
                self.call(name, &halves)[0]
            }
        }
    }

    /// Towards zero; what does not fit gives what the machine's instruction sequence of a C compiler gives.
    pub fn int_from_float(&mut self, signed: bool, from: Type, v: Value) -> Value {
        let to = self.clif;
        if from == Type::F80 || to == types::I128 {
            return self.int_from_float_by_call(signed, from, v);
        }
        if self.env.machine().arch == Arch::Aarch64 {
            return self.int_from_float_saturating(signed, from, v);
        }
        // Narrow results are the low bits of wider ones; unsigned ones of the next wider signed one.
        match (to.bits(), signed) {
            (32, true) => self.machine_int(types::I32, from, v),
            (8 | 16, _) => {
                let r = self.machine_int(types::I32, from, v);
                self.b.ins().ireduce(to, r)
            }
            (32, false) => {
                let r = self.machine_int(types::I64, from, v);
                self.b.ins().ireduce(to, r)
            }
            (_, true) => self.machine_int(types::I64, from, v),
            (_, false) => {
                // Exactly what compilers emit: the signed result; where that is negative, also the value less 2^63.
                let limit = self.const_of(clif_type(from), power_of_two(from, 63));
                let low = self.machine_int(types::I64, from, v);
                let less = self.b.ins().fsub(v, limit);
                let high = self.machine_int(types::I64, from, less);
                let n = self.b.ins().iconst(types::I32, 63);
                let mask = self.b.ins().sshr(low, n);
                let high = self.b.ins().band(high, mask);
                self.b.ins().bor(low, high)
            }
        }
    }

    /// CVTTSS2SI and CVTTSD2SI: MIN for what does not fit, NaN included.
    fn machine_int(&mut self, to: ClifType, from: Type, v: Value) -> Value {
        let limit = self.const_of(clif_type(from), power_of_two(from, to.bits() - 1));
        let fits = self.b.ins().fcmp(FloatCC::LessThan, v, limit);
        let r = self.b.ins().fcvt_to_sint_sat(to, v);
        let min = self.const_of(to, 1 << (to.bits() - 1));
        self.b.ins().select(fits, r, min)
    }

    fn int_from_float_by_call(&mut self, signed: bool, from: Type, v: Value) -> Value {
        let to = self.clif;
        let halves = self.halves(&[v]);
        if to == types::I128 {
            return self.call_wide(
                match (from, signed) {
                    (Type::F32, true) => "__fixsfti",
                    (Type::F32, false) => "__fixunssfti",
                    (Type::F64, true) => "__fixdfti",
                    (Type::F64, false) => "__fixunsdfti",
                    (_, true) => "rheo_rt_f80_to_i128",
                    (_, false) => "rheo_rt_f80_to_u128",
                },
                &halves,
            );
        }
        let (name, result) = match (to.bits(), signed) {
            (64, false) => ("rheo_rt_f80_to_u64", types::I64),
            (64, true) | (32, false) => ("rheo_rt_f80_to_i64", types::I64),
            _ => ("rheo_rt_f80_to_i32", types::I32),
        };
        let r = self.call(name, &halves)[0];
        if result == to { r } else { self.b.ins().ireduce(to, r) }
    }

    /// Towards zero; MIN or MAX for what does not fit, 0 for NaN.
    pub fn int_from_float_saturating(&mut self, signed: bool, from: Type, v: Value) -> Value {
        let to = self.clif;
        if from == Type::F80 || to == types::I128 {
            return self.int_from_float_clamped(signed, from, v);
        }
        if to.bits() >= 32 {
            return match signed {
                true => self.b.ins().fcvt_to_sint_sat(to, v),
                false => self.b.ins().fcvt_to_uint_sat(to, v),
            };
        }
        let r = self.b.ins().fcvt_to_sint_sat(types::I32, v);
        let bits = to.bits();
        let (min, max) = match signed {
            true => (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1),
            false => (0, (1i64 << bits) - 1),
        };
        let min = self.b.ins().iconst(types::I32, min & 0xffff_ffff);
        let max = self.b.ins().iconst(types::I32, max);
        let r = self.b.ins().smax(r, min);
        let r = self.b.ins().smin(r, max);
        self.b.ins().ireduce(to, r)
    }

    /// Saturation by comparing with the limits, around a conversion that does not saturate.
    fn int_from_float_clamped(&mut self, signed: bool, from: Type, v: Value) -> Value {
        let (to, bits) = (self.clif, self.clif.bits());
        let r = self.int_from_float(signed, from, v);
        let all = u128::MAX >> (128 - bits);
        let (low_limit, min, max) = match signed {
            true => (negative_power_of_two(from, bits - 1), 1 << (bits - 1), all >> 1),
            false => (0, 0, all),
        };
        let high_limit = match (from, signed) {
            // 2^128 is beyond f32: nothing finite exceeds u128, and infinity is all ones in the exponent.
            (Type::F32, false) if bits == 128 => 0x7f80_0000,
            _ => power_of_two(from, if signed { bits - 1 } else { bits }),
        };
        let clif_from = clif_type(from);
        let high_limit = self.const_of(clif_from, high_limit);
        let low_limit = self.const_of(clif_from, low_limit);
        let (min, max, zero) = (self.const_of(to, min), self.const_of(to, max), self.const_of(to, 0));
        let over = self.float_compare(from, FloatCC::GreaterThanOrEqual, v, high_limit);
        let r = self.select(over, max, r);
        let under = self.float_compare(from, FloatCC::LessThan, v, low_limit);
        let r = self.select(under, min, r);
        let nan = self.float_compare(from, FloatCC::Unordered, v, v);
        self.select(nan, zero, r)
    }

    pub fn vector_int_from_float(&mut self, v: Value) -> Value {
        match self.env.machine().arch {
            Arch::X64 => self.b.ins().x86_cvtt2dq(types::I32X4, v),
            // Saturates where x86 gives MIN: too large, and NaN.
            Arch::Aarch64 => {
                let r = self.b.ins().fcvt_to_sint_sat(types::I32X4, v);
                let limit = f32::to_bits(2_147_483_648.0).to_le_bytes().repeat(4);
                let limit = u128::from_le_bytes(limit.try_into().expect("16 bytes"));
                let limit = self.const_of(types::F32X4, limit);
                let fits = self.b.ins().fcmp(FloatCC::LessThan, v, limit);
                let min = i32::MIN.to_le_bytes().repeat(4);
                let min = self.const_of(types::I32X4, u128::from_le_bytes(min.try_into().expect("16 bytes")));
                self.b.ins().bitselect(fits, r, min)
            }
        }
    }

    /// A comparison of floats of any scalar type.
    pub fn float_compare(&mut self, ty: Type, cc: FloatCC, x: Value, y: Value) -> Value {
        if ty != Type::F80 {
            return self.b.ins().fcmp(cc, x, y);
        }
        let halves = self.halves(&[x, y]);
        let outcome = self.call("rheo_rt_f80_cmp", &halves)[0];
        const LESS: i64 = 1;
        const EQUAL: i64 = 2;
        const GREATER: i64 = 4;
        const UNORDERED: i64 = 8;
        let accepted = match cc {
            FloatCC::Ordered => LESS | EQUAL | GREATER,
            FloatCC::Unordered => UNORDERED,
            FloatCC::Equal => EQUAL,
            FloatCC::NotEqual => LESS | GREATER | UNORDERED,
            FloatCC::OrderedNotEqual => LESS | GREATER,
            FloatCC::UnorderedOrEqual => EQUAL | UNORDERED,
            FloatCC::LessThan => LESS,
            FloatCC::LessThanOrEqual => LESS | EQUAL,
            FloatCC::GreaterThan => GREATER,
            FloatCC::GreaterThanOrEqual => GREATER | EQUAL,
            FloatCC::UnorderedOrLessThan => LESS | UNORDERED,
            FloatCC::UnorderedOrLessThanOrEqual => LESS | EQUAL | UNORDERED,
            FloatCC::UnorderedOrGreaterThan => GREATER | UNORDERED,
            FloatCC::UnorderedOrGreaterThanOrEqual => GREATER | EQUAL | UNORDERED,
        };
        let accepted = self.b.ins().iconst(types::I32, accepted);
        let met = self.b.ins().band(outcome, accepted);
        let zero = self.b.ins().iconst(types::I32, 0);
        self.b.ins().icmp(IntCC::NotEqual, met, zero)
    }
}
