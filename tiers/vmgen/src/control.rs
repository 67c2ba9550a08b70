//! Micro-ops that hand control on: branches, switches, calls of every kind, returns.

use crate::VmError;
use crate::binding::{Interpreter, Registers, own};
use crate::decode;
use crate::handler::{Handler, go, opened};
use crate::layout::{CALLER_FRAME, RETURN_PC, STUB_SHIFT, context, thread};
use crate::names::{Names, Routine, signature, signature_with};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, Endianness, Function, InstBuilder, MemFlagsData, TrapCode, Value, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rheo_bytecode::isa::{FieldKind, ImmSrc, MicroOp, NativeKind, Src, VmOp};
use rheo_ir::Op;
use rheo_lower::{Machine, clif_type};

/// Slots that a native callee's further result pieces may take.
const FURTHER_PIECES_MAX: i32 = 4;

impl Handler<'_, '_> {
    /// The last micro-op of a piece.
    pub(crate) fn control(&mut self, m: &MicroOp) -> Result<(), VmError> {
        match m.op {
            VmOp::Ir(Op::Jump) => self.branch(m.imm),
            VmOp::Ir(Op::BrIf) => {
                let condition = self.operand(m.args[0], types::I8)?;
                let (taken, on) = (self.b.create_block(), self.b.create_block());
                self.b.ins().brif(condition, taken, &[], on, &[]);
                self.b.seal_block(taken);
                self.b.seal_block(on);
                // The common case of a hot branch is a loop's: taken. Each arm dispatches by itself.
                self.b.switch_to_block(taken);
                self.branch(m.imm)?;
                self.b.switch_to_block(on);
                self.next();
                Ok(())
            }
            VmOp::LoopIf => self.end_loop(m),
            VmOp::Ir(Op::Switch) => self.switch(m),
            VmOp::Ir(Op::Ret) => {
                self.ret();
                Ok(())
            }
            VmOp::Ir(Op::Trap) => {
                self.b.ins().trap(TrapCode::unwrap_user(1));
                Ok(())
            }
            VmOp::CallBytecode => {
                let f = self.word(m.args[0])?;
                let w = self.word(m.args[1])?;
                let window = self.window(w);
                self.call_bytecode(f, window);
                Ok(())
            }
            VmOp::CallNative(kind) => {
                let symbol = self.word(m.args[0])?;
                let target = self.env.cell_address(&mut self.b, symbol);
                let w = self.word(m.args[1])?;
                let window = self.window(w);
                self.call_native(kind, target, window, m)
            }
            VmOp::CallIndirect(kind) => self.call_indirect(kind, m),
            VmOp::Setjmp => {
                let symbol = self.word(m.args[0])?;
                let w = self.word(m.args[1])?;
                let target = self.env.cell_address(&mut self.b, symbol);
                let window = self.window(w);
                self.go_native(Routine::Setjmp, Routine::SetjmpThen, target, window);
                Ok(())
            }
            VmOp::TailCall => {
                let f = self.word(m.args[0])?;
                let w = self.word(m.args[1])?;
                let slots = self.word(m.args[2])?;
                let window = self.window(w);
                self.slide(window, slots);
                enter(&mut self.b, &mut self.env, f);
                Ok(())
            }
            VmOp::TailCallIndirect => self.tail_call_indirect(m),
            VmOp::NativeBlock => {
                let symbol = self.word(m.args[0])?;
                let start = self.instruction_byte(0);
                let code = self.env.symbol_address(&mut self.b, symbol);
                let facc = self.b.func.dfg.value_type(self.env.registers.facc);
                let signature = self.b.import_signature(signature_with(facc, false));
                let registers = Registers { pc: start, ..self.env.registers };
                self.b.ins().return_call_indirect(signature, code, &registers.arguments());
                Ok(())
            }
            VmOp::Halt => {
                let facc = self.facc(types::I8X16);
                self.b.ins().return_(&[self.env.registers.acc, facc]);
                Ok(())
            }
            other => Err(self.unsupported(format!("{} ends no template", other.name()))),
        }
    }

    /// An operand that is a number.
    fn word(&mut self, src: Src) -> Result<Value, VmError> {
        self.operand(src, types::I64)
    }

    pub(crate) fn branch(&mut self, imm: ImmSrc) -> Result<(), VmError> {
        let ImmSrc::Field(i) = imm else {
            return Err(self.unsupported("a branch without a field"));
        };
        let distance = self.field(i);
        let start = self.instruction_byte(0);
        let pc = self.b.ins().iadd(start, distance);
        self.go(pc, 0);
        Ok(())
    }

    fn switch(&mut self, m: &MicroOp) -> Result<(), VmError> {
        let ImmSrc::Field(table) = m.imm else {
            return Err(self.unsupported("a switch without a table"));
        };
        let at = self.layout.fields[usize::from(table)];
        if self.piece.template.fields[usize::from(table)].kind != FieldKind::Table {
            return Err(self.unsupported("a switch without a table"));
        }
        let ty = clif_type(m.ty);
        let value = self.operand(m.args[0], ty)?;
        let lowest = self.operand(m.args[1], ty)?;
        let count = self.word(m.args[2])?;
        let case = self.b.ins().isub(value, lowest);
        let case = if ty == types::I64 { case } else { self.b.ins().uextend(types::I64, case) };
        let inside = self.b.ins().icmp(IntCC::UnsignedLessThan, case, count);
        let case = self.b.ins().select(inside, case, count);
        let offset = self.b.ins().imul_imm_s(case, i64::from(at.bytes));
        let start = self.instruction_byte(0);
        let entry = self.b.ins().iadd(start, offset);
        let offset = at.offset as i32;
        let distance = match at.bytes {
            1 => self.b.ins().sload8(types::I64, decode::stream(), entry, offset),
            2 => self.b.ins().sload16(types::I64, decode::stream(), entry, offset),
            _ => self.b.ins().sload32(decode::stream(), entry, offset),
        };
        let pc = self.b.ins().iadd(start, distance);
        self.go(pc, 0);
        Ok(())
    }

    fn ret(&mut self) {
        let fp = self.env.registers.fp;
        let pc = self.b.ins().load(types::I64, own(), fp, RETURN_PC);
        let caller = self.b.ins().load(types::I64, own(), fp, CALLER_FRAME);
        self.env.set_frame(&mut self.b, caller);
        self.go(pc, 0);
    }

    fn call_bytecode(&mut self, f: Value, window: Value) {
        let back = self.instruction_byte(self.layout.bytes as i32);
        // A call keeps no accumulator: one register more.
        self.env.registers.acc = f;
        call(&mut self.b, &mut self.env, back, f, window);
    }

    /// Jumps to the runtime's routine for a native call.
    fn go_native(&mut self, plain: Routine, then: Routine, target: Value, window: Value) {
        let back = self.instruction_byte(self.layout.bytes as i32);
        let Registers { fp, ctx, thr, .. } = self.env.registers;
        self.go_native_with(plain, then, &[back, fp, ctx, target, thr, window]);
    }

    /// The same for two arguments, some of which are known.
    fn go_native_with_pair(&mut self, target: Value, window: Value) {
        let [a, b] = [0, 1].map(|i| match self.arguments[i] {
            Some(v) => v,
            None => self.b.ins().load(types::I64, own(), window, 8 * i as i32),
        });
        let back = self.instruction_byte(self.layout.bytes as i32);
        let frame = self.env.frame_word(&mut self.b);
        self.go_native_with(Routine::CallPair, Routine::CallPairThen, &[a, b, back, target, frame, window]);
    }

    fn go_native_with(&mut self, plain: Routine, then: Routine, arguments: &[Value; 6]) {
        let facc = self.env.registers.facc;
        let (routine, facc) = match self.piece.rest {
            None => (plain, facc),
            Some(rest) => {
                let names = self.env.names;
                let rest = names.handler(self.b.func, rest);
                let rest = self.b.ins().func_addr(types::I64, rest);
                let rest = self.b.ins().scalar_to_vector(types::I64X2, rest);
                let flags = MemFlagsData::new().with_endianness(Endianness::Little);
                (then, self.b.ins().bitcast(types::I8X16, flags, rest))
            }
        };
        let ty = self.b.func.dfg.value_type(facc);
        let callee = self.env.names.routine(self.b.func, routine, ty);
        let arguments: Vec<Value> = arguments.iter().copied().chain([facc]).collect();
        self.b.ins().return_call(callee, &arguments);
    }

    /// A native call; for the generic kind, operand 2 is the descriptor.
    fn call_native(&mut self, kind: NativeKind, target: Value, window: Value, m: &MicroOp) -> Result<(), VmError> {
        if kind == NativeKind::Generic {
            let offset = self.word(m.args[2])?;
            self.set_descriptor(offset);
        }
        match self.arguments {
            [None, None] => self.go_native(Routine::Call(kind), Routine::CallThen(kind), target, window),
            _ => self.go_native_with_pair(target, window),
        }
        Ok(())
    }

    fn set_descriptor(&mut self, offset: Value) {
        let Registers { ctx, thr, .. } = self.env.registers;
        let descriptors = self.b.ins().load(types::I64, own(), ctx, context::DESCRIPTORS);
        let descriptor = self.b.ins().iadd(descriptors, offset);
        self.b.ins().store(own(), descriptor, thr, thread::DESCRIPTOR);
    }

    /// Splits control by whether `target` is an entry stub; goes on where it is, and gives the other block. Two compares
    /// with memory: few registers are left.
    fn unless_stub(&mut self, target: Value) -> Block {
        let ctx = self.env.registers.ctx;
        let [below, stub, native] = [(); 3].map(|()| self.b.create_block());
        let end = self.b.ins().load(types::I64, own(), ctx, context::STUBS_END);
        let is_below = self.b.ins().icmp(IntCC::UnsignedLessThan, target, end);
        self.b.ins().brif(is_below, below, &[], native, &[]);
        self.b.seal_block(below);
        self.b.switch_to_block(below);
        let start = self.b.ins().load(types::I64, own(), ctx, context::STUBS_START);
        let is_stub = self.b.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, target, start);
        self.b.ins().brif(is_stub, stub, &[], native, &[]);
        self.b.seal_block(stub);
        self.b.seal_block(native);
        self.b.switch_to_block(stub);
        native
    }

    fn call_indirect(&mut self, kind: NativeKind, m: &MicroOp) -> Result<(), VmError> {
        let target = self.word(m.args[0])?;
        let w = self.word(m.args[1])?;
        let window = self.window(w);
        let native = self.unless_stub(target);
        self.go_native(Routine::CallStub, Routine::CallStub, target, window);
        self.b.switch_to_block(native);
        self.call_native(kind, target, window, m)
    }

    fn tail_call_indirect(&mut self, m: &MicroOp) -> Result<(), VmError> {
        let target = self.word(m.args[0])?;
        let w = self.word(m.args[1])?;
        let slots = self.word(m.args[2])?;
        let offset = self.word(m.args[3])?;
        let window = self.window(w);
        let native = self.unless_stub(target);
        let before = self.env.registers;
        self.env.registers.acc = target;
        self.slide(window, slots);
        let f = stub_number(&mut self.b, before.ctx, target);
        enter(&mut self.b, &mut self.env, f);
        self.env.registers = before;
        self.b.switch_to_block(native);
        self.set_descriptor(offset);
        self.go_native(Routine::Call(NativeKind::Generic), Routine::TailCallThen, target, window);
        Ok(())
    }

    /// The rest of a tail call to native code: further result pieces go where this function's own would be.
    pub(crate) fn return_from_tail_call(&mut self, m: &MicroOp) -> Result<(), VmError> {
        let w = self.word(m.args[1])?;
        let window = self.window(w);
        let fp = self.env.registers.fp;
        for i in 0..FURTHER_PIECES_MAX {
            let piece = self.b.ins().load(types::I64, own(), window, 8 * i);
            self.b.ins().store(own(), piece, fp, 8 * i);
        }
        self.ret();
        Ok(())
    }

    /// Moves `slots` slots from `window` to this frame's first.
    fn slide(&mut self, window: Value, slots: Value) {
        let fp = self.env.registers.fp;
        let (head, body, done) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let i = self.b.append_block_param(head, types::I64);
        let zero = self.b.ins().iconst(types::I64, 0);
        self.b.ins().jump(head, &[BlockArg::Value(zero)]);
        self.b.switch_to_block(head);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, i, slots);
        self.b.ins().brif(more, body, &[], done, &[]);
        self.b.seal_block(body);
        self.b.seal_block(done);
        self.b.switch_to_block(body);
        let offset = self.b.ins().ishl_imm_s(i, 3);
        let from = self.b.ins().iadd(window, offset);
        let to = self.b.ins().iadd(fp, offset);
        let v = self.b.ins().load(types::I64, own(), from, 0);
        self.b.ins().store(own(), v, to, 0);
        let next = self.b.ins().iadd_imm_s(i, 1);
        self.b.ins().jump(head, &[BlockArg::Value(next)]);
        self.b.seal_block(head);
        self.b.switch_to_block(done);
    }

    /// Reports stack overflow unless the frame's extent is below the limit.
    pub(crate) fn frame_check(&mut self, m: &MicroOp) {
        let bytes = self.number(m.imm);
        let Registers { fp, thr, .. } = self.env.registers;
        let end = self.b.ins().iadd(fp, bytes);
        let limit = self.b.ins().load(types::I64, own(), thr, thread::LIMIT);
        let over = self.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.env.report_if(&mut self.b, over, Routine::StackOverflow);
    }
}

/// Position of the dialect in a function's word.
const DIALECT_SHIFT: i64 = rheo_bytecode::image::DIALECT_SHIFT as i64;
/// The bits of a function's word that are its code offset.
const OFFSET_MASK: i64 = rheo_bytecode::image::CODE_MAX as i64;

/// Goes to the first instruction of function `f`, in the frame there is.
fn enter(b: &mut FunctionBuilder, env: &mut Interpreter, f: Value) {
    let ctx = env.registers.ctx;
    let funcs = b.ins().load(types::I64, own(), ctx, context::FUNCS);
    let entry = b.ins().ishl_imm_s(f, 2);
    let entry = b.ins().iadd(funcs, entry);
    let word = b.ins().uload32(own(), entry, 0);
    let code = b.ins().load(types::I64, own(), ctx, context::CODE);
    let offset = match env.names.has_dialects {
        true => {
            let dialect = b.ins().ushr_imm_s(word, DIALECT_SHIFT);
            env.set_dialect(b, dialect);
            b.ins().band_imm_s(word, OFFSET_MASK)
        }
        false => word,
    };
    let pc = b.ins().iadd(code, offset);
    go(b, env.registers, pc, 0);
}

/// Makes function `f`'s frame in `window` and enters it; it returns to `back`.
fn call(b: &mut FunctionBuilder, env: &mut Interpreter, back: Value, f: Value, window: Value) {
    let limit = b.ins().load(types::I64, own(), env.registers.thr, thread::LIMIT);
    let over = b.ins().icmp(IntCC::UnsignedGreaterThan, window, limit);
    env.report_if(b, over, Routine::StackOverflow);
    let caller = env.frame_word(b);
    b.ins().store(own(), back, window, RETURN_PC);
    b.ins().store(own(), caller, window, CALLER_FRAME);
    env.registers.fp = window;
    enter(b, env, f);
}

/// Number of the bytecode function whose entry stub is `target`.
fn stub_number(b: &mut FunctionBuilder, ctx: Value, target: Value) -> Value {
    let start = b.ins().load(types::I64, own(), ctx, context::STUBS_START);
    let distance = b.ins().isub(target, start);
    b.ins().ushr_imm_s(distance, STUB_SHIFT)
}

/// The routine that indirect calls of bytecode share: parameters as for the runtime's calls of native code.
pub fn build_call_stub(f: &mut Function, context: &mut FunctionBuilderContext, isa: &dyn TargetIsa, names: &Names) {
    let (mut b, entry) = opened(f, context, signature(true));
    let p = b.block_params(entry);
    let (back, target, window) = (p[0], p[3], p[5]);
    // The report wants the address of the call, not of what is behind.
    let mut registers = Registers { pc: back, fp: p[1], ctx: p[2], acc: target, thr: p[4], facc: p[6] };
    registers.pc = b.ins().iadd_imm_s(back, -1);
    let mut env = Interpreter { machine: Machine::of(isa), names, registers };
    let f = stub_number(&mut b, registers.ctx, target);
    call(&mut b, &mut env, back, f, window);
    b.finalize(isa.frontend_config());
}
