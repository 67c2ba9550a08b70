//! What a throw costs in each tier.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use crate::rheo::{Run, rheo_with};
use crate::{clang, places};

/// Nanoseconds, natively, in bytecode, as machine code of Rheo's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Throws {
    /// One that the caller catches.
    pub caught_by_caller: [f64; 3],
    /// More for each frame passed.
    pub frame: [f64; 3],
    /// More for each frame passed that cleans up.
    pub frame_with_clean_up: [f64; 3],
}

const LIMIT: Duration = Duration::from_secs(600);

impl Throws {
    /// The least of several runs in turns.
    pub fn measure(rounds: usize) -> Result<Throws> {
        let bitcode = clang::bitcode(&places::ours("exceptions/cost.cpp"), &["-O2".into()], &[])?;
        let folder = tempfile::tempdir()?;
        let programs = programs(&bitcode, folder.path())?;
        let run = Run { limit: LIMIT, ..Run::of(vec![bitcode]) };
        let mut least = [[f64::INFINITY; 3]; 3];
        for _ in 0..rounds.max(1) {
            for (which, program) in programs.iter().enumerate() {
                let outcome = run.executable(program)?;
                let text = outcome.stdout_text();
                let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
                if !outcome.succeeded() || numbers.len() != least.len() {
                    bail!("{} ended by {} after {text:?}", program.display(), outcome.end);
                }
                least.iter_mut().zip(numbers).for_each(|(least, n)| least[which] = least[which].min(n));
            }
        }
        let [caught_by_caller, frame, frame_with_clean_up] = least;
        Ok(Throws { caught_by_caller, frame, frame_with_clean_up })
    }

    /// Heads and rows.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let heads = ["exceptions, ns", "native -O2", "bytecode", "AOT"];
        let rows = [
            ("throw, caught by the caller", self.caught_by_caller),
            ("a frame passed", self.frame),
            ("a frame with a clean-up passed", self.frame_with_clean_up),
        ];
        let row = |(what, ns): (&str, [f64; 3])| {
            [what.to_owned()].into_iter().chain(ns.map(|ns| format!("{ns:.0}"))).collect()
        };
        (heads.map(str::to_owned).into(), rows.into_iter().map(row).collect())
    }
}

/// The program made of the bitcode natively, as bytecode, and as machine code.
fn programs(bitcode: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut programs = vec![clang::native(&[bitcode.to_owned()], &["-lstdc++".to_owned()])?];
    for tier in ["bytecode", "aot"] {
        let product = folder.join(tier);
        let (file, out) = (bitcode.display().to_string(), product.display().to_string());
        let outcome = rheo_with(["build", &file, "-l", "stdc++", "--tier", tier, "-o", &out], LIMIT)?;
        if !outcome.succeeded() {
            bail!("rheo build of {file} ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        programs.push(product);
    }
    Ok(programs)
}
