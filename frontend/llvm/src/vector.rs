//! Vectors: shapes, lanes, constants, memory, and which instruction is read where.
//!
//! Owns how a vector stands in 128-bit chunks (`types` has the table). Arithmetic stands in `lanewise`, conversions and
//! masks in `convert`, movement of lanes in `shuffle`. Elements of unusual width are moved here like any others, and
//! computed with by shims.
//!
//! Invariant: the padding lanes of a last chunk are undefined, and never reach memory or a trapping op.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::{self, Leaves};
use llvm_sys::LLVMTypeKind;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use rheo_ir::{Imm, Inst, Op, Type, Value};
use smallvec::smallvec;

/// What the elements of a vector are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lane {
    /// `i1`, as bytes 0 or -1.
    Bool,
    /// `i8`, `i16`, `i32` or `i64`.
    Int,
    /// Address, as `i64`.
    Ptr,
    /// `float` or `double`.
    Float,
    /// `half` or `bfloat`, as `i16`: moved, not computed with.
    Half,
    /// An integer of another width, in its container: moved, not computed with, and packed in memory.
    OddInt,
    /// Wider than a lane: each element is values of its own.
    Wide,
}

/// How a vector type stands in values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shape {
    /// Number of elements.
    pub(crate) length: u32,
    /// What they are.
    pub(crate) lane: Lane,
    /// Type of a chunk; meaningless for [`Lane::Wide`].
    pub(crate) chunk: Type,
}

impl Shape {
    /// The shape of an LLVM vector type.
    pub(crate) fn of(ty: LLVMTypeRef) -> Shape {
        let element = llvm::element_type(ty);
        let (lane, chunk) = match (llvm::type_kind(element), types::lane(element)) {
            (_, None) => (Lane::Wide, Type::I64x2),
            (kind, Some(container)) => {
                let lane = match kind {
                    LLVMTypeKind::LLVMIntegerTypeKind => match llvm::int_width(element) {
                        1 => Lane::Bool,
                        8 | 16 | 32 | 64 => Lane::Int,
                        _ => Lane::OddInt,
                    },
                    LLVMTypeKind::LLVMPointerTypeKind => Lane::Ptr,
                    LLVMTypeKind::LLVMFloatTypeKind | LLVMTypeKind::LLVMDoubleTypeKind => Lane::Float,
                    _ => Lane::Half,
                };
                (lane, Type::vector_of(container).expect("every lane type has a vector"))
            }
        };
        Shape { length: llvm::vector_length(ty), lane, chunk }
    }

    /// A vector of `length` elements that computes in chunks of `chunk`.
    pub(crate) fn new(length: u32, chunk: Type) -> Shape {
        Shape { length, lane: if chunk.lane().is_float() { Lane::Float } else { Lane::Int }, chunk }
    }

    /// Lanes of a chunk.
    pub(crate) fn per_chunk(self) -> u32 {
        self.chunk.lanes()
    }

    /// Number of chunks.
    pub(crate) fn chunks(self) -> u32 {
        self.length.div_ceil(self.per_chunk())
    }

    /// Bytes of a lane.
    pub(crate) fn lane_bytes(self) -> u32 {
        self.chunk.lane().bytes()
    }

    /// Whether ops of ours compute with the elements.
    pub(crate) fn computes(self) -> bool {
        matches!(self.lane, Lane::Bool | Lane::Int | Lane::Ptr | Lane::Float)
    }

    /// Whether the vector lies in memory as its chunks do, without the padding.
    pub(crate) fn is_plain_in_memory(self) -> bool {
        matches!(self.lane, Lane::Int | Lane::Ptr | Lane::Float | Lane::Half)
    }
}

/// The low-level name of an instruction that goes out of line, for reports.
pub(crate) fn shim_name(inst: LLVMValueRef) -> String {
    let opcode = format!("{:?}", llvm::opcode(inst)).trim_start_matches("LLVM").to_lowercase();
    let mut ty = llvm::type_of(inst);
    if llvm::type_kind(ty) == LLVMTypeKind::LLVMVoidTypeKind || llvm::operand_count(inst) == 1 {
        ty = llvm::type_of(llvm::operand(inst, 0));
    }
    format!("{opcode} {}", llvm::print_type(ty))
}

impl FuncReader<'_> {
    /// An instruction whose result or operand is a vector; not calls, phis, returns, `freeze` and the aggregate ones,
    /// which treat chunks like any leaves.
    pub(crate) fn vector_inst(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        use llvm_sys::LLVMOpcode::*;
        let ty = llvm::type_of(inst);
        let values = match llvm::opcode(inst) {
            LLVMAdd | LLVMSub | LLVMMul | LLVMUDiv | LLVMSDiv | LLVMURem | LLVMSRem | LLVMShl | LLVMLShr | LLVMAShr
            | LLVMAnd | LLVMOr | LLVMXor | LLVMFAdd | LLVMFSub | LLVMFMul | LLVMFDiv | LLVMFRem | LLVMFNeg => {
                self.vector_arithmetic(inst)?
            }
            LLVMTrunc | LLVMZExt | LLVMSExt | LLVMFPToUI | LLVMFPToSI | LLVMUIToFP | LLVMSIToFP | LLVMFPTrunc
            | LLVMFPExt | LLVMPtrToInt | LLVMIntToPtr => self.vector_cast(inst)?,
            LLVMBitCast => self.vector_bitcast(inst)?,
            LLVMICmp => self.vector_int_compare(inst)?,
            LLVMFCmp => self.vector_float_compare(inst)?,
            LLVMSelect => self.vector_select(inst)?,
            LLVMExtractElement => self.extract_element(inst)?,
            LLVMInsertElement => self.insert_element(inst)?,
            LLVMShuffleVector if llvm::is_shuffle(inst) => Some(self.shuffle_vector(inst)?),
            LLVMGetElementPtr => self.vector_gep(inst)?,
            LLVMLoad if self.lies_plainly(ty) => {
                let (base, offset) = self.vector_address(ty, llvm::operand(inst, 0))?;
                Some(self.vector_load(ty, base, offset, llvm::is_volatile(inst))?)
            }
            LLVMStore if self.lies_plainly(llvm::type_of(llvm::operand(inst, 0))) => {
                let value = llvm::operand(inst, 0);
                let ty = llvm::type_of(value);
                let values = self.leaves(value)?;
                let (base, offset) = self.vector_address(ty, llvm::operand(inst, 1))?;
                self.vector_store(ty, &values, base, offset, llvm::is_volatile(inst))?;
                return Ok(());
            }
            _ => None,
        };
        match values {
            Some(values) => {
                self.define(inst, &values);
                Ok(())
            }
            None => self.shim(inst, shim_name(inst)),
        }
    }

    fn vector_address(&mut self, ty: LLVMTypeRef, pointer: LLVMValueRef) -> Result<(Value, i32), ReadError> {
        let bytes = llvm::store_size(self.module.types.layout, ty);
        self.address(pointer, bytes)
    }

    // Lanes.

    /// One lane of a vector as a scalar; a boolean as 0 or 1. Not for wide elements.
    pub(crate) fn lane(&mut self, shape: Shape, chunks: &[Value], i: u32) -> Value {
        let chunk = chunks[(i / shape.per_chunk()) as usize];
        let lane = Imm::Lane((i % shape.per_chunk()) as u8);
        let value = self.emit(Op::Extractlane, shape.chunk, &[chunk], lane);
        if shape.lane != Lane::Bool {
            return value;
        }
        let one = self.iconst(Type::I8, 1);
        self.op(Op::And, Type::I8, &[value, one])
    }

    /// Every lane as a scalar.
    pub(crate) fn lanes(&mut self, shape: Shape, chunks: &[Value]) -> Vec<Value> {
        (0..shape.length).map(|i| self.lane(shape, chunks, i)).collect()
    }

    /// A vector put together from scalars, one a lane; booleans are 0 or 1.
    pub(crate) fn join_lanes(&mut self, shape: Shape, lanes: &[Value]) -> Leaves<Value> {
        let mut chunks = Leaves::new();
        for lanes in lanes.chunks(shape.per_chunk() as usize) {
            let mut chunk = self.op(Op::Splat, shape.chunk, &[lanes[0]]);
            for (i, &lane) in lanes.iter().enumerate().skip(1) {
                if lane != lanes[0] {
                    chunk = self.emit(Op::Insertlane, shape.chunk, &[chunk, lane], Imm::Lane(i as u8));
                }
            }
            if shape.lane == Lane::Bool {
                let zero = self.zero(shape.chunk);
                chunk = self.op(Op::Isub, shape.chunk, &[zero, chunk]);
            }
            chunks.push(chunk);
        }
        chunks
    }

    /// A chunk with every lane the same bits.
    pub(crate) fn splat_bits(&mut self, chunk: Type, bits: u64) -> Value {
        let lane = chunk.lane().bytes() * 8;
        let bits = u128::from(bits) & crate::function::mask(lane);
        let all = (0..chunk.lanes()).fold(0, |all, i| all | bits << (i * lane));
        self.bits(chunk, all)
    }

    /// The same bits as another 128-bit type.
    pub(crate) fn cast_chunk(&mut self, value: Value, to: Type) -> Value {
        let value = self.before_casts(value);
        if self.ty(value) == to { value } else { self.op(Op::Bitcast, to, &[value]) }
    }

    /// A chunk before it was cast from other types, as far as can be seen nearby.
    fn before_casts(&self, mut value: Value) -> Value {
        while let Some(inst) = self.recent(value)
            && inst.op == Op::Bitcast
            && self.ty(inst.args[0]).bytes() == 16
            && self.ty(inst.args[0]).is_vector()
        {
            value = inst.args[0];
        }
        value
    }

    /// The instruction that makes `value`, if it is one of the block's last.
    pub(crate) fn recent(&self, value: Value) -> Option<&Inst> {
        const NEAR: usize = 16;
        let insts = &self.body.blocks[self.block.index()].insts;
        insts.iter().rev().take(NEAR).find(|inst| inst.results.contains(&value))
    }

    /// The scalar that every 8-byte half of a chunk is known to be.
    pub(crate) fn splatted_half(&self, chunk: Value) -> Option<Value> {
        let inst = self.recent(self.before_casts(chunk))?;
        (inst.op == Op::Splat && inst.ty == Type::F64x2).then(|| inst.args[0])
    }

    // Constants.

    /// The chunks of a vector constant that is neither zero nor undefined.
    pub(crate) fn vector_constant(&mut self, c: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        let ty = llvm::type_of(c);
        let shape = Shape::of(ty);
        let mut elements = Vec::new();
        for i in 0..shape.length {
            let element = llvm::aggregate_element(c, i);
            if element.is_null() {
                return Err(self.unsupported("constant vector expression"));
            }
            elements.push(element);
        }
        if shape.lane == Lane::Wide {
            let mut values = Leaves::new();
            for element in elements {
                values.extend(self.leaves(element)?);
            }
            return Ok(values);
        }
        let mut chunks = Leaves::new();
        let bits_per_lane = shape.lane_bytes() * 8;
        for elements in elements.chunks(shape.per_chunk() as usize) {
            let (mut bits, mut computed) = (0, Vec::new());
            for (i, &element) in elements.iter().enumerate() {
                match self.element_bits(element) {
                    Some(lane) => {
                        let lane = if shape.lane == Lane::Bool { lane.wrapping_neg() } else { lane };
                        let lane = u128::from(lane) & crate::function::mask(bits_per_lane);
                        bits |= lane << (i as u32 * bits_per_lane);
                    }
                    None => computed.push((i, element)),
                }
            }
            let mut chunk = self.bits(shape.chunk, bits);
            for (i, element) in computed {
                let element = self.one(element)?;
                chunk = self.emit(Op::Insertlane, shape.chunk, &[chunk, element], Imm::Lane(i as u8));
            }
            chunks.push(chunk);
        }
        Ok(chunks)
    }

    /// The bits of a constant of at most 64 bits, where they are known now. Undefined ones are 0.
    fn element_bits(&mut self, c: LLVMValueRef) -> Option<u64> {
        if llvm::is_undef(c) || llvm::is_null(c) {
            Some(0)
        } else if llvm::is_const_int(c) {
            Some(llvm::zext_value(c))
        } else if llvm::is_const_fp(c) {
            self.module.source.limbs(c).first().copied()
        } else {
            None
        }
    }

    /// The one integer that all defined elements of a constant vector of integers are.
    pub(crate) fn constant_splat(&self, c: LLVMValueRef) -> Option<u64> {
        if !llvm::is_constant(c) {
            return None;
        }
        let mut splat = None;
        for i in 0..llvm::vector_length(llvm::type_of(c)) {
            let element = llvm::aggregate_element(c, i);
            if element.is_null() {
                return None;
            }
            if llvm::is_undef(element) {
                continue;
            }
            let value = llvm::is_const_int(element).then(|| llvm::zext_value(element))?;
            if splat.is_some_and(|s| s != value) {
                return None;
            }
            splat = Some(value);
        }
        splat
    }

    /// The integers that the elements of a constant vector are; undefined ones 0.
    pub(crate) fn constant_elements(&self, c: LLVMValueRef) -> Option<Vec<u64>> {
        if !llvm::is_constant(c) {
            return None;
        }
        (0..llvm::vector_length(llvm::type_of(c)))
            .map(|i| {
                let element = llvm::aggregate_element(c, i);
                if element.is_null() {
                    None
                } else if llvm::is_undef(element) {
                    Some(0)
                } else {
                    llvm::is_const_int(element).then(|| llvm::zext_value(element))
                }
            })
            .collect()
    }

    // Memory.

    /// Whether ops of ours read and write the type in memory.
    pub(crate) fn lies_plainly(&self, ty: LLVMTypeRef) -> bool {
        if !types::is_vector(ty) {
            return true;
        }
        let shape = Shape::of(ty);
        match shape.lane {
            Lane::Bool => packed_bool_type(shape.length).is_some(),
            Lane::Wide => {
                let (layout, element) = (self.module.types.layout, llvm::element_type(ty));
                llvm::size_in_bits(layout, element) == 8 * llvm::alloc_size(layout, element)
            }
            _ => true,
        }
    }

    /// Reads a vector at `base` + `offset`.
    pub(crate) fn vector_load(
        &mut self,
        ty: LLVMTypeRef,
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<Leaves<Value>, ReadError> {
        let shape = Shape::of(ty);
        if !self.lies_plainly(ty) {
            return Err(self.unsupported(format!("load of {} in an aggregate", llvm::print_type(ty))));
        }
        let mut chunks = Leaves::new();
        match shape.lane {
            Lane::Bool => {
                let int = packed_bool_type(shape.length).expect("checked above");
                let bits = self.emit(Op::Load, int, &[base], Imm::Mem { offset, volatile });
                return Ok(self.bools_from_int(bits, shape.length));
            }
            Lane::OddInt => return self.packed_load(ty, base, offset, volatile),
            Lane::Wide => {
                let element = llvm::element_type(ty);
                let leaves = self.types(element)?;
                let stride = llvm::alloc_size(self.module.types.layout, element);
                for i in 0..shape.length {
                    let mut at = self.offset(offset, u64::from(i) * stride)?;
                    for &leaf in &leaves {
                        chunks.push(self.emit(Op::Load, leaf, &[base], Imm::Mem { offset: at, volatile }));
                        at += leaf.bytes() as i32;
                    }
                }
            }
            _ => {
                let bytes = shape.length * shape.lane_bytes();
                for start in (0..bytes).step_by(16) {
                    let at = self.offset(offset, start.into())?;
                    chunks.push(self.load_chunk(shape.chunk, (bytes - start).min(16), base, at, volatile));
                }
            }
        }
        Ok(chunks)
    }

    /// Writes a vector's chunks at `base` + `offset`.
    pub(crate) fn vector_store(
        &mut self,
        ty: LLVMTypeRef,
        values: &[Value],
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<(), ReadError> {
        let shape = Shape::of(ty);
        if !self.lies_plainly(ty) {
            return Err(self.unsupported(format!("store of {} in an aggregate", llvm::print_type(ty))));
        }
        match shape.lane {
            Lane::Bool => {
                let int = packed_bool_type(shape.length).expect("checked above");
                let mut bits = self.int_from_bools(values, shape.length, int);
                if shape.length < int.bytes() * 8 {
                    let low = self.bits(int, crate::function::mask(shape.length));
                    bits = self.op(Op::And, int, &[bits, low]);
                }
                self.store_value(bits, base, offset, volatile);
            }
            Lane::OddInt => self.packed_store(ty, values, base, offset, volatile)?,
            Lane::Wide => {
                let element = llvm::element_type(ty);
                let stride = llvm::alloc_size(self.module.types.layout, element);
                let leaves = values.len() / shape.length.max(1) as usize;
                for (i, element) in values.chunks(leaves.max(1)).enumerate() {
                    let mut at = self.offset(offset, i as u64 * stride)?;
                    for &leaf in element {
                        self.store_value(leaf, base, at, volatile);
                        at += self.ty(leaf).bytes() as i32;
                    }
                }
            }
            _ => {
                let bytes = shape.length * shape.lane_bytes();
                for (&chunk, start) in values.iter().zip((0..bytes).step_by(16)) {
                    let at = self.offset(offset, start.into())?;
                    self.store_chunk(chunk, (bytes - start).min(16), base, at, volatile);
                }
            }
        }
        Ok(())
    }

    fn offset(&self, offset: i32, more: u64) -> Result<i32, ReadError> {
        i32::try_from(more)
            .ok()
            .and_then(|more| offset.checked_add(more))
            .ok_or_else(|| self.unsupported("vector of more than 2 GiB"))
    }

    /// Reads the first `bytes` bytes of a chunk.
    pub(crate) fn load_chunk(&mut self, chunk: Type, bytes: u32, base: Value, offset: i32, volatile: bool) -> Value {
        if bytes == 16 {
            return self.emit(Op::Load, chunk, &[base], Imm::Mem { offset, volatile });
        }
        let mut whole = None;
        for (start, piece) in pieces(bytes) {
            let at = Imm::Mem { offset: offset + start as i32, volatile };
            let part = self.emit(Op::Load, piece, &[base], at);
            let lanes = Type::vector_of(piece).expect("pieces are lanes");
            whole = Some(match whole {
                None => self.op(Op::Splat, lanes, &[part]),
                Some(whole) => {
                    let whole = self.cast_chunk(whole, lanes);
                    self.emit(Op::Insertlane, lanes, &[whole, part], Imm::Lane((start / piece.bytes()) as u8))
                }
            });
        }
        let whole = whole.unwrap_or_else(|| self.zero(chunk));
        self.cast_chunk(whole, chunk)
    }

    /// Writes the first `bytes` bytes of a chunk.
    pub(crate) fn store_chunk(&mut self, value: Value, bytes: u32, base: Value, offset: i32, volatile: bool) {
        if bytes == 16 {
            return self.store_value(value, base, offset, volatile);
        }
        for (start, piece) in pieces(bytes) {
            let lanes = Type::vector_of(piece).expect("pieces are lanes");
            let whole = self.cast_chunk(value, lanes);
            let lane = Imm::Lane((start / piece.bytes()) as u8);
            let part = self.emit(Op::Extractlane, lanes, &[whole], lane);
            self.store_value(part, base, offset + start as i32, volatile);
        }
    }

    /// Reads an address computation with vectors among its operands.
    fn vector_gep(&mut self, inst: LLVMValueRef) -> Result<Option<Leaves<Value>>, ReadError> {
        let shape = Shape::of(llvm::type_of(inst));
        let layout = self.module.types.layout;
        let base = llvm::operand(inst, 0);
        let mut sum = if types::is_vector(llvm::type_of(base)) {
            self.leaves(base)?
        } else {
            let base = self.one(base)?;
            self.splat_all(shape, base)
        };
        let mut ty = llvm::gep_source_type(inst);
        let mut offset: i64 = 0;
        for i in 1..llvm::operand_count(inst) {
            let index = llvm::operand(inst, i);
            let is_vector = types::is_vector(llvm::type_of(index));
            let constant = if is_vector {
                self.constant_splat(index).map(|bits| {
                    let width = llvm::int_width(llvm::element_type(llvm::type_of(index))).clamp(1, 64);
                    (bits << (64 - width)) as i64 >> (64 - width)
                })
            } else {
                llvm::is_const_int(index).then(|| llvm::sext_value(index))
            };
            if i > 1 && llvm::type_kind(ty) == LLVMTypeKind::LLVMStructTypeKind {
                let field = constant.and_then(|f| u32::try_from(f).ok());
                let Some(field) = field else { return Err(self.unsupported("index of a struct")) };
                offset = offset.wrapping_add(llvm::field_offset(layout, ty, field) as i64);
                ty = llvm::struct_field(ty, field);
                continue;
            }
            if i > 1 {
                ty = llvm::element_type(ty);
            }
            let stride = llvm::alloc_size(layout, ty) as i64;
            if let Some(constant) = constant {
                offset = offset.wrapping_add(constant.wrapping_mul(stride));
                continue;
            }
            let scaled = if is_vector {
                let from = Shape::of(llvm::type_of(index));
                if from.lane != Lane::Int {
                    return Ok(None);
                }
                let index = self.leaves(index)?;
                let index = self.widen(&index, from.chunk, 8, true, from.length);
                let scale = self.splat_bits(Type::I64x2, stride as u64);
                index.iter().map(|&i| self.op(Op::Imul, Type::I64x2, &[i, scale])).collect()
            } else {
                let width = llvm::int_width(llvm::type_of(index));
                let index = self.one(index)?;
                let op = match width {
                    8 => Some(Op::Sext8),
                    16 => Some(Op::Sext16),
                    32 => Some(Op::Sext32),
                    64 => None,
                    _ => return Ok(None),
                };
                let index = op.map_or(index, |op| self.op(op, Type::I64, &[index]));
                let scale = self.iconst(Type::I64, stride.into());
                let index = self.op(Op::Imul, Type::I64, &[index, scale]);
                self.splat_all(shape, index)
            };
            sum = self.chunkwise(Op::Iadd, Type::I64x2, &sum, &scaled);
        }
        if offset != 0 {
            let offset: Leaves<Value> = smallvec![self.splat_bits(Type::I64x2, offset as u64); sum.len()];
            sum = self.chunkwise(Op::Iadd, Type::I64x2, &sum, &offset);
        }
        Ok(Some(sum))
    }

    /// A vector with every element the same scalar.
    pub(crate) fn splat_all(&mut self, shape: Shape, scalar: Value) -> Leaves<Value> {
        let chunk = self.op(Op::Splat, shape.chunk, &[scalar]);
        smallvec![chunk; shape.chunks() as usize]
    }
}

/// The integer in which booleans lie in memory, where it is one of ours.
fn packed_bool_type(length: u32) -> Option<Type> {
    match length {
        ..=8 => Some(Type::I8),
        9..=16 => Some(Type::I16),
        25..=32 => Some(Type::I32),
        57..=64 => Some(Type::I64),
        _ => None,
    }
}

/// Naturally aligned scalars that make up the first `bytes` bytes of a chunk.
fn pieces(bytes: u32) -> impl Iterator<Item = (u32, Type)> {
    let mut at = 0;
    [Type::I64, Type::I32, Type::I16, Type::I8].into_iter().filter(move |piece| bytes & piece.bytes() != 0).map(
        move |piece| {
            at += piece.bytes();
            (at - piece.bytes(), piece)
        },
    )
}
