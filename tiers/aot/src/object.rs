//! The object file of a whole program.
//!
//! Owns symbols and where functions go. Variables stand in `data`, bytecode in `bytecode`, unwind tables in `unwind`.

use crate::block::CompiledBlock;
use crate::bytecode::BytecodePart;
use crate::code::{CodeReloc, CodeTarget, CompiledFunc};
use crate::compile::{Machines, Options, Workshop};
use crate::error::ObjectError;
use crate::lsda::Lsda;
use crate::names;
use crate::sections::{ABS64, Contents, REL32, code_relocation, exception_section, named_section, object_for};
use crate::sizes::Sizes;
use crate::thunk::{native_thunk, needs_thunk, variadic_call};
use crate::unwind::{Frame, Handling, Rules, write_unwind};
use cranelift_codegen::binemit::Reloc;
use object::write::{Object, Relocation, SectionId, StandardSection, Symbol as ObjectSymbol, SymbolId, SymbolSection};
use object::{BinaryFormat, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf};
use rheo_ir::{FuncId, GlobalId, Linkage, Module, SymbolRef, Visibility};
use rheo_lower::{LIBCALLS, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use target_lexicon::Triple;

/// A relocatable object file and what it consists of.
#[derive(Clone, Debug)]
pub struct ProgramObject {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its parts' sizes.
    pub sizes: Sizes,
}

/// Something that has a symbol.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Key {
    Func(FuncId),
    Body(FuncId),
    VariadicCall(FuncId),
    Global(GlobalId),
    TlsAccessor(GlobalId),
    Block(u32),
    Native(String),
    Descriptor(Vec<u8>),
}

impl Key {
    pub fn of(symbol: SymbolRef) -> Key {
        match symbol {
            SymbolRef::Func(f) => Key::Func(f),
            SymbolRef::Global(g) => Key::Global(g),
        }
    }
}

/// The object file of the linked program `module`: `code` as machine code, `bytecode` (if any) beside it, and all data.
///
/// Whatever of the program is referred to must be in one of them; what the module only declares stays undefined.
pub fn write_object(
    module: &Module,
    code: &[CompiledFunc],
    bytecode: Option<&BytecodePart>,
    options: &Options,
) -> Result<ProgramObject, ObjectError> {
    let machines = Machines::new(options)?;
    let mut w = Writer::new(module, &options.triple)?;
    if let Some(part) = bytecode {
        w.stubs(part)?;
    }
    for f in code {
        w.function(f)?;
    }
    for block in bytecode.iter().flat_map(|part| part.blocks) {
        w.block(block)?;
    }
    w.globals()?;
    w.structors()?;
    if let Some(part) = bytecode {
        w.image(part)?;
    }
    w.glue(&machines)?;
    w.aliases()?;
    w.check()?;
    w.sizes.unwind += write_unwind(&mut w.object, &*machines.usual, &w.frames)?;
    if w.object.format() == BinaryFormat::Elf {
        w.object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    }
    Ok(ProgramObject { bytes: w.object.write()?, sizes: w.sizes })
}

pub(crate) struct Writer<'a> {
    pub module: &'a Module,
    pub triple: Triple,
    pub object: Object<'static>,
    pub sizes: Sizes,
    pub defined: FxHashSet<Key>,
    /// Sections that the program names.
    pub named: FxHashMap<String, SectionId>,
    pub stubs: Option<SectionId>,
    symbols: FxHashMap<Key, SymbolId>,
    /// Keys in the order of their first mention, which decides the order of what is made for them.
    order: Vec<Key>,
    /// The module's symbols that native names may mean.
    visible: FxHashMap<&'a str, SymbolRef>,
    pub frames: Vec<Frame>,
    /// The section of exception tables.
    exceptions: Option<SectionId>,
    /// Cells that hold addresses.
    cells: FxHashMap<Key, SymbolId>,
}

impl<'a> Writer<'a> {
    fn new(module: &'a Module, triple: &Triple) -> Result<Self, ObjectError> {
        let funcs = module.funcs.iter().enumerate().filter(|(_, f)| !f.linkage.is_local());
        let globals = module.globals.iter().enumerate().filter(|(_, g)| !g.linkage.is_local());
        let funcs = funcs.map(|(i, f)| (f.name.as_str(), SymbolRef::Func(FuncId::new(i))));
        let globals = globals.map(|(i, g)| (g.name.as_str(), SymbolRef::Global(GlobalId::new(i))));
        Ok(Writer {
            module,
            triple: triple.clone(),
            object: object_for(triple)?,
            sizes: Sizes::default(),
            defined: FxHashSet::default(),
            named: FxHashMap::default(),
            stubs: None,
            symbols: FxHashMap::default(),
            order: Vec::new(),
            visible: globals.chain(funcs).collect(),
            frames: Vec::new(),
            exceptions: None,
            cells: FxHashMap::default(),
        })
    }

    /// The symbol of `key`, made on first mention and undefined until something defines it.
    pub fn symbol(&mut self, key: Key) -> SymbolId {
        if let Some(&id) = self.symbols.get(&key) {
            return id;
        }
        let module = self.module;
        let id = match &key {
            Key::Func(f) => {
                let f = module.func(*f);
                let defined = f.body.is_some() || f.alias.is_some();
                self.program_symbol(&f.name, SymbolKind::Text, f.linkage, f.visibility, defined)
            }
            Key::Global(g) => {
                let g = module.global(*g);
                let kind = if g.tls { SymbolKind::Tls } else { SymbolKind::Data };
                let defined = g.data.is_some() || g.alias.is_some() || g.linkage == Linkage::Common;
                self.program_symbol(&g.name, kind, g.linkage, g.visibility, defined)
            }
            Key::Body(f) => self.local_symbol(&names::body(&module.func(*f).name), SymbolKind::Text),
            Key::VariadicCall(f) => self.local_symbol(&names::variadic_call(&module.func(*f).name), SymbolKind::Text),
            Key::TlsAccessor(g) => self.local_symbol(&names::tls_accessor(&module.global(*g).name), SymbolKind::Text),
            Key::Block(_) => self.local_symbol("rheo.block", SymbolKind::Text),
            Key::Native(name) => return self.native(&name.clone(), SymbolScope::Unknown),
            Key::Descriptor(_) => self.local_symbol("rheo.descriptor", SymbolKind::Data),
        };
        self.symbols.insert(key.clone(), id);
        self.order.push(key);
        id
    }

    fn program_symbol(
        &mut self,
        name: &str,
        kind: SymbolKind,
        linkage: Linkage,
        visibility: Visibility,
        defined: bool,
    ) -> SymbolId {
        use Linkage::{
            AvailableExternally, Common, ExternWeak, External, Internal, LinkOnce, LinkOnceOdr, Private, Weak, WeakOdr,
        };
        let (local, weak) = match linkage {
            Internal | Private => (true, false),
            External | Common | AvailableExternally => (false, false),
            Weak | WeakOdr | LinkOnce | LinkOnceOdr | ExternWeak => (false, true),
        };
        let defined = defined && !matches!(linkage, AvailableExternally | ExternWeak);
        let scope = match (local, defined, visibility) {
            (true, ..) => SymbolScope::Compilation,
            (_, _, Visibility::Hidden) => SymbolScope::Linkage,
            (_, false, _) => SymbolScope::Unknown,
            (_, true, _) => SymbolScope::Dynamic,
        };
        let id = self.add(name, kind, scope, weak);
        if visibility == Visibility::Protected
            && !local
            && let SymbolFlags::Elf { st_other, .. } = self.object.symbol_flags_mut(id)
        {
            *st_other = elf::STV_PROTECTED;
        }
        id
    }

    fn add(&mut self, name: &str, kind: SymbolKind, scope: SymbolScope, weak: bool) -> SymbolId {
        self.object.add_symbol(ObjectSymbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind,
            scope,
            weak,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        })
    }

    pub fn local_symbol(&mut self, name: &str, kind: SymbolKind) -> SymbolId {
        self.add(name, kind, SymbolScope::Compilation, false)
    }

    /// The symbol that native code knows as `name`: the program's own if it has one.
    pub fn native(&mut self, name: &str, scope: SymbolScope) -> SymbolId {
        if let Some(&symbol) = self.visible.get(name) {
            return self.symbol(Key::of(symbol));
        }
        let key = Key::Native(name.to_string());
        if let Some(&id) = self.symbols.get(&key) {
            return id;
        }
        let kind = if name.starts_with(names::CONTEXT) { SymbolKind::Data } else { SymbolKind::Text };
        let id = self.add(name, kind, scope, false);
        self.symbols.insert(key, id);
        id
    }

    /// Defines a function's native symbol: its code, behind a thunk if it needs one.
    fn function(&mut self, f: &CompiledFunc) -> Result<(), ObjectError> {
        let data = self.module.func(f.func);
        let section = match &data.section {
            Some(name) => match self.named.get(name) {
                Some(&section) => section,
                None => {
                    let section = named_section(&mut self.object, name, Contents::Code);
                    self.named.insert(name.clone(), section);
                    section
                }
            },
            None => self.object.section_id(StandardSection::Text),
        };
        let before = self.object.section(section).data().len();
        let thunked = needs_thunk(data.flags.variadic_definition, &f.abi);
        let key = if thunked { Key::Body(f.func) } else { Key::Func(f.func) };
        let body = self.code(key, section, f)?;
        if thunked {
            let thunk = native_thunk(data.flags.variadic_definition, &f.abi);
            let symbol = self.symbol(Key::Func(f.func));
            self.defined.insert(Key::Func(f.func));
            let at = self.object.add_symbol_data(symbol, section, &thunk.code, 16);
            self.relocate(section, at + u64::from(thunk.body_at), body, -4, Reloc::X86CallPCRel4)?;
            let rules = Rules::Written(thunk.unwind, thunk.code.len() as u32);
            self.frames.push(Frame { section, offset: at, rules, lsda: None });
        }
        let bytes = (self.object.section(section).data().len() - before) as u64;
        self.sizes.functions.push((f.func, bytes));
        self.sizes.code += bytes;
        Ok(())
    }

    /// Lays down the machine code of a region.
    fn block(&mut self, block: &CompiledBlock) -> Result<(), ObjectError> {
        let key = Key::Block(block.number);
        let name = names::block(&self.module.func(block.code.func).name, &block.region);
        let symbol = self.local_symbol(&name, SymbolKind::Text);
        self.symbols.insert(key.clone(), symbol);
        let section = self.object.section_id(StandardSection::Text);
        let before = self.object.section(section).data().len();
        self.code(key, section, &block.code)?;
        let bytes = (self.object.section(section).data().len() - before) as u64;
        self.sizes.blocks.push((block.number, bytes));
        self.sizes.code += bytes;
        Ok(())
    }

    /// Lays code down under the symbol of `key`.
    fn code(&mut self, key: Key, section: SectionId, f: &CompiledFunc) -> Result<SymbolId, ObjectError> {
        let symbol = self.symbol(key.clone());
        self.defined.insert(key);
        let base = self.object.add_symbol_data(symbol, section, &f.code, u64::from(f.align));
        for r in &f.relocs {
            self.code_relocation(section, base, symbol, r, &f.descriptors)?;
        }
        if let Some(rules) = &f.unwind {
            let lsda = f.lsda.as_ref().map(|lsda| self.handling(lsda)).transpose()?;
            self.frames.push(Frame { section, offset: base, rules: rules.clone(), lsda });
        }
        Ok(symbol)
    }

    /// Lays down a function's exception table.
    pub fn handling(&mut self, lsda: &Lsda) -> Result<Handling, ObjectError> {
        let section = match self.exceptions {
            Some(section) => section,
            None => *self.exceptions.insert(exception_section(&mut self.object)),
        };
        let base = self.object.append_section_data(section, &lsda.bytes, 4);
        self.sizes.unwind += lsda.bytes.len() as u64;
        for &(at, ty) in &lsda.types {
            let symbol = self.cell(Key::Global(ty))?;
            let offset = base + u64::from(at);
            self.object.add_relocation(section, Relocation { offset, symbol, addend: 0, flags: REL32 })?;
        }
        let personality = match lsda.personality {
            Some(f) => Key::Func(f),
            None => Key::Native(names::C_PERSONALITY.into()),
        };
        let personality = self.cell(personality)?;
        Ok(Handling { personality, table: (section, base) })
    }

    /// A cell that holds the address of a symbol, wherever that is: tables that are never written name it by distance.
    fn cell(&mut self, of: Key) -> Result<SymbolId, ObjectError> {
        if let Some(&cell) = self.cells.get(&of) {
            return Ok(cell);
        }
        let symbol = self.symbol(of.clone());
        let cell = self.local_symbol("rheo.address", SymbolKind::Data);
        let section = self.object.section_id(StandardSection::ReadOnlyDataWithRel);
        let offset = self.object.add_symbol_data(cell, section, &[0; 8], 8);
        self.object.add_relocation(section, Relocation { offset, symbol, addend: 0, flags: ABS64 })?;
        self.sizes.unwind += 8;
        self.cells.insert(of, cell);
        Ok(cell)
    }

    fn code_relocation(
        &mut self,
        section: SectionId,
        base: u64,
        own: SymbolId,
        r: &CodeReloc,
        descriptors: &[Vec<u8>],
    ) -> Result<(), ObjectError> {
        let mut addend = r.addend;
        let symbol = match r.target {
            CodeTarget::Offset(offset) => {
                addend += i64::from(offset);
                own
            }
            CodeTarget::Native(name) => self.native(name, SymbolScope::Unknown),
            CodeTarget::Symbol(symbol) => match symbol {
                Symbol::Func(f) => self.symbol(Key::Func(f)),
                Symbol::VariadicCall(f) => self.symbol(Key::VariadicCall(f)),
                Symbol::Global(g) => self.symbol(Key::Global(g)),
                Symbol::Libcall(i) => self.native(LIBCALLS[i as usize].name, SymbolScope::Unknown),
                Symbol::NativeCall => self.native(names::NATIVE_CALL, SymbolScope::Unknown),
                Symbol::Descriptor(i) => self.symbol(Key::Descriptor(descriptors[i as usize].clone())),
            },
        };
        self.relocate(section, base + u64::from(r.offset), symbol, addend, r.kind)
    }

    pub fn relocate(
        &mut self,
        section: SectionId,
        offset: u64,
        symbol: SymbolId,
        addend: i64,
        kind: Reloc,
    ) -> Result<(), ObjectError> {
        let flags = code_relocation(&self.object, &self.triple, kind)?;
        self.object.add_relocation(section, Relocation { offset, symbol, addend, flags })?;
        Ok(())
    }

    /// Lays down what was mentioned and is made by need: descriptors, code around variadic calls, accessors.
    fn glue(&mut self, machines: &Machines) -> Result<(), ObjectError> {
        let text = self.object.section_id(StandardSection::Text);
        let mut workshop = Workshop::default();
        let mut i = 0;
        // Glue may mention further symbols, at the end of the order.
        while i < self.order.len() {
            let key = self.order[i].clone();
            i += 1;
            let symbol = self.symbols[&key];
            match key {
                Key::Descriptor(bytes) => {
                    let section = self.object.section_id(StandardSection::ReadOnlyData);
                    self.object.add_symbol_data(symbol, section, &bytes, 1);
                    self.sizes.descriptors += bytes.len() as u64;
                    self.defined.insert(Key::Descriptor(bytes));
                }
                Key::VariadicCall(f) => {
                    let (code, reloc) = variadic_call(f);
                    let base = self.object.add_symbol_data(symbol, text, &code, 1);
                    self.code_relocation(text, base, symbol, &reloc, &[])?;
                    self.sizes.glue += code.len() as u64;
                    self.defined.insert(Key::VariadicCall(f));
                }
                Key::TlsAccessor(g) => {
                    let code = workshop.tls_accessor(self.module, g, &*machines.usual)?;
                    self.code(Key::TlsAccessor(g), text, &code)?;
                    self.sizes.glue += code.code.len() as u64;
                }
                Key::Func(_) | Key::Body(_) | Key::Block(_) | Key::Global(_) | Key::Native(_) => {}
            }
        }
        Ok(())
    }

    /// Gives aliases the places of what they stand for.
    fn aliases(&mut self) -> Result<(), ObjectError> {
        let module = self.module;
        let funcs = module.funcs.iter().enumerate().filter(|(_, f)| f.alias.is_some());
        let funcs = funcs.map(|(i, f)| (Key::Func(FuncId::new(i)), &f.name));
        let globals = module.globals.iter().enumerate().filter(|(_, g)| g.alias.is_some());
        let globals = globals.map(|(i, g)| (Key::Global(GlobalId::new(i)), &g.name));
        for (key, name) in funcs.chain(globals) {
            let error = || ObjectError::Alias(name.clone());
            let (mut target, mut offset) = (key.clone(), 0u64);
            let mut steps = 0;
            while let Some(alias) = match target {
                Key::Func(f) => module.func(f).alias,
                Key::Global(g) => module.global(g).alias,
                _ => None,
            } {
                target = Key::of(alias.target);
                offset = offset.wrapping_add_signed(alias.offset);
                steps += 1;
                if steps > module.funcs.len() + module.globals.len() {
                    return Err(error());
                }
            }
            if !self.defined.contains(&target) {
                // Nobody has asked for a function that is bytecode without a stub: then nobody asks for its alias.
                match self.symbols.contains_key(&key) {
                    true => return Err(error()),
                    false => continue,
                }
            }
            let of = self.symbols[&target];
            let id = self.symbol(key.clone());
            let of = self.object.symbol(of);
            let (section, value, size) = (of.section, of.value.wrapping_add(offset), of.size);
            if !matches!(section, SymbolSection::Section(_)) {
                return Err(error());
            }
            let symbol = self.object.symbol_mut(id);
            (symbol.section, symbol.value, symbol.size) = (section, value, size.saturating_sub(offset));
            self.defined.insert(key);
        }
        Ok(())
    }

    /// Every function of the program that something refers to must have code.
    fn check(&self) -> Result<(), ObjectError> {
        for key in &self.order {
            if let &Key::Func(f) = key
                && self.module.func(f).body.is_some()
                && self.module.func(f).linkage != Linkage::AvailableExternally
                && !self.defined.contains(key)
            {
                return Err(ObjectError::NoCode(self.module.func(f).name.clone()));
            }
        }
        Ok(())
    }
}
