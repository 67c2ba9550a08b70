//! The bytecode part of a program's object: the image, its context, and the entry stubs (docs/vm.md).
//!
//! Owns their layout in the object. What the image's bytes mean is `rheo-bytecode`'s.

use crate::block::CompiledBlock;
use crate::error::ObjectError;
use crate::lsda;
use crate::names;
use crate::object::{Key, Writer};
use crate::sections::{ABS64, Contents, REL32, named_section, unsupported};
use crate::stub::{STUB_BYTES, Stubs};
use crate::thunk;
use crate::unwind::{Frame, Rules};
use object::write::{Relocation, StandardSection, SymbolId};
use object::{SymbolKind, SymbolScope};
use rheo_ir::{FuncId, SymbolRef};
use rheo_lower::Unwind;

/// Alignment of the image.
const IMAGE_ALIGN: u64 = 16;
/// Offset of the unwinder's routines in the context.
const UNWINDER_OFFSET: usize = 2128;
/// Offset of those that ask.
const ASKING_OFFSET: usize = 2160;
/// Offset of the address of dialect 0's context.
const MAIN_OFFSET: usize = 2176;
/// Offset of the dialect's number.
const DIALECT_OFFSET: usize = 2184;
/// Offset of the contexts' addresses by dialect.
const DIALECTS_OFFSET: usize = 2192;
/// Most dialects.
const DIALECTS_MAX: usize = 14;
/// Offset of the symbols' distances in dialect 0's context, and size of the others.
const SYMBOLS_OFFSET: usize = 2304;
const _: () = assert!(DIALECTS_OFFSET + 8 * DIALECTS_MAX <= SYMBOLS_OFFSET);

/// How a stub enters the VM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StubKind {
    /// By `rheo_entry_ints2`.
    Ints2,
    /// By `rheo_entry_ints`.
    Ints,
    /// By `rheo_entry_generic`.
    Generic,
}

/// What the object writer must know of the bytecode.
#[derive(Clone, Copy, Debug)]
pub struct BytecodePart<'a> {
    /// The image.
    pub image: &'a [u8],
    /// Byte offset of the code in the image.
    pub code_offset: usize,
    /// Of the code offsets by function number.
    pub funcs_offset: usize,
    /// Of the signature descriptors.
    pub descriptors_offset: usize,
    /// Of the descriptor offsets by function number.
    pub func_info_offset: usize,
    /// Functions that native code can call, by function number; variadic definitions last.
    pub stubs: &'a [(FuncId, StubKind)],
    /// What the bytecode refers to, by symbol index.
    pub symbols: &'a [ContextSymbol],
    /// Machine code of regions.
    pub blocks: &'a [CompiledBlock],
    /// The image has landing pads: the runtime needs the unwinder.
    pub unwinds: bool,
    /// By dialect, of which there are 1 to 14, each with a context: symbols of the handlers of the 256 opcodes.
    pub handlers: &'a [Vec<String>],
}

impl BytecodePart<'_> {
    fn dialects(&self) -> u8 {
        self.handlers.len() as u8
    }
}

/// A word of a context: its offset, and the address that it holds.
type Word = (usize, SymbolId, i64);

/// What a symbol of the context stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContextSymbol {
    /// An address of the program's own.
    Program(SymbolRef),
    /// The cell that holds an address. For a thread-local variable, that of a function without parameters that returns the
    /// variable's.
    Cell(SymbolRef),
    /// The cell that holds the address of the runtime's routine for `_Unwind_Resume`.
    ResumeCell,
    /// The machine code of a region, by its number.
    Block(u32),
    /// The cell that holds the address of the code that stands for a function when its personality routine is asked about
    /// exceptions.
    StandInCell(FuncId),
}

impl Writer<'_> {
    /// Defines the stubs. Comes before anything that refers to functions.
    pub fn stubs(&mut self, part: &BytecodePart) -> Result<(), ObjectError> {
        let stubs = Stubs::of(&self.triple)?;
        let section = self.stub_section();
        let mut ways: Vec<(u32, StubKind, SymbolId)> = Vec::new();
        for (number, &(f, kind)) in part.stubs.iter().enumerate() {
            let number = number as u32;
            let stub = stubs.stub(number);
            let symbol = self.symbol(Key::Func(f));
            let base = self.object.add_symbol_data(symbol, section, &stub.code, STUB_BYTES as u64);
            self.defined.insert(Key::Func(f));
            let first = number - number % stubs.shared();
            let way = match ways.iter().find(|w| (w.0, w.1) == (first, kind)) {
                Some(way) => way.2,
                None => {
                    let symbol = self.local_symbol(names::STUBS_WAY, SymbolKind::Text);
                    ways.push((first, kind, symbol));
                    symbol
                }
            };
            self.relocate(section, base + stub.field, way, stub.addend, stub.kind)?;
        }
        self.sizes.stubs = (part.stubs.len() * STUB_BYTES) as u64;
        for (first, kind, symbol) in ways {
            let way = stubs.way(first);
            let base = self.object.add_symbol_data(symbol, section, &way.code, stubs.align());
            let entry = match kind {
                StubKind::Ints2 => names::ENTRY_INTS2,
                StubKind::Ints => names::ENTRY_INTS,
                StubKind::Generic => names::ENTRY_GENERIC,
            };
            let entry = self.native(entry, SymbolScope::Unknown);
            self.relocate(section, base + way.field, entry, way.addend, way.kind)?;
            self.sizes.stubs += way.code.len() as u64;
        }
        Ok(())
    }

    fn stub_section(&mut self) -> object::write::SectionId {
        match self.stubs {
            Some(section) => section,
            None => {
                let section = named_section(&mut self.object, ".text.rheo.stubs", Contents::Code);
                *self.stubs.insert(section)
            }
        }
    }

    /// Lays down the code that stands for a function when its personality routine is asked about exceptions, and the table
    /// that the routine reads.
    fn stand_in(&mut self, f: FuncId) -> Result<SymbolId, ObjectError> {
        if Stubs::of(&self.triple)? != Stubs::X64 {
            return Err(unsupported(&self.triple, "asking a personality routine other than C++'s for bytecode"));
        }
        let func = self.module.func(f);
        let (Some(personality), Some(body)) = (func.personality, &func.body) else {
            unreachable!("a function with landing pads has a personality")
        };
        let unwind = Unwind::of(body);
        let calls = unwind.pads.len() as u32;
        let lsda = lsda::stand_in(Some(personality), &unwind);
        let (code, rules) = thunk::stand_in(calls);
        let symbol = self.local_symbol(&names::stand_in(&func.name), SymbolKind::Text);
        let section = self.object.section_id(StandardSection::Text);
        let offset = self.object.add_symbol_data(symbol, section, &code, 1);
        let lsda = Some(self.handling(&lsda)?);
        self.sizes.unwind += code.len() as u64;
        self.frames.push(Frame { section, offset, rules: Rules::Written(rules, code.len() as u32), lsda });
        Ok(symbol)
    }

    /// Lays down the image and the contexts.
    pub fn image(&mut self, part: &BytecodePart) -> Result<(), ObjectError> {
        let section = named_section(&mut self.object, ".rodata.rheo", Contents::Constants);
        let image = self.local_symbol(names::IMAGE, SymbolKind::Data);
        self.object.add_symbol_data(image, section, part.image, IMAGE_ALIGN);
        self.sizes.image = part.image.len() as u64;

        let shared = self.shared_words(image, part);
        self.sizes.context = self.main_context(part, &shared)?;
        for dialect in 1..part.dialects() {
            let mut bytes = vec![0; SYMBOLS_OFFSET];
            bytes[DIALECT_OFFSET] = dialect;
            self.sizes.context += self.context(part, dialect, bytes, shared.clone(), &[])?;
        }
        Ok(())
    }

    /// Words of a context that are addresses, and the same in all of them.
    fn shared_words(&mut self, image: SymbolId, part: &BytecodePart) -> Vec<Word> {
        let stubs = self.stub_section();
        let stubs = self.object.section_symbol(stubs);
        // Calls of a variadic definition go through its stub, which builds the argument area.
        let variadic = |f: FuncId| self.module.func(f).flags.variadic_definition;
        let direct = part.stubs.iter().take_while(|&&(f, _)| !variadic(f)).count();
        let mut words = vec![
            (2048, image, part.code_offset as i64),
            (2056, image, part.funcs_offset as i64),
            (2064, stubs, 0),
            (2072, stubs, (direct * STUB_BYTES) as i64),
            (2080, image, part.descriptors_offset as i64),
            (2088, image, part.func_info_offset as i64),
            (2096, image, 0),
        ];
        if part.unwinds {
            for (i, name) in names::UNWINDER.iter().enumerate() {
                words.push((UNWINDER_OFFSET + 8 * i, self.native(name, SymbolScope::Unknown), 0));
            }
        }
        if part.symbols.iter().any(|s| matches!(s, ContextSymbol::StandInCell(_))) {
            for (i, name) in names::ASKING.iter().enumerate() {
                words.push((ASKING_OFFSET + 8 * i, self.native(name, SymbolScope::Unknown), 0));
            }
        }
        words.push((MAIN_OFFSET, self.native(&names::context(0), SymbolScope::Linkage), 0));
        for dialect in 0..part.dialects() {
            let context = self.native(&names::context(dialect), SymbolScope::Linkage);
            words.push((DIALECTS_OFFSET + 8 * usize::from(dialect), context, 0));
        }
        words
    }

    /// Lays down the context of dialect 0, which has the symbols; its size.
    fn main_context(&mut self, part: &BytecodePart, shared: &[Word]) -> Result<u64, ObjectError> {
        let mut words = shared.to_vec();
        // The cells lie behind the distances.
        let mut bytes = vec![0; (SYMBOLS_OFFSET + 4 * part.symbols.len()).next_multiple_of(8)];
        let mut distances: Vec<(usize, SymbolId)> = Vec::new();
        for (i, &target) in part.symbols.iter().enumerate() {
            let at = SYMBOLS_OFFSET + 4 * i;
            let in_cell = match target {
                ContextSymbol::Program(target) => {
                    distances.push((at, self.symbol(Key::of(target))));
                    continue;
                }
                ContextSymbol::Block(n) => {
                    // A region that control never reaches has no code.
                    if self.defined.contains(&Key::Block(n)) {
                        distances.push((at, self.symbol(Key::Block(n))));
                    }
                    continue;
                }
                ContextSymbol::Cell(SymbolRef::Global(g)) if self.module.global(g).tls => {
                    self.symbol(Key::TlsAccessor(g))
                }
                ContextSymbol::Cell(target) => self.symbol(Key::of(target)),
                ContextSymbol::ResumeCell => self.native(names::RESUME, SymbolScope::Unknown),
                ContextSymbol::StandInCell(f) => self.stand_in(f)?,
            };
            let cell = bytes.len();
            words.push((cell, in_cell, 0));
            bytes[at..at + 4].copy_from_slice(&(cell as u32).to_le_bytes());
            bytes.extend([0; 8]);
        }
        self.context(part, 0, bytes, words, &distances)
    }

    /// Lays down the context of a dialect, whose addresses but for those of handlers are `words`; its size.
    fn context(
        &mut self,
        part: &BytecodePart,
        dialect: u8,
        mut bytes: Vec<u8>,
        mut words: Vec<Word>,
        distances: &[(usize, SymbolId)],
    ) -> Result<u64, ObjectError> {
        for (opcode, handler) in part.handlers[usize::from(dialect)].iter().enumerate() {
            words.push((8 * opcode, self.native(handler, SymbolScope::Linkage), 0));
        }
        bytes[2104..2112].copy_from_slice(&(part.image.len() as u64).to_le_bytes());
        let context = self.native(&names::context(dialect), SymbolScope::Linkage);
        let section = self.object.section_id(StandardSection::ReadOnlyDataWithRel);
        let base = self.object.add_symbol_data(context, section, &bytes, 16);
        for (at, symbol, addend) in words {
            let offset = base + at as u64;
            self.object.add_relocation(section, Relocation { offset, symbol, addend, flags: ABS64 })?;
        }
        for &(at, symbol) in distances {
            let offset = base + at as u64;
            self.object.add_relocation(section, Relocation { offset, symbol, addend: at as i64, flags: REL32 })?;
        }
        Ok(bytes.len() as u64)
    }
}
