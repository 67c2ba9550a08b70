//! `rheo dump`: one stage, printed.

use crate::cache::Cache;
use crate::cli::{self, Stage};
use crate::code::Settings;
use crate::objects::Handlers;
use crate::placement::{self, Workshop};
use crate::program::{self, Program};
use crate::progress::Progress;
use crate::{code, objects, output, profile_command};
use anyhow::{Context, Result};
use rheo_bytecode::{FuncRegions, ImageView, asm};
use rheo_ir::{FuncId, Printer, RegionName, Regions};
use rheo_link::Roots;
use rustc_hash::FxHashMap;

/// Prints a stage.
pub fn dump(args: &cli::Dump) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    let program = program::load(&args.inputs, &cli::Libraries::default(), Roots::Executable, &cache, &progress)?;
    let functions: Vec<FuncId> = match &args.function {
        Some(name) => vec![program.function(name)?],
        None => program.module.defined().collect(),
    };
    let regions = regions(&program, &functions, &args.regions)?;
    let text = match args.emit {
        Stage::Ir => ir(&program, args.function.is_some(), &functions),
        Stage::Clif => machine_code(&program, &functions, &regions, rheo_aot::Print::Clif)?,
        Stage::Asm => machine_code(&program, &functions, &regions, rheo_aot::Print::Asm)?,
        Stage::Bytecode => bytecode(&program, &functions, &regions)?,
        Stage::Plan => plan(args, &program, &cache, &progress)?,
    };
    drop(progress);
    output::print(&text)
}

/// The regions asked for, of the one function.
fn regions(program: &Program, functions: &[FuncId], names: &[RegionName]) -> Result<FuncRegions> {
    let mut found = FuncRegions::default();
    let [f] = *functions else { return Ok(found) };
    for name in names {
        let region = Regions::of(&program.module, f).and_then(|all| all.find(name));
        found.entry(f).or_default().push(region.with_context(|| name.to_string())?);
    }
    Ok(found)
}

fn ir(program: &Program, selected: bool, functions: &[FuncId]) -> String {
    let printer = Printer::new(&program.module);
    if selected { functions.iter().map(|&f| printer.func(f)).collect() } else { printer.module() }
}

fn machine_code(
    program: &Program,
    functions: &[FuncId],
    regions: &FuncRegions,
    what: rheo_aot::Print,
) -> Result<String> {
    let options = code::aot_options(program);
    let mut text = String::new();
    let mut sources = Sources::default();
    let mut line = |file: &str, line: u32| sources.line(file, line);
    if !regions.is_empty() {
        let settings = Settings { fallback: false, debug: false };
        let bytecode = code::emit(program, program.module.defined().collect(), regions, settings)?;
        for place in bytecode.iter().flat_map(|b| code::places(&b.image, regions)) {
            text += &rheo_aot::print_block(&program.module, &place, &options, what, &mut line)?;
            text.push('\n');
        }
        return Ok(text);
    }
    for &f in functions {
        text += &rheo_aot::print(&program.module, f, &options, what, &mut line)?;
        text.push('\n');
    }
    Ok(text)
}

/// All functions are numbered, so that calls between them are what they are in a program of bytecode alone.
fn bytecode(program: &Program, functions: &[FuncId], regions: &FuncRegions) -> Result<String> {
    let all: Vec<FuncId> = program.module.defined().collect();
    let settings = Settings { fallback: true, debug: true };
    let (mut bytecode, refused) = code::emit_possible(program, &all, settings)?;
    if !regions.is_empty() {
        let possible = all.iter().copied().filter(|f| !refused.contains_key(f)).collect();
        bytecode = code::emit(program, possible, regions, settings)?;
    }
    let mut sources = Sources::default();
    let mut text = String::new();
    let bytecode = bytecode.as_ref();
    let image = bytecode.map(|b| ImageView::parse(&b.image.bytes)).transpose().context("an image of ours")?;
    let image = image.map(|view| rheo_bytecode::verify(view, &program.isa)).transpose().context("an image of ours")?;
    for f in functions {
        if let Some(why) = refused.get(f) {
            text += &format!("function {} cannot be bytecode: {why}\n\n", program.module.func(*f).name);
            continue;
        }
        let number = bytecode.and_then(|b| b.functions.iter().position(|g| g == f)).expect("emitted or refused");
        let image = image.as_ref().expect("there is a function in it");
        text +=
            &asm::list_function(image, number, &mut |file, line| sources.line(file, line)).expect("a number of its");
        text.push('\n');
    }
    Ok(text)
}

fn plan(args: &cli::Dump, program: &Program, cache: &Cache, progress: &Progress) -> Result<String> {
    let profile = args
        .profile
        .as_ref()
        .map(|p| profile_command::read_any(p, &profile_command::map_beside(p, None)))
        .transpose()?;
    let (heat, hotness) = placement::heat(program, profile.as_ref());
    let shims = objects::shims(program)?;
    let settings = Settings { fallback: true, debug: false };
    let handlers = Handlers::Used;
    let workshop = Workshop { program, heat, hotness, settings, handlers, shims, cache, progress };
    let mut plan = workshop.reckon(args.budget)?;
    if let Some(name) = &args.function {
        plan.entries.retain(|e| e.function == *name);
    }
    Ok(plan.print())
}

/// Source files, read once each.
#[derive(Default)]
struct Sources {
    files: FxHashMap<String, Option<Vec<String>>>,
}

impl Sources {
    fn line(&mut self, file: &str, line: u32) -> Option<String> {
        let lines = self.files.entry(file.to_owned()).or_insert_with(|| {
            let text = std::fs::read_to_string(file).ok()?;
            Some(text.lines().map(str::to_owned).collect())
        });
        lines.as_ref()?.get((line as usize).checked_sub(1)?).cloned()
    }
}
