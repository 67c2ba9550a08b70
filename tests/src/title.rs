//! Instruction sets as titles have them: the general one with its opcodes drawn by lot, and one trained for a program.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::rheo::{Run, rheo_with};
use crate::{clang, places};

/// An instruction set, by what makes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// The general one, its opcodes drawn.
    Drawn,
    /// One trained for another program, with no bytes to spend beyond the base, its opcodes drawn: whatever has to be
    /// encodable without any template of the general set's.
    Trained,
    /// That one with its one-byte opcodes dealt to several dialects.
    Dealt,
}

impl Set {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Set::Drawn => "drawn",
            Set::Trained => "trained",
            Set::Dealt => "dealt",
        }
    }

    /// Options of `rheo run` and `rheo build`.
    pub fn options(self) -> Result<Vec<String>> {
        Ok(match self {
            Set::Drawn => ["--vm-seed", "7"].map(str::to_owned).into(),
            Set::Trained => {
                let path = trained_once()?.display().to_string();
                vec!["--vm".into(), path, "--vm-seed".into(), "3".into()]
            }
            Set::Dealt => {
                static DEALT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
                let set = DEALT.get_or_init(|| {
                    let dealt = trained_once().and_then(|trained| dealt(&trained));
                    dealt.map_err(|error| format!("{error:#}"))
                });
                match set {
                    Ok(path) => vec!["--vm".into(), path.display().to_string()],
                    Err(error) => bail!("{error}"),
                }
            }
        })
    }
}

fn trained_once() -> Result<PathBuf> {
    static TRAINED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let set = TRAINED.get_or_init(|| trained("hashmap", 0).map_err(|error| format!("{error:#}")));
    set.clone().map_err(|error| anyhow!("{error}"))
}

/// Deals the one-byte opcodes of a set out to dialects. What a dialect has not got is behind the escapes.
fn dealt(path: &Path) -> Result<PathBuf> {
    const DIALECTS: usize = 5;
    let text = std::fs::read_to_string(path)?;
    let (short, escape) = text.split_once("escape\n").context("a set without escapes")?;
    let short: Vec<&str> = short.lines().filter(|line| !line.starts_with("dialect")).collect();
    let hand = |n: usize| short.iter().skip(n).step_by(DIALECTS).map(|line| format!("{line}\n")).collect::<String>();
    let hands: Vec<String> = (0..DIALECTS).map(hand).collect();
    let dealt = path.with_extension("dealt.isa");
    std::fs::write(&dealt, format!("{}escape\n{escape}", hands.join("dialect\n")))?;
    Ok(dealt)
}

/// Trains a set for a kernel: a run that counts, and a build with the counts. Made anew in each process, as `rheo` may be
/// another.
fn trained(kernel: &str, bytes: u32) -> Result<PathBuf> {
    const LIMIT: Duration = Duration::from_secs(300);
    let source = places::ours(&format!("kernels/{kernel}.c"));
    let bitcode = clang::bitcode(&source, &["-O2".into(), "-DREPS_DIV=20".into()], &[])?;
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name).display().to_string();
    let build = |name: &str, more: &[String]| {
        let mut args = ["build", "--tier", "bytecode"].map(str::to_owned).to_vec();
        args.extend([bitcode.display().to_string(), "-o".into(), at(name)]);
        args.extend_from_slice(more);
        let outcome = rheo_with(&args, LIMIT)?;
        if !outcome.succeeded() {
            bail!("{args:?} ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        Ok(())
    };
    build("counting", &[])?;
    let mut run = Run::of(vec![bitcode.clone()]);
    run.env.push(("RHEO_PROFILE".into(), at("counts")));
    run.executable(&folder.path().join("counting"))?;
    let trains = ["--profile", &at("counts"), "--map", &at("counting.map"), "--vm-bytes", &bytes.to_string()];
    build("title", &trains.map(str::to_owned))?;
    let made = places::corpus().join("made");
    std::fs::create_dir_all(&made)?;
    let set = made.join(format!("{kernel}-{bytes}-{}.isa", std::process::id()));
    std::fs::copy(folder.path().join("title.isa"), &set).context("the build wrote no instruction set")?;
    Ok(set)
}
