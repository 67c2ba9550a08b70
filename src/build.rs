//! `rheo build`

use crate::cache::Cache;
use crate::objects::Handlers;
use crate::output::{Outputs, companion};
use crate::placement::{self, Made, Workshop};
use crate::program::{self, Program, Source};
use crate::progress::Progress;
use crate::{cli, code, each, instructions, lots, objects, output, pipeline, profile_command};
use anyhow::{Context, Result};
use rheo_bytecode::Isa;
use rheo_ir::SELDOM;
use rheo_link::{Passes, Roots};
use rheo_profiles::{Budget, Entry, Plan, Profile};
use rheo_targets::Tier;
use rustc_hash::FxHashSet;
use std::path::Path;
use std::sync::Arc;

/// Builds what the arguments ask for.
pub fn build(args: &cli::Build) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    // Another build system may refer to whatever is visible.
    let roots = if args.emit_objects.is_some() { Roots::Visible } else { Roots::Executable };
    let profile = read_profile(args)?;
    let (program, made) = made(args, roots, profile.as_ref(), &cache, &progress)?;
    pipeline::report_fallbacks(&program, &made.code);
    let outputs = write(args, &program, &made, &progress)?;
    outputs.publish()?;
    drop(progress);
    if args.json { output::print(&format!("{:#}\n", report(&program, &made))) } else { Ok(()) }
}

/// The program, optimised function by function where that is still to be done, and what is made of it.
fn made<'a>(
    args: &'a cli::Build,
    roots: Roots,
    profile: Option<&Profile>,
    cache: &Cache,
    progress: &Progress,
) -> Result<(Program<'a>, Made)> {
    let asked = program::passes(&args.inputs);
    let each = matches!(asked, Passes::None);
    let open = if each { Passes::Each(Arc::new(|_| true)) } else { asked.clone() };
    let source = Source::open(&args.inputs, &args.native, roots, cache, progress, &open)?;
    let check = |program: &Program| if args.output.is_some() { program.require_main() } else { Ok(()) };
    if each && source.any_raw_source() {
        return each::make(args, &source, profile, check);
    }
    let mut program = source.program(&asked)?;
    check(&program)?;
    if each && each::wanted(&source, &program) {
        return each::make(args, &source, profile, check);
    }
    let Some(profile) = profile else {
        let made = equip_and_place(args, &mut program, None, cache, progress)?;
        return Ok((program, made));
    };
    if !splits(args)? {
        let made = equip_and_place(args, &mut program, Some(profile), cache, progress)?;
        return Ok((program, made));
    }
    let apart = program.set_seldom_apart(profile);
    let made = equip_and_place(args, &mut program, Some(&apart), cache, progress)?;
    if args.plan.is_some() || split_pays(&made.plan) {
        return Ok((program, made));
    }
    // What was taken apart is all bytecode: better whole.
    let mut program = source.program(&asked)?;
    let made = equip_and_place(args, &mut program, Some(profile), cache, progress)?;
    Ok((program, made))
}

/// Gives the program what its bytecode is made by, and makes code of its functions.
fn equip_and_place(
    args: &cli::Build,
    program: &mut Program,
    profile: Option<&Profile>,
    cache: &Cache,
    progress: &Progress,
) -> Result<Made> {
    if let Some(profile) = profile {
        program.runs = instructions::runs(program, profile);
    }
    program.weights = instructions::weights(args, program)?;
    program.isa = instructions::chosen(args, program, progress)?;
    let shims = objects::shims(program)?;
    let (heat, hotness) = placement::heat(program, profile);
    let (settings, handlers) = (settings(args), handlers(args));
    let workshop = Workshop { program, heat, hotness, settings, handlers, shims, cache, progress };
    place(args, &workshop)
}

/// Whether a function that was taken apart is machine code, be it in part.
fn split_pays(plan: &Plan) -> bool {
    let whole = |name: &str| name.split_once(SELDOM).map(|(whole, _)| whole.to_owned());
    let split: FxHashSet<String> = plan.entries.iter().filter_map(|e| whole(&e.function)).collect();
    let in_part = |e: &Entry| e.tier == Tier::Aot || !e.regions.is_empty();
    split.is_empty() || plan.entries.iter().any(|e| split.contains(&e.function) && in_part(e))
}

/// Whether hot functions are taken apart, for the planner to place what is seldom run elsewhere: where there is a choice.
fn splits(args: &cli::Build) -> Result<bool> {
    if let Some(path) = &args.plan {
        return Ok(placement::read_plan(path)?.entries.iter().any(|e| e.function.contains(SELDOM)));
    }
    let none = Budget::Percent(0);
    let all = Budget::Percent(10_000);
    Ok(args.tier.is_none() && args.budget.is_none_or(|b| b != none && b != all))
}

/// How to make code.
pub fn settings(args: &cli::Build) -> code::Settings {
    code::Settings { fallback: args.fallback, debug: args.debug }
}

/// What the interpreter can do.
pub fn handlers(args: &cli::Build) -> Handlers {
    if args.whole_vm { Handlers::All } else { Handlers::Used }
}

fn place(args: &cli::Build, workshop: &Workshop) -> Result<Made> {
    if let Some(choice) = args.tier {
        let wanted = lots::draw(&workshop.program.module, choice);
        return workshop.as_told(&wanted, &format!("--tier {choice}"));
    }
    match (&args.plan, args.budget) {
        (Some(path), budget) => {
            let mut made = workshop.as_planned(path)?;
            if let Some(budget) = budget {
                let all_bytes = || placement::all_aot_bytes(workshop.program);
                placement::check_kept(&made.objects.totals, &made.code, budget, all_bytes)?;
            }
            made.plan.budget = budget;
            Ok(made)
        }
        (None, Some(budget)) => workshop.within(budget),
        (None, None) => unreachable!("the command line asks for one of them"),
    }
}

fn read_profile(args: &cli::Build) -> Result<Option<Profile>> {
    let Some(path) = &args.profile else { return Ok(None) };
    let map = args.map.clone().unwrap_or_else(|| profile_command::map_beside(path, args.output.as_deref()));
    profile_command::read_any(path, &map).map(Some)
}

/// Stages every file asked for.
fn write(args: &cli::Build, program: &Program, made: &Made, progress: &Progress) -> Result<Outputs> {
    let mut outputs = Outputs::default();
    let mut plan = made.plan.print();
    let natives = natives(program);
    if !natives.is_empty() {
        plan += &format!("\n# native, out of line: {}\n", natives.len());
        plan.extend(natives.iter().map(|what| format!("#   {what}\n")));
    }
    let map = made.code.bytecode.as_ref().map(|b| b.map(&program.module).write());
    if let Some(path) = &args.output {
        progress.stage("linking natively");
        let folder = tempfile::Builder::new().prefix("rheo-").tempdir().context("cannot make a temporary folder")?;
        let place = outputs.reserve(path)?;
        pipeline::link(program, &args.native, &made.objects, folder.path(), &place)?;
        outputs.add(&companion(path, "plan"), plan.as_bytes())?;
        if let Some(isa) = own_isa(args, program) {
            outputs.add(&companion(path, "isa"), isa.to_string().as_bytes())?;
        }
        if let Some(map) = &map {
            outputs.add(&companion(path, "map"), map.as_bytes())?;
        }
    }
    if let Some(folder) = &args.emit_objects {
        emit_objects(folder, &mut outputs, made, own_isa(args, program), &plan, map.as_deref())?;
    }
    if let Some(path) = &args.emit_image {
        let bytecode = made.code.bytecode.as_ref();
        let bytecode = bytecode.context("no function is bytecode, so there is no image to write")?;
        outputs.add(path, &bytecode.image.bytes)?;
    }
    Ok(outputs)
}

/// The instruction set, where it is not a file's as it stands.
fn own_isa<'a>(args: &cli::Build, program: &'a Program) -> Option<&'a Isa> {
    (args.vm_bytes.is_some() || args.vm.vm_seed.is_some() || args.vm.vm.is_none()).then_some(&*program.isa)
}

fn emit_objects(
    folder: &Path,
    outputs: &mut Outputs,
    made: &Made,
    isa: Option<&Isa>,
    plan: &str,
    map: Option<&str>,
) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (name, bytes) in &made.objects.files {
        outputs.add(&folder.join(name), bytes)?;
    }
    outputs.add(&folder.join("rheo.h"), rheo_runtime::HEADER.as_bytes())?;
    outputs.add(&folder.join("program.plan"), plan.as_bytes())?;
    if let Some(isa) = isa {
        outputs.add(&folder.join("program.isa"), isa.to_string().as_bytes())?;
    }
    if let Some(map) = map {
        outputs.add(&folder.join("program.map"), map.as_bytes())?;
    }
    Ok(())
}

/// What LLVM's code stands for in the program: functions that are native, and instructions and calls that have no op.
fn natives(program: &Program) -> Vec<String> {
    let mut all: Vec<String> = program.module.shims.iter().map(|s| s.what.replace(['\n', '\r'], " ")).collect();
    all.sort();
    all
}

fn report(program: &Program, made: &Made) -> serde_json::Value {
    let totals = &made.plan.totals;
    let mut bytes: serde_json::Map<String, serde_json::Value> =
        totals.parts().into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into())).collect();
    bytes.insert("total".to_owned(), totals.sum().into());
    let fallbacks: Vec<_> = made
        .plan
        .fallbacks()
        .map(|e| {
            let wanted = e.fallback_from.map(Tier::name);
            serde_json::json!({"function": e.function, "wanted": wanted, "got": e.tier.name(), "why": e.why})
        })
        .collect();
    serde_json::json!({
        "target": program.target.platform.name,
        "budget": made.plan.budget.map(|b| b.to_string()),
        "hotness": made.plan.hotness.name(),
        "bytes": bytes,
        "functions": {
            "bytecode": made.plan.count(Tier::Bytecode),
            "aot": made.plan.count(Tier::Aot),
            "regions": made.plan.region_count(),
            "fallbacks": fallbacks,
            "native": natives(program),
        },
    })
}
