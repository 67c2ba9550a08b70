//! Functions of the program's that stay native, because they are assembly: naked functions and their aliases; and how the
//! text of a shim names the program's own symbols.
//!
//! Such a function is declared and marked native; a shim of its name defines it. What calls it, or takes its address, does as
//! with any native function.

use crate::function::Base;
use crate::llvm;
use crate::module::ModuleReader;
use crate::shim::{content_hash, print, strip_metadata};
use llvm_sys::core::*;
use llvm_sys::prelude::*;
use llvm_sys::{LLVMAttributeFunctionIndex, LLVMLinkage, LLVMOpcode, LLVMTypeKind, LLVMVisibility};
use rheo_ir::{AliasOf, FuncId, Linkage, Shim, SymbolRef, Visibility};
use std::ffi::{CString, c_char};

const UNNAMED: *const c_char = c"".as_ptr();

/// A module in which the text of one shim is made, of the context of the module that is read.
pub(crate) struct Scratch {
    /// Its context.
    pub(crate) context: LLVMContextRef,
    /// The module.
    pub(crate) module: LLVMModuleRef,
    /// Stands wherever it was put last.
    pub(crate) builder: LLVMBuilderRef,
}

impl Scratch {
    /// For a shim made of something in `of`, which is live.
    pub(crate) fn new(of: LLVMModuleRef) -> Scratch {
        // SAFETY: the module is live, and so is its context while this lives.
        unsafe {
            let context = LLVMGetModuleContext(of);
            let module = LLVMModuleCreateWithNameInContext(UNNAMED, context);
            Scratch { context, module, builder: LLVMCreateBuilderInContext(context) }
        }
    }

    /// The function called `name`, declared with type `ty` if it is not there yet.
    pub(crate) fn function(&self, name: &str, ty: LLVMTypeRef) -> LLVMValueRef {
        let name = CString::new(name.replace('\0', "")).expect("zero bytes were taken out");
        // SAFETY: the module is live; the name is copied.
        unsafe {
            let known = LLVMGetNamedFunction(self.module, name.as_ptr());
            if known.is_null() { LLVMAddFunction(self.module, name.as_ptr(), ty) } else { known }
        }
    }

    fn variable(&self, name: &str) -> LLVMValueRef {
        let name = CString::new(name.replace('\0', "")).expect("zero bytes were taken out");
        // SAFETY: as for `function`.
        unsafe {
            let known = LLVMGetNamedGlobal(self.module, name.as_ptr());
            if !known.is_null() {
                return known;
            }
            LLVMAddGlobal(self.module, LLVMInt8TypeInContext(self.context), name.as_ptr())
        }
    }

    /// The module's text.
    pub(crate) fn text(&self) -> String {
        // SAFETY: the module is live.
        unsafe { print(self.module) }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: both were made in `new` and are given to nobody.
        unsafe {
            LLVMDisposeBuilder(self.builder);
            LLVMDisposeModule(self.module);
        }
    }
}

/// The linkage by which a native definition stands for one of the program's: there is one in the linked program.
pub(crate) fn set_linkage(function: LLVMValueRef, linkage: Linkage, visibility: Visibility) {
    let replaceable = matches!(linkage, Linkage::Weak | Linkage::WeakOdr | Linkage::LinkOnce | Linkage::LinkOnceOdr);
    let visibility = match visibility {
        Visibility::Default => LLVMVisibility::LLVMDefaultVisibility,
        Visibility::Hidden => LLVMVisibility::LLVMHiddenVisibility,
        Visibility::Protected => LLVMVisibility::LLVMProtectedVisibility,
    };
    // SAFETY: the function is live.
    unsafe {
        if replaceable {
            LLVMSetLinkage(function, LLVMLinkage::LLVMWeakAnyLinkage);
        }
        LLVMSetVisibility(function, visibility);
    }
}

impl ModuleReader {
    /// The name by which native code can refer to a symbol. One that only this module sees gets a name of its own in the
    /// program.
    pub(crate) fn native_name(&mut self, symbol: SymbolRef) -> String {
        let tag = content_hash(&self.out.name) as u32;
        let (name, linkage, visibility) = match symbol {
            SymbolRef::Func(f) => {
                let f = &mut self.out.funcs[f.index()];
                (&mut f.name, &mut f.linkage, &mut f.visibility)
            }
            SymbolRef::Global(g) => {
                let g = &mut self.out.globals[g.index()];
                (&mut g.name, &mut g.linkage, &mut g.visibility)
            }
        };
        if linkage.is_local() {
            *name = format!("{name}.{tag:08x}");
            (*linkage, *visibility) = (Linkage::External, Visibility::Hidden);
        }
        name.clone()
    }

    /// A constant that the assembler or linker knows, as one of a shim's module; none if it is not such a one.
    pub(crate) fn native_constant(&mut self, to: &Scratch, constant: LLVMValueRef) -> Option<LLVMValueRef> {
        let (base, offset) = self.constant_address(constant)?;
        let symbol = match base {
            Base::Func(f) => {
                let name = self.native_name(SymbolRef::Func(f));
                let nothing = std::ptr::null_mut();
                // SAFETY: the context is live; there are no parameters.
                let ty = unsafe { LLVMFunctionType(LLVMVoidTypeInContext(to.context), nothing, 0, 0) };
                to.function(&name, ty)
            }
            Base::Global(g) => to.variable(&self.native_name(SymbolRef::Global(g))),
            _ => return None,
        };
        let ty = llvm::type_of(constant);
        // SAFETY: all is of one context; the offset is counted in bytes.
        unsafe {
            let byte = LLVMInt8TypeInContext(to.context);
            let mut index = LLVMConstInt(LLVMInt64TypeInContext(to.context), offset as u64, 1);
            let address = if offset == 0 { symbol } else { LLVMConstGEP2(byte, symbol, &mut index, 1) };
            match llvm::type_kind(ty) {
                LLVMTypeKind::LLVMPointerTypeKind => Some(address),
                LLVMTypeKind::LLVMIntegerTypeKind if llvm::int_width(ty) == 64 => Some(LLVMConstPtrToInt(address, ty)),
                _ => None,
            }
        }
    }

    /// Makes a native function of a naked one.
    pub(crate) fn read_naked(&mut self, f: LLVMValueRef, id: FuncId) {
        match self.naked_shim(f, id) {
            Ok(shim) => {
                self.out.funcs[id.index()].flags.native = true;
                self.out.funcs[id.index()].flags.variadic_definition = false;
                self.out.shims.push(shim);
            }
            Err(what) => {
                let name = self.out.func(id).name.clone();
                self.refuse(format!("naked function with {what}"), Some(name));
            }
        }
    }

    fn naked_shim(&mut self, f: LLVMValueRef, id: FuncId) -> Result<Shim, String> {
        let what = format!("naked function `{}`", self.out.func(id).name);
        let name = self.native_name(SymbolRef::Func(id));
        let to = Scratch::new(self.source.module);
        let copy = to.function(&name, llvm::value_type(f));
        set_linkage(copy, self.out.func(id).linkage, self.out.func(id).visibility);
        let at = LLVMAttributeFunctionIndex;
        // SAFETY: the function is live, as is its copy; as many attributes are written as there is room for. Types and
        // attributes are of the one context.
        unsafe {
            LLVMSetFunctionCallConv(copy, llvm::function_call_conv(f));
            let mut attributes = vec![std::ptr::null_mut(); LLVMGetAttributeCountAtIndex(f, at) as usize];
            LLVMGetAttributesAtIndex(f, at, attributes.as_mut_ptr());
            attributes.into_iter().for_each(|attribute| LLVMAddAttributeAtIndex(copy, at, attribute));
            LLVMSetAlignment(copy, llvm::alignment(f));
        }
        if let Some(section) = llvm::section(f).and_then(|s| CString::new(s).ok()) {
            // SAFETY: the function is live; the text is copied.
            unsafe { LLVMSetSection(copy, section.as_ptr()) };
        }
        let mut blocks = llvm::blocks(f);
        let block = blocks.next().ok_or("no block")?;
        if blocks.next().is_some() {
            return Err("branches of its own".into());
        }
        // SAFETY: as for `Scratch::new`.
        unsafe {
            let entry = LLVMAppendBasicBlockInContext(to.context, copy, UNNAMED);
            LLVMPositionBuilderAtEnd(to.builder, entry);
        }
        for inst in llvm::instructions(block) {
            let is_asm = match llvm::opcode(inst) {
                LLVMOpcode::LLVMUnreachable => false,
                // What clang puts behind the last statement.
                LLVMOpcode::LLVMCall if llvm::name_starts_with(llvm::called_value(inst), "llvm.trap") => continue,
                LLVMOpcode::LLVMCall if llvm::is_inline_asm(llvm::called_value(inst)) => true,
                _ => return Err(format!("more than inline assembly: {}", llvm::print_value(inst).trim())),
            };
            // SAFETY: a clone of a live instruction; operands are replaced by others of their types.
            unsafe {
                let clone = LLVMInstructionClone(inst);
                LLVMInsertIntoBuilder(to.builder, clone);
                strip_metadata(clone);
                for i in 0..if is_asm { llvm::arg_count(inst) } else { 0 } {
                    let operand = llvm::operand(inst, i);
                    if llvm::is_const_int(operand) || llvm::is_const_fp(operand) {
                        continue;
                    }
                    let constant = self.native_constant(&to, operand);
                    let constant = constant.ok_or_else(|| format!("operand {}", llvm::print_value(operand)))?;
                    LLVMSetOperand(clone, i, constant);
                }
            }
        }
        // The C interface has no way to say this.
        let is_own = llvm::print_value(f).lines().any(|l| l.starts_with("define ") && l.contains(" dso_local "));
        let mut llvm = to.text();
        if is_own {
            let start = if llvm.contains("\ndefine weak ") || llvm.starts_with("define weak ") {
                "define weak "
            } else {
                "define "
            };
            llvm = llvm.replacen(start, &format!("{start}dso_local "), 1);
        }
        Ok(Shim { name, what, llvm })
    }

    /// Makes an alias of a native function one itself, which jumps there: no other object can define an alias of it.
    pub(crate) fn redirect_alias(&mut self, id: FuncId) {
        let Some(AliasOf { target: SymbolRef::Func(target), offset: 0 }) = self.out.func(id).alias else { return };
        if !self.out.func(target).flags.native {
            return;
        }
        let target = self.native_name(SymbolRef::Func(target));
        let name = self.native_name(SymbolRef::Func(id));
        let func = &mut self.out.funcs[id.index()];
        func.alias = None;
        func.flags.native = true;
        let what = format!("alias `{name}` of `{target}`");
        let text = format!("{} \"{target}\"", if self.is_aarch64() { "b" } else { "jmp" });
        let to = Scratch::new(self.source.module);
        // SAFETY: all is of one live context; texts are copied, and are as long as is said.
        unsafe {
            let ty = LLVMFunctionType(LLVMVoidTypeInContext(to.context), std::ptr::null_mut(), 0, 0);
            let function = to.function(&name, ty);
            set_linkage(function, self.out.func(id).linkage, self.out.func(id).visibility);
            for attribute in ["naked", "nounwind", "noinline"] {
                let attribute = LLVMCreateEnumAttribute(to.context, llvm::attribute_kind(attribute), 0);
                LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
            }
            LLVMPositionBuilderAtEnd(to.builder, LLVMAppendBasicBlockInContext(to.context, function, UNNAMED));
            let att = llvm_sys::LLVMInlineAsmDialect::LLVMInlineAsmDialectATT;
            let (start, len) = (text.as_ptr().cast(), text.len());
            let asm = LLVMGetInlineAsm(ty, start, len, UNNAMED, 0, 1, 0, att, 0);
            LLVMBuildCall2(to.builder, ty, asm, std::ptr::null_mut(), 0, UNNAMED);
            LLVMBuildUnreachable(to.builder);
        }
        let shim = Shim { name, what, llvm: to.text() };
        self.out.shims.push(shim);
    }
}
