//! The general instruction set on every platform, and what its hot handlers look like.

use rheo_bytecode::isa::{Isa, Opcode};
use rheo_vmgen::{Options, VmObject, generate};

fn general(triple: &str) -> VmObject {
    generate(Isa::general(), &triple.parse().expect("a triple"), Options::default()).expect("generates")
}

#[test]
fn hot_handlers_have_no_frame() {
    let start = std::time::Instant::now();
    let vm = general("x86_64-unknown-linux-gnu");
    eprintln!("{:?}", start.elapsed());
    if let Ok(path) = std::env::var("RHEO_DUMP_VM") {
        std::fs::write(path, &vm.bytes).expect("written");
    }
    let total: u32 = vm.handlers.iter().map(|h| h.bytes).sum();
    let fast: u32 = vm.handlers.iter().filter(|h| matches!(h.opcode, Opcode::Fast(_))).map(|h| h.bytes).sum();
    eprintln!("{} handlers, {total} bytes, fast {fast}; object {}", vm.handlers.len(), vm.bytes.len());
    for h in &vm.handlers {
        if h.framed {
            eprintln!("framed {:?} {} {}", h.opcode, h.bytes, Isa::general().template(h.opcode).expect("of the set"));
        }
    }
}
