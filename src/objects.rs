//! The object files of a program: its own, the interpreter, the runtime and LLVM's helpers.
//!
//! Owns which of them a program needs, and what each adds in bytes.

use crate::cache::Cache;
use crate::code::{Bytecode, Code, aot_options};
use crate::linker::Relocations;
use crate::program::Program;
use anyhow::{Context, Result};
use object::{Object, ObjectSection, ObjectSymbol};
use rheo_aot::{BytecodePart, ContextSymbol, ProgramObject};
use rheo_bytecode::decode;
use rheo_bytecode::image::Section;
use rheo_bytecode::isa::Template;
use rheo_bytecode::{ImageView, SymbolKind};
use rheo_ir::SymbolRef;
use rheo_profiles::Totals;
use rustc_hash::FxHashSet;

/// The runtime's own symbols begin so.
const RUNTIME_PREFIX: &str = "rheo_";
/// Bytes of a context without symbols.
pub const CONTEXT_BYTES: u64 = 2304;

/// Entries of the dispatch table.
const OPCODES: u64 = 256;
/// Bytes of it.
const DISPATCH_BYTES: u64 = 8 * OPCODES;

/// The object files.
pub struct Objects {
    /// By file name, in link order.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// What they add.
    pub totals: Totals,
}

/// Which handlers a program's interpreter has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handlers {
    /// All of the instruction set's: made once, and fit for any bytecode.
    All,
    /// Those that the program's bytecode names.
    Used,
}

/// Makes the objects of a program. `shims` is LLVM's object, made by [`shims`].
pub fn make(
    program: &Program,
    code: &Code,
    handlers: Handlers,
    shims: Option<Vec<u8>>,
    cache: &Cache,
) -> Result<Objects> {
    let relocations = program.linker.relocations();
    let used = code.bytecode.as_ref().map(|b| UsedTemplates::of(program, b, handlers)).transpose()?;
    let own = own_object(program, code, used.as_ref())?;
    let mut files = vec![("program.o", own.bytes)];
    let mut totals = Totals { aot: own.sizes.aot(), ..Totals::default() };
    if let (Some(bytecode), Some(used)) = (&code.bytecode, &used) {
        let vm = interpreter(program, used, cache)?;
        totals.interpreter = added_bytes(&vm, relocations)?;
        files.push(("vm.o", vm));
        totals.bytecode = bytecode.image.stats.code_bytes;
        // The dispatch tables stand in the contexts, but are there for the handlers.
        let dialects = program.isa.dialects() as u64;
        totals.interpreter += dialects * (DISPATCH_BYTES + relocations.bytes(OPCODES, 0));
        totals.tables = own.sizes.bytecode() - totals.bytecode - dialects * DISPATCH_BYTES
            + context_relocations(program, bytecode, relocations);
    }
    if let Some(object) = shims {
        totals.aot += added_bytes(&object, relocations)?;
        files.push(("shims.o", object));
    }
    let mut wants_runtime = code.bytecode.is_some();
    for (_, object) in &files {
        wants_runtime |= refers_to_runtime(object)?;
    }
    if wants_runtime {
        let runtime = program.runtime()?;
        totals.runtime = added_bytes(runtime, relocations)?;
        files.push(("runtime.o", runtime.to_vec()));
        if code.bytecode.is_none() {
            files.push(("context.o", empty_context(program)?));
        }
    }
    Ok(Objects { files, totals })
}

/// About what a dialect adds to a program: a context.
pub fn dialect_bytes(program: &Program) -> u64 {
    CONTEXT_BYTES + program.linker.relocations().bytes(OPCODES, 0)
}

/// What relocations of the contexts take: addresses of parts of the image and of contexts, and of what bytecode calls.
fn context_relocations(program: &Program, bytecode: &Bytecode, relocations: Relocations) -> u64 {
    const PARTS: u64 = 7;
    // Of all contexts, and the one with the symbols.
    let dialects = program.isa.dialects() as u64;
    let of_contexts = dialects + 1;
    let module = &program.module;
    // Whether the address in a cell is the program's own. Symbols of what is inside need no relocation when it starts.
    let cell = |s: &SymbolKind| match *s {
        SymbolKind::Func(_) | SymbolKind::Global(_) | SymbolKind::Block(_) => None,
        SymbolKind::FuncCell(f) => Some(module.func(f).body.is_some() || module.func(f).alias.is_some()),
        SymbolKind::GlobalCell(g) => Some(module.global(g).data.is_some() || module.global(g).alias.is_some()),
        SymbolKind::TlsAccessor(_) | SymbolKind::Resume | SymbolKind::StandIn(_) => Some(true),
    };
    let cells = bytecode.image.symbols.iter().filter_map(cell);
    let (inside, outside) = cells.fold((0, 0), |n, inside| if inside { (n.0 + 1, n.1) } else { (n.0, n.1 + 1) });
    relocations.bytes(dialects * (PARTS + of_contexts) + inside, outside)
}

fn own_object(program: &Program, code: &Code, used: Option<&UsedTemplates>) -> Result<ProgramObject> {
    let options = aot_options(program);
    let Some(bytecode) = &code.bytecode else {
        return Ok(rheo_aot::write_object(&program.module, &code.aot, None, &options)?);
    };
    let image = &bytecode.image;
    let symbols: Vec<ContextSymbol> = image
        .symbols
        .iter()
        .map(|&s| match s {
            SymbolKind::Global(g) => ContextSymbol::Program(SymbolRef::Global(g)),
            SymbolKind::Func(f) => ContextSymbol::Program(SymbolRef::Func(f)),
            SymbolKind::GlobalCell(g) | SymbolKind::TlsAccessor(g) => ContextSymbol::Cell(SymbolRef::Global(g)),
            SymbolKind::FuncCell(f) => ContextSymbol::Cell(SymbolRef::Func(f)),
            SymbolKind::Resume => ContextSymbol::ResumeCell,
            SymbolKind::Block(n) => ContextSymbol::Block(n),
            SymbolKind::StandIn(f) => ContextSymbol::StandInCell(f),
        })
        .collect();
    let has_handler = |t: &Template| used.is_none_or(|used| used.has(t));
    let handlers = rheo_vmgen::handler_symbols(&program.isa, has_handler).context("the interpreter cannot be made")?;
    let part = BytecodePart {
        image: &image.bytes,
        code_offset: image.section(Section::Code).start,
        funcs_offset: image.section(Section::Functions).start,
        descriptors_offset: image.section(Section::Descriptors).start,
        func_info_offset: image.section(Section::FuncInfo).start,
        stubs: &bytecode.stubs,
        symbols: &symbols,
        blocks: &bytecode.blocks,
        unwinds: !image.section(Section::Pads).is_empty(),
        handlers: &handlers,
    };
    Ok(rheo_aot::write_object(&program.module, &code.aot, Some(&part), &options)?)
}

/// LLVM's helpers and the program's own assembly, if there are any.
pub fn shims(program: &Program) -> Result<Option<Vec<u8>>> {
    let module = &program.module;
    if module.shims.is_empty() && module.module_asm.is_empty() {
        return Ok(None);
    }
    let object = rheo_llvm::compile_shims(&module.triple, &module.data_layout, &module.shims, &module.module_asm)?;
    Ok(Some(object))
}

/// The interpreter of a program with this bytecode.
pub fn vm(program: &Program, bytecode: &Bytecode, handlers: Handlers, cache: &Cache) -> Result<Vec<u8>> {
    interpreter(program, &UsedTemplates::of(program, bytecode, handlers)?, cache)
}

/// The interpreter with these handlers; one with all is from the cache, or made now for it.
fn interpreter(program: &Program, used: &UsedTemplates, cache: &Cache) -> Result<Vec<u8>> {
    let name = format!("vm-{}-{:016x}.o", program.target.platform.name, program.isa.fingerprint());
    let has_all = used.0.is_none();
    if has_all && let Some(bytes) = cache.get(&name).and_then(|path| std::fs::read(path).ok()) {
        return Ok(bytes);
    }
    let (triple, options) = (&program.target.triple, rheo_vmgen::Options::default());
    let vm = rheo_vmgen::generate_used(&program.isa, triple, options, |t| used.has(t))
        .context("the interpreter cannot be generated")?;
    if has_all {
        cache.put(&name, &vm.bytes);
    }
    Ok(vm.bytes)
}

/// Templates that have handlers; none: all.
struct UsedTemplates<'a>(Option<FxHashSet<&'a Template>>);

impl<'a> UsedTemplates<'a> {
    fn of(program: &'a Program, bytecode: &'a Bytecode, handlers: Handlers) -> Result<UsedTemplates<'a>> {
        if handlers == Handlers::All {
            return Ok(UsedTemplates(None));
        }
        let view = ImageView::parse(&bytecode.image.bytes).context("an image of ours")?;
        let image = rheo_bytecode::verify(view, &program.isa).context("an image of ours")?;
        Ok(UsedTemplates(Some(decode::templates(&image))))
    }

    fn has(&self, t: &Template) -> bool {
        self.0.as_ref().is_none_or(|used| used.contains(t))
    }
}

/// Bytes that an object adds to a program's file: what is loaded and not zero, and the relocations that its addresses become.
pub fn added_bytes(object: &[u8], relocations: Relocations) -> Result<u64> {
    let file = object::File::parse(object).context("an object file of ours")?;
    let mut bytes = 0;
    for section in file.sections() {
        let object::SectionFlags::Elf { sh_flags } = section.flags() else { continue };
        let loaded = sh_flags & u64::from(object::elf::SHF_ALLOC) != 0;
        if loaded && section.kind() != object::SectionKind::UninitializedData {
            let addresses = section.relocations().filter(|(_, r)| r.size() == 64).count() as u64;
            bytes += section.size() + relocations.bytes(addresses, 0);
        }
    }
    Ok(bytes)
}

fn refers_to_runtime(object: &[u8]) -> Result<bool> {
    let file = object::File::parse(object).context("an object file of ours")?;
    let named = |s: &object::Symbol| s.name().is_ok_and(|n| n.starts_with(RUNTIME_PREFIX));
    Ok(file.symbols().any(|s| s.is_undefined() && named(&s)))
}

/// The context of no image, for a program that uses the runtime's helpers alone.
fn empty_context(program: &Program) -> Result<Vec<u8>> {
    use object::write::{Object, StandardSection, Symbol, SymbolSection};
    use object::{Architecture, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope};
    assert_eq!(program.target.platform.format, rheo_targets::ObjectFormat::Elf, "checked when the program was loaded");
    let architecture = match program.target.platform.arch {
        rheo_targets::Arch::X86_64 => Architecture::X86_64,
        rheo_targets::Arch::Aarch64 => Architecture::Aarch64,
    };
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    let section = object.section_id(StandardSection::UninitializedData);
    let symbol = object.add_symbol(Symbol {
        name: b"rheo_ctx".to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Data,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    });
    object.add_symbol_bss(symbol, section, CONTEXT_BYTES, 16);
    Ok(object.write()?)
}
