//! Every shape of landing pad, with each tier for what throws, what an exception passes and what catches it: the output is
//! the native program's, and memcheck finds neither a wrong access nor a lost exception. So it is of threads that end in the
//! middle of it all. Some with other instruction sets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use libtest_mimic::{Completion, Failed, Trial};
use rheo_tests::rheo::{Run, rheo_with};
use rheo_tests::title::{self, Set};
use rheo_tests::{clang, compare, harness, places, process};

const LIMIT: Duration = Duration::from_secs(120);
const TIERS: [&str; 2] = ["bytecode", "aot"];
/// Parts of the linkage names that tell a function's part.
const MARKS: [&str; 2] = ["7thrower", "6passer"];
/// Tiers that memcheck looks at threads in, and the rounds of eight threads that it has the patience for.
const ROUND_TIERS: [&str; 4] = ["bytecode", "aot", "random:1", "random:2"];
const ROUNDS: &str = "20";
/// The exit code of memcheck when it has found something.
const FOUND: &str = "99";

/// Each set other than one chosen for the program has one placement of so many.
const SHARE: usize = 8;

/// Tiers of what throws, what passes on, and everything else.
type Placement = [&'static str; 3];

fn main() -> ExitCode {
    harness::main(|| {
        let mut trials = Vec::new();
        for level in ["-O0", "-O2"] {
            for thrower in TIERS {
                for passer in TIERS {
                    for catcher in TIERS {
                        let tiers = [thrower, passer, catcher];
                        let name = format!("{level} {}", tiers.join(" "));
                        trials.push(harness::trial(name.clone(), move || same(level, tiers, None)));
                        for set in title::sets(&name, SHARE) {
                            let name = harness::named(name.clone(), Some(set));
                            trials.push(harness::trial(name, move || same(level, tiers, Some(set))));
                        }
                        trials.push(Trial::ignorable_test(format!("{name} memcheck"), move || checked(level, tiers)));
                    }
                }
            }
        }
        for tier in ROUND_TIERS {
            let name = format!("rounds of threads {tier} memcheck");
            trials.push(Trial::ignorable_test(name, move || rounds(tier)));
        }
        Ok(trials)
    })
}

fn same(level: &str, tiers: Placement, set: Option<Set>) -> Result<()> {
    let bitcode = bitcode(level)?;
    let run = Run { limit: LIMIT, ..Run::default() };
    let want = run.executable(&clang::native(std::slice::from_ref(&bitcode), &["-lstdc++".into()])?)?;
    let folder = tempfile::tempdir()?;
    let got = run.executable(&build(&bitcode, tiers, set, folder.path())?)?;
    if want.stdout.len() < 10_000 {
        bail!("the native program says too little:\n{}", want.stderr_text());
    }
    match compare::difference(&want, &got) {
        None => Ok(()),
        Some(report) => bail!("{report}"),
    }
}

fn checked(level: &str, tiers: Placement) -> Result<Completion, Failed> {
    memcheck(&[], |folder| build(&bitcode(level)?, tiers, None, folder))
}

fn rounds(tier: &str) -> Result<Completion, Failed> {
    memcheck(&[ROUNDS], |folder| {
        let source = places::ours("filetests/cxx/thread_rounds.cpp");
        let bitcode = clang::bitcode(&source, &["-O2".to_owned()], &[])?;
        let program = folder.join("rounds");
        rheo_build(&bitcode, &program, &["--tier", tier], None)?;
        Ok(program)
    })
}

/// Runs what `build` makes in a folder of its own under memcheck, if that is installed.
fn memcheck(args: &[&str], build: impl FnOnce(&Path) -> Result<PathBuf>) -> Result<Completion, Failed> {
    if !clang::is_installed("valgrind") {
        return Ok(Completion::ignored_with("valgrind is not installed"));
    }
    let check = || -> Result<()> {
        let folder = tempfile::tempdir()?;
        let program = build(folder.path())?;
        let mut command = Command::new("valgrind");
        command.args(["-q", "--leak-check=full", "--errors-for-leak-kinds=definite"]);
        command.arg(format!("--error-exitcode={FOUND}")).arg(program).args(args);
        let outcome = process::run(&mut command, b"", LIMIT)?;
        if !outcome.succeeded() {
            bail!("{}:\n{}", outcome.end, outcome.stderr_text());
        }
        Ok(())
    };
    check().map(|()| Completion::Completed).map_err(|error| harness::failed(format!("{error:#}")))
}

fn bitcode(level: &str) -> Result<PathBuf> {
    // Exception specifications went with C++17.
    let flags = [level, "-std=c++14"].map(str::to_owned);
    clang::bitcode(&places::ours("exceptions/shapes.cpp"), &flags, &[])
}

/// Builds the program with each function where its part is to be.
fn build(bitcode: &Path, tiers: Placement, set: Option<Set>, folder: &Path) -> Result<PathBuf> {
    let [thrower, passer, catcher] = tiers;
    let program = folder.join("shapes");
    rheo_build(bitcode, &program, &["--tier", "aot"], None)?;
    let listed = folder.join("shapes.plan");
    let text = fs::read_to_string(&listed).with_context(|| format!("cannot read {}", listed.display()))?;
    let mut plan = String::from("rheo-plan 1\n");
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["aot", _, _, _, function, ..] = words[..] else { continue };
        let part = MARKS.iter().position(|mark| function.contains(mark));
        plan += [thrower, passer, catcher][part.unwrap_or(MARKS.len())];
        plan += &format!(" - - - {function}\n");
    }
    let wanted = folder.join("wanted.plan");
    fs::write(&wanted, plan)?;
    rheo_build(bitcode, &program, &["--plan", path(&wanted)], set)?;
    Ok(program)
}

fn rheo_build(bitcode: &Path, program: &Path, how: &[&str], set: Option<Set>) -> Result<()> {
    let all = ["build", "-l", "stdc++", "-o", path(program), path(bitcode)];
    let set = title::options(set)?;
    let how = how.iter().copied().chain(set.iter().map(String::as_str));
    let outcome = rheo_with(all.into_iter().chain(how), LIMIT)?;
    if !outcome.succeeded() {
        bail!("rheo build ended by {}:\n{}", outcome.end, outcome.stderr_text());
    }
    Ok(())
}

fn path(path: &Path) -> &str {
    path.to_str().expect("the test's own paths are text")
}
