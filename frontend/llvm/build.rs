//! Compiles `guard.cpp` and `subtarget.cpp` against LLVM's headers.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/guard.cpp");
    println!("cargo::rerun-if-changed=src/subtarget.cpp");
    println!("cargo::rerun-if-env-changed=LLVM_SYS_191_PREFIX");
    let prefix = std::env::var("LLVM_SYS_191_PREFIX").expect(".cargo/config.toml names LLVM's folder");
    let config = format!("{prefix}/bin/llvm-config");
    let output = Command::new(&config).arg("--includedir").output();
    let output = output.unwrap_or_else(|e| panic!("{config}: {e} (llvm-19-dev is needed; ./x setup installs it)"));
    let include = String::from_utf8(output.stdout).expect("a path");
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .flag_if_supported("-fno-rtti")
        .include(include.trim())
        .warnings(false)
        .file("src/guard.cpp")
        .file("src/subtarget.cpp")
        .compile("rheo_guard");
}
