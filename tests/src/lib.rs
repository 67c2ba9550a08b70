//! What the test suites and the measuring programs share: where the material is, how it is compiled natively and to
//! bitcode, how `rheo` is driven as a user would, and how two runs are compared.
//!
//! The oracle is always clang: the same bitcode linked natively. No crate of the engine is linked in here; only the
//! `rheo` command is run.

pub mod bench;
pub mod chart;
pub mod clang;
pub mod compare;
pub mod corpus;
pub mod coverage;
pub mod cross;
pub mod figures;
pub mod filetest;
pub mod harness;
pub mod header;
pub mod known;
pub mod language;
pub mod measure;
pub mod picture;
pub mod places;
pub mod process;
pub mod program;
pub mod random_ir;
pub mod readme;
pub mod rheo;
pub mod template;
pub mod title;
