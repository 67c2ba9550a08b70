//! Trains the general instruction set: `train [--fast N] OUT.isa WEIGHT:SPEED:FILE.bc…`, files joined by commas are one
//! program.

use rheo_bytecode::train::{Sample, TrainOptions, train};

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut option =
        |name: &str| args.iter().position(|a| a == name).map(|i| args.drain(i..i + 2).nth(1).expect("a number"));
    let mut options = TrainOptions::default();
    if let Some(n) = option("--fast") {
        options.fast = n.parse().expect("a number");
    }
    if let Some(n) = option("--extra") {
        options.extra = n.parse().expect("a number");
    }
    if let Some(n) = option("--refinements") {
        options.refinements = n.parse().expect("a number");
    }
    let start = option("--start").map(|f| std::fs::read_to_string(f).expect("reads"));
    let start = start.map_or(Vec::new(), |t| rheo_bytecode::isa::parse_isa(&t).expect("parses").fast);
    let (out, programs) = args.split_first().expect("an output file");
    let mut loaded = Vec::new();
    for p in programs {
        let mut parts = p.splitn(3, ':');
        let mut number = || parts.next().and_then(|n| n.parse::<f64>().ok()).expect("weight:speed:files");
        let (weight, speed) = (number(), number());
        let files = parts.next().expect("weight:speed:files");
        let modules: Vec<_> = files.split(',').map(|f| rheo_llvm::read_file(f.as_ref()).expect("reads")).collect();
        loaded.push((weight, speed, rheo_link::link(modules, rheo_link::Roots::Visible).expect("links")));
    }
    let samples: Vec<Sample<'_>> = loaded
        .iter()
        .map(|(weight, speed, module)| Sample {
            module,
            funcs: module.defined().collect(),
            weight: *weight,
            speed: *speed,
        })
        .collect();
    let isa = train(&samples, &start, options, &mut |line| eprintln!("{line}")).expect("trains");
    std::fs::write(out, format!("// Trained by examples/train.rs; opcodes are line numbers.\n{isa}")).expect("writes");
}
