//! Whether all modules are for one machine.

use super::Problem;
use rheo_ir::Module;

/// Compares each module with the first that names its target.
pub(super) fn check(modules: &[Module], problems: &mut Vec<Problem>) {
    type Text = fn(&Module) -> &str;
    type Same = fn(&str, &str) -> bool;
    let properties: [(Text, Same); 2] = [(|m| &m.triple, same_triple), (|m| &m.data_layout, |a, b| a == b)];
    for (text, same) in properties {
        let mut named = modules.iter().filter(|m| !text(m).is_empty());
        let Some(first) = named.next() else { continue };
        if let Some(second) = named.find(|m| !same(text(first), text(m))) {
            problems.push(Problem::Target {
                first: first.name.clone(),
                first_target: text(first).to_string(),
                second: second.name.clone(),
                second_target: text(second).to_string(),
            });
            return;
        }
    }
}

/// Whether triples name the same machine, system and ABI. Vendors and versions of the system do not matter.
fn same_triple(a: &str, b: &str) -> bool {
    a == b || parts(a) == parts(b)
}

fn parts(triple: &str) -> Vec<&str> {
    triple
        .split('-')
        .enumerate()
        .filter(|(_, part)| !matches!(*part, "unknown" | "pc" | "none" | "apple" | ""))
        .map(|(i, part)| match part {
            "arm64" if i == 0 => "aarch64",
            "amd64" if i == 0 => "x86_64",
            _ if i == 0 => part,
            _ => part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'),
        })
        .collect()
}
