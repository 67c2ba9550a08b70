//! The planner: a tier for each function so that the most time is saved within the budget.
//!
//! Greedy by benefit a byte, the knapsack's usual approximation, with each of the hottest functions tried as the first.
//! Deterministic: ties go by estimate, then by the program's order.

use crate::plan::{Entry, Hotness, Plan, Totals};
use crate::{Budget, FuncHeat};
use rheo_targets::Tier;

/// Cost of one executed operation as bytecode, in costs of one as machine code (the project's mark for its interpreter).
const INTERPRETED_COST: u64 = 5;
const NATIVE_COST: u64 = 1;
/// Functions tried as the first to be placed.
const FIRSTS_MAX: usize = 32;

/// A function to be placed.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Linkage name.
    pub name: String,
    /// Bytes as bytecode, or why it cannot be bytecode.
    pub bytecode: Result<TierBytes, String>,
    /// Bytes as machine code, or why it cannot be machine code.
    pub aot: Result<TierBytes, String>,
    /// How much it runs.
    pub heat: FuncHeat,
}

/// What a function takes in one tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TierBytes {
    /// Code.
    pub code: u32,
    /// Its part of the tables.
    pub tables: u32,
}

impl TierBytes {
    fn sum(self) -> u64 {
        u64::from(self.code) + u64::from(self.tables)
    }
}

/// Bytes that do not depend on which functions are placed where.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FixedBytes {
    /// Interpreter, once anything is bytecode.
    pub interpreter: u64,
    /// Runtime, once anything is bytecode.
    pub runtime: u64,
    /// Tables of the program as a whole, once anything is bytecode.
    pub tables: u64,
    /// What the program takes when all functions are machine code, if that is known better than by their sum.
    pub all_aot: Option<u64>,
}

impl FixedBytes {
    fn sum(self) -> u64 {
        self.interpreter + self.runtime + self.tables
    }
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// The budget cannot be kept.
    #[error("the budget of {budget} cannot be kept: the least that would do is {least}{because}")]
    TooSmall {
        /// As asked.
        budget: Describe,
        /// What would do.
        least: Describe,
        /// Why it is so much, where that is not plain: a clause.
        because: String,
    },
    /// A function can run in no tier.
    #[error("function `{name}` can be neither bytecode ({bytecode}) nor machine code ({aot})")]
    Impossible {
        /// Linkage name.
        name: String,
        /// Why it cannot be bytecode.
        bytecode: String,
        /// Why it cannot be machine code.
        aot: String,
    },
}

/// A budget as an error words it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Describe(pub Budget);

impl std::fmt::Display for Describe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Budget::Bytes(b) => write!(f, "{b} bytes"),
            percent @ Budget::Percent(_) => write!(f, "{percent} machine code"),
        }
    }
}

/// Places every function so that `budget` is kept, by the bytes given.
pub fn plan(functions: &[Candidate], fixed: FixedBytes, hotness: Hotness, budget: Budget) -> Result<Plan, PlanError> {
    let placement = Placement::new(functions, fixed)?;
    let tiers = match budget {
        Budget::Bytes(bytes) => placement.within_bytes(bytes)?,
        Budget::Percent(hundredths) => placement.within_percent(hundredths)?,
    };
    Ok(placement.plan(&tiers, hotness, Some(budget)))
}

/// Places every function in its smaller tier.
pub fn smallest(functions: &[Candidate], fixed: FixedBytes, hotness: Hotness) -> Result<Plan, PlanError> {
    let placement = Placement::new(functions, fixed)?;
    let (tiers, _) = placement.smallest();
    Ok(placement.plan(&tiers, hotness, None))
}

/// All functions as machine code, if they can be.
pub fn all_aot(functions: &[Candidate], hotness: Hotness) -> Option<Plan> {
    let placement = Placement::new(functions, FixedBytes::default()).ok()?;
    let (tiers, _) = placement.all_aot()?;
    Some(placement.plan(&tiers, hotness, None))
}

struct Placement<'a> {
    functions: &'a [Candidate],
    fixed: FixedBytes,
}

impl<'a> Placement<'a> {
    fn new(functions: &'a [Candidate], fixed: FixedBytes) -> Result<Placement<'a>, PlanError> {
        for f in functions {
            if let (Err(bytecode), Err(aot)) = (&f.bytecode, &f.aot) {
                let (name, bytecode, aot) = (f.name.clone(), bytecode.clone(), aot.clone());
                return Err(PlanError::Impossible { name, bytecode, aot });
            }
        }
        Ok(Placement { functions, fixed })
    }

    fn all_aot(&self) -> Option<(Vec<Tier>, u64)> {
        let bytes = self.functions.iter().map(|f| f.aot.as_ref().ok().map(|b| b.sum())).sum::<Option<u64>>()?;
        Some((vec![Tier::Aot; self.functions.len()], self.fixed.all_aot.unwrap_or(bytes)))
    }

    /// Whichever tier is smaller, function by function, with everything that bytecode needs.
    fn smallest(&self) -> (Vec<Tier>, u64) {
        let mut bytes = self.fixed.sum();
        let tiers = self
            .functions
            .iter()
            .map(|f| {
                let (tier, b) = match (&f.bytecode, &f.aot) {
                    (Ok(b), Ok(a)) if a.sum() <= b.sum() => (Tier::Aot, a),
                    (Ok(b), _) => (Tier::Bytecode, b),
                    (Err(_), Ok(a)) => (Tier::Aot, a),
                    (Err(_), Err(_)) => unreachable!("refused before"),
                };
                bytes += b.sum();
                tier
            })
            .collect();
        (tiers, bytes)
    }

    fn within_bytes(&self, budget: u64) -> Result<Vec<Tier>, PlanError> {
        let all_aot = self.all_aot();
        if let Some((tiers, bytes)) = &all_aot
            && *bytes <= budget
        {
            return Ok(tiers.clone());
        }
        let (mut tiers, bytes) = self.smallest();
        if bytes > budget {
            let least = all_aot.map_or(bytes, |(_, all)| all.min(bytes));
            return Err(PlanError::TooSmall {
                budget: Describe(Budget::Bytes(budget)),
                least: Describe(Budget::Bytes(least)),
                because: String::new(),
            });
        }
        for i in self.choose(&tiers, budget - bytes, |b, a| a.sum().saturating_sub(b.sum())) {
            tiers[i] = Tier::Aot;
        }
        Ok(tiers)
    }

    fn within_percent(&self, hundredths: u32) -> Result<Vec<Tier>, PlanError> {
        let code = |f: &Candidate| f.aot.as_ref().map_or(0, |a| u64::from(a.code));
        let all: u64 = self.functions.iter().map(code).sum();
        let bound = u64::try_from(u128::from(all) * u128::from(hundredths) / 10_000).expect("at most `all`");
        let mut tiers: Vec<Tier> =
            self.functions.iter().map(|f| if f.bytecode.is_ok() { Tier::Bytecode } else { Tier::Aot }).collect();
        let bytes: u64 =
            self.functions.iter().zip(&tiers).filter(|(_, t)| **t == Tier::Aot).map(|(f, _)| code(f)).sum();
        if bytes > bound {
            let least = (u128::from(bytes) * 10_000).div_ceil(u128::from(all));
            return Err(PlanError::TooSmall {
                budget: Describe(Budget::Percent(hundredths)),
                least: Describe(Budget::Percent(u32::try_from(least).expect("a share"))),
                because: self.machine_code_alone(),
            });
        }
        for i in self.choose(&tiers, bound - bytes, |_, a| a.code.into()) {
            tiers[i] = Tier::Aot;
        }
        Ok(tiers)
    }

    /// The functions that cannot be bytecode, as a clause.
    fn machine_code_alone(&self) -> String {
        let mut refused = self.functions.iter().filter_map(|f| Some((&f.name, f.bytecode.as_ref().err()?)));
        let Some((name, why)) = refused.next() else { return String::new() };
        let more = match refused.count() {
            0 => String::new(),
            n => format!(", and neither can {n} more"),
        };
        format!(", because `{name}` cannot be bytecode ({why}){more}")
    }

    /// Which functions of those in bytecode are best made machine code, if there is `room` for what `price` says they cost.
    ///
    /// Those of the most benefit a byte, as many as fit. That alone would leave out a large function that does most of the
    /// work, once small ones have taken its place; so it is also tried with each of the hottest functions placed first.
    fn choose(&self, tiers: &[Tier], room: u64, price: impl Fn(&TierBytes, &TierBytes) -> u64) -> Vec<usize> {
        let items = self.by_benefit(tiers, price);
        let ops = |i: usize| (self.functions[i].heat.ops, self.functions[i].heat.estimated_ops);
        let mut hottest: Vec<(usize, u64)> = items.clone();
        hottest.sort_by_key(|&(i, _)| (std::cmp::Reverse(ops(i)), i));
        let firsts = std::iter::once(None).chain(hottest.iter().take(FIRSTS_MAX).copied().map(Some));
        let mut best: (u128, u128, Vec<usize>) = (0, 0, Vec::new());
        for first in firsts {
            let (mut left, mut chosen) = (room, Vec::new());
            let rest = items.iter().copied().filter(|&item| Some(item) != first);
            for (i, price) in first.into_iter().chain(rest) {
                if price <= left {
                    left -= price;
                    chosen.push(i);
                }
            }
            let sum = |of: fn((u64, u64)) -> u64| chosen.iter().map(|&i| u128::from(of(ops(i)))).sum::<u128>();
            let (measured, estimated) = (sum(|o| o.0), sum(|o| o.1));
            if (measured, estimated) > (best.0, best.1) {
                best = (measured, estimated, chosen);
            }
        }
        best.2
    }

    /// The functions that stand in bytecode and could be machine code, by falling benefit a byte of their price.
    fn by_benefit(&self, tiers: &[Tier], price: impl Fn(&TierBytes, &TierBytes) -> u64) -> Vec<(usize, u64)> {
        let mut order: Vec<(usize, u64)> = Vec::new();
        for (i, f) in self.functions.iter().enumerate() {
            if let (Tier::Bytecode, Ok(b), Ok(a)) = (tiers[i], &f.bytecode, &f.aot) {
                order.push((i, price(b, a)));
            }
        }
        // a/x > b/y as a*y > b*x: no rounding, so one order on every machine.
        let rank = |ops: fn(&FuncHeat) -> u64, (i, price_i): (usize, u64), (j, price_j): (usize, u64)| {
            let cross = |i: usize, price: u64| u128::from(ops(&self.functions[i].heat)) * u128::from(price.max(1));
            cross(j, price_i).cmp(&cross(i, price_j))
        };
        order.sort_by(|&x, &y| rank(|h| h.ops, x, y).then(rank(|h| h.estimated_ops, x, y)).then(x.0.cmp(&y.0)));
        order
    }

    fn plan(&self, tiers: &[Tier], hotness: Hotness, budget: Option<Budget>) -> Plan {
        let all_ops: u128 = self.functions.iter().map(|f| u128::from(f.heat.ops)).sum();
        let mut totals = Totals::default();
        let mut order: Vec<usize> = (0..tiers.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(self.functions[i].heat.ops), i));
        for (f, tier) in self.functions.iter().zip(tiers) {
            match (tier, &f.bytecode, &f.aot) {
                (Tier::Aot, _, Ok(a)) => {
                    totals.aot += u64::from(a.code);
                    totals.tables += u64::from(a.tables);
                }
                (_, Ok(b), _) => {
                    totals.bytecode += u64::from(b.code);
                    totals.tables += u64::from(b.tables);
                }
                _ => unreachable!("no function is placed where it cannot be"),
            }
        }
        if tiers.contains(&Tier::Bytecode) {
            totals.interpreter += self.fixed.interpreter;
            totals.runtime += self.fixed.runtime;
            totals.tables += self.fixed.tables;
        }
        let entries = order
            .into_iter()
            .map(|i| {
                let f = &self.functions[i];
                let bytes =
                    |b: &Result<TierBytes, String>| b.as_ref().ok().map(|b| u32::try_from(b.sum()).unwrap_or(u32::MAX));
                let fallback = (tiers[i] == Tier::Aot).then_some(&f.bytecode).and_then(|b| b.as_ref().err());
                Entry {
                    function: f.name.clone(),
                    tier: tiers[i],
                    regions: Vec::new(),
                    bytecode_bytes: bytes(&f.bytecode),
                    aot_bytes: bytes(&f.aot),
                    ops: f.heat.ops,
                    fallback_from: fallback.map(|_| Tier::Bytecode),
                    why: fallback.cloned().unwrap_or_else(|| why(f, tiers[i], all_ops)),
                }
            })
            .collect();
        Plan { hotness, budget, entries, totals }
    }
}

fn why(f: &Candidate, tier: Tier, all_ops: u128) -> String {
    let share = if all_ops == 0 { 0.0 } else { 100.0 * f.heat.ops as f64 / all_ops as f64 };
    let share = match (f.heat.measured, f.heat.ops) {
        (true, 0) => "never run".to_owned(),
        (true, _) => format!("{share:.2} % of operations"),
        (false, _) => format!("est. {share:.2} % of operations"),
    };
    match (tier, &f.bytecode, &f.aot) {
        (Tier::Aot, Ok(b), Ok(a)) if a.sum() <= b.sum() => format!("{share}; no larger than bytecode"),
        (Tier::Aot, Ok(b), Ok(a)) => {
            let saved = f.heat.ops as f64 * (INTERPRETED_COST - NATIVE_COST) as f64 / (a.sum() - b.sum()) as f64;
            format!("{share}; saves {saved:.1} a byte")
        }
        (Tier::Bytecode, _, Err(reason)) => format!("{share}; cannot be machine code: {reason}"),
        _ => share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, bytecode: u32, aot: u32, ops: u64) -> Candidate {
        Candidate {
            name: name.to_owned(),
            bytecode: Ok(TierBytes { code: bytecode, tables: 4 }),
            aot: Ok(TierBytes { code: aot, tables: 0 }),
            heat: FuncHeat { ops, estimated_ops: ops, measured: false },
        }
    }

    fn tiers(p: &Plan) -> Vec<(&str, Tier)> {
        p.entries.iter().map(|e| (e.function.as_str(), e.tier)).collect()
    }

    fn sample() -> Vec<Candidate> {
        vec![candidate("cold", 100, 400, 1), candidate("hot", 50, 200, 1000), candidate("big", 1000, 4000, 2000)]
    }

    const FIXED: FixedBytes = FixedBytes { interpreter: 100, runtime: 50, tables: 10, all_aot: None };

    #[test]
    fn the_hottest_a_byte_go_first() {
        let least = 160 + 1150 + 12;
        let p = plan(&sample(), FIXED, Hotness::Estimated, Budget::Bytes(least + 150)).expect("fits");
        assert_eq!(tiers(&p), [("big", Tier::Bytecode), ("hot", Tier::Aot), ("cold", Tier::Bytecode)]);
        assert_eq!(p.totals.sum(), least + 146);
        let error = plan(&sample(), FIXED, Hotness::Estimated, Budget::Bytes(least - 1)).expect_err("too small");
        assert!(error.to_string().ends_with("the least that would do is 1322 bytes"), "{error}");
        let all = plan(&sample(), FIXED, Hotness::Estimated, Budget::Bytes(4600)).expect("fits");
        assert_eq!((all.count(Tier::Aot), all.totals.sum()), (3, 4600));
    }

    #[test]
    fn a_large_function_that_does_the_work_is_not_crowded_out() {
        let functions = [candidate("interpret", 400, 1000, 900_000), candidate("helper", 20, 50, 100_000)];
        let p = plan(&functions, FIXED, Hotness::Estimated, Budget::Percent(9_600)).expect("fits");
        assert_eq!(tiers(&p), [("interpret", Tier::Aot), ("helper", Tier::Bytecode)]);
    }

    #[test]
    fn percent_bounds_machine_code_alone() {
        for (percent, aot_bytes) in [(0, 0), (400, 0), (500, 200), (9_999, 4200), (10_000, 4600)] {
            let p = plan(&sample(), FIXED, Hotness::Estimated, Budget::Percent(percent)).expect("fits");
            assert_eq!(p.totals.aot, aot_bytes, "{percent}");
            assert_eq!(p.totals.interpreter, if percent == 10_000 { 0 } else { 100 }, "{percent}");
        }
    }

    #[test]
    fn what_cannot_be_bytecode_is_listed_or_refused() {
        let mut functions = sample();
        functions[1].bytecode = Err("f80".into());
        let p = plan(&functions, FIXED, Hotness::Estimated, Budget::Percent(500)).expect("fits");
        let listed: Vec<_> = p.fallbacks().map(|e| (e.function.as_str(), e.fallback_from, e.why.as_str())).collect();
        assert_eq!(listed, [("hot", Some(Tier::Bytecode), "f80")]);
        let error = plan(&functions, FIXED, Hotness::Estimated, Budget::Percent(100)).expect_err("too small");
        assert!(error.to_string().ends_with("4.35% machine code, because `hot` cannot be bytecode (f80)"), "{error}");
        functions[1].aot = Err("asm".into());
        let error = plan(&functions, FIXED, Hotness::Estimated, Budget::Percent(100)).expect_err("impossible");
        assert_eq!(error.to_string(), "function `hot` can be neither bytecode (f80) nor machine code (asm)");
    }
}
