//! Where a program spends its time, and what follows from it: profiles (format, merging, collection), the static
//! estimate that stands in for one, the size budget, and the planner with its plan.
//!
//! Owns policy. Generates no code and knows no encoding: sizes come in as numbers, and out goes a tier for each
//! function, with the reason.
#![forbid(unsafe_code)]

mod budget;
mod counts;
mod estimate;
mod heat;
mod hot_parts;
mod plan;
mod plan_text;
mod planner;
mod profile;
mod seldom;

pub use budget::{Budget, BudgetError};
pub use counts::{CodeMap, CodeMapError, MappedFunction, RawCounts, RawCountsError, is_raw};
pub use estimate::{estimate, estimate_runs};
pub use heat::{FuncHeat, Heat, measured};
pub use hot_parts::{Choice, hot_parts};
pub use plan::{Entry, Hotness, Plan, RegionEntry, Totals};
pub use plan_text::PlanSyntaxError;
pub use planner::{Candidate, CutCandidate, Describe, FixedBytes, PlanError, TierBytes, all_aot, plan, smallest};
pub use profile::{FunctionProfile, Profile, ProfileError, work};
pub use seldom::set_seldom_apart;
