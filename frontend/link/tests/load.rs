//! Loading files of every kind, made here by clang and LLVM's tools.

use rheo_ir::{Module, verify};
use rheo_link::{LoadOptions, Passes, Roots, link, load};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

struct Files {
    dir: TempDir,
}

impl Files {
    fn new() -> Self {
        Files { dir: tempfile::tempdir().expect("a directory") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).expect("written");
        self.path(name)
    }

    fn run(&self, command: &str, args: &[&str]) {
        let output = Command::new(command).args(args).current_dir(self.dir.path()).output().expect(command);
        assert!(output.status.success(), "{command} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Bitcode of some C, as `name`.
    fn bitcode(&self, name: &str, text: &str) -> PathBuf {
        self.write("unit.c", text);
        self.run("clang-19", &["-O1", "-c", "-emit-llvm", "unit.c", "-o", name]);
        self.path(name)
    }

    /// The error of loading, with the directory's name taken out.
    fn error(&self, paths: &[PathBuf]) -> String {
        let error = load_all(paths, &LoadOptions::default()).expect_err("does not load");
        error.replace(&format!("{}/", self.dir.path().display()), "")
    }
}

fn load_all(paths: &[PathBuf], options: &LoadOptions) -> Result<Vec<Module>, String> {
    load(paths, options, &|_| {}).map_err(|e| e.to_string())
}

/// Names of the modules, without directories.
fn names(modules: &[Module]) -> Vec<&str> {
    let last = |m: &Module| Path::new(&m.name).file_name().and_then(|n| n.to_str()).map(str::len).unwrap_or(0);
    modules.iter().map(|m| &m.name[m.name.len() - last(m)..]).collect()
}

#[test]
fn every_kind_of_file() {
    let files = Files::new();
    files.write("unit.c", "int five(void) { return 5; }\n");
    files.run("clang-19", &["-O1", "-c", "-emit-llvm", "unit.c", "-o", "a.bc"]);
    files.run("clang-19", &["-O1", "-S", "-emit-llvm", "unit.c", "-o", "b.ll"]);
    files.run("clang-19", &["-O1", "-c", "-fembed-bitcode=all", "unit.c", "-o", "c.o"]);
    files.run("clang-19", &["-O1", "-c", "-flto", "unit.c", "-o", "d.o"]);
    files.write("e.cpp", "int extra(int x = VALUE) { return x; } extern \"C\" int five() { return extra(); }\n");
    let paths = ["a.bc", "b.ll", "c.o", "d.o", "unit.c", "e.cpp"].map(|name| files.path(name));
    let options = LoadOptions { cflags: vec!["-DVALUE=5".into()], ..LoadOptions::default() };
    let steps = std::sync::Mutex::new(Vec::new());
    let modules = load(&paths, &options, &|step| steps.lock().expect("unpoisoned").push((step.done, step.total)))
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(names(&modules), ["a.bc", "b.ll", "c.o", "d.o", "unit.c", "e.cpp"]);
    for m in &modules {
        let five = m.funcs.iter().find(|f| f.name == "five").expect("defines five");
        assert!(five.body.is_some(), "{}", m.name);
        assert_eq!(verify(m), Ok(()), "{m}");
    }
    let mut steps = steps.into_inner().expect("unpoisoned");
    steps.sort_unstable();
    assert_eq!(steps, (1..=6).map(|i| (i, 6)).collect::<Vec<_>>());
    // Debug information of sources that we compile gives positions.
    assert!(modules[4].files.iter().any(|f| f.ends_with("unit.c")), "{:?}", modules[4].files);
}

#[test]
fn passes_run_first() {
    let files = Files::new();
    let source = files.write("unit.c", "static int g(int x) { return x + 1; }\nint f(int x) { return g(x) - 1; }\n");
    let options = LoadOptions { cflags: Vec::new(), passes: Passes::Named("default<O2>".into()) };
    let modules = load_all(&[source], &options).unwrap_or_else(|e| panic!("{e}"));
    let text = modules[0].to_string();
    assert!(!text.contains("call"), "{text}");
    assert_eq!(modules[0].funcs[0].body.as_ref().map(|b| b.inst_count()), Some(1), "{text}");
}

#[test]
fn each_function_for_its_own_end() {
    let files = Files::new();
    // A division by a constant is a multiplication where speed counts.
    let source = files.write("unit.c", "int a(int x) { return x / 7; }\nint b(int x) { return a(x + 1); }\n");
    let with = |passes| {
        let options = LoadOptions { cflags: Vec::new(), passes };
        load_all(std::slice::from_ref(&source), &options).unwrap_or_else(|e| panic!("{e}")).remove(0)
    };
    let body = |m: &Module, name: &str| {
        let f = m.funcs.iter().find(|f| f.name == name).expect("defined");
        f.body.as_ref().expect("has a body").inst_count()
    };
    let fast = with(Passes::Each(std::sync::Arc::new(|_: &str| true)));
    let small = with(Passes::Each(std::sync::Arc::new(|_: &str| false)));
    let mixed = with(Passes::Each(std::sync::Arc::new(|name: &str| name == "b")));
    assert_eq!(body(&fast, "b"), body(&mixed, "b"), "{mixed}");
    assert_eq!(body(&small, "a"), body(&mixed, "a"), "{mixed}");
    assert!(!mixed.to_string().contains("call"), "{mixed}");
    // What is optimised already is taken as it is.
    let done = files.bitcode("done.bc", "int f(int x) { return x / 7; }");
    let options = LoadOptions { cflags: Vec::new(), passes: Passes::Each(std::sync::Arc::new(|_: &str| false)) };
    let modules = load_all(std::slice::from_ref(&done), &options);
    assert_eq!(modules, load_all(&[done], &LoadOptions::default()));
}

/// An archive made in one of several ways; the members that `main` leads to are taken, and no others.
fn check_archive(make: impl FnOnce(&Files, &[&str])) {
    let files = Files::new();
    files.bitcode("main.bc", "int one(void); int main(void) { return one(); }");
    files.bitcode("one.o", "int two(void); int one(void) { return two(); }");
    files.bitcode("unused.o", "int one(void); int unused(void) { return one(); }");
    files.bitcode("two.o", "int two(void) { return 2; }");
    files.bitcode("late.o", "int two(void) { return 3; }");
    make(&files, &["late.o", "unused.o", "one.o"]);
    files.run("llvm-ar-19", &["rcs", "first.a", "two.o"]);
    let paths = ["first.a", "lib.a", "main.bc"].map(|name| files.path(name));
    let modules = load_all(&paths, &LoadOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(names(&modules), ["first.a(two.o)", "lib.a(one.o)", "main.bc"]);
    let linked = link(modules, Roots::Executable).unwrap_or_else(|e| panic!("{e}"));
    let mut defined: Vec<&str> = linked.defined().map(|f| linked.func(f).name.as_str()).collect();
    defined.sort_unstable();
    assert_eq!(defined, ["main", "one", "two"]);
}

#[test]
fn archives_with_symbol_table() {
    check_archive(|files, members| files.run("llvm-ar-19", &[&["rcs", "lib.a"], members].concat()));
}

#[test]
fn archives_without_symbol_table() {
    check_archive(|files, members| files.run("llvm-ar-19", &[&["rcS", "lib.a"], members].concat()));
}

#[test]
fn thin_archives() {
    check_archive(|files, members| files.run("llvm-ar-19", &[&["rcs", "--thin", "lib.a"], members].concat()));
}

#[test]
fn archives_alone() {
    let files = Files::new();
    files.bitcode("one.o", "int one(void) { return 1; }");
    files.bitcode("main.o", "int one(void); int main(void) { return one(); }");
    files.bitcode("unused.o", "int unused(void) { return 0; }");
    files.run("llvm-ar-19", &["rcs", "program.a", "unused.o", "one.o", "main.o"]);
    files.run("llvm-ar-19", &["rcs", "library.a", "unused.o", "one.o"]);
    let modules = |name| load_all(&[files.path(name)], &LoadOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(names(&modules("program.a")), ["program.a(one.o)", "program.a(main.o)"]);
    assert_eq!(names(&modules("library.a")), ["library.a(unused.o)", "library.a(one.o)"]);
}

#[test]
fn what_cannot_be_loaded() {
    let files = Files::new();
    files.write("unit.c", "int one(void) { return 1; }\n");
    files.run("clang-19", &["-c", "unit.c", "-o", "native.o"]);
    files.run("llvm-ar-19", &["rcs", "native.a", "native.o"]);
    let main = files.bitcode("main.bc", "int one(void); int main(void) { return one(); }");
    let native =
        "an ELF object without bitcode (compile with -emit-llvm or -fembed-bitcode, or name native libraries with -l)";
    assert_eq!(files.error(&[files.path("native.o")]), format!("native.o: {native}"));
    assert_eq!(files.error(&[main.clone(), files.path("native.a")]), format!("native.a(native.o): {native}"));
    assert_eq!(files.error(&[files.path("none.bc")]), "none.bc: No such file or directory (os error 2)");
    let bytes = std::fs::read(&main).expect("read");
    files.write("half.bc", &bytes[..bytes.len() / 2]);
    assert!(files.error(&[files.path("half.bc")]).starts_with("half.bc: "));
    files.write("junk.a", b"!<arch>\nnot a member header at all, and rather longer than sixty bytes of it");
    assert!(files.error(&[files.path("junk.a")]).starts_with("junk.a: broken archive: "));
    let (a, b) = (files.write("a.c", "int x = ;\n"), files.write("b.txt", [0u8; 9]));
    let both = files.error(&[a, b]);
    let lines: Vec<&str> = both.lines().collect();
    assert_eq!(lines[0], "a.c: clang-19 failed (exit status: 1)");
    assert!(lines[1].starts_with("b.txt: not an LLVM module: "), "{both}");
}
