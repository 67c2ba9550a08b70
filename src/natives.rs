//! What native code asks the program for: symbols that libraries refer to or would find in the program first, and those
//! that assembly names.
//!
//! By ELF's rules a definition in the executable stands before a library's of the same name, even for the library
//! itself. So a function of the program whose name any library mentions can be called from there.

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, ObjectSymbol};
use rheo_ir::{Linkage, Module};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// Marks the definitions that native code knows as used: they stay, and can be entered from there. A library that cannot
/// be read mentions nothing: the linker will say so.
pub fn mark_used(modules: &mut [Module], libraries: &[PathBuf]) {
    let for_others = |linkage: Linkage| !linkage.is_local() && linkage != Linkage::AvailableExternally;
    let mut names = FxHashSet::default();
    for module in modules.iter() {
        let funcs = module.funcs.iter().filter(|f| for_others(f.linkage) && f.is_defined());
        let globals =
            module.globals.iter().filter(|g| for_others(g.linkage) && (g.data.is_some() || g.alias.is_some()));
        names.extend(funcs.map(|f| f.name.as_str()).chain(globals.map(|g| g.name.as_str())));
    }
    // The C library's start files call it.
    let mut found: FxHashSet<&str> = names.get("main").copied().into_iter().collect();
    let mut seen = FxHashSet::default();
    for path in libraries {
        scan(path, &names, &mut found, &mut seen);
    }
    for module in modules.iter() {
        let shims = module.shims.iter().map(|s| &s.llvm);
        for text in module.module_asm.iter().chain(shims) {
            let symbols = text.split(|c: char| !(c.is_alphanumeric() || "_.$".contains(c)));
            found.extend(symbols.filter_map(|s| names.get(s).copied()));
        }
    }
    let found: FxHashSet<String> = found.into_iter().map(str::to_owned).collect();
    for module in modules {
        for func in module.funcs.iter_mut().filter(|f| for_others(f.linkage) && found.contains(&f.name)) {
            func.flags.used = true;
        }
        for global in module.globals.iter_mut().filter(|g| for_others(g.linkage) && found.contains(&g.name)) {
            global.used = true;
        }
    }
}

/// Notes those of `names` that an object refers to.
fn scan_object<'a>(object: &[u8], names: &FxHashSet<&'a str>, found: &mut FxHashSet<&'a str>) {
    if let Ok(file) = object::File::parse(object) {
        let undefined = file.symbols().filter(|s| s.is_undefined());
        found.extend(undefined.filter_map(|s| names.get(s.name().ok()?).copied()));
    }
}

/// Whether a library, or one that a linker script names, has this symbol version.
pub fn has_version(library: &Path, version: &str) -> bool {
    let Ok(bytes) = std::fs::read(library) else { return false };
    match object::File::parse(&*bytes) {
        Ok(file) => {
            let strings = file.section_by_name(".dynstr").and_then(|s| s.data().ok()).unwrap_or_default();
            strings.split(|&b| b == 0).any(|s| s == version.as_bytes())
        }
        Err(_) => script_paths(&bytes).iter().any(|path| has_version(path, version)),
    }
}

/// The files that a linker script, such as libc.so, names by path.
fn script_paths(script: &[u8]) -> Vec<PathBuf> {
    if script.contains(&0) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(script);
    let words = text.split(|c: char| c.is_whitespace() || "(),".contains(c));
    words.filter(|w| w.starts_with('/') && !w.starts_with("/*")).map(PathBuf::from).collect()
}

fn scan<'a>(path: &Path, names: &FxHashSet<&'a str>, found: &mut FxHashSet<&'a str>, seen: &mut FxHashSet<PathBuf>) {
    if !seen.insert(path.to_owned()) {
        return;
    }
    let Ok(bytes) = std::fs::read(path) else { return };
    if let Ok(archive) = ArchiveFile::parse(&*bytes) {
        for member in archive.members().flatten() {
            if let Ok(data) = member.data(&*bytes) {
                scan_object(data, names, found);
            }
        }
        return;
    }
    match object::File::parse(&*bytes) {
        Ok(file) => found.extend(file.dynamic_symbols().filter_map(|s| names.get(s.name().ok()?).copied())),
        Err(_) => {
            for script_path in script_paths(&bytes) {
                scan(&script_path, names, found, seen);
            }
        }
    }
}
