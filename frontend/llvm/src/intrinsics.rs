//! Calls of LLVM intrinsics, and atomic instructions.

use crate::error::ReadError;
use crate::function::FuncReader;
use llvm_sys::prelude::LLVMValueRef;

impl FuncReader<'_> {
    /// A call of `llvm.*`.
    pub(crate) fn intrinsic(&mut self, _call: LLVMValueRef, name: &str) -> Result<(), ReadError> {
        Err(self.unsupported(format!("intrinsic {name}")))
    }

    /// Atomic loads and stores, `cmpxchg`, `atomicrmw`, `fence`.
    pub(crate) fn atomic_inst(&mut self, _inst: LLVMValueRef) -> Result<(), ReadError> {
        Err(self.unsupported("atomic instruction"))
    }
}
