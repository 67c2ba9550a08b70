//! GCC's torture programs at -O0 and -O2 in every tier.
//!
//! Each program judges itself: it ends with exit code 0 unless something was computed wrongly. What it prints, if
//! that is always the same, is compared with the native program's. Known failures stand in `suites/torture-known.txt`, as
//! `execute/NAME.c/LEVEL/TIER REASON`; there must be at most 0.5 % of them, and one that passes fails the suite.
//!
//! CI runs every program at both levels in bytecode, and of aot and random:1 the level that the program's name draws, and some
//! with other instruction sets; `--full` runs everything.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use libtest_mimic::Trial;
use rheo_tests::known::Known;
use rheo_tests::rheo::{Run, Tier};
use rheo_tests::title::{self, Set};
use rheo_tests::{clang, compare, corpus, harness, places};

/// Flags for programs of an older C, and for the names that GCC's tests have for printing.
const FLAGS: &str = "-w -std=gnu17 -Wno-implicit-function-declaration -Wno-implicit-int -Wno-int-conversion \
                     -Wno-incompatible-function-pointer-types -Wno-return-mismatch";

fn main() -> ExitCode {
    harness::main(list)
}

fn list() -> Result<Vec<Trial>> {
    let known = Arc::new(Known::read(&places::ours("suites/torture-known.txt"))?);
    let names = corpus::torture_names()?;
    let suite = corpus::gcc_testsuite()?;
    let mut trials = Vec::new();
    for name in &names {
        let alone = combinations(name).into_iter().map(|(level, tier)| (level, tier, None));
        let sets = title::sets(name, SHARE).into_iter().flat_map(|set| in_set(name, set));
        for (level, tier, set) in alone.chain(sets) {
            let id = format!("{}/{level}/{tier}", name.trim_start_matches("gcc.c-torture/"));
            let (source, known) = (suite.join(name), Arc::clone(&known));
            trials.push(Trial::test(harness::named(id.clone(), set), move || {
                let result = run(&source, level, tier, set).map_err(|error| format!("{error:#}"));
                known.judge(&id, result).map_err(harness::failed)
            }));
        }
    }
    trials.push(harness::trial("known_failures_are_few_and_exist", move || few_and_exist(&known, &names)));
    Ok(trials)
}

const TIERS: [Tier; 3] = [Tier::Bytecode, Tier::Aot, Tier::Random(1)];
const LEVELS: [&str; 2] = ["-O0", "-O2"];

/// Each set other than the general one has one program of so many.
const SHARE: usize = 24;

/// What is run of a program with a set.
fn in_set(name: &str, set: Set) -> impl Iterator<Item = (&'static str, Tier, Option<Set>)> {
    let all = combinations(name).into_iter().filter(|&(_, tier)| tier != Tier::Aot);
    all.map(move |(level, tier)| (level, tier, Some(set)))
}

/// What is run of one program.
fn combinations(name: &str) -> Vec<(&'static str, Tier)> {
    let drawn = LEVELS[name.bytes().map(usize::from).sum::<usize>() % 2];
    let all = LEVELS.iter().flat_map(|&level| TIERS.iter().map(move |&tier| (level, tier)));
    all.filter(|&(level, tier)| places::full() || tier == Tier::Bytecode || level == drawn).collect()
}

/// Options of GCC that change what a program means, and that clang has. The rest steer GCC's optimiser.
const MEANING: &[&str] = &[
    "-std=",
    "-ffast-math",
    "-fgnu89-inline",
    "-finput-charset=",
    "-finstrument-functions",
    "-fno-builtin",
    "-fno-common",
    "-fno-strict-",
    "-fwrapv",
];

/// The options that a program asks for in its own comments.
fn options(source: &str) -> Vec<String> {
    let mut options = Vec::new();
    for line in source.lines() {
        for directive in ["dg-options", "dg-additional-options"] {
            let Some((_, rest)) = line.split_once(directive) else { continue };
            let mut parts = rest.split('"');
            if let (Some(_), Some(list)) = (parts.next(), parts.next()) {
                let kept = list.split_whitespace().filter(|o| MEANING.iter().any(|prefix| o.starts_with(prefix)));
                options.extend(kept.map(str::to_owned));
            }
        }
    }
    options
}

fn run(source: &PathBuf, level: &str, tier: Tier, set: Option<Set>) -> Result<()> {
    let text = std::fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
    let mut flags = vec![level.to_owned()];
    flags.extend(FLAGS.split_whitespace().map(str::to_owned));
    flags.extend(options(&String::from_utf8_lossy(&text)));
    let bitcode = clang::bitcode(source, &flags, &[])?;
    let run = Run { set, ..Run::of(vec![bitcode.clone()]) };
    let got = run.rheo(tier)?;
    if got.succeeded() && got.stdout.is_empty() {
        return Ok(());
    }
    let native = clang::native(&[bitcode], &[])?;
    let want = run.executable(&native)?;
    match compare::difference(&want, &got) {
        None => Ok(()),
        // Some print addresses, which are others at each start; then the program's own verdict has to do.
        Some(_) if want.end == got.end && run.executable(&native)?.stdout != want.stdout => Ok(()),
        Some(report) => bail!("{report}"),
    }
}

fn few_and_exist(known: &Known, names: &[String]) -> Result<()> {
    let total = names.len() * LEVELS.len() * TIERS.len();
    if known.len() * 200 > total {
        bail!("{} of {total} are listed as known failures: more than 0.5 %", known.len());
    }
    for listed in known.names() {
        let mut parts = listed.rsplitn(3, '/');
        let (tier, level, name) = (parts.next(), parts.next(), parts.next());
        let exists = name.is_some_and(|name| names.iter().any(|n| n.trim_start_matches("gcc.c-torture/") == name))
            && level.is_some_and(|level| LEVELS.contains(&level))
            && tier.is_some_and(|tier| TIERS.iter().any(|t| t.to_string() == tier));
        if !exists {
            bail!("{listed} is listed as a known failure but is not run");
        }
    }
    Ok(())
}
