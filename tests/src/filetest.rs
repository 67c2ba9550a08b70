//! Reads a filetest: a program and, in its comments, what is to be done with it and what has to come out.
//!
//! | directive | |
//! |---|---|
//! | `run:` | run in these tiers (default: all), as the native program does |
//! | `with: FILE…` | further inputs, from `filetests/support` |
//! | `levels: -O0 …` | for C and C++: compile at these (default -O0 and -O2) |
//! | `cflags:`, `args:`, `libs:`, `stdin:` | as they say |
//! | `native: FLAGS` | how clang makes the native program (default: -O2, without LLVM's passes) |
//! | `only: x86-64` | it is not for other machines, or not for an emulator of one |
//! | `dies:` | a signal kills it, natively too |
//! | `emit: STAGE [FUNCTION [REGION…]]` | what `rheo dump` prints, regions of the function being machine code, expected on the `>` comment lines that follow |
//! | `error: TEXT` | `rheo run` refuses it, with this text among its message |
//! | `report: TEXT` | it is killed by a signal in bytecode, having said this |

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::rheo::Tier;
use crate::{places, template};

/// A parsed filetest.
#[derive(Clone, Debug)]
pub struct Filetest {
    /// The file.
    pub path: PathBuf,
    /// Its path below `filetests`.
    pub name: String,
    /// Tiers to run it in; empty: it is not run.
    pub tiers: Vec<Tier>,
    /// Further inputs.
    pub with: Vec<PathBuf>,
    /// Optimisation levels for sources; for LLVM assembly one empty string.
    pub levels: Vec<String>,
    /// Flags for clang.
    pub cflags: Vec<String>,
    /// Flags for the native program, where those that it is always made with will not do.
    pub native: Vec<String>,
    /// The program's arguments.
    pub args: Vec<String>,
    /// The program's standard input.
    pub stdin: String,
    /// Whether it is for this machine alone.
    pub only_here: bool,
    /// Whether a signal is to kill it.
    pub dies: bool,
    /// Native libraries.
    pub libs: Vec<String>,
    /// Stages to print.
    pub emits: Vec<Emit>,
    /// Texts that the refusal must contain.
    pub errors: Vec<String>,
    /// Texts that the runtime must write before a signal ends the program.
    pub reports: Vec<String>,
}

/// A stage's printout.
#[derive(Clone, Debug)]
pub struct Emit {
    /// Index of the directive's line in the file.
    pub line: usize,
    /// Stage.
    pub stage: String,
    /// The one function to print.
    pub function: Option<String>,
    /// Regions of it that are machine code, as `loop b2`.
    pub regions: Vec<String>,
    /// Expected text.
    pub expected: String,
}

/// Tiers of a plain `run:`.
pub fn all_tiers() -> Vec<Tier> {
    let mut tiers = vec![Tier::Bytecode, Tier::Aot, Tier::Random(1)];
    if places::full() {
        tiers.extend((2..=5).map(Tier::Random));
    }
    tiers
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("//").or_else(|| line.strip_prefix(';'))
}

impl Filetest {
    /// Reads and parses a file below `folder`.
    pub fn read(folder: &Path, path: &Path) -> Result<Filetest> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        Self::parse(path, name, &text).with_context(|| format!("in {}", path.display()))
    }

    fn parse(path: &Path, name: String, text: &str) -> Result<Filetest> {
        let source = path.extension().is_none_or(|e| e != "ll");
        let mut test = Filetest {
            path: path.to_owned(),
            name,
            tiers: Vec::new(),
            with: Vec::new(),
            levels: if source { vec!["-O0".into(), "-O2".into()] } else { vec![String::new()] },
            cflags: Vec::new(),
            native: Vec::new(),
            args: Vec::new(),
            stdin: String::new(),
            only_here: false,
            dies: false,
            libs: Vec::new(),
            emits: Vec::new(),
            errors: Vec::new(),
            reports: Vec::new(),
        };
        for (line, text) in text.lines().enumerate() {
            let Some(comment) = comment(text) else { continue };
            if let Some(expected) = comment.strip_prefix('>') {
                let Some(emit) = test.emits.last_mut() else { bail!("line {}: expected text before emit:", line + 1) };
                emit.expected += expected.strip_prefix(' ').unwrap_or(expected);
                emit.expected.push('\n');
                continue;
            }
            let Some((directive, rest)) = comment.trim_start().split_once(':') else { continue };
            let words = || rest.split_whitespace().map(str::to_owned);
            match directive {
                "run" if rest.trim().is_empty() => test.tiers = all_tiers(),
                "run" => test.tiers = rest.split_whitespace().map(str::parse).collect::<Result<_>>()?,
                "with" => test.with.extend(words().map(|f| places::ours("filetests/support").join(f))),
                "levels" => test.levels = words().collect(),
                "cflags" => test.cflags.extend(words()),
                "native" => test.native.extend(words()),
                "args" => test.args.extend(words()),
                "only" if rest.trim() == "x86-64" => test.only_here = true,
                "dies" => test.dies = true,
                "libs" => test.libs.extend(words()),
                "stdin" => {
                    test.stdin += rest.trim();
                    test.stdin.push('\n');
                }
                "error" => test.errors.push(rest.trim().to_owned()),
                "report" => test.reports.push(rest.trim().to_owned()),
                "emit" => {
                    let mut words = words();
                    let Some(stage) = words.next() else { bail!("line {}: emit: names no stage", line + 1) };
                    let function = words.next();
                    let rest: Vec<String> = words.collect();
                    let regions = rest.chunks(2).map(|r| r.join(" ")).collect();
                    test.emits.push(Emit { line, stage, function, regions, expected: String::new() });
                }
                _ => {}
            }
        }
        if test.tiers.is_empty() && test.emits.is_empty() && test.errors.is_empty() && test.reports.is_empty() {
            bail!("it says nothing of what is to be done: no run:, emit:, error: or report:");
        }
        Ok(test)
    }

    /// The file as the tools get it: itself, or, where it has templates, its expansion under `target`.
    pub fn expanded(&self) -> Result<PathBuf> {
        let text = fs::read_to_string(&self.path)?;
        if !text.contains("{{") {
            return Ok(self.path.clone());
        }
        let path = places::target().join("filetests").join(&self.name);
        let expansion = template::expand(&text).with_context(|| format!("in {}", self.path.display()))?;
        if fs::read_to_string(&path).is_ok_and(|old| old == expansion) {
            return Ok(path);
        }
        let folder = path.parent().expect("the path has a folder");
        fs::create_dir_all(folder)?;
        // Several trials of one file may come here at once.
        let mut part = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut part, expansion.as_bytes())?;
        part.persist(&path)?;
        Ok(path)
    }

    /// Rewrites the expected text of each stage.
    pub fn bless(&self, printed: &[String]) -> Result<()> {
        let text = fs::read_to_string(&self.path)?;
        let mark = if self.path.extension().is_some_and(|e| e == "ll") { ";>" } else { "//>" };
        let mut out = String::new();
        for (index, line) in text.lines().enumerate() {
            if comment(line).is_some_and(|c| c.starts_with('>')) {
                continue;
            }
            out += line;
            out.push('\n');
            if let Some(which) = self.emits.iter().position(|e| e.line == index) {
                for line in printed[which].lines() {
                    let _ = writeln!(out, "{}", format!("{mark} {line}").trim_end());
                }
            }
        }
        fs::write(&self.path, out)?;
        Ok(())
    }
}

/// Every filetest below `filetests`, in order of their names; what lies in `support` is not one.
pub fn all() -> Result<Vec<Filetest>> {
    let folder = places::ours("filetests");
    let mut paths = Vec::new();
    collect(&folder, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| Filetest::read(&folder, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("support") {
                collect(&path, paths)?;
            }
        } else if path.extension().is_some_and(|e| e == "ll" || e == "c" || e == "cpp") {
            paths.push(path);
        }
    }
    Ok(())
}
