//! Bytecode: the instruction set as data, code made from IR, the image format, its text form and its verifier.
//!
//! Names no machine register and knows no other tier: what the ops compute is `rheo-lower`'s.
#![forbid(unsafe_code)]

pub mod asm;
pub mod decode;
mod emit;
mod fit;
mod group;
pub mod image;
pub mod isa;
pub mod pads;
mod patterns;
pub mod train;
pub mod verify;
pub mod view;

pub use emit::{EmitError, EmitOptions, FuncRegions, NativeBlock, Runs, SymbolKind, Wanted, emit, emit_wanted};
pub use fit::{FitOptions, fitted};
pub use image::Image;
pub use isa::Isa;
pub use verify::{VerifiedImage, VerifyError, verify};
pub use view::{ImageError, ImageView};
