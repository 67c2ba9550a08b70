//! Text form of templates and instruction sets: one line a template.
//!
//! `FIELDS : OP ; OP …`, where a field is a letter and its width (`s4 s8` slots, `i8 u8` immediates with `<<3` for a
//! shift, `b8` branch, `f12` function, `y8` symbol, `w4` window, `d16` descriptor, `t16` table) and an op is
//! `name.type ARGS [+IMM] [-> DSTS]`. Arguments: `$0` slot in field 0, `#0` number in field 0, `=5` the number 5, `%0`
//! (`%0.1`) result of micro-op 0, `acc`, `facc`. Results: `$0`, `acc`, `$0&acc`, `@0.1` (slot 1 of the window in field 0), `_`.

use super::{DIALECTS_MAX, Dst, FAST_MAX, Field, FieldKind, ImmSrc, Isa, MicroOp, NativeKind, Src, Template, VmOp};
use rheo_ir::{Op, Type};
use std::fmt;

/// What is wrong with an instruction set's text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("instruction set, line {line}: {what}")]
pub struct IsaError {
    /// Line, from 1; 1 for a lone template.
    pub line: usize,
    /// What was found.
    pub what: String,
}

impl VmOp {
    /// Name in text form.
    pub fn name(self) -> &'static str {
        use NativeKind::*;
        match self {
            VmOp::Ir(op) => op.info().name,
            VmOp::Move => "move",
            VmOp::CallBytecode => "call_bytecode",
            VmOp::CallNative(Ints2) => "call_native_i2",
            VmOp::CallNative(Ints4) => "call_native_i4",
            VmOp::CallNative(Ints6) => "call_native_i6",
            VmOp::CallNative(Floats2) => "call_native_f2",
            VmOp::CallNative(Floats8) => "call_native_f8",
            VmOp::CallNative(Generic) => "call_native_any",
            VmOp::CallIndirect(Ints2) => "call_address_i2",
            VmOp::CallIndirect(Ints4) => "call_address_i4",
            VmOp::CallIndirect(Ints6) => "call_address_i6",
            VmOp::CallIndirect(Floats2) => "call_address_f2",
            VmOp::CallIndirect(Floats8) => "call_address_f8",
            VmOp::CallIndirect(Generic) => "call_address_any",
            VmOp::TailCall => "tail_call_bytecode",
            VmOp::TailCallIndirect => "tail_call_address",
            VmOp::Setjmp => "setjmp",
            VmOp::NativeBlock => "native_block",
            VmOp::LoopIf => "loop_if",
            VmOp::FrameCheck => "frame_check",
            VmOp::Halt => "halt",
        }
    }

    /// The op called `name` in text form.
    pub fn parse(name: &str) -> Option<VmOp> {
        let own = VmOp::OWN.iter().copied().find(|op| op.name() == name);
        own.or_else(|| Op::parse(name).map(VmOp::Ir))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            FieldKind::Slot => 's',
            FieldKind::Imm { signed: true, .. } => 'i',
            FieldKind::Imm { signed: false, .. } => 'u',
            FieldKind::Branch => 'b',
            FieldKind::Func => 'f',
            FieldKind::Symbol => 'y',
            FieldKind::Window => 'w',
            FieldKind::Sig => 'd',
            FieldKind::Table => 't',
        };
        write!(f, "{letter}{}", self.bits)?;
        match self.kind {
            FieldKind::Imm { shift, .. } if shift > 0 => write!(f, "<<{shift}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for MicroOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.op.name(), self.ty)?;
        for a in &self.args {
            match *a {
                Src::Slot(i) => write!(f, " ${i}")?,
                Src::Acc => f.write_str(" acc")?,
                Src::Facc => f.write_str(" facc")?,
                Src::Result(i, 0) => write!(f, " %{i}")?,
                Src::Result(i, n) => write!(f, " %{i}.{n}")?,
                Src::Imm(i) => write!(f, " #{i}")?,
                Src::Lit(n) => write!(f, " ={n}")?,
            }
        }
        match self.imm {
            ImmSrc::None => {}
            ImmSrc::Field(i) => write!(f, " +#{i}")?,
            ImmSrc::Lit(n) => write!(f, " +={n}")?,
        }
        for (n, d) in self.dsts.iter().enumerate() {
            f.write_str(if n == 0 { " -> " } else { " " })?;
            match *d {
                Dst::None => f.write_str("_")?,
                Dst::Slot(i) => write!(f, "${i}")?,
                Dst::Acc => f.write_str("acc")?,
                Dst::SlotAndAcc(i) => write!(f, "${i}&acc")?,
                Dst::Arg(i, k) => write!(f, "@{i}.{k}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in &self.fields {
            write!(f, "{field} ")?;
        }
        for (n, op) in self.ops.iter().enumerate() {
            write!(f, "{} {op}", if n == 0 { ":" } else { " ;" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Isa {
    /// The templates with one-byte opcodes, with a line `dialect` between two dialects, a line `escape`, and the others.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (dialect, templates) in self.one_byte().enumerate() {
            if dialect > 0 {
                writeln!(f, "dialect")?;
            }
            for t in templates {
                writeln!(f, "{t}")?;
            }
        }
        writeln!(f, "escape")?;
        for t in &self.escape {
            writeln!(f, "{t}")?;
        }
        Ok(())
    }
}

/// Parses an instruction set. Empty lines and lines that start with `//` are skipped.
pub fn parse_isa(text: &str) -> Result<Isa, IsaError> {
    let mut isa = Isa::default();
    let mut behind = false;
    for (n, line) in text.lines().enumerate() {
        let at = |what: String| IsaError { line: n + 1, what };
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if line == "escape" {
            behind = true;
            continue;
        }
        if line == "dialect" {
            if behind || isa.dialects() == DIALECTS_MAX {
                return Err(at(format!("a dialect behind `escape`, or more than {DIALECTS_MAX} of them")));
            }
            isa.others.push(Vec::new());
            continue;
        }
        let t = parse_template(line).map_err(|e| at(e.what))?;
        let fast = isa.others.last_mut().unwrap_or(&mut isa.fast);
        let (list, most) = if behind { (&mut isa.escape, 1 << 16) } else { (fast, FAST_MAX) };
        if list.len() == most {
            return Err(at(format!("more than {most} templates")));
        }
        list.push(t);
    }
    Ok(isa)
}

/// Parses one template.
pub fn parse_template(line: &str) -> Result<Template, IsaError> {
    let bad = |what: String| IsaError { line: 1, what };
    let (fields, ops) = line.split_once(':').ok_or_else(|| bad("no `:`".into()))?;
    let fields = fields.split_whitespace().map(|w| parse_field(w).ok_or_else(|| bad(format!("field `{w}`"))));
    let fields: Vec<Field> = fields.collect::<Result<_, _>>()?;
    let ops = ops.split(';').map(|t| parse_op(t).map_err(bad));
    let t = Template { ops: ops.collect::<Result<_, _>>()?, fields };
    t.check().map_err(bad)?;
    Ok(t)
}

fn parse_field(word: &str) -> Option<Field> {
    let (word, shift) = match word.split_once("<<") {
        Some((w, s)) => (w, s.parse().ok().filter(|s| (1..16).contains(s))?),
        None => (word, 0),
    };
    let bits: u8 = word.get(1..)?.parse().ok()?;
    if !matches!(bits, 4 | 8 | 12 | 16 | 32 | 64 | 128) {
        return None;
    }
    let kind = match word.as_bytes()[0] {
        b's' => FieldKind::Slot,
        b'i' => FieldKind::Imm { signed: true, shift },
        b'u' => FieldKind::Imm { signed: false, shift },
        b'b' => FieldKind::Branch,
        b'f' => FieldKind::Func,
        b'y' => FieldKind::Symbol,
        b'w' => FieldKind::Window,
        b'd' => FieldKind::Sig,
        b't' => FieldKind::Table,
        _ => return None,
    };
    let fine = matches!(kind, FieldKind::Imm { .. }) || (shift == 0 && bits <= 32);
    let fine = fine && (kind != FieldKind::Table || matches!(bits, 8 | 16 | 32));
    fine.then_some(Field { kind, bits })
}

fn parse_op(text: &str) -> Result<MicroOp, String> {
    let mut words = text.split_whitespace();
    let head = words.next().ok_or("empty op")?;
    let (name, ty) = head.split_once('.').ok_or_else(|| format!("op `{head}` without a type"))?;
    let op = VmOp::parse(name).ok_or_else(|| format!("op `{name}`"))?;
    let ty = Type::parse(ty).ok_or_else(|| format!("type `{ty}`"))?;
    let mut m = MicroOp { op, ty, args: Vec::new(), imm: ImmSrc::None, dsts: Vec::new() };
    let mut results = false;
    for w in words {
        let bad = || format!("operand `{w}`");
        if w == "->" {
            results = true;
        } else if results {
            m.dsts.push(parse_dst(w).ok_or_else(bad)?);
        } else if let Some(i) = w.strip_prefix('+') {
            m.imm = match parse_src(i).ok_or_else(bad)? {
                Src::Imm(i) => ImmSrc::Field(i),
                Src::Lit(n) => ImmSrc::Lit(n),
                _ => return Err(bad()),
            };
        } else {
            m.args.push(parse_src(w).ok_or_else(bad)?);
        }
    }
    Ok(m)
}

fn parse_src(w: &str) -> Option<Src> {
    if let Some(i) = w.strip_prefix('$') {
        return Some(Src::Slot(i.parse().ok()?));
    }
    if let Some(i) = w.strip_prefix('#') {
        return Some(Src::Imm(i.parse().ok()?));
    }
    if let Some(n) = w.strip_prefix('=') {
        return Some(Src::Lit(n.parse().ok()?));
    }
    if let Some(r) = w.strip_prefix('%') {
        let (op, n) = r.split_once('.').unwrap_or((r, "0"));
        return Some(Src::Result(op.parse().ok()?, n.parse().ok()?));
    }
    match w {
        "acc" => Some(Src::Acc),
        "facc" => Some(Src::Facc),
        _ => None,
    }
}

fn parse_dst(w: &str) -> Option<Dst> {
    if let Some(a) = w.strip_prefix('@') {
        let (field, slot) = a.split_once('.')?;
        return Some(Dst::Arg(field.parse().ok()?, slot.parse().ok()?));
    }
    if let Some(s) = w.strip_prefix('$') {
        return Some(match s.strip_suffix("&acc") {
            Some(s) => Dst::SlotAndAcc(s.parse().ok()?),
            None => Dst::Slot(s.parse().ok()?),
        });
    }
    match w {
        "acc" => Some(Dst::Acc),
        "_" => Some(Dst::None),
        _ => None,
    }
}

impl Template {
    /// Whether the template is well-formed; if not, why.
    pub fn check(&self) -> Result<(), String> {
        let mut named = vec![false; self.fields.len()];
        let mut name = |i: u8, fine: fn(FieldKind) -> bool| match self.fields.get(usize::from(i)) {
            Some(f) if fine(f.kind) => {
                named[usize::from(i)] = true;
                Ok(())
            }
            _ => Err(format!("field {i} is missing or of another kind")),
        };
        for (at, m) in self.ops.iter().enumerate() {
            let (args, dsts) = m.op.arity();
            if (m.args.len(), m.dsts.len()) != (args, dsts) {
                return Err(format!("`{}` takes {args} operands and gives {dsts} results", m.op.name()));
            }
            if m.ty == Type::Ptr {
                return Err("`ptr` is `i64` here".into());
            }
            if m.op.is_control() && at + 1 != self.ops.len() {
                return Err(format!("`{}` is not last", m.op.name()));
            }
            for (n, a) in m.args.iter().enumerate() {
                match *a {
                    Src::Slot(i) => name(i, |k| k == FieldKind::Slot)?,
                    Src::Imm(i) => {
                        name(i, |k| !matches!(k, FieldKind::Slot | FieldKind::Table))?;
                        let kind = self.fields[usize::from(i)].kind;
                        let fits = match m.op.number_kind(n) {
                            Some(wanted) => kind == wanted,
                            None => matches!(kind, FieldKind::Imm { .. }),
                        };
                        if !fits {
                            return Err(format!("field {i} is of another kind than operand {n} of `{}`", m.op.name()));
                        }
                    }
                    Src::Result(i, r) => {
                        let fine = usize::from(i) < at && usize::from(r) < self.ops[usize::from(i)].dsts.len();
                        if !fine {
                            return Err(format!("no result %{i}.{r} before micro-op {at}"));
                        }
                    }
                    Src::Acc | Src::Facc | Src::Lit(_) => {}
                }
            }
            if let ImmSrc::Field(i) = m.imm {
                name(i, |k| k != FieldKind::Slot)?;
            }
            for d in &m.dsts {
                match *d {
                    Dst::Slot(i) | Dst::SlotAndAcc(i) => name(i, |k| k == FieldKind::Slot)?,
                    Dst::Arg(i, _) => name(i, |k| k == FieldKind::Window)?,
                    Dst::None | Dst::Acc => {}
                }
            }
        }
        if self.is_loop() && !self.may_repeat() {
            return Err("a loop of what cannot be repeated".into());
        }
        match named.iter().position(|n| !n) {
            Some(i) => Err(format!("field {i} is never used")),
            None if self.ops.is_empty() => Err("no micro-op".into()),
            None => Ok(()),
        }
    }
}
