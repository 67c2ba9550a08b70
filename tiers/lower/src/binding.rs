//! What the meaning of an op needs from the place where it is used. Owns the interface; implements none.

use crate::{Libcall, Machine};
use cranelift_codegen::ir::Value;
use cranelift_frontend::FunctionBuilder;
use rheo_ir::Imm;
use smallvec::SmallVec;

/// Results of an op or a helper.
pub type Values = SmallVec<[Value; 2]>;

/// What is known of an immediate when the code is laid down.
#[derive(Clone, Copy, Debug)]
pub enum BoundImm<'a> {
    /// All of it.
    Static(&'a Imm),
    /// Only a value decoded at run time, of type `i64`: the value of an integer constant, the bits of a float
    /// constant, the offset of a memory access, a lane number, the number or offset that a [`Binding`] understands.
    /// For a constant of 16 bytes and for the mask of `shuffle`, the address of the 16 bytes. `FromType` and `Rmw`
    /// are never dynamic.
    Dynamic(Value),
}

/// Where an op is used: how helpers are reached, and what only the frame, the module or the thread knows.
///
/// Addresses are `i64` values.
pub trait Binding {
    /// The machine that code is laid down for.
    fn machine(&self) -> Machine;

    /// Calls a native helper by the platform's C convention.
    fn libcall(&mut self, b: &mut FunctionBuilder, callee: &'static Libcall, args: &[Value]) -> Values;

    /// Meaning of `stack_addr`.
    fn stack_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value;

    /// Meaning of `global_addr`.
    fn global_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value;

    /// Meaning of `tls_addr`.
    fn tls_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value;

    /// Meaning of `func_addr`.
    fn func_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value;

    /// Meaning of `alloca`: `bytes` is an `i64`, the immediate the alignment.
    fn alloca(&mut self, b: &mut FunctionBuilder, bytes: Value, align: BoundImm) -> Value;

    /// Meaning of `stack_save`.
    fn stack_save(&mut self, b: &mut FunctionBuilder) -> Value;

    /// Meaning of `stack_restore`.
    fn stack_restore(&mut self, b: &mut FunctionBuilder, mark: Value);

    /// Meaning of `return_address`; the immediate is the number of frames to go up.
    fn return_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> Value;

    /// Meaning of `frame_address`; the immediate is the number of frames to go up.
    fn frame_address(&mut self, b: &mut FunctionBuilder, level: BoundImm) -> Value;
}
