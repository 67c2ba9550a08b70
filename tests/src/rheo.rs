//! Drives the `rheo` command.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::process::{self, Outcome};
use crate::title::{self, Set};

/// What runs a program's functions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tier {
    /// Every function is bytecode.
    Bytecode,
    /// Every function is machine code.
    Aot,
    /// Each function is one or the other, drawn from the seed.
    Random(u64),
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tier::Bytecode => f.write_str("bytecode"),
            Tier::Aot => f.write_str("aot"),
            Tier::Random(seed) => write!(f, "random:{seed}"),
        }
    }
}

impl FromStr for Tier {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Tier> {
        Ok(match text.split_once(':') {
            None if text == "bytecode" => Tier::Bytecode,
            None if text == "aot" => Tier::Aot,
            Some(("random", seed)) => Tier::Random(seed.parse()?),
            _ => bail!("no tier is called {text:?}"),
        })
    }
}

/// A program's inputs and the way it is run, the same for native and for every tier.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Bitcode, assembly, archives or sources.
    pub files: Vec<PathBuf>,
    /// Flags for clang where sources are given.
    pub cflags: Vec<String>,
    /// Native libraries, without `-l`.
    pub libraries: Vec<String>,
    /// Options for the linker: `-L`, `-l`.
    pub link: Vec<String>,
    /// The program's arguments.
    pub args: Vec<String>,
    /// The program's environment, beside what it inherits.
    pub env: Vec<(String, String)>,
    /// The program's standard input.
    pub stdin: Vec<u8>,
    /// The instruction set, if not what `$RHEO_VM` names or the general one.
    pub set: Option<Set>,
    /// The folder it runs in.
    pub folder: Option<PathBuf>,
    /// Time limit.
    pub limit: Duration,
}

impl Run {
    /// Runs `files`, with the C library's mathematical part, without arguments, for at most 20 seconds.
    pub fn of(files: Vec<PathBuf>) -> Run {
        Run { files, libraries: vec!["m".into()], limit: Duration::from_secs(20), ..Run::default() }
    }

    fn prepare(&self, command: &mut Command) {
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
    }

    /// Runs it with `rheo run`.
    pub fn rheo(&self, tier: Tier) -> Result<Outcome> {
        let mut command = rheo()?;
        command.args(["run", "--tier", &tier.to_string()]).args(&self.files);
        if !self.cflags.is_empty() {
            command.arg(format!("--cflags={}", self.cflags.join(" ")));
        }
        for library in &self.libraries {
            command.args(["-l", library]);
        }
        command.args(&self.link).args(title::options(self.set)?).arg("--").args(&self.args);
        self.prepare(&mut command);
        process::run(&mut command, &self.stdin, self.limit).with_context(|| format!("cannot run {command:?}"))
    }

    /// Runs an executable made of the same files, by clang or by `rheo build`.
    pub fn executable(&self, program: &Path) -> Result<Outcome> {
        let mut command = Command::new(program);
        command.args(&self.args);
        self.prepare(&mut command);
        process::run(&mut command, &self.stdin, self.limit).with_context(|| format!("cannot run {}", program.display()))
    }
}

/// The `rheo` command, to be given arguments.
pub fn rheo() -> Result<Command> {
    let path = places::rheo();
    if !path.exists() {
        bail!("{} is not there: run `cargo build` first", path.display());
    }
    Ok(Command::new(path))
}

/// Runs `rheo` with these arguments for at most `limit`.
pub fn rheo_with<I, S>(args: I, limit: Duration) -> Result<Outcome>
where
    I: IntoIterator<Item = S>,
    S: AsRef<std::ffi::OsStr>,
{
    let mut command = rheo()?;
    command.args(args);
    process::run(&mut command, b"", limit).with_context(|| format!("cannot run {command:?}"))
}

/// `None` if `outcome` is a refusal as it should be (an exit code, a message, no panic); else what is wrong with it.
pub fn misbehaviour(outcome: &Outcome) -> Option<String> {
    let stderr = outcome.stderr_text();
    let what = match outcome.end {
        process::End::Exit(0) => "it was accepted",
        process::End::Exit(70 | 101) => "it panicked",
        process::End::Exit(_) if stderr.contains("panicked at") || stderr.contains("internal error") => "it panicked",
        process::End::Exit(_) if stderr.trim().is_empty() => "it failed without a message",
        process::End::Exit(_) => return None,
        process::End::Signal(_) => "a signal killed it",
        process::End::TimedOut => "it did not end",
    };
    Some(format!("{what} ({}):\n{stderr}", outcome.end))
}
