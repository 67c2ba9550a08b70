//! A compiled function: bytes and what must become of them. Owns the form in which code waits for the object writer.

use crate::lsda::Lsda;
use crate::unwind::Rules;
use cranelift_codegen::binemit::Reloc;
use rheo_ir::{FuncId, SrcLoc};
use rheo_lower::{Abi, Symbol};

/// What a relocation names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CodeTarget {
    /// A symbol of the program or a helper.
    Symbol(Symbol),
    /// A native routine by its symbol.
    Native(&'static str),
    /// An offset into the function itself.
    Offset(u32),
}

/// A place in the code that holds an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeReloc {
    /// Byte offset into the code.
    pub offset: u32,
    /// How the address is encoded.
    pub kind: Reloc,
    /// Whose address.
    pub target: CodeTarget,
    /// Added to it.
    pub addend: i64,
}

/// A function's machine code.
#[derive(Clone, Debug)]
pub struct CompiledFunc {
    /// Which function.
    pub func: FuncId,
    /// Machine code.
    pub code: Vec<u8>,
    /// Alignment that the code needs, in bytes.
    pub align: u32,
    /// Addresses to fill in, by rising offset.
    pub relocs: Vec<CodeReloc>,
    /// Source positions: each holds from its code offset to the next one's.
    pub locs: Vec<(u32, SrcLoc)>,
    /// How to unwind its frame.
    pub unwind: Option<Rules>,
    /// What to do with exceptions in it.
    pub lsda: Option<Lsda>,
    /// Signature descriptors, by [`Symbol::Descriptor`].
    pub descriptors: Vec<Vec<u8>>,
    /// How the code is called; where that is not the platform's convention, a thunk adapts it.
    pub abi: Abi,
    /// Bytes of that thunk, or 0.
    pub thunk_bytes: u32,
}

impl CompiledFunc {
    /// Bytes that the function takes: code and thunk.
    pub fn bytes(&self) -> usize {
        self.code.len() + self.thunk_bytes as usize
    }
}
