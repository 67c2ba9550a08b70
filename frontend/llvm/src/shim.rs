//! Shims: LLVM's own code, out of line, for an instruction that has no op of ours.
//!
//! Owns the text of the wrapper function, how operands and results travel to it and back, and the call. `codegen`
//! compiles it; what needs one is decided elsewhere.
//!
//! Scalars of at most 64 bits travel as parameters, in order, and the first such result is returned. Everything else
//! (vectors, wide integers, long floats, further results) lies in one buffer whose address is the last parameter.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::module::ModuleReader;
use crate::native::Scratch;
use crate::types::{self, Types, is_vector};
use llvm_sys::core::*;
use llvm_sys::prelude::*;
use llvm_sys::{LLVMAttributeFunctionIndex, LLVMOpcode, LLVMTailCallKind, LLVMTypeKind};
use rheo_ir::{Imm, Op, Shim, Type, Value};
use std::ffi::CString;

/// Where one leaf of an operand or result travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// The next scalar parameter, or the returned scalar.
    Register(Type),
    /// The buffer, at this byte offset.
    Buffer(Type, u32),
}

/// A shim and how to call it.
struct Wrapper {
    shim: Shim,
    /// Numbers of the instruction's operands that are passed, with the places of their leaves.
    operands: Vec<(u32, Vec<Place>)>,
    /// Places of the result's leaves; before them, of an instruction that ends its block, of the number of its successor.
    results: Vec<Place>,
    /// Size of the buffer, 0 if there is none.
    buffer_bytes: u32,
}

impl FuncReader<'_> {
    /// Reads an instruction (a call of inline assembly or of an intrinsic, or one that computes) as a call of a shim.
    /// `what` names it in reports.
    pub(crate) fn shim(&mut self, inst: LLVMValueRef, what: impl Into<String>) -> Result<(), ReadError> {
        self.shim_with(inst, what.into(), &[])
    }

    /// As [`Self::shim`], where the operands of these numbers are constants that the assembler or linker has to know.
    pub(crate) fn shim_with(&mut self, inst: LLVMValueRef, what: String, constants: &[u32]) -> Result<(), ReadError> {
        let values = self.shim_values(inst, what, constants)?;
        self.define(inst, &values);
        Ok(())
    }

    /// As [`Self::shim_with`], for an instruction that goes on at one of several blocks. Gives the number of the successor.
    pub(crate) fn shim_successor(
        &mut self,
        inst: LLVMValueRef,
        what: String,
        constants: &[u32],
    ) -> Result<Value, ReadError> {
        let values = self.shim_values(inst, what, constants)?;
        self.define(inst, &values[1..]);
        Ok(values[0])
    }

    fn shim_values(&mut self, inst: LLVMValueRef, what: String, constants: &[u32]) -> Result<Vec<Value>, ReadError> {
        if !llvm::is_instruction(inst) {
            return Err(self.unsupported(format!("{what} in a constant")));
        }
        if llvm::opcode(inst) == LLVMOpcode::LLVMInvoke {
            return Err(self.unsupported(format!("{what} that may unwind")));
        }
        let wrapper = wrap(inst, what.clone(), self.module, constants)
            .map_err(|why| self.unsupported(if why.is_empty() { what } else { format!("{what}: {why}") }))?;
        let buffer = (wrapper.buffer_bytes > 0).then(|| self.body.add_slot(wrapper.buffer_bytes, 16));
        let at = |offset: u32| i32::try_from(offset).expect("a buffer is small");
        let (mut params, mut args) = (Vec::new(), Vec::new());
        let mut base = None;
        for (operand, places) in &wrapper.operands {
            let values = self.leaves(llvm::operand(inst, *operand))?;
            for (&value, place) in values.iter().zip(places) {
                match *place {
                    Place::Register(ty) => {
                        params.push(ty);
                        args.push(value);
                    }
                    Place::Buffer(_, offset) => {
                        let address = *base.get_or_insert_with(|| self.buffer_address(buffer));
                        self.store_value(value, address, at(offset), false);
                    }
                }
            }
        }
        if buffer.is_some() {
            params.push(Type::Ptr);
            args.push(*base.get_or_insert_with(|| self.buffer_address(buffer)));
        }
        let returned: Vec<Type> = wrapper
            .results
            .iter()
            .filter_map(|p| match *p {
                Place::Register(ty) => Some(ty),
                Place::Buffer(..) => None,
            })
            .collect();
        if !self.module.out.shims.iter().any(|s| s.name == wrapper.shim.name) {
            self.module.out.shims.push(wrapper.shim.clone());
        }
        let returned = self.call_native(&wrapper.shim.name, &params, &returned, &args);
        let mut values = Vec::new();
        for place in &wrapper.results {
            values.push(match *place {
                Place::Register(_) => returned[0],
                Place::Buffer(ty, offset) => {
                    let address = *base.get_or_insert_with(|| self.buffer_address(buffer));
                    self.emit(Op::Load, ty, &[address], Imm::Mem { offset: at(offset), volatile: false })
                }
            });
        }
        Ok(values)
    }

    fn buffer_address(&mut self, buffer: Option<rheo_ir::StackSlotId>) -> Value {
        let slot = buffer.expect("a place in the buffer means that there is one");
        self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0))
    }

    /// Stores a value, in its own type.
    pub(crate) fn store_value(&mut self, value: Value, address: Value, offset: i32, volatile: bool) {
        let ty = self.ty(value);
        self.emit_all(Op::Store, ty, &[value, address], Imm::Mem { offset, volatile });
    }
}

/// Whether a scalar instruction computes with what no op of ours handles: integers of more than 128 bits beyond
/// addition, logic and shifts, and conversions between the narrowest and the widest floats.
pub(crate) fn is_out_of_line(inst: LLVMValueRef) -> bool {
    use LLVMOpcode::*;
    let is_wide = |ty| types::int_width(ty).is_some_and(|width| width > 128);
    let short = |ty| matches!(llvm::type_kind(ty), LLVMTypeKind::LLVMHalfTypeKind | LLVMTypeKind::LLVMBFloatTypeKind);
    let quad = |ty| llvm::type_kind(ty) == LLVMTypeKind::LLVMFP128TypeKind;
    let to = llvm::type_of(inst);
    match llvm::opcode(inst) {
        LLVMMul | LLVMUDiv | LLVMSDiv | LLVMURem | LLVMSRem => is_wide(to),
        LLVMFPToSI | LLVMFPToUI | LLVMPtrToInt => is_wide(to),
        LLVMSIToFP | LLVMUIToFP => is_wide(llvm::type_of(llvm::operand(inst, 0))),
        LLVMFPTrunc | LLVMFPExt => {
            let from = llvm::type_of(llvm::operand(inst, 0));
            short(from) && quad(to) || quad(from) && short(to)
        }
        LLVMBitCast => {
            let from = llvm::type_of(llvm::operand(inst, 0));
            is_wide(from) != is_wide(to)
        }
        _ => false,
    }
}

/// Function attributes that decide which machine instructions LLVM may use and how it treats floats.
const KEPT_ATTRIBUTES: &[&str] = &[
    "target-cpu",
    "target-features",
    "tune-cpu",
    "denormal-fp-math",
    "denormal-fp-math-f32",
    "min-legal-vector-width",
];

/// Name of a shim while its text is made.
pub(crate) const PLACEHOLDER: &str = "rheo.shim.0000000000000000";

/// Wraps one instruction, whose operands of the numbers `constants` stay constants. The error says what stands in the way.
fn wrap(inst: LLVMValueRef, what: String, reader: &mut ModuleReader, constants: &[u32]) -> Result<Wrapper, String> {
    let scratch = Scratch::new(reader.source.module);
    let mut known = Vec::new();
    for &i in constants {
        let operand = llvm::operand(inst, i);
        let constant = reader.native_constant(&scratch, operand);
        known.push((i, constant.ok_or_else(|| format!("operand {}", llvm::print_value(operand)))?));
    }
    let (types, buffer) = (reader.types, std::ptr::null_mut());
    let Scratch { context, module, builder } = scratch;
    let mut w = Writer { context, module, builder, types, buffer, known };
    // SAFETY: `inst` is an instruction of the live module that `reader` reads, so its context is live too; builder and
    // scratch module are of that context and live until the end of this function.
    unsafe { w.wrap(inst, llvm::block_parent(llvm::inst_block(inst)), what) }
}

/// Whether a constant can stand in another module as it is.
fn is_portable(constant: LLVMValueRef) -> bool {
    !llvm::is_global_value(constant)
        && !llvm::is_block_address(constant)
        && (0..llvm::operand_count(constant)).all(|i| is_portable(llvm::operand(constant, i)))
}

/// Writes one wrapper. All of its methods require what [`wrap`] has established: a live context, and a builder that
/// stands at the end of the wrapper's last block once there is one.
struct Writer {
    context: LLVMContextRef,
    module: LLVMModuleRef,
    builder: LLVMBuilderRef,
    types: Types,
    buffer: LLVMValueRef,
    /// Operands that stay constants, as ones of the wrapper's module.
    known: Vec<(u32, LLVMValueRef)>,
}

const UNNAMED: *const std::ffi::c_char = c"".as_ptr();

impl Writer {
    unsafe fn wrap(&mut self, inst: LLVMValueRef, caller: LLVMValueRef, what: String) -> Result<Wrapper, String> {
        let jumps = llvm::opcode(inst) == LLVMOpcode::LLVMCallBr;
        let callee = (jumps || llvm::opcode(inst) == LLVMOpcode::LLVMCall).then(|| llvm::called_value(inst));
        let mut operands = Vec::new();
        let mut end = 0;
        for i in 0..llvm::operand_count(inst) {
            let operand = llvm::operand(inst, i);
            let ty = llvm::type_of(operand);
            let kind = llvm::type_kind(ty);
            let kept = Some(operand) == callee
                || matches!(kind, LLVMTypeKind::LLVMMetadataTypeKind | LLVMTypeKind::LLVMLabelTypeKind)
                || (llvm::is_constant(operand) && is_portable(operand))
                || self.known.iter().any(|&(known, _)| known == i);
            if !kept {
                operands.push((i, self.places(ty, &mut end)?));
            }
        }
        let result_ty = llvm::type_of(inst);
        let mut results = self.places(result_ty, &mut end)?;
        if jumps {
            results.insert(0, Place::Register(Type::I32));
        }
        let mut returned = None;
        for place in &mut results {
            match *place {
                Place::Register(ty) if returned.is_none() => returned = Some(ty),
                Place::Register(ty) => {
                    *place = Place::Buffer(ty, end);
                    end += 16;
                }
                Place::Buffer(..) => {}
            }
        }

        let places = operands.iter().flat_map(|(_, places)| places);
        // SAFETY: see the type; all values and types are of its context.
        let text = unsafe {
            let mut params: Vec<LLVMTypeRef> = places
                .filter_map(|p| match *p {
                    Place::Register(ty) => Some(self.register_type(ty)),
                    Place::Buffer(..) => None,
                })
                .collect();
            let registers = params.len() as u32;
            if end > 0 {
                params.push(LLVMPointerTypeInContext(self.context, 0));
            }
            let return_ty = returned.map_or_else(|| LLVMVoidTypeInContext(self.context), |ty| self.register_type(ty));
            let function_ty = LLVMFunctionType(return_ty, params.as_mut_ptr(), params.len() as u32, 0);
            let name = CString::new(PLACEHOLDER).expect("no zero byte");
            let wrapper = LLVMAddFunction(self.module, name.as_ptr(), function_ty);
            keep_attributes(self.context, caller, wrapper, true);
            if callee.is_some_and(llvm::is_inline_asm) {
                // Assembly may push.
                let apart = LLVMCreateEnumAttribute(self.context, llvm::attribute_kind("noredzone"), 0);
                LLVMAddAttributeAtIndex(wrapper, LLVMAttributeFunctionIndex, apart);
            }
            let block = LLVMAppendBasicBlockInContext(self.context, wrapper, UNNAMED);
            LLVMPositionBuilderAtEnd(self.builder, block);
            if end > 0 {
                self.buffer = LLVMGetParam(wrapper, registers);
            }
            let mut registers = (0..registers).map(|i| LLVMGetParam(wrapper, i));
            let mut values = self.known.clone();
            for (i, places) in &operands {
                let ty = llvm::type_of(llvm::operand(inst, *i));
                values.push((*i, self.assemble(ty, &mut places.iter().copied(), &mut registers)?));
            }
            let copy = self.copy(inst, callee, &values)?;
            let mut result = None;
            if jumps {
                for i in 0..llvm::successor_count(copy) {
                    let block = LLVMAppendBasicBlockInContext(self.context, wrapper, UNNAMED);
                    LLVMSetSuccessor(copy, i, block);
                    LLVMPositionBuilderAtEnd(self.builder, block);
                    self.take_apart(copy, result_ty, &mut results[1..].iter().copied(), &mut result)?;
                    let number = LLVMConstInt(LLVMInt32TypeInContext(self.context), u64::from(i), 0);
                    LLVMBuildRet(self.builder, number);
                }
            } else {
                self.take_apart(copy, result_ty, &mut results.iter().copied(), &mut result)?;
                match result {
                    Some(value) => LLVMBuildRet(self.builder, value),
                    None => LLVMBuildRetVoid(self.builder),
                };
            }
            print(self.module)
        };
        Ok(Wrapper { shim: named_by_content(text, what), operands, results, buffer_bytes: end })
    }

    /// Copies the instruction into the wrapper, with other operands, and declares what it calls.
    unsafe fn copy(
        &self,
        inst: LLVMValueRef,
        callee: Option<LLVMValueRef>,
        operands: &[(u32, LLVMValueRef)],
    ) -> Result<LLVMValueRef, String> {
        // SAFETY: see the type; operands have the types of those they replace.
        unsafe {
            let copy = LLVMInstructionClone(inst);
            LLVMInsertIntoBuilder(self.builder, copy);
            strip_metadata(copy);
            for &(i, value) in operands {
                LLVMSetOperand(copy, i, value);
            }
            if let Some(callee) = callee.filter(|_| llvm::opcode(inst) == LLVMOpcode::LLVMCall) {
                LLVMSetTailCallKind(copy, LLVMTailCallKind::LLVMTailCallKindNone);
                if llvm::is_function(callee) {
                    let name = CString::new(llvm::name(callee)).map_err(|_| "name with a zero byte".to_owned())?;
                    let declared = LLVMAddFunction(self.module, name.as_ptr(), llvm::value_type(callee));
                    LLVMSetOperand(copy, llvm::operand_count(copy) - 1, declared);
                }
            }
            Ok(copy)
        }
    }

    /// The type that a register of `ty` has in the wrapper.
    fn register_type(&self, ty: Type) -> LLVMTypeRef {
        // SAFETY: see the type.
        unsafe {
            match ty {
                Type::F32 => LLVMFloatTypeInContext(self.context),
                Type::F64 => LLVMDoubleTypeInContext(self.context),
                Type::Ptr => LLVMPointerTypeInContext(self.context, 0),
                _ => LLVMIntTypeInContext(self.context, ty.bytes() * 8),
            }
        }
    }

    /// Places for the leaves of a value of type `ty`.
    fn places(&self, ty: LLVMTypeRef, end: &mut u32) -> Result<Vec<Place>, String> {
        if let Some(fields) = fields(ty) {
            let mut places = Vec::new();
            for field in fields {
                places.extend(self.places(field, end)?);
            }
            return Ok(places);
        }
        let leaves = self.types.leaves(ty)?;
        if let [leaf] = leaves[..]
            && leaf.bytes() <= 8
            && !is_vector(ty)
        {
            return Ok(vec![Place::Register(leaf)]);
        }
        let mut places = Vec::new();
        for leaf in leaves {
            places.push(Place::Buffer(leaf, *end));
            *end += leaf.bytes();
        }
        *end = end.next_multiple_of(16);
        Ok(places)
    }

    unsafe fn address(&self, offset: u32) -> LLVMValueRef {
        // SAFETY: see the type; the buffer is the wrapper's last parameter.
        unsafe {
            let byte = LLVMInt8TypeInContext(self.context);
            let mut index = LLVMConstInt(LLVMInt64TypeInContext(self.context), u64::from(offset), 0);
            LLVMBuildGEP2(self.builder, byte, self.buffer, &mut index, 1, UNNAMED)
        }
    }

    unsafe fn load(&self, ty: LLVMTypeRef, offset: u32) -> LLVMValueRef {
        // SAFETY: as for `address`.
        unsafe {
            let load = LLVMBuildLoad2(self.builder, ty, self.address(offset), UNNAMED);
            LLVMSetAlignment(load, 1);
            load
        }
    }

    unsafe fn store(&self, value: LLVMValueRef, offset: u32) {
        // SAFETY: as for `address`.
        unsafe {
            let store = LLVMBuildStore(self.builder, value, self.address(offset));
            LLVMSetAlignment(store, 1);
        }
    }

    /// The type in which an integer, or each integer of a vector, fills `bytes` bytes; `None` if `ty` holds no integers
    /// or fills them already.
    fn container(&self, ty: LLVMTypeRef, bytes: u32) -> Option<LLVMTypeRef> {
        let scalar = if is_vector(ty) { llvm::element_type(ty) } else { ty };
        if llvm::type_kind(scalar) != LLVMTypeKind::LLVMIntegerTypeKind || llvm::int_width(scalar) == bytes * 8 {
            return None;
        }
        // SAFETY: see the type.
        unsafe {
            let wide = LLVMIntTypeInContext(self.context, bytes * 8);
            Some(if is_vector(ty) { LLVMVectorType(wide, llvm::vector_length(ty)) } else { wide })
        }
    }

    unsafe fn load_narrow(&self, ty: LLVMTypeRef, bytes: u32, offset: u32) -> LLVMValueRef {
        // SAFETY: as for `address`.
        unsafe {
            match self.container(ty, bytes) {
                Some(wide) => LLVMBuildTrunc(self.builder, self.load(wide, offset), ty, UNNAMED),
                None => self.load(ty, offset),
            }
        }
    }

    /// Integers widened to their containers: a vector's booleans to 0 or -1, all else with zeroes.
    unsafe fn widen(&self, value: LLVMValueRef, wide: LLVMTypeRef) -> LLVMValueRef {
        let ty = llvm::type_of(value);
        // SAFETY: see the type.
        unsafe {
            if is_vector(ty) && llvm::int_width(llvm::element_type(ty)) == 1 {
                LLVMBuildSExt(self.builder, value, wide, UNNAMED)
            } else {
                LLVMBuildZExt(self.builder, value, wide, UNNAMED)
            }
        }
    }

    /// Where a value of a type without fields lies in the buffer: its offset, the bytes of one of its lanes or of the
    /// whole, and for a vector without chunks the number of its elements, which lie one by one.
    fn extent(
        &self,
        ty: LLVMTypeRef,
        first: (Type, u32),
        places: &mut dyn Iterator<Item = Place>,
    ) -> Result<(u32, u32, Option<u32>), String> {
        let (leaf, offset) = first;
        let further = self.types.leaves(ty)?.len() - 1;
        let bytes = leaf.bytes() + places.take(further).map(|_| leaf.bytes()).sum::<u32>();
        Ok(match is_vector(ty) {
            true if crate::types::lane(llvm::element_type(ty)).is_some() => (offset, leaf.lane().bytes(), None),
            true => {
                let length = llvm::vector_length(ty);
                (offset, bytes / length.max(1), Some(length))
            }
            false => (offset, bytes, None),
        })
    }

    /// Builds an operand from where its leaves travel.
    unsafe fn assemble(
        &self,
        ty: LLVMTypeRef,
        places: &mut dyn Iterator<Item = Place>,
        registers: &mut dyn Iterator<Item = LLVMValueRef>,
    ) -> Result<LLVMValueRef, String> {
        // SAFETY: see the type.
        unsafe {
            if let Some(fields) = fields(ty) {
                let mut whole = LLVMGetPoison(ty);
                for (i, field) in fields.into_iter().enumerate() {
                    let part = self.assemble(field, places, registers)?;
                    whole = LLVMBuildInsertValue(self.builder, whole, part, i as u32, UNNAMED);
                }
                return Ok(whole);
            }
            let first = match places.next().expect("a place for each leaf") {
                Place::Register(_) => {
                    let value = registers.next().expect("a parameter for each register");
                    return Ok(match llvm::type_kind(ty) {
                        _ if llvm::type_of(value) == ty => value,
                        LLVMTypeKind::LLVMIntegerTypeKind => LLVMBuildTrunc(self.builder, value, ty, UNNAMED),
                        _ => LLVMBuildBitCast(self.builder, value, ty, UNNAMED),
                    });
                }
                Place::Buffer(leaf, offset) => (leaf, offset),
            };
            let (offset, bytes, elements) = self.extent(ty, first, places)?;
            let Some(elements) = elements else {
                return Ok(self.load_narrow(ty, bytes, offset));
            };
            let mut whole = LLVMGetPoison(ty);
            for i in 0..elements {
                let part = self.load_narrow(llvm::element_type(ty), bytes, offset + i * bytes);
                let index = LLVMConstInt(LLVMInt32TypeInContext(self.context), u64::from(i), 0);
                whole = LLVMBuildInsertElement(self.builder, whole, part, index, UNNAMED);
            }
            Ok(whole)
        }
    }

    /// Sends a result's leaves where they travel; the one in a register is left in `returned`.
    unsafe fn take_apart(
        &self,
        value: LLVMValueRef,
        ty: LLVMTypeRef,
        places: &mut dyn Iterator<Item = Place>,
        returned: &mut Option<LLVMValueRef>,
    ) -> Result<(), String> {
        if llvm::type_kind(ty) == LLVMTypeKind::LLVMVoidTypeKind {
            return Ok(());
        }
        // SAFETY: see the type.
        unsafe {
            if let Some(fields) = fields(ty) {
                for (i, field) in fields.into_iter().enumerate() {
                    let part = LLVMBuildExtractValue(self.builder, value, i as u32, UNNAMED);
                    self.take_apart(part, field, places, returned)?;
                }
                return Ok(());
            }
            let first = match places.next().expect("a place for each leaf") {
                Place::Register(leaf) => {
                    let container = self.register_type(leaf);
                    *returned = Some(match llvm::type_kind(ty) {
                        _ if llvm::type_of(value) == container => value,
                        LLVMTypeKind::LLVMIntegerTypeKind => self.widen(value, container),
                        _ => LLVMBuildBitCast(self.builder, value, container, UNNAMED),
                    });
                    return Ok(());
                }
                Place::Buffer(leaf, offset) => (leaf, offset),
            };
            let (offset, bytes, elements) = self.extent(ty, first, places)?;
            let widened = |value: LLVMValueRef| match self.container(llvm::type_of(value), bytes) {
                Some(wide) => self.widen(value, wide),
                None => value,
            };
            let Some(elements) = elements else {
                self.store(widened(value), offset);
                return Ok(());
            };
            for i in 0..elements {
                let index = LLVMConstInt(LLVMInt32TypeInContext(self.context), u64::from(i), 0);
                let part = LLVMBuildExtractElement(self.builder, value, index, UNNAMED);
                self.store(widened(part), offset + i * bytes);
            }
            Ok(())
        }
    }
}

/// Takes a copied instruction's metadata off it, which belongs to another module.
///
/// # Safety
/// The instruction is live.
pub(crate) unsafe fn strip_metadata(inst: LLVMValueRef) {
    // SAFETY: as above; the entries are disposed of once.
    unsafe {
        llvm_sys::debuginfo::LLVMInstructionSetDebugLoc(inst, std::ptr::null_mut());
        let mut count = 0;
        let entries = LLVMInstructionGetAllMetadataOtherThanDebugLoc(inst, &mut count);
        for i in 0..count {
            let kind = LLVMValueMetadataEntriesGetKind(entries, i as u32);
            LLVMSetMetadata(inst, kind, std::ptr::null_mut());
        }
        LLVMDisposeValueMetadataEntries(entries);
    }
}

/// Gives a native function what decides of `from` which machine instructions LLVM may use in it.
///
/// # Safety
/// Both functions are live and of `context`.
pub(crate) unsafe fn keep_attributes(context: LLVMContextRef, from: LLVMValueRef, to: LLVMValueRef, nounwind: bool) {
    let at = LLVMAttributeFunctionIndex;
    // SAFETY: as above.
    unsafe {
        for name in KEPT_ATTRIBUTES {
            let attribute = LLVMGetStringAttributeAtIndex(from, at, name.as_ptr().cast(), name.len() as u32);
            if !attribute.is_null() {
                LLVMAddAttributeAtIndex(to, at, attribute);
            }
        }
        if let Some(strict) = llvm::function_attribute(from, at, llvm::attribute_kind("strictfp")) {
            LLVMAddAttributeAtIndex(to, at, strict);
        }
        if nounwind {
            let nounwind = LLVMCreateEnumAttribute(context, llvm::attribute_kind("nounwind"), 0);
            LLVMAddAttributeAtIndex(to, at, nounwind);
        }
    }
}

/// The text of a module made for one shim.
///
/// # Safety
/// The module is live.
pub(crate) unsafe fn print(module: LLVMModuleRef) -> String {
    // SAFETY: as above; the message is copied and disposed of once.
    let text = unsafe {
        let message = LLVMPrintModuleToString(module);
        let text = std::ffi::CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeMessage(message);
        text
    };
    text.lines()
        .filter(|l| !l.starts_with("; ModuleID") && !l.starts_with("source_filename") && !l.is_empty())
        .map(|l| {
            // What is no intrinsic is the program's own, which the C interface has no way to say.
            if let Some(function) = l.strip_prefix("declare void @").filter(|f| !f.starts_with("llvm.")) {
                format!("declare dso_local void @{function}\n")
            } else {
                l.replace(" = external global i8", " = external dso_local global i8") + "\n"
            }
        })
        .collect()
}

/// A shim whose text names it [`PLACEHOLDER`], under a name that the same text always has.
pub(crate) fn named_by_content(text: String, what: String) -> Shim {
    let name = format!("rheo.shim.{:016x}", content_hash(&text));
    Shim { llvm: text.replace(PLACEHOLDER, &name), name, what }
}

/// Types of an aggregate's members.
fn fields(ty: LLVMTypeRef) -> Option<Vec<LLVMTypeRef>> {
    match llvm::type_kind(ty) {
        LLVMTypeKind::LLVMStructTypeKind => {
            Some((0..llvm::struct_field_count(ty)).map(|i| llvm::struct_field(ty, i)).collect())
        }
        LLVMTypeKind::LLVMArrayTypeKind => {
            Some(vec![llvm::element_type(ty); usize::try_from(llvm::array_length(ty)).unwrap_or(0)])
        }
        _ => None,
    }
}

/// FNV-1a, 64 bits: names must be the same in every build.
pub(crate) fn content_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
