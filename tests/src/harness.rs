//! The frame of a test binary: trials from closures, run by libtest-mimic with cargo's own output and options.

use std::process::ExitCode;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};

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
