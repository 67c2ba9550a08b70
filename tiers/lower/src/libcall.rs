//! The native helpers that lowered code calls. Owns their names and signatures; the runtime (or libgcc, libm) owns
//! their code.
//!
//! All follow the platform's C convention. An `i128` or `f80` is passed and returned as two `i64`, low half first; of
//! an `f80` the low 80 bits count, and the rest of a result is zero.

use cranelift_codegen::ir::types::{F32, F64, I8X16, I32, I32X4, I64};
use cranelift_codegen::ir::{LibCall as ClifLibCall, Type};

/// A helper's name and signature.
#[derive(Debug)]
pub struct Libcall {
    /// Symbol, as C spells it.
    pub name: &'static str,
    /// Parameters.
    pub params: &'static [Type],
    /// Results: at most two `i64`, or one float or vector.
    pub results: &'static [Type],
}

macro_rules! libcalls {
    ($($(#[$doc:meta])* $name:literal($($param:expr),*) -> ($($res:expr),*);)*) => {
        /// Every helper that lowered code may call, by rising name.
        pub const LIBCALLS: &[Libcall] = &[$(
            Libcall {
                name: $name,
                params: { const P: &[Type] = &[$($param),*]; P },
                results: { const R: &[Type] = &[$($res),*]; R },
            },
        )*];
    };
}

// Who provides them: names with two underscores are libgcc's or compiler-rt's, `rheo_rt_*` the runtime's, the others
// libm's.
libcalls! {
    // Lets an exception go on; the unwinder's, and never returns.
    "_Unwind_Resume"(I64) -> ();
    "__divti3"(I64, I64, I64, I64) -> (I64, I64);
    "__fixdfti"(F64) -> (I64, I64);
    "__fixsfti"(F32) -> (I64, I64);
    "__fixunsdfti"(F64) -> (I64, I64);
    "__fixunssfti"(F32) -> (I64, I64);
    "__modti3"(I64, I64, I64, I64) -> (I64, I64);
    "__udivti3"(I64, I64, I64, I64) -> (I64, I64);
    "__umodti3"(I64, I64, I64, I64) -> (I64, I64);
    "ceil"(F64) -> (F64);
    "ceilf"(F32) -> (F32);
    "floor"(F64) -> (F64);
    "floorf"(F32) -> (F32);
    "fma"(F64, F64, F64) -> (F64);
    "fmaf"(F32, F32, F32) -> (F32);
    "nearbyint"(F64) -> (F64);
    "nearbyintf"(F32) -> (F32);
    // Dynamic stack memory of the running thread, apart from the native stack: bytes, alignment → address.
    "rheo_rt_alloca"(I64, I64) -> (I64);
    // Frees what was allocated since the mark was taken.
    "rheo_rt_alloca_restore"(I64) -> ();
    // The mark.
    "rheo_rt_alloca_save"() -> (I64);
    // Address, expected, new → old.
    "rheo_rt_atomic_cas16"(I64, I64, I64, I64, I64) -> (I64, I64);
    "rheo_rt_atomic_load16"(I64) -> (I64, I64);
    // Address, operand, index of the kind in `RmwKind::ALL` → old.
    "rheo_rt_atomic_rmw16"(I64, I64, I64, I64) -> (I64, I64);
    // Address, value.
    "rheo_rt_atomic_store16"(I64, I64, I64) -> ();
    "rheo_rt_f80_add"(I64, I64, I64, I64) -> (I64, I64);
    // Exactly one bit: 1 less, 2 equal, 4 greater, 8 unordered.
    "rheo_rt_f80_cmp"(I64, I64, I64, I64) -> (I32);
    "rheo_rt_f80_div"(I64, I64, I64, I64) -> (I64, I64);
    "rheo_rt_f80_from_f32"(F32) -> (I64, I64);
    "rheo_rt_f80_from_f64"(F64) -> (I64, I64);
    "rheo_rt_f80_from_i64"(I64) -> (I64, I64);
    "rheo_rt_f80_from_u64"(I64) -> (I64, I64);
    "rheo_rt_f80_mul"(I64, I64, I64, I64) -> (I64, I64);
    "rheo_rt_f80_sqrt"(I64, I64) -> (I64, I64);
    "rheo_rt_f80_sub"(I64, I64, I64, I64) -> (I64, I64);
    "rheo_rt_f80_to_f32"(I64, I64) -> (F32);
    "rheo_rt_f80_to_f64"(I64, I64) -> (F64);
    // Towards zero. What does not fit `to_i32` and `to_i64` gives MIN, as FISTP does.
    "rheo_rt_f80_to_i128"(I64, I64) -> (I64, I64);
    "rheo_rt_f80_to_i32"(I64, I64) -> (I32);
    "rheo_rt_f80_to_i64"(I64, I64) -> (I64);
    "rheo_rt_f80_to_u128"(I64, I64) -> (I64, I64);
    // As clang: `to_i64` below 2^63, else `to_i64` of the value less 2^63, and the top bit flipped.
    "rheo_rt_f80_to_u64"(I64, I64) -> (I64);
    // Two vectors of 32-bit lanes and the lanes of the result, a hexadecimal digit each, for machines without SSSE3.
    "rheo_rt_permute"(I32X4, I32X4, I64) -> (I32X4);
    // SSSE3's PSHUFB (bytes, indices), for machines without it.
    "rheo_rt_pshufb"(I8X16, I8X16) -> (I8X16);
    // Two vectors and a mask of indices from 0 to 31, for the same machines.
    "rheo_rt_shuffle"(I8X16, I8X16, I8X16) -> (I8X16);
    "trunc"(F64) -> (F64);
    "truncf"(F32) -> (F32);
}

/// The helper called `name`.
///
/// # Panics
/// If the table has none: names are ours.
pub fn libcall(name: &str) -> &'static Libcall {
    let i = LIBCALLS.binary_search_by(|l| l.name.cmp(name)).expect("helper in table");
    &LIBCALLS[i]
}

/// Symbol of a routine that Cranelift's code generator calls of itself.
pub fn libcall_symbol(call: ClifLibCall) -> &'static str {
    match call {
        ClifLibCall::Probestack => "__cranelift_probestack",
        ClifLibCall::CeilF32 => "ceilf",
        ClifLibCall::CeilF64 => "ceil",
        ClifLibCall::FloorF32 => "floorf",
        ClifLibCall::FloorF64 => "floor",
        ClifLibCall::TruncF32 => "truncf",
        ClifLibCall::TruncF64 => "trunc",
        ClifLibCall::NearestF32 => "nearbyintf",
        ClifLibCall::NearestF64 => "nearbyint",
        ClifLibCall::FmaF32 => "fmaf",
        ClifLibCall::FmaF64 => "fma",
        ClifLibCall::Memcpy => "memcpy",
        ClifLibCall::Memset => "memset",
        ClifLibCall::Memmove => "memmove",
        ClifLibCall::Memcmp => "memcmp",
        ClifLibCall::ElfTlsGetAddr => "__tls_get_addr",
        ClifLibCall::ElfTlsGetOffset => "__tls_get_offset",
        ClifLibCall::X86Pshufb => "rheo_rt_pshufb",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_by_name() {
        assert!(LIBCALLS.is_sorted_by(|a, b| a.name < b.name));
    }
}
