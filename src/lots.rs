//! Tiers by lot: a test of the claim that any mix of tiers behaves alike.

use crate::cli::TierChoice;
use crate::code::Wanted;
use rheo_ir::{BlockId, FuncId, Module, Region, RegionKind, RegionName, Regions};
use rheo_targets::Tier;
use rustc_hash::FxHashSet;

/// The tier wanted for each function with a body. By lot, three in four functions in bytecode are cut, too: of what can be a
/// region about half is machine code.
pub fn draw(module: &Module, choice: TierChoice) -> Wanted {
    let tiers: Vec<(FuncId, Tier)> = module.defined().map(|f| (f, tier(&module.func(f).name, choice))).collect();
    let TierChoice::Random(seed) = choice else { return tiers.into() };
    let bytecode = tiers.iter().filter(|(_, t)| *t == Tier::Bytecode).map(|t| t.0);
    let cut = bytecode.filter(|f| hash(seed, &module.func(*f).name) & 6 != 0);
    let drawn = cut.map(|f| (f, regions(module, f, seed))).filter(|(_, regions)| !regions.is_empty());
    let regions = drawn.collect();
    Wanted { tiers, regions }
}

/// Regions of a function by lot, in an order by lot, none of which overlap.
fn regions(module: &Module, f: FuncId, seed: u64) -> Vec<Region> {
    let Ok(all) = Regions::of(module, f) else { return Vec::new() };
    let name = &module.func(f).name;
    let mut drawn: Vec<(u64, Region)> =
        all.all().into_iter().map(|r| (hash(seed, &format!("{name} {}", r.name)), r)).collect();
    drawn.extend((0..PARTS).filter_map(|n| part(&all, hash(seed, &format!("{name} part {n}")))).map(|r| (0, r)));
    drawn.retain(|(lot, _)| lot & 1 == 0);
    drawn.sort_by(|(a, r), (b, s)| (a, &r.name).cmp(&(b, &s.name)));
    let mut taken: FxHashSet<BlockId> = FxHashSet::default();
    drawn.retain(|(_, r)| {
        let free = r.blocks().iter().all(|b| !taken.contains(b));
        if free {
            taken.extend(r.blocks());
        }
        free
    });
    drawn.into_iter().map(|(_, r)| r).collect()
}

/// The tier wanted for the function of this name.
pub fn tier(name: &str, choice: TierChoice) -> Tier {
    match choice {
        TierChoice::Bytecode => Tier::Bytecode,
        TierChoice::Aot => Tier::Aot,
        TierChoice::Random(seed) if hash(seed, name) & 1 == 0 => Tier::Bytecode,
        TierChoice::Random(_) => Tier::Aot,
    }
}

/// Parts that are drawn of each function.
const PARTS: u32 = 1;

/// A part of the function by lot: some block, and of those behind it some that are entered from nowhere else.
fn part(all: &Regions, lot: u64) -> Option<Region> {
    let order = all.cfg().rpo();
    let first = (lot >> 8) as usize % order.len();
    let head = order[first];
    let mut inside: FxHashSet<BlockId> = FxHashSet::from_iter([head]);
    for &b in &order[first + 1..] {
        let kept = hash(lot, &b.to_string()) & 7 != 0;
        let preds = || all.cfg().preds(b).iter().filter(|&&p| all.cfg().is_reachable(p));
        if kept && all.can_move(b) && preds().all(|p| inside.contains(p)) {
            inside.insert(b);
        }
    }
    let mut others: Vec<BlockId> = inside.into_iter().filter(|&b| b != head).collect();
    others.sort_unstable();
    all.find(&RegionName { kind: RegionKind::Part, head, others }).ok()
}

/// FNV-1a, then the finaliser of MurmurHash3: its low bits alone would follow the low bits of the name's last letters.
fn hash(seed: u64, name: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(name.bytes());
    let mut h = bytes.fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_fair_and_fixed() {
        for seed in 0..8 {
            let names = (0..1000).map(|i| format!("f{i}"));
            let odd = names.filter(|n| hash(seed, n) & 1 == 1).count();
            assert!((430..570).contains(&odd), "seed {seed}: {odd}");
        }
        assert_eq!(hash(7, "main"), hash(7, "main"));
        assert_ne!(hash(7, "main"), hash(8, "main"));
    }
}
