//! How fast each tier is beside native code and the engines of others, on kernels and real programs, run in turns; and
//! what calls and throws cost.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use rheo_tests::bench::calls::Calls;
use rheo_tests::bench::engine::{ENGINES, Engine, NATIVE, Named, Ready};
use rheo_tests::bench::page;
use rheo_tests::bench::report::{Cell, Conditions, Measured, Report, Row};
use rheo_tests::bench::rheo_builds::Rheo;
use rheo_tests::bench::subject::{PROGRAMS, Subject, folder};
use rheo_tests::bench::throws::Throws;
use rheo_tests::measure::{self, Pinned, Samples, least, median};
use rheo_tests::program::KERNELS;
use rheo_tests::{compare, readme};

/// Times programs in Rheo's tiers, natively and in other engines, as multiples of native clang -O2
#[derive(Parser, Debug)]
#[command(after_help = "\
Engines: native-O2 native-O0 native-Os lli cranelift winch pulley wasmi wasm3 stitch bytecode title rheo5 rheo10 aot
Those of others come from package registries and are built on first use, under target/peers.
Under target/bench: index.html, index.json, and what was built.")]
struct Options {
    /// Programs to run: kernels, lua, sqlite, quickjs, doom, box2d; `kernels` for all kernels; `empty` for start-up,
    /// `calls` and `throw` for what those cost [default: all]
    #[arg(value_name = "PROGRAMS")]
    programs: Vec<String>,
    /// Engines to run them in, or `rheo` for all its forms [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    engines: Vec<String>,
    /// Run each program so often in each engine [default: 5, or 2 with --quick]
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
    /// Divide the work of the programs by this [default: 4, or 20 with --quick]
    #[arg(long, value_name = "N")]
    shorter: Option<u32>,
    /// A quick look: fewer rounds, less work
    #[arg(long)]
    quick: bool,
    /// Go on with what target/bench/index.json has of other programs in the same engines
    #[arg(long)]
    resume: bool,
    /// Run on this core, counted from 0 [default: the last]
    #[arg(long, value_name = "N")]
    core: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write the tables into FILE, between its lines `<!-- ./x bench -->` and `<!-- end -->`
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

/// What is no program.
const EMPTY: &str = "empty";
const CALLS: &str = "calls";
const THROW: &str = "throw";

/// Start-up is short, so it is measured more often.
const EMPTY_ROUNDS: usize = 20;

fn main() -> Result<()> {
    let options = Options::parse();
    let rounds = options.rounds.unwrap_or(if options.quick { 2 } else { 5 }).max(1);
    let shorter = options.shorter.unwrap_or(if options.quick { 20 } else { 4 }).max(1);
    let engines = engines(&options.engines)?;
    let asked = programs(&options.programs)?;
    let conditions = Conditions { processor: processor(), rounds, shorter, load: [load(); 2] };
    let mut report =
        Report { conditions, engines: engines.iter().map(|named| named.key.to_owned()).collect(), ..Report::default() };
    if options.resume {
        let text = fs::read(folder()?.join("index.json")).context("there is nothing to go on with")?;
        report.resume(serde_json::from_slice(&text)?)?;
    }
    for name in &asked {
        match *name {
            EMPTY => report.empty = Some(row(&Subject::empty(), &engines, EMPTY_ROUNDS, options.core)?),
            CALLS => {
                say("calls between tiers");
                let _pinned = Pinned::to(options.core)?;
                report.calls = Some(Calls::measure(rounds)?);
            }
            THROW => {
                say("exceptions");
                let _pinned = Pinned::to(options.core)?;
                report.throws = Some(Throws::measure(rounds)?);
            }
            name => {
                let row = row(&Subject::load(name, shorter)?, &engines, rounds, options.core)?;
                report.add(row);
                if let Some(row) = report.programs.iter().find(|row| row.program == name) {
                    say(&format!("{name}: {}", report.summary(row)));
                }
            }
        }
        report.conditions.load[1] = report.conditions.load[1].max(load());
        // A long run that is broken off leaves what it has measured.
        fs::write(folder()?.join("index.json"), json(&report)?)?;
        fs::write(folder()?.join("index.html"), page::html(&report))?;
    }
    let text = report.markdown();
    if options.json {
        println!("{}", json(&report)?)
    } else {
        println!("{text}")
    }
    say("charts: target/bench/index.html");
    if let Some(file) = &options.into {
        readme::replace(file, "./x bench", &format!("\n{text}\n"))?;
    }
    let failures = report.failures();
    ensure!(failures.is_empty(), "Rheo failed:\n{}", failures.join("\n"));
    Ok(())
}

fn json(report: &Report) -> Result<String> {
    Ok(serde_json::to_string_pretty(report)?)
}

/// The engines asked for, the one that all are measured against first.
fn engines(asked: &[String]) -> Result<Vec<&'static Named>> {
    let is =
        |named: &Named, name: &str| named.key == name || (name == "rheo" && matches!(named.engine, Engine::Rheo(_)));
    if let Some(name) = asked.iter().find(|name| !ENGINES.iter().any(|named| is(named, name))) {
        bail!("no engine is called {name}; see --help");
    }
    let wanted = |named: &&Named| asked.is_empty() || named.key == NATIVE || asked.iter().any(|name| is(named, name));
    Ok(ENGINES.iter().filter(wanted).collect())
}

/// Names of what was asked for, in the order of the tables.
fn programs(asked: &[String]) -> Result<Vec<&'static str>> {
    let all = || KERNELS.iter().chain(PROGRAMS).chain(&[EMPTY, CALLS, THROW]).copied();
    let is = |name: &str, asked: &str| name == asked || (asked == "kernels" && KERNELS.contains(&name));
    if let Some(wrong) = asked.iter().find(|asked| !all().any(|name| is(name, asked))) {
        bail!("no program is called {wrong}; see --help");
    }
    Ok(all().filter(|name| asked.is_empty() || asked.iter().any(|asked| is(name, asked))).collect())
}

/// Has every engine ready, and runs the program in all of them in turns; each run has to print what native prints.
fn row(subject: &Subject, engines: &[&Named], rounds: usize, core: Option<usize>) -> Result<Row> {
    let mut rheo = Rheo::new(subject);
    let mut prepared: Vec<Result<Ready>> = Vec::new();
    for named in engines {
        say(&format!("{}: {}", subject.name(), named.title));
        prepared.push(named.engine.prepare(subject, &mut rheo));
    }
    let native = prepared[0].as_ref().map_err(|error| anyhow::anyhow!("{}", reason_of(error)))?;
    let want = subject.run(&native.command)?;
    ensure!(want.succeeded(), "{} ended natively by {}:\n{}", subject.name(), want.end, want.stderr_text());
    say(&format!("{}: {rounds} rounds in {} engines", subject.name(), prepared.iter().flatten().count()));
    let _pinned = Pinned::to(core)?;
    let samples = measure::turns(prepared.len(), rounds, |which| {
        let ready = prepared[which].as_ref().map_err(|error| anyhow::anyhow!("{}", reason_of(error)))?;
        let outcome = subject.run_measured(&ready.command)?;
        match compare::difference_of(&want, &outcome, subject.program.keep) {
            None => Ok(outcome),
            Some(report) => bail!("{report}"),
        }
    });
    let cells = samples.into_iter().zip(&prepared).map(|(samples, ready)| match samples {
        Ok(samples) => Cell::Measured(measured(&samples, ready.as_ref().ok())),
        Err(error) => Cell::Missing(reason_of(&error)),
    });
    Ok(Row { program: subject.name().to_owned(), cells: cells.collect() })
}

fn measured(samples: &Samples, ready: Option<&Ready>) -> Measured {
    Measured {
        user_seconds_least: least(&samples.user_seconds),
        user_seconds_median: median(&samples.user_seconds),
        wall_seconds_least: least(&samples.wall_seconds),
        resident_bytes_max: samples.resident_bytes_max,
        code_bytes: ready.and_then(|ready| ready.code_bytes),
        interpreter_bytes: ready.and_then(|ready| ready.interpreter_bytes),
        ..Measured::default()
    }
}

/// An error on one line, as a note below a table: commands shortened to their names, without what was or was not printed.
fn reason_of(error: &anyhow::Error) -> String {
    const CHARACTERS_MAX: usize = 200;
    let text = format!("{error:#}");
    let kept = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['-', '+', '…']));
    let line = kept.map(shortened).collect::<Vec<_>>().join("; ").replace(":;", ":");
    let line = if line.is_empty() { "prints other than native".to_owned() } else { line };
    line.chars().take(CHARACTERS_MAX).collect()
}

/// `"/folder/name" "argument" ended` as `name ended`.
fn shortened(line: &str) -> String {
    let (Some(first), Some(last)) = (line.find("\"/"), line.rfind('"')) else { return line.to_owned() };
    let command = line[first + 1..last].split('"').next().unwrap_or_default();
    let name = command.rsplit('/').next().unwrap_or_default();
    format!("{}{name}{}", &line[..first], &line[last + 1..])
}

/// The processor's name, as the kernel tells it.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// Processes that wanted to run in the last minute.
fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

fn say(what: &str) {
    eprintln!("==> {what}");
}

#[cfg(test)]
mod tests {
    use rheo_tests::bench::page;

    use super::{Cell, Conditions, Report, Subject, engines, programs, reason_of, row};

    #[test]
    fn a_kernel_is_built_run_compared_and_reported() {
        let engines = engines(&["bytecode".to_owned()]).unwrap();
        let mut report = Report { engines: engines.iter().map(|e| e.key.to_owned()).collect(), ..Report::default() };
        report.conditions = Conditions { rounds: 2, ..Conditions::default() };
        report.add(row(&Subject::load("sieve", 2).unwrap(), &engines, 2, None).unwrap());
        let Cell::Measured(bytecode) = &report.programs[0].cells[1] else { panic!("{:?}", report.failures()) };
        assert!(bytecode.times_native.is_some() && bytecode.resident_bytes_max > 100_000, "{bytecode:?}");
        assert!(bytecode.code_bytes.is_some_and(|bytes| (50..1000).contains(&bytes)), "{bytecode:?}");
        assert!(bytecode.interpreter_bytes.is_some_and(|bytes| (1000..65_536).contains(&bytes)), "{bytecode:?}");
        assert!(report.failures().is_empty());
        let page = page::html(&report);
        assert!(page.contains("<circle class=\"ours\"") && !page.contains("NaN"), "{page}");
    }

    #[test]
    fn names_are_checked() {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert!(engines(&names(&["rheo6"])).is_err() && programs(&names(&["fibs"])).is_err());
        let found: Vec<&str> = engines(&names(&["rheo", "wasmi"])).unwrap().iter().map(|named| named.key).collect();
        assert_eq!(found, ["native-O2", "wasmi", "bytecode", "title", "rheo5", "rheo10", "aot"]);
        assert_eq!(programs(&names(&["throw", "lua", "kernels"])).unwrap().len(), 12);
    }

    #[test]
    fn reasons_are_short() {
        let error = anyhow::anyhow!("\"/a/b/peer-x\" \"run\" \"/c.wasm\" ended with signal 6:\n\nit panicked");
        assert_eq!(reason_of(&error), "peer-x ended with signal 6: it panicked");
        assert_eq!(reason_of(&anyhow::anyhow!("-    1  a\n+    1  b\n")), "prints other than native");
    }
}
