//! Text form of images: disassembler, assembler, and the annotated listing of one function.
//!
//! Owns the syntax. `assemble(disassemble(image))` is the image, byte for byte.
//!
//! ```text
//! image sections symbols names files lines
//! symbol f "puts"
//! file "hello.c"
//! descriptors "b>b\0"
//! function "main" frame 6 entry 0
//! @ 0 3 5                         // what follows stems from file 0, line 3, column 5
//! L0:
//!   f12 3 -1 L0                   // fast opcode 12: its fields' numbers in order, labels for branches
//!   e7 2 0 [L0 L0]                // escape opcode 7; a table's branches
//!   pad L0 2 any cleanup          // exceptions of the call before: those of symbol 2's type, all, all on their way up
//! ```

use crate::decode::{Decoder, Instruction};
use crate::emit::encode;
use crate::image::{CODE_MAX, Parts, push_frame_size, rows};
use crate::isa::{Dst, FieldKind, ImmSrc, Isa, Opcode, Src, VmOp};
use crate::pads::{FunctionPads, PadRow, Takes};
use crate::verify::VerifiedImage;
use crate::view::ImageView;
use rheo_ir::SrcLoc;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What is wrong with an image's text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct AsmError {
    /// Line, from 1.
    pub line: usize,
    /// What was found.
    pub what: String,
}

fn quote(out: &mut String, bytes: &[u8]) {
    out.push('"');
    for &b in bytes {
        match b {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(b));
            }
            0x20..=0x7e => out.push(char::from(b)),
            _ => write!(out, "\\x{b:02x}").expect("writing to a string"),
        }
    }
    out.push('"');
}

/// What an instruction does, with its fields' numbers put in.
pub fn describe(inst: &Instruction<'_>) -> String {
    let mut out = String::new();
    let value = |f: u8| inst.values[usize::from(f)];
    for (n, m) in inst.template.ops.iter().enumerate() {
        if n > 0 {
            out.push_str(" ; ");
        }
        let w = &mut out;
        let done = (|| -> std::fmt::Result {
            write!(w, "{}.{}", m.op.name(), m.ty)?;
            for a in &m.args {
                match *a {
                    Src::Slot(f) => write!(w, " s{}", value(f))?,
                    Src::Acc => write!(w, " acc")?,
                    Src::Facc => write!(w, " facc")?,
                    Src::Result(k, 0) => write!(w, " %{k}")?,
                    Src::Result(k, r) => write!(w, " %{k}.{r}")?,
                    Src::Imm(f) => write!(w, " {}", value(f))?,
                    Src::Lit(n) => write!(w, " {n}")?,
                }
            }
            match m.imm {
                ImmSrc::None => {}
                ImmSrc::Lit(n) => write!(w, " +{n}")?,
                ImmSrc::Field(f) if inst.template.fields[usize::from(f)].kind == FieldKind::Table => {
                    write!(w, " table")?;
                }
                ImmSrc::Field(f) => write!(w, " {:+}", value(f))?,
            }
            for (k, d) in m.dsts.iter().enumerate() {
                write!(w, "{}", if k == 0 { " -> " } else { ", " })?;
                match *d {
                    Dst::None => write!(w, "_")?,
                    Dst::Slot(f) => write!(w, "s{}", value(f))?,
                    Dst::Acc => write!(w, "acc")?,
                    Dst::SlotAndAcc(f) => write!(w, "s{}&acc", value(f))?,
                    Dst::Arg(_, k) => write!(w, "arg{k}")?,
                }
            }
            Ok(())
        })();
        done.expect("writing to a string");
    }
    out
}

/// A verified function's instructions with their offsets from its first.
fn instructions<'a>(view: &ImageView<'_>, decoder: &Decoder<'a>, function: usize) -> Vec<(usize, Instruction<'a>)> {
    let start = view.function_offset(function) as usize;
    let (_, _, end) = view.function_extent(function).expect("verified");
    let code = &view.code()[..end];
    let mut at = start;
    let mut out = Vec::new();
    while at < end {
        let inst = decoder.decode(&code[at..]).expect("verified");
        let bytes = inst.bytes;
        out.push((at - start, inst));
        at += bytes;
    }
    out
}

fn targets(insts: &[(usize, Instruction<'_>)]) -> BTreeSet<i64> {
    insts.iter().flat_map(|(at, i)| i.branches().map(|d| *at as i64 + d)).collect()
}

fn write_instruction(out: &mut String, at: usize, inst: &Instruction<'_>) {
    match inst.opcode {
        Opcode::Fast(n) => write!(out, "  f{n}"),
        Opcode::Escape(n) => write!(out, "  e{n}"),
    }
    .expect("writing to a string");
    for (f, v) in inst.template.fields.iter().zip(&inst.values) {
        match f.kind {
            FieldKind::Branch => write!(out, " L{}", at as i128 + v),
            FieldKind::Table => {
                let labels: Vec<String> = inst.table.iter().map(|d| format!("L{}", at as i64 + d)).collect();
                write!(out, " [{}]", labels.join(" "))
            }
            _ => write!(out, " {v}"),
        }
        .expect("writing to a string");
    }
}

/// The whole image as text.
pub fn disassemble(image: &VerifiedImage<'_>) -> String {
    let view = image.view();
    let parts = view.parts();
    let decoders = Decoder::all(image.isa());
    let mut out = String::from("image sections");
    for (there, name) in [
        (parts.symbols.is_some(), "symbols"),
        (parts.names.is_some(), "names"),
        (parts.files.is_some(), "files"),
        (parts.lines.is_some(), "lines"),
    ] {
        if there {
            write!(out, " {name}").expect("writing to a string");
        }
    }
    out.push('\n');
    match &parts.symbols {
        Some(symbols) => {
            for s in symbols {
                let (kind, name) = s.split_first().map_or((b'?', &s[..]), |(k, n)| (*k, n));
                write!(out, "symbol {} ", char::from(kind)).expect("writing to a string");
                quote(&mut out, name);
                out.push('\n');
            }
        }
        None => writeln!(out, "symbols {}", parts.symbol_count).expect("writing to a string"),
    }
    for f in parts.files.iter().flatten() {
        out.push_str("file ");
        quote(&mut out, f);
        out.push('\n');
    }
    out.push_str("descriptors ");
    quote(&mut out, &parts.descriptors);
    out.push('\n');
    for f in 0..view.function_count() {
        let (_, slots, _) = view.function_extent(f).expect("verified");
        out.push_str("function ");
        quote(&mut out, parts.names.as_ref().map_or(&[][..], |n| &n[f]));
        write!(out, " frame {slots}").expect("writing to a string");
        if view.dialect(f) > 0 {
            write!(out, " dialect {}", view.dialect(f)).expect("writing to a string");
        }
        if let Some(entry) = parts.func_info.get(f) {
            write!(out, " entry {entry}").expect("writing to a string");
        }
        out.push('\n');
        let insts = instructions(&view, &decoders[view.dialect(f)], f);
        let mut targets = targets(&insts);
        let pads = &parts.pads[f];
        targets.extend(pads.rows.iter().map(|r| i64::from(r.pad)));
        if let Some(slot) = pads.mark {
            writeln!(out, "mark {slot}").expect("writing to a string");
        }
        let mut rows_left = pads.rows.iter().peekable();
        let lines = view.lines(f);
        let boundary = |at: u32| insts.binary_search_by_key(&(at as usize), |i| i.0).is_ok();
        let exact = parts.lines.as_ref().is_none_or(|l| rows(&lines) == l[f]);
        let rising = lines.windows(2).all(|w| w[0].0 < w[1].0);
        let mut line_at: BTreeMap<u32, SrcLoc> = BTreeMap::new();
        if exact && rising && lines.iter().all(|l| boundary(l.0)) {
            line_at.extend(lines);
        } else if let Some(l) = &parts.lines {
            out.push_str("rows ");
            quote(&mut out, &l[f]);
            out.push('\n');
        }
        for (at, inst) in &insts {
            if let Some(loc) = line_at.get(&(*at as u32)) {
                writeln!(out, "@ {} {} {}", loc.file, loc.line, loc.col).expect("writing to a string");
            }
            if targets.contains(&(*at as i64)) {
                writeln!(out, "L{at}:").expect("writing to a string");
            }
            write_instruction(&mut out, *at, inst);
            writeln!(out, "  // {}", describe(inst)).expect("writing to a string");
            if let Some(row) = rows_left.next_if(|r| r.call as usize == at + inst.bytes) {
                writeln!(out, "  pad L{}{}", row.pad, row.takes).expect("writing to a string");
            }
        }
    }
    out
}

/// One function with its bytes, what its instructions do, and source positions; `source` gives a file's line, if it can.
pub fn list_function(
    image: &VerifiedImage<'_>,
    function: usize,
    source: &mut dyn FnMut(&str, u32) -> Option<String>,
) -> Option<String> {
    let view = image.view();
    if function >= view.function_count() {
        return None;
    }
    let decoder = Decoder::of(image.isa(), view.dialect(function));
    let (from, slots, end) = view.function_extent(function)?;
    let start = view.function_offset(function) as usize;
    let insts = instructions(&view, &decoder, function);
    let pads = &view.pads()[function];
    let mut targets = targets(&insts);
    targets.extend(pads.rows.iter().map(|r| i64::from(r.pad)));
    let lines: BTreeMap<u32, SrcLoc> = view.lines(function).into_iter().collect();
    let mut out = String::new();
    let w = &mut out;
    let done = (|| -> std::fmt::Result {
        let name = view.name(function).unwrap_or_default();
        writeln!(
            w,
            "function {function} {name}: {} bytes, {} instructions, frame of {slots} slots",
            end - from,
            insts.len()
        )?;
        for (at, inst) in &insts {
            if let Some(loc) = lines.get(&(*at as u32)).filter(|l| l.line != 0) {
                let file = view.file(loc.file as usize).unwrap_or_default();
                match source(&file, loc.line) {
                    Some(text) => writeln!(w, "    // {file}:{}:{}: {}", loc.line, loc.col, text.trim())?,
                    None => writeln!(w, "    // {file}:{}:{}", loc.line, loc.col)?,
                }
            }
            if targets.contains(&(*at as i64)) {
                writeln!(w, "L{at}:")?;
            }
            let bytes = &view.code()[start + at..start + at + inst.bytes];
            let shown: Vec<String> = bytes.iter().take(12).map(|b| format!("{b:02x}")).collect();
            let more = if bytes.len() > 12 { " …" } else { "" };
            write!(w, "{at:6}  {:37}  {}", shown.join(" ") + more, describe(inst))?;
            let names = names(&view, inst);
            let labels: Vec<String> = inst.branches().map(|d| format!("L{}", *at as i64 + d)).collect();
            for note in names.iter().chain(&labels) {
                write!(w, "  {note}")?;
            }
            writeln!(w)?;
            if let Some(row) = pads.rows.iter().find(|r| r.call as usize == at + inst.bytes) {
                writeln!(w, "        pad L{}{}", row.pad, row.takes)?;
            }
        }
        Ok(())
    })();
    done.expect("writing to a string");
    Some(out)
}

/// Names of the functions and symbols that an instruction mentions.
fn names(view: &ImageView<'_>, inst: &Instruction<'_>) -> Vec<String> {
    let fields = inst.template.fields.iter().zip(&inst.values);
    let name = |(f, v): (&crate::isa::Field, &i128)| match f.kind {
        FieldKind::Func => view.name(*v as usize),
        FieldKind::Symbol => view.symbol(*v as usize).map(|s| s.1),
        _ => None,
    };
    fields.filter_map(name).collect()
}

/// A line's words; a quoted string is one, decoded.
enum Word {
    Plain(String),
    Quoted(Vec<u8>),
}

fn words(line: &str) -> Result<Vec<Word>, String> {
    let mut out = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with("//") {
        if let Some(mut s) = rest.strip_prefix('"') {
            let mut bytes = Vec::new();
            loop {
                let mut chars = s.chars();
                match chars.next().ok_or("a string does not end")? {
                    '"' => break,
                    '\\' => match chars.next() {
                        Some('x') => {
                            let hex = chars.as_str().get(..2).ok_or("a string does not end")?;
                            bytes.push(u8::from_str_radix(hex, 16).map_err(|_| format!("`\\x{hex}`"))?);
                            chars = chars.as_str()[2..].chars();
                        }
                        Some(c @ ('"' | '\\')) => bytes.push(c as u8),
                        _ => return Err("an unknown escape in a string".into()),
                    },
                    c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                s = chars.as_str();
            }
            out.push(Word::Quoted(bytes));
            rest = s[1..].trim_start();
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            out.push(Word::Plain(rest[..end].to_owned()));
            rest = rest[end..].trim_start();
        }
    }
    Ok(out)
}

struct FunctionText {
    name: Vec<u8>,
    frame: u32,
    dialect: usize,
    rows: Option<Vec<u8>>,
    lines: Vec<(u32, SrcLoc)>,
    labels: BTreeMap<String, usize>,
    insts: Vec<InstText>,
    bytes: usize,
    mark: Option<u32>,
    /// Line, end of the call, label of the pad, what it takes.
    pads: Vec<(usize, u32, String, Takes)>,
}

struct InstText {
    line: usize,
    at: usize,
    opcode: Opcode,
    fields: Vec<FieldText>,
}

enum FieldText {
    Number(i128),
    Label(String),
    Table(Vec<String>),
}

/// An image from its text.
pub fn assemble(text: &str, isa: &Isa) -> Result<Vec<u8>, AsmError> {
    let mut a = Assembler {
        decoders: Decoder::all(isa),
        parts: Parts { fingerprint: isa.fingerprint(), ..Parts::default() },
        functions: Vec::new(),
        begun: false,
    };
    for (n, line) in text.lines().enumerate() {
        a.line(n + 1, line).map_err(|what| AsmError { line: n + 1, what })?;
    }
    a.finish()
}

struct Assembler<'a> {
    decoders: Vec<Decoder<'a>>,
    parts: Parts,
    functions: Vec<FunctionText>,
    /// The line `image` has been read.
    begun: bool,
}

fn number<T: std::str::FromStr>(w: Option<&Word>, what: &str) -> Result<T, String> {
    match w {
        Some(Word::Plain(s)) => s.parse().map_err(|_| format!("{what}: `{s}`")),
        _ => Err(format!("{what} is missing")),
    }
}

impl Assembler<'_> {
    fn line(&mut self, n: usize, line: &str) -> Result<(), String> {
        let words = words(line)?;
        let Some(first) = words.first() else { return Ok(()) };
        let Word::Plain(head) = first else { return Err("a line begins with a string".into()) };
        let quoted = |i: usize| match words.get(i) {
            Some(Word::Quoted(b)) => Ok(b.clone()),
            _ => Err(format!("`{head}` wants a string")),
        };
        if !self.begun && head != "image" {
            return Err("an image begins with `image`".into());
        }
        match head.as_str() {
            "image" => {
                self.begun = true;
                for w in &words[1..] {
                    let Word::Plain(w) = w else { continue };
                    match w.as_str() {
                        "symbols" => self.parts.symbols = Some(Vec::new()),
                        "names" => self.parts.names = Some(Vec::new()),
                        "files" => self.parts.files = Some(Vec::new()),
                        "lines" => self.parts.lines = Some(Vec::new()),
                        "sections" => {}
                        _ => return Err(format!("section `{w}`")),
                    }
                }
            }
            "symbols" => self.parts.symbol_count = number(words.get(1), "number of symbols")?,
            "symbol" => {
                let Some(Word::Plain(kind)) = words.get(1) else { return Err("a symbol wants a kind".into()) };
                let mut s = kind.as_bytes()[..1].to_vec();
                s.append(&mut quoted(2)?);
                self.parts.symbols.get_or_insert_default().push(s);
                self.parts.symbol_count += 1;
            }
            "file" => self.parts.files.get_or_insert_default().push(quoted(1)?),
            "descriptors" => self.parts.descriptors = quoted(1)?,
            "function" => {
                let frame = number(words.get(3), "frame size")?;
                let is_dialect = |w: &Word| matches!(w, Word::Plain(w) if w == "dialect");
                let (dialect, rest) = match words.get(4) {
                    Some(w) if is_dialect(w) => (number(words.get(5), "dialect")?, &words[6..]),
                    _ => (0, words.get(4..).unwrap_or_default()),
                };
                if dialect >= self.decoders.len() {
                    return Err(format!("the instruction set has no dialect {dialect}"));
                }
                if !rest.is_empty() {
                    if self.parts.func_info.len() != self.functions.len() {
                        return Err("functions with an entry come first".into());
                    }
                    self.parts.func_info.push(number(rest.get(1), "entry")?);
                }
                self.functions.push(FunctionText {
                    name: quoted(1)?,
                    frame,
                    dialect,
                    rows: None,
                    lines: Vec::new(),
                    labels: BTreeMap::new(),
                    insts: Vec::new(),
                    bytes: 0,
                    mark: None,
                    pads: Vec::new(),
                });
            }
            _ => {
                let f = self.functions.last_mut().ok_or_else(|| format!("`{head}` outside of a function"))?;
                if head == "rows" {
                    f.rows = Some(quoted(1)?);
                } else if head == "mark" {
                    f.mark = Some(number(words.get(1), "slot")?);
                } else if head == "pad" {
                    let plain: Vec<&str> =
                        words[1..].iter().map(|w| if let Word::Plain(w) = w { w.as_str() } else { "" }).collect();
                    let (label, takes) = plain.split_first().ok_or("a pad wants a label")?;
                    let takes = Takes::parse(takes).ok_or("what the pad takes")?;
                    f.pads.push((n, f.bytes as u32, (*label).to_owned(), takes));
                } else if head == "@" {
                    let file = number(words.get(1), "file")?;
                    let (line, col) = (number(words.get(2), "line")?, number(words.get(3), "column")?);
                    f.lines.push((f.bytes as u32, SrcLoc { file, line, col }));
                } else if let Some(label) = head.strip_suffix(':') {
                    if f.labels.insert(label.to_owned(), f.bytes).is_some() {
                        return Err(format!("label `{label}` stands twice"));
                    }
                } else {
                    let decoder = &self.decoders[f.dialect];
                    let inst = instruction(decoder, n, f.bytes, head, line)?;
                    let layout = decoder.layout(inst.opcode).ok_or("no such opcode")?;
                    let table: usize = inst
                        .fields
                        .iter()
                        .zip(&layout.fields)
                        .map(|(t, l)| if let FieldText::Table(t) = t { t.len() * l.bytes as usize } else { 0 })
                        .sum();
                    f.bytes += layout.bytes as usize + table;
                    f.insts.push(inst);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, AsmError> {
        if !self.begun {
            return Err(AsmError { line: 1, what: "an image begins with `image`".into() });
        }
        let halt = self.decoders[0].isa().templates().find(|(_, t)| t.ops.len() == 1 && t.ops[0].op == VmOp::Halt);
        let Some((halt, _)) = halt else {
            return Err(AsmError { line: 1, what: "the instruction set has no `halt`".into() });
        };
        let layout = self.decoders[0].layout(halt).expect("it was just found");
        encode(&mut self.parts.code, halt, layout, &[]);
        for f in &self.functions {
            push_frame_size(&mut self.parts.code, f.frame);
            let too_much = || AsmError { line: 1, what: "more than 256 MiB of code".into() };
            let entry = u32::try_from(self.parts.code.len()).ok().filter(|&at| at <= CODE_MAX).ok_or_else(too_much)?;
            self.parts.functions.push((entry, f.dialect));
            for i in &f.insts {
                self.decoders[f.dialect]
                    .write(f, i, &mut self.parts.code)
                    .map_err(|what| AsmError { line: i.line, what })?;
            }
            let row = |(line, call, label, takes): &(usize, u32, String, Takes)| match f.labels.get(label) {
                Some(&pad) => Ok(PadRow { call: *call, pad: pad as u32, takes: takes.clone() }),
                None => Err(AsmError { line: *line, what: format!("no label `{label}`") }),
            };
            let pad_rows = f.pads.iter().map(row).collect::<Result<_, _>>()?;
            self.parts.pads.push(FunctionPads { rows: pad_rows, mark: f.mark });
            if let Some(names) = &mut self.parts.names {
                names.push(f.name.clone());
            }
            if let Some(lines) = &mut self.parts.lines {
                lines.push(f.rows.clone().unwrap_or_else(|| rows(&f.lines)));
            }
        }
        Ok(self.parts.build())
    }
}

fn instruction(decoder: &Decoder<'_>, line: usize, at: usize, head: &str, text: &str) -> Result<InstText, String> {
    let bad = || format!("`{head}` is no opcode");
    let opcode = match head.split_at_checked(1).ok_or_else(bad)? {
        ("f", n) => Opcode::Fast(n.parse().map_err(|_| bad())?),
        ("e", n) => Opcode::Escape(n.parse().map_err(|_| bad())?),
        _ => return Err(bad()),
    };
    let template = decoder.template(opcode).ok_or_else(|| format!("the instruction set has no `{head}`"))?;
    let text = text.split("//").next().unwrap_or("").trim().strip_prefix(head).unwrap_or("");
    let text = text.replace('[', " [ ").replace(']', " ] ");
    let mut words = text.split_whitespace();
    let mut fields = Vec::new();
    for f in &template.fields {
        let w = words.next().ok_or_else(|| format!("`{head}` has {} fields", template.fields.len()))?;
        fields.push(match f.kind {
            FieldKind::Branch => FieldText::Label(w.to_owned()),
            FieldKind::Table => {
                let labels = words.by_ref().take_while(|&w| w != "]").map(str::to_owned).collect();
                FieldText::Table(labels)
            }
            _ => {
                let v: i128 = w.parse().map_err(|_| format!("`{w}` is no number"))?;
                if f.bits < 128 && !f.fits(v) {
                    return Err(format!("`{w}` does not fit field `{f}`"));
                }
                FieldText::Number(v)
            }
        });
    }
    match words.next() {
        Some(w) => Err(format!("`{w}` behind the last field")),
        None => Ok(InstText { line, at, opcode, fields }),
    }
}

impl Decoder<'_> {
    fn write(&self, f: &FunctionText, inst: &InstText, code: &mut Vec<u8>) -> Result<(), String> {
        let template = self.template(inst.opcode).expect("looked up before");
        let layout = self.layout(inst.opcode).expect("looked up before");
        let distance = |label: &str, bits: u8| {
            let to = f.labels.get(label).ok_or_else(|| format!("no label `{label}`"))?;
            let d = *to as i128 - inst.at as i128 - i128::from(inst.opcode.prefix());
            let limit = 1i128 << (bits - 1);
            if (-limit..limit).contains(&d) { Ok(d) } else { Err(format!("label `{label}` is too far")) }
        };
        let mut values = Vec::with_capacity(inst.fields.len());
        for (t, field) in inst.fields.iter().zip(&template.fields) {
            values.push(match (t, field.kind) {
                (FieldText::Number(v), FieldKind::Imm { shift, .. }) => (v >> shift) as u128,
                (FieldText::Number(v), _) => *v as u128,
                (FieldText::Label(l), _) => distance(l, field.bits)? as u128,
                (FieldText::Table(_), _) => 0,
            });
        }
        encode(code, inst.opcode, layout, &values);
        for (t, (field, l)) in inst.fields.iter().zip(template.fields.iter().zip(&layout.fields)) {
            if let FieldText::Table(labels) = t {
                for label in labels {
                    let d = distance(label, field.bits)? as i64;
                    code.extend_from_slice(&d.to_le_bytes()[..l.bytes as usize]);
                }
            }
        }
        Ok(())
    }
}
