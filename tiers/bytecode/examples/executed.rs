//! What a counted run executed: `executed IMAGE ISA COUNTS [FUNCTIONS [TEMPLATES]]`, where COUNTS is what a run with
//! `RHEO_PROFILE` wrote. Of the functions that executed most: instructions, those behind escapes, and their templates.

use rheo_bytecode::decode::Decoder;
use rheo_bytecode::isa::{Opcode, parse_isa};
use rheo_bytecode::{ImageView, verify};
use std::collections::HashMap;

/// Bytes in front of the counts.
const HEADER_BYTES: usize = 32;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let read = |i: usize| std::fs::read(&args[i]).unwrap_or_else(|e| panic!("{}: {e}", args[i]));
    let number = |i: usize, otherwise| args.get(i).map_or(otherwise, |a| a.parse().expect("a number"));
    let (image, counts) = (read(0), read(2));
    let isa = parse_isa(&String::from_utf8(read(1)).expect("text")).expect("an instruction set");
    let image = verify(ImageView::parse(&image).expect("an image"), &isa).expect("of this set");
    let counts: Vec<u32> =
        counts[HEADER_BYTES..].chunks_exact(4).map(|c| u32::from_le_bytes(c.try_into().expect("4 bytes"))).collect();
    let (view, decoders) = (image.view(), Decoder::all(&isa));
    let mut functions = Vec::new();
    for f in 0..view.function_count() {
        let (_, _, end) = view.function_extent(f).expect("verified");
        let mut at = view.function_offset(f) as usize;
        let (mut executed, mut escaped, mut bytes) = (0u64, 0u64, 0);
        let mut by_template: HashMap<(bool, String), (u64, u32)> = HashMap::new();
        while at < end {
            let inst = decoders[view.dialect(f)].decode(&view.code()[at..end]).expect("verified");
            let n = u64::from(counts[at]);
            let escapes = matches!(inst.opcode, Opcode::Escape(_));
            executed += n;
            escaped += if escapes { n } else { 0 };
            let of = by_template.entry((escapes, inst.template.to_string())).or_default();
            *of = (of.0 + n, of.1 + 1);
            bytes += inst.bytes;
            at += inst.bytes;
        }
        functions.push((executed, escaped, bytes, f, by_template));
    }
    functions.sort_by_key(|f| std::cmp::Reverse(f.0));
    let [executed, escaped] = functions.iter().fold([0, 0], |s, f| [s[0] + f.0, s[1] + f.1]);
    println!("{executed} executed, {escaped} behind escapes");
    for (executed, escaped, bytes, f, by_template) in functions.into_iter().take(number(3, 10)) {
        let used = by_template.keys().filter(|k| !k.0).count();
        println!(
            "{executed} {escaped} {}: {bytes} bytes, dialect {}, {used} one-byte and {} other opcodes",
            view.name(f).unwrap_or_default(),
            view.dialect(f),
            by_template.len() - used
        );
        let mut all: Vec<_> = by_template.into_iter().collect();
        all.sort_by_key(|t| std::cmp::Reverse(t.1.0));
        for ((escapes, template), (n, places)) in all.into_iter().take(number(4, 0)) {
            println!("  {n} in {places} {}{template}", if escapes { "! " } else { "" });
        }
    }
}
