//! The instruction set of a program's bytecode: chosen from the stock, one from a file, or one trained for the program; where
//! nothing is known of the program, the general one.

use crate::cli::{self, VmBytes};
use crate::code::{self, Settings};
use crate::objects;
use crate::placement;
use crate::program::{Program, Weights};
use crate::progress::Progress;
use anyhow::{Context, Result, bail};
use rheo_bytecode::isa::Template;
use rheo_bytecode::train::{TitleOptions, proposed};
use rheo_bytecode::{FitOptions, Isa, Runs, isa};
use rheo_ir::{FuncId, Module};
use rheo_profiles::{Profile, estimate_runs, work};
use rheo_targets::Tier;
use rheo_vmgen::Gauge;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The set that the arguments name.
pub fn given(args: &cli::Vm) -> Result<Cow<'static, Isa>> {
    Ok(numbered(read(args)?, args))
}

/// What the bytecode of a build is to be good at: few bytes as much as few dispatches where a budget decided what is bytecode, else
/// above all few dispatches.
pub fn weights(args: &cli::Build, program: &Program) -> Result<Weights> {
    let has_budget = match &args.plan {
        Some(path) => placement::read_plan(path)?.budget.is_some(),
        None => args.tier.is_none(),
    };
    Ok(match (has_budget, program.runs.is_empty()) {
        (true, _) => Weights::default(),
        (false, false) => Weights { runs: mixed(program), dispatches: DISPATCHES_FAST },
        (false, true) => Weights { runs: guessed(&program.module), dispatches: DISPATCHES_FAST },
    })
}

/// How often blocks run as counted, and what was not counted by guess: other inputs execute other code.
fn mixed(program: &Program) -> Runs {
    let module = &program.module;
    let executed = |runs: &Runs| -> f64 {
        let of = |(f, runs): (&FuncId, &Vec<u64>)| -> f64 {
            let blocks = module.func(*f).body.iter().flat_map(|b| &b.blocks).zip(runs);
            blocks.map(|(block, &n)| block.insts.len() as f64 * n as f64).sum()
        };
        runs.iter().map(of).sum()
    };
    let mut out: FxHashMap<FuncId, Vec<f64>> = FxHashMap::default();
    for (runs, share) in [(&program.runs, 1.0), (&guessed(module), GUESSED_SHARE)] {
        let scale = MIXED_OPS * share / executed(runs).max(1.0);
        for (&f, runs) in runs {
            let to = out.entry(f).or_default();
            to.resize(runs.len().max(to.len()), 0.0);
            to.iter_mut().zip(runs).for_each(|(to, &n)| *to += n as f64 * scale);
        }
    }
    out.into_iter().map(|(f, runs)| (f, runs.into_iter().map(|n| n as u64).collect())).collect()
}

/// How often blocks run, by guess.
fn guessed(module: &Module) -> Runs {
    let scaled = |n: f64| (n.powf(ESTIMATE_POWER) * ESTIMATE_SCALE) as u64;
    let blocks = estimate_runs(module).into_iter().map(|blocks| blocks.into_iter().map(scaled).collect());
    blocks.enumerate().map(|(f, blocks)| (FuncId::new(f), blocks)).collect()
}

/// The set for a build: trained for the program if that is asked for, else the one that the arguments name.
pub fn chosen(args: &cli::Build, program: &Program, progress: &Progress) -> Result<Cow<'static, Isa>> {
    if args.vm.vm.is_some() {
        return given(&args.vm);
    }
    let mut funcs = examples(program, if args.vm_bytes.is_some() { TITLE_OPS } else { EXAMPLE_OPS })?;
    let plan = args.plan.as_deref().map(placement::read_plan).transpose()?;
    // A plan that a budget made has the instructions that were chosen before there was a plan.
    if let Some(plan) = plan.filter(|plan| plan.budget.is_none()) {
        // Calls of machine code are other instructions.
        let machine_code: FxHashSet<&str> =
            plan.entries.iter().filter(|e| e.tier == Tier::Aot).map(|e| e.function.as_str()).collect();
        funcs.retain(|&f| !machine_code.contains(program.module.func(f).name.as_str()));
    }
    let workshop = Workshop { program, funcs, progress };
    let stock = Isa::stock();
    let set = match args.vm_bytes {
        None => workshop.fitted(stock, HANDLERS_MAX)?,
        Some(bytes) => {
            let start = workshop.fitted(stock, HANDLERS_MAX)?;
            let own = workshop.proposed(&start, bytes)?;
            let stock: Vec<Template> = [stock, &own].concat();
            workshop.fitted(&stock, HANDLERS_MAX + bytes.0)?
        }
    };
    Ok(numbered(Cow::Owned(set), &args.vm))
}

/// What all executed dispatches count where nothing bounds the program's size; all bytes of the bytecode count 1.
const DISPATCHES_FAST: f64 = 16.0;
/// Bytes of handlers but for the base set's, so that all are some 64 KB in a large program.
const HANDLERS_MAX: u32 = 52_000;
/// What all guessed executions count, where the counted ones count 1.
const GUESSED_SHARE: f64 = 0.4;
/// Operations that the counted ones become, so that a guess does not vanish as a whole number.
const MIXED_OPS: f64 = 1e9;
/// Estimates of how often blocks run are taken to this power: they are often wrong, and the more so the larger.
const ESTIMATE_POWER: f64 = 0.5;
/// Estimates are numbers from 1 on.
const ESTIMATE_SCALE: f64 = 1000.0;

/// A program whose instruction set is chosen.
struct Workshop<'a> {
    program: &'a Program<'a>,
    /// The functions that it is chosen by.
    funcs: Vec<FuncId>,
    progress: &'a Progress,
}

impl Workshop<'_> {
    /// The templates of the stock that serve the program best, with at most so many bytes of handlers.
    fn fitted(&self, stock: &[Template], handlers_max: u32) -> Result<Isa> {
        self.progress.stage("choosing instructions");
        let Program { module, runs, target, weights, .. } = self.program;
        let runs = match (weights.runs.is_empty(), runs.is_empty()) {
            (false, _) => Cow::Borrowed(&weights.runs),
            (true, false) => Cow::Borrowed(runs),
            (true, true) => Cow::Owned(guessed(module)),
        };
        let dispatches = weights.dispatches;
        let gauge = Gauge::new(&target.triple, rheo_vmgen::Options::default())?;
        let handler_bytes = |t: &_| handler_bytes(&gauge, t);
        let dialect_bytes = objects::dialect_bytes(self.program) as u32;
        let options = FitOptions { dispatches, handlers_max, dialect_bytes, handler_bytes: &handler_bytes };
        rheo_bytecode::fitted(module, &self.funcs, &runs, stock, options).context("choosing instructions")
    }

    /// Templates for this program, whose runs are known: about so many bytes of handlers.
    fn proposed(&self, start: &Isa, bytes: VmBytes) -> Result<Vec<Template>> {
        self.progress.stage("training an instruction set");
        let Program { module, weights, target, .. } = self.program;
        let mut report = |line: &str| self.progress.stage(&format!("training an instruction set: {line}"));
        let gauge = Gauge::new(&target.triple, rheo_vmgen::Options::default())?;
        let handler_bytes = |t: &_| handler_bytes(&gauge, t);
        let options = TitleOptions {
            dispatches: weights.dispatches,
            bytes: bytes.0,
            handler_bytes: &handler_bytes,
            report: &mut report,
        };
        proposed(module, &self.funcs, &weights.runs, start, options).context("training an instruction set")
    }
}

/// What a template's handler takes, if it is a quick one. A loop may take its time to begin.
fn handler_bytes(gauge: &Gauge, template: &Template) -> Option<u32> {
    gauge.measure(template).ok().filter(|handler| !handler.framed || template.is_loop()).map(|handler| handler.bytes)
}

fn read(args: &cli::Vm) -> Result<Cow<'static, Isa>> {
    let Some(path) = &args.vm else { return Ok(Cow::Borrowed(Isa::general())) };
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    let set = isa::parse_isa(&text).with_context(|| format!("{name}: not an instruction set"))?;
    if let Some(missing) = set.missing() {
        bail!("{name}: the instruction set lacks `{missing}`, which programs may need");
    }
    Ok(Cow::Owned(set))
}

/// The set with opcodes as the arguments draw them.
fn numbered(set: Cow<'static, Isa>, args: &cli::Vm) -> Cow<'static, Isa> {
    match args.vm_seed {
        None => set,
        Some(seed) => Cow::Owned(set.into_owned().shuffled(seed)),
    }
}

/// How often the program's blocks ran, where the profile is of this program.
pub fn runs(program: &Program, profile: &Profile) -> Runs {
    let module = &program.module;
    let of = |f: FuncId| {
        let func = module.func(f);
        let blocks = func.body.as_ref()?.blocks.len();
        let counted = profile.functions.get(&func.name).filter(|p| p.blocks.len() == blocks)?;
        Some((f, counted.blocks.clone()))
    };
    module.defined().filter_map(of).collect()
}

/// Operations that a set is chosen for.
const EXAMPLE_OPS: usize = 60_000;
/// The same of a title's own set.
const TITLE_OPS: usize = 400_000;
/// Share of all executions that those functions make up which are examples before any other.
const HOT_SHARE: f64 = 0.99;

/// The functions that execute nearly everything, and of the others every so-many-th.
fn examples(program: &Program, ops_max: usize) -> Result<Vec<FuncId>> {
    struct Example {
        func: FuncId,
        ops: usize,
        executed: u128,
    }
    let example = |func: FuncId| {
        let body = program.module.func(func).body.as_ref()?;
        let counts = program.runs.get(&func).map_or(&[][..], Vec::as_slice);
        Some(Example { func, ops: body.inst_count(), executed: work(body, counts).sum() })
    };
    // What cannot be bytecode is no example.
    let all: Vec<FuncId> = program.module.defined().collect();
    let (_, refused) = code::emit_possible(program, &all, Settings { fallback: true, debug: false })?;
    let possible = all.into_iter().filter(|f| !refused.contains_key(f));
    let mut left: Vec<Example> = possible.filter_map(example).collect();
    left.sort_by_key(|e| (std::cmp::Reverse(e.executed), e.func));
    let wanted = left.iter().map(|e| e.executed as f64).sum::<f64>() * HOT_SHARE;
    let (mut chosen, mut ops, mut executed) = (Vec::new(), 0, 0.0);
    left.retain(|e| {
        // Half of the room is for what counts by its size alone.
        let hot = executed < wanted && ops + e.ops <= ops_max / 2;
        if hot {
            chosen.push(e.func);
            ops += e.ops;
            executed += e.executed as f64;
        }
        !hot
    });
    left.sort_by_key(|e| e.func);
    let total: usize = left.iter().map(|e| e.ops).sum();
    let step = total.div_ceil(ops_max - ops).max(1);
    chosen.extend(left.iter().step_by(step).map(|e| e.func));
    Ok(chosen)
}
