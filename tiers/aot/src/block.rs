//! Block handlers: regions of functions as machine code that the interpreter jumps to (docs/vm.md, "Native blocks").
//!
//! Owns what their code does with the VM's registers and slots. What it computes is the lowering's; where values lie the
//! bytecode says.

use crate::code::CompiledFunc;
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, Endianness, InstBuilder, MemFlagsData, Signature, Type as ClifType, Value as ClifValue,
    types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use rheo_ir::{FuncId, Region, RegionName, StackSlotId, Value};
use rheo_lower::Surroundings;
use rustc_hash::FxHashMap;

/// Offsets in the thread's record.
mod thread {
    pub const TOP: i32 = 0;
    pub const ACTIVATION: i32 = 16;
}

/// Offsets in a context.
mod context {
    pub const DIALECT: i32 = 2184;
}

/// Offsets in an activation's record.
mod activation {
    pub const PC: i32 = 8;
    pub const FP: i32 = 16;
}

/// Where the address of an activation's record is, from where its frame's rbp points on.
const RECORD: i32 = -48;
/// Ways out from which on they share code.
const SHARING_EXITS_MIN: usize = 3;
/// Bytes of a slot.
const SLOT_BYTES: u32 = 8;

/// A region and its place in its function's bytecode.
#[derive(Clone, Debug)]
pub struct BlockPlace<'a> {
    /// The function.
    pub func: FuncId,
    /// The region.
    pub region: &'a Region,
    /// Its number, by which the context names it.
    pub number: u32,
    /// First slot of each input.
    pub inputs: &'a [u32],
    /// First slot of each output that is read.
    pub outputs: &'a FxHashMap<Value, u32>,
    /// Byte offset of each static stack slot in the frame.
    pub stack: &'a [u64],
    /// The frame's outgoing window, in units of 16 bytes from `fp`.
    pub window: u32,
    /// Where the instruction's branches are, in bytes from the last byte of its opcode on.
    pub table_offset: u32,
    /// Bytes of each.
    pub table_width: u32,
}

/// The machine code of a region.
#[derive(Clone, Debug)]
pub struct CompiledBlock {
    /// Its number, by which the context names it.
    pub number: u32,
    /// Which region of the function.
    pub region: RegionName,
    /// The code.
    pub code: CompiledFunc,
}

/// The VM's registers that such code needs. Accumulators hold nothing when it is entered or left.
struct Registers {
    pc: ClifValue,
    fp: ClifValue,
    ctx: ClifValue,
    thr: ClifValue,
}

/// The VM around a region.
pub(crate) struct VmFrame<'a> {
    place: &'a BlockPlace<'a>,
    registers: Option<Registers>,
    /// Code that gives values, by the slots that they go to.
    giving: FxHashMap<Vec<(u32, ClifValue)>, Block>,
    /// Code that goes on elsewhere.
    leaving: Option<Block>,
}

/// A block that takes where the branch is.
fn with_entry(b: &mut FunctionBuilder) -> Block {
    let block = b.create_block();
    b.append_block_param(block, types::I64);
    block
}

impl<'a> VmFrame<'a> {
    pub fn new(place: &'a BlockPlace<'a>) -> Self {
        VmFrame { place, registers: None, giving: FxHashMap::default(), leaving: None }
    }

    fn registers(&self) -> &Registers {
        self.registers.as_ref().expect("the region has been entered")
    }

    /// Leaves values in slots.
    fn give(&self, b: &mut FunctionBuilder, slots: &[(u32, ClifValue)]) {
        let fp = self.registers().fp;
        for &(slot, value) in slots {
            let offset = (slot * SLOT_BYTES) as i32;
            match b.func.dfg.value_type(value) {
                types::I128 => {
                    let (low, high) = b.ins().isplit(value);
                    b.ins().store(slot_flags(), low, fp, offset);
                    b.ins().store(slot_flags(), high, fp, offset + SLOT_BYTES as i32);
                }
                t if t.bytes() > SLOT_BYTES => {
                    b.ins().store(unaligned_flags(), value, fp, offset);
                }
                t if t.is_int() && t != types::I64 => {
                    let wide = b.ins().uextend(types::I64, value);
                    b.ins().store(slot_flags(), wide, fp, offset);
                }
                _ => {
                    b.ins().store(slot_flags(), value, fp, offset);
                }
            }
        }
    }

    /// Goes on at the branch that is `entry` bytes behind the opcode's last byte.
    fn dispatch(&self, b: &mut FunctionBuilder, entry: ClifValue) {
        let &Registers { pc, fp, ctx, thr } = self.registers();
        let at = b.ins().iadd(pc, entry);
        let distance = match self.place.table_width {
            1 => b.ins().sload8(types::I64, unaligned_flags(), at, 0),
            2 => b.ins().sload16(types::I64, unaligned_flags(), at, 0),
            _ => b.ins().sload32(unaligned_flags(), at, 0),
        };
        let pc = b.ins().iadd(pc, distance);
        let opcode = b.ins().uload8(types::I64, unaligned_flags(), pc, 0);
        let entry = b.ins().ishl_imm_s(opcode, 3);
        let entry = b.ins().iadd(ctx, entry);
        let handler = b.ins().load(types::I64, slot_flags(), entry, 0);
        let dispatch = b.import_signature(self.signature());
        b.ins().return_call_indirect(dispatch, handler, &[pc, fp, ctx, pc, thr]);
    }
}

/// Flags for slots.
fn slot_flags() -> MemFlagsData {
    MemFlagsData::trusted().with_endianness(Endianness::Little)
}

/// Flags for pairs of slots, and for the bytecode.
fn unaligned_flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_endianness(Endianness::Little)
}

impl Surroundings for VmFrame<'_> {
    fn signature(&self) -> Signature {
        // As handlers have it, but for the float accumulator, which is in a register of its own.
        let mut s = Signature::new(CallConv::Tail);
        s.params.extend([types::I64; 5].map(AbiParam::new));
        s.returns.extend([types::I64, types::I8X16].map(AbiParam::new));
        s
    }

    fn enter(&mut self, _: &mut FunctionBuilder, params: &[ClifValue]) {
        let &[pc, fp, ctx, _, thr] = params else { unreachable!("the signature's parameters") };
        self.registers = Some(Registers { pc, fp, ctx, thr });
    }

    fn input(&mut self, b: &mut FunctionBuilder, index: usize, ty: ClifType) -> ClifValue {
        let fp = self.registers().fp;
        let offset = (self.place.inputs[index] * SLOT_BYTES) as i32;
        match ty {
            types::I128 => {
                let low = b.ins().load(types::I64, slot_flags(), fp, offset);
                let high = b.ins().load(types::I64, slot_flags(), fp, offset + SLOT_BYTES as i32);
                b.ins().iconcat(low, high)
            }
            t if t.bytes() > SLOT_BYTES => b.ins().load(t, unaligned_flags(), fp, offset),
            t => b.ins().load(t, slot_flags(), fp, offset),
        }
    }

    fn leave(&mut self, b: &mut FunctionBuilder, exit: usize, outputs: &[(Value, ClifValue)]) {
        let entry = i64::from(self.place.table_offset + self.place.table_width * exit as u32);
        let slots = outputs.iter().filter_map(|(v, value)| Some((*self.place.outputs.get(v)?, *value)));
        let slots: Vec<(u32, ClifValue)> = slots.collect();
        let entry = b.ins().iconst(types::I64, entry);
        if self.place.region.exit_count() < SHARING_EXITS_MIN {
            self.give(b, &slots);
            return self.dispatch(b, entry);
        }
        // Ways out that give the same share the code that does it, and all of them that which goes on.
        let (giving, is_new) = match self.giving.get(&slots) {
            Some(&block) => (block, false),
            None => (with_entry(b), true),
        };
        b.ins().jump(giving, &[BlockArg::Value(entry)]);
        if !is_new {
            return;
        }
        b.switch_to_block(giving);
        self.give(b, &slots);
        let entry = b.block_params(giving)[0];
        self.giving.insert(slots, giving);
        let (leaving, is_new) = match self.leaving {
            Some(block) => (block, false),
            None => (*self.leaving.insert(with_entry(b)), true),
        };
        b.ins().jump(leaving, &[BlockArg::Value(entry)]);
        if is_new {
            b.switch_to_block(leaving);
            let entry = b.block_params(leaving)[0];
            self.dispatch(b, entry);
        }
    }

    fn before_call(&mut self, b: &mut FunctionBuilder) {
        let &Registers { pc, fp, ctx, thr } = self.registers();
        // A return address is behind the opcode byte, and no landing pad's is in the middle of an instruction.
        let back = b.ins().iadd_imm_s(pc, 1);
        // The code's own frame is above the activation's, whose rbp it has saved first.
        let own = b.ins().get_frame_pointer(types::I64);
        let frame = b.ins().load(types::I64, slot_flags(), own, 0);
        let record = b.ins().load(types::I64, slot_flags(), frame, RECORD);
        b.ins().store(slot_flags(), back, record, activation::PC);
        let dialect = b.ins().load(types::I64, slot_flags(), ctx, context::DIALECT);
        let word = b.ins().bor(fp, dialect);
        b.ins().store(slot_flags(), word, record, activation::FP);
        b.ins().store(slot_flags(), record, thr, thread::ACTIVATION);
        let window = b.ins().iadd_imm_s(fp, 16 * i64::from(self.place.window));
        b.ins().store(slot_flags(), window, thr, thread::TOP);
    }

    fn after_call(&mut self, b: &mut FunctionBuilder) {
        let thr = self.registers().thr;
        let inside = b.ins().iconst(types::I64, 0);
        b.ins().store(slot_flags(), inside, thr, thread::TOP);
    }

    fn stack_addr(&mut self, b: &mut FunctionBuilder, slot: StackSlotId, offset: i32) -> ClifValue {
        let at = self.place.stack[slot.index()] as i64 + i64::from(offset);
        let fp = self.registers().fp;
        b.ins().iadd_imm_s(fp, at)
    }
}
