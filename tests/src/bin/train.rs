//! Trains the general instruction set, or the stock from which `rheo build` chooses, on small programs and real ones: bytes of what clang -Oz makes of them, and
//! dispatches executed in runs of what clang -O2 makes of them. Nothing that is measured anywhere is among the inputs: the
//! small programs and the scripts lie in `tests/training`, the others run for less time or on other data.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use rheo_tests::program::Program;
use rheo_tests::rheo::{Run, rheo_with};
use rheo_tests::{clang, places, process};

/// Trains the general instruction set (tiers/bytecode/general.isa)
#[derive(Parser, Debug)]
struct Options {
    /// Where the set is written
    #[arg(
        long,
        value_name = "FILE",
        default_value = "tiers/bytecode/general.isa",
        default_value_if("stock", "true", "tiers/bytecode/stock.isa")
    )]
    out: PathBuf,
    /// Find templates for the stock, and let bytes count more
    #[arg(long)]
    stock: bool,
    /// Leave these programs out, so that the set can be judged on them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    without: Vec<String>,
    /// Print the trainer's arguments instead of calling it
    #[arg(long)]
    dry: bool,
    /// More arguments of the trainer
    #[arg(last = true)]
    more: Vec<String>,
}

/// The small programs, all in one file, and what their dispatches count.
const SMALL: &str = "small";
const SMALL_TIME: f64 = 120.0;

/// A program's name, what its bytes and its dispatches count, and the arguments and environment of a short run.
type Weighed = (&'static str, f64, f64, &'static [&'static str], &'static [(&'static str, &'static str)]);

const PROGRAMS: &[Weighed] = &[
    ("lua", 25.0, 60.0, &["lua.lua"], &[]),
    ("sqlite", 25.0, 70.0, &["3000"], &[]),
    ("quickjs", 0.0, 40.0, &["quickjs.js"], &[]),
    ("doom", 15.0, 20.0, &[], &[("DG_FRAMES", "150")]),
    ("zstd", 0.0, 20.0, &["60000"], &[]),
    ("box2d", 15.0, 20.0, &["60", "12"], &[]),
    ("imgui", 25.0, 15.0, &["30"], &[]),
];

/// SQLite's own driver is what is measured.
const SQLITE_DRIVERS: [&str; 2] = ["speedtest1", "sqlite.c"];

/// Templates that programs are asked for, and what their bytes count for the stock.
const STOCK: &str = "2000";
const STOCK_SIZE: f64 = 10.0;

const LIMIT: Duration = Duration::from_secs(900);

fn main() -> Result<()> {
    let options = Options::parse();
    let wanted = |name: &str| !options.without.iter().any(|n| n == name);
    let mut samples = Vec::new();
    let bytes = if options.stock { STOCK_SIZE } else { 1.0 };
    let training = |file: &str| places::ours("training").join(file);
    if wanted(SMALL) {
        let bitcode = clang::bitcode(&training("small.c"), &["-O2".into()], &[])?;
        let run = Run { limit: LIMIT, ..Run::of(vec![bitcode]) };
        samples.push(format!("{SMALL}:{bytes}:{SMALL_TIME}:{}:{}", profile(SMALL, &run)?, list(&run.files)));
    }
    for &(name, size, time, args, env) in PROGRAMS.iter().filter(|p| wanted(p.0)) {
        let program = Program::load(name)?;
        let mut files = program.bitcode("-O2")?;
        if name == "sqlite" {
            let [measured, ours] = SQLITE_DRIVERS;
            files.retain(|f| !f.file_name().is_some_and(|n| n.to_string_lossy().starts_with(measured)));
            files.push(clang::bitcode(&training(ours), &["-O2".into()], &program.include)?);
        }
        let mut run = program.run(files, LIMIT);
        if !args.is_empty() {
            // Doom and the others that read a file keep their own.
            let path = |a: &&str| training(a).exists().then(|| training(a).display().to_string());
            run.args = args.iter().map(|a| path(a).unwrap_or_else(|| (*a).to_owned())).collect();
        }
        run.env.extend(env.iter().map(|&(n, v)| (n.to_owned(), v.to_owned())));
        samples.push(format!("{name}:{bytes}:{time}:{}:{}", profile(name, &run)?, list(&run.files)));
        if size > 0.0 {
            samples.push(format!("{name}-Oz:{size}:0::{}", list(&program.bitcode("-Oz")?)));
        }
    }
    let mut arguments: Vec<String> = options.more.clone();
    if options.stock {
        arguments.extend(["--stock", STOCK].map(str::to_owned));
    }
    arguments.push(options.out.display().to_string());
    arguments.extend(samples);
    if options.dry {
        println!("{}", arguments.join("\n"));
        return Ok(());
    }
    let mut trainer = Command::new(places::target().join("debug/examples/train"));
    let status = trainer.args(&arguments).status().with_context(|| format!("cannot run {trainer:?}"))?;
    ensure!(status.success(), "the trainer ended by {status}");
    Ok(())
}

fn list(files: &[PathBuf]) -> String {
    files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(",")
}

/// The profile of a run in bytecode, made unless it is there and newer than the `rheo` command, which may number blocks anew.
fn profile(name: &str, run: &Run) -> Result<String> {
    let folder = places::corpus().join("training");
    std::fs::create_dir_all(&folder)?;
    let path = |end: &str| folder.join(format!("{name}{end}")).display().to_string();
    let product = path(".profile");
    let modified = |path: &Path| std::fs::metadata(path).and_then(|about| about.modified());
    if modified(Path::new(&product)).is_ok_and(|made| modified(&places::rheo()).is_ok_and(|rheo| rheo < made)) {
        return Ok(product);
    }
    let mut args =
        vec!["build".to_owned(), "--tier".into(), "bytecode".into(), "--fallback".into(), "-o".into(), path("")];
    args.extend(run.files.iter().map(|f| f.display().to_string()));
    for library in &run.libraries {
        args.extend(["-l".to_owned(), library.clone()]);
    }
    let outcome = rheo_with(args.iter().map(String::as_str), LIMIT)?;
    ensure!(outcome.succeeded(), "rheo build of {name} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    let mut command = Command::new(path(""));
    command.args(&run.args).envs(run.env.iter().map(|(n, v)| (n, v))).env("RHEO_PROFILE", path(".counts"));
    command.current_dir(&folder);
    let outcome = process::run(&mut command, &run.stdin, LIMIT)?;
    ensure!(outcome.succeeded(), "{name} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    let args = ["profile", "convert", &path(".counts"), "--map", &path(".map"), "-o", &product];
    let outcome = rheo_with(args, LIMIT)?;
    ensure!(outcome.succeeded(), "rheo profile of {name} ended by {}:\n{}", outcome.end, outcome.stderr_text());
    Ok(product)
}
