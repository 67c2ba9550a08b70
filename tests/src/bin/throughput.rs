//! How fast Rheo compiles, beside llc, and how compact its bytecode is.
//!
//! Speed is megabytes of IR text a second on one core, from a bitcode file to an image and to an object file, on SQLite;
//! llc's code generation of the same bitcode is timed in the same run. Size is bytes an operation, and bytecode with its
//! tables as a share of what clang -Oz makes of the same sources.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rheo_tests::process::{self, Outcome};
use rheo_tests::program::Program;
use rheo_tests::rheo::rheo;
use rheo_tests::{figures, measure};
use serde::Serialize;

/// Measures compile speed beside llc on SQLite, and the size of bytecode on SQLite, Lua and Dear ImGui
#[derive(Parser, Debug)]
struct Options {
    /// Time each command so often; the least counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const LIMIT: Duration = Duration::from_secs(600);

fn main() -> Result<()> {
    let options = Options::parse();
    let speed = speed(options.rounds)?;
    let sizes = ["sqlite", "lua", "imgui"].into_iter().map(size).collect::<Result<Vec<_>>>()?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&serde_json::json!({ "speed": speed, "sizes": sizes }))?);
        return Ok(());
    }
    println!("SQLite, one core, {:.1} MB of IR text:\n", speed.text_megabytes);
    println!("| from bitcode to … | seconds | MB/s of IR text |\n|:--|--:|--:|");
    for row in &speed.rows {
        println!("| {} | {:.2} | {:.1} |", row.what, row.seconds, row.megabytes_per_second);
    }
    println!("\n| program, from -Oz IR | ops | bytes an op | bytecode | tables | native -Oz .text | share |");
    println!("|:--|--:|--:|--:|--:|--:|--:|");
    for row in &sizes {
        println!(
            "| {} | {} | {:.2} | {} | {} | {} | {:.2} |",
            row.program,
            row.ops,
            row.bytes_per_op,
            row.bytecode_bytes,
            row.table_bytes,
            row.native_text_bytes,
            row.share
        );
    }
    Ok(())
}

#[derive(Serialize)]
struct Speed {
    text_megabytes: f64,
    rows: Vec<SpeedRow>,
}

#[derive(Serialize)]
struct SpeedRow {
    what: &'static str,
    seconds: f64,
    megabytes_per_second: f64,
}

/// Runs a command to its end, failing if it fails.
fn run<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut command: Command, args: I) -> Result<Outcome> {
    command.args(args);
    let outcome = process::run(&mut command, b"", LIMIT).with_context(|| format!("cannot run {command:?}"))?;
    ensure!(outcome.succeeded(), "{command:?} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    Ok(outcome)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn speed(rounds: usize) -> Result<Speed> {
    // speedtest1 is the driver; both files are the program, as one of them alone would be another mix of code.
    let program = Program::load("sqlite")?;
    let folder = tempfile::tempdir()?;
    let at = |name: &str| text(&folder.path().join(name));
    let bitcode = at("sqlite.bc");
    let files = program.bitcode("-O2")?;
    let mut link = vec!["-o".to_owned(), bitcode.clone()];
    link.extend(files.iter().map(|file| text(file)));
    run(Command::new("llvm-link-19"), &link)?;
    run(Command::new("llvm-dis-19"), ["-o", &at("sqlite.ll"), &bitcode])?;
    let text_megabytes = std::fs::metadata(at("sqlite.ll"))?.len() as f64 * 1e-6;

    let image =
        vec!["build".into(), bitcode.clone(), "--tier".into(), "bytecode".into(), "--emit-image".into(), at("i")];
    let object = vec!["build".into(), bitcode.clone(), "--tier".into(), "aot".into(), "--emit-objects".into(), at("o")];
    let llc = |level: &str| vec![level.to_owned(), "-filetype=obj".into(), "-o".into(), at("llc.o"), bitcode.clone()];
    let commands: [(&'static str, bool, Vec<String>); 4] = [
        ("bytecode image, rheo", true, image),
        ("AOT object, rheo", true, object),
        ("object, llc-19 -O0", false, llc("-O0")),
        ("object, llc-19 -O2", false, llc("-O2")),
    ];
    let start = |which: usize| -> Result<Outcome> {
        let (_, ours, args) = &commands[which];
        let mut command = if *ours { rheo()? } else { Command::new("llc-19") };
        // One core: user time adds up over threads, but two that share a cache are not twice as fast.
        command.env("RAYON_NUM_THREADS", "1");
        run(command, args)
    };
    let seconds = measure::least_seconds(commands.len(), rounds.max(1), start, |_, _| Ok(()))?;
    let rows = std::iter::zip(&commands, seconds)
        .map(|((what, ..), seconds)| SpeedRow { what, seconds, megabytes_per_second: text_megabytes / seconds })
        .collect();
    Ok(Speed { text_megabytes, rows })
}

#[derive(Serialize)]
struct SizeRow {
    program: &'static str,
    ops: u64,
    bytes_per_op: f64,
    bytecode_bytes: u64,
    table_bytes: u64,
    native_text_bytes: u64,
    share: f64,
}

fn size(name: &'static str) -> Result<SizeRow> {
    let program = Program::load(name)?;
    let files = program.bitcode("-Oz")?;
    let mut args: Vec<String> = ["size", "--json", "--no-aot"].map(str::to_owned).to_vec();
    args.extend(files.iter().map(|file| text(file)));
    let outcome = run(rheo()?, args)?;
    let json: serde_json::Value = serde_json::from_slice(&outcome.stdout).context("rheo size wrote no JSON")?;
    let number = |path: &str| {
        json.pointer(path).and_then(serde_json::Value::as_u64).with_context(|| format!("rheo size gives no {path}"))
    };
    let (ops, bytecode_bytes, table_bytes) = (number("/ops")?, number("/bytes/bytecode")?, number("/bytes/tables")?);
    let native: PathBuf = program.native("-Oz")?;
    let native_text_bytes = figures::text_bytes(&native)?;
    Ok(SizeRow {
        program: name,
        ops,
        bytes_per_op: bytecode_bytes as f64 / ops as f64,
        bytecode_bytes,
        table_bytes,
        native_text_bytes,
        share: (bytecode_bytes + table_bytes) as f64 / native_text_bytes as f64,
    })
}
