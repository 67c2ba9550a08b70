//! The machine that code is laid down for: Cranelift's settings, and the few facts that change what an op lowers to.
//!
//! Owns every Cranelift setting in the project. What a platform permits is `rheo-targets`'.

use cranelift_codegen::isa::{self, OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable, SetError};
use target_lexicon::{Architecture, BinaryFormat, Triple};

/// Instruction set family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arch {
    /// x86-64.
    X64,
    /// AArch64.
    Aarch64,
}

/// What the code may assume of the processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cpu {
    /// What every processor of the architecture has: SSE2, or ARMv8.0.
    #[default]
    Baseline,
    /// x86-64-v2: up to SSE4.2, POPCNT, CMPXCHG16B. AArch64: ARMv8.1's atomics (LSE).
    V2,
    /// x86-64-v3: up to AVX2, FMA, BMI1, BMI2, LZCNT. AArch64: as `V2`.
    V3,
}

/// How hard the code generator tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Optimise {
    /// Not at all: shortest compile time.
    None,
    /// For speed.
    #[default]
    Speed,
    /// For speed, and size where that costs little.
    Size,
    /// Not any more: the code has been optimised.
    Done,
}

/// No code generator for the target.
#[derive(Debug, thiserror::Error)]
pub enum IsaError {
    /// The code generator lacks the architecture.
    #[error("no code generator for target {triple}: {reason}")]
    Unsupported {
        /// The target.
        triple: String,
        /// What the code generator says.
        reason: String,
    },
}

/// What code is to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// Functions of the platform's convention, with unwind tables.
    Functions,
    /// Handlers, which leave by tail calls and have no unwind tables.
    Handlers,
    /// Regions of functions, which leave by tail calls and have unwind tables.
    Blocks,
}

/// The code generator for a target.
pub fn isa(triple: &Triple, kind: CodeKind, cpu: Cpu, optimise: Optimise) -> Result<OwnedTargetIsa, IsaError> {
    let unsupported = |reason: String| IsaError::Unsupported { triple: triple.to_string(), reason };
    let x64 = match triple.architecture {
        Architecture::X86_64 => true,
        Architecture::Aarch64(_) => false,
        other => return Err(unsupported(format!("architecture {other}"))),
    };
    let windows = triple.binary_format == BinaryFormat::Coff;
    let flags = [
        (
            "opt_level",
            match optimise {
                Optimise::None | Optimise::Done => "none",
                Optimise::Speed => "speed",
                Optimise::Size => "speed_and_size",
            },
        ),
        ("is_pic", "true"),
        // Where blocks begin: without it no code with jump tables could be read again.
        ("machine_code_cfg_info", if x64 && kind != CodeKind::Handlers { "true" } else { "false" }),
        ("unwind_info", if kind == CodeKind::Handlers { "false" } else { "true" }),
        // x64 asserts it of functions that make tail calls, and reading the return address needs it.
        (
            "preserve_frame_pointers",
            match kind {
                CodeKind::Handlers | CodeKind::Blocks if x64 => "true",
                CodeKind::Functions if optimise == Optimise::None => "true",
                _ => "false",
            },
        ),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
        // Two registers for an i128, three for integer results, as LLVM has it.
        ("enable_llvm_abi_extensions", "true"),
        // Only Windows commits stack page by page.
        ("enable_probestack", if windows && kind == CodeKind::Functions { "true" } else { "false" }),
        ("probestack_strategy", "inline"),
        (
            "tls_model",
            match triple.binary_format {
                BinaryFormat::Macho => "macho",
                BinaryFormat::Coff => "coff",
                _ => "elf_gd",
            },
        ),
    ];
    let cpu_flags: &[&str] = match (x64, cpu) {
        (_, Cpu::Baseline) => &[],
        (true, Cpu::V2) => &["x86-64-v2"],
        (true, Cpu::V3) => &["x86-64-v3", "has_avx"],
        (false, _) => &["has_lse"],
    };
    let broken = |e: SetError| unsupported(e.to_string());
    let mut shared = settings::builder();
    for (name, value) in flags {
        shared.set(name, value).map_err(broken)?;
    }
    let mut builder = isa::lookup(triple.clone()).map_err(|e| unsupported(e.to_string()))?;
    for flag in cpu_flags {
        builder.enable(flag).map_err(broken)?;
    }
    builder.finish(settings::Flags::new(shared)).map_err(|e| unsupported(e.to_string()))
}

/// Facts of the machine that change what an op lowers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machine {
    /// Instruction set family.
    pub arch: Arch,
    /// Rounding to an integer is an instruction.
    pub round: bool,
    /// Fused multiply-add is an instruction.
    pub fma: bool,
    /// 16-byte compare and exchange is an instruction.
    pub cas16: bool,
    /// Shuffling bytes at will is an instruction.
    pub ssse3: bool,
    /// Saturating `i32` to unsigned `i16`, and 64-bit lane compares, are instructions (SSE4.1 and 4.2).
    pub sse42: bool,
}

impl Machine {
    /// The facts of `isa`.
    pub fn of(isa: &dyn TargetIsa) -> Machine {
        let flags = isa.isa_flags();
        let has = |name: &str| flags.iter().any(|f| f.name == name && f.as_bool() == Some(true));
        match isa.triple().architecture {
            Architecture::Aarch64(_) => {
                Machine { arch: Arch::Aarch64, round: true, fma: true, cas16: false, ssse3: true, sse42: true }
            }
            _ => Machine {
                arch: Arch::X64,
                round: has("has_sse41"),
                fma: has("has_fma") && has("has_avx"),
                cas16: has("has_cmpxchg16b"),
                ssse3: has("has_ssse3"),
                sse42: has("has_sse42"),
            },
        }
    }
}
