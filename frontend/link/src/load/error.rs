//! Why files cannot be loaded.

use rheo_ir::VerifyError;
use rheo_llvm::{ReadError, ShimError};
use std::fmt;
use std::path::PathBuf;

/// Everything that keeps the files from being loaded.
#[derive(Debug, thiserror::Error)]
pub struct LoadError {
    /// At least one, in the order of the inputs.
    pub problems: Vec<InputError>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let newline = if i == 0 { "" } else { "\n" };
            write!(f, "{newline}{problem}")?;
        }
        Ok(())
    }
}

/// Why one file, or one member of an archive, cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file could not be opened or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// An object, in an archive or not, that holds machine code alone.
    #[error(
        "{name}: {found} without bitcode (compile with -emit-llvm or -fembed-bitcode, or name native libraries with -l)"
    )]
    Native {
        /// The file or member.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// The archive is broken.
    #[error("{}: broken archive: {message}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// There is no clang to compile a source file with.
    #[error("{}: source files are compiled by {compiler}, which cannot be run: {source}", path.display())]
    NoCompiler {
        /// The source file.
        path: PathBuf,
        /// What was looked for.
        compiler: &'static str,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// Clang rejected a source file, and has said why.
    #[error("{}: {compiler} failed ({status})", path.display())]
    Compiler {
        /// The source file.
        path: PathBuf,
        /// The compiler.
        compiler: &'static str,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// LLVM's passes rejected the module.
    #[error("{name}: {source}")]
    Passes {
        /// The file or member.
        name: String,
        /// LLVM's reason.
        source: ShimError,
    },
    /// What was read makes no sense: the file is damaged, or the reader is at fault.
    #[error("{name}: inconsistent module: {}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Inconsistent {
        /// The file or member.
        name: String,
        /// At least one.
        errors: Vec<VerifyError>,
    },
    /// The module could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}
