//! Compiles modules in text form, links them with a C driver by the platform's compiler, and runs them.
#![allow(dead_code, reason = "each test file uses a part")]

use rheo_aot::{BytecodePart, Options, compile, write_object};
use rheo_ir::{FuncId, Module, parse_module, verify};
use rheo_lower::{Cpu, Optimise};
use std::path::Path;
use std::process::Command;

/// Helpers of the runtime that the programs here need, in C.
const HELPERS: &str = r#"
#include <stdint.h>
#include <string.h>
static char memory[4096]; static char *top = memory + sizeof memory;
void *rheo_rt_alloca(size_t n, size_t a) { top = (char *)(((uintptr_t)top - n) & -a); return top; }
void *rheo_rt_alloca_save(void) { return top; }
void rheo_rt_alloca_restore(void *p) { top = p; }
typedef struct { uint64_t lo, hi; } f80;
static long double in(uint64_t lo, uint64_t hi) { long double x = 0; memcpy(&x, &lo, 8); memcpy((char *)&x + 8, &hi, 2); return x; }
static f80 out(long double x) { f80 r = {0, 0}; memcpy(&r, &x, 10); return r; }
f80 rheo_rt_f80_add(uint64_t a, uint64_t b, uint64_t c, uint64_t d) { return out(in(a, b) + in(c, d)); }
f80 rheo_rt_f80_from_i64(int64_t x) { return out(x); }
int64_t rheo_rt_f80_to_i64(uint64_t a, uint64_t b) { return (int64_t)in(a, b); }
"#;

pub fn options(optimise: Optimise) -> Options {
    Options { triple: "x86_64-unknown-linux-gnu".parse().unwrap(), cpu: Cpu::Baseline, optimise }
}

pub fn parse(text: &str) -> Module {
    let module = parse_module(text).unwrap_or_else(|e| panic!("{e}"));
    verify(&module).unwrap_or_else(|e| panic!("{e:?}"));
    module
}

fn run(command: &mut Command) -> String {
    let out = command.output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{command:?}: {}\n{text}{}", out.status, String::from_utf8_lossy(&out.stderr));
    text
}

pub fn link_and_run(object: &[u8], driver: &str, dir: &Path) -> String {
    std::fs::write(dir.join("program.o"), object).unwrap();
    std::fs::write(dir.join("driver.c"), driver).unwrap();
    std::fs::write(dir.join("helpers.c"), HELPERS).unwrap();
    let files = ["program.o", "driver.c", "helpers.c", "-o", "program", "-lm", "-pthread", "-Wl,--fatal-warnings"];
    run(Command::new("cc").current_dir(dir).args(["-O1", "-w"]).args(files));
    run(&mut Command::new(dir.join("program")))
}

/// The program of `text` and `driver` prints `expected`, optimised and not.
pub fn check(text: &str, driver: &str, expected: &str) {
    check_at(&[Optimise::None, Optimise::Speed, Optimise::Size], text, driver, expected);
}

pub fn check_at(levels: &[Optimise], text: &str, driver: &str, expected: &str) {
    let module = parse(text);
    let funcs: Vec<_> = module.defined().collect();
    for &optimise in levels {
        let object = object(&module, &funcs, None, optimise);
        let dir = tempfile::tempdir().unwrap();
        let actual = link_and_run(&object, driver, dir.path());
        assert_eq!(actual, expected, "{optimise:?}");
    }
}

/// The object with `funcs` as machine code.
pub fn object(module: &Module, funcs: &[FuncId], bytecode: Option<&BytecodePart>, optimise: Optimise) -> Vec<u8> {
    let options = options(optimise);
    let code = compile(module, funcs, &options).unwrap();
    let code: Vec<_> = code.into_iter().collect::<Result<_, _>>().unwrap();
    write_object(module, &code, bytecode, &options).unwrap().bytes
}
