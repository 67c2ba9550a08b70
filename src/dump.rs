//! `rheo dump`: one stage, printed.

use crate::cli::{self, Stage};
use crate::program::{self, Program};
use crate::progress::Progress;
use crate::{code, output};
use anyhow::Result;
use rheo_ir::{FuncId, Printer};
use rheo_link::Roots;

/// Prints a stage.
pub fn dump(args: &cli::Dump) -> Result<()> {
    let progress = Progress::start();
    let program = program::load(&args.inputs, Roots::Executable, &progress)?;
    let functions: Vec<FuncId> = match &args.function {
        Some(name) => vec![program.function(name)?],
        None => program.module.defined().collect(),
    };
    let text = match args.emit {
        Stage::Ir => ir(&program, args.function.is_some(), &functions),
        Stage::Clif => machine_code(&program, &functions, rheo_aot::Print::Clif)?,
        Stage::Asm => machine_code(&program, &functions, rheo_aot::Print::Asm)?,
        _ => todo!(),
    };
    drop(progress);
    output::print(&text)
}

fn ir(program: &Program, selected: bool, functions: &[FuncId]) -> String {
    let printer = Printer::new(&program.module);
    if selected { functions.iter().map(|&f| printer.func(f)).collect() } else { printer.module() }
}

fn machine_code(program: &Program, functions: &[FuncId], what: rheo_aot::Print) -> Result<String> {
    let options = code::aot_options(program);
    let mut text = String::new();
    for &f in functions {
        text += &rheo_aot::print(&program.module, f, &options, what)?;
        text.push('\n');
    }
    Ok(text)
}
