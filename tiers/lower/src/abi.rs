//! The platform's C convention in terms of what Cranelift can express of it.
//!
//! Owns how each IR parameter and result is passed. Cranelift lacks by-value structures that are aligned to more than 8
//! bytes, `f80`, and returning `f80` in x87 registers; padding, memory and a hidden pointer stand in.

use crate::call::INLINE_COPY_BYTES_MAX;
use crate::machine::Arch;
use crate::op::clif_type;
use cranelift_codegen::ir::{AbiParam, ArgumentExtension, ArgumentPurpose, Signature as ClifSignature, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use rheo_ir::{Extension, Param, Purpose, Type};
use target_lexicon::{Architecture, BinaryFormat};

/// Integer registers that pass arguments in the System V convention.
pub(crate) const INT_REGISTERS: u32 = 6;

/// Why a signature cannot be a Cranelift function's.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AbiError {
    /// More results than registers.
    #[error("returns more values than there are registers")]
    Results,
    /// `f80` where the platform has none.
    #[error("80-bit float on a platform that has none")]
    F80,
    /// By-value structure where the platform passes none.
    #[error("by-value structure, which the platform's convention passes as a pointer")]
    ByVal,
}

/// How a parameter travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passing {
    /// As a value.
    Value,
    /// As `bytes` on the stack, copied from the address that the value is.
    Copy { bytes: u32 },
    /// On the stack, as 16 bytes in memory.
    F80,
    /// On the stack, 8 bytes that mean nothing, to align what follows. Belongs to no IR parameter.
    Padding,
}

/// Where an argument travels, in the System V convention.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spot {
    /// In integer registers from this one on.
    Ints(u32),
    /// In this vector register.
    Float(u32),
    /// On the stack, this many bytes above the first stack argument.
    Stack(u32),
}

/// What a function that gives up its frame for another leaves for its thunk, which then jumps there: a record of the
/// function's address (0: there is none, the function returned), six integer registers, eight bytes that mean nothing,
/// eight vector registers, and as many bytes of stack arguments as the function itself was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TailExit;

impl TailExit {
    /// Offset of the integer registers in the record.
    pub const INTS: u32 = 8;
    /// Offset of the vector registers.
    pub const FLOATS: u32 = 64;
    /// Offset of the stack arguments.
    pub const STACK: u32 = 192;
}

/// Where a thunk finds the place for the hidden pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The integer argument register with this number.
    Register(u8),
    /// The stack, this many bytes above the first stack argument.
    Stack(u32),
}

/// How a function is called.
#[derive(Clone, Debug)]
pub struct Abi {
    /// The signature that Cranelift sees.
    pub signature: ClifSignature,
    /// Bytes of arguments on the stack, a multiple of 16; the hidden pointer not counted.
    pub stack_bytes: u32,
    /// Of these, the bytes that are the callee's to write.
    pub stack_used: u32,
    /// Strictest alignment of an argument on the stack.
    pub stack_align: u32,
    /// `f80` results. Cranelift's function writes them, 16 bytes each, where its last parameter points.
    pub f80_results: u32,
    /// Whether the function leaves a [`TailExit`], behind the `f80` results.
    pub tail_exit: bool,
    /// Where the parameter for either goes.
    pub hidden: Place,
    /// The parameter that is a pointer for the result, if the platform does not return it although the IR does.
    pub unreturned: Option<usize>,
    pub(crate) passing: Vec<Passing>,
    /// Where each goes that has a passing.
    pub(crate) spots: Vec<Spot>,
}

impl Abi {
    /// The convention of a function that may leave a [`TailExit`].
    pub fn with_tail_exit(mut self) -> Abi {
        if self.f80_results == 0 {
            self.signature.params.push(AbiParam::new(types::I64));
        }
        self.tail_exit = true;
        self
    }

    /// Offset of the [`TailExit`] from the hidden pointer.
    pub fn tail_exit_offset(&self) -> u32 {
        16 * self.f80_results
    }

    /// Bytes that the hidden pointer points to.
    pub fn hidden_bytes(&self) -> u32 {
        self.tail_exit_offset() + if self.tail_exit { TailExit::STACK + self.stack_bytes } else { 0 }
    }

    /// Whether small structures are among the arguments, and all of them can be passed as words: System V's, and nothing on
    /// the stack is aligned to more than one.
    pub(crate) fn copies_fit_words(&self) -> bool {
        let mut copies = self.passing.iter().filter_map(|p| match p {
            Passing::Copy { bytes } => Some(*bytes),
            _ => None,
        });
        self.stack_align == 8
            && copies.clone().next().is_some()
            && copies.all(|bytes| (1..=INLINE_COPY_BYTES_MAX).contains(&bytes))
    }

    /// The convention for `params` and `results` on the target of `isa`.
    pub fn new(params: &[Param], results: &[Type], isa: &dyn TargetIsa) -> Result<Abi, AbiError> {
        let arch = match isa.triple().architecture {
            Architecture::Aarch64(_) => Arch::Aarch64,
            _ => Arch::X64,
        };
        let sysv = arch == Arch::X64 && isa.triple().binary_format != BinaryFormat::Coff;
        let mut b = Builder {
            sysv,
            ints: 0,
            floats: 0,
            abi: Abi {
                signature: ClifSignature::new(isa.default_call_conv()),
                stack_bytes: 0,
                stack_used: 0,
                stack_align: 8,
                f80_results: 0,
                tail_exit: false,
                hidden: Place::Register(0),
                unreturned: None,
                passing: Vec::with_capacity(params.len()),
                spots: Vec::with_capacity(params.len()),
            },
        };
        for p in params {
            b.param(p)?;
        }
        b.results(results)?;
        b.hidden();
        b.abi.stack_used = b.abi.stack_bytes;
        b.abi.stack_bytes = b.abi.stack_used.next_multiple_of(16);
        Ok(b.abi)
    }
}

struct Builder {
    /// The System V convention of x86-64: the only one where Cranelift is told of padding, and thunks are made.
    sysv: bool,
    /// Integer registers taken.
    ints: u32,
    /// Vector registers taken.
    floats: u32,
    abi: Abi,
}

impl Builder {
    fn push(&mut self, param: AbiParam, passing: Passing, spot: Spot) {
        self.abi.signature.params.push(param);
        self.abi.passing.push(passing);
        self.abi.spots.push(spot);
    }

    fn param(&mut self, p: &Param) -> Result<(), AbiError> {
        match p.purpose {
            Purpose::ByVal { bytes, align } => {
                if !self.sysv {
                    return Err(AbiError::ByVal);
                }
                self.on_stack(bytes, align, Passing::Copy { bytes });
            }
            _ if p.ty == Type::F80 => {
                if !self.sysv {
                    return Err(AbiError::F80);
                }
                self.on_stack(16, 16, Passing::F80);
            }
            Purpose::StructReturn if !self.sysv && self.abi.signature.call_conv != CallConv::WindowsFastcall => {
                self.abi.unreturned = Some(self.abi.passing.len());
                self.push(AbiParam::special(types::I64, ArgumentPurpose::StructReturn), Passing::Value, Spot::Ints(0));
            }
            _ => {
                let ty = clif_type(p.ty);
                let spot = self.count(p.ty);
                let extension = match p.ext {
                    Extension::None => ArgumentExtension::None,
                    Extension::Sign => ArgumentExtension::Sext,
                    Extension::Zero => ArgumentExtension::Uext,
                };
                let extension = if ty.bits() < 64 && ty.is_int() { extension } else { ArgumentExtension::None };
                self.push(AbiParam { extension, ..AbiParam::new(ty) }, Passing::Value, spot);
            }
        }
        Ok(())
    }

    /// Counts registers and stack as Cranelift does.
    fn count(&mut self, ty: Type) -> Spot {
        let float = ty.is_vector() || matches!(ty, Type::F32 | Type::F64);
        let (registers, taken) = if float { (8, &mut self.floats) } else { (INT_REGISTERS, &mut self.ints) };
        let needed = if ty == Type::I128 { 2 } else { 1 };
        let first = *taken;
        // An i128 that finds one register left wastes it.
        *taken += needed;
        if first + needed <= registers {
            return if float { Spot::Float(first) } else { Spot::Ints(first) };
        }
        let bytes = ty.bytes().max(8);
        let at = self.abi.stack_bytes.next_multiple_of(bytes);
        self.abi.stack_bytes = at + bytes;
        self.abi.stack_align = self.abi.stack_align.max(bytes);
        Spot::Stack(at)
    }

    fn on_stack(&mut self, bytes: u32, align: u32, passing: Passing) {
        let align = align.max(8);
        let bytes = bytes.next_multiple_of(8);
        while !self.abi.stack_bytes.is_multiple_of(align) {
            self.push(
                AbiParam::special(types::I64, ArgumentPurpose::StructArgument(8)),
                Passing::Padding,
                Spot::Stack(self.abi.stack_bytes),
            );
            self.abi.stack_bytes += 8;
        }
        self.push(
            AbiParam::special(types::I64, ArgumentPurpose::StructArgument(bytes)),
            passing,
            Spot::Stack(self.abi.stack_bytes),
        );
        self.abi.stack_bytes += bytes;
        self.abi.stack_align = self.abi.stack_align.max(align);
    }

    fn results(&mut self, results: &[Type]) -> Result<(), AbiError> {
        if self.abi.unreturned.is_some() {
            return Ok(());
        }
        let (mut ints, mut floats) = (0, 0);
        for &ty in results {
            match ty {
                Type::F80 if !self.sysv => return Err(AbiError::F80),
                Type::F80 => {
                    self.abi.f80_results += 1;
                    continue;
                }
                Type::I128 => ints += 2,
                t if t.is_int() => ints += 1,
                _ => floats += 1,
            }
            self.abi.signature.returns.push(AbiParam::new(clif_type(ty)));
        }
        let (ints_max, floats_max) = match (self.sysv, self.abi.signature.call_conv) {
            (true, _) => (3, 2),
            (_, CallConv::WindowsFastcall) => (2, 1),
            _ => (8, 8),
        };
        if ints > ints_max || floats > floats_max || self.abi.f80_results > 2 {
            return Err(AbiError::Results);
        }
        Ok(())
    }

    fn hidden(&mut self) {
        self.abi.hidden = match u8::try_from(self.ints) {
            Ok(n) if n < 6 => Place::Register(n),
            _ => Place::Stack(self.abi.stack_bytes),
        };
        if self.abi.f80_results > 0 {
            self.abi.signature.params.push(AbiParam::new(types::I64));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CodeKind, Cpu, Optimise, isa};

    fn abi(params: &[Param], results: &[Type]) -> Abi {
        let isa =
            isa(&"x86_64-unknown-linux-gnu".parse().unwrap(), CodeKind::Functions, Cpu::Baseline, Optimise::Speed)
                .unwrap();
        Abi::new(params, results, &*isa).unwrap()
    }

    #[test]
    fn padding_aligns_what_is_passed_on_the_stack() {
        let byval = |bytes, align| Param { purpose: Purpose::ByVal { bytes, align }, ..Param::new(Type::Ptr) };
        let a = abi(&[byval(4, 4), byval(32, 16), Param::new(Type::F80), byval(12, 4)], &[]);
        use Passing::{Copy, F80, Padding};
        let expected = [Copy { bytes: 4 }, Padding, Copy { bytes: 32 }, F80, Copy { bytes: 12 }];
        assert_eq!(a.passing, expected);
        assert_eq!((a.stack_bytes, a.stack_align), (80, 16));
    }

    #[test]
    fn hidden_pointer_goes_behind_the_last_argument() {
        let ints = |n| vec![Param::new(Type::I64); n];
        assert_eq!(abi(&ints(2), &[Type::F80]).hidden, Place::Register(2));
        let full = abi(&ints(7), &[Type::F80, Type::F80]);
        assert_eq!((full.hidden, full.stack_bytes), (Place::Stack(8), 16));
        assert_eq!(abi(&[ints(5), vec![Param::new(Type::I128)]].concat(), &[Type::F80]).hidden, Place::Stack(16));
    }
}
