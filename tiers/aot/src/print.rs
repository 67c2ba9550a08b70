//! Stages of a function's compilation, as text for people.

use crate::block::BlockPlace;
use crate::code::{CodeReloc, CodeTarget, CompiledFunc};
use crate::compile::{Machines, Options, Program, Stages, Workshop};
use crate::error::AotError;
use crate::{names, x64};
use iced_x86::{Formatter as _, GasFormatter};
use rheo_ir::{FileId, FuncId, Module};
use rheo_lower::{LIBCALLS, Lowered, Symbol, lower_function};
use rheo_x64::Listing;
use std::fmt::Write as _;
use target_lexicon::Architecture;

/// A stage of one function's compilation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Print {
    /// Cranelift IR as lowered.
    Clif,
    /// Machine code, as text.
    Asm,
}

/// Gives a line of a source file, if it can.
pub type Source<'a> = dyn FnMut(&str, u32) -> Option<String> + 'a;

/// One function at a stage of its compilation, as text, with the source positions of its instructions.
pub fn print(
    module: &Module,
    f: FuncId,
    options: &Options,
    what: Print,
    source: &mut Source<'_>,
) -> Result<String, AotError> {
    let machines = Machines::new(options)?;
    let stages = machines.of(module, f);
    let mut w = Workshop::default();
    let lowered = lower_function(module, f, stages.first, &Program(module), &mut w.context.func, &mut w.builder)?;
    w.print(module, stages, f, &module.func(f).name, &lowered, what, source)
}

/// One region at a stage of its compilation, as text.
pub fn print_block(
    module: &Module,
    place: &BlockPlace,
    options: &Options,
    what: Print,
    source: &mut Source<'_>,
) -> Result<String, AotError> {
    let machines = Machines::new(options)?;
    let mut w = Workshop::default();
    let lowered = w.lower_block(module, place, &machines)?;
    let name = names::block(&module.func(place.func).name, &place.region.name);
    w.print(module, machines.of_blocks(), place.func, &name, &lowered, what, source)
}

impl Workshop {
    #[expect(clippy::too_many_arguments, reason = "two callers, which differ in all but the last two")]
    fn print(
        &mut self,
        module: &Module,
        stages: Stages,
        f: FuncId,
        name: &str,
        lowered: &Lowered,
        what: Print,
        source: &mut Source<'_>,
    ) -> Result<String, AotError> {
        let text = match what {
            Print::Clif => self.context.func.display().to_string(),
            Print::Asm => {
                let x64 = stages.first.triple().architecture == Architecture::X86_64;
                self.context.set_disasm(!x64);
                let mut code = self.generate(stages, f, name)?;
                if x64 {
                    code.place(lowered);
                    return Ok(self.disassembly(module, name, &code, source));
                }
                self.context.compiled_code().and_then(|c| c.vcode.clone()).unwrap_or_default()
            }
        };
        let mut out = format!("; {name}\n{text}\n");
        for (i, &loc) in lowered.locs.iter().enumerate() {
            if let Some(at) = module.position(loc) {
                writeln!(out, "; @{i:04x} {at}").expect("writing to a string");
            }
        }
        Ok(out)
    }

    /// What was compiled last, as it will stand in the program: x86-64 alone, in the form that a function's bytecode is shown in.
    fn disassembly(&self, module: &Module, name: &str, func: &CompiledFunc, source: &mut Source<'_>) -> String {
        let mut out = String::new();
        let compiled = self.context.compiled_code().expect("just compiled");
        let blocks: Vec<u32> = compiled.bb_starts.iter().map(|&at| x64::place(&self.places, at)).collect();
        let fields: Vec<u32> = func.relocs.iter().map(|r| r.offset).collect();
        let listing = Listing::read(&func.code, &fields, &blocks);
        let mut formatter = GasFormatter::new();
        let options = formatter.options_mut();
        options.set_uppercase_hex(false);
        options.set_branch_leading_zeros(false);
        options.set_space_after_operand_separator(true);
        let done = (|| -> std::fmt::Result {
            writeln!(out, "function {name}: {} bytes", func.code.len())?;
            let Some(listing) = listing else { return writeln!(out, "    // of a form that is not taken apart") };
            let mut locs = func.locs.iter().peekable();
            for (i, item) in listing.items.iter().enumerate() {
                let mut loc = None;
                while let Some(&(_, next)) = locs.next_if(|loc| loc.0 <= item.at) {
                    loc = Some(next);
                }
                if let Some((loc, position)) = loc.and_then(|loc| Some((loc, module.position(loc)?))) {
                    match module.files.get(FileId(loc.file).index()).and_then(|file| source(file, loc.line)) {
                        Some(text) => writeln!(out, "    // {position}: {}", text.trim())?,
                        None => writeln!(out, "    // {position}")?,
                    }
                }
                let end = listing.items.get(i + 1).map_or(listing.code_end(), |next| next.at as usize);
                let bytes: Vec<String> = func.code[item.at as usize..end].iter().map(|b| format!("{b:02x}")).collect();
                if let Some(entries) = item.table() {
                    for (i, (entry, bytes)) in entries.iter().zip(bytes.chunks(4)).enumerate() {
                        writeln!(
                            out,
                            "{:6x}  {:37}  .long {entry:#x} - {:#x}",
                            item.at as usize + 4 * i,
                            bytes.join(" "),
                            item.at
                        )?;
                    }
                    continue;
                }
                let mut text = String::new();
                formatter.format(&item.inst, &mut text);
                write!(out, "{:6x}  {:37}  {text}", item.at, bytes.join(" "))?;
                if let Some((reloc, _)) = item.relocation {
                    write!(out, "  {}", target(module, &func.relocs[reloc]))?;
                }
                writeln!(out)?;
            }
            Ok(())
        })();
        done.expect("writing to a string");
        out
    }
}

/// What a relocation names.
fn target(module: &Module, reloc: &CodeReloc) -> String {
    match reloc.target {
        CodeTarget::Native(name) => name.to_owned(),
        CodeTarget::Offset(at) => format!("{at:#x}"),
        CodeTarget::Symbol(symbol) => match symbol {
            Symbol::Func(f) => module.func(f).name.clone(),
            Symbol::VariadicCall(f) => names::variadic_call(&module.func(f).name),
            Symbol::Global(g) => module.global(g).name.clone(),
            Symbol::Libcall(i) => LIBCALLS[i as usize].name.to_owned(),
            Symbol::NativeCall => names::NATIVE_CALL.to_owned(),
            Symbol::Descriptor(i) => format!("signature {i}"),
        },
    }
}
