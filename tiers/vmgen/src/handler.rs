//! A template becomes a handler: fields are decoded, micro-ops lowered one after the other, the next instruction
//! dispatched.
//!
//! A template is cut behind each call to native code: the runtime makes the call and jumps to the next piece, a function
//! of its own.

use crate::binding::{Interpreter, Registers, constant, own};
use crate::names::{Names, signature, signature_with};
use crate::repeat::Repeat;
use crate::{VmError, decode};
use cranelift_codegen::ir::{
    Block, Endianness, Function, InstBuilder, InstructionData, MemFlagsData, Opcode as ClifOpcode, Signature,
    Type as ClifType, Value, types,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::FuncId;
use rheo_bytecode::isa::{
    Dst, EncodedLayout, FieldIx, FieldKind, ImmSrc, MicroOp, NativeKind, Opcode, Src, Template, VmOp,
};
use rheo_ir::{Imm, ImmKind, Op, RmwKind, Rule, Type};
use rheo_lower::{Binding, BoundImm, Machine, Values, clif_type, lower_op};

/// When fields are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeOrder {
    /// All before anything else, so that frame loads can become memory operands.
    Early,
    /// Each at its first use: fewer registers live.
    Late,
}

/// A piece of a template: the whole, or what lies between calls to native code.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    /// The template.
    pub template: &'a Template,
    /// One of its opcodes, of one byte if there is such a one.
    pub opcode: Opcode,
    /// Its micro-ops, from the first to before the last.
    pub ops: (usize, usize),
    /// The function that goes on behind the last one, a call to native code.
    pub rest: Option<FuncId>,
    /// The function that dispatches the next instruction, where handlers are to be small rather than fast.
    pub next: Option<FuncId>,
}

/// Whether the op is a call to native code that later micro-ops may follow.
fn calls_out(op: VmOp) -> bool {
    matches!(op, VmOp::CallNative(_) | VmOp::Setjmp | VmOp::TailCallIndirect)
}

/// Ranges of micro-ops between calls to native code.
pub fn cuts(template: &Template) -> Vec<(usize, usize)> {
    let count = template.ops.len();
    let mut out = vec![];
    let mut start = 0;
    for (i, m) in template.ops.iter().enumerate() {
        if calls_out(m.op) && (i + 1 < count || m.op == VmOp::TailCallIndirect) {
            out.push((start, i + 1));
            start = i + 1;
        }
    }
    out.push((start, count));
    out
}

/// A handler under construction.
pub struct Handler<'a, 'f> {
    pub(crate) b: FunctionBuilder<'f>,
    pub(crate) piece: Piece<'a>,
    pub(crate) layout: EncodedLayout,
    pub(crate) env: Interpreter<'a>,
    /// How far behind the last byte of the opcode `pc` is.
    behind: i32,
    decoded: Vec<Option<Value>>,
    results: Vec<Values>,
    /// Arguments of the native call that ends the piece, which it takes from here instead of the window.
    pub(crate) arguments: [Option<Value>; 2],
    /// Of an instruction that is a loop, while its turn is laid down.
    pub(crate) repeat: Option<Repeat>,
}

/// A function of the signature with its entry block, which has the parameters.
pub fn opened<'f>(
    f: &'f mut Function,
    context: &'f mut FunctionBuilderContext,
    signature: Signature,
) -> (FunctionBuilder<'f>, Block) {
    f.signature = signature;
    let mut b = FunctionBuilder::new(f, context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    (b, entry)
}

/// Lays down one piece of a template.
pub fn build<'a>(
    f: &'a mut Function,
    context: &'a mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    names: &'a Names,
    piece: Piece<'a>,
    order: DecodeOrder,
) -> Result<(), VmError> {
    let (b, entry) = opened(f, context, signature(false));
    let p = b.block_params(entry);
    let registers = Registers { pc: p[0], fp: p[1], ctx: p[2], acc: p[3], thr: p[4], facc: p[5] };
    // From the last byte of the opcode on, wherever it is.
    let layout = piece.template.layout(1);
    let behind = if piece.ops.0 == 0 { 0 } else { layout.bytes as i32 };
    let decoded = vec![None; piece.template.fields.len()];
    let env = Interpreter { machine: Machine::of(isa), names, registers };
    let mut h =
        Handler { b, piece, layout, env, behind, decoded, results: Vec::new(), arguments: [None; 2], repeat: None };
    if order == DecodeOrder::Early || piece.template.is_loop() {
        h.decode_all();
    }
    if piece.template.is_loop() {
        h.begin_loop();
    }
    h.lay_down()?;
    h.b.finalize(isa.frontend_config());
    Ok(())
}

/// Flags for value slots: 8-byte aligned.
fn slot_flags() -> MemFlagsData {
    MemFlagsData::trusted().with_endianness(Endianness::Little)
}

/// Flags for pairs of slots.
fn pair_flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_endianness(Endianness::Little)
}

impl<'a> Handler<'a, '_> {
    pub(crate) fn unsupported(&self, what: impl Into<String>) -> VmError {
        VmError::Template { template: self.piece.template.to_string(), what: what.into() }
    }

    fn ops(&self) -> &'a [MicroOp] {
        &self.piece.template.ops[self.piece.ops.0..self.piece.ops.1]
    }

    /// Reads the fields that this piece names, in the order in which they lie there.
    fn decode_all(&mut self) {
        let mut used: Vec<FieldIx> = Vec::new();
        for m in self.ops() {
            for a in &m.args {
                if let Src::Slot(i) | Src::Imm(i) = *a {
                    used.push(i);
                }
            }
            if let ImmSrc::Field(i) = m.imm {
                used.push(i);
            }
            for d in &m.dsts {
                if let Dst::Slot(i) | Dst::SlotAndAcc(i) | Dst::Arg(i, _) = *d {
                    used.push(i);
                }
            }
        }
        used.sort_unstable();
        used.dedup();
        for i in used {
            // Branches are wanted on one arm only.
            if !matches!(self.piece.template.fields[usize::from(i)].kind, FieldKind::Branch | FieldKind::Table) {
                self.field(i);
            }
        }
    }

    /// A field's value.
    pub(crate) fn field(&mut self, i: FieldIx) -> Value {
        let i = usize::from(i);
        if let Some(v) = self.decoded[i] {
            return v;
        }
        let (field, at) = (self.piece.template.fields[i], self.layout.fields[i]);
        let v = decode::field(&mut self.b, self.env.registers.pc, self.behind, field, at);
        self.decoded[i] = Some(v);
        v
    }

    /// Address of the slot that a field names.
    pub(crate) fn slot(&mut self, i: FieldIx) -> Value {
        let n = self.field(i);
        let offset = self.b.ins().ishl_imm_s(n, 3);
        self.b.ins().iadd(self.env.registers.fp, offset)
    }

    /// Address of the callee window that a field names.
    pub(crate) fn window(&mut self, n: Value) -> Value {
        let offset = self.b.ins().ishl_imm_s(n, 4);
        self.b.ins().iadd(self.env.registers.fp, offset)
    }

    pub(crate) fn load(&mut self, at: Value, ty: ClifType) -> Value {
        match ty {
            types::I128 => {
                let low = self.b.ins().load(types::I64, slot_flags(), at, 0);
                let high = self.b.ins().load(types::I64, slot_flags(), at, 8);
                self.b.ins().iconcat(low, high)
            }
            t if t.bits() == 128 => self.b.ins().load(t, pair_flags(), at, 0),
            t => self.b.ins().load(t, slot_flags(), at, 0),
        }
    }

    pub(crate) fn store(&mut self, v: Value, at: Value) {
        match self.b.func.dfg.value_type(v) {
            types::I128 => {
                let (low, high) = self.b.ins().isplit(v);
                self.b.ins().store(slot_flags(), low, at, 0);
                self.b.ins().store(slot_flags(), high, at, 8);
            }
            t if t.bits() == 128 => {
                self.b.ins().store(pair_flags(), v, at, 0);
            }
            t => {
                let v = if t.is_int() { self.widen(v) } else { v };
                self.b.ins().store(slot_flags(), v, at, 0);
            }
        }
    }

    /// An integer as 64 bits, of which the upper mean nothing.
    pub(crate) fn widen(&mut self, v: Value) -> Value {
        match self.b.func.dfg.value_type(v) {
            types::I64 => v,
            _ => self.b.ins().uextend(types::I64, v),
        }
    }

    /// Makes a narrow load that was just laid down one that extends: Cranelift does not merge the two where the value
    /// has several uses. Other values are left as they are.
    fn widen_load(&mut self, v: Value) -> Value {
        let dfg = &mut self.b.func.dfg;
        let Some(inst) = dfg.value_def(v).inst() else { return v };
        let InstructionData::Load { opcode: ClifOpcode::Load, arg, flags, offset } = dfg.insts[inst] else { return v };
        let opcode = match dfg.value_type(v) {
            types::I8 => ClifOpcode::Uload8,
            types::I16 => ClifOpcode::Uload16,
            types::I32 => ClifOpcode::Uload32,
            _ => return v,
        };
        dfg.clear_results(inst);
        dfg.insts[inst] = InstructionData::Load { opcode, arg, flags, offset };
        dfg.make_inst_results(inst, types::I64);
        dfg.first_result(inst)
    }

    /// The low bits of a 64-bit value.
    pub(crate) fn narrow(&mut self, v: Value, ty: ClifType) -> Value {
        if ty == types::I64 { v } else { self.b.ins().ireduce(ty, v) }
    }

    pub(crate) fn bits(&mut self, v: Value, ty: ClifType) -> Value {
        match self.b.func.dfg.value_type(v) == ty {
            true => v,
            false => self.b.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), v),
        }
    }

    /// The float accumulator as a value of type `ty`.
    pub(crate) fn facc(&mut self, ty: ClifType) -> Value {
        let facc = self.env.registers.facc;
        let now = self.b.func.dfg.value_type(facc);
        match ty {
            _ if now == ty => facc,
            _ if now.is_float() => {
                let lanes = if now == types::F32 { types::F32X4 } else { types::F64X2 };
                self.env.registers.facc = self.b.ins().scalar_to_vector(lanes, facc);
                self.facc(ty)
            }
            types::F32 | types::F64 => {
                let lanes = if ty == types::F32 { types::F32X4 } else { types::F64X2 };
                let v = self.bits(facc, lanes);
                self.b.ins().extractlane(v, 0)
            }
            _ => self.bits(facc, ty),
        }
    }

    fn set_accumulator(&mut self, v: Value) -> Result<(), VmError> {
        match self.b.func.dfg.value_type(v) {
            types::I128 => return Err(self.unsupported("a 16-byte integer has no accumulator")),
            types::F32 | types::F64 => self.env.registers.facc = v,
            t if t.is_vector() => self.env.registers.facc = self.bits(v, types::I8X16),
            _ => self.env.registers.acc = self.widen(v),
        }
        Ok(())
    }

    /// An operand as a value of type `ty`.
    pub(crate) fn operand(&mut self, src: Src, ty: ClifType) -> Result<Value, VmError> {
        let v = match src {
            Src::Slot(i) => match self.read_variable(i, ty) {
                Some(v) => v,
                None => {
                    let at = self.slot(i);
                    self.load(at, ty)
                }
            },
            Src::Acc if ty.is_int() && ty.bits() <= 64 => self.narrow(self.env.registers.acc, ty),
            Src::Facc if ty.is_float() || ty.is_vector() => self.facc(ty),
            Src::Imm(i) if ty.is_int() && ty.bits() <= 64 => {
                let v = self.field(i);
                self.narrow(v, ty)
            }
            Src::Lit(n) if ty.is_int() && ty.bits() <= 64 => {
                let v = self.b.ins().iconst(types::I64, n);
                self.narrow(v, ty)
            }
            Src::Result(op, n) => {
                let first = self.piece.ops.0;
                let known = usize::from(op).checked_sub(first).and_then(|i| self.results.get(i));
                let Some(&v) = known.and_then(|r| r.get(usize::from(n))) else {
                    return Err(self.unsupported("a result is used before it is made, or behind a native call"));
                };
                let from = self.b.func.dfg.value_type(v);
                if from == ty {
                    v
                } else if from.is_int() && ty.is_int() && ty.bits() < from.bits() {
                    self.b.ins().ireduce(ty, v)
                } else if from.is_int() && ty.is_int() && from.bits() < ty.bits() && ty.bits() <= 64 {
                    self.b.ins().uextend(ty, v)
                } else if from.bits() == ty.bits() && !from.is_int() && !ty.is_int() {
                    self.bits(v, ty)
                } else {
                    return Err(self.unsupported(format!("a result of type {from} is used as {ty}")));
                }
            }
            _ => return Err(self.unsupported(format!("no operand {src:?} of type {ty}"))),
        };
        Ok(v)
    }

    fn put(&mut self, dst: Dst, v: Value) -> Result<(), VmError> {
        match dst {
            Dst::None => {}
            Dst::Slot(i) => self.put_in_slot(i, v),
            Dst::Acc => self.set_accumulator(v)?,
            Dst::SlotAndAcc(i) => {
                self.put_in_slot(i, v);
                self.set_accumulator(v)?;
            }
            Dst::Arg(i, slot) if self.is_passed_in_register(i, slot) && self.b.func.dfg.value_type(v).is_int() => {
                self.arguments[usize::from(slot)] = Some(self.widen(v));
            }
            Dst::Arg(i, slot) => {
                let n = self.field(i);
                let window = self.window(n);
                let at = self.b.ins().iadd_imm_s(window, 8 * i64::from(slot));
                self.store(v, at);
            }
        }
        Ok(())
    }

    fn put_in_slot(&mut self, i: FieldIx, v: Value) {
        if !self.write_variable(i, v) {
            let at = self.slot(i);
            self.store(v, at);
        }
    }

    /// Whether the piece's last micro-op calls native code with slot `slot` of the window that field `i` names as an integer
    /// argument, which needs not lie there then.
    fn is_passed_in_register(&self, i: FieldIx, slot: u8) -> bool {
        let calls = |m: &MicroOp| m.op == VmOp::CallNative(NativeKind::Ints2) && m.args[1] == Src::Imm(i);
        usize::from(slot) < self.arguments.len() && self.ops().last().is_some_and(calls)
    }

    /// The immediate as a number.
    pub(crate) fn number(&mut self, imm: ImmSrc) -> Value {
        match imm {
            ImmSrc::None => self.b.ins().iconst(types::I64, 0),
            ImmSrc::Lit(n) => self.b.ins().iconst(types::I64, n),
            ImmSrc::Field(i) => self.field(i),
        }
    }

    fn lay_down(&mut self) -> Result<(), VmError> {
        for m in self.ops() {
            let results = match m.op {
                VmOp::Ir(op) if !op.is_terminator() => self.ir_op(op, m)?,
                VmOp::Move => {
                    let v = self.operand(m.args[0], clif_type(m.ty))?;
                    Values::from_slice(&[v])
                }
                VmOp::FrameCheck => {
                    self.frame_check(m);
                    Values::new()
                }
                _ => return self.control(m),
            };
            if results.len() != m.dsts.len() {
                return Err(self.unsupported(format!("{} results, {} destinations", results.len(), m.dsts.len())));
            }
            let load = matches!(m.op, VmOp::Ir(Op::Load)) && m.dsts != [Dst::None];
            let results: Values = results.iter().map(|&v| if load { self.widen_load(v) } else { v }).collect();
            for (&v, &dst) in results.iter().zip(&m.dsts) {
                self.put(dst, v)?;
            }
            self.results.push(results);
        }
        // The rest of a tail call through an address.
        match self.piece.template.ops.last() {
            Some(m) if m.op == VmOp::TailCallIndirect => self.return_from_tail_call(m),
            _ => {
                self.next();
                Ok(())
            }
        }
    }

    /// An IR op, by its one meaning.
    fn ir_op(&mut self, op: Op, m: &MicroOp) -> Result<Values, VmError> {
        let row = op.info();
        // Addresses are plain integers here.
        let ty = match (row.types.contains(m.ty), row.types.contains(Type::Ptr)) {
            (false, true) if m.ty == Type::I64 => Type::Ptr,
            (true, _) => m.ty,
            _ => return Err(self.unsupported(format!("{op} has no type {}", m.ty))),
        };
        if op == Op::TlsAddr || m.args.len() != row.args.len() {
            return Err(self.unsupported(format!("{op} with {} operands", m.args.len())));
        }
        let literal = match m.imm {
            ImmSrc::Lit(n) => Some(n),
            ImmSrc::None => Some(0),
            ImmSrc::Field(_) => None,
        };
        let only_literal = || self.unsupported(format!("{op} needs a literal immediate"));
        let fixed = match row.imm {
            ImmKind::None => Some(Imm::None),
            ImmKind::Lane => literal.map(|n| Imm::Lane(n as u8)),
            ImmKind::Rmw => {
                let kind = usize::try_from(literal.ok_or_else(only_literal)?).ok();
                let kind = kind.and_then(|k| RmwKind::ALL.get(k)).ok_or_else(only_literal)?;
                Some(Imm::Rmw(*kind))
            }
            ImmKind::FromType => {
                let from = usize::try_from(literal.ok_or_else(only_literal)?).ok();
                let from = from.and_then(|t| Type::ALL.get(t)).ok_or_else(only_literal)?;
                Some(Imm::FromType(*from))
            }
            ImmKind::Mem => literal.map(|n| Imm::Mem { offset: n as i32, volatile: false }),
            ImmKind::Bits if op == Op::Const && ty.bytes() <= 8 => literal.map(|n| Imm::Bits(n as u64 as u128)),
            _ => None,
        };
        let mut args = Values::new();
        for (&src, &rule) in m.args.iter().zip(row.args) {
            let arg = match (rule.resolve(ty), rule, &fixed) {
                (Some(t), ..) => t,
                (None, Rule::AnyFloat, Some(Imm::FromType(t))) => *t,
                _ => return Err(self.unsupported(format!("{op}'s operands have no fixed type"))),
            };
            args.push(self.operand(src, clif_type(arg))?);
        }
        let imm = match &fixed {
            Some(imm) => BoundImm::Static(imm),
            None => BoundImm::Dynamic(self.number(m.imm)),
        };
        Ok(lower_op(&mut self.b, &mut self.env as &mut dyn Binding, op, ty, imm, &args))
    }

    /// Dispatches the instruction at `pc` + `offset`.
    pub(crate) fn go(&mut self, pc: Value, offset: i32) {
        go(&mut self.b, self.env.registers, pc, offset);
    }

    /// Length of the instruction that `pc` still has to be moved over.
    pub(crate) fn remaining(&self) -> i32 {
        self.layout.bytes as i32 - self.behind
    }

    /// Dispatches the next instruction.
    pub(crate) fn next(&mut self) {
        if let Some(next) = self.piece.next {
            let facc = self.b.func.dfg.value_type(self.env.registers.facc);
            let next = self.env.names.next(self.b.func, next, facc);
            self.b.ins().return_call(next, &self.env.registers.arguments());
            return;
        }
        let (pc, remaining) = (self.env.registers.pc, self.remaining());
        self.go(pc, remaining);
    }

    /// Address of a byte of the instruction.
    pub(crate) fn instruction_byte(&mut self, offset: i32) -> Value {
        let pc = self.env.registers.pc;
        match offset - self.behind {
            0 => pc,
            n => self.b.ins().iadd_imm_s(pc, i64::from(n)),
        }
    }
}

/// Dispatches the instruction at `pc` + `offset`.
pub fn go(b: &mut FunctionBuilder, registers: Registers, pc: Value, offset: i32) {
    let opcode = b.ins().uload8(types::I64, decode::stream(), pc, offset);
    let entry = b.ins().ishl_imm_s(opcode, 3);
    let entry = b.ins().iadd(registers.ctx, entry);
    let handler = b.ins().load(types::I64, own(), entry, 0);
    let pc = if offset == 0 { pc } else { b.ins().iadd_imm_s(pc, i64::from(offset)) };
    let facc = b.func.dfg.value_type(registers.facc);
    let dispatch = b.import_signature(signature_with(facc, false));
    b.ins().return_call_indirect(dispatch, handler, &Registers { pc, ..registers }.arguments());
}

/// What handlers of instructions of `length` bytes share: dispatches the next one.
pub fn build_next(f: &mut Function, context: &mut FunctionBuilderContext, isa: &dyn TargetIsa, length: u32) {
    let (mut b, entry) = opened(f, context, signature(false));
    let p = b.block_params(entry);
    let registers = Registers { pc: p[0], fp: p[1], ctx: p[2], acc: p[3], thr: p[4], facc: p[5] };
    go(&mut b, registers, registers.pc, length as i32);
    b.finalize(isa.frontend_config());
}

/// The handler of an escape byte: dispatches by the index whose low byte, or without a page both bytes, are behind it, through
/// a table of distances from its start to each handler, or (`wide`) of addresses. Handlers find `pc` at the last byte.
pub fn build_escape(
    f: &mut Function,
    context: &mut FunctionBuilderContext,
    isa: &dyn TargetIsa,
    names: &Names,
    page: Option<u8>,
    wide: bool,
) {
    let (mut b, entry) = opened(f, context, signature(false));
    let dispatch = b.import_signature(signature(false));
    let mut arguments = b.block_params(entry).to_vec();
    let (index, prefix) = match page {
        Some(_) => (b.ins().uload8(types::I64, decode::stream(), arguments[0], 1), 1),
        None => (b.ins().uload16(types::I64, decode::stream(), arguments[0], 1), 2),
    };
    arguments[0] = b.ins().iadd_imm_s(arguments[0], prefix);
    let shift = if wide { 3 } else { 2 };
    let table = names.escape_table(b.func);
    let table = b.ins().symbol_value(types::I64, table);
    let offset = b.ins().ishl_imm_s(index, shift);
    let entry = b.ins().iadd(table, offset);
    let entry = b.ins().iadd_imm_s(entry, i64::from(page.unwrap_or(0)) << (8 + shift));
    let handler = if wide {
        b.ins().load(types::I64, constant(), entry, 0)
    } else {
        let distance = b.ins().sload32(constant(), entry, 0);
        b.ins().iadd(table, distance)
    };
    b.ins().return_call_indirect(dispatch, handler, &arguments);
    b.finalize(isa.frontend_config());
}
