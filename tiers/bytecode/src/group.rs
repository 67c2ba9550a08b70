//! Grouping: which functions share a dialect.
//!
//! Owns the division alone; what a one-byte opcode is worth to a function is the caller's to say.

use crate::isa::{DIALECTS_MAX, FAST_MAX};
use rayon::prelude::*;

/// Rounds in which functions go where they gain most, and dialects become what their functions want.
const ROUNDS: usize = 6;
/// Functions that are tried as the first of a new dialect.
const SEEDS: usize = 4;

/// A division of the functions.
#[derive(Clone)]
struct Grouping {
    /// Dialect of each function.
    dialect_of: Vec<usize>,
    /// Of each dialect, which templates have one-byte opcodes.
    sets: Vec<Vec<bool>>,
    /// What all functions gain.
    gain: f64,
}

/// Dialect of each function, where `shorts` has, by function, what one-byte opcodes for templates are worth to it. One more
/// dialect costs `dialect_cost`.
pub(crate) fn grouped(shorts: &[Vec<(u32, f64)>], templates: usize, dialect_cost: f64) -> Vec<usize> {
    let all = Members { shorts, templates };
    let everything = all.set(|_| true);
    let mut best = all.settled(vec![everything]);
    let everything_short = vec![true; templates];
    while best.sets.len() < DIALECTS_MAX {
        let lost = |f: usize| all.worth(f, &everything_short) - all.worth(f, &best.sets[best.dialect_of[f]]);
        let mut seeds: Vec<(f64, usize)> = (0..shorts.len()).map(|f| (lost(f), f)).collect();
        seeds.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let split = |&(_, f): &(f64, usize)| {
            let mut sets = best.sets.clone();
            sets.push(all.set(|other| other == f));
            all.settled(sets)
        };
        let tried: Vec<Grouping> = seeds.iter().take(SEEDS).map(split).collect();
        let next = tried.into_iter().reduce(|a, b| if b.gain > a.gain { b } else { a });
        match next {
            Some(next) if next.gain - best.gain > dialect_cost => best = next,
            _ => break,
        }
    }
    // Without those that nobody speaks.
    let mut spoken: Vec<usize> = best.dialect_of.clone();
    spoken.sort_unstable();
    spoken.dedup();
    best.dialect_of.iter().map(|d| spoken.binary_search(d).expect("listed")).collect()
}

struct Members<'a> {
    shorts: &'a [Vec<(u32, f64)>],
    templates: usize,
}

impl Members<'_> {
    /// What a function gains by a set.
    fn worth(&self, f: usize, set: &[bool]) -> f64 {
        self.shorts[f].iter().filter(|(t, _)| set[*t as usize]).map(|u| u.1).sum()
    }

    /// The templates that are worth most to some functions.
    fn set(&self, is_member: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut sum = vec![0.0; self.templates];
        for (_, shorts) in self.shorts.iter().enumerate().filter(|(f, _)| is_member(*f)) {
            shorts.iter().for_each(|&(t, short)| sum[t as usize] += short);
        }
        let mut ranked: Vec<usize> = (0..self.templates).collect();
        ranked.sort_by(|&a, &b| sum[b].total_cmp(&sum[a]).then(a.cmp(&b)));
        let mut set = vec![false; self.templates];
        ranked.iter().take(FAST_MAX).for_each(|&t| set[t] = true);
        set
    }

    /// The division that these dialects lead to.
    fn settled(&self, mut sets: Vec<Vec<bool>>) -> Grouping {
        let mut dialect_of = vec![0; self.shorts.len()];
        let mut gain = 0.0;
        for _ in 0..ROUNDS {
            let best = |f: usize| {
                let worth = sets.iter().map(|set| self.worth(f, set)).enumerate();
                worth.reduce(|a, b| if b.1 > a.1 { b } else { a }).expect("there is a dialect")
            };
            let chosen: Vec<(usize, f64)> = (0..self.shorts.len()).into_par_iter().map(best).collect();
            dialect_of = chosen.iter().map(|c| c.0).collect();
            gain = chosen.iter().map(|c| c.1).sum();
            sets = (0..sets.len()).map(|d| self.set(|f| dialect_of[f] == d)).collect();
        }
        Grouping { dialect_of, sets, gain }
    }
}
