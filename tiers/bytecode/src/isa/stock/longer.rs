//! Rules of the stock for longer instructions: what is looked up by something loaded, sums of products, ends of loops.

use super::{BINARY, COMPARISONS, MEMORY, Rules};

/// What a loop's counter is compared with at the end of a turn.
const TESTS: &[&str] = &[
    "ine.i64 R S",
    "ine.i64 R I",
    "ine.i64 R J",
    "iult.i64 R S",
    "iult.i64 R J",
    "ine.i32 R S",
    "ine.i32 R I",
    "ine.i32 R J",
    "islt.i32 R S",
    "islt.i64 R S",
];

impl Rules {
    pub(super) fn longer(&mut self) {
        self.tables();
        self.indexed();
        self.turns();
        self.mixes();
        self.products();
        self.lanes();
        self.switches();
    }

    /// `table[p->field]`, and places by a product.
    fn tables(&mut self) {
        let bases = ["stack_addr.i64 +K -> _ ; iadd.i64 R P", "global_addr.i64 +Y -> _ ; iadd.i64 R P", "iadd.i64 S R"];
        let mut addresses: Vec<String> = Vec::new();
        for base in bases {
            for index in ["load.i8 S +U0", "load.i16 S +U1", "load.i32 S +U2", "load.i64 S +U3"] {
                addresses.push(format!("{index} -> _ ; shl.i64 R U -> _ ; {base}"));
                addresses.push(format!("{index} -> _ ; {base}"));
                if index.contains("i32") {
                    for extension in ["sext32", "zext32"] {
                        addresses.push(format!("{index} -> _ ; {extension}.i64 R -> _ ; shl.i64 R U -> _ ; {base}"));
                    }
                }
            }
            addresses.push(format!("imul.i64 S I -> _ ; {base}"));
            addresses.push(format!("and.i64 S I -> _ ; shl.i64 R U -> _ ; {base}"));
            addresses.push(format!("and.i64 A I -> _ ; shl.i64 R U -> _ ; {base}"));
            addresses.push(format!("and.i64 S I -> _ ; {base}"));
            addresses.push(format!("sext32.i64 S -> _ ; shl.i64 R U -> _ ; {base}"));
            addresses.push(format!("zext32.i64 S -> _ ; shl.i64 R U -> _ ; {base}"));
        }
        addresses.push("global_addr.i64 +Y -> _ ; sext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 Q R".to_owned());
        addresses.push("global_addr.i64 +Y -> _ ; zext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 Q R".to_owned());
        for address in &addresses {
            self.value(address);
            for ty in ["i8", "i16", "i32", "i64", "f64", "f32"] {
                self.value(&format!("{address} -> _ ; load.{ty} R"));
                let value = if ty.starts_with('f') { "F" } else { "A" };
                for value in ["S", value] {
                    self.add(&format!("{address} -> _ ; store.{ty} {value} R"));
                }
                if !ty.starts_with('f') {
                    self.value(&format!("{address} -> _ ; load.{ty} R -> _ ; iadd.i64 R S"));
                    self.value(&format!("{address} -> _ ; load.{ty} R -> _ ; iadd.i64 R A"));
                }
            }
            for ty in ["i8", "i32", "i64"] {
                self.add(&format!("{address} -> _ ; store.{ty} S R ; jump.i64 +B"));
                self.add(&format!("{address} -> _ ; store.{ty} S R ; jump.i64 +C"));
            }
        }
        for &(ty, shift) in &MEMORY[..6] {
            let value = if ty.starts_with('f') { "F" } else { "A" };
            for branch in ["+B", "+C"] {
                self.add(&format!("load.{ty} S +U{shift} -> S&acc ; jump.i64 {branch}"));
                for value in ["S", "I", value] {
                    self.add(&format!("store.{ty} {value} S +U{shift} ; jump.i64 {branch}"));
                }
                self.add(&format!("load.{ty} S +U{shift} -> _ ; store.{ty} R S +U{shift} ; jump.i64 {branch}"));
            }
            self.add(&format!("load.{ty} S +U{shift} -> _ ; store.{ty} R S +U{shift}"));
        }
    }

    /// What is done with a value from an indexed place, and addresses that are used again.
    fn indexed(&mut self) {
        let addresses = [
            "iadd.i64 S S",
            "shl.i64 S U -> _ ; iadd.i64 S R",
            "sext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 S R",
            "zext32.i64 S -> _ ; shl.i64 R U -> _ ; iadd.i64 S R",
            "global_addr.i64 +Y -> _ ; iadd.i64 R S",
            "global_addr.i64 +Y -> _ ; shl.i64 S U -> _ ; iadd.i64 P R",
            "stack_addr.i64 +K -> _ ; iadd.i64 R S",
            "stack_addr.i64 +K -> _ ; shl.i64 S U -> _ ; iadd.i64 P R",
        ];
        for address in addresses {
            for &(ty, shift) in MEMORY {
                if ty.contains('x') && ty != "f64x2" {
                    continue;
                }
                self.value(&format!("{address} -> S&acc ; load.{ty} R +U{shift}"));
                self.value(&format!("{address} -> S&acc ; load.{ty} R"));
                let load = format!("{address} -> _ ; load.{ty} R -> _ ; ");
                if ty.starts_with('i') {
                    for &(op, commutes) in BINARY {
                        let mut forms = vec!["R S", "R A", "R I"];
                        if !commutes {
                            forms.push("S R");
                        }
                        for form in forms {
                            self.value(&format!("{load}{op} {form}"));
                        }
                    }
                    for cmp in ["ieq", "ine", "islt", "isle", "iult", "iule"] {
                        for form in ["R S", "S R", "R I"] {
                            for branch in ["+B", "+C"] {
                                self.add(&format!("{load}{cmp}.{ty} {form} -> _ ; br_if.i64 R {branch}"));
                            }
                        }
                    }
                    for op in ["iadd.i64", "isub.i64", "xor.i64", "or.i64", "and.i64"] {
                        for value in ["S", "A", "I"] {
                            let last = format!("{op} R {value} -> _ ; store.{ty} R");
                            self.add(&format!("{address} -> S&acc ; load.{ty} R -> _ ; {last} P"));
                        }
                    }
                } else {
                    for op in ["fadd", "fsub", "fmul"] {
                        for form in ["R S", "R F"] {
                            self.value(&format!("{load}{op}.{ty} {form}"));
                            if op == "fmul" {
                                for form in ["R S", "R F"] {
                                    self.value(&format!("{load}{op}.{ty} R S -> _ ; fadd.{ty} {form}"));
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The last op of a loop together with its counter and test.
    fn turns(&mut self) {
        let mut last: Vec<String> = Vec::new();
        for (ty, shift) in &MEMORY[..6] {
            let value = if ty.starts_with('f') { "F" } else { "A" };
            for value in ["S", "I", value] {
                for to in ["iadd.i64 S S -> _ ; ", "global_addr.i64 +Y -> _ ; iadd.i64 R S -> _ ; "] {
                    last.push(format!("{to}store.{ty} {value} R"));
                }
                last.push(format!("store.{ty} {value} S +U{shift}"));
            }
            if ty.starts_with('i') {
                last.push(format!("load.{ty} S +U{shift} -> _ ; iadd.i64 R S -> S&acc"));
                last.push(format!("iadd.i64 S S -> _ ; load.{ty} R -> _ ; iadd.i64 R S -> S&acc"));
            } else {
                last.push(format!("load.{ty} S +U{shift} -> _ ; fadd.{ty} R S -> S&acc"));
                last.push(format!("load.{ty} S +U{shift} -> _ ; fmul.{ty} R S -> _ ; fadd.{ty} R F -> S&acc"));
                last.push(format!("load.{ty} S +U{shift} -> _ ; fmul.{ty} R F -> _ ; fadd.{ty} R S -> S&acc"));
            }
        }
        for &(op, _) in BINARY {
            last.extend(["S S", "A S"].map(|args| format!("{op} {args} -> S&acc")));
        }
        for ty in ["f64", "f64x2", "f32", "f32x4"] {
            for op in ["fadd", "fsub", "fmul"] {
                last.extend(["S S", "F S"].map(|args| format!("{op}.{ty} {args} -> S&acc")));
            }
        }
        last.push("move.i64 A -> S".to_owned());
        last.push("move.i64 S -> S".to_owned());
        for op in &last {
            for step in ["I", "=1", "S"] {
                for test in TESTS {
                    if step == "S" && test.ends_with('I') {
                        continue;
                    }
                    for branch in ["+B", "+C"] {
                        let field = super::fields(op);
                        self.add(&format!(
                            "{op} ; iadd.i64 S {step} -> ${field}&acc ; {test} -> _ ; br_if.i64 R {branch}"
                        ));
                    }
                }
            }
        }
        self.turns_in_accumulators();
        // The counter alone, in place.
        for step in ["I", "=1", "S"] {
            for ty in ["i32", "i64"] {
                for cmp in COMPARISONS {
                    for args in ["R S", "S R", "R I", "R J"] {
                        for branch in ["+B", "+C"] {
                            let rest = format!("{cmp}.{ty} {args} -> _ ; br_if.i64 R {branch}");
                            self.add(&format!("iadd.i64 S {step} -> $0&acc ; {rest}"));
                        }
                    }
                }
            }
        }
        // A sum, and a test of something else.
        for sum in ["A S", "S S", "S I"] {
            for ty in ["i32", "i64"] {
                for cmp in COMPARISONS {
                    for args in ["S S", "S I", "I S"] {
                        for branch in ["+B", "+C"] {
                            let rest = format!("{cmp}.{ty} {args} -> _ ; br_if.i64 R {branch}");
                            self.add(&format!("iadd.i64 {sum} -> S&acc ; {rest}"));
                        }
                    }
                }
            }
        }
    }

    /// The same where the counter has come around in the accumulator.
    fn turns_in_accumulators(&mut self) {
        let mut last: Vec<String> = vec![String::new()];
        for (ty, shift) in &MEMORY[..6] {
            for value in ["S", "I"] {
                for to in ["iadd.i64 A S -> _ ; ", "global_addr.i64 +Y -> _ ; iadd.i64 R A -> _ ; "] {
                    last.push(format!("{to}store.{ty} {value} R ; "));
                }
                last.push(format!("store.{ty} {value} A ; "));
                last.push(format!("store.{ty} {value} A +U{shift} ; "));
                last.push(format!("store.{ty} {value} S +U{shift} ; "));
            }
            for address in ["", "iadd.i64 A S -> _ ; ", "shl.i64 A U -> _ ; iadd.i64 R S -> _ ; "] {
                let load = format!("{address}load.{ty} {} -> _ ; ", if address.is_empty() { "A" } else { "R" });
                if ty.starts_with('i') {
                    last.push(format!("{load}iadd.i64 R S -> S ; "));
                } else {
                    last.push(format!("{load}fadd.{ty} R F -> S&acc ; "));
                    last.push(format!("{load}fmul.{ty} R F -> _ ; fadd.{ty} R S -> S&acc ; "));
                    last.push(format!("{load}fmul.{ty} R S -> _ ; fadd.{ty} R F -> S&acc ; "));
                }
            }
        }
        for ty in ["f64", "f64x2", "f32", "f32x4"] {
            for op in ["fadd", "fsub", "fmul"] {
                last.extend(["S S", "F S"].map(|args| format!("{op}.{ty} {args} -> S&acc ; ")));
            }
        }
        for op in &last {
            for step in ["I", "S"] {
                for test in TESTS {
                    for branch in ["+B", "+C"] {
                        self.add(&format!("{op}iadd.i64 A {step} -> S&acc ; {test} -> _ ; br_if.i64 R {branch}"));
                    }
                }
            }
        }
        // What loops begin with.
        for value in
            ["const.i64 +I", "move.i64 S", "const.i64 +I -> S ; const.i64 +I", "const.i64 +I -> S ; move.i64 S"]
        {
            self.add(&format!("{value} -> S&acc"));
        }
    }

    /// Bits mixed as in hashes and ciphers.
    fn mixes(&mut self) {
        for ty in ["i32", "i64"] {
            for turn in ["rotl", "rotr"] {
                for last in [format!("{turn}.{ty}"), format!("lshr.{ty}"), "lshr.i64".to_owned()] {
                    let tree = format!(
                        "{turn}.{ty} S U -> _ ; {turn}.{ty} $0 U -> _ ; xor.i64 P R -> _ ; {last} $0 U -> _ ; xor.i64 P R"
                    );
                    self.value(&tree);
                    self.value(&format!("{tree} -> _ ; iadd.i64 R S"));
                    self.value(&format!("{tree} -> _ ; iadd.i64 R A"));
                    let in_acc = tree.replace("$0", "A").replacen('S', "A", 1);
                    self.value(&in_acc);
                    let pair = format!("{turn}.{ty} S U -> _ ; {turn}.{ty} $0 U -> _ ; xor.i64 P R");
                    self.value(&pair);
                    self.value(&format!("{last} S U -> _ ; xor.i64 R S -> _ ; iadd.i64 R S"));
                    self.value(&format!("{last} S U -> _ ; xor.i64 R S -> _ ; iadd.i64 R A"));
                }
            }
        }
        let logic = ["and.i64", "or.i64", "xor.i64", "iadd.i64"];
        for a in logic {
            for b in logic {
                for c in logic {
                    for args in ["S S", "S I", "A S"] {
                        self.value(&format!("{a} {args} -> _ ; {b} R S -> _ ; {c} R S"));
                    }
                    for d in logic {
                        for args in ["S S", "S I", "A S"] {
                            let tree = format!("{a} {args} -> _ ; {b} R S -> _ ; {c} S S -> _ ; {d} P R");
                            self.value(&tree);
                            if d == "or.i64" {
                                self.value(&format!("{tree} -> _ ; iadd.i64 R S"));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Sums of products, in memory and out of it.
    fn products(&mut self) {
        for ty in ["f64", "f64x2", "f32", "f32x4"] {
            for first in ["fmul T S S", "fmul T F S", "fneg T S -> _ ; fmul T S R", "fneg T S -> _ ; fmul T R S"] {
                let first = first.replace(" T", &format!(".{ty}"));
                for more in ["", " -> _ ; fmul T R S"] {
                    let product = format!("{first}{}", more.replace(" T", &format!(".{ty}")));
                    self.value(&product);
                    for op in ["fadd", "fsub"] {
                        for form in ["R S", "S R"] {
                            self.value(&format!("{product} -> _ ; {op}.{ty} {form}"));
                        }
                        // Added to what is in memory.
                        let base = super::fields(&product);
                        self.add(&format!(
                            "{product} -> _ ; load.{ty} S +U3 -> _ ; {op}.{ty} R P -> _ ; store.{ty} R ${base} +U3"
                        ));
                        self.add(&format!(
                            "{product} -> _ ; load.{ty} S +U3 -> _ ; {op}.{ty} R P -> _ ; store.{ty} R S +U3"
                        ));
                        self.add(&format!("{product} -> _ ; {op}.{ty} R S -> _ ; store.{ty} R S +U3"));
                    }
                }
            }
            for unary in ["fneg", "fsqrt", "fabs"] {
                for args in ["S", "F"] {
                    self.value(&format!("{unary}.{ty} {args}"));
                    for op in ["fadd", "fmul", "fsub"] {
                        self.value(&format!("{unary}.{ty} {args} -> _ ; {op}.{ty} R S"));
                        for last in ["fdiv", "fmul"] {
                            self.value(&format!("{unary}.{ty} {args} -> _ ; {op}.{ty} R S -> _ ; {last}.{ty} S R"));
                        }
                    }
                }
                for op in ["fadd", "fsub", "fmul"] {
                    self.value(&format!("{op}.{ty} S S -> _ ; {unary}.{ty} R"));
                }
            }
            // Sums of squares, and what comes of them.
            for squares in ["fmul T S $0", "fmul T S S", "fmul T S $0 -> _ ; fmul T S $1 -> _ ; fadd T P R"] {
                let squares = squares.replace(" T", &format!(".{ty}"));
                self.value(&format!("{squares} -> _ ; fadd.{ty} R S"));
                let next = super::fields(&squares);
                for args in [format!("S ${next}"), "S S".to_owned()] {
                    self.value(&format!("{squares} -> _ ; fmul.{ty} {args} -> _ ; fadd.{ty} P R"));
                }
            }
            for op in ["fadd", "fsub", "fmul", "fdiv"] {
                for form in ["R S", "S R"] {
                    for last in ["fdiv", "fmul", "fadd", "fsub"] {
                        for end in ["R S", "S R"] {
                            self.value(&format!("fmul.{ty} S S -> _ ; {op}.{ty} {form} -> _ ; {last}.{ty} {end}"));
                        }
                    }
                }
            }
        }
        for ty in ["f64", "f32"] {
            for from in ["sitof32", "sitof64"] {
                self.value(&format!("{from}.{ty} S"));
                self.value(&format!("{from}.{ty} A"));
                for op in ["isub.i64 S S", "iadd.i64 S S", "isub.i64 A S", "iadd.i64 A S", "iadd.i64 S I"] {
                    self.value(&format!("{op} -> _ ; {from}.{ty} R"));
                    self.value(&format!("{op} -> _ ; {from}.{ty} R -> _ ; fmul.{ty} R S"));
                }
                for op in ["fmul", "fadd"] {
                    self.value(&format!("{from}.{ty} S -> _ ; {op}.{ty} R S"));
                    self.value(&format!("{from}.{ty} A -> _ ; {op}.{ty} R S"));
                }
            }
        }
    }

    /// Lanes taken out and put in.
    fn lanes(&mut self) {
        for (vector, ty, lanes) in [("f64x2", "f64", 2), ("f32x4", "f32", 4)] {
            for lane in 0..lanes {
                let take = format!("extractlane.{vector} S +={lane}");
                self.value(&take);
                self.value(&format!("extractlane.{vector} F +={lane}"));
                for op in ["fadd", "fmul", "fsub"] {
                    self.value(&format!("{take} -> _ ; {op}.{ty} R S"));
                    self.value(&format!("{take} -> _ ; {op}.{ty} R F"));
                    self.value(&format!("{op}.{vector} S S -> _ ; extractlane.{vector} R +={lane}"));
                }
                self.value(&format!("{take} -> _ ; fmul.{ty} R R"));
                let square = format!("fmul.{vector} S $0 -> _ ; extractlane.{vector} R +={lane}");
                self.value(&square);
                self.value(&format!("{square} -> _ ; fadd.{ty} R S"));
                self.value(&format!(
                    "{square} -> _ ; extractlane.{vector} $0 +=0 -> _ ; fmul.{ty} R R -> _ ; fadd.{ty} Q R"
                ));
                self.value(&format!(
                    "extractlane.{vector} S +=0 -> _ ; fmul.{ty} R R -> _ ; {} -> _ ; fadd.{ty} Q R",
                    square.replace('S', "$0")
                ));
                for to in ["S +U3", "S"] {
                    self.add(&format!("{take} -> _ ; store.{ty} R {to}"));
                }
                self.value(&format!("insertlane.{vector} S S +={lane}"));
                self.value(&format!("insertlane.{vector} F S +={lane}"));
                self.value(&format!("load.{ty} S +U3 -> _ ; insertlane.{vector} S R +={lane}"));
                self.value(&format!("load.{ty} S +U3 -> _ ; insertlane.{vector} F R +={lane}"));
            }
            for op in ["fmul", "fadd", "fsub"] {
                for args in ["R S", "S R"] {
                    self.value(&format!("splat.{vector} S -> _ ; {op}.{vector} {args}"));
                    self.value(&format!("load.{ty} S +U3 -> _ ; splat.{vector} R -> _ ; {op}.{vector} {args}"));
                    for last in ["fmul", "fadd"] {
                        self.value(&format!("splat.{vector} S -> _ ; {op}.{vector} {args} -> _ ; {last}.{vector} R S"));
                    }
                }
            }
            self.value(&format!("load.{ty} S +U3 -> _ ; splat.{vector} R"));
            self.value(&format!("splat.{vector} S"));
            self.value(&format!("splat.{vector} S -> S ; splat.{vector} S"));
        }
    }

    /// What is switched on.
    fn switches(&mut self) {
        for ty in ["i8", "i16", "i32", "i64"] {
            let shift = ty[1..].parse::<u32>().map_or(0, |bits| (bits / 8).trailing_zeros());
            for from in [format!("S +U{shift}"), "S".to_owned(), "A".to_owned()] {
                for to in ["_", "S&acc"] {
                    for of in ["i8", "i32"] {
                        self.add(&format!("load.{ty} {from} -> {to} ; switch.{of} R I U T"));
                        if from != "S" {
                            // The next one's place is counted on.
                            let load = format!("load.{ty} {from} -> {to} ; switch.{of} R I U T");
                            self.add(&format!("iadd.i64 S I -> $0 ; {load}"));
                        }
                        self.add(&format!("load.{ty} {from} -> {to} ; and.i64 R I -> {to} ; switch.{of} R I U T"));
                    }
                }
            }
        }
        for op in ["and.i64 S I", "and.i64 A I", "lshr.i32 S U", "lshr.i32 A U"] {
            for to in ["_", "S&acc"] {
                self.add(&format!("{op} -> {to} ; switch.i32 R I U T"));
            }
        }
    }
}
