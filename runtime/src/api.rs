//! The C API: `include/rheo.h`.

use crate::backtrace::Frames;
use crate::image;
use core::ffi::{c_char, c_int};

/// `struct rheo_frame`.
#[repr(C)]
pub struct ApiFrame {
    /// Function name, not zero-terminated; null if the image has no names.
    pub name: *const c_char,
    /// Its length in bytes.
    pub name_bytes: usize,
    /// Number of the function in the image.
    pub function: u32,
    /// Bytes from the start of the function's code to the return address.
    pub offset: u32,
}

/// Gives the calling thread its VM stack now.
///
/// # Safety
/// None beyond C's.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_thread_attach() {
    // SAFETY: this thread's record.
    crate::thread::attach(unsafe { &mut *crate::machine::current() });
}

/// Frees the calling thread's VM stack. Returns 0, or -1 if the thread is inside the VM.
///
/// # Safety
/// None beyond C's.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_thread_detach() -> c_int {
    // SAFETY: this thread's record.
    let t = unsafe { &mut *crate::machine::current() };
    if !t.activation.is_null() {
        return -1;
    }
    crate::thread::detach(t);
    0
}

/// Lists the calling thread's bytecode frames, innermost first; returns how many there are, which may be more than
/// `max`.
///
/// # Safety
/// `frames` must be writable for `max` elements.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_backtrace(frames: *mut ApiFrame, max: usize) -> usize {
    let mut count = 0;
    // SAFETY: this thread's record, and by the contract.
    unsafe {
        for frame in Frames::of(crate::machine::current()) {
            if count < max {
                let mut out = ApiFrame { name: core::ptr::null(), name_bytes: 0, function: u32::MAX, offset: 0 };
                if let Some(f) = image::function_at(crate::context(), frame.pc) {
                    out.name = f.name.cast();
                    out.name_bytes = f.name_bytes;
                    out.function = f.number as u32;
                    out.offset = (frame.pc - f.start) as u32;
                }
                frames.add(count).write(out);
            }
            count += 1;
        }
    }
    count
}

/// Version of the runtime, as `"0.1.0"`.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub extern "C" fn rheo_version() -> *const c_char {
    const VERSION: &str = match option_env!("CARGO_PKG_VERSION") {
        Some(_) => concat!(env!("CARGO_PKG_VERSION"), "\0"),
        None => "unknown\0",
    };
    VERSION.as_ptr().cast()
}
