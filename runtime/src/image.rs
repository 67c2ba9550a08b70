//! The image, as far as the runtime reads it: identity, the functions' extents and names, source positions.
//!
//! The format is `rheo-bytecode`'s (`image.rs`). Read by whoever reports; never on the way of a running program.

use crate::layout::{CODE_OFFSET_BITS, Context};
use core::ptr::read_unaligned;

const MAGIC: u32 = u32::from_le_bytes(*b"RHEO");
const VERSION: u16 = 4;
const HEADER_BYTES: usize = 112;

/// A run of bytes in the image.
#[derive(Clone, Copy)]
pub struct Bytes {
    /// Where it starts.
    pub start: *const u8,
    /// Its length.
    pub bytes: usize,
}

impl Bytes {
    const EMPTY: Bytes = Bytes { start: core::ptr::null(), bytes: 0 };

    /// The little-endian word at an offset, or 0 behind the end.
    fn word(self, at: usize) -> usize {
        if at + 4 > self.bytes {
            return 0;
        }
        // SAFETY: inside, by the test; sections lie in the image.
        unsafe { read_unaligned(self.start.add(at).cast::<u32>()) as usize }
    }

    /// The part from `from` to `to`, as far as there is one.
    fn part(self, from: usize, to: usize) -> Bytes {
        if from > to || to > self.bytes {
            return Bytes::EMPTY;
        }
        Bytes { start: self.start.wrapping_add(from), bytes: to - from }
    }

    /// String `i` of a list of strings.
    fn string(self, i: usize) -> Bytes {
        let count = self.word(0);
        if i >= count {
            return Bytes::EMPTY;
        }
        let texts = 4 * (count + 2);
        let (from, to) = (self.word(4 * (i + 1)), self.word(4 * (i + 2)));
        self.part(texts.wrapping_add(from), texts.wrapping_add(to))
    }

    /// Takes a LEB128 number off the front; the number, and its sign bit's position.
    fn leb(&mut self) -> (u64, u32) {
        let (mut n, mut shift) = (0u64, 0);
        while self.bytes > 0 {
            // SAFETY: there is a byte, by the test.
            let byte = unsafe { *self.start };
            *self = self.part(1, self.bytes);
            n |= u64::from(byte & 0x7f).wrapping_shl(shift);
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        (n, shift)
    }

    fn unsigned(&mut self) -> usize {
        self.leb().0 as usize
    }

    fn signed(&mut self) -> i64 {
        let (n, bits) = self.leb();
        if bits == 0 || bits >= 64 { n as i64 } else { ((n << (64 - bits)) as i64) >> (64 - bits) }
    }
}

/// The sections the runtime looks at, by their number.
#[derive(Clone, Copy)]
enum Section {
    Code = 0,
    Functions = 1,
    Names = 5,
    Files = 6,
    Lines = 7,
    Pads = 8,
}

/// An image that has a header of the right kind.
#[derive(Clone, Copy)]
pub struct Image {
    all: Bytes,
}

/// A function of the image.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its number.
    pub number: usize,
    /// Address of its code.
    pub start: usize,
    /// End of its code.
    pub end: usize,
    /// Its name; empty if the image has no names.
    pub name: Bytes,
}

impl Function {
    /// Whether `pc`, an address behind an instruction, is in the function.
    pub fn contains(&self, pc: usize) -> bool {
        self.start < pc && pc <= self.end
    }
}

/// Landing pads of a function.
#[derive(Clone, Copy)]
pub struct Pads {
    /// The mark's slot plus 1, then the rows.
    rows: Bytes,
    takes: Bytes,
}

impl Pads {
    /// Slot that keeps the dynamic stack's top from before the function.
    pub fn mark(mut self) -> Option<usize> {
        self.rows.unsigned().checked_sub(1)
    }

    /// The pad of the call that ends at `call`, an offset in the function, and what it takes.
    pub fn of(mut self, call: usize) -> Option<(usize, Takes)> {
        self.rows.unsigned();
        let (mut at, mut pad, mut takes) = (0usize, 0, 0);
        while self.rows.bytes > 0 && at < call {
            let head = self.rows.unsigned();
            at = at.wrapping_add(head >> 1);
            if head & 1 == 0 {
                (pad, takes) = (self.rows.unsigned(), self.rows.unsigned());
            }
        }
        let takes = self.takes.part(takes, self.takes.bytes);
        (at == call && call > 0).then_some((pad, Takes { rest: takes }))
    }
}

/// What a landing pad takes, clause by clause.
#[derive(Clone, Copy)]
pub struct Takes {
    rest: Bytes,
}

/// What an exception may meet.
pub enum Clause {
    /// Anything.
    Any,
    /// A type, by its symbol.
    Type(usize),
    /// What a personality routine says.
    Asks(Asked),
    /// Anything on its way up. The last.
    CleanUp,
}

/// Whom to ask about an exception, and of which call.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Symbol of the personality routine.
    pub personality: usize,
    /// Symbol of the function's stand-in.
    pub stand_in: usize,
    /// Which of its calls.
    pub call: usize,
}

impl Iterator for Takes {
    type Item = Clause;

    fn next(&mut self) -> Option<Clause> {
        if self.rest.bytes == 0 {
            return None;
        }
        let clause = match self.rest.unsigned() {
            0 => None,
            1 => Some(Clause::CleanUp),
            2 => return Some(Clause::Any),
            3 => {
                let mut next = || self.rest.unsigned();
                Some(Clause::Asks(Asked { personality: next(), stand_in: next(), call: next() }))
            }
            symbol => return Some(Clause::Type(symbol - 4)),
        };
        self.rest = Bytes::EMPTY;
        clause
    }
}

/// A source position.
#[derive(Clone, Copy)]
pub struct Position {
    /// File name.
    pub file: Bytes,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1; 0 if unknown.
    pub column: usize,
}

impl Image {
    /// The image of a context, unless it is none.
    ///
    /// # Safety
    /// `ctx` must be the context.
    pub unsafe fn of(ctx: *const Context) -> Option<Image> {
        // SAFETY: by the contract.
        let all = unsafe { Bytes { start: (*ctx).image, bytes: (*ctx).image_bytes } };
        let known = all.bytes >= HEADER_BYTES && all.word(0) == MAGIC as usize && all.word(4) == usize::from(VERSION);
        known.then_some(Image { all })
    }

    fn long(self, at: usize) -> u64 {
        self.all.word(at) as u64 | (self.all.word(at + 4) as u64) << 32
    }

    /// Fingerprint of the instruction set.
    pub fn fingerprint(self) -> u64 {
        self.long(8)
    }

    /// Tells one build from another.
    pub fn build_id(self) -> u64 {
        self.long(16)
    }

    /// Bytes of code.
    pub fn code_bytes(self) -> usize {
        self.section(Section::Code).bytes
    }

    fn section(self, section: Section) -> Bytes {
        let at = 40 + 8 * section as usize;
        let from = self.all.word(at);
        self.all.part(from, from + self.all.word(at + 4))
    }

    /// The function that the instruction ending at `pc` belongs to.
    pub fn function_at(self, pc: usize) -> Option<Function> {
        let code = self.section(Section::Code);
        let base = code.start.addr();
        if pc <= base || pc > base + code.bytes {
            return None;
        }
        // Functions lie in the order of their numbers.
        let offset = pc - base;
        let table = self.section(Section::Functions);
        let start = |number: usize| table.word(4 * number) & ((1 << CODE_OFFSET_BITS) - 1);
        let (mut low, mut high) = (0, table.bytes / 4);
        while low < high {
            let middle = low + (high - low) / 2;
            if start(middle) < offset { low = middle + 1 } else { high = middle }
        }
        let number = low.checked_sub(1)?;
        let end = if low < table.bytes / 4 { start(low) } else { code.bytes };
        let name = self.section(Section::Names).string(number);
        Some(Function { number, start: base + start(number), end: base + end, name })
    }

    /// Landing pads of `f`, if it is listed.
    pub fn pads(self, f: &Function) -> Option<Pads> {
        let table = self.section(Section::Pads);
        let count = table.word(0);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if table.word(4 + 8 * middle) < f.number { low = middle + 1 } else { high = middle }
        }
        if low == count || table.word(4 + 8 * low) != f.number {
            return None;
        }
        let behind = 8 + 8 * count;
        let end_of_rows = table.word(4 + 8 * count);
        let end = if low + 1 < count { table.word(16 + 8 * low) } else { end_of_rows };
        let rows = table.part(behind.wrapping_add(table.word(8 + 8 * low)), behind.wrapping_add(end));
        Some(Pads { rows, takes: table.part(behind.wrapping_add(end_of_rows), table.bytes) })
    }

    /// The source position of the instruction of `f` that ends at `pc`.
    pub fn position(self, f: &Function, pc: usize) -> Option<Position> {
        let lines = self.section(Section::Lines);
        let count = self.section(Section::Functions).bytes / 4;
        let texts = 4 * (count + 1);
        let (from, to) = (lines.word(4 * f.number), lines.word(4 * f.number + 4));
        let mut rows = lines.part(texts + from, texts + to);
        let wanted = pc.checked_sub(f.start + 1)?;
        let (mut offset, mut line) = (0usize, 0i64);
        let mut found = None;
        while rows.bytes > 0 {
            offset = offset.wrapping_add(rows.unsigned());
            if offset > wanted {
                break;
            }
            let file = rows.unsigned();
            line = line.wrapping_add(rows.signed());
            found = Some((file, line, rows.unsigned()));
        }
        let (file, line, column) = found?;
        let file = self.section(Section::Files).string(file);
        (line > 0).then_some(Position { file, line: line as usize, column })
    }
}
