//! From a module's functions to an image.
//!
//! Owns the pipeline: `lower` → `tree` → `slots` → `flow` → `select` → `code`, function by function in parallel, then
//! the image's assembly in function order, so that the result does not depend on the number of threads.

mod address;
mod carry;
mod code;
mod constant;
mod dialects;
mod exceptions;
mod far;
mod flow;
mod hoist;
mod legal;
mod lower;
mod native;
mod node;
mod program;
mod select;
mod sink;
mod slots;
mod tree;

pub(crate) use crate::image::{self, Image};
use crate::isa::{Isa, VmOp};
use crate::pads::{FunctionPads, PadRow};
use crate::patterns::Patterns;
use carry::Ways;
use code::Code;
pub(crate) use code::encode;
pub(crate) use constant::FloatConstants;
use dialects::Dialects;
pub(crate) use flow::Stretch;
use legal::{Room, Short};
pub use native::NativeBlock;
use native::PlacedNative;
pub(crate) use node::{Arg, Bank, Home, Node, NodeImm, Val};
use node::{Label, Skip, Work};
pub(crate) use program::Program;
pub use program::SymbolKind;
use rayon::prelude::*;
use rheo_ir::{Cfg, FuncId, Module, NoRegion, Op, Region, SrcLoc, Type};
use rustc_hash::FxHashMap;
use select::{Context, Tile};
pub(crate) use select::{Held, slot_of};
use slots::Frame;
use smallvec::SmallVec;

/// Frames above this size check their own extent: the guard below the stack's end covers smaller ones.
const CHECKED_FRAME_BYTES: u64 = 32 << 10;
/// Costs of a dispatch in sixteenths of a byte, by the number of loops around.
const DISPATCH: [u32; 4] = [8, 32, 64, 96];
/// Bounds of it where executions are counted: code that never runs is small first of all, and sums fit.
const DISPATCH_MIN: u32 = 4;
const DISPATCH_MAX: u32 = 1 << 20;

/// Slots for temporaries of ops that are spelt out in others, at first.
const ROOM: u32 = 16;

/// Bytes of the descriptors of functions with entry stubs: offsets are of two bytes.
const DESCRIPTORS_MAX: usize = u16::MAX as usize;

/// Why a program cannot be made into bytecode.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EmitError {
    /// A function asked for has no body, or was named twice.
    #[error("{func}: no body to make bytecode of, or named twice")]
    NotDefined {
        /// Linkage name.
        func: String,
    },
    /// More stubs than functions.
    #[error("{stubs} functions were to have entry stubs, of {funcs}")]
    Stubs {
        /// Asked for.
        stubs: usize,
        /// There are.
        funcs: usize,
    },
    /// More signatures of functions with entry stubs than the image can describe.
    #[error("the signatures of functions that native code calls take more than {DESCRIPTORS_MAX} bytes")]
    Signatures,
    /// A frame that instructions cannot address.
    #[error("a frame of {bytes} bytes is more than bytecode can address")]
    FrameTooLarge {
        /// Its size.
        bytes: u64,
    },
    /// More code than functions' offsets reach.
    #[error("more than 256 MiB of bytecode")]
    TooMuchCode,
    /// A branch over more than 2 GB.
    #[error("a branch over {distance} bytes")]
    TooFar {
        /// In bytes.
        distance: i64,
    },
    /// No template of the instruction set covers an op.
    #[error("the instruction set has no template for `{op}.{ty}`")]
    NoTemplate {
        /// Its name.
        op: &'static str,
        /// Its type.
        ty: Type,
        /// Where it is in the source.
        loc: SrcLoc,
    },
    /// Regions of a function that cannot be machine code, or not all of them.
    #[error("function `{func}`: {error}")]
    Region {
        /// Linkage name.
        func: String,
        /// What is wrong.
        error: NoRegion,
    },
    /// One of the above, in a function.
    #[error("{position}function `{func}`: {error}")]
    In {
        /// Linkage name.
        func: String,
        /// `file:line:col: `, or empty.
        position: String,
        /// What.
        error: Box<EmitError>,
    },
}

impl EmitError {
    fn no_template(node: &Node) -> EmitError {
        EmitError::NoTemplate { op: node.op.name(), ty: node.ty, loc: node.loc }
    }
}

/// How to emit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EmitOptions {
    /// The first so many functions are entered from native code too: they get descriptors in `func_info`.
    pub stubs: usize,
    /// Put function names and source positions into the image.
    pub debug: bool,
}

impl Default for EmitOptions {
    fn default() -> Self {
        EmitOptions { stubs: 0, debug: true }
    }
}

/// How often each block of each function was run, by its number in the IR.
pub type Runs = FxHashMap<FuncId, Vec<u64>>;

/// Regions of functions that are machine code, no two of a function overlapping.
pub type FuncRegions = FxHashMap<FuncId, Vec<Region>>;

/// What is known of a program beside its functions, and wanted of it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// How often the blocks run: what runs much is fast, what does not is small.
    pub runs: &'a Runs,
    /// What all dispatches in those count, where all bytes count 1.
    pub dispatches: f64,
    /// What of the functions is machine code.
    pub regions: &'a FuncRegions,
}

/// Makes an image of the functions `funcs`, which are numbered in this order. All other functions that they mention
/// are native.
pub fn emit(module: &Module, funcs: &[FuncId], isa: &Isa, options: EmitOptions) -> Result<Image, EmitError> {
    let (runs, regions) = (&Runs::default(), &FuncRegions::default());
    emit_wanted(module, funcs, isa, options, Wanted { runs, dispatches: 1.0, regions })
}

/// The same where more is known and wanted.
pub fn emit_wanted(
    module: &Module,
    funcs: &[FuncId],
    isa: &Isa,
    options: EmitOptions,
    wanted: Wanted<'_>,
) -> Result<Image, EmitError> {
    let Wanted { runs, dispatches, regions } = wanted;
    if options.stubs > funcs.len() {
        return Err(EmitError::Stubs { stubs: options.stubs, funcs: funcs.len() });
    }
    let dialects = Dialects::new(isa);
    let program = Program::new(module, funcs, options.stubs, regions)?;
    let floats = float_constants(dialects.each());
    let worth = worth(module, funcs, runs) * dispatches;
    let emitter = Emitter { program: &program, dialects: &dialects, floats, runs, worth };
    let code: Vec<FuncCode> = funcs.par_iter().map(|&f| emitter.located(f)).collect::<Result<_, _>>()?;
    let natives = code.iter().map(|c| &c.natives);
    let blocks = funcs.iter().zip(natives).flat_map(|(&f, natives)| {
        let regions = regions.get(&f).map_or(&[][..], Vec::as_slice).iter().enumerate();
        regions.map(move |(i, region)| natives.iter().find(|n| n.region == i).map(|n| n.block(f, region)))
    });
    let blocks = blocks.collect();
    image::assemble(&program, funcs, &dialects.each()[0], code, options, blocks)
}

/// A function's code and the slots that it may name.
pub(crate) struct FuncCode {
    pub code: Code,
    /// What it is written in.
    pub dialect: usize,
    /// Byte offset of each IR block, if it is reachable.
    pub blocks: Vec<Option<u32>>,
    pub pads: FunctionPads,
    /// Of the regions that control reaches.
    pub natives: Vec<PlacedNative>,
    pub extent_slots: u32,
    pub nodes: u32,
    pub tiles: u32,
}

pub(crate) fn float_constants(dialects: &[Patterns]) -> FloatConstants {
    use rheo_ir::Op::{Const, Fconvert, Sitof64};
    let after = |ty, op| dialects.iter().any(|p| p.has(&[(VmOp::Ir(Const), ty), (VmOp::Ir(op), Type::F64)]));
    FloatConstants { from_int: after(Type::I64, Sitof64), from_f32: after(Type::F32, Fconvert) }
}

/// What one run of a block's dispatches is worth, in sixteenths of a byte: all of them as much as all bytes.
pub(crate) fn worth(module: &Module, funcs: &[FuncId], runs: &Runs) -> f64 {
    let (mut ops, mut executed) = (0.0, 0.0);
    for f in funcs {
        let body = module.func(*f).body.as_ref().expect("checked when functions were numbered");
        for (i, b) in body.blocks.iter().enumerate() {
            let n = b.insts.len() as f64;
            ops += n;
            executed += n * runs.get(f).and_then(|r| r.get(i)).map_or(0.0, |&n| n as f64);
        }
    }
    // An instruction is about two ops, each of two bytes.
    2.0 * 2.0 * 16.0 * ops / f64::max(executed, 1.0)
}

struct Emitter<'a> {
    program: &'a Program<'a>,
    dialects: &'a Dialects,
    floats: FloatConstants,
    runs: &'a Runs,
    worth: f64,
}

impl Emitter<'_> {
    fn located(&self, f: FuncId) -> Result<FuncCode, EmitError> {
        let module = self.program.module;
        self.func(f).map_err(|error| {
            let func = module.func(f);
            let inside = match error {
                EmitError::NoTemplate { loc, .. } => module.position(loc),
                _ => None,
            };
            let position = inside.or_else(|| module.position(func.loc)).map_or(String::new(), |p| p + ": ");
            EmitError::In { func: func.name.clone(), position, error: Box::new(error) }
        })
    }

    /// The function, with so many slots for temporaries.
    fn prepared(&self, f: FuncId, room: u32) -> Result<Prepared, EmitError> {
        let mut prepared = Prepared::with_room(self.program, f, self.floats, room)?;
        if let Some(runs) = self.runs.get(&f) {
            prepared.weigh(|s| (s.runs(runs) * self.worth) as u32);
        }
        Ok(prepared)
    }

    /// The function in ops that the set has.
    fn legal(&self, f: FuncId) -> Result<Prepared, EmitError> {
        let mut room = ROOM;
        loop {
            let mut prepared = self.prepared(f, room)?;
            match legal::legalise(&mut prepared, &self.dialects.all()) {
                Ok(()) => return Ok(prepared),
                Err(Short::Room(slots)) => room = slots,
                Err(Short::Failed(error)) => return Err(error),
            }
        }
    }

    fn func(&self, f: FuncId) -> Result<FuncCode, EmitError> {
        let mut prepared = self.prepared(f, 0)?;
        let (dialect, mut tiling) = match self.dialects.tile(&prepared) {
            Err(EmitError::NoTemplate { .. }) => {
                prepared = self.legal(f)?;
                self.dialects.tile(&prepared)?
            }
            tiling => tiling?,
        };
        tiling.repeat(&self.dialects.each()[dialect]);
        let code = code::write(&self.dialects.each()[dialect], &mut tiling.tiles, &tiling.starts)?;
        let nodes = prepared.stretches.iter().map(|s| s.nodes.len() as u32).sum();
        let tiles = tiling.tiles.len() as u32;
        let mut blocks = vec![None; prepared.work.blocks.len()];
        // Rests of blocks are no blocks of the function's.
        blocks.truncate(self.program.module.func(f).body.as_ref().map_or(0, |b| b.blocks.len()));
        for s in &prepared.stretches {
            if let Some(block) = blocks.get_mut(s.label.0 as usize) {
                *block = Some(code.labels[s.label.0 as usize]);
            }
        }
        let rows = code.pads.iter().map(|&(call, pad)| PadRow {
            call,
            pad: code.labels[pad.label.0 as usize],
            takes: prepared.work.blocks[pad.block.index()].takes.clone().expect("exceptions lead to landing pads"),
        });
        let mark = prepared.work.mark.map(|slot| (prepared.frame.stack[slot.index()] / 8) as u32);
        let pads = FunctionPads { rows: rows.collect(), mark };
        let natives = native::place(&prepared.work, &prepared.frame, &code);
        Ok(FuncCode { code, dialect, blocks, pads, natives, extent_slots: prepared.extent_slots(), nodes, tiles })
    }
}

/// A function but for the choice of templates.
pub(crate) struct Prepared {
    pub work: Work,
    pub uses: Vec<u32>,
    pub frame: Frame,
    /// For temporaries of legalisation.
    room: Room,
    pub stretches: Vec<Stretch>,
    /// What a dispatch costs in each stretch, in sixteenths of a byte.
    dispatch: Vec<u32>,
    /// Number of the first node of the stretch with a label, by label.
    first: Vec<i64>,
    /// The one stretch before that control comes from, by stretch.
    only_way: Vec<Option<u32>>,
    ways: Ways,
}

/// A function's templates, chosen.
pub(crate) struct Tiling {
    pub tiles: Vec<Tile>,
    /// Number of the first tile of each stretch, by label.
    pub starts: Vec<u32>,
    /// The same by stretch, in order.
    pub stretch_starts: Vec<u32>,
}

impl Tiling {
    /// Whether an instruction branches to itself.
    pub(crate) fn is_own_target(&self, tile: usize) -> bool {
        self.tiles[tile].label.is_some_and(|l| self.starts[l.0 as usize] as usize == tile)
    }

    /// Makes instructions that branch to themselves loops where the set has those.
    fn repeat(&mut self, patterns: &Patterns) {
        for i in 0..self.tiles.len() {
            if let Some(shape) = patterns.looped(self.tiles[i].shape).filter(|_| self.is_own_target(i)) {
                self.tiles[i].become_loop(patterns, shape);
            }
        }
    }
}

impl Prepared {
    pub(crate) fn new(program: &Program<'_>, f: FuncId, floats: FloatConstants) -> Result<Prepared, EmitError> {
        Prepared::with_room(program, f, floats, 0)
    }

    /// The same with so many slots that nothing has, within reach.
    fn with_room(program: &Program<'_>, f: FuncId, floats: FloatConstants, room: u32) -> Result<Prepared, EmitError> {
        let func = program.module.func(f);
        let body = program.body(f);
        let cfg = Cfg::new(body);
        let mut work = lower::lower(program, f, body, &cfg);
        address::share(&mut work);
        hoist::hoist(&mut work, &cfg);
        sink::sink(&mut work, &cfg);
        let mut uses = tree::order(&mut work, floats);
        let params = &body.blocks[0].params;
        let params: Vec<(Val, u32)> = params.iter().map(|p| (Val(p.0), body.ty(*p).slots())).collect();
        let mut frame = slots::allocate(&mut work, &cfg, &params)?;
        let may_be_far = room > 0 || far::may_be_needed(&work, &frame);
        let allocated = may_be_far.then(|| (work.clone(), frame.clone()));
        let mut stretches = flow::spell_out(&mut work, &cfg, &mut frame);
        frame.lay_out(&work)?;
        let mut free = Room::default();
        if let Some(allocated) = allocated {
            let params_end = params.iter().map(|p| p.1).sum();
            // Room for copies moves the rest, and more may then be too far.
            let mut slots = far::needed(&work, &frame, &stretches);
            while slots + room > 0 {
                (work, frame) = allocated.clone();
                let scratch = far::reserve(&mut work, &cfg, &mut frame, params_end, slots + room)?;
                stretches = flow::spell_out(&mut work, &cfg, &mut frame);
                frame.lay_out(&work)?;
                let needed = far::needed(&work, &frame, &stretches);
                if needed <= slots {
                    scratch.reach(&mut work, &frame, &mut stretches);
                    free = Room { first: scratch.first() + slots, slots: room };
                    break;
                }
                slots = needed;
            }
        }
        // Values made since live from one node to the next. A switch that was spelled out reads its operand in every test.
        uses.resize(work.vals.len(), 1);
        let mut read = vec![0; work.vals.len()];
        let nodes = stretches.iter().flat_map(|s| &s.nodes).filter(|n| n.skip != Skip::ResultUsedFromAcc);
        nodes.flat_map(Node::uses).for_each(|v| read[v.index()] += 1);
        uses.iter_mut().zip(&read).for_each(|(n, &read)| *n = read.max(*n));
        for (n, v) in uses.iter_mut().zip(&work.vals) {
            if v.fixed {
                *n = u32::MAX;
            }
        }
        if frame.bytes > CHECKED_FRAME_BYTES {
            let imm = NodeImm::Num(frame.bytes as i64);
            let check = Node::new(VmOp::FrameCheck, Type::I64, &[], imm, &[], func.loc);
            stretches[0].nodes.insert(0, check);
        }
        let dispatch = stretches.iter().map(|s| dispatch_cost(s.depth)).collect();
        let mut p = Prepared {
            work,
            uses,
            frame,
            room: free,
            stretches,
            dispatch,
            first: Vec::new(),
            only_way: Vec::new(),
            ways: Ways::default(),
        };
        p.survey();
        Ok(p)
    }

    /// Notes where each label is and how control comes there.
    fn survey(&mut self) {
        let labels = self.stretches.iter().map(|s| s.label.0 + 1).max().unwrap_or(0) as usize;
        let mut first = vec![0i64; labels];
        // Stretches at whose end control goes there, or `u32::MAX`.
        let mut incoming: Vec<SmallVec<[u32; 2]>> = vec![SmallVec::new(); labels];
        let mut at = 0i64;
        for (i, s) in self.stretches.iter().enumerate() {
            first[s.label.0 as usize] = at;
            at += s.nodes.len() as i64;
            for (k, n) in s.nodes.iter().enumerate() {
                // What the accumulators hold is known at a stretch's end only.
                let at_end = s.nodes[k + 1..].iter().all(|n| n.op == VmOp::Ir(Op::Jump));
                let from = if at_end { i as u32 } else { u32::MAX };
                if let Some(pad) = n.pad {
                    count(&mut incoming, pad.label, u32::MAX);
                }
                match &n.imm {
                    NodeImm::Label(l) => count(&mut incoming, *l, from),
                    NodeImm::Table(t) => t.iter().for_each(|l| count(&mut incoming, *l, from)),
                    _ => {}
                }
            }
            let falls = s.nodes.last().is_none_or(|n| !n.op.is_final());
            if let Some(next) = self.stretches.get(i + 1).filter(|_| falls) {
                count(&mut incoming, next.label, i as u32);
            }
        }
        let mut ways = incoming.into_iter();
        self.only_way = vec![None; self.stretches.len()];
        self.ways.from = vec![Vec::new(); self.stretches.len()];
        let mut by_label: Vec<usize> = vec![usize::MAX; labels];
        for (i, s) in self.stretches.iter().enumerate() {
            by_label[s.label.0 as usize] = i;
        }
        for i in by_label {
            let Some(from) = ways.next() else { break };
            match from.as_slice() {
                // The function is entered there.
                _ if i == 0 || i == usize::MAX => {}
                [] => {}
                [from] => self.only_way[i] = Some(*from).filter(|&from| (from as usize) < i),
                from if from.contains(&u32::MAX) => {}
                from => self.ways.from[i] = from.to_vec(),
            }
        }
        self.first = first;
    }

    /// Guess of the distance from node `k` of a stretch to a label: about 2.6 bytes a node.
    pub(crate) fn distance(&self, from: &Stretch, k: usize, to: Label) -> i64 {
        (self.first[to.0 as usize] - self.first[from.label.0 as usize] - k as i64) * 13 / 5
    }

    /// Sets what a dispatch costs, by stretch, in sixteenths of a byte.
    pub(crate) fn weigh(&mut self, mut cost: impl FnMut(&Stretch) -> u32) {
        self.dispatch = self.stretches.iter().map(|s| cost(s).clamp(DISPATCH_MIN, DISPATCH_MAX)).collect();
    }

    /// Cost of a dispatch in a stretch, by its place, in sixteenths of a byte.
    pub(crate) fn dispatch(&self, stretch: usize) -> u32 {
        self.dispatch[stretch]
    }

    pub(crate) fn tile(&self, patterns: &Patterns) -> Result<Tiling, EmitError> {
        let n = self.stretches.len();
        let mut chosen: Vec<Vec<Tile>> = Vec::with_capacity(n);
        let mut ends = vec![[Held::NOTHING; 2]; n];
        // What the accumulators are taken to hold where several ways meet, and what each stretch was made for.
        let mut met = vec![[Held::NOTHING; 2]; n];
        let mut starts_with = vec![[Held::NOTHING; 2]; n];
        let held = |ends: &[[Held; 2]], i: usize| self.ways.held(&self.work.vals, &self.stretches, ends, i);
        // What loops had better find there, by the stretches before them.
        let mut wishes = vec![[None; 2]; n];
        for (i, met) in met.iter_mut().enumerate() {
            if self.ways.from[i].iter().any(|&from| from as usize >= i) {
                *met = self.ways.guess(&self.work.vals, &self.stretches, i);
                let wish = met.map(|h| carry::slots(&self.work.vals, h.val).map(|at| at.0));
                for &from in self.ways.from[i].iter().filter(|&&from| (from as usize) < i) {
                    wishes[from as usize] = wish;
                }
            }
        }
        for i in 0..n {
            if self.ways.from[i].iter().all(|&from| (from as usize) < i) {
                met[i] = held(&ends, i);
            }
            starts_with[i] = self.only_way[i].map_or(met[i], |from| ends[from as usize]);
            let (tiles, end) = self.tile_stretch(patterns, i, starts_with[i], wishes[i])?;
            chosen.push(tiles);
            ends[i] = end;
        }
        // Until all that is taken for granted is so: each time less is.
        loop {
            for i in 0..n {
                let start = self.only_way[i].map_or(met[i], |from| ends[from as usize]);
                if start != starts_with[i] {
                    starts_with[i] = start;
                    (chosen[i], ends[i]) = self.tile_stretch(patterns, i, start, wishes[i])?;
                }
            }
            let mut settled = true;
            for (i, met) in met.iter_mut().enumerate().filter(|(_, met)| **met != [Held::NOTHING; 2]) {
                let now = held(&ends, i);
                for (met, now) in met.iter_mut().zip(now) {
                    if *met != Held::NOTHING && *met != now {
                        *met = Held::NOTHING;
                        settled = false;
                    }
                }
            }
            if settled {
                break;
            }
        }
        let mut tiles = Vec::new();
        let mut starts = vec![0u32; self.first.len()];
        let mut stretch_starts = Vec::with_capacity(n);
        for (s, mut chosen) in self.stretches.iter().zip(chosen) {
            starts[s.label.0 as usize] = tiles.len() as u32;
            stretch_starts.push(tiles.len() as u32);
            tiles.append(&mut chosen);
        }
        Ok(Tiling { tiles, starts, stretch_starts })
    }

    /// The instructions of a tiling, each with what a dispatch costs there, in sixteenths of a byte.
    pub(crate) fn dispatches<'a>(&'a self, tiling: &'a Tiling) -> impl Iterator<Item = (&'a Tile, u32)> {
        let ends = tiling.stretch_starts.iter().skip(1).copied().chain([tiling.tiles.len() as u32]);
        let stretches = tiling.stretch_starts.iter().zip(ends).zip(&self.dispatch);
        stretches.flat_map(|((&from, to), &d)| tiling.tiles[from as usize..to as usize].iter().map(move |t| (t, d)))
    }

    /// A stretch's templates, given what the accumulators hold at its start and had better hold at its end, and what they hold
    /// there.
    fn tile_stretch(
        &self,
        patterns: &Patterns,
        i: usize,
        start: [Held; 2],
        wish: [Option<u32>; 2],
    ) -> Result<(Vec<Tile>, [Held; 2]), EmitError> {
        let s = &self.stretches[i];
        if s.nodes.is_empty() {
            return Ok((Vec::new(), start));
        }
        let distance = |l: Label, k: usize| self.distance(s, k, l);
        let context = Context {
            patterns,
            vals: &self.work.vals,
            uses: &self.uses,
            frame: &self.frame,
            distance: &distance,
            dispatch: self.dispatch[i],
            wish,
        };
        select::select(&context, &s.nodes, start).map_err(|at| EmitError::no_template(&s.nodes[at]))
    }

    /// Slots that instructions may name.
    pub(crate) fn extent_slots(&self) -> u32 {
        extent_slots(&self.work, &self.frame)
    }
}

fn extent_slots(work: &Work, frame: &Frame) -> u32 {
    match work.calls {
        true => frame.window() * 2 + work.window_slots,
        false => (frame.bytes / 8) as u32,
    }
}

/// Cost of a dispatch in sixteenths of a byte, by the number of loops around.
fn dispatch_cost(depth: u32) -> u32 {
    DISPATCH[(depth as usize).min(DISPATCH.len() - 1)]
}

fn count(incoming: &mut [SmallVec<[u32; 2]>], l: Label, from: u32) {
    incoming[l.0 as usize].push(from);
}
