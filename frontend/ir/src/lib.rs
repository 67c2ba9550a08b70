//! Rheo's IR: the program as every tier sees it.
//!
//! Owns the data structures (types, the op table, functions, globals, source positions), the text form and the
//! verifier. Deliberately knows no LLVM and no machine: layout is already resolved to bytes, and anything an
//! ABI decides (argument coercion, variadic areas) has been made explicit by the reader.
#![forbid(unsafe_code)]

mod body;
mod cfg;
mod descriptor;
mod entity;
mod module;
mod op;
mod outline;
mod parse;
mod print;
mod region;
mod types;
mod verify;

pub use body::{BlockData, Body, Clause, Dest, Imm, Inst, Pad, StackSlot};
pub use cfg::{Cfg, Liveness};
pub use descriptor::descriptor;
pub use entity::{BlockId, FileId, FuncId, GlobalId, SigId, StackSlotId, Value};
pub use module::{
    AliasOf, Comdat, ComdatKind, Data, DataReloc, Extension, Func, FuncFlags, Global, Linkage, Module, Param, Purpose,
    RelocKind, Shim, SigInterner, Signature, SrcLoc, Structor, SymbolRef, Visibility,
};
pub use op::{Class, ImmKind, Op, OpInfo, RmwKind, Rule, TypeSet};
pub use outline::{Outlined, Part, Parts, SELDOM, outline};
pub use parse::{ParseError, parse_func, parse_module};
pub use print::Printer;
pub use region::{Cut, NoRegion, Region, RegionBody, RegionKind, RegionName, Regions, cut};
pub use types::Type;
pub use verify::{VerifyError, verify, verify_func, verify_symbols};
