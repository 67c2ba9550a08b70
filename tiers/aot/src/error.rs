//! Errors of this crate.

use rheo_lower::{IsaError, LowerError};

/// Why a function has no machine code.
#[derive(Debug, thiserror::Error)]
pub enum AotError {
    /// It cannot be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// The code generator refuses it.
    #[error("{function}: the code generator fails: {reason}")]
    Codegen {
        /// Linkage name.
        function: String,
        /// What it says.
        reason: String,
    },
    /// No code generator for the target.
    #[error(transparent)]
    Isa(#[from] IsaError),
}

/// Why there is no object file.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// No code generator for the target.
    #[error(transparent)]
    Isa(#[from] IsaError),
    /// The accessor of a thread-local variable has no code.
    #[error(transparent)]
    Code(#[from] AotError),
    /// The object format cannot hold it.
    #[error("object file: {0}")]
    Format(#[from] object::write::Error),
    /// Unwind tables cannot be written.
    #[error("unwind tables: {0}")]
    Unwind(#[from] gimli::write::Error),
    /// A function of the program is neither machine code nor bytecode, and something refers to it.
    #[error("{0} is neither machine code nor bytecode")]
    NoCode(String),
    /// An alias that leads back to itself, or to a symbol that is defined elsewhere.
    #[error("alias {0} stands for no definition of this program")]
    Alias(String),
    /// A data relocation that does not fit its variable.
    #[error("variable {name}: address at offset {offset} does not lie within its {bytes} bytes")]
    Data {
        /// Linkage name.
        name: String,
        /// Offset of the address.
        offset: u64,
        /// Size of the variable.
        bytes: u64,
    },
    /// Something that the target has no form of.
    #[error("{what} on {triple}")]
    Unsupported {
        /// What.
        what: String,
        /// The target.
        triple: String,
    },
}
