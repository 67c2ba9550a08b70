//! The bytecode part of an object: stubs, context and accessors, seen from a driver that plays the VM.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod program;

use program::{link_and_run, object, parse};
use rheo_aot::{BytecodePart, ContextSymbol, ObjectError, StubKind, write_object};
use rheo_ir::{FuncId, GlobalId, SymbolRef};
use rheo_lower::Optimise;

const TEXT: &str = r#"
module "m"
triple "x86_64-pc-linux-gnu"
layout ""
global @number 4 align 4 = { x"07000000" }
global @own 4 align 4 tls = { x"09000000" }
global @callback 8 align 8 = {
  at 0: abs64 @second
}
func @first(i32) -> i32 {
b0(v0: i32):
  ret v0
}
func @second(f64) -> f64 internal {
b0(v0: f64):
  ret v0
}
func @machine(i32) -> i32 {
b0(v0: i32):
  v1 = call @first(v0)
  v2 = const.i32 1
  v3 = iadd.i32 v1, v2
  ret v3
}
func @also_first(i32) -> i32 weak = @first
"#;

/// Stands for the VM: entries give back the stub's number and the argument.
const DRIVER: &str = r#"
#include <stdio.h>
#include <string.h>
__asm__(".globl rheo_entry_ints, rheo_entry_generic\n"
        "rheo_entry_ints: imul $1000, %eax, %eax\n add %edi, %eax\n ret\n"
        "rheo_entry_generic: addsd %xmm0, %xmm0\n ret\n"
        ".set i, 0\n .altmacro\n"
        ".macro op n\n .globl rheo_op_\\n\n .hidden rheo_op_\\n\n rheo_op_\\n: nop\n"
        " .globl rheo_op_1_\\n\n .hidden rheo_op_1_\\n\n rheo_op_1_\\n: nop\n .endm\n"
        ".rept 256\n op %i\n .set i, i + 1\n .endr\n");
extern void *rheo_ctx[], *rheo_ctx_1[]; extern char rheo_op_0, rheo_op_255, rheo_op_1_0, rheo_op_1_255;
int first(int), machine(int), also_first(int); extern double (*callback)(double); extern int number;
extern __thread int own;
int main() {
  printf("%d %d %d %g\n", machine(5), first(6), also_first(7), callback(1.5));
  char *image = rheo_ctx[2096 / 8];
  printf("%d %d\n", rheo_ctx[0] == &rheo_op_0, rheo_ctx[255] == &rheo_op_255);
  printf("%ld %ld %ld %ld\n", (char *)rheo_ctx[2048 / 8] - image, (char *)rheo_ctx[2056 / 8] - image,
         (char *)rheo_ctx[2080 / 8] - image, (char *)rheo_ctx[2088 / 8] - image);
  printf("%.5s %ld %d\n", image, (long)rheo_ctx[2104 / 8], (int)((long)image & 15));
  char *start = rheo_ctx[2064 / 8], *end = rheo_ctx[2072 / 8];
  printf("%ld %d %d\n", (end - start) / 8, (char *)first == start, (char *)callback == start + 8);
  printf("%d %d %d %d\n", rheo_ctx_1[0] == &rheo_op_1_0, rheo_ctx_1[255] == &rheo_op_1_255,
         memcmp(rheo_ctx + 256, rheo_ctx_1 + 256, 2184 - 2048), memcmp(rheo_ctx + 274, rheo_ctx_1 + 274, 2304 - 2192));
  printf("%d %ld %ld\n", rheo_ctx_1[2176 / 8] == rheo_ctx, (long)rheo_ctx[2184 / 8], (long)rheo_ctx_1[2184 / 8]);
  printf("%d %d %p\n", rheo_ctx[274] == rheo_ctx, rheo_ctx[275] == rheo_ctx_1, rheo_ctx[276]);
  int *symbols = (int *)(rheo_ctx + 2304 / 8);
  char *ctx = (char *)rheo_ctx;
  printf("%d %d %d %d\n", ctx + symbols[0] == (char *)&number, *(void **)(ctx + symbols[1]) == machine,
         ctx + symbols[2] == (char *)first, (*(int *(**)(void))(ctx + symbols[3]))() == &own);
}
"#;

#[test]
fn context_and_stubs() {
    let module = parse(TEXT);
    let func = |name: &str| FuncId::new(module.funcs.iter().position(|f| f.name == name).unwrap());
    let global = |name: &str| GlobalId::new(module.globals.iter().position(|g| g.name == name).unwrap());
    let part = BytecodePart {
        image: b"image and more of it",
        code_offset: 4,
        funcs_offset: 8,
        descriptors_offset: 12,
        func_info_offset: 16,
        stubs: &[(func("first"), StubKind::Ints), (func("second"), StubKind::Generic)],
        symbols: &[
            ContextSymbol::Program(SymbolRef::Global(global("number"))),
            ContextSymbol::Cell(SymbolRef::Func(func("machine"))),
            ContextSymbol::Program(SymbolRef::Func(func("first"))),
            ContextSymbol::Cell(SymbolRef::Global(global("own"))),
        ],
        blocks: &[],
        unwinds: false,
        handlers: &[0, 1].map(|d| {
            (0..256).map(|i| if d == 0 { format!("rheo_op_{i}") } else { format!("rheo_op_{d}_{i}") }).collect()
        }),
    };
    let object = object(&module, &[func("machine")], Some(&part), Optimise::Speed);
    let dir = tempfile::tempdir().unwrap();
    let actual = link_and_run(&object, DRIVER, dir.path());
    assert_eq!(actual, "6 6 7 3\n1 1\n4 8 12 16\nimage 20 0\n2 1 1\n1 1 0 0\n1 0 1\n1 1 (nil)\n1 1 1 1\n");
}

#[test]
fn a_function_in_no_tier_is_an_error() {
    let module = parse(TEXT);
    let options = program::options(Optimise::Speed);
    match write_object(&module, &[], None, &options) {
        Err(ObjectError::NoCode(name)) => assert_eq!(name, "second"),
        other => panic!("{other:?}"),
    }
}
