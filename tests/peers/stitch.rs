//! Runs a WASI program in makepad-stitch: `peer-stitch FILE.wasm ARGS`.

mod wasi;

use std::cell::{OnceCell, RefCell};

use makepad_stitch::{Engine, Func, Linker, Mem, Module, Store};
use wasi::{FUNCTIONS, MODULE, Wasi};

thread_local! {
    // Closures that the engine takes can own nothing that is not `Sync`, and so not these.
    static WASI: RefCell<Wasi> = RefCell::new(Wasi::new(std::env::args().skip(1)));
    static MEMORY: OnceCell<Mem> = const { OnceCell::new() };
}

fn call(store: &mut Store, name: &str, numbers: &[u64]) -> i32 {
    let memory = MEMORY.with(|memory| *memory.get().expect("the module is instantiated"));
    WASI.with_borrow_mut(|wasi| wasi.call(name, memory.bytes_mut(store), numbers))
}

/// A host function for each of the parameter lists that occur; the engine takes only closures of static type.
macro_rules! functions {
    ($store:ident, $function:ident: $($list:literal => ($($p:ident: $t:ty, $u:ty;)*))*) => {
        match $function.parameters {
            $($list => {
                let name = $function.name;
                Func::wrap(&mut $store, move |store: &mut Store $(, $p: $t)*| call(store, name, &[$(u64::from($p as $u)),*]))
            })*
            other => panic!("no closure for the parameters {other}"),
        }
    };
}

fn main() {
    let path = std::env::args().nth(1).expect("the path of a WebAssembly module");
    let bytes = std::fs::read(&path).expect("the module can be read");
    let mut store = Store::new(Engine::new());
    let module = match Module::new(store.engine(), &bytes) {
        Ok(module) => module,
        Err(error) => fail(&error),
    };
    let mut linker = Linker::new();
    for f in FUNCTIONS {
        let function = if f.name == wasi::EXIT {
            Func::wrap(&mut store, |code: i32| -> () { std::process::exit(code) })
        } else {
            functions!(store, f:
                "" => ()
                "i" => (a: i32, u32;)
                "ii" => (a: i32, u32; b: i32, u32;)
                "iii" => (a: i32, u32; b: i32, u32; c: i32, u32;)
                "iiii" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32;)
                "iiiii" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32; e: i32, u32;)
                "iiiiii" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32; e: i32, u32; f: i32, u32;)
                "iiiiiii" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32; e: i32, u32; f: i32, u32; g: i32, u32;)
                "iI" => (a: i32, u32; b: i64, u64;)
                "iIi" => (a: i32, u32; b: i64, u64; c: i32, u32;)
                "iIii" => (a: i32, u32; b: i64, u64; c: i32, u32; d: i32, u32;)
                "iIIi" => (a: i32, u32; b: i64, u64; c: i64, u64; d: i32, u32;)
                "iiiIi" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i64, u64; e: i32, u32;)
                "iiiiIIi" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32; e: i64, u64; f: i64, u64; g: i32, u32;)
                "iiiiiIIii" => (a: i32, u32; b: i32, u32; c: i32, u32; d: i32, u32; e: i32, u32; f: i64, u64; g: i64, u64; h: i32, u32; i: i32, u32;)
            )
        };
        linker.define(MODULE, f.name, function);
    }
    let instance = match linker.instantiate(&mut store, &module) {
        Ok(instance) => instance,
        Err(error) => fail(&error),
    };
    let memory = instance.exported_mem("memory").expect("a command");
    MEMORY.with(|cell| cell.set(memory).expect("it is set once"));
    let start = instance.exported_func("_start").expect("a command");
    if let Err(error) = start.call(&mut store, &[], &mut []) {
        fail(&error);
    }
}

fn fail(error: &dyn std::fmt::Debug) -> ! {
    eprintln!("{error:?}");
    std::process::exit(134);
}
