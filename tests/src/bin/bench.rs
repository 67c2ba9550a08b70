//! How fast each tier is on the kernels: bytecode and machine code against native clang -O2, run in turns. And what a
//! throw costs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Parser;
use rheo_tests::rheo::{Run, rheo_with};
use rheo_tests::{clang, compare, measure, places};
use serde::Serialize;

/// Times the kernels in bytecode and as machine code, as multiples of native clang -O2
#[derive(Parser, Debug)]
struct Options {
    /// Kernels to run, and `throw` for the cost of exceptions [default: all]
    #[arg(value_name = "KERNELS")]
    kernels: Vec<String>,
    /// Time each program so often; the least counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Divide each kernel's repetitions by this
    #[arg(long, value_name = "N", default_value_t = 4)]
    shorter: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const KERNELS: &[&str] =
    &["fib", "sieve", "mandel", "matmul", "qsort", "nbody", "sha256", "hashmap", "dispatch", "vmswitch"];

/// What is no kernel.
const THROW: &str = "throw";

/// The four that the handler prototype was measured on.
const PROTOTYPE: &[&str] = &["fib", "sieve", "mandel", "matmul"];

const LIMIT: Duration = Duration::from_secs(600);

#[derive(Serialize)]
struct Row {
    kernel: String,
    native_seconds: f64,
    bytecode: f64,
    aot: f64,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let mut kernels: Vec<String> = if options.kernels.is_empty() {
        KERNELS.iter().map(|&k| k.to_owned()).collect()
    } else {
        options.kernels.clone()
    };
    let throws = options.kernels.is_empty() || kernels.iter().any(|k| k == THROW);
    kernels.retain(|k| k != THROW);
    let mut rows = Vec::new();
    if !options.json && !kernels.is_empty() {
        println!("| kernel | native -O2, s | bytecode × | AOT × |\n|:--|--:|--:|--:|");
    }
    for kernel in kernels {
        let row = time(&kernel, &options)?;
        if !options.json {
            println!("| {} | {:.2} | {:.2} | {:.2} |", row.kernel, row.native_seconds, row.bytecode, row.aot);
        }
        rows.push(row);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    if throws {
        print_throws(options.rounds)?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let four: Vec<&Row> = rows.iter().filter(|row| PROTOTYPE.contains(&row.kernel.as_str())).collect();
    for (name, rows) in [("geometric mean of the first four", four), ("geometric mean", rows.iter().collect())] {
        println!("| {name} | | {:.2} | {:.2} |", mean(&rows, |row| row.bytecode), mean(&rows, |row| row.aot));
    }
    Ok(())
}

fn mean(rows: &[&Row], of: impl Fn(&Row) -> f64) -> f64 {
    (rows.iter().map(|row| of(row).ln()).sum::<f64>() / rows.len() as f64).exp()
}

/// The program made of the bitcode natively, as bytecode, and as machine code.
fn programs(bitcode: &Path, library: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let native = [bitcode.to_owned()];
    let mut programs = vec![clang::native(&native, &[format!("-l{library}")])?];
    for tier in ["bytecode", "aot"] {
        let product = folder.join(tier);
        let (file, out) = (bitcode.display().to_string(), product.display().to_string());
        let outcome = rheo_with(["build", &file, "-l", library, "--tier", tier, "-o", &out], LIMIT)?;
        if !outcome.succeeded() {
            bail!("rheo build of {file} ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        programs.push(product);
    }
    Ok(programs)
}

/// Nanoseconds, in each tier and natively.
fn print_throws(rounds: usize) -> Result<()> {
    const WHAT: [&str; 3] = ["throw, caught by the caller", "a frame passed", "a frame with a clean-up passed"];
    let bitcode = clang::bitcode(&places::ours("exceptions/cost.cpp"), &["-O2".into()], &[])?;
    let folder = tempfile::tempdir()?;
    let programs = programs(&bitcode, "stdc++", folder.path())?;
    let run = Run { limit: LIMIT, ..Run::of(vec![bitcode]) };
    let mut least = [[f64::INFINITY; 3]; 3];
    for _ in 0..rounds.max(1) {
        for (program, least) in programs.iter().zip(&mut least) {
            let outcome = run.executable(program)?;
            let text = outcome.stdout_text();
            let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
            if !outcome.succeeded() || numbers.len() != least.len() {
                bail!("{} ended by {} after {text:?}", program.display(), outcome.end);
            }
            least.iter_mut().zip(numbers).for_each(|(least, n)| *least = least.min(n));
        }
    }
    println!("\n| exceptions, ns | native -O2 | bytecode | AOT |\n|:--|--:|--:|--:|");
    for (i, what) in WHAT.iter().enumerate() {
        println!("| {what} | {:.0} | {:.0} | {:.0} |", least[0][i], least[1][i], least[2][i]);
    }
    Ok(())
}

fn time(kernel: &str, options: &Options) -> Result<Row> {
    let source = places::ours(&format!("kernels/{kernel}.c"));
    let bitcode = clang::bitcode(&source, &["-O2".into(), format!("-DREPS_DIV={}", options.shorter)], &[])?;
    let run = Run { limit: LIMIT, ..Run::of(vec![bitcode.clone()]) };
    let folder = tempfile::tempdir()?;
    let programs = programs(&bitcode, "m", folder.path())?;
    let want = run.executable(&programs[0])?;
    let start = |which: usize| run.executable(&programs[which]);
    let check = |which: usize, got: &_| match compare::difference(&want, got) {
        None => Ok(()),
        Some(report) => bail!("{}: {report}", programs[which].display()),
    };
    let seconds = measure::least_seconds(programs.len(), options.rounds.max(1), start, check)?;
    Ok(Row {
        kernel: kernel.to_owned(),
        native_seconds: seconds[0],
        bytecode: seconds[1] / seconds[0],
        aot: seconds[2] / seconds[0],
    })
}
