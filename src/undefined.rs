//! Who refers to a symbol that nobody defines.

use crate::diagnostic::{Diagnostic, Diagnostics};
use rheo_ir::{Imm, Module, SrcLoc};
use std::collections::{BTreeMap, HashSet};

/// References listed for each symbol.
const LISTED_MAX: usize = 3;

/// One diagnostic for each of the symbols, with the functions and variables that refer to it. `modules` are those that
/// the program was linked from, which know their files.
pub fn report(modules: &[Module], names: &[String]) -> Diagnostics {
    let mut references: BTreeMap<&str, Vec<Reference>> = names.iter().map(|n| (n.as_str(), Vec::new())).collect();
    for module in modules {
        let mut note = |name: &str, by: &str, loc| {
            if let Some(list) = references.get_mut(name) {
                list.push(Reference { module, by: by.to_owned(), loc });
            }
        };
        collect(module, &mut note);
    }
    Diagnostics(names.iter().map(|name| diagnostic(name, &references[name.as_str()])).collect())
}

/// Calls `note` with each symbol that is referred to, by what, and where.
fn collect(module: &Module, note: &mut dyn FnMut(&str, &str, SrcLoc)) {
    for func in &module.funcs {
        let insts = func.body.iter().flat_map(|b| &b.blocks).flat_map(|b| &b.insts);
        for inst in insts {
            match inst.imm {
                Imm::Func(f) => note(&module.func(f).name, &func.name, inst.loc),
                Imm::Global(g, _) => note(&module.global(g).name, &func.name, inst.loc),
                Imm::Pad(ref pad) => pad.types().for_each(|g| note(&module.global(g).name, &func.name, inst.loc)),
                _ => {}
            }
        }
        if let Some(alias) = &func.alias {
            note(module.symbol_name(alias.target), &func.name, func.loc);
        }
    }
    for global in &module.globals {
        let relocs = global.data.iter().flat_map(|d| &d.relocs).map(|r| r.target);
        let targets = relocs.chain(global.alias.map(|a| a.target));
        for target in targets {
            note(module.symbol_name(target), &global.name, SrcLoc::default());
        }
    }
}

struct Reference<'a> {
    module: &'a Module,
    by: String,
    loc: SrcLoc,
}

fn diagnostic(name: &str, references: &[Reference]) -> Diagnostic {
    let mut d = Diagnostic::new(format!("undefined symbol `{name}`"));
    // What is inlined or unrolled refers from the same place more than once.
    let mut seen = HashSet::new();
    let distinct: Vec<_> = references.iter().filter(|r| seen.insert((&r.by, &r.module.name, r.loc))).collect();
    for r in distinct.iter().take(LISTED_MAX) {
        let what = format!("`{}` of {} refers to it", r.by, r.module.name);
        match r.module.files.get(r.loc.file as usize) {
            Some(file) if r.loc.line > 0 => d = d.at(file, r.loc.line, r.loc.col, what),
            _ => d.notes.push(what),
        }
    }
    match distinct.len().saturating_sub(LISTED_MAX) {
        0 => {}
        1 => d.notes.push("1 more reference".to_owned()),
        more => d.notes.push(format!("{more} more references")),
    }
    if references.is_empty() {
        d.notes.push("a native helper or library refers to it".to_owned());
    }
    d
}

/// Whether the modules declare anything of the C++ library's.
pub fn needs_cxx(modules: &[Module]) -> bool {
    const IN_LIBC: &[&str] = &["__cxa_atexit", "__cxa_finalize", "__cxa_at_quick_exit", "__cxa_thread_atexit_impl"];
    let cxx = |name: &str| {
        (name.starts_with("_Z") || name.starts_with("__cxa_") || name.starts_with("__gxx_")) && !IN_LIBC.contains(&name)
    };
    modules.iter().any(|module| {
        let functions = module.funcs.iter().filter(|f| !f.is_defined()).map(|f| &f.name);
        let globals = module.globals.iter().filter(|g| g.data.is_none() && g.alias.is_none()).map(|g| &g.name);
        functions.chain(globals).any(|name| cxx(name))
    })
}

/// Whether the symbol is defined.
pub fn defines(module: &Module, symbol: &str) -> bool {
    let function = module.funcs.iter().any(|f| f.name == symbol && f.is_defined());
    function || module.globals.iter().any(|g| g.name == symbol && (g.data.is_some() || g.alias.is_some()))
}
