//! What an op's meaning needs from the interpreter: the symbol table, the frame, the dynamic stack, helpers.

use crate::layout::{CALLER_FRAME, DIALECT_MASK, RETURN_PC, context, thread};
use crate::names::{Names, Routine};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FunctionBuilder;
use rheo_lower::{Binding, BoundImm, Libcall, Machine, Values};

/// The VM's registers, as values at the current point of a handler.
#[derive(Clone, Copy)]
pub struct Registers {
    /// Instruction, or what is left of it.
    pub pc: Value,
    /// Frame.
    pub fp: Value,
    /// Context.
    pub ctx: Value,
    /// Integer accumulator.
    pub acc: Value,
    /// Thread.
    pub thr: Value,
    /// Float accumulator: a vector, or the scalar in lane 0.
    pub facc: Value,
}

impl Registers {
    /// In the order of the handlers' parameters.
    pub fn arguments(self) -> [Value; 6] {
        [self.pc, self.fp, self.ctx, self.acc, self.thr, self.facc]
    }
}

/// Flags for the VM's own memory: frames' linkage, context, thread.
pub fn own() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Flags for what never changes while a program runs.
pub fn constant() -> MemFlagsData {
    MemFlagsData::trusted().with_readonly().with_can_move()
}

/// The interpreter's binding.
pub struct Interpreter<'a> {
    /// The machine.
    pub machine: Machine,
    /// Symbols.
    pub names: &'a Names,
    /// Registers.
    pub registers: Registers,
}

impl Interpreter<'_> {
    fn value(&self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        match imm {
            BoundImm::Dynamic(v) => v,
            BoundImm::Static(&rheo_ir::Imm::Int(n)) => b.ins().iconst(types::I64, n),
            BoundImm::Static(_) => b.ins().iconst(types::I64, 0),
        }
    }

    /// The address that a symbol stands for.
    pub fn symbol_address(&self, b: &mut FunctionBuilder, symbol: Value) -> Value {
        let ctx = self.registers.ctx;
        let main = if self.names.has_dialects { b.ins().load(types::I64, own(), ctx, context::MAIN) } else { ctx };
        let offset = b.ins().ishl_imm_s(symbol, 2);
        let entry = b.ins().iadd(main, offset);
        let distance = b.ins().sload32(own(), entry, context::SYMBOLS);
        b.ins().iadd(main, distance)
    }

    /// The address in the cell that a symbol stands for.
    pub fn cell_address(&self, b: &mut FunctionBuilder, symbol: Value) -> Value {
        let cell = self.symbol_address(b, symbol);
        b.ins().load(types::I64, own(), cell, 0)
    }

    /// The frame pointer with the dialect, as linkage has it.
    pub fn frame_word(&self, b: &mut FunctionBuilder) -> Value {
        let Registers { fp, ctx, .. } = self.registers;
        if !self.names.has_dialects {
            return fp;
        }
        let dialect = b.ins().load(types::I64, own(), ctx, context::DIALECT);
        b.ins().bor(fp, dialect)
    }

    /// Makes the frame and the dialect of a frame word the current ones.
    pub fn set_frame(&mut self, b: &mut FunctionBuilder, word: Value) {
        if !self.names.has_dialects {
            self.registers.fp = word;
            return;
        }
        self.registers.fp = b.ins().band_imm_s(word, !DIALECT_MASK);
        let dialect = b.ins().band_imm_s(word, DIALECT_MASK);
        self.set_dialect(b, dialect);
    }

    /// Goes over to a dialect.
    pub fn set_dialect(&mut self, b: &mut FunctionBuilder, dialect: Value) {
        let offset = b.ins().ishl_imm_s(dialect, 3);
        let entry = b.ins().iadd(self.registers.ctx, offset);
        self.registers.ctx = b.ins().load(types::I64, own(), entry, context::DIALECTS);
    }

    /// Goes to a routine that reports, if `bad` is not zero.
    pub fn report_if(&self, b: &mut FunctionBuilder, bad: Value, routine: Routine) {
        let (cold, on) = (b.create_block(), b.create_block());
        b.set_cold_block(cold);
        b.ins().brif(bad, cold, &[], on, &[]);
        b.seal_block(cold);
        b.seal_block(on);
        b.switch_to_block(cold);
        let facc = b.func.dfg.value_type(self.registers.facc);
        let callee = self.names.routine(b.func, routine, facc);
        b.ins().return_call(callee, &self.registers.arguments());
        b.switch_to_block(on);
    }

    /// The frame `level` frames up, or 0.
    fn frame(&self, b: &mut FunctionBuilder, level: Value) -> Value {
        let (head, up, done) = (b.create_block(), b.create_block(), b.create_block());
        let fp = b.append_block_param(head, types::I64);
        let left = b.append_block_param(head, types::I64);
        b.ins().jump(head, &[BlockArg::Value(self.registers.fp), BlockArg::Value(level)]);
        b.switch_to_block(head);
        let more = b.ins().icmp_imm_s(IntCC::NotEqual, left, 0);
        let some = b.ins().icmp_imm_s(IntCC::NotEqual, fp, 0);
        let go = b.ins().band(more, some);
        b.ins().brif(go, up, &[], done, &[]);
        b.seal_block(up);
        b.seal_block(done);
        b.switch_to_block(up);
        let caller = b.ins().load(types::I64, own(), fp, CALLER_FRAME);
        let caller = if self.names.has_dialects { b.ins().band_imm_s(caller, !DIALECT_MASK) } else { caller };
        let less = b.ins().iadd_imm_s(left, -1);
        b.ins().jump(head, &[BlockArg::Value(caller), BlockArg::Value(less)]);
        b.seal_block(head);
        b.switch_to_block(done);
        fp
    }
}

impl Binding for Interpreter<'_> {
    fn machine(&self) -> Machine {
        self.machine
    }

    fn libcall(&mut self, b: &mut FunctionBuilder, callee: &'static Libcall, args: &[Value]) -> Values {
        let callee = self.names.libcall(b.func, callee);
        let call = b.ins().call(callee, args);
        b.inst_results(call).iter().copied().collect()
    }

    fn stack_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        let offset = self.value(b, imm);
        b.ins().iadd(self.registers.fp, offset)
    }

    fn global_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        let symbol = self.value(b, imm);
        self.symbol_address(b, symbol)
    }

    fn tls_addr(&mut self, _: &mut FunctionBuilder, _: BoundImm) -> Value {
        unreachable!("no template has `tls_addr`: checked before lowering")
    }

    fn func_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.global_addr(b, imm)
    }

    fn alloca(&mut self, b: &mut FunctionBuilder, bytes: Value, align: BoundImm) -> Value {
        let thr = self.registers.thr;
        let align = self.value(b, align);
        let mask = b.ins().ineg(align);
        let mask = b.ins().band_imm_s(mask, -16);
        let top = b.ins().load(types::I64, own(), thr, thread::ALLOCA_TOP);
        let limit = b.ins().load(types::I64, own(), thr, thread::ALLOCA_LIMIT);
        let free = b.ins().isub(top, limit);
        let new = b.ins().isub(top, bytes);
        let new = b.ins().band(new, mask);
        let too_many = b.ins().icmp(IntCC::UnsignedGreaterThan, bytes, free);
        let too_low = b.ins().icmp(IntCC::UnsignedLessThan, new, limit);
        let bad = b.ins().bor(too_many, too_low);
        self.report_if(b, bad, Routine::AllocaOverflow);
        b.ins().store(own(), new, thr, thread::ALLOCA_TOP);
        new
    }

    fn stack_save(&mut self, b: &mut FunctionBuilder) -> Value {
        b.ins().load(types::I64, own(), self.registers.thr, thread::ALLOCA_TOP)
    }

    fn stack_restore(&mut self, b: &mut FunctionBuilder, mark: Value) {
        b.ins().store(own(), mark, self.registers.thr, thread::ALLOCA_TOP);
    }

    fn return_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> Value {
        // The bytecode's own: distinct for each call site, and of no use but as that.
        let level = self.value(b, level);
        let fp = self.frame(b, level);
        let (some, done) = (b.create_block(), b.create_block());
        let result = b.append_block_param(done, types::I64);
        b.ins().brif(fp, some, &[], done, &[BlockArg::Value(fp)]);
        b.seal_block(some);
        b.switch_to_block(some);
        let pc = b.ins().load(types::I64, own(), fp, RETURN_PC);
        b.ins().jump(done, &[BlockArg::Value(pc)]);
        b.seal_block(done);
        b.switch_to_block(done);
        result
    }

    fn frame_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> Value {
        let level = self.value(b, level);
        let frame = self.frame(b, level);
        // Programs subtract such addresses to see how deep they are, and other functions of theirs may be machine code: so
        // it is the native stack pointer, less what the VM stack takes, for that one grows up.
        let native = b.ins().get_stack_pointer(types::I64);
        let base = b.ins().load(types::I64, own(), self.registers.thr, thread::STACK_BASE);
        let depth = b.ins().isub(frame, base);
        let address = b.ins().isub(native, depth);
        let none = b.ins().icmp_imm_s(IntCC::Equal, frame, 0);
        let zero = b.ins().iconst(types::I64, 0);
        b.ins().select(none, zero, address)
    }
}
