//! The image: bytecode and its tables as one position-independent run of bytes.
//!
//! Owns the format. All numbers are little-endian.
//!
//! | offset | header |
//! |---|---|
//! | 0 | magic `RHEO` |
//! | 4 | u16 format version, u16 zero |
//! | 8 | u64 fingerprint of the instruction set |
//! | 16 | u64 build id: FNV-1a of all bytes with these eight zero |
//! | 24 | u32 bytes of the image |
//! | 28 | u32 number of functions |
//! | 32 | u32 number of functions with an entry stub: the first ones |
//! | 36 | u32 number of symbols |
//! | 40 | 9 sections: u32 offset from the image's start, u32 bytes |
//! | 112 | end, sections follow, each at a multiple of 16 |
//!
//! | section | |
//! |---|---|
//! | 0 code | `halt`, then each function's frame size and instructions, in order |
//! | 1 functions | u32 of each function: code offset of its first instruction in the low 28 bits, its dialect above |
//! | 2 func_info | u16 descriptor offset of each function with a stub |
//! | 3 descriptors | as docs/vm.md says |
//! | 4 symbols | strings: a kind (`g` global, `f` function, `G` and `F` cell of one, `t` of the accessor of a thread-local, `r` of a runtime routine, `s` of a function's stand-in, `b` machine code of a region) and the name; may be left out |
//! | 5 names | strings: the functions' names; may be left out |
//! | 6 files | strings: source files; may be left out |
//! | 7 lines | u32 offset of each function's rows and of their end, then the rows; may be left out |
//! | 8 pads | landing pads, see `pads`; empty if there are none |
//!
//! *Strings* are a u32 count n, n + 1 u32 offsets behind these, and the bytes. A *row* says from which byte of the function
//! (as a difference to the row before) a position holds: ULEB128 difference, ULEB128 file, SLEB128 difference of the line,
//! ULEB128 column.
//!
//! A function's *frame size* is the number of slots that its instructions may name, static stack slots and outgoing window
//! included: one byte before the first instruction, or if that is 255, the u32 before it.

use crate::emit::{EmitError, EmitOptions, FuncCode, NativeBlock, Program, SymbolKind, encode};
use crate::isa::VmOp;
use crate::pads::{self, FunctionPads};
use crate::patterns::Patterns;
use rheo_ir::{FuncId, SrcLoc};

/// First bytes of an image.
pub const MAGIC: [u8; 4] = *b"RHEO";
/// Format version.
pub const VERSION: u16 = 4;
/// Bytes of the header.
pub const HEADER_BYTES: usize = 112;
/// Position of the dialect in a function's word.
pub const DIALECT_SHIFT: u32 = 28;
/// Most bytes of code: the low bits of a function's word.
pub const CODE_MAX: u32 = (1 << DIALECT_SHIFT) - 1;
/// Number of sections.
pub const SECTIONS: usize = 9;
/// Offset in the header of the build id.
pub const BUILD_ID_AT: usize = 16;

/// A section of the image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the module's table says what each holds")]
pub enum Section {
    Code,
    Functions,
    FuncInfo,
    Descriptors,
    Symbols,
    Names,
    Files,
    Lines,
    Pads,
}

impl Section {
    /// Every section, in order.
    pub const ALL: [Section; SECTIONS] = [
        Section::Code,
        Section::Functions,
        Section::FuncInfo,
        Section::Descriptors,
        Section::Symbols,
        Section::Names,
        Section::Files,
        Section::Lines,
        Section::Pads,
    ];

    /// Name in text form and reports.
    pub fn name(self) -> &'static str {
        match self {
            Section::Code => "code",
            Section::Functions => "functions",
            Section::FuncInfo => "func_info",
            Section::Descriptors => "descriptors",
            Section::Symbols => "symbols",
            Section::Names => "names",
            Section::Files => "files",
            Section::Lines => "lines",
            Section::Pads => "pads",
        }
    }
}

/// What emission counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EmitStats {
    /// Operations before any were fused.
    pub ops: u64,
    /// Instructions.
    pub instructions: u64,
    /// Bytes of code, frame sizes included.
    pub code_bytes: u64,
    /// Bytes of the tables that execution needs: function offsets, entry descriptors.
    pub table_bytes: u64,
}

/// An image, and what the symbols in it stand for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Image {
    /// The image.
    pub bytes: Vec<u8>,
    /// By symbol index: what the program object puts into the context.
    pub symbols: Vec<SymbolKind>,
    /// Code bytes of each function, by number.
    pub func_bytes: Vec<u32>,
    /// By function number, code offset of each IR block's first instruction; none where a block is unreachable.
    pub func_blocks: Vec<Vec<Option<u32>>>,
    /// What machine code of regions must know of its bytecode, by [`SymbolKind::Block`]; none of a region that control never
    /// reaches.
    pub blocks: Vec<Option<NativeBlock>>,
    /// Figures.
    pub stats: EmitStats,
}

impl Image {
    /// Where a section lies in [`Image::bytes`].
    pub fn section(&self, section: Section) -> std::ops::Range<usize> {
        let at = 40 + 8 * section as usize;
        let word = |at: usize| u32::from_le_bytes(self.bytes[at..at + 4].try_into().expect("4 bytes")) as usize;
        word(at)..word(at) + word(at + 4)
    }

    /// Code offset of each function's first instruction, by number.
    pub fn function_offsets(&self) -> impl Iterator<Item = u32> + '_ {
        let words = self.bytes[self.section(Section::Functions)].chunks_exact(4);
        words.map(|w| u32::from_le_bytes(w.try_into().expect("4 bytes")) & CODE_MAX)
    }

    /// Tells one build from another.
    pub fn build_id(&self) -> u64 {
        u64::from_le_bytes(self.bytes[BUILD_ID_AT..BUILD_ID_AT + 8].try_into().expect("8 bytes"))
    }
}

/// Contents of an image, apart from its layout.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Parts {
    pub fingerprint: u64,
    pub code: Vec<u8>,
    /// Code offset and dialect.
    pub functions: Vec<(u32, usize)>,
    pub func_info: Vec<u16>,
    pub descriptors: Vec<u8>,
    pub symbol_count: u32,
    pub symbols: Option<Vec<Vec<u8>>>,
    pub names: Option<Vec<Vec<u8>>>,
    pub files: Option<Vec<Vec<u8>>>,
    /// Rows of each function.
    pub lines: Option<Vec<Vec<u8>>>,
    /// Of each function.
    pub pads: Vec<FunctionPads>,
}

fn strings(list: &[Vec<u8>]) -> Vec<u8> {
    let mut out = (list.len() as u32).to_le_bytes().to_vec();
    let mut at = 0u32;
    for s in list {
        out.extend_from_slice(&at.to_le_bytes());
        at += s.len() as u32;
    }
    out.extend_from_slice(&at.to_le_bytes());
    list.iter().for_each(|s| out.extend_from_slice(s));
    out
}

fn fnv(h: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(h, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The build id that belongs into an image.
pub(crate) fn build_id(image: &[u8]) -> u64 {
    let h = fnv(0xcbf2_9ce4_8422_2325, &image[..BUILD_ID_AT]);
    fnv(fnv(h, &[0; 8]), &image[BUILD_ID_AT + 8..])
}

impl Parts {
    /// Lays the image out.
    pub(crate) fn build(&self) -> Vec<u8> {
        let lines = self.lines.as_ref().map(|rows| {
            let mut out = Vec::new();
            let mut at = 0u32;
            for r in rows {
                out.extend_from_slice(&at.to_le_bytes());
                at += r.len() as u32;
            }
            out.extend_from_slice(&at.to_le_bytes());
            rows.iter().for_each(|r| out.extend_from_slice(r));
            out
        });
        let list = |l: &Option<Vec<Vec<u8>>>| l.as_ref().map(|l| strings(l)).unwrap_or_default();
        let sections: [Vec<u8>; SECTIONS] = [
            self.code.clone(),
            self.functions.iter().flat_map(|&(at, d)| (at | (d as u32) << DIALECT_SHIFT).to_le_bytes()).collect(),
            self.func_info.iter().flat_map(|d| d.to_le_bytes()).collect(),
            self.descriptors.clone(),
            list(&self.symbols),
            list(&self.names),
            list(&self.files),
            lines.unwrap_or_default(),
            pads::encode(&self.pads),
        ];
        let mut out = vec![0; HEADER_BYTES];
        out[0..4].copy_from_slice(&MAGIC);
        out[4..6].copy_from_slice(&VERSION.to_le_bytes());
        out[8..16].copy_from_slice(&self.fingerprint.to_le_bytes());
        let counts = [self.functions.len(), self.func_info.len(), self.symbol_count as usize];
        for (i, n) in counts.into_iter().enumerate() {
            out[28 + 4 * i..32 + 4 * i].copy_from_slice(&(n as u32).to_le_bytes());
        }
        for (i, s) in sections.iter().enumerate() {
            out.resize(out.len().next_multiple_of(16), 0);
            let at = out.len() as u32;
            out[40 + 8 * i..44 + 8 * i].copy_from_slice(&at.to_le_bytes());
            out[44 + 8 * i..48 + 8 * i].copy_from_slice(&(s.len() as u32).to_le_bytes());
            out.extend_from_slice(s);
        }
        let total = out.len() as u32;
        out[24..28].copy_from_slice(&total.to_le_bytes());
        let id = build_id(&out);
        out[BUILD_ID_AT..BUILD_ID_AT + 8].copy_from_slice(&id.to_le_bytes());
        out
    }
}

/// Appends a function's frame size, so that its instructions can follow.
pub(crate) fn push_frame_size(code: &mut Vec<u8>, slots: u32) {
    match u8::try_from(slots) {
        Ok(n) if n < 255 => code.push(n),
        _ => {
            code.extend_from_slice(&slots.to_le_bytes());
            code.push(255);
        }
    }
}

pub(crate) fn push_uleb(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn push_sleb(out: &mut Vec<u8>, mut n: i64) {
    loop {
        let b = n as u8 & 0x7f;
        n >>= 7;
        let done = (n == 0 && b & 0x40 == 0) || (n == -1 && b & 0x40 != 0);
        out.push(if done { b } else { b | 0x80 });
        if done {
            return;
        }
    }
}

/// Line rows of a function.
pub(crate) fn rows(lines: &[(u32, SrcLoc)]) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 0i64);
    for &(offset, loc) in lines {
        push_uleb(&mut out, u64::from(offset - at));
        push_uleb(&mut out, u64::from(loc.file));
        push_sleb(&mut out, i64::from(loc.line) - line);
        push_uleb(&mut out, u64::from(loc.col));
        (at, line) = (offset, i64::from(loc.line));
    }
    out
}

/// Puts functions' code together.
pub(crate) fn assemble(
    program: &Program<'_>,
    funcs: &[FuncId],
    patterns: &Patterns,
    code: Vec<FuncCode>,
    options: EmitOptions,
    blocks: Vec<Option<NativeBlock>>,
) -> Result<Image, EmitError> {
    let module = program.module;
    let mut parts = Parts { fingerprint: patterns.fingerprint, ..Parts::default() };
    let halt = patterns.shapes.iter().find(|s| s.ops.len() == 1 && s.ops[0].op == VmOp::Halt);
    let halt = &halt.expect("the base escape set has `halt`").variants[0];
    encode(&mut parts.code, halt.opcode, &halt.layout, &[]);
    let mut func_bytes = Vec::with_capacity(code.len());
    let mut stats = EmitStats::default();
    let mut func_blocks = Vec::with_capacity(code.len());
    for f in &code {
        let from = parts.code.len();
        push_frame_size(&mut parts.code, f.extent_slots);
        let entry = u32::try_from(parts.code.len()).ok().filter(|&at| at <= CODE_MAX).ok_or(EmitError::TooMuchCode)?;
        parts.functions.push((entry, f.dialect));
        func_blocks.push(f.blocks.iter().map(|b| b.map(|offset| entry + offset)).collect());
        parts.code.extend_from_slice(&f.code.bytes);
        func_bytes.push((parts.code.len() - from) as u32);
        stats.ops += u64::from(f.nodes);
        stats.instructions += u64::from(f.tiles);
    }
    let info = funcs[..options.stubs].iter().map(|&f| program.descriptor(module.func(f).sig));
    parts.func_info = info.map(|d| u16::try_from(d).expect("checked when functions were numbered")).collect();
    parts.descriptors.clone_from(&program.descriptors);
    parts.symbol_count = program.symbols.len() as u32;
    if options.debug {
        parts.symbols = Some(program.symbols.iter().map(|s| s.to_bytes(module, &blocks)).collect());
        parts.names = Some(funcs.iter().map(|&f| module.func(f).name.clone().into_bytes()).collect());
        parts.files = Some(module.files.iter().map(|f| f.clone().into_bytes()).collect());
        parts.lines = Some(code.iter().map(|f| rows(&f.code.lines)).collect());
    }
    parts.pads = code.into_iter().map(|f| f.pads).collect();
    stats.code_bytes = parts.code.len() as u64;
    stats.table_bytes = (4 * parts.functions.len() + 2 * parts.func_info.len()) as u64
        + parts.descriptors.len() as u64
        + pads::encode(&parts.pads).len() as u64;
    Ok(Image { bytes: parts.build(), symbols: program.symbols.clone(), func_bytes, func_blocks, blocks, stats })
}

/// What the runtime calls it.
const RESUME: &str = "rheo_rt_resume";

impl SymbolKind {
    /// Kind and name, as the image has them.
    fn to_bytes(self, module: &rheo_ir::Module, blocks: &[Option<NativeBlock>]) -> Vec<u8> {
        let (kind, name) = match self {
            SymbolKind::Global(g) => (b'g', &module.global(g).name),
            SymbolKind::Func(f) => (b'f', &module.func(f).name),
            SymbolKind::GlobalCell(g) => (b'G', &module.global(g).name),
            SymbolKind::FuncCell(f) => (b'F', &module.func(f).name),
            SymbolKind::TlsAccessor(g) => (b't', &module.global(g).name),
            SymbolKind::Resume => (b'r', &RESUME.to_owned()),
            SymbolKind::StandIn(f) => (b's', &module.func(f).name),
            SymbolKind::Block(n) => {
                let name = |b: &NativeBlock| format!("{} {}", module.func(b.func).name, b.region);
                (b'b', &blocks[n as usize].as_ref().map(name).unwrap_or_default())
            }
        };
        let mut out = vec![kind];
        out.extend_from_slice(name.as_bytes());
        out
    }
}
