//! Integers of more than 128 bits, as 64-bit limbs, lowest first. Bits above the width are undefined.
//!
//! Addition, subtraction, bitwise operations, shifts by any amount, comparison and conversion; not multiplication or
//! division.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::{Leaves, container};
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::{LLVMIntPredicate, LLVMOpcode};
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

const I64: Type = Type::I64;

impl FuncReader<'_> {
    /// Arithmetic on integers of `width` > 128 bits.
    pub(crate) fn wide_binary(
        &mut self,
        opcode: LLVMOpcode,
        width: u32,
        a: LLVMValueRef,
        b: LLVMValueRef,
    ) -> Result<Leaves<Value>, ReadError> {
        use LLVMOpcode::*;
        let (x, y) = (self.leaves(a)?, self.leaves(b)?);
        Ok(match opcode {
            LLVMAnd | LLVMOr | LLVMXor => {
                let op = match opcode {
                    LLVMAnd => Op::And,
                    LLVMOr => Op::Or,
                    _ => Op::Xor,
                };
                x.iter().zip(&y).map(|(&x, &y)| self.op(op, I64, &[x, y])).collect()
            }
            LLVMAdd => self.chain(Op::UaddOf, &x, &y),
            LLVMSub => self.chain(Op::UsubOf, &x, &y),
            LLVMShl | LLVMLShr | LLVMAShr => {
                let x = self.wide_clean(x, width, opcode == LLVMAShr);
                if llvm::is_const_int(b) {
                    let amount = self.module.source.limbs(b)[0];
                    return Ok(self.wide_shift_by(opcode, &x, amount));
                }
                // An amount that does not fit its lowest limb makes the result poison.
                self.wide_shift(opcode, &x, y[0])
            }
            _ => return Err(self.unsupported(format!("product or quotient of {width}-bit integers"))),
        })
    }

    /// Limb-wise sum or difference with carry; `op` gives a limb and its carry.
    fn chain(&mut self, op: Op, x: &[Value], y: &[Value]) -> Leaves<Value> {
        let mut carry: Option<Value> = None;
        let mut out = Leaves::new();
        for (&x, &y) in x.iter().zip(y) {
            let first = self.emit_all(op, I64, &[x, y], Imm::None);
            let (mut limb, mut over) = (first[0], first[1]);
            if let Some(carry) = carry {
                let carry = self.op(Op::Zext8, I64, &[carry]);
                let second = self.emit_all(op, I64, &[limb, carry], Imm::None);
                limb = second[0];
                over = self.op(Op::Or, Type::I8, &[over, second[1]]);
            }
            out.push(limb);
            carry = Some(over);
        }
        out
    }

    /// Limbs with the bits above `width` zero, or copies of the sign.
    fn wide_clean(&mut self, mut limbs: Leaves<Value>, width: u32, signed: bool) -> Leaves<Value> {
        if let Some(top) = limbs.last_mut() {
            *top = self.cleaned(*top, (width - 1) % 64 + 1, signed);
        }
        limbs
    }

    /// What fills the limbs above the top one: zero, or copies of its sign.
    fn fill(&mut self, limbs: &[Value], signed: bool) -> Value {
        if !signed {
            return self.zero(I64);
        }
        let amount = self.iconst(I64, 63);
        self.op(Op::Ashr, I64, &[*limbs.last().expect("wide integers have limbs"), amount])
    }

    /// Shifts by whole limbs, one bit of the limb count at a time, and then by what is left of the amount.
    fn wide_shift(&mut self, opcode: LLVMOpcode, x: &[Value], amount: Value) -> Leaves<Value> {
        let left = opcode == LLVMOpcode::LLVMShl;
        let fill = self.fill(x, opcode == LLVMOpcode::LLVMAShr);
        let mut limbs: Leaves<Value> = x.into();
        let six = self.iconst(I64, 6);
        let count = self.op(Op::Lshr, I64, &[amount, six]);
        let mut step = 1;
        while step < x.len() {
            let bit = self.iconst(I64, step as i128);
            let bit = self.op(Op::And, I64, &[count, bit]);
            let zero = self.zero(I64);
            let set = self.op(Op::Ine, I64, &[bit, zero]);
            let moved = |i: usize| {
                let from = if left { i.checked_sub(step) } else { Some(i + step) };
                from.and_then(|from| limbs.get(from)).copied().unwrap_or(fill)
            };
            let moved: Leaves<Value> = (0..limbs.len()).map(moved).collect();
            limbs = moved.iter().zip(&limbs).map(|(&m, &l)| self.op(Op::Select, I64, &[set, m, l])).collect();
            step *= 2;
        }
        let low = self.iconst(I64, 63);
        let bits = self.op(Op::And, I64, &[amount, low]);
        // Bits that cross limbs: shifted by one and then by 63 - bits, so that 0 moves nothing.
        let rest = self.op(Op::Xor, I64, &[bits, low]);
        let one = self.iconst(I64, 1);
        let mut out = Leaves::new();
        for i in 0..limbs.len() {
            let neighbour = if left { i.checked_sub(1) } else { Some(i + 1) };
            let neighbour = neighbour.and_then(|n| limbs.get(n)).copied().unwrap_or(fill);
            let (here, there) = if left { (Op::Shl, Op::Lshr) } else { (Op::Lshr, Op::Shl) };
            let own = self.op(here, I64, &[limbs[i], bits]);
            let by_one = self.op(there, I64, &[neighbour, one]);
            let carried = self.op(there, I64, &[by_one, rest]);
            out.push(self.op(Op::Or, I64, &[own, carried]));
        }
        out
    }

    /// Shifts by a constant.
    fn wide_shift_by(&mut self, opcode: LLVMOpcode, x: &[Value], amount: u64) -> Leaves<Value> {
        let left = opcode == LLVMOpcode::LLVMShl;
        let fill = self.fill(x, opcode == LLVMOpcode::LLVMAShr);
        let (limbs, bits) = ((amount / 64) as usize, i128::from(amount % 64));
        let source = |i: usize, more: usize| {
            let from = if left { i.checked_sub(limbs + more) } else { Some(i + limbs + more) };
            from.and_then(|from| x.get(from)).copied().unwrap_or(fill)
        };
        let mut out = Leaves::new();
        for i in 0..x.len() {
            let (near, far) = (source(i, 0), source(i, 1));
            if bits == 0 {
                out.push(near);
                continue;
            }
            let (here, there) = if left { (Op::Shl, Op::Lshr) } else { (Op::Lshr, Op::Shl) };
            let (near_by, far_by) = (self.iconst(I64, bits), self.iconst(I64, 64 - bits));
            let near = self.op(here, I64, &[near, near_by]);
            let far = self.op(there, I64, &[far, far_by]);
            out.push(self.op(Op::Or, I64, &[near, far]));
        }
        out
    }

    /// `icmp` of integers of `width` > 128 bits.
    pub(crate) fn wide_compare(
        &mut self,
        predicate: LLVMIntPredicate,
        width: u32,
        a: LLVMValueRef,
        b: LLVMValueRef,
    ) -> Result<Value, ReadError> {
        use LLVMIntPredicate::*;
        let signed = matches!(predicate, LLVMIntSGT | LLVMIntSGE | LLVMIntSLT | LLVMIntSLE);
        let (x, y) = (self.leaves(a)?, self.leaves(b)?);
        let (x, y) = (self.wide_clean(x, width, signed), self.wide_clean(y, width, signed));
        if matches!(predicate, LLVMIntEQ | LLVMIntNE) {
            let mut any = None;
            for (&x, &y) in x.iter().zip(&y) {
                let differ = self.op(Op::Xor, I64, &[x, y]);
                any = Some(match any {
                    None => differ,
                    Some(any) => self.op(Op::Or, I64, &[any, differ]),
                });
            }
            let zero = self.zero(I64);
            let op = if predicate == LLVMIntEQ { Op::Ieq } else { Op::Ine };
            return Ok(self.op(op, I64, &[any.expect("wide integers have limbs"), zero]));
        }
        let swapped = matches!(predicate, LLVMIntSGT | LLVMIntSGE | LLVMIntUGT | LLVMIntUGE);
        let (x, y) = if swapped { (y, x) } else { (x, y) };
        let or_equal = matches!(predicate, LLVMIntSGE | LLVMIntSLE | LLVMIntUGE | LLVMIntULE);
        // From the lowest limb up, each decides unless it is equal.
        let mut holds = self.op(if or_equal { Op::Iule } else { Op::Iult }, I64, &[x[0], y[0]]);
        for i in 1..x.len() {
            let less = if signed && i + 1 == x.len() { Op::Islt } else { Op::Iult };
            let below = self.op(less, I64, &[x[i], y[i]]);
            let equal = self.op(Op::Ieq, I64, &[x[i], y[i]]);
            holds = self.op(Op::Select, Type::I8, &[equal, holds, below]);
        }
        Ok(holds)
    }

    /// `trunc`, `zext` and `sext` where either width is above 128.
    pub(crate) fn wide_cast(
        &mut self,
        opcode: LLVMOpcode,
        operand: LLVMValueRef,
        from: u32,
        to: u32,
    ) -> Result<Leaves<Value>, ReadError> {
        let signed = opcode == LLVMOpcode::LLVMSExt;
        let mut limbs = if from > 128 {
            let limbs = self.leaves(operand)?;
            self.wide_clean(limbs, from, signed)
        } else if from > 64 {
            let value = self.clean(operand, signed)?;
            smallvec![self.op(Op::Trunc, I64, &[value]), self.op(Op::Ihigh, I64, &[value])]
        } else {
            smallvec![self.extended(operand, signed, I64)?]
        };
        if to > 128 {
            let fill = self.fill(&limbs, signed);
            limbs.resize(to.div_ceil(64) as usize, fill);
            return Ok(limbs);
        }
        let value = if to > 64 {
            self.op(Op::Iconcat, Type::I128, &[limbs[0], limbs[1]])
        } else {
            self.resized(limbs[0], container(to))
        };
        Ok(smallvec![if to == 1 { self.lowest_bit(value) } else { value }])
    }
}
