//! The bench: Rheo in each of its forms beside native code and the engines of others, on the same programs.

pub mod calls;
pub mod engine;
pub mod page;
pub mod peer;
pub mod report;
pub mod rheo_builds;
pub mod subject;
pub mod throws;
