//! Images as text: what assembles and verifies disassembles to the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_bytecode::{ImageView, Isa, asm, verify};

fuzz_target!(|text: &str| {
    let Ok(image) = asm::assemble(text, Isa::general()) else { return };
    let Ok(view) = ImageView::parse(&image) else { return };
    if let Ok(verified) = verify(view, Isa::general()) {
        let again = asm::assemble(&asm::disassemble(&verified), Isa::general());
        assert_eq!(again.as_ref(), Ok(&image));
    }
});
