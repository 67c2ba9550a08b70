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
use rheo_bytecode::train::{Advice, Sample, TrainOptions, train};
use rheo_bytecode::{FitOptions, Isa, Runs, isa};
use rheo_ir::{FuncId, Module};
use rheo_profiles::{Profile, estimate_runs, work};
use rheo_targets::Tier;
use rheo_vmgen::Gauge;
use rustc_hash::FxHashSet;
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
        (false, false) => Weights { dispatches: DISPATCHES_FAST, ..Weights::default() },
        (false, true) => Weights { guessed: guessed(&program.module), dispatches: DISPATCHES_FAST },
    })
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
    let mut funcs = examples(program)?;
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
            let own = workshop.trained(&start.fast, bytes)?;
            let stock: Vec<Template> = [stock, &own.fast, &own.escape].concat();
            workshop.fitted(&stock, HANDLERS_MAX + bytes.0)?
        }
    };
    Ok(numbered(Cow::Owned(set), &args.vm))
}

/// What all executed dispatches count where nothing bounds the program's size; all bytes of the bytecode count 1.
const DISPATCHES_FAST: f64 = 16.0;
/// Bytes of handlers but for the base set's, so that all are some 64 KB in a large program.
const HANDLERS_MAX: u32 = 52_000;
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
    /// The templates of the stock that serve the program best, with at most so many bytes of handlers for more than one op.
    fn fitted(&self, stock: &[Template], handlers_max: u32) -> Result<Isa> {
        self.progress.stage("choosing instructions");
        let Program { module, runs, target, weights, .. } = self.program;
        let runs = match (runs.is_empty(), weights.guessed.is_empty()) {
            (false, _) => Cow::Borrowed(runs),
            (true, false) => Cow::Borrowed(&weights.guessed),
            (true, true) => Cow::Owned(guessed(module)),
        };
        let dispatches = weights.dispatches;
        let gauge = Gauge::new(&target.triple, rheo_vmgen::Options::default())?;
        let handler_bytes = |t: &_| handler_bytes(&gauge, t);
        let dialect_bytes = objects::dialect_bytes(self.program) as u32;
        let options = FitOptions { dispatches, handlers_max, dialect_bytes, handler_bytes: &handler_bytes };
        rheo_bytecode::fitted(module, &self.funcs, &runs, stock, options).context("choosing instructions")
    }

    /// Templates for this program, whose runs are known: at most so many bytes of handlers.
    fn trained(&self, start: &[Template], bytes: VmBytes) -> Result<Isa> {
        self.progress.stage("training an instruction set");
        let sample = Sample {
            name: "bytes and million dispatches".to_owned(),
            module: &self.program.module,
            funcs: self.funcs.clone(),
            size: 1.0,
            time: DISPATCHES_TO_BYTES,
            counts: Some(self.program.runs.clone()),
        };
        let gauge = Gauge::new(&self.program.target.triple, rheo_vmgen::Options::default())?;
        let handler_bytes = |t: &_| handler_bytes(&gauge, t);
        let mut report = |line: &str| self.progress.stage(&format!("training an instruction set: {line}"));
        let advice = Advice { handler_bytes: &handler_bytes, report: &mut report };
        let options =
            TrainOptions { bytes: Some(bytes.0), refinements: 5, step: 60, extra: EXTRA, ..TrainOptions::default() };
        train(&[sample], start, options, advice).context("training an instruction set")
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

/// What all executed dispatches count, where all bytes of the bytecode count 1: who asks for a set of the title's own wants it
/// to be fast.
const DISPATCHES_TO_BYTES: f64 = 4.0;
/// Templates behind the escapes, as far as the bytes last.
const EXTRA: usize = 768;

/// Operations that a set is trained on: several minutes' work.
const EXAMPLE_OPS: usize = 60_000;
/// Share of all executions that those functions make up which are examples before any other.
const HOT_SHARE: f64 = 0.99;

/// The functions that execute nearly everything, and of the others every so-many-th.
fn examples(program: &Program) -> Result<Vec<FuncId>> {
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
        let hot = executed < wanted && ops + e.ops <= EXAMPLE_OPS / 2;
        if hot {
            chosen.push(e.func);
            ops += e.ops;
            executed += e.executed as f64;
        }
        !hot
    });
    left.sort_by_key(|e| e.func);
    let total: usize = left.iter().map(|e| e.ops).sum();
    let step = total.div_ceil(EXAMPLE_OPS - ops).max(1);
    chosen.extend(left.iter().step_by(step).map(|e| e.func));
    Ok(chosen)
}
