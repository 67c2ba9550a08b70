//! Regions: parts of a function with one way in, which another tier may run while the rest of the function stays where it
//! is.
//!
//! Owns what can be a region, what it takes and gives, and the two bodies that come of a function that is cut: the region's
//! own and the rest's. Which regions are worth it is its caller's; where their values lie, the tiers'.

use crate::{BlockData, BlockId, Body, Cfg, Class, Dest, FuncId, Imm, Inst, Liveness, Module, Op, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// What kind of part a region is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RegionKind {
    /// One block, up to the first instruction that has to stay.
    Block,
    /// A natural loop, loops inside it included.
    Loop,
    /// The blocks named: of a loop those that run much, mostly.
    Part,
}

/// A region of a function: its kind, and the block where control enters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RegionName {
    /// What kind of part.
    pub kind: RegionKind,
    /// Where it is entered.
    pub head: BlockId,
    /// The other blocks of a [`RegionKind::Part`], by rising number.
    pub others: Vec<BlockId>,
}

impl std::fmt::Display for RegionName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.head)?;
        let mut rest = self.others.as_slice();
        while let Some(&first) = rest.first() {
            let run = rest.iter().zip(first.0..).take_while(|(b, n)| b.0 == *n).count();
            match run {
                1 => write!(f, ",{first}")?,
                _ => write!(f, ",{first}-{}", rest[run - 1])?,
            }
            rest = &rest[run..];
        }
        Ok(())
    }
}

impl RegionKind {
    /// The word that a name begins with.
    pub fn name(self) -> &'static str {
        match self {
            RegionKind::Block => "block",
            RegionKind::Loop => "loop",
            RegionKind::Part => "part",
        }
    }
}

impl RegionName {
    /// A block or a loop.
    pub fn at(kind: RegionKind, head: BlockId) -> RegionName {
        RegionName { kind, head, others: Vec::new() }
    }

    /// The inverse of printing: `block b3`, `loop b3`, `part b3,b5,b7-b12`.
    pub fn parse(text: &str) -> Option<RegionName> {
        let (kind, blocks) = text.split_once(' ')?;
        let kinds = [RegionKind::Block, RegionKind::Loop, RegionKind::Part];
        let kind = kinds.into_iter().find(|k| k.name() == kind)?;
        let block = |text: &str| {
            let digits = text.strip_prefix('b').filter(|d| d.bytes().all(|c| c.is_ascii_digit()))?;
            digits.parse().ok().map(BlockId)
        };
        let mut blocks = blocks.split(',');
        let head = block(blocks.next()?)?;
        let mut others = Vec::new();
        for run in blocks {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (block(first)?, block(last)?);
            if last.0.checked_sub(first.0)? > PART_BLOCKS_MAX {
                return None;
            }
            others.extend((first.0..=last.0).map(BlockId));
        }
        let is_fine = kind == RegionKind::Part || others.is_empty();
        let rises = others.is_sorted_by(|a, b| a < b) && !others.contains(&head);
        (is_fine && rises).then_some(RegionName { kind, head, others })
    }
}

/// Blocks that a name may list in one run.
const PART_BLOCKS_MAX: u32 = 1 << 20;

/// Why something is no region.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoRegion {
    /// The function has no body, or no such block that control can reach.
    #[error("there is no such block")]
    NoBlock,
    /// No loop has this header.
    #[error("no loop begins there")]
    NoLoop,
    /// The function calls something that returns twice.
    #[error("the function calls what returns twice")]
    ReturnsTwice,
    /// A loop with an instruction that has to stay with the function's frame.
    #[error("`{0}` has to stay in the function")]
    Stays(Op),
    /// Nothing that could be moved, or no way out.
    #[error("nothing there can be moved")]
    Nothing,
    /// A block of a part is entered from elsewhere.
    #[error("`{0}` is entered from outside of it")]
    Entered(BlockId),
    /// Something in it is in another region.
    #[error("it overlaps `{0}`")]
    Overlaps(RegionName),
}

/// A way out of a region.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Exit {
    /// To another block.
    To(Dest),
    /// To what is left of the head block.
    Rest,
}

/// A part of a body with one way in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// Its name.
    pub name: RegionName,
    /// In reverse postorder, the head first.
    blocks: Vec<BlockId>,
    /// Instructions of the head that belong to it.
    end: usize,
    /// Values that it takes. Of a loop, the head's parameters among them.
    inputs: Vec<Value>,
    /// Values that it gives, whichever way it is left.
    outputs: Vec<Value>,
    exits: Vec<Exit>,
    /// Instructions whose results are made anew in it, or where it is entered for those outside.
    anew: Vec<Inst>,
    wanted_anew: Vec<Inst>,
    /// By exit, the outputs that are wanted there.
    given: Vec<Vec<Value>>,
}

impl Region {
    /// Its blocks, the head first.
    pub fn blocks(&self) -> &[BlockId] {
        &self.blocks
    }

    /// Instructions of block `b`, one of its own, that belong to it.
    pub fn insts(&self, body: &Body, b: BlockId) -> usize {
        if b == self.name.head { self.end } else { body.block(b).insts.len() }
    }

    /// Its calls.
    pub fn calls<'b>(&'b self, body: &'b Body) -> impl Iterator<Item = &'b Inst> + 'b {
        let insts = self.blocks.iter().flat_map(|&b| &body.block(b).insts[..self.insts(body, b)]);
        insts.filter(|i| i.op.info().class == Class::Call)
    }

    /// Values that it takes.
    pub fn inputs(&self) -> &[Value] {
        &self.inputs
    }

    /// Values that it gives.
    pub fn outputs(&self) -> &[Value] {
        &self.outputs
    }

    /// Number of its ways out.
    pub fn exit_count(&self) -> usize {
        self.exits.len()
    }
}

/// The analyses of a function by which its regions are found.
pub struct Regions<'a> {
    body: &'a Body,
    cfg: Cfg,
    liveness: Liveness,
    /// The instruction that makes each value, for those that can be made anew anywhere.
    anew: FxHashMap<Value, &'a Inst>,
}

/// Whether the result is the same wherever it is made, and cheaper to make than to pass.
fn is_made_anew(op: Op) -> bool {
    matches!(op, Op::Const | Op::StackAddr | Op::GlobalAddr | Op::FuncAddr)
}

/// Whether an instruction may leave the function's frame.
fn can_leave(op: Op) -> bool {
    match op.info().class {
        Class::Pure | Class::Load | Class::Store | Class::Atomic | Class::Call => true,
        Class::Effect | Class::Unwind => false,
        Class::Terminator => matches!(op, Op::Jump | Op::BrIf | Op::Switch | Op::Trap),
    }
}

impl<'a> Regions<'a> {
    /// Analyses `f`.
    pub fn of(module: &'a Module, f: FuncId) -> Result<Regions<'a>, NoRegion> {
        let body = module.func(f).body.as_ref().ok_or(NoRegion::NoBlock)?;
        let twice = |i: &Inst| matches!(i.imm, Imm::Func(g) if i.op.is_call() && module.func(g).flags.returns_twice);
        let mut insts = body.blocks.iter().flat_map(|b| &b.insts);
        if insts.any(twice) {
            return Err(NoRegion::ReturnsTwice);
        }
        let cfg = Cfg::new(body);
        let liveness = Liveness::new(body, &cfg);
        let insts = body.blocks.iter().flat_map(|b| &b.insts);
        let anew = insts.filter(|i| is_made_anew(i.op)).map(|i| (i.results[0], i)).collect();
        Ok(Regions { body, cfg, liveness, anew })
    }

    /// The control flow.
    pub fn cfg(&self) -> &Cfg {
        &self.cfg
    }

    /// All that can be regions, blocks and loops; many overlap.
    pub fn all(&self) -> Vec<Region> {
        let kinds = [RegionKind::Loop, RegionKind::Block];
        let names = self.cfg.rpo().iter().flat_map(|&head| kinds.map(|kind| RegionName::at(kind, head)));
        names.filter_map(|name| self.find(&name).ok()).collect()
    }

    /// The region of this name.
    pub fn find(&self, name: &RegionName) -> Result<Region, NoRegion> {
        let head = name.head;
        if head.index() >= self.body.blocks.len() || !self.cfg.is_reachable(head) {
            return Err(NoRegion::NoBlock);
        }
        let blocks = match name.kind {
            RegionKind::Block => vec![head],
            RegionKind::Loop => self.loop_blocks(head)?,
            RegionKind::Part => self.part_blocks(name)?,
        };
        let whole = self.body.block(head).insts.len();
        let end = self.body.block(head).insts.iter().position(|i| !can_leave(i.op)).unwrap_or(whole);
        if name.kind != RegionKind::Block {
            let mut insts = blocks.iter().flat_map(|&b| &self.body.block(b).insts);
            if let Some(stays) = insts.find(|i| !can_leave(i.op)) {
                return Err(NoRegion::Stays(stays.op));
            }
        }
        let mut region = Region {
            name: name.clone(),
            blocks,
            end,
            inputs: Vec::new(),
            outputs: Vec::new(),
            exits: Vec::new(),
            anew: Vec::new(),
            wanted_anew: Vec::new(),
            given: Vec::new(),
        };
        let moved = |i: &Inst| !is_made_anew(i.op) && !matches!(i.op, Op::Jump | Op::Trap);
        let insts = &self.body.block(head).insts[..end];
        if !insts.iter().any(moved) && region.blocks.len() == 1 {
            return Err(NoRegion::Nothing);
        }
        self.find_exits(&mut region);
        if region.exits.is_empty() {
            return Err(NoRegion::Nothing);
        }
        self.find_values(&mut region);
        Ok(region)
    }

    /// Whether all of a block may be in a region.
    pub fn can_move(&self, b: BlockId) -> bool {
        self.body.block(b).insts.iter().all(|i| can_leave(i.op))
    }

    /// The blocks of a part, in reverse postorder.
    fn part_blocks(&self, name: &RegionName) -> Result<Vec<BlockId>, NoRegion> {
        let exists = |b: BlockId| b.index() < self.body.blocks.len() && self.cfg.is_reachable(b);
        let inside: FxHashSet<BlockId> = name.others.iter().copied().chain([name.head]).collect();
        if !inside.iter().all(|&b| exists(b)) {
            return Err(NoRegion::NoBlock);
        }
        let is_entered = |b: BlockId| {
            let mut preds = self.cfg.preds(b).iter().filter(|&&p| self.cfg.is_reachable(p));
            b.index() == 0 || preds.any(|p| !inside.contains(p))
        };
        match name.others.iter().find(|&&b| is_entered(b)) {
            Some(&b) => Err(NoRegion::Entered(b)),
            None => Ok(self.cfg.rpo().iter().copied().filter(|b| inside.contains(b)).collect()),
        }
    }

    /// The blocks of the natural loop headed by `head`, in reverse postorder.
    pub fn loop_blocks(&self, head: BlockId) -> Result<Vec<BlockId>, NoRegion> {
        let cfg = &self.cfg;
        let preds = |b: BlockId| cfg.preds(b).iter().copied().filter(|&p| cfg.is_reachable(p));
        let mut work: Vec<BlockId> = preds(head).filter(|&p| cfg.dominates(head, p)).collect();
        if work.is_empty() {
            return Err(NoRegion::NoLoop);
        }
        let mut inside: FxHashSet<BlockId> = FxHashSet::from_iter([head]);
        while let Some(b) = work.pop() {
            if inside.insert(b) {
                work.extend(preds(b));
            }
        }
        Ok(cfg.rpo().iter().copied().filter(|b| inside.contains(b)).collect())
    }

    /// The region's instructions, block by block.
    fn insts<'s>(&'s self, region: &'s Region) -> impl Iterator<Item = (BlockId, &'a Inst)> + 's {
        let of = |&b: &BlockId| self.body.block(b).insts[..region.insts(self.body, b)].iter().map(move |i| (b, i));
        region.blocks.iter().flat_map(of)
    }

    fn is_inside(region: &Region, b: BlockId) -> bool {
        // A block that leads to itself is left and entered again.
        region.name.kind != RegionKind::Block && region.blocks.contains(&b)
    }

    fn find_exits(&self, region: &mut Region) {
        let mut exits: Vec<Exit> = Vec::new();
        for dest in self.insts(region).flat_map(|(_, i)| &i.dests) {
            let exit = Exit::To(dest.clone());
            if !Self::is_inside(region, dest.block) && !exits.contains(&exit) {
                exits.push(exit);
            }
        }
        if region.end < self.body.block(region.name.head).insts.len() {
            exits.push(Exit::Rest);
        }
        region.exits = exits;
    }

    fn find_values(&self, region: &mut Region) {
        let head = self.body.block(region.name.head);
        let is_loop = region.name.kind != RegionKind::Block;
        let mut made: FxHashSet<Value> = self.insts(region).flat_map(|(_, i)| &i.results).copied().collect();
        let own = region.blocks.iter().filter(|&&b| is_loop || b != region.name.head);
        made.extend(own.flat_map(|&b| &self.body.block(b).params));
        let mut taken: FxHashSet<Value> = FxHashSet::default();
        if is_loop {
            region.inputs.extend(&head.params);
        }
        let mut inputs = std::mem::take(&mut region.inputs);
        let mut anew = Vec::new();
        for (_, inst) in self.insts(region) {
            let inner = inst.dests.iter().filter(|d| Self::is_inside(region, d.block)).flat_map(|d| &d.args);
            for &v in inst.args.iter().chain(inner) {
                if made.contains(&v) || !taken.insert(v) {
                    continue;
                }
                match self.anew.get(&v) {
                    Some(inst) => anew.push(Inst::clone(inst)),
                    None => inputs.push(v),
                }
            }
        }
        let mut outputs = Vec::new();
        let mut wanted_anew = Vec::new();
        let mut known: FxHashSet<Value> = FxHashSet::default();
        let mut given: Vec<Vec<Value>> = Vec::new();
        for exit in &region.exits {
            let mut wanted: Vec<Value> = match exit {
                Exit::To(dest) => self.liveness.live_in(dest.block).iter().chain(&dest.args).copied().collect(),
                Exit::Rest => {
                    let rest = head.insts[region.end..].iter();
                    let used = rest.flat_map(|i| i.args.iter().chain(i.dests.iter().flat_map(|d| &d.args)));
                    used.chain(self.liveness.live_out(region.name.head)).copied().collect()
                }
            };
            wanted.retain(|v| made.contains(v));
            wanted.sort_unstable();
            wanted.dedup();
            for &v in &wanted {
                if known.insert(v) {
                    match self.anew.get(&v) {
                        Some(inst) => wanted_anew.push(Inst::clone(inst)),
                        None => outputs.push(v),
                    }
                }
            }
            wanted.retain(|v| !self.anew.contains_key(v));
            given.push(wanted);
        }
        self.give_alike(region, &mut given);
        (region.inputs, region.outputs, region.given) = (inputs, outputs, given);
        (region.anew, region.wanted_anew) = (anew, wanted_anew);
    }
}

impl Regions<'_> {
    /// Has the ways out of one block alone give all that one of them gives: so they can share the code that does it.
    fn give_alike(&self, region: &Region, given: &mut [Vec<Value>]) {
        let mut from: Vec<Option<BlockId>> = vec![None; region.exits.len()];
        let mut shared = vec![false; region.exits.len()];
        for (b, inst) in self.insts(region) {
            for dest in inst.dests.iter().filter(|d| !Self::is_inside(region, d.block)) {
                let exit = region.exits.iter().position(|e| matches!(e, Exit::To(d) if d == dest));
                let exit = exit.expect("all are listed");
                shared[exit] |= from[exit].is_some_and(|other| other != b);
                from[exit] = Some(b);
            }
        }
        let mut all: FxHashMap<BlockId, Vec<Value>> = FxHashMap::default();
        let own = |i: usize| from[i].filter(|_| !shared[i]);
        for (i, values) in given.iter().enumerate() {
            if let Some(b) = own(i) {
                all.entry(b).or_default().extend(values);
            }
        }
        for values in all.values_mut() {
            values.sort_unstable();
            values.dedup();
        }
        for (i, values) in given.iter_mut().enumerate() {
            if let Some(b) = own(i) {
                values.clone_from(&all[&b]);
            }
        }
    }
}

/// A body whose regions are elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// What is left. The head of each region ends in a `switch` without cases: its operands are what the region takes, its
    /// results what it gives, its destinations the region's ways out. Blocks behind the original ones are rests of heads.
    pub body: Body,
    /// Numbers of the regions, by head.
    pub regions: FxHashMap<BlockId, usize>,
    /// Whether something that left calls.
    pub calls: bool,
}

/// Cuts `regions` out of `body`. They are the body's own.
pub fn cut(body: &Body, regions: &[Region]) -> Result<Cut, NoRegion> {
    let mut owner: FxHashMap<BlockId, RegionName> = FxHashMap::default();
    let calls = regions.iter().any(|r| r.calls(body).next().is_some());
    let mut cut = Cut { body: body.clone(), regions: FxHashMap::default(), calls };
    for (number, region) in regions.iter().enumerate() {
        for &b in &region.blocks {
            if let Some(other) = owner.insert(b, region.name.clone()) {
                return Err(NoRegion::Overlaps(other));
            }
        }
        let head = region.name.head;
        cut.regions.insert(head, number);
        let loc = body.block(head).insts[0].loc;
        let mut insts = std::mem::take(&mut cut.body.blocks[head.index()].insts);
        for &b in &region.blocks[1..] {
            cut.body.blocks[b.index()].insts.clear();
        }
        let mut args: SmallVec<[Value; 3]> = region.inputs.iter().copied().collect();
        if region.name.kind != RegionKind::Block {
            // The parameters change as the loop goes round: these are what they are at first.
            for i in 0..cut.body.blocks[head.index()].params.len() {
                let first = cut.body.add_value(body.ty(cut.body.blocks[head.index()].params[i]));
                cut.body.blocks[head.index()].params[i] = first;
                args[i] = first;
            }
        }
        let dests = region.exits.iter().map(|exit| match exit {
            Exit::To(dest) => dest.clone(),
            Exit::Rest => {
                let block = cut.body.add_block();
                cut.body.blocks[block.index()].insts = insts.split_off(region.end);
                Dest { block, args: SmallVec::new() }
            }
        });
        let dests = dests.collect();
        let results = region.outputs.iter().copied().collect();
        let imm = Imm::Cases(Box::default());
        let left = Inst { op: Op::Switch, ty: Type::I64, args, imm, results, dests, loc };
        let anew = region.wanted_anew.iter().cloned();
        cut.body.blocks[head.index()].insts = anew.chain([left]).collect();
    }
    Ok(cut)
}

/// A region by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionBody {
    /// Values have the numbers that they have in the function, but for new ones behind these. Block 0 takes what the region
    /// takes; its parameters stand in the order of [`Region::inputs`]. The last blocks are the ways out, in order: each has
    /// one instruction, a `ret` of the outputs that are wanted there.
    pub body: Body,
    /// Number of the first way out.
    pub first_exit: usize,
}

impl Region {
    /// The region, one of the function's body's, as a body of its own.
    pub fn to_body(&self, of: &Body) -> RegionBody {
        let mut body = Body { blocks: Vec::new(), values: of.values.clone(), slots: of.slots.clone() };
        let loc = of.block(self.name.head).insts[0].loc;
        let plain = |op, args, dests| {
            let (imm, results) = (Imm::None, SmallVec::new());
            Inst { op, ty: Type::Ptr, args, imm, results, dests, loc }
        };
        let first_exit = 1 + self.blocks.len();
        let number: FxHashMap<BlockId, usize> = self.blocks.iter().enumerate().map(|(i, &b)| (b, i + 1)).collect();
        let is_loop = self.name.kind != RegionKind::Block;
        let mut entry = BlockData { params: self.inputs.clone(), insts: self.anew.clone() };
        let passed = if is_loop { of.block(self.name.head).params.len() } else { 0 };
        for p in &mut entry.params[..passed] {
            *p = body.add_value(of.ty(*p));
        }
        let args = entry.params[..passed].iter().copied().collect();
        entry.insts.push(plain(Op::Jump, SmallVec::new(), vec![Dest { block: BlockId::new(1), args }]));
        body.blocks.push(entry);
        let exit =
            |e: &Exit| BlockId::new(first_exit + self.exits.iter().position(|x| x == e).expect("all are listed"));
        for &b in &self.blocks {
            let params = if is_loop || b != self.name.head { of.block(b).params.clone() } else { Vec::new() };
            let mut insts = of.block(b).insts[..self.insts(of, b)].to_vec();
            for dest in insts.iter_mut().flat_map(|i| &mut i.dests) {
                *dest = match number.get(&dest.block).filter(|_| is_loop) {
                    Some(&n) => Dest { block: BlockId::new(n), args: std::mem::take(&mut dest.args) },
                    None => Dest { block: exit(&Exit::To(dest.clone())), args: SmallVec::new() },
                };
            }
            if self.insts(of, b) < of.block(b).insts.len() {
                let rest = Dest { block: exit(&Exit::Rest), args: SmallVec::new() };
                insts.push(plain(Op::Jump, SmallVec::new(), vec![rest]));
            }
            body.blocks.push(BlockData { params, insts });
        }
        for given in &self.given {
            let ret = plain(Op::Ret, given.iter().copied().collect(), Vec::new());
            body.blocks.push(BlockData { params: Vec::new(), insts: vec![ret] });
        }
        RegionBody { body, first_exit }
    }
}
