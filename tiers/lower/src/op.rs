//! The dispatch from ops to their meanings. Owns the one `match` over all ops that says what each computes; the groups of
//! meanings stand in `integer`, `conversion`, `float`, `vector` and `memory`.

use crate::binding::{Binding, BoundImm, Values};
use crate::{Libcall, libcall};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type as ClifType, Value, types};
use cranelift_frontend::FunctionBuilder;
use rheo_ir::{Class, Imm, Op, RmwKind, Type};
use smallvec::smallvec;

/// The Cranelift type that holds a value of type `ty`. An `f80` is an `i128` of which 80 bits count.
pub fn clif_type(ty: Type) -> ClifType {
    match ty {
        Type::I8 => types::I8,
        Type::I16 => types::I16,
        Type::I32 => types::I32,
        Type::I64 | Type::Ptr => types::I64,
        Type::I128 | Type::F80 => types::I128,
        Type::F32 => types::F32,
        Type::F64 => types::F64,
        Type::I8x16 => types::I8X16,
        Type::I16x8 => types::I16X8,
        Type::I32x4 => types::I32X4,
        Type::I64x2 => types::I64X2,
        Type::F32x4 => types::F32X4,
        Type::F64x2 => types::F64X2,
    }
}

/// One op being lowered.
pub(crate) struct Lower<'a, 'f> {
    pub b: &'a mut FunctionBuilder<'f>,
    pub env: &'a mut dyn Binding,
    /// Controlling type.
    pub ty: Type,
    /// Its Cranelift type.
    pub clif: ClifType,
}

/// Lays down the meaning of `op` with controlling type `ty` at the builder's position and returns its results, of
/// [`clif_type`] of what the op's row says. Booleans are exactly 0 or 1.
///
/// # Panics
/// If the op is a call or a terminator, which belong to whoever lays down control flow, or if operands or immediate
/// break the op's row, which the verifier has excluded.
pub fn lower_op(
    b: &mut FunctionBuilder,
    env: &mut dyn Binding,
    op: Op,
    ty: Type,
    imm: BoundImm,
    args: &[Value],
) -> Values {
    debug_assert!(op.info().types.contains(ty), "{op} of {ty}");
    debug_assert!(!matches!(op.info().class, Class::Call | Class::Terminator));
    debug_assert_eq!(args.len(), op.info().args.len(), "operands of {op}");
    let mut l = Lower { b, env, ty, clif: clif_type(ty) };
    match op {
        Op::SaddOf | Op::UaddOf | Op::SsubOf | Op::UsubOf | Op::SmulOf | Op::UmulOf => l.overflow(op, args[0], args[1]),
        Op::Store => {
            l.store(args[0], args[1], imm);
            Values::new()
        }
        Op::AtomicStore => {
            l.atomic_store(args[0], args[1]);
            Values::new()
        }
        Op::Fence => {
            l.b.ins().fence();
            Values::new()
        }
        Op::StackRestore => {
            l.env.stack_restore(l.b, args[0]);
            Values::new()
        }
        _ => smallvec![l.single(op, imm, args)],
    }
}

impl Lower<'_, '_> {
    /// Meaning of an op with one result.
    fn single(&mut self, op: Op, imm: BoundImm, args: &[Value]) -> Value {
        let (ty, clif) = (self.ty, self.clif);
        let a = |i: usize| args[i];
        match op {
            Op::Const => self.constant(imm),
            Op::Iadd => self.b.ins().iadd(a(0), a(1)),
            Op::Isub => self.b.ins().isub(a(0), a(1)),
            Op::Imul => self.imul(a(0), a(1)),
            Op::Udiv | Op::Sdiv | Op::Urem | Op::Srem => self.divide(op, a(0), a(1)),
            Op::And => self.b.ins().band(a(0), a(1)),
            Op::Or => self.b.ins().bor(a(0), a(1)),
            Op::Xor => self.b.ins().bxor(a(0), a(1)),
            Op::Shl => {
                let n = self.amount(a(1));
                self.b.ins().ishl(a(0), n)
            }
            Op::Lshr => {
                let n = self.amount(a(1));
                self.b.ins().ushr(a(0), n)
            }
            Op::Ashr => {
                let n = self.amount(a(1));
                self.b.ins().sshr(a(0), n)
            }
            Op::Rotl => {
                let n = self.amount(a(1));
                self.b.ins().rotl(a(0), n)
            }
            Op::Rotr => {
                let n = self.amount(a(1));
                self.b.ins().rotr(a(0), n)
            }
            Op::Smin => self.extremum(IntCC::SignedLessThan, a(0), a(1)),
            Op::Smax => self.extremum(IntCC::SignedGreaterThan, a(0), a(1)),
            Op::Umin => self.extremum(IntCC::UnsignedLessThan, a(0), a(1)),
            Op::Umax => self.extremum(IntCC::UnsignedGreaterThan, a(0), a(1)),
            Op::SaddSat => self.b.ins().sadd_sat(a(0), a(1)),
            Op::UaddSat => self.b.ins().uadd_sat(a(0), a(1)),
            Op::SsubSat => self.b.ins().ssub_sat(a(0), a(1)),
            Op::UsubSat => self.b.ins().usub_sat(a(0), a(1)),
            Op::Umulhi => self.mulhi(false, a(0), a(1)),
            Op::Smulhi => self.mulhi(true, a(0), a(1)),
            Op::Clz => self.b.ins().clz(a(0)),
            Op::Ctz => self.b.ins().ctz(a(0)),
            Op::Popcnt => self.b.ins().popcnt(a(0)),
            Op::Bswap if clif == types::I8 => a(0),
            Op::Bswap => self.b.ins().bswap(a(0)),
            Op::Bitrev => self.b.ins().bitrev(a(0)),
            Op::Iabs => self.iabs(a(0)),
            Op::AvgRound => self.b.ins().avg_round(a(0), a(1)),

            Op::Sext8 | Op::Sext16 | Op::Sext32 | Op::Sext64 => self.extend(true, a(0)),
            Op::Zext8 | Op::Zext16 | Op::Zext32 | Op::Zext64 => self.extend(false, a(0)),
            Op::Trunc => self.truncate(a(0)),
            Op::Bitcast => self.bitcast(a(0), clif),
            Op::Iconcat => self.b.ins().iconcat(a(0), a(1)),
            Op::Ihigh => self.b.ins().isplit(a(0)).1,

            Op::Ieq => self.b.ins().icmp(IntCC::Equal, a(0), a(1)),
            Op::Ine => self.b.ins().icmp(IntCC::NotEqual, a(0), a(1)),
            Op::Islt => self.b.ins().icmp(IntCC::SignedLessThan, a(0), a(1)),
            Op::Isle => self.b.ins().icmp(IntCC::SignedLessThanOrEqual, a(0), a(1)),
            Op::Iult => self.b.ins().icmp(IntCC::UnsignedLessThan, a(0), a(1)),
            Op::Iule => self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, a(0), a(1)),

            Op::Fadd | Op::Fsub | Op::Fmul | Op::Fdiv => self.float_binary(op, a(0), a(1)),
            Op::Fneg => self.fneg(a(0)),
            Op::Fabs => self.fabs(a(0)),
            Op::Fsqrt => self.fsqrt(a(0)),
            Op::Fcopysign => self.fcopysign(a(0), a(1)),
            Op::Fpmin => self.float_pseudo_extremum(false, a(0), a(1)),
            Op::Fpmax => self.float_pseudo_extremum(true, a(0), a(1)),
            Op::Fminimum => self.b.ins().fmin(a(0), a(1)),
            Op::Fmaximum => self.b.ins().fmax(a(0), a(1)),
            Op::Fceil | Op::Ffloor | Op::Ftrunc | Op::Fnearest => self.round(op, a(0)),
            Op::Fma => self.fma(a(0), a(1), a(2)),

            Op::Foeq => self.fcmp(FloatCC::Equal, a(0), a(1)),
            Op::Folt => self.fcmp(FloatCC::LessThan, a(0), a(1)),
            Op::Fole => self.fcmp(FloatCC::LessThanOrEqual, a(0), a(1)),
            Op::Fone => self.fcmp(FloatCC::OrderedNotEqual, a(0), a(1)),
            Op::Ford => self.fcmp(FloatCC::Ordered, a(0), a(1)),
            Op::Fueq => self.fcmp(FloatCC::UnorderedOrEqual, a(0), a(1)),
            Op::Fult => self.fcmp(FloatCC::UnorderedOrLessThan, a(0), a(1)),
            Op::Fule => self.fcmp(FloatCC::UnorderedOrLessThanOrEqual, a(0), a(1)),
            Op::Fune => self.fcmp(FloatCC::NotEqual, a(0), a(1)),
            Op::Funo => self.fcmp(FloatCC::Unordered, a(0), a(1)),

            Op::Sitof32 | Op::Sitof64 => self.float_from_int(true, a(0)),
            Op::Uitof32 | Op::Uitof64 => self.float_from_int(false, a(0)),
            Op::Ftosi => self.int_from_float(true, from_type(imm), a(0)),
            Op::Ftoui => self.int_from_float(false, from_type(imm), a(0)),
            Op::FtosiSat => self.int_from_float_saturating(true, from_type(imm), a(0)),
            Op::FtouiSat => self.int_from_float_saturating(false, from_type(imm), a(0)),
            Op::Fconvert => self.float_convert(from_type(imm), a(0)),
            Op::Vsitof => self.b.ins().fcvt_from_sint(types::F32X4, a(0)),
            Op::Vftosi => self.vector_int_from_float(a(0)),

            Op::Select => self.select(a(0), a(1), a(2)),
            Op::Bitselect => self.bitselect(a(0), a(1), a(2)),
            Op::Splat => self.b.ins().splat(clif, a(0)),
            Op::Extractlane => self.extract_lane(a(0), imm),
            Op::Insertlane => self.insert_lane(a(0), a(1), imm),
            Op::Shuffle => self.shuffle(a(0), a(1), imm),
            Op::Permute => self.permute(a(0), a(1), imm),
            Op::Vsignbits => self.sign_bits(a(0)),
            Op::Vany => {
                let v = self.bitcast(a(0), clif_type(ty.mask()));
                self.b.ins().vany_true(v)
            }
            Op::SwidenLow => self.b.ins().swiden_low(a(0)),
            Op::SwidenHigh => self.b.ins().swiden_high(a(0)),
            Op::UwidenLow => self.b.ins().uwiden_low(a(0)),
            Op::UwidenHigh => self.b.ins().uwiden_high(a(0)),
            Op::Snarrow => self.b.ins().snarrow(a(0), a(1)),
            Op::Unarrow => self.unsigned_narrow(a(0), a(1)),

            Op::Load => self.load(a(0), imm),
            Op::AtomicLoad => self.atomic_load(a(0)),
            Op::AtomicRmw => self.atomic_rmw(rmw_kind(imm), a(0), a(1)),
            Op::AtomicCas => self.atomic_cas(a(0), a(1), a(2)),

            Op::StackAddr => self.env.stack_addr(self.b, imm),
            Op::GlobalAddr => self.env.global_addr(self.b, imm),
            Op::TlsAddr => self.env.tls_addr(self.b, imm),
            Op::FuncAddr => self.env.func_addr(self.b, imm),
            Op::Alloca => self.env.alloca(self.b, a(0), imm),
            Op::StackSave => self.env.stack_save(self.b),
            Op::ReturnAddress => self.env.return_address(self.b, imm),
            Op::FrameAddress => self.env.frame_address(self.b, imm),

            Op::SaddOf
            | Op::UaddOf
            | Op::SsubOf
            | Op::UsubOf
            | Op::SmulOf
            | Op::UmulOf
            | Op::Store
            | Op::AtomicStore
            | Op::Fence
            | Op::StackRestore => unreachable!("{op} is lowered by `lower_op`"),
            Op::Call
            | Op::CallIndirect
            | Op::Invoke
            | Op::InvokeIndirect
            | Op::LandingPad
            | Op::TypeId
            | Op::Jump
            | Op::BrIf
            | Op::Switch
            | Op::Ret
            | Op::TailCall
            | Op::TailCallIndirect
            | Op::Trap => unreachable!("{op} has no meaning apart from control flow"),
        }
    }

    /// Calls a helper.
    pub fn call(&mut self, name: &str, args: &[Value]) -> Values {
        let callee: &'static Libcall = libcall(name);
        debug_assert!(args.iter().map(|&v| self.b.func.dfg.value_type(v)).eq(callee.params.iter().copied()), "{name}");
        self.env.libcall(self.b, callee, args)
    }

    /// Calls a helper that takes 16-byte integers, and gives one back, in halves.
    pub fn call_wide(&mut self, name: &str, args: &[Value]) -> Value {
        let halves = self.halves(args);
        let r = self.call(name, &halves);
        self.b.ins().iconcat(r[0], r[1])
    }

    /// Operands with each `i128` replaced by its halves, low first.
    pub fn halves(&mut self, args: &[Value]) -> Vec<Value> {
        let mut out = Vec::with_capacity(2 * args.len());
        for &v in args {
            if self.b.func.dfg.value_type(v) == types::I128 {
                let (low, high) = self.b.ins().isplit(v);
                out.extend([low, high]);
            } else {
                out.push(v);
            }
        }
        out
    }

    /// A 128-bit constant.
    pub fn const128(&mut self, bits: u128) -> Value {
        let low = self.b.ins().iconst(types::I64, bits as u64 as i64);
        let high = self.b.ins().iconst(types::I64, (bits >> 64) as u64 as i64);
        self.b.ins().iconcat(low, high)
    }

    /// A constant of any type from its bits.
    pub fn const_of(&mut self, clif: ClifType, bits: u128) -> Value {
        match clif {
            types::I128 => self.const128(bits),
            types::F32 => self.b.ins().f32const(cranelift_codegen::ir::immediates::Ieee32::with_bits(bits as u32)),
            types::F64 => self.b.ins().f64const(cranelift_codegen::ir::immediates::Ieee64::with_bits(bits as u64)),
            t if t.is_vector() => {
                let data = self.b.func.dfg.constants.insert(bits.to_le_bytes().as_slice().into());
                self.b.ins().vconst(t, data)
            }
            // Cranelift wants the bits above the width clear.
            t => self.b.ins().iconst(t, (bits as u64 & (u64::MAX >> (64 - t.bits()))) as i64),
        }
    }

    /// `x` if the boolean is set, else `y`.
    pub fn select(&mut self, c: Value, x: Value, y: Value) -> Value {
        if self.b.func.dfg.value_type(x) != types::I128 {
            return self.b.ins().select(c, x, y);
        }
        // By halves: Cranelift turns a 128-bit select on a comparison into a minimum that it cannot lower.
        let ((x0, x1), (y0, y1)) = (self.b.ins().isplit(x), self.b.ins().isplit(y));
        let low = self.b.ins().select(c, x0, y0);
        let high = self.b.ins().select(c, x1, y1);
        self.b.ins().iconcat(low, high)
    }

    fn constant(&mut self, imm: BoundImm) -> Value {
        let clif = self.clif;
        match imm {
            BoundImm::Static(&Imm::Bits(bits)) => self.const_of(clif, bits),
            BoundImm::Static(&Imm::Int(v)) => self.const_of(clif, v as i128 as u128),
            BoundImm::Static(other) => unreachable!("constant with immediate {other:?}"),
            BoundImm::Dynamic(v) => match clif {
                types::I64 => v,
                t if t.bits() == 128 => self.b.ins().load(t, stream(), v, 0),
                types::F64 => self.bitcast(v, types::F64),
                types::F32 => {
                    let v = self.b.ins().ireduce(types::I32, v);
                    self.bitcast(v, types::F32)
                }
                t => self.b.ins().ireduce(t, v),
            },
        }
    }

    /// The same bits as another type of the same size.
    pub fn bitcast(&mut self, v: Value, to: ClifType) -> Value {
        let from = self.b.func.dfg.value_type(v);
        if from == to {
            return v;
        }
        match (from, to) {
            (types::I128, _) => {
                let (low, high) = self.b.ins().isplit(v);
                let v = self.b.ins().scalar_to_vector(types::I64X2, low);
                let v = self.b.ins().insertlane(v, high, 1);
                self.bitcast(v, to)
            }
            (_, types::I128) => {
                let v = self.bitcast(v, types::I64X2);
                let low = self.b.ins().extractlane(v, 0);
                let high = self.b.ins().extractlane(v, 1);
                self.b.ins().iconcat(low, high)
            }
            _ => self.b.ins().bitcast(to, MemFlagsData::new().with_endianness(Endianness::Little), v),
        }
    }
}

/// Flags for reading the instruction stream.
pub(crate) fn stream() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_readonly().with_can_move().with_endianness(Endianness::Little)
}

fn from_type(imm: BoundImm) -> Type {
    match imm {
        BoundImm::Static(&Imm::FromType(t)) => t,
        other => unreachable!("float conversion with immediate {other:?}"),
    }
}

fn rmw_kind(imm: BoundImm) -> RmwKind {
    match imm {
        BoundImm::Static(&Imm::Rmw(kind)) => kind,
        other => unreachable!("read-modify-write with immediate {other:?}"),
    }
}
