//! Arithmetic on vectors: chunk by chunk where there is an op for it, else lane by lane.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::Leaves;
use crate::vector::{Lane, Shape};
use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type, Value};

impl FuncReader<'_> {
    /// Applies a two-operand op to each pair of chunks.
    pub(crate) fn chunkwise(&mut self, op: Op, ty: Type, a: &[Value], b: &[Value]) -> Leaves<Value> {
        a.iter().zip(b).map(|(&a, &b)| self.op(op, ty, &[a, b])).collect()
    }

    /// Applies a scalar computation to each lane of vectors of one length. `result` is the shape made.
    pub(crate) fn lane_by_lane(
        &mut self,
        operands: &[(Shape, Leaves<Value>)],
        result: Shape,
        mut compute: impl FnMut(&mut Self, &[Value]) -> Value,
    ) -> Leaves<Value> {
        let lanes: Vec<Value> = (0..result.length)
            .map(|i| {
                let args: Leaves<Value> = operands.iter().map(|(shape, chunks)| self.lane(*shape, chunks, i)).collect();
                compute(self, &args)
            })
            .collect();
        self.join_lanes(result, &lanes)
    }

    /// A unary or binary operator; `None` if it needs a shim.
    pub(crate) fn vector_arithmetic(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        use LLVMOpcode::*;
        let shape = Shape::of(llvm::type_of(inst));
        if !shape.computes() {
            return Ok(None);
        }
        let opcode = llvm::opcode(inst);
        let a = self.leaves(llvm::operand(inst, 0))?;
        if opcode == LLVMFNeg {
            return Ok(Some(a.iter().map(|&a| self.op(Op::Fneg, shape.chunk, &[a])).collect()));
        }
        let right = llvm::operand(inst, 1);
        if shape.lane == Lane::Bool {
            let op = match opcode {
                LLVMAnd | LLVMMul => Op::And,
                LLVMOr => Op::Or,
                LLVMXor | LLVMAdd | LLVMSub => Op::Xor,
                // A shift by one and a division by zero are undefined, so what is left gives the first operand.
                LLVMShl | LLVMLShr | LLVMAShr | LLVMUDiv | LLVMSDiv => return Ok(Some(a)),
                LLVMURem | LLVMSRem => return Ok(Some(a.iter().map(|_| self.zero(shape.chunk)).collect())),
                _ => return Ok(None),
            };
            let b = self.leaves(right)?;
            self.combine_wide_masks(inst, op);
            return Ok(Some(self.chunkwise(op, shape.chunk, &a, &b)));
        }
        if matches!(opcode, LLVMShl | LLVMLShr | LLVMAShr) {
            return self.vector_shift(opcode, shape, &a, right).map(Some);
        }
        let b = self.leaves(right)?;
        let scalar = shape.chunk.lane();
        Ok(Some(match opcode {
            LLVMAdd => self.chunkwise(Op::Iadd, shape.chunk, &a, &b),
            LLVMSub => self.chunkwise(Op::Isub, shape.chunk, &a, &b),
            LLVMAnd => self.chunkwise(Op::And, shape.chunk, &a, &b),
            LLVMOr => self.chunkwise(Op::Or, shape.chunk, &a, &b),
            LLVMXor => self.chunkwise(Op::Xor, shape.chunk, &a, &b),
            LLVMFAdd => self.chunkwise(Op::Fadd, shape.chunk, &a, &b),
            LLVMFSub => self.chunkwise(Op::Fsub, shape.chunk, &a, &b),
            LLVMFMul => self.chunkwise(Op::Fmul, shape.chunk, &a, &b),
            LLVMFDiv => self.chunkwise(Op::Fdiv, shape.chunk, &a, &b),
            LLVMMul => a.iter().zip(&b).map(|(&a, &b)| self.multiply_chunk(shape.chunk, a, b)).collect(),
            LLVMFRem => {
                let name = if scalar == Type::F32 { "fmodf" } else { "fmod" };
                self.lane_by_lane(&[(shape, a), (shape, b)], shape, |r, args| {
                    r.call_native(name, &[scalar, scalar], &[scalar], args)[0]
                })
            }
            LLVMUDiv | LLVMSDiv | LLVMURem | LLVMSRem => {
                let op = match opcode {
                    LLVMUDiv => Op::Udiv,
                    LLVMSDiv => Op::Sdiv,
                    LLVMURem => Op::Urem,
                    _ => Op::Srem,
                };
                self.lane_by_lane(&[(shape, a), (shape, b)], shape, |r, args| r.op(op, scalar, args))
            }
            _ => return Ok(None),
        }))
    }

    /// Low halves of the products of two integer chunks.
    pub(crate) fn multiply_chunk(&mut self, chunk: Type, a: Value, b: Value) -> Value {
        if chunk != Type::I8x16 {
            return self.op(Op::Imul, chunk, &[a, b]);
        }
        // No machine multiplies bytes: even and odd ones apart, in 16-bit lanes.
        let wide = Type::I16x8;
        let (a, b) = (self.cast_chunk(a, wide), self.cast_chunk(b, wide));
        let low = self.splat_bits(wide, 0xff);
        let eight = self.iconst(Type::I32, 8);
        let even = self.op(Op::Imul, wide, &[a, b]);
        let even = self.op(Op::And, wide, &[even, low]);
        let a = self.op(Op::Lshr, wide, &[a, eight]);
        let b = self.op(Op::Lshr, wide, &[b, eight]);
        let odd = self.op(Op::Imul, wide, &[a, b]);
        let odd = self.op(Op::Shl, wide, &[odd, eight]);
        let whole = self.op(Op::Or, wide, &[even, odd]);
        self.cast_chunk(whole, chunk)
    }

    fn vector_shift(
        &mut self,
        opcode: LLVMOpcode,
        shape: Shape,
        a: &Leaves<Value>,
        amount: LLVMValueRef,
    ) -> Result<Leaves<Value>, ReadError> {
        let op = match opcode {
            LLVMOpcode::LLVMShl => Op::Shl,
            LLVMOpcode::LLVMLShr => Op::Lshr,
            _ => Op::Ashr,
        };
        if let Some(amount) = self.uniform_amount(amount)? {
            return Ok(self.shift_all(op, shape.chunk, a, amount));
        }
        let amounts = self.constant_elements(amount);
        let multiplies = matches!(shape.chunk, Type::I16x8 | Type::I32x4);
        if let Some(amounts) = amounts
            && op == Op::Shl
            && multiplies
        {
            let width = shape.lane_bytes() * 8;
            let mut product = Leaves::new();
            for (&a, amounts) in a.iter().zip(amounts.chunks(shape.per_chunk() as usize)) {
                let powers = amounts.iter().enumerate().fold(0, |all, (i, &amount)| {
                    let power = if amount < u64::from(width) { 1u128 << amount } else { 0 };
                    all | power << (i as u32 * width)
                });
                let powers = self.bits(shape.chunk, powers);
                product.push(self.op(Op::Imul, shape.chunk, &[a, powers]));
            }
            return Ok(product);
        }
        let amount = self.leaves(amount)?;
        let scalar = shape.chunk.lane();
        Ok(self.lane_by_lane(&[(shape, a.clone()), (shape, amount)], shape, |r, args| r.op(op, scalar, args)))
    }

    /// Shifts all lanes of all chunks by one `i32` amount.
    pub(crate) fn shift_all(&mut self, op: Op, chunk: Type, a: &[Value], amount: Value) -> Leaves<Value> {
        if op == Op::Ashr && chunk == Type::I64x2 {
            // Shifted as unsigned, then the sign put back: ((x >> n) ^ m) - m with m the sign bit's new place.
            let sign = self.splat_bits(chunk, 1 << 63);
            let sign = self.op(Op::Lshr, chunk, &[sign, amount]);
            return a
                .iter()
                .map(|&a| {
                    let a = self.op(Op::Lshr, chunk, &[a, amount]);
                    let a = self.op(Op::Xor, chunk, &[a, sign]);
                    self.op(Op::Isub, chunk, &[a, sign])
                })
                .collect();
        }
        a.iter().map(|&a| self.op(op, chunk, &[a, amount])).collect()
    }

    /// The amount that a vector of equal shift amounts has, as an `i32`.
    fn uniform_amount(&mut self, amount: LLVMValueRef) -> Result<Option<Value>, ReadError> {
        if let Some(constant) = self.constant_splat(amount) {
            return Ok(Some(self.iconst(Type::I32, (constant & 0xffff).into())));
        }
        let Some(scalar) = crate::shuffle::splatted(amount) else {
            return Ok(None);
        };
        let scalar = self.one(scalar)?;
        Ok(Some(match self.ty(scalar) {
            Type::I8 => self.op(Op::Zext8, Type::I32, &[scalar]),
            Type::I16 => self.op(Op::Zext16, Type::I32, &[scalar]),
            Type::I32 => scalar,
            _ => self.op(Op::Trunc, Type::I32, &[scalar]),
        }))
    }

    /// The high 64 bits or low scalar lane of a chunk.
    pub(crate) fn first_lane(&mut self, chunk: Value) -> Value {
        let ty = self.ty(chunk);
        self.emit(Op::Extractlane, ty, &[chunk], Imm::Lane(0))
    }
}
