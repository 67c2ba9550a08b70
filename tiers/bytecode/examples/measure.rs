//! Bytes of bytecode of whole programs: `measure [--dump FUNCTION] FILE.bc…`, linked and emitted with the general set.

use rheo_bytecode::{EmitOptions, ImageView, Isa, asm, emit, isa, verify};
use std::time::Instant;

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let dump = args.iter().position(|a| a == "--dump").map(|i| args.drain(i..i + 2).nth(1).expect("a function"));
    let isa = args.iter().position(|a| a == "--isa").map(|i| args.drain(i..i + 2).nth(1).expect("a file"));
    let isa = match isa {
        Some(f) => {
            let set = isa::parse_isa(&std::fs::read_to_string(f).expect("reads")).expect("parses");
            Isa::complete(set.fast, set.escape)
        }
        None => Isa::general().clone(),
    };
    let census = args.iter().position(|a| a == "--census").map(|i| args.remove(i)).is_some();
    let round_trip = args.iter().position(|a| a == "--round-trip").map(|i| args.remove(i)).is_some();
    let paths: Vec<&str> = args.iter().map(String::as_str).collect();
    let t = Instant::now();
    let modules = paths.iter().map(|p| rheo_llvm::read_file(p.as_ref()).unwrap_or_else(|e| panic!("{p}: {e}")));
    let modules: Vec<_> = modules.collect();
    let module = rheo_link::link(modules, rheo_link::Roots::Visible).expect("links");
    let read = t.elapsed();
    let funcs: Vec<_> = module.defined().collect();
    let insts: usize = funcs.iter().map(|&f| module.func(f).body.as_ref().expect("defined").inst_count()).sum();
    let t = Instant::now();
    let image = emit(&module, &funcs, &isa, EmitOptions { stubs: 0, debug: true }).expect("emits");
    let took = t.elapsed();
    let view = ImageView::parse(&image.bytes).expect("parses");
    let t = Instant::now();
    let verified = verify(view, &isa).expect("verifies");
    let verify_took = t.elapsed();
    if let Some(name) = &dump {
        let f = (0..view.function_count())
            .find(|&f| view.name(f).as_ref() == Some(name))
            .expect("there is such a function");
        print!("{}", asm::list_function(&verified, f, &mut |_, _| None).expect("exists"));
        return;
    }
    if round_trip {
        let text = asm::disassemble(&verified);
        let again = asm::assemble(&text, &isa).expect("assembles");
        assert!(again == image.bytes, "round trip");
        println!("round trip of {} bytes of text", text.len());
    }
    if census {
        let decoder = rheo_bytecode::decode::Decoder::new(&isa);
        let mut by_op: std::collections::BTreeMap<String, (u64, u64)> = Default::default();
        for f in 0..view.function_count() {
            let (_, _, end) = view.function_extent(f).expect("verified");
            let mut at = view.function_offset(f) as usize;
            while at < end {
                let i = decoder.decode(&view.code()[at..end]).expect("verified");
                let ops: Vec<String> = i.template.ops.iter().map(|m| format!("{}.{}", m.op.name(), m.ty)).collect();
                let key = if matches!(i.opcode, isa::Opcode::Escape(_)) { "ESC " } else { "" };
                let e = by_op
                    .entry(format!("{key}{}", if key.is_empty() { ops.join(" ; ") } else { i.template.to_string() }))
                    .or_default();
                e.0 += 1;
                e.1 += i.bytes as u64;
                at += i.bytes;
            }
        }
        let mut all: Vec<_> = by_op.into_iter().collect();
        all.sort_by_key(|e| std::cmp::Reverse(e.1.1));
        for (k, (n, b)) in all.iter().take(70) {
            println!("{b:7} {n:6}  {k}");
        }
        println!("escapes: {} bytes", all.iter().filter(|e| e.0.starts_with("ESC")).map(|e| e.1.1).sum::<u64>());
    }
    let s = image.stats;
    println!(
        "{} functions, {insts} IR instructions, read {read:?}; emit {took:?}; verify {verify_took:?}; ops {} instructions {} code {} tables {} bytes/op {:.2} bytes/instruction {:.2}",
        funcs.len(),
        s.ops,
        s.instructions,
        s.code_bytes,
        s.table_bytes,
        s.code_bytes as f64 / s.ops as f64,
        s.code_bytes as f64 / s.instructions as f64,
    );
}
