//! What `rheo build` makes of one program for the bench: bytecode in instructions from the stock, bytecode for a set
//! trained on another input, machine code, and mixtures by a profile of that other input.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use super::subject::{Subject, folder};
use crate::figures::Figures;
use crate::program::Program;
use crate::rheo::rheo_with;

/// How a program is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// All bytecode, in instructions chosen from the stock.
    Bytecode,
    /// All bytecode, in a set trained for the title.
    Title,
    /// Machine code within a budget, bytecode otherwise.
    Budget(&'static str),
    /// All machine code.
    Aot,
}

/// Bytes that a title's handlers may take beside those of the base.
const TITLE_BYTES: &str = "65536";

const LIMIT: Duration = Duration::from_secs(900);

/// Builds of one subject, its counts made once.
pub struct Rheo<'a> {
    subject: &'a Subject,
    /// Options that name counts and their map.
    counts: Option<Vec<String>>,
}

impl<'a> Rheo<'a> {
    /// Nothing is built yet.
    pub fn new(subject: &'a Subject) -> Rheo<'a> {
        Rheo { subject, counts: None }
    }

    /// An executable and its figures.
    pub fn build(&mut self, form: Form) -> Result<(PathBuf, Figures)> {
        let program = &self.subject.program;
        match form {
            Form::Bytecode => build(program, "bytecode", &["--tier", "bytecode"]),
            Form::Aot => build(program, "aot", &["--tier", "aot"]),
            Form::Title => {
                let counts = self.counts()?;
                let mut how = vec!["--tier", "bytecode", "--vm-bytes", TITLE_BYTES];
                how.extend(counts.iter().map(String::as_str));
                build(program, "title", &how)
            }
            Form::Budget(budget) => {
                let counts = self.counts()?;
                let mut how = vec!["--budget", budget];
                how.extend(counts.iter().map(String::as_str));
                build(program, budget.trim_end_matches('%'), &how)
            }
        }
    }

    fn counts(&mut self) -> Result<Vec<String>> {
        if let Some(counts) = &self.counts {
            return Ok(counts.clone());
        }
        let (counting, _) = build(&self.subject.trained, "counting", &["--tier", "bytecode"])?;
        let counts = counting.with_added_extension("counts").display().to_string();
        let command = [OsString::from(&counting)];
        let outcome = self.subject.run_trained(&command, ("RHEO_PROFILE", &counts))?;
        ensure!(
            outcome.succeeded() && Path::new(&counts).exists(),
            "the counting run of {} ended by {}:\n{}",
            self.subject.name(),
            outcome.end,
            outcome.stderr_text()
        );
        let map = counting.with_added_extension("map").display().to_string();
        let options = vec!["--profile".into(), counts, "--map".into(), map];
        self.counts = Some(options.clone());
        Ok(options)
    }
}

/// Runs `rheo build`; the executable lies in the bench's folder.
fn build(program: &Program, name: &str, how: &[&str]) -> Result<(PathBuf, Figures)> {
    let product = folder()?.join(format!("{}-{name}", program.name));
    let run = program.run(program.bitcode("-O2")?, LIMIT);
    let mut args: Vec<OsString> = vec!["build".into(), "--json".into()];
    args.extend(run.files.iter().map(OsString::from));
    args.extend(run.libraries.iter().flat_map(|l| ["-l".into(), l.into()]));
    args.extend(how.iter().map(OsString::from));
    args.extend(["-o".into(), product.clone().into()]);
    let outcome = rheo_with(&args, LIMIT)?;
    if !outcome.succeeded() {
        bail!("rheo build {how:?} of {} ended by {}:\n{}", program.name, outcome.end, outcome.stderr_text());
    }
    Ok((product, Figures::read(&outcome.stdout)?))
}
