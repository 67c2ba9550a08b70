//! A thin layer over LLVM's C API: owned contexts and modules, strings as `String`, iterators over lists.
//!
//! Owns every call of LLVM that the reader makes. Knows nothing of Rheo's IR.
//!
//! Values, types, blocks and metadata are LLVM's own pointers. They are made by a [`Source`] alone, live as long as it
//! does, and never leave the thread that reads it; that is what makes the calls below sound. The functions are visible
//! in this crate only.

use llvm_sys::LLVMOpcode;
use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
use llvm_sys::comdat::*;
use llvm_sys::core::*;
use llvm_sys::debuginfo::*;
use llvm_sys::ir_reader::LLVMParseIRInContext;
use llvm_sys::prelude::*;
use llvm_sys::target::*;
use llvm_sys::{
    LLVMAtomicOrdering, LLVMAtomicRMWBinOp, LLVMIntPredicate, LLVMLinkage, LLVMRealPredicate, LLVMTailCallKind,
    LLVMTypeKind, LLVMUnnamedAddr, LLVMVisibility,
};
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::ptr;

/// Declares safe functions that forward to LLVM's.
macro_rules! forward {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)? = $llvm:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name($($arg: $ty),*) $(-> $ret)? {
            // SAFETY: the pointers belong to a live `Source` of this thread (module header), and callers pass the
            // kind of value or type that the LLVM function's name asks for.
            unsafe { $llvm($($arg),*) }
        }
    )*};
}

/// As `forward!`, for functions that return an LLVM boolean.
macro_rules! forward_bool {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) = $llvm:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name($($arg: $ty),*) -> bool {
            // SAFETY: as for `forward!`.
            unsafe { $llvm($($arg),*) != 0 }
        }
    )*};
}

/// As `forward!`, for LLVM's casts, which give null where the value is of another kind.
macro_rules! forward_isa {
    ($($name:ident = $llvm:ident;)*) => {$(
        pub(crate) fn $name(v: LLVMValueRef) -> bool {
            // SAFETY: as for `forward!`; the casts take any value.
            unsafe { !$llvm(v).is_null() }
        }
    )*};
}

/// Declares iterators over LLVM's intrusive lists.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident($owner:ty) -> $item:ty = $first:ident, $next:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(owner: $owner) -> impl Iterator<Item = $item> {
            // SAFETY: as for `forward!`.
            let first = unsafe { $first(owner) };
            std::iter::successors((!first.is_null()).then_some(first), |&item| {
                // SAFETY: as for `forward!`; `item` is in the list.
                let next = unsafe { $next(item) };
                (!next.is_null()).then_some(next)
            })
        }
    )*};
}

forward! {
    type_of(v: LLVMValueRef) -> LLVMTypeRef = LLVMTypeOf;
    type_kind(ty: LLVMTypeRef) -> LLVMTypeKind = LLVMGetTypeKind;
    int_width(ty: LLVMTypeRef) -> c_uint = LLVMGetIntTypeWidth;
    address_space(ty: LLVMTypeRef) -> c_uint = LLVMGetPointerAddressSpace;
    array_length(ty: LLVMTypeRef) -> u64 = LLVMGetArrayLength2;
    vector_length(ty: LLVMTypeRef) -> c_uint = LLVMGetVectorSize;
    /// Element type of an array or vector.
    element_type(ty: LLVMTypeRef) -> LLVMTypeRef = LLVMGetElementType;
    struct_field_count(ty: LLVMTypeRef) -> c_uint = LLVMCountStructElementTypes;
    struct_field(ty: LLVMTypeRef, i: c_uint) -> LLVMTypeRef = LLVMStructGetTypeAtIndex;
    return_type(ty: LLVMTypeRef) -> LLVMTypeRef = LLVMGetReturnType;
    param_count(function_ty: LLVMTypeRef) -> c_uint = LLVMCountParamTypes;
    /// Type of a global's contents, or a function's type.
    value_type(global: LLVMValueRef) -> LLVMTypeRef = LLVMGlobalGetValueType;

    operand(v: LLVMValueRef, i: c_uint) -> LLVMValueRef = LLVMGetOperand;
    const_opcode(expr: LLVMValueRef) -> LLVMOpcode = LLVMGetConstOpcode;
    int_predicate(v: LLVMValueRef) -> LLVMIntPredicate = LLVMGetICmpPredicate;
    real_predicate(v: LLVMValueRef) -> LLVMRealPredicate = LLVMGetFCmpPredicate;
    /// Value of an integer constant of at most 64 bits.
    zext_value(c: LLVMValueRef) -> u64 = LLVMConstIntGetZExtValue;
    /// Value of an integer constant of at most 64 bits.
    sext_value(c: LLVMValueRef) -> i64 = LLVMConstIntGetSExtValue;
    aggregate_element(c: LLVMValueRef, i: c_uint) -> LLVMValueRef = LLVMGetAggregateElement;
    block_address_function(c: LLVMValueRef) -> LLVMValueRef = LLVMGetBlockAddressFunction;
    block_address_block(c: LLVMValueRef) -> LLVMBasicBlockRef = LLVMGetBlockAddressBasicBlock;

    linkage(global: LLVMValueRef) -> LLVMLinkage = LLVMGetLinkage;
    visibility(global: LLVMValueRef) -> LLVMVisibility = LLVMGetVisibility;
    unnamed_address(global: LLVMValueRef) -> LLVMUnnamedAddr = LLVMGetUnnamedAddress;
    /// Alignment in bytes of a global, `alloca`, `load` or `store`; 0 if none is given.
    alignment(v: LLVMValueRef) -> c_uint = LLVMGetAlignment;
    /// Null if there is none.
    initializer(global: LLVMValueRef) -> LLVMValueRef = LLVMGetInitializer;
    aliasee(alias: LLVMValueRef) -> LLVMValueRef = LLVMAliasGetAliasee;
    /// Of an ifunc.
    resolver(ifunc: LLVMValueRef) -> LLVMValueRef = LLVMGetGlobalIFuncResolver;
    /// Null if there is none.
    comdat(global: LLVMValueRef) -> LLVMComdatRef = LLVMGetComdat;
    comdat_kind(comdat: LLVMComdatRef) -> LLVMComdatSelectionKind = LLVMGetComdatSelectionKind;
    param(function: LLVMValueRef, i: c_uint) -> LLVMValueRef = LLVMGetParam;
    function_call_conv(function: LLVMValueRef) -> c_uint = LLVMGetFunctionCallConv;
    call_conv(call: LLVMValueRef) -> c_uint = LLVMGetInstructionCallConv;
    /// Null if there is none.
    subprogram(function: LLVMValueRef) -> LLVMMetadataRef = LLVMGetSubprogram;
    subprogram_line(subprogram: LLVMMetadataRef) -> c_uint = LLVMDISubprogramGetLine;
    /// Null if there is none.
    debug_loc(inst: LLVMValueRef) -> LLVMMetadataRef = LLVMInstructionGetDebugLoc;
    loc_line(loc: LLVMMetadataRef) -> c_uint = LLVMDILocationGetLine;
    loc_column(loc: LLVMMetadataRef) -> c_uint = LLVMDILocationGetColumn;
    loc_scope(loc: LLVMMetadataRef) -> LLVMMetadataRef = LLVMDILocationGetScope;
    /// Null if there is none.
    scope_file(scope: LLVMMetadataRef) -> LLVMMetadataRef = LLVMDIScopeGetFile;

    block_parent(block: LLVMBasicBlockRef) -> LLVMValueRef = LLVMGetBasicBlockParent;
    block_as_value(block: LLVMBasicBlockRef) -> LLVMValueRef = LLVMBasicBlockAsValue;
    terminator(block: LLVMBasicBlockRef) -> LLVMValueRef = LLVMGetBasicBlockTerminator;
    inst_block(inst: LLVMValueRef) -> LLVMBasicBlockRef = LLVMGetInstructionParent;
    successor_count(terminator: LLVMValueRef) -> c_uint = LLVMGetNumSuccessors;
    successor(terminator: LLVMValueRef, i: c_uint) -> LLVMBasicBlockRef = LLVMGetSuccessor;
    normal_dest(invoke: LLVMValueRef) -> LLVMBasicBlockRef = LLVMGetNormalDest;
    unwind_dest(invoke: LLVMValueRef) -> LLVMBasicBlockRef = LLVMGetUnwindDest;
    incoming_count(phi: LLVMValueRef) -> c_uint = LLVMCountIncoming;
    incoming_value(phi: LLVMValueRef, i: c_uint) -> LLVMValueRef = LLVMGetIncomingValue;
    incoming_block(phi: LLVMValueRef, i: c_uint) -> LLVMBasicBlockRef = LLVMGetIncomingBlock;
    allocated_type(alloca: LLVMValueRef) -> LLVMTypeRef = LLVMGetAllocatedType;
    gep_source_type(gep: LLVMValueRef) -> LLVMTypeRef = LLVMGetGEPSourceElementType;
    called_function_type(call: LLVMValueRef) -> LLVMTypeRef = LLVMGetCalledFunctionType;
    called_value(call: LLVMValueRef) -> LLVMValueRef = LLVMGetCalledValue;
    arg_count(call: LLVMValueRef) -> c_uint = LLVMGetNumArgOperands;
    tail_call_kind(call: LLVMValueRef) -> LLVMTailCallKind = LLVMGetTailCallKind;
    bundle_count(call: LLVMValueRef) -> c_uint = LLVMGetNumOperandBundles;
    ordering(access: LLVMValueRef) -> LLVMAtomicOrdering = LLVMGetOrdering;
    use_user(u: LLVMUseRef) -> LLVMValueRef = LLVMGetUser;
    mask_length(shuffle: LLVMValueRef) -> c_uint = LLVMGetNumMaskElements;
    /// Lane number, or -1 for an undefined lane.
    mask_value(shuffle: LLVMValueRef, i: c_uint) -> c_int = LLVMGetMaskValue;
    rmw_kind(rmw: LLVMValueRef) -> LLVMAtomicRMWBinOp = LLVMGetAtomicRMWBinOp;
    /// `LLVMFastMath…` bits.
    fast_math(v: LLVMValueRef) -> c_uint = LLVMGetFastMathFlags;
    type_attribute(attr: LLVMAttributeRef) -> LLVMTypeRef = LLVMGetTypeAttributeValue;
    int_attribute(attr: LLVMAttributeRef) -> u64 = LLVMGetEnumAttributeValue;

    size_in_bits(layout: LLVMTargetDataRef, ty: LLVMTypeRef) -> u64 = LLVMSizeOfTypeInBits;
    /// Bytes that a store of the type writes.
    store_size(layout: LLVMTargetDataRef, ty: LLVMTypeRef) -> u64 = LLVMStoreSizeOfType;
    /// Distance between array elements of the type.
    alloc_size(layout: LLVMTargetDataRef, ty: LLVMTypeRef) -> u64 = LLVMABISizeOfType;
    abi_align(layout: LLVMTargetDataRef, ty: LLVMTypeRef) -> c_uint = LLVMABIAlignmentOfType;
    /// Alignment that LLVM gives a global without one of its own.
    global_align(layout: LLVMTargetDataRef, global: LLVMValueRef) -> c_uint = LLVMPreferredAlignmentOfGlobal;
    field_offset(layout: LLVMTargetDataRef, ty: LLVMTypeRef, i: c_uint) -> u64 = LLVMOffsetOfElement;
    pointer_bytes(layout: LLVMTargetDataRef) -> c_uint = LLVMPointerSize;
    byte_order(layout: LLVMTargetDataRef) -> LLVMByteOrdering = LLVMByteOrder;
}

forward_bool! {
    is_sized(ty: LLVMTypeRef) = LLVMTypeIsSized;
    is_opaque_struct(ty: LLVMTypeRef) = LLVMIsOpaqueStruct;
    is_variadic(function_ty: LLVMTypeRef) = LLVMIsFunctionVarArg;
    /// Null, zero or an all-zero aggregate.
    is_null(c: LLVMValueRef) = LLVMIsNull;
    /// Undef or poison.
    is_undef(c: LLVMValueRef) = LLVMIsUndef;
    is_constant(v: LLVMValueRef) = LLVMIsConstant;
    /// Of an `or`: whether no bit is set on both sides.
    is_disjoint(inst: LLVMValueRef) = LLVMGetIsDisjoint;
    /// Constant array of `i8` in packed form.
    is_packed_string(c: LLVMValueRef) = LLVMIsConstantString;
    is_declaration(global: LLVMValueRef) = LLVMIsDeclaration;
    is_thread_local(global: LLVMValueRef) = LLVMIsThreadLocal;
    is_global_constant(global: LLVMValueRef) = LLVMIsGlobalConstant;
    has_prefix_data(function: LLVMValueRef) = LLVMHasPrefixData;
    has_prologue_data(function: LLVMValueRef) = LLVMHasPrologueData;
    is_volatile(access: LLVMValueRef) = LLVMGetVolatile;
    is_conditional(br: LLVMValueRef) = LLVMIsConditional;
    is_single_thread(atomic: LLVMValueRef) = LLVMIsAtomicSingleThread;
    can_be_fast_math(v: LLVMValueRef) = LLVMCanValueUseFastMathFlags;
}

forward_isa! {
    is_instruction = LLVMIsAInstruction;
    is_function = LLVMIsAFunction;
    is_ifunc = LLVMIsAGlobalIFunc;
    is_global_variable = LLVMIsAGlobalVariable;
    is_global_value = LLVMIsAGlobalValue;
    is_const_int = LLVMIsAConstantInt;
    is_const_fp = LLVMIsAConstantFP;
    is_const_expr = LLVMIsAConstantExpr;
    is_data_sequential = LLVMIsAConstantDataSequential;
    is_const_array = LLVMIsAConstantArray;
    is_const_struct = LLVMIsAConstantStruct;
    is_block_address = LLVMIsABlockAddress;
    is_inline_asm = LLVMIsAInlineAsm;
    is_load = LLVMIsALoadInst;
    is_store = LLVMIsAStoreInst;
    is_gep = LLVMIsAGetElementPtrInst;
    is_phi = LLVMIsAPHINode;
    is_insert_element = LLVMIsAInsertElementInst;
    is_shuffle = LLVMIsAShuffleVectorInst;
}

lists! {
    functions(LLVMModuleRef) -> LLVMValueRef = LLVMGetFirstFunction, LLVMGetNextFunction;
    globals(LLVMModuleRef) -> LLVMValueRef = LLVMGetFirstGlobal, LLVMGetNextGlobal;
    aliases(LLVMModuleRef) -> LLVMValueRef = LLVMGetFirstGlobalAlias, LLVMGetNextGlobalAlias;
    ifuncs(LLVMModuleRef) -> LLVMValueRef = LLVMGetFirstGlobalIFunc, LLVMGetNextGlobalIFunc;
    blocks(LLVMValueRef) -> LLVMBasicBlockRef = LLVMGetFirstBasicBlock, LLVMGetNextBasicBlock;
    instructions(LLVMBasicBlockRef) -> LLVMValueRef = LLVMGetFirstInstruction, LLVMGetNextInstruction;
    uses(LLVMValueRef) -> LLVMUseRef = LLVMGetFirstUse, LLVMGetNextUse;
}

/// What an instruction or constant expression does.
pub(crate) fn opcode(v: LLVMValueRef) -> LLVMOpcode {
    if is_const_expr(v) {
        return const_opcode(v);
    }
    // SAFETY: as for `forward!`; all that is no constant expression and asked for its opcode is an instruction.
    unsafe { LLVMGetInstructionOpcode(v) }
}

/// Whether a value is a pointer.
pub(crate) fn is_pointer(v: LLVMValueRef) -> bool {
    type_kind(type_of(v)) == LLVMTypeKind::LLVMPointerTypeKind
}

/// Number of operands of an instruction or constant.
pub(crate) fn operand_count(v: LLVMValueRef) -> u32 {
    // SAFETY: as for `forward!`; any user will do.
    u32::try_from(unsafe { LLVMGetNumOperands(v) }).unwrap_or(0)
}

/// Constant indices of `extractvalue` and `insertvalue`.
pub(crate) fn indices(inst: LLVMValueRef) -> Vec<u32> {
    // SAFETY: as for `forward!`; LLVM gives the array's length in the other call.
    unsafe { slice(LLVMGetIndices(inst), LLVMGetNumIndices(inst) as usize).to_vec() }
}

/// Types of a function type's fixed parameters.
pub(crate) fn param_types(function_ty: LLVMTypeRef) -> Vec<LLVMTypeRef> {
    let mut types = vec![ptr::null_mut(); param_count(function_ty) as usize];
    // SAFETY: as for `forward!`; the buffer has as many entries as LLVM writes.
    unsafe { LLVMGetParamTypes(function_ty, types.as_mut_ptr()) };
    types
}

/// A value's name without the mark that forbids mangling; empty if it has none.
pub(crate) fn name(v: LLVMValueRef) -> String {
    let mut len = 0;
    // SAFETY: as for `forward!`; pointer and length describe one string.
    let bytes = unsafe { slice(LLVMGetValueName2(v, &mut len).cast::<u8>(), len) };
    String::from_utf8_lossy(bytes.strip_prefix(b"\x01").unwrap_or(bytes)).into_owned()
}

/// Whether a value's name starts with `prefix`.
pub(crate) fn name_starts_with(v: LLVMValueRef, prefix: &str) -> bool {
    let mut len = 0;
    // SAFETY: as for `forward!`; pointer and length describe one string.
    let bytes = unsafe { slice(LLVMGetValueName2(v, &mut len).cast::<u8>(), len) };
    bytes.starts_with(prefix.as_bytes())
}

/// Bytes of a packed `i8` array.
pub(crate) fn string_bytes<'a>(c: LLVMValueRef) -> &'a [u8] {
    let mut len = 0;
    // SAFETY: as for `forward!`; the bytes belong to the context, which outlives every use in this crate.
    unsafe { slice(LLVMGetAsString(c, &mut len).cast::<u8>(), len) }
}

/// Section name of a global, if it has one.
pub(crate) fn section(global: LLVMValueRef) -> Option<String> {
    // SAFETY: as for `forward!`; LLVM gives null or a C string.
    let text = unsafe { c_string(LLVMGetSection(global)) };
    (!text.is_empty()).then_some(text)
}

/// Directory and name of a source file.
pub(crate) fn file_path(file: LLVMMetadataRef) -> (String, String) {
    let (mut dir_len, mut name_len) = (0, 0);
    // SAFETY: as for `forward!`; pointers and lengths describe strings.
    let (dir, name) = unsafe {
        let dir = LLVMDIFileGetDirectory(file, &mut dir_len).cast::<u8>();
        let name = LLVMDIFileGetFilename(file, &mut name_len).cast::<u8>();
        (slice(dir, dir_len as usize), slice(name, name_len as usize))
    };
    (String::from_utf8_lossy(dir).into_owned(), String::from_utf8_lossy(name).into_owned())
}

/// Tag of a call's operand bundle.
pub(crate) fn bundle_tag(call: LLVMValueRef, i: u32) -> String {
    // SAFETY: as for `forward!`; the bundle is a copy that we dispose of after use.
    unsafe {
        let bundle = LLVMGetOperandBundleAtIndex(call, i);
        let mut len = 0;
        let tag = slice(LLVMGetOperandBundleTag(bundle, &mut len).cast::<u8>(), len);
        let tag = String::from_utf8_lossy(tag).into_owned();
        LLVMDisposeOperandBundle(bundle);
        tag
    }
}

/// The string that is the one operand of a metadata node, given as a value.
pub(crate) fn metadata_string(node: LLVMValueRef) -> Option<String> {
    let mut len = 0;
    // SAFETY: as for `forward!`; the node's one operand is written where there is room for it.
    unsafe {
        if LLVMGetMDNodeNumOperands(node) != 1 {
            return None;
        }
        let mut operand = ptr::null_mut();
        LLVMGetMDNodeOperands(node, &mut operand);
        let text = LLVMGetMDString(operand, &mut len);
        (!text.is_null()).then(|| String::from_utf8_lossy(slice(text.cast::<u8>(), len as usize)).into_owned())
    }
}

/// A value in LLVM's text form.
pub(crate) fn print_value(v: LLVMValueRef) -> String {
    // SAFETY: as for `forward!`; the message is ours to dispose of.
    unsafe { take_message(LLVMPrintValueToString(v)) }
}

/// A type in LLVM's text form.
pub(crate) fn print_type(ty: LLVMTypeRef) -> String {
    // SAFETY: as for `forward!`; the message is ours to dispose of.
    unsafe { take_message(LLVMPrintTypeToString(ty)) }
}

/// Attribute positions: 0 is the return value, parameters count from 1, `!0` is the function.
pub(crate) const FUNCTION_INDEX: u32 = !0;

/// A function's attribute, if set.
pub(crate) fn function_attribute(function: LLVMValueRef, index: u32, kind: u32) -> Option<LLVMAttributeRef> {
    // SAFETY: as for `forward!`.
    let attr = unsafe { LLVMGetEnumAttributeAtIndex(function, index, kind) };
    (!attr.is_null()).then_some(attr)
}

/// A function's attribute `name="…"`; empty if it is not set.
pub(crate) fn string_attribute<'a>(function: LLVMValueRef, name: &str) -> &'a str {
    let mut len = 0;
    // SAFETY: as for `forward!`; pointer and length describe strings, and the value's is the context's.
    let value = unsafe {
        let attr = LLVMGetStringAttributeAtIndex(function, FUNCTION_INDEX, name.as_ptr().cast(), name.len() as u32);
        if attr.is_null() {
            return "";
        }
        slice(LLVMGetStringAttributeValue(attr, &mut len).cast::<u8>(), len as usize)
    };
    std::str::from_utf8(value).unwrap_or("")
}

/// A call's own attribute, if set.
pub(crate) fn call_attribute(call: LLVMValueRef, index: u32, kind: u32) -> Option<LLVMAttributeRef> {
    // SAFETY: as for `forward!`.
    let attr = unsafe { LLVMGetCallSiteEnumAttribute(call, index, kind) };
    (!attr.is_null()).then_some(attr)
}

/// Number of the attribute called `name`.
pub(crate) fn attribute_kind(name: &str) -> u32 {
    // SAFETY: pointer and length describe one string.
    unsafe { LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len()) }
}

/// # Safety
/// `data` is null, or points to `len` elements that live for `'a`.
unsafe fn slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if data.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(data, len) }
}

/// # Safety
/// `text` is null or a C string.
unsafe fn c_string(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// # Safety
/// `message` is null or a string that LLVM allocated for us.
unsafe fn take_message(message: *mut c_char) -> String {
    // SAFETY: the caller's promise.
    let text = unsafe { c_string(message) };
    if !message.is_null() {
        // SAFETY: the caller's promise; it is not used again.
        unsafe { LLVMDisposeMessage(message) };
    }
    text.trim().to_owned()
}

/// Layout of clang's x86-64 Linux modules, for textual IR that states none.
const DEFAULT_LAYOUT: &CStr = c"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128";

/// What LLVM reported, in order.
#[derive(Default)]
struct Diagnostics(Vec<String>);

/// A parsed and verified module in a context of its own.
pub(crate) struct Source {
    context: LLVMContextRef,
    /// The module.
    pub(crate) module: LLVMModuleRef,
    /// Its data layout.
    pub(crate) layout: LLVMTargetDataRef,
    builder: LLVMBuilderRef,
    /// Module that [`Source::comdat_name`] prints from; made on first use.
    scratch: LLVMValueRef,
    scratch_module: LLVMModuleRef,
    /// What LLVM reported meanwhile; boxed so that its address stays.
    diagnostics: Box<Diagnostics>,
}

/// Keeps what LLVM reports: without a handler it would print, and exit on errors.
extern "C" fn keep_diagnostic(info: LLVMDiagnosticInfoRef, list: *mut c_void) {
    // SAFETY: LLVM passes the pointer given with the handler, which is `Source::diagnostics`, to which no reference
    // is held during calls into LLVM.
    let list = unsafe { &mut *list.cast::<Diagnostics>() };
    // SAFETY: LLVM passes a valid diagnostic, and the description is ours to dispose of.
    list.0.push(unsafe { take_message(LLVMGetDiagInfoDescription(info)) });
}

impl Source {
    /// Parses bitcode or textual IR, and verifies it. The error is LLVM's message. Damaged input may crash LLVM here and
    /// in anything done with the source: see [`crate::crash`].
    pub(crate) fn parse(bytes: &[u8], name: &str) -> Result<Source, String> {
        let name = CString::new(name.replace('\0', "")).unwrap_or_default();
        // SAFETY: a fresh context, used by this thread only.
        let mut source = unsafe {
            let context = LLVMContextCreate();
            Source {
                context,
                module: ptr::null_mut(),
                layout: ptr::null_mut(),
                builder: LLVMCreateBuilderInContext(context),
                scratch: ptr::null_mut(),
                scratch_module: ptr::null_mut(),
                diagnostics: Box::default(),
            }
        };
        let list: *mut Diagnostics = &mut *source.diagnostics;
        // SAFETY: the list lives as long as the context.
        unsafe { LLVMContextSetDiagnosticHandler(source.context, Some(keep_diagnostic), list.cast()) };

        let mut message = ptr::null_mut();
        // SAFETY: the buffer is a copy of `bytes` (textual IR needs the zero byte that the copy ends with), and the
        // parser takes it over, also on failure.
        let failed = unsafe {
            let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes.as_ptr().cast(), bytes.len(), name.as_ptr());
            LLVMParseIRInContext(source.context, buffer, &mut source.module, &mut message) != 0
        };
        // SAFETY: LLVM's message, or null.
        let message = unsafe { take_message(message) };
        if failed {
            source.module = ptr::null_mut();
            // LLVM's message starts with the buffer's name, which our caller says too.
            let message = message.strip_prefix(&*name.to_string_lossy()).unwrap_or(&message);
            let message = message.strip_prefix(": error: ").unwrap_or(message.trim_start_matches(':'));
            source.diagnostics.0.insert(0, message.to_owned());
            source.diagnostics.0.retain(|m| !m.is_empty());
            return Err(source.diagnostics.0.join("; "));
        }
        let mut message = ptr::null_mut();
        let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
        // SAFETY: the module is live.
        let broken = unsafe { LLVMVerifyModule(source.module, action, &mut message) != 0 };
        // SAFETY: LLVM's message, or null.
        let message = unsafe { take_message(message) };
        if broken {
            return Err(format!("broken module: {message}"));
        }
        // SAFETY: the module is live.
        unsafe {
            if c_string(LLVMGetDataLayoutStr(source.module)).is_empty() {
                LLVMSetDataLayout(source.module, DEFAULT_LAYOUT.as_ptr());
            }
            source.layout = LLVMGetModuleDataLayout(source.module);
        }
        Ok(source)
    }

    /// Target triple.
    pub(crate) fn triple(&self) -> String {
        // SAFETY: the module is live and the string its own.
        unsafe { c_string(LLVMGetTarget(self.module)) }
    }

    /// Data layout string.
    pub(crate) fn layout_string(&self) -> String {
        // SAFETY: the module is live and the string its own.
        unsafe { c_string(LLVMGetDataLayoutStr(self.module)) }
    }

    /// Module-level assembly.
    pub(crate) fn module_asm(&self) -> String {
        let mut len = 0;
        // SAFETY: the module is live; pointer and length describe a string of its own.
        let text = unsafe { slice(LLVMGetModuleInlineAsm(self.module, &mut len).cast::<u8>(), len) };
        String::from_utf8_lossy(text).into_owned()
    }

    /// The 64-bit limbs, lowest first, of an integer or floating-point constant, through LLVM's constant folding. Bits
    /// above its width are zero.
    pub(crate) fn limbs(&self, c: LLVMValueRef) -> Vec<u64> {
        let ty = type_of(c);
        // SAFETY: the builder has no insertion point and every operand is a constant that folds, so nothing is
        // inserted anywhere.
        unsafe {
            let bits = LLVMSizeOfTypeInBits(self.layout, ty) as u32;
            let int = LLVMIntTypeInContext(self.context, bits);
            let whole = if type_kind(ty) == LLVMTypeKind::LLVMIntegerTypeKind {
                c
            } else {
                LLVMBuildBitCast(self.builder, c, int, c"".as_ptr())
            };
            if bits <= 64 {
                return vec![zext_value(whole)];
            }
            let limb = LLVMInt64TypeInContext(self.context);
            (0..bits.div_ceil(64))
                .map(|i| {
                    let amount = LLVMConstInt(int, u64::from(i) * 64, 0);
                    let shifted = LLVMBuildLShr(self.builder, whole, amount, c"".as_ptr());
                    zext_value(LLVMBuildTrunc(self.builder, shifted, limb, c"".as_ptr()))
                })
                .collect()
        }
    }

    /// Name of a comdat. The C API has no call for it, so it is read off a printed global that is put into it.
    pub(crate) fn comdat_name(&mut self, comdat: LLVMComdatRef) -> String {
        // SAFETY: the scratch module lives in the same context, and the global leaves the comdat before either goes.
        let text = unsafe {
            if self.scratch.is_null() {
                self.scratch_module = LLVMModuleCreateWithNameInContext(c"".as_ptr(), self.context);
                let byte = LLVMInt8TypeInContext(self.context);
                self.scratch = LLVMAddGlobal(self.scratch_module, byte, c"g".as_ptr());
            }
            LLVMSetComdat(self.scratch, comdat);
            let text = take_message(LLVMPrintValueToString(self.scratch));
            LLVMSetComdat(self.scratch, ptr::null_mut());
            text
        };
        let quoted = text.split_once("comdat($").map_or("g", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
        unescape(quoted)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: all of it is ours and nothing refers to it any more; modules go before their context.
        unsafe {
            LLVMDisposeBuilder(self.builder);
            if !self.scratch_module.is_null() {
                LLVMDisposeModule(self.scratch_module);
            }
            if !self.module.is_null() {
                LLVMDisposeModule(self.module);
            }
            LLVMContextDispose(self.context);
        }
    }
}

/// Undoes LLVM's quoting of a name: `"a\22b"` becomes `a"b`.
fn unescape(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = inner.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| u8::from_str_radix(d, 16).ok());
        match (first, code) {
            (b'\\', Some(code)) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
