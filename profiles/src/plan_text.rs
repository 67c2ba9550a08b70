//! The plan's text form: printed for people, edited by them, read back. `read(print(p)) == p`.
//!
//! One entry a line: tier, bytes as bytecode, bytes as machine code, operations executed, function; then `; why`, or
//! `! tier: why` for a function that is not in the tier asked for. `-` stands for a number that nobody knows. `#` begins
//! a comment line. Behind a function in bytecode stand the regions of it that are machine code, one a line: `block`
//! or `loop` and the block of the function's IR that it begins with, or `part` and that and its other blocks, bytes as machine code, operations executed, `; why`.
//! In a plan written by hand all but tier and function may be `-`, and the header and totals left out.

use crate::plan::{Entry, Hotness, Plan, RegionEntry, Totals};
use rheo_ir::RegionName;
use rheo_targets::Tier;
use std::fmt::Write;

/// Where and how a text is no plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{line}:{column}: {what}")]
pub struct PlanSyntaxError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: String,
}

const VERSION: &str = "1";

impl Plan {
    /// The plan as text.
    pub fn print(&self) -> String {
        let mut out = format!("rheo-plan {VERSION}\n");
        let mut line = |text: String| {
            out += &text;
            out.push('\n');
        };
        match self.hotness {
            Hotness::Measured => line("hotness measured".into()),
            Hotness::Estimated => {
                line("# No profile was given: operations are estimated from loops and calls.".into());
                line("hotness estimated".into());
            }
        }
        if let Some(budget) = self.budget {
            line(format!("budget {budget}"));
        }
        for (name, bytes) in self.totals.parts() {
            line(format!("total {name} {bytes}"));
        }
        line(format!("# all of it: {} bytes", self.totals.sum()));
        let fallbacks = self.fallbacks().count();
        line(format!(
            "# functions: {} bytecode, {} aot; not in the tier asked for: {fallbacks} (marked `!`)",
            self.count(Tier::Bytecode),
            self.count(Tier::Aot)
        ));
        line("\n# tier   as bytecode    as aot  executed ops  function".into());
        for e in &self.entries {
            let number = |n: Option<u32>| n.map_or("-".to_owned(), |n| n.to_string());
            let mut text = format!(
                "{:<8} {:>11} {:>9} {:>13}  {}",
                e.tier,
                number(e.bytecode_bytes),
                number(e.aot_bytes),
                e.ops,
                quoted(&e.function)
            );
            let why = e.why.replace(['\n', '\r'], " ");
            match e.fallback_from {
                Some(tier) => write!(text, "  ! {tier}: {}", why.trim()).expect("strings take all"),
                None if why.trim().is_empty() => {}
                None => write!(text, "  ; {}", why.trim()).expect("strings take all"),
            }
            line(text);
            for r in &e.regions {
                let why = r.why.replace(['\n', '\r'], " ");
                let why = if why.trim().is_empty() { String::new() } else { format!("  ; {}", why.trim()) };
                let name = r.region.to_string();
                line(format!("  {name:<18} {:>9} {:>13}{why}", number(r.aot_bytes), r.ops));
            }
        }
        out
    }

    /// Reads a plan's text.
    pub fn read(text: &str) -> Result<Plan, PlanSyntaxError> {
        let mut plan =
            Plan { hotness: Hotness::Estimated, budget: None, entries: Vec::new(), totals: Totals::default() };
        let mut seen = rustc_hash::FxHashMap::default();
        let mut versioned = false;
        for (i, text) in text.lines().enumerate() {
            let mut line = Line { text, at: 0, number: u32::try_from(i + 1).unwrap_or(u32::MAX) };
            let Some((column, word)) = line.word() else { continue };
            if word.starts_with('#') {
                continue;
            }
            if !versioned {
                if word != "rheo-plan" {
                    return Err(line.error(column, "a plan begins with `rheo-plan 1`".into()));
                }
                let (column, version) = line.expect("the plan's version")?;
                if version != VERSION {
                    return Err(
                        line.error(column, format!("plan of version {version}; this Rheo reads version {VERSION}"))
                    );
                }
                versioned = true;
                line.end()?;
                continue;
            }
            match word {
                "hotness" => {
                    let (column, word) = line.expect("`measured` or `estimated`")?;
                    plan.hotness = match word {
                        "measured" => Hotness::Measured,
                        "estimated" => Hotness::Estimated,
                        _ => {
                            return Err(
                                line.error(column, format!("hotness is `measured` or `estimated`, not `{word}`"))
                            );
                        }
                    };
                    line.end()?;
                }
                "budget" => {
                    let (column, word) = line.expect("a budget")?;
                    plan.budget =
                        Some(word.parse().map_err(|e: crate::BudgetError| line.error(column, e.to_string()))?);
                    line.end()?;
                }
                "total" => {
                    let (column, part) = line.expect("what the total is of")?;
                    let bytes = line.number()?.unwrap_or(0);
                    *match part {
                        "interpreter" => &mut plan.totals.interpreter,
                        "bytecode" => &mut plan.totals.bytecode,
                        "aot" => &mut plan.totals.aot,
                        "tables" => &mut plan.totals.tables,
                        "runtime" => &mut plan.totals.runtime,
                        _ => return Err(line.error(column, format!("nothing is called `{part}`"))),
                    } = bytes;
                    line.end()?;
                }
                "block" | "loop" | "part" => {
                    let region = line.region(word)?;
                    let entry: &mut Entry = plan
                        .entries
                        .last_mut()
                        .ok_or_else(|| line.error(column, "a region stands behind its function".into()))?;
                    if entry.tier != Tier::Bytecode {
                        let what =
                            format!("function `{}` is {}: only bytecode has regions", entry.function, entry.tier);
                        return Err(line.error(column, what));
                    }
                    if entry.regions.iter().any(|r| r.region == region.region) {
                        return Err(line.error(column, format!("`{}` stands there already", region.region)));
                    }
                    entry.regions.push(region);
                }
                _ => {
                    let entry = line.entry(column, word)?;
                    if let Some(first) = seen.insert(entry.function.clone(), line.number) {
                        let what = format!("function `{}` stands in line {first} already", entry.function);
                        return Err(line.error(1, what));
                    }
                    plan.entries.push(entry);
                }
            }
        }
        if !versioned {
            return Err(PlanSyntaxError { line: 1, column: 1, what: "a plan begins with `rheo-plan 1`".into() });
        }
        Ok(plan)
    }
}

/// A function's name, in quotes where it would not read back bare.
fn quoted(name: &str) -> String {
    let bare = |c: char| !c.is_control() && !c.is_whitespace() && c != '"';
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    let mut out = String::from('"');
    for c in name.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => write!(out, "\\u{{{:x}}}", c as u32).expect("strings take all"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A line being read.
struct Line<'a> {
    text: &'a str,
    /// Byte offset of what comes next.
    at: usize,
    number: u32,
}

impl<'a> Line<'a> {
    fn error(&self, column: u32, what: String) -> PlanSyntaxError {
        PlanSyntaxError { line: self.number, column, what }
    }

    fn column(&self) -> u32 {
        u32::try_from(self.text[..self.at].chars().count() + 1).unwrap_or(u32::MAX)
    }

    fn rest(&mut self) -> &'a str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    fn word(&mut self) -> Option<(u32, &'a str)> {
        let rest = self.rest();
        let column = self.column();
        let word = rest.split_whitespace().next()?;
        self.at += word.len();
        Some((column, word))
    }

    fn expect(&mut self, what: &str) -> Result<(u32, &'a str), PlanSyntaxError> {
        let column = self.column();
        self.word().ok_or_else(|| self.error(column, format!("{what} is missing")))
    }

    fn number(&mut self) -> Result<Option<u64>, PlanSyntaxError> {
        let (column, word) = self.expect("a number, or `-`,")?;
        if word == "-" {
            return Ok(None);
        }
        word.parse().map(Some).map_err(|_| self.error(column, format!("`{word}` is no number, nor `-`")))
    }

    fn bytes(&mut self) -> Result<Option<u32>, PlanSyntaxError> {
        let column = self.column();
        let number = self.number()?.map(u32::try_from).transpose();
        number.map_err(|_| self.error(column, "a function this large is impossible".into()))
    }

    fn tier(&self, column: u32, word: &str) -> Result<Tier, PlanSyntaxError> {
        let names: Vec<&str> = Tier::ALL.iter().map(|t| t.name()).collect();
        Tier::parse(word)
            .ok_or_else(|| self.error(column, format!("`{word}` is no tier; tiers are {}", names.join(", "))))
    }

    fn end(&mut self) -> Result<(), PlanSyntaxError> {
        match self.word() {
            None => Ok(()),
            Some((column, word)) => Err(self.error(column, format!("`{word}` is one too many"))),
        }
    }

    fn region(&mut self, kind: &str) -> Result<RegionEntry, PlanSyntaxError> {
        let (column, head) = self.expect("the block that the region begins with")?;
        let region = RegionName::parse(&format!("{kind} {head}")).ok_or_else(|| {
            self.error(column, format!("`{head}` is no block, nor a list of such as `b3,b5,b7-b12` behind `part`"))
        })?;
        let aot_bytes = self.bytes()?;
        let ops = self.number()?.unwrap_or(0);
        let why = match self.word() {
            None => "",
            Some((_, ";")) => self.rest(),
            Some((column, mark)) => return Err(self.error(column, format!("`;` is due here, not `{mark}`"))),
        };
        let why = why.replace('\r', " ").trim().to_owned();
        Ok(RegionEntry { region, aot_bytes, ops, why, line: self.number })
    }

    fn entry(&mut self, column: u32, tier: &str) -> Result<Entry, PlanSyntaxError> {
        let tier = self.tier(column, tier)?;
        let bytecode_bytes = self.bytes()?;
        let aot_bytes = self.bytes()?;
        let ops = self.number()?.unwrap_or(0);
        let function = self.function()?;
        let (mut fallback_from, mut why) = (None, "");
        if let Some((column, mark)) = self.word() {
            match mark {
                ";" => why = self.rest().trim_end(),
                "!" => {
                    let (column, word) = self.expect("the tier asked for")?;
                    let word = word
                        .strip_suffix(':')
                        .ok_or_else(|| self.error(column, "`:` is missing after the tier".into()))?;
                    fallback_from = Some(self.tier(column, word)?);
                    why = self.rest().trim_end();
                }
                _ => return Err(self.error(column, format!("`;` or `!` is due here, not `{mark}`"))),
            }
        }
        Ok(Entry {
            function,
            tier,
            regions: Vec::new(),
            bytecode_bytes,
            aot_bytes,
            ops,
            fallback_from,
            why: why.replace('\r', " ").trim().to_owned(),
        })
    }

    fn function(&mut self) -> Result<String, PlanSyntaxError> {
        if !self.rest().starts_with('"') {
            return Ok(self.expect("the function's name")?.1.to_owned());
        }
        let open = self.column();
        self.at += 1;
        let mut name = String::new();
        loop {
            match self.next_char() {
                None => return Err(self.error(open, "the name's closing quote is missing".into())),
                Some('"') => return Ok(name),
                Some('\\') => name.push(self.escaped()?),
                Some(c) => name.push(c),
            }
        }
    }

    fn next_char(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn escaped(&mut self) -> Result<char, PlanSyntaxError> {
        let c = match self.next_char() {
            Some(c @ ('"' | '\\')) => Some(c),
            Some('u') => {
                let braced = self.text[self.at..].strip_prefix('{').and_then(|r| r.split_once('}'));
                braced.and_then(|(digits, _)| {
                    self.at += digits.len() + 2;
                    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
                })
            }
            _ => None,
        };
        c.ok_or_else(|| {
            self.error(self.column(), "`\\` stands before `\"`, `\\` or a character's number `u{…}`".into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(function: &str) -> Entry {
        Entry {
            function: function.to_owned(),
            tier: Tier::Aot,
            regions: Vec::new(),
            bytecode_bytes: Some(12),
            aot_bytes: None,
            ops: 1 << 60,
            fallback_from: None,
            why: String::new(),
        }
    }

    #[test]
    fn reads_what_it_prints() {
        let names = ["main", "-[A b:c]", "a\"b\\c", "", "\u{1}\n\u{2028}x", "#x", ";", "é", "rust::<a, b>"];
        let mut plan = Plan {
            hotness: Hotness::Measured,
            budget: Some(crate::Budget::Percent(1250)),
            entries: names.map(entry).into(),
            totals: Totals { interpreter: 1, bytecode: 2, aot: 3, tables: 4, runtime: 5 },
        };
        plan.entries[0].why = "hot: 3 % of all ; # of it".into();
        plan.entries[1].fallback_from = Some(Tier::Bytecode);
        plan.entries[1].why = "f80 in `x`".into();
        plan.entries[2].tier = Tier::Bytecode;
        let region = |text, why: &str| RegionEntry {
            region: RegionName::parse(text).expect("well-formed"),
            aot_bytes: Some(7),
            ops: 9,
            why: why.into(),
            line: 0,
        };
        plan.entries[2].regions = vec![region("loop b12", "hot ; yes"), region("block b3", "")];
        let mut read = Plan::read(&plan.print()).expect("well-formed");
        let lines = |plan: &Plan| plan.entries[2].regions.iter().map(|r| r.line).collect::<Vec<_>>();
        assert_eq!(lines(&read)[0] + 1, lines(&read)[1]);
        read.entries[2].regions.iter_mut().for_each(|r| r.line = 0);
        assert_eq!(read, plan);
    }

    #[test]
    fn by_hand() {
        let plan = Plan::read("# mine\nrheo-plan 1\n\naot - - - f\n  bytecode 3 - 1 g ; so\n").expect("well-formed");
        assert_eq!(plan.entries.len(), 2);
        assert_eq!((plan.entries[1].tier, plan.entries[1].bytecode_bytes), (Tier::Bytecode, Some(3)));
    }

    #[test]
    fn says_where_it_is_wrong() {
        for (text, line, column, what) in [
            ("", 1, 1, "begins with"),
            ("aot - - - f", 1, 1, "begins with"),
            ("rheo-plan 2", 1, 11, "version 2"),
            ("rheo-plan 1\nfast - - - f", 2, 1, "`fast` is no tier; tiers are bytecode, aot, jit"),
            ("rheo-plan 1\naot - x - f", 2, 7, "`x` is no number"),
            ("rheo-plan 1\naot - 5000000000 - f", 2, 6, "impossible"),
            ("rheo-plan 1\naot - -", 2, 8, "missing"),
            ("rheo-plan 1\naot - - - f g", 2, 13, "`;` or `!`"),
            ("rheo-plan 1\naot - - - \"f", 2, 11, "closing quote"),
            ("rheo-plan 1\naot - - - \"\\u{110000}\"", 2, 22, "stands before"),
            ("rheo-plan 1\naot - - - f\naot - - - f", 3, 1, "line 2 already"),
            ("rheo-plan 1\nloop b1 - -", 2, 1, "behind its function"),
            ("rheo-plan 1\naot - - - f\n loop b1 - -", 3, 2, "only bytecode"),
            ("rheo-plan 1\nbytecode - - - f\n loop x1 - -", 3, 7, "`x1` is no block"),
            ("rheo-plan 1\nbytecode - - - f\n loop b1 - -\n loop b1 - -", 4, 2, "there already"),
            ("rheo-plan 1\nbudget 200%", 2, 8, "more than 100 %"),
            ("rheo-plan 1\nhotness high", 2, 9, "not `high`"),
        ] {
            let error = Plan::read(text).expect_err(text);
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert!(error.what.contains(what), "{text}: {error}");
        }
    }
}
