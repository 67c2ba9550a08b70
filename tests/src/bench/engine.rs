//! What the bench compares: each engine by its name, and what it makes of a program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::peer::Peer;
use super::rheo_builds::{Form, Rheo};
use super::subject::Subject;
use crate::{clang, figures};

/// Something that runs programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// Machine code of clang at this level.
    Native(&'static str),
    /// LLVM's JIT, compiling included.
    Lli,
    /// wasmtime by one of its compilers, which has run before.
    Wasmtime(&'static str),
    /// Another engine that is given WebAssembly.
    Wasm(Peer),
    /// Rheo.
    Rheo(Form),
}

/// An engine with the names it has on command lines and above columns.
pub struct Named {
    /// As `--engines` takes it.
    pub key: &'static str,
    /// In tables and lists.
    pub title: &'static str,
    /// Above columns.
    pub short: &'static str,
    /// The engine.
    pub engine: Engine,
}

const fn named(key: &'static str, title: &'static str, short: &'static str, engine: Engine) -> Named {
    Named { key, title, short, engine }
}

/// The engine that all others are measured against.
pub const NATIVE: &str = "native-O2";

/// All engines, in the order of the tables.
pub const ENGINES: &[Named] = &[
    named("native-O2", "native -O2", "-O2", Engine::Native("-O2")),
    named("native-O0", "native -O0", "-O0", Engine::Native("-O0")),
    named("native-Os", "native -Os", "-Os", Engine::Native("-Os")),
    named("lli", "lli JIT", "lli", Engine::Lli),
    named("cranelift", "wasmtime Cranelift", "Cranelift", Engine::Wasmtime("cranelift")),
    named("winch", "wasmtime Winch", "Winch", Engine::Wasmtime("winch")),
    named("pulley", "wasmtime Pulley", "Pulley", Engine::Wasmtime("pulley")),
    named("wasmi", "wasmi 2", "wasmi", Engine::Wasm(Peer::Wasmi)),
    named("wasm3", "wasm3", "wasm3", Engine::Wasm(Peer::Wasm3)),
    named("stitch", "stitch", "stitch", Engine::Wasm(Peer::Stitch)),
    named("bytecode", "Rheo bytecode", "bytecode", Engine::Rheo(Form::Bytecode)),
    named("title", "Rheo title VM", "title VM", Engine::Rheo(Form::Title)),
    named("rheo5", "Rheo 5 %", "5 %", Engine::Rheo(Form::Budget("5%"))),
    named("rheo10", "Rheo 10 %", "10 %", Engine::Rheo(Form::Budget("10%"))),
    named("aot", "Rheo AOT", "AOT", Engine::Rheo(Form::Aot)),
];

/// The peers that interpret: what Rheo's bytecode is to be ahead of.
pub const INTERPRETERS: &[&str] = &["pulley", "wasmi", "wasm3", "stitch"];

/// A program made ready to be run in an engine.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The command, without the program's own arguments.
    pub command: Vec<OsString>,
    /// Bytes of the code that is executed: machine code, bytecode, or WebAssembly's code section.
    pub code_bytes: Option<u64>,
    /// Bytes of Rheo's handlers.
    pub interpreter_bytes: Option<u64>,
}

impl Ready {
    fn of(command: impl IntoIterator<Item = OsString>, code_bytes: Option<u64>) -> Ready {
        Ready { command: command.into_iter().collect(), code_bytes, interpreter_bytes: None }
    }
}

impl Engine {
    /// Has the engine ready what it runs of `subject`; the error is the reason why it cannot.
    pub fn prepare(self, subject: &Subject, rheo: &mut Rheo<'_>) -> Result<Ready> {
        match self {
            Engine::Native(level) => {
                let program = subject.program.native(level)?;
                let bytes = figures::text_bytes(&program)?;
                Ok(Ready::of([program.into()], Some(bytes)))
            }
            Engine::Lli => {
                let linked = linked(&subject.program.bitcode("-O2")?)?;
                Ok(Ready::of(["lli-19".into(), "--dlopen=libm.so.6".into(), linked.into()], None))
            }
            Engine::Wasmtime(strategy) => {
                let wasm = subject.program.wasm("-O2")?;
                let runner = Peer::Wasmtime.runner()?;
                let call = |what: &str| [runner.clone().into(), what.into(), strategy.into()];
                let mut compile = call("compile").to_vec();
                compile.push(wasm.clone().into());
                let compiled = clang::made_with(&compile, &[&wasm, &runner], "cwasm", "")?;
                let bytes = figures::text_bytes(&compiled)?;
                Ok(Ready::of(call("run").into_iter().chain([compiled.into()]), Some(bytes)))
            }
            Engine::Wasm(peer) => {
                let wasm = subject.program.wasm("-O2")?;
                let bytes = wasm_code_bytes(&wasm)?;
                Ok(Ready::of([peer.runner()?.into(), wasm.into()], Some(bytes)))
            }
            Engine::Rheo(form) => {
                let (program, figures) = rheo.build(form)?;
                let bytes = figures.bytes;
                let code_bytes = Some(bytes.bytecode + bytes.aot);
                Ok(Ready { interpreter_bytes: Some(bytes.interpreter), ..Ready::of([program.into()], code_bytes) })
            }
        }
    }
}

/// One module of several.
fn linked(modules: &[PathBuf]) -> Result<PathBuf> {
    let command: Vec<OsString> = ["llvm-link-19".into()].into_iter().chain(modules.iter().map(Into::into)).collect();
    clang::made_with(&command, &modules.iter().map(PathBuf::as_path).collect::<Vec<_>>(), "linked.bc", "-o=")
}

/// Bytes of the code section of a WebAssembly module.
fn wasm_code_bytes(path: &Path) -> Result<u64> {
    let module = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    code_section_bytes(&module).with_context(|| format!("{} is no module with code", path.display()))
}

/// After magic and version, a module is sections: a byte that says which, the length in LEB128, the contents.
fn code_section_bytes(module: &[u8]) -> Option<u64> {
    const CODE: u8 = 10;
    let mut rest = module.strip_prefix(b"\0asm")?.get(4..)?;
    loop {
        let (&section, mut after) = rest.split_first()?;
        let mut length = 0;
        for shift in (0..35).step_by(7) {
            let (&byte, more) = after.split_first()?;
            after = more;
            length |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        if section == CODE {
            return Some(length);
        }
        rest = after.get(usize::try_from(length).ok()?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::code_section_bytes;

    #[test]
    fn code_is_found_behind_other_sections() {
        let mut module = b"\0asm\x01\0\0\0\x01\x81\x01".to_vec();
        module.extend([0; 129]);
        module.extend(b"\x0a\x90\x02...");
        assert_eq!(code_section_bytes(&module), Some(272));
        assert_eq!(code_section_bytes(&module[..100]), None);
        assert_eq!(code_section_bytes(b"\x7fELF"), None);
    }
}
