//! Lists of known failures: one a line, `NAME REASON…`, `#` starts a comment. A listed test has to fail.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Known failures by test name, with their reasons.
#[derive(Debug, Default)]
pub struct Known {
    reasons: BTreeMap<String, String>,
}

impl Known {
    /// Reads a list.
    pub fn read(path: &Path) -> Result<Known> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut reasons = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((name, reason)) = line.split_once(char::is_whitespace) else {
                bail!("{}:{}: {line} is listed without a reason", path.display(), index + 1);
            };
            if reasons.insert(name.to_owned(), reason.trim().to_owned()).is_some() {
                bail!("{}:{}: {name} is listed twice", path.display(), index + 1);
            }
        }
        Ok(Known { reasons })
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        self.reasons.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The names listed.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.reasons.keys().map(String::as_str)
    }

    /// Turns a test's result round where it is listed.
    pub fn judge(&self, name: &str, result: Result<(), String>) -> Result<(), String> {
        match (self.reasons.get(name), result) {
            (None, result) => result,
            (Some(_), Err(_)) => Ok(()),
            (Some(reason), Ok(())) => {
                Err(format!("{name} passes now: take it off the list of known failures (there because: {reason})"))
            }
        }
    }
}
