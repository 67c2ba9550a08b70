//! Trains an instruction set: `train OUT.isa SAMPLE…` (`./x train` calls it), where a sample is
//! `NAME:SIZE:TIME:PROFILE:FILE.bc,…`: what all its bytes count and what all its executed dispatches count. Without a
//! profile dispatches count as in the encoder. The files are one program. With `--stock` it is a list to choose from that is
//! written, with as many templates as `--fast` says.

use rheo_bytecode::train::{Advice, Sample, TrainOptions, train};
use rheo_ir::{FuncId, Module};
use rheo_link::{LoadOptions, Passes};
use rheo_profiles::{Profile, work};
use rheo_vmgen::{Gauge, Options};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Share of a program's executions that the functions trained on make up.
const HOT_SHARE: f64 = 0.99;
/// Of larger programs without a profile, so many functions are trained on.
const FUNCTIONS_MAX: usize = 250;

struct Loaded {
    name: String,
    size: f64,
    time: f64,
    module: Module,
    profile: Option<Profile>,
}

fn load(spec: &str) -> Loaded {
    let parts: Vec<&str> = spec.splitn(5, ':').collect();
    let [name, size, time, profile, files] = parts[..] else { panic!("NAME:SIZE:TIME:PROFILE:FILES, not {spec}") };
    let number = |n: &str| n.parse::<f64>().unwrap_or_else(|e| panic!("{spec}: {e}"));
    let files: Vec<PathBuf> = files.split(',').map(PathBuf::from).collect();
    // As `rheo build` has them, whose blocks a profile counts.
    let options = LoadOptions { passes: Passes::Each(Arc::new(|_| false)), ..LoadOptions::default() };
    let modules = rheo_link::load(&files, &options, &|_| ()).expect("reads");
    let module = rheo_link::link(modules, rheo_link::Roots::Executable).expect("links");
    let profile =
        (!profile.is_empty()).then(|| Profile::read(&std::fs::read(profile).expect("reads")).expect("parses"));
    Loaded { name: name.to_owned(), size: number(size), time: number(time), module, profile }
}

impl Loaded {
    fn sample(&self) -> Sample<'_> {
        let all: Vec<FuncId> = self.module.defined().collect();
        let (funcs, counts) = match &self.profile {
            None => (all.iter().copied().step_by(all.len().div_ceil(FUNCTIONS_MAX)).collect(), None),
            Some(profile) => {
                let mut hot: Vec<(u128, FuncId, &Vec<u64>)> = Vec::new();
                for &f in &all {
                    let func = self.module.func(f);
                    let Some(counted) = profile.functions.get(&func.name) else { continue };
                    let body = func.body.as_ref().expect("defined");
                    // Another build's: few functions are.
                    if counted.blocks.len() != body.blocks.len() {
                        eprintln!("{}: {} is not the function that was counted", self.name, func.name);
                        continue;
                    }
                    let ops = work(body, &counted.blocks).sum();
                    hot.push((ops, f, &counted.blocks));
                }
                hot.sort_by_key(|h| (std::cmp::Reverse(h.0), h.1));
                let total: u128 = hot.iter().map(|h| h.0).sum();
                let mut sum = 0;
                hot.retain(|h| {
                    let wanted = (sum as f64) < total as f64 * HOT_SHARE;
                    sum += h.0;
                    wanted
                });
                let counts: FxHashMap<FuncId, Vec<u64>> = hot.iter().map(|h| (h.1, h.2.clone())).collect();
                (hot.iter().map(|h| h.1).collect(), Some(counts))
            }
        };
        Sample { name: self.name.clone(), module: &self.module, funcs, size: self.size, time: self.time, counts }
    }
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut option =
        |name: &str| args.iter().position(|a| a == name).map(|i| args.drain(i..i + 2).nth(1).expect("a value"));
    let mut options = TrainOptions::default();
    let mut number = |name: &str, n: &mut usize| {
        if let Some(text) = option(name) {
            *n = text.parse().expect("a number");
        }
    };
    let mut stock = 0;
    number("--stock", &mut stock);
    if stock > 0 {
        // Nothing has to go for something else.
        options = TrainOptions { fast: stock, step: 400, refinements: 1, extra: 0, ..options };
    }
    number("--fast", &mut options.fast);
    number("--extra", &mut options.extra);
    number("--step", &mut options.step);
    number("--refinements", &mut options.refinements);
    let start = option("--start").map(|f| std::fs::read_to_string(f).expect("reads"));
    let start = start.map_or(Vec::new(), |t| rheo_bytecode::isa::parse_isa(&t).expect("parses").fast);
    let (out, specs) = args.split_first().expect("an output file");
    let loaded: Vec<Loaded> = specs.iter().map(|s| load(s)).collect();
    let samples: Vec<Sample<'_>> = loaded.iter().map(Loaded::sample).collect();
    for s in &samples {
        eprintln!("{}: {} functions", s.name, s.funcs.len());
    }
    let triple = "x86_64-unknown-linux-gnu".parse().expect("a triple");
    let gauge = Gauge::new(&triple, Options::default()).expect("there is a code generator");
    let handler_bytes = |t: &_| gauge.measure(t).ok().filter(|h| !h.framed).map(|h| h.bytes);
    let mut report = |line: &str| eprintln!("{line}");
    let isa = train(&samples, &start, options, Advice { handler_bytes: &handler_bytes, report: &mut report })
        .expect("trains");
    let text = if stock > 0 {
        let list: String = isa.fast.iter().map(|t| format!("{t}\n")).collect();
        format!("// Found by `./x train --stock`: see `isa/stock.rs`.\nescape\n{list}")
    } else {
        format!("// Trained by `./x train`; opcodes are line numbers.\n{isa}")
    };
    std::fs::write(out, text).expect("writes");
}
