//! Moving parts of a function out into functions of their own.
//!
//! Owns the mechanism: what can be a part, what it takes and gives back. Which parts are worth it is its caller's.

use crate::{
    BlockData, BlockId, Body, Cfg, Class, Dest, Func, FuncFlags, FuncId, Imm, Inst, Linkage, Module, Op, Param, SigId,
    Signature, StackSlotId, Type, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// A block with all that it dominates, none of which anything else of the function needs but the values that it hands on
/// when it leaves.
#[derive(Debug)]
pub struct Part {
    /// In reverse postorder, the first dominating the others.
    blocks: Vec<BlockId>,
    /// Values of the rest that it uses.
    takes: Vec<Value>,
    /// Stack slots whose addresses it takes.
    slots: Vec<StackSlotId>,
    /// Ways out.
    exits: Vec<Exit>,
    /// Types of what it gives back.
    gives: Vec<Type>,
}

#[derive(Debug)]
struct Exit {
    /// Where to; none returns from the function.
    to: Option<BlockId>,
    args: Vec<Given>,
}

#[derive(Clone, Copy, Debug)]
enum Given {
    /// The rest has it already.
    Known(Value),
    /// By this number in [`Part::gives`].
    Result(usize),
}

/// The analyses of a function that its parts are found by.
pub struct Parts<'a> {
    body: &'a Body,
    cfg: Cfg,
    /// Where each value is defined.
    home: Vec<Option<BlockId>>,
}

impl<'a> Parts<'a> {
    /// Analyses `f`; none if no part of it can be moved.
    pub fn of(module: &'a Module, f: FuncId) -> Option<Parts<'a>> {
        let func = module.func(f);
        let body = func.body.as_ref()?;
        let twice = |i: &Inst| matches!(i.imm, Imm::Func(g) if i.op.is_call() && module.func(g).flags.returns_twice);
        if func.personality.is_some() || body.blocks.iter().flat_map(|b| &b.insts).any(twice) {
            return None;
        }
        let cfg = Cfg::new(body);
        if cfg.rpo().len() != body.blocks.len() {
            return None;
        }
        let mut home = vec![None; body.values.len()];
        for b in body.block_ids() {
            let block = body.block(b);
            let results = block.insts.iter().flat_map(|i| &i.results);
            for &v in block.params.iter().chain(results) {
                home[v.index()] = Some(b);
            }
        }
        Some(Parts { body, cfg, home })
    }

    /// The control flow.
    pub fn cfg(&self) -> &Cfg {
        &self.cfg
    }

    /// The part that begins with `head`, if it can be moved.
    pub fn part(&self, head: BlockId) -> Option<Part> {
        let inside = |b: BlockId| self.cfg.dominates(head, b);
        if head.index() == 0 || self.cfg.preds(head).iter().any(|&p| inside(p)) {
            return None;
        }
        let mut part =
            Part { blocks: Vec::new(), takes: Vec::new(), slots: Vec::new(), exits: Vec::new(), gives: Vec::new() };
        part.blocks = self.cfg.rpo().iter().copied().filter(|&b| inside(b)).collect();
        let params: FxHashSet<Value> = self.body.block(head).params.iter().copied().collect();
        let known = |v: Value| self.home[v.index()].is_some_and(|b| !inside(b)) || params.contains(&v);
        let mut taken = FxHashSet::default();
        let mut leaving: Vec<(Option<BlockId>, Vec<&[Value]>)> = Vec::new();
        let mut leave = |to: Option<BlockId>, args: &'a [Value]| match leaving.iter_mut().find(|(t, _)| *t == to) {
            Some((_, edges)) => edges.push(args),
            None => leaving.push((to, vec![args])),
        };
        let mut used: Vec<Value> = Vec::new();
        for inst in part.blocks.iter().flat_map(|&b| &self.body.block(b).insts) {
            if !Self::can_move(inst) {
                return None;
            }
            if let Imm::Slot(slot, _) = inst.imm
                && !part.slots.contains(&slot)
            {
                part.slots.push(slot);
            }
            if inst.op == Op::Ret {
                leave(None, &inst.args);
            } else {
                used.extend(&inst.args);
            }
            for dest in &inst.dests {
                if inside(dest.block) {
                    used.extend(&dest.args);
                } else {
                    leave(Some(dest.block), &dest.args);
                }
            }
        }
        for (to, edges) in &leaving {
            let mut free: Vec<usize> = (0..part.gives.len()).collect();
            let mut args = Vec::new();
            for (i, &v) in edges[0].iter().enumerate() {
                if known(v) && edges.iter().all(|e| e[i] == v) {
                    args.push(Given::Known(v));
                    continue;
                }
                used.extend(edges.iter().map(|e| e[i]));
                let ty = self.body.ty(v);
                let place = match free.iter().position(|&p| part.gives[p] == ty) {
                    Some(at) => free.swap_remove(at),
                    None => {
                        part.gives.push(ty);
                        part.gives.len() - 1
                    }
                };
                args.push(Given::Result(place));
            }
            part.exits.push(Exit { to: *to, args });
        }
        for v in used {
            self.home[v.index()]?;
            if known(v) && taken.insert(v) {
                part.takes.push(v);
            }
        }
        let types = part.takes.iter().map(|&v| self.body.ty(v)).chain(part.gives.iter().copied());
        let plain = |ty: Type| !matches!(ty, Type::I128 | Type::F80);
        types.into_iter().all(plain).then_some(part)
    }

    /// Whether an instruction means the same in a function of its own.
    fn can_move(inst: &Inst) -> bool {
        let of_the_frame =
            matches!(inst.op, Op::Alloca | Op::StackSave | Op::StackRestore | Op::ReturnAddress | Op::FrameAddress);
        let leaves = inst.op.is_invoke() || matches!(inst.op, Op::TailCall | Op::TailCallIndirect);
        !of_the_frame && !leaves && inst.op.info().class != Class::Unwind
    }
}

impl Part {
    /// Its blocks, the one that dominates the others first.
    pub fn blocks(&self) -> &[BlockId] {
        &self.blocks
    }

    /// Values to be passed, either way.
    pub fn passed(&self) -> usize {
        self.takes.len() + self.slots.len() + self.gives.len() + usize::from(self.exits.len() > 1)
    }
}

/// How a part gives a value back.
#[derive(Clone, Copy)]
enum By {
    /// As this result of its function.
    Result(usize),
    /// In memory of the caller's, at this offset.
    Memory(i32),
}

/// Integers that come back in registers everywhere, and others.
const INT_RESULTS_MAX: usize = 2;
const OTHER_RESULTS_MAX: usize = 1;
/// Of a value given back in memory.
const GIVEN_BYTES: u32 = 16;

/// What has become of a function.
#[derive(Debug)]
pub struct Outlined {
    /// For each of its blocks the one that it was, if it was one.
    pub kept: Vec<Option<BlockId>>,
    /// For each part its function.
    pub functions: Vec<FuncId>,
}

/// Moves the parts of `f`, no two of which may overlap, to functions called `f`'s name, `.seldom.` and a number. The blocks of
/// each are the part's in its order, and then those that leave it.
pub fn outline(module: &mut Module, f: FuncId, parts: &[Part]) -> Outlined {
    let mut body = module.funcs[f.index()].body.take().expect("it has parts");
    let mut functions = Vec::new();
    let mut gone = vec![false; body.blocks.len()];
    let mut taken: FxHashSet<String> =
        module.funcs.iter().map(|g| &g.name).filter(|n| n.contains(SELDOM)).cloned().collect();
    for part in parts {
        let (results, _, memory) = part.results();
        let takes = part.takes.iter().map(|&v| Param::new(body.ty(v)));
        let addresses = part.slots.len() + usize::from(memory > 0);
        let params = takes.chain(std::iter::repeat_n(Param::new(Type::Ptr), addresses)).collect();
        let sig = intern(module, Signature { params, results: results.clone(), variadic: None });
        let name = (1..).map(|n| format!("{}{SELDOM}{n}", module.func(f).name)).find(|n| taken.insert(n.clone()));
        let mut func = Func::declared(name.expect("there are numbers enough"), sig);
        func.linkage = Linkage::Internal;
        func.flags = FuncFlags { cold: true, noreturn: part.exits.is_empty(), ..FuncFlags::default() };
        func.loc = body.block(part.blocks[0]).insts[0].loc;
        func.body = Some(Moving::new(&body, part).body());
        let id = FuncId::new(module.funcs.len());
        module.funcs.push(func);
        functions.push(id);
        for &b in &part.blocks[1..] {
            gone[b.index()] = true;
        }
        call(&mut body, part, id);
    }
    let first_new = gone.len();
    gone.resize(body.blocks.len(), false);
    let original = gone.iter().enumerate().map(|(b, _)| BlockId::new(b));
    let kept: Vec<BlockId> = original.filter(|b| !gone[b.index()]).collect();
    let mut number = vec![BlockId::new(0); body.blocks.len()];
    for (i, b) in kept.iter().enumerate() {
        number[b.index()] = BlockId::new(i);
    }
    body.blocks = kept.iter().map(|b| std::mem::take(&mut body.blocks[b.index()])).collect();
    for dest in body.blocks.iter_mut().flat_map(|b| &mut b.insts).flat_map(|i| &mut i.dests) {
        dest.block = number[dest.block.index()];
    }
    module.funcs[f.index()].body = Some(body);
    let was = |b: BlockId| (b.index() < first_new).then_some(b);
    Outlined { kept: kept.into_iter().map(was).collect(), functions }
}

/// What stands between the name of a function and the number of its part.
pub const SELDOM: &str = ".seldom.";

fn intern(module: &mut Module, sig: Signature) -> SigId {
    let known = module.sigs.iter().position(|s| *s == sig);
    SigId::new(known.unwrap_or_else(|| {
        module.sigs.push(sig);
        module.sigs.len() - 1
    }))
}

impl Part {
    /// The results: the number of the way out, if there are several, and what is given, as far as it comes in registers. How
    /// each value is given, and the bytes of memory for those that find no register.
    fn results(&self) -> (Vec<Type>, Vec<By>, u32) {
        let mut results: Vec<Type> = (self.exits.len() > 1).then_some(Type::I32).into_iter().collect();
        let mut memory = 0;
        let mut place = |&ty: &Type| {
            let alike = results.iter().filter(|r| r.is_int() == ty.is_int()).count();
            if alike < if ty.is_int() { INT_RESULTS_MAX } else { OTHER_RESULTS_MAX } {
                results.push(ty);
                return By::Result(results.len() - 1);
            }
            memory += GIVEN_BYTES;
            By::Memory((memory - GIVEN_BYTES) as i32)
        };
        let by = self.gives.iter().map(&mut place).collect();
        (results, by, memory)
    }
}

/// Puts a call of `callee` in the place of a part.
fn call(body: &mut Body, part: &Part, callee: FuncId) {
    let (results, by, memory) = part.results();
    let head = part.blocks[0];
    let loc = body.block(head).insts[0].loc;
    body.blocks[head.index()].insts.clear();
    let mut args: SmallVec<[Value; 3]> = part.takes.iter().copied().collect();
    for &slot in &part.slots {
        args.extend(body.push(head, Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0), loc));
    }
    let memory = (memory > 0).then(|| {
        let slot = body.add_slot(memory, GIVEN_BYTES);
        body.push(head, Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0), loc).expect("an address")
    });
    args.extend(memory);
    let results: SmallVec<[Value; 1]> = results.iter().map(|&ty| body.add_value(ty)).collect();
    let plain = |op, args, imm, results, dests| Inst { op, ty: Type::Ptr, args, imm, results, dests, loc };
    let call = plain(Op::Call, args, Imm::Func(callee), results.clone(), Vec::new());
    body.blocks[head.index()].insts.push(call);
    let given: Vec<Value> = std::iter::zip(&by, &part.gives)
        .map(|(by, &ty)| match (*by, memory) {
            (By::Result(i), _) => results[i],
            (By::Memory(offset), Some(memory)) => {
                let imm = Imm::Mem { offset, volatile: false };
                body.push(head, Op::Load, ty, &[memory], imm, loc).expect("a value")
            }
            (By::Memory(_), None) => unreachable!("there is memory if anything is in it"),
        })
        .collect();
    let values = |exit: &Exit| -> SmallVec<[Value; 3]> {
        let value = |&given_: &Given| match given_ {
            Given::Known(v) => v,
            Given::Result(i) => given[i],
        };
        exit.args.iter().map(value).collect()
    };
    let terminator = match &part.exits[..] {
        [] => plain(Op::Trap, SmallVec::new(), Imm::None, SmallVec::new(), Vec::new()),
        [exit] => match exit.to {
            None => plain(Op::Ret, values(exit), Imm::None, SmallVec::new(), Vec::new()),
            Some(block) => {
                let dest = Dest { block, args: values(exit).into_iter().collect() };
                plain(Op::Jump, SmallVec::new(), Imm::None, SmallVec::new(), vec![dest])
            }
        },
        exits => {
            let mut dests = Vec::new();
            for exit in exits {
                let args = values(exit);
                dests.push(match exit.to {
                    Some(block) => Dest { block, args: args.into_iter().collect() },
                    None => {
                        let block = body.add_block();
                        let ret = plain(Op::Ret, args, Imm::None, SmallVec::new(), Vec::new());
                        body.blocks[block.index()].insts.push(ret);
                        Dest { block, args: SmallVec::new() }
                    }
                });
            }
            let cases = Imm::Cases((1..exits.len() as u128).collect());
            let way = SmallVec::from_slice(&results[..1]);
            Inst { op: Op::Switch, ty: Type::I32, args: way, imm: cases, results: SmallVec::new(), dests, loc }
        }
    };
    body.blocks[head.index()].insts.push(terminator);
}

/// A part on its way into a body of its own.
struct Moving<'a> {
    from: &'a Body,
    part: &'a Part,
    to: Body,
    values: FxHashMap<Value, Value>,
    blocks: FxHashMap<BlockId, BlockId>,
    slots: FxHashMap<StackSlotId, Value>,
    /// For what comes back in memory.
    memory: Option<Value>,
}

impl<'a> Moving<'a> {
    fn new(from: &'a Body, part: &'a Part) -> Moving<'a> {
        let mut to = Body::default();
        let mut values = FxHashMap::default();
        let blocks: FxHashMap<BlockId, BlockId> = part.blocks.iter().map(|&b| (b, to.add_block())).collect();
        let entry = BlockId::new(0);
        for &v in &part.takes {
            values.insert(v, to.add_param(entry, from.ty(v)));
        }
        let slots: FxHashMap<StackSlotId, Value> =
            part.slots.iter().map(|&s| (s, to.add_param(entry, Type::Ptr))).collect();
        let memory = (part.results().2 > 0).then(|| to.add_param(entry, Type::Ptr));
        for (i, &b) in part.blocks.iter().enumerate() {
            let params = if i == 0 { &[][..] } else { &from.block(b).params };
            for &v in params {
                let param = to.add_param(blocks[&b], from.ty(v));
                values.insert(v, param);
            }
            for inst in &from.block(b).insts {
                for &v in &inst.results {
                    let moved = match inst.imm {
                        Imm::Slot(slot, 0) => slots[&slot],
                        _ => to.add_value(from.ty(v)),
                    };
                    values.insert(v, moved);
                }
            }
        }
        Moving { from, part, to, values, blocks, slots, memory }
    }

    fn body(mut self) -> Body {
        for &b in &self.part.blocks {
            let here = self.blocks[&b];
            for inst in &self.from.block(b).insts {
                self.inst(here, inst);
            }
        }
        self.to
    }

    fn inst(&mut self, here: BlockId, inst: &Inst) {
        if let (Op::StackAddr, &Imm::Slot(slot, offset)) = (inst.op, &inst.imm) {
            if offset == 0 {
                return;
            }
            let offset = self.constant(here, Type::Ptr, offset as i64 as u128, inst);
            let mut sum = inst.clone();
            (sum.op, sum.imm) = (Op::Iadd, Imm::None);
            sum.args = SmallVec::from_slice(&[self.slots[&slot], offset]);
            sum.results = inst.results.iter().map(|v| self.values[v]).collect();
            self.push(here, sum);
            return;
        }
        match inst.op {
            Op::Ret => self.leave(here, None, &inst.args, inst),
            Op::Jump if !self.blocks.contains_key(&inst.dests[0].block) => {
                let dest = &inst.dests[0];
                self.leave(here, Some(dest.block), &dest.args, inst);
            }
            _ => {
                let mut moved = inst.clone();
                moved.args = inst.args.iter().map(|v| self.values[v]).collect();
                moved.results = inst.results.iter().map(|v| self.values[v]).collect();
                let mut between: Vec<(&Dest, BlockId)> = Vec::new();
                moved.dests = Vec::new();
                for dest in &inst.dests {
                    let to = self.blocks.get(&dest.block).copied();
                    moved.dests.push(match to {
                        Some(block) => Dest { block, args: dest.args.iter().map(|v| self.values[v]).collect() },
                        None => {
                            let made = between.iter().find(|(d, _)| *d == dest).map(|&(_, block)| block);
                            let block = made.unwrap_or_else(|| {
                                let block = self.to.add_block();
                                self.leave(block, Some(dest.block), &dest.args, inst);
                                between.push((dest, block));
                                block
                            });
                            Dest { block, args: SmallVec::new() }
                        }
                    });
                }
                self.push(here, moved);
            }
        }
    }

    /// Returns to the call, to go on from there.
    fn leave(&mut self, here: BlockId, to: Option<BlockId>, args: &[Value], by: &Inst) {
        let way = self.part.exits.iter().position(|e| e.to == to).expect("one of the ways out");
        let (types, places, _) = self.part.results();
        let mut results: Vec<Option<Value>> = vec![None; types.len()];
        if self.part.exits.len() > 1 {
            results[0] = Some(self.constant(here, Type::I32, way as u128, by));
        }
        for (place, v) in self.part.exits[way].args.iter().zip(args) {
            let &Given::Result(i) = place else { continue };
            let v = self.values[v];
            match places[i] {
                By::Result(i) => results[i] = Some(v),
                By::Memory(offset) => {
                    let memory = self.memory.expect("there is memory if anything is in it");
                    let imm = Imm::Mem { offset, volatile: false };
                    self.to.push(here, Op::Store, self.part.gives[i], &[v, memory], imm, by.loc);
                }
            }
        }
        let results = std::iter::zip(results, types).map(|(v, ty)| v.unwrap_or_else(|| self.constant(here, ty, 0, by)));
        let results: SmallVec<[Value; 3]> = results.collect();
        let ret = Inst {
            op: Op::Ret,
            ty: Type::Ptr,
            args: results,
            imm: Imm::None,
            results: SmallVec::new(),
            dests: Vec::new(),
            loc: by.loc,
        };
        self.push(here, ret);
    }

    fn constant(&mut self, here: BlockId, ty: Type, bits: u128, by: &Inst) -> Value {
        let bits = if ty == Type::Ptr { bits & u128::from(u64::MAX) } else { bits };
        self.to.push(here, Op::Const, ty, &[], Imm::Bits(bits), by.loc).expect("a constant has a result")
    }

    fn push(&mut self, here: BlockId, inst: Inst) {
        let BlockData { insts, .. } = &mut self.to.blocks[here.index()];
        insts.push(inst);
    }
}
