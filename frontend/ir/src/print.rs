//! Text form, writing: modules, functions and single instructions.
//!
//! [`crate::parse_module`] reads it back exactly, for every module whose ids are in range and whose instructions carry
//! the kind of immediate that their op's row names. What breaks those rules still prints, for diagnostics.
//!
//! ```text
//! module "a.c"
//! file 0 "a.c"
//! global @greeting 6 align 1 private constant = { "hello\00" }
//! func @puts(ptr) -> i32
//! func @f(i32, ptr) -> i32 internal !0:3:1 {
//!   ss0 = 16 align 8
//! b0(v0: i32, v1: ptr):
//!   v2 = load.i32 v1+8 volatile !0:4:5
//!   br_if v2, b1(v2), b2
//! …
//! ```

use crate::{
    AliasOf, Body, Clause, ComdatKind, Data, Dest, Func, FuncFlags, FuncId, Global, GlobalId, Imm, ImmKind, Inst,
    Linkage, Module, Op, Pad, Param, Purpose, RelocKind, SigId, Signature, SrcLoc, SymbolRef, Type, TypeSet,
    Visibility,
};
use crate::{Extension, Rule, Structor};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::{self, Write};

/// Prints the parts of one module. Cheap to keep; making one looks at every symbol name.
pub struct Printer<'a> {
    module: &'a Module,
    /// Names that more than one symbol has, which are therefore referred to by number.
    ambiguous: FxHashSet<&'a str>,
    /// Signatures that stand in the table more than once, by their first id.
    first_sig: FxHashMap<&'a Signature, SigId>,
}

impl<'a> Printer<'a> {
    /// A printer for `module`.
    pub fn new(module: &'a Module) -> Self {
        let mut seen = FxHashSet::default();
        let mut ambiguous = FxHashSet::default();
        let names = module.funcs.iter().map(|f| f.name.as_str()).chain(module.globals.iter().map(|g| g.name.as_str()));
        for name in names {
            if !seen.insert(name) {
                ambiguous.insert(name);
            }
        }
        let mut first_sig = FxHashMap::default();
        for (i, sig) in module.sigs.iter().enumerate() {
            first_sig.entry(sig).or_insert(SigId::new(i));
        }
        Printer { module, ambiguous, first_sig }
    }

    /// The whole module.
    pub fn module(&self) -> String {
        let mut out = String::new();
        self.write_module(&mut out).expect("a String takes all");
        out
    }

    /// One function, declaration or definition.
    pub fn func(&self, f: FuncId) -> String {
        let mut out = String::new();
        self.write_func(&mut out, self.module.func(f)).expect("a String takes all");
        out
    }

    /// One instruction of `body`, without indentation or newline.
    pub fn inst(&self, body: &Body, inst: &Inst) -> String {
        let mut out = String::new();
        self.write_inst(&mut out, body, inst).expect("a String takes all");
        out
    }

    fn write_module(&self, out: &mut String) -> fmt::Result {
        let m = self.module;
        for (key, value) in [("module", &m.name), ("triple", &m.triple), ("layout", &m.data_layout)] {
            if !value.is_empty() {
                writeln!(out, "{key} {}", Quoted(value.as_bytes()))?;
            }
        }
        for (i, file) in m.files.iter().enumerate() {
            writeln!(out, "file {i} {}", Quoted(file.as_bytes()))?;
        }
        if !sigs_follow_from_use(m) {
            for (i, sig) in m.sigs.iter().enumerate() {
                write!(out, "sig {i} ")?;
                write_sig(out, sig)?;
                out.push('\n');
            }
        }
        for comdat in &m.comdats {
            writeln!(out, "comdat {} {}", Quoted(comdat.name.as_bytes()), comdat_name(comdat.kind))?;
        }
        for (word, list) in [("ctor", &m.ctors), ("dtor", &m.dtors)] {
            for &Structor { priority, func } in list {
                write!(out, "{word} {priority} ")?;
                self.write_symbol(out, SymbolRef::Func(func))?;
                out.push('\n');
            }
        }
        for shim in &m.shims {
            let (name, what, llvm) = (shim.name.as_bytes(), shim.what.as_bytes(), shim.llvm.as_bytes());
            writeln!(out, "shim {} {} {}", Quoted(name), Quoted(what), Quoted(llvm))?;
        }
        for asm in &m.module_asm {
            writeln!(out, "asm {}", Quoted(asm.as_bytes()))?;
        }
        for global in &m.globals {
            self.write_global(out, global)?;
        }
        for func in &m.funcs {
            if func.body.is_some() && !out.is_empty() {
                out.push('\n');
            }
            self.write_func(out, func)?;
        }
        Ok(())
    }

    fn write_global(&self, out: &mut String, g: &Global) -> fmt::Result {
        write!(out, "global {} {} align {}", Name(&g.name), g.bytes, g.align)?;
        write_linkage(out, g.linkage, g.visibility)?;
        let flags = [(g.tls, "tls"), (g.constant, "constant"), (g.unnamed_addr, "unnamed_addr"), (g.used, "used")];
        write_flags(out, &flags)?;
        write_placement(out, g.comdat.as_deref(), g.section.as_deref())?;
        self.write_alias(out, g.alias)?;
        if let Some(data) = &g.data {
            out.push_str(" = ");
            self.write_data(out, data)?;
        }
        out.push('\n');
        Ok(())
    }

    fn write_data(&self, out: &mut String, data: &Data) -> fmt::Result {
        let chunks = chunks(&data.bytes);
        if chunks.len() <= 1 && data.relocs.is_empty() {
            return match chunks.first() {
                None => write!(out, "{{}}"),
                Some(chunk) => write!(out, "{{ {chunk} }}"),
            };
        }
        out.push_str("{\n");
        for chunk in &chunks {
            writeln!(out, "  {chunk}")?;
        }
        for reloc in &data.relocs {
            write!(out, "  at {}: {} ", reloc.offset, reloc_name(reloc.kind))?;
            self.write_symbol(out, reloc.target)?;
            write_offset(out, reloc.addend)?;
            out.push('\n');
        }
        out.push('}');
        Ok(())
    }

    fn write_func(&self, out: &mut String, f: &Func) -> fmt::Result {
        write!(out, "func {}", Name(&f.name))?;
        let spelt_out = self.module.sigs.get(f.sig.index()).is_some_and(|sig| self.first_sig[sig] == f.sig);
        out.push_str(if spelt_out { "" } else { " " });
        self.write_sig_ref(out, f.sig)?;
        write_linkage(out, f.linkage, f.visibility)?;
        write_flags(out, &flag_words(f.flags))?;
        write_placement(out, f.comdat.as_deref(), f.section.as_deref())?;
        if let Some(personality) = f.personality {
            out.push_str(" personality ");
            self.write_symbol(out, SymbolRef::Func(personality))?;
        }
        self.write_alias(out, f.alias)?;
        write_loc(out, f.loc)?;
        if let Some(body) = &f.body {
            out.push_str(" {\n");
            self.write_body(out, body)?;
            out.push('}');
        }
        out.push('\n');
        Ok(())
    }

    fn write_body(&self, out: &mut String, body: &Body) -> fmt::Result {
        for (i, slot) in body.slots.iter().enumerate() {
            writeln!(out, "  ss{i} = {} align {}", slot.bytes, slot.align)?;
        }
        for v in undefined_values(body) {
            writeln!(out, "  undefined v{v}: {}", body.values[v])?;
        }
        for (i, block) in body.blocks.iter().enumerate() {
            write!(out, "b{i}")?;
            for (j, &param) in block.params.iter().enumerate() {
                out.push_str(if j == 0 { "(" } else { ", " });
                write!(out, "{param}")?;
                if let Some(ty) = body.values.get(param.index()) {
                    write!(out, ": {ty}")?;
                }
            }
            out.push_str(if block.params.is_empty() { ":\n" } else { "):\n" });
            for inst in &block.insts {
                out.push_str("  ");
                self.write_inst(out, body, inst)?;
                out.push('\n');
            }
        }
        Ok(())
    }

    fn write_inst(&self, out: &mut String, body: &Body, inst: &Inst) -> fmt::Result {
        let sig = called_sig(self.module, inst);
        for (i, &r) in inst.results.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(out, "{comma}{r}")?;
            match body.values.get(r.index()) {
                Some(&ty) if result_type(inst.op, inst.ty, sig, i) != Some(ty) => write!(out, ": {ty}")?,
                _ => {}
            }
        }
        if !inst.results.is_empty() {
            out.push_str(" = ");
        }
        let info = inst.op.info();
        out.push_str(info.name);
        if info.types != TypeSet::OnlyPtr || inst.ty != Type::Ptr {
            write!(out, ".{}", inst.ty)?;
        }
        match inst.imm {
            Imm::FromType(ty) => write!(out, ".{ty}")?,
            Imm::Rmw(kind) => write!(out, ".{}", kind.name())?,
            _ => {}
        }
        match &inst.imm {
            Imm::Func(f) if info.imm == ImmKind::Func && inst.op != Op::FuncAddr => {
                out.push(' ');
                self.write_symbol(out, SymbolRef::Func(*f))?;
                write_call_args(out, &inst.args)?;
                write_dests(out, &inst.dests)?;
            }
            Imm::Sig(sig) => {
                if let Some((callee, args)) = inst.args.split_first() {
                    write!(out, " {callee}")?;
                    write_call_args(out, args)?;
                }
                out.push_str(": ");
                self.write_sig_ref(out, *sig)?;
                write_dests(out, &inst.dests)?;
            }
            Imm::Pad(pad) => self.write_pad(out, pad)?,
            Imm::Cases(cases) => {
                let mut list = Operands::new(out);
                for v in &inst.args {
                    write!(list.next(), "{v}")?;
                }
                out.push_str(" [");
                for (i, &case) in cases.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    write_bits(out, case, inst.ty)?;
                    out.push_str(": ");
                    if let Some(dest) = inst.dests.get(i + 1) {
                        write_dest(out, dest)?;
                    }
                }
                out.push_str("] ");
                if let Some(dest) = inst.dests.first() {
                    write_dest(out, dest)?;
                }
            }
            _ => self.write_operands(out, inst)?,
        }
        write_loc(out, inst.loc)
    }

    /// Operands of the ops that have no notation of their own: values, then the immediate, then destinations.
    fn write_operands(&self, out: &mut String, inst: &Inst) -> fmt::Result {
        let mut list = Operands::new(out);
        for v in &inst.args {
            write!(list.next(), "{v}")?;
        }
        match &inst.imm {
            Imm::None | Imm::FromType(_) | Imm::Rmw(_) | Imm::Cases(_) | Imm::Sig(_) | Imm::Pad(_) => {}
            Imm::Int(n) if inst.op == Op::Permute => write!(list.next(), "{n:#06x}")?,
            Imm::Int(n) => write!(list.next(), "{n}")?,
            Imm::Lane(n) => write!(list.next(), "{n}")?,
            Imm::Bits(bits) if inst.op == Op::Shuffle => {
                let out = list.next();
                out.push('[');
                for (i, byte) in bits.to_le_bytes().iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    write!(out, "{byte}")?;
                }
                out.push(']');
            }
            Imm::Bits(bits) => write_bits(list.next(), *bits, inst.ty)?,
            Imm::Mem { offset, volatile } => {
                write_offset(list.out, i64::from(*offset))?;
                list.out.push_str(if *volatile { " volatile" } else { "" });
            }
            Imm::Slot(slot, offset) => {
                write!(list.next(), "{slot}")?;
                write_offset(list.out, i64::from(*offset))?;
            }
            Imm::Global(g, offset) => {
                self.write_symbol(list.next(), SymbolRef::Global(*g))?;
                write_offset(list.out, *offset)?;
            }
            Imm::Func(f) => self.write_symbol(list.next(), SymbolRef::Func(*f))?,
        }
        for dest in &inst.dests {
            write_dest(list.next(), dest)?;
        }
        Ok(())
    }

    fn write_pad(&self, out: &mut String, pad: &Pad) -> fmt::Result {
        let mut list = Operands::new(out);
        for clause in &pad.clauses {
            match clause {
                Clause::Catch(None) => list.next().push_str("catch all"),
                Clause::Catch(Some(g)) => {
                    list.next().push_str("catch ");
                    self.write_symbol(list.out, SymbolRef::Global(*g))?;
                }
                Clause::Filter(types) => {
                    list.next().push_str("filter [");
                    for (i, &g) in types.iter().enumerate() {
                        list.out.push_str(if i == 0 { "" } else { ", " });
                        self.write_symbol(list.out, SymbolRef::Global(g))?;
                    }
                    list.out.push(']');
                }
            }
        }
        if pad.cleanup {
            list.next().push_str("cleanup");
        }
        Ok(())
    }

    fn write_alias(&self, out: &mut String, alias: Option<AliasOf>) -> fmt::Result {
        if let Some(AliasOf { target, offset }) = alias {
            out.push_str(" = ");
            self.write_symbol(out, target)?;
            write_offset(out, offset)?;
        }
        Ok(())
    }

    /// A symbol by name, or by number where the name would not do.
    fn write_symbol(&self, out: &mut String, symbol: SymbolRef) -> fmt::Result {
        let name = match symbol {
            SymbolRef::Func(FuncId(i)) => self.module.funcs.get(i as usize).map(|f| &f.name),
            SymbolRef::Global(GlobalId(i)) => self.module.globals.get(i as usize).map(|g| &g.name),
        };
        match (name, symbol) {
            (Some(name), _) if !self.ambiguous.contains(name.as_str()) => write!(out, "{}", Name(name)),
            (_, SymbolRef::Func(f)) => write!(out, "{f}"),
            (_, SymbolRef::Global(g)) => write!(out, "{g}"),
        }
    }

    /// A signature spelt out, or by number if it is not the first of its kind.
    fn write_sig_ref(&self, out: &mut String, id: SigId) -> fmt::Result {
        match self.module.sigs.get(id.index()) {
            Some(sig) if self.first_sig.get(sig) == Some(&id) => write_sig(out, sig),
            _ => write!(out, "{id}"),
        }
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Printer::new(self).module())
    }
}

/// Separates operands: a space before the first, commas between.
struct Operands<'o> {
    out: &'o mut String,
    first: bool,
}

impl<'o> Operands<'o> {
    fn new(out: &'o mut String) -> Self {
        Operands { out, first: true }
    }

    fn next(&mut self) -> &mut String {
        self.out.push_str(if self.first { " " } else { ", " });
        self.first = false;
        self.out
    }
}

/// The signature that types a call, if `inst` is one whose callee exists.
pub(crate) fn called_sig<'m>(m: &'m Module, inst: &Inst) -> Option<&'m Signature> {
    let id = match inst.imm {
        Imm::Func(f) if inst.op != Op::FuncAddr => m.funcs.get(f.index())?.sig,
        Imm::Sig(sig) => sig,
        _ => return None,
    };
    m.sigs.get(id.index())
}

/// Type of result `i` as op, controlling type and callee's signature determine it.
pub(crate) fn result_type(op: Op, ty: Type, sig: Option<&Signature>, i: usize) -> Option<Type> {
    match op.info().results {
        [Rule::Any] => sig?.results.get(i).copied(),
        rules => rules.get(i)?.resolve(ty),
    }
}

/// Ids of the signatures in the order in which the text first mentions them: functions', then those in bodies.
fn sigs_follow_from_use(m: &Module) -> bool {
    let mut seen = FxHashSet::default();
    let mut next = 0;
    let indirect = m.funcs.iter().filter_map(|f| f.body.as_ref()).flat_map(|b| &b.blocks).flat_map(|b| &b.insts);
    let used = m.funcs.iter().map(|f| f.sig).chain(indirect.filter_map(|i| match i.imm {
        Imm::Sig(sig) => Some(sig),
        _ => None,
    }));
    for id in used {
        if id.index() < next {
            continue;
        }
        match m.sigs.get(next) {
            Some(sig) if id.index() == next && seen.insert(sig) => next += 1,
            _ => return false,
        }
    }
    next == m.sigs.len()
}

/// Values of the table that no parameter or instruction defines.
fn undefined_values(body: &Body) -> impl Iterator<Item = usize> {
    let mut defined = vec![false; body.values.len()];
    for block in &body.blocks {
        for &v in block.params.iter().chain(block.insts.iter().flat_map(|i| &i.results)) {
            if let Some(d) = defined.get_mut(v.index()) {
                *d = true;
            }
        }
    }
    defined.into_iter().enumerate().filter(|&(_, d)| !d).map(|(v, _)| v)
}

fn write_dest(out: &mut String, dest: &Dest) -> fmt::Result {
    write!(out, "{}", dest.block)?;
    if dest.args.is_empty() { Ok(()) } else { write_call_args(out, &dest.args) }
}

/// Destinations behind what a call shows of its own.
fn write_dests(out: &mut String, dests: &[Dest]) -> fmt::Result {
    let mut list = Operands::new(out);
    dests.iter().try_for_each(|dest| write_dest(list.next(), dest))
}

fn write_call_args(out: &mut String, args: &[crate::Value]) -> fmt::Result {
    out.push('(');
    for (i, v) in args.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        write!(out, "{comma}{v}")?;
    }
    out.push(')');
    Ok(())
}

/// Constants: integers in decimal with their sign, `f32` and `f64` as the shortest decimal that reads back, and all
/// else as bits in hexadecimal.
fn write_bits(out: &mut String, bits: u128, ty: Type) -> fmt::Result {
    let width = ty.bytes() * 8;
    let fits = width == 128 || bits >> width == 0;
    match ty {
        _ if !fits => write!(out, "{bits:#x}"),
        _ if ty.is_int() => {
            let unused = 128 - width;
            write!(out, "{}", (bits << unused).cast_signed() >> unused)
        }
        Type::F32 if !f32::from_bits(bits as u32).is_nan() => write!(out, "{:?}", f32::from_bits(bits as u32)),
        Type::F64 if !f64::from_bits(bits as u64).is_nan() => write!(out, "{:?}", f64::from_bits(bits as u64)),
        _ => write!(out, "{bits:#x}"),
    }
}

fn write_offset(out: &mut String, offset: i64) -> fmt::Result {
    if offset == 0 { Ok(()) } else { write!(out, "{offset:+}") }
}

fn write_loc(out: &mut String, loc: SrcLoc) -> fmt::Result {
    if loc == SrcLoc::default() { Ok(()) } else { write!(out, " !{}:{}:{}", loc.file, loc.line, loc.col) }
}

fn write_sig(out: &mut String, sig: &Signature) -> fmt::Result {
    out.push('(');
    let mut comma = "";
    for (i, param) in sig.params.iter().enumerate() {
        if sig.variadic == Some(i as u32) {
            write!(out, "{comma}...")?;
            comma = ", ";
        }
        out.push_str(comma);
        write_param(out, param)?;
        comma = ", ";
    }
    if sig.variadic.is_some_and(|n| n as usize >= sig.params.len()) {
        write!(out, "{comma}...")?;
    }
    out.push(')');
    for (i, ty) in sig.results.iter().enumerate() {
        let arrow = if i == 0 { " -> " } else { ", " };
        write!(out, "{arrow}{ty}")?;
    }
    Ok(())
}

fn write_param(out: &mut String, param: &Param) -> fmt::Result {
    write!(out, "{}", param.ty)?;
    match param.ext {
        Extension::None => {}
        Extension::Sign => out.push_str(" sext"),
        Extension::Zero => out.push_str(" zext"),
    }
    match param.purpose {
        Purpose::Normal => Ok(()),
        Purpose::ByVal { bytes, align } => write!(out, " byval {bytes} align {align}"),
        Purpose::StructReturn => write!(out, " sret"),
    }
}

fn write_linkage(out: &mut String, linkage: Linkage, visibility: Visibility) -> fmt::Result {
    if linkage != Linkage::External {
        write!(out, " {}", linkage_name(linkage))?;
    }
    if visibility != Visibility::Default {
        write!(out, " {}", visibility_name(visibility))?;
    }
    Ok(())
}

fn write_flags(out: &mut String, flags: &[(bool, &str)]) -> fmt::Result {
    for (_, word) in flags.iter().filter(|(set, _)| *set) {
        write!(out, " {word}")?;
    }
    Ok(())
}

fn write_placement(out: &mut String, comdat: Option<&str>, section: Option<&str>) -> fmt::Result {
    for (word, name) in [("comdat", comdat), ("section", section)] {
        if let Some(name) = name {
            write!(out, " {word} {}", Quoted(name.as_bytes()))?;
        }
    }
    Ok(())
}

/// The words for a function's flags, beside whether each is set.
pub(crate) fn flag_words(flags: FuncFlags) -> [(bool, &'static str); 6] {
    let FuncFlags { noreturn, returns_twice, cold, used, variadic_definition, native } = flags;
    [
        (noreturn, "noreturn"),
        (returns_twice, "returns_twice"),
        (cold, "cold"),
        (used, "used"),
        (variadic_definition, "variadic_definition"),
        (native, "native"),
    ]
}

pub(crate) fn linkage_name(linkage: Linkage) -> &'static str {
    match linkage {
        Linkage::External => "external",
        Linkage::Internal => "internal",
        Linkage::Private => "private",
        Linkage::Weak => "weak",
        Linkage::WeakOdr => "weak_odr",
        Linkage::LinkOnce => "linkonce",
        Linkage::LinkOnceOdr => "linkonce_odr",
        Linkage::Common => "common",
        Linkage::AvailableExternally => "available_externally",
        Linkage::ExternWeak => "extern_weak",
    }
}

pub(crate) fn visibility_name(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Default => "default",
        Visibility::Hidden => "hidden",
        Visibility::Protected => "protected",
    }
}

pub(crate) fn comdat_name(kind: ComdatKind) -> &'static str {
    match kind {
        ComdatKind::Any => "any",
        ComdatKind::ExactMatch => "exact_match",
        ComdatKind::Largest => "largest",
        ComdatKind::NoDeduplicate => "no_deduplicate",
        ComdatKind::SameSize => "same_size",
    }
}

pub(crate) fn reloc_name(kind: RelocKind) -> &'static str {
    match kind {
        RelocKind::Abs64 => "abs64",
        RelocKind::Rel32 => "rel32",
        RelocKind::Rel64 => "rel64",
    }
}

/// Whether `c` may stand in an unquoted symbol name.
pub(crate) fn is_name_byte(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'$')
}

/// A symbol name behind its `@`, in quotes unless it is a plain word.
struct Name<'n>(&'n str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.bytes().all(is_name_byte) {
            write!(f, "@{}", self.0)
        } else {
            write!(f, "@{}", Quoted(self.0.as_bytes()))
        }
    }
}

/// Bytes in quotes: printable ASCII as it is, `\n`, `\\`, `\"`, and two hexadecimal digits behind `\` for the rest.
struct Quoted<'n>(&'n [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for &byte in self.0 {
            match byte {
                b'"' | b'\\' => write!(f, "\\{}", byte as char)?,
                b'\n' => f.write_str("\\n")?,
                b' '..=b'~' => f.write_char(byte as char)?,
                _ => write!(f, "\\{byte:02x}")?,
            }
        }
        f.write_char('"')
    }
}

/// Data bytes on one line: text in quotes, or digits behind `x`.
enum Chunk<'n> {
    Text(&'n [u8]),
    Hex(&'n [u8]),
}

impl fmt::Display for Chunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Chunk::Text(bytes) => write!(f, "{}", Quoted(bytes)),
            Chunk::Hex(bytes) => {
                f.write_str("x\"")?;
                bytes.iter().try_for_each(|b| write!(f, "{b:02x}"))?;
                f.write_char('"')
            }
        }
    }
}

/// Splits data into lines. Each 64 bytes are text if at least three quarters of them print, else hexadecimal.
fn chunks(bytes: &[u8]) -> Vec<Chunk<'_>> {
    let line = |part: &'_ [u8]| part.iter().filter(|b| matches!(b, b' '..=b'~' | b'\n')).count() * 4 >= part.len() * 3;
    bytes.chunks(64).map(|part| if line(part) { Chunk::Text(part) } else { Chunk::Hex(part) }).collect()
}
