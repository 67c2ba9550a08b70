//! The frame of a test binary: trials from closures, run by libtest-mimic with cargo's own output and options.

use std::process::ExitCode;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// One test: fails with the error's whole chain of causes.
pub fn trial(name: impl Into<String>, test: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    Trial::test(name, move || test().map_err(|error| Failed::from(format!("{error:#}"))))
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

/// A trial for each seed from 1 to `count`, or for those that the variable asks for: `COUNT:FIRST`. What `check` gives is
/// the reason why a seed says nothing.
pub fn seeds(variable: &str, count: u64, check: fn(u64) -> Result<Option<String>>) -> Result<Vec<Trial>> {
    let (count, first) = match std::env::var_os(variable) {
        None => (count, 1),
        Some(text) => {
            let text = text.to_string_lossy().into_owned();
            let wrong = || format!("{variable} is {text:?}, not COUNT:FIRST");
            let (count, first) = text.split_once(':').with_context(wrong)?;
            (count.parse().with_context(wrong)?, first.parse().with_context(wrong)?)
        }
    };
    let trial = |seed: u64| {
        Trial::ignorable_test(format!("seed {seed}"), move || match check(seed) {
            Ok(None) => Ok(Completion::Completed),
            Ok(Some(reason)) => Ok(Completion::ignored_with(reason)),
            Err(error) => Err(Failed::from(format!("{error:#}"))),
        })
    };
    Ok((first..first + count).map(trial).collect())
}
