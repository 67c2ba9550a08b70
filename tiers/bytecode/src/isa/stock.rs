//! The stock that a program's instruction set is chosen from: the base, what programs were found to want (`stock.isa`), and
//! plain pairs by rule, so that a program like none of those finds its ops and what commonly goes together.
//!
//! Owns the rules. Which of all these a program gets is `fit`'s.
//!
//! A rule is written like a template without fields: `S` is a slot, `I` a number of one byte, `J` of four, `U` an unsigned one, `A` an
//! accumulator, `R` the result of the op before, `P` and `Q` of those before that; `+U2` an offset in units of four bytes, `+I` one of one byte, `+Y` a symbol,
//! `+K` a stack slot, `+D` and `+E` bits of a float, `+B` and `+C` branches.

mod calls;
mod longer;

use super::{Isa, Template, parse_template};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::fmt::Write;
use std::sync::OnceLock;

/// Integer ops of two operands, and which of these may change places.
const BINARY: &[(&str, bool)] = &[
    ("iadd.i64", true),
    ("isub.i64", false),
    ("imul.i64", true),
    ("and.i64", true),
    ("or.i64", true),
    ("xor.i64", true),
];
/// Shifts by a number.
const SHIFTS: &[&str] =
    &["shl.i64", "lshr.i64", "lshr.i32", "ashr.i64", "ashr.i32", "rotl.i32", "rotl.i64", "rotr.i32", "rotr.i64"];
const EXTENSIONS: &[&str] = &["sext8.i64", "sext16.i64", "sext32.i64", "zext8.i64", "zext16.i64", "zext32.i64"];
const FLOATS: &[&str] = &["f64", "f32", "f64x2", "f32x4"];
const LANES: &[&str] = &["i8x16", "i16x8", "i32x4", "i64x2"];
/// Types in memory, with the shift of their offsets.
const MEMORY: &[(&str, u8)] =
    &[("i8", 0), ("i16", 1), ("i32", 2), ("i64", 3), ("f32", 2), ("f64", 3), ("f64x2", 3), ("f32x4", 3), ("i32x4", 3)];
const COMPARISONS: &[&str] = &["ieq", "ine", "islt", "isle", "iult", "iule"];
const FLOAT_COMPARISONS: &[&str] = &["foeq", "fune", "folt", "fole", "fult", "fule"];

/// Rules written so far, and whether their slots are nibbles.
struct Rules {
    out: Vec<(String, bool)>,
}

impl Isa {
    /// The stock.
    pub fn stock() -> &'static [Template] {
        static STOCK: OnceLock<Vec<Template>> = OnceLock::new();
        STOCK.get_or_init(|| {
            let trained = super::parse_isa(include_str!("../../stock.isa")).expect("stock.isa is well-formed");
            let mut all = Isa::plain().to_vec();
            all.extend(trained.fast);
            all.extend(trained.escape);
            all.extend(by_rule());
            let mut known: FxHashSet<Template> = FxHashSet::default();
            all.retain(|t| known.insert(t.clone()));
            all
        })
    }
}

fn by_rule() -> Vec<Template> {
    let mut rules = Rules { out: Vec::new() };
    rules.integers();
    rules.floats();
    rules.memory();
    rules.branches();
    rules.returns();
    rules.longer();
    let mut all: Vec<Template> = rules.out.par_iter().filter_map(|(rule, nibbles)| spelled(rule, *nibbles)).collect();
    all.extend(calls::templates());
    all
}

/// The operand forms of a two-operand op whose first operand is the value before, or whose second is.
fn with_result(op: &str, commutes: bool) -> Vec<String> {
    let mut forms = vec![format!("{op} R S"), format!("{op} R I")];
    if !commutes {
        forms.push(format!("{op} S R"));
    }
    forms
}

/// Operations on integers: of slots, numbers and the accumulator, and such as take the result of the one before.
fn operations() -> (Vec<String>, Vec<String>) {
    let mut first: Vec<String> = Vec::new();
    let mut second: Vec<String> = Vec::new();
    for &(op, commutes) in BINARY {
        first.extend(["S S", "A S", "S I", "A I"].map(|args| format!("{op} {args}")));
        if !commutes {
            first.push(format!("{op} S A"));
        }
        second.extend(with_result(op, commutes));
    }
    for op in SHIFTS {
        first.extend(["S U", "A U"].map(|args| format!("{op} {args}")));
        second.push(format!("{op} R U"));
    }
    for op in EXTENSIONS {
        first.extend(["S", "A"].map(|args| format!("{op} {args}")));
        second.push(format!("{op} R"));
    }
    (first, second)
}

impl Rules {
    /// Adds a rule, whose result goes to a slot or stays in the accumulator.
    fn value(&mut self, rule: &str) {
        self.add(&format!("{rule} -> S&acc"));
        // Nibbles pair up where the result goes where an operand was.
        let slots = rule.matches('S').count();
        if slots > 0 && slots.is_multiple_of(2) {
            let first = slot_fields(rule).into_iter();
            self.out.extend(first.map(|first| (format!("{rule} -> ${first}&acc"), true)));
        }
        self.add(&format!("{rule} -> acc"));
    }

    /// Adds a rule with slots of eight bits, and of four where they pair up.
    fn add(&mut self, rule: &str) {
        self.out.extend([true, false].map(|nibbles| (rule.to_owned(), nibbles)));
    }

    fn integers(&mut self) {
        let (first, second) = operations();
        for a in &first {
            self.value(a);
            for b in &second {
                self.value(&format!("{a} -> _ ; {b}"));
            }
            for (ty, shift) in &MEMORY[..4] {
                self.add(&format!("{a} -> _ ; store.{ty} R S"));
                self.add(&format!("{a} -> _ ; store.{ty} R S +U{shift}"));
                self.add(&format!("{a} -> S&acc ; store.{ty} R S +U{shift}"));
            }
        }
        let leaves = [
            "iadd.i64 S S",
            "iadd.i64 S I",
            "and.i64 S S",
            "and.i64 S I",
            "xor.i64 S S",
            "or.i64 S S",
            "imul.i64 S S",
            "shl.i64 S U",
            "lshr.i64 S U",
            "lshr.i32 S U",
            "rotl.i32 S U",
            "rotl.i64 S U",
        ];
        for a in leaves {
            for b in leaves {
                for &(op, _) in BINARY {
                    self.value(&format!("{a} -> _ ; {b} -> _ ; {op} P R"));
                }
            }
        }
        for ty in ["i32", "i64"] {
            for cmp in COMPARISONS {
                for args in ["S S", "S I", "I S"] {
                    for choice in ["R S S", "R S I", "R I S", "R I I"] {
                        self.value(&format!("{cmp}.{ty} {args} -> _ ; select.i64 {choice}"));
                    }
                }
            }
        }
    }

    /// A value computed and returned.
    fn returns(&mut self) {
        let (mut first, mut second) = operations();
        second.extend(BINARY.iter().map(|(op, _)| format!("{op} R A")));
        for &(ty, shift) in &MEMORY[..4] {
            first.push(format!("load.{ty} S +U{shift}"));
            first.push(format!("load.{ty} A +U{shift}"));
            for cmp in COMPARISONS {
                first.extend(["S S", "S I", "A I", "A S", "I S"].map(|args| format!("{cmp}.{ty} {args}")));
            }
        }
        for a in &first {
            self.add(&format!("{a} -> acc ; ret.i64"));
            for b in &second {
                self.add(&format!("{a} -> _ ; {b} -> acc ; ret.i64"));
            }
        }
        for &(ty, shift) in MEMORY {
            self.add(&format!("load.{ty} S +U{shift} -> acc ; ret.i64"));
            for value in ["S", "I", if ty.starts_with('f') || ty.contains('x') { "F" } else { "A" }] {
                self.add(&format!("store.{ty} {value} S +U{shift} ; ret.i64"));
                self.add(&format!("store.{ty} {value} S +U{shift} ; const.i64 +I -> acc ; ret.i64"));
            }
        }
        for ty in ["f64", "f32"] {
            for op in ["fadd", "fsub", "fmul", "fdiv"] {
                self.add(&format!("{op}.{ty} S S -> acc ; ret.i64"));
                self.add(&format!("{op}.{ty} F S -> acc ; ret.i64"));
                for last in ["fadd", "fsub", "fmul"] {
                    self.add(&format!("{op}.{ty} S S -> _ ; {last}.{ty} R S -> acc ; ret.i64"));
                    self.add(&format!("{op}.{ty} F S -> _ ; {last}.{ty} R S -> acc ; ret.i64"));
                }
            }
        }
        for value in ["move.i64 S", "const.i64 +I", "const.i64 +J", "global_addr.i64 +Y"] {
            self.add(&format!("{value} -> acc ; ret.i64"));
        }
        self.add("move.f64 S -> acc ; ret.i64");
    }

    fn floats(&mut self) {
        for ty in FLOATS {
            self.arithmetic(ty, &[("fadd", true), ("fsub", false), ("fmul", true), ("fdiv", false)]);
        }
        for ty in ["f64", "f32"] {
            for form in ["fadd T S R", "fmul T S R", "fsub T S R", "fsub T R S", "fmul T F R", "fadd T F R"] {
                let form = form.replace(" T", &format!(".{ty}"));
                self.value(&format!("const.{ty} +{} -> _ ; {form}", if ty == "f64" { "D" } else { "E" }));
            }
        }
        for ty in ["f64x2", "f32x4"] {
            for form in ["fadd T S R", "fmul T S R", "fsub T S R", "fmul T F R", "fadd T F R"] {
                self.value(&format!("splat.{ty} S -> _ ; {}", form.replace(" T", &format!(".{ty}"))));
            }
        }
        for ty in LANES {
            self.arithmetic(ty, &[("iadd", true), ("isub", false), ("and", true), ("or", true), ("xor", true)]);
        }
    }

    fn arithmetic(&mut self, ty: &str, ops: &[(&str, bool)]) {
        for &(a, commutes) in ops {
            let mut first = vec![format!("{a}.{ty} S S"), format!("{a}.{ty} F S")];
            if !commutes {
                first.push(format!("{a}.{ty} S F"));
            }
            for &(b, _) in ops {
                for &(c, _) in ops {
                    self.value(&format!("{a}.{ty} S S -> _ ; {b}.{ty} S S -> _ ; {c}.{ty} P R"));
                    self.value(&format!("{a}.{ty} S S -> _ ; {b}.{ty} R S -> _ ; {c}.{ty} R S"));
                    self.value(&format!("{a}.{ty} F S -> _ ; {b}.{ty} R S -> _ ; {c}.{ty} R S"));
                }
            }
            for first in first {
                self.value(&first);
                self.add(&format!("{first} -> _ ; store.{ty} R S"));
                self.add(&format!("{first} -> _ ; store.{ty} R S +U3"));
                for &(b, commutes) in ops {
                    self.value(&format!("{first} -> _ ; {b}.{ty} R S"));
                    if !commutes {
                        self.value(&format!("{first} -> _ ; {b}.{ty} S R"));
                    }
                }
            }
        }
    }

    fn memory(&mut self) {
        let addresses = [
            "iadd.i64 S S -> _ ; ",
            "iadd.i64 A S -> _ ; ",
            "shl.i64 S U -> _ ; iadd.i64 S R -> _ ; ",
            "shl.i64 A U -> _ ; iadd.i64 S R -> _ ; ",
            "sext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 S R -> _ ; ",
            "zext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 S R -> _ ; ",
            "sext32.i64 S -> _ ; iadd.i64 S R -> _ ; ",
            "zext32.i64 S -> _ ; iadd.i64 S R -> _ ; ",
            "global_addr.i64 +Y -> _ ; ",
            "global_addr.i64 +Y -> _ ; iadd.i64 R S -> _ ; ",
            "global_addr.i64 +Y -> _ ; iadd.i64 R A -> _ ; ",
            "shl.i64 S U -> _ ; global_addr.i64 +Y -> _ ; iadd.i64 R P -> _ ; ",
            "global_addr.i64 +Y -> _ ; shl.i64 S U -> _ ; iadd.i64 P R -> _ ; ",
            "stack_addr.i64 +K -> _ ; ",
            "stack_addr.i64 +K -> _ ; iadd.i64 R S -> _ ; ",
            "stack_addr.i64 +K -> _ ; iadd.i64 R A -> _ ; ",
            "shl.i64 S U -> _ ; stack_addr.i64 +K -> _ ; iadd.i64 R P -> _ ; ",
            "stack_addr.i64 +K -> _ ; shl.i64 S U -> _ ; iadd.i64 P R -> _ ; ",
        ];
        for address in &addresses[..] {
            if address.contains("; iadd") {
                // The address itself.
                let (whole, _) = address.rsplit_once(" -> _").expect("ends so");
                self.value(whole);
            }
        }
        for &(ty, shift) in MEMORY {
            let offset = format!("+U{shift}");
            self.value(&format!("load.{ty} S {offset}"));
            self.value(&format!("load.{ty} A {offset}"));
            self.value(&format!("load.{ty} S +I"));
            for address in addresses {
                self.value(&format!("{address}load.{ty} R"));
                self.value(&format!("{address}load.{ty} R {offset}"));
                self.value(&format!("{address}load.{ty} R +I"));
                let values: &[&str] =
                    if ty.starts_with('f') || ty.contains('x') { &["S", "F"] } else { &["S", "A", "I"] };
                for &value in values {
                    if address.contains('A') && value == "A" {
                        continue;
                    }
                    self.add(&format!("{address}store.{ty} {value} R"));
                    self.add(&format!("{address}store.{ty} {value} R {offset}"));
                }
            }
            for value in ["S", "I", if ty.starts_with('f') || ty.contains('x') { "F" } else { "A" }] {
                self.add(&format!("store.{ty} {value} S {offset}"));
            }
            self.uses_of_loads(ty, &offset);
        }
    }

    /// What is done at once with what was loaded.
    fn uses_of_loads(&mut self, ty: &str, offset: &str) {
        let load = |from: &str| format!("load.{ty} {from} {offset} -> _ ; ");
        let is_int = matches!(ty, "i8" | "i16" | "i32" | "i64");
        for load in [load("S"), load("A")] {
            if is_int {
                for &(op, commutes) in BINARY {
                    for form in with_result(op, commutes) {
                        self.value(&format!("{load}{form}"));
                        if form.ends_with("R S") || form.ends_with("R I") {
                            self.add(&format!("{load}{form} -> _ ; store.{ty} R S {offset}"));
                        }
                    }
                }
                for op in SHIFTS.iter().filter(|op| op.starts_with("shl") || op.starts_with("lshr")) {
                    self.value(&format!("{load}{op} R U"));
                }
                for op in EXTENSIONS {
                    self.value(&format!("{load}{op} R"));
                }
            } else if ty.starts_with('f') {
                let forms = ["fadd T R S", "fsub T R S", "fsub T S R", "fmul T R S", "fadd T R F", "fmul T R F"];
                for form in forms.map(|form| form.replace(" T", &format!(".{ty}"))) {
                    self.value(&format!("{load}{form}"));
                    for last in ["fadd T R S", "fsub T R S", "fsub T S R", "fmul T R S", "fadd T R F"] {
                        self.value(&format!("{load}{form} -> _ ; {}", last.replace(" T", &format!(".{ty}"))));
                    }
                    self.add(&format!("{load}{form} -> _ ; store.{ty} R S {offset}"));
                }
                for op in ["fadd", "fsub", "fmul"] {
                    self.value(&format!("{load}load.{ty} S {offset} -> _ ; {op}.{ty} P R"));
                }
            }
        }
    }

    fn branches(&mut self) {
        for branch in ["+B", "+C"] {
            for &(ty, shift) in &MEMORY[..4] {
                for cmp in COMPARISONS {
                    let ends = |args: &str| format!("{cmp}.{ty} {args} -> _ ; br_if.i64 R {branch}");
                    for args in ["S S", "A S", "S A", "S I", "A I", "I S", "I A", "S J", "A J", "S =0", "A =0"] {
                        self.add(&ends(args));
                        if !branch.ends_with('C') {
                            self.value(&format!("{cmp}.{ty} {args}"));
                        }
                    }
                    for offset in [String::new(), format!(" +U{shift}")] {
                        for args in ["R S", "S R", "R I", "I R", "R =0"] {
                            self.add(&format!("load.{ty} S{offset} -> _ ; {}", ends(args)));
                            self.add(&format!("load.{ty} S{offset} -> S&acc ; {}", ends(args)));
                        }
                    }
                    for first in
                        ["iadd.i64 S I", "iadd.i64 S S", "isub.i64 S S", "and.i64 S I", "and.i64 S S", "and.i64 A I"]
                    {
                        for args in ["R I", "R J", "R S", "S R"] {
                            self.add(&format!("{first} -> S&acc ; {}", ends(args)));
                            self.add(&format!("{first} -> _ ; {}", ends(args)));
                        }
                    }
                }
            }
            for ty in ["f64", "f32"] {
                for cmp in FLOAT_COMPARISONS {
                    for args in ["S S", "F S", "S F"] {
                        self.add(&format!("{cmp}.{ty} {args} -> _ ; br_if.i64 R {branch}"));
                    }
                }
            }
            for &(op, _) in BINARY {
                for args in ["S S", "S I", "A S", "A I"] {
                    self.add(&format!("{op} {args} -> S ; jump.i64 {branch}"));
                }
            }
        }
    }
}

/// Whether a word of a rule makes a field.
fn is_field(word: &str) -> bool {
    matches!(word, "S" | "S&acc" | "I" | "J" | "U" | "T") || (word.starts_with('+') && !word.starts_with("+="))
}

/// Number of fields that a rule has.
fn fields(rule: &str) -> usize {
    rule.split_whitespace().filter(|word| is_field(word)).count()
}

/// The numbers of the fields that are slots.
fn slot_fields(rule: &str) -> Vec<usize> {
    let made = rule.split_whitespace().filter(|word| is_field(word)).enumerate();
    made.filter(|(_, word)| *word == "S").map(|(k, _)| k).collect()
}

/// A rule's template, if it is one.
fn spelled(rule: &str, nibbles: bool) -> Option<Template> {
    let slots = rule.matches('S').count();
    if nibbles && (slots == 0 || slots % 2 == 1) {
        return None;
    }
    let (mut fields, mut text) = (String::new(), String::new());
    let (mut field, mut op) = (0, 0);
    let mut named = |kind: &str, text: &mut String, mark: &str| {
        write!(fields, "{kind} ").expect("writing to a string");
        write!(text, "{mark}{field}").expect("writing to a string");
        field += 1;
    };
    for word in rule.split_whitespace() {
        text.push(' ');
        match word {
            ";" => {
                op += 1;
                text.push(';');
            }
            "S" => named(if nibbles { "s4" } else { "s8" }, &mut text, "$"),
            "S&acc" => {
                named(if nibbles { "s4" } else { "s8" }, &mut text, "$");
                text.push_str("&acc");
            }
            "I" => named("i8", &mut text, "#"),
            "J" => named("i32", &mut text, "#"),
            "U" => named("u8", &mut text, "#"),
            "A" => text.push_str("acc"),
            "F" => text.push_str("facc"),
            "R" => write!(text, "%{}", op - 1).expect("writing to a string"),
            "Q" => write!(text, "%{}", op - 3).expect("writing to a string"),
            "T" => named("t16", &mut text, "+#"),
            "P" => write!(text, "%{}", op - 2).expect("writing to a string"),
            "+I" => named("i8", &mut text, "+#"),
            "+J" => named("i32", &mut text, "+#"),
            "+U0" => named("u8", &mut text, "+#"),
            "+U1" => named("u8<<1", &mut text, "+#"),
            "+U2" => named("u8<<2", &mut text, "+#"),
            "+U3" => named("u8<<3", &mut text, "+#"),
            "+D" => named("u64", &mut text, "+#"),
            "+E" => named("u32", &mut text, "+#"),
            "+Y" => named("y16", &mut text, "+#"),
            "+K" => named("u8<<3", &mut text, "+#"),
            "+B" => named("b8", &mut text, "+#"),
            "+C" => named("b16", &mut text, "+#"),
            other => text.push_str(other),
        }
    }
    parse_template(&format!("{fields}:{text}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_make_templates() {
        for rule in ["iadd.i64 S S -> _ ; xor.i64 R S -> S&acc", "load.f64 A +U3 -> _ ; fadd.f64 R F -> acc"] {
            assert!(spelled(rule, false).is_some(), "{rule}");
        }
        let pair = spelled("shl.i64 S U -> _ ; iadd.i64 S R -> S&acc", false).expect("a template");
        assert_eq!(pair.to_string(), "s8 u8 s8 s8 : shl.i64 $0 #1 -> _ ; iadd.i64 $2 %0 -> $3&acc");
        assert!(Isa::stock().len() > 4000);
    }
}
