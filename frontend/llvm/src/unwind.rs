//! Exceptions: `invoke`, `landingpad`, `resume`, `llvm.eh.typeid.for`.
//!
//! `resume` is what code generators make of it: a call of the unwinder's `_Unwind_Resume`.

use crate::error::ReadError;
use crate::function::{Base, FuncReader};
use crate::llvm;
use crate::types::Leaves;
use llvm_sys::core::{LLVMGetClause, LLVMGetNumClauses, LLVMGetPersonalityFn, LLVMIsCleanup};
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMValueRef};
use llvm_sys::{LLVMOpcode, LLVMTypeKind};
use rheo_ir::{Clause, Dest, GlobalId, Imm, Op, Pad, Type};
use smallvec::{SmallVec, smallvec};

/// Whether exceptions come to the block as they do in the Itanium ABI. The pads of Windows' own exceptions do not, and are
/// left out.
pub(crate) fn has_landing_pad(block: LLVMBasicBlockRef) -> bool {
    let first = llvm::instructions(block).find(|&i| !llvm::is_phi(i));
    first.is_some_and(|i| llvm::opcode(i) == LLVMOpcode::LLVMLandingPad)
}

impl FuncReader<'_> {
    /// `invoke`: what the call of it becomes, with an exceptional destination if that is a call.
    pub(crate) fn invoke(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let from = llvm::inst_block(inst);
        // Its arguments are made before the call.
        let pad = llvm::unwind_dest(inst);
        self.unwind = if has_landing_pad(pad) { Some(self.dest(from, pad)?) } else { None };
        let called = self.call(inst);
        self.unwind = None;
        called?;
        let dest = self.dest(from, llvm::normal_dest(inst))?;
        self.terminate(Op::Jump, Type::Ptr, &[], Imm::None, vec![dest]);
        Ok(())
    }

    /// The destinations of an invoke in place of a call: a new block, and where exceptions go.
    pub(crate) fn exceptional_dests(&mut self) -> Option<Vec<Dest>> {
        let unwind = self.unwind.take()?;
        let normal = Dest { block: self.new_block(), args: SmallVec::new() };
        Some(vec![normal, unwind])
    }

    pub(crate) fn landing_pad(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let types = self.types(llvm::type_of(inst))?;
        if types.as_slice() != [Type::Ptr, Type::I32] {
            return Err(self.unsupported("landing pad of another type than { ptr, i32 }"));
        }
        // SAFETY: the instruction is a landing pad of a live module, in a function, which has a personality.
        let (personality, count, cleanup) =
            unsafe { (LLVMGetPersonalityFn(self.llvm), LLVMGetNumClauses(inst), LLVMIsCleanup(inst) != 0) };
        let Some(personality) = self.module.func_id(personality) else {
            return Err(self.unsupported("personality that is no function"));
        };
        let own = self.func;
        self.module.out.funcs[own.index()].personality = Some(personality);
        let mut pad = Pad { clauses: Vec::with_capacity(count as usize), cleanup };
        for i in 0..count {
            // SAFETY: as above; `i` is below the number of clauses.
            let clause = unsafe { LLVMGetClause(inst, i) };
            pad.clauses.push(match llvm::type_kind(llvm::type_of(clause)) == LLVMTypeKind::LLVMArrayTypeKind {
                true => Clause::Filter(self.filter(clause)?),
                false => Clause::Catch(self.caught_type(clause)?),
            });
        }
        let values = self.emit_all(Op::LandingPad, Type::Ptr, &[], Imm::Pad(Box::new(pad)));
        self.define(inst, &values);
        Ok(())
    }

    fn filter(&mut self, list: LLVMValueRef) -> Result<Vec<GlobalId>, ReadError> {
        let count = llvm::array_length(llvm::type_of(list)) as u32;
        (0..count)
            .map(|i| {
                let ty = self.caught_type(llvm::aggregate_element(list, i))?;
                ty.ok_or_else(|| self.unsupported("exception specification that allows anything"))
            })
            .collect()
    }

    /// The variable that stands for a type, or nothing for any.
    fn caught_type(&mut self, pointer: LLVMValueRef) -> Result<Option<GlobalId>, ReadError> {
        match self.module.constant_address(pointer) {
            Some((Base::Null, 0)) => Ok(None),
            Some((Base::Global(g), 0)) => Ok(Some(g)),
            _ => Err(self.unsupported("exception type that is no variable")),
        }
    }

    /// `llvm.eh.typeid.for`.
    pub(crate) fn type_id(&mut self, call: LLVMValueRef) -> Result<Leaves<rheo_ir::Value>, ReadError> {
        match self.caught_type(llvm::operand(call, 0))? {
            Some(ty) => Ok(smallvec![self.emit(Op::TypeId, Type::Ptr, &[], Imm::Global(ty, 0))]),
            None => Err(self.unsupported("number of the type that stands for any")),
        }
    }

    pub(crate) fn resume(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let exception = self.leaves(llvm::operand(inst, 0))?[0];
        self.call_native("_Unwind_Resume", &[Type::Ptr], &[], &[exception]);
        self.terminate(Op::Trap, Type::Ptr, &[], Imm::None, Vec::new());
        Ok(())
    }
}
