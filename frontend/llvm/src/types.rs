//! How LLVM types become Rheo values: leaves of aggregates, chunks of vectors, containers of odd integers.
//!
//! Owns sizes and shapes. Emits nothing.
//!
//! | LLVM | Rheo |
//! |---|---|
//! | `iN`, N ≤ 128 | the next container, upper bits undefined; `i1` is an `i8` that is 0 or 1 |
//! | `iN`, N > 128 | 64-bit limbs, lowest first, bits above N undefined |
//! | `half`, `bfloat` | `i16` |
//! | `fp128` | `i64x2` |
//! | `x86_mmx` | `i64` |
//! | struct, array | the leaves of its fields, one after the other |
//! | `<N x T>`, T of at most 64 bits | 128-bit chunks of T's container, the last one padded |
//! | `<N x T>`, T wider | the leaves of N times T |

use crate::llvm;
use llvm_sys::LLVMTypeKind;
use llvm_sys::prelude::LLVMTypeRef;
use llvm_sys::target::LLVMTargetDataRef;
use rheo_ir::Type;
use smallvec::SmallVec;

/// The Rheo types, or values, that one LLVM value stands for.
pub(crate) type Leaves<T> = SmallVec<[T; 2]>;

/// First-class aggregates of more leaves than this are refused: memory, not SSA, is the place for them.
const LEAVES_MAX: usize = 4096;

/// Type questions that depend on the module's data layout. The error of all of them says what is unsupported.
#[derive(Clone, Copy)]
pub(crate) struct Types {
    pub(crate) layout: LLVMTargetDataRef,
}

impl Types {
    /// Leaf types of a value.
    pub(crate) fn leaves(self, ty: LLVMTypeRef) -> Result<Leaves<Type>, String> {
        let mut out = Leaves::new();
        self.collect(ty, Type::I16, &mut out)?;
        Ok(out)
    }

    /// Leaf types as they stand in signatures: 16-bit floats travel in the low bits of an `f32`.
    pub(crate) fn abi_leaves(self, ty: LLVMTypeRef) -> Result<Leaves<Type>, String> {
        let mut out = Leaves::new();
        self.collect(ty, Type::F32, &mut out)?;
        Ok(out)
    }

    fn collect(self, ty: LLVMTypeRef, half: Type, out: &mut Leaves<Type>) -> Result<(), String> {
        if out.len() > LEAVES_MAX {
            return Err(format!("aggregate of more than {LEAVES_MAX} leaves as one value"));
        }
        match llvm::type_kind(ty) {
            LLVMTypeKind::LLVMVoidTypeKind => {}
            LLVMTypeKind::LLVMIntegerTypeKind => match llvm::int_width(ty) {
                width @ ..=128 => out.push(container(width)),
                width => out.extend((0..width.div_ceil(64)).map(|_| Type::I64)),
            },
            LLVMTypeKind::LLVMPointerTypeKind => match llvm::address_space(ty) {
                0 => out.push(Type::Ptr),
                space => return Err(format!("pointer into address space {space}")),
            },
            LLVMTypeKind::LLVMHalfTypeKind | LLVMTypeKind::LLVMBFloatTypeKind => out.push(half),
            LLVMTypeKind::LLVMFloatTypeKind => out.push(Type::F32),
            LLVMTypeKind::LLVMDoubleTypeKind => out.push(Type::F64),
            LLVMTypeKind::LLVMX86_FP80TypeKind => out.push(Type::F80),
            LLVMTypeKind::LLVMFP128TypeKind => out.push(Type::I64x2),
            LLVMTypeKind::LLVMX86_MMXTypeKind => out.push(Type::I64),
            LLVMTypeKind::LLVMStructTypeKind => {
                if llvm::is_opaque_struct(ty) {
                    return Err(format!("value of opaque type {}", llvm::print_type(ty)));
                }
                for i in 0..llvm::struct_field_count(ty) {
                    self.collect(llvm::struct_field(ty, i), half, out)?;
                }
            }
            LLVMTypeKind::LLVMArrayTypeKind => {
                let mut element = Leaves::new();
                self.collect(llvm::element_type(ty), half, &mut element)?;
                let length = llvm::array_length(ty);
                if length.saturating_mul(element.len() as u64) > LEAVES_MAX as u64 {
                    return Err(format!("aggregate of more than {LEAVES_MAX} leaves as one value"));
                }
                for _ in 0..length {
                    out.extend_from_slice(&element);
                }
            }
            LLVMTypeKind::LLVMVectorTypeKind => {
                let (element, length) = (llvm::element_type(ty), llvm::vector_length(ty));
                match lane(element) {
                    Some(lane) => {
                        let chunk = Type::vector_of(lane).expect("every lane type has a vector");
                        let chunks = length.div_ceil(chunk.lanes());
                        out.extend((0..chunks).map(|_| chunk));
                    }
                    None => {
                        let leaves = self.leaves(element)?;
                        (0..length).for_each(|_| out.extend_from_slice(&leaves));
                    }
                }
            }
            _ => return Err(format!("value of type {}", llvm::print_type(ty))),
        }
        Ok(())
    }

    /// Number of leaves of a value.
    pub(crate) fn leaf_count(self, ty: LLVMTypeRef) -> Result<usize, String> {
        Ok(self.leaves(ty)?.len())
    }

    /// Where the leaves of a part of an aggregate start among the whole's, and the part's type.
    pub(crate) fn part(self, whole: LLVMTypeRef, path: &[u32]) -> Result<(usize, LLVMTypeRef), String> {
        let (mut start, mut ty) = (0, whole);
        for &i in path {
            if llvm::type_kind(ty) == LLVMTypeKind::LLVMStructTypeKind {
                for before in 0..i {
                    start += self.leaf_count(llvm::struct_field(ty, before))?;
                }
                ty = llvm::struct_field(ty, i);
            } else {
                ty = llvm::element_type(ty);
                start += i as usize * self.leaf_count(ty)?;
            }
        }
        Ok((start, ty))
    }

    /// Fields of a struct or elements of an array, with their byte offsets.
    pub(crate) fn fields(self, ty: LLVMTypeRef) -> Vec<(u64, LLVMTypeRef)> {
        if llvm::type_kind(ty) == LLVMTypeKind::LLVMStructTypeKind {
            let field = |i| (llvm::field_offset(self.layout, ty, i), llvm::struct_field(ty, i));
            return (0..llvm::struct_field_count(ty)).map(field).collect();
        }
        let element = llvm::element_type(ty);
        let stride = llvm::alloc_size(self.layout, element);
        (0..llvm::array_length(ty)).map(|i| (i * stride, element)).collect()
    }
}

/// The container of an integer of at most 128 bits.
pub(crate) fn container(width: u32) -> Type {
    match width {
        0..=8 => Type::I8,
        9..=16 => Type::I16,
        17..=32 => Type::I32,
        33..=64 => Type::I64,
        _ => Type::I128,
    }
}

/// The lane that a vector element of this type takes; `None` if it fits no lane, so that each element is a value.
pub(crate) fn lane(element: LLVMTypeRef) -> Option<Type> {
    match llvm::type_kind(element) {
        LLVMTypeKind::LLVMIntegerTypeKind => {
            let width = llvm::int_width(element);
            (width <= 64).then(|| container(width))
        }
        LLVMTypeKind::LLVMPointerTypeKind if llvm::address_space(element) == 0 => Some(Type::I64),
        LLVMTypeKind::LLVMHalfTypeKind | LLVMTypeKind::LLVMBFloatTypeKind => Some(Type::I16),
        LLVMTypeKind::LLVMFloatTypeKind => Some(Type::F32),
        LLVMTypeKind::LLVMDoubleTypeKind => Some(Type::F64),
        _ => None,
    }
}

/// Whether this is a vector type of fixed length.
pub(crate) fn is_vector(ty: LLVMTypeRef) -> bool {
    llvm::type_kind(ty) == LLVMTypeKind::LLVMVectorTypeKind
}

/// Whether this is a struct or an array.
pub(crate) fn is_aggregate(ty: LLVMTypeRef) -> bool {
    matches!(llvm::type_kind(ty), LLVMTypeKind::LLVMStructTypeKind | LLVMTypeKind::LLVMArrayTypeKind)
}

/// Width of an integer type; `None` for others.
pub(crate) fn int_width(ty: LLVMTypeRef) -> Option<u32> {
    (llvm::type_kind(ty) == LLVMTypeKind::LLVMIntegerTypeKind).then(|| llvm::int_width(ty))
}
