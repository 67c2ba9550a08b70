//! The VM object: handlers, the escape table, the fingerprint, unwind rules.

use crate::control::build_call_stub;
use crate::handler::{DecodeOrder, Piece, build, build_escape, build_next, cuts, opened};
use crate::names::{Names, signature};
use crate::outline::{Body, share_beginnings, share_endings};
use crate::{HandlerSize, Options, VmError, VmObject, x64};
use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{
    ExtFuncData, ExternalName, Function, InstBuilder, LibCall, Opcode as ClifOpcode, UserExternalName,
};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_control::ControlPlane;
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{DataDescription, FuncId, Linkage, Module, ModuleReloc, ModuleRelocTarget};
use cranelift_object::object::write::{Object, Relocation, SectionId, StandardSection, SymbolId, SymbolSection};
use cranelift_object::object::{RelocationEncoding, RelocationFlags, RelocationKind, SectionKind};
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use rayon::prelude::*;
use rheo_bytecode::isa::{ESCAPE, FAST_MAX, FIRST_PAGE, Isa, Opcode, Template};
use std::collections::{BTreeMap, HashMap, HashSet};
use target_lexicon::{Architecture, BinaryFormat, Triple};

/// What a function of the object is.
pub(crate) enum Job<'a> {
    Piece(Piece<'a>),
    /// Of a page, or with an index of two bytes behind the escape byte.
    Escape(Option<u8>),
    /// Dispatches behind instructions of so many bytes.
    Next(u32),
    CallStub,
    Illegal,
    /// What several handlers begin with.
    Beginning,
}

/// A compiled handler.
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    relocations: Vec<ModuleReloc>,
    /// Whether constants may follow the code, whose alignment counts.
    has_data: bool,
    /// Whether it has a frame of its own.
    pub framed: bool,
    /// Whether it needs more registers than a C function may clobber.
    is_pressed: bool,
}

/// Generates the VM for an instruction set.
pub fn generate(isa: &Isa, triple: &Triple, options: Options) -> Result<VmObject, VmError> {
    generate_used(isa, triple, options, |_| true)
}

/// Generates the VM of one program: the same instruction set, with handlers only for the templates that `is_used` names.
/// Opcodes of others lead to the handler that reports them.
pub fn generate_used(
    isa: &Isa,
    triple: &Triple,
    options: Options,
    is_used: impl Fn(&Template) -> bool,
) -> Result<VmObject, VmError> {
    let target = rheo_lower::isa(triple, rheo_lower::CodeKind::Handlers, options.cpu, options.optimise)?;
    let libcall_names = Box::new(|l: LibCall| rheo_lower::libcall_symbol(l).to_string());
    let builder = ObjectBuilder::new(target.clone(), "rheo-vm", libcall_names)?;
    let mut module = ObjectModule::new(builder);
    let names = Names::declare(&mut module, isa.dialects())?;
    let illegal = module.declare_function("rheo_rt_illegal", Linkage::Import, &signature(false))?;
    let used = handlers(isa, is_used)?;
    let mut jobs = declare(&used, &mut module)?;
    jobs.push((names.call_stub(), Job::CallStub));
    let mut done: Vec<(usize, Code)> = jobs
        .par_iter()
        .enumerate()
        .map(|(i, (id, job))| Ok((i, compile(&target, &names, illegal, *id, job)?)))
        .collect::<Result<_, VmError>>()?;
    if triple.architecture == Architecture::X86_64 && triple.binary_format == BinaryFormat::Elf {
        share(&mut module, &mut jobs, &mut done)?;
    }
    // Handlers without a frame first, so that one unwind rule describes them all.
    done.sort_by_key(|(i, code)| (code.framed, *i));
    for (i, code) in &done {
        let (id, job) = &jobs[*i];
        let align = match job {
            Job::Piece(_) | Job::Beginning if !code.has_data => 1,
            _ => 16,
        };
        module.define_function_bytes(*id, align, &code.bytes, &code.relocations)?;
    }
    let wide = triple.binary_format == BinaryFormat::Macho;
    let handler_of: HashMap<&Template, FuncId> = starts(&jobs).collect();
    let illegal = illegal_handler(&jobs);
    let escapes: Vec<FuncId> = isa.escape.iter().map(|t| handler_of.get(t).copied().unwrap_or(illegal)).collect();
    define_escapes(&mut module, &names, &escapes, wide)?;
    let fingerprint = module.declare_data("rheo_vm_fingerprint", Linkage::Hidden, false, false)?;
    let mut data = DataDescription::new();
    data.define(isa.fingerprint().to_le_bytes().into());
    data.set_align(8);
    module.define_data(fingerprint, &data)?;

    let mut product = module.finish();
    if !wide {
        relocate_escapes(&mut product, &names, &escapes)?;
    }
    if triple.binary_format == BinaryFormat::Elf {
        product.object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
        if triple.architecture == Architecture::X86_64 {
            let frameless = done.iter().filter(|(_, c)| !c.framed).map(|(i, _)| jobs[*i].0);
            let end = frameless.map(|id| symbol_end(&product, id)).max().unwrap_or(0);
            unwind_rules(&mut product.object, end)?;
        }
    }
    let sizes = sizes(&jobs, &done);
    let bytes = product.emit().map_err(VmError::Write)?;
    Ok(VmObject { bytes, handlers: sizes })
}

/// The templates that get handlers, each with one of its opcodes: of one byte, in the first dialect that has it, if one does.
fn handlers(isa: &Isa, is_used: impl Fn(&Template) -> bool) -> Result<Vec<(&Template, usize, Opcode)>, VmError> {
    if let Some(most) = isa.one_byte().map(Vec::len).find(|&n| n > FAST_MAX) {
        return Err(VmError::TooManyOpcodes(most));
    }
    let mut known: HashSet<&Template> = HashSet::new();
    let all =
        (0..isa.dialects()).flat_map(|d| isa.one_byte().nth(d).into_iter().flatten().enumerate().map(move |t| (d, t)));
    let one_byte = all.map(|(dialect, (i, t))| (t, dialect, Opcode::Fast(i as u8)));
    let escape = isa.escape.iter().enumerate().map(|(i, t)| (t, 0, Opcode::Escape(i as u16)));
    Ok(one_byte.chain(escape).filter(|(t, ..)| is_used(t) && known.insert(t)).collect())
}

/// By dialect, the symbols of the handlers of the 256 one-byte opcodes, escapes included, in the VM that [`generate_used`] makes.
pub fn handler_symbols(isa: &Isa, is_used: impl Fn(&Template) -> bool) -> Result<Vec<Vec<String>>, VmError> {
    let named: HashMap<&Template, String> = handlers(isa, is_used)?
        .into_iter()
        .filter_map(|(t, dialect, opcode)| match opcode {
            Opcode::Fast(i) => Some((t, opcode_name(dialect, i.into()))),
            Opcode::Escape(_) => None,
        })
        .collect();
    let of = |templates: &Vec<Template>| {
        let symbol = |opcode: usize| match templates.get(opcode) {
            _ if opcode >= usize::from(FIRST_PAGE) => opcode_name(0, opcode),
            Some(t) if named.contains_key(t) => named[t].clone(),
            _ => ILLEGAL.to_owned(),
        };
        (0..=usize::from(ESCAPE)).map(symbol).collect()
    };
    Ok(isa.one_byte().map(of).collect())
}

/// Name of the handler of opcodes that have none.
const ILLEGAL: &str = "rheo_vm_illegal";

/// Name of the handler of an opcode of one byte.
fn opcode_name(dialect: usize, opcode: usize) -> String {
    if dialect == 0 { format!("rheo_op_{opcode}") } else { format!("rheo_op_{dialect}_{opcode}") }
}

/// Declares a function for each piece of each template.
fn declare<'a>(
    used: &[(&'a Template, usize, Opcode)],
    module: &mut ObjectModule,
) -> Result<Vec<(FuncId, Job<'a>)>, VmError> {
    let sig = signature(false);
    let mut jobs = Vec::new();
    // Operations on their own are there so that any program can be encoded, and seldom executed.
    let plain: HashSet<&Template> = Isa::plain().iter().collect();
    let mut nexts: BTreeMap<u32, FuncId> = BTreeMap::new();
    for &(template, dialect, opcode) in used {
        let (name, linkage) = match opcode {
            Opcode::Fast(i) => (opcode_name(dialect, i.into()), Linkage::Hidden),
            Opcode::Escape(i) => (format!("rheo_escape_{i}"), Linkage::Local),
        };
        let cuts = cuts(template);
        let mut ids = vec![module.declare_function(&name, linkage, &sig)?];
        for n in 1..cuts.len() {
            ids.push(module.declare_function(&format!("{name}_then{n}"), Linkage::Local, &sig)?);
        }
        let is_small = matches!(opcode, Opcode::Escape(_)) && cuts.len() == 1 && plain.contains(template);
        let next = match is_small && template.falls_through() {
            true => {
                let length = template.layout(1).bytes;
                let id = module.declare_function(&format!("rheo_next_{length}"), Linkage::Local, &sig)?;
                Some(*nexts.entry(length).or_insert(id))
            }
            false => None,
        };
        for (n, &ops) in cuts.iter().enumerate() {
            let rest = ids.get(n + 1).copied();
            jobs.push((ids[n], Job::Piece(Piece { template, opcode, ops, rest, next })));
        }
    }
    jobs.extend(nexts.into_iter().map(|(length, id)| (id, Job::Next(length))));
    for byte in FIRST_PAGE..=ESCAPE {
        let page = (byte != ESCAPE).then(|| byte - FIRST_PAGE);
        let id = module.declare_function(&opcode_name(0, byte.into()), Linkage::Hidden, &sig)?;
        jobs.push((id, Job::Escape(page)));
    }
    jobs.push((module.declare_function(ILLEGAL, Linkage::Hidden, &sig)?, Job::Illegal));
    Ok(jobs)
}

/// Lets handlers of the base set share code.
fn share(
    module: &mut ObjectModule,
    jobs: &mut Vec<(FuncId, Job)>,
    done: &mut Vec<(usize, Code)>,
) -> Result<(), VmError> {
    let shares =
        |(i, code): &(usize, Code)| matches!(&jobs[*i].1, Job::Piece(Piece { next: Some(_), .. })) && !code.has_data;
    let name_of = |id: FuncId| ModuleRelocTarget::user(0, id.as_u32());
    let which: Vec<usize> = (0..done.len()).filter(|&n| shares(&done[n])).collect();
    let body = |&n: &usize| {
        let (i, code) = &done[n];
        let (bytes, relocations) = (code.bytes.clone(), code.relocations.clone());
        Body { name: name_of(jobs[*i].0), bytes, relocations, framed: code.framed }
    };
    let mut bodies: Vec<Body> = which.iter().map(body).collect();
    let sig = signature(false);
    let mut ids = Vec::new();
    let made = share_beginnings(&mut bodies, |n| -> Result<_, VmError> {
        let id = module.declare_function(&format!("rheo_begin_{n}"), Linkage::Local, &sig)?;
        ids.push(id);
        Ok(name_of(id))
    })?;
    share_endings(&mut bodies);
    for (n, body) in which.into_iter().zip(bodies) {
        (done[n].1.bytes, done[n].1.relocations) = (body.bytes, body.relocations);
    }
    for (id, body) in ids.into_iter().zip(made) {
        let Body { bytes, relocations, framed, .. } = body;
        let code = Code { bytes, relocations, framed, is_pressed: false, has_data: false };
        done.push((jobs.len(), code));
        jobs.push((id, Job::Beginning));
    }
    Ok(())
}

pub(crate) fn compile(
    target: &OwnedTargetIsa,
    names: &Names,
    illegal: FuncId,
    id: FuncId,
    job: &Job,
) -> Result<Code, VmError> {
    let attempt = |order| -> Result<Code, VmError> {
        let mut context = Context::new();
        let mut builder = FunctionBuilderContext::new();
        match job {
            Job::Piece(piece) => build(&mut context.func, &mut builder, &**target, names, *piece, order)?,
            Job::Escape(page) => {
                let wide = target.triple().binary_format == BinaryFormat::Macho;
                build_escape(&mut context.func, &mut builder, &**target, names, *page, wide);
            }
            Job::Next(length) => build_next(&mut context.func, &mut builder, &**target, *length),
            Job::CallStub => build_call_stub(&mut context.func, &mut builder, &**target, names),
            Job::Illegal => build_illegal(&mut context.func, &mut builder, target, illegal),
            Job::Beginning => unreachable!("made of others' code"),
        }
        finish(target, names, context, id)
    };
    let early = attempt(DecodeOrder::Early)?;
    if (early.framed || early.is_pressed) && matches!(job, Job::Piece(_)) {
        let late = attempt(DecodeOrder::Late)?;
        if (late.framed, late.bytes.len()) < (early.framed, early.bytes.len()) {
            return Ok(late);
        }
    }
    Ok(early)
}

/// Machine code of a function, without its frame where it needs none.
fn finish(target: &OwnedTargetIsa, names: &Names, mut context: Context, id: FuncId) -> Result<Code, VmError> {
    let failed = |e| VmError::Codegen(format!("{e:?}"));
    context.compile(&**target, &mut ControlPlane::default()).map_err(|e| failed(e.inner))?;
    let compiled = context.compiled_code().expect("compiled just now");
    let func = &context.func;
    let to_module = |r| ModuleReloc::from_mach_reloc(r, func, id);
    let mut relocations: Vec<ModuleReloc> = compiled.buffer.relocs().iter().map(to_module).collect();
    let mut bytes = rheo_lower::code_with_native_faults(&compiled.buffer);
    if target.triple().architecture == Architecture::X86_64 {
        address_directly(&mut bytes, &mut relocations, names);
        let exits = func.layout.blocks().flat_map(|b| func.layout.block_insts(b)).filter(|&i| {
            let opcode = func.dfg.insts[i].opcode();
            matches!(opcode, ClifOpcode::Return | ClifOpcode::ReturnCall | ClifOpcode::ReturnCallIndirect)
        });
        let offsets: Vec<u32> = relocations.iter().map(|r| r.offset).collect();
        if let Some(s) = x64::shorten(&bytes, exits.count(), &offsets) {
            for (r, offset) in relocations.iter_mut().zip(s.relocations) {
                r.offset = offset;
            }
            let (framed, is_pressed) = (s.framed, s.is_pressed);
            return Ok(Code { bytes: s.code, relocations, framed, is_pressed, has_data: s.has_data });
        }
        let framed = bytes.starts_with(&[0x55]);
        return Ok(Code { bytes, relocations, framed, is_pressed: false, has_data: true });
    }
    Ok(Code { bytes, relocations, framed: false, is_pressed: false, has_data: true })
}

/// x86-64: takes the address of what lies in this object as it is, not from a table of the linker's.
fn address_directly(code: &mut [u8], relocations: &mut [ModuleReloc], names: &Names) {
    const MOV: u8 = 0x8b;
    const LEA: u8 = 0x8d;
    for r in relocations.iter_mut().filter(|r| r.kind == Reloc::X86GOTPCRel4 && names.is_own(&r.name)) {
        // In front of the field: opcode, and the byte that names the register.
        if let Some(opcode) = (r.offset as usize).checked_sub(2).and_then(|at| code.get_mut(at))
            && *opcode == MOV
        {
            *opcode = LEA;
            r.kind = Reloc::X86PCRel4;
        }
    }
}

/// What unused opcodes lead to.
fn build_illegal(f: &mut Function, context: &mut FunctionBuilderContext, target: &OwnedTargetIsa, illegal: FuncId) {
    let (mut b, entry) = opened(f, context, signature(false));
    let name = b.func.declare_imported_user_function(UserExternalName::new(0, illegal.as_u32()));
    let signature = b.import_signature(signature(false));
    let name = ExternalName::user(name);
    let callee = b.import_function(ExtFuncData { name, signature, colocated: true, patchable: false });
    let arguments = b.block_params(entry).to_vec();
    b.ins().return_call(callee, &arguments);
    b.finalize(target.frontend_config());
}

/// The first piece of each template.
fn starts<'a>(jobs: &[(FuncId, Job<'a>)]) -> impl Iterator<Item = (&'a Template, FuncId)> {
    jobs.iter().filter_map(|(id, job)| match job {
        Job::Piece(Piece { template, ops: (0, _), .. }) => Some((*template, *id)),
        _ => None,
    })
}

/// Defines the table of the handlers behind the escapes.
fn define_escapes(module: &mut ObjectModule, names: &Names, escapes: &[FuncId], wide: bool) -> Result<(), VmError> {
    let mut data = DataDescription::new();
    // One byte more, so that the table of a set without escapes is data too.
    data.define(vec![0xff; escapes.len() * if wide { 8 } else { 4 } + 1].into());
    data.set_align(8);
    if wide {
        for (i, &id) in escapes.iter().enumerate() {
            let f = module.declare_func_in_data(id, &mut data);
            data.write_function_addr(8 * i as u32, f);
        }
    }
    module.define_data(names.escapes, &data)?;
    Ok(())
}

/// Makes each entry of the escape table the distance from the table's start to its handler.
fn relocate_escapes(product: &mut ObjectProduct, names: &Names, escapes: &[FuncId]) -> Result<(), VmError> {
    let table = product.object.symbol(product.data_symbol(names.escapes));
    let (start, section) = (table.value, table.section);
    let SymbolSection::Section(section) = section else {
        unreachable!("the table is defined in this object");
    };
    for (i, &id) in escapes.iter().enumerate() {
        let offset = start + 4 * i as u64;
        let symbol = product.function_symbol(id);
        relative(&mut product.object, section, offset, symbol, 4 * i as i64)?;
        // The field holds nothing but what the linker writes.
        let place = product.object.section_mut(section).data_mut();
        place[offset as usize..][..4].fill(0);
    }
    Ok(())
}

/// Has the linker write the distance from a 4-byte field to a symbol.
fn relative(
    object: &mut Object<'static>,
    section: SectionId,
    offset: u64,
    symbol: SymbolId,
    addend: i64,
) -> Result<(), VmError> {
    let (kind, encoding) = (RelocationKind::Relative, RelocationEncoding::Generic);
    let flags = RelocationFlags::Generic { kind, encoding, size: 32 };
    object.add_relocation(section, Relocation { offset, symbol, addend, flags }).map_err(VmError::Write)
}

fn illegal_handler(jobs: &[(FuncId, Job)]) -> FuncId {
    jobs.iter().find(|(_, job)| matches!(job, Job::Illegal)).expect("always made").0
}

fn symbol_end(product: &ObjectProduct, id: FuncId) -> u64 {
    let symbol = product.object.symbol(product.function_symbol(id));
    symbol.value + symbol.size
}

/// x86-64 ELF: tells unwinders and debuggers what frame they are in. Up to `frameless_end` it is the entry's own (see
/// the runtime): rbp points at the saved rbp, and the callee-saved registers lie below. Behind it each handler has a
/// frame of its own, with rbp saved.
fn unwind_rules(object: &mut Object<'static>, frameless_end: u64) -> Result<(), VmError> {
    const DEF_CFA: u8 = 0x0c;
    const OFFSET: u8 = 0x80;
    const RBP: u8 = 6;
    const RETURN_ADDRESS: u8 = 16;
    let own: &[u8] = &[DEF_CFA, RBP, 16, OFFSET | RBP, 2, OFFSET | RETURN_ADDRESS, 1];
    // rbx, r12 to r15
    let saved: &[u8] = &[OFFSET | 3, 3, OFFSET | 12, 4, OFFSET | 13, 5, OFFSET | 14, 6, OFFSET | 15, 7];
    let text = object.section_id(StandardSection::Text);
    let end = object.section(text).data().len() as u64;
    let text_symbol = object.section_symbol(text);
    let section = object.add_section(Vec::new(), b".eh_frame".to_vec(), SectionKind::ReadOnlyData);
    let mut out: Vec<u8> = Vec::new();
    let mut fields = Vec::new();
    for (rules, start, end) in [([own, saved].concat(), 0, frameless_end), (own.to_vec(), frameless_end, end)] {
        if start == end {
            continue;
        }
        let cie = out.len();
        // Version 1, augmentation "zR": pc-relative 4-byte addresses. Code unit 1, data unit -8.
        let head = [&[1, b'z', b'R', 0, 1, 0x78, RETURN_ADDRESS, 1, 0x1b][..], &rules].concat();
        entry(&mut out, 0, &head);
        let fde = out.len();
        fields.push((fde as u64 + 8, start));
        let mut body = vec![0; 4];
        body.extend(((end - start) as u32).to_le_bytes());
        body.push(0);
        entry(&mut out, (fde + 4 - cie) as u32, &body);
    }
    object.append_section_data(section, &out, 8);
    for (offset, start) in fields {
        relative(object, section, offset, text_symbol, start as i64)?;
    }
    Ok(())
}

/// Appends a call frame entry: length, id, body, padding.
fn entry(out: &mut Vec<u8>, id: u32, body: &[u8]) {
    let bytes = (4 + body.len()).next_multiple_of(8) + 4;
    out.extend((bytes as u32).to_le_bytes());
    out.extend(id.to_le_bytes());
    out.extend(body);
    // Padding is DW_CFA_nop.
    out.resize(out.len() + bytes - 4 - body.len(), 0);
}

fn sizes(jobs: &[(FuncId, Job)], done: &[(usize, Code)]) -> Vec<HandlerSize> {
    let mut out: Vec<HandlerSize> = Vec::new();
    let mut in_order: Vec<&(usize, Code)> = done.iter().collect();
    in_order.sort_by_key(|(i, _)| *i);
    for (i, code) in in_order {
        let Job::Piece(piece) = &jobs[*i].1 else { continue };
        let bytes = code.bytes.len() as u32;
        match out.last_mut().filter(|_| piece.ops.0 > 0) {
            Some(s) => {
                s.bytes += bytes;
                s.framed |= code.framed;
            }
            None => out.push(HandlerSize { opcode: piece.opcode, bytes, framed: code.framed }),
        }
    }
    out
}
