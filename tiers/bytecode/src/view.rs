//! An image looked at: its header checked, its sections found, its tables read on demand.
//!
//! Owns reading. Bytes may be anything: what is not so is an error, never a panic. That the *code* is sound is `verify`'s.

use crate::image::{
    BUILD_ID_AT, CODE_MAX, DIALECT_SHIFT, HEADER_BYTES, MAGIC, Parts, SECTIONS, Section, VERSION, build_id,
};
use crate::pads::{self, FunctionPads};
use rheo_ir::SrcLoc;

/// What is wrong with an image.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ImageError {
    /// Not an image at all.
    #[error("not a Rheo image: it does not begin with `RHEO`")]
    Magic,
    /// Shorter than it says, or than a header.
    #[error("truncated image: {found} bytes of {needed}")]
    Truncated {
        /// Bytes there.
        found: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// Another format.
    #[error("image format version {0}; this is for version {VERSION}")]
    Version(u16),
    /// Damaged.
    #[error("damaged image: its contents do not match its build id")]
    BuildId,
    /// A section is not where an image can have it.
    #[error("image section `{section}`: {what}")]
    Section {
        /// Which.
        section: &'static str,
        /// How.
        what: &'static str,
    },
}

/// An image whose header and tables hold together.
#[derive(Clone, Copy, Debug)]
pub struct ImageView<'a> {
    bytes: &'a [u8],
    sections: [&'a [u8]; SECTIONS],
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

impl<'a> ImageView<'a> {
    /// Checks the header and the sections' bounds.
    pub fn parse(bytes: &'a [u8]) -> Result<ImageView<'a>, ImageError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(ImageError::Magic);
        }
        if bytes.len() < HEADER_BYTES {
            return Err(ImageError::Truncated { found: bytes.len(), needed: HEADER_BYTES });
        }
        let version = u16::from_le_bytes([bytes[4], bytes[5]]);
        if version != VERSION || bytes[6..8] != [0, 0] {
            return Err(ImageError::Version(version));
        }
        let total = word(bytes, 24) as usize;
        if total > bytes.len() || total < HEADER_BYTES {
            return Err(ImageError::Truncated { found: bytes.len(), needed: total });
        }
        let bytes = &bytes[..total];
        let mut sections = [&bytes[..0]; SECTIONS];
        for s in Section::ALL {
            let i = s as usize;
            let (at, n) = (word(bytes, 40 + 8 * i) as usize, word(bytes, 44 + 8 * i) as usize);
            let bad = |what| ImageError::Section { section: s.name(), what };
            let end = at.checked_add(n).ok_or(bad("beyond the image"))?;
            if at % 16 != 0 {
                return Err(bad("not aligned"));
            }
            sections[i] = bytes.get(at..end).ok_or(bad("beyond the image"))?;
        }
        let view = ImageView { bytes, sections };
        if view.build_id() != build_id(bytes) {
            return Err(ImageError::BuildId);
        }
        view.check_tables()?;
        Ok(view)
    }

    fn check_tables(&self) -> Result<(), ImageError> {
        let bad = |s: Section, what| Err(ImageError::Section { section: s.name(), what });
        let code = self.code().len();
        if self.section(Section::Functions).len() != self.function_count().saturating_mul(4) {
            return bad(Section::Functions, "its size does not match the number of functions");
        }
        if self.stub_count() > self.function_count() {
            return bad(Section::FuncInfo, "more stubs than functions");
        }
        if self.section(Section::FuncInfo).len() != self.stub_count() * 2 {
            return bad(Section::FuncInfo, "its size does not match the number of stubs");
        }
        let mut last = 0;
        for i in 0..self.function_count() {
            let at = self.function_offset(i) as usize;
            if at <= last || at >= code {
                return bad(Section::Functions, "offsets do not rise within the code");
            }
            last = at;
        }
        let counted = |s: Section, n: usize| {
            let bytes = self.section(s);
            bytes.is_empty() || Strings::new(bytes).is_some_and(|l| l.len() == n)
        };
        if !counted(Section::Symbols, self.symbol_count()) {
            return bad(Section::Symbols, "not one string a symbol");
        }
        if !counted(Section::Names, self.function_count()) {
            return bad(Section::Names, "not one string a function");
        }
        let files = self.section(Section::Files);
        if !files.is_empty() && Strings::new(files).is_none() {
            return bad(Section::Files, "not a list of strings");
        }
        if pads::decode(self.section(Section::Pads), self.function_count()).is_none() {
            return bad(Section::Pads, "not a table of landing pads");
        }
        let lines = self.section(Section::Lines);
        if !lines.is_empty() && Strings::with(lines, 0, self.function_count()).is_none() {
            return bad(Section::Lines, "not one list of rows a function");
        }
        Ok(())
    }

    /// The image's bytes, without any that follow it.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A section.
    pub fn section(&self, s: Section) -> &'a [u8] {
        self.sections[s as usize]
    }

    /// A section's offset from the image's start.
    pub fn section_offset(&self, s: Section) -> u32 {
        word(self.bytes, 40 + 8 * s as usize)
    }

    /// Fingerprint of the instruction set.
    pub fn fingerprint(&self) -> u64 {
        u64::from_le_bytes(self.bytes[8..16].try_into().expect("eight bytes"))
    }

    /// Identifies the contents.
    pub fn build_id(&self) -> u64 {
        u64::from_le_bytes(self.bytes[BUILD_ID_AT..BUILD_ID_AT + 8].try_into().expect("eight bytes"))
    }

    /// Number of functions.
    pub fn function_count(&self) -> usize {
        word(self.bytes, 28) as usize
    }

    /// Number of functions with an entry stub.
    pub fn stub_count(&self) -> usize {
        word(self.bytes, 32) as usize
    }

    /// Number of symbols.
    pub fn symbol_count(&self) -> usize {
        word(self.bytes, 36) as usize
    }

    /// The code.
    pub fn code(&self) -> &'a [u8] {
        self.section(Section::Code)
    }

    /// Code offset of a function's first instruction.
    pub fn function_offset(&self, function: usize) -> u32 {
        word(self.section(Section::Functions), function * 4) & CODE_MAX
    }

    /// The dialect that a function is written in.
    pub fn dialect(&self, function: usize) -> usize {
        (word(self.section(Section::Functions), function * 4) >> DIALECT_SHIFT) as usize
    }

    /// Where a function's frame size begins in the code, the size itself, and where its instructions end.
    pub fn function_extent(&self, function: usize) -> Option<(usize, u32, usize)> {
        let (start, slots) = self.frame_size(function)?;
        let end = match function + 1 < self.function_count() {
            true => self.frame_size(function + 1)?.0,
            false => self.code().len(),
        };
        (end > self.function_offset(function) as usize).then_some((start, slots, end))
    }

    fn frame_size(&self, function: usize) -> Option<(usize, u32)> {
        let at = self.function_offset(function) as usize;
        let code = self.code();
        match code[at - 1] {
            255 => {
                let start = at.checked_sub(5)?;
                Some((start, word(code, start)))
            }
            slots => Some((at - 1, u32::from(slots))),
        }
    }

    /// Offset of the descriptor of a function with a stub.
    pub fn func_info(&self, function: usize) -> u16 {
        let at = function * 2;
        u16::from_le_bytes(self.section(Section::FuncInfo)[at..at + 2].try_into().expect("two bytes"))
    }

    /// A signature descriptor without its closing zero.
    pub fn descriptor(&self, at: u32) -> Option<&'a [u8]> {
        let bytes = self.section(Section::Descriptors).get(at as usize..)?;
        let mut i = 0;
        let mut seen = false;
        loop {
            match *bytes.get(i)? {
                0 if seen => return Some(&bytes[..i]),
                b's' if !seen => i += 6,
                b'>' if !seen => {
                    seen = true;
                    i += 1;
                }
                b'.' if i == 0 => i += 1,
                b'b' | b'r' | b'f' | b'v' | b'w' | b'x' => i += 1,
                _ => return None,
            }
        }
    }

    /// Kind letter and name of a symbol, if the image has them.
    pub fn symbol(&self, symbol: usize) -> Option<(char, String)> {
        let s = Strings::new(self.section(Section::Symbols))?.get(symbol)?;
        let (kind, name) = s.split_first()?;
        Some((char::from(*kind), String::from_utf8_lossy(name).into_owned()))
    }

    /// Name of a function, if the image has it.
    pub fn name(&self, function: usize) -> Option<String> {
        let s = Strings::new(self.section(Section::Names))?.get(function)?;
        Some(String::from_utf8_lossy(s).into_owned())
    }

    /// Name of a source file.
    pub fn file(&self, file: usize) -> Option<String> {
        let s = Strings::new(self.section(Section::Files))?.get(file)?;
        Some(String::from_utf8_lossy(s).into_owned())
    }

    /// Source positions of a function: from which byte behind its first instruction each holds. Empty if unknown.
    pub fn lines(&self, function: usize) -> Vec<(u32, SrcLoc)> {
        let rows = Strings::with(self.section(Section::Lines), 0, self.function_count()).and_then(|l| l.get(function));
        let Some(mut rows) = rows else { return Vec::new() };
        let mut out = Vec::new();
        let (mut at, mut line) = (0u64, 0i64);
        while !rows.is_empty() {
            let row = (uleb(&mut rows), uleb(&mut rows), sleb(&mut rows), uleb(&mut rows));
            let (Some(step), Some(file), Some(delta), Some(col)) = row else { break };
            at = at.wrapping_add(step);
            line = line.wrapping_add(delta);
            out.push((at as u32, SrcLoc { file: file as u32, line: line as u32, col: col as u32 }));
        }
        out
    }

    /// Landing pads of all functions.
    pub fn pads(&self) -> Vec<FunctionPads> {
        pads::decode(self.section(Section::Pads), self.function_count()).expect("checked when the image was parsed")
    }

    /// The contents, apart from the layout.
    pub(crate) fn parts(&self) -> Parts {
        let list = |s: Section| {
            let l = Strings::new(self.section(s))?;
            Some((0..l.len()).map(|i| l.get(i).unwrap_or_default().to_vec()).collect())
        };
        let lines = Strings::with(self.section(Section::Lines), 0, self.function_count());
        Parts {
            fingerprint: self.fingerprint(),
            code: self.code().to_vec(),
            functions: (0..self.function_count()).map(|f| (self.function_offset(f), self.dialect(f))).collect(),
            func_info: (0..self.stub_count()).map(|f| self.func_info(f)).collect(),
            descriptors: self.section(Section::Descriptors).to_vec(),
            symbol_count: self.symbol_count() as u32,
            symbols: list(Section::Symbols),
            names: list(Section::Names),
            files: list(Section::Files),
            pads: self.pads(),
            lines: lines.map(|l| (0..l.len()).map(|i| l.get(i).unwrap_or_default().to_vec()).collect()),
        }
    }
}

/// A list of strings in a section.
struct Strings<'a> {
    offsets: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Strings<'a> {
    fn new(section: &'a [u8]) -> Option<Strings<'a>> {
        let n = word(section.get(..4)?, 0) as usize;
        Strings::with(section, 4, n)
    }

    /// `n` strings whose n + 1 offsets stand at `at`.
    fn with(section: &'a [u8], at: usize, n: usize) -> Option<Strings<'a>> {
        let end = n.checked_add(1)?.checked_mul(4)?.checked_add(at)?;
        let s = Strings { offsets: section.get(at..end)?, bytes: &section[end..] };
        let rising = (0..n).all(|i| word(s.offsets, 4 * i) <= word(s.offsets, 4 * i + 4));
        let whole = word(s.offsets, 0) == 0 && word(s.offsets, 4 * n) as usize == s.bytes.len();
        (rising && whole).then_some(s)
    }

    fn len(&self) -> usize {
        self.offsets.len() / 4 - 1
    }

    fn get(&self, i: usize) -> Option<&'a [u8]> {
        if i >= self.len() {
            return None;
        }
        self.bytes.get(word(self.offsets, 4 * i) as usize..word(self.offsets, 4 * i + 4) as usize)
    }
}

fn uleb(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (&b, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn sleb(bytes: &mut &[u8]) -> Option<i64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (&b, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= i64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            let unused = 57u32.saturating_sub(shift);
            return Some(n << unused >> unused);
        }
    }
    None
}
