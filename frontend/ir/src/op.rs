//! The op table: one row an op. The enum, its names, its operand rules and whatever other crates derive from them
//! expand from `for_each_op!`; nothing else lists the ops.
//!
//! Owns names and typing rules. What an op *computes* stands in `rheo-lower`, once.

use crate::Type;

/// Calls a macro with the whole op table.
///
/// A row is `doc, name = Variant(types; args -> results; imm; class);` where `types` is the set the controlling type
/// is drawn from (see [`TypeSet`]), args and results are [`Rule`]s, `imm` an [`ImmKind`] and `class` a [`Class`].
#[macro_export]
macro_rules! for_each_op {
    ($m:ident) => {
        $m! {
            /// A constant of any type; float and vector constants are their bits, little-endian.
            "const" = Const(All; [] -> [T]; Bits; Pure);
            /// Two's complement sum.
            "iadd" = Iadd(IntVec; [T, T] -> [T]; None; Pure);
            /// Two's complement difference.
            "isub" = Isub(IntVec; [T, T] -> [T]; None; Pure);
            /// Low half of the product.
            "imul" = Imul(IntVec; [T, T] -> [T]; None; Pure);
            /// Unsigned quotient; dividing by zero traps as the machine does.
            "udiv" = Udiv(Int; [T, T] -> [T]; None; Pure);
            /// Signed quotient towards zero; dividing by zero, or MIN by -1, traps as the machine does.
            "sdiv" = Sdiv(Int; [T, T] -> [T]; None; Pure);
            /// Unsigned remainder.
            "urem" = Urem(Int; [T, T] -> [T]; None; Pure);
            /// Signed remainder, with the dividend's sign.
            "srem" = Srem(Int; [T, T] -> [T]; None; Pure);
            /// Bitwise and.
            "and" = And(IntVec; [T, T] -> [T]; None; Pure);
            /// Bitwise or.
            "or" = Or(IntVec; [T, T] -> [T]; None; Pure);
            /// Bitwise exclusive or.
            "xor" = Xor(IntVec; [T, T] -> [T]; None; Pure);
            /// Shift left. The amount has the value's type for scalars; it is taken modulo the width. For vectors all
            /// lanes shift by one `i32` amount.
            "shl" = Shl(IntVec; [T, Amount] -> [T]; None; Pure);
            /// Shift right, filling with zeroes; amount as for `shl`.
            "lshr" = Lshr(IntVec; [T, Amount] -> [T]; None; Pure);
            /// Shift right, filling with the sign; amount as for `shl`.
            "ashr" = Ashr(IntVec; [T, Amount] -> [T]; None; Pure);
            /// Rotate left.
            "rotl" = Rotl(Int; [T, T] -> [T]; None; Pure);
            /// Rotate right.
            "rotr" = Rotr(Int; [T, T] -> [T]; None; Pure);
            /// Signed minimum.
            "smin" = Smin(IntVec; [T, T] -> [T]; None; Pure);
            /// Signed maximum.
            "smax" = Smax(IntVec; [T, T] -> [T]; None; Pure);
            /// Unsigned minimum.
            "umin" = Umin(IntVec; [T, T] -> [T]; None; Pure);
            /// Unsigned maximum.
            "umax" = Umax(IntVec; [T, T] -> [T]; None; Pure);
            /// Signed sum, saturating.
            "sadd_sat" = SaddSat(NarrowVec; [T, T] -> [T]; None; Pure);
            /// Unsigned sum, saturating.
            "uadd_sat" = UaddSat(NarrowVec; [T, T] -> [T]; None; Pure);
            /// Signed difference, saturating.
            "ssub_sat" = SsubSat(NarrowVec; [T, T] -> [T]; None; Pure);
            /// Unsigned difference, saturating.
            "usub_sat" = UsubSat(NarrowVec; [T, T] -> [T]; None; Pure);
            /// High half of the unsigned product.
            "umulhi" = Umulhi(Int; [T, T] -> [T]; None; Pure);
            /// High half of the signed product.
            "smulhi" = Smulhi(Int; [T, T] -> [T]; None; Pure);
            /// Signed sum and whether it overflowed.
            "sadd_of" = SaddOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Unsigned sum and whether it overflowed.
            "uadd_of" = UaddOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Signed difference and whether it overflowed.
            "ssub_of" = SsubOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Unsigned difference and whether it overflowed.
            "usub_of" = UsubOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Signed product and whether it overflowed.
            "smul_of" = SmulOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Unsigned product and whether it overflowed.
            "umul_of" = UmulOf(Int; [T, T] -> [T, Is(I8)]; None; Pure);
            /// Leading zero bits; the width for 0.
            "clz" = Clz(Int; [T] -> [T]; None; Pure);
            /// Trailing zero bits; the width for 0.
            "ctz" = Ctz(Int; [T] -> [T]; None; Pure);
            /// Set bits.
            "popcnt" = Popcnt(Int; [T] -> [T]; None; Pure);
            /// Bytes reversed.
            "bswap" = Bswap(Int; [T] -> [T]; None; Pure);
            /// Bits reversed.
            "bitrev" = Bitrev(Int; [T] -> [T]; None; Pure);
            /// Absolute value; MIN stays MIN.
            "iabs" = Iabs(IntVec; [T] -> [T]; None; Pure);
            /// Rounding average of unsigned lanes.
            "avg_round" = AvgRound(NarrowVec; [T, T] -> [T]; None; Pure);

            /// Sign-extends the low 8 bits.
            "sext8" = Sext8(Int; [Is(I8)] -> [T]; None; Pure);
            /// Sign-extends the low 16 bits.
            "sext16" = Sext16(Int; [Is(I16)] -> [T]; None; Pure);
            /// Sign-extends the low 32 bits.
            "sext32" = Sext32(Int; [Is(I32)] -> [T]; None; Pure);
            /// Sign-extends 64 bits.
            "sext64" = Sext64(Int; [Is(I64)] -> [T]; None; Pure);
            /// Zero-extends the low 8 bits.
            "zext8" = Zext8(Int; [Is(I8)] -> [T]; None; Pure);
            /// Zero-extends the low 16 bits.
            "zext16" = Zext16(Int; [Is(I16)] -> [T]; None; Pure);
            /// Zero-extends the low 32 bits.
            "zext32" = Zext32(Int; [Is(I32)] -> [T]; None; Pure);
            /// Zero-extends 64 bits.
            "zext64" = Zext64(Int; [Is(I64)] -> [T]; None; Pure);
            /// The low bits of any wider integer.
            "trunc" = Trunc(Int; [WiderInt] -> [T]; None; Pure);
            /// The same bits as another type of the same size.
            "bitcast" = Bitcast(All; [SameSize] -> [T]; None; Pure);
            /// Low and high half of an `i128` put together.
            "iconcat" = Iconcat(Only128; [Is(I64), Is(I64)] -> [T]; None; Pure);
            /// High half of an `i128`.
            "ihigh" = Ihigh(Only64; [Is(I128)] -> [T]; None; Pure);

            /// Equal.
            "ieq" = Ieq(IntVec; [T, T] -> [Mask]; None; Pure);
            /// Not equal.
            "ine" = Ine(IntVec; [T, T] -> [Mask]; None; Pure);
            /// Signed less than.
            "islt" = Islt(IntVec; [T, T] -> [Mask]; None; Pure);
            /// Signed less or equal.
            "isle" = Isle(IntVec; [T, T] -> [Mask]; None; Pure);
            /// Unsigned less than.
            "iult" = Iult(IntVec; [T, T] -> [Mask]; None; Pure);
            /// Unsigned less or equal.
            "iule" = Iule(IntVec; [T, T] -> [Mask]; None; Pure);

            /// Sum.
            "fadd" = Fadd(FloatVec; [T, T] -> [T]; None; Pure);
            /// Difference.
            "fsub" = Fsub(FloatVec; [T, T] -> [T]; None; Pure);
            /// Product.
            "fmul" = Fmul(FloatVec; [T, T] -> [T]; None; Pure);
            /// Quotient.
            "fdiv" = Fdiv(FloatVec; [T, T] -> [T]; None; Pure);
            /// Sign flipped.
            "fneg" = Fneg(FloatVec; [T] -> [T]; None; Pure);
            /// Sign cleared.
            "fabs" = Fabs(FloatVec; [T] -> [T]; None; Pure);
            /// Square root.
            "fsqrt" = Fsqrt(FloatVec; [T] -> [T]; None; Pure);
            /// First operand's magnitude with the second's sign.
            "fcopysign" = Fcopysign(FloatVec; [T, T] -> [T]; None; Pure);
            /// `a < b ? a : b`, as SSE's MINSS: the second operand when either is NaN or both are zero.
            "fpmin" = Fpmin(NarrowFloat; [T, T] -> [T]; None; Pure);
            /// `a > b ? a : b`, as SSE's MAXSS: the second operand when either is NaN or both are zero.
            "fpmax" = Fpmax(NarrowFloat; [T, T] -> [T]; None; Pure);
            /// IEEE 754-2019 minimum: NaN if either is, and -0 below +0.
            "fminimum" = Fminimum(NarrowFloat; [T, T] -> [T]; None; Pure);
            /// IEEE 754-2019 maximum.
            "fmaximum" = Fmaximum(NarrowFloat; [T, T] -> [T]; None; Pure);
            /// Rounded towards +∞.
            "fceil" = Fceil(NarrowFloat; [T] -> [T]; None; Pure);
            /// Rounded towards -∞.
            "ffloor" = Ffloor(NarrowFloat; [T] -> [T]; None; Pure);
            /// Rounded towards zero.
            "ftrunc" = Ftrunc(NarrowFloat; [T] -> [T]; None; Pure);
            /// Rounded to nearest, ties to even.
            "fnearest" = Fnearest(NarrowFloat; [T] -> [T]; None; Pure);
            /// Fused a × b + c, rounded once.
            "fma" = Fma(NarrowFloat; [T, T, T] -> [T]; None; Pure);

            /// Ordered and equal.
            "foeq" = Foeq(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Ordered and less.
            "folt" = Folt(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Ordered and less or equal.
            "fole" = Fole(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Ordered and different.
            "fone" = Fone(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Neither is NaN.
            "ford" = Ford(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Unordered or equal.
            "fueq" = Fueq(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Unordered or less.
            "fult" = Fult(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Unordered or less or equal.
            "fule" = Fule(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Unordered or different.
            "fune" = Fune(FloatVec; [T, T] -> [Mask]; None; Pure);
            /// Either is NaN.
            "funo" = Funo(FloatVec; [T, T] -> [Mask]; None; Pure);

            /// Float from a signed 32-bit integer.
            "sitof32" = Sitof32(Float; [Is(I32)] -> [T]; None; Pure);
            /// Float from a signed 64-bit integer.
            "sitof64" = Sitof64(Float; [Is(I64)] -> [T]; None; Pure);
            /// Float from an unsigned 32-bit integer.
            "uitof32" = Uitof32(Float; [Is(I32)] -> [T]; None; Pure);
            /// Float from an unsigned 64-bit integer.
            "uitof64" = Uitof64(Float; [Is(I64)] -> [T]; None; Pure);
            /// Signed integer (`i32` or `i64`) from a float, towards zero; what does not fit gives the machine's result
            /// (x86-64: MIN).
            "ftosi" = Ftosi(Int; [AnyFloat] -> [T]; FromType; Pure);
            /// Unsigned integer from a float, towards zero.
            "ftoui" = Ftoui(Int; [AnyFloat] -> [T]; FromType; Pure);
            /// As `ftosi`, but saturating, and 0 for NaN.
            "ftosi_sat" = FtosiSat(Int; [AnyFloat] -> [T]; FromType; Pure);
            /// As `ftoui`, but saturating, and 0 for NaN.
            "ftoui_sat" = FtouiSat(Int; [AnyFloat] -> [T]; FromType; Pure);
            /// A float from another float type.
            "fconvert" = Fconvert(Float; [AnyFloat] -> [T]; FromType; Pure);
            /// Lane-wise float from signed `i32x4`.
            "vsitof" = Vsitof(OnlyF32x4; [Is(I32x4)] -> [T]; None; Pure);
            /// Lane-wise truncation of `f32x4` to signed integers; what does not fit gives MIN.
            "vftosi" = Vftosi(OnlyI32x4; [Is(F32x4)] -> [T]; None; Pure);

            /// Second operand if the boolean is set, else the third.
            "select" = Select(All; [Is(I8), T, T] -> [T]; None; Pure);
            /// Bits of the second operand where the first has ones, else of the third.
            "bitselect" = Bitselect(Vec; [T, T, T] -> [T]; None; Pure);
            /// Every lane the same scalar.
            "splat" = Splat(Vec; [Lane] -> [T]; None; Pure);
            /// One lane as a scalar.
            "extractlane" = Extractlane(Vec; [T] -> [Lane]; Lane; Pure);
            /// A vector with one lane replaced.
            "insertlane" = Insertlane(Vec; [T, Lane] -> [T]; Lane; Pure);
            /// Bytes picked out of two vectors: byte i of the result is byte `mask[i]` of the 32 bytes a, b.
            "shuffle" = Shuffle(OnlyI8x16; [T, T] -> [T]; Bits; Pure);
            /// Lanes picked out of two vectors: lane i of the result is the lane of the 8 of a, b that hexadecimal digit i
            /// of the immediate says, digit 0 the lowest.
            "permute" = Permute(OnlyI32x4; [T, T] -> [T]; Int; Pure);
            /// The sign bit of each lane, lane 0 lowest.
            "vsignbits" = Vsignbits(Vec; [T] -> [Is(I32)]; None; Pure);
            /// Whether any bit is set.
            "vany" = Vany(Vec; [T] -> [Is(I8)]; None; Pure);
            /// Lower half of the lanes, sign-extended to twice the width. The controlling type is the source's.
            "swiden_low" = SwidenLow(WidenVec; [T] -> [Wide]; None; Pure);
            /// Upper half of the lanes, sign-extended.
            "swiden_high" = SwidenHigh(WidenVec; [T] -> [Wide]; None; Pure);
            /// Lower half of the lanes, zero-extended.
            "uwiden_low" = UwidenLow(WidenVec; [T] -> [Wide]; None; Pure);
            /// Upper half of the lanes, zero-extended.
            "uwiden_high" = UwidenHigh(WidenVec; [T] -> [Wide]; None; Pure);
            /// Two vectors' lanes narrowed to half their width with signed saturation. Controlling type: the result's.
            "snarrow" = Snarrow(NarrowVec; [WideOf, WideOf] -> [T]; None; Pure);
            /// As `snarrow`, from signed to unsigned with saturation.
            "unarrow" = Unarrow(NarrowVec; [WideOf, WideOf] -> [T]; None; Pure);

            /// Reads memory at address + offset. `f80` reads 10 bytes.
            "load" = Load(All; [Is(Ptr)] -> [T]; Mem; Load);
            /// Writes a value to memory at address + offset: operands value, address. `f80` writes 10 bytes.
            "store" = Store(All; [T, Is(Ptr)] -> []; Mem; Store);
            /// Atomic, sequentially consistent read.
            "atomic_load" = AtomicLoad(Int; [Is(Ptr)] -> [T]; None; Atomic);
            /// Atomic, sequentially consistent write: operands value, address.
            "atomic_store" = AtomicStore(Int; [T, Is(Ptr)] -> []; None; Atomic);
            /// Atomic read-modify-write, giving the old value: operands address, operand. The kind is an [`RmwKind`].
            "atomic_rmw" = AtomicRmw(Int; [Is(Ptr), T] -> [T]; Rmw; Atomic);
            /// Atomic compare and exchange, giving the old value: operands address, expected, new.
            "atomic_cas" = AtomicCas(Int; [Is(Ptr), T, T] -> [T]; None; Atomic);
            /// Sequentially consistent fence.
            "fence" = Fence(OnlyPtr; [] -> []; None; Atomic);

            /// Address of a static stack slot, plus an offset.
            "stack_addr" = StackAddr(OnlyPtr; [] -> [T]; Slot; Pure);
            /// Address of a global variable, plus an offset.
            "global_addr" = GlobalAddr(OnlyPtr; [] -> [T]; Global; Pure);
            /// Address of this thread's copy of a thread-local variable, plus an offset.
            "tls_addr" = TlsAddr(OnlyPtr; [] -> [T]; Global; Pure);
            /// Native address of a function.
            "func_addr" = FuncAddr(OnlyPtr; [] -> [T]; Func; Pure);
            /// Allocates bytes on the stack until the function returns; the immediate is the alignment in bytes.
            "alloca" = Alloca(OnlyPtr; [Is(I64)] -> [T]; Int; Effect);
            /// Marks the dynamic stack.
            "stack_save" = StackSave(OnlyPtr; [] -> [T]; None; Effect);
            /// Frees dynamic stack back to a mark.
            "stack_restore" = StackRestore(OnlyPtr; [Is(Ptr)] -> []; None; Effect);
            /// Native return address of an enclosing frame, or 0 where there is none to give.
            "return_address" = ReturnAddress(OnlyPtr; [] -> [T]; Int; Effect);
            /// Address that identifies this frame.
            "frame_address" = FrameAddress(OnlyPtr; [] -> [T]; Int; Effect);

            /// Calls a function of the module. Typed by its signature.
            "call" = Call(OnlyPtr; [Any] -> [Any]; Func; Call);
            /// Calls through an address (first operand). Typed by the signature in the immediate.
            "call_indirect" = CallIndirect(OnlyPtr; [Is(Ptr), Any] -> [Any]; Sig; Call);

            /// What an exception brings to this block, which only invokes' second destinations lead to: the exception, and
            /// the selector that says which clause of the immediate it is caught by ([`Op::TypeId`] of a caught type,
            /// negative for a filter, 0 for the clean-up).
            "landing_pad" = LandingPad(OnlyPtr; [] -> [T, Is(I32)]; Pad; Unwind);
            /// The selector of a type that landing pads of this function catch, named by its `type_info`.
            "type_id" = TypeId(OnlyPtr; [] -> [Is(I32)]; Global; Unwind);

            /// Continues at the one destination.
            "jump" = Jump(OnlyPtr; [] -> []; None; Terminator);
            /// Continues at the first destination if the boolean is set, else at the second.
            "br_if" = BrIf(OnlyPtr; [Is(I8)] -> []; None; Terminator);
            /// Continues at destination 1 + i when the operand equals case i, else at destination 0.
            "switch" = Switch(Int; [T] -> []; Cases; Terminator);
            /// Returns the operands.
            "ret" = Ret(OnlyPtr; [Any] -> []; None; Terminator);
            /// Calls a function and returns its results, giving up this frame first.
            "tail_call" = TailCall(OnlyPtr; [Any] -> []; Func; Terminator);
            /// Calls through an address (first operand) and returns its results, giving up this frame first.
            "tail_call_indirect" = TailCallIndirect(OnlyPtr; [Is(Ptr), Any] -> []; Sig; Terminator);
            /// Calls a function of the module; continues at the first destination, or with an exception at the second. The
            /// results belong to the first destination, which nothing else leads to.
            "invoke" = Invoke(OnlyPtr; [Any] -> [Any]; Func; Terminator);
            /// The same through an address (first operand).
            "invoke_indirect" = InvokeIndirect(OnlyPtr; [Is(Ptr), Any] -> [Any]; Sig; Terminator);
            /// Stops the program with an illegal-instruction trap.
            "trap" = Trap(OnlyPtr; [] -> []; None; Terminator);
        }
    };
}

/// What the controlling type of an op may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each name is its set; see `TypeSet::contains`")]
pub enum TypeSet {
    All,
    Int,
    IntVec,
    NarrowVec,
    WidenVec,
    Float,
    FloatVec,
    NarrowFloat,
    Vec,
    Only128,
    Only64,
    OnlyPtr,
    OnlyI8x16,
    OnlyF32x4,
    OnlyI32x4,
}

impl TypeSet {
    /// Whether `ty` is in the set.
    pub fn contains(self, ty: Type) -> bool {
        let int_vec = ty.is_vector() && ty.lane().is_int();
        match self {
            TypeSet::All => true,
            TypeSet::Int => ty.is_int(),
            TypeSet::IntVec => ty.is_int() || int_vec,
            TypeSet::NarrowVec => matches!(ty, Type::I8x16 | Type::I16x8),
            TypeSet::WidenVec => matches!(ty, Type::I8x16 | Type::I16x8 | Type::I32x4),
            TypeSet::Float => ty.is_float(),
            TypeSet::FloatVec => ty.lane().is_float(),
            TypeSet::NarrowFloat => ty.lane().is_float() && ty != Type::F80,
            TypeSet::Vec => ty.is_vector(),
            TypeSet::Only128 => ty == Type::I128,
            TypeSet::Only64 => ty == Type::I64,
            TypeSet::OnlyPtr => ty == Type::Ptr,
            TypeSet::OnlyI8x16 => ty == Type::I8x16,
            TypeSet::OnlyF32x4 => ty == Type::F32x4,
            TypeSet::OnlyI32x4 => ty == Type::I32x4,
        }
    }
}

/// How the type of an operand or result follows from the controlling type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// The controlling type.
    T,
    /// Always this type.
    Is(Type),
    /// The lane type of the controlling vector.
    Lane,
    /// [`Type::mask`] of the controlling type.
    Mask,
    /// A shift amount: the controlling type, or `i32` when that is a vector.
    Amount,
    /// The vector with lanes twice as wide and half as many.
    Wide,
    /// Same as `Wide`, for operands of narrowing ops.
    WideOf,
    /// Any integer wider than the controlling type.
    WiderInt,
    /// Any type with the controlling type's size.
    SameSize,
    /// `f32`, `f64` or `f80`, named by the immediate.
    AnyFloat,
    /// As many as the signature says, of its types.
    Any,
}

impl Rule {
    /// The one type that the rule allows beside controlling type `ty`, where there is just one.
    pub fn resolve(self, ty: Type) -> Option<Type> {
        Some(match self {
            Rule::T => ty,
            Rule::Is(t) => t,
            Rule::Lane => ty.lane(),
            Rule::Mask => ty.mask(),
            Rule::Amount => {
                if ty.is_vector() {
                    Type::I32
                } else {
                    ty
                }
            }
            Rule::Wide | Rule::WideOf => match ty {
                Type::I8x16 => Type::I16x8,
                Type::I16x8 => Type::I32x4,
                _ => Type::I64x2,
            },
            Rule::WiderInt | Rule::SameSize | Rule::AnyFloat | Rule::Any => return None,
        })
    }
}

/// Which [`crate::Imm`] an op carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each names the `Imm` variant")]
pub enum ImmKind {
    None,
    Int,
    Bits,
    Lane,
    Mem,
    Slot,
    Global,
    Func,
    Sig,
    Cases,
    FromType,
    Rmw,
    Pad,
}

/// What sort of op it is: how tiers treat it as a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Result depends on operands alone (division may trap).
    Pure,
    /// Reads memory.
    Load,
    /// Writes memory.
    Store,
    /// Atomic access or fence.
    Atomic,
    /// Touches the frame or the thread.
    Effect,
    /// Calls.
    Call,
    /// Belongs to the landing of exceptions.
    Unwind,
    /// Ends a block.
    Terminator,
}

/// One row of the op table.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// Name in text form.
    pub name: &'static str,
    /// What the controlling type may be.
    pub types: TypeSet,
    /// Operand rules.
    pub args: &'static [Rule],
    /// Result rules.
    pub results: &'static [Rule],
    /// The immediate.
    pub imm: ImmKind,
    /// The sort of op.
    pub class: Class,
}

macro_rules! define_ops {
    ($($(#[$doc:meta])* $text:literal = $name:ident($types:ident; [$($arg:expr),*] -> [$($res:expr),*]; $imm:ident; $class:ident);)*) => {
        /// An operation, without its controlling type.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }

        impl Op {
            /// Every op, in table order.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            /// The op's row.
            pub fn info(self) -> &'static OpInfo {
                mod row {
                    use crate::Type::*;
                    use super::{OpInfo, TypeSet, ImmKind, Class};
                    use super::Rule::{self, *};
                    pub(super) const ROWS: &[OpInfo] = &[$(OpInfo {
                        name: $text,
                        types: TypeSet::$types,
                        args: { const A: &[Rule] = &[$($arg),*]; A },
                        results: { const R: &[Rule] = &[$($res),*]; R },
                        imm: ImmKind::$imm,
                        class: Class::$class,
                    },)*];
                }
                &row::ROWS[self as usize]
            }

            /// The op called `name` in text form.
            pub fn parse(name: &str) -> Option<Op> {
                match name { $($text => Some(Op::$name),)* _ => None }
            }
        }
    };
}
for_each_op!(define_ops);

impl Op {
    /// Whether the op ends a block.
    pub fn is_terminator(self) -> bool {
        self.info().class == Class::Terminator
    }

    /// Whether the op calls, and a landing pad takes what the callee throws.
    pub fn is_invoke(self) -> bool {
        matches!(self, Op::Invoke | Op::InvokeIndirect)
    }

    /// Whether the op calls, in whatever way.
    pub fn is_call(self) -> bool {
        self.info().class == Class::Call || self.is_invoke() || matches!(self, Op::TailCall | Op::TailCallIndirect)
    }
}

impl std::fmt::Display for Op {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.info().name)
    }
}

macro_rules! rmw_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What an `atomic_rmw` does with the old value and its operand.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum RmwKind { $($(#[$doc])* $name,)* }
        impl RmwKind {
            /// Every kind.
            pub const ALL: &'static [RmwKind] = &[$(RmwKind::$name,)*];
            /// Name in text form.
            pub fn name(self) -> &'static str {
                match self { $(RmwKind::$name => $text,)* }
            }
        }
    };
}
rmw_kinds! {
    /// Stores the operand.
    Xchg = "xchg";
    /// Sum.
    Add = "add";
    /// Difference.
    Sub = "sub";
    /// Bitwise and.
    And = "and";
    /// Bitwise and, then not.
    Nand = "nand";
    /// Bitwise or.
    Or = "or";
    /// Bitwise exclusive or.
    Xor = "xor";
    /// Signed maximum.
    Smax = "smax";
    /// Signed minimum.
    Smin = "smin";
    /// Unsigned maximum.
    Umax = "umax";
    /// Unsigned minimum.
    Umin = "umin";
}
