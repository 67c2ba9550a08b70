//! The filetests in C and C++ for AArch64 Linux: built by `rheo build` in bytecode, machine code and half of each, run by
//! qemu, and compared with clang's program for the same target. What does not behave as native yet is listed in
//! `suites/aarch64-known.txt`, as `NAME/BUDGET REASON`.
//!
//! CI runs one level of each file, which its name draws, and some in bytecode with other instruction sets; `--full` runs all.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use libtest_mimic::{Completion, Failed, Trial};
use rheo_tests::filetest::{self, Filetest};
use rheo_tests::known::Known;
use rheo_tests::process::{self, Outcome};
use rheo_tests::rheo::{Tier, rheo_with};
use rheo_tests::title::{self, Set};
use rheo_tests::{clang, compare, cross, harness, places};

/// Budgets: none, half and all of it machine code, and the tiers of files that they are for.
const BUDGETS: [(&str, Tier); 3] = [("0%", Tier::Bytecode), ("50%", Tier::Random(1)), ("100%", Tier::Aot)];
const LIMIT: Duration = Duration::from_secs(240);
/// Each set other than one chosen for the program has one file of so many.
const SHARE: usize = 32;

fn main() -> ExitCode {
    harness::main(list)
}

fn list() -> Result<Vec<Trial>> {
    let known = Arc::new(Known::read(&places::ours("suites/aarch64-known.txt"))?);
    let tests = filetest::all()?;
    let ours = |t: &Filetest| !t.only_here && ["c/", "cxx/"].iter().any(|f| t.name.starts_with(f));
    let mut trials = Vec::new();
    for test in tests.into_iter().filter(ours) {
        let lot = test.name.bytes().map(usize::from).sum::<usize>();
        let drawn = test.levels.get(lot % test.levels.len().max(1)).cloned();
        for level in test.levels.clone() {
            if !places::full() && Some(&level) != drawn.as_ref() {
                continue;
            }
            let budgets = BUDGETS.into_iter().filter(|b| test.tiers.contains(&b.1));
            let sets = title::sets(&test.name, SHARE).into_iter().map(|set| (BUDGETS[0].0, Some(set)));
            let sets = sets.filter(|_| test.tiers.contains(&BUDGETS[0].1));
            for (budget, set) in budgets.map(|b| (b.0, None)).chain(sets) {
                let (test, level, known) = (test.clone(), level.clone(), Arc::clone(&known));
                let name = harness::named(format!("{} {level} {budget}", test.name), set);
                trials.push(Trial::ignorable_test(name, move || {
                    if let Err(missing) = needed()? {
                        return Ok(Completion::ignored_with(missing));
                    }
                    let result = run(&test, &level, budget, set).map_err(|error| format!("{error:#}"));
                    known.judge(&format!("{}/{budget}", test.name), result).map_err(harness::failed)?;
                    Ok(Completion::Completed)
                }));
            }
        }
    }
    Ok(trials)
}

/// The runtime, or what is missing on this machine.
fn needed() -> Result<Result<PathBuf, String>, Failed> {
    static RUNTIME: OnceLock<Result<Result<PathBuf, String>, String>> = OnceLock::new();
    let target = cross::TARGETS[0];
    let found = RUNTIME.get_or_init(|| {
        for tool in [target.emulator.to_owned(), format!("{}-g++", target.name)] {
            if !clang::is_installed(&tool) {
                return Ok(Err(format!("{tool} is not installed")));
            }
        }
        cross::runtime(target).map_err(|error| format!("{error:#}"))
    });
    found.clone().map_err(Failed::from)
}

fn run(test: &Filetest, level: &str, budget: &str, set: Option<Set>) -> Result<()> {
    let target = cross::TARGETS[0];
    let for_target = format!("--target={}", target.name);
    let mut files = Vec::new();
    for path in [test.expanded()?].iter().chain(&test.with) {
        let mut flags = vec![level.to_owned(), for_target.clone()];
        flags.extend(test.cflags.iter().cloned());
        files.push(clang::bitcode(path, &flags, &[])?);
    }
    let mut libraries: Vec<String> = test.libs.iter().map(|l| format!("-l{l}")).collect();
    if clang::is_cxx(&test.path) {
        libraries.push("-lstdc++".into());
    }
    let mut flags = test.native.clone();
    if flags.is_empty() {
        flags = ["-O2", "-Xclang", "-disable-llvm-passes"].map(str::to_owned).into();
    }
    flags.extend([for_target, "-fuse-ld=lld".into()]);
    let want = emulate(test, &clang::native_with(&flags, &files, &libraries)?)?;

    let folder = tempfile::tempdir()?;
    let product = folder.path().join("program");
    let mut args: Vec<OsString> = vec!["build".into(), "--budget".into(), budget.into(), "--runtime".into()];
    args.push(
        needed()
            .map_err(|e| anyhow::anyhow!("{}", e.message().unwrap_or("no runtime")))?
            .map_err(anyhow::Error::msg)?
            .into(),
    );
    args.extend(files.iter().map(OsString::from));
    args.extend(libraries.iter().map(OsString::from));
    args.extend(title::options(set)?.into_iter().map(OsString::from));
    args.extend(["-lm", "-lpthread", "-o"].map(OsString::from));
    args.push(product.clone().into());
    let built = rheo_with(&args, LIMIT)?;
    if !built.succeeded() {
        bail!("the build ended by {}:\n{}", built.end, built.stderr_text());
    }
    match compare::difference(&want, &emulate(test, &product)?) {
        None => Ok(()),
        Some(report) => bail!("{report}"),
    }
}

fn emulate(test: &Filetest, program: &PathBuf) -> Result<Outcome> {
    let target = cross::TARGETS[0];
    let mut command = Command::new(target.emulator);
    command.arg("-L").arg(format!("/usr/{}", target.name)).arg(program).args(&test.args);
    process::run(&mut command, test.stdin.as_bytes(), LIMIT).with_context(|| format!("cannot run {command:?}"))
}
