//! Hand-written bytecode: a line an instruction, `TEMPLATE | FIELDS`, with labels. Each template used becomes an opcode
//! of the VM generated for the program, behind the escape if the line starts with `!`. Linked with the runtime and C sources by the system's linker.

use rheo_bytecode::image::VERSION;
use rheo_bytecode::isa::{FieldKind, Isa, Opcode, Template, parse_template};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

struct Function {
    name: String,
    descriptor: String,
    text: String,
}

/// A program.
#[derive(Default)]
pub struct Program {
    functions: Vec<Function>,
    /// Names, and whether the symbol is of the cell that holds the address.
    symbols: Vec<(String, bool)>,
    isa: Isa,
}

/// An executable, deleted when dropped.
pub struct Executable {
    /// Its path.
    pub path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Program {
    /// Adds a function; its entry stub has its name.
    pub fn function(&mut self, name: &str, descriptor: &str, text: &str) {
        self.functions.push(Function { name: name.into(), descriptor: descriptor.into(), text: text.into() });
    }

    fn opcode(&mut self, template: &Template, escaped: bool) -> Opcode {
        let set = if escaped { &mut self.isa.escape } else { &mut self.isa.fast };
        let i = set.iter().position(|t| t == template).unwrap_or_else(|| {
            set.push(template.clone());
            set.len() - 1
        });
        if escaped { Opcode::Escape(i as u16) } else { Opcode::Fast(i as u8) }
    }

    /// Number of the symbol of an address, or of the cell that holds it.
    fn symbol(&mut self, name: &str, cell: bool) -> i64 {
        let symbol = (name.to_owned(), cell);
        let i = self.symbols.iter().position(|s| *s == symbol).unwrap_or_else(|| {
            self.symbols.push(symbol);
            self.symbols.len() - 1
        });
        i as i64
    }

    /// Code, offsets of the functions.
    fn assemble(&mut self) -> (Vec<u8>, Vec<u32>) {
        let halt = parse_template(": halt.i64").expect("well-formed");
        let Opcode::Fast(halt) = self.opcode(&halt, false) else { unreachable!() };
        let mut code = vec![halt];
        let mut offsets = Vec::new();
        for i in 0..self.functions.len() {
            offsets.push(code.len() as u32);
            let text = self.functions[i].text.clone();
            self.assemble_function(&text, &mut code);
        }
        (code, offsets)
    }

    fn assemble_function(&mut self, text: &str, code: &mut Vec<u8>) {
        let mut labels = HashMap::new();
        let mut branches = Vec::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if let Some(label) = line.strip_suffix(':') {
                labels.insert(label.to_string(), code.len() as i64);
                continue;
            }
            let (template, values) = line.split_once('|').unwrap_or((line, ""));
            let text = template.trim_start_matches('!').trim();
            let escaped = template.starts_with('!');
            let template = parse_template(text).unwrap_or_else(|e| panic!("{line}: {e}"));
            let opcode = self.opcode(&template, escaped);
            let layout = template.layout(opcode.bytes());
            let start = code.len();
            let from = start + opcode.prefix() as usize;
            code.resize(start + layout.bytes as usize, 0);
            opcode.write(&mut code[start..]);
            let mut values = values.split_whitespace();
            for (field, at) in template.fields.iter().zip(&layout.fields) {
                let word = values.next().unwrap_or_else(|| panic!("{line}: too few values"));
                let place = start + at.offset as usize;
                let put = |code: &mut Vec<u8>, value: i64| {
                    let mask = if at.bits >= 64 { u64::MAX } else { (1 << at.bits) - 1 };
                    let bits = (value as u64 & mask) << at.shift;
                    for (i, b) in bits.to_le_bytes().iter().take(at.bytes as usize).enumerate() {
                        code[place + i] |= b;
                    }
                };
                match field.kind {
                    FieldKind::Branch => branches.push((from, place, at.bytes, word[1..].to_string())),
                    FieldKind::Table => {
                        for label in word.split(',') {
                            branches.push((from, code.len(), at.bytes, label[1..].to_string()));
                            code.resize(code.len() + at.bytes as usize, 0);
                        }
                    }
                    FieldKind::Func => {
                        let f = self.functions.iter().position(|f| f.name == word);
                        put(code, f.unwrap_or_else(|| panic!("{line}: no function {word}")) as i64);
                    }
                    FieldKind::Symbol => {
                        let is_call = template.ops.iter().any(|m| m.op.is_call());
                        put(code, self.symbol(word, is_call));
                    }
                    FieldKind::Imm { shift, .. } => put(code, word.parse::<i128>().expect("a number") as i64 >> shift),
                    FieldKind::Sig => {
                        let mut at = 0;
                        let known = self.functions.iter().find(|f| {
                            let found = f.name == word;
                            at += if found { 0 } else { f.descriptor.len() as i64 + 1 };
                            found
                        });
                        assert!(known.is_some(), "{line}: descriptors are named by functions that have them");
                        put(code, at);
                    }
                    _ => put(code, word.parse().expect("a number")),
                }
            }
        }
        for (from, place, bytes, label) in branches {
            let distance = labels[&label] - from as i64;
            code[place..place + bytes as usize].copy_from_slice(&distance.to_le_bytes()[..bytes as usize]);
        }
    }

    /// The program object, as assembly.
    fn object(&mut self) -> String {
        let (code, offsets) = self.assemble();
        let mut s = String::from(".intel_syntax noprefix\n.section .rodata\n.p2align 4\n");
        // The image's header, with the sections code and functions, and names.
        writeln!(s, "image: .ascii \"RHEO\"\n.short {}, 0\n.quad {}, 77", VERSION, self.isa.fingerprint())
            .expect("writes");
        writeln!(s, ".long image_end - image, {0}, {0}, {1}", offsets.len(), self.symbols.len()).expect("writes");
        let names = "0, 0, 0, 0, 0, 0, names - image, image_end - names, 0, 0, 0, 0, 0, 0";
        let code_end = code.len();
        writeln!(s, ".long code - image, {code_end}, funcs - image, {}, {names}", 4 * offsets.len()).expect("writes");
        s.push_str("code: ");
        let bytes = |s: &mut String, all: &[u8]| {
            let list: Vec<String> = all.iter().map(u8::to_string).collect();
            writeln!(s, ".byte {}", list.join(",")).expect("writes");
        };
        bytes(&mut s, &code);
        let offsets: Vec<String> = offsets.iter().map(u32::to_string).collect();
        let ends = self.functions.iter().scan(0, |at, f| {
            *at += f.name.len();
            Some(at.to_string())
        });
        let ends: Vec<String> = ends.collect();
        let all: String = self.functions.iter().map(|f| f.name.as_str()).collect();
        writeln!(s, ".p2align 4\nfuncs: .long {}", offsets.join(",")).expect("writes");
        writeln!(s, "names: .long {}, 0, {}\n.ascii \"{all}\"", offsets.len(), ends.join(",")).expect("writes");
        s.push_str("image_end:\ndescriptors:\n");
        let (mut at, mut info) = (0, Vec::new());
        for f in &self.functions {
            bytes(&mut s, &[f.descriptor.as_bytes(), &[0]].concat());
            info.push(at.to_string());
            at += f.descriptor.len() + 1;
        }
        writeln!(s, ".p2align 3\ninfo: .short {}", info.join(",")).expect("writes");
        s.push_str(".section .data.rel.ro,\"aw\"\n.p2align 4\n.globl rheo_ctx\n.hidden rheo_ctx\nrheo_ctx:\n");
        for handler in &rheo_vmgen::handler_symbols(&self.isa, |_| true).expect("a set")[0] {
            writeln!(s, ".hidden {handler}\n.quad {handler}").expect("writes");
        }
        s.push_str(".quad code, funcs, stubs, stubs_end, descriptors, info, image, image_end - image, 0, 0\n");
        s.push_str(".org rheo_ctx + 2176\n.quad rheo_ctx, 0, rheo_ctx\n.org rheo_ctx + 2304\n");
        for (i, (symbol, cell)) in self.symbols.iter().enumerate() {
            match cell {
                true => writeln!(s, ".long cells + 8 * {i} - rheo_ctx").expect("writes"),
                false => writeln!(s, ".long {symbol} - . + {}", 2304 + 4 * i).expect("writes"),
            }
        }
        s.push_str(".p2align 3\ncells:\n");
        for (symbol, _) in &self.symbols {
            writeln!(s, ".quad {symbol}").expect("writes");
        }
        s.push_str(".section .text.rheo.stubs,\"ax\"\n.p2align 4\nstubs:\n");
        for (i, f) in self.functions.iter().enumerate() {
            let (parameters, results) = f.descriptor.split_once('>').expect("a descriptor");
            let ints = parameters.bytes().all(|b| b == b'b') && parameters.len() <= 6;
            let simple = ints && matches!(results, "" | "b" | "f" | "bb" | "bf");
            let entry = match simple {
                true if parameters.len() <= 2 && results != "bb" => "rheo_entry_ints2",
                true => "rheo_entry_ints",
                false => "rheo_entry_generic",
            };
            writeln!(s, ".p2align 3\n.globl {0}\n{0}: mov al, {i}\njmp {entry}_here", f.name).expect("writes");
        }
        s.push_str(".p2align 3\nstubs_end:\nrheo_entry_ints_here: movzx eax, al\njmp rheo_entry_ints\n");
        s.push_str("rheo_entry_ints2_here: movzx eax, al\njmp rheo_entry_ints2\n");
        s.push_str("rheo_entry_generic_here: movzx eax, al\njmp rheo_entry_generic\n");
        s.push_str("\n.section .note.GNU-stack,\"\"\n");
        s
    }

    /// Links the program with the VM made for it, the runtime and C sources.
    pub fn link(mut self, sources: &[(&str, &str)], cc: &str) -> Executable {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("program.s"), self.object()).expect("written");
        let triple = "x86_64-unknown-linux-gnu".parse().expect("a triple");
        let vm = rheo_vmgen::generate(&self.isa, &triple, rheo_vmgen::Options::default()).expect("generates");
        if let Ok(folder) = std::env::var("RHEO_DUMP_VM") {
            std::fs::write(format!("{folder}/vm-test.o"), &vm.bytes).expect("written");
        }
        std::fs::write(at("vm.o"), vm.bytes).expect("written");
        std::fs::write(at("runtime.o"), rheo_runtime::SHIP_OBJECT).expect("written");
        let mut command = Command::new(cc);
        command.current_dir(folder.path()).args(["-O2", "-w", "-g", "-pthread", "-o", "program"]);
        command.args(["program.s", "vm.o", "runtime.o"]);
        for (name, text) in sources {
            std::fs::write(at(name), text).expect("written");
            command.arg(name);
        }
        let out = command.arg("-lm").output().expect("the compiler runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        Executable { path: at("program"), _folder: folder }
    }
}
