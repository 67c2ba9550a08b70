//! Instruction sets as titles have them, and which cases of the suites run in them: the general one with its opcodes drawn by
//! lot, sets trained for a program, and the least.
//!
//! `$RHEO_VM` has every case of a suite run in one set: `drawn`, `trained`, `title`, `dealt`, `loops` or `base`, or options of
//! `rheo run` such as `--vm FILE` and `--vm-seed 7`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};

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
    /// One trained for other programs, with bytes enough for whatever they do often.
    Title,
    /// That one with its one-byte opcodes dealt to several dialects.
    Dealt,
    /// One trained for a program of small loops, many of which are one instruction there.
    Loops,
    /// What every set has, and nothing else.
    Base,
}

impl Set {
    /// All of them.
    pub const ALL: [Set; 6] = [Set::Drawn, Set::Trained, Set::Title, Set::Dealt, Set::Loops, Set::Base];

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Set::Drawn => "drawn",
            Set::Trained => "trained",
            Set::Title => "title",
            Set::Dealt => "dealt",
            Set::Loops => "loops",
            Set::Base => "base",
        }
    }

    /// Options of `rheo run` and `rheo build`.
    fn options(self) -> Result<Vec<String>> {
        let in_file = |path: PathBuf| vec!["--vm".to_owned(), path.display().to_string()];
        Ok(match self {
            Set::Drawn => ["--vm-seed", "7"].map(str::to_owned).into(),
            Set::Trained => {
                static TRAINED: Once = Once::new();
                let mut options = in_file(once(&TRAINED, || trained("kernels/hashmap.c", 0))?);
                options.extend(["--vm-seed", "3"].map(str::to_owned));
                options
            }
            Set::Title => in_file(title()?),
            Set::Dealt => {
                static DEALT: Once = Once::new();
                in_file(once(&DEALT, || dealt(&title()?))?)
            }
            Set::Loops => {
                static LOOPS: Once = Once::new();
                in_file(once(&LOOPS, || trained("filetests/c/loops.c", 24_000))?)
            }
            Set::Base => in_file(places::workspace().join("tiers/bytecode/base.isa")),
        })
    }
}

/// Options of `rheo run` and `rheo build` for a case that is to run in `set`: if in none, for what `$RHEO_VM` names, else none.
pub fn options(set: Option<Set>) -> Result<Vec<String>> {
    let asked = match set {
        Some(set) => return set.options(),
        None => asked(),
    };
    if let Some(set) = Set::ALL.into_iter().find(|set| asked.as_deref() == Some(set.name())) {
        return set.options();
    }
    let mut options: Vec<String> = asked.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    for n in 1..options.len() {
        if options[n - 1] == "--vm" {
            // Suites do not run where they are called.
            options[n] = places::workspace().join(&options[n]).display().to_string();
        }
    }
    Ok(options)
}

/// What `$RHEO_VM` says, if anything.
pub fn asked() -> Option<String> {
    std::env::var("RHEO_VM").ok().filter(|asked| !asked.trim().is_empty())
}

/// The sets that a case runs in beside the general one: in each of them one case of so many, by its name, and in full every
/// case. In none if `$RHEO_VM` names the one for all.
pub fn sets(case: &str, of: usize) -> Vec<Set> {
    if asked().is_some() {
        return Vec::new();
    }
    let lot = lot(case) % of as u64;
    (0u64..).zip(Set::ALL).filter(|&(n, _)| places::full() || n == lot).map(|(_, set)| set).collect()
}

/// What a case's name has drawn: FNV-1a, then a step of MurmurHash3's finaliser, as the last letters reach few of its bits.
fn lot(case: &str) -> u64 {
    let h = case.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^ (h >> 33)
}

type Once = OnceLock<Result<PathBuf, String>>;

fn once(once: &Once, make: impl FnOnce() -> Result<PathBuf>) -> Result<PathBuf> {
    once.get_or_init(|| make().map_err(|error| format!("{error:#}"))).clone().map_err(|error| anyhow!("{error}"))
}

fn title() -> Result<PathBuf> {
    const BYTES: u32 = 16384;
    static TITLE: Once = Once::new();
    once(&TITLE, || trained("training/small.c", BYTES))
}

/// Deals the one-byte opcodes of a set out to dialects. What a dialect has not got is behind the escapes.
fn dealt(path: &Path) -> Result<PathBuf> {
    const DIALECTS: usize = 5;
    let text = fs::read_to_string(path)?;
    let (short, escape) = text.split_once("escape\n").context("a set without escapes")?;
    let short: Vec<&str> = short.lines().filter(|line| !line.starts_with("dialect")).collect();
    let hand = |n: usize| short.iter().skip(n).step_by(DIALECTS).map(|line| format!("{line}\n")).collect::<String>();
    let hands: Vec<String> = (0..DIALECTS).map(hand).collect();
    let dealt = path.with_extension("dealt.isa");
    write(&dealt, &format!("{}escape\n{escape}", hands.join("dialect\n")))?;
    Ok(dealt)
}

/// Trains a set for a program of ours: a run that counts, and a build with the counts. Done once for each `rheo` command.
fn trained(source: &str, bytes: u32) -> Result<PathBuf> {
    const LIMIT: Duration = Duration::from_secs(300);
    let made = places::corpus().join("made");
    fs::create_dir_all(&made)?;
    let source = places::ours(source);
    let stem = source.file_stem().context("a source has a name")?.display();
    let set = made.join(format!("{stem}-{bytes}-{:016x}.isa", stamp()?));
    if set.exists() {
        return Ok(set);
    }
    let bitcode = clang::bitcode(&source, &["-O2".into(), "-DREPS_DIV=20".into()], &[])?;
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name).display().to_string();
    let build = |name: &str, more: &[String]| {
        let mut args = ["build", "--tier", "bytecode"].map(str::to_owned).to_vec();
        args.extend([bitcode.display().to_string(), "-lm".into(), "-o".into(), at(name)]);
        args.extend_from_slice(more);
        let outcome = rheo_with(&args, LIMIT)?;
        if !outcome.succeeded() {
            bail!("{args:?} ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        Ok(())
    };
    build("counting", &[])?;
    let run = Run { env: vec![("RHEO_PROFILE".into(), at("counts"))], limit: LIMIT, ..Run::default() };
    let counted = run.executable(&folder.path().join("counting"))?;
    ensure!(counted.succeeded(), "the counting run of {stem} ended by {}:\n{}", counted.end, counted.stderr_text());
    let trains = ["--profile", &at("counts"), "--map", &at("counting.map"), "--vm-bytes", &bytes.to_string()];
    build("title", &trains.map(str::to_owned))?;
    let text = fs::read_to_string(folder.path().join("title.isa")).context("the build wrote no instruction set")?;
    write(&set, &text)?;
    Ok(set)
}

/// Writes a file that other processes may be writing, too, or reading.
fn write(path: &Path, text: &str) -> Result<()> {
    let part = tempfile::NamedTempFile::new_in(path.parent().context("the file lies in a folder")?)?;
    fs::write(part.path(), text)?;
    part.persist(path)?;
    Ok(())
}

/// Tells one `rheo` command from another.
fn stamp() -> Result<u64> {
    let command = places::rheo();
    let about = fs::metadata(&command).with_context(|| format!("cannot read {}", command.display()))?;
    let mut hasher = DefaultHasher::new();
    (command, about.len(), about.modified()?).hash(&mut hasher);
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_fair() {
        const SHARE: u64 = 8;
        let mut drawn = [0; SHARE as usize];
        for seed in 0..800 {
            drawn[(lot(&format!("seed {seed}")) % SHARE) as usize] += 1;
        }
        assert!(drawn.iter().all(|n| (70..130).contains(n)), "{drawn:?}");
    }
}
