//! IR to bytecode: whatever verifies as IR becomes an image that verifies, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_bytecode::{EmitOptions, ImageView, Isa, emit};

fuzz_target!(|text: &str| {
    let Ok(module) = rheo_ir::parse_module(text) else { return };
    if rheo_ir::verify(&module).is_err() {
        return;
    }
    let funcs: Vec<_> = module.defined().collect();
    if let Ok(image) = emit(&module, &funcs, Isa::general(), EmitOptions { stubs: funcs.len(), debug: true }) {
        let view = ImageView::parse(&image.bytes).expect("what was emitted parses");
        if let Err(e) = rheo_bytecode::verify(view, Isa::general()) {
            panic!("what was emitted does not verify: {e}\n{module}");
        }
    }
});
