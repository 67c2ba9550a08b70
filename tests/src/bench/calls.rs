//! What calls cost between tiers, in nanoseconds and as multiples of a native call.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::subject::folder;
use crate::rheo::{Run, rheo_with};
use crate::{clang, places};

/// Nanoseconds that a turn of a loop takes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// Of one that calls directly.
    pub direct: f64,
    /// Of one that calls through a pointer.
    pub pointer: f64,
    /// Of one that does inline, in the caller's tier, what the function does.
    pub inline: f64,
}

/// Costs by what calls what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calls {
    /// In the program that clang makes.
    pub native: Cost,
    /// A line's name, and what a call costs there.
    pub tiers: Vec<(String, Cost)>,
}

/// What calls what: name, whether the loops are machine code, whether the function called is.
const TIERS: [(&str, bool, bool); 4] = [
    ("bytecode → bytecode", false, false),
    ("bytecode → native", false, true),
    ("native → bytecode", true, false),
    ("AOT → AOT", true, true),
];

const LIMIT: Duration = Duration::from_secs(120);

impl Calls {
    /// Builds `programs/calls.c` natively and with each assignment of tiers, and runs them in turns.
    pub fn measure(rounds: usize) -> Result<Calls> {
        let flags = ["-O2", "-fno-unroll-loops"].map(str::to_owned);
        let bitcode = clang::bitcode(&places::ours("programs/calls.c"), &flags, &[])?;
        let run = Run { limit: LIMIT, ..Run::of(vec![bitcode.clone()]) };
        let mut programs = vec![clang::native(std::slice::from_ref(&bitcode), &[])?];
        let first = folder()?.join("calls");
        build(&bitcode, &["--tier", "bytecode"], &first)?;
        let plan = fs::read_to_string(first.with_added_extension("plan")).context("the build wrote no plan")?;
        for (number, (_, loops, leaf)) in TIERS.into_iter().enumerate() {
            let product = folder()?.join(format!("calls-{number}"));
            let edited = product.with_added_extension("edited");
            fs::write(&edited, assigned(&plan, loops, leaf)?)?;
            build(&bitcode, &["--plan", &edited.display().to_string()], &product)?;
            programs.push(product);
        }
        let mut least = vec![[f64::INFINITY; 3]; programs.len()];
        for _ in 0..rounds.max(1) {
            for (program, least) in programs.iter().zip(&mut least) {
                let outcome = run.executable(program)?;
                let text = outcome.stdout_text();
                let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
                if numbers.len() != least.len() {
                    bail!("{} ended by {} after {text:?}", program.display(), outcome.end);
                }
                least.iter_mut().zip(numbers).for_each(|(least, n)| *least = least.min(n));
            }
        }
        let cost = |[direct, pointer, inline]: [f64; 3]| Cost { direct, pointer, inline };
        let tiers = TIERS.iter().zip(&least[1..]).map(|((name, ..), &ns)| ((*name).to_owned(), cost(ns))).collect();
        Ok(Calls { native: cost(least[0]), tiers })
    }

    /// Heads and rows.
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        const HEADS: [&str; 7] = [
            "calls",
            "a loop's turn, ns",
            "× native",
            "by pointer, ns",
            "× native",
            "without the loop, ns",
            "× native",
        ];
        let row = |name: &str, cost: Cost| {
            let figures = [|c: Cost| c.direct, |c: Cost| c.pointer, |c: Cost| c.direct - c.inline];
            let cells = figures.iter().flat_map(|of| {
                let ns = of(cost);
                [format!("{ns:.2}"), format!("{:.1}", ns / of(self.native))]
            });
            [name.to_owned()].into_iter().chain(cells).collect()
        };
        let tiers = self.tiers.iter().map(|(name, cost)| row(name, *cost));
        (HEADS.map(str::to_owned).into(), [row("native → native", self.native)].into_iter().chain(tiers).collect())
    }
}

/// The plan with the loops and the function that they call in the tiers asked for.
fn assigned(plan: &str, loops: bool, leaf: bool) -> Result<String> {
    let mut changed = 0;
    let lines = plan.lines().map(|line| {
        let function = line.split(';').next().and_then(|line| line.split_whitespace().last());
        let machine_code = match function {
            Some("loop_direct" | "loop_pointer" | "loop_inline") => loops,
            Some("leaf") => leaf,
            _ => return line.to_owned(),
        };
        changed += 1;
        if machine_code { line.replacen("bytecode", "aot", 1) } else { line.to_owned() }
    });
    let text = lines.flat_map(|line| [line, "\n".to_owned()]).collect();
    ensure!(changed == 4, "the plan names {changed} of the 4 functions:\n{plan}");
    Ok(text)
}

fn build(bitcode: &Path, how: &[&str], product: &PathBuf) -> Result<()> {
    let mut args: Vec<OsString> = vec!["build".into(), bitcode.into(), "-o".into(), product.into()];
    args.extend(how.iter().map(OsString::from));
    let outcome = rheo_with(&args, LIMIT)?;
    ensure!(outcome.succeeded(), "rheo build {how:?} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::assigned;

    #[test]
    fn a_plan_is_edited_by_function() {
        let plan = "# bytecode\nbytecode 1 - 5 loop_inline  ; --tier bytecode\nbytecode 1 - 5 main\nbytecode 1 - 5 leaf\n\
                    bytecode 1 - 5 loop_direct\nbytecode 1 - 5 loop_pointer\n";
        let want = "# bytecode\nbytecode 1 - 5 loop_inline  ; --tier bytecode\nbytecode 1 - 5 main\naot 1 - 5 leaf\n\
                    bytecode 1 - 5 loop_direct\nbytecode 1 - 5 loop_pointer\n";
        assert_eq!(assigned(plan, false, true).unwrap(), want);
        assert!(assigned("bytecode 1 - 5 leaf\n", true, true).is_err());
    }
}
