//! Element-wise intrinsics: integer and floating-point arithmetic on scalars, and on vectors chunk by chunk or lane by
//! lane.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types::{self, Leaves, container};
use crate::vector::{Lane, Shape};
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use llvm_sys::{LLVMFastMathNoNaNs, LLVMTypeKind};
use rheo_ir::{Imm, Op, Type, Value};
use smallvec::smallvec;

/// Functions of the C library: intrinsic, and its name for `double`.
const LIBRARY: &[(&str, &str)] = &[
    ("acos", "acos"),
    ("asin", "asin"),
    ("atan", "atan"),
    ("cos", "cos"),
    ("cosh", "cosh"),
    ("exp", "exp"),
    ("exp10", "exp10"),
    ("exp2", "exp2"),
    ("llrint", "llrint"),
    ("llround", "llround"),
    ("log", "log"),
    ("log10", "log10"),
    ("log2", "log2"),
    ("lrint", "lrint"),
    ("lround", "lround"),
    ("nearbyint", "nearbyint"),
    ("pow", "pow"),
    // The current rounding mode decides, so no op that has one built in will do.
    ("rint", "rint"),
    ("round", "round"),
    ("sin", "sin"),
    ("sinh", "sinh"),
    ("tan", "tan"),
    ("tanh", "tanh"),
];

/// The element of what an intrinsic computes with.
#[derive(Clone, Copy)]
struct Element {
    /// Type of a value.
    ty: Type,
    /// Width of an integer; 0 for a float.
    width: u32,
    /// The call promises that no operand is a NaN.
    no_nans: bool,
}

impl Element {
    fn of(ty: LLVMTypeRef, no_nans: bool) -> Option<Element> {
        let (ty, width) = match llvm::type_kind(ty) {
            LLVMTypeKind::LLVMIntegerTypeKind => match llvm::int_width(ty) {
                width @ 2..=128 => (container(width), width),
                _ => return None,
            },
            LLVMTypeKind::LLVMFloatTypeKind => (Type::F32, 0),
            LLVMTypeKind::LLVMDoubleTypeKind => (Type::F64, 0),
            LLVMTypeKind::LLVMX86_FP80TypeKind => (Type::F80, 0),
            _ => return None,
        };
        Some(Element { ty, width, no_nans })
    }

    fn bits(self) -> u32 {
        self.ty.bytes() * 8
    }

    fn is_odd(self) -> bool {
        self.width != 0 && self.width != self.bits()
    }
}

/// A call's argument: computed for each lane, or known.
enum Argument {
    Vector(Shape, Leaves<Value>),
    Scalar(Value),
}

impl FuncReader<'_> {
    /// An element-wise intrinsic; `None` if it is none, or needs a shim.
    pub(crate) fn elementwise(&mut self, call: LLVMValueRef, base: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        if llvm::arg_count(call) == 0 {
            return Ok(None);
        }
        let first = llvm::operand(call, 0);
        let first_ty = llvm::type_of(first);
        let result_ty = llvm::type_of(call);
        let no_nans = llvm::can_be_fast_math(call) && llvm::fast_math(call) & LLVMFastMathNoNaNs != 0;
        if types::is_vector(first_ty) {
            if !types::is_vector(result_ty) {
                return Ok(None);
            }
            let (shape, result) = (Shape::of(first_ty), Shape::of(result_ty));
            let element = Element::of(llvm::element_type(first_ty), no_nans);
            let (Some(element), true, true) = (element, shape.computes(), result.computes()) else {
                return Ok(None);
            };
            return self.vector_math(call, base, element, shape, result);
        }
        let Some(element) = Element::of(first_ty, no_nans) else {
            return Ok(None);
        };
        if !is_scalar_math(base, element, result_ty) {
            return Ok(None);
        }
        let mut args = Leaves::new();
        for i in 0..llvm::arg_count(call) {
            args.push(self.one(llvm::operand(call, i))?);
        }
        let immediate = self.immediate(call);
        if base == "frexp" {
            return Ok(Some(self.split_exponent(element, &args, result_ty)?));
        }
        if let Some(values) = self.with_overflow(base, element, &args) {
            return Ok(Some(values));
        }
        Ok(self.scalar_math(base, element, &args, result_ty, immediate).map(|v| smallvec![v]))
    }

    /// The second argument, where it is an integer known now.
    fn immediate(&self, call: LLVMValueRef) -> Option<u64> {
        if llvm::arg_count(call) < 2 {
            return None;
        }
        let last = llvm::operand(call, llvm::arg_count(call) - 1);
        if llvm::is_const_int(last) && llvm::int_width(llvm::type_of(last)) <= 64 {
            return Some(llvm::zext_value(last));
        }
        if types::is_vector(llvm::type_of(last)) {
            return self.constant_splat(last);
        }
        None
    }

    fn vector_math(
        &mut self,
        call: LLVMValueRef,
        base: &str,
        element: Element,
        shape: Shape,
        result: Shape,
    ) -> Result<Option<Leaves<Value>>, ReadError> {
        let result_element = llvm::element_type(llvm::type_of(call));
        let immediate = self.immediate(call);
        let count = llvm::arg_count(call);
        // Chunk by chunk, for operands all of the vector's type.
        let same = (0..count).all(|i| llvm::type_of(llvm::operand(call, i)) == llvm::type_of(call));
        if same || base == "abs" {
            let operands = if same { count } else { 1 };
            let mut vectors = Vec::new();
            for i in 0..operands {
                vectors.push(self.leaves(llvm::operand(call, i))?);
            }
            let mut chunks = Leaves::new();
            for c in 0..shape.chunks() as usize {
                let args: Leaves<Value> = vectors.iter().map(|v| v[c]).collect();
                match self.chunk_math(base, shape, element, &args, immediate) {
                    Some(value) => chunks.push(value),
                    None => break,
                }
            }
            if chunks.len() == shape.chunks() as usize {
                return Ok(Some(chunks));
            }
        }
        if !is_scalar_math(base, element, result_element) || result.lane == Lane::Bool || base == "frexp" {
            return Ok(None);
        }
        let mut arguments = Vec::new();
        for i in 0..count {
            let arg = llvm::operand(call, i);
            let ty = llvm::type_of(arg);
            arguments.push(if types::is_vector(ty) {
                Argument::Vector(Shape::of(ty), self.leaves(arg)?)
            } else {
                Argument::Scalar(self.one(arg)?)
            });
        }
        let mut lanes = Vec::new();
        for i in 0..shape.length {
            let mut args = Leaves::new();
            for argument in &arguments {
                args.push(match argument {
                    Argument::Vector(shape, chunks) => self.lane(*shape, chunks, i),
                    Argument::Scalar(value) => *value,
                });
            }
            match self.scalar_math(base, element, &args, result_element, immediate) {
                Some(value) => lanes.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(self.join_lanes(result, &lanes)))
    }

    /// One chunk of an element-wise intrinsic, where there is an op for it.
    fn chunk_math(
        &mut self,
        base: &str,
        shape: Shape,
        element: Element,
        args: &[Value],
        immediate: Option<u64>,
    ) -> Option<Value> {
        let ty = shape.chunk;
        let narrow = matches!(ty, Type::I8x16 | Type::I16x8);
        let op = match base {
            "smin" => Op::Smin,
            "smax" => Op::Smax,
            "umin" => Op::Umin,
            "umax" => Op::Umax,
            "abs" => Op::Iabs,
            "sadd.sat" if narrow => Op::SaddSat,
            "uadd.sat" if narrow => Op::UaddSat,
            "ssub.sat" if narrow => Op::SsubSat,
            "usub.sat" if narrow => Op::UsubSat,
            "uadd.sat" => {
                // a + min(b, !a)
                let ones = self.bits(ty, u128::MAX);
                let room = self.op(Op::Xor, ty, &[args[0], ones]);
                let b = self.op(Op::Umin, ty, &[args[1], room]);
                return Some(self.op(Op::Iadd, ty, &[args[0], b]));
            }
            "usub.sat" => {
                let most = self.op(Op::Umax, ty, args);
                return Some(self.op(Op::Isub, ty, &[most, args[1]]));
            }
            "fshl" | "fshr" => {
                let width = u64::from(element.bits());
                let amount = immediate? % width;
                let (up, down) = if base == "fshl" { (amount, width - amount) } else { (width - amount, amount) };
                if amount == 0 {
                    return Some(args[if base == "fshl" { 0 } else { 1 }]);
                }
                let (up, down) = (self.iconst(Type::I32, up.into()), self.iconst(Type::I32, down.into()));
                let high = self.op(Op::Shl, ty, &[args[0], up]);
                let low = self.op(Op::Lshr, ty, &[args[1], down]);
                return Some(self.op(Op::Or, ty, &[high, low]));
            }
            "sqrt" => Op::Fsqrt,
            "fabs" => Op::Fabs,
            "copysign" => Op::Fcopysign,
            "floor" => Op::Ffloor,
            "ceil" => Op::Fceil,
            "trunc" => Op::Ftrunc,
            "roundeven" => Op::Fnearest,
            "fma" => Op::Fma,
            "minimum" => Op::Fminimum,
            "maximum" => Op::Fmaximum,
            "fmuladd" | "minnum" | "maxnum" => return Some(self.float_math(base, ty, element.no_nans, args)),
            _ => return None,
        };
        // Sizes that no machine has an instruction for go lane by lane.
        if ty == Type::I64x2 && matches!(op, Op::Smin | Op::Smax | Op::Umin | Op::Umax | Op::Iabs) {
            return Some(self.wide_extreme(op, args));
        }
        Some(self.op(op, ty, args))
    }

    /// Minimum, maximum or absolute value of 64-bit lanes.
    fn wide_extreme(&mut self, op: Op, args: &[Value]) -> Value {
        let ty = Type::I64x2;
        let zero = self.zero(ty);
        let (less, a, b) = match op {
            Op::Iabs => {
                let negated = self.op(Op::Isub, ty, &[zero, args[0]]);
                (self.op(Op::Islt, ty, &[args[0], zero]), negated, args[0])
            }
            Op::Smin => (self.op(Op::Islt, ty, args), args[0], args[1]),
            Op::Smax => (self.op(Op::Islt, ty, args), args[1], args[0]),
            Op::Umin => (self.op(Op::Iult, ty, args), args[0], args[1]),
            _ => (self.op(Op::Iult, ty, args), args[1], args[0]),
        };
        self.op(Op::Bitselect, ty, &[less, a, b])
    }

    /// Whether `fmuladd` rounds once: it does where the function may use an instruction for that.
    fn fuses_multiply_add(&self) -> bool {
        self.module.is_aarch64()
            || llvm::string_attribute(self.llvm, "target-features").split(',').any(|f| matches!(f, "+fma" | "+fma4"))
    }

    /// `fmuladd`, `minnum` and `maxnum` of floats or chunks of them, as LLVM makes them for the function's processor.
    pub(crate) fn float_math(&mut self, base: &str, ty: Type, no_nans: bool, args: &[Value]) -> Value {
        let op = match base {
            "fmuladd" if ty != Type::F80 && self.fuses_multiply_add() => return self.op(Op::Fma, ty, args),
            "fmuladd" => {
                let product = self.op(Op::Fmul, ty, &args[..2]);
                return self.op(Op::Fadd, ty, &[product, args[2]]);
            }
            "minnum" => Op::Fpmin,
            _ => Op::Fpmax,
        };
        if self.module.is_aarch64() {
            // FMINNM and FMAXNM: a NaN gives way to a number, and -0 is below +0.
            let op = if op == Op::Fpmin { Op::Fminimum } else { Op::Fmaximum };
            let extreme = self.op(op, ty, args);
            let extreme = self.unless_nan(ty, args[1], extreme, args[0]);
            return self.unless_nan(ty, args[0], extreme, args[1]);
        }
        if no_nans {
            return self.op(op, ty, args);
        }
        let extreme = self.op(op, ty, &[args[1], args[0]]);
        self.unless_nan(ty, args[0], extreme, args[1])
    }

    /// `value`, or where `tested` is a NaN `otherwise`.
    fn unless_nan(&mut self, ty: Type, tested: Value, value: Value, otherwise: Value) -> Value {
        let is_nan = self.op(Op::Funo, ty, &[tested, tested]);
        if ty.is_vector() {
            let is_nan = self.cast_chunk(is_nan, ty);
            return self.op(Op::Bitselect, ty, &[is_nan, otherwise, value]);
        }
        self.op(Op::Select, ty, &[is_nan, otherwise, value])
    }

    /// One element of an intrinsic for which [`is_scalar_math`] holds, except those with several results; `None` if it
    /// needs a shim after all.
    fn scalar_math(
        &mut self,
        base: &str,
        e: Element,
        args: &[Value],
        result: LLVMTypeRef,
        immediate: Option<u64>,
    ) -> Option<Value> {
        let ty = e.ty;
        if let Some(&(_, name)) = LIBRARY.iter().find(|(intrinsic, _)| *intrinsic == base) {
            return self.library_call(name, ty, args, result);
        }
        Some(match base {
            "smin" | "smax" | "umin" | "umax" => {
                let signed = base.starts_with('s');
                let args: Leaves<Value> = args.iter().map(|&a| self.cleaned(a, e.width, signed)).collect();
                let op = match base {
                    "smin" => Op::Smin,
                    "smax" => Op::Smax,
                    "umin" => Op::Umin,
                    _ => Op::Umax,
                };
                self.op(op, ty, &args)
            }
            "abs" => {
                let a = self.cleaned(args[0], e.width, true);
                self.op(Op::Iabs, ty, &[a])
            }
            "scmp" | "ucmp" => {
                let signed = base == "scmp";
                let (a, b) = (self.cleaned(args[0], e.width, signed), self.cleaned(args[1], e.width, signed));
                let op = if signed { Op::Islt } else { Op::Iult };
                let less = self.op(op, ty, &[a, b]);
                let greater = self.op(op, ty, &[b, a]);
                let sign = self.op(Op::Isub, Type::I8, &[greater, less]);
                self.resized_signed(sign, container(llvm::int_width(result)))
            }
            "sadd.sat" | "uadd.sat" | "ssub.sat" | "usub.sat" => self.saturating(base, e, args),
            "ctpop" => {
                let a = self.cleaned(args[0], e.width, false);
                self.op(Op::Popcnt, ty, &[a])
            }
            "ctlz" => {
                let a = self.cleaned(args[0], e.width, false);
                let zeros = self.op(Op::Clz, ty, &[a]);
                if !e.is_odd() {
                    return Some(zeros);
                }
                let above = self.iconst(ty, (e.bits() - e.width).into());
                self.op(Op::Isub, ty, &[zeros, above])
            }
            "cttz" => {
                let mut a = args[0];
                if e.is_odd() {
                    let stop = self.bits(ty, 1 << e.width);
                    a = self.op(Op::Or, ty, &[a, stop]);
                }
                self.op(Op::Ctz, ty, &[a])
            }
            "bswap" | "bitreverse" => {
                let whole = self.op(if base == "bswap" { Op::Bswap } else { Op::Bitrev }, ty, &args[..1]);
                if !e.is_odd() {
                    return Some(whole);
                }
                let above = self.iconst(ty, (e.bits() - e.width).into());
                self.op(Op::Lshr, ty, &[whole, above])
            }
            "fshl" | "fshr" => self.funnel_shift(base == "fshl", e, args, immediate)?,
            "canonicalize" => {
                // Quiets a NaN and leaves all else. The bits of 1.0 in each format.
                let one = match ty {
                    Type::F32 => 1.0f32.to_bits().into(),
                    Type::F64 => 1.0f64.to_bits().into(),
                    _ => 0x3fff_8000_0000_0000_0000,
                };
                let one = self.bits(ty, one);
                self.op(Op::Fmul, ty, &[args[0], one])
            }
            "sqrt" => self.op(Op::Fsqrt, ty, args),
            "fabs" => self.op(Op::Fabs, ty, args),
            "copysign" => self.op(Op::Fcopysign, ty, args),
            "floor" if ty == Type::F80 => return self.library_call("floor", ty, args, result),
            "ceil" if ty == Type::F80 => return self.library_call("ceil", ty, args, result),
            "trunc" if ty == Type::F80 => return self.library_call("trunc", ty, args, result),
            "roundeven" if ty == Type::F80 => return self.library_call("roundeven", ty, args, result),
            "floor" => self.op(Op::Ffloor, ty, args),
            "ceil" => self.op(Op::Fceil, ty, args),
            "trunc" => self.op(Op::Ftrunc, ty, args),
            "roundeven" => self.op(Op::Fnearest, ty, args),
            "fma" if ty != Type::F80 => self.op(Op::Fma, ty, args),
            "fma" => return self.library_call("fma", ty, args, result),
            "minnum" | "maxnum" if ty == Type::F80 => {
                return self.library_call(if base == "minnum" { "fmin" } else { "fmax" }, ty, args, result);
            }
            "fmuladd" | "minnum" | "maxnum" => self.float_math(base, ty, e.no_nans, args),
            "minimum" => self.op(Op::Fminimum, ty, args),
            "maximum" => self.op(Op::Fmaximum, ty, args),
            "powi" => {
                let name = match ty {
                    Type::F32 => "__powisf2",
                    Type::F64 => "__powidf2",
                    _ => "__powixf2",
                };
                self.call_native(name, &[ty, Type::I32], &[ty], args)[0]
            }
            "ldexp" if self.ty(args[1]) != Type::I32 => return None,
            "ldexp" => self.call_native(library_name("ldexp", ty), &[ty, Type::I32], &[ty], args)[0],
            "is.fpclass" => self.float_class(ty, args[0], immediate?),
            "fptosi.sat" | "fptoui.sat" => {
                let signed = base == "fptosi.sat";
                let width = llvm::int_width(result);
                let wide = if width <= 32 { Type::I32 } else { Type::I64 };
                let op = if signed { Op::FtosiSat } else { Op::FtouiSat };
                let mut value = self.emit(op, wide, &args[..1], Imm::FromType(ty));
                if width < wide.bytes() * 8 {
                    if signed {
                        let most = self.iconst(wide, (1i128 << (width - 1)) - 1);
                        let least = self.iconst(wide, -(1i128 << (width - 1)));
                        value = self.op(Op::Smin, wide, &[value, most]);
                        value = self.op(Op::Smax, wide, &[value, least]);
                    } else {
                        let most = self.bits(wide, (1 << width) - 1);
                        value = self.op(Op::Umin, wide, &[value, most]);
                    }
                }
                self.resized(value, container(width))
            }
            _ => return None,
        })
    }

    fn library_call(&mut self, name: &'static str, ty: Type, args: &[Value], result: LLVMTypeRef) -> Option<Value> {
        let name = library_name(name, ty);
        let params = vec![ty; args.len()];
        if llvm::type_kind(result) != LLVMTypeKind::LLVMIntegerTypeKind {
            return Some(self.call_native(name, &params, &[ty], args)[0]);
        }
        let value = self.call_native(name, &params, &[Type::I64], args)[0];
        Some(self.resized(value, container(llvm::int_width(result))))
    }

    /// `frexp`: the fraction and the exponent, which the C library writes through a pointer.
    fn split_exponent(&mut self, e: Element, args: &[Value], result: LLVMTypeRef) -> Result<Leaves<Value>, ReadError> {
        let types = self.types(result)?;
        let slot = self.body.add_slot(4, 4);
        let address = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
        let zero = self.iconst(Type::I32, 0);
        self.store_value(zero, address, 0, false);
        let name = library_name("frexp", e.ty);
        let fraction = self.call_native(name, &[e.ty, Type::Ptr], &[e.ty], &[args[0], address])[0];
        let exponent = self.emit(Op::Load, Type::I32, &[address], Imm::Mem { offset: 0, volatile: false });
        Ok(smallvec![fraction, self.resized_signed(exponent, types[1])])
    }

    /// `*.with.overflow`: the wrapped result, and whether it is not the true one.
    fn with_overflow(&mut self, base: &str, e: Element, args: &[Value]) -> Option<Leaves<Value>> {
        let (op, signed) = match base.strip_suffix(".with.overflow")? {
            "sadd" => (Op::SaddOf, true),
            "uadd" => (Op::UaddOf, false),
            "ssub" => (Op::SsubOf, true),
            "usub" => (Op::UsubOf, false),
            "smul" => (Op::SmulOf, true),
            "umul" => (Op::UmulOf, false),
            _ => return None,
        };
        let args: Leaves<Value> = args.iter().map(|&a| self.cleaned(a, e.width, signed)).collect();
        let mut values = self.emit_all(op, e.ty, &args, Imm::None);
        if e.is_odd() {
            let cleaned = self.cleaned(values[0], e.width, signed);
            let differs = self.op(Op::Ine, e.ty, &[cleaned, values[0]]);
            values[1] = self.op(Op::Or, Type::I8, &[values[1], differs]);
        }
        Some(values)
    }

    /// `sadd.sat`, `uadd.sat`, `ssub.sat`, `usub.sat`.
    fn saturating(&mut self, base: &str, e: Element, args: &[Value]) -> Value {
        let (ty, signed, adds) = (e.ty, base.starts_with('s'), base[1..].starts_with("add"));
        let (a, b) = (self.cleaned(args[0], e.width, signed), self.cleaned(args[1], e.width, signed));
        if e.is_odd() {
            // The container has room for the true result, save for an unsigned difference below zero.
            if !signed && !adds {
                let most = self.op(Op::Umax, ty, &[a, b]);
                return self.op(Op::Isub, ty, &[most, b]);
            }
            let exact = self.op(if adds { Op::Iadd } else { Op::Isub }, ty, &[a, b]);
            if !signed {
                let most = self.bits(ty, (1 << e.width) - 1);
                return self.op(Op::Umin, ty, &[exact, most]);
            }
            let most = self.iconst(ty, (1i128 << (e.width - 1)) - 1);
            let least = self.iconst(ty, -(1i128 << (e.width - 1)));
            let value = self.op(Op::Smin, ty, &[exact, most]);
            return self.op(Op::Smax, ty, &[value, least]);
        }
        let op = match (signed, adds) {
            (true, true) => Op::SaddOf,
            (true, false) => Op::SsubOf,
            (false, true) => Op::UaddOf,
            (false, false) => Op::UsubOf,
        };
        let values = self.emit_all(op, ty, &[a, b], Imm::None);
        let limit = match (signed, adds) {
            (false, true) => self.bits(ty, u128::MAX),
            (false, false) => self.zero(ty),
            // Overflow is towards the first operand's sign.
            (true, _) => {
                let amount = self.iconst(ty, (e.bits() - 1).into());
                let sign = self.op(Op::Ashr, ty, &[a, amount]);
                let most = self.bits(ty, crate::function::mask(e.bits() - 1));
                self.op(Op::Xor, ty, &[sign, most])
            }
        };
        self.op(Op::Select, ty, &[values[1], limit, values[0]])
    }

    /// `fshl` and `fshr`; `None` if it needs a shim.
    fn funnel_shift(&mut self, left: bool, e: Element, args: &[Value], immediate: Option<u64>) -> Option<Value> {
        let (ty, width) = (e.ty, e.width);
        let (high, low, amount) = (args[0], args[1], args[2]);
        if let Some(amount) = immediate {
            let amount = (amount % u64::from(width)) as u32;
            if amount == 0 {
                return Some(if left { high } else { low });
            }
            if high == low && !e.is_odd() {
                let amount = self.iconst(ty, amount.into());
                return Some(self.op(if left { Op::Rotl } else { Op::Rotr }, ty, &[high, amount]));
            }
            let low = self.cleaned(low, width, false);
            let (up, down) = if left { (amount, width - amount) } else { (width - amount, amount) };
            let (up, down) = (self.iconst(ty, up.into()), self.iconst(ty, down.into()));
            let high = self.op(Op::Shl, ty, &[high, up]);
            let low = self.op(Op::Lshr, ty, &[low, down]);
            return Some(self.op(Op::Or, ty, &[high, low]));
        }
        if e.is_odd() {
            return None;
        }
        if high == low {
            return Some(self.op(if left { Op::Rotl } else { Op::Rotr }, ty, &[high, amount]));
        }
        // Amounts are taken modulo the width, so the opposite shift is by one and by the complement.
        let one = self.iconst(ty, 1);
        let last = self.iconst(ty, (width - 1).into());
        let rest = self.op(Op::Xor, ty, &[amount, last]);
        let (high, low) = if left {
            let low = self.op(Op::Lshr, ty, &[low, one]);
            (self.op(Op::Shl, ty, &[high, amount]), self.op(Op::Lshr, ty, &[low, rest]))
        } else {
            let high = self.op(Op::Shl, ty, &[high, one]);
            (self.op(Op::Shl, ty, &[high, rest]), self.op(Op::Lshr, ty, &[low, amount]))
        };
        Some(self.op(Op::Or, ty, &[high, low]))
    }

    /// Whether a float is of one of the classes in `classes`, numbered as LLVM's `is.fpclass` does.
    fn float_class(&mut self, ty: Type, value: Value, classes: u64) -> Value {
        const SIGNALING: u64 = 0x1;
        const QUIET: u64 = 0x2;
        /// Classes as (positive, negative).
        const ZERO: (u64, u64) = (0x40, 0x20);
        const SUBNORMAL: (u64, u64) = (0x80, 0x10);
        const NORMAL: (u64, u64) = (0x100, 0x8);
        const INFINITE: (u64, u64) = (0x200, 0x4);
        let (int, fraction, exponent_max) =
            if ty == Type::F32 { (Type::I32, 23, 0xff) } else { (Type::I64, 52, 0x7ff) };
        let infinity: u128 = exponent_max << fraction;
        let sign_mask = crate::function::mask(int.bytes() * 8 - 1);
        let bits = self.op(Op::Bitcast, int, &[value]);
        let sign_mask = self.bits(int, sign_mask);
        let magnitude = self.op(Op::And, int, &[bits, sign_mask]);
        let zero = self.zero(int);
        let negative = self.op(Op::Islt, int, &[bits, zero]);
        let one = self.iconst(Type::I8, 1);
        let positive = self.op(Op::Xor, Type::I8, &[negative, one]);
        // Whether low <= magnitude < low + count.
        let within = |r: &mut Self, low: u128, count: u128| {
            let low = r.bits(int, low);
            let above = r.op(Op::Isub, int, &[magnitude, low]);
            let count = r.bits(int, count);
            r.op(Op::Iult, int, &[above, count])
        };
        let mut any = None;
        let mut add = |r: &mut Self, test: Value| {
            any = Some(match any {
                None => test,
                Some(before) => r.op(Op::Or, Type::I8, &[before, test]),
            });
        };
        let smallest_normal = 1 << fraction;
        for ((plus, minus), low, count) in [
            (ZERO, 0, 1),
            (SUBNORMAL, 1, smallest_normal - 1),
            (NORMAL, smallest_normal, infinity - smallest_normal),
            (INFINITE, infinity, 1),
        ] {
            let (plus, minus) = (classes & plus != 0, classes & minus != 0);
            if !plus && !minus {
                continue;
            }
            let mut test = within(self, low, count);
            if !(plus && minus) {
                test = self.op(Op::And, Type::I8, &[test, if plus { positive } else { negative }]);
            }
            add(self, test);
        }
        let quiet_bit = 1 << (fraction - 1);
        if classes & SIGNALING != 0 {
            let test = within(self, infinity + 1, quiet_bit - 1);
            add(self, test);
        }
        if classes & QUIET != 0 {
            let test = within(self, infinity + quiet_bit, quiet_bit);
            add(self, test);
        }
        any.unwrap_or_else(|| self.zero(Type::I8))
    }
}

/// Whether [`FuncReader::scalar_math`] reads the intrinsic for this element.
fn is_scalar_math(base: &str, e: Element, result: LLVMTypeRef) -> bool {
    let integer = e.width != 0;
    let long = e.ty == Type::F80;
    match base {
        "smin" | "smax" | "umin" | "umax" | "abs" | "scmp" | "ucmp" | "sadd.sat" | "uadd.sat" | "ssub.sat"
        | "usub.sat" | "ctpop" | "ctlz" | "cttz" | "bswap" | "bitreverse" | "fshl" | "fshr" | "sadd.with.overflow"
        | "uadd.with.overflow" | "ssub.with.overflow" | "usub.with.overflow" | "smul.with.overflow"
        | "umul.with.overflow" => integer,
        "canonicalize" | "sqrt" | "fabs" | "copysign" | "floor" | "ceil" | "trunc" | "roundeven" | "fma" | "minnum"
        | "maxnum" | "fmuladd" | "powi" | "ldexp" | "frexp" => !integer,
        "minimum" | "maximum" | "is.fpclass" => !integer && !long,
        "fptosi.sat" | "fptoui.sat" => !integer && types::int_width(result).is_some_and(|w| (2..=64).contains(&w)),
        _ => !integer && LIBRARY.iter().any(|(intrinsic, _)| *intrinsic == base),
    }
}

/// The C library's function for a float type, from its name for `double`.
fn library_name(name: &'static str, ty: Type) -> &'static str {
    macro_rules! names {
        ($($name:literal)*) => {
            match (name, ty) {
                $(($name, Type::F32) => concat!($name, "f"),
                ($name, Type::F80) => concat!($name, "l"),)*
                _ => name,
            }
        };
    }
    names! {
        "acos" "asin" "atan" "ceil" "cos" "cosh" "exp" "exp10" "exp2" "floor" "fma" "fmax" "fmin" "frexp" "ldexp"
        "llrint" "llround" "log" "log10" "log2" "lrint" "lround" "nearbyint" "pow" "rint" "round" "roundeven" "sin"
        "sinh" "tan" "tanh" "trunc"
    }
}
