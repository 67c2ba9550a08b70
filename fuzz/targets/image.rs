//! Bytecode images, damaged: looking at one, verifying it and showing it never panics. The input is a list of edits, three
//! bytes each (offset, new byte), to an image made here, so that seeds keep up with the instruction set. Checksums are
//! put right afterwards, since they would catch it all.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_bytecode::image::{BUILD_ID_AT, HEADER_BYTES};
use rheo_bytecode::{EmitOptions, ImageView, Isa, asm, emit, verify};
use std::sync::LazyLock;

static IMAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let module = rheo_ir::parse_module(include_str!("../seeds/emit/program.ir")).expect("the program parses");
    let funcs: Vec<_> = module.defined().collect();
    emit(&module, &funcs, Isa::general(), EmitOptions { stubs: 2, debug: true }).expect("emits").bytes
});

/// FNV-1a over the image, its own place taken as zeroes.
fn build_id(image: &[u8]) -> u64 {
    let own = BUILD_ID_AT..BUILD_ID_AT + 8;
    let bytes = image.iter().enumerate().map(|(i, &b)| if own.contains(&i) { 0 } else { b });
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

fuzz_target!(|edits: &[u8]| {
    let mut image = IMAGE.clone();
    for edit in edits.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % image.len();
        image[at] = edit[2];
    }
    let _ = ImageView::parse(&image);
    if image.len() < HEADER_BYTES {
        return;
    }
    image[8..16].copy_from_slice(&Isa::general().fingerprint().to_le_bytes());
    let id = build_id(&image).to_le_bytes();
    image[BUILD_ID_AT..BUILD_ID_AT + 8].copy_from_slice(&id);
    let Ok(view) = ImageView::parse(&image) else { return };
    let Ok(verified) = verify(view, Isa::general()) else { return };
    let text = asm::disassemble(&verified);
    let _ = asm::assemble(&text, Isa::general());
    for f in 0..view.function_count() {
        asm::list_function(&verified, f, &mut |_, _| None);
    }
});
