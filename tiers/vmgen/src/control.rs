//! Micro-ops that hand control on: branches, switches, calls of every kind, returns.

use crate::VmError;
use crate::binding::{Registers, own, symbol_address};
use crate::decode;
use crate::handler::Handler;
use crate::layout::{CALLER_FP, RETURN_PC, STUB_SHIFT, context, thread};
use crate::names::Routine;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, TrapCode, Value, types};
use rheo_bytecode::isa::{FieldKind, ImmSrc, MicroOp, NativeKind, Src, VmOp};
use rheo_ir::Op;
use rheo_lower::clif_type;

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
                // A call keeps no accumulator: one register more.
                self.env.registers.acc = f;
                self.call_bytecode(f, window);
                Ok(())
            }
            VmOp::CallNative(kind) => {
                let symbol = self.word(m.args[0])?;
                let target = symbol_address(&mut self.b, self.env.registers.ctx, symbol);
                let w = self.word(m.args[1])?;
                let window = self.window(w);
                self.call_native(kind, target, window, m)
            }
            VmOp::CallIndirect(kind) => self.call_indirect(kind, m),
            VmOp::Setjmp => {
                let symbol = self.word(m.args[0])?;
                let w = self.word(m.args[1])?;
                let target = symbol_address(&mut self.b, self.env.registers.ctx, symbol);
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
                let fp = self.env.registers.fp;
                self.enter(f, fp);
                Ok(())
            }
            VmOp::TailCallIndirect => self.tail_call_indirect(m),
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

    fn branch(&mut self, imm: ImmSrc) -> Result<(), VmError> {
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
        self.env.registers.fp = self.b.ins().load(types::I64, own(), fp, CALLER_FP);
        self.go(pc, 0);
    }

    /// Goes to the first instruction of function `f`, in the frame `fp`.
    fn enter(&mut self, f: Value, fp: Value) {
        let ctx = self.env.registers.ctx;
        let funcs = self.b.ins().load(types::I64, own(), ctx, context::FUNCS);
        let entry = self.b.ins().ishl_imm_s(f, 2);
        let entry = self.b.ins().iadd(funcs, entry);
        let offset = self.b.ins().uload32(own(), entry, 0);
        let code = self.b.ins().load(types::I64, own(), ctx, context::CODE);
        let pc = self.b.ins().iadd(code, offset);
        self.env.registers.fp = fp;
        self.go(pc, 0);
    }

    fn call_bytecode(&mut self, f: Value, window: Value) {
        let Registers { fp, thr, .. } = self.env.registers;
        let limit = self.b.ins().load(types::I64, own(), thr, thread::LIMIT);
        let over = self.b.ins().icmp(IntCC::UnsignedGreaterThan, window, limit);
        self.env.report_if(&mut self.b, over, Routine::StackOverflow);
        let back = self.instruction_byte(self.layout.bytes as i32);
        self.b.ins().store(own(), back, window, RETURN_PC);
        self.b.ins().store(own(), fp, window, CALLER_FP);
        self.enter(f, window);
    }

    /// Jumps to the runtime's routine for a native call.
    fn go_native(&mut self, plain: Routine, then: Routine, target: Value, window: Value) {
        let back = self.instruction_byte(self.layout.bytes as i32);
        let Registers { fp, ctx, thr, facc, .. } = self.env.registers;
        let (routine, facc) = match self.piece.rest {
            None => (plain, facc),
            Some(rest) => {
                let names = self.env.names;
                let rest = names.handler(self.b.func, rest);
                let rest = self.b.ins().func_addr(types::I64, rest);
                let rest = self.b.ins().scalar_to_vector(types::I64X2, rest);
                let flags = cranelift_codegen::ir::MemFlagsData::new()
                    .with_endianness(cranelift_codegen::ir::Endianness::Little);
                (then, self.b.ins().bitcast(types::I8X16, flags, rest))
            }
        };
        let ty = self.b.func.dfg.value_type(facc);
        let callee = self.env.names.routine(self.b.func, routine, ty);
        self.b.ins().return_call(callee, &[back, fp, ctx, target, thr, window, facc]);
    }

    /// A native call; for the generic kind, operand 2 is the descriptor.
    fn call_native(&mut self, kind: NativeKind, target: Value, window: Value, m: &MicroOp) -> Result<(), VmError> {
        if kind == NativeKind::Generic {
            let offset = self.word(m.args[2])?;
            self.set_descriptor(offset);
        }
        self.go_native(Routine::Call(kind), Routine::CallThen(kind), target, window);
        Ok(())
    }

    fn set_descriptor(&mut self, offset: Value) {
        let Registers { ctx, thr, .. } = self.env.registers;
        let descriptors = self.b.ins().load(types::I64, own(), ctx, context::DESCRIPTORS);
        let descriptor = self.b.ins().iadd(descriptors, offset);
        self.b.ins().store(own(), descriptor, thr, thread::DESCRIPTOR);
    }

    /// Splits control by whether `target` is an entry stub; goes on in the bytecode case with the function's number,
    /// and gives the other block.
    fn stub_or_native(&mut self, target: Value) -> (Value, cranelift_codegen::ir::Block) {
        let ctx = self.env.registers.ctx;
        let start = self.b.ins().load(types::I64, own(), ctx, context::STUBS_START);
        let end = self.b.ins().load(types::I64, own(), ctx, context::STUBS_END);
        let distance = self.b.ins().isub(target, start);
        let extent = self.b.ins().isub(end, start);
        let ours = self.b.ins().icmp(IntCC::UnsignedLessThan, distance, extent);
        let (bytecode, native) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(ours, bytecode, &[], native, &[]);
        self.b.seal_block(bytecode);
        self.b.seal_block(native);
        self.b.switch_to_block(bytecode);
        (self.b.ins().ushr_imm_s(distance, STUB_SHIFT), native)
    }

    fn call_indirect(&mut self, kind: NativeKind, m: &MicroOp) -> Result<(), VmError> {
        let target = self.word(m.args[0])?;
        let w = self.word(m.args[1])?;
        let window = self.window(w);
        self.env.registers.acc = target;
        let (f, native) = self.stub_or_native(target);
        let before = self.env.registers;
        self.env.registers.acc = f;
        self.call_bytecode(f, window);
        self.env.registers = before;
        self.b.switch_to_block(native);
        self.call_native(kind, target, window, m)
    }

    fn tail_call_indirect(&mut self, m: &MicroOp) -> Result<(), VmError> {
        let target = self.word(m.args[0])?;
        let w = self.word(m.args[1])?;
        let slots = self.word(m.args[2])?;
        let offset = self.word(m.args[3])?;
        self.env.registers.acc = target;
        let (f, native) = self.stub_or_native(target);
        let before = self.env.registers;
        let window = self.window(w);
        self.slide(window, slots);
        self.enter(f, before.fp);
        self.env.registers = before;
        self.b.switch_to_block(native);
        let window = self.window(w);
        self.set_descriptor(offset);
        let kind = NativeKind::Generic;
        self.go_native(Routine::Call(kind), Routine::CallThen(kind), target, window);
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
