//! Becoming the program: after this, its input, output, exit code and death are nobody else's.

use anyhow::{Context, Result, bail};
use std::ffi::{OsStr, OsString};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use tempfile::TempDir;

/// Replaces this process by the executable `name` in `folder`, which is deleted first: once open, the program needs no
/// name. `called` is what it sees as its own name.
pub fn exec(folder: TempDir, name: &str, called: &OsStr, args: &[OsString]) -> Result<()> {
    let path = folder.path().join(name);
    // Closed by exec itself, after the program has been mapped.
    let program = std::fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    folder.close().context("cannot delete the temporary folder")?;
    let error = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd())).arg0(called).args(args).exec();
    bail!("cannot start the program: {error}")
}
