//! Functions as machine code, and the object file that holds a whole program: its machine code, its data, and what its
//! bytecode needs at run time.
//!
//! Owns object files. What an op computes is `rheo-lower`'s; of bytecode this crate sees bytes only.
#![forbid(unsafe_code)]

mod arrange;
mod block;
mod bytecode;
mod code;
mod compile;
mod data;
mod error;
mod lsda;
mod names;
mod object;
mod print;
mod sections;
mod sizes;
mod stub;
mod thunk;
mod unwind;
mod x64;

pub use block::{BlockPlace, CompiledBlock};
pub use bytecode::{BytecodePart, ContextSymbol, StubKind};
pub use code::{CodeReloc, CodeTarget, CompiledFunc};
pub use compile::{Options, compile, compile_blocks};
pub use error::{AotError, ObjectError};
pub use lsda::Lsda;
pub use object::{ProgramObject, write_object};
pub use print::{Print, Source, print, print_block};
pub use sizes::Sizes;
