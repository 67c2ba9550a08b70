//! Programs in languages other than C and C++: their compilers, from Debian and PyPI, and what they are linked with.
//!
//! Sources are ours, in `tests/languages`. A compiler that cannot be had on the machine makes its tests skipped, by name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::clang::{self, made};
use crate::rheo::{Run, Tier};
use crate::title::Set;
use crate::{corpus, places};

/// A program and its language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// `numerics.f90`, by LLVM's Flang.
    Fortran,
    /// `shapes.d`, by LDC.
    D,
    /// `animals.m`, by clang with GCC's Objective-C runtime.
    ObjectiveC,
    /// `expressions.rs`, by Debian's rustc, whose LLVM is 14.
    Rust,
    /// `words.zig`, by PyPI's Zig.
    Zig,
    /// `mixed.cpp`, which calls `mixed.rs`, which calls back.
    CxxAndRust,
}

/// What a compiler made of a program.
pub struct Made {
    /// Bitcode.
    pub bitcode: Vec<PathBuf>,
    /// The native libraries it wants, for clang and for `rheo` alike: `-L`, `-l`.
    pub libraries: Vec<String>,
    /// Folder with shared libraries that have to be found at run time.
    pub shared: Option<PathBuf>,
}

/// Why a test is skipped, or its error.
pub enum Unmade {
    /// The compiler cannot be had on this machine.
    Missing(String),
    /// It can, and failed.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Unmade {
    fn from(error: anyhow::Error) -> Unmade {
        Unmade::Failed(error)
    }
}

const LIMIT: Duration = Duration::from_secs(120);

/// Folder of Debian's Objective-C headers and library.
const OBJECTIVE_C: &str = "/usr/lib/gcc/x86_64-linux-gnu/12";
/// Folder of Flang's run-time library.
const FLANG: &str = "/usr/lib/llvm-19/lib";

impl Language {
    /// All of them.
    pub const ALL: &[Language] =
        &[Language::Fortran, Language::D, Language::ObjectiveC, Language::Rust, Language::Zig, Language::CxxAndRust];

    /// Its name, for tests.
    pub fn name(self) -> &'static str {
        match self {
            Language::Fortran => "fortran",
            Language::D => "d",
            Language::ObjectiveC => "objective-c",
            Language::Rust => "rust",
            Language::Zig => "zig",
            Language::CxxAndRust => "c++ and rust",
        }
    }

    /// Compiles the program at `-O0` or `-O2`.
    pub fn compile(self, level: &str) -> Result<Made, Unmade> {
        let optimised = level != "-O0";
        Ok(match self {
            Language::Fortran => {
                installed("flang-new-19", "flang-19")?;
                let command = ["flang-new-19", level, "-emit-llvm", "-c"].map(str::to_owned);
                let libraries = ["-L", FLANG, "-lFortranRuntime", "-lFortranDecimal", "-lm"];
                Made::of(compile(&command, "numerics.f90", "bc")?, &libraries)
            }
            Language::D => {
                installed("ldc2", "ldc")?;
                let source = places::ours("languages/shapes.d");
                let mut command: Vec<OsString> = ["ldc2", level, "--output-bc", "-c"].map(OsString::from).to_vec();
                command.push(source.clone().into());
                let bitcode = clang::made_with(&command, &[&source], "bc", "-of=")?;
                Made::of(bitcode, &["-lphobos2-ldc-shared", "-ldruntime-ldc-shared"])
            }
            Language::ObjectiveC => {
                if !Path::new(OBJECTIVE_C).join("include/objc/objc.h").exists() {
                    return Err(Unmade::Missing("Debian's libobjc-12-dev is not installed".into()));
                }
                let include = format!("-I{OBJECTIVE_C}/include");
                let flags = ["-w", "-fobjc-runtime=gcc", "-fobjc-exceptions", "-fexceptions", "-emit-llvm", "-c"];
                let mut command = vec![clang::CLANG.to_owned(), level.to_owned(), include];
                command.extend(flags.map(str::to_owned));
                Made::of(compile(&command, "animals.m", "bc")?, &["-L", OBJECTIVE_C, "-lobjc"])
            }
            Language::Rust => rust("expressions.rs", optimised)?,
            Language::Zig => {
                let zig = corpus::zig().map_err(|e| Unmade::Missing(format!("{e:#}")))?;
                let source = places::ours("languages/words.zig");
                let mode = if optimised { "ReleaseFast" } else { "Debug" };
                let mut command = vec![OsString::from(zig)];
                command.extend(
                    ["build-obj", "-O", mode, "-mcpu=baseline", "-lc", "-fno-stack-check", "-fno-emit-bin"]
                        .map(OsString::from),
                );
                command.push(source.clone().into());
                Made::of(clang::made_with(&command, &[&source], "bc", "-femit-llvm-bc=")?, &[])
            }
            Language::CxxAndRust => {
                let mut made = rust("mixed.rs", optimised)?;
                let source = places::ours("languages/mixed.cpp");
                made.bitcode.push(clang::bitcode(&source, &[level.to_owned()], &[])?);
                made.libraries.push("-lstdc++".into());
                made
            }
        })
    }
}

impl Made {
    fn of(bitcode: PathBuf, libraries: &[&str]) -> Made {
        let libraries = libraries.iter().map(|l| (*l).to_owned()).collect();
        Made { bitcode: vec![bitcode], libraries, shared: None }
    }

    /// The native program, made of the same bitcode.
    pub fn native(&self) -> Result<PathBuf> {
        clang::native(&self.bitcode, &self.libraries)
    }

    /// How it is run.
    pub fn run(&self) -> Run {
        let mut run = Run { limit: LIMIT, ..Run::of(self.bitcode.clone()) };
        run.link = self.libraries.clone();
        if let Some(folder) = &self.shared {
            run.env.push(("LD_LIBRARY_PATH".into(), folder.display().to_string()));
        }
        run
    }
}

fn installed(command: &str, package: &str) -> Result<(), Unmade> {
    if clang::is_installed(command) {
        return Ok(());
    }
    Err(Unmade::Missing(format!("{command} (Debian's {package}) is not installed")))
}

fn compile(command: &[String], source: &str, extension: &str) -> Result<PathBuf> {
    let source = places::ours("languages").join(source);
    let mut command: Vec<OsString> = command.iter().map(OsString::from).collect();
    command.push(source.clone().into());
    made(&command, &[&source], extension)
}

fn rust(source: &str, optimised: bool) -> Result<Made, Unmade> {
    let rust = corpus::debian_rust().map_err(|e| Unmade::Missing(format!("{e:#}")))?;
    let shared = rust.join("lib/x86_64-linux-gnu");
    let std = std::fs::read_dir(&shared).map_err(anyhow::Error::from)?.flatten().find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some(name.strip_prefix("libstd-")?.strip_suffix(".so")?.to_owned())
    });
    let Some(std) = std else { return Err(Unmade::Failed(anyhow::anyhow!("{} holds no libstd", shared.display()))) };
    // Debian's compiler finds its libraries beside itself only by these; `C-unwind` was not stable then.
    let mut command: Vec<OsString> = vec!["env".into(), "RUSTC_BOOTSTRAP=1".into()];
    command.push(format!("LD_LIBRARY_PATH={}", shared.display()).into());
    command.push(rust.join("bin/rustc").into());
    command.extend(["--sysroot".into(), rust.clone().into(), "--edition=2021".into(), "-g".into()]);
    command.push(if optimised { "-Copt-level=2" } else { "-Copt-level=0" }.into());
    command.push("--emit=llvm-bc".into());
    // One module, as there is one bitcode file.
    command.push("-Ccodegen-units=1".into());
    let source = places::ours("languages").join(source);
    command.push(source.clone().into());
    let bitcode = made(&command, &[&source], "bc")?;
    let libraries = vec!["-L".into(), shared.display().to_string(), format!("-lstd-{std}")];
    Ok(Made { bitcode: vec![bitcode], libraries, shared: Some(shared) })
}

/// Fails unless the two differ in nothing.
pub fn check(language: Language, level: &str, tier: Tier, set: Option<Set>) -> Result<(), Unmade> {
    let made = language.compile(level)?;
    let run = Run { set, ..made.run() };
    let want = run.executable(&made.native()?)?;
    let ended_well = || -> Result<()> {
        if !want.succeeded() || want.stdout.is_empty() {
            bail!("the native program ended by {}:\n{}", want.end, want.stderr_text());
        }
        match crate::compare::difference(&want, &run.rheo(tier)?) {
            None => Ok(()),
            Some(report) => bail!("{report}"),
        }
    };
    Ok(ended_well()?)
}
