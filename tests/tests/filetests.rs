//! Runs the filetests: each in every tier, its output compared with the native program's.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use libtest_mimic::Trial;
use rheo_tests::filetest::{self, Filetest};
use rheo_tests::process::End;
use rheo_tests::rheo::{Run, Tier, misbehaviour, rheo_with};
use rheo_tests::title::{self, Set};
use rheo_tests::{clang, compare, harness, places};

fn main() -> ExitCode {
    harness::main(|| Ok(filetest::all()?.into_iter().flat_map(trials).collect()))
}

fn trials(test: Filetest) -> Vec<Trial> {
    let mut trials = Vec::new();
    for level in &test.levels {
        for &tier in &test.tiers {
            let (test, level) = (test.clone(), level.clone());
            let spaced = if level.is_empty() { String::new() } else { format!(" {level}") };
            trials
                .push(harness::trial(format!("{}{spaced} {tier}", test.name), move || run(&test, &level, tier, None)));
        }
    }
    if test.tiers.contains(&Tier::Bytecode)
        && let Some(level) = test.levels.last()
    {
        for set in title::sets(&test.name, SHARE) {
            let (test, level) = (test.clone(), level.clone());
            let name = harness::named(format!("{} bytecode", test.name), Some(set));
            trials.push(harness::trial(name, move || run(&test, &level, Tier::Bytecode, Some(set))));
        }
    }
    if !test.emits.is_empty() {
        let test = test.clone();
        trials.push(harness::trial(format!("{} emit", test.name), move || emit(&test)));
    }
    if !test.errors.is_empty() {
        let test = test.clone();
        trials.push(harness::trial(format!("{} error", test.name), move || error(&test)));
    }
    if !test.reports.is_empty() {
        trials.push(harness::trial(format!("{} report", test.name), move || report(&test)));
    }
    trials
}

/// The program's files at one level, sources compiled to bitcode.
fn files(test: &Filetest, level: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in [test.expanded()?].iter().chain(&test.with) {
        if path.extension().is_some_and(|e| e == "ll") {
            files.push(path.clone());
        } else {
            let level = if level.is_empty() { "-O1" } else { level };
            let flags: Vec<String> = [level.to_owned()].into_iter().chain(test.cflags.iter().cloned()).collect();
            files.push(clang::bitcode(path, &flags, &[])?);
        }
    }
    Ok(files)
}

/// Each set other than the general one has one file of so many.
const SHARE: usize = 6;

fn run(test: &Filetest, level: &str, tier: Tier, set: Option<Set>) -> Result<()> {
    let files = files(test, level)?;
    let mut link: Vec<String> = test.libs.iter().map(|l| format!("-l{l}")).collect();
    if clang::is_cxx(&test.path) {
        link.push("-lstdc++".into());
    }
    let native = match test.native.is_empty() {
        true => clang::native(&files, &link)?,
        false => clang::native_with(&test.native, &files, &link)?,
    };
    let mut run = Run { set, ..Run::of(files) };
    run.args = test.args.clone();
    run.stdin = test.stdin.clone().into_bytes();
    run.libraries.extend(test.libs.iter().cloned());
    if clang::is_cxx(&test.path) {
        run.libraries.push("stdc++".into());
    }
    let want = run.executable(&native)?;
    if !test.dies && !matches!(want.end, End::Exit(_)) {
        bail!("the native program ended by {}, and the file does not say that it dies:", want.end);
    }
    let got = run.rheo(tier)?;
    match compare::difference(&want, &got) {
        None => Ok(()),
        Some(report) => bail!("{report}"),
    }
}

fn emit(test: &Filetest) -> Result<()> {
    let path = test.expanded()?;
    let mut printed = Vec::new();
    for emit in &test.emits {
        let mut args = vec!["dump".to_owned(), format!("--emit={}", emit.stage)];
        if let Some(function) = &emit.function {
            args.extend(["--function".to_owned(), function.clone()]);
        }
        args.extend(emit.regions.iter().map(|r| format!("--region={r}")));
        if let Some(level) = test.levels.first().filter(|level| !level.is_empty()) {
            args.push(format!("--cflags={level} {}", test.cflags.join(" ")));
        }
        args.push(path.display().to_string());
        let outcome = rheo_with(args, Duration::from_secs(20))?;
        if !outcome.succeeded() {
            bail!("dump ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        let folder = format!("{}/", places::ours("filetests").display());
        printed.push(trimmed(&outcome.stdout_text().replace(&folder, "")));
    }
    if std::env::var_os("RHEO_BLESS").is_some() {
        return test.bless(&printed);
    }
    for (emit, printed) in test.emits.iter().zip(&printed) {
        if trimmed(&emit.expected) != *printed {
            bail!("{} differs (`./x bless` accepts it):\n{}", emit.stage, compare::diff(&emit.expected, printed));
        }
    }
    Ok(())
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).fold(String::new(), |out, line| out + line + "\n")
}

fn error(test: &Filetest) -> Result<()> {
    let level = test.levels.first().map_or("", String::as_str);
    let outcome = Run::of(files(test, level)?).rheo(Tier::Bytecode)?;
    if let Some(complaint) = misbehaviour(&outcome) {
        bail!("{complaint}");
    }
    for text in &test.errors {
        if !outcome.stderr_text().contains(text) {
            bail!("the message does not say {text:?}:\n{}", outcome.stderr_text());
        }
    }
    Ok(())
}

fn report(test: &Filetest) -> Result<()> {
    let level = test.levels.first().map_or("", String::as_str);
    let mut run = Run::of(files(test, level)?);
    if clang::is_cxx(&test.path) {
        run.libraries.push("stdc++".into());
    }
    let outcome = run.rheo(Tier::Bytecode)?;
    if !matches!(outcome.end, End::Signal(_)) {
        bail!("it ended by {}:\n{}", outcome.end, outcome.stderr_text());
    }
    for text in &test.reports {
        if !outcome.stderr_text().contains(text) {
            bail!("the report does not say {text:?}:\n{}", outcome.stderr_text());
        }
    }
    Ok(())
}
