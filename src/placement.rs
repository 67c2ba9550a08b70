//! Placing functions: by budget, by a plan from a file, or as told; and the code and objects that follow.
//!
//! Owns that a budget is kept by what was really made, not by what was reckoned. Which function is worth its bytes is
//! the planner's.

use crate::cache::Cache;
use crate::code::{self, Bytecode, Code, Settings, Wanted};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::objects::{self, Handlers, Objects};
use crate::program::Program;
use crate::progress::Progress;
use anyhow::{Context, Result, bail};
use rheo_aot::CompiledFunc;
use rheo_bytecode::FuncRegions;
use rheo_ir::{BlockId, FuncId, NoRegion, RegionName, Regions};
use rheo_profiles::{
    Budget, Candidate, Choice, CutCandidate, Describe, Entry, FixedBytes, FuncHeat, Heat, Hotness, Plan, PlanError,
    Profile, RegionEntry, TierBytes, Totals, all_aot, estimate, measured, smallest,
};
use rheo_targets::Tier;
use rustc_hash::FxHashMap;
use std::path::Path;

/// Unwind information of a function as machine code, about.
const UNWIND_BYTES: u32 = 40;
/// A function that does less than this share of the program's work is not looked into for hot parts.
const CUT_SHARE: u128 = 1000;
/// Corrections of the reckoning before the smallest program is taken instead.
const ROUNDS_MAX: usize = 6;

/// A program made as planned.
pub struct Made {
    /// The plan, with what it really takes.
    pub plan: Plan,
    /// Its code.
    pub code: Code,
    /// Its objects.
    pub objects: Objects,
}

/// What making a program needs beside the plan.
pub struct Workshop<'a> {
    /// The program.
    pub program: &'a Program<'a>,
    /// Its heat.
    pub heat: Heat,
    /// Where that is from.
    pub hotness: Hotness,
    /// How to make code.
    pub settings: Settings,
    /// What the interpreter can do.
    pub handlers: Handlers,
    /// LLVM's helpers.
    pub shims: Option<Vec<u8>>,
    /// For the interpreter.
    pub cache: &'a Cache,
    /// Stages.
    pub progress: &'a Progress,
}

/// Heat of a program, from a profile if there is one.
pub fn heat(program: &Program, profile: Option<&Profile>) -> (Heat, Hotness) {
    let Some(profile) = profile else { return (estimate(&program.module), Hotness::Estimated) };
    let (heat, stale) = measured(&program.module, profile);
    if let Some(first) = stale.first() {
        eprintln!("note: the profile is of another program as to {} functions, `{first}` the first", stale.len());
    }
    if !heat.iter().any(|h| h.measured) {
        eprintln!("note: the profile knows none of the program's functions");
    }
    (heat, Hotness::Measured)
}

/// Reads a plan.
pub fn read_plan(path: &Path) -> Result<Plan> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the plan {file}"))?;
    Plan::read(&text).map_err(|e| {
        let what = Diagnostic::new(format!("{file}: not a plan: {}", e.what));
        Diagnostics::from(what.at(&file, e.line, e.column, "")).into()
    })
}

/// The regions that a plan names, found in the program.
pub fn regions_of(program: &Program, plan: &Plan, path: &Path) -> Result<FuncRegions> {
    let module = &program.module;
    let file = path.display().to_string();
    let by_name: FxHashMap<&str, FuncId> = module.defined().map(|f| (module.func(f).name.as_str(), f)).collect();
    let mut found = FuncRegions::default();
    let mut wrong = Vec::new();
    for entry in plan.entries.iter().filter(|e| !e.regions.is_empty()) {
        let Some(&f) = by_name.get(entry.function.as_str()) else { continue };
        let analysed = Regions::of(module, f);
        let mut owners: FxHashMap<BlockId, RegionName> = FxHashMap::default();
        for r in &entry.regions {
            let region =
                analysed.as_ref().map_err(Clone::clone).and_then(|all| all.find(&r.region)).and_then(|region| {
                    match region.blocks().iter().find_map(|&b| owners.insert(b, r.region.clone())) {
                        Some(other) => Err(NoRegion::Overlaps(other)),
                        None => Ok(region),
                    }
                });
            match region {
                Ok(region) => found.entry(f).or_default().push(region),
                Err(why) => {
                    let what = format!("`{}` of function `{}` cannot be machine code: {why}", r.region, entry.function);
                    wrong.push(Diagnostic::new(what).at(&file, r.line, 0, ""));
                }
            }
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(Diagnostics(wrong).into()) }
}

impl Workshop<'_> {
    fn heat_of(&self, f: FuncId) -> FuncHeat {
        self.heat.get(f.index()).copied().unwrap_or_default()
    }

    fn name(&self, f: FuncId) -> &str {
        &self.program.module.func(f).name
    }

    /// Makes every function what `wanted` says. `why` goes into the plan.
    pub fn as_told(&self, wanted: &Wanted, why: &str) -> Result<Made> {
        self.progress.stage("generating code");
        let code = code::make(self.program, wanted, self.settings)?;
        let objects = self.objects(&code)?;
        let bytecode_bytes: FxHashMap<FuncId, TierBytes> = code.bytecode.iter().flat_map(|b| b.sizes()).collect();
        let aot_bytes: FxHashMap<FuncId, u32> = code.aot.iter().map(|c| (c.func, aot_bytes(c).code)).collect();
        let fallbacks: FxHashMap<FuncId, &code::Fallback> = code.fallbacks.iter().map(|f| (f.function, f)).collect();
        let mut entries: Vec<Entry> = wanted
            .tiers
            .iter()
            .map(|&(f, _)| Entry {
                function: self.name(f).to_owned(),
                tier: if bytecode_bytes.contains_key(&f) { Tier::Bytecode } else { Tier::Aot },
                regions: code.regions_of(f, why),
                bytecode_bytes: bytecode_bytes.get(&f).map(|b| b.code + b.tables),
                aot_bytes: aot_bytes.get(&f).copied(),
                ops: self.heat_of(f).ops,
                fallback_from: fallbacks.get(&f).map(|b| b.wanted),
                why: fallbacks.get(&f).map_or(why, |b| &b.why).to_owned(),
            })
            .collect();
        entries.sort_by_key(|e| std::cmp::Reverse(e.ops));
        let plan = Plan { hotness: self.hotness, budget: None, entries, totals: objects.totals };
        Ok(Made { plan, code, objects })
    }

    /// Makes what a plan from `path` says.
    pub fn as_planned(&self, path: &Path) -> Result<Made> {
        let given = read_plan(path)?;
        let wanted = self.tiers_of(&given).with_context(|| format!("plan {}", path.display()))?;
        let regions = regions_of(self.program, &given, path)?;
        let mut made = self.as_told(&Wanted { tiers: wanted, regions }, "")?;
        made.plan.take_over(&given);
        Ok(made)
    }

    fn tiers_of(&self, plan: &Plan) -> Result<Vec<(FuncId, Tier)>> {
        let mut tiers: FxHashMap<&str, Tier> = plan.entries.iter().map(|e| (e.function.as_str(), e.tier)).collect();
        let mut wanted = Vec::new();
        let mut missing = Vec::new();
        for f in self.program.module.defined() {
            match tiers.remove(self.name(f)) {
                Some(tier @ (Tier::Bytecode | Tier::Aot)) => wanted.push((f, tier)),
                Some(tier) => bail!("function `{}` cannot be {tier}: this version has no such tier", self.name(f)),
                None => missing.push(self.name(f)),
            }
        }
        let mut unknown: Vec<&str> = tiers.into_keys().collect();
        unknown.sort_unstable();
        if let Some(first) = unknown.first() {
            let profile = if first.contains(".seldom.") {
                "; it was made with a profile, which has to be given, too"
            } else {
                ""
            };
            bail!(
                "it places {} functions that the program does not have: `{first}` is the first{profile}",
                unknown.len()
            );
        }
        if let Some(first) = missing.first() {
            bail!("it does not place {} functions of the program: `{first}` is the first", missing.len());
        }
        Ok(wanted)
    }

    /// Makes what is fastest within the budget.
    pub fn within(&self, budget: Budget) -> Result<Made> {
        let candidates = self.candidates()?;
        let plan = match budget {
            Budget::Percent(_) => candidates.plan(FixedBytes::default(), self.hotness, budget)?,
            Budget::Bytes(bytes) => return self.within_bytes(&candidates, bytes),
        };
        let mut made = self.make(&candidates, plan)?;
        made.plan.budget = Some(budget);
        Ok(made)
    }

    /// The plan for a budget, as reckoned, without making the program.
    pub fn reckon(&self, budget: Budget) -> Result<Plan> {
        let candidates = self.candidates()?;
        Ok(candidates.plan(self.fixed(candidates.bytecode.as_ref())?, self.hotness, budget)?)
    }

    /// Bytes that the interpreter and the runtime take, and about those of tables that are always there.
    /// `bytecode` is that of all functions, whose interpreter has at least what the chosen ones need.
    pub fn fixed(&self, bytecode: Option<&Bytecode>) -> Result<FixedBytes> {
        let relocations = self.program.linker.relocations();
        let interpreter = match bytecode {
            Some(b) => objects::added_bytes(&objects::vm(self.program, b, self.handlers, self.cache)?, relocations)?,
            None => 0,
        };
        let runtime = objects::added_bytes(self.program.runtime()?, relocations)?;
        Ok(FixedBytes { interpreter, runtime, tables: objects::CONTEXT_BYTES, all_aot: None })
    }

    fn within_bytes(&self, candidates: &Candidates, bytes: u64) -> Result<Made> {
        let budget = Budget::Bytes(bytes);
        let with_budget = |mut made: Made| {
            made.plan.budget = Some(budget);
            made
        };
        let mut fixed = self.fixed(candidates.bytecode.as_ref())?;
        let mut least = u64::MAX;
        if let Some(plan) = all_aot(&candidates.list, self.hotness) {
            let made = self.make(candidates, plan)?;
            least = made.plan.totals.sum();
            fixed.all_aot = Some(least);
            if least <= bytes {
                return Ok(with_budget(made));
            }
        }
        let plan = smallest(&candidates.list, fixed, self.hotness)?;
        let reckoned = plan.totals.sum();
        let smallest = self.make(candidates, plan)?;
        let total = smallest.plan.totals.sum();
        if total > bytes {
            let least = Describe(Budget::Bytes(least.min(total)));
            return Err(PlanError::TooSmall { budget: Describe(budget), least, because: String::new() }.into());
        }
        fixed.tables = (fixed.tables + total).saturating_sub(reckoned);
        for _ in 0..ROUNDS_MAX {
            let Ok(plan) = candidates.plan(fixed, self.hotness, budget) else { break };
            let made = self.make(candidates, plan)?;
            let total = made.plan.totals.sum();
            if total <= bytes {
                return Ok(with_budget(made));
            }
            fixed.tables += total - bytes;
        }
        Ok(with_budget(smallest))
    }

    fn make(&self, candidates: &Candidates, mut plan: Plan) -> Result<Made> {
        self.progress.stage("generating code");
        let tiers: FxHashMap<&str, Tier> = plan.entries.iter().map(|e| (e.function.as_str(), e.tier)).collect();
        let tiers: Vec<(FuncId, Tier)> = self.program.module.defined().map(|f| (f, tiers[self.name(f)])).collect();
        let regions = regions_of(self.program, &plan, Path::new(""))?;
        let code = code::from_pool(self.program, &Wanted { tiers, regions }, &candidates.pool, self.settings)?;
        let objects = self.objects(&code)?;
        plan.totals = objects.totals;
        Ok(Made { plan, code, objects })
    }

    fn objects(&self, code: &Code) -> Result<Objects> {
        self.progress.stage("writing objects");
        objects::make(self.program, code, self.handlers, self.shims.clone(), self.cache)
    }

    /// Every function in both tiers.
    fn candidates(&self) -> Result<Candidates> {
        let functions: Vec<FuncId> = self.program.module.defined().collect();
        self.progress.stage("bytecode of all functions");
        let (bytecode, mut refused) = code::emit_possible(self.program, &functions, self.settings)?;
        let mut bytecode_bytes: FxHashMap<FuncId, TierBytes> = bytecode.iter().flat_map(|b| b.sizes()).collect();
        self.progress.stage("machine code of all functions");
        let mut pool = FxHashMap::default();
        let mut list = Vec::with_capacity(functions.len());
        for (f, compiled) in code::compile(self.program, &functions)? {
            let aot = compiled.map_err(|e| e.to_string()).map(|compiled| {
                let bytes = aot_bytes(&compiled);
                pool.insert(f, compiled);
                bytes
            });
            let bytecode = match refused.remove(&f) {
                Some(why) => Err(why),
                None => Ok(bytecode_bytes.remove(&f).expect("emitted or refused")),
            };
            list.push(Candidate {
                name: self.name(f).to_owned(),
                bytecode,
                aot,
                heat: self.heat_of(f),
                cuts: Vec::new(),
            });
        }
        self.add_cuts(&functions, &mut list)?;
        Ok(Candidates { list, pool, bytecode })
    }

    /// Finds out what hot functions take with parts of them as machine code.
    fn add_cuts(&self, functions: &[FuncId], list: &mut [Candidate]) -> Result<()> {
        let all: u128 = list.iter().map(|c| u128::from(c.heat.ops)).sum();
        let mut choices: FxHashMap<FuncId, Vec<Choice>> = FxHashMap::default();
        for (&f, candidate) in functions.iter().zip(list.iter()) {
            let (Some(runs), Ok(_), Ok(aot)) = (self.program.runs.get(&f), &candidate.bytecode, &candidate.aot) else {
                continue;
            };
            if u128::from(candidate.heat.ops) * CUT_SHARE >= all {
                choices.insert(f, rheo_profiles::hot_parts(&self.program.module, f, runs, aot.code));
            }
        }
        let levels = choices.values().map(Vec::len).max().unwrap_or(0);
        for level in 0..levels {
            let chosen = |f: &FuncId| choices.get(f).and_then(|c| c.get(level));
            self.add_choice(functions, list, all, chosen)?;
        }
        Ok(())
    }

    /// Finds out what functions take with this choice of regions of each.
    fn add_choice<'c>(
        &self,
        functions: &[FuncId],
        list: &mut [Candidate],
        all: u128,
        chosen: impl Fn(&FuncId) -> Option<&'c Choice>,
    ) -> Result<()> {
        let cut: Vec<FuncId> = functions.iter().copied().filter(|f| chosen(f).is_some()).collect();
        let of = |f: &FuncId| chosen(f).into_iter().flatten().map(|r| r.0.clone()).collect();
        let regions: FuncRegions = cut.iter().map(|f| (*f, of(f))).collect();
        // As machine code they are tried by themselves: a failure is no failure of the program's.
        let Ok(Some(bytecode)) = code::with_regions(self.program, cut, &regions, self.settings) else { return Ok(()) };
        let sizes: FxHashMap<FuncId, TierBytes> = bytecode.sizes().collect();
        for (f, candidate) in functions.iter().zip(list) {
            let (Some(left), Ok(whole), Some(choice)) = (sizes.get(f), &candidate.bytecode, chosen(f)) else {
                continue;
            };
            let mut cut = CutCandidate {
                regions: Vec::new(),
                bytecode: TierBytes { code: left.code, tables: whole.tables },
                aot: TierBytes::default(),
                ops: 0,
            };
            for block in bytecode.blocks.iter().filter(|b| b.code.func == *f) {
                let bytes = aot_bytes(&block.code);
                let ops = choice.iter().find(|r| r.0.name == block.region).map_or(0, |r| r.1);
                cut.aot.code += bytes.code;
                cut.aot.tables += bytes.tables;
                cut.ops = cut.ops.saturating_add(ops);
                let share = 100.0 * ops as f64 / all.max(1) as f64;
                cut.regions.push(RegionEntry {
                    region: block.region.clone(),
                    aot_bytes: Some(bytes.code),
                    ops,
                    why: format!("{share:.2} % of operations"),
                    line: 0,
                });
            }
            if !cut.regions.is_empty() {
                candidate.cuts.push(cut);
            }
        }
        Ok(())
    }
}

/// What a function takes as machine code.
pub fn aot_bytes(compiled: &CompiledFunc) -> TierBytes {
    let code = u32::try_from(compiled.bytes()).expect("a function's code is below 4 GB");
    TierBytes { code, tables: UNWIND_BYTES }
}

/// Functions to be placed, with the machine code of those that have any.
struct Candidates {
    list: Vec<Candidate>,
    pool: FxHashMap<FuncId, CompiledFunc>,
    /// All functions that can be bytecode as such.
    bytecode: Option<Bytecode>,
}

impl Candidates {
    fn plan(&self, fixed: FixedBytes, hotness: Hotness, budget: Budget) -> Result<Plan, PlanError> {
        rheo_profiles::plan(&self.list, fixed, hotness, budget)
    }
}

/// A budget is kept by a program that was made without one. `all_bytes` are those of all functions as machine code.
pub fn check_kept(totals: &Totals, code: &Code, budget: Budget, all_bytes: impl FnOnce() -> Result<u64>) -> Result<()> {
    match budget {
        Budget::Bytes(bytes) if totals.sum() > bytes => {
            bail!("the plan takes {} bytes, which is more than the budget of {bytes}", totals.sum())
        }
        Budget::Bytes(_) => Ok(()),
        Budget::Percent(hundredths) => {
            let all = all_bytes()?;
            let taken = code.aot_bytes();
            if u128::from(taken) * 10_000 > u128::from(all) * u128::from(hundredths) {
                bail!("the plan takes {taken} bytes of machine code out of {all}, which is more than {budget}");
            }
            Ok(())
        }
    }
}

/// Bytes of all functions of a program as machine code.
pub fn all_aot_bytes(program: &Program) -> Result<u64> {
    let all: Vec<FuncId> = program.module.defined().collect();
    let all = code::compile(program, &all)?;
    Ok(all.iter().filter_map(|(_, c)| c.as_ref().ok()).map(|c| c.bytes() as u64).sum())
}
