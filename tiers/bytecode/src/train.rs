//! Training: which templates serve a corpus best.
//!
//! Owns the greedy choice. In rounds, the corpus is encoded with the set as it is; templates that the encoded code suggests
//! (`candidate`) are ranked by what they would save where they apply, counting every place once; the best are added and,
//! above the limit, those whose absence costs least are dropped. Cost is what the encoder minimises, bytes and dispatches,
//! each as a share of what the program takes in all, so that a small program counts as much as a large one. Dispatches are
//! weighted by executed counts where a program has them, else by loop depth.

mod candidate;
mod title;

pub use title::{TitleOptions, proposed};

use crate::emit::{EmitError, FloatConstants, FuncRegions, Prepared, Program, Runs, Tiling};
use crate::isa::{FAST_MAX, Isa, Opcode, Template};
use crate::patterns::Patterns;
use candidate::{FORMS, Run};
use rayon::prelude::*;
use rheo_ir::{FuncId, Module};
use rustc_hash::{FxHashMap, FxHashSet};

/// Longest run of nodes that becomes a template.
const NODES_MAX: usize = 8;
/// Most fields of a template of so many nodes.
const FIELDS_MAX: usize = 8;
/// Templates of a round that are looked at place by place.
const FINALISTS: usize = 1500;

/// A program to train on.
pub struct Sample<'a> {
    /// What reports call it.
    pub name: String,
    /// The program.
    pub module: &'a Module,
    /// Its functions.
    pub funcs: Vec<FuncId>,
    /// What all bytes of its code count, over all samples.
    pub size: f64,
    /// What all its dispatches count. Without executions they are weighted by loop depth, as the encoder does, and this is
    /// not heeded.
    pub time: f64,
    /// Executions of each block, by function.
    pub counts: Option<Runs>,
}

/// How to train.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TrainOptions {
    /// Templates with one-byte opcodes.
    pub fast: usize,
    /// Templates behind the escape, beyond the base set.
    pub extra: usize,
    /// Most templates added in a round.
    pub step: usize,
    /// Rounds after the set is full.
    pub refinements: usize,
    /// Most bytes of handlers.
    pub bytes: Option<u32>,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions { fast: FAST_MAX, extra: 256, step: 40, refinements: 12, bytes: None }
    }
}

/// A function of a sample.
struct Trained {
    prepared: Prepared,
    sample: usize,
    /// What a byte of its code counts.
    weight: f64,
    /// Executions, by stretch.
    runs: Option<Vec<f64>>,
}

/// What a sample is worth, and what it takes now.
struct Measured {
    name: String,
    size: f64,
    time: f64,
    /// Bytes, and dispatches executed.
    now: (f64, f64),
}

/// A set being trained.
#[derive(Clone, Default)]
struct Set {
    fast: Vec<Template>,
    extra: Vec<Template>,
}

impl Set {
    fn isa(&self) -> Isa {
        Isa::complete_plain(self.fast.clone(), self.extra.clone())
    }
}

/// Who is asked while a set is trained.
pub struct Advice<'a> {
    /// What a template's handler takes; nothing for one that is too slow to be worth an opcode.
    pub handler_bytes: &'a (dyn Fn(&Template) -> Option<u32> + Sync),
    /// Hears of each round.
    pub report: &'a mut dyn FnMut(&str),
}

/// Trains a set that starts with `start`'s templates.
pub fn train(
    samples: &[Sample<'_>],
    start: &[Template],
    options: TrainOptions,
    advice: Advice<'_>,
) -> Result<Isa, EmitError> {
    let Advice { handler_bytes, report } = advice;
    let mut t = Trainer { funcs: Vec::new(), samples: Vec::new(), handler_bytes };
    for (k, s) in samples.iter().enumerate() {
        let program = Program::new(s.module, &s.funcs, 0, &FuncRegions::default())?;
        let floats = FloatConstants { from_int: true, from_f32: true };
        let prepare = |&f: &FuncId| -> Result<Trained, EmitError> {
            let prepared = Prepared::new(&program, f, floats)?;
            let runs = s.counts.as_ref().map(|counts| {
                let counts = counts.get(&f).map_or(&[][..], Vec::as_slice);
                prepared.stretches.iter().map(|s| s.runs(counts)).collect()
            });
            Ok(Trained { prepared, sample: k, weight: 1.0, runs })
        };
        let mut funcs: Vec<Trained> = s.funcs.par_iter().map(prepare).collect::<Result<_, _>>()?;
        t.funcs.append(&mut funcs);
        t.samples.push(Measured { name: s.name.clone(), size: s.size, time: s.time, now: (1.0, 1.0) });
    }
    let mut set = Set { fast: start.to_vec(), extra: Vec::new() };
    t.measure(&set)?;
    let bytes_max = options.bytes.map_or(u64::MAX, u64::from);
    let mut left = options.refinements;
    // Whether the last round added nothing that stayed: the bytes are spent, or the program suggests no more.
    let mut stalled = false;
    while left > 0 {
        let tilings = t.measure(&set)?;
        report(&format!("{} templates: {}", set.fast.len(), t.describe()));
        let mut step = options.step;
        if stalled || set.fast.len() >= options.fast {
            left -= 1;
            step = (options.step * left / options.refinements).max(8);
        }
        let added = t.best(&tilings, &set, 1, step, bytes_max);
        let before = set.fast.len();
        set.fast.extend(added);
        t.drop_least(&mut set, options.fast, bytes_max)?;
        stalled = set.fast.len() <= before;
    }
    while set.extra.len() < options.extra {
        let tilings = t.measure(&set)?;
        report(&format!("{} and {} templates: {}", set.fast.len(), set.extra.len(), t.describe()));
        let step = (options.extra - set.extra.len()).min(options.extra.div_ceil(4));
        let left = bytes_max.saturating_sub(t.bytes(&set));
        let added = t.best(&tilings, &set, 2, step, left);
        if added.is_empty() {
            break;
        }
        set.extra.extend(added);
    }
    // The most used ones first: of no use to the machine, but to readers.
    let tilings = t.measure(&set)?;
    report(&format!("{} and {} templates: {}", set.fast.len(), set.extra.len(), t.describe()));
    let uses = t.uses(&tilings, &set);
    let mut fast: Vec<(f64, Template)> = set.fast.iter().enumerate().map(|(i, t)| (uses[i].0, t.clone())).collect();
    fast.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(Isa { fast: fast.into_iter().map(|f| f.1).collect(), others: Vec::new(), escape: set.extra })
}

struct Trainer<'a> {
    funcs: Vec<Trained>,
    samples: Vec<Measured>,
    handler_bytes: &'a (dyn Fn(&Template) -> Option<u32> + Sync),
}

impl Trained {
    fn tile(&self, patterns: &Patterns) -> Result<Tiling, EmitError> {
        self.prepared.tile(patterns)
    }

    /// Bytes, and dispatches executed.
    fn taken(&self, tiling: &Tiling, patterns: &Patterns) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for k in 0..self.prepared.stretches.len() {
            let from = tiling.stretch_starts[k] as usize;
            let to = tiling.stretch_starts.get(k + 1).map_or(tiling.tiles.len(), |&t| t as usize);
            for t in &tiling.tiles[from..to] {
                let variant = &patterns.shapes[t.shape as usize].variants[t.variant as usize];
                sum.0 += f64::from(variant.layout.bytes + t.table.len() as u32 * 2);
                let dispatches = if matches!(variant.opcode, Opcode::Escape(_)) { 2.0 } else { 1.0 };
                sum.1 += dispatches * self.runs.as_ref().map_or(0.0, |r| r[k]);
            }
        }
        sum
    }

    fn cost(&self, tiling: &Tiling) -> f64 {
        tiling.tiles.iter().map(|t| f64::from(t.cost)).sum::<f64>() * self.weight
    }
}

impl Trainer<'_> {
    fn tile(&self, set: &Set) -> Result<Vec<Tiling>, EmitError> {
        let patterns = Patterns::new(&set.isa());
        self.funcs.par_iter().map(|f| f.tile(&patterns)).collect()
    }

    /// Tiles with the set; from then on bytes and dispatches count by what each sample now takes.
    fn measure(&mut self, set: &Set) -> Result<Vec<Tiling>, EmitError> {
        let tilings = self.tile(set)?;
        let patterns = Patterns::new(&set.isa());
        for s in &mut self.samples {
            s.now = (0.0, 0.0);
        }
        for (f, tiling) in self.funcs.iter().zip(&tilings) {
            let (bytes, dispatches) = f.taken(tiling, &patterns);
            let now = &mut self.samples[f.sample].now;
            *now = (now.0 + bytes, now.1 + dispatches);
        }
        for f in &mut self.funcs {
            let s = &self.samples[f.sample];
            f.weight = s.size / s.now.0.max(1.0);
            if let Some(runs) = &f.runs {
                let per_run = 16.0 * s.time / f.weight / s.now.1.max(1.0);
                let mut k = 0;
                f.prepared.weigh(|_| {
                    k += 1;
                    (per_run * runs[k - 1]) as u32
                });
            }
        }
        // The weights have changed.
        self.tile(set)
    }

    fn describe(&self) -> String {
        let one = |s: &Measured| match s.now {
            (bytes, 0.0) => format!("{} {bytes:.0} B", s.name),
            (_, dispatches) => format!("{} {:.2} M", s.name, dispatches * 1e-6),
        };
        self.samples.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Each fast template's weighted uses, and the functions that use it.
    fn uses(&self, tilings: &[Tiling], set: &Set) -> Vec<(f64, Vec<u32>)> {
        let patterns = Patterns::new(&set.isa());
        let mut uses = vec![(0.0, Vec::new()); set.fast.len()];
        for (i, (f, tiling)) in self.funcs.iter().zip(tilings).enumerate() {
            for t in &tiling.tiles {
                let variant = &patterns.shapes[t.shape as usize].variants[t.variant as usize];
                if let Opcode::Fast(op) = variant.opcode {
                    let u = &mut uses[usize::from(op)];
                    u.0 += f.weight;
                    if u.1.last() != Some(&(i as u32)) {
                        u.1.push(i as u32);
                    }
                }
            }
        }
        uses
    }

    /// What the handlers of a set's own templates take.
    fn bytes(&self, set: &Set) -> u64 {
        set.fast.par_iter().chain(&set.extra).map(|t| u64::from((self.handler_bytes)(t).unwrap_or(0))).sum()
    }

    /// Drops templates until `limit` are left, whose handlers take no more than `bytes_max`: each time a few of those that
    /// the corpus misses least, for each byte where bytes are the matter.
    fn drop_least(&self, set: &mut Set, limit: usize, bytes_max: u64) -> Result<(), EmitError> {
        loop {
            let sizes: Vec<u32> = set.fast.par_iter().map(|t| (self.handler_bytes)(t).unwrap_or(0)).collect();
            let bytes: u64 = sizes.iter().map(|&b| u64::from(b)).sum();
            let average = (bytes / set.fast.len().max(1) as u64).max(1);
            let excess =
                set.fast.len().saturating_sub(limit).max(bytes.saturating_sub(bytes_max).div_ceil(average) as usize);
            if excess == 0 {
                return Ok(());
            }
            // Opcodes are bytes: more than 255 are tried with the rest behind the escape, at the price of one byte each.
            let tilings = self.tile_large(set)?;
            let uses = self.uses_large(&tilings, set);
            let per = |i: usize| if bytes > bytes_max { f64::from(sizes[i].max(1)) } else { 1.0 };
            let mut ranked: Vec<usize> = (0..set.fast.len()).collect();
            ranked.sort_by(|&a, &b| (uses[a].0 / per(a)).total_cmp(&(uses[b].0 / per(b))).then(a.cmp(&b)));
            ranked.truncate(excess * 2 + 24);
            let mut losses: Vec<(f64, usize)> = ranked
                .par_iter()
                .map(|&i| {
                    let mut without = set.clone();
                    without.fast.remove(i);
                    let patterns = large_patterns(&without);
                    let mut loss = 0.0;
                    for &f in &uses[i].1 {
                        let func = &self.funcs[f as usize];
                        loss += func.cost(&func.tile(&patterns)?) - func.cost(&tilings[f as usize]);
                    }
                    Ok((loss / per(i), i))
                })
                .collect::<Result<_, EmitError>>()?;
            losses.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            // Losses grow as others go: half at a time.
            let n = excess.div_ceil(2).max(excess.min(6));
            let gone: FxHashSet<usize> = losses.iter().take(n).map(|l| l.1).collect();
            let mut i = 0;
            set.fast.retain(|_| {
                i += 1;
                !gone.contains(&(i - 1))
            });
        }
    }

    fn tile_large(&self, set: &Set) -> Result<Vec<Tiling>, EmitError> {
        let patterns = large_patterns(set);
        self.funcs.par_iter().map(|f| f.tile(&patterns)).collect()
    }

    fn uses_large(&self, tilings: &[Tiling], set: &Set) -> Vec<(f64, Vec<u32>)> {
        let patterns = large_patterns(set);
        let mut uses = vec![(0.0, Vec::new()); set.fast.len()];
        for (i, (f, tiling)) in self.funcs.iter().zip(tilings).enumerate() {
            for t in &tiling.tiles {
                let variant = &patterns.shapes[t.shape as usize].variants[t.variant as usize];
                let Some(op) = variant.number else { continue };
                let u = &mut uses[op as usize];
                // What another one in its place would cost, roughly.
                u.0 += f.weight * f64::from(t.cost);
                if u.1.last() != Some(&(i as u32)) {
                    u.1.push(i as u32);
                }
            }
        }
        uses
    }

    /// The templates that save most, with an opcode of so many bytes.
    fn best(
        &self,
        tilings: &[Tiling],
        set: &Set,
        opcode_bytes: u32,
        count: usize,
        mut bytes_left: u64,
    ) -> Vec<Template> {
        let known: FxHashSet<&Template> = set.fast.iter().chain(&set.extra).collect();
        // What each would save if no place were disputed.
        let gains: FxHashMap<Template, f64> = self
            .funcs
            .par_iter()
            .zip(tilings)
            .fold(FxHashMap::default, |mut gains: FxHashMap<Template, f64>, (f, tiling)| {
                f.runs(tiling, NODES_MAX, 0, &mut |run, _| {
                    for (template, gain) in run.candidates(&FORMS, opcode_bytes) {
                        if !known.contains(&template) {
                            *gains.entry(template).or_default() += gain * f.weight;
                        }
                    }
                });
                gains
            })
            .reduce(FxHashMap::default, |mut a, b| {
                for (t, g) in b {
                    *a.entry(t).or_default() += g;
                }
                a
            });
        let mut ranked: Vec<(Template, f64)> = gains.into_iter().filter(|g| g.1 > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        ranked.truncate(FINALISTS);
        let index: FxHashMap<Template, u32> =
            ranked.iter().enumerate().map(|(i, (t, _))| (t.clone(), i as u32)).collect();
        // Places of each: function, first tile, tiles, gain.
        let places: Vec<Vec<(u32, u32, u32, f64)>> = self
            .funcs
            .par_iter()
            .zip(tilings)
            .enumerate()
            .fold(
                || vec![Vec::new(); ranked.len()],
                |mut places: Vec<Vec<(u32, u32, u32, f64)>>, (i, (f, tiling))| {
                    f.runs(tiling, NODES_MAX, 0, &mut |run, (first, tiles)| {
                        for (template, gain) in run.candidates(&FORMS, opcode_bytes) {
                            if let Some(&k) = index.get(&template) {
                                places[k as usize].push((i as u32, first, tiles, gain * f.weight));
                            }
                        }
                    });
                    places
                },
            )
            .reduce(
                || vec![Vec::new(); ranked.len()],
                |mut a, b| {
                    for (a, mut b) in a.iter_mut().zip(b) {
                        a.append(&mut b);
                    }
                    a
                },
            );
        // What a tile still costs less than it did, by the templates chosen before.
        let mut saved: Vec<Vec<f32>> = tilings.iter().map(|t| vec![0.0; t.tiles.len()]).collect();
        let mut value: Vec<f64> = ranked.iter().map(|r| r.1).collect();
        let mut chosen = Vec::new();
        let net = |saved: &[Vec<f32>], &(f, first, tiles, gain): &(u32, u32, u32, f64)| {
            let there: f32 = saved[f as usize][first as usize..(first + tiles) as usize].iter().sum();
            gain - f64::from(there)
        };
        let mut stale = vec![false; ranked.len()];
        while chosen.len() < count {
            // Values only fall: the best fresh one is the best.
            let Some(best) = (0..ranked.len()).max_by(|&a, &b| value[a].total_cmp(&value[b]).then(b.cmp(&a))) else {
                break;
            };
            if value[best] <= 0.0 {
                break;
            }
            if stale[best] {
                value[best] = places[best].iter().map(|p| net(&saved, p)).filter(|g| *g > 0.0).sum();
                stale[best] = false;
                continue;
            }
            let bytes = (self.handler_bytes)(&ranked[best].0).map(u64::from).filter(|b| *b <= bytes_left);
            let Some(bytes) = bytes else {
                value[best] = 0.0;
                continue;
            };
            bytes_left -= bytes;
            for p in &places[best] {
                let g = net(&saved, p);
                if g > 0.0 {
                    for s in &mut saved[p.0 as usize][p.1 as usize..(p.1 + p.2) as usize] {
                        *s += (g / f64::from(p.2)) as f32;
                    }
                }
            }
            chosen.push(ranked[best].0.clone());
            value[best] = 0.0;
            stale.fill(true);
        }
        chosen
    }
}

/// Patterns of a set that may have more fast templates than there are opcodes.
fn large_patterns(set: &Set) -> Patterns {
    Patterns::numbered(&set.isa(), set.fast.len())
}

impl Trained {
    /// Calls `each` with every run of at most `nodes_max` nodes that whole tiles cover, and the tiles' first number and count,
    /// where a dispatch costs no less than `hot`.
    fn runs<'a>(&'a self, tiling: &'a Tiling, nodes_max: usize, hot: u32, each: &mut dyn FnMut(Run<'a>, (u32, u32))) {
        let p = &self.prepared;
        for (k, s) in p.stretches.iter().enumerate() {
            let from = tiling.stretch_starts[k] as usize;
            let to = tiling.stretch_starts.get(k + 1).map_or(tiling.tiles.len(), |&t| t as usize);
            let dispatch = p.dispatch(k);
            if dispatch < hot {
                continue;
            }
            for first in from..to {
                let mut nodes = 0;
                let mut cost = 0;
                for last in first..to {
                    nodes += tiling.tiles[last].nodes as usize;
                    cost += tiling.tiles[last].cost;
                    let begin = tiling.tiles[first].first as usize;
                    // Nodes left out between tiles break a run.
                    let end = tiling.tiles[last].first as usize + tiling.tiles[last].nodes as usize;
                    if nodes > nodes_max || end - begin != nodes {
                        break;
                    }
                    let next = tiling.tiles.get(last + 1).filter(|_| last + 1 < to);
                    let run = Run {
                        prepared: p,
                        stretch: s,
                        begin,
                        end,
                        before: tiling.tiles[first].before,
                        wanted: next.map(|t| t.needs),
                        cost,
                        dispatch,
                        fields_max: FIELDS_MAX.max(nodes_max),
                    };
                    each(run, (first as u32, (last + 1 - first) as u32));
                }
            }
        }
    }
}
