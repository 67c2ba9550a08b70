//! Where things lie: the workspace, the `rheo` command, the folder for everything that is fetched or made.

use std::path::{Path, PathBuf};

/// The workspace's top folder.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the crate lies one level below the workspace").to_path_buf()
}

/// A file of this crate, by its path below `tests/`.
pub fn ours(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// Folder for fetched sources and everything compiled from them; may be deleted at any time.
pub fn corpus() -> PathBuf {
    target().join("corpus")
}

/// The `rheo` command: `$RHEO`, or the one that `cargo build` makes.
pub fn rheo() -> PathBuf {
    match std::env::var_os("RHEO") {
        Some(path) => workspace().join(path),
        None => target().join("debug/rheo"),
    }
}

/// Whether the long forms of the suites were asked for (`./x test --full`).
pub fn full() -> bool {
    std::env::var_os("RHEO_FULL").is_some_and(|v| v != "0")
}
