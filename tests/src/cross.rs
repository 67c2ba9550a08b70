//! The runtime for a target other than this machine's.
//!
//! It needs `core` for the target: rustup's, where the target was added, else Debian's newer compiler (`rustc-web`, for
//! browsers) with its library's sources, which are unpacked under `target/cross` and not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};

use crate::places;

/// What a target is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// By Rheo and by Debian.
    pub name: &'static str,
    /// By Rust.
    rust: &'static str,
    /// By qemu.
    pub emulator: &'static str,
    /// Options beyond the usual ones.
    options: &'static [&'static str],
}

/// The targets.
pub const TARGETS: &[Target] = &[Target {
    name: "aarch64-linux-gnu",
    rust: "aarch64-unknown-linux-gnu",
    emulator: "qemu-aarch64-static",
    // A title's linker need not have libgcc's atomics.
    options: &["-Ctarget-feature=-outline-atomics"],
}];

/// The compiler's own crate, of which the runtime needs nothing but its being there.
const COMPILER_BUILTINS: &str = "#![feature(compiler_builtins)]\n#![compiler_builtins]\n#![no_std]\n";

/// Why there is none.
pub type Missing = String;

/// The runtime's object for a target, made now if its sources are newer, or why it cannot be had.
pub fn runtime(target: Target) -> Result<Result<PathBuf, Missing>> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(|e| e.into_inner());
    let folder = places::target().join("cross");
    let object = folder.join(format!("rheo-runtime-{}.o", target.name));
    if is_up_to_date(&object)? {
        return Ok(Ok(object));
    }
    let toolchain = match Toolchain::find(target, &folder)? {
        Ok(toolchain) => toolchain,
        Err(missing) => return Ok(Err(missing)),
    };
    let part = object.with_extension("part");
    let mut rustc = toolchain.rustc();
    rustc.current_dir(places::workspace().join("runtime")).env("CARGO_PKG_VERSION", env!("CARGO_PKG_VERSION"));
    rustc.args(["@ship.args", "--target", target.rust]).args(target.options).args(&toolchain.options);
    run(rustc.arg("-o").arg(&part).arg("src/lib.rs"))?;
    fs::rename(&part, &object)?;
    Ok(Ok(object))
}

fn is_up_to_date(object: &Path) -> Result<bool> {
    let Ok(made) = fs::metadata(object).and_then(|m| m.modified()) else { return Ok(false) };
    let mut folders = vec![places::workspace().join("runtime")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.metadata()?.modified()? > made {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// A compiler that has `core` for a target.
struct Toolchain {
    rustc: PathBuf,
    /// Where its shared libraries are, if not where the system looks.
    libraries: Option<PathBuf>,
    options: Vec<String>,
}

impl Toolchain {
    fn find(target: Target, folder: &Path) -> Result<Result<Toolchain, Missing>> {
        let rustc = std::env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from);
        let asked = Command::new(&rustc).args(["--print", "target-libdir", "--target", target.rust]).output();
        let libraries = asked.map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim())).unwrap_or_default();
        if fs::read_dir(libraries).is_ok_and(|mut all| all.any(|e| e.is_ok_and(|e| is_core(&e.path())))) {
            return Ok(Ok(Toolchain { rustc, libraries: None, options: Vec::new() }));
        }
        let root = folder.join("rustc-web");
        if !root.exists()
            && let Err(missing) = unpack(&root)?
        {
            return Ok(Err(missing));
        }
        let compiled = folder.join(target.rust);
        let mut toolchain = Toolchain {
            rustc: root.join("usr/bin/rustc"),
            libraries: Some(root.join("usr/lib/x86_64-linux-gnu")),
            options: Vec::new(),
        };
        if let Err(missing) = toolchain.is_new_enough()? {
            return Ok(Err(missing));
        }
        if !compiled.exists() {
            toolchain.compile_core(target, &root, &compiled)?;
        }
        // Its core is of another size than ours was compiled for: what it shares must not be called for.
        toolchain.options = vec!["-Zshare-generics=no".into(), format!("-L{}", compiled.display())];
        for name in ["core", "compiler_builtins"] {
            toolchain.options.push(format!("--extern={name}={}/lib{name}.rlib", compiled.display()));
        }
        Ok(Ok(toolchain))
    }

    fn rustc(&self) -> Command {
        let mut command = Command::new(&self.rustc);
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries).env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }

    /// Whether it understands the runtime's sources; if not, what is missing.
    fn is_new_enough(&self) -> Result<Result<(), Missing>> {
        const LEAST: &str = env!("CARGO_PKG_RUST_VERSION");
        let output = self.rustc().arg("--version").output().context("Debian's compiler cannot be run")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(1).unwrap_or_default();
        let numbers = |v: &str| v.split('.').map_while(|n| n.parse::<u32>().ok()).collect::<Vec<_>>();
        let is_new = numbers(version) >= numbers(LEAST);
        Ok(if is_new { Ok(()) } else { Err(format!("Debian's rustc-web is {version} here, not {LEAST} or newer")) })
    }

    fn compile_core(&self, target: Target, root: &Path, compiled: &Path) -> Result<()> {
        let sources = fs::read_dir(root.join("usr/src"))?.next().context("rust-web-src holds no sources")??.path();
        let part = compiled.with_extension("part");
        let _ = fs::remove_dir_all(&part);
        fs::create_dir_all(&part)?;
        // The library's edition is its own.
        let manifest = fs::read_to_string(sources.join("library/core/Cargo.toml"))?;
        let edition =
            manifest.lines().find_map(|l| l.strip_prefix("edition = \"")?.strip_suffix('"')).unwrap_or("2024");
        let compile = |name: &str, source: &Path| {
            let mut rustc = self.rustc();
            rustc.args(["--edition", edition, "--crate-type", "rlib", "--cap-lints", "allow", "--crate-name", name]);
            rustc.args(["--target", target.rust, "-Copt-level=s", "-Cpanic=abort", "-Crelocation-model=pic"]);
            rustc.arg("-L").arg(&part).arg("-o").arg(part.join(format!("lib{name}.rlib"))).arg(source);
            if name != "core" {
                rustc.arg(format!("--extern=core={}/libcore.rlib", part.display()));
            }
            run(&mut rustc)
        };
        compile("core", &sources.join("library/core/src/lib.rs"))?;
        let builtins = part.join("compiler_builtins.rs");
        fs::write(&builtins, COMPILER_BUILTINS)?;
        compile("compiler_builtins", &builtins)?;
        fs::rename(&part, compiled)?;
        Ok(())
    }
}

fn is_core(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("libcore-"))
}

/// Unpacks Debian's compiler and its library's sources to `root`.
fn unpack(root: &Path) -> Result<Result<(), Missing>> {
    const FIRST: &[&str] = &["rustc-web", "rust-web-src"];
    // The compiler's own libraries, by the names that lead to them.
    const NEEDED: &[&str] = &["libstd-rust-web", "libllvm"];
    let mut packages: Vec<String> = FIRST.iter().map(ToString::to_string).collect();
    let mut next = 0;
    while next < packages.len() {
        let asked = Command::new("apt-cache").args(["depends", &packages[next]]).output();
        let Some(asked) = asked.ok().filter(|o| o.status.success() && !o.stdout.is_empty()) else {
            return Ok(Err(format!("Debian's {} cannot be had here", packages[next])));
        };
        for line in String::from_utf8_lossy(&asked.stdout).lines() {
            let Some(name) = line.trim().strip_prefix("Depends: ") else { continue };
            if NEEDED.iter().any(|n| name.starts_with(n)) && !packages.iter().any(|p| p == name) {
                packages.push(name.to_owned());
            }
        }
        next += 1;
    }
    // The compiled library for this machine is of no use.
    packages.retain(|p| !p.ends_with("-dev"));
    let folder = root.parent().context("it lies in a folder")?;
    fs::create_dir_all(folder)?;
    let debs = tempfile::tempdir_in(folder)?;
    run(Command::new("apt-get").args(["-qq", "download"]).args(&packages).current_dir(debs.path()))?;
    let part = root.with_extension("part");
    for deb in fs::read_dir(debs.path())? {
        run(Command::new("dpkg-deb").arg("-x").arg(deb?.path()).arg(&part))?;
    }
    fs::rename(&part, root)?;
    Ok(Ok(()))
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The target of that name.
pub fn target(name: &str) -> Result<Target> {
    match TARGETS.iter().find(|t| [t.name, t.rust].contains(&name)) {
        Some(target) => Ok(*target),
        None => {
            bail!("no runtime is made for {name}: {}", TARGETS.iter().map(|t| t.name).collect::<Vec<_>>().join(", "))
        }
    }
}
