//! Random C programs by csmith, in every tier, against the native build.
//!
//! CI takes the fixed seeds 1 to 200, each at the level that the seed draws, one in 8 with another instruction set, too;
//! `RHEO_CSMITH=N:FIRST` takes N seeds from FIRST on.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rheo_tests::process::{self, End};
use rheo_tests::rheo::{Run, Tier};
use rheo_tests::title::Set;
use rheo_tests::{clang, compare, harness, places};

/// Programs that natively run longer say little more and are passed over.
const NATIVE_LIMIT: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(120);
/// Each set has one seed of so many.
const SHARE: usize = 32;

fn main() -> ExitCode {
    harness::main(|| harness::seeds("RHEO_CSMITH", 200, SHARE, check))
}

/// The program of a seed; csmith gives the same for the same seed.
fn program(seed: u64) -> Result<PathBuf> {
    let folder = places::corpus().join("csmith");
    let path = folder.join(format!("seed-{seed}.c"));
    if !path.exists() {
        fs::create_dir_all(&folder)?;
        let mut command = Command::new("csmith");
        command.args(["--seed", &seed.to_string()]);
        // csmith writes a file platform.info where it runs, and reads those that others are just writing.
        let own = tempfile::tempdir()?;
        let outcome = process::run(command.current_dir(&own), b"", LIMIT).context("cannot run csmith")?;
        if !outcome.succeeded() {
            bail!("csmith ended by {}: {}", outcome.end, outcome.stderr_text());
        }
        let part = tempfile::NamedTempFile::new_in(&folder)?;
        fs::write(part.path(), &outcome.stdout)?;
        part.persist(&path)?;
    }
    Ok(path)
}

/// Runs one seed.
fn check(seed: u64, set: Option<Set>) -> harness::Checked {
    let source = program(seed)?;
    let level = ["-O0", "-O1", "-O2", "-O3", "-Os", "-Oz"][(seed % 6) as usize];
    let flags = [level, "-w", "-I/usr/include/csmith"].map(str::to_owned);
    let bitcode = clang::bitcode(&source, &flags, &[])?;
    let mut run = Run::of(vec![bitcode.clone()]);
    run.limit = NATIVE_LIMIT;
    let want = run.executable(&clang::native(&[bitcode], &[])?)?;
    if want.end == End::TimedOut {
        return Ok(Some(format!("natively it takes longer than {} s", NATIVE_LIMIT.as_secs())));
    }
    if !matches!(want.end, End::Exit(_)) {
        return Ok(Some(format!("natively it ends by {}", want.end)));
    }
    // A `main` that clang finds to be undefined is empty.
    if !want.stdout_text().contains("checksum = ") {
        return Ok(Some("natively it prints no checksum".to_owned()));
    }
    run.limit = LIMIT;
    run.set = set;
    for tier in [Tier::Bytecode, Tier::Random(seed), Tier::Aot].into_iter().take(if set.is_none() { 3 } else { 2 }) {
        if let Some(report) = compare::difference(&want, &run.rheo(tier)?) {
            bail!("{} {level} {tier}: {report}", source.display());
        }
    }
    Ok(None)
}
