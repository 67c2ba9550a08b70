//! Runs a WASI program in wasmi: `peer-wasmi FILE.wasm ARGS`.

mod wasi;

use wasi::{FUNCTIONS, MODULE, Wasi};
use wasmi::{Caller, Config, Engine, FuncType, Linker, Memory, Module, Store, Val, ValType};

struct Host {
    wasi: Wasi,
    memory: Option<Memory>,
}

fn main() {
    let path = std::env::args().nth(1).expect("the path of a WebAssembly module");
    let bytes = std::fs::read(&path).expect("the module can be read");
    let mut config = Config::default();
    config.set_max_recursion_depth(1 << 17).set_max_stack_height(1 << 26);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, &bytes[..]).expect("a valid module");
    let host = Host { wasi: Wasi::new(std::env::args().skip(1)), memory: None };
    let mut store = Store::new(&engine, host);
    let mut linker = Linker::new(&engine);
    for function in FUNCTIONS {
        let name = function.name;
        let parameters = function.parameters.bytes().map(|c| if c == b'I' { ValType::I64 } else { ValType::I32 });
        let results = if name == wasi::EXIT { &[][..] } else { &[ValType::I32] };
        let body = move |mut caller: Caller<'_, Host>, arguments: &[Val], results: &mut [Val]| {
            let numbers: Vec<u64> = arguments
                .iter()
                .map(|value| match value {
                    Val::I32(n) => u64::from(*n as u32),
                    Val::I64(n) => *n as u64,
                    _ => unreachable!("WASI has only integers"),
                })
                .collect();
            let memory = caller.data().memory.expect("the module is instantiated");
            let (bytes, host) = memory.data_and_store_mut(&mut caller);
            let errno = host.wasi.call(name, bytes, &numbers);
            results[0] = Val::I32(errno);
            Ok(())
        };
        linker.func_new(MODULE, name, FuncType::new(parameters, results.iter().copied()), body).expect("a new name");
    }
    let instance = linker.instantiate_and_start(&mut store, &module).expect("nothing but WASI is imported");
    store.data_mut().memory = instance.get_memory(&store, "memory");
    let start = instance.get_typed_func::<(), ()>(&store, "_start").expect("a command");
    if let Err(trap) = start.call(&mut store, ()) {
        eprintln!("trap: {trap}");
        std::process::exit(134);
    }
}
