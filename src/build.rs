//! `rheo build`

use crate::cache::Cache;
use crate::objects::Handlers;
use crate::output::{Outputs, companion};
use crate::placement::{self, Made, Workshop};
use crate::program::{self, Program};
use crate::progress::Progress;
use crate::{cli, code, instructions, lots, objects, output, pipeline, profile_command};
use anyhow::{Context, Result};
use rheo_bytecode::Isa;
use rheo_link::Roots;
use rheo_profiles::Profile;
use rheo_targets::Tier;
use std::borrow::Cow;
use std::path::Path;

/// Builds what the arguments ask for.
pub fn build(args: &cli::Build) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    // Another build system may refer to whatever is visible.
    let roots = if args.emit_objects.is_some() { Roots::Visible } else { Roots::Executable };
    let mut program = program::load(&args.inputs, &args.native, roots, &cache, &progress)?;
    if args.output.is_some() {
        program.require_main()?;
    }
    let profile = read_profile(args)?;
    program.isa = instructions::given(&args.vm)?;
    if let Some(profile) = &profile {
        program.runs = instructions::runs(&program, profile);
    }
    if let Some(bytes) = args.vm_bytes {
        let set = instructions::trained(&program, bytes, &progress)?;
        program.isa = Cow::Owned(match args.vm.vm_seed {
            None => set,
            Some(seed) => set.shuffled(seed),
        });
    }
    let shims = objects::shims(&program)?;
    let handlers = if args.whole_vm { Handlers::All } else { Handlers::Used };
    let settings = code::Settings { fallback: args.fallback, debug: args.debug };
    let (heat, hotness) = placement::heat(&program, profile.as_ref());
    let workshop =
        Workshop { program: &program, heat, hotness, settings, handlers, shims, cache: &cache, progress: &progress };
    let made = place(args, &workshop)?;
    pipeline::report_fallbacks(&program, &made.code);
    let outputs = write(args, &program, &made, &progress)?;
    outputs.publish()?;
    drop(progress);
    if args.json { output::print(&format!("{:#}\n", report(&program, &made))) } else { Ok(()) }
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
                placement::check_kept(&made.objects.totals, &made.code, workshop.program, budget)?;
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
    let plan = made.plan.print();
    let map = made.code.bytecode.as_ref().map(|b| b.map(&program.module).write());
    if let Some(path) = &args.output {
        progress.stage("linking natively");
        let folder = tempfile::Builder::new().prefix("rheo-").tempdir().context("cannot make a temporary folder")?;
        let place = outputs.reserve(path)?;
        pipeline::link(program, &args.native, &made.objects, folder.path(), &place)?;
        outputs.add(&companion(path, "plan"), plan.as_bytes())?;
        if args.vm_bytes.is_some() {
            outputs.add(&companion(path, "isa"), program.isa.to_string().as_bytes())?;
        }
        if let Some(map) = &map {
            outputs.add(&companion(path, "map"), map.as_bytes())?;
        }
    }
    if let Some(folder) = &args.emit_objects {
        emit_objects(folder, &mut outputs, made, args.vm_bytes.map(|_| &*program.isa), &plan, map.as_deref())?;
    }
    if let Some(path) = &args.emit_image {
        let bytecode = made.code.bytecode.as_ref();
        let bytecode = bytecode.context("no function is bytecode, so there is no image to write")?;
        outputs.add(path, &bytecode.image.bytes)?;
    }
    Ok(outputs)
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
            "fallbacks": fallbacks,
        },
    })
}
