//! tiers/vmgen
