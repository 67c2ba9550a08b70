//! tiers/aot
