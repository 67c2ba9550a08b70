//! What all functions of an image share: function numbers, symbol indices, signature descriptors.
//!
//! Owns their assignment, which is decided before any function is lowered.

use super::exceptions::Asked;
use super::lower::native_kind;
use super::{DESCRIPTORS_MAX, EmitError, FuncRegions};
use crate::isa::NativeKind;
use rheo_ir::{Body, Cut, FuncId, GlobalId, Imm, Module, Op, Param, SigId, Signature, SymbolRef, Value, cut};
use rustc_hash::FxHashMap;

/// An entry of the image's symbol table: an address that the program object puts into the context.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SymbolKind {
    /// A global variable's, of the program's own.
    Global(GlobalId),
    /// A function's native address, of the program's own: the function itself, or its entry stub if it is bytecode.
    Func(FuncId),
    /// Of the cell that holds a global variable's.
    GlobalCell(GlobalId),
    /// Of the cell that holds a function's: one that is called, or of a library.
    FuncCell(FuncId),
    /// Of the cell of a function without parameters that returns the address of the thread-local variable in this thread.
    TlsAccessor(GlobalId),
    /// Of the cell of the runtime's stand-in for `_Unwind_Resume`, which looks among the caller's own bytecode frames first. It
    /// may be
    /// called from bytecode alone.
    Resume,
    /// Machine code of a region, by its number in the image's list of them.
    Block(u32),
    /// Of the cell of the code that stands for a function when a personality routine is asked about its exceptions (docs/vm.md).
    StandIn(FuncId),
}

/// The unwinder's routine that lets an exception go on; C's name.
const UNWIND_RESUME: &str = "_Unwind_Resume";

/// Who executes a called function.
pub(crate) enum Callee {
    /// Bytecode function number.
    Bytecode(u32),
    /// Native symbol index.
    Native(u32),
}

/// A function some of which is machine code.
#[derive(Debug)]
pub(crate) struct CutFunc {
    pub cut: Cut,
    /// Number of its first region in the image's list.
    pub first: u32,
}

pub(crate) struct Program<'a> {
    pub module: &'a Module,
    /// Functions whose regions are machine code.
    pub cuts: FxHashMap<FuncId, CutFunc>,
    /// Exceptions are handled in the program.
    pub unwinds: bool,
    /// Functions whose personality routine is asked.
    pub asked: FxHashMap<FuncId, Asked>,
    /// Number of each bytecode function, by [`FuncId`].
    numbers: Vec<Option<u32>>,
    pub symbols: Vec<SymbolKind>,
    symbol_index: FxHashMap<SymbolKind, u32>,
    pub descriptors: Vec<u8>,
    descriptor_at: FxHashMap<SigId, u32>,
    same_descriptor: FxHashMap<Vec<u8>, u32>,
}

impl<'a> Program<'a> {
    /// Numbers what the bodies of `funcs` mention: the most mentioned symbols get the lowest indices.
    pub(crate) fn new(
        module: &'a Module,
        funcs: &[FuncId],
        stubs: usize,
        regions: &FuncRegions,
    ) -> Result<Program<'a>, EmitError> {
        let mut numbers = vec![None; module.funcs.len()];
        for (i, f) in funcs.iter().enumerate() {
            let taken = numbers.get_mut(f.index()).ok_or(EmitError::NotDefined { func: f.to_string() })?;
            if taken.replace(i as u32).is_some() || module.func(*f).body.is_none() {
                return Err(EmitError::NotDefined { func: module.func(*f).name.clone() });
            }
        }
        let mut program = Program {
            module,
            cuts: cuts(module, funcs, regions)?,
            unwinds: module.funcs.iter().any(|f| f.personality.is_some()),
            asked: FxHashMap::default(),
            numbers,
            symbols: Vec::new(),
            symbol_index: FxHashMap::default(),
            descriptors: Vec::new(),
            descriptor_at: FxHashMap::default(),
            same_descriptor: FxHashMap::default(),
        };
        for &f in &funcs[..stubs] {
            program.add_descriptor(module.func(f).sig);
        }
        if program.descriptors.len() > DESCRIPTORS_MAX {
            return Err(EmitError::Signatures);
        }
        let blocks: u32 = program.cuts.values().map(|c| c.cut.regions.len() as u32).sum();
        let mut mentions: FxHashMap<SymbolKind, u32> = (0..blocks).map(|n| (SymbolKind::Block(n), 1)).collect();
        for &f in funcs {
            let body = match program.cuts.get(&f) {
                Some(cut) => &cut.cut.body.clone(),
                None => module.func(f).body.as_ref().expect("checked above"),
            };
            let asked = Asked::of(module, f);
            if let Some(asked) = &asked {
                mentions.insert(SymbolKind::StandIn(f), 1);
                *mentions.entry(SymbolKind::FuncCell(asked.personality)).or_default() += 1;
            }
            for inst in body.blocks.iter().flat_map(|b| &b.insts) {
                let symbol = match (inst.op, &inst.imm) {
                    (Op::GlobalAddr, Imm::Global(g, _)) => program.global_kind(*g),
                    (Op::TlsAddr, Imm::Global(g, _)) => SymbolKind::TlsAccessor(*g),
                    (Op::FuncAddr, Imm::Func(f)) => program.func_kind(*f),
                    (Op::TypeId | Op::LandingPad, _) if asked.is_some() => continue,
                    (Op::TypeId, Imm::Global(g, _)) => SymbolKind::GlobalCell(*g),
                    (Op::LandingPad, Imm::Pad(pad)) => {
                        pad.types().for_each(|g| *mentions.entry(SymbolKind::GlobalCell(g)).or_default() += 1);
                        continue;
                    }
                    (Op::Call | Op::TailCall | Op::Invoke, Imm::Func(f)) => match program.bytecode_number(*f) {
                        Some(_) => continue,
                        None => {
                            let sig = module.sig_of(*f);
                            if inst.op == Op::TailCall || native_kind(sig) == NativeKind::Generic {
                                program.add_bytes(descriptor(&at_site(sig, body, &inst.args)));
                            }
                            program.native_symbol(*f)
                        }
                    },
                    (Op::CallIndirect | Op::InvokeIndirect, Imm::Sig(sig)) => {
                        if native_kind(module.sig(*sig)) == NativeKind::Generic {
                            program.add_descriptor(*sig);
                        }
                        continue;
                    }
                    (Op::TailCallIndirect, Imm::Sig(sig)) => {
                        program.add_descriptor(*sig);
                        continue;
                    }
                    _ => continue,
                };
                *mentions.entry(symbol).or_default() += 1;
            }
            program.asked.extend(asked.map(|a| (f, a)));
        }
        let mut ranked: Vec<(SymbolKind, u32)> = mentions.into_iter().collect();
        ranked.sort_unstable_by_key(|&(s, n)| (std::cmp::Reverse(n), s));
        program.symbols = ranked.into_iter().map(|(s, _)| s).collect();
        program.symbol_index = program.symbols.iter().enumerate().map(|(i, &s)| (s, i as u32)).collect();
        Ok(program)
    }

    /// A function's body, as far as it is bytecode.
    pub(crate) fn body(&self, f: FuncId) -> &Body {
        match self.cuts.get(&f) {
            Some(cut) => &cut.cut.body,
            None => self.module.func(f).body.as_ref().expect("checked when functions were numbered"),
        }
    }

    /// The symbol of a region's machine code.
    pub(crate) fn block_symbol(&self, number: u32) -> u32 {
        self.symbol(SymbolKind::Block(number))
    }

    fn add_descriptor(&mut self, sig: SigId) {
        if self.descriptor_at.contains_key(&sig) {
            return;
        }
        let at = self.add_bytes(descriptor(self.module.sig(sig)));
        self.descriptor_at.insert(sig, at);
    }

    fn add_bytes(&mut self, descriptor: Vec<u8>) -> u32 {
        let end = self.descriptors.len() as u32;
        *self.same_descriptor.entry(descriptor).or_insert_with_key(|bytes| {
            self.descriptors.extend_from_slice(bytes);
            end
        })
    }

    /// The function that `f` is a plain alias of, or `f`.
    pub(crate) fn resolve(&self, mut f: FuncId) -> FuncId {
        // An alias chain is short; a cycle would be the linker's mistake and ends here.
        for _ in 0..64 {
            match self.module.func(f).alias {
                Some(alias) if alias.offset == 0 => match alias.target {
                    SymbolRef::Func(target) => f = target,
                    SymbolRef::Global(_) => break,
                },
                _ => break,
            }
        }
        f
    }

    /// The number by which bytecode calls `f`. A variadic definition has none: its entry stub builds the argument area.
    fn bytecode_number(&self, f: FuncId) -> Option<u32> {
        let f = self.resolve(f);
        self.numbers[f.index()].filter(|_| !self.module.func(f).flags.variadic_definition)
    }

    pub(crate) fn callee(&self, f: FuncId) -> Callee {
        match self.bytecode_number(f) {
            Some(n) => Callee::Bytecode(n),
            None => Callee::Native(self.symbol(self.native_symbol(f))),
        }
    }

    /// The symbol by which bytecode calls a native function.
    fn native_symbol(&self, f: FuncId) -> SymbolKind {
        let func = self.module.func(f);
        let is_declared = func.body.is_none() && func.alias.is_none();
        if is_declared && func.name == UNWIND_RESUME { SymbolKind::Resume } else { SymbolKind::FuncCell(f) }
    }

    pub(crate) fn symbol(&self, s: SymbolKind) -> u32 {
        *self.symbol_index.get(&s).expect("every mentioned symbol was numbered")
    }

    /// The symbol of a function's address, or of the cell that holds it.
    pub(crate) fn func_kind(&self, f: FuncId) -> SymbolKind {
        let func = self.module.func(f);
        match func.body.is_some() || func.alias.is_some() {
            true => SymbolKind::Func(f),
            false => SymbolKind::FuncCell(f),
        }
    }

    pub(crate) fn stand_in_symbol(&self, f: FuncId) -> u32 {
        self.symbol(SymbolKind::StandIn(f))
    }

    /// The symbol of a variable's address, or of the cell that holds it.
    pub(crate) fn global_kind(&self, g: GlobalId) -> SymbolKind {
        let global = self.module.global(g);
        match global.data.is_some() || global.alias.is_some() {
            true => SymbolKind::Global(g),
            false => SymbolKind::GlobalCell(g),
        }
    }

    /// The symbol by which landing pads name a type.
    pub(crate) fn type_symbol(&self, g: GlobalId) -> u32 {
        self.symbol(SymbolKind::GlobalCell(g))
    }

    /// The symbol of the cell that holds a function's address.
    pub(crate) fn cell_symbol(&self, f: FuncId) -> u32 {
        self.symbol(SymbolKind::FuncCell(f))
    }

    pub(crate) fn tls_symbol(&self, g: GlobalId) -> u32 {
        self.symbol(SymbolKind::TlsAccessor(g))
    }

    /// Offset of the signature's descriptor.
    pub(crate) fn descriptor(&self, sig: SigId) -> u32 {
        *self.descriptor_at.get(&sig).expect("every signature used was described")
    }

    /// Offset of the descriptor of a direct call of native code.
    pub(crate) fn call_descriptor(&self, sig: &Signature, body: &Body, args: &[Value]) -> u32 {
        let bytes = descriptor(&at_site(sig, body, args));
        *self.same_descriptor.get(&bytes).expect("every native call was described")
    }
}

/// Cuts the regions out, numbered in the order of the functions.
fn cuts(module: &Module, funcs: &[FuncId], regions: &FuncRegions) -> Result<FxHashMap<FuncId, CutFunc>, EmitError> {
    let mut cuts = FxHashMap::default();
    let mut first = 0;
    for f in funcs {
        let (Some(regions), Some(body)) = (regions.get(f), &module.func(*f).body) else { continue };
        let failed = |error| EmitError::Region { func: module.func(*f).name.clone(), error };
        cuts.insert(*f, CutFunc { cut: cut(body, regions).map_err(failed)?, first });
        first += regions.len() as u32;
    }
    Ok(cuts)
}

/// The callee's signature with the variable arguments that a call of it passes.
fn at_site(sig: &Signature, body: &Body, args: &[Value]) -> Signature {
    let mut sig = sig.clone();
    let fixed = sig.params.len();
    sig.params.extend(args.iter().skip(fixed).map(|&a| Param::new(body.ty(a))));
    sig
}

/// A signature as docs/vm.md writes it, with the closing zero.
pub(crate) fn descriptor(sig: &Signature) -> Vec<u8> {
    rheo_ir::descriptor(&sig.params, &sig.results, sig.variadic.is_some())
}
