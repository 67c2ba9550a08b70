//! The native linker: finding it and the C library's start files, and running it.
//!
//! Owns the command line, put together from the target's facts and this machine's folders. What is linked is the
//! pipeline's to say.

use crate::cache::Cache;
use crate::cli::Libraries;
use crate::natives;
use anyhow::{Context, Result, bail};
use rheo_targets::{LinkerFlavour, Target};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A linker with what it needs on this machine.
#[derive(Serialize, Deserialize, Debug)]
pub struct Linker {
    program: PathBuf,
    start_files: Vec<PathBuf>,
    end_files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    /// The C library understands packed relative relocations.
    packs_relocations: bool,
}

/// What is wrong with a link.
#[derive(Debug)]
pub enum LinkFailure {
    /// Symbols that nothing defines.
    Undefined(Vec<String>),
    /// Anything else, in the linker's words.
    Other(String),
}

/// What to link.
pub struct Link<'a> {
    /// Objects, in order.
    pub objects: &'a [PathBuf],
    /// The user's libraries.
    pub libraries: &'a Libraries,
    /// Whether the C++ library is needed.
    pub cxx: bool,
    /// The executable.
    pub output: &'a Path,
}

const DRIVER_SUFFIXES: &[&str] = &["-19", ""];
/// The platform that [`COMPILERS`] compile for.
const HOST: &str = "x86_64-linux-gnu";
const COMPILERS: &[&str] = &["cc", "gcc", "clang-19", "clang"];

impl Linker {
    /// The linker for `target`, as found by an earlier run if that still stands.
    pub fn find(target: &Target, cache: &Cache) -> Result<Linker> {
        let name = format!("linker-{}.json", target.platform.name);
        if let Some(known) = cache.get(&name).and_then(|path| std::fs::read(path).ok())
            && let Ok(linker) = serde_json::from_slice::<Linker>(&known)
            && linker.start_files.iter().chain(&linker.end_files).chain([&linker.program]).all(|f| f.exists())
        {
            return Ok(linker);
        }
        let linker = Linker::search(target)?;
        cache.put(&name, &serde_json::to_vec(&linker).expect("paths are representable"));
        Ok(linker)
    }

    fn search(target: &Target) -> Result<Linker> {
        let facts = &target.platform.linker;
        if facts.flavour != LinkerFlavour::Gnu {
            bail!("programs for {} cannot be linked here; --emit-objects writes their objects", target.platform.name);
        }
        let mut folders: Vec<PathBuf> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
        folders.push("/usr/lib/llvm-19/bin".into());
        let drivers = DRIVER_SUFFIXES.iter().map(|suffix| format!("{}{suffix}", facts.driver));
        let program = drivers
            .flat_map(|name| folders.iter().map(move |f| f.join(&name)))
            .find(|path| path.is_file())
            .with_context(|| {
            format!("the linker {0}-19 (or {0}) is not in the PATH: install lld-19", facts.driver)
        })?;
        let folders = library_folders(target)?;
        let find = |names: &[&str]| {
            let find_one = |name: &&str| {
                let path = folders.iter().map(|f| f.join(name)).find(|p| p.is_file());
                path.with_context(|| format!("the C library's {name} is not there: install libc6-dev and gcc"))
            };
            names.iter().map(find_one).collect::<Result<Vec<_>>>()
        };
        let (start_files, end_files) = (find(facts.start_files)?, find(facts.end_files)?);
        let packs_relocations = facts.pack_relocations.is_some_and(|(_, version)| {
            let files = files_of_library(&folders, "c");
            files.iter().any(|file| natives::has_version(file, version))
        });
        Ok(Linker { program, start_files, end_files, folders, packs_relocations })
    }

    /// What the relocations of an executable take.
    pub fn relocations(&self) -> Relocations {
        if self.packs_relocations { Relocations::Packed } else { Relocations::Plain }
    }

    /// Files of the libraries that a link would take, as far as they are found.
    pub fn library_files(&self, target: &Target, libraries: &Libraries, cxx: bool) -> Vec<PathBuf> {
        let facts = &target.platform.linker;
        let named = libraries.libraries.iter().map(String::as_str);
        let cxx = if cxx { facts.cxx_libraries } else { &[] };
        let facts = cxx.iter().chain(facts.libraries).filter_map(|a| a.strip_prefix("-l"));
        let folders: Vec<PathBuf> = libraries.folders.iter().chain(&self.folders).cloned().collect();
        named.chain(facts).chain(["m"]).filter_map(|name| files_of_library(&folders, name).into_iter().next()).collect()
    }

    /// Links an executable.
    pub fn link(&self, target: &Target, link: &Link) -> Result<Result<(), LinkFailure>> {
        let facts = &target.platform.linker;
        let mut command = Command::new(&self.program);
        let pack = facts.pack_relocations.filter(|_| self.packs_relocations).map_or(&[][..], |(options, _)| options);
        command.args(facts.options).args(pack).args(["--error-limit=0", "--color-diagnostics=never"]);
        if let Some(interpreter) = facts.interpreter {
            command.args(["-dynamic-linker", interpreter]);
        }
        command.arg("-o").arg(link.output).args(&self.start_files);
        for folder in link.libraries.folders.iter().chain(&self.folders) {
            command.arg("-L").arg(folder);
        }
        command.args(link.objects);
        command.args(link.libraries.libraries.iter().map(|l| format!("-l{l}")));
        if link.cxx {
            command.args(facts.cxx_libraries);
        }
        // What Cranelift leaves to the C library (`fma`, `floor` … on processors without the instruction) is in libm.
        command.args(["--push-state", "--as-needed", "-lm", "--pop-state"]);
        command.args(facts.libraries).args(&self.end_files);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let output = command.output().with_context(|| format!("cannot run {}", self.program.display()))?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        let undefined = undefined_symbols(&words);
        Ok(Err(if undefined.is_empty() { LinkFailure::Other(words) } else { LinkFailure::Undefined(undefined) }))
    }
}

/// What an executable takes for an address in its data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relocations {
    /// An entry each.
    Plain,
    /// Runs of addresses inside the program as bitmaps (DT_RELR); an entry each for those outside.
    Packed,
}

/// Bytes of an entry of an ELF64 relocation table with addends.
const ENTRY_BYTES: u64 = 24;
/// Words that a word of a DT_RELR bitmap stands for.
const BITMAP_WORDS: u64 = 63;

impl Relocations {
    /// Bytes for one run of `inside` addresses of the program's own, and `outside` of libraries'.
    pub fn bytes(self, inside: u64, outside: u64) -> u64 {
        let run = match self {
            Relocations::Plain => inside * ENTRY_BYTES,
            Relocations::Packed if inside == 0 => 0,
            Relocations::Packed => 8 + inside.div_ceil(BITMAP_WORDS) * 8,
        };
        run + outside * ENTRY_BYTES
    }
}

/// The files that a library's name may stand for, as far as they exist, in the linker's order.
fn files_of_library(folders: &[PathBuf], name: &str) -> Vec<PathBuf> {
    let files = folders.iter().flat_map(|f| [f.join(format!("lib{name}.so")), f.join(format!("lib{name}.a"))]);
    files.filter(|path| path.is_file()).collect()
}

/// Where the target's compiler looks for libraries and start files: this machine's own, or GCC's cross compiler.
fn library_folders(target: &Target) -> Result<Vec<PathBuf>> {
    let cross = format!("{}-gcc", target.platform.name);
    let compilers = if target.platform.name == HOST { COMPILERS.to_vec() } else { vec![cross.as_str()] };
    for compiler in &compilers {
        let output = Command::new(compiler).arg("-print-search-dirs").stdin(Stdio::null()).output();
        let Ok(output) = output else { continue };
        let text = String::from_utf8_lossy(&output.stdout);
        if let Some(list) = text.lines().find_map(|l| l.strip_prefix("libraries: =")) {
            let mut folders: Vec<PathBuf> = std::env::split_paths(list).filter_map(|f| f.canonicalize().ok()).collect();
            let mut seen = std::collections::HashSet::new();
            folders.retain(|f| seen.insert(f.clone()));
            return Ok(folders);
        }
    }
    bail!("no C compiler tells where the C library is: none of {} can be run", compilers.join(", "))
}

/// Names in lld's complaints about undefined symbols, each once.
fn undefined_symbols(words: &str) -> Vec<String> {
    let mut names: Vec<String> = words
        .lines()
        .filter_map(|l| l.split_once("undefined symbol: ").or_else(|| l.split_once("undefined hidden symbol: ")))
        .map(|(_, name)| name.trim().to_owned())
        .collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|n| seen.insert(n.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relocations_count() {
        assert_eq!(Relocations::Plain.bytes(263, 10), 273 * 24);
        assert_eq!(Relocations::Packed.bytes(263, 10), 8 + 5 * 8 + 240);
        assert_eq!(Relocations::Packed.bytes(0, 0), 0);
    }

    #[test]
    fn reads_llds_complaints() {
        let words = "ld.lld: error: undefined symbol: foo\n>>> referenced by a.c:3\n>>> a.o:(main)\n\nld.lld: error: \
                     undefined symbol: _ZN3barEv\n>>> referenced by b.o\nld.lld: error: undefined symbol: foo\n";
        assert_eq!(undefined_symbols(words), ["foo", "_ZN3barEv"]);
    }
}
