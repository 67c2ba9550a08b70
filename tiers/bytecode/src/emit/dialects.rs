//! The dialect that each function is written in: the one in which it costs least.
//!
//! Owns the comparison. What is in a dialect is the instruction set's.

use super::select::{BYTE, cost};
use super::{EmitError, Prepared, Tiling};
use crate::isa::{Isa, Template};
use crate::patterns::Patterns;
use rustc_hash::FxHashMap;

/// Dialects in which a function is tried, of those that seem best.
const TRIED: usize = 2;

/// The dialects of an instruction set, prepared for matching.
pub(crate) struct Dialects {
    /// By number.
    each: Vec<Patterns>,
    /// If there are several: every template that has a one-byte opcode somewhere, with one.
    all: Option<Union>,
}

struct Union {
    patterns: Patterns,
    /// By dialect and number of a template in `patterns`: whether its opcode there is of one byte.
    is_short: Vec<Vec<bool>>,
}

impl Dialects {
    pub(crate) fn new(isa: &Isa) -> Dialects {
        let each = Patterns::all(isa);
        let all = (each.len() > 1).then(|| {
            let mut numbers: FxHashMap<&Template, u32> = FxHashMap::default();
            let mut fast: Vec<Template> = Vec::new();
            for t in isa.one_byte().flatten() {
                numbers.entry(t).or_insert_with(|| {
                    fast.push(t.clone());
                    fast.len() as u32 - 1
                });
            }
            let is_short = isa.one_byte().map(|own| {
                let mut short = vec![false; fast.len()];
                own.iter().for_each(|t| short[numbers[t] as usize] = true);
                short
            });
            let is_short = is_short.collect();
            let count = fast.len();
            let union = Isa { fast, others: Vec::new(), escape: isa.escape.clone() };
            Union { patterns: Patterns::numbered(&union, count), is_short }
        });
        Dialects { each, all }
    }

    pub(crate) fn each(&self) -> &[Patterns] {
        &self.each
    }

    /// All that functions are laid out in: each of them, and what all have together.
    pub(crate) fn all(&self) -> Vec<&Patterns> {
        self.each.iter().chain(self.all.as_ref().map(|union| &union.patterns)).collect()
    }

    /// The dialect in which the function costs least, and its templates there.
    pub(crate) fn tile(&self, f: &Prepared) -> Result<(usize, Tiling), EmitError> {
        let Some(all) = &self.all else { return Ok((0, f.tile(&self.each[0])?)) };
        let mut best: Option<(u64, usize, Tiling)> = None;
        for dialect in all.ranked(f)?.into_iter().take(TRIED) {
            let patterns = &self.each[dialect];
            let tiling = f.tile(patterns)?;
            // Tables are the same in all.
            let tiles = f.dispatches(&tiling).map(|(t, dispatch)| cost(patterns.variant(t.shape, t.variant), dispatch));
            let cost = tiles.map(u64::from).sum();
            if best.as_ref().is_none_or(|b| cost < b.0) {
                best = Some((cost, dialect, tiling));
            }
        }
        let (_, dialect, tiling) = best.expect("there are dialects");
        Ok((dialect, tiling))
    }
}

impl Union {
    /// The dialects, by what the function would lose in each if it were written as with one-byte opcodes for all.
    fn ranked(&self, f: &Prepared) -> Result<Vec<usize>, EmitError> {
        let tiling = f.tile(&self.patterns)?;
        let mut lost = vec![0u64; self.is_short.len()];
        for (t, dispatch) in f.dispatches(&tiling) {
            let Some(number) = self.patterns.variant(t.shape, t.variant).number else { continue };
            for (lost, short) in lost.iter_mut().zip(&self.is_short) {
                *lost += if short[number as usize] { 0 } else { u64::from(dispatch + BYTE) };
            }
        }
        let mut ranked: Vec<usize> = (0..lost.len()).collect();
        ranked.sort_by_key(|&d| (lost[d], d));
        Ok(ranked)
    }
}
