//! The way from files to an executable, as a flat list of steps.

use crate::cache::Cache;
use crate::cli::{Inputs, Libraries, TierChoice};
use crate::code::{self, Code, Settings};
use crate::linker::{Link, LinkFailure, Linker};
use crate::objects::{self, Objects};
use crate::program::{self, Program};
use crate::progress::Progress;
use crate::{lots, natives, undefined};
use anyhow::{Result, bail};
use rheo_ir::FuncId;
use rheo_link::Roots;
use rheo_targets::Tier;
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Builds the executable `output` in `folder`, every function in the tier chosen.
pub fn build_for_run(
    inputs: &Inputs,
    libraries: &Libraries,
    choice: TierChoice,
    fallback: bool,
    folder: &Path,
    output: &Path,
) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    let program = program::load(inputs, Roots::Executable, &progress)?;
    program.require_main()?;
    let linker = Linker::find(&program.target, &cache)?;
    let shims = objects::shims(&program)?;
    let natives = known_to_natives(&program, &linker, libraries, shims.as_deref());
    let wanted = lots::draw(&program.module, choice);
    progress.stage("generating code");
    let settings = Settings { fallback, debug: true, natives: &|name| natives.contains(name) };
    let code = code::make(&program, &wanted, settings)?;
    report_fallbacks(&program, &code);
    let objects = objects::make(&program, &code, shims, &cache, linker.relocations())?;
    progress.stage("linking natively");
    link(&program, &linker, libraries, &objects, folder, output)
}

/// The program's symbols that native code outside it knows.
pub fn known_to_natives(
    program: &Program,
    linker: &Linker,
    libraries: &Libraries,
    shims: Option<&[u8]>,
) -> FxHashSet<String> {
    let module = &program.module;
    let defined = module.funcs.iter().filter(|f| f.body.is_some() || f.alias.is_some());
    let names: FxHashSet<&str> = defined.filter(|f| !f.linkage.is_local()).map(|f| f.name.as_str()).collect();
    let files = linker.library_files(&program.target, libraries, undefined::needs_cxx(module));
    let mut found = natives::mentioned(&names, &files);
    if let Some(object) = shims {
        natives::mentioned_in_object(&names, object, &mut found);
    }
    found.extend(names.get("main"));
    found.into_iter().map(str::to_owned).collect()
}

/// Writes the objects to `folder` and links them to the executable `output`.
pub fn link(
    program: &Program,
    linker: &Linker,
    libraries: &Libraries,
    objects: &Objects,
    folder: &Path,
    output: &Path,
) -> Result<()> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for (name, bytes) in &objects.files {
        let path = folder.join(name);
        std::fs::write(&path, bytes)?;
        paths.push(path);
    }
    let cxx = undefined::needs_cxx(&program.module);
    match linker.link(&program.target, &Link { objects: &paths, libraries, cxx, output })? {
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
        eprintln!("note: {} functions are not in the tier asked for", code.fallbacks.len());
    }
}
