//! Loads, stores, stack allocation and address arithmetic.
//!
//! Aggregates go leaf by leaf at the data layout's offsets; integers of odd width in pieces of powers of two, so that
//! exactly the bytes are touched that LLVM touches. Constant address offsets are folded into the accesses.

use crate::error::ReadError;
use crate::function::{Base, FuncReader};
use crate::llvm;
use crate::types::{self, Leaves, Types};
use llvm_sys::LLVMAtomicOrdering;
use llvm_sys::LLVMTypeKind;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

/// Largest alignment of a static stack slot.
pub(crate) const SLOT_ALIGN_MAX: u32 = 16;

/// Constant part of a `getelementptr` (instruction or constant) in bytes, and its other indices with their scales.
pub(crate) fn gep_terms(types: Types, gep: LLVMValueRef) -> Result<(i64, Vec<(LLVMValueRef, u64)>), String> {
    let mut ty = llvm::gep_source_type(gep);
    let (mut offset, mut terms) = (0i64, Vec::new());
    for i in 1..llvm::operand_count(gep) {
        let index = llvm::operand(gep, i);
        let is_struct = i > 1 && llvm::type_kind(ty) == LLVMTypeKind::LLVMStructTypeKind;
        if is_struct {
            let field = llvm::zext_value(index) as u32;
            offset = offset.wrapping_add(llvm::field_offset(types.layout, ty, field) as i64);
            ty = llvm::struct_field(ty, field);
            continue;
        }
        if i > 1 {
            ty = llvm::element_type(ty);
        }
        if llvm::type_kind(ty) == LLVMTypeKind::LLVMScalableVectorTypeKind {
            return Err("scalable vector".to_owned());
        }
        let scale = llvm::alloc_size(types.layout, ty);
        if llvm::is_const_int(index) {
            offset = offset.wrapping_add(llvm::sext_value(index).wrapping_mul(scale as i64));
        } else if !llvm::is_undef(index) {
            terms.push((index, scale));
        }
    }
    Ok((offset, terms))
}

fn mem(offset: i32, volatile: bool) -> Imm {
    Imm::Mem { offset, volatile }
}

/// Powers of two that make up `bytes`, largest first, with their offsets.
fn pieces(bytes: u32) -> impl Iterator<Item = (u32, u32)> {
    let mut at = 0;
    (0..5).rev().map(|log| 1 << log).filter(move |piece| bytes & piece != 0).map(move |piece| {
        at += piece;
        (at - piece, piece)
    })
}

impl FuncReader<'_> {
    /// Whether a load or store is atomic.
    pub(crate) fn is_atomic(&self, access: LLVMValueRef) -> bool {
        llvm::ordering(access) != LLVMAtomicOrdering::LLVMAtomicOrderingNotAtomic
    }

    /// `alloca`.
    pub(crate) fn alloca(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let ty = llvm::allocated_type(inst);
        let count = llvm::operand(inst, 0);
        let align = llvm::alignment(inst).max(1);
        let size = llvm::alloc_size(self.module.types.layout, ty);
        let in_entry = self.block_of(llvm::inst_block(inst)) == Some(rheo_ir::BlockId(0));
        let bytes = if llvm::is_const_int(count) { size.checked_mul(llvm::zext_value(count)) } else { None };
        if let Some(bytes) = bytes.and_then(|bytes| u32::try_from(bytes).ok())
            && in_entry
            && align <= SLOT_ALIGN_MAX
        {
            let slot = self.body.add_slot(bytes.max(1), align);
            self.define_address(inst, Base::Slot(slot), 0, None);
            return Ok(());
        }
        let bytes = match bytes {
            Some(bytes) => self.iconst(Type::I64, bytes.into()),
            None => {
                let count = self.extended(count, false, Type::I64)?;
                self.scaled(count, size)
            }
        };
        let value = self.emit(Op::Alloca, Type::Ptr, &[bytes], Imm::Int(align.into()));
        self.define(inst, &[value]);
        Ok(())
    }

    /// `load` that is not atomic.
    pub(crate) fn load(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let ty = llvm::type_of(inst);
        let (base, offset) = self.address_of_access(llvm::operand(inst, 0), ty)?;
        let values = self.load_at(ty, base, offset, llvm::is_volatile(inst))?;
        self.define(inst, &values);
        Ok(())
    }

    /// `store` that is not atomic.
    pub(crate) fn store(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let value = llvm::operand(inst, 0);
        let ty = llvm::type_of(value);
        if llvm::is_undef(value) && !llvm::is_volatile(inst) {
            return Ok(());
        }
        let values = self.leaves(value)?;
        let (base, offset) = self.address_of_access(llvm::operand(inst, 1), ty)?;
        self.store_at(ty, &values, base, offset, llvm::is_volatile(inst))
    }

    fn address_of_access(&mut self, pointer: LLVMValueRef, ty: LLVMTypeRef) -> Result<(Value, i32), ReadError> {
        self.types(ty)?;
        self.address(pointer, llvm::alloc_size(self.module.types.layout, ty))
    }

    /// Reads a value of any type at `base` + `offset`.
    pub(crate) fn load_at(
        &mut self,
        ty: LLVMTypeRef,
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<Leaves<Value>, ReadError> {
        if types::is_vector(ty) {
            return self.vector_load(ty, base, offset, volatile);
        }
        if types::is_aggregate(ty) {
            let mut values = Leaves::new();
            for (at, field) in self.module.types.fields(ty) {
                values.extend(self.load_at(field, base, offset + at as i32, volatile)?);
            }
            return Ok(values);
        }
        let Some(width) = types::int_width(ty) else {
            let leaves = self.types(ty)?;
            return Ok(leaves.iter().map(|&ty| self.emit(Op::Load, ty, &[base], mem(offset, volatile))).collect());
        };
        if width == 1 {
            let byte = self.emit(Op::Load, Type::I8, &[base], mem(offset, volatile));
            let one = self.iconst(Type::I8, 1);
            return Ok(smallvec![self.op(Op::And, Type::I8, &[byte, one])]);
        }
        let bytes = width.div_ceil(8);
        if width <= 128 {
            return Ok(smallvec![self.load_bytes(bytes, base, offset, volatile)]);
        }
        let mut limbs = Leaves::new();
        for at in (0..bytes).step_by(8) {
            let limb = self.load_bytes((bytes - at).min(8), base, offset + at as i32, volatile);
            limbs.push(self.resized(limb, Type::I64));
        }
        Ok(limbs)
    }

    /// An integer of up to 16 bytes in its container.
    pub(crate) fn load_bytes(&mut self, bytes: u32, base: Value, offset: i32, volatile: bool) -> Value {
        let ty = types::container(bytes * 8);
        if ty.bytes() == bytes {
            return self.emit(Op::Load, ty, &[base], mem(offset, volatile));
        }
        let mut whole = None;
        for (at, piece) in pieces(bytes) {
            let piece = types::container(piece * 8);
            let value = self.emit(Op::Load, piece, &[base], mem(offset + at as i32, volatile));
            let mut value = self.resized(value, ty);
            if at != 0 {
                let amount = self.iconst(ty, i128::from(at) * 8);
                value = self.op(Op::Shl, ty, &[value, amount]);
            }
            whole = Some(match whole {
                None => value,
                Some(low) => self.op(Op::Or, ty, &[low, value]),
            });
        }
        whole.expect("an integer has at least one byte")
    }

    /// Writes a value of any type at `base` + `offset`.
    pub(crate) fn store_at(
        &mut self,
        ty: LLVMTypeRef,
        values: &[Value],
        base: Value,
        offset: i32,
        volatile: bool,
    ) -> Result<(), ReadError> {
        if types::is_vector(ty) {
            return self.vector_store(ty, values, base, offset, volatile);
        }
        if types::is_aggregate(ty) {
            let mut rest = values;
            for (at, field) in self.module.types.fields(ty) {
                let (now, later) = rest.split_at(self.types(field)?.len());
                self.store_at(field, now, base, offset + at as i32, volatile)?;
                rest = later;
            }
            return Ok(());
        }
        let Some(width) = types::int_width(ty) else {
            for &value in values {
                self.emit_all(Op::Store, self.ty(value), &[value, base], mem(offset, volatile));
            }
            return Ok(());
        };
        let (limb_bits, limb_bytes) = if width > 128 { (64, 8) } else { (128, 16) };
        for (&value, i) in values.iter().zip(0..) {
            let bits = (width - i * limb_bits).min(limb_bits);
            let value = self.cleaned(value, bits, false);
            self.store_bytes(value, bits.div_ceil(8), base, offset + (i * limb_bytes) as i32, volatile);
        }
        Ok(())
    }

    pub(crate) fn store_bytes(&mut self, value: Value, bytes: u32, base: Value, offset: i32, volatile: bool) {
        let ty = self.ty(value);
        if ty.bytes() == bytes {
            self.emit_all(Op::Store, ty, &[value, base], mem(offset, volatile));
            return;
        }
        for (at, piece) in pieces(bytes) {
            let mut part = value;
            if at != 0 {
                let amount = self.iconst(ty, i128::from(at) * 8);
                part = self.op(Op::Lshr, ty, &[value, amount]);
            }
            let piece = types::container(piece * 8);
            let part = self.resized(part, piece);
            self.emit_all(Op::Store, piece, &[part, base], mem(offset + at as i32, volatile));
        }
    }

    /// `getelementptr` of a scalar pointer.
    pub(crate) fn gep(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        self.types(llvm::type_of(inst))?;
        let (constant, terms) = gep_terms(self.module.types, inst).map_err(|what| self.unsupported(what))?;
        let (base, offset) = self.base_of(llvm::operand(inst, 0))?;
        let offset = offset.wrapping_add(constant);
        let whole_needed = offset != 0 && !only_folded(inst);
        if terms.is_empty() {
            let eager = whole_needed && matches!(base, Base::Value(_));
            let value = eager.then(|| self.address_value(base, offset));
            self.define_address(inst, base, offset, value);
            return Ok(());
        }
        // Symbols and slots take an offset for nothing; a pointer takes an addition.
        let early = whole_needed && !matches!(base, Base::Value(_));
        let mut sum = self.address_value(base, if early { offset } else { 0 });
        for (index, scale) in terms {
            let index = self.extended(index, true, Type::I64)?;
            let bytes = self.scaled(index, scale);
            sum = self.op(Op::Iadd, Type::Ptr, &[sum, bytes]);
        }
        if early || offset == 0 {
            self.define(inst, &[sum]);
        } else {
            let value = whole_needed.then(|| self.address_value(Base::Value(sum), offset));
            self.define_address(inst, Base::Value(sum), offset, value);
        }
        Ok(())
    }

    /// A 64-bit index times a constant.
    fn scaled(&mut self, index: Value, scale: u64) -> Value {
        match scale {
            1 => index,
            _ if scale.is_power_of_two() => {
                let amount = self.iconst(Type::I64, scale.trailing_zeros().into());
                self.op(Op::Shl, Type::I64, &[index, amount])
            }
            _ => {
                let scale = self.iconst(Type::I64, scale.into());
                self.op(Op::Imul, Type::I64, &[index, scale])
            }
        }
    }
}

/// Whether every use of an address is one that folds its offset.
fn only_folded(gep: LLVMValueRef) -> bool {
    llvm::uses(gep).all(|u| {
        let user = llvm::use_user(u);
        llvm::is_load(user) || llvm::is_gep(user) || llvm::is_store(user) && llvm::operand(user, 0) != gep
    })
}
