//! Fetches the material of the suites by the machine's ordinary clients: crates by cargo, Debian's source packages by
//! apt. Nothing of it is committed; all of it lies under `target/corpus` or in cargo's own cache.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{places, process};

/// Crates whose C and C++ sources are test programs.
const CRATES: &[(&str, &str)] = &[
    ("boxdd-sys", "0.6.0"),
    ("doomgeneric", "0.3.0"),
    ("imgui-sys", "0.12.0"),
    ("libsqlite3-sys", "0.30.1"),
    ("lua-src", "547.0.0"),
    ("rquickjs-sys", "0.13.0"),
    ("zstd-sys", "2.1.2"),
];

/// Debian's Freedoom, the data that Doom plays.
pub const WAD: &str = "/usr/share/games/doom/freedoom1.wad";

const LIMIT: Duration = Duration::from_secs(600);

/// One fetch at a time within a process; across processes each step makes its product under another name first.
static FETCHING: Mutex<()> = Mutex::new(());

/// Folder of a crate's sources, as published.
pub fn crate_folder(name: &str) -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut folders = read_folders();
    if folders.len() != CRATES.len() || !folders.values().all(|folder| folder.exists()) {
        folders = fetch_crates()?;
    }
    folders.remove(name).with_context(|| format!("{name} is not among the crates of the corpus"))
}

fn folders_path() -> PathBuf {
    places::corpus().join("crates/folders.json")
}

fn read_folders() -> BTreeMap<String, PathBuf> {
    // A missing or broken list is made anew.
    fs::read(folders_path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Has cargo fetch the crates, and keeps where it put them.
fn fetch_crates() -> Result<BTreeMap<String, PathBuf>> {
    let folders = fetch(&places::corpus().join("crates"), CRATES)?;
    fs::write(folders_path(), serde_json::to_vec_pretty(&folders)?)?;
    Ok(folders)
}

/// Folder of the sources of another crate, as published.
pub fn crate_of(name: &str, version: &str) -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join(format!("crate-{name}"));
    fetch(&folder, &[(name, version)])?.remove(name).with_context(|| format!("cargo knows no {name}"))
}

/// Has cargo fetch crates as dependencies of an empty package in `folder`, and tell where it put them.
fn fetch(folder: &Path, crates: &[(&str, &str)]) -> Result<BTreeMap<String, PathBuf>> {
    fs::create_dir_all(folder)?;
    let mut manifest = String::from(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[lib]\npath = \"empty.rs\"\n[dependencies]\n",
    );
    for (name, version) in crates {
        manifest += &format!("{name} = \"={version}\"\n");
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("empty.rs"), "")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = output(Command::new(cargo).args(["metadata", "--format-version", "1"]).current_dir(folder))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    let mut folders = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists no packages")? {
        let (Some(name), Some(manifest)) = (package["name"].as_str(), package["manifest_path"].as_str()) else {
            bail!("cargo metadata describes a package without name or place");
        };
        if crates.iter().any(|(wanted, _)| *wanted == name) {
            let folder = Path::new(manifest).parent().context("a manifest lies in a folder")?;
            folders.insert(name.to_owned(), folder.to_owned());
        }
    }
    Ok(folders)
}

/// SQLite's benchmark `speedtest1.c`, from the Debian source package of SQLite.
pub fn speedtest1() -> Result<PathBuf> {
    let folder = debian_source("sqlite3", &["--strip-components=2", "--wildcards", "*/test/speedtest1.c"])?;
    Ok(folder.join("speedtest1.c"))
}

/// The JSON library's headers and tests, from its Debian source package.
pub fn nlohmann_json() -> Result<PathBuf> {
    debian_source("nlohmann-json3", &["--strip-components=1", "--wildcards", "*/include", "*/tests"])
}

/// What tar, given `options`, unpacks of a Debian source package's original.
fn debian_source(package: &str, options: &[&str]) -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join(package);
    if folder.exists() {
        return Ok(folder);
    }
    let archives = apt("deb-src", &["source", "--download-only", package])?;
    let tarball = only_file(&archives, |name| name.starts_with(&format!("{package}_")) && name.contains(".orig.tar."))?;
    unpack(&tarball, &folder, options)?;
    Ok(folder)
}

/// Debian's rustc, whose LLVM is older than ours, with its libraries: the folder that has `bin` and `lib`.
pub fn debian_rust() -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join("rust");
    if !folder.exists() {
        let archives = apt("deb", &["download", "rustc", "libstd-rust-1.63", "libstd-rust-dev", "libllvm14"])?;
        let part = tempfile::Builder::new().prefix("part-").tempdir_in(places::corpus())?;
        for package in ["rustc_", "libstd-rust-1.63_", "libstd-rust-dev_", "libllvm14_"] {
            let archive = only_file(&archives, |name| name.starts_with(package) && name.ends_with(".deb"))?;
            output(Command::new("dpkg-deb").arg("-x").arg(archive).arg(part.path()))?;
        }
        fs::rename(part.keep(), &folder)?;
    }
    Ok(folder.join("usr"))
}

/// PyPI's Zig compiler.
pub fn zig() -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join("zig");
    if !folder.exists() {
        let part = tempfile::Builder::new().prefix("part-").tempdir_in(places::corpus())?;
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target"];
        output(Command::new("python3").args(pip).arg(part.path()).arg("ziglang==0.14.1"))?;
        fs::rename(part.keep(), &folder)?;
    }
    Ok(folder.join("ziglang/zig"))
}

/// The sources of a Python package, given as `NAME==VERSION`, from PyPI.
pub fn python_source(package: &str) -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join(package.replace("==", "-"));
    if !folder.exists() {
        let archives = tempfile::tempdir()?;
        let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest"];
        output(Command::new("python3").args(pip).arg(archives.path()).arg(package))?;
        let tarball = only_file(archives.path(), |name| name.ends_with(".tar.gz"))?;
        unpack(&tarball, &folder, &["--strip-components=1"])?;
    }
    Ok(folder)
}

/// Folder with what `apt-get` downloads by these arguments.
///
/// It runs with lists and cache of its own, made of the machine's own sources, with their entries of `kind`: neither root
/// nor a change to the machine's configuration is needed.
fn apt(kind: &str, arguments: &[&str]) -> Result<PathBuf> {
    let apt = places::corpus().join("apt").join(kind);
    for folder in ["lists/partial", "cache/archives/partial", "sources"] {
        fs::create_dir_all(apt.join(folder))?;
    }
    source_lists(kind, &apt.join("sources"))?;
    let options = [
        "Dir::Etc::SourceList=/dev/null".to_owned(),
        format!("Dir::Etc::SourceParts={}", apt.join("sources").display()),
        format!("Dir::State::Lists={}", apt.join("lists").display()),
        format!("Dir::Cache={}", apt.join("cache").display()),
    ];
    let command = || {
        let mut command = Command::new("apt-get");
        command.arg("-qq").current_dir(&apt).args(options.iter().flat_map(|option| ["-o", option]));
        command
    };
    output(command().arg("update"))?;
    output(command().args(arguments))?;
    Ok(apt)
}

/// The machine's package sources, turned from `deb` to `kind`.
fn source_lists(kind: &str, folder: &Path) -> Result<()> {
    let parts = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path());
    for path in parts.chain([PathBuf::from("/etc/apt/sources.list")]).filter(|path| path.exists()) {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let turned: String = if name.ends_with(".sources") {
            let types = format!("Types: {kind}");
            text.lines()
                .map(|line| if line.starts_with("Types:") { &types } else { line })
                .flat_map(|l| [l, "\n"])
                .collect()
        } else if name.ends_with(".list") {
            text.lines().filter_map(|line| line.strip_prefix("deb ")).map(|rest| format!("{kind} {rest}\n")).collect()
        } else {
            continue;
        };
        fs::write(folder.join(name), turned)?;
    }
    Ok(())
}

/// Folder `testsuite` of GCC's sources, with gcc.c-torture in it.
pub fn gcc_testsuite() -> Result<PathBuf> {
    let _one = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = places::corpus().join("gcc");
    if !folder.join("gcc.c-torture/execute").exists() {
        let tarball = only_file(Path::new("/usr/src/gcc-12"), |n| n.starts_with("gcc-12") && n.contains(".tar."))?;
        unpack(&tarball, &folder, &["--strip-components=3", "--wildcards", "*/gcc/testsuite/gcc.c-torture/execute"])?;
    }
    Ok(folder)
}

fn only_file(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}: run ./x setup", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&wanted) {
            return Ok(entry.path());
        }
    }
    bail!("{} does not hold the file looked for: run ./x setup", folder.display())
}

/// Unpacks a part of an archive into `folder`, which appears only when it is whole.
fn unpack(archive: &Path, folder: &Path, options: &[&str]) -> Result<()> {
    let parent = folder.parent().context("the folder has a parent")?;
    fs::create_dir_all(parent)?;
    let part = tempfile::Builder::new().prefix("part-").tempdir_in(parent)?;
    output(Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(part.path()).args(options))?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(part.keep(), folder)?;
    Ok(())
}

fn output(command: &mut Command) -> Result<String> {
    let outcome = process::run(command, b"", LIMIT).with_context(|| format!("cannot run {command:?}"))?;
    if !outcome.succeeded() {
        bail!("{command:?} ended with {}:\n{}", outcome.end, outcome.stderr_text());
    }
    Ok(outcome.stdout_text())
}

/// The torture programs to run, by their paths below GCC's `testsuite`.
pub fn torture_names() -> Result<Vec<String>> {
    let path = places::ours("suites/torture-usable.txt");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Checks that what apt has to provide is there.
pub fn check_packages() -> Result<()> {
    File::open(WAD).with_context(|| format!("{WAD} (Debian package freedoom): run ./x setup"))?;
    Ok(())
}
