//! Compiles the shipping form of the runtime: one relocatable object, with `core` alone.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(rheo_ship)");
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=include");
    println!("cargo::rerun-if-changed=ship.args");
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name: &str| env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"));
    let object = PathBuf::from(var("OUT_DIR")).join("rheo-runtime.o");
    let mut rustc = Command::new(var("RUSTC"));
    // The options are in a file so that the same serve other targets.
    rustc.args(["@ship.args", "--target", &var("TARGET"), "-o"]).arg(&object).arg("src/lib.rs");
    let status = rustc.status().unwrap_or_else(|e| panic!("cannot run {rustc:?}: {e}"));
    assert!(status.success(), "compiling the runtime failed: {rustc:?}");
}
