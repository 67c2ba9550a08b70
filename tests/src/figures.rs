//! What `rheo build --json` says, and the size of native code.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use object::{Object, ObjectSection};
use serde::{Deserialize, Serialize};

/// Bytes that Rheo adds to a program, by what they hold.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Bytes {
    /// The interpreter's handlers.
    pub interpreter: u64,
    /// Bytecode.
    pub bytecode: u64,
    /// Machine code of functions.
    pub aot: u64,
    /// Function tables, symbols, stubs, descriptors, positions.
    pub tables: u64,
    /// The runtime.
    pub runtime: u64,
    /// All of them.
    pub total: u64,
}

/// Functions by tier.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Functions {
    /// As bytecode.
    pub bytecode: u64,
    /// As machine code.
    pub aot: u64,
}

/// A build's figures.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Sizes.
    pub bytes: Bytes,
    /// Counts.
    pub functions: Functions,
}

impl Figures {
    /// Reads the output of `rheo build --json`.
    pub fn read(json: &[u8]) -> Result<Figures> {
        let figures: Figures = serde_json::from_slice(json)
            .with_context(|| format!("not the figures of a build: {}", String::from_utf8_lossy(json)))?;
        let b = figures.bytes;
        let sum = b.interpreter + b.bytecode + b.aot + b.tables + b.runtime;
        anyhow::ensure!(sum == b.total, "the parts are {sum} bytes, the total {}", b.total);
        Ok(figures)
    }
}

/// Bytes of section `.text` of an executable or object, and of sections named after it (`.text.unlikely`).
pub fn text_bytes(path: &Path) -> Result<u64> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("{} is no object", path.display()))?;
    let text = |s: &object::Section<'_, '_>| s.name().is_ok_and(|name| name == ".text" || name.starts_with(".text."));
    Ok(file.sections().filter(text).map(|s| s.size()).sum())
}
