//! Suite torture.

use std::process::ExitCode;

fn main() -> ExitCode {
    rheo_tests::harness::main(|| Ok(Vec::new()))
}
