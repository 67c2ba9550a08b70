//! Vectors of integers of odd widths in memory: element after element without gaps, the first one in the lowest bits, as in
//! an integer of as many bits (LangRef, "Vector Type").
//!
//! LLVM's own code for it reads wrong bits where they fill whole bytes though the elements do not (`<24 x i5>`), so it is
//! not asked.

use crate::error::ReadError;
use crate::function::{FuncReader, mask};
use crate::llvm;
use crate::types::{Leaves, container, is_vector};
use crate::vector::{Lane, Shape};
use llvm_sys::prelude::LLVMTypeRef;
use rheo_ir::{Imm, Op, Type, Value};

/// Bits that are put together at a time.
const WORD_BITS: u32 = 64;

impl FuncReader<'_> {
    /// Whether it is such a vector.
    pub(crate) fn is_packed(&self, ty: LLVMTypeRef) -> bool {
        is_vector(ty) && Shape::of(ty).lane == Lane::OddInt
    }

    /// Reads such a vector's chunks at `base` + `offset`.
    pub(crate) fn packed_load(
        &mut self,
        ty: LLVMTypeRef,
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<Leaves<Value>, ReadError> {
        let (shape, width) = (Shape::of(ty), llvm::int_width(llvm::element_type(ty)));
        let lane = shape.chunk.lane();
        let mut chunks = Leaves::new();
        for i in 0..shape.length {
            let (first, shift) = (i * width / 8, i * width % 8);
            let bytes = (shift + width).div_ceil(8);
            let mut whole = self.load_bytes(bytes, base, self.beyond(offset, first)?, volatile);
            let ty = self.ty(whole);
            if shift != 0 {
                let amount = self.iconst(ty, shift.into());
                whole = self.op(Op::Lshr, ty, &[whole, amount]);
            }
            let cut = self.resized(whole, lane);
            let low = self.bits(lane, mask(width));
            let element = self.op(Op::And, lane, &[cut, low]);
            let at = (i % shape.per_chunk()) as u8;
            if at == 0 {
                chunks.push(self.op(Op::Splat, shape.chunk, &[element]));
            } else {
                let chunk = chunks.last_mut().expect("begun by its first lane");
                *chunk = self.emit(Op::Insertlane, shape.chunk, &[*chunk, element], Imm::Lane(at));
            }
        }
        Ok(chunks)
    }

    /// Writes such a vector's chunks at `base` + `offset`.
    pub(crate) fn packed_store(
        &mut self,
        ty: LLVMTypeRef,
        chunks: &[Value],
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<(), ReadError> {
        let (shape, width) = (Shape::of(ty), llvm::int_width(llvm::element_type(ty)));
        let bits = shape.length * width;
        for start in (0..bits).step_by(WORD_BITS as usize) {
            let end = (start + WORD_BITS).min(bits);
            let mut word = None;
            for i in start / width..end.div_ceil(width) {
                let (chunk, at) = (chunks[(i / shape.per_chunk()) as usize], (i % shape.per_chunk()) as u8);
                let element = self.emit(Op::Extractlane, shape.chunk, &[chunk], Imm::Lane(at));
                let wide = self.resized(element, Type::I64);
                let low = self.bits(Type::I64, mask(width));
                let mut part = self.op(Op::And, Type::I64, &[wide, low]);
                let (op, amount) = match (i * width).checked_sub(start) {
                    Some(up) => (Op::Shl, up),
                    None => (Op::Lshr, start - i * width),
                };
                if amount != 0 {
                    let amount = self.iconst(Type::I64, amount.into());
                    part = self.op(op, Type::I64, &[part, amount]);
                }
                word = Some(match word {
                    None => part,
                    Some(word) => self.op(Op::Or, Type::I64, &[word, part]),
                });
            }
            let word = word.expect("some element lies there");
            let bytes = (end - start).div_ceil(8);
            let cut = self.resized(word, container(bytes * 8));
            self.store_bytes(cut, bytes, base, self.beyond(offset, start / 8)?, volatile);
        }
        Ok(())
    }

    fn beyond(&self, offset: i32, bytes: u32) -> Result<i32, ReadError> {
        let more = i32::try_from(bytes).ok().and_then(|bytes| offset.checked_add(bytes));
        more.ok_or_else(|| self.unsupported("vector of more than 2 GiB"))
    }
}
