//! The profile: how often each function was called and each block run, in which build. A JSON file, versioned.
//!
//! Owns the format and merging. What the counts are worth is the planner's.

use rheo_ir::Body;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const FORMAT: &str = "rheo-profile";
const VERSION: u32 = 1;

/// Counts from one or more runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    /// The builds that were run, in hexadecimal, sorted, each once.
    pub builds: Vec<String>,
    /// Number of runs added up.
    pub runs: u64,
    /// The functions counted, by linkage name. A function that is missing was not measured; one that was measured and
    /// never called has zeroes.
    pub functions: BTreeMap<String, FunctionProfile>,
}

/// Counts of one function.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionProfile {
    /// Calls.
    pub calls: u64,
    /// Executions of each block, by its number in the IR.
    pub blocks: Vec<u64>,
}

/// Operations executed in each block of a function, from the executions of each.
pub fn work<'a>(body: &'a Body, executions: &'a [u64]) -> impl Iterator<Item = u128> + 'a {
    body.blocks.iter().zip(executions).map(|(block, &n)| block.insts.len() as u128 * u128::from(n))
}

/// Why a profile cannot be read or merged.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not JSON of this shape.
    #[error("not a profile: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Some other JSON file.
    #[error("not a profile: its `format` is `{0}`, not `{FORMAT}`")]
    Format(String),
    /// Written by another version of Rheo.
    #[error("profile of version {0}; this Rheo reads version {VERSION}")]
    Version(u32),
    /// One function stands in the file twice.
    #[error("function `{0}` is in the profile twice")]
    Duplicate(String),
    /// The two programs are not the same.
    #[error(
        "function `{function}` has {left} blocks in one profile and {right} in the other: they are of different programs"
    )]
    Mismatch {
        /// Linkage name.
        function: String,
        /// Blocks in the first profile.
        left: usize,
        /// Blocks in the second profile.
        right: usize,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    #[serde(default)]
    builds: Vec<String>,
    #[serde(default)]
    runs: u64,
    functions: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    calls: u64,
    blocks: Vec<u64>,
}

/// What stands at the front of every version's file, read first so that another version is named as such.
#[derive(Deserialize)]
struct Front {
    format: String,
    version: u32,
}

impl Profile {
    /// Reads a profile file's contents.
    pub fn read(json: &[u8]) -> Result<Profile, ProfileError> {
        let front: Front = serde_json::from_slice(json)?;
        if front.format != FORMAT {
            return Err(ProfileError::Format(front.format));
        }
        if front.version != VERSION {
            return Err(ProfileError::Version(front.version));
        }
        let file: File = serde_json::from_slice(json)?;
        let mut profile = Profile { builds: file.builds, runs: file.runs, functions: BTreeMap::new() };
        profile.builds.sort();
        profile.builds.dedup();
        for Row { name, calls, blocks } in file.functions {
            let duplicate = profile.functions.insert(name.clone(), FunctionProfile { calls, blocks });
            if duplicate.is_some() {
                return Err(ProfileError::Duplicate(name));
            }
        }
        Ok(profile)
    }

    /// The file's contents: one line a function, so that two profiles can be compared.
    pub fn write(&self) -> String {
        let json = |s: &str| serde_json::to_string(s).expect("a string is representable");
        let builds: Vec<String> = self.builds.iter().map(|b| json(b)).collect();
        let mut out = format!(
            "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"builds\":[{}],\"runs\":{},\"functions\":[",
            builds.join(","),
            self.runs
        );
        for (i, (name, f)) in self.functions.iter().enumerate() {
            let blocks: Vec<String> = f.blocks.iter().map(u64::to_string).collect();
            let comma = if i == 0 { "" } else { "," };
            out += &format!(
                "{comma}\n{{\"name\":{},\"calls\":{},\"blocks\":[{}]}}",
                json(name),
                f.calls,
                blocks.join(",")
            );
        }
        out += "\n]}\n";
        out
    }

    /// Adds another profile of the same program. Sums stop at the largest number.
    pub fn merge(&mut self, other: &Profile) -> Result<(), ProfileError> {
        for (name, right) in &other.functions {
            if let Some(left) = self.functions.get(name)
                && left.blocks.len() != right.blocks.len()
            {
                return Err(ProfileError::Mismatch {
                    function: name.clone(),
                    left: left.blocks.len(),
                    right: right.blocks.len(),
                });
            }
        }
        for (name, right) in &other.functions {
            let left = self
                .functions
                .entry(name.clone())
                .or_insert_with(|| FunctionProfile { calls: 0, blocks: vec![0; right.blocks.len()] });
            left.calls = left.calls.saturating_add(right.calls);
            for (l, r) in left.blocks.iter_mut().zip(&right.blocks) {
                *l = l.saturating_add(*r);
            }
        }
        let known: FxHashSet<&String> = self.builds.iter().collect();
        let new: Vec<String> = other.builds.iter().filter(|b| !known.contains(b)).cloned().collect();
        self.builds.extend(new);
        self.builds.sort();
        self.builds.dedup();
        self.runs = self.runs.saturating_add(other.runs);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Profile {
        let main = FunctionProfile { calls: 1, blocks: vec![1, 10] };
        let odd = FunctionProfile { calls: u64::MAX, blocks: vec![] };
        Profile {
            builds: vec!["00ff".into()],
            runs: 1,
            functions: [("main".to_owned(), main), ("-[A \"b\":\n]".to_owned(), odd)].into(),
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let p = sample();
        assert_eq!(Profile::read(p.write().as_bytes()).expect("well-formed"), p);
    }

    #[test]
    fn merges() {
        let mut p = sample();
        p.merge(&sample()).expect("same program");
        assert_eq!(p.functions["main"], FunctionProfile { calls: 2, blocks: vec![2, 20] });
        assert_eq!(p.functions["-[A \"b\":\n]"].calls, u64::MAX);
        assert_eq!((p.runs, p.builds.len()), (2, 1));
        let mut other = sample();
        other.functions.get_mut("main").expect("there").blocks.push(0);
        assert!(matches!(p.merge(&other), Err(ProfileError::Mismatch { left: 2, right: 3, .. })));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, what) in [
            ("", "not a profile"),
            ("[]", "not a profile"),
            (r#"{"format":"x","version":1}"#, "`format` is `x`"),
            (r#"{"format":"rheo-profile","version":9,"new":1}"#, "version 9"),
            (
                r#"{"format":"rheo-profile","version":1,"functions":[{"name":"f","calls":-1,"blocks":[]}]}"#,
                "not a profile",
            ),
        ] {
            let error = Profile::read(text.as_bytes()).expect_err(text).to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
        let twice = r#"{"name":"f","calls":1,"blocks":[]}"#;
        let twice = format!(r#"{{"format":"rheo-profile","version":1,"functions":[{twice},{twice}]}}"#);
        assert!(matches!(Profile::read(twice.as_bytes()), Err(ProfileError::Duplicate(_))));
    }
}
