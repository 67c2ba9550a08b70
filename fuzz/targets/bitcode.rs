//! Bitcode and textual LLVM IR: what reads and verifies links to what verifies. (LLVM does not check all it reads, so a
//! damaged module may read and not verify; then loading it is an error.)
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_ir::verify;
use rheo_link::{Roots, link};

fuzz_target!(|bytes: &[u8]| {
    let Ok(module) = rheo_llvm::read(bytes, "input") else { return };
    if verify(&module).is_ok()
        && let Ok(linked) = link(vec![module], Roots::Visible)
    {
        assert_eq!(verify(&linked), Ok(()), "{linked}");
    }
});
