//! Offsets in the context, the thread's record and a frame's linkage, from `docs/vm.md`, as handlers use them.
//!
//! Owns numbers. The runtime has the same structures as Rust types; a test there asserts the same offsets.

/// Field offsets in the context.
pub mod context {
    /// Address of the image's code.
    pub const CODE: i32 = 2048;
    /// Address of the code offsets by function number.
    pub const FUNCS: i32 = 2056;
    /// First entry stub.
    pub const STUBS_START: i32 = 2064;
    /// End of the entry stubs.
    pub const STUBS_END: i32 = 2072;
    /// Signature descriptors.
    pub const DESCRIPTORS: i32 = 2080;
    /// Address of the counters, or 0 while nothing is counted.
    pub const PROFILE: i32 = 2112;
    /// Symbols' distances from the context.
    pub const SYMBOLS: i32 = 2304;
    /// The context of dialect 0, which has the symbols.
    pub const MAIN: i32 = 2176;
    /// Number of the dialect.
    pub const DIALECT: i32 = 2184;
    /// Contexts by dialect.
    pub const DIALECTS: i32 = 2192;
}

/// Field offsets in the thread's record.
pub mod thread {
    /// Highest address that a frame may start at.
    pub const LIMIT: i32 = 8;
    /// Lowest dynamic stack allocation.
    pub const ALLOCA_TOP: i32 = 24;
    /// End of the dynamic stack.
    pub const ALLOCA_LIMIT: i32 = 32;
    /// Lowest address of the VM stack, which grows up.
    pub const STACK_BASE: i32 = 40;
    /// Descriptor of a generic native call.
    pub const DESCRIPTOR: i32 = 64;
}

/// Offset from a frame pointer to where the return pc is.
pub const RETURN_PC: i32 = -16;
/// Offset from a frame pointer to where the caller's frame word is: its frame pointer and, in the low bits, its dialect.
pub const CALLER_FRAME: i32 = -8;
/// The bits of a frame word that are the dialect.
pub const DIALECT_MASK: i64 = 15;
/// log2 of the bytes of an entry stub.
pub const STUB_SHIFT: i64 = 3;
