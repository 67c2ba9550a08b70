//! Calling conventions that differ from C's in where arguments are, as `ms_abi`: thunks between them and C's.
//!
//! Owns the thunks' text. In both tiers such a function's code is by C's convention, under the name NAME.body; the function
//! itself is native, a thunk that calls it. A call goes to NAME.body where the callee is known, which is a thunk, too, where the
//! callee is no function of the program's; else through a thunk to which the address is passed as one more argument.
//!
//! A variadic definition of `ms_abi` gets the address of its variable arguments as one more argument: its `va_list`.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::module::ModuleReader;
use crate::native::{Scratch, set_linkage};
use crate::shim::{PLACEHOLDER, keep_attributes, named_by_content};
use crate::types::is_vector;
use llvm_sys::LLVMCallConv;
use llvm_sys::LLVMTypeKind;
use llvm_sys::core::*;
use llvm_sys::prelude::*;
use rheo_ir::{Func, FuncId, Linkage, Param, Shim, SymbolRef, Type, Value, Visibility};

/// How a calling convention stands to C's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Convention {
    /// It differs only in which registers survive, or nobody outside the program sees it.
    AsInC,
    /// Arguments are elsewhere. LLVM's name of it.
    Foreign(&'static str),
}

const C: u32 = LLVMCallConv::LLVMCCallConv as u32;
const WIN64: u32 = LLVMCallConv::LLVMWin64CallConv as u32;

/// The convention of LLVM's number.
pub(crate) fn convention(number: u32) -> Result<Convention, String> {
    const TAIL: u32 = 18;
    const SWIFT_TAIL: u32 = 20;
    const PRESERVE_NONE: u32 = 21;
    const AARCH64_VECTOR: u32 = 97;
    const AS_IN_C: [u32; 10] = [
        C,
        LLVMCallConv::LLVMFastCallConv as u32,
        LLVMCallConv::LLVMColdCallConv as u32,
        LLVMCallConv::LLVMPreserveMostCallConv as u32,
        LLVMCallConv::LLVMPreserveAllCallConv as u32,
        LLVMCallConv::LLVMCXXFASTTLSCallConv as u32,
        LLVMCallConv::LLVMX8664SysVCallConv as u32,
        TAIL,
        SWIFT_TAIL,
        PRESERVE_NONE,
    ];
    const FOREIGN: [(u32, &str); 5] = [
        (WIN64, "ms_abi"),
        (LLVMCallConv::LLVMX86VectorCallCallConv as u32, "vectorcall"),
        (LLVMCallConv::LLVMX86RegCallCallConv as u32, "regcall"),
        (LLVMCallConv::LLVMSwiftCallConv as u32, "swiftcall"),
        (AARCH64_VECTOR, "aarch64_vector_pcs"),
    ];
    if AS_IN_C.contains(&number) {
        return Ok(Convention::AsInC);
    }
    let foreign = FOREIGN.iter().find(|(n, _)| *n == number);
    foreign.map(|&(_, name)| Convention::Foreign(name)).ok_or_else(|| format!("calling convention {number}"))
}

/// The name of a function's convention, if it is a foreign one.
pub(crate) fn foreign(function: LLVMValueRef) -> Option<&'static str> {
    match convention(llvm::function_call_conv(function)) {
        Ok(Convention::Foreign(name)) if llvm::is_function(function) => Some(name),
        _ => None,
    }
}

/// Attributes of parameters and results that decide where they are. The second ones mean something to foreign conventions alone.
const PLACING: [&str; 4] = ["signext", "zeroext", "byval", "sret"];
const PLACING_FOREIGN: [&str; 4] = ["inreg", "swiftself", "swifterror", "swiftasync"];

/// What a thunk goes between.
struct Thunk<'a> {
    /// Has the attributes: a function, or a call.
    site: LLVMValueRef,
    /// LLVM's type of the function that is of the foreign convention.
    ty: LLVMTypeRef,
    /// Types of what is passed, as many as the type's or, to a variadic callee, more.
    params: &'a [LLVMTypeRef],
    /// Number of the foreign convention.
    convention: u32,
    /// What it calls: a name, or its last argument.
    target: Option<&'a str>,
    /// Whether it is called, rather than calls, by the foreign convention.
    inward: bool,
}

/// An attribute of a parameter, from 1 on, or a result, 0.
fn attribute(site: LLVMValueRef, index: u32, name: &str) -> Option<LLVMAttributeRef> {
    let kind = llvm::attribute_kind(name);
    if llvm::is_function(site) {
        return llvm::function_attribute(site, index, kind);
    }
    let callee = llvm::called_value(site);
    let of_callee = || llvm::is_function(callee).then(|| llvm::function_attribute(callee, index, kind))?;
    llvm::call_attribute(site, index, kind).or_else(of_callee)
}

/// Attributes that place parameters and results.
fn placing(site: LLVMValueRef, params: usize, is_foreign: bool) -> Vec<(u32, LLVMAttributeRef)> {
    let foreign = PLACING_FOREIGN.into_iter().filter(|_| is_foreign);
    let names: Vec<&str> = PLACING.into_iter().chain(foreign).collect();
    let mut found = Vec::new();
    for index in 0..=params as u32 {
        found.extend(names.iter().filter_map(|name| Some((index, attribute(site, index, name)?))));
        if let (Some(_), Some(align)) = (attribute(site, index, "byval"), attribute(site, index, "align")) {
            found.push((index, align));
        }
    }
    found
}

const UNNAMED: *const std::ffi::c_char = c"".as_ptr();

/// The types of 128 bits that a wide vector is passed as; other types as they are.
fn chunks(ty: LLVMTypeRef) -> Result<Vec<LLVMTypeRef>, String> {
    const CHUNK_BITS: u32 = 128;
    if !is_vector(ty) {
        let is_wide = |ty| is_vector(ty) && vector_bits(ty) > CHUNK_BITS;
        let parts = || (0..llvm::struct_field_count(ty)).map(|i| llvm::struct_field(ty, i));
        return match llvm::type_kind(ty) {
            LLVMTypeKind::LLVMStructTypeKind if parts().any(is_wide) => Err("a structure of wide vectors".into()),
            LLVMTypeKind::LLVMArrayTypeKind if is_wide(llvm::element_type(ty)) => {
                Err("an array of wide vectors".into())
            }
            _ => Ok(vec![ty]),
        };
    }
    let bits = vector_bits(ty);
    let element = llvm::element_type(ty);
    let element_bits = bits / llvm::vector_length(ty);
    match bits {
        0..=CHUNK_BITS => Ok(vec![ty]),
        _ if bits.is_multiple_of(CHUNK_BITS) && CHUNK_BITS.is_multiple_of(element_bits) && element_bits >= 8 => {
            // SAFETY: the element is a live type that vectors have.
            let chunk = unsafe { LLVMVectorType(element, CHUNK_BITS / element_bits) };
            Ok(vec![chunk; (bits / CHUNK_BITS) as usize])
        }
        _ => Err(format!("a vector of {bits} bits")),
    }
}

/// Bits of a vector of numbers.
fn vector_bits(ty: LLVMTypeRef) -> u32 {
    use LLVMTypeKind::*;
    let element = llvm::element_type(ty);
    let bits = match llvm::type_kind(element) {
        LLVMIntegerTypeKind => llvm::int_width(element),
        LLVMHalfTypeKind | LLVMBFloatTypeKind => 16,
        LLVMFloatTypeKind => 32,
        LLVMX86_FP80TypeKind => 80,
        LLVMFP128TypeKind => 128,
        _ => 64,
    };
    bits * llvm::vector_length(ty)
}

impl Scratch {
    /// A vector's lanes, as vectors of these types.
    unsafe fn split(&self, vector: LLVMValueRef, types: &[LLVMTypeRef]) -> Vec<LLVMValueRef> {
        let mut lane = 0;
        let mut parts = Vec::new();
        // SAFETY: the caller's: the builder stands in a function, and all is of its context.
        unsafe {
            let number = |n| LLVMConstInt(LLVMInt32TypeInContext(self.context), u64::from(n), 0);
            for &ty in types {
                let mut part = LLVMGetPoison(ty);
                for i in 0..llvm::vector_length(ty) {
                    let element = LLVMBuildExtractElement(self.builder, vector, number(lane), UNNAMED);
                    part = LLVMBuildInsertElement(self.builder, part, element, number(i), UNNAMED);
                    lane += 1;
                }
                parts.push(part);
            }
        }
        parts
    }

    /// A vector of type `ty` of the lanes of others.
    unsafe fn joined(&self, ty: LLVMTypeRef, parts: &[LLVMValueRef]) -> LLVMValueRef {
        let mut lane = 0;
        // SAFETY: as for `split`.
        unsafe {
            let number = |n| LLVMConstInt(LLVMInt32TypeInContext(self.context), u64::from(n), 0);
            let mut whole = LLVMGetPoison(ty);
            for &part in parts {
                for i in 0..llvm::vector_length(llvm::type_of(part)) {
                    let element = LLVMBuildExtractElement(self.builder, part, number(i), UNNAMED);
                    whole = LLVMBuildInsertElement(self.builder, whole, element, number(lane), UNNAMED);
                    lane += 1;
                }
            }
            whole
        }
    }
}

impl Thunk<'_> {
    /// Writes the thunk `name` into `to` and gives its text. `caller` says for what processor it is.
    fn write(
        &self,
        to: &Scratch,
        name: &str,
        visible: (Linkage, Visibility),
        caller: LLVMValueRef,
    ) -> Result<String, String> {
        let variadic = llvm::is_variadic(self.ty);
        // SAFETY: all values and types are of the one live context; the builder stands in the thunk.
        unsafe {
            let pointer = LLVMPointerTypeInContext(to.context, 0);
            let result = llvm::return_type(self.ty);
            // As C has it with us, where no vector is wider than 128 bits.
            let places: Vec<Vec<LLVMTypeRef>> = self.params.iter().map(|&ty| chunks(ty)).collect::<Result<_, _>>()?;
            let mut c_params: Vec<LLVMTypeRef> = places.iter().flatten().copied().collect();
            let mut c_results = chunks(result)?;
            let c_result = match c_results.as_mut_slice() {
                [one] => *one,
                [_, _] => LLVMStructTypeInContext(to.context, c_results.as_mut_ptr(), 2, 0),
                _ => return Err("a result of more than 256 bits".into()),
            };
            if self.inward && variadic || self.target.is_none() {
                c_params.push(pointer);
            }
            let c_ty = LLVMFunctionType(c_result, c_params.as_mut_ptr(), c_params.len() as u32, 0);
            // Its own type, and that of what it calls.
            let (own, called) = if self.inward { (self.ty, c_ty) } else { (c_ty, self.ty) };
            let thunk = to.function(name, own);
            set_linkage(thunk, visible.0, visible.1);
            keep_attributes(to.context, caller, thunk, false);
            let unwinds = LLVMCreateEnumAttribute(to.context, llvm::attribute_kind("uwtable"), 2);
            LLVMAddAttributeAtIndex(thunk, llvm::FUNCTION_INDEX, unwinds);
            let (outer, inner) = if self.inward { (self.convention, C) } else { (C, self.convention) };
            LLVMSetFunctionCallConv(thunk, outer);
            let c_index = |index: u32| match index as usize {
                0 => 0,
                i => 1 + places[..i - 1].iter().map(|p| p.len() as u32).sum::<u32>(),
            };
            for (index, attribute) in placing(self.site, self.params.len(), self.inward) {
                LLVMAddAttributeAtIndex(thunk, if self.inward { index } else { c_index(index) }, attribute);
            }
            LLVMPositionBuilderAtEnd(to.builder, LLVMAppendBasicBlockInContext(to.context, thunk, UNNAMED));

            let mut incoming = (0..LLVMCountParams(thunk)).map(|i| LLVMGetParam(thunk, i));
            let mut args: Vec<_> = Vec::new();
            for (&ty, place) in self.params.iter().zip(&places) {
                args.push(match place.len() {
                    1 => incoming.next().expect("a parameter for each place"),
                    _ if self.inward => incoming.next().expect("a parameter for each place"),
                    count => {
                        let parts: Vec<_> = incoming.by_ref().take(count).collect();
                        to.joined(ty, &parts)
                    }
                });
            }
            // An error is in memory for those who call by C's convention, and in a register for others.
            let mut error = None;
            for (arg, index) in args.iter_mut().zip(1..) {
                if attribute(self.site, index, "swifterror").is_some() {
                    let outside = *arg;
                    *arg = LLVMBuildAlloca(to.builder, pointer, ERROR_NAME);
                    LLVMBuildStore(to.builder, LLVMBuildLoad2(to.builder, pointer, outside, UNNAMED), *arg);
                    error = Some((outside, *arg));
                }
            }
            if self.inward && variadic {
                let list = LLVMBuildAlloca(to.builder, pointer, UNNAMED);
                let mut list_param = pointer;
                let start_ty = LLVMFunctionType(LLVMVoidTypeInContext(to.context), &mut list_param, 1, 0);
                let start = to.function("llvm.va_start.p0", start_ty);
                let mut operand = list;
                LLVMBuildCall2(to.builder, start_ty, start, &mut operand, 1, UNNAMED);
                args.push(LLVMBuildLoad2(to.builder, pointer, list, UNNAMED));
            }
            if self.inward {
                let whole = std::mem::take(&mut args);
                for (i, arg) in whole.into_iter().enumerate() {
                    match places.get(i) {
                        Some(place) if place.len() > 1 => args.extend(to.split(arg, place)),
                        _ => args.push(arg),
                    }
                }
            }
            let target = match self.target {
                Some(name) => to.function(name, called),
                None => LLVMGetParam(thunk, LLVMCountParams(thunk) - 1),
            };
            let call = LLVMBuildCall2(to.builder, called, target, args.as_mut_ptr(), args.len() as u32, UNNAMED);
            LLVMSetInstructionCallConv(call, inner);
            if self.target.is_some() {
                LLVMSetFunctionCallConv(target, inner);
                if self.inward {
                    set_linkage(target, Linkage::External, Visibility::Hidden);
                }
            }
            for (index, attribute) in placing(self.site, self.params.len(), !self.inward) {
                LLVMAddCallSiteAttribute(call, if self.inward { c_index(index) } else { index }, attribute);
            }
            if let Some((outside, inside)) = error {
                LLVMBuildStore(to.builder, LLVMBuildLoad2(to.builder, pointer, inside, UNNAMED), outside);
            }
            if llvm::type_kind(result) == LLVMTypeKind::LLVMVoidTypeKind {
                LLVMBuildRetVoid(to.builder);
            } else if c_results.len() == 1 {
                LLVMBuildRet(to.builder, call);
            } else if self.inward {
                let parts = [0, 1].map(|i| LLVMBuildExtractValue(to.builder, call, i, UNNAMED));
                LLVMBuildRet(to.builder, to.joined(result, &parts));
            } else {
                let mut both = LLVMGetPoison(c_result);
                for (part, i) in to.split(call, &c_results).into_iter().zip(0..) {
                    both = LLVMBuildInsertValue(to.builder, both, part, i, UNNAMED);
                }
                LLVMBuildRet(to.builder, both);
            }
        }
        let text = to.text();
        // A register's alloca has to say so, which the C interface cannot.
        Ok(if self.inward {
            text
        } else {
            text.replace("%rheo.error = alloca ptr", "%rheo.error = alloca swifterror ptr")
        })
    }
}

const ERROR_NAME: *const std::ffi::c_char = c"rheo.error".as_ptr();

impl ModuleReader {
    /// Makes a native thunk of a definition of a foreign convention. The result is the function that gets its body.
    pub(crate) fn open_foreign(&mut self, f: LLVMValueRef, name: &str) -> Result<FuncId, String> {
        let id = self.func_id(f).expect("every function was declared");
        let ty = llvm::value_type(f);
        let number = llvm::function_call_conv(f);
        if llvm::is_variadic(ty) && number != WIN64 {
            return Err(format!("variadic definition by {name}"));
        }
        let own = self.native_name(SymbolRef::Func(id));
        let body = format!("{own}.body");
        let func = self.out.func(id);
        let (linkage, visibility) = (func.linkage, func.visibility);
        let inner = Func {
            linkage,
            visibility: Visibility::Hidden,
            comdat: func.comdat.clone(),
            flags: func.flags,
            loc: func.loc,
            ..Func::declared(body.clone(), func.sig)
        };
        let to = Scratch::new(self.source.module);
        let params = llvm::param_types(ty);
        let (site, target) = (f, Some(body.as_str()));
        let thunk = Thunk { site, ty, params: &params, convention: number, target, inward: true };
        let llvm = thunk.write(&to, &own, (linkage, visibility), f)?;
        self.out.shims.push(Shim { what: format!("{name} function `{own}`"), name: own, llvm });
        let func = &mut self.out.funcs[id.index()];
        func.flags.native = true;
        (func.flags.variadic_definition, func.personality) = (false, None);
        let inner = Func { flags: rheo_ir::FuncFlags { variadic_definition: false, ..inner.flags }, ..inner };
        let inner = self.add_func(inner);
        self.set_inner(f, inner);
        Ok(inner)
    }

    /// The function to call by C's convention in place of one of a foreign convention; `None` if there can be none, since a
    /// library may replace the function, or it takes variable arguments.
    fn inner_of(&mut self, callee: LLVMValueRef) -> Result<Option<FuncId>, String> {
        let ty = llvm::value_type(callee);
        if !llvm::is_function(callee) || llvm::is_variadic(ty) || foreign(callee).is_none() {
            return Ok(None);
        }
        let id = self.func_id(callee).expect("every function was declared");
        if matches!(self.out.func(id).linkage, Linkage::Weak | Linkage::LinkOnce | Linkage::ExternWeak) {
            return Ok(None);
        }
        if let Some(inner) = self.known_inner(callee) {
            return Ok(Some(inner));
        }
        let name = self.native_name(SymbolRef::Func(id));
        let body = format!("{name}.body");
        let inner = self.add_func(Func::declared(body.clone(), self.out.func(id).sig));
        self.set_inner(callee, inner);
        let to = Scratch::new(self.source.module);
        let params = llvm::param_types(ty);
        let convention = llvm::function_call_conv(callee);
        let (site, target) = (callee, Some(name.as_str()));
        let thunk = Thunk { site, ty, params: &params, convention, target, inward: false };
        let llvm = thunk.write(&to, &body, (Linkage::External, Visibility::Hidden), callee)?;
        self.out.shims.push(Shim { what: format!("call of `{name}`"), name: body, llvm });
        Ok(Some(inner))
    }
}

impl FuncReader<'_> {
    /// What to call for a call by a foreign convention: a function, and the address to pass to it as one more argument.
    pub(crate) fn foreign_callee(
        &mut self,
        call: LLVMValueRef,
        name: &str,
        params: &[LLVMTypeRef],
        sig: &mut rheo_ir::Signature,
    ) -> Result<(FuncId, Option<Value>), ReadError> {
        let callee = llvm::called_value(call);
        sig.variadic = None;
        if let Some(inner) = self.module.inner_of(callee).map_err(|what| self.unsupported(what))? {
            return Ok((inner, None));
        }
        let to = Scratch::new(self.module.source.module);
        let (ty, convention) = (llvm::called_function_type(call), llvm::call_conv(call));
        let thunk = Thunk { site: call, ty, params, convention, target: None, inward: false };
        let hidden = (Linkage::External, Visibility::Hidden);
        let text = thunk.write(&to, PLACEHOLDER, hidden, self.llvm).map_err(|what| self.unsupported(what))?;
        let shim = named_by_content(text, format!("{name} call"));
        sig.params.push(Param::new(Type::Ptr));
        let thunk = self.module.native(&shim.name, sig);
        if !self.module.out.shims.iter().any(|s| s.name == shim.name) {
            self.module.out.shims.push(shim);
        }
        Ok((thunk, Some(self.one(callee)?)))
    }
}
