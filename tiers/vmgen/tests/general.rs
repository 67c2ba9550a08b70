//! The general instruction set on every platform, and what its hot handlers look like.

use rheo_bytecode::isa::{Isa, Opcode, Template, VmOp};
use rheo_vmgen::{Options, VmObject, generate, generate_used};
use std::collections::HashSet;

fn general(triple: &str) -> VmObject {
    let vm = generate(Isa::general(), &triple.parse().expect("a triple"), Options::default()).expect("generates");
    if let Ok(folder) = std::env::var("RHEO_DUMP_VM") {
        std::fs::write(format!("{folder}/vm-{triple}.o"), &vm.bytes).expect("written");
    }
    vm
}

/// One-byte opcodes with a frame: only those that call a helper of the C library, which no instruction replaces.
#[test]
fn hot_handlers_have_no_frame() {
    let vm = general("x86_64-unknown-linux-gnu");
    let total: u32 = vm.handlers.iter().map(|h| h.bytes).sum();
    println!("{} handlers, {total} bytes, object of {}", vm.handlers.len(), vm.bytes.len());
    let framed = |h: &&rheo_vmgen::HandlerSize| h.framed && matches!(h.opcode, Opcode::Fast(_));
    let list: Vec<String> = vm
        .handlers
        .iter()
        .filter(framed)
        .map(|h| Isa::general().template(h.opcode).expect("of the set").to_string())
        .collect();
    assert_eq!(list, [""; 0]);
}

#[test]
fn same_bytes_every_time() {
    assert_eq!(general("x86_64-unknown-linux-gnu"), general("x86_64-unknown-linux-gnu"));
}

#[test]
fn unused_handlers_are_left_out() {
    let triple = "x86_64-unknown-linux-gnu".parse().expect("a triple");
    let used = [Opcode::Fast(3), Opcode::Escape(0), Opcode::Escape(40)];
    let is_used = |t: &Template| used.iter().any(|&o| Isa::general().template(o) == Some(t));
    let vm = generate_used(Isa::general(), &triple, Options::default(), is_used).expect("generates");
    assert_eq!(vm.handlers.iter().map(|h| h.opcode).collect::<Vec<_>>(), used);
    assert!(vm.bytes.len() < general("x86_64-unknown-linux-gnu").bytes.len() / 2);
}

#[test]
fn every_platform() {
    for triple in [
        "aarch64-unknown-linux-gnu",
        "aarch64-linux-android",
        "aarch64-apple-ios",
        "x86_64-apple-darwin",
        "x86_64-pc-windows-msvc",
    ] {
        let vm = general(triple);
        let templates: HashSet<&Template> = Isa::general().templates().map(|(_, t)| t).collect();
        assert_eq!(vm.handlers.len(), templates.len(), "{triple}");
    }
}

#[test]
fn templates_that_make_no_sense_are_refused() {
    let triple = "x86_64-unknown-linux-gnu".parse().expect("a triple");
    for (text, what) in [
        ("s4 y8 w4 : iadd.i64 $0 $0 -> _ ; call_native_i2.i64 #1 #2 ; move.i64 %0 -> $0", "behind a native call"),
        ("s4 : fadd.f64 acc $0 -> acc", "no operand Acc of type f64"),
        ("s4 : iadd.i128 $0 $0 -> acc", "no accumulator"),
        ("s4 u64 : const.f64 +#1 -> _ ; iadd.i64 %0 $0 -> $0", "used as i64"),
    ] {
        let template = rheo_bytecode::isa::parse_template(text).expect("well-formed");
        let isa = Isa { fast: vec![template], ..Isa::default() };
        let error = generate(&isa, &triple, Options::default()).expect_err(text).to_string();
        assert!(error.contains(what), "{error}");
    }
    let halt = rheo_bytecode::isa::parse_template(": halt.i64").expect("well-formed");
    assert_eq!(halt.ops[0].op, VmOp::Halt);
    let isa = Isa { fast: vec![halt; 256], ..Isa::default() };
    assert!(generate(&isa, &triple, Options::default()).is_err());
}
