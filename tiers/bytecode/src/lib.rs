//! tiers/bytecode
