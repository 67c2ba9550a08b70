//! A module: functions, globals, signatures. One translation unit as read, or the whole program as linked.
//!
//! Owns linkage facts and constant data. Resolving them against each other is `rheo-link`'s.

use crate::{Body, FileId, FuncId, GlobalId, SigId, Type};
use rustc_hash::FxHashMap;

/// A source position. `line` 0 means that none is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, PartialOrd, Ord)]
pub struct SrcLoc {
    /// Index of the file in [`Module::files`]; meaningless when `line` is 0.
    pub file: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub col: u32,
}

/// What a symbol's definition means to other modules: LLVM's linkage types.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Linkage {
    /// The one definition, or a declaration of it.
    External,
    /// Seen by this module alone.
    Internal,
    /// Seen by this module alone, and not even a symbol.
    Private,
    /// May be replaced by another definition.
    Weak,
    /// May be replaced by an equivalent definition.
    WeakOdr,
    /// Like `Weak`, and dropped when unused.
    LinkOnce,
    /// Like `WeakOdr`, and dropped when unused.
    LinkOnceOdr,
    /// Tentative definition: merged by size.
    Common,
    /// A copy of a definition elsewhere; never emitted.
    AvailableExternally,
    /// A declaration that may stay undefined, and is then null.
    ExternWeak,
}

impl Linkage {
    /// Whether only this module can see the symbol.
    pub fn is_local(self) -> bool {
        matches!(self, Linkage::Internal | Linkage::Private)
    }
}

/// ELF visibility.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Visibility {
    /// Seen and preemptible.
    #[default]
    Default,
    /// Not seen outside the linked object.
    Hidden,
    /// Seen, not preemptible.
    Protected,
}

/// How an integer argument narrower than a register is extended by whoever passes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Extension {
    /// Upper bits are undefined.
    #[default]
    None,
    /// Upper bits repeat the sign.
    Sign,
    /// Upper bits are zero.
    Zero,
}

/// What a parameter is for, as far as the ABI treats it specially.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Purpose {
    /// An ordinary value.
    #[default]
    Normal,
    /// A pointer to `bytes` that the callee sees as its own copy, passed in the argument area.
    ByVal {
        /// Size in bytes.
        bytes: u32,
        /// Alignment in bytes.
        align: u32,
    },
    /// A pointer to where the result goes. The callee also returns it: it is the signature's one result.
    StructReturn,
}

/// One parameter of a signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Param {
    /// Value type.
    pub ty: Type,
    /// Extension of narrow integers.
    pub ext: Extension,
    /// Special treatment.
    pub purpose: Purpose,
}

impl Param {
    /// An ordinary parameter.
    pub fn new(ty: Type) -> Self {
        Param { ty, ext: Extension::None, purpose: Purpose::Normal }
    }
}

/// Parameter and result types of a function, by the platform's C ABI.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Signature {
    /// Fixed parameters. At a variadic call site the signature lists the variable ones too.
    pub params: Vec<Param>,
    /// Results, in registers.
    pub results: Vec<Type>,
    /// The callee takes variable arguments after the first `n`. A direct call lists them as operands beyond the
    /// parameters. The *body* of a variadic definition takes one pointer to its argument area instead (see
    /// [`FuncFlags::variadic_definition`]); its signature is still what callers see.
    pub variadic: Option<u32>,
}

/// Properties of a function that tiers heed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FuncFlags {
    /// Control never comes back from a call.
    pub noreturn: bool,
    /// May return more than once (setjmp).
    pub returns_twice: bool,
    /// The source says that it is seldom run.
    pub cold: bool,
    /// Must be kept although nothing refers to it.
    pub used: bool,
    /// Defined as variadic: the body takes one pointer to the argument area, and the function's address must be a
    /// thunk that builds one.
    pub variadic_definition: bool,
    /// Defined by the shim of its name: native code.
    pub native: bool,
}

/// What an alias stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AliasOf {
    /// The symbol.
    pub target: SymbolRef,
    /// Byte offset from it.
    pub offset: i64,
}

/// A function: defined (with a body), declared, or an alias.
#[derive(Clone, PartialEq, Debug)]
pub struct Func {
    /// Linkage name.
    pub name: String,
    /// Its signature.
    pub sig: SigId,
    /// Its linkage.
    pub linkage: Linkage,
    /// Its visibility.
    pub visibility: Visibility,
    /// The comdat it belongs to, by name.
    pub comdat: Option<String>,
    /// Section asked for.
    pub section: Option<String>,
    /// What it is an alias of.
    pub alias: Option<AliasOf>,
    /// Properties.
    pub flags: FuncFlags,
    /// The routine that the unwinder asks about exceptions in its frames; there if it has landing pads.
    pub personality: Option<FuncId>,
    /// Where it is defined.
    pub loc: SrcLoc,
    /// Its code, if defined here.
    pub body: Option<Body>,
}

impl Func {
    /// An external function without properties, declared: what there is to say about it is added by its maker.
    pub fn declared(name: impl Into<String>, sig: SigId) -> Func {
        Func {
            name: name.into(),
            sig,
            linkage: Linkage::External,
            visibility: Visibility::Default,
            comdat: None,
            section: None,
            alias: None,
            flags: FuncFlags::default(),
            personality: None,
            loc: SrcLoc::default(),
            body: None,
        }
    }

    /// Whether this is more than a declaration: there is code for it, or it is an alias.
    pub fn is_defined(&self) -> bool {
        self.body.is_some() || self.alias.is_some() || self.flags.native
    }
}

/// A global variable: defined (with data), declared, or an alias.
#[derive(Clone, PartialEq, Debug)]
pub struct Global {
    /// Linkage name.
    pub name: String,
    /// Its linkage.
    pub linkage: Linkage,
    /// Its visibility.
    pub visibility: Visibility,
    /// The comdat it belongs to, by name.
    pub comdat: Option<String>,
    /// Section asked for.
    pub section: Option<String>,
    /// What it is an alias of.
    pub alias: Option<AliasOf>,
    /// One copy a thread.
    pub tls: bool,
    /// Never written.
    pub constant: bool,
    /// Its address means nothing, so that equal constants may share one.
    pub unnamed_addr: bool,
    /// Must be kept although nothing refers to it.
    pub used: bool,
    /// Size in bytes.
    pub bytes: u64,
    /// Alignment in bytes.
    pub align: u32,
    /// Contents, if defined here.
    pub data: Option<Data>,
}

impl Global {
    /// An external variable without properties, declared: what there is to say about it is added by its maker.
    pub fn declared(name: impl Into<String>, bytes: u64, align: u32) -> Global {
        Global {
            name: name.into(),
            linkage: Linkage::External,
            visibility: Visibility::Default,
            comdat: None,
            section: None,
            alias: None,
            tls: false,
            constant: false,
            unnamed_addr: false,
            used: false,
            bytes,
            align,
            data: None,
        }
    }
}

/// Initial contents of a global: `bytes`, then zeroes up to its size, with addresses to fill in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Data {
    /// Leading bytes; the rest of the global is zero.
    pub bytes: Vec<u8>,
    /// Addresses to fill in, by rising offset.
    pub relocs: Vec<DataReloc>,
}

/// An address to be filled into data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataReloc {
    /// Byte offset into the global.
    pub offset: u64,
    /// What is written.
    pub kind: RelocKind,
    /// The symbol meant.
    pub target: SymbolRef,
    /// Added to its address.
    pub addend: i64,
}

/// What a [`DataReloc`] writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelocKind {
    /// The 8-byte address.
    Abs64,
    /// Target + addend − address of the written field itself, in 4 bytes.
    Rel32,
    /// Target + addend − address of the written field itself, in 8 bytes.
    Rel64,
}

/// A function or a global.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum SymbolRef {
    /// A function.
    Func(FuncId),
    /// A global variable.
    Global(GlobalId),
}

/// LLVM's comdat selection kinds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ComdatKind {
    /// Any one will do.
    Any,
    /// All must be the same.
    ExactMatch,
    /// The largest is kept.
    Largest,
    /// There must be one only.
    NoDeduplicate,
    /// All must have one size.
    SameSize,
}

/// A group of symbols that is kept or dropped as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comdat {
    /// Its name.
    pub name: String,
    /// How one of several is chosen.
    pub kind: ComdatKind,
}

/// A function run before `main` or after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Structor {
    /// Lower runs earlier (constructors) or later (destructors); 65535 by default.
    pub priority: u32,
    /// The function.
    pub func: FuncId,
}

/// A native function: LLVM's own code for one instruction or call that has no op of ours (inline assembly, a machine
/// intrinsic, a call by an ABI detail that Cranelift lacks), or for a function of the program's that is native
/// ([`FuncFlags::native`]). It is compiled by LLVM and linked as native code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shim {
    /// Symbol. Equal names mean equal code.
    pub name: String,
    /// What it stands for, for reports: `inline asm "cpuid"`, `llvm.x86.sse2.psad.bw`.
    pub what: String,
    /// A `define` in LLVM's text form, with the declarations it needs.
    pub llvm: String,
}

/// A translation unit, or a whole program.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Module {
    /// Where it was read from.
    pub name: String,
    /// Target triple.
    pub triple: String,
    /// LLVM data layout string.
    pub data_layout: String,
    /// Source file names, by [`FileId`].
    pub files: Vec<String>,
    /// Signatures, each once.
    pub sigs: Vec<Signature>,
    /// Functions.
    pub funcs: Vec<Func>,
    /// Global variables.
    pub globals: Vec<Global>,
    /// Comdats.
    pub comdats: Vec<Comdat>,
    /// Run before `main`.
    pub ctors: Vec<Structor>,
    /// Run after `main`.
    pub dtors: Vec<Structor>,
    /// Native helpers.
    pub shims: Vec<Shim>,
    /// Module-level assembly.
    pub module_asm: Vec<String>,
}

impl Module {
    /// The function's data.
    pub fn func(&self, f: FuncId) -> &Func {
        &self.funcs[f.index()]
    }

    /// The global's data.
    pub fn global(&self, g: GlobalId) -> &Global {
        &self.globals[g.index()]
    }

    /// The signature's data.
    pub fn sig(&self, s: SigId) -> &Signature {
        &self.sigs[s.index()]
    }

    /// The signature of a function.
    pub fn sig_of(&self, f: FuncId) -> &Signature {
        self.sig(self.func(f).sig)
    }

    /// Name of a symbol.
    pub fn symbol_name(&self, s: SymbolRef) -> &str {
        match s {
            SymbolRef::Func(f) => &self.func(f).name,
            SymbolRef::Global(g) => &self.global(g).name,
        }
    }

    /// Ids of the functions with a body, in order.
    pub fn defined(&self) -> impl Iterator<Item = FuncId> + '_ {
        (0..self.funcs.len()).map(FuncId::new).filter(|&f| self.func(f).body.is_some())
    }

    /// `file:line:col` of a position, or `None` if it is unknown.
    pub fn position(&self, loc: SrcLoc) -> Option<String> {
        if loc.line == 0 {
            return None;
        }
        let file = self.files.get(FileId(loc.file).index())?;
        // Column 0 is "the whole line": what LLVM says of a function.
        Some(if loc.col == 0 { format!("{file}:{}", loc.line) } else { format!("{file}:{}:{}", loc.line, loc.col) })
    }
}

/// Interns signatures while a module is built.
#[derive(Default, Debug)]
pub struct SigInterner {
    known: FxHashMap<Signature, SigId>,
}

impl SigInterner {
    /// The id of `sig` in `module`, added if new. All calls must name the same module.
    pub fn intern(&mut self, module: &mut Module, sig: Signature) -> SigId {
        if let Some(&id) = self.known.get(&sig) {
            return id;
        }
        let id = SigId::new(module.sigs.len());
        module.sigs.push(sig.clone());
        self.known.insert(sig, id);
        id
    }
}
