//! tiers/lower
