//! The form between IR and instructions: per block a list of micro-op-like nodes over values that have slots.
//!
//! Owns the data alone; `lower` makes it, `tree` orders it, `slots` places its values, `select` tiles it.

use crate::isa::VmOp;
use crate::pads::Takes;
use rheo_ir::{BlockId, Class, SrcLoc, StackSlotId, Type};
use smallvec::{SmallVec, smallvec};

/// A value of the function being emitted: IR values first, under their own numbers, then new ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Val(pub u32);

impl Val {
    pub(crate) const NONE: Val = Val(u32::MAX);
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in the final block order to branch to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Label(pub u32);

/// Which accumulator can hold a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bank {
    /// `acc`.
    Int,
    /// `facc`.
    Float,
    /// Neither: two slots of integer bits.
    Wide,
}

impl Bank {
    pub(crate) fn of(ty: Type) -> Bank {
        match ty {
            Type::I128 | Type::F80 => Bank::Wide,
            _ if ty.is_int() => Bank::Int,
            _ => Bank::Float,
        }
    }
}

/// Where a value lives when it is not in an accumulator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Home {
    /// Not decided, or not needed.
    None,
    /// A slot (the first of two for 16-byte values).
    Slot(u32),
    /// A slot of the outgoing window.
    Arg(u32),
    /// Half of another value: its slot plus 0 or 1.
    Part(Val, u32),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ValData {
    pub bank: Bank,
    pub slots: u32,
    pub home: Home,
    /// Bits above this number are zero, in slot and accumulator. 64 if nothing is known.
    pub known: u32,
    /// Read in ways that no operand shows (a call's argument, a copy on an edge, half of a value): always stored.
    pub fixed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arg {
    Val(Val),
    Num(i64),
    /// The function's outgoing window, known once slots are.
    Window,
    /// On edges alone: the value plus a number.
    Sum(Val, i64),
}

impl Arg {
    pub(crate) fn val(self) -> Option<Val> {
        match self {
            Arg::Val(v) | Arg::Sum(v, _) => Some(v),
            Arg::Num(_) | Arg::Window => None,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NodeImm {
    None,
    Num(i64),
    /// Bits of a constant, masked to its width.
    Bits(u128),
    /// Byte offset into a static stack slot.
    Frame(StackSlotId, i64),
    Label(Label),
    Table(Box<[Label]>),
}

/// Whether `select` may leave a node out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Skip {
    Never,
    /// Stores a call's result from the accumulator; needless when the one use takes it from there.
    ResultUsedFromAcc,
    /// Brings its operand to the accumulator; needless when it is there.
    AlreadyInAcc,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub op: VmOp,
    pub ty: Type,
    pub args: SmallVec<[Arg; 3]>,
    pub imm: NodeImm,
    pub res: SmallVec<[Val; 1]>,
    /// For calls: results that come in `acc` and `facc`. For `ret`: operands that must be there.
    pub in_acc: Val,
    pub in_facc: Val,
    pub skip: Skip,
    /// Stays where it is even if nobody uses its result: a volatile access, half of a wide value.
    pub pinned: bool,
    /// For calls: where their exceptions go.
    pub pad: Option<PadEdge>,
    pub loc: SrcLoc,
}

/// The way to a landing pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PadEdge {
    /// Where the code goes on, copies of the edge included.
    pub label: Label,
    /// The pad's block.
    pub block: BlockId,
}

impl Node {
    pub(crate) fn new(op: VmOp, ty: Type, args: &[Arg], imm: NodeImm, res: &[Val], loc: SrcLoc) -> Node {
        Node {
            op,
            ty,
            args: args.iter().copied().collect(),
            imm,
            res: res.iter().copied().collect(),
            in_acc: Val::NONE,
            in_facc: Val::NONE,
            skip: Skip::Never,
            pinned: false,
            pad: None,
            loc,
        }
    }

    /// Whether it may go when its results are unused, and move down to its use.
    pub(crate) fn is_movable(&self) -> bool {
        let class = match self.op {
            VmOp::Ir(op) => op.info().class,
            VmOp::Move => Class::Pure,
            _ => return false,
        };
        !self.pinned && matches!(class, Class::Pure | Class::Load) && self.skip != Skip::ResultUsedFromAcc
    }

    /// Whether it may write memory.
    pub(crate) fn is_barrier(&self) -> bool {
        match self.op {
            VmOp::Ir(op) => match op.info().class {
                Class::Pure => false,
                Class::Load => self.pinned,
                _ => true,
            },
            VmOp::Move => false,
            _ => true,
        }
    }

    /// Values read: operands, and what `ret` wants in the accumulators.
    pub(crate) fn uses(&self) -> impl Iterator<Item = Val> + '_ {
        let held = if self.op.is_call() { [Val::NONE; 2] } else { [self.in_acc, self.in_facc] };
        self.args.iter().filter_map(|a| a.val()).chain(held.into_iter().filter(|&v| v != Val::NONE))
    }

    /// Values defined: results, and what a call leaves in the accumulators.
    pub(crate) fn defs(&self) -> impl Iterator<Item = Val> + '_ {
        let held = if self.op.is_call() { [self.in_acc, self.in_facc] } else { [Val::NONE; 2] };
        self.res.iter().copied().chain(held.into_iter().filter(|&v| v != Val::NONE))
    }
}

/// A way out of a block, with what its destination's parameters get.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub to: BlockId,
    /// Values, or constants and addresses made on the edge.
    pub args: Vec<(Val, Arg)>,
}

/// How a block ends.
#[derive(Clone, Debug)]
pub(crate) enum Exit {
    /// By its last node.
    Node,
    /// Moves to the first slots, then the return, whose other operands are in the accumulators.
    Ret(Vec<(u32, Val, Type)>, Box<Node>),
    Jump(Edge),
    /// Condition, taken, not taken.
    Branch(Val, Edge, Edge),
    /// The way on behind the block's last call, and the way of its exceptions.
    Invoke(Edge, Edge),
    /// Operand, its type, sorted cases, default.
    Switch(Val, Type, Vec<(u128, usize)>, Vec<Edge>),
    /// Machine code, which goes on at one of the edges.
    Native(Native, Vec<Edge>),
}

/// Machine code that stands for a part of the function.
#[derive(Clone, Debug)]
pub(crate) struct Native {
    /// The symbol of the code.
    pub symbol: u32,
    /// Its number among the function's regions.
    pub region: usize,
    /// What it takes from slots.
    pub args: Vec<Val>,
    /// What it leaves in slots: IR values, as they stand for themselves.
    pub res: Vec<Val>,
}

impl Exit {
    /// Values read by the exit itself; edges read theirs too.
    pub(crate) fn uses(&self) -> Vec<Val> {
        match self {
            Exit::Node | Exit::Jump(_) | Exit::Invoke(..) => Vec::new(),
            Exit::Branch(v, ..) | Exit::Switch(v, ..) => vec![*v],
            Exit::Native(native, _) => native.args.clone(),
            Exit::Ret(moves, node) => moves.iter().map(|m| m.1).chain(node.uses()).collect(),
        }
    }

    /// Values made by the exit itself.
    pub(crate) fn defs(&self) -> &[Val] {
        match self {
            Exit::Native(native, _) => &native.res,
            _ => &[],
        }
    }

    pub(crate) fn edge_uses(&self) -> Vec<Val> {
        self.edges().into_iter().flat_map(|e| &e.args).filter_map(|a| a.1.val()).collect()
    }

    pub(crate) fn edges_mut(&mut self) -> SmallVec<[&mut Edge; 2]> {
        match self {
            Exit::Node | Exit::Ret(..) => SmallVec::new(),
            Exit::Jump(e) => smallvec![e],
            Exit::Branch(_, a, b) | Exit::Invoke(a, b) => smallvec![a, b],
            Exit::Switch(_, _, _, edges) | Exit::Native(_, edges) => edges.iter_mut().collect(),
        }
    }

    pub(crate) fn edges(&self) -> Vec<&Edge> {
        match self {
            Exit::Node | Exit::Ret(..) => Vec::new(),
            Exit::Jump(e) => vec![e],
            Exit::Branch(_, a, b) | Exit::Invoke(a, b) => vec![a, b],
            Exit::Switch(_, _, _, edges) | Exit::Native(_, edges) => edges.iter().collect(),
        }
    }
}

/// A block of the function being emitted.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub params: Vec<Val>,
    pub nodes: Vec<Node>,
    pub exit: Exit,
    pub exit_loc: SrcLoc,
    /// What it takes, if it is a landing pad.
    pub takes: Option<Takes>,
}

/// A function being emitted. `blocks` has an entry for each IR block; unreachable ones are empty.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub blocks: Vec<Block>,
    pub vals: Vec<ValData>,
    /// Nodes that make a value anew wherever it is used, by value.
    pub remat: Vec<Option<Box<Node>>>,
    /// The function calls something that returns twice: no slot may serve two values.
    pub returns_twice: bool,
    pub calls: bool,
    /// Static stack slots: bytes and alignment, by [`StackSlotId`].
    pub stack: Vec<rheo_ir::StackSlot>,
    /// Static stack slot that keeps the dynamic stack's top from before the function, where an exception may need it.
    pub mark: Option<StackSlotId>,
    /// Most argument slots that a call passes or gets back.
    pub window_slots: u32,
    /// Machine code in it, once the control flow is spelt out.
    pub natives: Vec<Native>,
}

impl Work {
    pub(crate) fn new_val(&mut self, bank: Bank, slots: u32) -> Val {
        self.vals.push(ValData { bank, slots, home: Home::None, known: 64, fixed: false });
        self.remat.push(None);
        Val(u32::try_from(self.vals.len() - 1).expect("values fit u32"))
    }

    pub(crate) fn at_home(&mut self, bank: Bank, slots: u32, home: Home) -> Val {
        let v = self.new_val(bank, slots);
        self.vals[v.index()].home = home;
        self.vals[v.index()].fixed = true;
        v
    }

    /// The value itself, or the one that it is a part of.
    pub(crate) fn whole(&self, v: Val) -> Val {
        match self.vals[v.index()].home {
            Home::Part(w, _) => w,
            _ => v,
        }
    }
}
