//! Reductions of a vector to a scalar, and rearrangements of whole vectors.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::shuffle::Pick;
use crate::types::Leaves;
use crate::vector::{Lane, Shape};
use llvm_sys::LLVMFastMathAllowReassoc;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Op, Type, Value};
use smallvec::smallvec;

impl FuncReader<'_> {
    /// `llvm.vector.reduce.*`; `None` if it needs a shim.
    pub(crate) fn reduction(&mut self, call: LLVMValueRef, base: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let vector = llvm::operand(call, llvm::arg_count(call) - 1);
        let shape = Shape::of(llvm::type_of(vector));
        let kind = base.trim_start_matches("vector.reduce.");
        let sequential = matches!(kind, "fadd" | "fmul");
        let op = match kind {
            "add" => Op::Iadd,
            "mul" => Op::Imul,
            "and" => Op::And,
            "or" => Op::Or,
            "xor" => Op::Xor,
            "smin" => Op::Smin,
            "smax" => Op::Smax,
            "umin" => Op::Umin,
            "umax" => Op::Umax,
            "fadd" => Op::Fadd,
            "fmul" => Op::Fmul,
            _ => return Ok(None),
        };
        let computes = matches!(shape.lane, Lane::Int | Lane::Float);
        if !computes || (shape.lane == Lane::Float) != sequential {
            return match (shape.lane, op) {
                (Lane::Bool, Op::And | Op::Or | Op::Xor) => self.reduce_bools(vector, shape, op).map(Some),
                _ => Ok(None),
            };
        }
        let chunks = self.leaves(vector)?;
        let scalar = shape.chunk.lane();
        if sequential {
            let start = self.one(llvm::operand(call, 0))?;
            if llvm::fast_math(call) & LLVMFastMathAllowReassoc == 0 {
                let lanes = self.lanes(shape, &chunks);
                return Ok(Some(smallvec![lanes.iter().fold(start, |sum, &l| self.op(op, scalar, &[sum, l]))]));
            }
            let whole = self.reduce_by_halves(op, shape, chunks);
            return Ok(Some(smallvec![self.op(op, scalar, &[start, whole])]));
        }
        Ok(Some(smallvec![self.reduce_by_halves(op, shape, chunks)]))
    }

    /// Combines the upper half of the lanes with the lower, until one is left: the order in which LLVM does it.
    fn reduce_by_halves(&mut self, op: Op, shape: Shape, chunks: Leaves<Value>) -> Value {
        let (ty, scalar) = (shape.chunk, shape.chunk.lane());
        let has_op = ty != Type::I64x2 || !matches!(op, Op::Smin | Op::Smax | Op::Umin | Op::Umax);
        if !shape.length.is_power_of_two() || !has_op {
            let lanes = self.lanes(shape, &chunks);
            return lanes.into_iter().reduce(|a, b| self.op(op, scalar, &[a, b])).expect("a vector has elements");
        }
        let combine = |r: &mut Self, a, b| match op {
            Op::Imul => r.multiply_chunk(ty, a, b),
            _ => r.op(op, ty, &[a, b]),
        };
        let mut chunks = chunks;
        while chunks.len() > 1 {
            let (low, high) = chunks.split_at(chunks.len() / 2);
            chunks = low.iter().zip(high).map(|(&a, &b)| combine(self, a, b)).collect();
        }
        let mut whole = chunks[0];
        let mut length = shape.length.min(shape.per_chunk());
        while length > 1 {
            length /= 2;
            let picks: Vec<Pick> = (0..length).map(|i| Some((0, i + length))).collect();
            let upper = self.pick_lanes(ty, &[whole], &picks)[0];
            whole = combine(self, whole, upper);
        }
        self.first_lane(whole)
    }

    fn reduce_bools(&mut self, vector: LLVMValueRef, shape: Shape, op: Op) -> Result<Leaves<Value>, ReadError> {
        let chunks = self.leaves(vector)?;
        let mut whole: Option<Value> = None;
        for (i, &chunk) in chunks.iter().enumerate() {
            let count = (shape.length - i as u32 * 16).min(16);
            if count == 16 && op == Op::Or {
                let part = self.op(Op::Vany, Type::I8x16, &[chunk]);
                whole = Some(whole.map_or(part, |before| self.op(op, Type::I8, &[before, part])));
                continue;
            }
            let bits = self.op(Op::Vsignbits, Type::I8x16, &[chunk]);
            let all = self.bits(Type::I32, crate::function::mask(count));
            let bits = self.op(Op::And, Type::I32, &[bits, all]);
            let part = match op {
                Op::And => self.op(Op::Ieq, Type::I32, &[bits, all]),
                Op::Or => {
                    let zero = self.zero(Type::I32);
                    self.op(Op::Ine, Type::I32, &[bits, zero])
                }
                _ => {
                    let count = self.op(Op::Popcnt, Type::I32, &[bits]);
                    self.lowest_bit(count)
                }
            };
            whole = Some(match whole {
                None => part,
                Some(before) => self.op(op, Type::I8, &[before, part]),
            });
        }
        Ok(smallvec![whole.expect("a vector has elements")])
    }

    /// `llvm.vector.insert`, `extract`, `reverse`, `splice`, `interleave2`, `deinterleave2`; `None` if it needs a shim.
    pub(crate) fn rearrangement(&mut self, call: LLVMValueRef, base: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let first = llvm::operand(call, 0);
        let source = Shape::of(llvm::type_of(first));
        if source.lane == Lane::Wide {
            return Ok(None);
        }
        let mut sources = self.leaves(first)?;
        let second = sources.len();
        if matches!(base, "vector.insert" | "vector.splice" | "vector.interleave2") {
            sources.extend(self.leaves(llvm::operand(call, 1))?);
        }
        let per = source.per_chunk();
        let from = |start: usize, i: u32| Some((start + (i / per) as usize, i % per));
        let number = |i: u32| llvm::sext_value(llvm::operand(call, i));
        let length = source.length;
        let picks: Vec<Pick> = match base {
            "vector.reverse" => (0..length).map(|i| from(0, length - 1 - i)).collect(),
            "vector.extract" => {
                let start = number(1) as u32;
                let length = llvm::vector_length(llvm::type_of(call));
                (start..start + length).map(|i| from(0, i)).collect()
            }
            "vector.insert" => {
                let start = number(2) as u32;
                let part = llvm::vector_length(llvm::type_of(llvm::operand(call, 1)));
                let pick = |i| if (start..start + part).contains(&i) { from(second, i - start) } else { from(0, i) };
                (0..length).map(pick).collect()
            }
            "vector.splice" => {
                let start = if number(2) < 0 { i64::from(length) + number(2) } else { number(2) } as u32;
                let pick = |i| if i < length { from(0, i) } else { from(second, i - length) };
                (start..start + length).map(pick).collect()
            }
            "vector.interleave2" => (0..2 * length).map(|i| from(if i % 2 == 0 { 0 } else { second }, i / 2)).collect(),
            _ => {
                let even: Vec<Pick> = (0..length / 2).map(|i| from(0, 2 * i)).collect();
                let odd: Vec<Pick> = (0..length / 2).map(|i| from(0, 2 * i + 1)).collect();
                let mut both = self.pick_lanes(source.chunk, &sources, &even);
                both.extend(self.pick_lanes(source.chunk, &sources, &odd));
                return Ok(Some(both));
            }
        };
        Ok(Some(self.pick_lanes(source.chunk, &sources, &picks)))
    }
}
