//! Builds a program at several budgets, checks that each build behaves as native, and shows size and speed of each.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use rheo_tests::chart::{Row, Table};
use rheo_tests::figures::{self, Figures};
use rheo_tests::program::{Program, title};
use rheo_tests::rheo::{Run, rheo_with};
use rheo_tests::{compare, measure, picture, places, readme};

/// Builds a program at several budgets, compares what it prints with the native build, measures size and speed
#[derive(Parser, Debug)]
#[command(
    after_help = "Under target/demo: the executables with their plans, PROGRAM.html, and Doom's last frame as a PNG."
)]
struct Options {
    /// Programs to build: doom, lua, sqlite, quickjs, box2d, zstd, imgui
    #[arg(long = "program", value_name = "PROGRAM", default_value = "doom")]
    programs: Vec<String>,
    /// Budgets: PERCENT% of the machine code that all functions would be, or bytes in all
    #[arg(long, value_name = "BUDGETS", value_delimiter = ',', default_value = "0%,5%,10%,25%,50%,100%")]
    budgets: Vec<String>,
    /// Time each program so often; the least counts
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Frames that Doom runs
    #[arg(long, value_name = "N", default_value_t = 1400)]
    frames: u32,
    /// Plan without a profile: hotness is estimated from the code
    #[arg(long)]
    no_profile: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Doom, Lua and SQLite one after the other: the README's table
    #[arg(long, conflicts_with = "programs")]
    table: bool,
    /// Write the tables into FILE, between its lines `<!-- ./x table -->` and `<!-- end -->`
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

const LIMIT: Duration = Duration::from_secs(900);

fn main() -> Result<()> {
    let options = Options::parse();
    let programs: Vec<&str> = if options.table {
        vec!["doom", "lua", "sqlite"]
    } else {
        options.programs.iter().map(String::as_str).collect()
    };
    let mut tables = Vec::new();
    for name in programs {
        let demo = Demo::prepare(name, &options)?;
        let table = demo.table(&options)?;
        if !options.json {
            println!("\n{}\n\n{}", title(name), table.markdown());
            for line in demo.places() {
                println!("{line}");
            }
        }
        tables.push(table);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&tables)?);
    }
    if let Some(file) = &options.into {
        let body: String =
            tables.iter().map(|table| format!("\n{}:\n\n{}\n", table.program, table.markdown())).collect();
        readme::replace(file, "./x table", &body)?;
    }
    Ok(())
}

/// A program, its bitcode and its native build.
struct Demo {
    program: Program,
    folder: PathBuf,
    run: Run,
    native: PathBuf,
    native_small: PathBuf,
}

impl Demo {
    fn prepare(name: &str, options: &Options) -> Result<Demo> {
        let program = Program::load(name)?;
        let folder = places::target().join("demo");
        fs::create_dir_all(&folder)?;
        say(&format!("{}: clang -O2 and -Oz, native", title(name)));
        let mut run = program.run(program.bitcode("-O2")?, LIMIT);
        if name == "doom" {
            run.env = vec![("DG_FRAMES".into(), options.frames.to_string())];
        }
        let (native, native_small) = (program.native("-O2")?, program.native("-Oz")?);
        Ok(Demo { program, folder, run, native, native_small })
    }

    fn name(&self) -> &'static str {
        self.program.name
    }

    /// Runs `rheo build`; the executable lies under `target/demo`.
    fn build(&self, name: &str, how: &[&str]) -> Result<(PathBuf, Figures)> {
        let product = self.folder.join(format!("{}-{name}", self.name()));
        let mut args: Vec<OsString> = vec!["build".into(), "--json".into()];
        args.extend(self.run.files.iter().map(OsString::from));
        args.extend(self.run.libraries.iter().flat_map(|l| ["-l".into(), l.into()]));
        args.extend(how.iter().map(OsString::from));
        args.extend(["-o".into(), product.clone().into()]);
        let outcome = rheo_with(&args, LIMIT)?;
        if !outcome.succeeded() {
            bail!("rheo build {how:?} ended by {}:\n{}", outcome.end, outcome.stderr_text());
        }
        Ok((product, Figures::read(&outcome.stdout)?))
    }

    /// Where the program spends its time, counted in a run of its bytecode.
    fn profile(&self) -> Result<Vec<String>> {
        say(&format!("{}: a run that counts", title(self.name())));
        let (measured, _) = self.build("profile", &["--tier", "bytecode"])?;
        let counts = self.folder.join(format!("{}.counts", self.name()));
        let mut run = self.run.clone();
        run.env.push(("RHEO_PROFILE".into(), counts.display().to_string()));
        let outcome = run.executable(&measured)?;
        ensure!(counts.exists(), "the run wrote no profile and ended by {}:\n{}", outcome.end, outcome.stderr_text());
        let map = measured.with_added_extension("map");
        Ok(["--profile".into(), counts.display().to_string(), "--map".into(), map.display().to_string()].into())
    }

    fn table(&self, options: &Options) -> Result<Table> {
        let profile = if options.no_profile { Vec::new() } else { self.profile()? };
        let mut programs = vec![self.native.clone()];
        let mut built = Vec::new();
        for budget in &options.budgets {
            let asked = if budget.ends_with('%') { budget.clone() } else { format!("{budget} bytes") };
            say(&format!("{}: rheo build --budget {budget}", title(self.name())));
            let mut how = vec!["--budget", budget.as_str()];
            how.extend(profile.iter().map(String::as_str));
            let name = budget.trim_end_matches('%');
            let (product, figures) = self.build(name, &how)?;
            programs.push(product);
            built.push((asked, figures));
        }
        let seconds = self.time(&programs, options)?;
        let table = Table {
            program: title(self.name()).to_owned(),
            native_text_bytes: [figures::text_bytes(&self.native)?, figures::text_bytes(&self.native_small)?],
            native_seconds: seconds[0],
            rows: std::iter::zip(built, &seconds[1..])
                .map(|((budget, figures), taken)| Row { budget, figures, times_native: taken / seconds[0] })
                .collect(),
        };
        let picture = self.picture(&programs)?;
        let picture = picture.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        fs::write(self.report(), table.html(picture.as_deref()))?;
        Ok(table)
    }

    /// User seconds of each program, the native one first. Every run of every build has to print what native prints.
    fn time(&self, programs: &[PathBuf], options: &Options) -> Result<Vec<f64>> {
        let want = self.run.executable(&self.native)?;
        ensure!(want.succeeded(), "the native program ended by {}:\n{}", want.end, want.stderr_text());
        let kept = (self.program.keep)(&want.stdout_text());
        ensure!(!kept.is_empty(), "the native program printed nothing to compare");
        say(&format!(
            "{}: {} rounds of native and {} builds, {} lines of output compared in each",
            title(self.name()),
            options.rounds,
            programs.len() - 1,
            kept.lines().count()
        ));
        let run = |which: usize| self.run.executable(&programs[which]);
        measure::least_seconds(programs.len(), options.rounds.max(1), run, |which, got| {
            match compare::difference_of(&want, got, self.program.keep) {
                None => Ok(()),
                Some(report) => bail!("{} differs from native:\n{report}", programs[which].display()),
            }
        })
    }

    /// Doom's last frame: written by every build, the same as native's, and kept as PNG.
    fn picture(&self, programs: &[PathBuf]) -> Result<Option<PathBuf>> {
        if self.name() != "doom" {
            return Ok(None);
        }
        let ppm = self.folder.join("doom.ppm");
        let mut native = None;
        for program in [&programs[0], &programs[1], &programs[programs.len() - 1]] {
            let mut run = self.run.clone();
            run.env.push(("DG_DUMP".into(), ppm.display().to_string()));
            run.executable(program)?;
            let bytes = fs::read(&ppm).with_context(|| format!("{} wrote no picture", program.display()))?;
            let want = native.get_or_insert_with(|| bytes.clone());
            ensure!(*want == bytes, "{}: the last frame differs from native's", program.display());
        }
        let png = self.folder.join("doom.png");
        picture::ppm_to_png(&ppm, &png)?;
        Ok(Some(png))
    }

    fn report(&self) -> PathBuf {
        self.folder.join(format!("{}.html", self.name()))
    }

    /// Where to look, for the person who ran this.
    fn places(&self) -> Vec<String> {
        let mut lines = vec![format!("chart:      {}", shown(&self.report()))];
        if self.name() == "doom" {
            lines.push(format!("last frame: {}", shown(&self.folder.join("doom.png"))));
        }
        lines.push(format!("plans:      {}", shown(&self.folder.join(format!("{}-*.plan", self.name())))));
        lines
    }
}

/// A path as seen from the workspace.
fn shown(path: &Path) -> String {
    path.strip_prefix(places::workspace()).unwrap_or(path).display().to_string()
}

fn say(what: &str) {
    eprintln!("==> {what}");
}
