//! What the machine code of a region has to know of the bytecode around it.
//!
//! Owns that description. Which slots values have is `slots`' doing, how the instruction is encoded `code`'s.

use super::code::Code;
use super::node::{Val, Work};
use super::select::slot_of;
use super::slots::Frame;
use rheo_ir::{FuncId, Region, RegionName, Value};
use rustc_hash::FxHashMap;

/// The place of a region in its function's bytecode: an interface between whoever makes machine code of it and the
/// interpreter (docs/vm.md, "Native blocks").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NativeBlock {
    /// The function.
    pub func: FuncId,
    /// The region of it.
    pub region: RegionName,
    /// First slot of each input, in the order of [`Region::inputs`].
    pub inputs: Vec<u32>,
    /// First slot of each output that anything reads, in any order.
    pub outputs: FxHashMap<Value, u32>,
    /// Byte offset from `fp` of each static stack slot.
    pub stack: Vec<u64>,
    /// The frame's outgoing window, in units of 16 bytes from `fp`.
    pub window: u32,
    /// Where the branches are, in bytes from the opcode byte on.
    pub table_offset: u32,
    /// Bytes of each.
    pub table_width: u32,
}

/// The same but for its names.
pub(crate) struct PlacedNative {
    /// Number of the region among the function's.
    pub region: usize,
    inputs: Vec<u32>,
    outputs: FxHashMap<Value, u32>,
    stack: Vec<u64>,
    window: u32,
    table: (u32, u32),
}

impl PlacedNative {
    pub(crate) fn block(&self, func: FuncId, region: &Region) -> NativeBlock {
        NativeBlock {
            func,
            region: region.name.clone(),
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            stack: self.stack.clone(),
            window: self.window,
            table_offset: self.table.0,
            table_width: self.table.1,
        }
    }
}

/// The places of a function's regions, of those that control reaches.
pub(crate) fn place(work: &Work, frame: &Frame, code: &Code) -> Vec<PlacedNative> {
    let slot = |v: Val| slot_of(&work.vals, frame, v).expect("what machine code takes and gives is in slots") as u32;
    let reached = work.natives.iter().filter_map(|n| Some((n, *code.tables.get(&n.symbol)?)));
    let placed = reached.map(|(n, table)| PlacedNative {
        region: n.region,
        inputs: n.args.iter().map(|&v| slot(v)).collect(),
        outputs: n.res.iter().map(|&v| (Value(v.0), slot(v))).collect(),
        stack: frame.stack.clone(),
        window: frame.window(),
        table,
    });
    placed.collect()
}
