//! Instruction sets: what parses prints to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rheo_bytecode::isa::parse_isa;

fuzz_target!(|text: &str| {
    if let Ok(isa) = parse_isa(text) {
        assert_eq!(parse_isa(&isa.to_string()).as_ref(), Ok(&isa));
    }
});
