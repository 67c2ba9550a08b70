//! Every function of clang's headers for SSE up to AVX2, FMA and F16C in every tier, against the native program, and the
//! list of what runs out of line, `x86.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use libtest_mimic::{Completion, Failed, Trial};
use rheo_tests::rheo::{Run, Tier, rheo_with};
use rheo_tests::{clang, compare, harness, header, places};

const LIMIT: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    harness::main(|| {
        let mut trials = vec![harness::trial("what_runs_out_of_line_is_listed", list)];
        for level in ["-O0", "-O2"] {
            for tier in [Tier::Bytecode, Tier::Aot, Tier::Random(1)] {
                trials.push(Trial::ignorable_test(format!("{level} {tier}"), move || run(level, tier)));
            }
        }
        Ok(trials)
    })
}

fn bitcode(level: &str) -> Result<PathBuf> {
    let folder = places::corpus().join("x86");
    fs::create_dir_all(&folder)?;
    let source = folder.join("headers.c");
    let text = header::program()?;
    if fs::read_to_string(&source).ok().as_ref() != Some(&text) {
        let mut part = tempfile::NamedTempFile::new_in(&folder)?;
        std::io::Write::write_all(&mut part, text.as_bytes())?;
        part.persist(&source)?;
    }
    let flags: Vec<String> = header::FLAGS.iter().chain([&level]).map(|&flag| flag.to_owned()).collect();
    clang::bitcode(&source, &flags, &[])
}

fn run(level: &str, tier: Tier) -> Result<Completion, Failed> {
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has: BTreeSet<&str> = processor.split_whitespace().collect();
    if let Some(missing) = header::PROCESSOR.iter().find(|feature| !has.contains(*feature)) {
        return Ok(Completion::ignored_with(format!("the processor lacks {missing}")));
    }
    let same = || -> Result<()> {
        let bitcode = bitcode(level)?;
        let run = Run { limit: LIMIT, ..Run::of(vec![bitcode.clone()]) };
        let want = run.executable(&clang::native(&[bitcode], &[])?)?;
        if !want.succeeded() || want.stdout_text().lines().count() < 1000 {
            bail!("the native program ended by {} after {} bytes of output", want.end, want.stdout.len());
        }
        match compare::difference(&want, &run.rheo(tier)?) {
            None => Ok(()),
            Some(report) => bail!("{report}"),
        }
    };
    same().map(|()| Completion::Completed).map_err(|error| Failed::from(format!("{error:#}")))
}

/// Which functions call what out of line, at -O2.
fn list() -> Result<()> {
    let dump = rheo_with(["dump", "--emit=ir", &bitcode("-O2")?.display().to_string()], LIMIT)?;
    if !dump.succeeded() {
        bail!("dump ended by {}:\n{}", dump.end, dump.stderr_text());
    }
    let text = dump.stdout_text();
    let mut meant: BTreeMap<&str, &str> = BTreeMap::new();
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut tested: BTreeSet<&str> = BTreeSet::new();
    let mut function = None;
    for line in text.lines() {
        if let Some(shim) = line.strip_prefix("shim \"") {
            let mut parts = shim.split('"');
            let (name, _, what) = (parts.next(), parts.next(), parts.next());
            meant.insert(name.unwrap_or_default(), what.unwrap_or_default());
        } else if let Some(rest) = line.strip_prefix("func @") {
            let name = rest.split('(').next().unwrap_or_default();
            function = name.strip_prefix("t_").and_then(|name| Some(name.rsplit_once('_')?.0));
            tested.extend(function);
        } else if let (Some(function), Some(at)) = (function, line.find("@rheo.shim.")) {
            let name = line[at + 1..].split('(').next().unwrap_or_default();
            users.entry(meant.get(name).copied().unwrap_or(name)).or_default().insert(function);
        }
    }
    let outside: BTreeSet<&str> = users.values().flatten().copied().collect();
    let mut out = String::from(
        "# Functions of the x86 headers that run out of line\n\nMade by `RHEO_BLESS=1 ./x test --only x86_headers`, which \
         calls all functions and macros of clang 19's headers for SSE up\nto AVX2, FMA, F16C, BMI, AES, SHA; a test fails \
         while it differs. What is not named here is made of our ops.\n\n",
    );
    let _ = writeln!(out, "{} of {} call LLVM's own machine code:\n", outside.len(), tested.len());
    let _ = writeln!(out, "| what | by |\n|---|---|");
    for (what, functions) in &users {
        let functions: Vec<&str> = functions.iter().copied().collect();
        let _ = writeln!(out, "| {what} | {} |", functions.join(", "));
    }
    let path = places::ours("x86.md");
    if std::env::var_os("RHEO_BLESS").is_some() {
        fs::write(&path, &out)?;
    }
    let old = fs::read_to_string(&path).unwrap_or_default();
    if old != out {
        bail!("x86.md is not up to date (`./x bless` mends it):\n{}", compare::diff(&old, &out));
    }
    Ok(())
}
