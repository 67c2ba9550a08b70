//! Code of a program whose functions have been placed: bytecode for these, machine code for those.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::entries;
use crate::program::{Program, Weights};
use anyhow::{Context, Result};
use rheo_aot::{BlockPlace, CompiledBlock, CompiledFunc, StubKind};
use rheo_bytecode::image::{Image, Section};
use rheo_bytecode::{EmitError, EmitOptions, FuncRegions};
use rheo_ir::{FuncId, Module};
use rheo_link::Roots;
use rheo_profiles::{CodeMap, MappedFunction, RegionEntry, TierBytes};
use rheo_targets::Tier;
use rustc_hash::{FxHashMap, FxHashSet};

/// Where a program's functions are to run.
#[derive(Clone, Default)]
pub struct Wanted {
    /// The tier of each function with a body.
    pub tiers: Vec<(FuncId, Tier)>,
    /// Of functions in bytecode, what of them is machine code.
    pub regions: FuncRegions,
}

impl From<Vec<(FuncId, Tier)>> for Wanted {
    fn from(tiers: Vec<(FuncId, Tier)>) -> Wanted {
        Wanted { tiers, regions: FuncRegions::default() }
    }
}

/// Code in both tiers.
pub struct Code {
    /// Machine code.
    pub aot: Vec<CompiledFunc>,
    /// Bytecode, if any function is.
    pub bytecode: Option<Bytecode>,
    /// Functions that are not in the tier wanted.
    pub fallbacks: Vec<Fallback>,
}

impl Code {
    /// Regions of a function that are machine code, as a plan has them.
    pub fn regions_of(&self, f: FuncId, why: &str) -> Vec<RegionEntry> {
        let blocks = self.bytecode.iter().flat_map(|b| &b.blocks).filter(|b| b.code.func == f);
        let entry = |b: &CompiledBlock| RegionEntry {
            region: b.region.clone(),
            aot_bytes: Some(u32::try_from(b.code.bytes()).expect("a region's code is below 4 GB")),
            ops: 0,
            why: why.to_owned(),
            line: 0,
        };
        blocks.map(entry).collect()
    }

    /// Bytes of all machine code.
    pub fn aot_bytes(&self) -> u64 {
        let blocks = self.bytecode.iter().flat_map(|b| &b.blocks).map(|b| &b.code);
        self.aot.iter().chain(blocks).map(|c| c.bytes() as u64).sum()
    }
}

/// Bytecode functions and their image.
pub struct Bytecode {
    /// By function number.
    pub functions: Vec<FuncId>,
    /// Entries of the first functions.
    pub stubs: Vec<(FuncId, StubKind)>,
    /// The image.
    pub image: Image,
    /// Machine code of regions of the functions.
    pub blocks: Vec<CompiledBlock>,
}

impl Bytecode {
    /// Each function with its bytes of code and of tables.
    pub fn sizes(&self) -> impl Iterator<Item = (FuncId, TierBytes)> + '_ {
        let bytes = self.functions.iter().zip(&self.image.func_bytes).enumerate();
        bytes.map(|(i, (&f, &code))| {
            let tables =
                if i < self.stubs.len() { FUNCTION_TABLE_BYTES + STUB_TABLE_BYTES } else { FUNCTION_TABLE_BYTES };
            (f, TierBytes { code, tables })
        })
    }

    /// Where functions and blocks lie. Functions with regions are left out: of these not all blocks would be counted, and what
    /// is never counted is reckoned with by its estimate.
    pub fn map(&self, module: &Module) -> CodeMap {
        let functions = self.functions.iter().zip(self.image.function_offsets()).zip(&self.image.func_blocks);
        let cut: FxHashSet<FuncId> = self.blocks.iter().map(|b| b.code.func).collect();
        let counted = functions.filter(|((f, _), _)| !cut.contains(f));
        let functions = counted.map(|((&f, entry), blocks)| MappedFunction {
            name: module.func(f).name.clone(),
            entry,
            blocks: blocks.clone(),
        });
        let code_bytes = u32::try_from(self.image.section(Section::Code).len()).expect("an image is below 4 GB");
        CodeMap::new(self.image.build_id(), code_bytes, functions.collect())
    }
}

/// Of the table of code offsets.
const FUNCTION_TABLE_BYTES: u32 = 4;
/// Of an entry stub and its descriptor's offset.
const STUB_TABLE_BYTES: u32 = 8 + 2;

/// A function that could not be had in the tier wanted.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// Which.
    pub function: FuncId,
    /// The tier wanted.
    pub wanted: Tier,
    /// Why not.
    pub why: String,
}

/// How to make code.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Take the other tier where the one wanted cannot be had, instead of failing.
    pub fallback: bool,
    /// Put names and source positions into the image.
    pub debug: bool,
}

/// Settings of the machine code generator for a program.
pub fn aot_options(program: &Program) -> rheo_aot::Options {
    rheo_aot::Options { triple: program.target.triple.clone(), cpu: Default::default(), optimise: Default::default() }
}

/// Makes code for every function as placed by `wanted`.
pub fn make(program: &Program, wanted: &Wanted, settings: Settings) -> Result<Code> {
    let Wanted { tiers: wanted, regions } = wanted;
    let mut fallbacks: FxHashMap<FuncId, Fallback> = FxHashMap::default();
    let mut tiers: Vec<(FuncId, Tier)> = wanted.clone();
    // What cannot be bytecode is found out by trying, and changes how it is called by all others.
    let mut bytecode = loop {
        let functions = of_tier(&tiers, Tier::Bytecode);
        match emit(program, functions, regions, settings) {
            Ok(bytecode) => break bytecode,
            Err(error) => {
                let function = culprit(&program.module, &error).filter(|_| settings.fallback);
                let Some(function) = function else { return Err(emit_diagnostic(&error).into()) };
                let fallback = Fallback { function, wanted: Tier::Bytecode, why: reason(error) };
                fallbacks.insert(function, fallback);
                replace(&mut tiers, function, Tier::Aot);
            }
        }
    };
    let mut compiled = compile(program, &of_tier(&tiers, Tier::Aot))?;
    let mut refused = Vec::new();
    let mut aot = Vec::with_capacity(compiled.len());
    for (function, result) in compiled.drain(..) {
        match result {
            Ok(code) => aot.push(code),
            Err(why) => refused.push((function, why)),
        }
    }
    if refused.is_empty() {
        add_blocks(program, &mut bytecode, regions)?;
        let fallbacks = in_order(wanted, fallbacks);
        return Ok(Code { aot, bytecode, fallbacks });
    }
    let stuck = |f: &FuncId| !settings.fallback || fallbacks.contains_key(f);
    if refused.iter().any(|(f, _)| stuck(f)) {
        let all = refused.into_iter().filter(|(f, _)| stuck(f));
        return Err(Diagnostics(all.map(|(_, why)| aot_diagnostic(&why)).collect()).into());
    }
    for (function, why) in refused {
        let why = why.to_string();
        fallbacks.insert(function, Fallback { function, wanted: Tier::Aot, why });
        replace(&mut tiers, function, Tier::Bytecode);
    }
    let mut bytecode =
        emit(program, of_tier(&tiers, Tier::Bytecode), regions, settings).map_err(|e| emit_diagnostic(&e))?;
    add_blocks(program, &mut bytecode, regions)?;
    Ok(Code { aot, bytecode, fallbacks: in_order(wanted, fallbacks) })
}

/// Code for functions placed where they are known to fit: machine code is taken from `pool`.
pub fn from_pool(
    program: &Program,
    wanted: &Wanted,
    pool: &FxHashMap<FuncId, CompiledFunc>,
    settings: Settings,
) -> Result<Code> {
    let Wanted { tiers, regions } = wanted;
    let mut bytecode =
        emit(program, of_tier(tiers, Tier::Bytecode), regions, settings).map_err(|e| emit_diagnostic(&e))?;
    add_blocks(program, &mut bytecode, regions)?;
    let aot = of_tier(tiers, Tier::Aot).iter().map(|f| pool[f].clone()).collect();
    Ok(Code { aot, bytecode, fallbacks: Vec::new() })
}

/// An image of all `functions` that can be bytecode, and why the others cannot.
pub fn emit_possible(
    program: &Program,
    functions: &[FuncId],
    settings: Settings,
) -> Result<(Option<Bytecode>, FxHashMap<FuncId, String>)> {
    let mut refused = FxHashMap::default();
    loop {
        let possible = functions.iter().copied().filter(|f| !refused.contains_key(f)).collect();
        match emit(program, possible, &FuncRegions::default(), settings) {
            Ok(bytecode) => return Ok((bytecode, refused)),
            Err(error) => match culprit(&program.module, &error) {
                Some(f) => refused.insert(f, reason(error)),
                None => return Err(emit_diagnostic(&error).into()),
            },
        };
    }
}

/// What is wrong, without the function's name, which a list has already.
fn reason(error: EmitError) -> String {
    match error {
        EmitError::In { error, .. } => error.to_string(),
        other => other.to_string(),
    }
}

fn of_tier(tiers: &[(FuncId, Tier)], tier: Tier) -> Vec<FuncId> {
    tiers.iter().filter(|(_, t)| *t == tier).map(|(f, _)| *f).collect()
}

fn replace(tiers: &mut [(FuncId, Tier)], function: FuncId, tier: Tier) {
    for entry in tiers.iter_mut().filter(|(f, _)| *f == function) {
        entry.1 = tier;
    }
}

fn in_order(wanted: &[(FuncId, Tier)], mut fallbacks: FxHashMap<FuncId, Fallback>) -> Vec<Fallback> {
    wanted.iter().filter_map(|(f, _)| fallbacks.remove(f)).collect()
}

/// Machine code of each function, or why there is none.
pub fn compile(
    program: &Program,
    functions: &[FuncId],
) -> Result<Vec<(FuncId, Result<CompiledFunc, rheo_aot::AotError>)>> {
    let results = rheo_aot::compile(&program.module, functions, &aot_options(program))
        .context("machine code for the program's target")?;
    Ok(functions.iter().copied().zip(results).collect())
}

/// An image of the functions, those with stubs first, and of these the variadic definitions last.
pub fn emit(
    program: &Program,
    functions: Vec<FuncId>,
    regions: &FuncRegions,
    settings: Settings,
) -> Result<Option<Bytecode>, EmitError> {
    if functions.is_empty() {
        return Ok(None);
    }
    let module = &program.module;
    let set: FxHashSet<FuncId> = functions.iter().copied().collect();
    let entered = entries::entered(module, &set, regions, program.roots == Roots::Visible);
    let (mut first, rest): (Vec<FuncId>, Vec<FuncId>) = functions.into_iter().partition(|f| entered.contains(f));
    first.sort_by_key(|&f| module.func(f).flags.variadic_definition);
    let stubs: Vec<_> = first.iter().map(|&f| (f, entries::stub_kind(module, f))).collect();
    let functions = [first, rest].concat();
    let options = EmitOptions { stubs: stubs.len(), debug: settings.debug };
    let Weights { runs, dispatches } = &program.weights;
    let runs = if runs.is_empty() { &program.runs } else { runs };
    let wanted = rheo_bytecode::Wanted { runs, dispatches: *dispatches, regions };
    let image = rheo_bytecode::emit_wanted(module, &functions, &program.isa, options, wanted)?;
    Ok(Some(Bytecode { functions, stubs, image, blocks: Vec::new() }))
}

/// An image of these functions with the machine code of their regions.
pub fn with_regions(
    program: &Program,
    functions: Vec<FuncId>,
    regions: &FuncRegions,
    settings: Settings,
) -> Result<Option<Bytecode>> {
    let mut bytecode = emit(program, functions, regions, settings).map_err(|e| emit_diagnostic(&e))?;
    add_blocks(program, &mut bytecode, regions)?;
    Ok(bytecode)
}

/// The places of an image's regions, for whoever makes machine code of them.
pub fn places<'a>(image: &'a Image, regions: &'a FuncRegions) -> Vec<BlockPlace<'a>> {
    let known = image.blocks.iter().enumerate().filter_map(|(i, b)| Some((i as u32, b.as_ref()?)));
    let places = known.map(|(number, b)| BlockPlace {
        func: b.func,
        region: regions[&b.func].iter().find(|r| r.name == b.region).expect("the image was made with it"),
        number,
        inputs: &b.inputs,
        outputs: &b.outputs,
        stack: &b.stack,
        window: b.window,
        table_offset: b.table_offset,
        table_width: b.table_width,
    });
    places.collect()
}

/// Makes the machine code of the regions.
fn add_blocks(program: &Program, bytecode: &mut Option<Bytecode>, regions: &FuncRegions) -> Result<()> {
    let Some(bytecode) = bytecode else { return Ok(()) };
    let places = places(&bytecode.image, regions);
    let compiled = rheo_aot::compile_blocks(&program.module, &places, &aot_options(program))
        .context("machine code for the program's target")?;
    let (blocks, errors): (Vec<_>, Vec<_>) = compiled.into_iter().partition(Result::is_ok);
    let errors: Vec<_> = errors.into_iter().filter_map(|e| e.err().map(|e| region_diagnostic(&e))).collect();
    if !errors.is_empty() {
        return Err(Diagnostics(errors).into());
    }
    bytecode.blocks = blocks.into_iter().flatten().collect();
    Ok(())
}

/// The function that an error is about.
pub fn culprit(module: &Module, error: &EmitError) -> Option<FuncId> {
    match error {
        EmitError::In { func, .. } => module.defined().find(|&f| module.func(f).name == *func),
        _ => None,
    }
}

fn emit_diagnostic(error: &EmitError) -> Diagnostics {
    let EmitError::In { func, position, error } = error else {
        return Diagnostic::new(format!("bytecode: {error}")).into();
    };
    let mut d = Diagnostic::new(format!("function `{func}` cannot be bytecode: {error}"));
    d = d.at_position(position.strip_suffix(": "));
    d.notes.push("--fallback makes such functions machine code, and lists them".to_owned());
    d.into()
}

fn aot_diagnostic(error: &rheo_aot::AotError) -> Diagnostic {
    let mut d = match error {
        rheo_aot::AotError::Lower(e) => {
            Diagnostic::new(format!("function `{}` cannot be machine code: {}", e.function, e.what))
                .at_position(e.at.as_deref())
        }
        other => Diagnostic::new(other.to_string()),
    };
    d.notes.push("--fallback makes such functions bytecode, and lists them".to_owned());
    d
}

fn region_diagnostic(error: &rheo_aot::AotError) -> Diagnostic {
    match error {
        rheo_aot::AotError::Lower(e) => {
            Diagnostic::new(format!("a region of function `{}` cannot be machine code: {}", e.function, e.what))
                .at_position(e.at.as_deref())
        }
        other => Diagnostic::new(other.to_string()),
    }
}
