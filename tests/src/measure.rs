//! Times programs against each other: one run of each in turn, several rounds, the least processor time of each.
//!
//! Turns make a disturbance of the machine hit all alike; the least is what the program takes when undisturbed.

use anyhow::Result;

use crate::process::Outcome;

/// The least user time of each of `count` programs over `rounds` turns, in seconds. `run` runs one of them; `check`
/// sees each outcome.
pub fn least_seconds(
    count: usize,
    rounds: usize,
    mut run: impl FnMut(usize) -> Result<Outcome>,
    mut check: impl FnMut(usize, &Outcome) -> Result<()>,
) -> Result<Vec<f64>> {
    let mut least = vec![f64::INFINITY; count];
    for _ in 0..rounds {
        for (which, best) in least.iter_mut().enumerate() {
            let outcome = run(which)?;
            check(which, &outcome)?;
            *best = best.min(outcome.user_seconds);
        }
    }
    Ok(least)
}
