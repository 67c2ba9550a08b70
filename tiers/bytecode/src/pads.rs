//! The image's table of landing pads: where exceptions of a call go on, and which do.
//!
//! Owns its form. All numbers are ULEB128 unless said otherwise:
//!
//! | part | |
//! |---|---|
//! | u32 n | functions listed: those with pads or with a mark |
//! | n × { u32 function, u32 offset of its rows } | by rising function; offsets behind these, as of all that follow |
//! | u32 | end of the rows: what takes begin here |
//! | rows of each function | slot of its mark plus 1 or 0, then rows until the next function's |
//! | takes | lists of what pads take |
//!
//! A *row* is of one call: distance of its end from the row before (from the function's first instruction), times two,
//! plus one if the rest is as in the row before; else the pad's offset in the function and the offset of what it takes.
//! What a pad *takes*: clauses in order, then 0, or 1 if it is a clean-up; a clause is 2 (anything) or a symbol plus 4.
//! Or 3, alone, with the symbols of a personality routine and of the function's stand-in, and a call of that: the routine
//! knows what the pad takes. The *mark* is the slot that keeps the dynamic stack's top from before the function.

use crate::image::push_uleb;
use std::collections::HashMap;

/// What an exception may meet.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Taken {
    /// Anything.
    Any,
    /// A type, by its symbol.
    Type(u32),
}

/// What a landing pad takes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Takes {
    /// C++ exceptions of these types, in order; with `cleanup` everything else on its way up, too.
    Listed {
        /// What an exception may meet.
        clauses: Vec<Taken>,
        /// And everything on its way up.
        cleanup: bool,
    },
    /// What a personality routine says of one of the calls of the function's stand-in.
    Asked {
        /// Symbol of the routine.
        personality: u32,
        /// Symbol of the stand-in.
        stand_in: u32,
        /// Which of its calls.
        call: u32,
    },
}

impl std::fmt::Display for Takes {
    /// Words, each behind a space: `any`, a symbol's number, `cleanup`; or `asks` with three numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Takes::Listed { clauses, cleanup } => {
                for clause in clauses {
                    match clause {
                        Taken::Any => f.write_str(" any")?,
                        Taken::Type(symbol) => write!(f, " {symbol}")?,
                    }
                }
                if *cleanup { f.write_str(" cleanup") } else { Ok(()) }
            }
            Takes::Asked { personality, stand_in, call } => write!(f, " asks {personality} {stand_in} {call}"),
        }
    }
}

impl Takes {
    /// The inverse of printing.
    pub(crate) fn parse(words: &[&str]) -> Option<Takes> {
        if let ["asks", personality, stand_in, call] = words {
            let [personality, stand_in, call] = [personality, stand_in, call].map(|n| n.parse().ok());
            return Some(Takes::Asked { personality: personality?, stand_in: stand_in?, call: call? });
        }
        let (words, cleanup) = match words {
            [clauses @ .., "cleanup"] => (clauses, true),
            clauses => (clauses, false),
        };
        let clause = |word: &&str| match *word {
            "any" => Some(Taken::Any),
            n => Some(Taken::Type(n.parse().ok()?)),
        };
        Some(Takes::Listed { clauses: words.iter().map(clause).collect::<Option<_>>()?, cleanup })
    }
}

/// The pad of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PadRow {
    /// Offset behind the call, from the function's first instruction.
    pub call: u32,
    /// Offset of the pad.
    pub pad: u32,
    /// What it takes.
    pub takes: Takes,
}

/// A function's pads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FunctionPads {
    /// By rising call.
    pub rows: Vec<PadRow>,
    /// Slot that keeps the dynamic stack's top from before the function.
    pub mark: Option<u32>,
}

impl FunctionPads {
    /// Whether there is nothing to say of the function.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.mark.is_none()
    }
}

/// The table's bytes; none if no function is listed.
pub(crate) fn encode(functions: &[FunctionPads]) -> Vec<u8> {
    let listed = || functions.iter().enumerate().filter(|(_, f)| !f.is_empty());
    if listed().next().is_none() {
        return Vec::new();
    }
    let (mut rows, mut takes) = (Vec::new(), Vec::new());
    let mut known: HashMap<&Takes, u64> = HashMap::new();
    let mut index = Vec::new();
    for (number, function) in listed() {
        index.extend([number as u32, rows.len() as u32]);
        push_uleb(&mut rows, function.mark.map_or(0, |slot| u64::from(slot) + 1));
        let mut last: Option<&PadRow> = None;
        for row in &function.rows {
            // Only text can put rows out of order; the verifier then finds no call.
            let step = row.call.saturating_sub(last.map_or(0, |l| l.call));
            let same = last.is_some_and(|l| l.pad == row.pad && l.takes == row.takes);
            push_uleb(&mut rows, u64::from(step) << 1 | u64::from(same));
            if !same {
                let at = *known.entry(&row.takes).or_insert_with(|| {
                    let at = takes.len() as u64;
                    push_takes(&mut takes, &row.takes);
                    at
                });
                push_uleb(&mut rows, u64::from(row.pad));
                push_uleb(&mut rows, at);
            }
            last = Some(row);
        }
    }
    let mut out = ((index.len() / 2) as u32).to_le_bytes().to_vec();
    index.push(rows.len() as u32);
    out.extend(index.iter().flat_map(|w| w.to_le_bytes()));
    out.extend(rows);
    out.extend(takes);
    out
}

fn push_takes(out: &mut Vec<u8>, takes: &Takes) {
    match takes {
        Takes::Listed { clauses, cleanup } => {
            for clause in clauses {
                match clause {
                    Taken::Any => push_uleb(out, 2),
                    Taken::Type(symbol) => push_uleb(out, u64::from(*symbol) + 4),
                }
            }
            push_uleb(out, u64::from(*cleanup));
        }
        Takes::Asked { personality, stand_in, call } => {
            [3, *personality, *stand_in, *call].iter().for_each(|&n| push_uleb(out, u64::from(n)));
        }
    }
}

/// What a table of an image with `functions` functions says; nothing if it is not as [`encode`] makes it.
pub(crate) fn decode(bytes: &[u8], functions: usize) -> Option<Vec<FunctionPads>> {
    let mut out = vec![FunctionPads::default(); functions];
    if bytes.is_empty() {
        return Some(out);
    }
    let word = |i: usize| Some(u32::from_le_bytes(bytes.get(4 * i..)?.get(..4)?.try_into().ok()?));
    let n = word(0)? as usize;
    let behind = bytes.get(n.checked_mul(8)?.checked_add(8)?..)?;
    let takes = behind.get(word(1 + 2 * n)? as usize..)?;
    for i in 0..n {
        let function = out.get_mut(word(1 + 2 * i)? as usize)?;
        // The word behind the last function's is the end.
        let end = if i + 1 < n { word(4 + 2 * i)? } else { word(1 + 2 * n)? };
        let mut rows = behind.get(word(2 + 2 * i)? as usize..end as usize)?;
        function.mark = uleb(&mut rows)?.checked_sub(1);
        let mut call = 0u32;
        while !rows.is_empty() {
            let head = uleb(&mut rows)?;
            call = call.checked_add(head >> 1)?;
            let row = match function.rows.last() {
                Some(last) if head & 1 == 1 => PadRow { call, ..last.clone() },
                _ if head & 1 == 1 => return None,
                _ => {
                    PadRow { call, pad: uleb(&mut rows)?, takes: read_takes(takes.get(uleb(&mut rows)? as usize..)?)? }
                }
            };
            function.rows.push(row);
        }
    }
    (encode(&out) == bytes).then_some(out)
}

fn read_takes(mut bytes: &[u8]) -> Option<Takes> {
    let mut clauses = Vec::new();
    loop {
        clauses.push(match uleb(&mut bytes)? {
            end @ 0..=1 => return Some(Takes::Listed { clauses, cleanup: end == 1 }),
            2 => Taken::Any,
            3 if clauses.is_empty() => {
                let mut next = || uleb(&mut bytes);
                return Some(Takes::Asked { personality: next()?, stand_in: next()?, call: next()? });
            }
            3 => return None,
            symbol => Taken::Type(symbol - 4),
        });
    }
}

fn uleb(bytes: &mut &[u8]) -> Option<u32> {
    let mut n = 0u64;
    for shift in (0..35).step_by(7) {
        let (&b, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return u32::try_from(n).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_it_encodes() {
        let takes = |clauses: &[Taken], cleanup| Takes::Listed { clauses: clauses.to_vec(), cleanup };
        let row = |call, pad, takes: &Takes| PadRow { call, pad, takes: takes.clone() };
        let all = takes(&[Taken::Type(300), Taken::Any], false);
        let up = takes(&[], true);
        let asked = Takes::Asked { personality: 1, stand_in: 200, call: 3 };
        let functions = [
            FunctionPads::default(),
            FunctionPads { rows: vec![row(4, 900, &up), row(9, 900, &up), row(11, 900, &all)], mark: None },
            FunctionPads { rows: Vec::new(), mark: Some(0) },
            FunctionPads { rows: vec![row(70_000, 5, &asked), row(70_001, 5, &all)], mark: Some(200) },
            FunctionPads::default(),
        ];
        for row in functions.iter().flat_map(|f| &f.rows) {
            let text = row.takes.to_string();
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(Takes::parse(&words).as_ref(), Some(&row.takes));
        }
        let bytes = encode(&functions);
        assert_eq!(decode(&bytes, 5).as_deref(), Some(&functions[..]));
        for end in 1..bytes.len() {
            assert_eq!(decode(&bytes[..end], 5), None, "cut at {end}");
        }
        assert_eq!(decode(&[], 1), Some(vec![FunctionPads::default()]));
    }
}
