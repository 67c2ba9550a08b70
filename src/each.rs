//! Optimising each function for its own end: machine code for speed (`-O2`), bytecode for size (`-Oz`).
//!
//! Owns the order in which that comes about: a plan from the sizes of all functions either way, then one program optimised by
//! that plan, which is corrected until what was really made keeps the budget. Which function is worth its bytes is the
//! planner's; what passes do is LLVM's.

use crate::code::{self, Bytecode, Wanted};
use crate::placement::{self, Made, Workshop, aot_bytes};
use crate::program::{Program, Source};
use crate::{build, cli, instructions, lots, objects};
use anyhow::Result;
use rheo_aot::CompiledFunc;
use rheo_bytecode::Isa;
use rheo_ir::{Body, Class, FuncId, Imm, Module, Op, Value};
use rheo_link::Passes;
use rheo_profiles::{
    Budget, Candidate, Describe, Entry, FixedBytes, FuncHeat, Heat, Hotness, Plan, PlanError, Profile, TierBytes,
    estimate, smallest,
};
use rheo_targets::Tier;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Programs made before the smallest one is taken instead.
const ROUNDS_MAX: usize = 4;
/// Machine code of a function that a program for speed has no more, in bytes of its bytecode: a guess, as it is never made.
const AOT_FOR_BYTECODE: u32 = 3;

/// Whether the program's functions are to be optimised here: some input is as a front end makes it. `as_is` is the program of
/// inputs that are not sources.
pub fn wanted(source: &Source, as_is: &Program) -> bool {
    let bodies = as_is.module.defined().filter_map(|f| as_is.module.func(f).body.as_ref());
    // Looked for here first: it costs less than LLVM's reader, and is seldom found.
    bodies.into_iter().any(has_variables_in_memory) && source.any_unoptimized()
}

/// Whether a stack slot serves for nothing but loads and stores of it.
fn has_variables_in_memory(body: &Body) -> bool {
    let mut slot_of: FxHashMap<Value, usize> = FxHashMap::default();
    let mut variable = vec![false; body.slots.len()];
    let insts = || body.blocks.iter().flat_map(|b| &b.insts);
    for inst in insts() {
        if let (Op::StackAddr, &Imm::Slot(slot, _)) = (inst.op, &inst.imm) {
            slot_of.insert(inst.results[0], slot.index());
            variable[slot.index()] = true;
        }
    }
    for inst in insts() {
        let address = match inst.op {
            Op::Load => Some(0),
            Op::Store => Some(1),
            _ => None,
        };
        let others = inst.args.iter().enumerate().filter(|(i, _)| Some(*i) != address).map(|(_, arg)| arg);
        for arg in others.chain(inst.dests.iter().flat_map(|d| &d.args)) {
            if let Some(&slot) = slot_of.get(arg) {
                variable[slot] = false;
            }
        }
    }
    variable.contains(&true)
}

/// A program whose functions are optimised for the tiers that `args` gives them, and what is made of it.
pub fn make<'a>(
    args: &cli::Build,
    source: &Source<'a, '_>,
    profile: Option<&Profile>,
    check: impl Fn(&Program) -> Result<()>,
) -> Result<(Program<'a>, Made)> {
    let making = Making { args, source, profile, isa: OnceLock::new() };
    if let Some(choice) = args.tier {
        let mut program = optimized(source, move |name| lots::tier(name, choice) == Tier::Aot)?;
        making.equip(&mut program)?;
        check(&program)?;
        let wanted = lots::draw(&program.module, choice);
        let heat = estimate(&program.module);
        let made = making.workshop(&program, heat)?.as_told(&wanted, &format!("--tier {choice}"))?;
        return Ok((program, made));
    }
    let (program, mut made) = match (&args.plan, args.budget) {
        (Some(path), budget) => {
            if args.vm.vm.is_none() {
                // As when the plan was made, the instruction set is chosen for the program that is all for size.
                making.equip(&mut optimized(source, |_| false)?)?;
            }
            let (program, made) = making.as_planned(&placement::read_plan(path)?, &Followers::default())?;
            if let Some(budget) = budget {
                let all = || Ok(code_bytes(making.all_aot()?.1.iter().filter_map(|(_, c)| c.as_ref().ok())));
                placement::check_kept(&made.objects.totals, &made.code, budget, all)?;
            }
            (program, made)
        }
        (None, Some(budget)) => {
            let sizes = Sizes::of(&making)?;
            check(&sizes.small)?;
            sizes.within(budget)?
        }
        (None, None) => unreachable!("the command line asks for one of them"),
    };
    made.plan.budget = args.budget;
    Ok((program, made))
}

fn optimized<'a>(source: &Source<'a, '_>, fast: impl Fn(&str) -> bool + Send + Sync + 'static) -> Result<Program<'a>> {
    source.program(&Passes::Each(Arc::new(fast)))
}

/// Names of functions for speed. What passes or the linker make of such a function has its name with an ending.
#[derive(Clone, Default)]
struct Fast(Arc<FxHashSet<String>>);

impl Fast {
    fn has(&self, name: &str) -> bool {
        let mut name = name;
        loop {
            if self.0.contains(name) {
                return true;
            }
            match name.rsplit_once('.') {
                Some((shorter, _)) if !shorter.is_empty() => name = shorter,
                _ => return false,
            }
        }
    }

    /// Those that a plan makes machine code, with what follows them there.
    fn of(plan: &Plan, followers: &Followers) -> Fast {
        let mut work: Vec<&str> =
            plan.entries.iter().filter(|e| e.tier == Tier::Aot).map(|e| e.function.as_str()).collect();
        let mut names = FxHashSet::default();
        while let Some(name) = work.pop() {
            if names.insert(name.to_owned()) {
                work.extend(followers.get(name).into_iter().flatten().map(String::as_str));
                // A local name that several files use gets an ending from the linker, after the passes.
                names.insert(unnumbered(name).to_owned());
            }
        }
        Fast(Arc::new(names))
    }
}

/// Functions that are part of their callers when optimised for size, and stand alone when for speed: by caller.
type Followers = FxHashMap<String, Vec<String>>;

fn followers(small: &Module, fast: &Module) -> Followers {
    let known: FxHashSet<&str> = small.defined().map(|f| small.func(f).name.as_str()).collect();
    let mut followers = Followers::default();
    for f in fast.defined() {
        let body = fast.func(f).body.as_ref().expect("`defined` yields functions with a body");
        for inst in body.blocks.iter().flat_map(|b| &b.insts) {
            if let (Class::Call, &Imm::Func(callee)) = (inst.op.info().class, &inst.imm)
                && fast.func(callee).body.is_some()
                && !known.contains(fast.func(callee).name.as_str())
            {
                followers.entry(fast.func(f).name.clone()).or_default().push(fast.func(callee).name.clone());
            }
        }
    }
    followers
}

/// A name without the linker's number at its end.
fn unnumbered(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((shorter, number)) if !shorter.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => shorter,
        _ => name,
    }
}

struct Making<'m, 'a, 's> {
    args: &'m cli::Build,
    source: &'m Source<'a, 's>,
    profile: Option<&'m Profile>,
    /// What bytecode is written in, once a program is there for which to train it.
    isa: OnceLock<Cow<'static, Isa>>,
}

impl<'a> Making<'_, 'a, '_> {
    fn workshop<'w>(&'w self, program: &'w Program<'a>, heat: Heat) -> Result<Workshop<'w>> {
        let shims = objects::shims(program)?;
        let Source { cache, progress, .. } = *self.source;
        let (settings, handlers) = (build::settings(self.args), build::handlers(self.args));
        let hotness = Hotness::Estimated;
        Ok(Workshop { program, heat, hotness, settings, handlers, shims, cache, progress })
    }

    /// Gives a program what its bytecode is made by. The first one's instruction set is that of all.
    fn equip(&self, program: &mut Program) -> Result<()> {
        if let Some(profile) = self.profile {
            program.runs = instructions::runs(program, profile);
        }
        program.weights = instructions::weights(self.args, program)?;
        program.isa = match self.isa.get() {
            Some(isa) => isa.clone(),
            None => {
                let isa = instructions::chosen(self.args, program, self.source.progress)?;
                self.isa.get_or_init(|| isa).clone()
            }
        };
        Ok(())
    }

    /// Optimises for the tiers of a plan, and makes what it says. Functions that it does not name are those of the program
    /// that the plan was not made for, and go where they are optimised for.
    fn as_planned(&self, given: &Plan, followers: &Followers) -> Result<(Program<'a>, Made)> {
        let fast = Fast::of(given, followers);
        let mut program = self.for_fast(&fast)?;
        self.equip(&mut program)?;
        let tiers: FxHashMap<&str, Tier> = given.entries.iter().map(|e| (e.function.as_str(), e.tier)).collect();
        let name = |f: FuncId| program.module.func(f).name.as_str();
        let tier = |f| {
            let otherwise = if fast.has(name(f)) { Tier::Aot } else { Tier::Bytecode };
            tiers.get(name(f)).copied().unwrap_or(otherwise)
        };
        let wanted: Vec<(FuncId, Tier)> = program.module.defined().map(|f| (f, tier(f))).collect();
        if let Some((f, tier)) = wanted.iter().find(|(_, t)| !matches!(t, Tier::Bytecode | Tier::Aot)) {
            anyhow::bail!("function `{}` cannot be {tier}: this version has no such tier", name(*f));
        }
        let mut made = {
            let path = self.args.plan.as_deref().unwrap_or(Path::new(""));
            let regions = placement::regions_of(&program, given, path)?;
            self.workshop(&program, Heat::new())?.as_told(&Wanted { tiers: wanted, regions }, "")?
        };
        made.plan.take_over(given);
        // Whoever gives the plan back wants these optimised for speed again on the way into their callers.
        let made_of: FxHashSet<&str> = program.module.defined().map(name).collect();
        let inlined = given.entries.iter().filter(|e| e.tier == Tier::Aot && !made_of.contains(e.function.as_str()));
        let entry = |e: &Entry| Entry { aot_bytes: Some(0), why: "part of its callers".to_owned(), ..e.clone() };
        made.plan.entries.extend(inlined.map(entry));
        made.plan.entries.sort_by_key(|e| std::cmp::Reverse(e.ops));
        Ok((program, made))
    }

    fn for_fast(&self, fast: &Fast) -> Result<Program<'a>> {
        self.source.progress.stage("optimising");
        let fast = fast.clone();
        optimized(self.source, move |name| fast.has(name))
    }

    /// Machine code of the program all for speed, by function.
    fn all_aot(&self) -> Result<(Program<'a>, Vec<Compiled>)> {
        let program = optimized(self.source, |_| true)?;
        let functions: Vec<FuncId> = program.module.defined().collect();
        let compiled = code::compile(&program, &functions)?.into_iter();
        let name = |f: FuncId| program.module.func(f).name.clone();
        let compiled = compiled.map(|(f, c)| (name(f), c.map_err(|e| e.to_string()))).collect();
        Ok((program, compiled))
    }
}

/// A function's machine code, or why there is none.
type Compiled = (String, Result<CompiledFunc, String>);

fn code_bytes<'c>(compiled: impl Iterator<Item = &'c CompiledFunc>) -> u64 {
    compiled.map(|c| c.bytes() as u64).sum()
}

/// What all functions take either way.
struct Sizes<'m, 'a, 's> {
    making: &'m Making<'m, 'a, 's>,
    /// All for size.
    small: Program<'a>,
    /// All for speed.
    fast: Program<'a>,
    hotness: Hotness,
    candidates: Vec<Candidate>,
    /// All functions of `small` that can be bytecode as such.
    bytecode: Option<Bytecode>,
    followers: Followers,
    /// Machine code of all functions for speed, in bytes.
    all_aot_bytes: u64,
}

impl<'m, 'a, 's> Sizes<'m, 'a, 's> {
    fn of(making: &'m Making<'m, 'a, 's>) -> Result<Sizes<'m, 'a, 's>> {
        let progress = making.source.progress;
        progress.stage("optimising for size and for speed");
        let (small, fast) = rayon::join(|| optimized(making.source, |_| false), || making.all_aot());
        let (mut small, (mut fast, compiled)) = (small?, fast?);
        making.equip(&mut small)?;
        making.equip(&mut fast)?;
        let (heat, hotness) = placement::heat(&small, making.profile);
        let functions: Vec<FuncId> = small.module.defined().collect();
        progress.stage("bytecode of all functions");
        let (bytecode, mut refused) = code::emit_possible(&small, &functions, build::settings(making.args))?;
        let bytecode_bytes: FxHashMap<FuncId, TierBytes> = bytecode.iter().flat_map(|b| b.sizes()).collect();
        let all_aot_bytes = code_bytes(compiled.iter().filter_map(|(_, c)| c.as_ref().ok()));
        let mut aot: FxHashMap<String, Result<CompiledFunc, String>> = compiled.into_iter().collect();
        let candidates = functions
            .iter()
            .map(|&f| {
                let name = small.module.func(f).name.clone();
                let of_bytecode = refused.remove(&f).map_or_else(|| Ok(bytecode_bytes[&f]), Err);
                let guess = || {
                    let like = of_bytecode.as_ref().map_or(0, |b| b.code);
                    Ok(TierBytes { code: like * AOT_FOR_BYTECODE, tables: 0 })
                };
                let aot = aot.remove(&name).map_or_else(guess, |c| c.map(|c| aot_bytes(&c)));
                Candidate { name, bytecode: of_bytecode, aot, heat: heat[f.index()], cuts: Vec::new() }
            })
            .collect();
        let followers = followers(&small.module, &fast.module);
        Ok(Sizes { making, small, fast, followers, hotness, candidates, bytecode, all_aot_bytes })
    }

    /// What is fastest within the budget.
    fn within(self, budget: Budget) -> Result<(Program<'a>, Made)> {
        match budget {
            Budget::Percent(10_000) => {
                let aot = |name: &str| self.candidates.iter().find(|c| c.name == name).is_none_or(|c| c.aot.is_ok());
                let tier = |f| if aot(&self.fast.module.func(f).name) { Tier::Aot } else { Tier::Bytecode };
                let wanted: Vec<_> = self.fast.module.defined().map(|f| (f, tier(f))).collect();
                let workshop = self.making.workshop(&self.fast, estimate(&self.fast.module))?;
                let mut made = workshop.as_told(&wanted.into(), "all that can be is machine code")?;
                self.heat(&mut made);
                Ok((self.fast, made))
            }
            Budget::Percent(hundredths) => self.within_percent(hundredths),
            Budget::Bytes(bytes) => self.within_bytes(bytes),
        }
    }

    fn within_percent(self, hundredths: u32) -> Result<(Program<'a>, Made)> {
        let share = |of: u64, part: u64, whole: u64| u128::from(of) * u128::from(part) / u128::from(whole.max(1));
        let bound = share(self.all_aot_bytes, hundredths.into(), 10_000) as u64;
        let listed: u64 = self.candidates.iter().map(|c| c.aot.as_ref().map_or(0, |a| u64::from(a.code))).sum();
        let mut aim = bound;
        for _ in 0..ROUNDS_MAX {
            let part = share(10_000, aim, listed).min(10_000) as u32;
            let plan =
                rheo_profiles::plan(&self.candidates, FixedBytes::default(), self.hotness, Budget::Percent(part));
            // The planner's own bound is less than the one asked for: its message would confuse.
            let Ok(plan) = plan else { break };
            let (program, made) = self.make(&plan)?;
            let taken = made.code.aot_bytes();
            if taken <= bound {
                return Ok((program, made));
            }
            aim = aim.saturating_sub(taken - bound);
        }
        let plan = smallest(&self.candidates, FixedBytes::default(), self.hotness)?;
        let (program, made) = self.make(&plan.without_choices())?;
        let taken = made.code.aot_bytes();
        if taken > bound {
            let least = u32::try_from((u128::from(taken) * 10_000).div_ceil(self.all_aot_bytes.max(1).into()));
            let least = Describe(Budget::Percent(least.unwrap_or(10_000).min(10_000)));
            let budget = Describe(Budget::Percent(hundredths));
            return Err(PlanError::TooSmall { budget, least, because: String::new() }.into());
        }
        Ok((program, made))
    }

    fn within_bytes(self, bytes: u64) -> Result<(Program<'a>, Made)> {
        let budget = Budget::Bytes(bytes);
        let mut fixed = self.making.workshop(&self.small, Heat::new())?.fixed(self.bytecode.as_ref())?;
        let mut least = u64::MAX;
        let wanted: Vec<_> = self.fast.module.defined().map(|f| (f, Tier::Aot)).collect();
        let everything = self.making.workshop(&self.fast, estimate(&self.fast.module))?;
        // Where something cannot be machine code there is no such program.
        if let Ok(made) = everything.as_told(&wanted.into(), "everything fits")
            && made.plan.count(Tier::Bytecode) == 0
        {
            least = made.plan.totals.sum();
            fixed.all_aot = Some(least);
            if least <= bytes {
                return Ok((self.fast, made));
            }
        }
        let plan = smallest(&self.candidates, fixed, self.hotness)?;
        let reckoned = plan.totals.sum();
        let (program, made) = self.make(&plan)?;
        let total = made.plan.totals.sum();
        if total > bytes {
            let least = Describe(Budget::Bytes(least.min(total)));
            return Err(PlanError::TooSmall { budget: Describe(budget), least, because: String::new() }.into());
        }
        let least_of_all = (program, made);
        fixed.tables = (fixed.tables + total).saturating_sub(reckoned);
        for round in 0..ROUNDS_MAX {
            let Ok(plan) = rheo_profiles::plan(&self.candidates, fixed, self.hotness, budget) else { break };
            let (program, made) = self.make(&plan)?;
            let total = made.plan.totals.sum();
            if total <= bytes {
                return Ok((program, made));
            }
            // Sizes of the mixed program are not the sum that was planned: by growing steps, so that it ends.
            fixed.tables += (total - bytes) << round;
        }
        Ok(least_of_all)
    }

    /// The program that a plan leads to, each function where it is optimised for.
    fn make(&self, plan: &Plan) -> Result<(Program<'a>, Made)> {
        let (program, mut made) = self.making.as_planned(plan, &self.followers)?;
        self.heat(&mut made);
        Ok((program, made))
    }

    /// Heat is of the program for size, which is the one that a profile is of.
    fn heat(&self, made: &mut Made) {
        let heat: FxHashMap<&str, &FuncHeat> = self.candidates.iter().map(|c| (c.name.as_str(), &c.heat)).collect();
        for entry in &mut made.plan.entries {
            entry.ops = heat.get(entry.function.as_str()).map_or(0, |h| h.ops);
        }
        made.plan.entries.sort_by_key(|e| std::cmp::Reverse(e.ops));
        made.plan.hotness = self.hotness;
    }
}
