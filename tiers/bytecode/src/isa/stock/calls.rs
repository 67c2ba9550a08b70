//! Rules of the stock for calls: arguments moved or computed into the window, the callee, what is done with the result.
//!
//! Owns no templates for returns: those are with what computes the value returned.

use super::super::{Template, parse_template};
use std::fmt::Write;

/// What an argument is, or that it has been computed before.
#[derive(Clone, Copy, PartialEq)]
enum Argument {
    Before,
    Slot,
    Number,
    StackAddress,
    Global,
}
use Argument::{Before, Global, Number, Slot, StackAddress};

/// What is called.
#[derive(Clone, Copy)]
enum Callee {
    Bytecode,
    Native(&'static str),
    /// With a descriptor.
    NativeAny,
    /// An address: in a slot, in memory at a slot, or in memory where memory at a slot points.
    Address(&'static str, u32),
}

/// Widths of fields.
#[derive(Clone, Copy)]
struct Widths {
    slot: &'static str,
    stack: &'static str,
    window: &'static str,
    func: &'static str,
    symbol: &'static str,
}

const NIBBLES: Widths = Widths { slot: "s4", stack: "u8<<3", window: "w4", func: "f12", symbol: "y8" };
const BYTES: Widths = Widths { slot: "s8", stack: "u8<<3", window: "w8", func: "f16", symbol: "y8" };
const FAR: Widths = Widths { symbol: "y16", ..BYTES };

/// What computes an argument right before a call.
const COMPUTED: &[&str] = &[
    "iadd.i64 S I",
    "iadd.i64 S S",
    "isub.i64 S S",
    "shl.i64 S U",
    "sext32.i64 S",
    "zext32.i64 S",
    "load.i64 S +U3",
    "load.i32 S +U2",
    "load.i8 S +U0",
];

/// A template's text in the making.
#[derive(Clone)]
struct Text {
    widths: Widths,
    fields: String,
    ops: String,
    made: u32,
    count: u32,
    window: u32,
}

impl Text {
    fn new(widths: Widths) -> Text {
        let mut text = Text { widths, fields: String::new(), ops: String::new(), made: 0, count: 0, window: 0 };
        text.window = text.field(widths.window);
        text
    }

    fn field(&mut self, kind: &str) -> u32 {
        write!(self.fields, "{kind} ").expect("writing to a string");
        self.made += 1;
        self.made - 1
    }

    fn op(&mut self, op: &str) {
        let separator = if self.count == 0 { "" } else { " ; " };
        write!(self.ops, "{separator}{op}").expect("writing to a string");
        self.count += 1;
    }

    /// An op written as in `stock`'s rules.
    fn rule(&mut self, rule: &str) {
        let mut op = String::new();
        for word in rule.split(' ') {
            let (mark, kind) = match word {
                "S" => ("$", self.widths.slot),
                "I" => ("#", "i8"),
                "U" => ("#", "u8"),
                "+U0" => ("+#", "u8"),
                "+U2" => ("+#", "u8<<2"),
                "+U3" => ("+#", "u8<<3"),
                "+B" => ("+#", "b8"),
                "+C" => ("+#", "b16"),
                "R" => {
                    write!(op, "%{} ", self.count - 1).expect("writing to a string");
                    continue;
                }
                _ => {
                    write!(op, "{word} ").expect("writing to a string");
                    continue;
                }
            };
            let field = self.field(kind);
            write!(op, "{mark}{field} ").expect("writing to a string");
        }
        self.op(op.trim_end());
    }

    /// Moves argument number `k`.
    fn argument(&mut self, k: usize, argument: Argument) {
        let op = match argument {
            Before => return,
            Slot => format!("move.i64 ${}", self.field(self.widths.slot)),
            Number => format!("const.i64 +#{}", self.field("i8")),
            StackAddress => format!("stack_addr.i64 +#{}", self.field(self.widths.stack)),
            Global => format!("global_addr.i64 +#{}", self.field(self.widths.symbol)),
        };
        let to = self.window;
        self.op(&format!("{op} -> @{to}.{k}"));
    }

    fn call(&mut self, callee: Callee) {
        let w = self.window;
        match callee {
            Callee::Bytecode => {
                let f = self.field(self.widths.func);
                self.op(&format!("call_bytecode.i64 #{f} #{w}"));
            }
            Callee::Native(kind) => {
                let y = self.field(self.widths.symbol);
                self.op(&format!("call_native_{kind}.i64 #{y} #{w}"));
            }
            Callee::NativeAny => {
                let (y, d) = (self.field(self.widths.symbol), self.field("d8"));
                self.op(&format!("call_native_any.i64 #{y} #{w} #{d}"));
            }
            Callee::Address(kind, loads) => {
                let s = self.field(self.widths.slot);
                let mut address = format!("${s}");
                for k in 0..loads {
                    let at = if k == 0 && loads > 1 { String::new() } else { format!(" +#{}", self.field("u8<<3")) };
                    self.op(&format!("load.i64 {address}{at} -> _"));
                    address = format!("%{}", self.count - 1);
                }
                self.op(&format!("call_address_{kind}.i64 {address} #{w}"));
            }
        }
    }

    fn template(&self) -> Option<Template> {
        parse_template(&format!("{}: {}", self.fields, self.ops)).ok()
    }
}

/// Arguments that are moved, of up to `most`.
fn moved(most: usize) -> Vec<Vec<Argument>> {
    let mut all = vec![vec![]];
    let mut out = vec![vec![]];
    for k in 0..most {
        let kinds: &[Argument] = match k {
            0 | 1 => &[Before, Slot, Number, StackAddress, Global],
            2 => &[Before, Slot, Number],
            _ => &[Slot, Number],
        };
        let mut longer: Vec<Vec<Argument>> = Vec::new();
        for start in &all {
            for &kind in kinds {
                let next: Vec<Argument> = start.iter().copied().chain([kind]).collect();
                let of = |kinds: &[Argument]| next.iter().filter(|a| kinds.contains(a)).count();
                let long = next.len() > 3 && of(&[Number]) + of(&[Before, StackAddress, Global]) > 1;
                if of(&[StackAddress, Global]) <= 1 && !long {
                    longer.push(next);
                }
            }
        }
        out.extend(longer.iter().filter(|args| args.last() != Some(&Before)).cloned());
        all = longer;
    }
    out
}

/// All templates.
pub(super) fn templates() -> Vec<Template> {
    let mut out = Vec::new();
    let callees = [
        (Callee::Bytecode, 5),
        (Callee::Native("i2"), 2),
        (Callee::Native("i4"), 4),
        (Callee::Native("i6"), 6),
        (Callee::NativeAny, 3),
        (Callee::Address("i2", 0), 2),
        (Callee::Address("i2", 1), 2),
        (Callee::Address("i2", 2), 2),
        (Callee::Address("i4", 0), 4),
        (Callee::Address("i4", 1), 4),
        (Callee::Address("i4", 2), 4),
    ];
    for (callee, most) in callees {
        let moved = moved(most);
        for widths in [NIBBLES, BYTES, FAR] {
            let is_native = matches!(callee, Callee::Native(_) | Callee::NativeAny);
            if !is_native && widths.symbol == "y16" {
                continue;
            }
            for args in &moved {
                let mut text = Text::new(widths);
                args.iter().enumerate().for_each(|(k, &a)| text.argument(k, a));
                text.call(callee);
                finish(&text, is_native, &mut out);
                // What the call before gave is put away first, or is an argument.
                if args.len() <= 2 {
                    let mut text = Text::new(widths);
                    text.rule("move.i64 acc -> S");
                    args.iter().enumerate().for_each(|(k, &a)| text.argument(k, a));
                    text.call(callee);
                    out.extend(text.template());
                    if let Some(k) = (0..2).find(|&k| args.get(k).is_none_or(|a| *a == Before)) {
                        let mut text = Text::new(widths);
                        let to = text.window;
                        text.op(&format!("move.i64 acc -> @{to}.{k}"));
                        args.iter().enumerate().for_each(|(k, &a)| text.argument(k, a));
                        text.call(callee);
                        finish(&text, is_native, &mut out);
                    }
                }
            }
            // One computed, others moved.
            for computed in COMPUTED {
                for k in 0..most.min(3) {
                    for args in moved.iter().filter(|args| args.len() <= 3) {
                        let others = args.iter().filter(|a| **a != Before).count();
                        let plain = args.iter().all(|a| matches!(a, Before | Slot | Number));
                        if args.get(k).is_some_and(|a| *a != Before) || others > 2 || !plain {
                            continue;
                        }
                        let mut text = Text::new(widths);
                        let to = text.window;
                        text.rule(&format!("{computed} -> @{to}.{k}"));
                        args.iter().enumerate().for_each(|(k, &a)| text.argument(k, a));
                        text.call(callee);
                        finish(&text, is_native, &mut out);
                    }
                }
            }
        }
    }
    out.extend(after_calls());
    out
}

/// A call alone; one of native code with its result put away, too.
fn finish(call: &Text, is_native: bool, out: &mut Vec<Template>) {
    out.extend(call.template());
    if is_native {
        let mut text = call.clone();
        text.rule("move.i64 acc -> S");
        out.extend(text.template());
    }
}

/// What follows a call of bytecode: its result is put away, and on.
fn after_calls() -> Vec<Template> {
    let mut out = Vec::new();
    for widths in [NIBBLES, BYTES] {
        for branch in ["+B", "+C"] {
            let mut rules = vec![vec![format!("jump.i64 {branch}")]];
            for ty in ["i8", "i32", "i64"] {
                for cmp in ["ieq", "ine", "islt", "isle"] {
                    for args in ["acc I", "I acc", "acc S", "S acc"] {
                        rules.push(vec![format!("{cmp}.{ty} {args} -> _"), format!("br_if.i64 R {branch}")]);
                    }
                }
            }
            for ty in ["i32", "i64"] {
                for cmp in ["ine", "islt", "iult", "isle"] {
                    for args in ["R S", "S R", "R I"] {
                        rules.push(vec![
                            "iadd.i64 S I -> $FIRST&acc".to_owned(),
                            format!("{cmp}.{ty} {args} -> _"),
                            format!("br_if.i64 R {branch}"),
                        ]);
                    }
                }
            }
            for rule in rules {
                // No window here.
                let mut text = Text { widths, fields: String::new(), ops: String::new(), made: 0, count: 0, window: 0 };
                text.rule("move.i64 acc -> S");
                rule.iter().for_each(|op| text.rule(&op.replace("$FIRST", "$1")));
                out.extend(text.template());
            }
        }
    }
    out
}
