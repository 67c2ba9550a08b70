//! Source files, through clang.

use super::InputError;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// The compiler whose bitcode the reader is built for.
const CLANG: &str = "clang-19";

/// Compiles a source file to bitcode: for passes to come if it is to stay `raw`. What clang has to say goes to standard error
/// in one piece.
pub(super) fn compile(path: &Path, cflags: &[String], raw: bool) -> Result<Vec<u8>, InputError> {
    let mut clang = Command::new(CLANG);
    // Positions for messages and backtraces; they cost no code.
    clang.args(["-c", "-emit-llvm", "-gline-tables-only"]);
    if raw {
        // What passes need to know of the source, and no passes yet.
        clang.args(["-O2", "-Xclang", "-disable-llvm-passes"]);
    }
    if std::io::stderr().is_terminal() {
        clang.arg("-fcolor-diagnostics");
    }
    clang.args(cflags).args(["-o", "-", "--"]).arg(path).stdin(Stdio::null());
    let output =
        clang.output().map_err(|source| InputError::NoCompiler { path: path.to_owned(), compiler: CLANG, source })?;
    // Nobody can be told where standard error is closed.
    let _ = std::io::stderr().lock().write_all(&output.stderr);
    if !output.status.success() {
        return Err(InputError::Compiler { path: path.to_owned(), compiler: CLANG, status: output.status });
    }
    Ok(output.stdout)
}
