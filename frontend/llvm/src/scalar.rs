//! Scalar arithmetic, comparison, conversion and selection, as instructions and as constant expressions.
//!
//! Owns the rule for odd integer widths: a value's bits above its width are undefined, so whatever depends on them
//! first clears them or copies the sign into them. `i1` is always 0 or 1.

use crate::convert::float_compare;
use crate::error::ReadError;
use crate::float::Format;
use crate::function::{FuncReader, mask};
use crate::llvm;
use crate::types::{self, Leaves, container};
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use llvm_sys::{LLVMIntPredicate, LLVMOpcode, LLVMRealPredicate};
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

impl FuncReader<'_> {
    /// An instruction, or a constant expression, on scalars (`select`: also on aggregates).
    pub(crate) fn scalar(&mut self, inst: LLVMValueRef, opcode: LLVMOpcode) -> Result<Leaves<Value>, ReadError> {
        use LLVMOpcode::*;
        let value = match opcode {
            LLVMAdd | LLVMSub | LLVMMul | LLVMUDiv | LLVMSDiv | LLVMURem | LLVMSRem | LLVMShl | LLVMLShr | LLVMAShr
            | LLVMAnd | LLVMOr | LLVMXor => return self.int_binary(inst, opcode),
            LLVMFAdd | LLVMFSub | LLVMFMul | LLVMFDiv | LLVMFRem => {
                let (a, b) = (llvm::operand(inst, 0), llvm::operand(inst, 1));
                let format = self.format(llvm::type_of(inst))?;
                let (a, b) = (self.one(a)?, self.one(b)?);
                self.float_binary(opcode, format, a, b)?
            }
            LLVMFNeg => {
                let format = self.format(llvm::type_of(inst))?;
                let a = self.one(llvm::operand(inst, 0))?;
                self.float_negate(format, a)
            }
            LLVMICmp => self.int_compare(inst)?,
            LLVMFCmp => {
                let format = self.format(llvm::type_of(llvm::operand(inst, 0)))?;
                let (a, b) = (self.one(llvm::operand(inst, 0))?, self.one(llvm::operand(inst, 1))?);
                self.float_compare(llvm::real_predicate(inst), format, a, b)
            }
            LLVMTrunc | LLVMZExt | LLVMSExt | LLVMPtrToInt | LLVMIntToPtr | LLVMBitCast | LLVMAddrSpaceCast
            | LLVMFPTrunc | LLVMFPExt | LLVMFPToSI | LLVMFPToUI | LLVMSIToFP | LLVMUIToFP => {
                return self.cast(inst, opcode);
            }
            LLVMSelect => return self.select(inst),
            _ => return Err(self.unsupported(format!("{opcode:?}").trim_start_matches("LLVM").to_lowercase())),
        };
        Ok(smallvec![value])
    }

    // Integers of odd width.

    /// An integer operand in its container with the bits above its width zero, or copies of its sign.
    pub(crate) fn clean(&mut self, v: LLVMValueRef, signed: bool) -> Result<Value, ReadError> {
        let Some(width) = types::int_width(llvm::type_of(v)) else {
            return self.one(v);
        };
        if llvm::is_const_int(v) && width <= 64 {
            let value = if signed { llvm::sext_value(v).into() } else { llvm::zext_value(v).into() };
            return Ok(self.iconst(container(width), value));
        }
        let value = self.one(v)?;
        Ok(self.cleaned(value, width, signed))
    }

    /// `value` with the bits above `width` zero, or copies of the sign.
    pub(crate) fn cleaned(&mut self, value: Value, width: u32, signed: bool) -> Value {
        let ty = self.ty(value);
        let bits = ty.bytes() * 8;
        if width >= bits {
            return value;
        }
        if width == 1 && ty == Type::I8 {
            if !signed {
                return value;
            }
            let zero = self.zero(ty);
            return self.op(Op::Isub, ty, &[zero, value]);
        }
        if !signed {
            let ones = self.bits(ty, mask(width));
            return self.op(Op::And, ty, &[value, ones]);
        }
        let amount = self.iconst(ty, (bits - width).into());
        let up = self.op(Op::Shl, ty, &[value, amount]);
        self.op(Op::Ashr, ty, &[up, amount])
    }

    /// An integer operand of at most 128 bits, extended or cut to container `to`.
    pub(crate) fn extended(&mut self, v: LLVMValueRef, signed: bool, to: Type) -> Result<Value, ReadError> {
        let width = types::int_width(llvm::type_of(v)).unwrap_or(64);
        if llvm::is_const_int(v) && width <= 64 {
            let value = if signed { llvm::sext_value(v).into() } else { llvm::zext_value(v).into() };
            return Ok(self.iconst(to, value));
        }
        if width > 128 {
            let limbs = self.leaves(v)?;
            return Ok(self.resized(limbs[0], to));
        }
        let value = self.clean(v, signed)?;
        Ok(if signed { self.resized_signed(value, to) } else { self.resized(value, to) })
    }

    /// An integer in another container, cut or with zeroes above.
    pub(crate) fn resized(&mut self, value: Value, to: Type) -> Value {
        self.resize(value, to, [Op::Zext8, Op::Zext16, Op::Zext32, Op::Zext64])
    }

    /// An integer in another container, cut or with copies of the sign above.
    pub(crate) fn resized_signed(&mut self, value: Value, to: Type) -> Value {
        self.resize(value, to, [Op::Sext8, Op::Sext16, Op::Sext32, Op::Sext64])
    }

    fn resize(&mut self, value: Value, to: Type, extend: [Op; 4]) -> Value {
        let from = self.ty(value);
        if from.bytes() == to.bytes() {
            return value;
        }
        if from.bytes() > to.bytes() {
            return self.op(Op::Trunc, to, &[value]);
        }
        self.op(extend[from.bytes().trailing_zeros() as usize], to, &[value])
    }

    fn int_binary(&mut self, inst: LLVMValueRef, opcode: LLVMOpcode) -> Result<Leaves<Value>, ReadError> {
        use LLVMOpcode::*;
        let width = llvm::int_width(llvm::type_of(inst));
        let (a, b) = (llvm::operand(inst, 0), llvm::operand(inst, 1));
        if width > 128 {
            return self.wide_binary(opcode, width, a, b);
        }
        if width == 1 {
            return self.bool_binary(opcode, a, b);
        }
        let (op, signed) = match opcode {
            LLVMAdd => (Op::Iadd, None),
            LLVMSub => (Op::Isub, None),
            LLVMMul => (Op::Imul, None),
            LLVMAnd => (Op::And, None),
            // A sum of an index and a constant can be folded into an address.
            LLVMOr if width == 64 && llvm::is_const_int(b) && llvm::is_disjoint(inst) => (Op::Iadd, None),
            LLVMOr => (Op::Or, None),
            LLVMXor => (Op::Xor, None),
            LLVMShl => (Op::Shl, None),
            LLVMLShr => (Op::Lshr, Some(false)),
            LLVMAShr => (Op::Ashr, Some(true)),
            LLVMUDiv => (Op::Udiv, Some(false)),
            LLVMSDiv => (Op::Sdiv, Some(true)),
            LLVMURem => (Op::Urem, Some(false)),
            _ => (Op::Srem, Some(true)),
        };
        let shifts = matches!(op, Op::Shl | Op::Lshr | Op::Ashr);
        let x = match signed {
            Some(signed) => self.clean(a, signed)?,
            None => self.one(a)?,
        };
        let y = match signed {
            _ if shifts => self.clean(b, false)?,
            Some(signed) => self.clean(b, signed)?,
            None => self.one(b)?,
        };
        Ok(smallvec![self.op(op, container(width), &[x, y])])
    }

    /// Arithmetic modulo 2. Shifts are by 0 and divisors are 1, or the result is poison or the behaviour undefined.
    fn bool_binary(
        &mut self,
        opcode: LLVMOpcode,
        a: LLVMValueRef,
        b: LLVMValueRef,
    ) -> Result<Leaves<Value>, ReadError> {
        use LLVMOpcode::*;
        let (x, y) = (self.one(a)?, self.one(b)?);
        let value = match opcode {
            LLVMAdd | LLVMSub | LLVMXor => self.op(Op::Xor, Type::I8, &[x, y]),
            LLVMMul | LLVMAnd => self.op(Op::And, Type::I8, &[x, y]),
            LLVMOr => self.op(Op::Or, Type::I8, &[x, y]),
            LLVMURem | LLVMSRem => self.zero(Type::I8),
            _ => x,
        };
        Ok(smallvec![value])
    }

    fn int_compare(&mut self, inst: LLVMValueRef) -> Result<Value, ReadError> {
        use LLVMIntPredicate::*;
        let (a, b) = (llvm::operand(inst, 0), llvm::operand(inst, 1));
        let predicate = llvm::int_predicate(inst);
        if let Some(width) = types::int_width(llvm::type_of(a))
            && width > 128
        {
            return self.wide_compare(predicate, width, a, b);
        }
        let (op, signed, swapped) = match predicate {
            LLVMIntEQ => (Op::Ieq, false, false),
            LLVMIntNE => (Op::Ine, false, false),
            LLVMIntUGT => (Op::Iult, false, true),
            LLVMIntUGE => (Op::Iule, false, true),
            LLVMIntULT => (Op::Iult, false, false),
            LLVMIntULE => (Op::Iule, false, false),
            LLVMIntSGT => (Op::Islt, true, true),
            LLVMIntSGE => (Op::Isle, true, true),
            LLVMIntSLT => (Op::Islt, true, false),
            LLVMIntSLE => (Op::Isle, true, false),
        };
        let (x, y) = (self.clean(a, signed)?, self.clean(b, signed)?);
        let ty = self.ty(x);
        Ok(self.op(op, ty, &if swapped { [y, x] } else { [x, y] }))
    }

    fn select(&mut self, inst: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        let cond = self.one(llvm::operand(inst, 0))?;
        let (a, b) = (self.leaves(llvm::operand(inst, 1))?, self.leaves(llvm::operand(inst, 2))?);
        let pick = |(&a, &b): (&Value, &Value)| self.op(Op::Select, self.ty(a), &[cond, a, b]);
        Ok(a.iter().zip(&b).map(pick).collect())
    }

    // Conversions.

    fn cast(&mut self, inst: LLVMValueRef, opcode: LLVMOpcode) -> Result<Leaves<Value>, ReadError> {
        use LLVMOpcode::*;
        let operand = llvm::operand(inst, 0);
        let (from, to) = (llvm::type_of(operand), llvm::type_of(inst));
        let widths = (types::int_width(from), types::int_width(to));
        if let (LLVMTrunc | LLVMZExt | LLVMSExt, (Some(from), Some(to))) = (opcode, widths)
            && from.max(to) > 128
        {
            return self.wide_cast(opcode, operand, from, to);
        }
        let value = match opcode {
            LLVMTrunc | LLVMPtrToInt => {
                if let Some(part) = self.part_of_product(operand, to)? {
                    return Ok(smallvec![part]);
                }
                let value = self.one(operand)?;
                self.cut(value, to)?
            }
            LLVMZExt | LLVMSExt => self.extended(operand, opcode == LLVMSExt, container(llvm::int_width(to)))?,
            LLVMIntToPtr => self.extended(operand, false, Type::I64)?,
            LLVMAddrSpaceCast => {
                self.types(from)?;
                self.types(to)?;
                self.one(operand)?
            }
            LLVMBitCast => return self.bitcast(operand, to),
            LLVMFPTrunc | LLVMFPExt => {
                let (source, dest) = (self.format(from)?, self.format(to)?);
                let value = self.one(operand)?;
                self.float_convert(source, dest, value)?
            }
            LLVMFPToSI | LLVMFPToUI => {
                let (source, width) = (self.format(from)?, llvm::int_width(to));
                let value = self.one(operand)?;
                self.float_to_int(source, value, width, opcode == LLVMFPToSI)?
            }
            _ => {
                let dest = self.format(to)?;
                let signed = opcode == LLVMSIToFP;
                let width = widths.0.unwrap_or(0);
                if width > 128 {
                    return Err(self.unsupported("conversion of an integer of more than 128 bits"));
                }
                let value = self.clean(operand, signed)?;
                self.int_to_float(value, width, signed, dest)?
            }
        };
        Ok(smallvec![value])
    }

    /// The low or the high 64 bits of the product of two extended 64-bit integers, where that is what is being cut off:
    /// one op instead of several on 128 bits.
    fn part_of_product(&mut self, cut: LLVMValueRef, to: LLVMTypeRef) -> Result<Option<Value>, ReadError> {
        let is = |v, opcode| llvm::is_instruction(v) && llvm::opcode(v) == opcode;
        if llvm::int_width(to) != 64 || types::int_width(llvm::type_of(cut)) != Some(128) {
            return Ok(None);
        }
        let shifts = is(cut, LLVMOpcode::LLVMLShr) || is(cut, LLVMOpcode::LLVMAShr);
        let product = if shifts { llvm::operand(cut, 0) } else { cut };
        if !is(product, LLVMOpcode::LLVMMul) {
            return Ok(None);
        }
        if shifts {
            let amount = llvm::operand(cut, 1);
            if !llvm::is_const_int(amount) || self.module.source.limbs(amount) != [64, 0] {
                return Ok(None);
            }
        }
        let (a, b) = (llvm::operand(product, 0), llvm::operand(product, 1));
        if !llvm::is_instruction(a) {
            return Ok(None);
        }
        let extension = llvm::opcode(a);
        let from_64 = |v| is(v, extension) && types::int_width(llvm::type_of(llvm::operand(v, 0))) == Some(64);
        let signed = extension == LLVMOpcode::LLVMSExt;
        if !(signed || extension == LLVMOpcode::LLVMZExt) || !from_64(a) || !from_64(b) {
            return Ok(None);
        }
        let op = match (shifts, signed) {
            (false, _) => Op::Imul,
            (true, true) => Op::Smulhi,
            (true, false) => Op::Umulhi,
        };
        let (a, b) = (self.one(llvm::operand(a, 0))?, self.one(llvm::operand(b, 0))?);
        Ok(Some(self.op(op, Type::I64, &[a, b])))
    }

    /// An integer or pointer cut, or extended with zeroes where it is narrower, to an integer type.
    fn cut(&mut self, value: Value, to: LLVMTypeRef) -> Result<Value, ReadError> {
        let width = llvm::int_width(to);
        if width > 128 {
            return Err(self.unsupported("integer of more than 128 bits from a pointer"));
        }
        let value = self.resized(value, container(width));
        Ok(if width == 1 { self.lowest_bit(value) } else { value })
    }

    /// The boolean in bit 0.
    pub(crate) fn lowest_bit(&mut self, value: Value) -> Value {
        let value = self.resized(value, Type::I8);
        let one = self.iconst(Type::I8, 1);
        self.op(Op::And, Type::I8, &[value, one])
    }

    fn bitcast(&mut self, operand: LLVMValueRef, to: LLVMTypeRef) -> Result<Leaves<Value>, ReadError> {
        let (values, types) = (self.leaves(operand)?, self.types(to)?);
        match (values.as_slice(), types.as_slice()) {
            (&[value], &[ty]) if self.ty(value).repr() == ty.repr() => Ok(smallvec![value]),
            (&[value], &[ty]) if self.ty(value).bytes() == ty.bytes() => {
                Ok(smallvec![self.op(Op::Bitcast, ty, &[value])])
            }
            _ => Err(self.unsupported("bitcast between values of different shape")),
        }
    }

    /// Format of a floating-point type.
    pub(crate) fn format(&self, ty: LLVMTypeRef) -> Result<Format, ReadError> {
        Format::of(ty).ok_or_else(|| self.unsupported(format!("floating-point type {}", llvm::print_type(ty))))
    }

    /// A comparison of native floats.
    pub(crate) fn native_compare(&mut self, predicate: LLVMRealPredicate, a: Value, b: Value) -> Value {
        let (op, swapped) = match float_compare(predicate) {
            Ok(compare) => compare,
            Err(constant) => return self.iconst(Type::I8, constant.into()),
        };
        let ty = self.ty(a);
        self.emit(op, ty, &if swapped { [b, a] } else { [a, b] }, Imm::None)
    }
}
