//! Objects for other platforms can be written, and hold what they should.

use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use rheo_aot::{Options, compile, write_object};
use rheo_ir::{parse_module, verify};
use rheo_lower::{Cpu, Optimise};

const TEXT: &str = r#"
module "m"
triple "any"
layout ""
ctor 65535 @start
global @counter 4 align 4 = { x"01000000" }
global @pointer 8 align 8 constant internal = {
  at 0: abs64 @counter
}
global @mine 4 align 4 tls internal = { x"02000000" }
global @zeroes 100 align 16 internal = {}
func @outside(i64) -> i64
func @start() internal {
b0:
  ret
}
func @main(i64) -> i64 {
b0(v0: i64):
  v1 = global_addr @pointer
  v2 = load.ptr v1
  v3 = load.i32 v2
  v4 = tls_addr @mine
  v5 = load.i32 v4
  v6 = iadd.i32 v3, v5
  v7 = sext32.i64 v6
  v8 = global_addr @zeroes
  store.i64 v7, v8+8
  v9 = call @outside(v7)
  v10 = func_addr @outside
  v11 = call_indirect v10(v9): (i64) -> i64
  v12 = iadd.i64 v11, v0
  ret v12
}
"#;

fn check(triple: &str, prefix: &str) {
    let module = parse_module(TEXT).unwrap();
    verify(&module).unwrap();
    let funcs: Vec<_> = module.defined().collect();
    let options = Options { triple: triple.parse().unwrap(), cpu: Cpu::Baseline, optimise: Optimise::Speed };
    let code = compile(&module, &funcs, &options).unwrap();
    let code: Vec<_> = code.into_iter().collect::<Result<_, _>>().unwrap();
    let bytes = write_object(&module, &code, None, &options).unwrap().bytes;
    let file = object::File::parse(&*bytes).unwrap();
    let find = |name: &str| {
        let name = format!("{prefix}{name}");
        file.symbols().find(|s| s.name() == Ok(&name)).unwrap_or_else(|| panic!("no {name} in {triple}"))
    };
    assert!(find("main").is_definition() && find("main").is_global());
    assert!(find("start").is_local());
    assert!(find("outside").is_undefined());
    let counter = find("counter").index();
    let pointed = file
        .sections()
        .flat_map(|s| s.relocations())
        .any(|(_, r)| r.target() == RelocationTarget::Symbol(counter) && r.size() == 64);
    assert!(pointed, "{triple}: the pointer has no relocation");
}

#[test]
fn elf_aarch64() {
    check("aarch64-unknown-linux-gnu", "");
}

#[test]
fn mach_o_aarch64() {
    check("aarch64-apple-darwin", "_");
}

#[test]
fn mach_o_x64() {
    check("x86_64-apple-darwin", "_");
}

#[test]
fn coff_x64() {
    check("x86_64-pc-windows-gnu", "");
}
