//! Real programs in every tier, their output compared with the native build's.
//!
//! CI runs bytecode and aot at -O0 and -O2 and two random seeds at -O2, and a third one with another instruction set; `--full`
//! runs 20 seeds at both levels.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use libtest_mimic::Trial;
use rheo_tests::program::{self, Program};
use rheo_tests::rheo::{Run, Tier};
use rheo_tests::title::{self, Set};
use rheo_tests::{compare, harness, places};

const LIMIT: Duration = Duration::from_secs(600);

/// Programs that take clang minutes at -O0.
const LARGE: &[&str] = &["json"];

fn main() -> ExitCode {
    harness::main(|| Ok(list()))
}

fn list() -> Vec<Trial> {
    let mut trials = Vec::new();
    for &name in program::NAMES {
        for level in ["-O0", "-O2"] {
            if level == "-O0" && LARGE.contains(&name) && !places::full() {
                continue;
            }
            let seeds = match (places::full(), level) {
                (true, _) => 20,
                (false, "-O2") => 2,
                (false, _) => 0,
            };
            let tiers = [Tier::Bytecode, Tier::Aot].into_iter().chain((1..=seeds).map(Tier::Random));
            let cases = tiers.map(|tier| (tier, None)).chain(sets(name, level));
            trials.extend(cases.map(|(tier, set)| {
                let case = harness::named(format!("{name} {level} {tier}"), set);
                harness::trial(case, move || run(name, level, tier, set))
            }));
        }
    }
    trials
}

/// Tiers and sets other than the general one that a program runs in.
fn sets(name: &str, level: &str) -> impl Iterator<Item = (Tier, Option<Set>)> {
    let drawn = if level == "-O0" { Vec::new() } else { title::sets(name, Set::ALL.len()) };
    drawn.into_iter().map(|set| (Tier::Random(3), Some(set)))
}

fn run(name: &str, level: &str, tier: Tier, set: Option<Set>) -> Result<()> {
    let program = Program::load(name)?;
    let run = Run { set, ..program.run(program.bitcode(level)?, LIMIT) };
    let want = run.executable(&program.native(level)?)?;
    if !want.succeeded() || (program.keep)(&want.stdout_text()).is_empty() {
        bail!("the native program ended by {} after {} bytes of output", want.end, want.stdout.len());
    }
    let got = run.rheo(tier)?;
    match compare::difference_of(&want, &got, program.keep) {
        None => Ok(()),
        Some(report) => bail!("{report}"),
    }
}
