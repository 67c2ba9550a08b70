//! What a program takes for granted of the processor, checked before it runs.
//!
//! That is what `main` may use: the flags that its file was compiled with (`-mavx2`, `-march=native`). Functions that are
//! for better processors than `main` is for are chosen at run time, by the program itself. The check is a constructor that
//! gives the runtime's `rheo_rt_require` a list of features, each the number of its bit among the words that CPUID gives
//! (see there) and its zero-terminated name, behind the last one 255. What every x86-64 processor has is not listed, and
//! where nothing is there is no check.

use crate::codegen;
use crate::llvm;
use crate::module::ModuleReader;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Body, Data, Func, Global, GlobalId, Imm, Inst, Linkage, Op, Param, Signature, SrcLoc, Structor, Type};
use smallvec::smallvec;
use std::ffi::{CStr, CString, c_char};

unsafe extern "C" {
    fn rheo_subtarget_features(
        triple: *const c_char,
        cpu: *const c_char,
        features: *const c_char,
        names: *const *const c_char,
        count: usize,
        present: *mut bool,
    ) -> bool;
}

/// Features by LLVM's names with a `+`, and their bits: 32 times the word, and the bit in it. Words as `rheo_rt_require`
/// has them: ECX of leaf 1; EBX, ECX and EDX of leaf 7; EAX of its subleaf 1; ECX of leaf 0x80000001. ("Intel 64 and IA-32
/// Architectures Software Developer's Manual", CPUID; "AMD64 Architecture Programmer's Manual", appendix E.)
const FEATURES: &[(&CStr, u8)] = &[
    (c"+sse3", 0),
    (c"+pclmul", 1),
    (c"+ssse3", 9),
    (c"+fma", 12),
    (c"+cx16", 13),
    (c"+sse4.1", 19),
    (c"+sse4.2", 20),
    (c"+movbe", 22),
    (c"+popcnt", 23),
    (c"+aes", 25),
    (c"+avx", 28),
    (c"+f16c", 29),
    (c"+rdrnd", 30),
    (c"+bmi", 32 + 3),
    (c"+avx2", 32 + 5),
    (c"+bmi2", 32 + 8),
    (c"+avx512f", 32 + 16),
    (c"+avx512dq", 32 + 17),
    (c"+rdseed", 32 + 18),
    (c"+adx", 32 + 19),
    (c"+avx512ifma", 32 + 21),
    (c"+avx512cd", 32 + 28),
    (c"+sha", 32 + 29),
    (c"+avx512bw", 32 + 30),
    (c"+avx512vl", 32 + 31),
    (c"+avx512vbmi", 64 + 1),
    (c"+avx512vbmi2", 64 + 6),
    (c"+gfni", 64 + 8),
    (c"+vaes", 64 + 9),
    (c"+vpclmulqdq", 64 + 10),
    (c"+avx512vnni", 64 + 11),
    (c"+avx512bitalg", 64 + 12),
    (c"+avx512vpopcntdq", 64 + 14),
    (c"+avx512vp2intersect", 96 + 8),
    (c"+amx-bf16", 96 + 22),
    (c"+avx512fp16", 96 + 23),
    (c"+amx-tile", 96 + 24),
    (c"+amx-int8", 96 + 25),
    (c"+avxvnni", 128 + 4),
    (c"+avx512bf16", 128 + 5),
    (c"+lzcnt", 160 + 5),
    (c"+sse4a", 160 + 6),
    (c"+xop", 160 + 11),
    (c"+fma4", 160 + 16),
    (c"+tbm", 160 + 21),
];

/// The runtime's check.
const CHECK: &str = "rheo_rt_require";
/// Symbols of the list and of the constructor.
const LIST: &str = "rheo.processor";
const CONSTRUCTOR: &str = "rheo.processor.check";
/// Before all constructors of the program's own, behind the runtime's start.
const PRIORITY: u32 = 100;

impl ModuleReader {
    /// Has the program check that the processor is what `main` was compiled for.
    pub(crate) fn require_processor(&mut self, main: LLVMValueRef) {
        let list = self.required(main);
        if list.is_empty() {
            return;
        }
        let global = GlobalId::new(self.out.globals.len());
        let bytes = list.len() as u64;
        self.out.globals.push(Global {
            linkage: Linkage::Internal,
            constant: true,
            unnamed_addr: true,
            data: Some(Data { bytes: list, relocs: Vec::new() }),
            ..Global::declared(LIST, bytes, 1)
        });
        let sig = Signature { params: vec![Param::new(Type::Ptr)], ..Signature::default() };
        let check = self.native(CHECK, &sig);
        let mut body = Body::default();
        let entry = body.add_block();
        let loc = SrcLoc::default();
        let list = body.push(entry, Op::GlobalAddr, Type::Ptr, &[], Imm::Global(global, 0), loc);
        let inst = |op, args, imm| Inst { op, ty: Type::Ptr, args, imm, results: smallvec![], dests: Vec::new(), loc };
        let list = list.expect("an address is a value");
        let insts = &mut body.blocks[entry.index()].insts;
        insts.push(inst(Op::Call, smallvec![list], Imm::Func(check)));
        insts.push(inst(Op::Ret, smallvec![], Imm::None));
        let sig = self.intern(Signature::default());
        let constructor = Func { linkage: Linkage::Internal, body: Some(body), ..Func::declared(CONSTRUCTOR, sig) };
        let func = self.add_func(constructor);
        self.out.ctors.push(Structor { priority: PRIORITY, func });
    }

    /// The list for the runtime; empty if there is nothing to check.
    fn required(&self, main: LLVMValueRef) -> Vec<u8> {
        let attribute = |name| CString::new(llvm::string_attribute(main, name)).unwrap_or_default();
        let triple = CString::new(self.out.triple.as_str()).unwrap_or_default();
        if !self.out.triple.starts_with("x86_64") {
            return Vec::new();
        }
        codegen::initialize_targets();
        let (cpu, features) = (attribute("target-cpu"), attribute("target-features"));
        let names: Vec<*const c_char> = FEATURES.iter().map(|(name, _)| name.as_ptr()).collect();
        let mut present = vec![false; names.len()];
        // SAFETY: all strings are zero-terminated, and both lists as long as it is said.
        let known = unsafe {
            rheo_subtarget_features(
                triple.as_ptr(),
                cpu.as_ptr(),
                features.as_ptr(),
                names.as_ptr(),
                names.len(),
                present.as_mut_ptr(),
            )
        };
        let mut list = Vec::new();
        for ((name, bit), _) in FEATURES.iter().zip(present).filter(|(_, present)| known && *present) {
            list.push(*bit);
            list.extend(&name.to_bytes_with_nul()[1..]);
        }
        if !list.is_empty() {
            list.push(u8::MAX);
        }
        list
    }
}
