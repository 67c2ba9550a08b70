//! The real programs: what they are made of, how they are run, and what of their output counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use crate::rheo::Run;
use crate::{clang, corpus, places};

/// A program of the corpus.
#[derive(Clone, Debug)]
pub struct Program {
    /// Short name, as given on command lines.
    pub name: &'static str,
    /// Its sources, drivers of ours among them.
    sources: Vec<PathBuf>,
    /// Folders of headers.
    pub include: Vec<PathBuf>,
    /// Flags without the optimisation level.
    flags: Vec<String>,
    /// Arguments and environment of the usual run.
    args: Vec<String>,
    env: Vec<(String, String)>,
    /// Native libraries.
    pub libs: Vec<String>,
    /// How it is compiled to WebAssembly, where that differs.
    wasm: Wasm,
    /// Lines of output that count; the others hold times.
    pub keep: fn(&str) -> String,
}

/// What a program needs to be compiled for WASI.
#[derive(Clone, Debug, Default)]
struct Wasm {
    /// Flags that it is compiled without.
    without: Vec<String>,
    /// Flags that come last.
    flags: Vec<String>,
}

/// Names that [`Program::kernel`] knows.
pub const KERNELS: &[&str] =
    &["fib", "sieve", "mandel", "matmul", "qsort", "nbody", "sha256", "hashmap", "dispatch", "vmswitch"];

/// Names that [`Program::load`] knows.
pub const NAMES: &[&str] = &["doom", "lua", "sqlite", "quickjs", "box2d", "zstd", "imgui", "cxxmix", "json"];

/// A program's name as people write it.
pub fn title(name: &str) -> &str {
    match name {
        "doom" => "Doom",
        "lua" => "Lua",
        "sqlite" => "SQLite",
        "quickjs" => "QuickJS",
        "imgui" => "Dear ImGui",
        "box2d" => "Box2D",
        other => other,
    }
}

/// Doom's frame hashes; it also prints addresses.
fn frame_lines(text: &str) -> String {
    text.lines()
        .filter(|line| line.starts_with("frame ") || line.starts_with("final "))
        .map(|l| format!("{l}\n"))
        .collect()
}

fn everything(text: &str) -> String {
    text.to_owned()
}

/// speedtest1 prints a line of times for each of its tests; the results are in its hash.
fn hash_lines(text: &str) -> String {
    text.lines().filter(|line| line.contains("Hash")).map(|line| format!("{line}\n")).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn files(folder: &Path, extension: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|e| e == extension) && wanted(stem) {
            found.push(path.clone());
        }
    }
    // The order of a folder's entries is the file system's; bitcode goes to the linker in this one.
    found.sort();
    if found.is_empty() {
        bail!("{} holds no {extension} files", folder.display());
    }
    Ok(found)
}

impl Program {
    fn of(name: &'static str, folder: &Path, flags: &str, driver: PathBuf, mut sources: Vec<PathBuf>) -> Program {
        sources.push(driver);
        Program {
            name,
            sources,
            include: vec![folder.to_owned()],
            flags: words(flags),
            args: Vec::new(),
            env: Vec::new(),
            libs: Vec::new(),
            wasm: Wasm::default(),
            keep: everything,
        }
    }

    /// A kernel, its repetitions divided by `shorter`.
    pub fn kernel(name: &'static str, shorter: u32) -> Program {
        let folder = places::ours("kernels");
        Program::of(name, &folder, &format!("-DREPS_DIV={shorter}"), folder.join(format!("{name}.c")), Vec::new())
    }

    /// A program that does nothing.
    pub fn empty() -> Program {
        let folder = places::ours("programs");
        Program::of("empty", &folder, "", folder.join("empty.c"), Vec::new())
    }

    /// A program by its name, its sources fetched if they are not there.
    pub fn load(name: &str) -> Result<Program> {
        let ours = |file: &str| places::ours("programs").join(file);
        let text = |path: PathBuf| path.display().to_string();
        Ok(match name {
            "doom" => {
                corpus::check_packages()?;
                let folder = corpus::crate_folder("doomgeneric")?.join("doomgeneric/doomgeneric");
                let other = ["doomgeneric_", "i_allegro", "i_sdl", "gusconf", "mus2mid"];
                let sources = files(&folder, "c", |stem| !other.iter().any(|prefix| stem.starts_with(prefix)))?;
                let flags = "-std=gnu99 -DNORMALUNIX -DLINUX -DSNDSERV -D_DEFAULT_SOURCE -Dpixel_t=uint32_t";
                let mut doom = Program::of("doom", &folder, flags, ours("dg_headless.c"), sources);
                doom.args = words(&format!("-iwad {} -warp 1 1", corpus::WAD));
                doom.env = vec![("DG_FRAMES".into(), "1400".into())];
                doom.keep = frame_lines;
                doom
            }
            "lua" => {
                let folder = corpus::crate_folder("lua-src")?.join("lua-5.4.7");
                let sources = files(&folder, "c", |_| true)?;
                let mut lua = Program::of("lua", &folder, "-std=gnu99 -DLUA_USE_LINUX", ours("lua_main.c"), sources);
                lua.args = vec![text(ours("bench.lua"))];
                // No dlopen, popen, tmpnam; and without longjmp an error of the script ends the program.
                let raise = "-Dluai_jmpbuf=int -DLUAI_THROW(L,c)=abort() -DLUAI_TRY(L,c,a)={a}";
                lua.wasm.without = words("-DLUA_USE_LINUX");
                lua.wasm.flags = words(&format!("{raise} -DL_tmpnam=20"));
                lua
            }
            "sqlite" => {
                let folder = corpus::crate_folder("libsqlite3-sys")?.join("sqlite3");
                let flags = "-DNDEBUG -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE \
                             -DSQLITE_DEFAULT_MEMSTATUS=0";
                let sources = vec![folder.join("sqlite3.c")];
                let mut sqlite = Program::of("sqlite", &folder, flags, corpus::speedtest1()?, sources);
                sqlite.args = words("--memdb --verify --size 25 --testset main");
                sqlite.keep = hash_lines;
                sqlite.wasm.flags = words("-DSQLITE_THREADSAFE=0");
                sqlite
            }
            "quickjs" => {
                let folder = corpus::crate_folder("rquickjs-sys")?.join("quickjs");
                let sources = ["libregexp.c", "libunicode.c", "quickjs.c", "dtoa.c"].map(|f| folder.join(f)).to_vec();
                let flags = "-std=gnu11 -D_GNU_SOURCE -DNDEBUG";
                let mut quickjs = Program::of("quickjs", &folder, flags, ours("qjs_main.c"), sources);
                quickjs.args = vec![text(ours("bench.js"))];
                quickjs
            }
            "box2d" => {
                let folder = corpus::crate_folder("boxdd-sys")?.join("third-party/box2d");
                let sources = files(&folder.join("src"), "c", |_| true)?;
                let flags = "-std=c17 -D_GNU_SOURCE -DNDEBUG -ffp-contract=off";
                let mut box2d = Program::of("box2d", &folder.join("include"), flags, ours("b2_main.c"), sources);
                box2d.include.push(folder.join("src"));
                box2d
            }
            "zstd" => {
                let folder = corpus::crate_folder("zstd-sys")?.join("zstd/lib");
                let mut sources = Vec::new();
                for part in ["common", "compress", "decompress"] {
                    sources.extend(files(&folder.join(part), "c", |_| true)?);
                }
                let flags = "-std=gnu11 -DZSTD_MULTITHREAD -DZSTD_DISABLE_ASM";
                let mut zstd = Program::of("zstd", &folder, flags, ours("zstd_main.c"), sources);
                // More than one job of the compressor with worker threads.
                zstd.args = words("600000");
                zstd
            }
            "imgui" => {
                let folder = corpus::crate_folder("imgui-sys")?.join("third-party/imgui-master/imgui");
                let sources = files(&folder, "cpp", |stem| stem.starts_with("imgui"))?;
                let mut imgui = Program::of("imgui", &folder, "-std=c++17 -DNDEBUG", ours("imgui_main.cpp"), sources);
                imgui.args = words("240");
                imgui.libs = words("stdc++");
                imgui
            }
            "cxxmix" => {
                let folder = places::ours("programs");
                let mut mix = Program::of("cxxmix", &folder, "-std=c++20", ours("cxxmix.cpp"), Vec::new());
                mix.libs = words("stdc++ atomic");
                mix
            }
            "json" => {
                let folder = corpus::nlohmann_json()?;
                let tests = folder.join("tests/src");
                let units = ["unit-class_parser.cpp", "unit-element_access1.cpp", "unit-modifiers.cpp"];
                let sources = units.map(|file| tests.join(file)).to_vec();
                let flags = "-std=c++17 -DJSON_TEST_KEEP_MACROS";
                let mut json = Program::of("json", &folder.join("include"), flags, tests.join("unit.cpp"), sources);
                json.include.push(folder.join("tests/thirdparty/doctest"));
                json.args = words("-ns");
                json.libs = words("stdc++");
                json
            }
            _ => bail!("no program is called {name}; there are {}", NAMES.join(", ")),
        })
    }

    /// Bitcode of every source file at an optimisation level such as `-O2`.
    pub fn bitcode(&self, level: &str) -> Result<Vec<PathBuf>> {
        self.bitcode_by(clang::CLANG, level)
    }

    /// As [`Program::bitcode`], by another clang.
    pub fn bitcode_by(&self, clang: &str, level: &str) -> Result<Vec<PathBuf>> {
        let flags: Vec<String> = [level.to_owned()].into_iter().chain(self.flags.iter().cloned()).collect();
        self.sources.par_iter().map(|source| clang::bitcode_with(clang, source, &flags, &self.include)).collect()
    }

    /// The native program made of that bitcode.
    pub fn native(&self, level: &str) -> Result<PathBuf> {
        let libraries = self.libs.iter().map(|l| format!("-l{l}")).collect::<Vec<_>>();
        if level == "-O0" {
            return clang::native_with(&[level.to_owned()], &self.bitcode(level)?, &libraries);
        }
        clang::native(&self.bitcode(level)?, &libraries)
    }

    /// The WASI program made of the same sources with the same flags, as far as WASI allows.
    pub fn wasm(&self, level: &str) -> Result<PathBuf> {
        let kept = self.flags.iter().filter(|flag| !self.wasm.without.contains(flag));
        let flags: Vec<String> = [level.to_owned()].iter().chain(kept).chain(&self.wasm.flags).cloned().collect();
        clang::wasm(&self.sources, &flags, &self.include)
    }

    /// The usual run of files made of this program.
    pub fn run(&self, files: Vec<PathBuf>, limit: Duration) -> Run {
        let mut run = Run::of(files);
        run.libraries.extend(self.libs.iter().cloned());
        Run { args: self.args.clone(), env: self.env.clone(), limit, ..run }
    }
}
