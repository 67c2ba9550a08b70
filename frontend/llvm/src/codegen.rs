//! LLVM's own pipeline, run in-process: passes over bitcode, and native objects for shims.
//!
//! Owns contexts and modules of its own, made for one job and dropped with it. Reads no bitcode into our IR and
//! decides no policy: what needs a shim is `shim`'s.

use crate::crash;
use llvm_sys::core::*;
use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMGetErrorMessage};
use llvm_sys::ir_reader::LLVMParseIRInContext;
use llvm_sys::prelude::*;
use llvm_sys::target_machine::*;
use llvm_sys::transforms::pass_builder::*;
use llvm_sys::{LLVMDiagnosticSeverity, LLVMVisibility};
use rheo_ir::Shim;
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::Once;

/// Why a shim could not be compiled or bitcode not be optimised.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum ShimError {
    /// This LLVM has no code generator for the target.
    #[error("LLVM generates no code for target `{triple}`: {message}")]
    Target {
        /// The triple asked for.
        triple: String,
        /// LLVM's words.
        message: String,
    },
    /// LLVM refused one shim.
    #[error("{what}: {message}")]
    Shim {
        /// [`Shim::what`] of the culprit, or `module-level assembly`.
        what: String,
        /// LLVM's words.
        message: String,
    },
    /// LLVM refused the module as a whole.
    #[error("LLVM: {0}")]
    Module(String),
}

/// Compiles shims and module-level assembly to a relocatable object for `triple`. Each shim gets a section of its own
/// and hidden visibility.
pub fn compile_shims(
    triple: &str,
    data_layout: &str,
    shims: &[Shim],
    module_asm: &[String],
) -> Result<Vec<u8>, ShimError> {
    let error = match compile_together(triple, data_layout, shims, module_asm) {
        Err(ShimError::Module(message)) => message,
        done => return done,
    };
    // LLVM's message does not say which function it is about; compiling each one alone does.
    for shim in shims {
        if let Err(ShimError::Module(message)) = compile_together(triple, data_layout, std::slice::from_ref(shim), &[])
        {
            return Err(ShimError::Shim { what: shim.what.clone(), message });
        }
    }
    if let Err(ShimError::Module(message)) = compile_together(triple, data_layout, &[], module_asm) {
        return Err(ShimError::Shim { what: "module-level assembly".into(), message });
    }
    Err(ShimError::Module(error))
}

/// Names of shims that are no functions of the program's begin so.
const SHIM_PREFIX: &str = "rheo.shim.";

/// What LLVM's code for `bfloat` calls.
const BFLOAT: &str = include_str!("bfloat.ll");

fn compile_together(
    triple: &str,
    data_layout: &str,
    shims: &[Shim],
    module_asm: &[String],
) -> Result<Vec<u8>, ShimError> {
    let context = Context::new();
    let machine = Machine::new(triple, &context)?;
    let module = context.empty_module("rheo.shims");
    module.set_target(triple, data_layout);
    for shim in shims {
        let part = context
            .parse(shim.llvm.as_bytes(), &shim.name)
            .map_err(|message| ShimError::Shim { what: shim.what.clone(), message })?;
        part.set_target(triple, data_layout);
        module.link(part).map_err(|message| ShimError::Shim { what: shim.what.clone(), message })?;
        let section = match object_format(triple) {
            Format::Elf => Some(format!(".text.{}", shim.name)),
            Format::Coff => Some(format!(".text${}", shim.name)),
            // ld64 splits sections at symbols.
            Format::MachO => None,
        };
        module.isolate(&shim.name, section).ok_or_else(|| ShimError::Shim {
            what: shim.what.clone(),
            message: format!("its text does not define {}", shim.name),
        })?;
    }
    if shims.iter().any(|shim| shim.llvm.contains("bfloat")) {
        let helpers = context.parse(BFLOAT.as_bytes(), "rheo.bfloat").map_err(ShimError::Module)?;
        helpers.set_target(triple, data_layout);
        module.link(helpers).map_err(ShimError::Module)?;
    }
    for asm in module_asm {
        module.append_asm(asm);
    }
    module.verify().map_err(ShimError::Module)?;
    // Matrices have no instructions in any code generator.
    module.run_passes("function(lower-matrix-intrinsics),default<O2>", Some(&machine)).map_err(ShimError::Module)?;
    let object = module.emit(&machine);
    let complaints = context.take_errors();
    if complaints.is_empty() {
        object.map_err(ShimError::Module)
    } else {
        Err(ShimError::Module(complaints.join("; ")))
    }
}

/// Runs LLVM passes over bitcode or IR text, named as for `opt -passes=` (`default<Oz>`), and returns bitcode.
///
/// The marks of clang's `-O0` (`optnone` and the `noinline` beside it) are taken off first, since they would make the
/// passes skip every function; for `default<Oz>` and `default<Os>` functions are marked as clang does at that level,
/// because passes look at the function's attribute rather than at the pipeline's level.
pub fn optimize(bitcode: &[u8], passes: &str) -> Result<Vec<u8>, ShimError> {
    let context = Context::new();
    let module = context.parse(bitcode, "input").map_err(ShimError::Module)?;
    let size_marks: &[&str] = match passes {
        "default<Oz>" => &["optsize", "minsize"],
        "default<Os>" => &["optsize"],
        _ => &[],
    };
    module.prepare_for_passes(|_| size_marks);
    module.optimized(&context, passes)
}

/// As [`optimize`], each function for its own end: for speed (`-O2`) where `fast` says so of its name, else for size
/// (`-Oz`). One run of the passes over one module, so that all functions agree on its data and on each other's signatures,
/// and one for speed may take one for size into itself.
pub fn optimize_each(bitcode: &[u8], fast: &dyn Fn(&str) -> bool) -> Result<Vec<u8>, ShimError> {
    let context = Context::new();
    let module = context.parse(bitcode, "input").map_err(ShimError::Module)?;
    let any_fast = Cell::new(false);
    module.prepare_for_passes(|name| {
        let fast = fast(name);
        any_fast.set(any_fast.get() || fast);
        if fast { &[] } else { &["optsize", "minsize"] }
    });
    module.optimized(&context, if any_fast.get() { "default<O2>" } else { "default<Oz>" })
}

/// Whether bitcode or IR text is as a front end makes it, with the passes still to come: a local variable that is loaded
/// and stored and nothing else stands in memory, in a function not marked to be left so.
pub fn is_unoptimized(bitcode: &[u8]) -> bool {
    let context = Context::new();
    context.parse(bitcode, "input").is_ok_and(|module| module.has_variables_in_memory())
}

enum Format {
    Elf,
    MachO,
    Coff,
}

fn object_format(triple: &str) -> Format {
    if ["apple", "darwin", "macos", "ios"].iter().any(|os| triple.contains(os)) {
        Format::MachO
    } else if triple.contains("windows") || triple.contains("mingw") {
        Format::Coff
    } else {
        Format::Elf
    }
}

fn c_string(s: &str) -> CString {
    CString::new(s.replace('\0', "")).expect("zero bytes were taken out")
}

/// Takes over a message that LLVM allocated.
fn take_message(message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: LLVM's messages are zero-terminated and ours to free by LLVMDisposeMessage, once.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().trim().to_owned();
        LLVMDisposeMessage(message);
        text
    }
}

fn take_buffer(buffer: LLVMMemoryBufferRef) -> Vec<u8> {
    // SAFETY: the buffer is live, owned by us, and its start and size describe its contents.
    unsafe {
        let bytes = std::slice::from_raw_parts(LLVMGetBufferStart(buffer).cast::<u8>(), LLVMGetBufferSize(buffer));
        let bytes = bytes.to_vec();
        LLVMDisposeMemoryBuffer(buffer);
        bytes
    }
}

/// A code generator, used with one context's modules.
struct Machine<'c> {
    raw: LLVMTargetMachineRef,
    context: &'c Context,
}

impl<'c> Machine<'c> {
    fn new(triple: &str, context: &'c Context) -> Result<Machine<'c>, ShimError> {
        initialize_targets();
        let c_triple = c_string(triple);
        let mut target = ptr::null_mut();
        let mut message = ptr::null_mut();
        // SAFETY: all pointers are to live locals; the target is used only on success.
        let machine = unsafe {
            if LLVMGetTargetFromTriple(c_triple.as_ptr(), &mut target, &mut message) != 0 {
                return Err(ShimError::Target { triple: triple.into(), message: take_message(message) });
            }
            LLVMCreateTargetMachine(
                target,
                c_triple.as_ptr(),
                c"".as_ptr(),
                c"".as_ptr(),
                LLVMCodeGenOptLevel::LLVMCodeGenLevelDefault,
                LLVMRelocMode::LLVMRelocPIC,
                LLVMCodeModel::LLVMCodeModelDefault,
            )
        };
        if machine.is_null() {
            return Err(ShimError::Target { triple: triple.into(), message: "no target machine".into() });
        }
        Ok(Machine { raw: machine, context })
    }
}

impl Drop for Machine<'_> {
    fn drop(&mut self) {
        if self.context.crashed.get() {
            return;
        }
        // SAFETY: made by LLVMCreateTargetMachine and freed nowhere else.
        unsafe { LLVMDisposeTargetMachine(self.raw) }
    }
}

pub(crate) fn initialize_targets() {
    use llvm_sys::target::*;
    static ONCE: Once = Once::new();
    // SAFETY: registration functions without parameters, run once.
    ONCE.call_once(|| unsafe {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
        LLVMInitializeX86AsmParser();
        LLVMInitializeAArch64TargetInfo();
        LLVMInitializeAArch64Target();
        LLVMInitializeAArch64TargetMC();
        LLVMInitializeAArch64AsmPrinter();
        LLVMInitializeAArch64AsmParser();
    });
}

/// A context that collects the errors LLVM reports while working in it. Without a handler LLVM would exit.
struct Context {
    raw: LLVMContextRef,
    errors: *mut Vec<String>,
    /// LLVM crashed in it, so that it can only be leaked.
    crashed: Cell<bool>,
}

extern "C" fn collect(info: LLVMDiagnosticInfoRef, errors: *mut c_void) {
    // SAFETY: LLVM passes a live diagnostic and the pointer registered with the handler, to a vector that outlives
    // the context and is not borrowed while LLVM runs.
    unsafe {
        if LLVMGetDiagInfoSeverity(info) == LLVMDiagnosticSeverity::LLVMDSError {
            let text = take_message(LLVMGetDiagInfoDescription(info));
            (*errors.cast::<Vec<String>>()).push(text);
        }
    }
}

impl Context {
    fn new() -> Context {
        let errors = Box::into_raw(Box::<Vec<String>>::default());
        // SAFETY: the context is new, and `errors` lives until after it is disposed of.
        let raw = unsafe {
            let raw = LLVMContextCreate();
            LLVMContextSetDiagnosticHandler(raw, Some(collect), errors.cast());
            raw
        };
        Context { raw, errors, crashed: Cell::new(false) }
    }

    /// As [`crash::guarded`]; a crash condemns this context and all modules in it.
    fn guarded(&self, f: impl FnOnce()) -> Result<(), String> {
        crash::guarded(f).inspect_err(|_| self.crashed.set(true))
    }

    fn take_errors(&self) -> Vec<String> {
        // SAFETY: LLVM writes through the pointer only during calls into it, and none is under way.
        unsafe { std::mem::take(&mut *self.errors) }
    }

    fn empty_module(&self, name: &str) -> Module<'_> {
        let name = c_string(name);
        // SAFETY: the context is live; the name is copied.
        Module { raw: unsafe { LLVMModuleCreateWithNameInContext(name.as_ptr(), self.raw) }, context: self }
    }

    /// Bitcode or text to a module, or LLVM's complaint.
    fn parse(&self, source: &[u8], name: &str) -> Result<Module<'_>, String> {
        let name = c_string(name);
        let mut raw = ptr::null_mut();
        let mut message = ptr::null_mut();
        let mut failed = false;
        let (raw_out, message_out, failed_out) = (&raw mut raw, &raw mut message, &raw mut failed);
        let context = self.raw;
        let (start, len, name) = (source.as_ptr().cast(), source.len(), name.as_ptr());
        // SAFETY: the buffer copies `source`; LLVMParseIRInContext takes the buffer over in every case; the pointers are
        // to live locals.
        self.guarded(|| unsafe {
            let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(start, len, name);
            *failed_out = LLVMParseIRInContext(context, buffer, raw_out, message_out) != 0;
        })?;
        if failed {
            let mut text = take_message(message);
            if text.is_empty() {
                text = self.take_errors().join("; ");
            }
            return Err(text);
        }
        Ok(Module { raw, context: self })
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if self.crashed.get() {
            return;
        }
        // SAFETY: both were made in `new`; every module borrowed the context and is gone.
        unsafe {
            LLVMContextDispose(self.raw);
            drop(Box::from_raw(self.errors));
        }
    }
}

struct Module<'c> {
    raw: LLVMModuleRef,
    context: &'c Context,
}

impl Module<'_> {
    fn set_target(&self, triple: &str, data_layout: &str) {
        let (triple, data_layout) = (c_string(triple), c_string(data_layout));
        // SAFETY: the module is live; strings are copied.
        unsafe {
            LLVMSetTarget(self.raw, triple.as_ptr());
            LLVMSetDataLayout(self.raw, data_layout.as_ptr());
        }
    }

    fn triple(&self) -> String {
        // SAFETY: the returned string is the module's, zero-terminated.
        unsafe { CStr::from_ptr(LLVMGetTarget(self.raw)).to_string_lossy().into_owned() }
    }

    /// Moves `part`'s contents into this module.
    fn link(&self, part: Module<'_>) -> Result<(), String> {
        let raw = part.raw;
        std::mem::forget(part);
        // SAFETY: both modules are of one context; LLVMLinkModules2 destroys the source, which is forgotten above.
        if unsafe { llvm_sys::linker::LLVMLinkModules2(self.raw, raw) } != 0 {
            return Err(self.context.take_errors().join("; "));
        }
        Ok(())
    }

    /// Gives a function its own section, unless it has one, and hides it unless it is one of the program's; `None` if there is
    /// no such definition.
    fn isolate(&self, name: &str, section: Option<String>) -> Option<()> {
        let is_of_ours = name.starts_with(SHIM_PREFIX);
        let name = c_string(name);
        // SAFETY: the module is live; the function is checked before use; strings are copied.
        unsafe {
            let function = LLVMGetNamedFunction(self.raw, name.as_ptr());
            if function.is_null() || LLVMIsDeclaration(function) != 0 {
                return None;
            }
            if is_of_ours {
                LLVMSetVisibility(function, LLVMVisibility::LLVMHiddenVisibility);
            }
            if let Some(section) = section.filter(|_| crate::llvm::section(function).is_none()) {
                LLVMSetSection(function, c_string(&section).as_ptr());
            }
        }
        Some(())
    }

    fn append_asm(&self, asm: &str) {
        let line = format!("{asm}\n");
        // SAFETY: the module is live; the text is copied.
        unsafe { LLVMAppendModuleInlineAsm(self.raw, line.as_ptr().cast(), line.len()) }
    }

    fn verify(&self) -> Result<(), String> {
        use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
        let mut message = ptr::null_mut();
        // SAFETY: the module is live; the message is taken over whether or not there is a failure.
        let failed =
            unsafe { LLVMVerifyModule(self.raw, LLVMVerifierFailureAction::LLVMReturnStatusAction, &mut message) != 0 };
        let text = take_message(message);
        if failed { Err(text) } else { Ok(()) }
    }

    fn run_passes(&self, passes: &str, machine: Option<&Machine<'_>>) -> Result<(), String> {
        let passes = c_string(passes);
        let (module, machine) = (self.raw, machine.map_or(ptr::null_mut(), |m| m.raw));
        let (mut error, name) = (ptr::null_mut(), passes.as_ptr());
        let error_out = &raw mut error;
        // SAFETY: module and machine are live, a null machine is allowed.
        self.context.guarded(|| unsafe {
            let options = LLVMCreatePassBuilderOptions();
            // As in clang and opt; the C interface leaves it out unless told otherwise.
            LLVMPassBuilderOptionsSetSLPVectorization(options, 1);
            *error_out = LLVMRunPasses(module, name, machine, options);
            LLVMDisposePassBuilderOptions(options);
        })?;
        if error.is_null() {
            return Ok(());
        }
        // SAFETY: the error is consumed by reading its message, which is then disposed of.
        unsafe {
            let message = LLVMGetErrorMessage(error);
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            LLVMDisposeErrorMessage(message);
            Err(text)
        }
    }

    /// Object code.
    fn emit(&self, machine: &Machine<'_>) -> Result<Vec<u8>, String> {
        let mut message = ptr::null_mut();
        let mut buffer = ptr::null_mut();
        let mut failed = false;
        let (message_out, buffer_out, failed_out) = (&raw mut message, &raw mut buffer, &raw mut failed);
        let (module, machine) = (self.raw, machine.raw);
        // SAFETY: module and machine are live, the pointers are to live locals; the buffer is used only on success.
        self.context.guarded(|| unsafe {
            let kind = LLVMCodeGenFileType::LLVMObjectFile;
            *failed_out = LLVMTargetMachineEmitToMemoryBuffer(machine, module, kind, message_out, buffer_out) != 0;
        })?;
        if failed { Err(take_message(message)) } else { Ok(take_buffer(buffer)) }
    }

    fn bitcode(&self) -> Vec<u8> {
        // SAFETY: the module is live; the buffer is ours.
        take_buffer(unsafe { llvm_sys::bit_writer::LLVMWriteBitcodeToMemoryBuffer(self.raw) })
    }

    /// Takes clang's -O0 marks off every definition and puts those on that `marks` gives for its name.
    fn prepare_for_passes<'m>(&self, marks: impl Fn(&str) -> &'m [&'m str]) {
        let (optnone, noinline) = (attribute_kind("optnone"), attribute_kind("noinline"));
        let at = llvm_sys::LLVMAttributeFunctionIndex;
        for function in self.definitions() {
            // SAFETY: the module is live, the function is of it, and attributes are of its context.
            unsafe {
                if !LLVMGetEnumAttributeAtIndex(function, at, optnone).is_null() {
                    LLVMRemoveEnumAttributeAtIndex(function, at, optnone);
                    LLVMRemoveEnumAttributeAtIndex(function, at, noinline);
                }
                for mark in marks(&value_name(function)) {
                    let mark = LLVMCreateEnumAttribute(self.context.raw, attribute_kind(mark), 0);
                    LLVMAddAttributeAtIndex(function, at, mark);
                }
            }
        }
    }

    /// Runs `passes`, and gives what comes of it as bitcode.
    fn optimized(&self, context: &Context, passes: &str) -> Result<Vec<u8>, ShimError> {
        let machine = Machine::new(&self.triple(), context).ok();
        self.run_passes(passes, machine.as_ref()).map_err(ShimError::Module)?;
        let complaints = context.take_errors();
        if !complaints.is_empty() {
            return Err(ShimError::Module(complaints.join("; ")));
        }
        self.verify().map_err(ShimError::Module)?;
        Ok(self.bitcode())
    }

    /// Functions with a body. None of them may be removed meanwhile.
    fn definitions(&self) -> impl Iterator<Item = LLVMValueRef> {
        // SAFETY: the module is live, and functions are walked without being removed.
        let first = unsafe { LLVMGetFirstFunction(self.raw) };
        let all = chain(first, |f| {
            // SAFETY: the function is live.
            unsafe { LLVMGetNextFunction(f) }
        });
        all.filter(|&f| {
            // SAFETY: the function is live.
            unsafe { LLVMIsDeclaration(f) == 0 }
        })
    }

    fn has_variables_in_memory(&self) -> bool {
        let optnone = attribute_kind("optnone");
        let left = |f| {
            // SAFETY: the function is live.
            unsafe { !LLVMGetEnumAttributeAtIndex(f, llvm_sys::LLVMAttributeFunctionIndex, optnone).is_null() }
        };
        self.definitions().filter(|&f| !left(f)).any(|f| {
            // SAFETY: the function is live and has a body, whose instructions nothing changes.
            let first = unsafe { LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(f)) };
            let mut insts = chain(first, |i| {
                // SAFETY: the instruction is live.
                unsafe { LLVMGetNextInstruction(i) }
            });
            insts.any(is_variable)
        })
    }
}

/// A list of LLVM's, whose end is null.
fn chain(first: LLVMValueRef, next: impl Fn(LLVMValueRef) -> LLVMValueRef) -> impl Iterator<Item = LLVMValueRef> {
    std::iter::successors(Some(first).filter(|v| !v.is_null()), move |&v| Some(next(v)).filter(|v| !v.is_null()))
}

/// Whether an instruction makes room for one scalar that is loaded and stored and nothing else.
fn is_variable(inst: LLVMValueRef) -> bool {
    use llvm_sys::{LLVMOpcode, LLVMTypeKind};
    // SAFETY: instruction, users and types are live; operands are asked for by the indices that these opcodes have.
    unsafe {
        if LLVMGetInstructionOpcode(inst) != LLVMOpcode::LLVMAlloca {
            return false;
        }
        let scalar = !matches!(
            LLVMGetTypeKind(LLVMGetAllocatedType(inst)),
            LLVMTypeKind::LLVMArrayTypeKind | LLVMTypeKind::LLVMStructTypeKind
        );
        let mut use_ = LLVMGetFirstUse(inst);
        let mut variable = scalar && !use_.is_null();
        while variable && !use_.is_null() {
            let user = LLVMGetUser(use_);
            variable = match LLVMGetInstructionOpcode(user) {
                LLVMOpcode::LLVMLoad => LLVMGetVolatile(user) == 0,
                LLVMOpcode::LLVMStore => LLVMGetVolatile(user) == 0 && LLVMGetOperand(user, 0) != inst,
                _ => false,
            };
            use_ = LLVMGetNextUse(use_);
        }
        variable
    }
}

fn attribute_kind(name: &str) -> u32 {
    // SAFETY: pointer and length describe the name.
    unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

fn value_name(value: LLVMValueRef) -> String {
    let mut len = 0;
    // SAFETY: the value is live; its name is `len` bytes from the start returned.
    unsafe {
        let start = LLVMGetValueName2(value, &mut len);
        String::from_utf8_lossy(std::slice::from_raw_parts(start.cast::<u8>(), len)).into_owned()
    }
}

impl Drop for Module<'_> {
    fn drop(&mut self) {
        if self.context.crashed.get() {
            return;
        }
        // SAFETY: owned, and a module given away by `link` was forgotten.
        unsafe { LLVMDisposeModule(self.raw) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: &str = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128";

    fn shim(name: &str, asm: &str) -> Shim {
        let llvm = format!(
            "define i32 @{name}(i32 %a) {{\n  %r = call i32 asm \"{asm}\", \"=r,0\"(i32 %a)\n  ret i32 %r\n}}\n"
        );
        Shim { name: name.into(), what: format!("inline asm \"{asm}\""), llvm }
    }

    #[test]
    fn shims_become_an_object() {
        let shims = [shim("rheo.shim.1", "addl $$1, $0"), shim("rheo.shim.2", "notl $0")];
        let object = compile_shims("x86_64-unknown-linux-gnu", LAYOUT, &shims, &[".globl tag\ntag: .quad 1".into()])
            .expect("the shims are valid");
        assert_eq!(&object[..4], b"\x7fELF");
        let has = |name: &[u8]| object.windows(name.len()).any(|w| w == name);
        assert!(has(b".text.rheo.shim.1\0") && has(b".text.rheo.shim.2\0") && has(b"\0tag\0"));
    }

    #[test]
    fn bad_assembly_names_its_shim() {
        let shims = [shim("rheo.shim.1", "notl $0"), shim("rheo.shim.2", "frobnicate $0")];
        let error = compile_shims("x86_64-unknown-linux-gnu", LAYOUT, &shims, &[]).expect_err("no such instruction");
        let ShimError::Shim { what, message } = &error else { panic!("{error:?}") };
        assert_eq!(what, "inline asm \"frobnicate $0\"");
        assert!(message.contains("invalid instruction mnemonic"), "{message}");
    }

    #[test]
    fn code_that_llvm_cannot_select_is_an_error() {
        let llvm = "define double @rheo.shim.1(double %a) {\n  %r = call double @llvm.canonicalize.f64(double %a)\n  ret double %r\n}\ndeclare double @llvm.canonicalize.f64(double)\n";
        let shim = Shim { name: "rheo.shim.1".into(), what: "llvm.canonicalize.f64".into(), llvm: llvm.into() };
        let error = compile_shims("x86_64-unknown-linux-gnu", LAYOUT, &[shim], &[]).expect_err("no such instruction");
        let ShimError::Shim { what, message } = &error else { panic!("{error:?}") };
        assert!(what == "llvm.canonicalize.f64" && message.contains("Cannot select"), "{error}");
    }

    #[test]
    fn bad_module_assembly_and_bad_target_are_errors() {
        let error = compile_shims("x86_64-unknown-linux-gnu", LAYOUT, &[], &["frobnicate".into()]);
        assert!(matches!(&error, Err(ShimError::Shim { what, .. }) if what == "module-level assembly"), "{error:?}");
        let error = compile_shims("vax-dec-ultrix", "", &[], &[]);
        assert!(matches!(error, Err(ShimError::Target { .. })));
    }

    #[test]
    fn passes_run_on_unoptimised_text() {
        let text = "define i32 @f(i32 %a) noinline optnone {\n  %p = alloca i32\n  store i32 %a, ptr %p\n  %v = load i32, ptr %p\n  ret i32 %v\n}\n";
        let bitcode = optimize(text.as_bytes(), "default<Oz>").expect("valid text");
        let context = Context::new();
        let module = context.parse(&bitcode, "out").expect("LLVM wrote it");
        // SAFETY: the module is live and the string is taken over.
        let printed = take_message(unsafe { LLVMPrintModuleToString(module.raw) });
        assert!(!printed.contains("alloca") && printed.contains("minsize"), "{printed}");
        assert!(optimize(b"BC\xC0\xDE rubbish", "default<O2>").is_err());
        assert!(optimize(text.as_bytes(), "no-such-pass").is_err());
    }
}
