//! What a file is: by its first bytes, and by its name where bytes do not tell.

use super::InputError;
use object::{Object, ObjectSection};
use std::path::Path;

/// A file by kind.
pub(super) enum Input {
    /// A source file for clang.
    Source,
    /// Bitcode or textual IR.
    Llvm(Vec<u8>),
    /// An archive.
    Archive(Vec<u8>),
}

/// Names that clang takes for C, C++, Objective-C and their preprocessed forms.
const SOURCES: &[&str] = &["c", "i", "C", "cc", "cp", "cpp", "cxx", "c++", "CPP", "ii", "m", "mi", "M", "mm", "mii"];

/// Reads a file, unless it is one for clang to read.
pub(super) fn open(path: &Path) -> Result<Input, InputError> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    if SOURCES.contains(&extension) {
        return Ok(Input::Source);
    }
    let bytes = std::fs::read(path).map_err(|source| InputError::Io { path: path.to_owned(), source })?;
    if bytes.starts_with(b"!<arch>\n") || bytes.starts_with(b"!<thin>\n") {
        return Ok(Input::Archive(bytes));
    }
    Ok(Input::Llvm(match embedded(&bytes) {
        Embedded::NoObject => bytes,
        Embedded::Bitcode(part) => part.to_vec(),
        Embedded::Nothing(found) => {
            return Err(InputError::Native { name: path.display().to_string(), found });
        }
    }))
}

/// Whether bytes start as bitcode does, raw or in Apple's wrapper.
pub(super) fn is_bitcode(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BC\xc0\xde") || bytes.starts_with(&[0xde, 0xc0, 0x17, 0x0b])
}

/// What bytes hold if they are an object file.
pub(super) enum Embedded<'a> {
    NoObject,
    Bitcode(&'a [u8]),
    /// Machine code alone; with the format's name.
    Nothing(&'static str),
}

/// Finds bitcode in an object: the sections of `-fembed-bitcode` and of `-ffat-lto-objects`.
pub(super) fn embedded(bytes: &[u8]) -> Embedded<'_> {
    let found = match object::FileKind::parse(bytes) {
        Ok(object::FileKind::Elf32 | object::FileKind::Elf64) => "an ELF object",
        Ok(object::FileKind::MachO32 | object::FileKind::MachO64) => "a Mach-O object",
        Ok(object::FileKind::Coff | object::FileKind::CoffBig) => "a COFF object",
        _ => return Embedded::NoObject,
    };
    let Ok(file) = object::File::parse(bytes) else { return Embedded::NoObject };
    let data = [".llvmbc", ".llvm.lto", "__bitcode"].iter().find_map(|name| {
        let data = file.section_by_name(name)?.data().ok()?;
        // Without bitcode the section is there as a mark, with one byte.
        (data.len() >= 4).then_some(data)
    });
    data.map_or(Embedded::Nothing(found), Embedded::Bitcode)
}
