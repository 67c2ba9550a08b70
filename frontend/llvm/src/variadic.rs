//! Variadic definitions and `va_arg`, by the System V ABI for x86-64, and by AAPCS64.
//!
//! The body of a variadic definition takes one pointer to its argument area: integer registers, 8 vector registers, and
//! behind them the address of the arguments passed in memory ([`Layout`]). The named parameters are read from it on entry.
//! `Func::sig` stays the C signature.
//!
//! A `va_list` is the ABI's: `gp_offset: i32`, `fp_offset: i32`, `overflow_arg_area: ptr`, `reg_save_area: ptr`; with AAPCS64
//! `stack: ptr`, `gr_top: ptr`, `vr_top: ptr`, `gr_offs: i32`, `vr_offs: i32`.

use crate::error::ReadError;
use crate::function::{Base, FuncReader};
use crate::llvm;
use crate::types;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{BlockId, Imm, Op, Param, Purpose, Type, Value};

/// Byte offsets in an argument area, whose integer registers come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Layout {
    /// Where the integer registers end.
    gp_end: u32,
    /// The register that has the address of a structure to be returned, where that is none of them.
    struct_return: Option<u32>,
    /// Where the vector registers, 16 bytes each, start.
    fp_start: u32,
    /// Where they end, and the pointer to the arguments in memory stands.
    fp_end: u32,
    /// Whether a pair of integer registers starts at an even one.
    even_pairs: bool,
}

const SYSTEM_V: Layout = Layout { gp_end: 48, struct_return: None, fp_start: 48, fp_end: 176, even_pairs: false };
const AAPCS64: Layout = Layout { gp_end: 64, struct_return: Some(64), fp_start: 80, fp_end: 208, even_pairs: true };

/// The argument area of a variadic definition, and how much of it the named parameters take.
#[derive(Clone, Copy)]
pub(crate) struct ArgumentArea {
    layout: Layout,
    area: Value,
    overflow: Value,
    gp_offset: u32,
    fp_offset: u32,
    overflow_offset: u32,
}

/// Where an argument of some type travels.
enum Class {
    /// That many integer registers, or memory at 8 bytes each aligned to all of them.
    Integer(u32),
    /// A vector register, or memory of that size and alignment.
    Vector(u32),
    /// Memory of that size and alignment.
    Memory(u32, u32),
}

fn class(param: Param) -> Class {
    match (param.purpose, param.ty) {
        (Purpose::ByVal { bytes, align }, _) => Class::Memory(bytes.next_multiple_of(8), align),
        (_, Type::F80) => Class::Memory(16, 16),
        (_, Type::I128) => Class::Integer(2),
        (_, Type::F32 | Type::F64) => Class::Vector(8),
        (_, ty) if ty.is_vector() => Class::Vector(16),
        _ => Class::Integer(1),
    }
}

fn at(offset: u32) -> Imm {
    Imm::Mem { offset: offset as i32, volatile: false }
}

impl FuncReader<'_> {
    /// Makes the argument area the entry's only parameter.
    pub(crate) fn open_argument_area(&mut self, entry: BlockId) {
        let area = self.block_param(entry, Type::Ptr);
        let layout = if self.module.is_aarch64() { AAPCS64 } else { SYSTEM_V };
        let overflow = self.emit(Op::Load, Type::Ptr, &[area], at(layout.fp_end));
        let open =
            ArgumentArea { layout, area, overflow, gp_offset: 0, fp_offset: layout.fp_start, overflow_offset: 0 };
        self.variadic = Some(open);
    }

    /// The next named parameter.
    pub(crate) fn argument_from_area(&mut self, param: Param) -> Value {
        let mut open = self.variadic.expect("the function is variadic");
        let layout = open.layout;
        if let (Purpose::StructReturn, Some(offset)) = (param.purpose, layout.struct_return) {
            return self.emit(Op::Load, param.ty, &[open.area], at(offset));
        }
        if layout.even_pairs && matches!(class(param), Class::Integer(2)) {
            open.gp_offset = open.gp_offset.next_multiple_of(16);
        }
        let (base, offset) = match class(param) {
            Class::Integer(count) if open.gp_offset + 8 * count <= layout.gp_end => {
                open.gp_offset += 8 * count;
                (open.area, open.gp_offset - 8 * count)
            }
            Class::Vector(_) if open.fp_offset < layout.fp_end => {
                open.fp_offset += 16;
                (open.area, open.fp_offset - 16)
            }
            class => {
                let (bytes, align) = match class {
                    Class::Integer(count) => (8 * count, 8 * count),
                    Class::Vector(bytes) => (bytes, bytes),
                    Class::Memory(bytes, align) => (bytes, align),
                };
                let offset = open.overflow_offset.next_multiple_of(align);
                open.overflow_offset = offset + bytes;
                (open.overflow, offset)
            }
        };
        self.variadic = Some(open);
        if matches!(param.purpose, Purpose::ByVal { .. }) {
            return self.address_value(Base::Value(base), offset.into());
        }
        self.emit(Op::Load, param.ty, &[base], at(offset))
    }

    /// Fills the `va_list` at `list` for the variable arguments.
    pub(crate) fn va_start(&mut self, list: LLVMValueRef) -> Result<(), ReadError> {
        let list = self.one(list)?;
        if let Some(first) = self.variable_arguments {
            self.store_value(first, list, 0, false);
            return Ok(());
        }
        let Some(open) = self.variadic else {
            return Err(self.unsupported("va_start in a function without variable arguments"));
        };
        let overflow = self.address_value(Base::Value(open.overflow), open.overflow_offset.into());
        if self.module.is_aarch64() {
            // Offsets from the ends of the registers.
            let ArgumentArea { layout, area, .. } = open;
            let gr_top = self.address_value(Base::Value(area), layout.gp_end.into());
            let vr_top = self.address_value(Base::Value(area), layout.fp_end.into());
            let gr_offs = self.iconst(Type::I32, i128::from(open.gp_offset) - i128::from(layout.gp_end));
            let vr_offs = self.iconst(Type::I32, i128::from(open.fp_offset) - i128::from(layout.fp_end));
            for (value, offset) in [(overflow, 0), (gr_top, 8), (vr_top, 16), (gr_offs, 24), (vr_offs, 28)] {
                self.emit_all(Op::Store, self.ty(value), &[value, list], at(offset));
            }
            return Ok(());
        }
        let gp_offset = self.iconst(Type::I32, open.gp_offset.into());
        let fp_offset = self.iconst(Type::I32, open.fp_offset.into());
        for (value, offset) in [(gp_offset, 0), (fp_offset, 4), (overflow, 8), (open.area, 16)] {
            self.emit_all(Op::Store, self.ty(value), &[value, list], at(offset));
        }
        Ok(())
    }

    /// `va_arg`, as the ABI's algorithm; a choice between two addresses takes the place of its branch.
    pub(crate) fn va_arg(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let ty = llvm::type_of(inst);
        let leaves = self.types(ty)?;
        let &[leaf] = leaves.as_slice() else {
            return Err(self.unsupported(format!("va_arg of type {}", llvm::print_type(ty))));
        };
        // There clang spells it out.
        if types::is_aggregate(ty) || self.module.is_aarch64() {
            return Err(self.unsupported(format!("va_arg of type {}", llvm::print_type(ty))));
        }
        let list = self.one(llvm::operand(inst, 0))?;
        let address = match class(Param::new(leaf)) {
            Class::Integer(count) => self.next_argument(list, 0, SYSTEM_V.gp_end, 8 * count, 8 * count),
            Class::Vector(bytes) => self.next_argument(list, 4, SYSTEM_V.fp_end, 16, bytes),
            Class::Memory(bytes, align) => {
                let (start, end) = self.next_in_memory(list, bytes, align);
                self.emit_all(Op::Store, Type::Ptr, &[end, list], at(8));
                start
            }
        };
        let values = self.load_at(ty, address, 0, false)?;
        self.define(inst, &values);
        Ok(())
    }

    /// Address of the next argument of a register class, whose offset stands at `list` + `field`. It takes `taken` bytes
    /// of the save area, or `bytes` of memory.
    fn next_argument(&mut self, list: Value, field: u32, end: u32, taken: u32, bytes: u32) -> Value {
        let offset = self.emit(Op::Load, Type::I32, &[list], at(field));
        let last = self.iconst(Type::I32, (end - taken).into());
        let in_registers = self.op(Op::Iule, Type::I32, &[offset, last]);
        let save_area = self.emit(Op::Load, Type::Ptr, &[list], at(16));
        let wide = self.op(Op::Zext32, Type::I64, &[offset]);
        let in_area = self.op(Op::Iadd, Type::Ptr, &[save_area, wide]);
        let (start, next) = self.next_in_memory(list, bytes.max(8), bytes.max(8));

        let step = self.iconst(Type::I32, taken.into());
        let stepped = self.op(Op::Iadd, Type::I32, &[offset, step]);
        let offset = self.op(Op::Select, Type::I32, &[in_registers, stepped, offset]);
        self.emit_all(Op::Store, Type::I32, &[offset, list], at(field));
        let old = self.emit(Op::Load, Type::Ptr, &[list], at(8));
        let overflow = self.op(Op::Select, Type::Ptr, &[in_registers, old, next]);
        self.emit_all(Op::Store, Type::Ptr, &[overflow, list], at(8));
        self.op(Op::Select, Type::Ptr, &[in_registers, in_area, start])
    }

    /// Start and end of the next argument in memory.
    fn next_in_memory(&mut self, list: Value, bytes: u32, align: u32) -> (Value, Value) {
        let mut start = self.emit(Op::Load, Type::Ptr, &[list], at(8));
        if align > 8 {
            let up = self.iconst(Type::Ptr, i128::from(align) - 1);
            start = self.op(Op::Iadd, Type::Ptr, &[start, up]);
            let mask = self.iconst(Type::Ptr, -i128::from(align));
            start = self.op(Op::And, Type::Ptr, &[start, mask]);
        }
        let bytes = self.iconst(Type::Ptr, bytes.into());
        let end = self.op(Op::Iadd, Type::Ptr, &[start, bytes]);
        (start, end)
    }
}
