//! Bitcode of old compilers: read as clang 19's is. A compiler that Debian does not have any more is passed over.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use libtest_mimic::{Completion, Failed, Trial};
use rheo_tests::program::Program;
use rheo_tests::rheo::{Run, Tier};
use rheo_tests::{clang, compare, harness, places};

const OLD: &[&str] = &["clang-13", "clang-16"];
const LEVELS: &[&str] = &["-O0", "-O2"];

fn main() -> ExitCode {
    harness::main(|| {
        let mut trials = Vec::new();
        for &compiler in OLD {
            for &level in LEVELS {
                for tier in [Tier::Bytecode, Tier::Aot] {
                    for what in ["kernels", "lua"] {
                        trials.push(trial(compiler, level, tier, what));
                    }
                }
            }
        }
        Ok(trials)
    })
}

fn trial(compiler: &'static str, level: &'static str, tier: Tier, what: &'static str) -> Trial {
    Trial::ignorable_test(format!("{compiler} {level} {tier} {what}"), move || {
        if !clang::is_installed(compiler) {
            return Ok(Completion::ignored_with(format!("{compiler} is not installed")));
        }
        let result = if what == "lua" { lua(compiler, level, tier) } else { kernels(compiler, level, tier) };
        result.map(|()| Completion::Completed).map_err(|error| Failed::from(format!("{error:#}")))
    })
}

fn kernels(compiler: &str, level: &str, tier: Tier) -> Result<()> {
    for name in ["dispatch", "hashmap", "mandel", "matmul", "nbody", "qsort", "sha256", "vmswitch"] {
        let source = places::ours(&format!("kernels/{name}.c"));
        let flags = [level, "-DREPS_DIV=20"].map(str::to_owned);
        let bitcode = clang::bitcode_with(compiler, &source, &flags, &[])?;
        let run = Run::of(vec![bitcode]);
        same(&run, &run.files, tier)?;
    }
    Ok(())
}

fn lua(compiler: &str, level: &str, tier: Tier) -> Result<()> {
    let program = Program::load("lua")?;
    let bitcode = program.bitcode_by(compiler, level)?;
    let run = program.run(bitcode, Duration::from_secs(120));
    same(&run, &run.files, tier)
}

fn same(run: &Run, bitcode: &[PathBuf], tier: Tier) -> Result<()> {
    let want = run.executable(&clang::native(bitcode, &[])?)?;
    match compare::difference(&want, &run.rheo(tier)?) {
        None => Ok(()),
        Some(report) => bail!("{}: {report}", bitcode[0].display()),
    }
}
