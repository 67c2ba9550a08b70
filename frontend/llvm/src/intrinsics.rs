//! Calls of LLVM intrinsics: those that are neither element-wise nor of one machine, and the way to all others.
//!
//! What becomes of each is listed in `treatment`. Element-wise arithmetic stands in `math`, reductions in `reduce`, copies
//! in `transfer`, machine intrinsics in `x86`; what no op of ours computes goes out of line through a `shim`.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::treatment::{Family, Treatment, treatment};
use crate::types::{self, Leaves};
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Param, Signature, Type, Value};
use smallvec::smallvec;

/// The intrinsic's name without `llvm.` and without the types it is overloaded on.
pub(crate) fn base_name(name: &str) -> &str {
    let mut base = name.strip_prefix("llvm.").unwrap_or(name);
    if base.starts_with("x86.") || base.starts_with("aarch64.") {
        return base;
    }
    while let Some((rest, last)) = base.rsplit_once('.') {
        if !is_type_suffix(last) {
            break;
        }
        base = rest;
    }
    base
}

/// Whether a name's component is a mangled type: `i32`, `p0`, `f64`, `bf16`, `v4f32`, `a2i64`, `sl_…`.
fn is_type_suffix(component: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = component.strip_prefix("bf").or_else(|| component.strip_prefix("ppcf")) {
        return digits(rest);
    }
    match component.as_bytes().first() {
        Some(b'i' | b'p' | b'f') => digits(&component[1..]),
        Some(b'v' | b'a') => {
            let rest = component[1..].trim_start_matches(|c: char| c.is_ascii_digit());
            rest.len() + 1 < component.len() && is_type_suffix(rest)
        }
        Some(b's') => component.starts_with("sl_") || component.starts_with("s_"),
        _ => matches!(component, "isVoid" | "Metadata"),
    }
}

impl FuncReader<'_> {
    /// A call of `llvm.*`.
    pub(crate) fn intrinsic(&mut self, call: LLVMValueRef, name: &str) -> Result<(), ReadError> {
        let base = base_name(name);
        let values = match treatment(base) {
            None => return Err(self.unsupported(format!("{name}: not an intrinsic of LLVM 19"))),
            Some(Treatment::Refused(why)) => return Err(self.unsupported(format!("{name}: {why}"))),
            Some(Treatment::Dropped) => {
                self.define(call, &[]);
                return Ok(());
            }
            Some(Treatment::Transparent) => Some(self.leaves(llvm::operand(call, 0))?),
            Some(Treatment::OutOfLine) => None,
            Some(Treatment::Ops(Family::TypeId)) => Some(self.type_id(call)?),
            Some(Treatment::Ops(Family::Jump)) => return self.builtin_jump(call, base == "eh.sjlj.setjmp"),
            Some(Treatment::Ops(Family::Reduction)) => self.reduction(call, base)?,
            Some(Treatment::Ops(Family::Elementwise)) => self.elementwise(call, base)?,
            Some(Treatment::Ops(Family::Plain)) => self.plain_intrinsic(call, base)?,
            Some(Treatment::Ops(Family::ObjC)) => Some(self.runtime_call(call, base)?),
            Some(Treatment::Ops(Family::X86)) => self.x86_intrinsic(call, base)?,
        };
        match values {
            Some(values) => {
                self.define(call, &values);
                Ok(())
            }
            None => self.shim(call, name),
        }
    }

    /// Intrinsics that are neither element-wise nor of one machine; `None` if it is none of them.
    fn plain_intrinsic(&mut self, call: LLVMValueRef, base: &str) -> Result<Option<Leaves<Value>>, ReadError> {
        let arg = |i| llvm::operand(call, i);
        let values: Leaves<Value> = match base {
            "memcpy" | "memmove" | "memcpy.inline" => {
                self.copy_memory(call, base == "memmove")?;
                smallvec![]
            }
            "memset" | "memset.inline" => {
                self.fill_memory(call)?;
                smallvec![]
            }
            "trap" | "ubsantrap" => {
                self.terminate(Op::Trap, Type::Ptr, &[], Imm::None, Vec::new());
                self.end_block();
                smallvec![]
            }
            "stacksave" => smallvec![self.emit(Op::StackSave, Type::Ptr, &[], Imm::None)],
            "stackrestore" => {
                let mark = self.one(arg(0))?;
                self.emit_all(Op::StackRestore, Type::Ptr, &[mark], Imm::None);
                smallvec![]
            }
            "va_start" => {
                self.va_start(arg(0))?;
                smallvec![]
            }
            "va_copy" => {
                let (to, from) = (self.one(arg(0))?, self.one(arg(1))?);
                let triple = &self.module.out.triple;
                let is_apple = ["apple", "darwin", "ios"].iter().any(|os| triple.contains(os));
                let bytes = match self.module.is_aarch64() {
                    _ if triple.contains("windows") => 8,
                    true if is_apple => 8,
                    true => 32,
                    false => 24,
                };
                self.copy_bytes(to, from, bytes);
                smallvec![]
            }
            "returnaddress" | "frameaddress" => {
                let op = if base == "returnaddress" { Op::ReturnAddress } else { Op::FrameAddress };
                let level = llvm::zext_value(arg(0)) as i64;
                smallvec![self.emit(op, Type::Ptr, &[], Imm::Int(level))]
            }
            "addressofreturnaddress" => {
                let frame = self.emit(Op::FrameAddress, Type::Ptr, &[], Imm::Int(0));
                let eight = self.iconst(Type::Ptr, 8);
                smallvec![self.op(Op::Iadd, Type::Ptr, &[frame, eight])]
            }
            "read_register" | "read_volatile_register" => {
                // The stack's depth is what programs ask for; a function's frame is one such place.
                let name = llvm::metadata_string(arg(0)).unwrap_or_default();
                if !matches!(name.as_str(), "rsp" | "esp" | "sp" | "rbp" | "ebp" | "x29" | "fp") {
                    return Err(self.unsupported(format!("access to the register {name}")));
                }
                let frame = self.emit(Op::FrameAddress, Type::Ptr, &[], Imm::Int(0));
                match self.types(llvm::type_of(call))?.as_slice() {
                    &[Type::I32] => smallvec![self.op(Op::Trunc, Type::I32, &[frame])],
                    _ => smallvec![frame],
                }
            }
            "is.constant" => smallvec![self.iconst(Type::I8, 0)],
            "allow.runtime.check" | "allow.ubsan.check" | "public.type.test" => smallvec![self.iconst(Type::I8, 1)],
            "type.test" => {
                let only_assumed = llvm::uses(call).all(|u| {
                    let user = llvm::use_user(u);
                    llvm::opcode(user) == llvm_sys::LLVMOpcode::LLVMCall
                        && llvm::name_starts_with(llvm::called_value(user), "llvm.assume")
                });
                if !only_assumed {
                    return Err(self.unsupported("llvm.type.test: control-flow integrity"));
                }
                smallvec![self.iconst(Type::I8, 1)]
            }
            "objectsize" => {
                let types = self.types(llvm::type_of(call))?;
                let wants_minimum = llvm::zext_value(arg(1)) != 0;
                smallvec![self.iconst(types[0], if wants_minimum { 0 } else { -1 })]
            }
            "invariant.start" => smallvec![self.zero(Type::Ptr)],
            "ptrmask" if !types::is_vector(llvm::type_of(call)) => {
                let (pointer, mask) = (self.one(arg(0))?, self.extended(arg(1), false, Type::I64)?);
                smallvec![self.op(Op::And, Type::Ptr, &[pointer, mask])]
            }
            "load.relative" => {
                let base = self.one(arg(0))?;
                let offset = self.extended(arg(1), true, Type::I64)?;
                let at = self.op(Op::Iadd, Type::Ptr, &[base, offset]);
                let entry = self.emit(Op::Load, Type::I32, &[at], Imm::Mem { offset: 0, volatile: false });
                let entry = self.op(Op::Sext32, Type::I64, &[entry]);
                smallvec![self.op(Op::Iadd, Type::Ptr, &[base, entry])]
            }
            "vector.insert"
            | "vector.extract"
            | "vector.reverse"
            | "vector.interleave2"
            | "vector.deinterleave2"
            | "vector.splice" => return self.rearrangement(call, base),
            _ => return Ok(None),
        };
        Ok(Some(values))
    }

    /// A call of the runtime function that an intrinsic stands for: `objc.sync.enter` is `objc_sync_enter`.
    fn runtime_call(&mut self, call: LLVMValueRef, base: &str) -> Result<Leaves<Value>, ReadError> {
        let mut args = Leaves::new();
        for i in 0..llvm::arg_count(call) {
            args.push(self.one(llvm::operand(call, i))?);
        }
        let params: Vec<Type> = args.iter().map(|&arg| self.ty(arg)).collect();
        let results = self.types(llvm::type_of(call))?;
        Ok(self.call_native(&base.replace('.', "_"), &params, &results, &args))
    }

    /// `__builtin_setjmp` and `__builtin_longjmp`, by the C library's functions. Their own buffer has five words, of
    /// which clang fills the first and the third; the second leads to the library's, in this frame.
    fn builtin_jump(&mut self, call: LLVMValueRef, sets: bool) -> Result<(), ReadError> {
        /// Enough for `jmp_buf` on every target.
        const BUFFER_BYTES: u32 = 512;
        const SECOND_WORD: i32 = 8;
        let words = self.one(llvm::operand(call, 0))?;
        if sets {
            let slot = self.body.add_slot(BUFFER_BYTES, 16);
            let buffer = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
            self.store_value(buffer, words, SECOND_WORD, true);
            let sig = Signature { params: vec![Param::new(Type::Ptr)], results: vec![Type::I32], variadic: None };
            let setjmp = self.module.native("_setjmp", &sig);
            self.module.out.funcs[setjmp.index()].flags.returns_twice = true;
            let values = self.emit_call(setjmp, sig, &[buffer]);
            self.define(call, &values);
        } else {
            let at = Imm::Mem { offset: SECOND_WORD, volatile: true };
            let buffer = self.emit(Op::Load, Type::Ptr, &[words], at);
            let one = self.iconst(Type::I32, 1);
            self.call_native("longjmp", &[Type::Ptr, Type::I32], &[], &[buffer, one]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn names_lose_their_types() {
        for (name, base) in [
            ("llvm.memcpy.p0.p0.i64", "memcpy"),
            ("llvm.memcpy.inline.p0.p0.i64", "memcpy.inline"),
            ("llvm.uadd.with.overflow.v4i32", "uadd.with.overflow"),
            ("llvm.fptosi.sat.i32.f64", "fptosi.sat"),
            ("llvm.vector.reduce.add.v16i8", "vector.reduce.add"),
            ("llvm.masked.gather.v4f32.v4p0", "masked.gather"),
            ("llvm.experimental.constrained.fadd.f80", "experimental.constrained.fadd"),
            ("llvm.x86.sse2.pavg.b", "x86.sse2.pavg.b"),
            ("llvm.fma.bf16", "fma"),
            ("llvm.va_start.p0", "va_start"),
            ("llvm.is.fpclass.f32", "is.fpclass"),
            ("llvm.trap", "trap"),
        ] {
            assert_eq!(base_name(name), base, "{name}");
        }
    }
}
