//! Meanings of float arithmetic and comparison. `f80` goes to helpers, except for what touches its sign alone.

use crate::op::{Lower, clif_type};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use rheo_ir::{Op, Type};

/// Bit number of an `f80`'s sign.
const F80_SIGN: u32 = 79;

impl Lower<'_, '_> {
    pub fn float_binary(&mut self, op: Op, x: Value, y: Value) -> Value {
        match (op, self.ty == Type::F80) {
            (Op::Fadd, false) => self.b.ins().fadd(x, y),
            (Op::Fsub, false) => self.b.ins().fsub(x, y),
            (Op::Fmul, false) => self.b.ins().fmul(x, y),
            (_, false) => self.b.ins().fdiv(x, y),
            (Op::Fadd, true) => self.call_wide("rheo_rt_f80_add", &[x, y]),
            (Op::Fsub, true) => self.call_wide("rheo_rt_f80_sub", &[x, y]),
            (Op::Fmul, true) => self.call_wide("rheo_rt_f80_mul", &[x, y]),
            (_, true) => self.call_wide("rheo_rt_f80_div", &[x, y]),
        }
    }

    pub fn fsqrt(&mut self, x: Value) -> Value {
        match self.ty {
            Type::F80 => self.call_wide("rheo_rt_f80_sqrt", &[x]),
            _ => self.b.ins().sqrt(x),
        }
    }

    pub fn fneg(&mut self, x: Value) -> Value {
        if self.ty != Type::F80 {
            return self.b.ins().fneg(x);
        }
        let sign = self.const128(1 << F80_SIGN);
        self.b.ins().bxor(x, sign)
    }

    pub fn fabs(&mut self, x: Value) -> Value {
        if self.ty != Type::F80 {
            return self.b.ins().fabs(x);
        }
        let magnitude = self.const128(!(1 << F80_SIGN));
        self.b.ins().band(x, magnitude)
    }

    pub fn fcopysign(&mut self, x: Value, y: Value) -> Value {
        let sign = match self.ty {
            Type::F32 | Type::F64 => return self.b.ins().fcopysign(x, y),
            Type::F80 => 1u128 << F80_SIGN,
            Type::F32x4 => 0x8000_0000_8000_0000_8000_0000_8000_0000,
            _ => 0x8000_0000_0000_0000_8000_0000_0000_0000,
        };
        // Bits by parts, in an integer type.
        let int = if self.ty == Type::F80 { types::I128 } else { types::I64X2 };
        let [x, y] = [x, y].map(|v| self.bitcast(v, int));
        let (sign, magnitude) = (self.const_of(int, sign), self.const_of(int, !sign));
        let x = self.b.ins().band(x, magnitude);
        let y = self.b.ins().band(y, sign);
        let r = self.b.ins().bor(x, y);
        self.bitcast(r, self.clif)
    }

    /// `x < y ? x : y`, or `y < x ? x : y` if the greater one is wanted: in this form Cranelift knows the instructions.
    pub fn float_pseudo_extremum(&mut self, greater: bool, x: Value, y: Value) -> Value {
        let (below, above) = if greater { (y, x) } else { (x, y) };
        let c = self.b.ins().fcmp(FloatCC::LessThan, below, above);
        match self.clif.is_vector() {
            true => {
                let mask = self.bitcast(c, self.clif);
                self.b.ins().bitselect(mask, x, y)
            }
            false => self.b.ins().select(c, x, y),
        }
    }

    pub fn round(&mut self, op: Op, x: Value) -> Value {
        if self.env.machine().round {
            return match op {
                Op::Fceil => self.b.ins().ceil(x),
                Op::Ffloor => self.b.ins().floor(x),
                Op::Ftrunc => self.b.ins().trunc(x),
                _ => self.b.ins().nearest(x),
            };
        }
        let single = self.ty.lane() == Type::F32;
        let name = match (op, single) {
            (Op::Fceil, true) => "ceilf",
            (Op::Fceil, false) => "ceil",
            (Op::Ffloor, true) => "floorf",
            (Op::Ffloor, false) => "floor",
            (Op::Ftrunc, true) => "truncf",
            (Op::Ftrunc, false) => "trunc",
            (_, true) => "nearbyintf",
            (_, false) => "nearbyint",
        };
        self.lanewise(name, &[x])
    }

    pub fn fma(&mut self, x: Value, y: Value, z: Value) -> Value {
        if self.env.machine().fma {
            return self.b.ins().fma(x, y, z);
        }
        self.lanewise(if self.ty.lane() == Type::F32 { "fmaf" } else { "fma" }, &[x, y, z])
    }

    /// Calls a scalar helper on a scalar, or on each lane of vectors.
    fn lanewise(&mut self, name: &str, args: &[Value]) -> Value {
        if !self.clif.is_vector() {
            return self.call(name, args)[0];
        }
        let mut result = args[0];
        for lane in 0..self.clif.lane_count() as u8 {
            let scalars: Vec<Value> = args.iter().map(|&v| self.b.ins().extractlane(v, lane)).collect();
            let r = self.call(name, &scalars)[0];
            result = self.b.ins().insertlane(result, r, lane);
        }
        result
    }

    pub fn fcmp(&mut self, cc: FloatCC, x: Value, y: Value) -> Value {
        if !self.clif.is_vector() {
            return self.float_compare(self.ty, cc, x, y);
        }
        // SSE2 compares for these, or their negation, in one instruction; the others are put together.
        let (cc, negate) = match cc {
            FloatCC::OrderedNotEqual | FloatCC::UnorderedOrEqual => {
                let ne = self.b.ins().fcmp(FloatCC::NotEqual, x, y);
                let ord = self.b.ins().fcmp(FloatCC::Ordered, x, y);
                let one = self.b.ins().band(ne, ord);
                return if cc == FloatCC::OrderedNotEqual { one } else { self.b.ins().bnot(one) };
            }
            FloatCC::UnorderedOrLessThan => (FloatCC::GreaterThanOrEqual, true),
            FloatCC::UnorderedOrLessThanOrEqual => (FloatCC::GreaterThan, true),
            cc => (cc, false),
        };
        let r = self.b.ins().fcmp(cc, x, y);
        debug_assert_eq!(self.b.func.dfg.value_type(r), clif_type(self.ty.mask()));
        if negate { self.b.ins().bnot(r) } else { r }
    }
}
