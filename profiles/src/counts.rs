//! What a running program writes: one 32-bit count for each byte of its bytecode. With the code map that its build
//! left, these become a [`Profile`].
//!
//! Layout, little-endian: `magic: [u8; 8]`, `version: u32`, `code_bytes: u32`, `build id: u64`, `reserved: u64`, then
//! `code_bytes` counts of 4 bytes. The count of an instruction stands at the offset of its first byte. A count that
//! reaches the largest number stays there.

use crate::profile::{FunctionProfile, Profile};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 8] = b"RHEOPROF";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 32;

/// Whether a file is a program's raw counts rather than a profile.
pub fn is_raw(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

/// A program's raw counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawCounts {
    /// The build that was run.
    pub build_id: u64,
    /// Executions, by code offset.
    pub counts: Vec<u32>,
}

/// Why raw counts cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RawCountsError {
    /// No raw counts at all.
    #[error("not a file of raw counts: it does not begin with `RHEOPROF`")]
    Magic,
    /// Ends too early, or late.
    #[error("raw counts of {found} bytes where {expected} are due: the file is truncated or damaged")]
    Length {
        /// Bytes due.
        expected: u64,
        /// Bytes there.
        found: u64,
    },
    /// Written by another runtime.
    #[error("raw counts of version {0}; this Rheo reads version {VERSION}")]
    Version(u32),
    /// Of another build than the code map.
    #[error("raw counts of build {counts:016x}, but the code map is of build {map:016x}")]
    Build {
        /// Build that was run.
        counts: u64,
        /// Build that the map describes.
        map: u64,
    },
    /// As long as another build's code.
    #[error("raw counts of {counts} code bytes, but the code map is of {map}")]
    CodeBytes {
        /// Code bytes counted.
        counts: u64,
        /// Code bytes that the map describes.
        map: u64,
    },
}

impl RawCounts {
    /// Reads a raw counts file's contents.
    pub fn read(file: &[u8]) -> Result<RawCounts, RawCountsError> {
        if !is_raw(file) {
            return Err(RawCountsError::Magic);
        }
        let found = file.len() as u64;
        if file.len() < HEADER_BYTES {
            return Err(RawCountsError::Length { expected: HEADER_BYTES as u64, found });
        }
        let u32_at = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("4 bytes"));
        let version = u32_at(8);
        if version != VERSION {
            return Err(RawCountsError::Version(version));
        }
        let expected = HEADER_BYTES as u64 + 4 * u64::from(u32_at(12));
        if found != expected {
            return Err(RawCountsError::Length { expected, found });
        }
        let build_id = u64::from_le_bytes(file[16..24].try_into().expect("8 bytes"));
        let counts =
            file[HEADER_BYTES..].chunks_exact(4).map(|c| u32::from_le_bytes(c.try_into().expect("4 bytes"))).collect();
        Ok(RawCounts { build_id, counts })
    }

    /// The counts by function and block.
    pub fn to_profile(&self, map: &CodeMap) -> Result<Profile, RawCountsError> {
        if self.build_id != map.build_id {
            return Err(RawCountsError::Build { counts: self.build_id, map: map.build_id });
        }
        if self.counts.len() as u64 != u64::from(map.code_bytes) {
            return Err(RawCountsError::CodeBytes { counts: self.counts.len() as u64, map: map.code_bytes.into() });
        }
        let at = |offset: u32| self.counts.get(offset as usize).copied().map_or(0, u64::from);
        let functions = map
            .functions
            .iter()
            .map(|f| {
                let blocks = f.blocks.iter().map(|b| b.map_or(0, at)).collect();
                (f.name.clone(), FunctionProfile { calls: at(f.entry), blocks })
            })
            .collect();
        Ok(Profile { builds: vec![format!("{:016x}", self.build_id)], runs: 1, functions })
    }
}

/// Where the functions and blocks of one build lie in its bytecode.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeMap {
    /// Always `rheo-map`.
    format: String,
    version: u32,
    /// The build.
    #[serde(with = "hexadecimal")]
    pub build_id: u64,
    /// Bytes of bytecode.
    pub code_bytes: u32,
    /// Functions in bytecode.
    pub functions: Vec<MappedFunction>,
}

/// Where one function lies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedFunction {
    /// Linkage name.
    pub name: String,
    /// Code offset of an instruction that runs once a call.
    pub entry: u32,
    /// Code offset of each IR block's first instruction; none where a block left no code.
    pub blocks: Vec<Option<u32>>,
}

/// Why a code map cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CodeMapError {
    /// Not JSON of this shape.
    #[error("not a code map: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Another file or version.
    #[error("not a code map of version {MAP_VERSION}: it says `{format}` version {version}")]
    Version {
        /// Format named.
        format: String,
        /// Version named.
        version: u32,
    },
    /// An offset past the code.
    #[error("the code map places function `{0}` outside the code, or twice")]
    Place(String),
}

const MAP_FORMAT: &str = "rheo-map";
const MAP_VERSION: u32 = 1;

impl CodeMap {
    /// The map of a build.
    pub fn new(build_id: u64, code_bytes: u32, functions: Vec<MappedFunction>) -> CodeMap {
        CodeMap { format: MAP_FORMAT.to_owned(), version: MAP_VERSION, build_id, code_bytes, functions }
    }

    /// Reads a code map file's contents.
    pub fn read(json: &[u8]) -> Result<CodeMap, CodeMapError> {
        let map: CodeMap = serde_json::from_slice(json)?;
        if map.format != MAP_FORMAT || map.version != MAP_VERSION {
            return Err(CodeMapError::Version { format: map.format, version: map.version });
        }
        let mut names = FxHashSet::default();
        for f in &map.functions {
            let inside = |&o: &u32| o < map.code_bytes;
            if !inside(&f.entry) || !f.blocks.iter().flatten().all(inside) || !names.insert(&f.name) {
                return Err(CodeMapError::Place(f.name.clone()));
            }
        }
        Ok(map)
    }

    /// The file's contents.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("numbers and strings are representable") + "\n"
    }
}

mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(id: &u64, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{id:016x}"))
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(d: D) -> Result<u64, D::Error> {
        let text = <std::borrow::Cow<'a, str>>::deserialize(d)?;
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(build_id: u64, counts: &[u32]) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_le_bytes());
        file.extend(u32::try_from(counts.len()).expect("small").to_le_bytes());
        file.extend(build_id.to_le_bytes());
        file.extend([0; 8]);
        file.extend(counts.iter().flat_map(|c| c.to_le_bytes()));
        file
    }

    #[test]
    fn counts_become_a_profile() {
        let f = MappedFunction { name: "f".into(), entry: 0, blocks: vec![Some(1), None, Some(3)] };
        let map = CodeMap::new(7, 4, vec![f]);
        assert_eq!(CodeMap::read(map.write().as_bytes()).expect("well-formed"), map);
        let profile = RawCounts::read(&raw(7, &[2, 2, 0, 9])).and_then(|c| c.to_profile(&map)).expect("they fit");
        assert_eq!(profile.functions["f"], FunctionProfile { calls: 2, blocks: vec![2, 0, 9] });
        let other = RawCounts::read(&raw(8, &[0; 4])).expect("well-formed");
        assert_eq!(other.to_profile(&map), Err(RawCountsError::Build { counts: 8, map: 7 }));
    }

    #[test]
    fn damaged_files() {
        let good = raw(1, &[1, 2, 3]);
        for n in 0..good.len() {
            assert!(RawCounts::read(&good[..n]).is_err(), "{n}");
        }
        let mut long = good.clone();
        long.push(0);
        assert!(matches!(RawCounts::read(&long), Err(RawCountsError::Length { .. })));
        let mut newer = good;
        newer[8] = 2;
        assert_eq!(RawCounts::read(&newer), Err(RawCountsError::Version(2)));
        let outside = r#"{"format":"rheo-map","version":1,"build_id":"07","code_bytes":4,"functions":[{"name":"f","entry":4,"blocks":[]}]}"#;
        assert!(matches!(CodeMap::read(outside.as_bytes()), Err(CodeMapError::Place(_))));
    }
}
