//! Reads one function's body.
//!
//! Owns the block and value bookkeeping that every instruction needs, and the order in which blocks are converted. What
//! the instructions mean stands in `scalar`, `memory`, `control`, `call`, `vector` and `intrinsics`, which extend
//! [`FuncReader`].
//!
//! Only blocks reachable from the entry are converted.

use crate::error::{ReadError, Unsupported};
use crate::llvm;
use crate::module::ModuleReader;
use crate::types::{self, Leaves};
use crate::unwind::has_landing_pad;
use crate::{shim, vector};
use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMTypeRef, LLVMValueRef};
use rheo_ir::{BlockId, Body, Dest, FuncId, Imm, Inst, Op, Param, Signature, SrcLoc, StackSlotId, Type, Value};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// What an address is counted from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// A pointer.
    Value(Value),
    /// A static stack slot.
    Slot(StackSlotId),
    /// A global variable.
    Global(rheo_ir::GlobalId),
    /// This thread's copy of a thread-local variable.
    ThreadLocal(rheo_ir::GlobalId),
    /// A function.
    Func(FuncId),
    /// Address zero.
    Null,
}

/// What is known of an LLVM value that has been read.
enum Place {
    /// Its Rheo values.
    Values(Leaves<Value>),
    /// An address that loads and stores can fold. `value` is the address itself, if it was needed.
    Address { base: Base, offset: i64, value: Option<Value> },
}

/// Reads one function's body into [`FuncReader::body`].
pub(crate) struct FuncReader<'m> {
    /// The module being read.
    pub(crate) module: &'m mut ModuleReader,
    /// The LLVM function.
    pub(crate) llvm: LLVMValueRef,
    /// Its id.
    pub(crate) func: FuncId,
    /// The body so far.
    pub(crate) body: Body,
    /// The argument area of a variadic definition, and where its fixed parameters leave off.
    pub(crate) variadic: Option<crate::variadic::ArgumentArea>,
    /// The address of the variable arguments, in a definition of a foreign convention.
    pub(crate) variable_arguments: Option<Value>,
    /// The structure-return pointer, which every `ret` returns.
    pub(crate) struct_return: Option<Value>,
    /// Whether that pointer stands for results that LLVM's function returns as values.
    pub(crate) demoted: bool,
    /// Lanes of comparison results at the width of what was compared, beside their form in bytes; see `convert`.
    pub(crate) masks: FxHashMap<LLVMValueRef, (Type, Leaves<Value>)>,
    /// Stack slot that compiler barriers touch; see `asm`.
    pub(crate) barrier: Option<StackSlotId>,
    /// Where exceptions of the call being read go, if it is an invoke; see `unwind`.
    pub(crate) unwind: Option<Dest>,
    places: FxHashMap<LLVMValueRef, Place>,
    blocks: FxHashMap<LLVMBasicBlockRef, BlockId>,
    pub(crate) block: BlockId,
    loc: SrcLoc,
    inst: Option<LLVMValueRef>,
    /// The block has ended before its last LLVM instruction.
    ended: bool,
    /// Index of each predecessor among a phi's edges, for phis with many.
    edges: FxHashMap<LLVMValueRef, FxHashMap<LLVMBasicBlockRef, u32>>,
}

/// Phis with more edges than this are searched through a table.
const EDGES_LINEAR: u32 = 16;

impl<'m> FuncReader<'m> {
    /// Reads the body of a defined function. What is unsupported is added to the module's list.
    pub(crate) fn read(module: &'m mut ModuleReader, llvm: LLVMValueRef, func: FuncId) -> Body {
        let loc = module.function_loc(llvm);
        let mut reader = FuncReader {
            module,
            llvm,
            func,
            body: Body::default(),
            variadic: None,
            variable_arguments: None,
            struct_return: None,
            demoted: false,
            masks: FxHashMap::default(),
            barrier: None,
            unwind: None,
            places: FxHashMap::default(),
            blocks: FxHashMap::default(),
            block: BlockId(0),
            loc,
            inst: None,
            ended: false,
            edges: FxHashMap::default(),
        };
        if let Err(error) = reader.convert() {
            reader.module.record(error);
        }
        crate::cleanup::clean_up(&mut reader.body);
        reader.body
    }

    fn convert(&mut self) -> Result<(), ReadError> {
        let Some(entry) = llvm::blocks(self.llvm).next() else {
            return Ok(());
        };
        let order = reverse_postorder(entry);
        let reachable: rustc_hash::FxHashSet<_> = order.iter().copied().collect();
        for block in llvm::blocks(self.llvm).filter(|b| reachable.contains(b)) {
            let id = self.body.add_block();
            self.blocks.insert(block, id);
        }
        self.read_params()?;
        for &block in &order {
            let id = self.blocks[&block];
            for phi in llvm::instructions(block).take_while(|&i| llvm::is_phi(i)) {
                self.inst = Some(phi);
                let values = match self.types(llvm::type_of(phi)) {
                    Ok(types) => types.iter().map(|&ty| self.body.add_param(id, ty)).collect::<Leaves<_>>(),
                    Err(error) => {
                        self.module.record(error);
                        Leaves::new()
                    }
                };
                self.define(phi, &values);
            }
        }
        for block in order {
            self.block = self.blocks[&block];
            self.ended = false;
            for inst in llvm::instructions(block).skip_while(|&i| llvm::is_phi(i)) {
                self.inst = Some(inst);
                self.loc = self.module.inst_loc(inst);
                if let Err(error) = self.instruction(inst) {
                    self.module.record(error);
                    self.define_dummy(inst);
                }
                if self.ended {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Stands in for what could not be read, so that reading goes on and finds the rest.
    fn define_dummy(&mut self, inst: LLVMValueRef) {
        let types = self.module.types.leaves(llvm::type_of(inst)).unwrap_or_default();
        let values: Leaves<_> = types.iter().map(|&ty| self.zero(ty)).collect();
        self.define(inst, &values);
    }

    fn instruction(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        use LLVMOpcode::*;
        let opcode = llvm::opcode(inst);
        match opcode {
            LLVMRet | LLVMBr | LLVMSwitch | LLVMIndirectBr | LLVMUnreachable | LLVMCallBr | LLVMResume
            | LLVMCleanupRet | LLVMCatchRet | LLVMCatchSwitch => return self.terminator(inst),
            LLVMCall => return self.call(inst),
            LLVMInvoke => return self.invoke(inst),
            LLVMLandingPad => return self.landing_pad(inst),
            LLVMFence | LLVMAtomicCmpXchg | LLVMAtomicRMW => return self.atomic_inst(inst),
            LLVMLoad | LLVMStore if self.is_atomic(inst) => return self.atomic_inst(inst),
            LLVMExtractValue => return self.extract_value(inst),
            LLVMInsertValue => return self.insert_value(inst),
            LLVMFreeze => {
                let values = self.leaves(llvm::operand(inst, 0))?;
                self.define(inst, &values);
                return Ok(());
            }
            LLVMVAArg => return self.va_arg(inst),
            _ => {}
        }
        let ty = llvm::type_of(inst);
        if types::is_vector(ty) || self.has_vector_operand(inst) {
            return self.vector_inst(inst);
        }
        match opcode {
            LLVMAlloca => self.alloca(inst),
            LLVMLoad => self.load(inst),
            LLVMStore => self.store(inst),
            LLVMGetElementPtr => self.gep(inst),
            _ if shim::is_out_of_line(inst) => self.shim(inst, vector::shim_name(inst)),
            _ => {
                let values = self.scalar(inst, opcode)?;
                self.define(inst, &values);
                Ok(())
            }
        }
    }

    fn extract_value(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let whole = llvm::operand(inst, 0);
        let (start, ty) = self.part(whole, &llvm::indices(inst))?;
        let count = self.types(ty)?.len();
        let values = self.leaves(whole)?;
        self.define(inst, &values[start..start + count]);
        Ok(())
    }

    fn insert_value(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let whole = llvm::operand(inst, 0);
        let (start, _) = self.part(whole, &llvm::indices(inst))?;
        let mut values = self.leaves(whole)?;
        for (i, value) in self.leaves(llvm::operand(inst, 1))?.into_iter().enumerate() {
            values[start + i] = value;
        }
        self.define(inst, &values);
        Ok(())
    }

    fn part(&self, whole: LLVMValueRef, path: &[u32]) -> Result<(usize, LLVMTypeRef), ReadError> {
        self.module.types.part(llvm::type_of(whole), path).map_err(|what| self.unsupported(what))
    }

    // Operands and results.

    /// The Rheo values of an operand: one for a scalar, one a leaf for an aggregate, one a 128-bit chunk for a vector.
    /// Constants are made at the current point.
    pub(crate) fn leaves(&mut self, v: LLVMValueRef) -> Result<Leaves<Value>, ReadError> {
        match self.places.get(&v) {
            Some(Place::Values(values)) => Ok(values.clone()),
            Some(&Place::Address { value: Some(value), .. }) => Ok(smallvec![value]),
            Some(&Place::Address { base, offset, value: None }) => Ok(smallvec![self.address_value(base, offset)]),
            None => self.constant(v),
        }
    }

    /// The Rheo value of an operand that has exactly one.
    pub(crate) fn one(&mut self, v: LLVMValueRef) -> Result<Value, ReadError> {
        let values = self.leaves(v)?;
        match values.as_slice() {
            [value] => Ok(*value),
            _ => Err(self.unsupported(format!("operand of type {}", llvm::print_type(llvm::type_of(v))))),
        }
    }

    /// Leaf types of an LLVM type.
    pub(crate) fn types(&self, ty: LLVMTypeRef) -> Result<Leaves<Type>, ReadError> {
        self.module.types.leaves(ty).map_err(|what| self.unsupported(what))
    }

    /// Type of a Rheo value.
    pub(crate) fn ty(&self, v: Value) -> Type {
        self.body.ty(v)
    }

    /// Whether an instruction or constant has a vector among its operands.
    pub(crate) fn has_vector_operand(&self, v: LLVMValueRef) -> bool {
        (0..llvm::operand_count(v)).any(|i| types::is_vector(llvm::type_of(llvm::operand(v, i))))
    }

    /// Unsays what `define` said of a constant.
    pub(crate) fn forget(&mut self, c: LLVMValueRef) {
        self.places.remove(&c);
        self.masks.remove(&c);
    }

    /// Says what an instruction's (or parameter's) values are.
    pub(crate) fn define(&mut self, inst: LLVMValueRef, values: &[Value]) {
        self.places.insert(inst, Place::Values(values.into()));
    }

    /// Says that a pointer is `base` + `offset`. `value` is the sum where it has been computed.
    pub(crate) fn define_address(&mut self, inst: LLVMValueRef, base: Base, offset: i64, value: Option<Value>) {
        self.places.insert(inst, Place::Address { base, offset, value });
    }

    /// Base and offset of a pointer operand.
    pub(crate) fn base_of(&mut self, pointer: LLVMValueRef) -> Result<(Base, i64), ReadError> {
        match self.places.get(&pointer) {
            Some(&Place::Address { base, offset, .. }) => Ok((base, offset)),
            Some(Place::Values(values)) if values.len() == 1 => Ok((Base::Value(values[0]), 0)),
            Some(Place::Values(_)) => Err(self.unsupported("pointer of several values")),
            None => match self.module.constant_address(pointer) {
                Some(address) => Ok(address),
                None => Ok((Base::Value(self.one(pointer)?), 0)),
            },
        }
    }

    /// Address and static byte offset with which to reach `bytes` bytes at a pointer operand, for ops with [`Imm::Mem`].
    pub(crate) fn address(&mut self, pointer: LLVMValueRef, bytes: u64) -> Result<(Value, i32), ReadError> {
        let (base, offset) = self.base_of(pointer)?;
        if base == Base::Null {
            return Ok((self.iconst(Type::Ptr, offset.into()), 0));
        }
        let last = i64::try_from(bytes).ok().and_then(|bytes| offset.checked_add(bytes));
        match (i32::try_from(offset), last.map(i32::try_from)) {
            (Ok(offset), Some(Ok(_))) => Ok((self.address_value(base, 0), offset)),
            _ => Ok((self.one(pointer)?, 0)),
        }
    }

    /// The pointer `base` + `offset`.
    pub(crate) fn address_value(&mut self, base: Base, offset: i64) -> Value {
        let (op, imm) = match base {
            Base::Value(value) if offset == 0 => return value,
            Base::Value(value) => {
                let offset = self.iconst(Type::Ptr, offset.into());
                return self.emit(Op::Iadd, Type::Ptr, &[value, offset], Imm::None);
            }
            Base::Slot(slot) => match i32::try_from(offset) {
                Ok(offset) => (Op::StackAddr, Imm::Slot(slot, offset)),
                Err(_) => {
                    let start = self.address_value(base, 0);
                    return self.address_value(Base::Value(start), offset);
                }
            },
            Base::Global(global) => (Op::GlobalAddr, Imm::Global(global, offset)),
            Base::ThreadLocal(global) => (Op::TlsAddr, Imm::Global(global, offset)),
            Base::Func(func) => {
                let start = self.emit(Op::FuncAddr, Type::Ptr, &[], Imm::Func(func));
                return self.address_value(Base::Value(start), offset);
            }
            Base::Null => return self.iconst(Type::Ptr, offset.into()),
        };
        self.emit(op, Type::Ptr, &[], imm)
    }

    // Emission.

    /// Appends an instruction with one or more results, whose types its row says, and returns the first.
    pub(crate) fn emit(&mut self, op: Op, ty: Type, args: &[Value], imm: Imm) -> Value {
        self.body.push(self.block, op, ty, args, imm, self.loc).expect("the op has a result")
    }

    /// Appends an instruction and returns all its results.
    pub(crate) fn emit_all(&mut self, op: Op, ty: Type, args: &[Value], imm: Imm) -> Leaves<Value> {
        self.body.push(self.block, op, ty, args, imm, self.loc);
        let inst = self.body.blocks[self.block.index()].insts.last().expect("just pushed");
        inst.results.iter().copied().collect()
    }

    /// Appends a one-operand or two-operand instruction without an immediate.
    pub(crate) fn op(&mut self, op: Op, ty: Type, args: &[Value]) -> Value {
        self.emit(op, ty, args, Imm::None)
    }

    /// An integer constant.
    pub(crate) fn iconst(&mut self, ty: Type, v: i128) -> Value {
        self.bits(ty, v as u128)
    }

    /// A constant of any type by its bits, which are masked to its size.
    pub(crate) fn bits(&mut self, ty: Type, bits: u128) -> Value {
        let bits = if ty == Type::F80 { mask(80) & bits } else { mask(ty.bytes() * 8) & bits };
        self.emit(Op::Const, ty, &[], Imm::Bits(bits))
    }

    /// Zero of any type.
    pub(crate) fn zero(&mut self, ty: Type) -> Value {
        self.bits(ty, 0)
    }

    /// Calls an external function by name, declaring it if need be.
    pub(crate) fn call_native(
        &mut self,
        name: &str,
        params: &[Type],
        results: &[Type],
        args: &[Value],
    ) -> Leaves<Value> {
        let params = params.iter().map(|&ty| Param::new(ty)).collect();
        let sig = Signature { params, results: results.to_vec(), variadic: None };
        let func = self.module.native(name, &sig);
        self.emit_call(func, sig, args)
    }

    /// Calls a function of the module with the signature that the call site has. Where the function is declared
    /// otherwise, the call goes through its address.
    pub(crate) fn emit_call(&mut self, func: FuncId, sig: Signature, args: &[Value]) -> Leaves<Value> {
        if self.module.can_call_directly(func, &sig) {
            return self.push_call(Op::Call, Imm::Func(func), &sig.results, args);
        }
        let target = self.emit(Op::FuncAddr, Type::Ptr, &[], Imm::Func(func));
        self.emit_call_indirect(target, sig, args)
    }

    /// Calls through an address.
    pub(crate) fn emit_call_indirect(&mut self, target: Value, sig: Signature, args: &[Value]) -> Leaves<Value> {
        let results = sig.results.clone();
        let sig = self.module.intern(sig);
        let args: SmallVec<[Value; 8]> = std::iter::once(target).chain(args.iter().copied()).collect();
        self.push_call(Op::CallIndirect, Imm::Sig(sig), &results, &args)
    }

    fn push_call(&mut self, op: Op, imm: Imm, results: &[Type], args: &[Value]) -> Leaves<Value> {
        let results: SmallVec<[Value; 1]> = results.iter().map(|&ty| self.body.add_value(ty)).collect();
        let values = results.iter().copied().collect();
        let args = args.iter().copied().collect();
        let inst = Inst { op, ty: Type::Ptr, args, imm, results, dests: Vec::new(), loc: self.loc };
        match self.exceptional_dests() {
            None => self.push_inst(inst),
            Some(dests) => {
                let normal = dests[0].block;
                let op = if op == Op::Call { Op::Invoke } else { Op::InvokeIndirect };
                self.push_inst(Inst { op, dests, ..inst });
                self.switch_to(normal);
            }
        }
        values
    }

    fn push_inst(&mut self, inst: Inst) {
        self.body.blocks[self.block.index()].insts.push(inst);
    }

    /// Ends the current block.
    pub(crate) fn terminate(&mut self, op: Op, ty: Type, args: &[Value], imm: Imm, dests: Vec<Dest>) {
        let args = args.iter().copied().collect();
        self.push_inst(Inst { op, ty, args, imm, results: SmallVec::new(), dests, loc: self.loc });
    }

    /// Ends the current block with a jump.
    pub(crate) fn jump(&mut self, block: BlockId, args: &[Value]) {
        let dest = Dest { block, args: args.into() };
        self.terminate(Op::Jump, Type::Ptr, &[], Imm::None, vec![dest]);
    }

    /// Ends the current block with a branch on a boolean.
    pub(crate) fn branch(&mut self, cond: Value, then: (BlockId, &[Value]), otherwise: (BlockId, &[Value])) {
        let dests = [then, otherwise].map(|(block, args)| Dest { block, args: args.into() });
        self.terminate(Op::BrIf, Type::Ptr, &[cond], Imm::None, dests.into());
    }

    /// A new block, for expansions that need control flow. Its parameters are added by [`FuncReader::block_param`].
    pub(crate) fn new_block(&mut self) -> BlockId {
        self.body.add_block()
    }

    /// A new parameter of a block.
    pub(crate) fn block_param(&mut self, block: BlockId, ty: Type) -> Value {
        self.body.add_param(block, ty)
    }

    /// Makes `block` the one that instructions are appended to. What follows the instruction being read goes there too.
    pub(crate) fn switch_to(&mut self, block: BlockId) {
        self.block = block;
    }

    /// Leaves out the rest of the LLVM block being read: it has been ended already.
    pub(crate) fn end_block(&mut self) {
        self.ended = true;
    }

    /// Index of a predecessor among a phi's edges.
    pub(crate) fn edge(&mut self, phi: LLVMValueRef, from: LLVMBasicBlockRef) -> Option<u32> {
        let count = llvm::incoming_count(phi);
        if count <= EDGES_LINEAR {
            return (0..count).find(|&i| llvm::incoming_block(phi, i) == from);
        }
        let table =
            self.edges.entry(phi).or_insert_with(|| (0..count).map(|i| (llvm::incoming_block(phi, i), i)).collect());
        table.get(&from).copied()
    }

    /// The block converted from an LLVM block, if reachable.
    pub(crate) fn block_of(&self, block: LLVMBasicBlockRef) -> Option<BlockId> {
        self.blocks.get(&block).copied()
    }

    /// The error that something in the instruction being read has no translation.
    pub(crate) fn unsupported(&self, what: impl Into<String>) -> ReadError {
        ReadError::Unsupported(vec![Unsupported {
            what: what.into(),
            module: self.module.out.name.clone(),
            symbol: Some(self.module.out.func(self.func).name.clone()),
            instruction: self.inst.filter(|_| self.module.may_print()).map(llvm::print_value),
            position: self.module.position(self.loc),
        }])
    }
}

/// The low `bits` ones.
pub(crate) fn mask(bits: u32) -> u128 {
    if bits >= 128 { u128::MAX } else { (1 << bits) - 1 }
}

/// Blocks reachable from the entry, each before those that it dominates.
fn reverse_postorder(entry: LLVMBasicBlockRef) -> Vec<LLVMBasicBlockRef> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut order = Vec::new();
    let mut stack = vec![(entry, successors(entry))];
    seen.insert(entry);
    while let Some((block, rest)) = stack.last_mut() {
        match rest.pop() {
            Some(next) => {
                if seen.insert(next) {
                    stack.push((next, successors(next)));
                }
            }
            None => {
                order.push(*block);
                stack.pop();
            }
        }
    }
    order.reverse();
    order
}

fn successors(block: LLVMBasicBlockRef) -> Vec<LLVMBasicBlockRef> {
    let terminator = llvm::terminator(block);
    if terminator.is_null() {
        return Vec::new();
    }
    match llvm::opcode(terminator) {
        LLVMOpcode::LLVMInvoke if !has_landing_pad(llvm::unwind_dest(terminator)) => {
            vec![llvm::normal_dest(terminator)]
        }
        LLVMOpcode::LLVMCleanupRet | LLVMOpcode::LLVMCatchSwitch => Vec::new(),
        _ => (0..llvm::successor_count(terminator)).map(|i| llvm::successor(terminator, i)).collect(),
    }
}
