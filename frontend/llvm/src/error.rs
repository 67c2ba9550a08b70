//! What can go wrong while reading a module.

use std::fmt;
use std::path::PathBuf;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The bytes are no LLVM module.
    #[error("{name}: not an LLVM module: {found}")]
    NotBitcode {
        /// The name the caller gave.
        name: String,
        /// What the bytes look like.
        found: String,
    },
    /// LLVM rejects the module: broken, truncated, or made by a newer LLVM. The message is LLVM's own.
    #[error("{name}: {message}")]
    Malformed {
        /// The name the caller gave.
        name: String,
        /// LLVM's message.
        message: String,
    },
    /// The module is well formed but uses what Rheo has no translation for. All places are listed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Unsupported(Vec<Unsupported>),
}

/// One thing in a module that Rheo has no translation for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsupported {
    /// What it is.
    pub what: String,
    /// Module name as given by the caller.
    pub module: String,
    /// The function it stands in, or the global.
    pub symbol: Option<String>,
    /// The instruction in LLVM's text form.
    pub instruction: Option<String>,
    /// `file:line:col` where debug information tells.
    pub position: Option<String>,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.position.as_deref().unwrap_or(&self.module))?;
        write!(f, ": unsupported: {}", self.what)?;
        if let Some(symbol) = &self.symbol {
            write!(f, ", in {symbol}")?;
        }
        if let Some(text) = &self.instruction {
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}
