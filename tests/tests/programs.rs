//! Real programs in every tier, their output compared with the native build's.
//!
//! CI runs bytecode and aot at -O0 and -O2 and two random seeds at -O2, one of them with another instruction set; `--full` runs
//! 20 seeds at both levels, and all sets.

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
                // The second one is for the other set.
                (false, "-O2") => 1 + u64::from(title::asked().is_some()),
                (false, _) => 0,
            };
            let tiers = [Tier::Bytecode, Tier::Aot].into_iter().chain((1..=seeds).map(Tier::Random));
            let sets =
                if level == "-O2" { title::sets(&format!("{name} {level}"), Set::ALL.len()) } else { Vec::new() };
            let in_sets = sets.into_iter().map(|set| (Tier::Random(2), Some(set)));
            trials.extend(tiers.map(|tier| (tier, None)).chain(in_sets).map(|(tier, set)| {
                let case = harness::named(format!("{name} {level} {tier}"), set);
                harness::trial(case, move || run(name, level, tier, set))
            }));
        }
    }
    trials
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
