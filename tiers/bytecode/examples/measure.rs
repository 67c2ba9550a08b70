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
