//! From IR functions to machine code, in parallel.
//!
//! Owns the use of Cranelift as a compiler of single functions; the result is the same whatever the number of threads.

use crate::arrange::arrange;
use crate::block::{BlockPlace, CompiledBlock, VmFrame};
use crate::code::{CodeReloc, CodeTarget, CompiledFunc};
use crate::error::AotError;
use crate::lsda;
use crate::thunk::{native_thunk, needs_thunk};
use crate::unwind::Rules;
use crate::x64;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, Function, KnownSymbol, SourceLoc};
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::{Context, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_frontend::FunctionBuilderContext;
use rayon::prelude::*;
use rheo_ir::{FuncId, GlobalId, Linkage, Module, SrcLoc, SymbolRef};
use rheo_lower::{
    CodeKind, Cpu, Lowered, Optimise, Symbol, Symbols, body_abi, isa, libcall_symbol, lower_function, lower_region,
    lower_tls_accessor, needs_plain_isa,
};
use target_lexicon::{Architecture, Triple};

/// What to compile for, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The target.
    pub triple: Triple,
    /// What the code may assume of the processor.
    pub cpu: Cpu,
    /// How hard to try.
    pub optimise: Optimise,
}

/// The module as one linked program: what it defines is near.
pub(crate) struct Program<'a>(pub &'a Module);

impl Symbols for Program<'_> {
    fn is_near(&self, symbol: SymbolRef) -> bool {
        let elsewhere = |l: Linkage| matches!(l, Linkage::AvailableExternally | Linkage::ExternWeak);
        match symbol {
            SymbolRef::Func(f) => {
                let f = self.0.func(f);
                (f.body.is_some() || f.alias.is_some()) && !elsewhere(f.linkage)
            }
            SymbolRef::Global(g) => {
                let g = self.0.global(g);
                (g.data.is_some() || g.alias.is_some() || g.linkage == Linkage::Common) && !elsewhere(g.linkage)
            }
        }
    }
}

/// The code generators in use.
pub(crate) struct Machines {
    pub usual: OwnedTargetIsa,
    /// For functions that optimisation would break.
    plain: OwnedTargetIsa,
    /// For regions of functions.
    blocks: OwnedTargetIsa,
    /// As the usual one and that for regions, for code that has been optimised and arranged.
    usual_done: OwnedTargetIsa,
    blocks_done: OwnedTargetIsa,
    arranges: bool,
}

/// The code generators for one function.
#[derive(Clone, Copy)]
pub(crate) struct Stages<'m> {
    /// The first, to which it is lowered.
    pub first: &'m dyn TargetIsa,
    /// The one that goes on where the first has optimised it and we have arranged it.
    last: Option<&'m dyn TargetIsa>,
}

impl Machines {
    pub fn new(options: &Options) -> Result<Machines, AotError> {
        Ok(Machines {
            usual: isa(&options.triple, CodeKind::Functions, options.cpu, options.optimise)?,
            plain: isa(&options.triple, CodeKind::Functions, options.cpu, Optimise::None)?,
            blocks: isa(&options.triple, CodeKind::Blocks, options.cpu, options.optimise)?,
            usual_done: isa(&options.triple, CodeKind::Functions, options.cpu, Optimise::Done)?,
            blocks_done: isa(&options.triple, CodeKind::Blocks, options.cpu, Optimise::Done)?,
            arranges: options.optimise != Optimise::None,
        })
    }

    pub fn of(&self, module: &Module, f: FuncId) -> Stages<'_> {
        match needs_plain_isa(module, module.func(f)) {
            true => Stages { first: &*self.plain, last: None },
            false => Stages { first: &*self.usual, last: self.arranges.then_some(&*self.usual_done) },
        }
    }

    pub fn of_blocks(&self) -> Stages<'_> {
        Stages { first: &*self.blocks, last: self.arranges.then_some(&*self.blocks_done) }
    }
}

/// What one thread compiles with, again and again.
pub(crate) struct Workshop {
    pub context: Context,
    pub builder: FunctionBuilderContext,
    /// Where the code that was compiled last was, and where it is.
    pub places: Vec<(u32, u32)>,
}

impl Default for Workshop {
    fn default() -> Self {
        Workshop { context: Context::new(), builder: FunctionBuilderContext::new(), places: Vec::new() }
    }
}

/// Compiles `funcs`, each by itself: a result for each, in the same order.
pub fn compile(
    module: &Module,
    funcs: &[FuncId],
    options: &Options,
) -> Result<Vec<Result<CompiledFunc, AotError>>, AotError> {
    let machines = Machines::new(options)?;
    Ok(funcs.par_iter().map_init(Workshop::default, |w, &f| w.compile(module, f, &machines, options)).collect())
}

/// Compiles regions, each by itself: a result for each, in the same order.
pub fn compile_blocks(
    module: &Module,
    places: &[BlockPlace],
    options: &Options,
) -> Result<Vec<Result<CompiledBlock, AotError>>, AotError> {
    let machines = Machines::new(options)?;
    Ok(places.par_iter().map_init(Workshop::default, |w, p| w.compile_block(module, p, &machines)).collect())
}

impl CompiledFunc {
    /// Resolves the source positions that the code generator gave.
    pub(crate) fn place(&mut self, lowered: &Lowered) {
        let positions = std::mem::take(&mut self.locs);
        self.locs = positions.into_iter().map(|(at, loc)| (at, resolve(&lowered.locs, loc))).collect();
        self.locs.dedup_by_key(|l| l.1);
    }
}

impl Workshop {
    fn compile(
        &mut self,
        module: &Module,
        f: FuncId,
        machines: &Machines,
        options: &Options,
    ) -> Result<CompiledFunc, AotError> {
        let stages = machines.of(module, f);
        let isa = stages.first;
        self.reset();
        let program = Program(module);
        let lowered = lower_function(module, f, isa, &program, &mut self.context.func, &mut self.builder)?;
        let abi = body_abi(module, f, isa).expect("lowered by the same convention");
        let mut compiled = self.generate(stages, f, &module.func(f).name)?;
        let variadic = module.func(f).flags.variadic_definition;
        if needs_thunk(variadic, &abi) {
            compiled.thunk_bytes = native_thunk(variadic, &abi).code.len() as u32;
        }
        compiled.abi = abi;
        compiled.place(&lowered);
        compiled.descriptors = lowered.descriptors;
        if !lowered.unwind.pads.is_empty() {
            let personality = module.func(f).personality;
            let code = self.context.compiled_code().expect("just compiled");
            compiled.lsda =
                Some(lsda::write(personality, &lowered.unwind, &code.buffer, |at| x64::place(&self.places, at)));
        }
        if options.optimise != Optimise::Size && !module.func(f).flags.cold {
            compiled.align = compiled.align.max(16);
        }
        Ok(compiled)
    }

    /// The machine code of a region.
    fn compile_block(
        &mut self,
        module: &Module,
        place: &BlockPlace,
        machines: &Machines,
    ) -> Result<CompiledBlock, AotError> {
        let lowered = self.lower_block(module, place, machines)?;
        let mut code = self.generate(machines.of_blocks(), place.func, &module.func(place.func).name)?;
        code.place(&lowered);
        code.descriptors = lowered.descriptors;
        Ok(CompiledBlock { number: place.number, region: place.region.name.clone(), code })
    }

    pub fn lower_block(
        &mut self,
        module: &Module,
        place: &BlockPlace,
        machines: &Machines,
    ) -> Result<Lowered, AotError> {
        self.reset();
        let body = module.func(place.func).body.as_ref().expect("a function with regions has a body");
        let region = place.region.to_body(body);
        let (isa, program, mut frame) = (&*machines.blocks, Program(module), VmFrame::new(place));
        let func = &mut self.context.func;
        Ok(lower_region(module, (place.func, &region), isa, &program, &mut frame, func, &mut self.builder)?)
    }

    /// Code that gives the calling thread's address of a variable. Belongs to no function of the module.
    pub fn tls_accessor(
        &mut self,
        module: &Module,
        g: GlobalId,
        isa: &dyn TargetIsa,
    ) -> Result<CompiledFunc, AotError> {
        self.reset();
        let near = Program(module).is_near(SymbolRef::Global(g));
        lower_tls_accessor(g, near, isa, &mut self.context.func, &mut self.builder);
        self.generate(Stages { first: isa, last: None }, FuncId(u32::MAX), &module.global(g).name)
    }

    /// A panic while compiling leaves the state of either undefined.
    fn reset(&mut self) {
        self.context.clear();
        self.builder = FunctionBuilderContext::new();
    }

    /// Source positions of the result are indices yet: line 0, and the index as the file.
    pub fn generate(&mut self, stages: Stages, f: FuncId, name: &str) -> Result<CompiledFunc, AotError> {
        let fail = |reason: String| AotError::Codegen { function: name.to_string(), reason };
        let Stages { first: isa, last } = stages;
        let context = &mut self.context;
        // Cranelift panics on what it has not thought of; that is this function's failure, not the program's.
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let control = &mut ControlPlane::default();
            if last.is_some() {
                context.optimize(isa, control).map_err(|e| format!("{e:?}"))?;
                arrange(context);
            }
            context.compile(last.unwrap_or(isa), control).map(|_| ()).map_err(|e| format!("{:?}", e.inner))
        }));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(reason)) => return Err(fail(reason)),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
                return Err(fail(text.to_string()));
            }
        }
        let compiled = self.context.compiled_code().expect("just compiled");
        let unwind = match compiled.create_unwind_info(isa).map_err(|e| fail(e.to_string()))? {
            Some(UnwindInfo::SystemV(info)) => Some(info),
            _ => None,
        };
        let buffer = &compiled.buffer;
        let mut relocs: Vec<CodeReloc> = buffer.relocs().iter().map(|r| code_reloc(r, &self.context.func)).collect();
        let mut locs: Vec<(u32, SrcLoc)> =
            buffer.get_srclocs_sorted().iter().map(|l| (l.start, unresolved(l.loc))).collect();
        let mut code = rheo_lower::code_with_native_faults(buffer);
        let mut unwind = unwind.map(Rules::Generated);
        let mut places = Vec::new();
        if isa.triple().architecture == Architecture::X86_64 && unwind.is_some() {
            let fields: Vec<u32> = relocs.iter().map(|r| r.offset).collect();
            if let Some(shrunk) = x64::shrink(&code, &fields, &compiled.bb_starts, &buffer.unwind_info) {
                places = shrunk.places;
                for (reloc, offset) in relocs.iter_mut().zip(shrunk.relocations) {
                    reloc.offset = offset;
                    if let CodeTarget::Offset(to) = &mut reloc.target {
                        *to = x64::place(&places, *to);
                    }
                }
                locs.iter_mut().for_each(|loc| loc.0 = x64::place(&places, loc.0));
                unwind = Some(Rules::Written(shrunk.rules, shrunk.code.len() as u32));
                code = shrunk.code;
            }
        }
        self.places = places;
        Ok(CompiledFunc {
            func: f,
            code,
            align: buffer.alignment,
            relocs,
            locs,
            unwind,
            lsda: None,
            descriptors: Vec::new(),
            abi: rheo_lower::Abi::new(&[], &[], isa).expect("nothing to pass"),
            thunk_bytes: 0,
        })
    }
}

fn unresolved(loc: SourceLoc) -> SrcLoc {
    SrcLoc { file: loc.bits(), line: 0, col: 0 }
}

fn resolve(locs: &[SrcLoc], index: SrcLoc) -> SrcLoc {
    locs.get(index.file as usize).copied().unwrap_or_default()
}

fn code_reloc(r: &FinalizedMachReloc, func: &Function) -> CodeReloc {
    let target = match &r.target {
        FinalizedRelocTarget::Func(offset) => CodeTarget::Offset(*offset),
        FinalizedRelocTarget::ExternalName(name) => match name {
            ExternalName::User(name) => {
                let name = &func.params.user_named_funcs()[*name];
                CodeTarget::Symbol(Symbol::from_external(name).expect("names come from the lowering"))
            }
            ExternalName::LibCall(call) => CodeTarget::Native(libcall_symbol(*call)),
            ExternalName::KnownSymbol(KnownSymbol::ElfGlobalOffsetTable) => CodeTarget::Native("_GLOBAL_OFFSET_TABLE_"),
            ExternalName::KnownSymbol(KnownSymbol::CoffTlsIndex) => CodeTarget::Native("_tls_index"),
            ExternalName::TestCase(_) => unreachable!("only Cranelift's own tests have these"),
        },
    };
    CodeReloc { offset: r.offset, kind: r.kind, target, addend: r.addend }
}
