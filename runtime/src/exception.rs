//! The header in front of a thrown C++ object, and whether a clause takes it.
//!
//! From `_Unwind_Exception` downwards the 64-bit layouts of libstdc++ and libc++abi agree as far as they are used here:
//!
//! ```text
//!  -88 libc++abi: reference count; of a dependent exception: the primary one
//!  -80 type; libstdc++, of a dependent exception: the primary one
//!  -72 destructor    -64 unexpected handler   -56 terminate handler  -48 next exception
//!  -40 i32 handler count       -36 i32 selector
//!  -32 action record           -24 language-specific data
//!  -16 base of the type table   -8 adjusted pointer
//!    0 _Unwind_Exception: class, clean-up, two private words; 32 bytes
//!      the thrown object
//! ```

use crate::itanium::{self, TypeInfo};

/// The unwinder's part of an exception.
#[repr(C, align(16))]
pub struct UnwindException {
    class: u64,
    cleanup: usize,
    /// Not zero during forced unwinding.
    private_1: usize,
    private_2: usize,
}

const GNU: u64 = u64::from_be_bytes(*b"GNUCC++\0");
const GNU_DEPENDENT: u64 = u64::from_be_bytes(*b"GNUCC++\x01");
const LLVM: u64 = u64::from_be_bytes(*b"CLNGC++\0");
const LLVM_DEPENDENT: u64 = u64::from_be_bytes(*b"CLNGC++\x01");

/// Offsets from the `_Unwind_Exception`.
const PRIMARY_OF_LLVM: isize = -88;
const TYPE: isize = -80;
const ADJUSTED: isize = -8;
const OBJECT: isize = size_of::<UnwindException>() as isize;

/// What is thrown, as far as a clause can see.
#[derive(Clone, Copy)]
pub enum Thrown {
    /// A C++ object.
    Cxx {
        /// Its header.
        exception: *mut UnwindException,
        /// Its type.
        class: *const TypeInfo,
        /// Itself.
        object: *mut u8,
    },
    /// Another language's.
    Foreign,
    /// `pthread_exit` or cancellation: a handler must let it go on.
    Forced,
}

/// Types that stand for what is no C++ exception (libstdc++'s cxxabi.h).
const FOREIGN_NAME: &[u8] = b"N10__cxxabiv119__foreign_exceptionE";
const FORCED_NAME: &[u8] = b"N10__cxxabiv115__forced_unwindE";

impl UnwindException {
    /// Whose it is.
    pub fn class(&self) -> u64 {
        self.class
    }

    /// Whether it is no exception, but a thread's end on its way.
    pub fn is_forced(&self) -> bool {
        self.private_1 != 0
    }
}

impl Thrown {
    /// # Safety
    /// `exception` must be in flight.
    pub unsafe fn of(exception: *mut UnwindException) -> Thrown {
        // SAFETY: by the contract, and by the layouts above.
        unsafe {
            let header = exception.cast::<u8>();
            let word = |p: *mut u8, at: isize| *p.offset(at).cast::<*mut u8>();
            match (*exception).class {
                _ if (*exception).is_forced() => Thrown::Forced,
                GNU | LLVM => {
                    Thrown::Cxx { exception, class: word(header, TYPE).cast(), object: header.offset(OBJECT) }
                }
                GNU_DEPENDENT => {
                    // A header of its own; the object is the primary's.
                    let object = word(header, TYPE);
                    Thrown::Cxx { exception, class: word(object, TYPE - OBJECT).cast(), object }
                }
                LLVM_DEPENDENT => {
                    Thrown::Cxx { exception, class: word(header, TYPE).cast(), object: word(header, PRIMARY_OF_LLVM) }
                }
                _ => Thrown::Foreign,
            }
        }
    }

    /// Whether a `catch` of any type takes it; with the pointer for [`Thrown::set_caught`].
    pub fn any(self) -> *mut u8 {
        match self {
            Thrown::Cxx { object, .. } => object,
            Thrown::Foreign | Thrown::Forced => core::ptr::null_mut(),
        }
    }

    /// Whether a `catch` of this type takes it; with the pointer for [`Thrown::set_caught`].
    ///
    /// # Safety
    /// `ty` must be a `type_info`.
    pub unsafe fn caught_by(self, ty: *const TypeInfo) -> Option<*mut u8> {
        // SAFETY: by the contract.
        unsafe {
            let named = |name| (itanium::name(ty) == name).then_some(core::ptr::null_mut());
            match self {
                Thrown::Cxx { class, object, .. } => itanium::catches(ty, class, object),
                Thrown::Foreign => named(FOREIGN_NAME),
                Thrown::Forced => named(FORCED_NAME),
            }
        }
    }

    /// Leaves for `__cxa_begin_catch` what it is to return.
    ///
    /// # Safety
    /// The exception must be in flight.
    pub unsafe fn set_caught(self, adjusted: *mut u8) {
        if let Thrown::Cxx { exception, .. } = self {
            // SAFETY: by the contract, and by the layout above.
            unsafe { *exception.cast::<u8>().offset(ADJUSTED).cast::<*mut u8>() = adjusted };
        }
    }
}
