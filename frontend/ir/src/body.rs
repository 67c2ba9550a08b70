//! A function's body: blocks of instructions over SSA values with block parameters.
//!
//! Owns their storage and construction. Checks nothing: that is the verifier's.

use crate::op::RmwKind;
use crate::{BlockId, FuncId, GlobalId, Op, SigId, SrcLoc, StackSlotId, Type, Value};
use smallvec::SmallVec;

/// A static stack allocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StackSlot {
    /// Size in bytes.
    pub bytes: u32,
    /// Alignment in bytes, a power of two.
    pub align: u32,
}

/// A branch destination with the arguments for its block's parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dest {
    /// Where to continue.
    pub block: BlockId,
    /// One value for each parameter of the block.
    pub args: SmallVec<[Value; 2]>,
}

/// The part of an instruction known when the program is read. Which variant an op carries stands in its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Imm {
    /// Nothing.
    None,
    /// An integer: alignment for `alloca`, level for `return_address` and `frame_address`, lanes for `permute`.
    Int(i64),
    /// Raw bits of a constant (integers sign-extended to 128 bits are masked to their width), or the 16 mask
    /// bytes of `shuffle`, little-endian.
    Bits(u128),
    /// Lane number.
    Lane(u8),
    /// Memory access.
    Mem {
        /// Byte offset added to the address.
        offset: i32,
        /// Neither removed, merged nor reordered.
        volatile: bool,
    },
    /// A stack slot and a byte offset into it.
    Slot(StackSlotId, i32),
    /// A global and a byte offset into it.
    Global(GlobalId, i64),
    /// A function.
    Func(FuncId),
    /// A signature.
    Sig(SigId),
    /// Case values of `switch`, masked to the operand's width.
    Cases(Box<[u128]>),
    /// Source type of a float conversion.
    FromType(Type),
    /// Kind of an atomic read-modify-write.
    Rmw(RmwKind),
    /// What a landing pad takes.
    Pad(Box<Pad>),
}

/// What a landing pad takes: the first clause that an exception meets, or anything for its clean-up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pad {
    /// Looked at in order.
    pub clauses: Vec<Clause>,
    /// Whether an exception that meets no clause comes here too, on its way up.
    pub cleanup: bool,
}

/// What an exception may meet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Clause {
    /// Its type is that of the `type_info`, or derived from it; or it is anything at all.
    Catch(Option<GlobalId>),
    /// It is of none of these types: an exception specification is violated.
    Filter(Vec<GlobalId>),
}

impl Clause {
    /// The types that it names; none stands for any.
    pub fn types(&self) -> impl Iterator<Item = Option<GlobalId>> + '_ {
        let (caught, allowed) = match self {
            Clause::Catch(ty) => (Some(*ty), [].as_slice()),
            Clause::Filter(types) => (None, types.as_slice()),
        };
        caught.into_iter().chain(allowed.iter().copied().map(Some))
    }
}

impl Pad {
    /// The variables that the clauses name.
    pub fn types_mut(&mut self) -> impl Iterator<Item = &mut GlobalId> {
        self.clauses.iter_mut().flat_map(|c| match c {
            Clause::Catch(ty) => ty.as_mut_slice(),
            Clause::Filter(types) => types.as_mut_slice(),
        })
    }

    /// The variables that the clauses name.
    pub fn types(&self) -> impl Iterator<Item = GlobalId> + '_ {
        let of = |c: &'_ Clause| match c {
            Clause::Catch(ty) => ty.as_slice().to_vec(),
            Clause::Filter(types) => types.clone(),
        };
        self.clauses.iter().flat_map(of)
    }
}

/// An instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// Controlling type; `Ptr` for ops that need none.
    pub ty: Type,
    /// Operands.
    pub args: SmallVec<[Value; 3]>,
    /// What is known of it statically.
    pub imm: Imm,
    /// Results, of the types that the op's row says.
    pub results: SmallVec<[Value; 1]>,
    /// Destinations of a terminator.
    pub dests: Vec<Dest>,
    /// Where in the source it stems from.
    pub loc: SrcLoc,
}

impl Inst {
    /// The block in which the results are defined, of an instruction in `block`: an invoke's are its first
    /// destination's.
    pub fn results_in(&self, block: BlockId) -> BlockId {
        match self.dests.first() {
            Some(normal) if self.op.is_invoke() => normal.block,
            _ => block,
        }
    }
}

/// A basic block: parameters, instructions, the last of which is the only terminator.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BlockData {
    /// Parameters, defined on entry.
    pub params: Vec<Value>,
    /// Instructions.
    pub insts: Vec<Inst>,
}

/// The body of a defined function. Block 0 is the entry; its parameters are the function's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Body {
    /// Blocks, by [`BlockId`].
    pub blocks: Vec<BlockData>,
    /// Types of the values, by [`Value`].
    pub values: Vec<Type>,
    /// Static stack allocations, by [`StackSlotId`].
    pub slots: Vec<StackSlot>,
}

impl Body {
    /// A new empty block.
    pub fn add_block(&mut self) -> BlockId {
        self.blocks.push(BlockData::default());
        BlockId::new(self.blocks.len() - 1)
    }

    /// A new value of type `ty`, defined by nothing yet.
    pub fn add_value(&mut self, ty: Type) -> Value {
        self.values.push(ty);
        Value::new(self.values.len() - 1)
    }

    /// A new parameter at the end of `block`'s.
    pub fn add_param(&mut self, block: BlockId, ty: Type) -> Value {
        let v = self.add_value(ty);
        self.blocks[block.index()].params.push(v);
        v
    }

    /// A new static stack allocation.
    pub fn add_slot(&mut self, bytes: u32, align: u32) -> StackSlotId {
        debug_assert!(align.is_power_of_two());
        self.slots.push(StackSlot { bytes, align });
        StackSlotId::new(self.slots.len() - 1)
    }

    /// Type of a value.
    pub fn ty(&self, v: Value) -> Type {
        self.values[v.index()]
    }

    /// All blocks' numbers, in order.
    pub fn block_ids(&self) -> impl ExactSizeIterator<Item = BlockId> + use<> {
        (0..self.blocks.len()).map(BlockId::new)
    }

    /// The block's data.
    pub fn block(&self, b: BlockId) -> &BlockData {
        &self.blocks[b.index()]
    }

    /// Number of instructions in all blocks.
    pub fn inst_count(&self) -> usize {
        self.blocks.iter().map(|b| b.insts.len()).sum()
    }

    /// Appends an instruction whose result types follow from its row, and returns its first result (or `None` if it
    /// has none). Not for calls, whose results the signature says: push those as an [`Inst`].
    pub fn push(&mut self, block: BlockId, op: Op, ty: Type, args: &[Value], imm: Imm, loc: SrcLoc) -> Option<Value> {
        let results: SmallVec<[Value; 1]> = op
            .info()
            .results
            .iter()
            .map(|r| self.add_value(r.resolve(ty).expect("the row determines the result type")))
            .collect();
        let first = results.first().copied();
        let args = args.iter().copied().collect();
        self.blocks[block.index()].insts.push(Inst { op, ty, args, imm, results, dests: Vec::new(), loc });
        first
    }
}
