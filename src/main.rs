//! The `rheo` command.
//!
//! Owns exit codes and what a failure looks like. What the commands do stands in their own files, all of them on top of
//! `pipeline`.

mod build;
mod cache;
mod cli;
mod code;
mod diagnostic;
mod dump;
mod each;
mod entries;
mod exec;
mod image_command;
mod instructions;
mod linker;
mod listing;
mod lots;
mod natives;
mod objects;
mod output;
mod pipeline;
mod placement;
mod profile_command;
mod program;
mod progress;
mod run;
mod size;
mod undefined;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    install_panic_hook();
    let cli = cli::Cli::parse();
    // A panic has been reported by the hook; the exit code says that it was one.
    let done = std::panic::catch_unwind(|| run(&cli));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            diagnostic::print(&error);
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::from(INTERNAL_ERROR),
    }
}

/// As `sysexits.h` has it (EX_SOFTWARE).
const INTERNAL_ERROR: u8 = 70;

fn run(cli: &cli::Cli) -> anyhow::Result<()> {
    match &cli.command {
        cli::Command::Run(args) => run::run(args),
        cli::Command::Build(args) => build::build(args),
        cli::Command::Dump(args) => dump::dump(args),
        cli::Command::Size(args) => size::size(args),
        cli::Command::As(args) => image_command::assemble(args),
        cli::Command::Dis(args) => image_command::disassemble(args),
        cli::Command::Profile(command) => profile_command::profile(command),
        cli::Command::List(args) => listing::list(args),
    }
}

/// A panic is a bug of ours, and is reported as such rather than as a stack dump.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let what = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map_or_else(String::new, |l| format!(" ({}:{})", l.file(), l.line()));
        eprintln!("internal error: {what}{place}");
        eprintln!(
            "This is a bug in rheo {}. Please report it with the command line and its input.",
            env!("CARGO_PKG_VERSION")
        );
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{}", std::backtrace::Backtrace::force_capture());
        }
    }));
}
