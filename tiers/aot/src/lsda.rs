//! The language-specific data area: what a personality routine is to do with exceptions in a function's frame.
//!
//! Owns its format ("Exception Handling Tables", LSB and GCC's `unwind-pe.h`; all readers take any encoding):
//!
//! ```text
//! u8      encoding of the landing pads' base: 0xff, they are relative to the function's start
//! u8      encoding of the type table: 0x9b, a 4-byte distance to a cell that holds the address
//! uleb    from the end of this field to the end of the type table
//! u8      encoding of the call sites: 0x01, ULEB128
//! uleb    bytes of the call-site table
//! { uleb start, uleb length, uleb pad (0: none), uleb action (0: clean-up only; n: record at n - 1) }*
//! { sleb filter (>0: type, 0: clean-up, <0: specification), sleb next (from this field; 0: end) }*
//! padding to 4, which the distance above counts
//! type table, entry n at 4n bytes before its end; null is any type
//! specifications: uleb types, 0; filter -1 - n is the one n bytes behind the type table
//! ```

use cranelift_codegen::{Final, FinalizedMachExceptionHandler, MachBufferFinalized};
use gimli::leb128::write as leb;
use rheo_ir::{Clause, FuncId, GlobalId, Pad};
use rheo_lower::Unwind;
use rustc_hash::FxHashMap;

/// Encoding of type and personality addresses: indirect, relative, 4 bytes signed.
pub(crate) const INDIRECT: u8 = 0x9b;
/// Bytes of a type table's entry.
const TYPE_BYTES: usize = 4;

/// A function's table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lsda {
    /// Who reads it; C's where the function names none.
    pub personality: Option<FuncId>,
    /// Its bytes, but for the distances to types.
    pub bytes: Vec<u8>,
    /// Offsets of these distances, and the variables that are meant.
    pub types: Vec<(u32, GlobalId)>,
}

/// A range of code whose calls have one fate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct CallSite {
    start: u32,
    end: u32,
    /// Code offset of the landing pad, and its tag.
    pad: Option<(u32, u32)>,
}

/// The ranges cover all of the function: to the C++ personality, a call that none covers ends the program.
fn call_sites(buffer: &MachBufferFinalized<Final>, place: impl Fn(u32) -> u32) -> Vec<CallSite> {
    let mut calls: Vec<(u32, Option<(u32, u32)>)> = buffer
        .call_sites()
        .map(|call| {
            let pad = call.exception_handlers.iter().find_map(|handler| match handler {
                FinalizedMachExceptionHandler::Tag(tag, at) => Some((place(*at), tag.as_u32())),
                _ => None,
            });
            (place(call.ret_addr), pad)
        })
        .collect();
    calls.sort_unstable();
    let mut sites = vec![CallSite { start: 0, end: 0, pad: None }];
    for (returns_to, pad) in calls {
        // The unwinder asks about the byte before the return address.
        let last = sites.last_mut().expect("begins with one");
        if last.pad != pad {
            last.end = returns_to - 1;
            sites.push(CallSite { start: returns_to - 1, end: returns_to, pad });
        }
        sites.last_mut().expect("begins with one").end = returns_to;
    }
    sites.last_mut().expect("begins with one").end = place(buffer.data().len() as u32);
    sites.retain(|s| s.start < s.end);
    sites
}

/// The table of a function that has landing pads.
///
/// `place` says where the code now is that was at an offset of the buffer.
pub(crate) fn write(
    personality: Option<FuncId>,
    unwind: &Unwind,
    buffer: &MachBufferFinalized<Final>,
    place: impl Fn(u32) -> u32,
) -> Lsda {
    table(personality, unwind, call_sites(buffer, place))
}

/// The table of code of a byte for each pad, a call that leads there. None of the pads has code: all are at offset 1.
pub(crate) fn stand_in(personality: Option<FuncId>, unwind: &Unwind) -> Lsda {
    let site = |tag| CallSite { start: tag, end: tag + 1, pad: Some((1, tag)) };
    table(personality, unwind, (0..unwind.pads.len() as u32).map(site).collect())
}

fn table(personality: Option<FuncId>, unwind: &Unwind, calls: Vec<CallSite>) -> Lsda {
    let mut actions = Actions::default();
    let mut sites = Vec::new();
    for site in calls {
        let (pad, action) = match site.pad {
            None => (0, 0),
            Some((at, tag)) => (at, actions.of(&unwind.pads[tag as usize], unwind)),
        };
        for n in [site.start, site.end - site.start, pad, action] {
            uleb(&mut sites, n);
        }
    }
    let mut rest = vec![0x01];
    uleb(&mut rest, sites.len() as u32);
    rest.extend(&sites);
    rest.extend(&actions.bytes);
    let mut bytes = vec![0xff];
    let mut types = Vec::new();
    if unwind.types.is_empty() && actions.specifications.is_empty() {
        bytes.push(0xff);
        bytes.extend(rest);
        return Lsda { personality, bytes, types };
    }
    bytes.push(INDIRECT);
    // The distance counts the padding, whose size depends on how many bytes the distance takes: tried upwards.
    let type_bytes = unwind.types.len() * TYPE_BYTES;
    let padding = (0..).find(|padding| {
        let mut head = bytes.clone();
        uleb(&mut head, (rest.len() + padding + type_bytes) as u32);
        (head.len() + rest.len() + padding).is_multiple_of(TYPE_BYTES)
    });
    rest.resize(rest.len() + padding.expect("some padding fits"), 0);
    uleb(&mut bytes, (rest.len() + type_bytes) as u32);
    bytes.extend(rest);
    for ty in unwind.types.iter().rev() {
        if let Some(ty) = ty {
            types.push((bytes.len() as u32, *ty));
        }
        bytes.resize(bytes.len() + TYPE_BYTES, 0);
    }
    bytes.extend(&actions.specifications);
    Lsda { personality, bytes, types }
}

/// The action table, its chains built from their ends so that equal ends are shared.
#[derive(Default)]
struct Actions {
    bytes: Vec<u8>,
    known: FxHashMap<(i32, Option<u32>), u32>,
    specifications: Vec<u8>,
}

impl Actions {
    /// What a call site says of a pad.
    fn of(&mut self, pad: &Pad, unwind: &Unwind) -> u32 {
        if pad.clauses.is_empty() {
            return 0;
        }
        let selector = |ty: Option<GlobalId>| {
            let at = unwind.types.iter().position(|t| *t == ty).expect("all types of the pads are listed");
            at as u32 + 1
        };
        let mut filters: Vec<i32> = Vec::with_capacity(pad.clauses.len() + 1);
        for clause in &pad.clauses {
            filters.push(match clause {
                Clause::Catch(ty) => selector(*ty) as i32,
                Clause::Filter(list) => {
                    let at = self.specifications.len() as i32;
                    list.iter().for_each(|&ty| uleb(&mut self.specifications, selector(Some(ty))));
                    self.specifications.push(0);
                    -1 - at
                }
            });
        }
        if pad.cleanup {
            filters.push(0);
        }
        let mut next = None;
        for &filter in filters.iter().rev() {
            let bytes = &mut self.bytes;
            next = Some(*self.known.entry((filter, next)).or_insert_with(|| {
                let at = bytes.len() as u32;
                sleb(bytes, i64::from(filter));
                let here = bytes.len() as i64;
                sleb(bytes, next.map_or(0, |n| i64::from(n) - here));
                at
            }));
        }
        next.expect("there are clauses") + 1
    }
}

fn uleb(out: &mut Vec<u8>, n: u32) {
    leb::unsigned(out, u64::from(n)).expect("a vector takes all");
}

fn sleb(out: &mut Vec<u8>, n: i64) {
    leb::signed(out, n).expect("a vector takes all");
}
