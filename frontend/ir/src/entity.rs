//! Newtyped indices. Owns nothing else: an index means something only beside the table it was made for.

macro_rules! entity {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl $name {
            /// The index as a `usize`, for indexing its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
            /// The index for entry `i` of its table.
            pub fn new(i: usize) -> Self {
                Self(u32::try_from(i).expect("index fits u32"))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    )*};
}

entity! {
    /// An SSA value of one function body.
    Value = "v";
    /// A basic block of one function body.
    BlockId = "b";
    /// A static stack allocation of one function body.
    StackSlotId = "ss";
    /// A function of a module: defined, declared or alias.
    FuncId = "fn";
    /// A global variable of a module: defined, declared or alias.
    GlobalId = "gv";
    /// An interned signature of a module.
    SigId = "sig";
    /// A source file name of a module.
    FileId = "file";
}
