//! Who may know whom: the allowed edges between the crates, as the design has them, against `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Each crate with the crates of this workspace that it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("rheo-ir", &[]),
    ("rheo-llvm", &["rheo-ir"]),
    ("rheo-link", &["rheo-ir", "rheo-llvm"]),
    ("rheo-x64", &[]),
    ("rheo-lower", &["rheo-ir"]),
    ("rheo-bytecode", &["rheo-ir"]),
    ("rheo-vmgen", &["rheo-ir", "rheo-lower", "rheo-bytecode", "rheo-x64"]),
    ("rheo-aot", &["rheo-ir", "rheo-lower", "rheo-x64"]),
    ("rheo-runtime", &[]),
    ("rheo-targets", &[]),
    ("rheo-profiles", &["rheo-ir", "rheo-targets"]),
    ("rheo-tests", &[]),
    (
        "rheo",
        &[
            "rheo-ir",
            "rheo-llvm",
            "rheo-link",
            "rheo-lower",
            "rheo-bytecode",
            "rheo-vmgen",
            "rheo-aot",
            "rheo-runtime",
            "rheo-targets",
            "rheo-profiles",
        ],
    ),
];

/// Outside crates, by the beginning of their names, that only these may use.
const RESERVED: &[(&str, &[&str])] = &[
    ("llvm-", &["rheo-llvm"]),
    ("cranelift-", &["rheo-lower", "rheo-vmgen", "rheo-aot"]),
    ("anyhow", &["rheo", "rheo-tests"]),
    ("clap", &["rheo", "rheo-tests"]),
    ("codespan-reporting", &["rheo"]),
];

/// Ordinary and build dependencies of each crate of the workspace; those of tests alone do not count.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let text = |v: &serde_json::Value| v.as_str().expect("a name").to_owned();
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let of = |p: &serde_json::Value| {
        let all = p["dependencies"].as_array().expect("a list of dependencies").iter();
        all.filter(|d| d["kind"] != "dev").map(|d| text(&d["name"])).collect()
    };
    packages.iter().map(|p| (text(&p["name"]), of(p))).collect()
}

#[test]
fn only_the_allowed_edges() {
    let mut wrong = Vec::new();
    for (name, uses) in dependencies() {
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == name) else {
            wrong.push(format!("{name}: a crate that this list does not know"));
            continue;
        };
        for used in uses {
            if used.starts_with("rheo") && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name} must not know {used}"));
            }
            for (prefix, owners) in RESERVED {
                if used.starts_with(prefix) && !owners.contains(&name.as_str()) {
                    wrong.push(format!("{name} must not use {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What ships on every platform, iOS among them, stands on nothing of the build tools.
#[test]
fn the_runtime_stands_alone() {
    let uses = &dependencies()["rheo-runtime"];
    assert!(uses.is_subset(&BTreeSet::from(["libc".to_owned()])), "{uses:?}");
}
