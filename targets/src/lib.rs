//! What each platform permits and looks like: object format, C ABI, page size, the tiers allowed there, and what its
//! linker wants to be told.
//!
//! Owns facts, as one table; adding a platform is adding a row. Names no op, no instruction and no file of this
//! machine: where a linker or its start files lie is found by whoever runs them.
#![forbid(unsafe_code)]

mod platform;

pub use platform::{Abi, Arch, Linker, LinkerFlavour, ObjectFormat, PLATFORMS, Platform};
use target_lexicon::Triple;

/// How a function is run. Which function runs how is the plan's to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// Interpreted bytecode.
    Bytecode,
    /// Machine code in the program, made when it is built.
    Aot,
    /// Machine code made while the program runs.
    Jit,
}

impl Tier {
    /// Every tier.
    pub const ALL: &'static [Tier] = &[Tier::Bytecode, Tier::Aot, Tier::Jit];

    /// The name in plans and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Bytecode => "bytecode",
            Tier::Aot => "aot",
            Tier::Jit => "jit",
        }
    }

    /// The tier called `name`.
    pub fn parse(name: &str) -> Option<Tier> {
        Tier::ALL.iter().copied().find(|t| t.name() == name)
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A platform, as one triple names it.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The triple as Cranelift wants it.
    pub triple: Triple,
    /// What holds on it.
    pub platform: &'static Platform,
}

/// Why a triple gives no [`Target`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TargetError {
    /// Not of the form of a triple.
    #[error("`{triple}` is not a target triple: {what}")]
    Malformed {
        /// As given.
        triple: String,
        /// What is wrong with it.
        what: String,
    },
    /// A triple without a row in [`PLATFORMS`].
    #[error("target `{triple}` is unknown; known are {}", known())]
    Unknown {
        /// As given.
        triple: String,
    },
    /// The program names no triple.
    #[error("the program names no target triple")]
    Missing,
}

fn known() -> String {
    PLATFORMS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ")
}

impl Target {
    /// The target that `triple` names, in any of the spellings that LLVM writes: `x86_64-pc-linux-gnu`,
    /// `aarch64-linux-android21`, `arm64-apple-ios14.0.0`.
    pub fn from_triple(triple: &str) -> Result<Target, TargetError> {
        if triple.is_empty() {
            return Err(TargetError::Missing);
        }
        let parsed: Triple = without_versions(triple).parse().map_err(|e: target_lexicon::ParseError| {
            TargetError::Malformed { triple: triple.to_owned(), what: e.to_string() }
        })?;
        let platform = PLATFORMS
            .iter()
            .find(|p| p.matches(&parsed))
            .ok_or_else(|| TargetError::Unknown { triple: triple.to_owned() })?;
        Ok(Target { triple: parsed, platform })
    }

    /// Whether functions may run in `tier` on this platform.
    pub fn allows(&self, tier: Tier) -> bool {
        self.platform.tiers.contains(&tier)
    }
}

/// Drops what LLVM appends to the system's name and target-lexicon does not read: `android21`, `ios14.0.0`,
/// `macosx13.0`, `msvc19.33`. Components that are names with digits (`x86_64`, `win32`) stay.
fn without_versions(triple: &str) -> String {
    const VERSIONED: &[&str] =
        &["androideabi", "android", "macosx", "darwin", "ios", "msvc", "gnueabihf", "gnu", "musl", "linux", "windows"];
    let component = |c: &str| -> String {
        let version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == '.');
        let plain = VERSIONED.iter().find(|prefix| c.strip_prefix(**prefix).is_some_and(version));
        plain.map_or(c, |plain| plain).to_owned()
    };
    triple.split('-').map(component).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples() {
        for (triple, name) in [
            ("x86_64-pc-linux-gnu", "x86_64-linux-gnu"),
            ("x86_64-unknown-linux-gnu", "x86_64-linux-gnu"),
            ("x86_64-redhat-linux-gnu", "x86_64-linux-gnu"),
            ("x86_64-unknown-linux-musl", "x86_64-linux-musl"),
            ("x86_64-unknown-linux6.18.44-gnu2.36.0", "x86_64-linux-gnu"),
            ("aarch64-unknown-linux-gnu", "aarch64-linux-gnu"),
            ("aarch64-unknown-linux-android21", "aarch64-linux-android"),
            ("aarch64-linux-android21", "aarch64-linux-android"),
            ("arm64-apple-ios14.0.0", "aarch64-ios"),
            ("aarch64-apple-darwin", "aarch64-macos"),
            ("arm64-apple-macosx13.0.0", "aarch64-macos"),
            ("x86_64-pc-windows-msvc19.33.0", "x86_64-windows-msvc"),
            ("x86_64-w64-windows-gnu", "x86_64-windows-gnu"),
        ] {
            let target = Target::from_triple(triple).unwrap_or_else(|e| panic!("{triple}: {e}"));
            assert_eq!(target.platform.name, name, "{triple}");
        }
    }

    #[test]
    fn unknown_triples() {
        assert_eq!(Target::from_triple(""), Err(TargetError::Missing));
        assert!(matches!(Target::from_triple("riscv64-unknown-linux-gnu"), Err(TargetError::Unknown { .. })));
        assert!(matches!(Target::from_triple("x86_64-unknown-linux-gnux32"), Err(TargetError::Unknown { .. })));
        assert!(matches!(Target::from_triple("what is this"), Err(TargetError::Malformed { .. })));
    }

    #[test]
    fn code_made_at_run_time_is_refused_on_ios_alone() {
        for p in PLATFORMS {
            assert_eq!(p.tiers.contains(&Tier::Jit), p.name != "aarch64-ios", "{}", p.name);
        }
    }
}
