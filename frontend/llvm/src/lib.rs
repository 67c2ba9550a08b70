//! LLVM modules in: bitcode and textual IR become [`rheo_ir::Module`]; and the few things that LLVM does for us on
//! the way out ([`optimize`], [`compile_shims`]).
//!
//! Owns every use of LLVM. Reading keeps the module's own layout and ABI, and makes them explicit; what LLVM's types
//! become is listed in `types`, how functions are called in `call` and `variadic`. Debug intrinsics are dropped.
//!
//! [`read`] may be called from many threads at once: each call has an LLVM context of its own.

mod asm;
mod atomics;
mod call;
mod cleanup;
mod codegen;
mod constant;
mod control;
mod convention;
mod convert;
mod crash;
mod data;
mod error;
mod float;
mod function;
mod ifunc;
mod intrinsics;
mod lanewise;
mod llvm;
mod math;
mod memory;
mod module;
mod native;
mod packed;
mod position;
mod processor;
mod reduce;
mod scalar;
mod shim;
mod shuffle;
mod stack_use;
mod transfer;
mod treatment;
mod types;
mod unwind;
mod variadic;
mod vector;
mod wide;
mod x86;

pub use codegen::{ShimError, compile_shims, is_unoptimized, optimize, optimize_each};
pub use error::{ReadError, Unsupported};
pub use treatment::{Family, Treatment, intrinsics};

use std::path::Path;

/// First bytes of raw bitcode.
const RAW_MAGIC: [u8; 4] = *b"BC\xc0\xde";
/// First bytes of bitcode in Apple's wrapper.
const WRAPPER_MAGIC: [u8; 4] = [0xde, 0xc0, 0x17, 0x0b];

/// Reads a module from bitcode (clang 9 to 19) or textual IR. `name` stands for the file in errors, and becomes the
/// module's name.
pub fn read(bytes: &[u8], name: &str) -> Result<rheo_ir::Module, ReadError> {
    let is_bitcode = bytes.starts_with(&RAW_MAGIC) || bytes.starts_with(&WRAPPER_MAGIC);
    if !is_bitcode && let Some(found) = foreign(bytes) {
        return Err(ReadError::NotBitcode { name: name.to_owned(), found: found.to_owned() });
    }
    let malformed = |message| ReadError::Malformed { name: name.to_owned(), message };
    let read = || module::ModuleReader::read(llvm::Source::parse(bytes, name).map_err(malformed)?, name);
    crash::guarded(read).map_err(malformed)?
}

/// Reads a module from a file.
pub fn read_file(path: &Path) -> Result<rheo_ir::Module, ReadError> {
    let bytes = std::fs::read(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
    read(&bytes, &path.display().to_string())
}

/// What bytes that are not bitcode are, if they are certainly not textual IR either.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: &[(&[u8], &str)] = &[
        (b"\x7fELF", "an ELF object or program (compile with -emit-llvm or -flto)"),
        (b"!<arch>\n", "an archive"),
        (b"!<thin>\n", "a thin archive"),
        (b"MZ", "a Windows program or library"),
        (b"\xcf\xfa\xed\xfe", "a Mach-O object or program (compile with -emit-llvm or -flto)"),
        (b"\xca\xfe\xba\xbe", "a universal Mach-O file or Java class"),
        (b"\0asm", "a WebAssembly module"),
        (b"\x64\x86", "a COFF object"),
        (b"\x1f\x8b", "gzip-compressed data"),
        (b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
        (b"PK\x03\x04", "a ZIP file"),
        (b"CPCH", "a precompiled header"),
        (b"#!", "a script"),
    ];
    if bytes.is_empty() {
        return Some("an empty file");
    }
    if let Some((_, found)) = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(found);
    }
    if RAW_MAGIC.starts_with(bytes) || WRAPPER_MAGIC.starts_with(bytes) {
        return Some("the first bytes of truncated bitcode");
    }
    if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
        return Some("binary data of no known kind");
    }
    None
}
