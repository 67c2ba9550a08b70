//! `rheo run`

use crate::{cli, exec, pipeline};
use anyhow::{Context, Result};

/// Builds the program and becomes it. Returns on failure alone.
pub fn run(args: &cli::Run) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("rheo-").tempdir().context("cannot make a temporary folder")?;
    const NAME: &str = "program";
    let program = folder.path().join(NAME);
    pipeline::build_for_run(&args.inputs, &args.native, &args.vm, args.tier, args.fallback, folder.path(), &program)?;
    let called = args.inputs.files[0].as_os_str();
    exec::exec(folder, NAME, called, &args.args)
}
