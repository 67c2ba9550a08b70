//! The programs of the bench, each with the input that is timed and another, on which instruction sets are trained and
//! profiles are counted.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{self, End, Outcome};
use crate::program::{KERNELS, Program};
use crate::{clang, places};

/// A program, how it is run when timed, and how when counted.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The program as it is timed.
    pub program: Program,
    /// The program as it is counted: for kernels, which have no input, one of fewer repetitions.
    pub trained: Program,
    /// Input of the timed run.
    timed_input: Input,
    /// Input of the counted run.
    trained_input: Input,
}

#[derive(Clone, Debug)]
struct Input {
    args: Vec<String>,
    env: Vec<(String, String)>,
}

/// Names of the real programs of the bench.
pub const PROGRAMS: &[&str] = &["lua", "sqlite", "quickjs", "doom", "box2d"];

const LIMIT: Duration = Duration::from_secs(900);

/// How often a kernel's repetitions are divided to be counted: at least two are left of each, so that clang makes the same
/// code of it.
const TRAINED_SHORTER: u32 = 20;

impl Subject {
    /// A program by its name; everything but Lua and QuickJS takes less time with a larger `shorter`.
    pub fn load(name: &str, shorter: u32) -> Result<Subject> {
        if let Some(&kernel) = KERNELS.iter().find(|&&kernel| kernel == name) {
            let nothing = Input { args: Vec::new(), env: Vec::new() };
            return Ok(Subject {
                program: Program::kernel(kernel, shorter),
                trained: Program::kernel(kernel, TRAINED_SHORTER),
                timed_input: nothing.clone(),
                trained_input: nothing,
            });
        }
        let program = Program::load(name)?;
        let fewer = |n: u32| (4 * n / shorter.max(1)).max(1).to_string();
        let usual = program.run(Vec::new(), LIMIT);
        let with =
            |args: &[&str]| Input { args: args.iter().map(|&arg| arg.to_owned()).collect(), env: usual.env.clone() };
        let frames = |n: String, map: &str| {
            let mut args = usual.args.clone();
            map.clone_into(args.last_mut().expect("the map stands last"));
            Input { args, env: vec![("DG_FRAMES".into(), n)] }
        };
        let script = |name: &str| places::ours("programs").join(name).display().to_string();
        let (timed_input, trained_input) = match name {
            "lua" => {
                let timed = without_jumps()?.display().to_string();
                (with(&[&timed]), with(&[&script("train.lua")]))
            }
            "sqlite" => {
                let main = ["--memdb", "--verify", "--testset", "main", "--size", &fewer(12)];
                (with(&main), with(&["--memdb", "--testset", "cte,fp,orm", "--size", "5"]))
            }
            "quickjs" => (with(&[&script("bench.js")]), with(&[&script("train.js")])),
            "doom" => (frames(fewer(350), "1"), frames("200".into(), "3")),
            "box2d" => (with(&[&fewer(150)]), with(&["60", "12"])),
            _ => (Input { args: usual.args.clone(), env: usual.env.clone() }, with(&[])),
        };
        Ok(Subject { trained: program.clone(), program, timed_input, trained_input })
    }

    /// The program that does nothing.
    pub fn empty() -> Subject {
        let nothing = Input { args: Vec::new(), env: Vec::new() };
        let program = Program::empty();
        Subject { trained: program.clone(), program, timed_input: nothing.clone(), trained_input: nothing }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.program.name
    }

    /// Runs it, as it is timed, by a command that takes its arguments.
    pub fn run(&self, command: &[OsString]) -> Result<Outcome> {
        self.timed_input.run(command, &[])
    }

    /// As [`Subject::run`], with the times and the memory of the command alone, which the outcome of a child of this
    /// process cannot tell.
    pub fn run_measured(&self, command: &[OsString]) -> Result<Outcome> {
        let figures = folder()?.join(format!("figures-{}", std::process::id()));
        // What an earlier run wrote must not count for one that is killed.
        fs::write(&figures, "")?;
        let launcher =
            clang::native_with(&["-O1", "-static"].map(str::to_owned), &[places::ours("programs/launch.c")], &[])?;
        let mut launched = vec![launcher.into(), figures.clone().into()];
        launched.extend_from_slice(command);
        let outcome = self.timed_input.run(&launched, &[])?;
        let text = fs::read_to_string(&figures)?;
        fs::remove_file(&figures)?;
        match text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?[..] {
            [user_seconds, wall_seconds, resident] => {
                Ok(Outcome { user_seconds, wall_seconds, resident_bytes_max: resident as u64, ..outcome })
            }
            _ if outcome.end == End::TimedOut => Ok(outcome),
            _ => bail!("the launcher of {} ended by {}", self.name(), outcome.end),
        }
    }

    /// Runs it, as it is counted, with one more environment variable.
    pub fn run_trained(&self, command: &[OsString], variable: (&str, &str)) -> Result<Outcome> {
        self.trained_input.run(command, &[variable])
    }
}

impl Input {
    fn run(&self, command: &[OsString], more: &[(&str, &str)]) -> Result<Outcome> {
        let mut command_ = Command::new(&command[0]);
        command_.args(&command[1..]).args(&self.args);
        command_.envs(self.env.iter().map(|(name, value)| (name, value))).envs(more.iter().copied());
        command_.current_dir(folder()?);
        process::run(&mut command_, b"", LIMIT).with_context(|| format!("cannot run {command_:?}"))
    }
}

/// Where the bench's products lie, and where programs run.
pub fn folder() -> Result<PathBuf> {
    let folder = places::target().join("bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Lua's usual script without the lines that raise errors or yield: WASI programs have no longjmp.
fn without_jumps() -> Result<PathBuf> {
    let script = fs::read_to_string(places::ours("programs/bench.lua"))?;
    let jumps = |line: &&str| ["pcall(", "coroutine.", "co()"].iter().any(|what| line.contains(what));
    let kept: String = script.lines().filter(|line| !jumps(line)).flat_map(|line| [line, "\n"]).collect();
    let path = folder()?.join("bench.lua");
    fs::write(&path, kept)?;
    Ok(path)
}
