//! Code of a program whose functions have been placed: bytecode for these, machine code for those.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::entries;
use crate::program::Program;
use anyhow::{Context, Result};
use rheo_aot::{CompiledFunc, StubKind};
use rheo_bytecode::image::Image;
use rheo_bytecode::{EmitError, EmitOptions, Isa};
use rheo_ir::{FuncId, Module};
use rheo_targets::Tier;
use rustc_hash::{FxHashMap, FxHashSet};

/// Code in both tiers.
pub struct Code {
    /// Machine code.
    pub aot: Vec<CompiledFunc>,
    /// Bytecode, if any function is.
    pub bytecode: Option<Bytecode>,
    /// Functions that are not in the tier wanted.
    pub fallbacks: Vec<Fallback>,
}

/// Bytecode functions and their image.
pub struct Bytecode {
    /// By function number.
    pub functions: Vec<FuncId>,
    /// Entries of the first functions.
    pub stubs: Vec<(FuncId, StubKind)>,
    /// The image.
    pub image: Image,
}

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
pub struct Settings<'a> {
    /// Take the other tier where the one wanted cannot be had, instead of failing.
    pub fallback: bool,
    /// Put names and source positions into the image.
    pub debug: bool,
    /// Whether native code that is not the program's own knows a symbol.
    pub natives: &'a dyn Fn(&str) -> bool,
}

/// Settings of the machine code generator for a program.
pub fn aot_options(program: &Program) -> rheo_aot::Options {
    rheo_aot::Options { triple: program.target.triple.clone(), cpu: Default::default(), optimise: Default::default() }
}

/// Makes code for every function as placed by `wanted`.
pub fn make(program: &Program, wanted: &[(FuncId, Tier)], settings: Settings) -> Result<Code> {
    let mut fallbacks: FxHashMap<FuncId, Fallback> = FxHashMap::default();
    let mut tiers: Vec<(FuncId, Tier)> = wanted.to_vec();
    // What cannot be bytecode is found out by trying, and changes how it is called by all others.
    let bytecode = loop {
        let functions = of_tier(&tiers, Tier::Bytecode);
        match emit(program, functions, settings) {
            Ok(bytecode) => break bytecode,
            Err(error) => {
                let function = culprit(&program.module, &error).filter(|_| settings.fallback);
                let Some(function) = function else { return Err(emit_diagnostic(&error).into()) };
                let why = error.to_string();
                fallbacks.insert(function, Fallback { function, wanted: Tier::Bytecode, why });
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
    let bytecode = emit(program, of_tier(&tiers, Tier::Bytecode), settings).map_err(|e| emit_diagnostic(&e))?;
    Ok(Code { aot, bytecode, fallbacks: in_order(wanted, fallbacks) })
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

/// An image of the functions, those with stubs first.
pub fn emit(program: &Program, functions: Vec<FuncId>, settings: Settings) -> Result<Option<Bytecode>, EmitError> {
    if functions.is_empty() {
        return Ok(None);
    }
    let module = &program.module;
    let set: FxHashSet<FuncId> = functions.iter().copied().collect();
    let entered = entries::entered(module, &set, settings.natives);
    let (first, rest): (Vec<FuncId>, Vec<FuncId>) = functions.into_iter().partition(|f| entered.contains(f));
    let stubs: Vec<_> = first.iter().map(|&f| (f, entries::stub_kind(module, f))).collect();
    let functions = [first, rest].concat();
    let options = EmitOptions { stubs: stubs.len(), debug: settings.debug };
    let image = rheo_bytecode::emit(module, &functions, Isa::general(), options)?;
    Ok(Some(Bytecode { functions, stubs, image }))
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
