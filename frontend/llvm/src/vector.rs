//! Vector instructions and constants.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::types::Leaves;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use rheo_ir::Value;

impl FuncReader<'_> {
    /// An instruction whose result or operand is a vector; not calls, phis, returns, `freeze` and the aggregate ones,
    /// which treat chunks like any leaves.
    pub(crate) fn vector_inst(&mut self, _inst: LLVMValueRef) -> Result<(), ReadError> {
        Err(self.unsupported("vector instruction"))
    }

    /// The chunks of a vector constant that is neither zero nor undefined.
    pub(crate) fn vector_constant(&mut self, _c: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        Err(self.unsupported("vector constant"))
    }

    /// Reads a vector at `base` + `offset`.
    pub(crate) fn vector_load(
        &mut self,
        _ty: LLVMTypeRef,
        _base: Value,
        _offset: i32,
        _volatile: bool,
    ) -> Result<Leaves<Value>, ReadError> {
        Err(self.unsupported("vector load"))
    }

    /// Writes a vector's chunks at `base` + `offset`.
    pub(crate) fn vector_store(
        &mut self,
        _ty: LLVMTypeRef,
        _values: &[Value],
        _base: Value,
        _offset: i32,
        _volatile: bool,
    ) -> Result<(), ReadError> {
        Err(self.unsupported("vector store"))
    }
}
