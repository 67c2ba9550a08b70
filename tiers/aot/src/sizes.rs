//! How many bytes each part of the object adds to the program. Owns the breakdown; judges nothing.

use rheo_ir::FuncId;

/// Bytes by part, alignment padding included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sizes {
    /// Machine code of each function with its thunks, in the order given.
    pub functions: Vec<(FuncId, u64)>,
    /// Machine code of each region, by its number.
    pub blocks: Vec<(u32, u64)>,
    /// All machine code of functions and regions.
    pub code: u64,
    /// Code that sets `al` before variadic calls, and accessors of thread-local variables.
    pub glue: u64,
    /// Unwind tables.
    pub unwind: u64,
    /// Signature descriptors of generic calls.
    pub descriptors: u64,
    /// The bytecode image.
    pub image: u64,
    /// Entry stubs of bytecode functions.
    pub stubs: u64,
    /// The image's context.
    pub context: u64,
    /// The program's own variables that are read-only.
    pub read_only: u64,
    /// The program's own variables that are written.
    pub data: u64,
    /// The program's own variables that start as zeroes, which take no room in the file.
    pub zeroed: u64,
}

impl Sizes {
    /// Machine code and everything that exists only because of it.
    pub fn aot(&self) -> u64 {
        self.code + self.glue + self.unwind + self.descriptors
    }

    /// The image and everything that exists only because of it.
    pub fn bytecode(&self) -> u64 {
        self.image + self.stubs + self.context
    }
}
