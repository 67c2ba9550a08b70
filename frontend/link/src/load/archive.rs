//! Archives of bitcode: members, and which symbols they define.

use super::InputError;
use super::input::{Embedded, embedded, is_bitcode};
use object::read::archive::ArchiveFile;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// An archive in memory.
pub(super) struct Archive {
    path: PathBuf,
    bytes: Vec<u8>,
    members: Vec<Member>,
}

struct Member {
    name: String,
    contents: Contents,
    /// Names in the archive's symbol table.
    listed: Vec<String>,
}

enum Contents {
    Here(Range<usize>),
    /// In a file beside the (thin) archive.
    Beside(PathBuf),
}

/// What a member defines, as far as the archive tells.
pub(super) enum Defines<'a> {
    Names(&'a [String]),
    Unknown,
    /// Not bitcode, and the archive lists nothing for it.
    Nothing,
}

impl Archive {
    pub(super) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Self, InputError> {
        let broken = |message: String| InputError::Archive { path: path.to_owned(), message };
        let mut members = Vec::new();
        let mut by_start: FxHashMap<u64, usize> = FxHashMap::default();
        {
            let file = ArchiveFile::parse(&bytes[..]).map_err(|e| broken(e.to_string()))?;
            for member in file.members() {
                let member = member.map_err(|e| broken(e.to_string()))?;
                let name = String::from_utf8_lossy(member.name()).into_owned();
                let contents = if member.is_thin() {
                    Contents::Beside(path.parent().unwrap_or(Path::new("")).join(&name))
                } else {
                    let (start, length) = member.file_range();
                    let range = usize::try_from(start).ok().zip(usize::try_from(length).ok());
                    let range = range.and_then(|(start, length)| Some(start..start.checked_add(length)?));
                    let range = range.filter(|r| r.end <= bytes.len());
                    by_start.insert(start, members.len());
                    Contents::Here(range.ok_or_else(|| broken(format!("{name} ends beyond the archive")))?)
                };
                members.push(Member { name, contents, listed: Vec::new() });
            }
            // A table that cannot be read is as good as none: the members know what they define.
            for symbol in file.symbols().ok().flatten().into_iter().flatten().filter_map(Result::ok) {
                let Ok(member) = file.member(symbol.offset()) else { continue };
                if let (false, Some(&i)) = (member.is_thin(), by_start.get(&member.file_range().0))
                    && let Ok(name) = std::str::from_utf8(symbol.name())
                {
                    members[i].listed.push(name.to_owned());
                }
            }
        }
        Ok(Archive { path: path.to_owned(), bytes, members })
    }

    /// Number of members.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// Name of a member, for people: `lib.a(part.o)`.
    pub(super) fn name(&self, i: usize) -> String {
        format!("{}({})", self.path.display(), self.members[i].name)
    }

    /// What a member defines.
    pub(super) fn defines(&self, i: usize) -> Defines<'_> {
        let member = &self.members[i];
        match &member.contents {
            _ if !member.listed.is_empty() => Defines::Names(&member.listed),
            // `ar` without LLVM's plugin lists nothing for bitcode.
            Contents::Here(range) => match embedded(&self.bytes[range.clone()]) {
                Embedded::Bitcode(_) => Defines::Unknown,
                Embedded::NoObject if is_bitcode(&self.bytes[range.clone()]) => Defines::Unknown,
                _ => Defines::Nothing,
            },
            Contents::Beside(_) => Defines::Unknown,
        }
    }

    /// Bitcode of a member.
    pub(super) fn bitcode(&self, i: usize) -> Result<Cow<'_, [u8]>, InputError> {
        let bytes = match &self.members[i].contents {
            Contents::Here(range) => Cow::Borrowed(&self.bytes[range.clone()]),
            Contents::Beside(path) => {
                Cow::Owned(std::fs::read(path).map_err(|source| InputError::Io { path: path.clone(), source })?)
            }
        };
        let part = match embedded(&bytes) {
            Embedded::NoObject => return Ok(bytes),
            Embedded::Bitcode(part) => part.to_vec(),
            Embedded::Nothing(found) => return Err(InputError::Native { name: self.name(i), found }),
        };
        Ok(Cow::Owned(part))
    }
}
