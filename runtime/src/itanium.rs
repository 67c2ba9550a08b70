//! Whether a catch clause takes a thrown type: the Itanium C++ ABI's run-time type information (2.9.5), read as data.
//!
//! Calls nothing of the C++ runtime, and refers to none of its symbols, so that programs without C++ need none: what a
//! `type_info` describes is told by the name of its own class. One class only is left to say for itself what it is caught by.

use core::ffi::{CStr, c_char};

/// `std::type_info`: a vtable pointer, whose class tells what follows, and the mangled name.
#[repr(C)]
pub struct TypeInfo {
    vtable: *const *const TypeInfo,
    name: *const c_char,
}

#[repr(C)]
struct SiClass {
    head: TypeInfo,
    base: *const TypeInfo,
}

#[repr(C)]
struct VmiClass {
    head: TypeInfo,
    flags: u32,
    base_count: u32,
    bases: [Base; 0],
}

#[repr(C)]
struct Base {
    class: *const TypeInfo,
    /// Bit 0 virtual, bit 1 public; above bit 8 the offset: of the subobject, or for a virtual base of the vtable slot
    /// (relative to the address point) that holds it.
    offset_flags: isize,
}
const VIRTUAL: isize = 1;
const PUBLIC: isize = 2;

/// Also the head of `__pointer_to_member_type_info`, where the class follows.
#[repr(C)]
struct Pointer {
    head: TypeInfo,
    flags: u32,
    pointee: *const TypeInfo,
}

#[repr(C)]
struct MemberPointer {
    head: Pointer,
    class: *const TypeInfo,
}
const CONST: u32 = 1;
const TRANSACTION_SAFE: u32 = 0x20;
const NOEXCEPT: u32 = 0x40;
const FUNCTION_QUALIFIERS: u32 = TRANSACTION_SAFE | NOEXCEPT;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Class,
    SiClass,
    VmiClass,
    Pointer,
    MemberPointer,
    Function,
    /// Fundamental, array, enum: equal or not, nothing more.
    Other,
}

/// libstdc++'s, for what streams throw: caught as `ios_base::failure` of either of its string ABIs, though it derives from
/// one only (libstdc++-v3/src/c++11/cxx11-ios_failure.cc).
const STREAM_FAILURE: &[u8] = b"St19__iosfail_type_info";
/// libstdc++'s `type_info::__do_catch`: the type caught, the type thrown, the object, 1 for the outermost level.
type DoCatch = unsafe extern "C" fn(*const TypeInfo, *const TypeInfo, *mut *mut u8, u32) -> bool;
/// Its slot in the vtable, behind two destructors, `__is_pointer_p` and `__is_function_p`.
const DO_CATCH_SLOT: usize = 4;

const NULLPTR: &[u8] = b"Dn";
const VOID: &[u8] = b"v";

/// # Safety
/// `t` must be a `type_info`.
unsafe fn kind(t: *const TypeInfo) -> Kind {
    // SAFETY: by the contract; a vtable's slot before its address point is the `type_info` of its class.
    unsafe {
        match name(*(*t).vtable.sub(1)) {
            b"N10__cxxabiv117__class_type_infoE" => Kind::Class,
            b"N10__cxxabiv120__si_class_type_infoE" => Kind::SiClass,
            b"N10__cxxabiv121__vmi_class_type_infoE" => Kind::VmiClass,
            b"N10__cxxabiv119__pointer_type_infoE" => Kind::Pointer,
            b"N10__cxxabiv129__pointer_to_member_type_infoE" => Kind::MemberPointer,
            b"N10__cxxabiv120__function_type_infoE" => Kind::Function,
            _ => Kind::Other,
        }
    }
}

/// The mangled name.
///
/// # Safety
/// `t` must be a `type_info`.
pub unsafe fn name<'a>(t: *const TypeInfo) -> &'a [u8] {
    // SAFETY: by the contract.
    unsafe {
        let name = (*t).name;
        CStr::from_ptr(if *name == b'*' as c_char { name.add(1) } else { name }).to_bytes()
    }
}

/// Names that start with `*` (internal linkage) are unique by address, others by text.
///
/// # Safety
/// Both must be `type_info`s.
unsafe fn same(a: *const TypeInfo, b: *const TypeInfo) -> bool {
    // SAFETY: by the contract.
    unsafe {
        let local = |t: *const TypeInfo| *(*t).name == b'*' as c_char;
        core::ptr::eq(a, b) || core::ptr::eq((*a).name, (*b).name) || (!local(a) && !local(b) && name(a) == name(b))
    }
}

/// Whether `catch (T)`, where `catch` is the `type_info` of T without reference and top-level qualifiers, takes an exception
/// of type `thrown` at `object`. Gives what `__cxa_begin_catch` is to return: the address of the T subobject, or for
/// pointers the converted pointer itself.
///
/// # Safety
/// Both must be `type_info`s of this process, `object` of type `thrown`.
pub unsafe fn catches(catch: *const TypeInfo, thrown: *const TypeInfo, object: *mut u8) -> Option<*mut u8> {
    // SAFETY: by the contract; all types in a process with libstdc++'s are libstdc++'s, whose vtables have that slot.
    unsafe {
        let mut at = match kind(thrown) {
            Kind::Pointer => *object.cast::<*mut u8>(),
            _ => object,
        };
        if name(*(*thrown).vtable.sub(1)) == STREAM_FAILURE {
            let do_catch: DoCatch = core::mem::transmute(*(*catch).vtable.add(DO_CATCH_SLOT));
            return do_catch(catch, thrown, &mut at, 1).then_some(at);
        }
        convert(catch, thrown, &mut at, true, 0).then_some(at)
    }
}

/// [except.handle]/3. `depth` counts pointer levels passed; `const_so_far` says that every outer level of the catch type is
/// const, which a qualification conversion further in needs.
///
/// # Safety
/// As for [`catches`].
unsafe fn convert(
    catch: *const TypeInfo,
    thrown: *const TypeInfo,
    at: &mut *mut u8,
    const_so_far: bool,
    depth: u32,
) -> bool {
    // SAFETY: by the contract; what follows the head is what the kind says.
    unsafe {
        if same(catch, thrown) {
            return true;
        }
        match kind(catch) {
            Kind::Class | Kind::SiClass | Kind::VmiClass => depth <= 1 && upcast(catch, thrown, at),
            k @ (Kind::Pointer | Kind::MemberPointer) => {
                if name(thrown) == NULLPTR {
                    // A null of the caught type.
                    static NULL_MEMBER: [isize; 2] = [0, 0];
                    static NULL_DATA_MEMBER: isize = -1;
                    *at = match k {
                        Kind::Pointer => core::ptr::null_mut(),
                        _ if kind((*catch.cast::<Pointer>()).pointee) == Kind::Function => {
                            (&raw const NULL_MEMBER).cast_mut().cast()
                        }
                        _ => (&raw const NULL_DATA_MEMBER).cast_mut().cast(),
                    };
                    return true;
                }
                if k != kind(thrown) || !const_so_far {
                    return false;
                }
                let (c, t) = (&*catch.cast::<Pointer>(), &*thrown.cast::<Pointer>());
                // `noexcept` may be dropped, not gained; const and volatile may be gained, not dropped.
                let dropped = t.flags & FUNCTION_QUALIFIERS & !c.flags;
                if c.flags & FUNCTION_QUALIFIERS & !t.flags != 0 || t.flags & !dropped & !c.flags != 0 {
                    return false;
                }
                if k == Kind::MemberPointer {
                    let class = |p: *const TypeInfo| (*p.cast::<MemberPointer>()).class;
                    if !same(class(catch), class(thrown)) {
                        return false;
                    }
                }
                if k == Kind::Pointer && depth == 0 && name(c.pointee) == VOID {
                    return kind(t.pointee) != Kind::Function;
                }
                convert(c.pointee, t.pointee, at, const_so_far && c.flags & CONST != 0, depth + 1)
            }
            Kind::Function | Kind::Other => false,
        }
    }
}

/// Where in the complete object a base is; virtual bases are there once.
#[derive(Clone, Copy)]
struct Place {
    virtual_base: *const TypeInfo,
    offset: isize,
}

struct Found {
    place: Place,
    public: bool,
    at: *mut u8,
}

/// To an unambiguous public base.
///
/// # Safety
/// As for [`catches`].
unsafe fn upcast(to: *const TypeInfo, from: *const TypeInfo, at: &mut *mut u8) -> bool {
    let mut found = None;
    let start = Place { virtual_base: core::ptr::null(), offset: 0 };
    // SAFETY: by the contract.
    let unambiguous = unsafe { walk(to, from, start, true, *at, &mut found) };
    match found {
        Some(f) if unambiguous && f.public => {
            *at = f.at;
            true
        }
        _ => false,
    }
}

/// Looks for `to` among the bases of `class`; whether it was found at one place at most.
///
/// # Safety
/// As for [`catches`]; `at` is a `class`, or null.
unsafe fn walk(
    to: *const TypeInfo,
    class: *const TypeInfo,
    place: Place,
    public: bool,
    at: *mut u8,
    found: &mut Option<Found>,
) -> bool {
    // SAFETY: by the contract; the bases lie where the layout says.
    unsafe {
        if same(to, class) {
            return match found {
                None => {
                    *found = Some(Found { place, public, at });
                    true
                }
                Some(f) if f.place.same(place) => {
                    f.public |= public;
                    true
                }
                Some(_) => false,
            };
        }
        match kind(class) {
            Kind::SiClass => walk(to, (*class.cast::<SiClass>()).base, place, public, at, found),
            Kind::VmiClass => {
                let vmi = class.cast::<VmiClass>();
                let bases = (&raw const (*vmi).bases).cast::<Base>();
                (0..(*vmi).base_count as usize).all(|i| {
                    let base = &*bases.add(i);
                    let offset = base.offset_flags >> 8;
                    let public = public && base.offset_flags & PUBLIC != 0;
                    let (place, step) = if base.offset_flags & VIRTUAL == 0 {
                        (Place { offset: place.offset + offset, ..place }, offset)
                    } else {
                        let vtable = if at.is_null() { core::ptr::null() } else { *at.cast::<*const u8>() };
                        let step = if at.is_null() { 0 } else { *vtable.offset(offset).cast::<isize>() };
                        (Place { virtual_base: base.class, offset: 0 }, step)
                    };
                    // A null pointer stays null.
                    let at = if at.is_null() { at } else { at.offset(step) };
                    walk(to, base.class, place, public, at, found)
                })
            }
            _ => true,
        }
    }
}

impl Place {
    /// # Safety
    /// Both virtual bases must be `type_info`s, or null.
    unsafe fn same(self, other: Place) -> bool {
        let base = match (self.virtual_base.is_null(), other.virtual_base.is_null()) {
            (true, true) => true,
            // SAFETY: by the contract.
            (false, false) => unsafe { same(self.virtual_base, other.virtual_base) },
            _ => false,
        };
        base && self.offset == other.offset
    }
}
