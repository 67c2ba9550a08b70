//! Instructions out of bytes.
//!
//! Owns decoding; bytes may be anything. Nothing is said of what the fields' numbers mean: that is `verify`'s.

use crate::isa::{EncodedLayout, FieldKind, Isa, Opcode, OpcodeError, Template};
use crate::verify::VerifiedImage;
use rustc_hash::FxHashSet;

/// A dialect of an instruction set prepared for decoding.
#[derive(Debug)]
pub struct Decoder<'a> {
    isa: &'a Isa,
    dialect: usize,
    fast: Vec<EncodedLayout>,
    escape: Vec<EncodedLayout>,
}

/// An instruction, decoded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction<'a> {
    /// Its opcode.
    pub opcode: Opcode,
    /// Its template.
    pub template: &'a Template,
    /// By field: the number meant, sign-extended and shifted. Of a branch, the distance from the instruction's first byte; of a
    /// table, the number of branches.
    pub values: Vec<i128>,
    /// A table's branches: distances from the instruction's first byte.
    pub table: Vec<i64>,
    /// Size, the table included.
    pub bytes: usize,
}

/// Why bytes are no instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// They end too early.
    #[error("the code ends within an instruction")]
    Truncated,
    /// The set has no such opcode.
    #[error("unknown opcode")]
    Opcode,
    /// Bits that no field takes are set.
    #[error("unused bits are set")]
    Padding,
}

impl<'a> Decoder<'a> {
    /// Prepares dialect 0 of `isa`.
    pub fn new(isa: &'a Isa) -> Decoder<'a> {
        Decoder::of(isa, 0)
    }

    /// Prepares a dialect of `isa`.
    pub fn of(isa: &'a Isa, dialect: usize) -> Decoder<'a> {
        let fast = isa.one_byte().nth(dialect).into_iter().flatten().map(|t| t.layout(1)).collect();
        let escape = |(i, t): (usize, &Template)| t.layout(Opcode::Escape(i as u16).bytes());
        let escape = isa.escape.iter().enumerate().map(escape).collect();
        Decoder { isa, dialect, fast, escape }
    }

    /// Prepares every dialect of `isa`.
    pub fn all(isa: &'a Isa) -> Vec<Decoder<'a>> {
        (0..isa.dialects()).map(|dialect| Decoder::of(isa, dialect)).collect()
    }

    /// The set.
    pub fn isa(&self) -> &'a Isa {
        self.isa
    }

    /// Where the fields of an opcode lie.
    pub fn layout(&self, opcode: Opcode) -> Option<&EncodedLayout> {
        match opcode {
            Opcode::Fast(i) => self.fast.get(usize::from(i)),
            Opcode::Escape(i) => self.escape.get(usize::from(i)),
        }
    }

    /// The template of an opcode.
    pub fn template(&self, opcode: Opcode) -> Option<&'a Template> {
        self.isa.template_in(self.dialect, opcode)
    }

    /// The instruction at the start of `code`.
    pub fn decode(&self, code: &[u8]) -> Result<Instruction<'a>, DecodeError> {
        let opcode = Opcode::read(code).map_err(|e| match e {
            OpcodeError::Truncated => DecodeError::Truncated,
            OpcodeError::NotShort => DecodeError::Opcode,
        })?;
        let template = self.template(opcode).ok_or(DecodeError::Opcode)?;
        let layout = self.layout(opcode).ok_or(DecodeError::Opcode)?;
        let fixed = code.get(..layout.bytes as usize).ok_or(DecodeError::Truncated)?;
        let mut used = vec![0u8; fixed.len()];
        used[..opcode.bytes() as usize].fill(0xff);
        let prefix = i64::from(opcode.prefix());
        let mut values = Vec::with_capacity(layout.fields.len());
        for (f, l) in template.fields.iter().zip(&layout.fields) {
            if f.kind == FieldKind::Table {
                values.push(0);
                continue;
            }
            let (at, n) = (l.offset as usize, l.bytes as usize);
            let mask = if l.bits == 128 { u128::MAX } else { ((1u128 << l.bits) - 1) << l.shift };
            for (k, u) in used[at..at + n].iter_mut().enumerate() {
                *u |= (mask >> (8 * k)) as u8;
            }
            let raw = fixed[at..at + n].iter().rev().fold(0u128, |v, &b| v << 8 | u128::from(b));
            let raw = (raw & mask) >> l.shift;
            let unused = 128 - l.bits;
            values.push(match f.kind {
                FieldKind::Imm { signed, shift } => {
                    let v = if signed { (raw << unused) as i128 >> unused } else { raw as i128 };
                    v.wrapping_shl(u32::from(shift))
                }
                FieldKind::Branch => ((raw << unused) as i128 >> unused) + i128::from(prefix),
                _ => raw as i128,
            });
        }
        if fixed.iter().zip(&used).any(|(b, u)| b & !u != 0) {
            return Err(DecodeError::Padding);
        }
        let mut inst = Instruction { opcode, template, values, table: Vec::new(), bytes: layout.bytes as usize };
        if let Some(t) = template.fields.iter().position(|f| f.kind == FieldKind::Table) {
            let width = layout.fields[t].bytes as usize;
            let n = inst.cases().ok_or(DecodeError::Truncated)?;
            let entries = code.get(inst.bytes..).ok_or(DecodeError::Truncated)?;
            let bytes = n.checked_add(1).and_then(|n| n.checked_mul(width)).ok_or(DecodeError::Truncated)?;
            let entries = entries.get(..bytes).ok_or(DecodeError::Truncated)?;
            let distance = |e: &[u8]| {
                let raw = e.iter().rev().fold(0i64, |v, &b| v << 8 | i64::from(b));
                let unused = 64 - 8 * width as u32;
                (raw << unused >> unused) + prefix
            };
            inst.table = entries.chunks_exact(width).map(distance).collect();
            inst.values[t] = inst.table.len() as i128;
            inst.bytes += bytes;
        }
        Ok(inst)
    }
}

/// Templates of all instructions of an image.
pub fn templates<'a>(image: &VerifiedImage<'a>) -> FxHashSet<&'a Template> {
    let view = image.view();
    let decoders = Decoder::all(image.isa());
    let halt = decoders[0].decode(view.code()).expect("verified");
    let mut out = FxHashSet::from_iter([halt.template]);
    for f in 0..view.function_count() {
        let (_, _, end) = view.function_extent(f).expect("verified");
        let mut at = view.function_offset(f) as usize;
        while at < end {
            let instruction = decoders[view.dialect(f)].decode(&view.code()[at..end]).expect("verified");
            out.insert(instruction.template);
            at += instruction.bytes;
        }
    }
    out
}

impl Instruction<'_> {
    /// Number of the last branch of a table, by the last operand of a `switch` or a `native_block`.
    fn cases(&self) -> Option<usize> {
        match *self.template.ops.last()?.args.last()? {
            crate::isa::Src::Imm(f) => usize::try_from(self.values[usize::from(f)]).ok(),
            crate::isa::Src::Lit(n) => usize::try_from(n).ok(),
            _ => None,
        }
    }

    /// Distances of all branches, table included.
    pub fn branches(&self) -> impl Iterator<Item = i64> + '_ {
        let own = self.template.fields.iter().zip(&self.values);
        let own = own.filter(|(f, _)| f.kind == FieldKind::Branch).map(|(_, &v)| v as i64);
        own.chain(self.table.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::encode;
    use proptest::prelude::*;

    /// A number that the field can hold, made of `seed`.
    fn fitting(field: crate::isa::Field, seed: i128) -> i128 {
        let shift = match field.kind {
            FieldKind::Imm { shift, .. } => shift,
            _ => 0,
        };
        let unused = 128 - u32::from(field.bits);
        let signed = matches!(field.kind, FieldKind::Imm { signed: true, .. } | FieldKind::Branch);
        let n = if signed { seed << unused >> unused } else { ((seed as u128) << unused >> unused) as i128 };
        n << shift
    }

    proptest! {
        #[test]
        fn instructions_round_trip(pick: prop::sample::Index, seeds: [i128; 12]) {
            let isa = Isa::general();
            let decoder = Decoder::new(isa);
            let all: Vec<(Opcode, &Template)> = isa.templates().collect();
            let (opcode, template) = *pick.get(&all);
            if template.fields.iter().any(|f| f.kind == FieldKind::Table) {
                return Ok(());
            }
            let values: Vec<i128> = template.fields.iter().zip(seeds).map(|(&f, s)| fitting(f, s)).collect();
            let raw: Vec<u128> = template.fields.iter().zip(&values).map(|(f, &v)| match f.kind {
                FieldKind::Imm { shift, .. } => (v >> shift) as u128,
                _ => v as u128,
            }).collect();
            let prefix = i128::from(opcode.prefix());
            let is_branch = |i: usize| template.fields[i].kind == FieldKind::Branch;
            let meant = values.iter().enumerate().map(|(i, &v)| if is_branch(i) { v + prefix } else { v });
            let meant: Vec<i128> = meant.collect();
            let mut bytes = Vec::new();
            encode(&mut bytes, opcode, decoder.layout(opcode).expect("listed"), &raw);
            let inst = decoder.decode(&bytes).expect("decodes");
            prop_assert_eq!((inst.opcode, inst.bytes), (opcode, bytes.len()));
            prop_assert_eq!(inst.values, meant);
        }

        #[test]
        fn any_bytes_decode_or_not(bytes: Vec<u8>) {
            let _ = Decoder::new(Isa::general()).decode(&bytes);
        }
    }
}
