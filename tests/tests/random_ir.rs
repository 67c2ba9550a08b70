//! Random LLVM assembly in every tier, against the native build.
//!
//! CI takes seeds 1 to 40, one in three with another instruction set, too; `RHEO_RANDOM_IR=N:FIRST` takes N seeds from FIRST on.

use std::fs;
use std::process::ExitCode;

use anyhow::bail;
use rheo_tests::rheo::{Run, Tier};
use rheo_tests::title::Set;
use rheo_tests::{clang, compare, harness, places, random_ir};

fn main() -> ExitCode {
    harness::main(|| harness::seeds("RHEO_RANDOM_IR", 40, SHARE, check))
}

/// Conversions of short floats are not in every libgcc.
const LINK: [&str; 1] = ["--rtlib=compiler-rt"];

/// Each set has one seed of so many.
const SHARE: usize = 12;

/// Runs one seed.
fn check(seed: u64, set: Option<Set>) -> harness::Checked {
    let folder = places::corpus().join("random_ir");
    fs::create_dir_all(&folder)?;
    // Another set's case may run beside: it has files of its own, and its native program by another name, as the text differs.
    let set_name = set.map_or("general", Set::name);
    let source = folder.join(format!("seed-{seed}-{set_name}.ll"));
    fs::write(&source, format!("; in the set `{set_name}`\n{}", random_ir::module(seed)))?;
    let drive = clang::bitcode(&places::ours("filetests/support/drive.c"), &["-O1".into()], &[])?;
    let files = vec![source, drive];
    let native = match clang::native(&files, &LINK.map(str::to_owned)) {
        Ok(native) => native,
        // LLVM cannot make code of every odd type.
        Err(error) if ["in backend", "submit a bug report"].iter().any(|s| format!("{error:#}").contains(s)) => {
            return Ok(Some("LLVM makes no code of it".into()));
        }
        Err(error) => return Err(error),
    };
    let run = Run { set, ..Run::of(files) };
    let want = run.executable(&native)?;
    for tier in [Tier::Bytecode, Tier::Aot].into_iter().take(if set.is_none() { 2 } else { 1 }) {
        let got = run.rheo(tier)?;
        let Some(report) = compare::difference(&want, &got) else { continue };
        // LLVM's own code for odd types is wrong at times: its builds may then disagree.
        let mut agree = String::new();
        for level in ["-O0", "-O2"] {
            let other =
                run.executable(&clang::native_with(&[level.to_owned()], &run.files, &LINK.map(str::to_owned))?)?;
            if compare::difference(&other, &got).is_none() {
                agree += &format!(" (clang's {level} says the same)");
            }
        }
        bail!("{} {tier}{agree}: {report}", run.files[0].display());
    }
    fs::remove_file(&run.files[0])?;
    fs::remove_file(native)?;
    Ok(None)
}
