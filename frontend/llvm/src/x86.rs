//! x86 machine intrinsics that ops of ours express; all others are shims.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::Leaves;
use crate::vector::Shape;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

impl FuncReader<'_> {
    /// A call of `llvm.x86.*`, named without that; `None` if it needs a shim.
    pub(crate) fn x86_intrinsic(&mut self, call: LLVMValueRef, name: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let arg = |i| llvm::operand(call, i);
        let two = |op, ty| Some((op, ty));
        let chunk_op = match name {
            "sse.min.ps" => two(Op::Fpmin, Type::F32x4),
            "sse.max.ps" => two(Op::Fpmax, Type::F32x4),
            "sse2.min.pd" => two(Op::Fpmin, Type::F64x2),
            "sse2.max.pd" => two(Op::Fpmax, Type::F64x2),
            "sse2.packsswb.128" => two(Op::Snarrow, Type::I8x16),
            "sse2.packssdw.128" => two(Op::Snarrow, Type::I16x8),
            "sse2.packuswb.128" => two(Op::Unarrow, Type::I8x16),
            "sse41.packusdw" => two(Op::Unarrow, Type::I16x8),
            "sse2.pavg.b" => two(Op::AvgRound, Type::I8x16),
            "sse2.pavg.w" => two(Op::AvgRound, Type::I16x8),
            _ => None,
        };
        if let Some((op, ty)) = chunk_op {
            let (a, b) = (self.one(arg(0))?, self.one(arg(1))?);
            return Ok(Some(smallvec![self.op(op, ty, &[a, b])]));
        }
        let value = match name {
            "sse.movmsk.ps" | "sse2.movmsk.pd" | "sse2.pmovmskb.128" => {
                let ty = Shape::of(llvm::type_of(arg(0))).chunk;
                let vector = self.one(arg(0))?;
                self.op(Op::Vsignbits, ty, &[vector])
            }
            "sse2.cvttps2dq" => {
                let vector = self.one(arg(0))?;
                self.op(Op::Vftosi, Type::I32x4, &[vector])
            }
            "sse.cvttss2si" | "sse.cvttss2si64" | "sse2.cvttsd2si" | "sse2.cvttsd2si64" => {
                let vector = self.one(arg(0))?;
                let lane = self.first_lane(vector);
                let (from, to) = (self.ty(lane), if name.ends_with("64") { Type::I64 } else { Type::I32 });
                self.emit(Op::Ftosi, to, &[lane], Imm::FromType(from))
            }
            "sse.min.ss" | "sse.max.ss" | "sse2.min.sd" | "sse2.max.sd" => {
                let op = if name.contains(".min.") { Op::Fpmin } else { Op::Fpmax };
                let (a, b) = (self.one(arg(0))?, self.one(arg(1))?);
                let (x, y) = (self.first_lane(a), self.first_lane(b));
                let (ty, lane) = (self.ty(a), self.ty(x));
                let extreme = self.op(op, lane, &[x, y]);
                self.emit(Op::Insertlane, ty, &[a, extreme], Imm::Lane(0))
            }
            "sse2.mfence" | "sse2.lfence" | "sse.sfence" => {
                self.emit_all(Op::Fence, Type::Ptr, &[], Imm::None);
                return Ok(Some(smallvec![]));
            }
            _ => return self.x86_shift(call, name),
        };
        Ok(Some(smallvec![value]))
    }

    /// Shifts of all lanes by a known amount.
    fn x86_shift(&mut self, call: LLVMValueRef, name: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let op = match name.strip_prefix("sse2.").and_then(|n| n.split_once('.')) {
            Some(("pslli", _)) => Op::Shl,
            Some(("psrli", _)) => Op::Lshr,
            Some(("psrai", _)) => Op::Ashr,
            _ => return Ok(None),
        };
        let amount = llvm::operand(call, 1);
        if !llvm::is_const_int(amount) {
            return Ok(None);
        }
        let shape = Shape::of(llvm::type_of(call));
        let width = u64::from(shape.lane_bytes()) * 8;
        let mut amount = llvm::zext_value(amount) & 0xffff_ffff;
        let chunks = self.leaves(llvm::operand(call, 0))?;
        if amount >= width {
            if op != Op::Ashr {
                return Ok(Some(smallvec![self.zero(shape.chunk)]));
            }
            amount = width - 1;
        }
        let amount = self.iconst(Type::I32, amount.into());
        Ok(Some(self.shift_all(op, shape.chunk, &chunks, amount)))
    }
}
