//! `rheo size`: what a program's functions take in each tier, and how long each stage took.

use crate::cache::Cache;
use crate::cli::{self, Libraries};
use crate::code::{self, Code, Settings};
use crate::objects::Handlers;
use crate::progress::Progress;
use crate::{objects, output, program};
use anyhow::Result;
use rheo_ir::FuncId;
use rheo_link::Roots;
use rustc_hash::FxHashMap;
use serde_json::json;
use std::time::Instant;

/// Bytes of one function. A tier that it cannot be in has the reason instead.
struct Row {
    name: String,
    ops: u64,
    bytecode: Result<u64, String>,
    aot: Option<Result<u64, String>>,
}

/// Counts and prints.
pub fn size(args: &cli::Size) -> Result<()> {
    let progress = Progress::start();
    let cache = Cache::open();
    let begin = Instant::now();
    let program = program::load(&args.inputs, &Libraries::default(), Roots::Executable, &cache, &progress)?;
    let read_seconds = begin.elapsed().as_secs_f64();
    let shims = objects::shims(&program)?;
    let settings = Settings { fallback: true, debug: false };
    let functions: Vec<FuncId> = program.module.defined().collect();

    progress.stage("bytecode of all functions");
    let begin = Instant::now();
    let (bytecode, refused) = code::emit_possible(&program, &functions, settings)?;
    let emit_seconds = begin.elapsed().as_secs_f64();
    let bytecode_bytes: FxHashMap<FuncId, u64> =
        bytecode.iter().flat_map(|b| b.sizes()).map(|(f, b)| (f, b.code.into())).collect();
    let stats = bytecode.as_ref().map(|b| b.image.stats).unwrap_or_default();

    progress.stage("machine code of all functions");
    let begin = Instant::now();
    let mut aot_bytes = FxHashMap::default();
    if !args.no_aot {
        for (f, compiled) in code::compile(&program, &functions)? {
            aot_bytes.insert(f, compiled.map(|c| c.bytes() as u64).map_err(|e| e.to_string()));
        }
    }
    let compile_seconds = begin.elapsed().as_secs_f64();
    let code = Code { aot: Vec::new(), bytecode, fallbacks: Vec::new() };
    // Functions that are machine code alone have no place in this object, so that it is made only of a whole image.
    let totals = if refused.is_empty() {
        Some(objects::make(&program, &code, Handlers::Used, shims, &cache)?.totals)
    } else {
        None
    };
    let tables = totals.map_or(stats.table_bytes, |t| t.tables);

    let rows: Vec<Row> = functions
        .iter()
        .map(|f| {
            let func = program.module.func(*f);
            Row {
                name: func.name.clone(),
                ops: func.body.as_ref().map_or(0, |b| b.inst_count() as u64),
                bytecode: refused.get(f).map_or_else(|| Ok(bytecode_bytes[f]), |why| Err(why.clone())),
                aot: aot_bytes.remove(f),
            }
        })
        .collect();
    drop(progress);
    let ops: u64 = rows.iter().map(|r| r.ops).sum();
    let aot: u64 = rows.iter().filter_map(|r| r.aot.as_ref()?.as_ref().ok()).sum();
    let seconds = [("read", read_seconds), ("bytecode", emit_seconds), ("aot", compile_seconds)];
    if args.json {
        let number = |n: &Result<u64, String>| n.as_ref().map_or_else(|why| json!({"impossible": why}), |n| json!(n));
        let mut report = json!({
            "functions": rows.len(),
            "blocks": functions.iter().filter_map(|f| program.module.func(*f).body.as_ref()).map(|b| b.blocks.len()).sum::<usize>(),
            "ops": stats.ops,
            "ir_ops": ops,
            "instructions": stats.instructions,
            "not_bytecode": refused.len(),
            "bytes": {
                "bytecode": stats.code_bytes,
                "tables": tables,
                "interpreter": totals.map(|t| t.interpreter),
                "runtime": totals.map(|t| t.runtime),
                "aot": (!args.no_aot).then_some(aot),
            },
            "seconds": seconds.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        });
        if args.functions {
            let list = rows.iter().map(|r| {
                json!({"name": r.name, "ops": r.ops, "bytecode": number(&r.bytecode), "aot": r.aot.as_ref().map(number)})
            });
            report["list"] = list.collect();
        }
        return output::print(&format!("{report:#}\n"));
    }
    let mut text = format!(
        "{} functions, {ops} IR operations; bytecode has {} operations in {} instructions\n",
        rows.len(),
        stats.ops,
        stats.instructions
    );
    text +=
        &format!("bytecode {:>10} bytes, {:.2} an operation\n", stats.code_bytes, ratio(stats.code_bytes, stats.ops));
    text += &format!("tables   {tables:>10} bytes\n");
    if !args.no_aot {
        text += &format!("aot      {aot:>10} bytes, {:.2} an operation\n", ratio(aot, stats.ops));
    }
    if !refused.is_empty() {
        text += &format!("{} functions cannot be bytecode\n", refused.len());
    }
    for (stage, seconds) in seconds {
        text += &format!("{stage:<8} {seconds:>10.3} s\n");
    }
    if args.functions {
        text += &format!("\n{:>10} {:>10} {:>10}  function\n", "IR ops", "bytecode", "aot");
        for r in &rows {
            let number = |n: Option<&Result<u64, String>>| match n {
                Some(Ok(n)) => n.to_string(),
                Some(Err(_)) => "impossible".to_owned(),
                None => "-".to_owned(),
            };
            let (bytecode, aot) = (number(Some(&r.bytecode)), number(r.aot.as_ref()));
            text += &format!("{:>10} {bytecode:>10} {aot:>10}  {}\n", r.ops, r.name);
        }
    }
    output::print(&text)
}

fn ratio(a: u64, b: u64) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}
