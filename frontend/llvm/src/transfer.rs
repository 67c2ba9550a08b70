//! Copies and fills of memory: in line when short and of known length, else by the C library.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type, Value};

/// Longest copy or fill that is made in line, in bytes.
const INLINE_MAX: u64 = 64;

/// Accesses that cover `bytes` bytes: as wide as fits, the last one reaching back over its neighbour where that saves
/// accesses.
fn accesses(bytes: u32) -> Vec<(i32, Type)> {
    let width = [(16, Type::I8x16), (8, Type::I64), (4, Type::I32), (2, Type::I16), (1, Type::I8)];
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes {
        let left = bytes - at;
        // The narrowest access that covers the rest, if what is before it suffices; else the widest that fits.
        let cover = width.iter().rev().find(|(w, _)| *w >= left && *w <= bytes);
        let (start, (w, ty)) = match cover {
            Some(&(w, ty)) => (bytes - w, (w, ty)),
            None => (at, *width.iter().find(|(w, _)| *w <= left).expect("one byte always fits")),
        };
        out.push((start as i32, ty));
        at = start + w;
    }
    out
}

impl FuncReader<'_> {
    /// The length operand, where it is known and short.
    fn inline_length(&self, call: LLVMValueRef) -> Option<u32> {
        let length = llvm::operand(call, 2);
        if !llvm::is_const_int(length) || llvm::zext_value(llvm::operand(call, 3)) != 0 {
            return None;
        }
        let length = llvm::zext_value(length);
        (length <= INLINE_MAX).then_some(length as u32)
    }

    /// `memcpy` and `memmove`.
    pub(crate) fn copy_memory(&mut self, call: LLVMValueRef, may_overlap: bool) -> Result<(), ReadError> {
        let (to, from, length) = (llvm::operand(call, 0), llvm::operand(call, 1), llvm::operand(call, 2));
        if let Some(bytes) = self.inline_length(call) {
            if bytes == 0 {
                return Ok(());
            }
            let (from, read) = self.address(from, bytes.into())?;
            let (to, write) = self.address(to, bytes.into())?;
            self.copy_in_line((to, write), (from, read), bytes);
            return Ok(());
        }
        let (to, from) = (self.one(to)?, self.one(from)?);
        let length = self.extended(length, false, Type::I64)?;
        let name = if may_overlap { "memmove" } else { "memcpy" };
        self.call_native(name, &[Type::Ptr, Type::Ptr, Type::I64], &[Type::Ptr], &[to, from, length]);
        Ok(())
    }

    /// Copies a few bytes.
    pub(crate) fn copy_bytes(&mut self, to: Value, from: Value, bytes: u32) {
        self.copy_in_line((to, 0), (from, 0), bytes);
    }

    /// Reads everything before it writes anything, so that the ranges may overlap.
    fn copy_in_line(&mut self, to: (Value, i32), from: (Value, i32), bytes: u32) {
        let accesses = accesses(bytes);
        let mut values = Vec::new();
        for &(at, ty) in &accesses {
            let imm = Imm::Mem { offset: from.1 + at, volatile: false };
            values.push(self.emit(Op::Load, ty, &[from.0], imm));
        }
        for (&(at, _), value) in accesses.iter().zip(values) {
            self.store_value(value, to.0, to.1 + at, false);
        }
    }

    /// `memset`.
    pub(crate) fn fill_memory(&mut self, call: LLVMValueRef) -> Result<(), ReadError> {
        let (to, byte) = (llvm::operand(call, 0), llvm::operand(call, 1));
        if let Some(bytes) = self.inline_length(call) {
            if bytes == 0 {
                return Ok(());
            }
            let known = llvm::is_const_int(byte).then(|| llvm::zext_value(byte));
            let byte = self.one(byte)?;
            let (to, offset) = self.address(to, bytes.into())?;
            let mut values: Vec<(Type, Value)> = Vec::new();
            for (at, ty) in accesses(bytes) {
                let value = match values.iter().find(|(t, _)| *t == ty) {
                    Some(&(_, value)) => value,
                    None => {
                        let value = self.repeated_byte(byte, known, ty);
                        values.push((ty, value));
                        value
                    }
                };
                self.store_value(value, to, offset + at, false);
            }
            return Ok(());
        }
        let to = self.one(to)?;
        let byte = self.extended(byte, false, Type::I32)?;
        let length = self.extended(llvm::operand(call, 2), false, Type::I64)?;
        self.call_native("memset", &[Type::Ptr, Type::I32, Type::I64], &[Type::Ptr], &[to, byte, length]);
        Ok(())
    }

    /// A value of type `ty` of which every byte is the same.
    fn repeated_byte(&mut self, byte: Value, known: Option<u64>, ty: Type) -> Value {
        let ones = u128::MAX / 0xff;
        match (known, ty) {
            (Some(known), _) => self.bits(ty, ones * u128::from(known & 0xff)),
            (None, Type::I8) => byte,
            (None, Type::I8x16) => self.op(Op::Splat, ty, &[byte]),
            (None, _) => {
                let wide = self.resized(byte, ty);
                let ones = self.bits(ty, ones);
                self.op(Op::Imul, ty, &[wide, ones])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::accesses;

    #[test]
    fn accesses_cover_exactly() {
        for bytes in 1..=64 {
            let mut covered = vec![false; bytes as usize];
            for (at, ty) in accesses(bytes) {
                (at as u32..at as u32 + ty.bytes()).for_each(|b| covered[b as usize] = true);
            }
            assert!(covered.iter().all(|&c| c), "{bytes}");
        }
        assert_eq!(accesses(7).len(), 2);
        assert_eq!(accesses(24).len(), 2);
    }
}
