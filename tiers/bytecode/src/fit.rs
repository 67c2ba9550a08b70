//! Fitting: of a stock of templates, which ones a program's bytecode is written in, how its functions are divided among
//! dialects, and which templates have one-byte opcodes in each.
//!
//! Owns the choice among templates that are there; making new ones for a program is `train`'s. Takes two or three passes over
//! the program where training takes dozens.

use crate::emit::{EmitError, FuncRegions, Prepared, Program, Runs, float_constants, worth};
use crate::group::grouped;
use crate::isa::{FAST_MAX, Isa, Template};
use crate::patterns::Patterns;
use rayon::prelude::*;
use rheo_ir::{FuncId, Module};
use rustc_hash::{FxHashMap, FxHashSet};

/// Passes over the program: one with one-byte opcodes for all, then those in which these change hands.
const PASSES: usize = 3;
/// What a turn of a loop that is one instruction saves, in dispatches: one, and reading fields and slots anew.
const LOOP_SAVES: f64 = 2.0;
/// What a byte costs; dispatches are relative to it.
const BYTE: f64 = 16.0;

/// What a single op's template saves in each place where another one of that op would do: bytes, and of what a longer opcode
/// costs. Fields are narrower, and values stay in accumulators.
const SINGLE_BYTES: f64 = 5.0;
const SINGLE_SHORT: f64 = 0.1;

/// What a set is to be good at.
#[derive(Clone, Copy)]
pub struct FitOptions<'a> {
    /// What all executed dispatches count, where all bytes of the bytecode count 1.
    pub dispatches: f64,
    /// Most bytes of handlers, but for those of the base set.
    pub handlers_max: u32,
    /// What a dialect more adds to the program, in bytes.
    pub dialect_bytes: u32,
    /// What a template's handler takes; nothing for one that is too slow.
    pub handler_bytes: &'a (dyn Fn(&Template) -> Option<u32> + Sync),
}

/// What a program gets from one template.
#[derive(Clone, Copy, Default)]
struct Use {
    /// Places.
    places: u32,
    /// What a two-byte opcode costs more than a one-byte one.
    short: f64,
    /// About what the template saves over one instruction for each of its ops.
    saved: f64,
    /// Of `short`, what is where it branches to itself.
    repeated: f64,
}

/// The set of templates from `stock` that serves the functions `funcs` best, whose blocks run as often as `runs` says.
pub fn fitted(
    module: &Module,
    funcs: &[FuncId],
    runs: &Runs,
    stock: &[Template],
    options: FitOptions<'_>,
) -> Result<Isa, EmitError> {
    let program = Program::new(module, funcs, 0, &FuncRegions::default())?;
    let worth = worth(module, funcs, runs) * options.dispatches;
    let mut dialects = vec![Patterns::numbered(&Isa::complete_plain(stock.to_vec(), Vec::new()), stock.len())];
    let floats = float_constants(&dialects);
    let prepare = |&f: &FuncId| {
        let mut prepared = Prepared::new(&program, f, floats)?;
        if let Some(runs) = runs.get(&f) {
            prepared.weigh(|s| (s.runs(runs) * worth) as u32);
        }
        Ok(prepared)
    };
    let prepared: Vec<Prepared> = funcs.par_iter().map(prepare).collect::<Result<_, EmitError>>()?;
    let base: FxHashSet<&Template> = Isa::base_escape().iter().collect();
    let mut left: Vec<Template> = stock.to_vec();
    let mut dialect_of = vec![0; prepared.len()];
    let mut isa = Isa::default();
    for pass in 1..=PASSES {
        let uses = used(&prepared, &dialects, &dialect_of)?;
        let mut sum = vec![Use::default(); left.len()];
        uses.iter().flatten().for_each(|(number, u)| sum[*number as usize].add(*u));
        // Single ops that nothing uses yet are used where others go.
        let kept = |u: &Use, t: &Template| u.places > 0 || (t.ops.len() == 1 && pass < PASSES);
        let found = sum.into_par_iter().zip(left).enumerate().filter(|(_, (u, t))| kept(u, t));
        let mut ranked: Vec<Ranked> = found
            .filter_map(|(old, (used, template))| {
                let single = template.ops.len() == 1;
                // Those of the base set are there anyway, and of others' uses nothing is known before longer ones have gone.
                let is_free = base.contains(&template) || (single && pass == 1);
                let bytes = match is_free {
                    true => 0,
                    // Slow single ops stay.
                    false if single => (options.handler_bytes)(&template).unwrap_or(0),
                    false => (options.handler_bytes)(&template)?,
                };
                Some(Ranked { used, template, bytes, old })
            })
            .collect();
        // What does most for the bytes of its handler stays.
        let worth = |r: &Ranked| r.used.saved / f64::from(r.bytes.max(1));
        ranked.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.template.cmp(&b.template)));
        let mut left_bytes = options.handlers_max;
        ranked.retain(|r| {
            let stays = r.bytes == 0 || (r.used.saved > f64::from(r.bytes) * BYTE && r.bytes <= left_bytes);
            if stays {
                left_bytes -= r.bytes;
            }
            stays
        });
        ranked.sort_by(|a, b| b.used.short.total_cmp(&a.used.short).then_with(|| a.template.cmp(&b.template)));
        let new: FxHashMap<u32, u32> = ranked.iter().enumerate().map(|(i, r)| (r.old as u32, i as u32)).collect();
        left = ranked.into_iter().map(|r| r.template).collect();
        let short = |f: &Vec<(u32, Use)>| -> Vec<(u32, f64)> {
            let mut own: Vec<_> = f.iter().filter_map(|(old, u)| Some((*new.get(old)?, u.short))).collect();
            own.sort_by_key(|u| u.0);
            own
        };
        let mut shorts: Vec<Vec<(u32, f64)>> = uses.iter().map(short).collect();
        if pass == 1 {
            dialect_of = grouped(&shorts, left.len(), f64::from(options.dialect_bytes) * BYTE);
        }
        if pass == PASSES {
            add_loops(&mut left, &mut shorts, &uses, &new, options);
        }
        isa = with_one_byte(&left, &shorts, &dialect_of);
        if pass < PASSES {
            let numbers: FxHashMap<&Template, u32> = left.iter().zip(0..).collect();
            let of = |dialect| Patterns::of(&isa, dialect, |_, t| numbers.get(t).copied());
            dialects = (0..isa.dialects()).into_par_iter().map(of).collect();
        }
    }
    Ok(isa)
}

/// Adds loops for the templates that branch to themselves where that pays: templates are numbered in `uses` as `new` maps to their
/// places in `left`, by which `shorts` names them.
fn add_loops(
    left: &mut Vec<Template>,
    shorts: &mut [Vec<(u32, f64)>],
    uses: &[Vec<(u32, Use)>],
    new: &FxHashMap<u32, u32>,
    options: FitOptions<'_>,
) {
    let mut sum = vec![0.0; left.len()];
    let repeated = |f: &[(u32, Use)]| -> Vec<(u32, f64)> {
        let repeated = f.iter().filter(|(_, u)| u.repeated > 0.0);
        repeated.filter_map(|(old, u)| Some((*new.get(old)?, u.repeated))).collect()
    };
    let repeated: Vec<Vec<(u32, f64)>> = uses.iter().map(|f| repeated(f)).collect();
    repeated.iter().flatten().for_each(|&(t, worth)| sum[t as usize] += worth);
    let mut place: FxHashMap<u32, u32> = FxHashMap::default();
    for (t, &worth) in sum.iter().enumerate().filter(|(_, worth)| **worth > 0.0) {
        let Some(looped) = left[t].looped() else { continue };
        let Some(bytes) = (options.handler_bytes)(&looped) else { continue };
        if worth * LOOP_SAVES > f64::from(bytes) * BYTE {
            place.insert(t as u32, left.len() as u32);
            left.push(looped);
        }
    }
    for (shorts, repeated) in shorts.iter_mut().zip(repeated) {
        for (t, worth) in repeated {
            let Some(&looped) = place.get(&t) else { continue };
            let short = shorts.iter_mut().find(|s| s.0 == t).expect("what is repeated is used");
            short.1 -= worth;
            shorts.push((looped, worth));
        }
    }
}

/// A template that is still in the choice.
struct Ranked {
    used: Use,
    template: Template,
    /// Of its handler, if the choice is free.
    bytes: u32,
    /// Its number in this pass.
    old: usize,
}

/// The set of the templates `left`, which functions use as `shorts` says, each in its dialect.
fn with_one_byte(left: &[Template], shorts: &[Vec<(u32, f64)>], dialect_of: &[usize]) -> Isa {
    let count = dialect_of.iter().max().map_or(1, |d| d + 1);
    let mut sums = vec![vec![0.0; left.len()]; count];
    for (f, &dialect) in shorts.iter().zip(dialect_of) {
        f.iter().for_each(|&(t, short)| sums[dialect][t as usize] += short);
    }
    let mut behind = vec![0.0; left.len()];
    let mut dialects: Vec<Vec<Template>> = Vec::new();
    let mut in_all = vec![true; left.len()];
    for sum in &sums {
        let mut ranked: Vec<usize> = (0..left.len()).collect();
        // What is used by nobody here may be by functions that were no examples.
        ranked.sort_by(|&a, &b| sum[b].total_cmp(&sum[a]).then(a.cmp(&b)));
        for &t in ranked.iter().skip(FAST_MAX) {
            in_all[t] = false;
            behind[t] += sum[t];
        }
        ranked.truncate(FAST_MAX);
        dialects.push(ranked.into_iter().map(|t| left[t].clone()).collect());
    }
    let base: FxHashSet<&Template> = Isa::plain().iter().collect();
    let mut escape: Vec<usize> = (0..left.len()).filter(|&t| !in_all[t] && !base.contains(&left[t])).collect();
    escape.sort_by(|&a, &b| behind[b].total_cmp(&behind[a]).then(a.cmp(&b)));
    Isa::complete_plain_in(dialects, escape.into_iter().map(|t| left[t].clone()).collect())
}

/// What each function gets from templates, by their numbers, in its dialect.
fn used(prepared: &[Prepared], dialects: &[Patterns], dialect_of: &[usize]) -> Result<Vec<Vec<(u32, Use)>>, EmitError> {
    let of = |(p, &dialect): (&Prepared, &usize)| -> Result<Vec<(u32, Use)>, EmitError> {
        let patterns = &dialects[dialect];
        let tiling = p.tile(patterns)?;
        let mut out: FxHashMap<u32, Use> = FxHashMap::default();
        for (i, (t, dispatch)) in p.dispatches(&tiling).enumerate() {
            let Some(number) = patterns.variant(t.shape, t.variant).number else { continue };
            let short = BYTE + f64::from(dispatch);
            let saved = match t.nodes {
                1 => SINGLE_BYTES * BYTE + SINGLE_SHORT * short,
                nodes => f64::from(nodes - 1) * (BYTE * 1.5 + f64::from(dispatch)),
            };
            let repeated = if tiling.is_own_target(i) { short } else { 0.0 };
            out.entry(number).or_default().add(Use { places: 1, short, saved, repeated });
        }
        let mut out: Vec<(u32, Use)> = out.into_iter().collect();
        out.sort_by_key(|u| u.0);
        Ok(out)
    };
    prepared.par_iter().zip(dialect_of).map(of).collect()
}

impl Use {
    fn add(&mut self, more: Use) {
        self.places += more.places;
        self.short += more.short;
        self.saved += more.saved;
        self.repeated += more.repeated;
    }
}
