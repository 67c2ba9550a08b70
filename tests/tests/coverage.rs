//! Holds what there is (LLVM's instructions and intrinsics, our ops) against what the filetests test: nothing without a
//! test, and the table in `langref.md` as it is.

use std::fs;
use std::process::ExitCode;

use anyhow::{Result, bail};
use rheo_tests::coverage::{self, Uses};
use rheo_tests::{compare, filetest, harness, places};

fn main() -> ExitCode {
    harness::main(|| {
        Ok(vec![
            harness::trial("every_instruction_and_intrinsic_is_tested", langref),
            harness::trial("every_op_is_tested", ops),
        ])
    })
}

fn langref() -> Result<()> {
    let table = coverage::table(&Uses::of(&filetest::all()?)?)?;
    let path = places::ours("langref.md");
    if std::env::var_os("RHEO_BLESS").is_some() {
        fs::write(&path, &table.text)?;
    }
    if !table.gaps.is_empty() {
        bail!("without a filetest:\n{}", table.gaps.join("\n"));
    }
    let old = fs::read_to_string(&path).unwrap_or_default();
    if old != table.text {
        bail!("langref.md is not up to date (`./x bless` mends it):\n{}", compare::diff(&old, &table.text));
    }
    Ok(())
}

fn ops() -> Result<()> {
    let unused = coverage::unused_ops(&filetest::all()?)?;
    if !unused.is_empty() {
        bail!("in no filetest's program: {}", unused.join(", "));
    }
    Ok(())
}
