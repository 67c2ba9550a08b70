//! Comdats: which module's copy of a group counts.

use super::Problem;
use super::symbols::{Facts, Symbols};
use rheo_ir::{ComdatKind, Module};
use rustc_hash::FxHashMap;

/// One module's copy of a group.
struct Group {
    module: usize,
    kind: ComdatKind,
    /// Size of the data that has the group's name, if there is such.
    bytes: Option<u64>,
}

/// Chooses a module for every group, and says for each symbol whether its definition goes with a copy that was not
/// chosen.
pub(super) fn select(modules: &[Module], symbols: &Symbols, problems: &mut Vec<Problem>) -> Vec<bool> {
    let mut dropped = vec![false; symbols.len()];
    if modules.iter().all(|m| m.comdats.is_empty()) {
        return dropped;
    }
    let mut chosen: FxHashMap<&str, Group> = FxHashMap::default();
    for (m, module) in modules.iter().enumerate() {
        let mut sizes: FxHashMap<&str, u64> = FxHashMap::default();
        let defined = module.globals.iter().filter(|g| g.data.is_some());
        sizes.extend(defined.map(|g| (g.name.as_str(), g.bytes)));
        for comdat in &module.comdats {
            let new = Group { module: m, kind: comdat.kind, bytes: sizes.get(comdat.name.as_str()).copied() };
            match chosen.entry(&comdat.name) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(new);
                }
                std::collections::hash_map::Entry::Occupied(mut entry) => match choose(entry.get(), &new) {
                    Ok(false) => {}
                    Ok(true) => *entry.get_mut() = new,
                    Err(reason) => problems.push(Problem::Comdat {
                        comdat: comdat.name.clone(),
                        first: modules[entry.get().module].name.clone(),
                        second: module.name.clone(),
                        reason,
                    }),
                },
            }
        }
    }
    for node in symbols.nodes() {
        let (m, _) = symbols.home(node);
        let group = Facts::of(modules, symbols, node).comdat.and_then(|name| chosen.get(name));
        dropped[node.index()] = group.is_some_and(|group| group.module != m);
    }
    dropped
}

/// Whether the second copy replaces the first.
fn choose(first: &Group, second: &Group) -> Result<bool, &'static str> {
    let kind = match (first.kind, second.kind) {
        (a, b) if a == b => a,
        (ComdatKind::Any, ComdatKind::Largest) | (ComdatKind::Largest, ComdatKind::Any) => ComdatKind::Largest,
        _ => return Err("are chosen by different rules"),
    };
    match kind {
        ComdatKind::Any => Ok(false),
        ComdatKind::NoDeduplicate => Err("must not both exist"),
        ComdatKind::Largest => Ok(second.bytes > first.bytes),
        ComdatKind::ExactMatch | ComdatKind::SameSize if first.bytes != second.bytes => Err("differ in size"),
        ComdatKind::ExactMatch | ComdatKind::SameSize => Ok(false),
    }
}
