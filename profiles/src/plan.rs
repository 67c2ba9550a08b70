//! The plan: which function runs in which tier, why, and what that takes.
//!
//! Owns the data. Its text form is in `plan_text`, its making in `planner`.

use crate::Budget;
use rheo_ir::RegionName;
use rheo_targets::Tier;
use rustc_hash::FxHashMap;

/// Tiers of all functions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Where the heat came from.
    pub hotness: Hotness,
    /// What was asked for; none when tiers were given one by one.
    pub budget: Option<Budget>,
    /// One entry a function, hottest first as far as the planner wrote it.
    pub entries: Vec<Entry>,
    /// What it takes.
    pub totals: Totals,
}

/// Where heat came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hotness {
    /// Counted in a run.
    Measured,
    /// Estimated from loops and calls: no profile was given.
    Estimated,
}

impl Hotness {
    /// Name in plans and reports.
    pub fn name(self) -> &'static str {
        match self {
            Hotness::Measured => "measured",
            Hotness::Estimated => "estimated",
        }
    }
}

/// One function's place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Linkage name.
    pub function: String,
    /// Where it runs.
    pub tier: Tier,
    /// Of a function in bytecode, what of it is machine code.
    pub regions: Vec<RegionEntry>,
    /// Bytes as bytecode, tables included; none if it cannot be bytecode, or was not compiled as such.
    pub bytecode_bytes: Option<u32>,
    /// Bytes as machine code; none if it cannot be machine code, or was not compiled as such.
    pub aot_bytes: Option<u32>,
    /// Operations executed.
    pub ops: u64,
    /// The tier that was asked for and could not be had. `why` says the reason.
    pub fallback_from: Option<Tier>,
    /// Why it is there. One line.
    pub why: String,
}

/// A region of a bytecode function that is machine code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegionEntry {
    /// Which: its kind and the block of the function's IR that it begins with.
    pub region: RegionName,
    /// Bytes as machine code, if it was compiled.
    pub aot_bytes: Option<u32>,
    /// Operations executed in it.
    pub ops: u64,
    /// Why it is machine code. One line.
    pub why: String,
    /// Line of the plan's text that it stands in; 0 in a plan that was not read.
    pub line: u32,
}

/// Bytes by what they hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// The interpreter's handlers.
    pub interpreter: u64,
    /// Bytecode.
    pub bytecode: u64,
    /// Machine code of the program's functions.
    pub aot: u64,
    /// Everything that bytecode needs beside code: function tables, symbols, stubs, descriptors, positions.
    pub tables: u64,
    /// The runtime.
    pub runtime: u64,
}

impl Totals {
    /// The parts, with their names.
    pub fn parts(&self) -> [(&'static str, u64); 5] {
        [
            ("interpreter", self.interpreter),
            ("bytecode", self.bytecode),
            ("aot", self.aot),
            ("tables", self.tables),
            ("runtime", self.runtime),
        ]
    }

    /// Everything that Rheo adds.
    pub fn sum(&self) -> u64 {
        self.parts().iter().map(|(_, b)| b).sum()
    }
}

impl Plan {
    /// Entries in a tier that was not the one asked for.
    pub fn fallbacks(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|e| e.fallback_from.is_some())
    }

    /// Takes over what a plan that this one follows knows besides: sizes in the tier not taken, heat, reasons.
    pub fn take_over(&mut self, given: &Plan) {
        self.hotness = given.hotness;
        let known: FxHashMap<&str, &Entry> = given.entries.iter().map(|e| (e.function.as_str(), e)).collect();
        for entry in &mut self.entries {
            let Some(given) = known.get(entry.function.as_str()) else { continue };
            entry.bytecode_bytes = entry.bytecode_bytes.or(given.bytecode_bytes);
            entry.aot_bytes = entry.aot_bytes.or(given.aot_bytes);
            for region in &mut entry.regions {
                if let Some(given) = given.regions.iter().find(|r| r.region == region.region) {
                    region.ops = given.ops;
                    region.why.clone_from(&given.why);
                }
            }
            if given.ops != 0 {
                entry.ops = given.ops;
            }
            if entry.fallback_from.is_none() {
                entry.why.clone_from(&given.why);
                entry.fallback_from = given.fallback_from.filter(|_| entry.tier == given.tier);
            }
        }
    }

    /// The plan with everything bytecode that can be.
    pub fn without_choices(mut self) -> Plan {
        for entry in self.entries.iter_mut().filter(|e| e.bytecode_bytes.is_some()) {
            entry.tier = Tier::Bytecode;
        }
        self.entries.iter_mut().for_each(|e| e.regions.clear());
        self
    }

    /// Number of regions that are machine code.
    pub fn region_count(&self) -> usize {
        self.entries.iter().map(|e| e.regions.len()).sum()
    }

    /// Number of functions in `tier`.
    pub fn count(&self, tier: Tier) -> usize {
        self.entries.iter().filter(|e| e.tier == tier).count()
    }
}
