//! frontend/ir
