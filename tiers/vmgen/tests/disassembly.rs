//! What the machine executes of a hot instruction: disassembled by LLVM, nothing is pushed, spilled or kept on the native stack.

use rheo_bytecode::isa::{FAST_MAX, Isa, Opcode};
use rheo_vmgen::{Options, generate};
use std::collections::BTreeMap;
use std::process::Command;

const OBJDUMP: &str = "llvm-objdump-19";

/// Each one-byte handler's instructions, by opcode.
fn disassembled(triple: &str) -> BTreeMap<u16, Vec<String>> {
    let target = triple.parse().expect("a triple");
    let vm = generate(Isa::general(), &target, Options::default()).expect("generates");
    let folder = tempfile::tempdir().expect("a folder");
    let object = folder.path().join("vm.o");
    std::fs::write(&object, &vm.bytes).expect("writes");
    let mut command = Command::new(OBJDUMP);
    command.args(["-d", "--no-show-raw-insn", "--no-leading-addr", "--x86-asm-syntax=intel"]).arg(&object);
    let out = command.output().expect("objdump runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut handlers: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let mut current = None;
    for line in String::from_utf8(out.stdout).expect("text").lines() {
        if let Some(name) = line.strip_prefix('<').and_then(|l| l.strip_suffix(">:")) {
            // `rheo_op_7`, and what follows its native call, `rheo_op_7_then1`.
            let number = name.strip_prefix("rheo_op_").and_then(|n| n.split('_').next()?.parse::<u16>().ok());
            current = number.filter(|&n| usize::from(n) < FAST_MAX);
        } else if let Some(n) = current.filter(|_| !line.trim().is_empty()) {
            handlers.entry(n).or_default().push(line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    // What is behind the last instruction is padding.
    for code in handlers.values_mut() {
        let last =
            code.iter().rposition(|l| ["jmp", "ud2", "ret", "br ", "b ", "brk"].iter().any(|m| l.starts_with(m)));
        code.truncate(last.map_or(0, |i| i + 1));
    }
    handlers
}

/// In text form.
fn template(opcode: u16) -> String {
    Isa::general().template(Opcode::Fast(opcode as u8)).map_or(String::new(), ToString::to_string)
}

/// Fails for each handler with an instruction that `is_needless`.
fn check(triple: &str, is_needless: impl Fn(&str) -> bool) {
    let handlers = disassembled(triple);
    assert!(handlers.len() > 200, "{triple}: only {} handlers were found", handlers.len());
    let mut found = Vec::new();
    for (&n, code) in &handlers {
        for line in code.iter().filter(|line| is_needless(line)) {
            found.push(format!("{n} `{}`: {line}", template(n)));
        }
    }
    assert!(found.is_empty(), "{triple}:\n{}", found.join("\n"));
}

/// Words of an instruction: mnemonic and registers.
fn has_word(line: &str, words: &[&str]) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| words.contains(&w))
}

#[test]
fn x86_64_keeps_off_the_stack() {
    check("x86_64-unknown-linux-gnu", |line| {
        let operand = line.split_once(' ').map_or("", |l| l.1);
        // A register moved to itself is a copy that nobody took away.
        let moves_nothing = line.starts_with("mov ") && operand.split_once(", ").is_some_and(|(a, b)| a == b);
        moves_nothing || has_word(line, &["push", "pop", "call", "rsp", "rbp"])
    });
}

#[test]
fn x86_64_dispatches_by_one_jump() {
    // Divisions and wide products take the register that the dispatch table is found by.
    const TAKE_RDX: [&str; 6] = ["div.", "rem.", "mulhi.", "mul_of.", "i128", "atomic"];
    for (n, code) in disassembled("x86_64-unknown-linux-gnu") {
        if TAKE_RDX.iter().any(|op| template(n).contains(op)) {
            continue;
        }
        let by_register = code.iter().find(|l| l.starts_with("jmp r"));
        assert_eq!(
            by_register,
            None,
            "opcode {n} loads the next handler's address and then jumps:\n{}",
            code.join("\n")
        );
    }
}

#[test]
fn aarch64_keeps_off_the_stack() {
    check("aarch64-unknown-linux-gnu", |line| {
        has_word(line, &["sp", "x29", "x30", "bl", "blr", "x19", "x20", "x21", "x22", "x23", "x24", "x25"])
    });
}
