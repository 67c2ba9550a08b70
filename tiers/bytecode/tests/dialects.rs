//! Sets in which one-byte opcodes are few, or dealt to dialects: whatever they are, functions encode, verify, and go through
//! the text form.

use rheo_bytecode::isa::{Isa, parse_isa};
use rheo_bytecode::{EmitOptions, ImageView, asm, emit, verify};
use rheo_ir::{FuncId, Module, parse_module};

const TEXT: &str = "
func @find(ptr, i64) -> i64 {
b0(v0: ptr, v1: i64):
  v2 = const.i64 0
  jump b1(v0, v2)
b1(v3: ptr, v4: i64):
  v5 = load.i64 v3
  v6 = ieq.i64 v5, v1
  br_if v6, b4(v4), b2
b2:
  v7 = load.i64 v3 +8
  v8 = iadd.i64 v4, v5
  v9 = const.i64 0
  v10 = ieq.i64 v7, v9
  br_if v10, b4(v8), b3
b3:
  v11 = load.ptr v3 +16
  jump b1(v11, v8)
b4(v12: i64):
  ret v12
}
func @second(ptr, ptr) -> i64 {
b0(v0: ptr, v1: ptr):
  v2 = load.i64 v0 +8
  v3 = load.i64 v1 +8
  store.i64 v2, v1
  ret v3
}
func @both(ptr) -> i64, f64 {
b0(v0: ptr):
  v1 = load.i64 v0 +8
  v2 = load.f64 v0 +16
  v3 = fadd.f64 v2, v2
  v4 = isub.i64 v1, v1
  v5 = call @find(v0, v4)
  ret v5, v3
}
";

fn module() -> (Module, Vec<FuncId>) {
    let module = parse_module(TEXT).unwrap_or_else(|e| panic!("{e}"));
    let funcs = module.defined().collect();
    (module, funcs)
}

/// Emits and verifies; the dialect of each function.
fn dialects(module: &Module, funcs: &[FuncId], isa: &Isa) -> Vec<usize> {
    let image = emit(module, funcs, isa, EmitOptions::default()).unwrap_or_else(|e| panic!("{e}\n{isa}"));
    let view = ImageView::parse(&image.bytes).expect("what was emitted parses");
    let verified = verify(view, isa).unwrap_or_else(|e| panic!("{e}"));
    let text = asm::disassemble(&verified);
    let again = asm::assemble(&text, isa).unwrap_or_else(|e| panic!("{e}"));
    assert!(again == image.bytes, "text form does not round-trip");
    (0..view.function_count()).map(|f| view.dialect(f)).collect()
}

#[test]
fn every_template_alone() {
    let (module, funcs) = module();
    for template in &Isa::general().fast {
        dialects(&module, &funcs, &Isa::complete(vec![template.clone()], Vec::new()));
    }
    let load = rheo_bytecode::isa::parse_template("s4 u8<<3 s4 : load.i64 $0 +#1 -> $2").expect("well-formed");
    dialects(&module, &funcs, &Isa::complete(vec![load], Vec::new()));
}

#[test]
fn each_function_is_written_in_the_dialect_that_serves_it() {
    let (module, funcs) = module();
    let (loads, floats): (Vec<_>, Vec<_>) = Isa::general()
        .fast
        .iter()
        .cloned()
        .partition(|t| !t.to_string().contains("f64") && !t.to_string().contains("call"));
    let isa = Isa::complete_in(vec![floats.clone(), loads.clone()], Vec::new());
    let written = dialects(&module, &funcs, &isa);
    assert_eq!(written[..2], [1, 1]);
    // Which is which is the set's affair.
    let turned = Isa::complete_in(vec![loads, floats], Vec::new());
    assert_eq!(dialects(&module, &funcs, &turned)[..2], [0, 0]);
    assert_ne!(isa.fingerprint(), turned.fingerprint());
}

#[test]
fn dialects_stand_in_the_text_of_a_set() {
    let fast = &Isa::general().fast;
    let isa = Isa::complete_in(fast.chunks(50).map(<[_]>::to_vec).collect(), Vec::new());
    assert_eq!(isa.dialects(), fast.len().div_ceil(50));
    assert_eq!(parse_isa(&isa.to_string()).expect("parses"), isa);
    assert_eq!(isa.missing(), None);
    let (module, funcs) = module();
    dialects(&module, &funcs, &isa);
    dialects(&module, &funcs, &isa.shuffled(3));
    let many = "dialect\n".repeat(14);
    assert!(parse_isa(&many).is_err(), "fifteen dialects");
    assert!(parse_isa("escape\ndialect\n").is_err(), "a dialect behind the escapes");
}

/// These two templates leave so many cheap values in the accumulator that what the return wants there used to be given up.
#[test]
fn a_return_finds_what_it_wants_in_the_accumulator() {
    let text = "
func @kept(i64) -> i64, i64 {
b0(v0: i64):
  v1 = const.i64 0
  v2 = const.ptr 0
  store.i64 v1, v2
  v3 = const.i64 0
  v4 = const.ptr 0
  store.i64 v3, v4
  v5 = const.i64 0
  ret v0, v5
}
";
    let module = parse_module(text).unwrap_or_else(|e| panic!("{e}"));
    let funcs: Vec<FuncId> = module.defined().collect();
    let moves = ["s4 s4 s4 s4 : move.i64 $0 -> $1 ; move.i64 $2 -> $3", "s4 s4 : move.i64 $0 -> $1&acc"];
    let moves = moves.map(|text| rheo_bytecode::isa::parse_template(text).expect("well-formed"));
    dialects(&module, &funcs, &Isa::complete(Vec::new(), moves.to_vec()));
}
