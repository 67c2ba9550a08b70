//! x86 machine intrinsics that ops of ours express; all others are shims.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::treatment::{Family, Treatment};
use crate::types::Leaves;
use crate::vector::Shape;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

/// How an intrinsic is read.
#[derive(Clone, Copy)]
enum Reading {
    /// One op on each pair of chunks.
    Chunks(Op, Type),
    /// One op on the first lanes; the others are the first operand's.
    FirstLane(Op),
    /// The sign bits of all lanes.
    SignBits,
    /// A conversion of all lanes, towards zero.
    TruncateLanes,
    /// A conversion of the first lane, towards zero.
    TruncateFirst(Type),
    /// A shift of all lanes by one amount, which has to be known.
    Shift(Op),
    /// A fence.
    Fence,
}

use Reading::*;

/// Intrinsics with ops of ours, by their names without `llvm.x86.`, in order. Packing works within 128 bits, as chunks do.
const TABLE: &[(&str, Reading)] = &[
    ("avx.max.pd.256", Chunks(Op::Fpmax, Type::F64x2)),
    ("avx.max.ps.256", Chunks(Op::Fpmax, Type::F32x4)),
    ("avx.min.pd.256", Chunks(Op::Fpmin, Type::F64x2)),
    ("avx.min.ps.256", Chunks(Op::Fpmin, Type::F32x4)),
    ("avx.movmsk.pd.256", SignBits),
    ("avx.movmsk.ps.256", SignBits),
    ("avx2.packssdw", Chunks(Op::Snarrow, Type::I16x8)),
    ("avx2.packsswb", Chunks(Op::Snarrow, Type::I8x16)),
    ("avx2.packusdw", Chunks(Op::Unarrow, Type::I16x8)),
    ("avx2.packuswb", Chunks(Op::Unarrow, Type::I8x16)),
    ("avx2.pavg.b", Chunks(Op::AvgRound, Type::I8x16)),
    ("avx2.pavg.w", Chunks(Op::AvgRound, Type::I16x8)),
    ("avx2.pmovmskb", SignBits),
    ("avx2.pslli.d", Shift(Op::Shl)),
    ("avx2.pslli.q", Shift(Op::Shl)),
    ("avx2.pslli.w", Shift(Op::Shl)),
    ("avx2.psrai.d", Shift(Op::Ashr)),
    ("avx2.psrai.w", Shift(Op::Ashr)),
    ("avx2.psrli.d", Shift(Op::Lshr)),
    ("avx2.psrli.q", Shift(Op::Lshr)),
    ("avx2.psrli.w", Shift(Op::Lshr)),
    ("sse.cvttss2si", TruncateFirst(Type::I32)),
    ("sse.cvttss2si64", TruncateFirst(Type::I64)),
    ("sse.max.ps", Chunks(Op::Fpmax, Type::F32x4)),
    ("sse.max.ss", FirstLane(Op::Fpmax)),
    ("sse.min.ps", Chunks(Op::Fpmin, Type::F32x4)),
    ("sse.min.ss", FirstLane(Op::Fpmin)),
    ("sse.movmsk.ps", SignBits),
    ("sse.sfence", Fence),
    ("sse2.cvttps2dq", TruncateLanes),
    ("sse2.cvttsd2si", TruncateFirst(Type::I32)),
    ("sse2.cvttsd2si64", TruncateFirst(Type::I64)),
    ("sse2.lfence", Fence),
    ("sse2.max.pd", Chunks(Op::Fpmax, Type::F64x2)),
    ("sse2.max.sd", FirstLane(Op::Fpmax)),
    ("sse2.mfence", Fence),
    ("sse2.min.pd", Chunks(Op::Fpmin, Type::F64x2)),
    ("sse2.min.sd", FirstLane(Op::Fpmin)),
    ("sse2.movmsk.pd", SignBits),
    ("sse2.packssdw.128", Chunks(Op::Snarrow, Type::I16x8)),
    ("sse2.packsswb.128", Chunks(Op::Snarrow, Type::I8x16)),
    ("sse2.packuswb.128", Chunks(Op::Unarrow, Type::I8x16)),
    ("sse2.pavg.b", Chunks(Op::AvgRound, Type::I8x16)),
    ("sse2.pavg.w", Chunks(Op::AvgRound, Type::I16x8)),
    ("sse2.pmovmskb.128", SignBits),
    ("sse2.pslli.d", Shift(Op::Shl)),
    ("sse2.pslli.q", Shift(Op::Shl)),
    ("sse2.pslli.w", Shift(Op::Shl)),
    ("sse2.psrai.d", Shift(Op::Ashr)),
    ("sse2.psrai.w", Shift(Op::Ashr)),
    ("sse2.psrli.d", Shift(Op::Lshr)),
    ("sse2.psrli.q", Shift(Op::Lshr)),
    ("sse2.psrli.w", Shift(Op::Lshr)),
    ("sse41.packusdw", Chunks(Op::Unarrow, Type::I16x8)),
];

fn reading(name: &str) -> Option<Reading> {
    TABLE.binary_search_by_key(&name, |&(name, _)| name).ok().map(|at| TABLE[at].1)
}

/// What becomes of a machine intrinsic, named without `llvm.x86.`.
pub(crate) fn treatment(name: &str) -> Treatment {
    match reading(name) {
        Some(_) => Treatment::Ops(Family::X86),
        None if name == "sse2.pause" => Treatment::Dropped,
        None => Treatment::OutOfLine,
    }
}

impl FuncReader<'_> {
    /// A call of an intrinsic `x86.*` with ops of ours; `None` if it needs a shim after all.
    pub(crate) fn x86_intrinsic(&mut self, call: LLVMValueRef, base: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let arg = |i| llvm::operand(call, i);
        let Some(reading) = reading(base.trim_start_matches("x86.")) else { return Ok(None) };
        let value = match reading {
            Chunks(op, ty) => {
                let (a, b) = (self.leaves(arg(0))?, self.leaves(arg(1))?);
                return Ok(Some(self.chunkwise(op, ty, &a, &b)));
            }
            SignBits => {
                let shape = Shape::of(llvm::type_of(arg(0)));
                let mut whole = None;
                for (i, chunk) in (0..).zip(self.leaves(arg(0))?) {
                    let bits = self.op(Op::Vsignbits, shape.chunk, &[chunk]);
                    whole = Some(match whole {
                        None => bits,
                        Some(before) => {
                            let amount = self.iconst(Type::I32, (i * shape.per_chunk()).into());
                            let bits = self.op(Op::Shl, Type::I32, &[bits, amount]);
                            self.op(Op::Or, Type::I32, &[before, bits])
                        }
                    });
                }
                whole.expect("a vector has chunks")
            }
            TruncateLanes => {
                let vector = self.one(arg(0))?;
                self.op(Op::Vftosi, Type::I32x4, &[vector])
            }
            TruncateFirst(to) => {
                let vector = self.one(arg(0))?;
                let lane = self.first_lane(vector);
                let from = self.ty(lane);
                self.emit(Op::Ftosi, to, &[lane], Imm::FromType(from))
            }
            FirstLane(op) => {
                let (a, b) = (self.one(arg(0))?, self.one(arg(1))?);
                let (x, y) = (self.first_lane(a), self.first_lane(b));
                let (ty, lane) = (self.ty(a), self.ty(x));
                let extreme = self.op(op, lane, &[x, y]);
                self.emit(Op::Insertlane, ty, &[a, extreme], Imm::Lane(0))
            }
            Fence => {
                self.emit_all(Op::Fence, Type::Ptr, &[], Imm::None);
                return Ok(Some(smallvec![]));
            }
            Shift(op) => return self.x86_shift(call, op),
        };
        Ok(Some(smallvec![value]))
    }

    /// Shifts of all lanes by a known amount.
    fn x86_shift(&mut self, call: LLVMValueRef, op: Op) -> Result<Option<Leaves<Value>>, ReadError> {
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
                return Ok(Some(chunks.iter().map(|_| self.zero(shape.chunk)).collect()));
            }
            amount = width - 1;
        }
        let amount = self.iconst(Type::I32, amount.into());
        Ok(Some(self.shift_all(op, shape.chunk, &chunks, amount)))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_in_order() {
        assert!(super::TABLE.is_sorted_by(|a, b| a.0 < b.0));
    }
}
