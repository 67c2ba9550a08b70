//! The planner: a tier for each function so that the most time is saved within the budget.
//!
//! Greedy by benefit a byte, the knapsack's usual approximation, with each of the hottest functions tried as the first.
//! Deterministic: ties go by estimate, then by the program's order.

use crate::plan::{Entry, Hotness, Plan, RegionEntry, Totals};
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
    /// What it takes with hot regions as machine code, where those may be worth more a byte than the whole: by rising size.
    pub cuts: Vec<CutCandidate>,
}

/// A function in bytecode with regions that are machine code.
#[derive(Clone, PartialEq, Debug)]
pub struct CutCandidate {
    /// The regions, with their heat.
    pub regions: Vec<RegionEntry>,
    /// What is left as bytecode.
    pub bytecode: TierBytes,
    /// The regions' machine code.
    pub aot: TierBytes,
    /// Operations that the regions execute, less what entering them costs.
    pub ops: u64,
}

/// How much of a function is machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Share {
    /// None: bytecode.
    None,
    /// The regions of a choice of its.
    Cut(usize),
    /// All.
    Whole,
}

/// Something that room is spent on.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Item {
    /// The function.
    function: usize,
    /// How much of it is machine code before and after.
    from: Share,
    to: Share,
    /// What it takes more.
    price: u64,
    /// Operations that it speeds up: measured or estimated, and estimated.
    ops: (u64, u64),
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
    let shares = match budget {
        Budget::Bytes(bytes) => placement.within_bytes(bytes)?,
        Budget::Percent(hundredths) => placement.within_percent(hundredths)?,
    };
    Ok(placement.plan(&shares, hotness, Some(budget)))
}

/// Places every function in its smaller tier.
pub fn smallest(functions: &[Candidate], fixed: FixedBytes, hotness: Hotness) -> Result<Plan, PlanError> {
    let placement = Placement::new(functions, fixed)?;
    let (shares, _) = placement.smallest();
    Ok(placement.plan(&shares, hotness, None))
}

/// All functions as machine code, if they can be.
pub fn all_aot(functions: &[Candidate], hotness: Hotness) -> Option<Plan> {
    let placement = Placement::new(functions, FixedBytes::default()).ok()?;
    let (shares, _) = placement.all_aot()?;
    Some(placement.plan(&shares, hotness, None))
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

    fn all_aot(&self) -> Option<(Vec<Share>, u64)> {
        let bytes = self.functions.iter().map(|f| f.aot.as_ref().ok().map(|b| b.sum())).sum::<Option<u64>>()?;
        Some((vec![Share::Whole; self.functions.len()], self.fixed.all_aot.unwrap_or(bytes)))
    }

    /// Whichever tier is smaller, function by function, with everything that bytecode needs.
    fn smallest(&self) -> (Vec<Share>, u64) {
        let mut bytes = self.fixed.sum();
        let shares = self
            .functions
            .iter()
            .map(|f| {
                let (share, b) = match (&f.bytecode, &f.aot) {
                    (Ok(b), Ok(a)) if a.sum() <= b.sum() => (Share::Whole, a),
                    (Ok(b), _) => (Share::None, b),
                    (Err(_), Ok(a)) => (Share::Whole, a),
                    (Err(_), Err(_)) => unreachable!("refused before"),
                };
                bytes += b.sum();
                share
            })
            .collect();
        (shares, bytes)
    }

    fn within_bytes(&self, budget: u64) -> Result<Vec<Share>, PlanError> {
        let all_aot = self.all_aot();
        if let Some((shares, bytes)) = &all_aot
            && *bytes <= budget
        {
            return Ok(shares.clone());
        }
        let (shares, bytes) = self.smallest();
        if bytes > budget {
            let least = all_aot.map_or(bytes, |(_, all)| all.min(bytes));
            return Err(PlanError::TooSmall {
                budget: Describe(Budget::Bytes(budget)),
                least: Describe(Budget::Bytes(least)),
                because: String::new(),
            });
        }
        let takes = |f: &Candidate, share| match (share, &f.bytecode, &f.aot) {
            (Share::Cut(i), ..) => f.cuts[i].bytecode.sum() + f.cuts[i].aot.sum(),
            (Share::Whole, _, Ok(a)) => a.sum(),
            (_, Ok(b), _) => b.sum(),
            _ => 0,
        };
        Ok(self.choose(&shares, budget - bytes, takes))
    }

    fn within_percent(&self, hundredths: u32) -> Result<Vec<Share>, PlanError> {
        let code = |f: &Candidate| f.aot.as_ref().map_or(0, |a| u64::from(a.code));
        let all: u64 = self.functions.iter().map(code).sum();
        let bound = u64::try_from(u128::from(all) * u128::from(hundredths) / 10_000).expect("at most `all`");
        let shares: Vec<Share> =
            self.functions.iter().map(|f| if f.bytecode.is_ok() { Share::None } else { Share::Whole }).collect();
        let bytes: u64 =
            self.functions.iter().zip(&shares).filter(|(_, s)| **s == Share::Whole).map(|(f, _)| code(f)).sum();
        if bytes > bound {
            let least = (u128::from(bytes) * 10_000).div_ceil(u128::from(all));
            return Err(PlanError::TooSmall {
                budget: Describe(Budget::Percent(hundredths)),
                least: Describe(Budget::Percent(u32::try_from(least).expect("a share"))),
                because: self.machine_code_alone(),
            });
        }
        let takes = |f: &Candidate, share| match (share, &f.aot) {
            (Share::Whole, Ok(a)) => u64::from(a.code),
            (Share::Cut(i), _) => u64::from(f.cuts[i].aot.code),
            _ => 0,
        };
        Ok(self.choose(&shares, bound - bytes, takes))
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

    /// How much of each function is best made machine code, if there is `room` for what `takes` says that takes.
    ///
    /// That of the most benefit a byte, as much as fits. That alone would leave out a large function that does most of the
    /// work, once small ones have taken its place; so it is also tried with each of the hottest functions placed first.
    fn choose(&self, shares: &[Share], room: u64, takes: impl Fn(&Candidate, Share) -> u64) -> Vec<Share> {
        let items = self.by_benefit(shares, takes);
        let ops = |i: usize| (self.functions[i].heat.ops, self.functions[i].heat.estimated_ops);
        let mut hottest: Vec<usize> = items.iter().filter(|i| i.to == Share::Whole).map(|i| i.function).collect();
        hottest.sort_by_key(|&i| (std::cmp::Reverse(ops(i)), i));
        let firsts = std::iter::once(None).chain(hottest.into_iter().take(FIRSTS_MAX).map(Some));
        let mut best: (u128, u128, Vec<Share>) = (0, 0, shares.to_vec());
        for first in firsts {
            let (mut left, mut chosen, mut sum) = (room, shares.to_vec(), (0u128, 0u128));
            let (own, others): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|i| Some(i.function) == first);
            for item in own.into_iter().chain(others) {
                if item.price <= left && chosen[item.function] == item.from {
                    left -= item.price;
                    chosen[item.function] = item.to;
                    sum = (sum.0 + u128::from(item.ops.0), sum.1 + u128::from(item.ops.1));
                }
            }
            if sum > (best.0, best.1) {
                best = (sum.0, sum.1, chosen);
            }
        }
        best.2
    }

    /// The functions that stand in bytecode and could be machine code, by falling benefit a byte of their price. Where
    /// regions of one are worth more a byte than the whole, they and the rest are items of their own.
    fn by_benefit(&self, shares: &[Share], takes: impl Fn(&Candidate, Share) -> u64) -> Vec<Item> {
        let mut order: Vec<Item> = Vec::new();
        // a/x > b/y as a*y > b*x: no rounding, so one order on every machine.
        let cross = |ops: u64, price: u64| u128::from(ops) * u128::from(price.max(1));
        for (function, f) in self.functions.iter().enumerate() {
            if shares[function] != Share::None || f.bytecode.is_err() || f.aot.is_err() {
                continue;
            }
            let price = |share| takes(f, share).saturating_sub(takes(f, Share::None));
            let whole = (Share::Whole, price(Share::Whole), (f.heat.ops, f.heat.estimated_ops));
            let cuts = f.cuts.iter().enumerate().map(|(i, c)| (Share::Cut(i), price(Share::Cut(i)), (c.ops, 0)));
            let mut steps: Vec<(Share, u64, (u64, u64))> = vec![(Share::None, 0, (0, 0))];
            // Those are of use that save more a byte than what comes behind them: the upper hull.
            for next in cuts.filter(|c| c.1 < whole.1 && c.2.0 < whole.2.0).chain([whole]) {
                while let [.., before, last] = *steps {
                    let (gain, bytes) = (last.2.0.saturating_sub(before.2.0), last.1.saturating_sub(before.1));
                    let (more, further) = (next.2.0.saturating_sub(last.2.0), next.1.saturating_sub(last.1));
                    if last.1 < next.1 && cross(gain, further) > cross(more, bytes) {
                        break;
                    }
                    steps.pop();
                }
                steps.push(next);
            }
            order.extend(steps.windows(2).map(|pair| {
                let ((from, price, ops), (to, next, more)) = (pair[0], pair[1]);
                let ops = (more.0.saturating_sub(ops.0), more.1.saturating_sub(ops.1));
                Item { function, from, to, price: next.saturating_sub(price), ops }
            }));
        }
        let rank = |of: fn(&Item) -> u64, x: &Item, y: &Item| cross(of(y), x.price).cmp(&cross(of(x), y.price));
        order.sort_by(|x, y| {
            let by_ops = rank(|i| i.ops.0, x, y).then(rank(|i| i.ops.1, x, y));
            by_ops.then(x.function.cmp(&y.function))
        });
        order
    }

    fn plan(&self, shares: &[Share], hotness: Hotness, budget: Option<Budget>) -> Plan {
        let all_ops: u128 = self.functions.iter().map(|f| u128::from(f.heat.ops)).sum();
        let mut totals = Totals::default();
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(self.functions[i].heat.ops), i));
        for (f, share) in self.functions.iter().zip(shares) {
            let (bytecode, aot) = match (*share, &f.bytecode, &f.aot) {
                (Share::Whole, _, Ok(a)) => (TierBytes::default(), *a),
                (Share::Cut(i), ..) => (f.cuts[i].bytecode, f.cuts[i].aot),
                (_, Ok(b), _) => (*b, TierBytes::default()),
                _ => unreachable!("no function is placed where it cannot be"),
            };
            totals.aot += u64::from(aot.code);
            totals.bytecode += u64::from(bytecode.code);
            totals.tables += u64::from(aot.tables) + u64::from(bytecode.tables);
        }
        if shares.iter().any(|s| *s != Share::Whole) {
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
                let tier = if shares[i] == Share::Whole { Tier::Aot } else { Tier::Bytecode };
                let regions = match shares[i] {
                    Share::Cut(cut) => f.cuts[cut].regions.clone(),
                    Share::None | Share::Whole => Vec::new(),
                };
                let fallback = (tier == Tier::Aot).then_some(&f.bytecode).and_then(|b| b.as_ref().err());
                Entry {
                    function: f.name.clone(),
                    tier,
                    regions,
                    bytecode_bytes: bytes(&f.bytecode),
                    aot_bytes: bytes(&f.aot),
                    ops: f.heat.ops,
                    fallback_from: fallback.map(|_| Tier::Bytecode),
                    why: fallback.cloned().unwrap_or_else(|| why(f, tier, all_ops)),
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
            cuts: Vec::new(),
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
    fn a_hot_loop_goes_before_its_function_and_makes_room_for_it() {
        let regions = vec![RegionEntry {
            region: rheo_ir::RegionName::parse("loop b2").expect("well-formed"),
            aot_bytes: Some(100),
            ops: 1900,
            why: String::new(),
            line: 0,
        }];
        let mut functions = sample();
        let bytecode = TierBytes { code: 900, tables: 4 };
        let aot = TierBytes { code: 100, tables: 40 };
        functions[2].cuts = vec![CutCandidate { regions, bytecode, aot, ops: 1900 }];
        let cut = |percent| {
            let p = plan(&functions, FIXED, Hotness::Measured, Budget::Percent(percent)).expect("fits");
            let big = p.entries.iter().find(|e| e.function == "big").expect("listed").clone();
            (big.tier, big.regions.len(), p.totals.aot)
        };
        // Of 4600 bytes: the loop alone; it and the function that is next; all of the function.
        assert_eq!(cut(230), (Tier::Bytecode, 1, 100));
        assert_eq!(cut(700), (Tier::Bytecode, 1, 300));
        assert_eq!(cut(9200), (Tier::Aot, 0, 4200));
        // Where the loop saves less a byte than the whole, it is nothing.
        functions[2].cuts[0].ops = 40;
        let p = plan(&functions, FIXED, Hotness::Measured, Budget::Percent(230)).expect("fits");
        assert_eq!(p.region_count(), 0);
    }

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
