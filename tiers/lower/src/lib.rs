//! The meaning of every IR op, once, as Cranelift IR, generic over when its operands are known.
//!
//! Owns [`lower_op`] (op → Cranelift IR), the native helpers that meanings call ([`LIBCALLS`]), the settings of
//! Cranelift ([`isa`]) and the binding of whole functions
//! ([`lower_function`]) and of regions of functions ([`lower_region`]). Deliberately knows no bytecode, no object
//! format and no VM register: whatever depends on where an op is used is asked of a [`Binding`].
#![forbid(unsafe_code)]

mod abi;
mod binding;
mod branch;
mod call;
mod conversion;
mod fault;
mod float;
mod frame;
mod function;
mod integer;
mod libcall;
mod machine;
mod memory;
mod op;
mod region;
mod setjmp;
mod shuffle;
mod unwind;
mod vector;

pub use abi::{Abi, AbiError, Place, TailExit};
pub use binding::{Binding, BoundImm, Values};
pub use fault::code_with_native_faults;
pub use frame::{Symbol, Symbols, lower_tls_accessor};
pub use function::{LowerError, Lowered, Unsupported, body_abi, lower_function};
pub use libcall::{LIBCALLS, Libcall, libcall, libcall_symbol};
pub use machine::{Arch, CodeKind, Cpu, IsaError, Machine, Optimise, isa};
pub use op::{clif_type, lower_op};
pub use region::{Surroundings, lower_region};
pub use setjmp::needs_plain_isa;
pub use unwind::Unwind;
