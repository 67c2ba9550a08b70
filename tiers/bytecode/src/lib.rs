//! Bytecode: the instruction set as data, code made from IR, the image format, its text form and its verifier.
//!
//! Names no machine register and knows no other tier: what the ops compute is `rheo-lower`'s.
#![forbid(unsafe_code)]

mod emit;
pub mod image;
pub mod isa;
mod patterns;

pub use emit::{EmitError, EmitOptions, SymbolKind, emit};
pub use image::Image;
pub use isa::Isa;
