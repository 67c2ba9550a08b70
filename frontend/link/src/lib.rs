//! From files to one program: loads modules of every kind and links them.
//!
//! Owns what the inputs are and how their symbols fit together. Reading LLVM's formats is `rheo-llvm`'s; native objects
//! and libraries are for a native linker.
#![forbid(unsafe_code)]

mod link;
mod load;

pub use link::{Definition, LinkError, Problem, Roots, link};
pub use load::{InputError, IsFast, LoadError, LoadOptions, Opened, Passes, Progress, load, open};
