//! Floating-point formats: the three that Rheo has ops for, and those that it computes through others.
//!
//! `half` and `bfloat` values are their bits in an `i16`; arithmetic on them happens in `f32`, as LLVM's does. `fp128`
//! values are their bits in an `i64x2`, and every operation is a call of libgcc's.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::container;
use llvm_sys::prelude::LLVMTypeRef;
use llvm_sys::{LLVMOpcode, LLVMRealPredicate, LLVMTypeKind};
use rheo_ir::{Imm, Op, Type, Value};

/// A floating-point format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Half,
    Brain,
    Single,
    Double,
    Extended,
    Quad,
}

impl Format {
    /// The format of an LLVM type.
    pub(crate) fn of(ty: LLVMTypeRef) -> Option<Format> {
        Some(match llvm::type_kind(ty) {
            LLVMTypeKind::LLVMHalfTypeKind => Format::Half,
            LLVMTypeKind::LLVMBFloatTypeKind => Format::Brain,
            LLVMTypeKind::LLVMFloatTypeKind => Format::Single,
            LLVMTypeKind::LLVMDoubleTypeKind => Format::Double,
            LLVMTypeKind::LLVMX86_FP80TypeKind => Format::Extended,
            LLVMTypeKind::LLVMFP128TypeKind => Format::Quad,
            _ => return None,
        })
    }

    /// The Rheo type with arithmetic of its own.
    fn native(self) -> Option<Type> {
        match self {
            Format::Single => Some(Type::F32),
            Format::Double => Some(Type::F64),
            Format::Extended => Some(Type::F80),
            Format::Half | Format::Brain | Format::Quad => None,
        }
    }

    /// GCC's two letters for it in the names of library functions.
    fn mode(self) -> &'static str {
        match self {
            Format::Half => "hf",
            Format::Brain => "bf",
            Format::Single => "sf",
            Format::Double => "df",
            Format::Extended => "xf",
            Format::Quad => "tf",
        }
    }

    /// Type of a value.
    fn ty(self) -> Type {
        self.native().unwrap_or(if self == Format::Quad { Type::I64x2 } else { Type::I16 })
    }
}

impl FuncReader<'_> {
    /// `fadd`, `fsub`, `fmul`, `fdiv`, `frem`.
    pub(crate) fn float_binary(
        &mut self,
        opcode: LLVMOpcode,
        format: Format,
        a: Value,
        b: Value,
    ) -> Result<Value, ReadError> {
        let (op, name) = match opcode {
            LLVMOpcode::LLVMFAdd => (Op::Fadd, "add"),
            LLVMOpcode::LLVMFSub => (Op::Fsub, "sub"),
            LLVMOpcode::LLVMFMul => (Op::Fmul, "mul"),
            LLVMOpcode::LLVMFDiv => (Op::Fdiv, "div"),
            _ => return self.remainder(format, a, b),
        };
        if let Some(ty) = format.native() {
            return Ok(self.op(op, ty, &[a, b]));
        }
        if format == Format::Quad {
            return Ok(self.quad_call(&format!("__{name}tf3"), &[Type::I64x2; 2], Type::I64x2, &[a, b]));
        }
        let (a, b) = (self.half_to_single(format, a), self.half_to_single(format, b));
        let single = self.op(op, Type::F32, &[a, b]);
        Ok(self.half_from_single(format, single))
    }

    fn remainder(&mut self, format: Format, a: Value, b: Value) -> Result<Value, ReadError> {
        let name = match format {
            Format::Half | Format::Brain => {
                let (a, b) = (self.half_to_single(format, a), self.half_to_single(format, b));
                let single = self.call_native("fmodf", &[Type::F32; 2], &[Type::F32], &[a, b])[0];
                return Ok(self.half_from_single(format, single));
            }
            Format::Single => "fmodf",
            Format::Double => "fmod",
            Format::Extended => "fmodl",
            Format::Quad => "fmodf128",
        };
        let ty = format.ty();
        Ok(self.call_native(name, &[ty; 2], &[ty], &[a, b])[0])
    }

    /// `fneg`.
    pub(crate) fn float_negate(&mut self, format: Format, a: Value) -> Value {
        if let Some(ty) = format.native() {
            return self.op(Op::Fneg, ty, &[a]);
        }
        let ty = format.ty();
        let sign = self.bits(ty, 1 << (ty.bytes() * 8 - 1));
        self.op(Op::Xor, ty, &[a, sign])
    }

    /// `fcmp`.
    pub(crate) fn float_compare(&mut self, predicate: LLVMRealPredicate, format: Format, a: Value, b: Value) -> Value {
        match format {
            Format::Single | Format::Double | Format::Extended => self.native_compare(predicate, a, b),
            Format::Half | Format::Brain => {
                let (a, b) = (self.half_to_single(format, a), self.half_to_single(format, b));
                self.native_compare(predicate, a, b)
            }
            Format::Quad => self.quad_compare(predicate, a, b),
        }
    }

    /// libgcc's comparisons give an `int` that compares with zero as the operands do; for unordered operands one that
    /// fails the comparison named.
    fn quad_compare(&mut self, predicate: LLVMRealPredicate, a: Value, b: Value) -> Value {
        use LLVMRealPredicate::*;
        // Name, op against zero, operands swapped, and whether the negation is meant.
        let (name, op, swapped, negated) = match predicate {
            LLVMRealPredicateFalse => return self.iconst(Type::I8, 0),
            LLVMRealPredicateTrue => return self.iconst(Type::I8, 1),
            LLVMRealOEQ => ("eq", Op::Ieq, false, false),
            LLVMRealUNE => ("eq", Op::Ieq, false, true),
            LLVMRealOLT => ("lt", Op::Islt, false, false),
            LLVMRealOGT => ("lt", Op::Islt, true, false),
            LLVMRealOLE => ("le", Op::Isle, false, false),
            LLVMRealOGE => ("le", Op::Isle, true, false),
            LLVMRealUGE => ("lt", Op::Islt, false, true),
            LLVMRealULE => ("lt", Op::Islt, true, true),
            LLVMRealUGT => ("le", Op::Isle, false, true),
            LLVMRealULT => ("le", Op::Isle, true, true),
            LLVMRealUNO => ("unord", Op::Ine, false, false),
            LLVMRealORD => ("unord", Op::Ieq, false, false),
            LLVMRealUEQ | LLVMRealONE => {
                let one =
                    if predicate == LLVMRealUEQ { (LLVMRealUNO, LLVMRealOEQ) } else { (LLVMRealOLT, LLVMRealOGT) };
                let (x, y) = (self.quad_compare(one.0, a, b), self.quad_compare(one.1, a, b));
                return self.op(Op::Or, Type::I8, &[x, y]);
            }
        };
        let args = if swapped { [b, a] } else { [a, b] };
        let order = self.quad_call(&format!("__{name}tf2"), &[Type::I64x2; 2], Type::I32, &args);
        let zero = self.zero(Type::I32);
        let holds = self.op(op, Type::I32, &[order, zero]);
        if !negated {
            return holds;
        }
        let one = self.iconst(Type::I8, 1);
        self.op(Op::Xor, Type::I8, &[holds, one])
    }

    fn quad_call(&mut self, name: &str, params: &[Type], result: Type, args: &[Value]) -> Value {
        self.call_native(name, params, &[result], args)[0]
    }

    /// `fpext` and `fptrunc`.
    pub(crate) fn float_convert(&mut self, from: Format, to: Format, value: Value) -> Result<Value, ReadError> {
        Ok(match (from, to) {
            _ if from == to => value,
            (Format::Quad, Format::Half | Format::Brain) | (Format::Half | Format::Brain, Format::Quad) => {
                return Err(self.unsupported("conversion between a 16-bit and the 128-bit floating-point format"));
            }
            (Format::Quad, _) => self.quad_call(&format!("__trunctf{}2", to.mode()), &[Type::I64x2], to.ty(), &[value]),
            (_, Format::Quad) => {
                self.quad_call(&format!("__extend{}tf2", from.mode()), &[from.ty()], Type::I64x2, &[value])
            }
            (Format::Half | Format::Brain, _) => {
                let single = self.half_to_single(from, value);
                self.float_convert(Format::Single, to, single)?
            }
            (Format::Single, Format::Half | Format::Brain) => self.half_from_single(to, value),
            (_, Format::Half) => {
                let raw = self.call_native(&format!("__trunc{}hf2", from.mode()), &[from.ty()], &[Type::F32], &[value]);
                self.half_from_abi(raw[0])
            }
            (_, Format::Brain) => {
                let single = self.rounded_to_odd(from, value);
                self.half_from_single(Format::Brain, single)
            }
            _ => self.emit(Op::Fconvert, to.ty(), &[value], Imm::FromType(from.ty())),
        })
    }

    /// Rounds to `f32` towards odd, after which rounding once more to fewer bits is as if rounded once.
    fn rounded_to_odd(&mut self, from: Format, value: Value) -> Value {
        let single = self.emit(Op::Fconvert, Type::F32, &[value], Imm::FromType(from.ty()));
        let back = self.emit(Op::Fconvert, from.ty(), &[single], Imm::FromType(Type::F32));
        let bits = self.op(Op::Bitcast, Type::I32, &[single]);
        let one = self.iconst(Type::I32, 1);
        let low = self.op(Op::And, Type::I32, &[bits, one]);
        let zero = self.zero(Type::I32);
        let even = self.op(Op::Ieq, Type::I32, &[low, zero]);
        // Inexact and even: the odd neighbour on the value's side.
        let inexact = self.op(Op::Fone, from.ty(), &[back, value]);
        let wrong = self.op(Op::And, Type::I8, &[even, inexact]);
        let (abs_back, abs_value) = (self.op(Op::Fabs, from.ty(), &[back]), self.op(Op::Fabs, from.ty(), &[value]));
        let below = self.op(Op::Folt, from.ty(), &[abs_back, abs_value]);
        let up = self.op(Op::Iadd, Type::I32, &[bits, one]);
        let down = self.op(Op::Isub, Type::I32, &[bits, one]);
        let side = self.op(Op::Select, Type::I32, &[below, up, down]);
        let odd = self.op(Op::Select, Type::I32, &[wrong, side, bits]);
        self.op(Op::Bitcast, Type::F32, &[odd])
    }

    /// `fptosi`, `fptoui` to an integer of `width` bits.
    pub(crate) fn float_to_int(
        &mut self,
        from: Format,
        value: Value,
        width: u32,
        signed: bool,
    ) -> Result<Value, ReadError> {
        if width > 128 {
            return Err(self.unsupported("conversion to an integer of more than 128 bits"));
        }
        if let Format::Half | Format::Brain = from {
            let single = self.half_to_single(from, value);
            return self.float_to_int(Format::Single, single, width, signed);
        }
        // An unsigned number of fewer bits fits the signed one.
        let (ty, signed) = match width {
            0..=31 => (Type::I32, true),
            32 => (Type::I32, signed),
            33..=63 => (Type::I64, true),
            64 => (Type::I64, signed),
            65..=127 => (Type::I128, true),
            _ => (Type::I128, signed),
        };
        let whole = if ty == Type::I128 || from == Format::Quad {
            let sign = if signed { "" } else { "uns" };
            let name = format!("__fix{sign}{}{}", from.mode(), int_mode(ty));
            self.call_native(&name, &[from.ty()], &[ty], &[value])[0]
        } else {
            let op = if signed { Op::Ftosi } else { Op::Ftoui };
            self.emit(op, ty, &[value], Imm::FromType(from.ty()))
        };
        let cut = self.resized(whole, container(width));
        Ok(if width == 1 { self.lowest_bit(cut) } else { cut })
    }

    /// `sitofp`, `uitofp` from a clean integer of `width` bits.
    pub(crate) fn int_to_float(
        &mut self,
        value: Value,
        width: u32,
        signed: bool,
        to: Format,
    ) -> Result<Value, ReadError> {
        let through = match to {
            // Exact, or so large that rounding twice to these few bits is still right.
            Format::Half => Some(Format::Double),
            // It may be rounded twice, as LLVM's code does it.
            Format::Brain => Some(Format::Single),
            _ => None,
        };
        if let Some(through) = through {
            let wider = self.int_to_float(value, width, signed, through)?;
            return self.float_convert(through, to, wider);
        }
        let ty = container(width.max(32));
        let value = if signed { self.resized_signed(value, ty) } else { self.resized(value, ty) };
        let signed = signed || width < ty.bytes() * 8;
        if ty == Type::I128 || to == Format::Quad {
            let sign = if signed { "" } else { "un" };
            let name = format!("__float{sign}{}{}", int_mode(ty), to.mode());
            return Ok(self.call_native(&name, &[ty], &[to.ty()], &[value])[0]);
        }
        let op = match (ty, signed) {
            (Type::I32, true) => Op::Sitof32,
            (Type::I32, false) => Op::Uitof32,
            (_, true) => Op::Sitof64,
            (_, false) => Op::Uitof64,
        };
        Ok(self.op(op, to.ty(), &[value]))
    }

    // 16-bit formats.

    /// A 16-bit float as the ABI passes it: in the low bits of a vector register.
    pub(crate) fn half_to_abi(&mut self, value: Value) -> Value {
        let bits = self.op(Op::Zext16, Type::I32, &[value]);
        self.op(Op::Bitcast, Type::F32, &[bits])
    }

    /// A 16-bit float from where the ABI passes it.
    pub(crate) fn half_from_abi(&mut self, raw: Value) -> Value {
        let bits = self.op(Op::Bitcast, Type::I32, &[raw]);
        self.op(Op::Trunc, Type::I16, &[bits])
    }

    /// A 16-bit float widened, which is exact.
    pub(crate) fn half_to_single(&mut self, format: Format, value: Value) -> Value {
        if format == Format::Half {
            let raw = self.half_to_abi(value);
            return self.call_native("__extendhfsf2", &[Type::F32], &[Type::F32], &[raw])[0];
        }
        let bits = self.op(Op::Zext16, Type::I32, &[value]);
        let amount = self.iconst(Type::I32, 16);
        let bits = self.op(Op::Shl, Type::I32, &[bits, amount]);
        self.op(Op::Bitcast, Type::F32, &[bits])
    }

    /// An `f32` rounded to a 16-bit format, ties to even.
    pub(crate) fn half_from_single(&mut self, format: Format, single: Value) -> Value {
        if format == Format::Half {
            let raw = self.call_native("__truncsfhf2", &[Type::F32], &[Type::F32], &[single])[0];
            return self.half_from_abi(raw);
        }
        // Adding 0x7fff plus the bit to be kept last carries exactly when rounding up; a NaN is made quiet instead.
        let bits = self.op(Op::Bitcast, Type::I32, &[single]);
        let sixteen = self.iconst(Type::I32, 16);
        let top = self.op(Op::Lshr, Type::I32, &[bits, sixteen]);
        let one = self.iconst(Type::I32, 1);
        let last = self.op(Op::And, Type::I32, &[top, one]);
        let bias = self.iconst(Type::I32, 0x7fff);
        let bias = self.op(Op::Iadd, Type::I32, &[bias, last]);
        let rounded = self.op(Op::Iadd, Type::I32, &[bits, bias]);
        let rounded = self.op(Op::Lshr, Type::I32, &[rounded, sixteen]);
        let quiet_bit = self.iconst(Type::I32, 0x40);
        let quiet = self.op(Op::Or, Type::I32, &[top, quiet_bit]);
        let nan = self.op(Op::Funo, Type::F32, &[single, single]);
        let bits = self.op(Op::Select, Type::I32, &[nan, quiet, rounded]);
        self.op(Op::Trunc, Type::I16, &[bits])
    }
}

/// GCC's two letters for an integer type in the names of library functions.
fn int_mode(ty: Type) -> &'static str {
    match ty {
        Type::I32 => "si",
        Type::I64 => "di",
        _ => "ti",
    }
}
