//! Compiles a WASI program with wasmtime, and runs what it compiled: `peer-wasmtime compile STRATEGY IN.wasm OUT`,
//! `peer-wasmtime run STRATEGY COMPILED ARGS`. STRATEGY is cranelift, winch or pulley (its compiler is Cranelift).

mod wasi;

use wasi::{FUNCTIONS, MODULE, Wasi};
use wasmtime::{Caller, Config, Engine, FuncType, Linker, Memory, Module, OptLevel, Store, Strategy, Val, ValType};

struct Host {
    wasi: Wasi,
    memory: Option<Memory>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, what, strategy, path, ..] = &arguments[..] else { panic!("see the head of the source") };
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::Speed).async_stack_size(8 << 20).max_wasm_stack(7 << 20);
    match strategy.as_str() {
        "cranelift" => config.strategy(Strategy::Cranelift),
        "winch" => config.strategy(Strategy::Winch),
        "pulley" => config.target("pulley64").expect("Pulley is built in"),
        other => panic!("no strategy is called {other}"),
    };
    let engine = Engine::new(&config).expect("a possible configuration");
    match what.as_str() {
        "compile" => {
            let module = std::fs::read(path).expect("the module can be read");
            let compiled = engine.precompile_module(&module).unwrap_or_else(|error| fail(&error));
            std::fs::write(&arguments[4], compiled).expect("the product can be written");
        }
        "run" => run(&engine, path, Wasi::new(arguments[3..].iter().cloned())),
        other => panic!("nothing to do is called {other}"),
    }
}

fn fail(error: &wasmtime::Error) -> ! {
    eprintln!("{error:?}");
    std::process::exit(134);
}

fn run(engine: &Engine, path: &str, wasi: Wasi) {
    // SAFETY: the bench has the file made by the same program's `compile`.
    let module = unsafe { Module::deserialize_file(engine, path) }.unwrap_or_else(|error| fail(&error));
    let mut store = Store::new(engine, Host { wasi, memory: None });
    let mut linker = Linker::new(engine);
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
            results[0] = Val::I32(host.wasi.call(name, bytes, &numbers));
            Ok(())
        };
        let kind = FuncType::new(engine, parameters, results.iter().cloned());
        linker.func_new(MODULE, name, kind, body).expect("a new name");
    }
    let instance = linker.instantiate(&mut store, &module).unwrap_or_else(|error| fail(&error));
    store.data_mut().memory = instance.get_memory(&mut store, "memory");
    let start = instance.get_typed_func::<(), ()>(&mut store, "_start").expect("a command");
    if let Err(error) = start.call(&mut store, ()) {
        fail(&error);
    }
}
