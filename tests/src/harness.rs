//! The frame of a test binary: trials from closures, run by libtest-mimic with cargo's own output and options.

use std::fmt::Display;
use std::process::ExitCode;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::title::{self, Set};

/// One test: fails with the error's whole chain of causes.
pub fn trial(name: impl Into<String>, test: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    Trial::test(name, move || test().map_err(|error| failed(format!("{error:#}"))))
}

/// A failure, with the instruction set that `$RHEO_VM` names; a set that the case has drawn stands in its name.
pub fn failed(why: impl Display) -> Failed {
    match title::asked() {
        None => Failed::from(why.to_string()),
        Some(asked) => Failed::from(format!("with RHEO_VM='{asked}': {why}")),
    }
}

/// A case's name, with the set that it runs in.
pub fn named(case: impl Into<String>, set: Option<Set>) -> String {
    let case = case.into();
    match set {
        None => case,
        Some(set) => format!("{case} {}", set.name()),
    }
}

/// Runs the trials that `list` gives, with as many threads as there are processors.
///
/// A list that cannot be made (material is missing) fails as one test, with its reason.
pub fn main(list: impl FnOnce() -> Result<Vec<Trial>>) -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = list().unwrap_or_else(|error| {
        let reason = format!("{error:#}");
        vec![trial("list_the_tests", move || anyhow::bail!("{reason}"))]
    });
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What a seed's check gives: the reason, if it says nothing.
pub type Checked = Result<Option<String>>;

/// A trial for each seed from 1 to `count`, or for those that the variable asks for: `COUNT:FIRST`; and for one in `of` in each
/// set of [`title::sets`].
pub fn seeds(variable: &str, count: u64, of: usize, check: fn(u64, Option<Set>) -> Checked) -> Result<Vec<Trial>> {
    let (count, first) = match std::env::var_os(variable) {
        None => (count, 1),
        Some(text) => {
            let text = text.to_string_lossy().into_owned();
            let wrong = || format!("{variable} is {text:?}, not COUNT:FIRST");
            let (count, first) = text.split_once(':').with_context(wrong)?;
            (count.parse().with_context(wrong)?, first.parse().with_context(wrong)?)
        }
    };
    let trial = |seed: u64, set: Option<Set>| {
        Trial::ignorable_test(named(format!("seed {seed}"), set), move || match check(seed, set) {
            Ok(None) => Ok(Completion::Completed),
            Ok(Some(reason)) => Ok(Completion::ignored_with(reason)),
            Err(error) => Err(failed(format!("{error:#}"))),
        })
    };
    let trials = |seed: u64| {
        let sets = title::sets(&format!("seed {seed}"), of).into_iter().map(Some);
        [None].into_iter().chain(sets).map(move |set| trial(seed, set))
    };
    Ok((first..first + count).flat_map(trials).collect())
}
