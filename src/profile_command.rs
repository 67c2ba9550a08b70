//! `rheo profile`: converting, merging and listing profiles.

use crate::output::companion;
use crate::{cli, output};
use anyhow::{Context, Result, bail};
use rheo_profiles::{CodeMap, Profile, RawCounts, is_raw};
use std::path::{Path, PathBuf};

/// Runs a `rheo profile` command.
pub fn profile(command: &cli::Profile) -> Result<()> {
    match command {
        cli::Profile::Convert { counts, map, output } => {
            let profile = convert(counts, map)?;
            output::write(output, profile.write().as_bytes())
        }
        cli::Profile::Merge { profiles, output } => {
            let mut sum = Profile::default();
            for path in profiles {
                sum.merge(&read(path)?).with_context(|| path.display().to_string())?;
            }
            output::write(output, sum.write().as_bytes())
        }
        cli::Profile::Show { profile, top, json } => show(&read(profile)?, *top, *json),
    }
}

/// Reads a profile, not raw counts.
fn read(path: &Path) -> Result<Profile> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if is_raw(&bytes) {
        bail!(
            "{0}: these are a program's raw counts; `rheo profile convert {0} --map PROGRAM.map` makes them a profile",
            path.display()
        );
    }
    Profile::read(&bytes).with_context(|| path.display().to_string())
}

fn convert(counts: &Path, map: &Path) -> Result<Profile> {
    let bytes = std::fs::read(counts).with_context(|| format!("cannot read {}", counts.display()))?;
    let counts_read = RawCounts::read(&bytes).with_context(|| counts.display().to_string())?;
    let bytes = std::fs::read(map).with_context(|| {
        format!(
            "{} holds raw counts, and the code map {} cannot be read; name the .map file of the build that wrote them with --map",
            counts.display(),
            map.display()
        )
    })?;
    let code_map = CodeMap::read(&bytes).with_context(|| map.display().to_string())?;
    counts_read.to_profile(&code_map).with_context(|| format!("{} and {}", counts.display(), map.display()))
}

/// The code map to read counts with when none is named: the one called as the counts are (`game.counts`, `game.map`),
/// else the one that the last build of `output` wrote.
pub fn map_beside(counts: &Path, output: Option<&Path>) -> PathBuf {
    let named_alike = counts.with_extension("map");
    match output {
        Some(program) if !named_alike.exists() => companion(program, "map"),
        _ => named_alike,
    }
}

/// Reads a profile or, with the code map of the build, the counts that a program wrote.
pub fn read_any(path: &Path, map: &Path) -> Result<Profile> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    if is_raw(&bytes) { convert(path, map) } else { Profile::read(&bytes).with_context(|| path.display().to_string()) }
}

fn show(profile: &Profile, top: usize, json: bool) -> Result<()> {
    let mut rows: Vec<(&String, u64, u64)> = profile
        .functions
        .iter()
        .map(|(name, f)| (name, f.calls, f.blocks.iter().fold(0u64, |sum, n| sum.saturating_add(*n))))
        .collect();
    rows.sort_by_key(|&(name, calls, blocks)| (std::cmp::Reverse((blocks, calls)), name));
    let never = rows.iter().filter(|r| r.2 == 0 && r.1 == 0).count();
    let shown = rows.iter().take(top);
    if json {
        let functions: Vec<_> = shown
            .map(|(name, calls, blocks)| serde_json::json!({"name": name, "calls": calls, "block_executions": blocks}))
            .collect();
        let report = serde_json::json!({
            "builds": profile.builds, "runs": profile.runs, "functions": profile.functions.len(),
            "never_run": never, "top": functions,
        });
        return output::print(&format!("{report:#}\n"));
    }
    let mut text = format!(
        "{} runs of {}\n{} functions measured, {never} of them never run\n{:>16} {:>14}  function\n",
        profile.runs,
        profile.builds.join(", "),
        profile.functions.len(),
        "block executions",
        "calls"
    );
    for (name, calls, blocks) in shown {
        text += &format!("{blocks:>16} {calls:>14}  {name}\n");
    }
    output::print(&text)
}
