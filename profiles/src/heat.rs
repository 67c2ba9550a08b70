//! Heat: how many operations each function executes, measured or estimated.

use crate::{Profile, estimate, work};
use rheo_ir::Module;

/// Heat of a program's functions, by `FuncId`. Functions without a body have none.
pub type Heat = Vec<FuncHeat>;

/// Heat of one function. Estimates are of a thousand runs of the program.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FuncHeat {
    /// Executed IR operations: measured if there is a measurement, else estimated (and then brought to the scale of
    /// the measured ones).
    pub ops: u64,
    /// Estimated operations; ranks what the measured run never reached.
    pub estimated_ops: u64,
    /// Whether `ops` was measured.
    pub measured: bool,
}

/// Heat from a profile. Returns also the names of the functions whose counts could not be used because the function
/// has other blocks now.
///
/// A function that the profile does not mention was machine code while it was taken, or is new: it gets its estimate,
/// scaled by what measured functions executed for each estimated operation.
pub fn measured(module: &Module, profile: &Profile) -> (Heat, Vec<String>) {
    let mut heat = estimate(module);
    let mut stale = Vec::new();
    let (mut sum_measured, mut sum_estimated) = (0u128, 0u128);
    for f in module.defined() {
        let func = module.func(f);
        let Some(counts) = profile.functions.get(&func.name) else { continue };
        let body = func.body.as_ref().expect("`defined` yields functions with a body");
        if counts.blocks.len() != body.blocks.len() {
            stale.push(func.name.clone());
            continue;
        }
        let ops: u128 = work(body, &counts.blocks).sum();
        let entry = &mut heat[f.index()];
        sum_measured += ops;
        sum_estimated += u128::from(entry.estimated_ops);
        entry.ops = u64::try_from(ops).unwrap_or(u64::MAX);
        entry.measured = true;
    }
    for entry in heat.iter_mut().filter(|e| !e.measured) {
        let scaled = u128::from(entry.estimated_ops).saturating_mul(sum_measured).checked_div(sum_estimated);
        entry.ops = scaled.map_or(entry.ops, |ops| u64::try_from(ops).unwrap_or(u64::MAX));
    }
    (heat, stale)
}
