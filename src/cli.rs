//! The command line: what may be said, and its help. Does nothing with it.

use clap::{Args, Parser, Subcommand, ValueEnum};
use rheo_ir::RegionName;
use rheo_profiles::Budget;
use std::path::PathBuf;
use std::str::FromStr;

/// Turns LLVM IR into a mix of compact interpreted bytecode and machine code, under a byte budget.
#[derive(Parser, Debug)]
#[command(version, propagate_version = true, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage; `run` ends as the program ends.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a program at once, as `lli` would: its input, output, exit code and death by signal are the native ones
    Run(Run),
    /// Build an executable that needs nothing else, within a size budget
    Build(Build),
    /// Print a stage of a program's way to code, with source lines
    Dump(Dump),
    /// Count a program's functions, operations and bytes in each tier, and time the stages
    Size(Size),
    /// Assemble a bytecode image from text
    As(Assemble),
    /// Disassemble a bytecode image to text that `rheo as` turns back into the same bytes
    Dis(Disassemble),
    /// Work with profiles
    #[command(subcommand)]
    Profile(Profile),
    /// List LLVM's intrinsics and what becomes of each, or the ops of the intermediate representation
    List(List),
}

/// Arguments of `rheo list`.
#[derive(Args, Debug)]
pub struct List {
    /// What to list
    pub what: Listed,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What there are lists of.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// LLVM's intrinsics for all machines and for x86: made of ops, run out of line, dropped, or refused and why
    Intrinsics,
    /// Ops of the intermediate representation, each with its class
    Ops,
}

/// What a program is made of.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Input")]
pub struct Inputs {
    /// Bitcode (.bc), LLVM assembly (.ll), archives of bitcode (.a), or C and C++ sources, which clang compiles
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Flags for clang when sources are given, in one argument: --cflags="-O1 -DNDEBUG" [default: -O2; `build` then
    /// optimises each function by its tier, machine code for speed and bytecode for size]
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    pub cflags: Vec<String>,
    /// Let LLVM optimise the modules first; -O z gives the smallest bytecode. Without it they are taken as they are, but
    /// `build` optimises unoptimised ones function by function
    #[arg(short = 'O', value_name = "LEVEL")]
    pub optimize: Option<Level>,
}

/// How the program is linked natively.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Native libraries")]
pub struct Libraries {
    /// Link the native library LIB
    #[arg(short = 'l', value_name = "LIB")]
    pub libraries: Vec<String>,
    /// Look for native libraries in DIR, too
    #[arg(short = 'L', value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Link the runtime in FILE, an object for the program's target (`./x runtime TARGET` makes one): there is one built in
    /// for this machine alone
    #[arg(long, value_name = "FILE")]
    pub runtime: Option<PathBuf>,
}

/// The instruction set of bytecode and interpreter.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Interpreter")]
pub struct Vm {
    /// The instruction set in FILE, such as a build writes beside its program, instead of one chosen for the program (`run`: the general one)
    #[arg(long, value_name = "FILE")]
    pub vm: Option<PathBuf>,
    /// Draw the opcodes' numbers from SEED: the bytecode means nothing to another interpreter
    #[arg(long, value_name = "SEED")]
    pub vm_seed: Option<u64>,
}

/// LLVM's optimisation levels.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Speed, a little
    #[value(name = "1")]
    O1,
    /// Speed
    #[value(name = "2")]
    O2,
    /// Speed, at any size
    #[value(name = "3")]
    O3,
    /// Size, as far as it costs no speed
    #[value(name = "s")]
    Os,
    /// Size
    #[value(name = "z")]
    Oz,
}

impl Level {
    /// LLVM's name of the passes.
    pub fn passes(self) -> &'static str {
        match self {
            Level::O1 => "default<O1>",
            Level::O2 => "default<O2>",
            Level::O3 => "default<O3>",
            Level::Os => "default<Os>",
            Level::Oz => "default<Oz>",
        }
    }
}

/// One tier for all functions, or each function's own by lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierChoice {
    /// All functions are bytecode.
    Bytecode,
    /// All functions are machine code.
    Aot,
    /// Each function's tier follows from the seed and its name.
    Random(u64),
}

impl std::fmt::Display for TierChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TierChoice::Bytecode => f.write_str("bytecode"),
            TierChoice::Aot => f.write_str("aot"),
            TierChoice::Random(seed) => write!(f, "random:{seed}"),
        }
    }
}

impl FromStr for TierChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<TierChoice, String> {
        match text.split_once(':') {
            None if text == "bytecode" => Ok(TierChoice::Bytecode),
            None if text == "aot" => Ok(TierChoice::Aot),
            None if text == "random" => Ok(TierChoice::Random(0)),
            Some(("random", seed)) => seed
                .parse()
                .map(TierChoice::Random)
                .map_err(|_| format!("`{seed}` is no seed: it is a number from 0 on")),
            _ => Err("tiers are `bytecode`, `aot` and `random[:SEED]`".to_owned()),
        }
    }
}

/// `rheo run`
#[derive(Args, Debug)]
pub struct Run {
    /// Where the functions run: bytecode, aot, or for each by lot: random, random:SEED
    #[arg(long, value_name = "TIER", default_value = "bytecode")]
    pub tier: TierChoice,
    /// Take another tier for a function that cannot be in the one asked for, and say so
    #[arg(long)]
    pub fallback: bool,
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub vm: Vm,
    #[command(flatten)]
    pub native: Libraries,
    /// The program's arguments, after `--`
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<std::ffi::OsString>,
}

/// `rheo build`
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("placement").required(true).multiple(true).args(["budget", "plan", "tier"]))]
#[command(group = clap::ArgGroup::new("product").required(true).multiple(true).args(["output", "emit_objects", "emit_image"]))]
#[command(after_help = "\
The plan is written to PROGRAM.plan: every function's tier, the reason, sizes and totals. Edit it and give it back with --plan.
PROGRAM.map tells `rheo profile convert` where the bytecode's functions lie.

A program built so that functions are bytecode writes counts when run with RHEO_PROFILE=FILE.")]
pub struct Build {
    /// How much Rheo may add: BYTES for interpreter, bytecode, machine code, tables and runtime together (200000,
    /// 200k, 1.5MiB), or PERCENT% of the machine code that all functions would be
    #[arg(long, value_name = "BYTES|PERCENT%")]
    pub budget: Option<Budget>,
    /// Take every function's tier from a plan, made by a build or by hand. With --budget, check that it is kept
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// One tier for all functions: bytecode, aot, or for each by lot: random, random:SEED
    #[arg(long, value_name = "TIER", conflicts_with_all = ["plan", "budget"])]
    pub tier: Option<TierChoice>,
    /// Where the program spends its time: a profile, or the counts that a run with RHEO_PROFILE wrote. Without one it
    /// is estimated, and the plan says so
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// The code map of the build that wrote the counts [default: named as the counts, else OUTPUT.map]
    #[arg(long, value_name = "FILE", requires = "profile")]
    pub map: Option<PathBuf>,
    /// Take another tier for a function that cannot be in the one asked for, and say so in the plan
    #[arg(long)]
    pub fallback: bool,
    /// Put function names and source lines into the bytecode image, for backtraces
    #[arg(short = 'g', long)]
    pub debug: bool,
    /// The executable
    #[arg(short, long, value_name = "PROGRAM")]
    pub output: Option<PathBuf>,
    /// Write the object files and a C header for a build system of one's own
    #[arg(long, value_name = "DIR")]
    pub emit_objects: Option<PathBuf>,
    /// Write the bytecode image, which `rheo dis --vm PROGRAM.isa` reads
    #[arg(long, value_name = "FILE")]
    pub emit_image: Option<PathBuf>,
    /// Report sizes as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Train instructions for this program, whose interpreter may take about BYTES more than else (65536, 64k). They are
    /// written to PROGRAM.isa, as those chosen without training are; give that back with --vm for later builds
    #[arg(long, value_name = "BYTES", conflicts_with = "vm", requires = "profile")]
    pub vm_bytes: Option<VmBytes>,
    /// Keep the handlers that the program does not use, so that later bytecode can
    #[arg(long)]
    pub whole_vm: bool,
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub vm: Vm,
    #[command(flatten)]
    pub native: Libraries,
}

/// Bytes of handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VmBytes(pub u32);

impl FromStr for VmBytes {
    type Err = String;

    fn from_str(text: &str) -> Result<VmBytes, String> {
        let Ok(Budget::Bytes(bytes)) = text.parse() else {
            return Err("a number of bytes, such as 65536 or 64k".to_owned());
        };
        u32::try_from(bytes).map(VmBytes).map_err(|_| "no interpreter is larger than 4 GB".to_owned())
    }
}

/// Stages that can be printed.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rheo's IR, after linking
    Ir,
    /// Bytecode, disassembled
    Bytecode,
    /// Cranelift's IR
    Clif,
    /// Machine code, disassembled
    Asm,
    /// Every function's tier at --budget, the reason and the sizes
    Plan,
}

fn region(text: &str) -> Result<RegionName, String> {
    RegionName::parse(text).ok_or_else(|| "a region is `block` or `loop` and a block, as `loop b3`".to_owned())
}

/// `rheo dump`
#[derive(Args, Debug)]
pub struct Dump {
    /// What to print
    #[arg(long, value_name = "STAGE")]
    pub emit: Stage,
    /// Print this function alone
    #[arg(long, value_name = "NAME")]
    pub function: Option<String>,
    /// With --function: make this part of it machine code inside bytecode, `block bN` or `loop bN` as --emit=ir names its
    /// blocks
    #[arg(long = "region", value_name = "REGION", requires = "function", value_parser = region)]
    pub regions: Vec<RegionName>,
    /// The budget that `--emit=plan` plans for
    #[arg(long, value_name = "BYTES|PERCENT%", default_value = "25%")]
    pub budget: Budget,
    /// A profile for `--emit=plan`
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: Inputs,
}

/// `rheo size`
#[derive(Args, Debug)]
pub struct Size {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// List every function
    #[arg(long)]
    pub functions: bool,
    /// Leave machine code out
    #[arg(long)]
    pub no_aot: bool,
    #[command(flatten)]
    pub inputs: Inputs,
}

/// `rheo as`
#[derive(Args, Debug)]
pub struct Assemble {
    #[command(flatten)]
    pub vm: Vm,
    /// The text
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// The image
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
}

/// `rheo dis`
#[derive(Args, Debug)]
pub struct Disassemble {
    #[command(flatten)]
    pub vm: Vm,
    /// The image: a file from `rheo build --emit-image`
    #[arg(value_name = "IMAGE")]
    pub image: PathBuf,
    /// Write the text to a file instead of standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
}

/// `rheo profile`
#[derive(Subcommand, Debug)]
pub enum Profile {
    /// Turn the counts that a run with RHEO_PROFILE wrote into a profile
    Convert {
        /// The counts
        #[arg(value_name = "COUNTS")]
        counts: PathBuf,
        /// The code map that the program's build wrote: PROGRAM.map
        #[arg(long, value_name = "FILE")]
        map: PathBuf,
        /// The profile
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Add profiles of one program up
    Merge {
        /// The profiles
        #[arg(required = true, value_name = "PROFILES")]
        profiles: Vec<PathBuf>,
        /// Their sum
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// List a profile's functions, those with the most block executions first
    Show {
        /// The profile
        #[arg(value_name = "PROFILE")]
        profile: PathBuf,
        /// List this many
        #[arg(long, value_name = "N", default_value_t = 40)]
        top: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_are_the_programs() {
        let cli =
            Cli::try_parse_from(["rheo", "run", "--tier", "random:7", "a.bc", "-lm", "b.bc", "--", "--tier", "x"]);
        let Command::Run(run) = cli.expect("well-formed").command else { panic!("`run` is `run`") };
        assert_eq!(run.tier, TierChoice::Random(7));
        assert_eq!((run.inputs.files.len(), run.native.libraries.as_slice()), (2, &["m".to_owned()][..]));
        assert_eq!(run.args, ["--tier", "x"]);
    }

    #[test]
    fn a_build_needs_a_placement_and_a_product() {
        for args in [&["a.bc", "-o", "p"][..], &["a.bc", "--budget", "1k"], &["a.bc", "--budget", "x", "-o", "p"]] {
            assert!(Cli::try_parse_from(["rheo", "build"].iter().chain(args)).is_err(), "{args:?}");
        }
    }
}
