//! Atomic loads, stores, `cmpxchg`, `atomicrmw` and fences.
//!
//! Rheo's atomic ops are sequentially consistent, which every weaker ordering allows. Accesses that only must not tear
//! are plain volatile ones. What the machine has no instruction for (sizes, alignments) goes to the `__atomic_*`
//! library, as LLVM's own code does.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::Leaves;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use llvm_sys::{LLVMAtomicOrdering, LLVMAtomicRMWBinOp, LLVMOpcode};
use rheo_ir::{Imm, Op, RmwKind, Type, Value};

/// `__ATOMIC_SEQ_CST`.
const SEQ_CST: i128 = 5;

impl FuncReader<'_> {
    /// Atomic loads and stores, `cmpxchg`, `atomicrmw`, `fence`.
    pub(crate) fn atomic_inst(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        match llvm::opcode(inst) {
            LLVMOpcode::LLVMLoad => self.atomic_load(inst),
            LLVMOpcode::LLVMStore => self.atomic_store(inst),
            LLVMOpcode::LLVMAtomicCmpXchg => self.compare_exchange(inst),
            LLVMOpcode::LLVMAtomicRMW => self.read_modify_write(inst),
            _ if llvm::is_single_thread(inst) => {
                self.compiler_barrier();
                Ok(())
            }
            _ => {
                self.emit_all(Op::Fence, Type::Ptr, &[], Imm::None);
                Ok(())
            }
        }
    }

    /// Type of the value and of the integer or address that is accessed for it; `None` if the library must do it.
    fn atomic_type(&self, inst: LLVMValueRef, ty: LLVMTypeRef) -> Result<(Leaves<Type>, Option<Type>), ReadError> {
        let leaves = self.types(ty)?;
        let bytes = llvm::store_size(self.module.types.layout, ty);
        let int = u32::try_from(bytes).ok().and_then(Type::int_of);
        let aligned = u64::from(llvm::alignment(inst)) >= bytes;
        let access = match leaves.as_slice() {
            [Type::Ptr] if aligned => Some(Type::Ptr),
            [_] if aligned => int,
            _ => None,
        };
        Ok((leaves, access))
    }

    /// Whether an access need only be whole, so that an aligned plain one serves.
    fn only_whole(&self, inst: LLVMValueRef, access: Type) -> bool {
        use LLVMAtomicOrdering::*;
        access.bytes() <= 8
            && (llvm::is_single_thread(inst)
                || matches!(llvm::ordering(inst), LLVMAtomicOrderingUnordered | LLVMAtomicOrderingMonotonic))
    }

    /// The same bits as `ty`.
    fn as_type(&mut self, value: Value, ty: Type) -> Value {
        if self.ty(value).repr() == ty.repr() { value } else { self.op(Op::Bitcast, ty, &[value]) }
    }

    fn atomic_load(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let pointer = llvm::operand(inst, 0);
        let ty = llvm::type_of(inst);
        let (leaves, access) = self.atomic_type(inst, ty)?;
        let value = match access {
            Some(access) if self.only_whole(inst, access) => {
                let (base, offset) = self.address(pointer, access.bytes().into())?;
                self.emit(Op::Load, access, &[base], Imm::Mem { offset, volatile: true })
            }
            Some(access) => {
                let address = self.one(pointer)?;
                self.op(Op::AtomicLoad, access, &[address])
            }
            None => {
                let address = self.one(pointer)?;
                let (bytes, buffer) = self.atomic_buffer(ty);
                let order = self.iconst(Type::I32, SEQ_CST);
                let params = [Type::I64, Type::Ptr, Type::Ptr, Type::I32];
                self.call_native("__atomic_load", &params, &[], &[bytes, address, buffer, order]);
                let values = self.load_at(ty, buffer, 0, false)?;
                self.define(inst, &values);
                return Ok(());
            }
        };
        let value = self.as_type(value, leaves[0]);
        self.define(inst, &[value]);
        Ok(())
    }

    fn atomic_store(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let (operand, pointer) = (llvm::operand(inst, 0), llvm::operand(inst, 1));
        let ty = llvm::type_of(operand);
        let (_, access) = self.atomic_type(inst, ty)?;
        match access {
            Some(access) => {
                let value = self.one(operand)?;
                let value = self.as_type(value, access);
                if self.only_whole(inst, access) {
                    let (base, offset) = self.address(pointer, access.bytes().into())?;
                    self.store_value(value, base, offset, true);
                } else {
                    let address = self.one(pointer)?;
                    self.emit_all(Op::AtomicStore, access, &[value, address], Imm::None);
                }
            }
            None => {
                let address = self.one(pointer)?;
                let (bytes, buffer) = self.atomic_buffer(ty);
                let values = self.leaves(operand)?;
                self.store_at(ty, &values, buffer, 0, false)?;
                let order = self.iconst(Type::I32, SEQ_CST);
                let params = [Type::I64, Type::Ptr, Type::Ptr, Type::I32];
                self.call_native("__atomic_store", &params, &[], &[bytes, address, buffer, order]);
            }
        }
        Ok(())
    }

    /// The size of a type, and memory for a value of it that is passed to the library.
    fn atomic_buffer(&mut self, ty: LLVMTypeRef) -> (Value, Value) {
        let bytes = llvm::alloc_size(self.module.types.layout, ty);
        let slot = self.body.add_slot(u32::try_from(bytes).unwrap_or(u32::MAX).max(16), 16);
        let buffer = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
        (self.iconst(Type::I64, bytes.into()), buffer)
    }

    fn compare_exchange(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let [pointer, expected, new] = [0, 1, 2].map(|i| llvm::operand(inst, i));
        let ty = llvm::type_of(expected);
        let (leaves, access) = self.atomic_type(inst, ty)?;
        let address = self.one(pointer)?;
        let Some(access) = access else {
            let (bytes, buffer) = self.atomic_buffer(ty);
            let (_, desired) = self.atomic_buffer(ty);
            for (operand, buffer) in [(expected, buffer), (new, desired)] {
                let values = self.leaves(operand)?;
                self.store_at(ty, &values, buffer, 0, false)?;
            }
            let order = self.iconst(Type::I32, SEQ_CST);
            let params = [Type::I64, Type::Ptr, Type::Ptr, Type::Ptr, Type::I32, Type::I32];
            let args = [bytes, address, buffer, desired, order, order];
            let success = self.call_native("__atomic_compare_exchange", &params, &[Type::I8], &args)[0];
            let mut values = self.load_at(ty, buffer, 0, false)?;
            values.push(self.lowest_bit(success));
            self.define(inst, &values);
            return Ok(());
        };
        let (expected, new) = (self.one(expected)?, self.one(new)?);
        let (expected, new) = (self.as_type(expected, access), self.as_type(new, access));
        let old = self.op(Op::AtomicCas, access, &[address, expected, new]);
        let success = self.op(Op::Ieq, access, &[old, expected]);
        let old = self.as_type(old, leaves[0]);
        self.define(inst, &[old, success]);
        Ok(())
    }

    fn read_modify_write(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        use LLVMAtomicRMWBinOp::*;
        let (pointer, operand) = (llvm::operand(inst, 0), llvm::operand(inst, 1));
        let ty = llvm::type_of(operand);
        let (leaves, access) = self.atomic_type(inst, ty)?;
        let kind = llvm::rmw_kind(inst);
        let Some(access) = access else {
            return Err(self.unsupported(format!("atomicrmw on {}", llvm::print_type(ty))));
        };
        let address = self.one(pointer)?;
        let value = self.one(operand)?;
        let simple = match kind {
            LLVMAtomicRMWBinOpXchg => Some(RmwKind::Xchg),
            LLVMAtomicRMWBinOpAdd => Some(RmwKind::Add),
            LLVMAtomicRMWBinOpSub => Some(RmwKind::Sub),
            LLVMAtomicRMWBinOpAnd => Some(RmwKind::And),
            LLVMAtomicRMWBinOpNand => Some(RmwKind::Nand),
            LLVMAtomicRMWBinOpOr => Some(RmwKind::Or),
            LLVMAtomicRMWBinOpXor => Some(RmwKind::Xor),
            LLVMAtomicRMWBinOpMax => Some(RmwKind::Smax),
            LLVMAtomicRMWBinOpMin => Some(RmwKind::Smin),
            LLVMAtomicRMWBinOpUMax => Some(RmwKind::Umax),
            LLVMAtomicRMWBinOpUMin => Some(RmwKind::Umin),
            _ => None,
        };
        let old = match simple {
            Some(simple) => {
                let value = self.as_type(value, access);
                self.emit(Op::AtomicRmw, access, &[address, value], Imm::Rmw(simple))
            }
            None => self.update_loop(kind, ty, leaves[0], access, address, value)?,
        };
        let old = self.as_type(old, leaves[0]);
        self.define(inst, &[old]);
        Ok(())
    }

    /// Computes a new value from the old until no other thread has come between; gives the old value.
    fn update_loop(
        &mut self,
        kind: LLVMAtomicRMWBinOp,
        llvm_ty: LLVMTypeRef,
        ty: Type,
        access: Type,
        address: Value,
        operand: Value,
    ) -> Result<Value, ReadError> {
        use LLVMAtomicRMWBinOp::*;
        let first = self.op(Op::AtomicLoad, access, &[address]);
        let (again, done) = (self.new_block(), self.new_block());
        let expected = self.block_param(again, access);
        self.jump(again, &[first]);
        self.switch_to(again);
        let old = self.as_type(expected, ty);
        let new = match kind {
            LLVMAtomicRMWBinOpFAdd | LLVMAtomicRMWBinOpFSub => {
                let format = self.format(llvm_ty)?;
                let opcode = if kind == LLVMAtomicRMWBinOpFAdd { LLVMOpcode::LLVMFAdd } else { LLVMOpcode::LLVMFSub };
                self.float_binary(opcode, format, old, operand)?
            }
            LLVMAtomicRMWBinOpFMax | LLVMAtomicRMWBinOpFMin if matches!(ty, Type::F32 | Type::F64) => {
                let base = if kind == LLVMAtomicRMWBinOpFMax { "maxnum" } else { "minnum" };
                self.float_math(base, ty, false, &[old, operand])
            }
            LLVMAtomicRMWBinOpUIncWrap => {
                let one = self.iconst(ty, 1);
                let zero = self.zero(ty);
                let next = self.op(Op::Iadd, ty, &[old, one]);
                let wraps = self.op(Op::Iule, ty, &[operand, old]);
                self.op(Op::Select, ty, &[wraps, zero, next])
            }
            LLVMAtomicRMWBinOpUDecWrap => {
                let one = self.iconst(ty, 1);
                let zero = self.zero(ty);
                let next = self.op(Op::Isub, ty, &[old, one]);
                let is_zero = self.op(Op::Ieq, ty, &[old, zero]);
                let above = self.op(Op::Iult, ty, &[operand, old]);
                let wraps = self.op(Op::Or, Type::I8, &[is_zero, above]);
                self.op(Op::Select, ty, &[wraps, operand, next])
            }
            _ => return Err(self.unsupported(format!("atomicrmw on {}", llvm::print_type(llvm_ty)))),
        };
        let new = self.as_type(new, access);
        let seen = self.op(Op::AtomicCas, access, &[address, expected, new]);
        let success = self.op(Op::Ieq, access, &[seen, expected]);
        self.branch(success, (done, &[]), (again, &[seen]));
        self.switch_to(done);
        Ok(expected)
    }
}
