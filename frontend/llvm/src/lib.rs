//! frontend/llvm
