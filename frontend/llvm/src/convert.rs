//! Vector conversions, comparisons, masks and selection.
//!
//! A vector of booleans stands in bytes, while a comparison makes lanes as wide as what it compares. The wide lanes are
//! remembered beside the bytes, so that a `select` or `sext` of the same width takes them directly; whichever form goes
//! unused is dropped when the function has been read.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::{self, Leaves};
use crate::vector::{Lane, Shape};
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use llvm_sys::{LLVMIntPredicate, LLVMOpcode, LLVMRealPredicate, LLVMTypeKind};
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

/// The integer chunk with lanes of `bytes` bytes.
pub(crate) fn int_chunk(bytes: u32) -> Type {
    match bytes {
        1 => Type::I8x16,
        2 => Type::I16x8,
        4 => Type::I32x4,
        _ => Type::I64x2,
    }
}

impl FuncReader<'_> {
    // Lane widths.

    /// Integer chunks of `length` lanes with each lane extended to `bytes` bytes.
    pub(crate) fn widen(
        &mut self,
        chunks: &[Value],
        from: Type,
        bytes: u32,
        signed: bool,
        length: u32,
    ) -> Leaves<Value> {
        let mut chunks: Leaves<Value> = chunks.into();
        let mut from = from;
        let (low, high) = if signed { (Op::SwidenLow, Op::SwidenHigh) } else { (Op::UwidenLow, Op::UwidenHigh) };
        while from.lane().bytes() < bytes {
            let half = from.lanes() / 2;
            let mut wide = Leaves::new();
            for (i, &chunk) in chunks.iter().enumerate() {
                wide.push(self.op(low, from, &[chunk]));
                if i as u32 * from.lanes() + half < length {
                    wide.push(self.op(high, from, &[chunk]));
                }
            }
            chunks = wide;
            from = int_chunk(from.lane().bytes() * 2);
        }
        chunks
    }

    /// Integer chunks with each lane cut to its low `bytes` bytes.
    pub(crate) fn narrow(&mut self, chunks: &[Value], from: Type, bytes: u32) -> Leaves<Value> {
        let mut chunks: Leaves<Value> = chunks.into();
        let mut lane = from.lane().bytes();
        while lane > bytes {
            let half = lane / 2;
            // Byte i of the result is byte i % half of lane i / half.
            let picks = (0..16).fold(0, |picks, i| picks | u128::from(i / half * lane + i % half) << (8 * i));
            chunks = chunks
                .chunks(2)
                .map(|pair| {
                    let (a, b) = (pair[0], pair[pair.len() - 1]);
                    let picked = self.shuffle_bytes(a, b, picks);
                    self.cast_chunk(picked, int_chunk(half))
                })
                .collect();
            lane = half;
        }
        chunks
    }

    /// Lanes of 0 or -1 as vectors of booleans have them, from wider lanes of 0 or -1.
    pub(crate) fn narrow_mask(&mut self, chunks: &[Value], from: Type) -> Leaves<Value> {
        let mut chunks: Leaves<Value> = chunks.into();
        let mut from = from;
        if from == Type::I64x2 {
            chunks = self.narrow(&chunks, from, 4);
            from = Type::I32x4;
        }
        while from != Type::I8x16 {
            let to = int_chunk(from.lane().bytes() / 2);
            chunks = chunks.chunks(2).map(|p| self.op(Op::Snarrow, to, &[p[0], p[p.len() - 1]])).collect();
            from = to;
        }
        chunks
    }

    /// The lanes, `bytes` bytes wide and 0 or -1, of a vector of booleans.
    pub(crate) fn wide_mask(&mut self, mask: LLVMValueRef, bytes: u32) -> Result<Leaves<Value>, ReadError> {
        if let Some((ty, chunks)) = self.masks.get(&mask)
            && ty.lane().bytes() == bytes
        {
            return Ok(chunks.clone());
        }
        let length = llvm::vector_length(llvm::type_of(mask));
        let chunks = self.leaves(mask)?;
        Ok(self.widen(&chunks, Type::I8x16, bytes, true, length))
    }

    /// Remembers the wide form of a comparison, and gives the one in bytes.
    fn comparison(&mut self, inst: LLVMValueRef, wide: Leaves<Value>, ty: Type) -> Leaves<Value> {
        let narrow = self.narrow_mask(&wide, ty);
        self.masks.insert(inst, (ty, wide));
        narrow
    }

    /// For a bitwise operator on booleans: the same on the wide forms, where both are known.
    pub(crate) fn combine_wide_masks(&mut self, inst: LLVMValueRef, op: Op) {
        let [a, b] = [0, 1].map(|i| self.masks.get(&llvm::operand(inst, i)).cloned());
        if let (Some((ty, a)), Some((other, b))) = (a, b)
            && ty == other
        {
            let wide = self.chunkwise(op, ty, &a, &b);
            self.masks.insert(inst, (ty, wide));
        }
    }

    // Comparisons.

    /// `icmp`; `None` if it needs a shim.
    pub(crate) fn vector_int_compare(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        use LLVMIntPredicate::*;
        let shape = Shape::of(llvm::type_of(llvm::operand(inst, 0)));
        if !shape.computes() {
            return Ok(None);
        }
        let (op, swapped) = match llvm::int_predicate(inst) {
            LLVMIntEQ => (Op::Ieq, false),
            LLVMIntNE => (Op::Ine, false),
            LLVMIntSLT => (Op::Islt, false),
            LLVMIntSLE => (Op::Isle, false),
            LLVMIntULT => (Op::Iult, false),
            LLVMIntULE => (Op::Iule, false),
            LLVMIntSGT => (Op::Islt, true),
            LLVMIntSGE => (Op::Isle, true),
            LLVMIntUGT => (Op::Iult, true),
            LLVMIntUGE => (Op::Iule, true),
        };
        Ok(Some(self.compare(inst, shape, op, swapped)?))
    }

    fn compare(&mut self, inst: LLVMValueRef, shape: Shape, op: Op, swapped: bool) -> Result<Leaves<Value>, ReadError> {
        let (first, second) = if swapped { (1, 0) } else { (0, 1) };
        let a = self.leaves(llvm::operand(inst, first))?;
        let b = self.leaves(llvm::operand(inst, second))?;
        let wide = self.chunkwise(op, shape.chunk, &a, &b);
        Ok(self.comparison(inst, wide, shape.chunk.mask()))
    }

    /// `fcmp`; `None` if it needs a shim.
    pub(crate) fn vector_float_compare(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let shape = Shape::of(llvm::type_of(llvm::operand(inst, 0)));
        if !shape.computes() {
            return Ok(None);
        }
        let predicate = llvm::real_predicate(inst);
        Ok(Some(match float_compare(predicate) {
            Ok((op, swapped)) => self.compare(inst, shape, op, swapped)?,
            Err(always) => {
                let chunks = Shape::of(llvm::type_of(inst)).chunks();
                let mask = self.splat_bits(Type::I8x16, if always { !0 } else { 0 });
                smallvec![mask; chunks as usize]
            }
        }))
    }

    // Selection.

    /// `select`; `None` if it needs a shim.
    pub(crate) fn vector_select(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let condition = llvm::operand(inst, 0);
        let a = self.leaves(llvm::operand(inst, 1))?;
        let b = self.leaves(llvm::operand(inst, 2))?;
        if !types::is_vector(llvm::type_of(condition)) {
            let condition = self.one(condition)?;
            let select = |r: &mut Self, a, b| {
                let ty = r.ty(a);
                r.op(Op::Select, ty, &[condition, a, b])
            };
            return Ok(Some(a.iter().zip(&b).map(|(&a, &b)| select(self, a, b)).collect()));
        }
        let shape = Shape::of(llvm::type_of(inst));
        if shape.lane == Lane::Wide {
            let conditions = self.leaves(condition)?;
            let booleans = Shape::of(llvm::type_of(condition));
            let leaves = a.len() / shape.length.max(1) as usize;
            let mut values = Leaves::new();
            for (i, (&a, &b)) in a.iter().zip(&b).enumerate() {
                let condition = self.lane(booleans, &conditions, (i / leaves.max(1)) as u32);
                let ty = self.ty(a);
                values.push(self.op(Op::Select, ty, &[condition, a, b]));
            }
            return Ok(Some(values));
        }
        let masks = self.wide_mask(condition, shape.lane_bytes())?;
        Ok(Some(self.select_lanes(shape.chunk, &masks, &a, &b)))
    }

    /// Lanes of `a` where the mask's are -1, else of `b`. The mask's lanes are as wide as theirs.
    pub(crate) fn select_lanes(&mut self, chunk: Type, masks: &[Value], a: &[Value], b: &[Value]) -> Leaves<Value> {
        let mut values = Leaves::new();
        for ((&mask, &a), &b) in masks.iter().zip(a).zip(b) {
            let mask = self.cast_chunk(mask, chunk);
            values.push(self.op(Op::Bitselect, chunk, &[mask, a, b]));
        }
        values
    }

    // Casts.

    /// A conversion other than `bitcast`; `None` if it needs a shim.
    pub(crate) fn vector_cast(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        use LLVMOpcode::*;
        let operand = llvm::operand(inst, 0);
        let (from, to) = (Shape::of(llvm::type_of(operand)), Shape::of(llvm::type_of(inst)));
        if !from.computes() || !to.computes() {
            return Ok(None);
        }
        let opcode = llvm::opcode(inst);
        if from.lane == Lane::Bool && opcode != LLVMTrunc {
            let bytes = if to.lane == Lane::Float { 4 } else { to.lane_bytes() };
            let mask = self.wide_mask(operand, bytes)?;
            let int = int_chunk(bytes);
            let ints = match opcode {
                LLVMSExt | LLVMSIToFP => mask,
                _ => {
                    let one = self.splat_bits(int, 1);
                    mask.iter().map(|&m| self.op(Op::And, int, &[m, one])).collect()
                }
            };
            return Ok(Some(match to.lane {
                Lane::Float => self.ints_to_floats(&ints, int, to, true),
                _ => ints,
            }));
        }
        let chunks = self.leaves(operand)?;
        Ok(Some(match opcode {
            LLVMTrunc => self.truncate(&chunks, from, to),
            LLVMSExt => self.widen(&chunks, from.chunk, to.lane_bytes(), true, from.length),
            LLVMZExt => self.widen(&chunks, from.chunk, to.lane_bytes(), false, from.length),
            LLVMPtrToInt => self.truncate(&chunks, from, to),
            LLVMIntToPtr => self.widen(&chunks, from.chunk, 8, false, from.length),
            LLVMSIToFP => self.ints_to_floats(&chunks, from.chunk, to, true),
            LLVMUIToFP => self.ints_to_floats(&chunks, from.chunk, to, false),
            LLVMFPToSI => self.floats_to_ints(&chunks, from, to, true),
            LLVMFPToUI => self.floats_to_ints(&chunks, from, to, false),
            LLVMFPTrunc | LLVMFPExt => {
                let (source, target) = (from.chunk.lane(), to.chunk.lane());
                self.lane_by_lane(&[(from, chunks)], to, |r, args| {
                    r.emit(Op::Fconvert, target, args, Imm::FromType(source))
                })
            }
            _ => return Ok(None),
        }))
    }

    /// Integer lanes cut to narrower ones, or to booleans.
    fn truncate(&mut self, chunks: &[Value], from: Shape, to: Shape) -> Leaves<Value> {
        if to.lane != Lane::Bool {
            return self.narrow(chunks, from.chunk, to.lane_bytes());
        }
        if from.lane == Lane::Bool {
            return chunks.into();
        }
        let one = self.splat_bits(from.chunk, 1);
        let wide: Leaves<Value> = chunks
            .iter()
            .map(|&c| {
                let low = self.op(Op::And, from.chunk, &[c, one]);
                self.op(Op::Ieq, from.chunk, &[low, one])
            })
            .collect();
        self.narrow_mask(&wide, from.chunk)
    }

    /// Integer lanes of 8 to 64 bits as floats.
    pub(crate) fn ints_to_floats(&mut self, chunks: &[Value], from: Type, to: Shape, signed: bool) -> Leaves<Value> {
        let mut signed = signed;
        let mut from = from;
        let mut chunks: Leaves<Value> = chunks.into();
        if from.lane().bytes() < 4 {
            chunks = self.widen(&chunks, from, 4, signed, to.length);
            from = Type::I32x4;
            signed = true;
        }
        let target = to.chunk.lane();
        if from == Type::I32x4 && target == Type::F32 && signed {
            return chunks.iter().map(|&c| self.op(Op::Vsitof, Type::F32x4, &[c])).collect();
        }
        let op = match (from, signed) {
            (Type::I32x4, true) => Op::Sitof32,
            (Type::I32x4, false) => Op::Uitof32,
            (_, true) => Op::Sitof64,
            (_, false) => Op::Uitof64,
        };
        let ints = Shape::new(to.length, from);
        self.lane_by_lane(&[(ints, chunks)], to, |r, args| r.op(op, target, args))
    }

    /// Floats as integer lanes of 8 to 64 bits, or booleans.
    pub(crate) fn floats_to_ints(&mut self, chunks: &[Value], from: Shape, to: Shape, signed: bool) -> Leaves<Value> {
        let bytes = if to.lane == Lane::Bool { 1 } else { to.lane_bytes() };
        let source = from.chunk.lane();
        let wide = if bytes <= 4 { Type::I32x4 } else { Type::I64x2 };
        let ints = if source == Type::F32 && (bytes < 4 || (bytes == 4 && signed)) {
            chunks.iter().map(|&c| self.op(Op::Vftosi, Type::I32x4, &[c])).collect()
        } else {
            let op = if signed || bytes < 4 { Op::Ftosi } else { Op::Ftoui };
            let ints = Shape::new(to.length, wide);
            self.lane_by_lane(&[(from, chunks.into())], ints, |r, args| {
                r.emit(op, wide.lane(), args, Imm::FromType(source))
            })
        };
        self.truncate(&ints, Shape::new(to.length, wide), to)
    }

    /// `bitcast` from or to a vector; `None` if it needs a shim.
    pub(crate) fn vector_bitcast(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let operand = llvm::operand(inst, 0);
        let (from, to) = (llvm::type_of(operand), llvm::type_of(inst));
        if (self.is_packed(from) || self.is_packed(to)) && self.lies_plainly(from) && self.lies_plainly(to) {
            let values = self.leaves(operand)?;
            let place = self.temporary(from)?;
            self.store_at(from, &values, place, 0, false)?;
            return Ok(Some(self.load_at(to, place, 0, false)?));
        }
        match (types::is_vector(from), types::is_vector(to)) {
            (true, true) => {
                let (source, target) = (Shape::of(from), Shape::of(to));
                let plain = |s: Shape| s.is_plain_in_memory();
                let both_bool = source.lane == Lane::Bool && target.lane == Lane::Bool;
                if !(both_bool || plain(source) && plain(target)) {
                    return self.bool_vector_cast(operand, from, to);
                }
                let chunks = self.leaves(operand)?;
                Ok(Some(chunks.iter().map(|&c| self.cast_chunk(c, target.chunk)).collect()))
            }
            (true, false) => self.vector_to_scalar(operand, from, to),
            (false, true) => self.scalar_to_vector(operand, from, to),
            (false, false) => Ok(None),
        }
    }

    /// Booleans to or from lanes, by way of an integer of at most 64 bits.
    fn bool_vector_cast(
        &mut self,
        operand: LLVMValueRef,
        from: LLVMTypeRef,
        to: LLVMTypeRef,
    ) -> Result<Option<Leaves<Value>>, ReadError> {
        let (source, target) = (Shape::of(from), Shape::of(to));
        let bits = if source.lane == Lane::Bool { source.length } else { target.length };
        let int = match bits {
            8 => Type::I8,
            16 => Type::I16,
            32 => Type::I32,
            64 => Type::I64,
            _ => return Ok(None),
        };
        let chunks = self.leaves(operand)?;
        let lanes = Type::vector_of(int).expect("integers up to 64 bits are lanes");
        Ok(if source.lane == Lane::Bool && target.is_plain_in_memory() {
            let bits = self.int_from_bools(&chunks, source.length, int);
            let chunk = self.op(Op::Splat, lanes, &[bits]);
            Some(smallvec![self.cast_chunk(chunk, target.chunk)])
        } else if target.lane == Lane::Bool && source.is_plain_in_memory() {
            let chunk = self.cast_chunk(chunks[0], lanes);
            let bits = self.first_lane(chunk);
            Some(self.bools_from_int(bits, target.length))
        } else {
            None
        })
    }

    fn vector_to_scalar(
        &mut self,
        operand: LLVMValueRef,
        from: LLVMTypeRef,
        to: LLVMTypeRef,
    ) -> Result<Option<Leaves<Value>>, ReadError> {
        let source = Shape::of(from);
        let chunks = self.leaves(operand)?;
        let leaves = self.types(to)?;
        if source.lane == Lane::Bool {
            let is_int = llvm::type_kind(to) == LLVMTypeKind::LLVMIntegerTypeKind;
            return Ok(match leaves[..] {
                [int] if is_int && int.bytes() <= 8 => {
                    let bits = self.int_from_bools(&chunks, source.length, int);
                    Some(smallvec![if source.length == 1 { self.lowest_bit(bits) } else { bits }])
                }
                _ => None,
            });
        }
        if !source.is_plain_in_memory() {
            return Ok(None);
        }
        Ok(match (leaves.as_slice(), chunks.as_slice()) {
            (&[leaf], &[chunk]) if leaf.is_vector() => Some(smallvec![self.cast_chunk(chunk, leaf)]),
            (&[Type::F80], _) => None,
            (&[leaf], &[chunk]) if leaf.bytes() == 16 => Some(smallvec![self.op(Op::Bitcast, leaf, &[chunk])]),
            (&[leaf], &[chunk]) => {
                let lanes = Type::vector_of(leaf).expect("scalars up to 64 bits are lanes");
                let chunk = self.cast_chunk(chunk, lanes);
                Some(smallvec![self.first_lane(chunk)])
            }
            (limbs, chunks) if limbs.iter().all(|&l| l == Type::I64) => {
                let mut values = Leaves::new();
                for i in 0..limbs.len() {
                    let chunk = self.cast_chunk(chunks[i / 2], Type::I64x2);
                    values.push(self.emit(Op::Extractlane, Type::I64x2, &[chunk], Imm::Lane((i % 2) as u8)));
                }
                Some(values)
            }
            _ => None,
        })
    }

    fn scalar_to_vector(
        &mut self,
        operand: LLVMValueRef,
        from: LLVMTypeRef,
        to: LLVMTypeRef,
    ) -> Result<Option<Leaves<Value>>, ReadError> {
        let target = Shape::of(to);
        let leaves = self.leaves(operand)?;
        if target.lane == Lane::Bool {
            let is_int = llvm::type_kind(from) == LLVMTypeKind::LLVMIntegerTypeKind;
            return Ok(match leaves[..] {
                [int] if is_int && self.ty(int).bytes() <= 8 => Some(self.bools_from_int(int, target.length)),
                _ => None,
            });
        }
        if !target.is_plain_in_memory() {
            return Ok(None);
        }
        Ok(match leaves.as_slice() {
            &[leaf] => {
                let ty = self.ty(leaf);
                match Type::vector_of(ty) {
                    _ if ty == Type::F80 => None,
                    Some(lanes) if !ty.is_vector() => {
                        let chunk = self.op(Op::Splat, lanes, &[leaf]);
                        Some(smallvec![self.cast_chunk(chunk, target.chunk)])
                    }
                    _ => Some(smallvec![self.cast_chunk(leaf, target.chunk)]),
                }
            }
            limbs if limbs.iter().all(|&l| self.ty(l) == Type::I64) => {
                let mut chunks = Leaves::new();
                for pair in limbs.chunks(2) {
                    let mut chunk = self.op(Op::Splat, Type::I64x2, &[pair[0]]);
                    if let [_, high] = *pair {
                        chunk = self.emit(Op::Insertlane, Type::I64x2, &[chunk, high], Imm::Lane(1));
                    }
                    chunks.push(self.cast_chunk(chunk, target.chunk));
                }
                Some(chunks)
            }
            _ => None,
        })
    }

    /// The integer whose bit i is boolean i of at most 64. Bits above the last boolean are undefined.
    pub(crate) fn int_from_bools(&mut self, chunks: &[Value], length: u32, int: Type) -> Value {
        let mut whole = None;
        for (i, &chunk) in chunks.iter().enumerate().take(length.div_ceil(16) as usize) {
            let bits = self.op(Op::Vsignbits, Type::I8x16, &[chunk]);
            let part = match int {
                Type::I64 => self.op(Op::Zext32, int, &[bits]),
                Type::I32 => bits,
                _ => self.op(Op::Trunc, int, &[bits]),
            };
            whole = Some(match whole {
                None => part,
                Some(whole) => {
                    let amount = self.iconst(int, i as i128 * 16);
                    let part = self.op(Op::Shl, int, &[part, amount]);
                    self.op(Op::Or, int, &[whole, part])
                }
            });
        }
        whole.unwrap_or_else(|| self.zero(int))
    }

    /// The booleans that the low bits of an integer of at most 64 bits are.
    pub(crate) fn bools_from_int(&mut self, bits: Value, length: u32) -> Leaves<Value> {
        let lanes = Type::vector_of(self.ty(bits)).expect("integers up to 64 bits are lanes");
        let splat = self.op(Op::Splat, lanes, &[bits]);
        let bytes = self.cast_chunk(splat, Type::I8x16);
        // Lane i keeps bit i % 8 of its byte.
        let each = self.splat_bits(Type::I64x2, 0x8040_2010_0804_0201);
        let each = self.cast_chunk(each, Type::I8x16);
        (0..length.div_ceil(16))
            .map(|chunk| {
                let picks = (0..16).fold(0, |picks, i| picks | u128::from(chunk * 2 + i / 8) << (8 * i));
                let spread = self.shuffle_bytes(bytes, bytes, picks);
                let kept = self.op(Op::And, Type::I8x16, &[spread, each]);
                self.op(Op::Ieq, Type::I8x16, &[kept, each])
            })
            .collect()
    }
}

/// The op for a float predicate and whether its operands are swapped; for a constant one its value.
pub(crate) fn float_compare(predicate: LLVMRealPredicate) -> Result<(Op, bool), bool> {
    use LLVMRealPredicate::*;
    Ok(match predicate {
        LLVMRealPredicateFalse => return Err(false),
        LLVMRealPredicateTrue => return Err(true),
        LLVMRealOEQ => (Op::Foeq, false),
        LLVMRealOGT => (Op::Folt, true),
        LLVMRealOGE => (Op::Fole, true),
        LLVMRealOLT => (Op::Folt, false),
        LLVMRealOLE => (Op::Fole, false),
        LLVMRealONE => (Op::Fone, false),
        LLVMRealORD => (Op::Ford, false),
        LLVMRealUNO => (Op::Funo, false),
        LLVMRealUEQ => (Op::Fueq, false),
        LLVMRealUGT => (Op::Fult, true),
        LLVMRealUGE => (Op::Fule, true),
        LLVMRealULT => (Op::Fult, false),
        LLVMRealULE => (Op::Fule, false),
        LLVMRealUNE => (Op::Fune, false),
    })
}
