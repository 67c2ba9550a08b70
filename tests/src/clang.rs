//! Compiles with clang: sources to bitcode, and bitcode to the native programs that serve as oracle. What is made is
//! kept under `target/corpus/made`, under a name that is a hash of the command and of the contents of its inputs.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::process;

/// The compiler whose bitcode and whose native code everything is compared with.
pub const CLANG: &str = "clang-19";

const LIMIT: Duration = Duration::from_secs(300);

/// Whether a path names C++.
pub fn is_cxx(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "cpp" || e == "cc" || e == "cxx")
}

/// Bitcode of one source file, made by `clang`; headers in `include` are part of the hash.
pub fn bitcode_with(clang: &str, source: &Path, flags: &[String], include: &[PathBuf]) -> Result<PathBuf> {
    let mut command = vec![OsString::from(clang)];
    command.extend(flags.iter().map(OsString::from));
    for folder in include {
        command.push("-I".into());
        command.push(folder.into());
    }
    command.extend(["-w", "-c", "-emit-llvm"].map(OsString::from));
    command.push(source.into());
    made(&command, &[source], "bc")
}

/// Bitcode of one source file, made by clang 19.
pub fn bitcode(source: &Path, flags: &[String], include: &[PathBuf]) -> Result<PathBuf> {
    bitcode_with(CLANG, source, flags, include)
}

/// The native program that clang makes of bitcode or LLVM assembly, without running LLVM's passes again.
pub fn native(inputs: &[PathBuf], link_flags: &[String]) -> Result<PathBuf> {
    native_with(&["-O2", "-Xclang", "-disable-llvm-passes"].map(str::to_owned), inputs, link_flags)
}

/// The native program that clang makes with these flags.
pub fn native_with(flags: &[String], inputs: &[PathBuf], link_flags: &[String]) -> Result<PathBuf> {
    let driver = if link_flags.iter().any(|f| f == "-lstdc++") { "clang++-19" } else { CLANG };
    let mut command: Vec<OsString> = [driver, "-w"].map(OsString::from).into();
    command.extend(flags.iter().map(OsString::from));
    command.extend(inputs.iter().map(OsString::from));
    command.extend(["-lm", "-lpthread"].map(OsString::from));
    command.extend(link_flags.iter().map(OsString::from));
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    made(&command, &inputs, "exe")
}

/// The WASI program that clang makes of C sources; `tests/peers/include` has what WASI's C library lacks.
pub fn wasm(sources: &[PathBuf], flags: &[String], include: &[PathBuf]) -> Result<PathBuf> {
    const EMULATED: [&str; 4] = ["SIGNAL", "PROCESS_CLOCKS", "GETPID", "MMAN"];
    let mut command: Vec<OsString> = [CLANG, "--target=wasm32-wasi", "-w"].map(OsString::from).into();
    command.extend(flags.iter().map(OsString::from));
    let lacking = places::ours("peers/include");
    for folder in [lacking.clone()].iter().chain(include) {
        command.extend(["-I".into(), folder.into()]);
    }
    command.extend(EMULATED.map(|what| format!("-D_WASI_EMULATED_{what}").into()));
    command.extend(sources.iter().map(OsString::from));
    command.push(lacking.join("missing.c").into());
    let library = |what: &str| format!("-lwasi-emulated-{}", what.to_lowercase().replace('_', "-"));
    command.extend(EMULATED.map(|what| library(what).into()));
    // As much stack as a native program has.
    command.push("-Wl,-z,stack-size=8388608".into());
    made(&command, &sources.iter().map(PathBuf::as_path).collect::<Vec<_>>(), "wasm")
}

/// The product of `command … -o PRODUCT`, made now unless it is there.
pub fn made(command: &[OsString], inputs: &[&Path], extension: &str) -> Result<PathBuf> {
    made_with(command, inputs, extension, "-o")
}

/// As [`made`], by a command whose option for the product's path is `option`.
pub fn made_with(command: &[OsString], inputs: &[&Path], extension: &str, option: &str) -> Result<PathBuf> {
    let mut hash = DefaultHasher::new();
    command.hash(&mut hash);
    for input in inputs {
        fs::read(input).with_context(|| format!("cannot read {}", input.display()))?.hash(&mut hash);
    }
    let stem = inputs.first().and_then(|p| p.file_stem()).unwrap_or_default().to_string_lossy();
    let folder = places::corpus().join("made");
    let product = folder.join(format!("{stem}-{:016x}.{extension}", hash.finish()));
    if product.exists() {
        return Ok(product);
    }
    fs::create_dir_all(&folder)?;
    // Made under another name first: several test threads may want the same product.
    let part = tempfile::Builder::new().prefix("part-").suffix(&format!(".{extension}")).tempfile_in(&folder)?;
    let mut run = Command::new(&command[0]);
    let mut product_option = OsString::from(option);
    product_option.push(part.path());
    run.args(&command[1..]).arg(product_option);
    let outcome = process::run(&mut run, b"", LIMIT).with_context(|| format!("cannot run {run:?}"))?;
    if !outcome.succeeded() {
        bail!("{run:?} ended with {}:\n{}", outcome.end, outcome.stderr_text());
    }
    part.persist(&product)?;
    Ok(product)
}

/// Whether a compiler can be run here.
pub fn is_installed(clang: &str) -> bool {
    let found = Command::new(clang).arg("--version").output();
    match found {
        Ok(output) => output.status.success(),
        Err(error) => {
            debug_assert!(error.kind() == io::ErrorKind::NotFound, "{clang}: {error}");
            false
        }
    }
}
