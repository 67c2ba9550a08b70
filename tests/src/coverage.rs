//! What there is to be tested (LLVM's instructions and intrinsics, our ops) against what the filetests do with it, as a
//! table for people.
//!
//! A program counts for an instruction or intrinsic where one of its functions executes it, as clang compiles the
//! program at the levels that the filetest names; a refusal counts where the expected message names what is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use crate::filetest::Filetest;
use crate::rheo::rheo_with;
use crate::{clang, places};

/// Most files that a row of the table names.
const NAMED_MAX: usize = 3;

/// x86 intrinsics that the headers for SSE to AVX2, FMA and F16C make, by how their names begin.
const HEADERS: &[&str] =
    &["sse.", "sse2.", "sse3.", "ssse3.", "sse41.", "sse42.", "avx.", "avx2.", "fma.", "vcvtps2ph."];

/// What filetests do with the things that there are.
#[derive(Default)]
pub struct Uses {
    /// Files that run a program with this instruction or intrinsic, by its name, and the tiers they run it in.
    runs: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Files that print a stage of one.
    prints: BTreeMap<String, BTreeSet<String>>,
    /// Expected refusals, with the files that expect them.
    refusals: Vec<(String, String)>,
}

impl Uses {
    /// Looks through filetests.
    pub fn of(tests: &[Filetest]) -> Result<Uses> {
        let mut uses = Uses::default();
        for test in tests {
            uses.refusals.extend(test.errors.iter().map(|text| (text.clone(), test.name.clone())));
            if test.tiers.is_empty() && test.emits.is_empty() {
                continue;
            }
            for level in &test.levels {
                for text in assembly(test, level)? {
                    for name in executed(&text) {
                        let tiers = test.tiers.iter().map(|t| t.to_string().replace(":1", ""));
                        uses.runs.entry(name.clone()).or_default().entry(test.name.clone()).or_default().extend(tiers);
                        if !test.emits.is_empty() {
                            uses.prints.entry(name).or_default().insert(test.name.clone());
                        }
                    }
                }
            }
        }
        Ok(uses)
    }

    fn refusal(&self, name: &str) -> Option<&str> {
        let whole = |text: &str| {
            text.match_indices(name).any(|(at, _)| {
                let next = text[at + name.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        self.refusals.iter().find(|(text, _)| whole(text)).map(|(_, file)| file.as_str())
    }
}

/// A filetest's program as LLVM assembly: one text a file.
fn assembly(test: &Filetest, level: &str) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in [test.expanded()?].iter().chain(&test.with) {
        let path = if path.extension().is_some_and(|e| e == "ll") {
            path.clone()
        } else {
            let level = if level.is_empty() { "-O1" } else { level };
            let mut command: Vec<OsString> = [clang::CLANG, "-S", "-emit-llvm", "-w", level].map(OsString::from).into();
            command.extend(test.cflags.iter().map(OsString::from));
            command.push(path.into());
            clang::made(&command, &[path.as_path()], "ll")?
        };
        texts.push(fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    Ok(texts)
}

/// Names of the instructions and (with `llvm.`) the intrinsics that the functions in a text of LLVM assembly execute.
fn executed(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("define ") || line.starts_with('}') {
            inside = line.starts_with('d');
            continue;
        }
        let line = line.trim_start();
        if !inside || line.starts_with(';') {
            continue;
        }
        let rest = match line.split_once(" = ") {
            Some((result, rest)) if result.starts_with('%') => rest,
            _ => line,
        };
        let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        let opcode = words.find(|w| !matches!(*w, "tail" | "musttail" | "notail")).unwrap_or_default();
        names.insert(opcode.to_owned());
        if matches!(opcode, "call" | "invoke" | "callbr") {
            let starts = rest.match_indices("@llvm.").map(|(at, _)| &rest[at + 1..]);
            let name = |s: &str| {
                s.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').next().map(String::from)
            };
            names.extend(starts.filter_map(name));
        }
    }
    names
}

/// LLVM's instructions, as they are written in assembly.
pub fn instructions() -> Result<Vec<String>> {
    let output = Command::new("llvm-config-19").arg("--includedir").output().context("cannot run llvm-config-19")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let path = folder.join("llvm/IR/Instruction.def");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rows = text.lines().filter_map(|line| {
        let (_, fields) = line.strip_prefix("HANDLE_")?.split_once("_INST")?;
        let mut fields = fields.trim_start().strip_prefix('(')?.split(',');
        let (number, name) = (fields.next()?.trim(), fields.next()?.trim());
        number.parse::<u32>().ok()?;
        Some(name.to_owned())
    });
    let internal = |name: &String| !name.starts_with("UserOp");
    let names: Vec<String> = rows.filter(internal).map(|name| spelled(&name.to_lowercase()).to_owned()).collect();
    if names.len() < 60 {
        bail!("{} lists {} instructions only", path.display(), names.len());
    }
    Ok(names)
}

/// How an instruction is written whose name in LLVM's sources is another.
fn spelled(name: &str) -> &str {
    match name {
        "atomiccmpxchg" => "cmpxchg",
        "vaarg" => "va_arg",
        name => name,
    }
}

/// The rows of `rheo list`: names, and what is said of them.
pub fn list(what: &str) -> Result<Vec<(String, String)>> {
    let outcome = rheo_with(["list", what], Duration::from_secs(20))?;
    if !outcome.succeeded() {
        bail!("rheo list {what} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    }
    let text = outcome.stdout_text();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(rows.map(|(name, what)| (name.to_owned(), what.to_owned())).collect())
}

/// The table, and what is missing from it.
pub struct Table {
    /// As Markdown.
    pub text: String,
    /// Names of rows without a test, each with what would fill it.
    pub gaps: Vec<String>,
}

/// Instructions that are always refused, with the reason.
const REFUSED_INSTRUCTIONS: &[(&str, &str)] = &[("addrspacecast", "address space")];
/// Instructions that have no op of ours.
const OUT_OF_LINE_INSTRUCTIONS: &[&str] = &["callbr"];

/// Makes the table.
pub fn table(uses: &Uses) -> Result<Table> {
    let mut table = Table { text: String::new(), gaps: Vec::new() };
    table.text += "# LLVM 19's instructions and intrinsics\n\n\
        Made by `RHEO_BLESS=1 ./x test --only coverage`; a test fails while it differs from what `rheo list intrinsics` and the\n\
        filetests say. *ops*: made of our ops, on types that have none out of line. *out of line*: LLVM's own machine code,\n\
        called. *dropped*: without effect here. Tiers are those that the tests run in; random mixes bytecode and machine code.\n\
        *printed*: LLVM makes no program of it to compare with, so that the test looks at our form of it.\n\n";
    table.text += "## Instructions\n\n| instruction | | tiers | tested by |\n|---|---|---|---|\n";
    for name in instructions()? {
        let refused = REFUSED_INSTRUCTIONS.iter().find(|(n, _)| *n == name);
        let made = if OUT_OF_LINE_INSTRUCTIONS.contains(&name.as_str()) { "out of line" } else { "ops" };
        let what = refused.map_or_else(|| made.to_owned(), |(_, why)| format!("refused: {why}"));
        table.row(uses, &name, refused.map_or(&name, |(_, why)| why), &what);
    }
    let intrinsics = list("intrinsics")?;
    let known: Vec<&str> = intrinsics.iter().map(|(name, _)| name.as_str()).collect();
    let uses = &uses.by_intrinsic(&known);
    // The dot products among AVX2's names belong to later extensions.
    let is_header = |name: &str| {
        let name = name.strip_prefix("x86.").unwrap_or_default();
        HEADERS.iter().any(|h| name.starts_with(h)) && !name.contains(".vpdp")
    };
    table.text += "\n## Intrinsics for all machines\n\n| llvm. | | tiers | tested by |\n|---|---|---|---|\n";
    for (name, what) in intrinsics.iter().filter(|(name, _)| !name.starts_with("x86.")) {
        table.row(uses, name, &format!("llvm.{name}"), what);
    }
    table.text +=
        "\n## Intrinsics of SSE to AVX2, FMA and F16C\n\n| llvm. | | tiers | tested by |\n|---|---|---|---|\n";
    for (name, what) in intrinsics.iter().filter(|(name, _)| is_header(name)) {
        table.row(uses, name, &format!("llvm.{name}"), what);
    }
    let others = intrinsics.iter().filter(|(name, _)| name.starts_with("x86.") && !is_header(name)).count();
    let _ = writeln!(
        table.text,
        "\n{others} further `llvm.x86.*` intrinsics (AVX-512, AMX, MMX, system instructions …) go out of line."
    );
    Ok(table)
}

impl Table {
    /// One row; `key` is its name among the uses.
    fn row(&mut self, uses: &Uses, name: &str, key: &str, what: &str) {
        let is_refused = what.starts_with("refused");
        let (tiers, files): (String, Vec<&str>) = if is_refused {
            // What stands in code that is never reached is not refused, and runs.
            let runs = || uses.runs.get(key).and_then(|files| files.keys().next()).map(String::as_str);
            ("none".into(), uses.refusal(key).or_else(runs).into_iter().collect())
        } else {
            let runs = uses.runs.get(key);
            let run = runs.into_iter().flatten().filter(|(_, tiers)| !tiers.is_empty());
            let tiers: BTreeSet<&str> = run.clone().flat_map(|(_, tiers)| tiers).map(String::as_str).collect();
            let mut files: Vec<&str> = run.map(|(file, _)| file.as_str()).collect();
            if files.is_empty() {
                files.extend(uses.prints.get(key).into_iter().flatten().map(String::as_str));
            }
            // A file that is about it comes first.
            files.sort_by_key(|file| (!names_it(file, name), !file.ends_with(".ll"), file.to_string()));
            let tiers: Vec<&str> = tiers.into_iter().collect();
            (if tiers.is_empty() { "printed".into() } else { tiers.join(", ") }, files)
        };
        if files.is_empty() {
            self.gaps.push(format!("{key} ({what})"));
        }
        let _ =
            writeln!(self.text, "| {name} | {what} | {tiers} | {} |", files[..files.len().min(NAMED_MAX)].join(", "));
    }
}

/// Whether a file is named after a thing.
fn names_it(file: &str, name: &str) -> bool {
    Path::new(file).file_stem().is_some_and(|stem| stem.to_string_lossy() == name.replace('.', "_"))
}

impl Uses {
    /// The uses of intrinsics by the names in `known`: without the types that a name is overloaded on.
    fn by_intrinsic(&self, known: &[&str]) -> Uses {
        let known: BTreeSet<&str> = known.iter().copied().collect();
        let base = |mentioned: &str| {
            let mut name = mentioned.strip_prefix("llvm.")?;
            while !known.contains(name) {
                name = name.rsplit_once('.')?.0;
            }
            Some(format!("llvm.{name}"))
        };
        let mut out = Uses { refusals: self.refusals.clone(), ..Uses::default() };
        for (mentioned, files) in &self.runs {
            if let Some(name) = base(mentioned) {
                for (file, tiers) in files {
                    let into = out.runs.entry(name.clone()).or_default().entry(file.clone()).or_default();
                    into.extend(tiers.iter().cloned());
                }
            }
        }
        for (mentioned, files) in &self.prints {
            if let Some(name) = base(mentioned) {
                out.prints.entry(name).or_default().extend(files.iter().cloned());
            }
        }
        out
    }
}

/// Ops that no filetest's program has in its IR.
pub fn unused_ops(tests: &[Filetest]) -> Result<Vec<String>> {
    let programs: Vec<(&Filetest, &String)> = tests
        .iter()
        .filter(|t| !t.tiers.is_empty())
        .flat_map(|t| t.levels.iter().map(move |level| (t, level)))
        .collect();
    let used: Vec<BTreeSet<String>> =
        programs.par_iter().map(|(test, level)| ops(test, level)).collect::<Result<_>>()?;
    let used: BTreeSet<String> = used.into_iter().flatten().collect();
    Ok(list("ops")?.into_iter().map(|(name, _)| name).filter(|name| !used.contains(name)).collect())
}

/// Words of a program's IR where ops stand.
fn ops(test: &Filetest, level: &str) -> Result<BTreeSet<String>> {
    let mut args = vec!["dump".to_owned(), "--emit=ir".into()];
    args.push(format!("--cflags={level} {}", test.cflags.join(" ")));
    args.extend([test.expanded()?].iter().chain(&test.with).map(|p| p.display().to_string()));
    let outcome = rheo_with(args, Duration::from_secs(60))?;
    if !outcome.succeeded() {
        bail!("dump of {} ended by {}:\n{}", places::ours(&test.name).display(), outcome.end, outcome.stderr_text());
    }
    let op = |line: &str| {
        let rest = line.split_once(" = ").map_or(line, |(_, rest)| rest).trim_start();
        let op = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        op.unwrap_or_default().to_owned()
    };
    Ok(outcome.stdout_text().lines().map(op).collect())
}
