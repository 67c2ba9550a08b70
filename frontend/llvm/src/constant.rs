//! Constants as operands: made where they are used.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::{self, Leaves};
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Type, Value};
use smallvec::smallvec;

impl FuncReader<'_> {
    /// The Rheo values of a constant.
    pub(crate) fn constant(&mut self, c: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        let ty = llvm::type_of(c);
        if !llvm::is_constant(c) {
            return Err(self.unsupported(format!("operand {}", llvm::print_value(c))));
        }
        if llvm::is_const_int(c) {
            return Ok(self.integer(c));
        }
        if llvm::is_null(c) || llvm::is_undef(c) {
            let types = self.types(ty)?;
            return Ok(types.iter().map(|&ty| self.zero(ty)).collect());
        }
        if llvm::is_const_expr(c) && (types::is_vector(ty) || self.has_vector_operand(c)) {
            // Read as the instruction that it is; what it gives is good in this block only.
            self.vector_inst(c)?;
            let values = self.leaves(c);
            self.forget(c);
            return values;
        }
        if types::is_vector(ty) {
            return self.vector_constant(c);
        }
        if llvm::is_const_fp(c) {
            let leaf = self.types(ty)?[0];
            let bits = self.module.source.limbs(c).iter().rev().fold(0, |bits, &limb| bits << 64 | u128::from(limb));
            return Ok(smallvec![self.bits(leaf, bits)]);
        }
        if types::is_aggregate(ty) {
            self.types(ty)?;
            let mut values = Leaves::new();
            for i in 0..self.module.types.fields(ty).len() {
                values.extend(self.leaves(llvm::aggregate_element(c, i as u32))?);
            }
            return Ok(values);
        }
        if llvm::is_pointer(c) {
            self.types(ty)?;
            if let Some((base, offset)) = self.module.constant_address(c) {
                return Ok(smallvec![self.address_value(base, offset)]);
            }
        }
        if !llvm::is_const_expr(c) {
            return Err(self.unsupported(format!("constant {}", llvm::print_value(c))));
        }
        self.scalar(c, llvm::const_opcode(c))
    }

    fn integer(&mut self, c: LLVMValueRef) -> Leaves<Value> {
        let width = llvm::int_width(llvm::type_of(c));
        if width <= 64 {
            return smallvec![self.bits(types::container(width), llvm::zext_value(c).into())];
        }
        let limbs = self.module.source.limbs(c);
        if width <= 128 {
            return smallvec![self.bits(Type::I128, u128::from(limbs[1]) << 64 | u128::from(limbs[0]))];
        }
        limbs.iter().map(|&limb| self.bits(Type::I64, limb.into())).collect()
    }
}
