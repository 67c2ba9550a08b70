//! Fitting: of a stock of templates, which ones a program's bytecode is written in, and which of these have one-byte
//! opcodes.
//!
//! Owns the choice among templates that are there; making new ones for a program is `train`'s. Takes two or three passes over
//! the program where training takes dozens.

use crate::emit::{EmitError, FuncRegions, Prepared, Program, Runs, float_constants, worth};
use crate::isa::{FAST_MAX, Isa, Template};
use crate::patterns::Patterns;
use rayon::prelude::*;
use rheo_ir::{FuncId, Module};
use rustc_hash::FxHashSet;

/// Passes over the program: one with one-byte opcodes for all, then those in which these change hands.
const PASSES: usize = 3;
/// What a byte costs; dispatches are relative to it.
const BYTE: f64 = 16.0;

/// What a set is to be good at.
#[derive(Clone, Copy)]
pub struct FitOptions<'a> {
    /// What all executed dispatches count, where all bytes of the bytecode count 1.
    pub dispatches: f64,
    /// Most bytes of handlers for more than one op.
    pub handlers_max: u32,
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
    let mut patterns = Patterns::numbered(&Isa::complete(stock.to_vec(), Vec::new()), stock.len());
    let floats = float_constants(&patterns);
    let prepare = |&f: &FuncId| {
        let mut prepared = Prepared::new(&program, f, floats)?;
        if let Some(runs) = runs.get(&f) {
            prepared.weigh(|s| (s.runs(runs) * worth) as u32);
        }
        Ok(prepared)
    };
    let prepared: Vec<Prepared> = funcs.par_iter().map(prepare).collect::<Result<_, EmitError>>()?;
    let mut left: Vec<Template> = stock.to_vec();
    for pass in 1..=PASSES {
        let uses = used(&prepared, &patterns, left.len())?;
        // Single ops that nothing uses yet are used where others go.
        let kept = |u: &Use, t: &Template| u.places > 0 || (t.ops.len() == 1 && pass < PASSES);
        let found = uses.into_par_iter().zip(left).filter(|(u, t)| kept(u, t));
        let mut ranked: Vec<(Use, Template, u32)> = found
            .filter_map(|(u, t)| match t.ops.len() {
                1 => Some((u, t, 0)),
                _ => (options.handler_bytes)(&t).map(|bytes| (u, t, bytes)),
            })
            .collect();
        // What does most for the bytes of its handler stays.
        let worth = |r: &(Use, Template, u32)| r.0.saved / f64::from(r.2.max(1));
        ranked.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.1.cmp(&b.1)));
        let mut left_bytes = options.handlers_max;
        ranked.retain(|(u, _, bytes)| {
            let stays = *bytes == 0 || (u.saved > f64::from(*bytes) * BYTE && *bytes <= left_bytes);
            if stays {
                left_bytes -= bytes;
            }
            stays
        });
        ranked.sort_by(|a, b| b.0.short.total_cmp(&a.0.short).then_with(|| a.1.cmp(&b.1)));
        left = ranked.into_iter().map(|r| r.1).collect();
        let fast = left.len().min(FAST_MAX);
        patterns = Patterns::numbered(&Isa::complete(left[..fast].to_vec(), left[fast..].to_vec()), left.len());
    }
    let escape = left.split_off(left.len().min(FAST_MAX));
    let base: FxHashSet<&Template> = Isa::base_escape().iter().collect();
    let escape = escape.into_iter().filter(|t| !base.contains(t)).collect();
    Ok(Isa::complete(left, escape))
}

/// What each of the first `count` templates does for the functions.
fn used(prepared: &[Prepared], patterns: &Patterns, count: usize) -> Result<Vec<Use>, EmitError> {
    let of = |p: &Prepared| -> Result<Vec<(u32, Use)>, EmitError> {
        let tiling = p.tile(patterns)?;
        let mut out = Vec::with_capacity(tiling.tiles.len());
        for k in 0..p.stretches.len() {
            let from = tiling.stretch_starts[k] as usize;
            let to = tiling.stretch_starts.get(k + 1).map_or(tiling.tiles.len(), |&t| t as usize);
            let dispatch = f64::from(p.dispatch(k));
            for t in &tiling.tiles[from..to] {
                let variant = &patterns.shapes[t.shape as usize].variants[t.variant as usize];
                let Some(number) = variant.number else { continue };
                let short = BYTE + dispatch;
                let saved = f64::from(t.nodes - 1) * (BYTE * 1.5 + dispatch);
                out.push((number, Use { places: 1, short, saved }));
            }
        }
        Ok(out)
    };
    let each: Vec<Vec<(u32, Use)>> = prepared.par_iter().map(of).collect::<Result<_, _>>()?;
    let mut sum = vec![Use::default(); count];
    for (number, u) in each.into_iter().flatten() {
        let s = &mut sum[number as usize];
        *s = Use { places: s.places + u.places, short: s.short + u.short, saved: s.saved + u.saved };
    }
    Ok(sum)
}
