//! Times programs against each other: one run of each in turn, several rounds, on one core.
//!
//! Turns make a disturbance of the machine hit all alike; the least is what a program takes when undisturbed, the median
//! says how much it was disturbed.

use std::io;

use anyhow::Result;

use crate::process::Outcome;

/// What was measured of one program in all its runs.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// Processor time outside the kernel, in seconds, of each run.
    pub user_seconds: Vec<f64>,
    /// From start to end, in seconds, of each run.
    pub wall_seconds: Vec<f64>,
    /// Largest resident set of all runs, in bytes.
    pub resident_bytes_max: u64,
}

impl Samples {
    fn add(&mut self, outcome: &Outcome) {
        self.user_seconds.push(outcome.user_seconds);
        self.wall_seconds.push(outcome.wall_seconds);
        self.resident_bytes_max = self.resident_bytes_max.max(outcome.resident_bytes_max);
    }
}

/// Runs each of `count` programs once a round. One whose `run` fails is not run again.
pub fn turns(count: usize, rounds: usize, mut run: impl FnMut(usize) -> Result<Outcome>) -> Vec<Result<Samples>> {
    let mut samples: Vec<Result<Samples>> = (0..count).map(|_| Ok(Samples::default())).collect();
    for _ in 0..rounds {
        for (which, samples) in samples.iter_mut().enumerate() {
            if let Ok(sofar) = samples {
                match run(which) {
                    Ok(outcome) => sofar.add(&outcome),
                    Err(error) => *samples = Err(error),
                }
            }
        }
    }
    samples
}

/// The least user time of each of `count` programs over `rounds` turns, in seconds. `run` runs one of them; `check`
/// sees each outcome.
pub fn least_seconds(
    count: usize,
    rounds: usize,
    mut run: impl FnMut(usize) -> Result<Outcome>,
    mut check: impl FnMut(usize, &Outcome) -> Result<()>,
) -> Result<Vec<f64>> {
    let checked = |which: usize| {
        let outcome = run(which)?;
        check(which, &outcome)?;
        Ok(outcome)
    };
    turns(count, rounds, checked).into_iter().map(|samples| Ok(least(&samples?.user_seconds))).collect()
}

/// The least of some values; infinity of none.
pub fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The middle one of some values, or the mean of the two in the middle; not a number for none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n.is_multiple_of(2) => f64::midpoint(sorted[half - 1], sorted[half]),
        _ => sorted[half],
    }
}

/// The geometric mean, if there are values and none is missing.
pub fn geometric_mean(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.into_iter().collect::<Option<_>>()?;
    let sum: f64 = values.iter().map(|value| value.ln()).sum();
    (!values.is_empty()).then(|| (sum / values.len() as f64).exp())
}

/// While it lives, this thread, and every process and thread it starts, runs on one core.
pub struct Pinned {
    before: libc::cpu_set_t,
}

impl Pinned {
    /// On core `core` of those this thread may use, counted from zero; on the last one without a number.
    pub fn to(core: Option<usize>) -> io::Result<Pinned> {
        const BYTES: usize = size_of::<libc::cpu_set_t>();
        // SAFETY: a set is plain bits, for which all zeroes is a value.
        let (mut before, mut one): (libc::cpu_set_t, libc::cpu_set_t) = unsafe { std::mem::zeroed() };
        // SAFETY: the pointer is to a local of the size given.
        if unsafe { libc::sched_getaffinity(0, BYTES, &raw mut before) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the numbers are below the size of a set.
        let cores: Vec<usize> = (0..8 * BYTES).filter(|&core| unsafe { libc::CPU_ISSET(core, &before) }).collect();
        let core = core.map_or_else(|| cores.last(), |n| cores.get(n));
        let core = *core.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no such core"))?;
        // SAFETY: the number is below the size of a set.
        unsafe { libc::CPU_SET(core, &mut one) };
        // SAFETY: the pointer is to a local of the size given.
        if unsafe { libc::sched_setaffinity(0, BYTES, &raw const one) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Pinned { before })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // SAFETY: the pointer is to a set of the size given. Without effect the thread stays where it is.
        unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const self.before) };
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::{Pinned, geometric_mean, least, least_seconds, median, turns};
    use crate::process::{End, Outcome};

    fn outcome(user_seconds: f64) -> Outcome {
        Outcome {
            end: End::Exit(0),
            stdout: Vec::new(),
            stderr: Vec::new(),
            user_seconds,
            wall_seconds: 2.0 * user_seconds,
            resident_bytes_max: (user_seconds * 1000.0) as u64,
        }
    }

    #[test]
    fn statistics_of_few_values() {
        assert_eq!(least(&[3.0, 1.0, 2.0]), 1.0);
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
        assert_eq!(geometric_mean([Some(2.0), Some(8.0)]).map(f64::round), Some(4.0));
        assert_eq!(geometric_mean([Some(2.0), None]), None);
        assert_eq!(geometric_mean([]), None);
    }

    #[test]
    fn runs_take_turns_and_a_failed_one_rests() {
        let mut order = Vec::new();
        let samples = turns(3, 2, |which| {
            order.push(which);
            if which == 1 { bail!("it cannot") } else { Ok(outcome((order.len() + which) as f64)) }
        });
        assert_eq!(order, [0, 1, 2, 0, 2]);
        let first = samples[0].as_ref().unwrap();
        assert_eq!((&first.user_seconds[..], first.resident_bytes_max), (&[1.0, 4.0][..], 4000));
        assert_eq!(samples[1].as_ref().unwrap_err().to_string(), "it cannot");
        assert_eq!(samples[2].as_ref().unwrap().wall_seconds, [10.0, 14.0]);
    }

    #[test]
    fn a_wrong_outcome_is_an_error() {
        let run = |which| Ok(outcome(which as f64 + 1.0));
        assert_eq!(least_seconds(2, 3, run, |_, _| Ok(())).unwrap(), [1.0, 2.0]);
        assert!(least_seconds(2, 3, run, |which, _| if which == 1 { bail!("wrong") } else { Ok(()) }).is_err());
    }

    #[test]
    fn pinning_ends() {
        let cores = || std::thread::available_parallelism().unwrap().get();
        let before = cores();
        let pinned = Pinned::to(None).unwrap();
        assert_eq!(cores(), 1);
        drop(pinned);
        assert_eq!(cores(), before);
        assert!(Pinned::to(Some(100_000)).is_err());
    }
}
