//! A program as loaded: one module, for one target.

use crate::cache::Cache;
use crate::cli::{Inputs, Libraries};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::linker::Linker;
use crate::progress::Progress;
use crate::{natives, undefined};
use anyhow::{Context, Result, bail};
use rheo_bytecode::{Isa, Runs};
use rheo_ir::{FuncId, Module};
use rheo_link::{InputError, LoadOptions, Opened, Passes, Roots};
use rheo_profiles::Profile;
use rheo_targets::{ObjectFormat, Target};
use std::borrow::Cow;

/// What this version builds for.
const HOST: &str = "x86_64-pc-linux-gnu";

/// A linked program.
pub struct Program<'a> {
    /// What it was made of.
    pub inputs: &'a Inputs,
    /// Its one module.
    pub module: Module,
    /// What it is for.
    pub target: Target,
    /// What links it natively.
    pub linker: Linker,
    /// What may refer to it.
    pub roots: Roots,
    /// The runtime given for it.
    given_runtime: Option<Vec<u8>>,
    /// What its bytecode is written in.
    pub isa: Cow<'static, Isa>,
    /// How often its blocks run, as far as that was measured.
    pub runs: Runs,
    /// What its bytecode is to be good at.
    pub weights: Weights,
}

/// What bytecode is to be good at.
pub struct Weights {
    /// How often blocks run, as far as dispatches matter: as counted and by guess. If there are none, by the depth of loops.
    pub runs: Runs,
    /// What all executed dispatches count, where all bytes of the bytecode count 1.
    pub dispatches: f64,
}

impl Default for Weights {
    /// Dispatches matter as much as bytes, and by the depth of loops if they were not counted.
    fn default() -> Weights {
        Weights { runs: Runs::default(), dispatches: 1.0 }
    }
}

/// Loads, links and checks the inputs, which are to be linked natively with `libraries`.
pub fn load<'a>(
    inputs: &'a Inputs,
    libraries: &Libraries,
    roots: Roots,
    cache: &Cache,
    progress: &Progress,
) -> Result<Program<'a>> {
    let passes = passes(inputs);
    Source::open(inputs, libraries, roots, cache, progress, &passes)?.program(&passes)
}

/// Inputs that have been opened, of which a program can be made more than once: as LLVM's passes leave it.
pub struct Source<'a, 's> {
    inputs: &'a Inputs,
    /// How it is linked natively.
    libraries: &'s Libraries,
    roots: Roots,
    /// For the linker's answers, and the interpreter.
    pub cache: &'s Cache,
    /// Stages.
    pub progress: &'s Progress,
    opened: Opened,
}

impl<'a, 's> Source<'a, 's> {
    /// Opens the inputs, sources among them for passes to come if there are any to be.
    pub fn open(
        inputs: &'a Inputs,
        libraries: &'s Libraries,
        roots: Roots,
        cache: &'s Cache,
        progress: &'s Progress,
        passes: &Passes,
    ) -> Result<Source<'a, 's>> {
        progress.stage("reading");
        let options = LoadOptions { cflags: cflags(inputs, passes)?, passes: passes.clone() };
        let opened = rheo_link::open(&inputs.files, &options).map_err(load_diagnostics)?;
        Ok(Source { inputs, libraries, roots, cache, progress, opened })
    }

    /// Whether sources were compiled for passes to come.
    pub fn any_raw_source(&self) -> bool {
        self.opened.any_raw_source()
    }

    /// Whether some input, be it bitcode or source, is for passes to come.
    pub fn any_unoptimized(&self) -> bool {
        self.opened.any_unoptimized()
    }

    /// The program as these passes leave it.
    pub fn program(&self, passes: &Passes) -> Result<Program<'a>> {
        let progress = self.progress;
        let step = |p: rheo_link::Progress<'_>| progress.stage(&format!("reading {}/{} {}", p.done, p.total, p.name));
        let mut modules = self.opened.load(passes, &step).map_err(load_diagnostics)?;
        let target = target(self.inputs, &modules)?;
        let linker = Linker::find(&target, self.cache)?;
        let given_runtime = match &self.libraries.runtime {
            Some(file) => Some(std::fs::read(file).with_context(|| format!("the runtime {}", file.display()))?),
            None => None,
        };
        let library_files = linker.library_files(&target, self.libraries, undefined::needs_cxx(&modules));
        natives::mark_used(&mut modules, &library_files);
        progress.stage("linking");
        let mut module = rheo_link::link(modules, self.roots)
            .map_err(|e| Diagnostics(e.problems.iter().map(|p| Diagnostic::new(p.to_string())).collect()))?;
        // Assembly written by hand may name no target; clang takes it for the host's, and so do we.
        if module.triple.is_empty() {
            module.triple = HOST.to_owned();
        }
        if cfg!(debug_assertions) {
            progress.stage("verifying");
            verify(&module);
        }
        let isa = Cow::Borrowed(Isa::general());
        let (inputs, roots, runs, weights) = (self.inputs, self.roots, Runs::default(), Weights::default());
        Ok(Program { inputs, module, target, linker, roots, given_runtime, isa, runs, weights })
    }
}

impl Program<'_> {
    /// The runtime for its target, an object file.
    pub fn runtime(&self) -> Result<&[u8]> {
        match &self.given_runtime {
            Some(runtime) => Ok(runtime),
            None if self.is_for_host() => Ok(rheo_runtime::SHIP_OBJECT),
            None => {
                let name = self.target.platform.name;
                let files = file_names(self.inputs);
                bail!(
                    "{files}: no runtime for {name} is built in; give one with --runtime (`./x runtime {name}` makes it)"
                )
            }
        }
    }

    /// Whether this machine can run it.
    pub fn is_for_host(&self) -> bool {
        let host = Target::from_triple(HOST).expect("the host's triple is known");
        self.target.platform == host.platform
    }
}

/// What the modules are for; that they agree is checked when they are linked.
fn target(inputs: &Inputs, modules: &[Module]) -> Result<Target> {
    let named = modules.iter().map(|m| m.triple.as_str()).find(|t| !t.is_empty());
    let target = Target::from_triple(named.unwrap_or(HOST)).with_context(|| file_names(inputs))?;
    if target.platform.format != ObjectFormat::Elf {
        let name = target.platform.name;
        bail!("{}: the program is for {name}; this version builds for Linux alone", file_names(inputs));
    }
    Ok(target)
}

/// The passes asked for.
pub fn passes(inputs: &Inputs) -> Passes {
    inputs.optimize.map_or(Passes::None, |level| Passes::Named(level.passes().to_owned()))
}

fn modules(inputs: &Inputs) -> Result<Vec<Module>> {
    let passes = passes(inputs);
    let options = LoadOptions { cflags: cflags(inputs, &passes)?, passes };
    Ok(rheo_link::load(&inputs.files, &options, &|_| ()).map_err(load_diagnostics)?)
}

/// The inputs' names, for a message about all of them.
pub fn file_names(inputs: &Inputs) -> String {
    let names: Vec<String> = inputs.files.iter().map(|f| f.display().to_string()).collect();
    names.join(", ")
}

/// What the reader and the linker give is correct, or they are not.
fn verify(module: &Module) {
    if let Err(errors) = rheo_ir::verify(module) {
        let errors: Vec<String> = errors.iter().take(10).map(ToString::to_string).collect();
        panic!("the IR is malformed after linking:\n{}", errors.join("\n"));
    }
}

/// Flags for clang: as given, but optimising unless they say how far, or passes are to come.
fn cflags(inputs: &Inputs, passes: &Passes) -> Result<Vec<String>> {
    let mut flags = Vec::new();
    for text in &inputs.cflags {
        flags.extend(words(text).with_context(|| format!("--cflags={text}"))?);
    }
    if matches!(passes, Passes::None) && !flags.iter().any(|f| f.starts_with("-O")) {
        flags.insert(0, "-O2".to_owned());
    }
    Ok(flags)
}

/// Splits a command line as a shell does: blanks part words, quotes and backslashes keep them together.
fn words(text: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(q), c) if q == c => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(chars.next()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        bail!("a quote is not closed");
    }
    words.extend(word);
    Ok(words)
}

fn load_diagnostics(error: rheo_link::LoadError) -> Diagnostics {
    let mut all = Vec::new();
    for problem in error.problems {
        match problem {
            InputError::Read(rheo_llvm::ReadError::Unsupported(list)) => {
                all.extend(list.iter().map(|u| {
                    let mut d = Diagnostic::new(format!("unsupported: {}", u.what)).at_position(u.position.as_deref());
                    let symbol = u.symbol.as_ref().map(|s| format!("in `{s}` of {}", u.module));
                    d.notes.push(symbol.unwrap_or_else(|| format!("in {}", u.module)));
                    d.notes.extend(u.instruction.iter().map(|i| i.trim().to_owned()));
                    d
                }));
            }
            other => all.push(Diagnostic::new(other.to_string())),
        }
    }
    Diagnostics(all)
}

impl Program<'_> {
    /// Refuses a program that cannot be started.
    pub fn require_main(&self) -> Result<()> {
        if !undefined::defines(&self.module, "main") {
            bail!("{}: the program defines no `main`", file_names(self.inputs));
        }
        Ok(())
    }

    /// Makes functions of their own of the parts of hot functions that a profile saw seldom. The profile of the program as it is
    /// then.
    pub fn set_seldom_apart(&mut self, profile: &Profile) -> Profile {
        let profile = rheo_profiles::set_seldom_apart(&mut self.module, profile);
        if cfg!(debug_assertions) {
            verify(&self.module);
        }
        profile
    }

    /// The error for symbols that nothing defines. Reads the inputs once more: the linked program has forgotten which file
    /// its functions are from.
    pub fn undefined(&self, symbols: &[String]) -> anyhow::Error {
        match modules(self.inputs) {
            Ok(modules) => undefined::report(&modules, symbols).into(),
            Err(e) => e,
        }
    }

    /// The function called `name`, if it has a body.
    pub fn function(&self, name: &str) -> Result<FuncId> {
        let found = self.module.defined().find(|&f| self.module.func(f).name == name);
        found.with_context(|| {
            let declared = self.module.funcs.iter().any(|f| f.name == name);
            let why = if declared { "is not defined by the program" } else { "is unknown, or left out as unused" };
            format!("function `{name}` {why}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_split_as_in_a_shell() {
        let split = |text| words(text).expect("quotes are closed");
        assert_eq!(split(" -O1  -DA='b c' \"-Dx=\\\"y\\\"\" a\\ b ''"), ["-O1", "-DA=b c", "-Dx=\"y\"", "a b", ""]);
        assert!(split("  ").is_empty());
        assert!(words("'a").is_err());
    }
}
