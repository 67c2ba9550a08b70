//! Bytes: branch distances made to fit, fields packed.
//!
//! Owns the last step of emission; every other field value is decided.

use super::EmitError;
use super::node::{Label, PadEdge};
use super::select::Tile;
use crate::isa::{EncodedLayout, Field, FieldKind, Opcode, VmOp};
use crate::patterns::{Patterns, Variant};
use rheo_ir::SrcLoc;
use rustc_hash::FxHashMap;

/// A function's code.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    /// Where the source position changes: byte offset and position.
    pub lines: Vec<(u32, SrcLoc)>,
    /// Byte offset of each label.
    pub labels: Vec<u32>,
    /// Byte offset behind each call with a landing pad, and the way there.
    pub pads: Vec<(u32, PadEdge)>,
    /// Where the branches of each `native_block` are from the last byte of its opcode on, and the bytes of each, by its symbol.
    pub tables: FxHashMap<u32, (u32, u32)>,
}

/// Chooses encodings and writes the tiles. `starts[label]` is the number of the tile that the label names.
pub(crate) fn write(patterns: &Patterns, tiles: &mut [Tile], starts: &[u32]) -> Result<Code, EmitError> {
    let offsets = place(patterns, tiles, starts)?;
    let labels = starts.iter().map(|&tile| offsets[tile as usize]).collect();
    let mut code = Code { labels, ..Code::default() };
    let mut line = SrcLoc::default();
    for (i, tile) in tiles.iter().enumerate() {
        if tile.loc != line {
            line = tile.loc;
            code.lines.push((offsets[i], line));
        }
        code.pads.extend(tile.pad.map(|pad| (offsets[i + 1], pad)));
        let v = patterns.variant(tile.shape, tile.variant);
        let from = i64::from(offsets[i] + v.opcode.prefix());
        let distance = |l: Label| i64::from(offsets[starts[l.0 as usize] as usize]) - from;
        let values = tile.values.iter().enumerate().map(|(k, &value)| match v.fields[k] {
            Field { kind: FieldKind::Branch, .. } => tile.label.map_or(0, distance) as u64 as u128,
            Field { bits: 128, .. } => tile.bits,
            Field { kind: FieldKind::Imm { shift, .. }, .. } => (value >> shift) as u64 as u128,
            _ => value as u64 as u128,
        });
        let values: Vec<u128> = values.collect();
        encode(&mut code.bytes, v.opcode, &v.layout, &values);
        if let Some(width) = table_width(v) {
            if patterns.shapes[tile.shape as usize].ops.iter().any(|m| m.op == VmOp::NativeBlock) {
                code.tables.insert(tile.values[0] as u32, (v.layout.bytes - v.opcode.prefix(), width));
            }
            for &l in &tile.table {
                code.bytes.extend_from_slice(&distance(l).to_le_bytes()[..width as usize]);
            }
        }
    }
    Ok(code)
}

/// Appends an instruction but for its table. Values are as the fields hold them, with any upper bits.
pub(crate) fn encode(out: &mut Vec<u8>, opcode: Opcode, layout: &EncodedLayout, values: &[u128]) {
    let at = out.len();
    out.resize(at + layout.bytes as usize, 0);
    let inst = &mut out[at..];
    opcode.write(inst);
    for (f, &value) in layout.fields.iter().zip(values) {
        let place = f.offset as usize;
        if place >= inst.len() {
            // A table.
            continue;
        }
        let mask = if f.bits == 128 { u128::MAX } else { (1 << f.bits) - 1 };
        let bits = (value & mask) << f.shift;
        for (k, b) in inst[place..place + f.bytes as usize].iter_mut().enumerate() {
            *b |= (bits >> (8 * k)) as u8;
        }
    }
}

/// Bytes of a table's entry, if the instruction has a table.
fn table_width(v: &Variant) -> Option<u32> {
    let i = v.fields.iter().position(|f| f.kind == FieldKind::Table)?;
    Some(v.layout.fields[i].bytes)
}

/// Widens encodings until every branch reaches its target; gives the tiles' offsets and the end.
fn place(patterns: &Patterns, tiles: &mut [Tile], starts: &[u32]) -> Result<Vec<u32>, EmitError> {
    let mut offsets = vec![0u32; tiles.len() + 1];
    let branches: Vec<usize> =
        (0..tiles.len()).filter(|&i| tiles[i].label.is_some() || !tiles[i].table.is_empty()).collect();
    loop {
        let mut at = 0;
        for (i, tile) in tiles.iter().enumerate() {
            offsets[i] = at;
            let v = patterns.variant(tile.shape, tile.variant);
            at += v.layout.bytes + table_width(v).map_or(0, |w| w * tile.table.len() as u32);
        }
        offsets[tiles.len()] = at;
        let mut changed = false;
        for &i in &branches {
            let tile = &tiles[i];
            let shape = &patterns.shapes[tile.shape as usize];
            let distance = |l: Label| i128::from(offsets[starts[l.0 as usize] as usize]) - i128::from(offsets[i]);
            let fits = |v: &Variant| {
                let distance = |l| distance(l) - i128::from(v.opcode.prefix());
                v.fields.iter().zip(&tile.values).all(|(f, &value)| match f.kind {
                    FieldKind::Branch => tile.label.is_none_or(|l| f.fits(distance(l))),
                    FieldKind::Table => tile.table.iter().all(|&l| f.fits(distance(l))),
                    _ => f.bits >= 64 || f.fits(i128::from(value)),
                })
            };
            // Only ever to a longer one: so this ends.
            let from = tile.variant as usize;
            if fits(&shape.variants[from]) {
                continue;
            }
            let wider = (from + 1..shape.variants.len()).find(|&k| fits(&shape.variants[k]));
            match wider {
                Some(k) => {
                    tiles[i].variant = k as u32;
                    changed = true;
                }
                None => return Err(EmitError::TooFar { distance: tile.label.map_or(0, |l| distance(l) as i64) }),
            }
        }
        if !changed {
            return Ok(offsets);
        }
    }
}
