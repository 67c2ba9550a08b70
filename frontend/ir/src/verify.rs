//! The verifier: what every module keeps to between stages.
//!
//! Owns the rules of modules and symbols; those of bodies stand in `body`, of single instructions in `typing`. Looks
//! at one module alone: whether a declaration is defined anywhere is the linker's question.
//!
//! Deliberately unchecked: whether `stack_addr` and `global_addr` offsets stay inside their object. Compilers form
//! addresses outside an object on the way to one inside.

mod body;
mod pads;
mod typing;

use crate::{AliasOf, BlockId, Data, Func, FuncId, Global, Linkage, Module, Printer, Purpose, RelocKind, Signature};
use crate::{SrcLoc, SymbolRef, Type};
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::fmt;

/// A broken rule and where it is broken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct VerifyError {
    /// The function or global at fault, by linkage name.
    pub symbol: Option<String>,
    /// The function at fault, if it is one.
    pub func: Option<FuncId>,
    /// The block at fault.
    pub block: Option<BlockId>,
    /// Index of the instruction within the block.
    pub inst: Option<usize>,
    /// `file:line:col` of the instruction or function, if known.
    pub position: Option<String>,
    /// The instruction in text form.
    pub text: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = &self.position {
            write!(f, "{position}: ")?;
        }
        if let Some(symbol) = &self.symbol {
            write!(f, "in {symbol}")?;
            if let Some(block) = self.block {
                write!(f, ", {block}")?;
            }
            if let Some(inst) = self.inst {
                write!(f, ", instruction {inst}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if let Some(text) = &self.text {
            write!(f, ": `{text}`")?;
        }
        Ok(())
    }
}

/// Checks the whole module. All errors are returned, in order: module, globals, functions.
pub fn verify(m: &Module) -> Result<(), Vec<VerifyError>> {
    let mut errors = verify_symbols(m);
    for f in (0..m.funcs.len()).map(FuncId::new) {
        errors.extend(verify_func(m, f));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Checks all but the functions' bodies: signatures, symbols, data, tables. The first part of [`verify`].
pub fn verify_symbols(m: &Module) -> Vec<VerifyError> {
    let mut errors = Vec::new();
    let mut report = |symbol: Option<&str>, message: String| {
        errors.push(VerifyError {
            symbol: symbol.map(str::to_string),
            func: None,
            block: None,
            inst: None,
            position: None,
            text: None,
            message,
        });
    };
    for (i, sig) in m.sigs.iter().enumerate() {
        check_sig(sig, &mut |message| report(None, format!("signature {i}: {message}")));
    }
    let mut comdats = FxHashSet::default();
    for comdat in &m.comdats {
        if !comdats.insert(comdat.name.as_str()) {
            report(None, format!("comdat {:?} stands in the table twice", comdat.name));
        }
    }
    for structor in m.ctors.iter().chain(&m.dtors) {
        if structor.func.index() >= m.funcs.len() {
            report(None, format!("constructor or destructor {} is not in the function table", structor.func));
        }
    }
    let mut names = FxHashSet::default();
    for g in &m.globals {
        let report = &mut |message| report(Some(&g.name), message);
        if !names.insert(g.name.as_str()) {
            report("another symbol has the same name".to_string());
        }
        check_placement(g.comdat.as_deref(), &comdats, report);
        check_global(m, g, report);
    }
    for f in &m.funcs {
        let report = &mut |message| report(Some(&f.name), message);
        if !names.insert(f.name.as_str()) {
            report("another symbol has the same name".to_string());
        }
        check_placement(f.comdat.as_deref(), &comdats, report);
        check_func(m, f, report);
    }
    errors
}

/// Checks the body of one function, if it has one, given that [`verify_symbols`] finds nothing. Independent of other
/// bodies, so that functions can be checked in parallel.
pub fn verify_func(m: &Module, id: FuncId) -> Vec<VerifyError> {
    let func = m.func(id);
    let (Some(body), Some(sig)) = (&func.body, m.sigs.get(func.sig.index())) else { return Vec::new() };
    let mut errors = Vec::new();
    let printer = OnceCell::new();
    body::check(m, func, sig, body, &mut |fault: Fault| {
        let inst = fault.block.zip(fault.inst).and_then(|(b, i)| body.blocks.get(b.index())?.insts.get(i));
        let loc = inst.map_or(func.loc, |inst| inst.loc);
        errors.push(VerifyError {
            symbol: Some(func.name.clone()),
            func: Some(id),
            block: fault.block,
            inst: fault.inst,
            position: m.position(loc),
            text: inst.map(|inst| printer.get_or_init(|| Printer::new(m)).inst(body, inst)),
            message: fault.message,
        });
    });
    errors
}

/// A broken rule within a body.
struct Fault {
    block: Option<BlockId>,
    inst: Option<usize>,
    message: String,
}

fn check_sig(sig: &Signature, report: &mut dyn FnMut(String)) {
    for (i, param) in sig.params.iter().enumerate() {
        match param.purpose {
            Purpose::Normal => {}
            Purpose::ByVal { .. } | Purpose::StructReturn if param.ty.repr() != Type::I64 => {
                report(format!("parameter {i} is passed in memory, so its type must be ptr, not {}", param.ty));
            }
            Purpose::ByVal { align, .. } if !align.is_power_of_two() => {
                report(format!("parameter {i} has alignment {align}, which is no power of two"));
            }
            Purpose::ByVal { .. } | Purpose::StructReturn => {}
        }
    }
    if let Some(n) = sig.variadic
        && n as usize > sig.params.len()
    {
        report(format!("variable arguments start after {n} of {} parameters", sig.params.len()));
    }
}

fn check_placement(comdat: Option<&str>, known: &FxHashSet<&str>, report: &mut dyn FnMut(String)) {
    if let Some(name) = comdat
        && !known.contains(name)
    {
        report(format!("comdat {name:?} is not in the table"));
    }
}

/// Linkage against what there is to link.
fn check_linkage(linkage: Linkage, defined: bool, alias: bool, report: &mut dyn FnMut(String)) {
    if defined && alias {
        report("is both a definition and an alias".to_string());
    }
    match linkage {
        Linkage::External => {}
        Linkage::ExternWeak if defined || alias => report("extern_weak is for declarations".to_string()),
        // The copy of the definition may have been left out.
        Linkage::ExternWeak | Linkage::AvailableExternally => {}
        _ if !defined && !alias => report(format!("a declaration cannot be {}", crate::print::linkage_name(linkage))),
        _ => {}
    }
}

/// The alias chain starting with `alias` must end.
fn check_alias(m: &Module, alias: Option<AliasOf>, report: &mut dyn FnMut(String)) {
    let mut next = alias;
    let mut steps = 0;
    while let Some(AliasOf { target, .. }) = next {
        next = match target {
            SymbolRef::Func(f) => match m.funcs.get(f.index()) {
                Some(f) => f.alias,
                None => return report(format!("alias of {f}, which is not in the function table")),
            },
            SymbolRef::Global(g) => match m.globals.get(g.index()) {
                Some(g) => g.alias,
                None => return report(format!("alias of {g}, which is not in the table of globals")),
            },
        };
        steps += 1;
        if steps > 64 && steps > m.funcs.len() + m.globals.len() {
            return report("alias of itself".to_string());
        }
    }
}

fn check_global(m: &Module, g: &Global, report: &mut dyn FnMut(String)) {
    check_linkage(g.linkage, g.data.is_some(), g.alias.is_some(), report);
    check_alias(m, g.alias, report);
    if !g.align.is_power_of_two() {
        report(format!("alignment {} is no power of two", g.align));
    }
    if let Some(data) = &g.data {
        check_data(m, g, data, report);
    }
}

fn check_data(m: &Module, g: &Global, data: &Data, report: &mut dyn FnMut(String)) {
    if data.bytes.len() as u64 > g.bytes {
        report(format!("has {} bytes of data in {} bytes", data.bytes.len(), g.bytes));
    }
    if g.linkage == Linkage::Common && (data.bytes.iter().any(|&b| b != 0) || !data.relocs.is_empty()) {
        report("common, but not all zero".to_string());
    }
    let mut end = 0;
    for reloc in &data.relocs {
        let bytes = match reloc.kind {
            RelocKind::Abs64 | RelocKind::Rel64 => 8,
            RelocKind::Rel32 => 4,
        };
        if reloc.offset < end {
            report(format!("relocation at {} is out of order or overlaps another", reloc.offset));
        }
        match reloc.offset.checked_add(bytes) {
            Some(e) if e <= g.bytes => end = e,
            _ => report(format!("relocation at {} ends beyond the {} bytes", reloc.offset, g.bytes)),
        }
        match reloc.target {
            SymbolRef::Func(f) if f.index() >= m.funcs.len() => {
                report(format!("relocation to {f}, which is not in the function table"));
            }
            SymbolRef::Global(to) if to.index() >= m.globals.len() => {
                report(format!("relocation to {to}, which is not in the table of globals"));
            }
            _ => {}
        }
    }
}

fn check_func(m: &Module, f: &Func, report: &mut dyn FnMut(String)) {
    check_linkage(f.linkage, f.body.is_some() || f.flags.native, f.alias.is_some(), report);
    check_alias(m, f.alias, report);
    if f.body.is_some() && f.flags.native {
        report("a native function has no body".to_string());
    }
    if f.linkage == Linkage::Common {
        report("a function cannot be common".to_string());
    }
    check_loc(m, f.loc, report);
    if let Some(p) = f.personality.filter(|p| p.index() >= m.funcs.len()) {
        report(format!("its personality {p} is not in the function table"));
    }
    let Some(sig) = m.sigs.get(f.sig.index()) else {
        return report(format!("its signature {} is not in the table", f.sig));
    };
    if f.body.is_some() && sig.variadic.is_some() != f.flags.variadic_definition {
        report("a definition must be marked variadic_definition just when its signature is variadic".to_string());
    }
}

fn check_loc(m: &Module, loc: SrcLoc, report: &mut dyn FnMut(String)) {
    if loc.line != 0 && loc.file as usize >= m.files.len() {
        report(format!("source position names file {} of {}", loc.file, m.files.len()));
    }
}
