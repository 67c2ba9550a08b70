//! The VM generator: an instruction set becomes an interpreter, as an object file for any target Cranelift has.
//!
//! Owns what a handler does beside the meaning of its ops (decoding, dispatch, calls, the shape that Cranelift turns into
//! good code) and the object's contents: `rheo_op_0` … `rheo_op_255`, the escape table, `rheo_vm_fingerprint`. What ops
//! compute is `rheo-lower`'s, which templates there are `rheo-bytecode`'s, everything slow the runtime's.
#![forbid(unsafe_code)]

mod binding;
mod control;
mod decode;
mod gauge;
mod handler;
pub mod layout;
mod names;
mod object;
mod outline;
mod repeat;
mod x64;

pub use gauge::Gauge;
pub use object::{generate, generate_used, handler_symbols};

use rheo_bytecode::isa::Opcode;
use rheo_lower::{Cpu, Optimise};

/// How to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// What the code may assume of the processor.
    pub cpu: Cpu,
    /// How hard the code generator tries.
    pub optimise: Optimise,
}

/// A generated VM.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VmObject {
    /// The object file.
    pub bytes: Vec<u8>,
    /// What each handler takes, in the set's order.
    pub handlers: Vec<HandlerSize>,
}

/// Size of a handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandlerSize {
    /// Its opcode.
    pub opcode: Opcode,
    /// Machine code, in bytes.
    pub bytes: u32,
    /// Whether it opens a native stack frame, because it calls a helper or needs many registers: slow to enter.
    pub framed: bool,
}

/// Why a VM cannot be generated.
#[derive(Debug, thiserror::Error)]
pub enum VmError {
    /// No code generator for the target.
    #[error(transparent)]
    Isa(#[from] rheo_lower::IsaError),
    /// More templates with one-byte opcodes than there are opcodes.
    #[error("{0} templates with one-byte opcodes; 254 is the most")]
    TooManyOpcodes(usize),
    /// A template that no handler can be made for.
    #[error("template `{template}`: {what}")]
    Template {
        /// In text form.
        template: String,
        /// What is wrong with it.
        what: String,
    },
    /// The code generator failed: a bug of ours.
    #[error("code generator: {0}")]
    Codegen(String),
    /// The object could not be put together.
    #[error("VM object: {0}")]
    Module(#[from] Box<cranelift_module::ModuleError>),
    /// The object could not be written.
    #[error("VM object: {0}")]
    Write(cranelift_object::object::write::Error),
}

impl From<cranelift_module::ModuleError> for VmError {
    fn from(e: cranelift_module::ModuleError) -> VmError {
        VmError::Module(Box::new(e))
    }
}
