//! The way from files to an executable, as a flat list of steps.

use crate::cache::Cache;
use crate::cli::{self, Inputs, Libraries, TierChoice};
use crate::code::{self, Code, Settings};
use crate::linker::{Link, LinkFailure};
use crate::objects::{self, Handlers, Objects};
use crate::program::{self, Program};
use crate::progress::Progress;
use crate::{instructions, lots, undefined};
use anyhow::{Result, bail};
use rheo_ir::FuncId;
use rheo_link::Roots;
use rheo_targets::Tier;
use std::path::{Path, PathBuf};

/// Builds the executable `output` in `folder`, every function in the tier chosen.
pub fn build_for_run(
    inputs: &Inputs,
    libraries: &Libraries,
    vm: &cli::Vm,
    choice: TierChoice,
    fallback: bool,
    folder: &Path,
    output: &Path,
) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    let mut program = program::load(inputs, libraries, Roots::Executable, &cache, &progress)?;
    program.require_main()?;
    if !program.is_for_host() {
        let (files, name) = (program::file_names(inputs), program.target.platform.name);
        bail!("{files}: the program is for {name}, which this machine is not: `rheo build` it");
    }
    program.isa = instructions::given(vm)?;
    let shims = objects::shims(&program)?;
    let wanted = lots::draw(&program.module, choice);
    progress.stage("generating code");
    let settings = Settings { fallback, debug: true };
    let code = code::make(&program, &wanted, settings)?;
    report_fallbacks(&program, &code);
    let objects = objects::make(&program, &code, Handlers::All, shims, &cache)?;
    progress.stage("linking natively");
    link(&program, libraries, &objects, folder, output)
}

/// Writes the objects to `folder` and links them to the executable `output`.
pub fn link(program: &Program, libraries: &Libraries, objects: &Objects, folder: &Path, output: &Path) -> Result<()> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for (name, bytes) in &objects.files {
        let path = folder.join(name);
        std::fs::write(&path, bytes)?;
        paths.push(path);
    }
    let cxx = undefined::needs_cxx(std::slice::from_ref(&program.module));
    match program.linker.link(&program.target, &Link { objects: &paths, libraries, cxx, output })? {
        Ok(()) => Ok(()),
        Err(LinkFailure::Undefined(names)) => Err(program.undefined(&names)),
        Err(LinkFailure::Other(words)) => bail!("the native linker failed:\n{}", words.trim_end()),
    }
}

/// Says on standard error which functions are not in the tier asked for.
pub fn report_fallbacks(program: &Program, code: &Code) {
    let name = |f: FuncId| &program.module.func(f).name;
    let other = |t: Tier| if t == Tier::Bytecode { Tier::Aot } else { Tier::Bytecode };
    for f in &code.fallbacks {
        eprintln!("note: `{}` is {} instead of {}: {}", name(f.function), other(f.wanted), f.wanted, f.why);
    }
    if !code.fallbacks.is_empty() {
        eprintln!("note: functions that are not in the tier asked for: {}", code.fallbacks.len());
    }
}
