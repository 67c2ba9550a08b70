//! Reads a module: its symbols, their linkage and data, and then the functions' bodies.
//!
//! Owns the tables from LLVM's values to Rheo's ids. Constant data stands in `data`, signatures in `call`.

use crate::convention::foreign;
use crate::error::{ReadError, Unsupported};
use crate::function::{Base, FuncReader};
use crate::llvm::{self, Source};
use crate::position::Positions;
use crate::types::Types;
use llvm_sys::comdat::LLVMComdatSelectionKind;
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMComdatRef, LLVMValueRef};
use llvm_sys::target::LLVMByteOrdering;
use llvm_sys::{LLVMLinkage, LLVMTypeKind, LLVMUnnamedAddr, LLVMVisibility};
use rheo_ir::{
    AliasOf, Comdat, ComdatKind, Data, Func, FuncFlags, FuncId, Global, GlobalId, Linkage, Module, Purpose, SigId,
    SigInterner, Signature, SrcLoc, Structor, SymbolRef, Visibility,
};
use rustc_hash::FxHashMap;

/// Past this many unsupported places instructions are no longer printed with them: LLVM numbers a whole function to
/// print one of its instructions.
const PRINTED_MAX: usize = 50;

macro_rules! attribute_kinds {
    ($($field:ident = $name:literal;)*) => {
        /// LLVM's numbers of the attributes that matter here.
        pub(crate) struct AttributeKinds { $(pub(crate) $field: u32,)* }
        impl AttributeKinds {
            fn new() -> Self {
                AttributeKinds { $($field: llvm::attribute_kind($name),)* }
            }
        }
    };
}
attribute_kinds! {
    align = "align";
    byval = "byval";
    cold = "cold";
    inalloca = "inalloca";
    naked = "naked";
    nest = "nest";
    noreturn = "noreturn";
    preallocated = "preallocated";
    returns_twice = "returns_twice";
    signext = "signext";
    sret = "sret";
    zeroext = "zeroext";
}

/// Reads one module into [`ModuleReader::out`].
pub(crate) struct ModuleReader {
    /// LLVM's module.
    pub(crate) source: Source,
    /// Its types and layout.
    pub(crate) types: Types,
    /// Rheo's module so far.
    pub(crate) out: Module,
    /// Attribute numbers.
    pub(crate) kinds: AttributeKinds,
    sigs: SigInterner,
    funcs: FxHashMap<LLVMValueRef, FuncId>,
    /// What is called by C's convention in place of functions of foreign ones.
    inners: FxHashMap<LLVMValueRef, FuncId>,
    globals: FxHashMap<LLVMValueRef, GlobalId>,
    /// Functions that other modules can see, by name: the ones that `native` may name.
    externs: FxHashMap<String, FuncId>,
    comdats: FxHashMap<LLVMComdatRef, String>,
    positions: Positions,
    unsupported: Vec<Unsupported>,
    /// Numbers of address-taken blocks, by function.
    block_numbers: FxHashMap<LLVMValueRef, FxHashMap<LLVMBasicBlockRef, u32>>,
}

impl ModuleReader {
    /// Reads the whole module.
    pub(crate) fn read(source: Source, name: &str) -> Result<Module, ReadError> {
        let types = Types { layout: source.layout };
        let out = Module {
            name: name.to_owned(),
            triple: source.triple(),
            data_layout: source.layout_string(),
            module_asm: Some(source.module_asm()).filter(|text| !text.is_empty()).into_iter().collect(),
            ..Module::default()
        };
        let mut reader = ModuleReader {
            source,
            types,
            out,
            kinds: AttributeKinds::new(),
            sigs: SigInterner::default(),
            funcs: FxHashMap::default(),
            inners: FxHashMap::default(),
            globals: FxHashMap::default(),
            externs: FxHashMap::default(),
            comdats: FxHashMap::default(),
            positions: Positions::default(),
            unsupported: Vec::new(),
            block_numbers: FxHashMap::default(),
        };
        reader.convert();
        if reader.unsupported.is_empty() { Ok(reader.out) } else { Err(ReadError::Unsupported(reader.unsupported)) }
    }

    fn convert(&mut self) {
        let layout = self.source.layout;
        if llvm::pointer_bytes(layout) != 8 || llvm::byte_order(layout) != LLVMByteOrdering::LLVMLittleEndian {
            self.refuse(format!("target {:?}: only 64-bit little-endian ones are", self.out.triple), None);
            return;
        }
        let module = self.source.module;
        let functions: Vec<_> = llvm::functions(module).filter(|&f| !llvm::name_starts_with(f, "llvm.")).collect();
        let globals: Vec<_> = llvm::globals(module).collect();
        let aliases: Vec<_> = llvm::aliases(module).collect();
        for &f in &functions {
            self.declare_function(f);
        }
        for &g in &globals {
            if !self.is_marker(g) {
                self.declare_global(g);
            }
        }
        for &a in &aliases {
            self.declare_alias(a);
        }
        let ifuncs: Vec<_> = llvm::ifuncs(module).collect();
        for &ifunc in &ifuncs {
            self.declare_function(ifunc);
        }
        for &a in &aliases {
            self.resolve_alias(a);
        }
        for &a in &aliases {
            self.copy_target(a);
        }
        for &g in &globals {
            match llvm::name(g).as_str() {
                "llvm.global_ctors" => self.out.ctors = self.structors(g),
                "llvm.global_dtors" => self.out.dtors = self.structors(g),
                "llvm.used" | "llvm.compiler.used" => self.mark_used(g),
                _ => self.fill_global(g),
            }
        }
        let defined: Vec<_> = functions.into_iter().filter(|&f| !self.is_elsewhere(f)).collect();
        for &f in &defined {
            if llvm::function_attribute(f, llvm::FUNCTION_INDEX, self.kinds.naked).is_some() {
                self.read_naked(f, self.funcs[&f]);
            }
        }
        let mut bodies = Vec::new();
        for &f in &defined {
            let id = self.funcs[&f];
            match foreign(f) {
                _ if self.out.func(id).flags.native => {}
                None => bodies.push((f, id)),
                Some(name) => match self.open_foreign(f, name) {
                    Ok(inner) => bodies.push((f, inner)),
                    Err(what) => self.refuse(what, Some(llvm::name(f))),
                },
            }
        }
        for &a in &aliases {
            if let Some(id) = self.func_id(a) {
                self.redirect_alias(id);
            }
        }
        for (f, id) in bodies {
            let body = FuncReader::read(self, f, id);
            self.out.funcs[id.index()].body = Some(body);
        }
        for ifunc in ifuncs {
            self.read_ifunc(ifunc, self.funcs[&ifunc]);
        }
        self.out.files = self.positions.take_files();
        let main = llvm::functions(module)
            .find(|&f| !self.is_elsewhere(f) && llvm::name_starts_with(f, "main") && llvm::name(f) == "main");
        if let Some(main) = main {
            self.require_processor(main);
        }
    }

    /// Whether this is one of LLVM's own globals (lists, embedded bitcode), which make no data.
    fn is_marker(&self, g: LLVMValueRef) -> bool {
        const LISTS: [&str; 4] = ["llvm.global_ctors", "llvm.global_dtors", "llvm.used", "llvm.compiler.used"];
        const SECTIONS: [&str; 4] = ["llvm.metadata", ".llvmbc", ".llvmcmd", ".llvm.lto"];
        llvm::name_starts_with(g, "llvm.")
            && (LISTS.contains(&llvm::name(g).as_str())
                || llvm::section(g).is_some_and(|section| SECTIONS.contains(&section.as_str())))
    }

    /// Whether the definition, if there is one here at all, is a copy of one in another module.
    fn is_elsewhere(&self, v: LLVMValueRef) -> bool {
        llvm::is_declaration(v) || llvm::linkage(v) == LLVMLinkage::LLVMAvailableExternallyLinkage
    }

    fn symbol_name(&self, v: LLVMValueRef, number: usize) -> String {
        let name = llvm::name(v);
        if name.is_empty() { format!("unnamed.{number}") } else { name }
    }

    fn declare_function(&mut self, f: LLVMValueRef) {
        let name = self.symbol_name(f, self.out.funcs.len());
        let is_function = llvm::is_function(f);
        // A declaration that is never called may have any type; calls complain for themselves.
        let is_ifunc = llvm::is_ifunc(f);
        let sig = match (is_function, is_ifunc) {
            (true, _) => self.function_signature(f),
            (_, true) => self.ifunc_signature(f),
            _ => Ok(Signature::default()),
        };
        let defined = is_ifunc || is_function && !self.is_elsewhere(f);
        let sig = sig.unwrap_or_else(|what| {
            if defined {
                self.refuse(what, Some(name.clone()));
            }
            Signature::default()
        });
        let mut flags = FuncFlags::default();
        if is_function {
            let has = |kind| llvm::function_attribute(f, llvm::FUNCTION_INDEX, kind).is_some();
            flags.noreturn = has(self.kinds.noreturn);
            flags.returns_twice = has(self.kinds.returns_twice);
            flags.cold = has(self.kinds.cold);
            flags.variadic_definition = defined && sig.variadic.is_some();
            if defined && (llvm::has_prefix_data(f) || llvm::has_prologue_data(f)) {
                self.refuse("data before or at a function's entry", Some(name.clone()));
            }
        }
        let func = Func {
            linkage: linkage(llvm::linkage(f)),
            visibility: visibility(llvm::visibility(f)),
            comdat: self.comdat(f),
            section: is_function.then(|| llvm::section(f)).flatten(),
            flags,
            loc: self.function_loc(f),
            ..Func::declared(name, self.intern(sig))
        };
        let id = self.add_func(func);
        self.funcs.insert(f, id);
    }

    pub(crate) fn add_func(&mut self, func: Func) -> FuncId {
        let id = FuncId::new(self.out.funcs.len());
        if !func.linkage.is_local() {
            self.externs.insert(func.name.clone(), id);
        }
        self.out.funcs.push(func);
        id
    }

    fn declare_global(&mut self, g: LLVMValueRef) {
        let name = self.symbol_name(g, self.out.globals.len());
        let ty = llvm::value_type(g);
        // An alias has only the properties that any symbol has.
        let is_object = llvm::is_global_variable(g);
        if llvm::address_space(llvm::type_of(g)) != 0 {
            self.refuse("global outside address space 0", Some(name.clone()));
        }
        let (bytes, align) = if llvm::is_sized(ty) {
            let align = match is_object.then(|| llvm::alignment(g)) {
                None => 1,
                Some(0) => llvm::global_align(self.types.layout, g),
                Some(align) => align,
            };
            (llvm::alloc_size(self.types.layout, ty), align.max(1))
        } else {
            (0, 1)
        };
        let global = Global {
            linkage: linkage(llvm::linkage(g)),
            visibility: visibility(llvm::visibility(g)),
            comdat: self.comdat(g),
            section: is_object.then(|| llvm::section(g)).flatten(),
            alias: None,
            tls: is_object && llvm::is_thread_local(g),
            constant: is_object && llvm::is_global_constant(g),
            unnamed_addr: llvm::unnamed_address(g) == LLVMUnnamedAddr::LLVMGlobalUnnamedAddr,
            used: false,
            bytes,
            align,
            data: None,
            name,
        };
        self.globals.insert(g, GlobalId::new(self.out.globals.len()));
        self.out.globals.push(global);
    }

    fn declare_alias(&mut self, a: LLVMValueRef) {
        if llvm::type_kind(llvm::value_type(a)) == LLVMTypeKind::LLVMFunctionTypeKind {
            self.declare_function(a);
        } else {
            self.declare_global(a);
        }
    }

    fn resolve_alias(&mut self, a: LLVMValueRef) {
        let alias = match self.constant_address(llvm::aliasee(a)) {
            Some((Base::Func(f), offset)) => Some(AliasOf { target: SymbolRef::Func(f), offset }),
            Some((Base::Global(g) | Base::ThreadLocal(g), offset)) => {
                Some(AliasOf { target: SymbolRef::Global(g), offset })
            }
            _ => None,
        };
        if alias.is_none() {
            self.refuse("alias of a computed address", Some(llvm::name(a)));
        }
        match (self.global_id(a), self.func_id(a)) {
            (Some(id), _) => self.out.globals[id.index()].alias = alias,
            (None, Some(id)) => self.out.funcs[id.index()].alias = alias,
            (None, None) => {}
        }
    }

    /// Gives an alias the properties of what it stands for in the end.
    fn copy_target(&mut self, a: LLVMValueRef) {
        if let Some(id) = self.global_id(a) {
            let mut target = id;
            while let Some(AliasOf { target: SymbolRef::Global(next), .. }) = self.out.global(target).alias {
                target = next;
            }
            let (tls, constant) = (self.out.global(target).tls, self.out.global(target).constant);
            let global = &mut self.out.globals[id.index()];
            (global.tls, global.constant) = (tls, constant);
        } else if let Some(id) = self.func_id(a) {
            let mut target = id;
            while let Some(AliasOf { target: SymbolRef::Func(next), .. }) = self.out.func(target).alias {
                target = next;
            }
            let target = self.out.func(target);
            let (sig, flags, loc) = (target.sig, target.flags, target.loc);
            let func = &mut self.out.funcs[id.index()];
            (func.sig, func.flags, func.loc) = (sig, flags, loc);
        }
    }

    fn fill_global(&mut self, g: LLVMValueRef) {
        let Some(&id) = self.globals.get(&g) else { return };
        if self.is_elsewhere(g) {
            return;
        }
        match self.global_data(g, id) {
            Ok(data) => self.out.globals[id.index()].data = Some(data),
            Err(what) => {
                self.refuse(what, Some(self.out.global(id).name.clone()));
                self.out.globals[id.index()].data = Some(Data::default());
            }
        }
    }

    fn structors(&mut self, list: LLVMValueRef) -> Vec<Structor> {
        let mut structors = Vec::new();
        for entry in self.elements(llvm::initializer(list)) {
            let priority = llvm::zext_value(llvm::operand(entry, 0));
            match self.constant_address(llvm::operand(entry, 1)) {
                Some((Base::Func(func), 0)) => {
                    structors.push(Structor { priority: u32::try_from(priority).unwrap_or(u32::MAX), func });
                }
                Some((Base::Null, _)) => {}
                _ => self.refuse("constructor that is no function", Some(llvm::name(list))),
            }
        }
        structors
    }

    fn mark_used(&mut self, list: LLVMValueRef) {
        for entry in self.elements(llvm::initializer(list)) {
            match self.constant_address(entry) {
                Some((Base::Func(f), _)) => self.out.funcs[f.index()].flags.used = true,
                Some((Base::Global(g) | Base::ThreadLocal(g), _)) => self.out.globals[g.index()].used = true,
                _ => {}
            }
        }
    }

    /// Elements of a constant array; none where it is zero or missing.
    fn elements(&self, array: LLVMValueRef) -> Vec<LLVMValueRef> {
        if array.is_null() || !llvm::is_const_array(array) {
            return Vec::new();
        }
        (0..llvm::operand_count(array)).map(|i| llvm::operand(array, i)).collect()
    }

    fn comdat(&mut self, v: LLVMValueRef) -> Option<String> {
        if !llvm::is_function(v) && !llvm::is_global_variable(v) {
            return None;
        }
        let comdat = llvm::comdat(v);
        if comdat.is_null() {
            return None;
        }
        if let Some(name) = self.comdats.get(&comdat) {
            return Some(name.clone());
        }
        let name = self.source.comdat_name(comdat);
        let kind = match llvm::comdat_kind(comdat) {
            LLVMComdatSelectionKind::LLVMAnyComdatSelectionKind => ComdatKind::Any,
            LLVMComdatSelectionKind::LLVMExactMatchComdatSelectionKind => ComdatKind::ExactMatch,
            LLVMComdatSelectionKind::LLVMLargestComdatSelectionKind => ComdatKind::Largest,
            LLVMComdatSelectionKind::LLVMNoDuplicatesComdatSelectionKind => ComdatKind::NoDeduplicate,
            LLVMComdatSelectionKind::LLVMSameSizeComdatSelectionKind => ComdatKind::SameSize,
        };
        self.out.comdats.push(Comdat { name: name.clone(), kind });
        self.comdats.insert(comdat, name.clone());
        Some(name)
    }

    // What function bodies ask for.

    /// The id of a function, an alias of one, or an ifunc.
    pub(crate) fn func_id(&self, v: LLVMValueRef) -> Option<FuncId> {
        self.funcs.get(&v).copied()
    }

    /// What is called by C's convention in place of a function of a foreign one, if that is known.
    pub(crate) fn known_inner(&self, f: LLVMValueRef) -> Option<FuncId> {
        self.inners.get(&f).copied()
    }

    /// Says what is called by C's convention in place of `f`.
    pub(crate) fn set_inner(&mut self, f: LLVMValueRef, inner: FuncId) {
        self.inners.insert(f, inner);
    }

    /// The id of a global variable or an alias of one.
    pub(crate) fn global_id(&self, v: LLVMValueRef) -> Option<GlobalId> {
        self.globals.get(&v).copied()
    }

    /// The id of a signature.
    pub(crate) fn intern(&mut self, sig: Signature) -> SigId {
        self.sigs.intern(&mut self.out, sig)
    }

    /// The externally visible function called `name`, declared with `sig` if there is none yet.
    pub(crate) fn native(&mut self, name: &str, sig: &Signature) -> FuncId {
        if let Some(&id) = self.externs.get(name) {
            return id;
        }
        let func = Func::declared(name, self.intern(sig.clone()));
        self.add_func(func)
    }

    /// Whether a call with signature `sig` may name `func`: their signatures are the same, up to variable arguments of
    /// ordinary types.
    pub(crate) fn can_call_directly(&self, func: FuncId, sig: &Signature) -> bool {
        let declared = self.out.sig_of(func);
        let fixed = declared.params.len();
        declared.results == sig.results
            && declared.variadic == sig.variadic
            && sig.params.len() >= fixed
            && declared.params[..] == sig.params[..fixed]
            && sig.params[fixed..].iter().all(|p| p.purpose == Purpose::Normal)
    }

    /// The number that stands for the address of a block: 1 for the first address-taken block of its function, and so
    /// on in block order. Data and code of all functions agree on it.
    pub(crate) fn block_number(&mut self, function: LLVMValueRef, block: LLVMBasicBlockRef) -> u32 {
        let numbers = self.block_numbers.entry(function).or_insert_with(|| {
            let taken = |&b: &LLVMBasicBlockRef| {
                llvm::uses(llvm::block_as_value(b)).any(|u| llvm::is_block_address(llvm::use_user(u)))
            };
            llvm::blocks(function).filter(taken).zip(1..).collect()
        });
        numbers.get(&block).copied().unwrap_or(0)
    }

    /// Whether the module is for AArch64.
    pub(crate) fn is_aarch64(&self) -> bool {
        self.out.triple.starts_with("aarch64") || self.out.triple.starts_with("arm64")
    }

    /// Position of an instruction.
    pub(crate) fn inst_loc(&mut self, inst: LLVMValueRef) -> SrcLoc {
        self.positions.of_inst(inst)
    }

    /// Position of a function.
    pub(crate) fn function_loc(&mut self, f: LLVMValueRef) -> SrcLoc {
        if llvm::is_function(f) { self.positions.of_function(f) } else { SrcLoc::default() }
    }

    /// `file:line:col` of a position.
    pub(crate) fn position(&self, loc: SrcLoc) -> Option<String> {
        self.positions.text(loc)
    }

    /// Keeps what a function body could not use.
    pub(crate) fn record(&mut self, error: ReadError) {
        match error {
            ReadError::Unsupported(list) => self.unsupported.extend(list),
            other => self.refuse(other.to_string(), None),
        }
    }

    /// Whether there is still reason to print instructions in errors.
    pub(crate) fn may_print(&self) -> bool {
        self.unsupported.len() < PRINTED_MAX
    }

    pub(crate) fn refuse(&mut self, what: impl Into<String>, symbol: Option<String>) {
        let module = self.out.name.clone();
        self.unsupported.push(Unsupported { what: what.into(), module, symbol, instruction: None, position: None });
    }
}

fn linkage(linkage: LLVMLinkage) -> Linkage {
    match linkage {
        LLVMLinkage::LLVMAvailableExternallyLinkage => Linkage::AvailableExternally,
        LLVMLinkage::LLVMLinkOnceAnyLinkage => Linkage::LinkOnce,
        LLVMLinkage::LLVMLinkOnceODRLinkage | LLVMLinkage::LLVMLinkOnceODRAutoHideLinkage => Linkage::LinkOnceOdr,
        LLVMLinkage::LLVMWeakAnyLinkage => Linkage::Weak,
        LLVMLinkage::LLVMWeakODRLinkage => Linkage::WeakOdr,
        LLVMLinkage::LLVMInternalLinkage => Linkage::Internal,
        LLVMLinkage::LLVMPrivateLinkage
        | LLVMLinkage::LLVMLinkerPrivateLinkage
        | LLVMLinkage::LLVMLinkerPrivateWeakLinkage => Linkage::Private,
        LLVMLinkage::LLVMExternalWeakLinkage => Linkage::ExternWeak,
        LLVMLinkage::LLVMCommonLinkage => Linkage::Common,
        LLVMLinkage::LLVMExternalLinkage
        | LLVMLinkage::LLVMAppendingLinkage
        | LLVMLinkage::LLVMDLLImportLinkage
        | LLVMLinkage::LLVMDLLExportLinkage
        | LLVMLinkage::LLVMGhostLinkage => Linkage::External,
    }
}

fn visibility(visibility: LLVMVisibility) -> Visibility {
    match visibility {
        LLVMVisibility::LLVMDefaultVisibility => Visibility::Default,
        LLVMVisibility::LLVMHiddenVisibility => Visibility::Hidden,
        LLVMVisibility::LLVMProtectedVisibility => Visibility::Protected,
    }
}
