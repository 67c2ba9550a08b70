//! frontend/llvm
mod codegen;

pub use codegen::{ShimError, compile_shims, optimize};
