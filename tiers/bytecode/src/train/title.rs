//! Proposals for one program whose runs are known: long templates for what it executes.
//!
//! Owns the search for them, in rounds: the program is encoded with all that is proposed so far, and of the runs of
//! instructions that it executes those that would save most as one instruction, for the bytes of its handler, are proposed.
//! Which of them stay is for `fit` to say.

use super::Trained;
use super::candidate::TITLE_FORMS;
use crate::emit::{EmitError, FloatConstants, FuncRegions, Prepared, Program, Runs, Tiling, worth};
use crate::isa::{Isa, Template};
use crate::patterns::Patterns;
use rayon::prelude::*;
use rheo_ir::{FuncId, Module};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::{Hash, Hasher};

/// Longest run of nodes that becomes a template.
const NODES_MAX: usize = 24;
/// Rounds of proposals.
const ROUNDS: u32 = 6;
/// Templates of a round that are looked at place by place.
const FINALISTS: usize = 6000;
/// Share of all executions that functions make up which are looked at.
const LOOKED_AT: f64 = 0.999;
/// What a dispatch has to cost in a stretch for it to be looked at, in sixteenths of a byte.
const HOT: u32 = 160;

/// What is saved for a byte is compared in such parts.
const KEY_SCALE: f64 = 1024.0;

/// What is wanted of proposals.
pub struct TitleOptions<'a> {
    /// What all executed dispatches count, where all bytes of the bytecode count 1.
    pub dispatches: f64,
    /// Most bytes of handlers.
    pub bytes: u32,
    /// What a template's handler takes; nothing for one that is too slow.
    pub handler_bytes: &'a dyn Fn(&Template) -> Option<u32>,
    /// Hears of each round.
    pub report: &'a mut dyn FnMut(&str),
}

/// A template that a round may propose.
struct Finalist {
    template: Template,
    /// Of its handler, by estimate.
    bytes: f64,
    /// What it saves where no place is disputed, then where places are still to be had.
    value: f64,
    places: Vec<Place>,
}

/// Where a template would stand: function, first tile, tiles, what is saved.
#[derive(Clone, Copy)]
struct Place {
    func: u32,
    first: u32,
    tiles: u32,
    gain: f64,
}

/// Templates for the functions `funcs`, whose blocks run as `runs` says, beyond those of `known`.
pub fn proposed(
    module: &Module,
    funcs: &[FuncId],
    runs: &Runs,
    known: &Isa,
    options: TitleOptions<'_>,
) -> Result<Vec<Template>, EmitError> {
    let program = Program::new(module, funcs, 0, &FuncRegions::default())?;
    let worth = worth(module, funcs, runs) * options.dispatches;
    let floats = FloatConstants { from_int: true, from_f32: true };
    let prepare = |&f: &FuncId| -> Result<Trained, EmitError> {
        let mut prepared = Prepared::new(&program, f, floats)?;
        if let Some(runs) = runs.get(&f) {
            prepared.weigh(|s| (s.runs(runs) * worth) as u32);
        }
        Ok(Trained { prepared, sample: 0, weight: 1.0, runs: None })
    };
    let hot = hot(module, funcs, runs);
    let funcs: Vec<Trained> = hot.par_iter().map(prepare).collect::<Result<_, EmitError>>()?;
    let base: FxHashSet<&Template> = Isa::base_escape().iter().collect();
    let mut all: Vec<Template> = Vec::new();
    let mut seen: FxHashSet<Template> = FxHashSet::default();
    for t in known.one_byte().flatten().chain(&known.escape).filter(|t| !base.contains(t)) {
        if seen.insert(t.clone()) {
            all.push(t.clone());
        }
    }
    let start = all.len();
    for round in 0..ROUNDS {
        let patterns = Patterns::numbered(&Isa::complete(all.clone(), Vec::new()), all.len());
        let tilings: Vec<Tiling> = funcs.par_iter().map(|f| f.tile(&patterns)).collect::<Result<_, EmitError>>()?;
        let cost: f64 = funcs.iter().zip(&tilings).map(|(f, t)| f.cost(t)).sum();
        (options.report)(&format!("{} templates proposed: {cost:.0}", all.len() - start));
        let bytes = f64::from(options.bytes) / f64::from(ROUNDS - round.min(ROUNDS - 2));
        let added = best(&funcs, &tilings, &seen, bytes, options.handler_bytes);
        if added.is_empty() {
            break;
        }
        seen.extend(added.iter().cloned());
        all.extend(added);
    }
    Ok(all.split_off(start))
}

/// The functions that execute nearly everything.
fn hot(module: &Module, funcs: &[FuncId], runs: &Runs) -> Vec<FuncId> {
    let executed = |&f: &FuncId| {
        let body = module.func(f).body.as_ref()?;
        let blocks = body.blocks.iter().zip(runs.get(&f)?);
        let sum: f64 = blocks.map(|(b, &n)| (b.insts.len() + 1) as f64 * n as f64).sum();
        (sum > 0.0).then_some((f, sum))
    };
    let mut all: Vec<(FuncId, f64)> = funcs.iter().filter_map(executed).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut left = all.iter().map(|f| f.1).sum::<f64>() * LOOKED_AT;
    let wanted = all.iter().take_while(|f| {
        left -= f.1;
        left + f.1 > 0.0
    });
    wanted.map(|f| f.0).collect()
}

/// About what a handler takes.
fn estimated_bytes(t: &Template) -> f64 {
    let operands: usize = t.ops.iter().map(|m| m.args.len() + m.dsts.len()).sum();
    12.0 + 4.0 * operands as f64 + 4.0 * t.fields.len() as f64
}

fn hash(t: &Template) -> u64 {
    let mut h = FxHasher::default();
    t.hash(&mut h);
    h.finish()
}

/// The templates that save most for the bytes of their handlers, which are at most `bytes` in all.
fn best(
    funcs: &[Trained],
    tilings: &[Tiling],
    known: &FxHashSet<Template>,
    bytes: f64,
    handler_bytes: &dyn Fn(&Template) -> Option<u32>,
) -> Vec<Template> {
    type Gains = FxHashMap<u64, (f64, f64)>;
    let gains: Gains = funcs
        .par_iter()
        .zip(tilings)
        .fold(Gains::default, |mut gains, (f, tiling)| {
            f.runs(tiling, NODES_MAX, HOT, &mut |run, _| {
                for (template, gain) in run.candidates(&TITLE_FORMS, 1) {
                    let of = gains.entry(hash(&template)).or_insert((0.0, 0.0));
                    *of = (of.0 + gain, estimated_bytes(&template));
                }
            });
            gains
        })
        .reduce(Gains::default, |mut a, b| {
            for (t, g) in b {
                let of = a.entry(t).or_insert((0.0, 0.0));
                *of = (of.0 + g.0, g.1);
            }
            a
        });
    let mut ranked: Vec<(u64, f64)> = gains.into_iter().map(|(t, (gain, bytes))| (t, gain / bytes)).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(FINALISTS);
    let wanted: FxHashSet<u64> = ranked.into_iter().map(|r| r.0).collect();
    let placed = |(k, (f, tiling)): (usize, (&Trained, &Tiling))| {
        let mut places: Vec<(Template, Place)> = Vec::new();
        f.runs(tiling, NODES_MAX, HOT, &mut |run, (first, tiles)| {
            for (template, gain) in run.candidates(&TITLE_FORMS, 1) {
                if wanted.contains(&hash(&template)) && !known.contains(&template) {
                    places.push((template, Place { func: k as u32, first, tiles, gain }));
                }
            }
        });
        places
    };
    let places: Vec<Vec<(Template, Place)>> = funcs.par_iter().zip(tilings).enumerate().map(placed).collect();
    let mut by_template: FxHashMap<Template, Vec<Place>> = FxHashMap::default();
    for (template, place) in places.into_iter().flatten() {
        by_template.entry(template).or_default().push(place);
    }
    let finalist = |(template, places): (Template, Vec<Place>)| Finalist {
        bytes: estimated_bytes(&template),
        value: places.iter().map(|p| p.gain).sum(),
        template,
        places,
    };
    let mut finalists: Vec<Finalist> = by_template.into_iter().map(finalist).collect();
    finalists.sort_by(|a, b| a.template.cmp(&b.template));
    chosen(&mut finalists, tilings, bytes, handler_bytes)
}

fn chosen(
    finalists: &mut [Finalist],
    tilings: &[Tiling],
    bytes: f64,
    handler_bytes: &dyn Fn(&Template) -> Option<u32>,
) -> Vec<Template> {
    // What a tile still costs less than it did, by the templates chosen before.
    let mut saved: Vec<Vec<f64>> = tilings.iter().map(|t| vec![0.0; t.tiles.len()]).collect();
    let net = |saved: &[Vec<f64>], p: &Place| {
        let there: f64 = saved[p.func as usize][p.first as usize..(p.first + p.tiles) as usize].iter().sum();
        p.gain - there
    };
    let mut left = bytes;
    let mut out = Vec::new();
    // Values only fall: the best fresh one is the best.
    let key = |f: &Finalist| (f.value / f.bytes * KEY_SCALE) as u64;
    let mut queue: BinaryHeap<(u64, Reverse<usize>)> =
        finalists.iter().enumerate().map(|(i, f)| (key(f), Reverse(i))).collect();
    while let Some((was, Reverse(i))) = queue.pop() {
        let f = &mut finalists[i];
        f.value = f.places.iter().map(|p| net(&saved, p)).filter(|g| *g > 0.0).sum();
        let now = key(f);
        // A handler's byte costs what one of the bytecode does.
        if now < (16.0 * KEY_SCALE) as u64 {
            continue;
        }
        if now < was {
            queue.push((now, Reverse(i)));
            continue;
        }
        // Long ones may be too slow: what they would do is left to shorter ones.
        let Some(bytes) = handler_bytes(&f.template).map(f64::from) else { continue };
        if bytes > left {
            break;
        }
        left -= bytes;
        for p in &f.places {
            let g = net(&saved, p);
            if g > 0.0 {
                for s in &mut saved[p.func as usize][p.first as usize..(p.first + p.tiles) as usize] {
                    *s += g / f64::from(p.tiles);
                }
            }
        }
        out.push(f.template.clone());
    }
    out
}
