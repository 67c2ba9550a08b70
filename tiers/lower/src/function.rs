//! The whole-function binding: operands known, values in SSA, the platform's C convention.
//!
//! Owns control flow, parameters and results of a function, and what a [`Binding`] answers in one. Calls stand in
//! `call`, the convention in `abi`, functions that call setjmp in `setjmp`.

use crate::abi::{Abi, AbiError, Passing};
use crate::binding::{Binding, BoundImm, Values};
use crate::frame::{Frame, Symbol, Symbols};
use crate::op::{clif_type, lower_op};
use crate::unwind::{EXCEPTION_PARAMS, Landing, Unwind};
use crate::{Arch, Machine, libcall, setjmp};
use cranelift_codegen::ir::{
    self, Block, BlockArg, InstBuilder, MemFlagsData, SourceLoc, TrapCode, Value as ClifValue, types,
};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Switch};
use rheo_ir::{BlockId, Body, Cfg, Class, Dest, FuncId, Imm, Inst, Module, Op, Param, Signature, SrcLoc, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use target_lexicon::BinaryFormat;

/// Fewer cases than these are compared one by one.
const TABLE_CASES_MIN: usize = 4;
/// Entries of a table for each case, at most.
const TABLE_ENTRIES_PER_CASE_MAX: u128 = 3;

/// What lowering gives beside the code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lowered {
    /// Source positions, by Cranelift's `SourceLoc`.
    pub locs: Vec<SrcLoc>,
    /// Signature descriptors, by [`Symbol::Descriptor`].
    pub descriptors: Vec<Vec<u8>>,
    /// What the function's exception tables are to say.
    pub unwind: Unwind,
}

/// What cannot be lowered, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}{function}: {what}", at.as_ref().map(|a| format!("{a}: in ")).unwrap_or_default())]
pub struct LowerError {
    /// Linkage name of the function.
    pub function: String,
    /// `file:line:col`, if known.
    pub at: Option<String>,
    /// What is the matter.
    pub what: Unsupported,
}

/// What cannot be lowered.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unsupported {
    /// The function has no body.
    #[error("has no body")]
    NoBody,
    /// Its own signature.
    #[error("the function {0}")]
    Signature(AbiError),
    /// The signature of a call.
    #[error("the callee {0}")]
    Call(AbiError),
    /// A variadic definition where no thunk can be made.
    #[error("variadic definition on a platform other than System V x86-64")]
    VariadicDefinition,
    /// A call that must not keep its caller's frame, likewise.
    #[error("a guaranteed tail call on a platform other than System V x86-64")]
    TailCall,
}

/// The parameters and results of a function's machine code proper: for a variadic definition, one pointer to its
/// arguments. Where it makes tail calls and thunks can be had, it leaves them to its thunk.
pub fn body_abi(module: &Module, f: FuncId, isa: &dyn TargetIsa) -> Result<Abi, AbiError> {
    let (func, sig) = (module.func(f), module.sig_of(f));
    if func.flags.variadic_definition {
        return Abi::new(&[Param::new(Type::Ptr)], &sig.results, isa);
    }
    let abi = Abi::new(&sig.params, &sig.results, isa)?;
    let insts = func.body.iter().flat_map(|b| &b.blocks).flat_map(|b| &b.insts);
    let tail_calls = insts.into_iter().any(|i| matches!(i.op, Op::TailCall | Op::TailCallIndirect));
    Ok(if tail_calls && is_sysv_x64(isa) { abi.with_tail_exit() } else { abi })
}

/// Whether the convention is that of System V on x86-64, for which thunks can be made.
pub(crate) fn is_sysv_x64(isa: &dyn TargetIsa) -> bool {
    Machine::of(isa).arch == Arch::X64 && isa.triple().binary_format != BinaryFormat::Coff
}

/// Lowers function `f` into `func`. `isa` must be of [`crate::Optimise::None`] if [`crate::needs_plain_isa`] says so.
///
/// Cranelift has no tail calls in the C convention. Those whose stack arguments fit where the function's own are go by way
/// of its thunk ([`TailExit`](crate::TailExit)); others are calls followed by a return. On other
/// platforms there are none.
pub fn lower_function(
    module: &Module,
    f: FuncId,
    isa: &dyn TargetIsa,
    symbols: &dyn Symbols,
    func: &mut ir::Function,
    fb_ctx: &mut FunctionBuilderContext,
) -> Result<Lowered, LowerError> {
    let data = module.func(f);
    let error = |at: SrcLoc, what| failed(module, f, (at, what));
    let body = data.body.as_ref().ok_or_else(|| error(data.loc, Unsupported::NoBody))?;
    if data.flags.variadic_definition && !is_sysv_x64(isa) {
        return Err(error(data.loc, Unsupported::VariadicDefinition));
    }
    let abi = body_abi(module, f, isa).map_err(|e| error(data.loc, Unsupported::Signature(e)))?;
    let homes = setjmp::homes(module, body);
    func.name = ir::UserFuncName::User(Symbol::Func(f).external());
    func.signature = abi.signature.clone();
    let mut b = FunctionBuilder::new(func, fb_ctx);
    let frame = Frame::new(body, isa, symbols, &mut b);
    let mut l = FunctionLowering::new(module, body, b, frame, abi);
    l.results = &module.sig_of(f).results;
    if let Some(homes) = homes {
        l.make_homes(&homes);
    }
    let lowered = l.finish().map_err(|(at, what)| error(at, what))?;
    put_memory_in_one_region(func);
    Ok(lowered)
}

/// The error of a failure in `f`.
pub(crate) fn failed(module: &Module, f: FuncId, (at, what): Failure) -> LowerError {
    LowerError { function: module.func(f).name.clone(), at: module.position(at), what }
}

/// Gives every memory access the same alias region. Without one, Cranelift's dead-store elimination takes a store for
/// unobserved when another store stands between it and its load (0.135: a store without region forgets the one before
/// it), and removes the store at a loop's head that the loop reads.
pub(crate) fn put_memory_in_one_region(func: &mut ir::Function) {
    let region = func.dfg.alias_regions.insert(ir::AliasRegionData { user_id: 0, description: "memory".into() });
    let layout = &func.layout;
    let insts: Vec<ir::Inst> = layout.blocks().flat_map(|b| layout.block_insts(b)).collect();
    for inst in insts {
        let opcode = func.dfg.insts[inst].opcode();
        // A bitcast has flags, for its byte order.
        if (opcode.can_load() || opcode.can_store())
            && let Some(flags) = func.dfg.insts[inst].memflags_data(&func.dfg)
        {
            let flags = func.dfg.mem_flags.insert_unchecked(flags.with_alias_region(Some(region)));
            *func.dfg.insts[inst].memflags_mut().expect("it has flags") = flags;
        }
    }
}

/// Values of the frame that are no IR values: kept from the entry for the returns.
#[derive(Default)]
pub(crate) struct Kept {
    /// The hidden pointer: results in x87 registers, and the record of a tail call.
    hidden: Option<Keep>,
    /// Mark of the dynamic stack.
    mark: Option<Keep>,
    /// Where the dynamic stack's top is kept for exceptions that come to the frame, which find it anywhere.
    top: Option<ir::StackSlot>,
    /// Where those go that only pass.
    passing: Option<Block>,
}

/// A value, or where it is kept.
#[derive(Clone, Copy)]
enum Keep {
    Value(ClifValue),
    Home(ir::StackSlot),
}

pub(crate) type Failure = (SrcLoc, Unsupported);

pub(crate) struct FunctionLowering<'a, 'f> {
    pub module: &'a Module,
    pub body: &'a Body,
    results: &'a [Type],
    pub b: FunctionBuilder<'f>,
    pub frame: Frame<'a>,
    pub abi: Abi,
    values: Vec<Option<ClifValue>>,
    home: Vec<Option<ir::StackSlot>>,
    blocks: Vec<Option<Block>>,
    loc_index: FxHashMap<SrcLoc, u32>,
    locs: Vec<SrcLoc>,
    kept: Kept,
    pub unwind: Unwind,
}

impl<'a, 'f> FunctionLowering<'a, 'f> {
    pub fn new(module: &'a Module, body: &'a Body, b: FunctionBuilder<'f>, frame: Frame<'a>, abi: Abi) -> Self {
        FunctionLowering {
            module,
            body,
            results: &[],
            b,
            frame,
            abi,
            values: vec![None; body.values.len()],
            home: vec![None; body.values.len()],
            blocks: Vec::new(),
            loc_index: FxHashMap::default(),
            locs: Vec::new(),
            kept: Kept::default(),
            unwind: Unwind::default(),
        }
    }

    /// Lays down the whole body.
    pub fn finish(mut self) -> Result<Lowered, Failure> {
        self.function()?;
        let FunctionLowering { mut b, frame, locs, unwind, .. } = self;
        b.seal_all_blocks();
        b.finalize(frame.isa.frontend_config());
        Ok(Lowered { locs, descriptors: frame.descriptors, unwind })
    }
}

impl FunctionLowering<'_, '_> {
    fn make_homes(&mut self, needed: &[bool]) {
        self.frame.second_returns = true;
        for (v, _) in needed.iter().enumerate().filter(|(_, needed)| **needed) {
            let bytes = clif_type(self.body.values[v]).bytes();
            self.home[v] = Some(self.frame.slot(&mut self.b, bytes, bytes.min(16)));
        }
    }

    fn function(&mut self) -> Result<(), Failure> {
        let cfg = Cfg::new(self.body);
        let entry = self.b.create_block();
        self.b.append_block_params_for_function_params(entry);
        self.blocks = vec![None; self.body.blocks.len()];
        for &id in cfg.rpo() {
            let block = self.b.create_block();
            if self.is_pad(id) {
                self.append_exception(block);
            }
            if id.index() != 0 {
                for &p in &self.body.block(id).params {
                    let ty = clif_type(self.body.ty(p));
                    self.values[p.index()] = Some(self.b.append_block_param(block, ty));
                }
            }
            self.blocks[id.index()] = Some(block);
            if id.index() != 0 && self.is_seldom_reached(id) {
                self.b.set_cold_block(block);
            }
        }
        self.b.switch_to_block(entry);
        self.enter(entry);
        let first = self.blocks[0].expect("entry is reachable");
        self.b.ins().jump(first, &[]);
        for &id in cfg.rpo() {
            self.block(id)?;
        }
        self.pass();
        Ok(())
    }

    /// Whether a block ends the program, or calls what does or is seldom called.
    fn is_seldom_reached(&self, id: BlockId) -> bool {
        let insts = &self.body.block(id).insts;
        let cold = |callee: FuncId| self.module.func(callee).flags.cold || self.module.func(callee).flags.noreturn;
        insts.last().is_some_and(|i| i.op == Op::Trap)
            || insts.iter().any(|i| matches!(i.imm, Imm::Func(callee) if i.op.is_call() && cold(callee)))
    }

    /// Binds the function's parameters.
    fn enter(&mut self, entry: Block) {
        let incoming = self.b.block_params(entry).to_vec();
        if self.frame.around.is_some() {
            return self.enter_region(&incoming);
        }
        let mut params = self.body.block(BlockId(0)).params.iter();
        for (i, &passing) in self.abi.passing.clone().iter().enumerate() {
            let v = match passing {
                Passing::Padding => continue,
                Passing::Value | Passing::Copy { .. } => incoming[i],
                Passing::F80 => self.load_f80(incoming[i], 0),
            };
            let &param = params.next().expect("one parameter for each of the signature");
            self.define(param, v);
        }
        if self.abi.f80_results > 0 || self.abi.tail_exit {
            self.kept.hidden = Some(self.keep(*incoming.last().expect("hidden parameter")));
        }
        if self.body.blocks.iter().flat_map(|b| &b.insts).any(|i| i.op == Op::Alloca) {
            let mark = self.frame.stack_save(&mut self.b);
            self.kept.mark = Some(self.keep(mark));
            // Where nobody handles exceptions, none come.
            if self.module.funcs.iter().any(|f| f.personality.is_some()) {
                self.kept.top = Some(self.frame.slot(&mut self.b, 8, 8));
                self.note_top(mark);
            }
        }
    }

    /// The dynamic stack's top is now this.
    pub fn note_top(&mut self, top: ClifValue) {
        if let Some(slot) = self.kept.top {
            self.b.ins().stack_store(types::I64, top, slot, 0);
        }
    }

    /// Gives back the dynamic stack memory of frames that an exception has left.
    fn restore_top(&mut self) {
        if let Some(slot) = self.kept.top {
            let top = self.b.ins().stack_load(types::I64, types::I64, slot, 0);
            self.frame.stack_restore(&mut self.b, top);
        }
    }

    /// Where exceptions go that only pass the frame, if its dynamic stack memory has to be given back.
    pub fn passing(&mut self) -> Option<Landing> {
        self.kept.top?;
        let block = match self.kept.passing {
            Some(block) => block,
            None => {
                let block = self.b.create_block();
                self.append_exception(block);
                *self.kept.passing.insert(block)
            }
        };
        Some(self.own_landing(block))
    }

    /// The code there.
    fn pass(&mut self) {
        let (Some(block), Some(mark)) = (self.kept.passing, self.kept.mark) else { return };
        self.b.switch_to_block(block);
        let mark = self.kept(mark);
        self.frame.stack_restore(&mut self.b, mark);
        let (exception, _) = self.exception(block);
        self.frame.libcall(&mut self.b, libcall("_Unwind_Resume"), &[exception]);
        self.b.ins().trap(TrapCode::unwrap_user(1));
    }

    fn keep(&mut self, v: ClifValue) -> Keep {
        if !self.frame.second_returns {
            return Keep::Value(v);
        }
        let slot = self.frame.slot(&mut self.b, 8, 8);
        self.b.ins().stack_store(types::I64, v, slot, 0);
        Keep::Home(slot)
    }

    fn kept(&mut self, keep: Keep) -> ClifValue {
        match keep {
            Keep::Value(v) => v,
            Keep::Home(slot) => self.b.ins().stack_load(types::I64, types::I64, slot, 0),
        }
    }

    /// Binds an IR value.
    pub fn define(&mut self, v: Value, to: ClifValue) {
        match self.home[v.index()] {
            Some(slot) => {
                self.b.ins().stack_store(types::I64, to, slot, 0);
            }
            None => self.values[v.index()] = Some(to),
        }
    }

    /// The value that an IR value is bound to. One without a definition is undefined: any value will do.
    pub fn value(&mut self, v: Value) -> ClifValue {
        let ty = clif_type(self.body.ty(v));
        if let Some(slot) = self.home[v.index()] {
            return self.b.ins().stack_load(types::I64, ty, slot, 0);
        }
        match self.values[v.index()] {
            Some(v) => v,
            None => {
                let zero = Imm::Bits(0);
                let imm = BoundImm::Static(&zero);
                lower_op(&mut self.b, &mut self.frame, Op::Const, self.body.ty(v), imm, &[])[0]
            }
        }
    }

    pub fn load_f80(&mut self, base: ClifValue, offset: i32) -> ClifValue {
        let flags = MemFlagsData::trusted();
        let low = self.b.ins().load(types::I64, flags, base, offset);
        let high = self.b.ins().uload16(types::I64, flags, base, offset + 8);
        self.b.ins().iconcat(low, high)
    }

    fn block(&mut self, id: BlockId) -> Result<(), Failure> {
        let block = self.block_of(id);
        self.b.switch_to_block(block);
        if id.index() != 0 {
            // Homes of parameters are written on entry.
            for i in 0..self.body.block(id).params.len() {
                let p = self.body.block(id).params[i];
                if self.home[p.index()].is_some() {
                    let before = if self.is_pad(id) { EXCEPTION_PARAMS } else { 0 };
                    let v = self.b.block_params(block)[before + i];
                    self.define(p, v);
                }
            }
        }
        for inst in &self.body.block(id).insts {
            self.set_loc(inst.loc);
            self.inst(inst, id)?;
        }
        Ok(())
    }

    fn set_loc(&mut self, loc: SrcLoc) {
        let index = match loc.line {
            0 => SourceLoc::default(),
            _ => {
                let locs = &mut self.locs;
                SourceLoc::new(*self.loc_index.entry(loc).or_insert_with(|| {
                    locs.push(loc);
                    locs.len() as u32 - 1
                }))
            }
        };
        self.b.set_srcloc(index);
    }

    fn inst(&mut self, inst: &Inst, block: BlockId) -> Result<(), Failure> {
        let class = inst.op.info().class;
        if !matches!(class, Class::Call | Class::Unwind | Class::Terminator) {
            let args: Values = inst.args.iter().map(|&v| self.value(v)).collect();
            let imm = BoundImm::Static(&inst.imm);
            let results = lower_op(&mut self.b, &mut self.frame, inst.op, inst.ty, imm, &args);
            for (&v, &to) in inst.results.iter().zip(&results) {
                self.define(v, to);
            }
            match inst.op {
                Op::Alloca => self.note_top(results[0]),
                Op::StackRestore => self.note_top(args[0]),
                _ => {}
            }
            return Ok(());
        }
        match inst.op {
            Op::Call | Op::CallIndirect => {
                let results = self.call(inst, None).map_err(|e| (inst.loc, Unsupported::Call(e)))?;
                for (&v, &to) in inst.results.iter().zip(&results) {
                    self.define(v, to);
                }
            }
            Op::Invoke | Op::InvokeIndirect => {
                let pad = self.pad_of(&inst.dests[1]);
                let results = self.call(inst, Some(&pad)).map_err(|e| (inst.loc, Unsupported::Call(e)))?;
                for (&v, &to) in inst.results.iter().zip(&results) {
                    self.define(v, to);
                }
                let (block, args) = self.dest(&inst.dests[0]);
                self.b.ins().jump(block, &args);
            }
            Op::LandingPad => {
                let (exception, selector) = self.exception(self.block_of(block));
                self.define(inst.results[0], exception);
                self.define(inst.results[1], selector);
                self.restore_top();
            }
            Op::TypeId => {
                let Imm::Global(ty, _) = inst.imm else { unreachable!("type_id of {:?}", inst.imm) };
                let selector = self.unwind.selector(Some(ty));
                let selector = self.b.ins().iconst(types::I32, i64::from(selector));
                self.define(inst.results[0], selector);
            }
            Op::TailCall | Op::TailCallIndirect => {
                let exits = self.tail_exit(inst).map_err(|e| (inst.loc, Unsupported::Call(e)))?;
                if !exits && !is_sysv_x64(self.frame.isa) {
                    return Err((inst.loc, Unsupported::TailCall));
                }
                if !exits {
                    let results = self.call(inst, None).map_err(|e| (inst.loc, Unsupported::Call(e)))?;
                    self.leave(&results);
                }
            }
            Op::Ret => {
                let results: Values = inst.args.iter().map(|&v| self.value(v)).collect();
                match self.frame.around.is_some() {
                    true => self.leave_region(block, &inst.args, &results),
                    false => self.leave(&results),
                }
            }
            Op::Jump => {
                let (block, args) = self.dest(&inst.dests[0]);
                self.b.ins().jump(block, &args);
            }
            Op::BrIf => {
                let c = self.value(inst.args[0]);
                let (then, otherwise) = (self.dest(&inst.dests[0]), self.dest(&inst.dests[1]));
                self.branch(c, &then, &otherwise);
            }
            Op::Switch => self.switch(inst),
            _ => {
                self.b.ins().trap(TrapCode::unwrap_user(1));
            }
        }
        Ok(())
    }

    pub fn block_of(&self, id: BlockId) -> Block {
        self.blocks[id.index()].expect("reachable")
    }

    pub fn dest(&mut self, dest: &Dest) -> (Block, Vec<BlockArg>) {
        let args = dest.args.iter().map(|&v| BlockArg::Value(self.value(v))).collect();
        (self.block_of(dest.block), args)
    }

    fn switch(&mut self, inst: &Inst) {
        let Imm::Cases(cases) = &inst.imm else { unreachable!("switch without cases") };
        let on = self.value(inst.args[0]);
        // Cranelift's switch passes no arguments: destinations that take some get a block between.
        let mut between = Vec::new();
        fn key(d: &Dest) -> (BlockId, &[Value]) {
            (d.block, &d.args)
        }
        let mut targets: FxHashMap<(BlockId, &[Value]), Block> = FxHashMap::default();
        for dest in &inst.dests {
            if targets.contains_key(&key(dest)) {
                continue;
            }
            let target = if dest.args.is_empty() {
                self.block_of(dest.block)
            } else {
                let block = self.b.create_block();
                between.push((block, dest));
                block
            };
            targets.insert(key(dest), target);
        }
        let otherwise = targets[&key(&inst.dests[0])];
        let mut switch = Switch::new();
        for (&case, dest) in cases.iter().zip(&inst.dests[1..]) {
            switch.set_entry(case, targets[&key(dest)]);
        }
        for hole in holes(cases) {
            switch.set_entry(hole, otherwise);
        }
        switch.emit(&mut self.b, on, otherwise);
        for (block, dest) in between {
            self.b.switch_to_block(block);
            let (to, args) = self.dest(dest);
            self.b.ins().jump(to, &args);
        }
    }

    /// The hidden pointer.
    pub fn hidden(&mut self) -> ClifValue {
        let hidden = self.kept.hidden.expect("the convention has a hidden parameter");
        self.kept(hidden)
    }

    /// Gives dynamic stack memory back.
    fn free_dynamic(&mut self) {
        if let Some(mark) = self.kept.mark {
            let mark = self.kept(mark);
            self.frame.stack_restore(&mut self.b, mark);
        }
    }

    /// Returns `results`, of the IR's types.
    fn leave(&mut self, results: &[ClifValue]) {
        self.free_dynamic();
        let mut returned = Values::new();
        let mut offset = 0;
        for (&ty, &v) in self.results.iter().zip(results) {
            if ty != Type::F80 {
                returned.push(v);
                continue;
            }
            let hidden = self.hidden();
            self.b.ins().store(MemFlagsData::trusted(), v, hidden, offset);
            offset += 16;
        }
        if self.abi.unreturned.is_some() {
            returned.clear();
        }
        self.b.ins().return_(&returned);
    }

    /// Returns to the thunk, which goes on elsewhere: the results do not matter.
    pub fn leave_for_another(&mut self) {
        self.free_dynamic();
        let zero = Imm::Bits(0);
        let results: Values = (self.results.iter().filter(|&&ty| ty != Type::F80))
            .map(|&ty| lower_op(&mut self.b, &mut self.frame, Op::Const, ty, BoundImm::Static(&zero), &[])[0])
            .collect();
        self.b.ins().return_(&results);
    }
}

/// The numbers to be added to a switch's cases so that one table serves them all, from 0 on where that is near: Cranelift's
/// switch makes a table of each row of numbers without a gap. None where the table would be mostly gaps.
fn holes(cases: &[u128]) -> Vec<u128> {
    let (Some(&first), Some(&last)) = (cases.iter().min(), cases.iter().max()) else { return Vec::new() };
    let room = cases.len() as u128 * TABLE_ENTRIES_PER_CASE_MAX;
    let first = if last < room { 0 } else { first };
    if cases.len() < TABLE_CASES_MIN || last - first >= room {
        return Vec::new();
    }
    let known: FxHashSet<u128> = cases.iter().copied().collect();
    (first..=last).filter(|n| !known.contains(n)).collect()
}

/// The signature of a call, with the types of what it passes beyond the fixed parameters.
pub(crate) fn call_signature<'s>(module: &'s Module, body: &Body, inst: &Inst) -> (&'s Signature, Vec<Param>) {
    let (sig, args) = match inst.imm {
        Imm::Func(f) => (module.sig_of(f), &inst.args[..]),
        Imm::Sig(s) => (module.sig(s), &inst.args[1..]),
        ref other => unreachable!("call with immediate {other:?}"),
    };
    let mut params = sig.params.clone();
    params.extend(args.iter().skip(params.len()).map(|&v| Param::new(body.ty(v))));
    (sig, params)
}
