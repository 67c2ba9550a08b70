//! Inline assembly and other code that LLVM compiles for us.

use crate::error::ReadError;
use crate::function::FuncReader;
use llvm_sys::prelude::LLVMValueRef;

impl FuncReader<'_> {
    /// A call of inline assembly.
    pub(crate) fn inline_asm(&mut self, _call: LLVMValueRef) -> Result<(), ReadError> {
        Err(self.unsupported("inline assembly"))
    }
}
