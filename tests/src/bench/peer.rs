//! Engines of others, had through cargo and pip: each is built on first use, in a package of its own outside the
//! workspace's build, from a small source in `tests/peers` that gives it WASI.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail, ensure};

use crate::{clang, corpus, places, process};

/// An engine built from a registry's package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// wasmtime with Cranelift, Winch and Pulley.
    Wasmtime,
    /// wasmi.
    Wasmi,
    /// wasm3, from the sources in its Python package.
    Wasm3,
    /// makepad-stitch.
    Stitch,
}

const LIMIT: Duration = Duration::from_secs(3600);

/// What this process has built, or why it could not.
static BUILT: Mutex<Vec<(Peer, Result<PathBuf, String>)>> = Mutex::new(Vec::new());

const WASM3: &str = "pywasm3==0.5.0";

/// What is wrong with makepad-stitch 0.1.0, and what is put in its place: an operand that refers to a local stays in, or
/// drops out of, the local's list of operands. As published it panics on the bench's first kernel.
const STITCH_MENDED: [(&str, &str); 2] = [
    (
        "            self.locals[local_idx].first_opd_idx = self.opds[opd_idx].next_opd_idx;\n            self.opds[opd_idx].local_idx = None;\n",
        "",
    ),
    (
        "        if let Some(local_idx) = self.opds[opd_idx].local_idx {\n            self.locals[local_idx].first_opd_idx = self.opds[opd_idx].next_opd_idx;\n        }\n",
        "        if self.opds[opd_idx].local_idx.is_some() {\n            self.remove_local_opd(opd_idx);\n        }\n",
    ),
];

impl Peer {
    fn name(self) -> &'static str {
        match self {
            Peer::Wasmtime => "wasmtime",
            Peer::Wasmi => "wasmi",
            Peer::Wasm3 => "wasm3",
            Peer::Stitch => "stitch",
        }
    }

    /// The program that runs WASI programs in it, built unless it is there. What cannot be built is not tried again.
    pub fn runner(self) -> Result<PathBuf> {
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, result)) = built.iter().find(|(peer, _)| *peer == self) {
            return result.clone().map_err(Error::msg);
        }
        let result = self.build();
        built.push((self, result.as_ref().map(Clone::clone).map_err(|error| format!("{error:#}"))));
        result
    }

    fn build(self) -> Result<PathBuf> {
        let folder = places::target().join("peers").join(self.name());
        fs::create_dir_all(&folder)?;
        let mut linked = None;
        let (dependency, more) = match self {
            Peer::Wasmtime => {
                let features = "[\"cranelift\", \"winch\", \"pulley\", \"runtime\", \"std\"]";
                (format!("wasmtime = {{ version = \"=48.0.8\", default-features = false, features = {features} }}"), "")
            }
            Peer::Wasmi => ("wasmi = \"=2.0.0\"".to_owned(), "lto = \"fat\"\n"),
            Peer::Stitch => {
                let source = mended_stitch()?;
                (format!("makepad-stitch = {{ path = \"{}\" }}", source.display()), "lto = \"fat\"\n")
            }
            Peer::Wasm3 => {
                linked = Some(wasm3()?);
                (String::new(), "")
            }
        };
        let name = format!("peer-{}", self.name());
        let mut manifest = String::new();
        let source = places::ours("peers").join(format!("{}.rs", self.name()));
        let _ = write!(
            manifest,
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[[bin]]\nname = \"{name}\"\n\
             path = \"{}\"\n[profile.release]\ncodegen-units = 1\npanic = \"abort\"\n{more}[dependencies]\n{dependency}\n",
            source.display()
        );
        write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
        let target = folder.join("target");
        let product = target.join("release").join(&name);
        if !product.exists() {
            eprintln!("==> {name}: fetched and built for once, which takes some minutes");
        }
        let mut command = Command::new("nice");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        command.args(["-n", "10"]).arg(cargo).args(["rustc", "--quiet", "--release", "--target-dir"]).arg(&target);
        if let Some(object) = linked {
            command.args(["--", "-C"]).arg(format!("link-arg={}", object.display()));
        }
        output(command.current_dir(&folder)).with_context(|| format!("{name} cannot be built"))?;
        Ok(product)
    }
}

/// Leaves the time of an unchanged file alone, so that cargo builds nothing anew.
fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn output(command: &mut Command) -> Result<String> {
    let outcome = process::run(command, b"", LIMIT).with_context(|| format!("cannot run {command:?}"))?;
    if !outcome.succeeded() {
        bail!("{command:?} ended with {}:\n{}", outcome.end, outcome.stderr_text());
    }
    Ok(outcome.stdout_text())
}

/// A copy of the crate with [`STITCH_MENDED`].
fn mended_stitch() -> Result<PathBuf> {
    let published = corpus::crate_of("makepad-stitch", "0.1.0")?;
    let copy = places::target().join("peers/makepad-stitch");
    let mut compile = fs::read_to_string(published.join("src/compile.rs"))?;
    for (wrong, right) in STITCH_MENDED {
        ensure!(compile.matches(wrong).count() == 1, "makepad-stitch is not as it was published");
        compile = compile.replace(wrong, right);
    }
    fs::create_dir_all(copy.join("src"))?;
    for entry in fs::read_dir(published.join("src"))? {
        let path = entry?.path();
        let name = path.file_name().context("an entry has a name")?;
        let text = if name == "compile.rs" { compile.clone() } else { fs::read_to_string(&path)? };
        write_if_changed(&copy.join("src").join(name), &text)?;
    }
    let manifest = "[package]\nname = \"makepad-stitch\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";
    write_if_changed(&copy.join("Cargo.toml"), manifest)?;
    Ok(copy)
}

/// One object of wasm3's sources, compiled by clang -O3, whose tail calls its interpreter rests on.
fn wasm3() -> Result<PathBuf> {
    let folder = corpus::python_source(WASM3)?.join("wasm3");
    let mut sources: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "c") {
            sources.push(path);
        }
    }
    sources.sort();
    let flags = ["-O3", "-DNDEBUG", "-Dd_m3HasWASI=0", "-w", "-fPIC", "-nostdlib", "-r"];
    let mut command: Vec<std::ffi::OsString> = [clang::CLANG].iter().chain(&flags).map(Into::into).collect();
    command.extend(sources.iter().map(Into::into));
    clang::made(&command, &sources.iter().map(PathBuf::as_path).collect::<Vec<_>>(), "o")
}
