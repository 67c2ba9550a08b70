//! The C API: `include/rheo.h`.

use crate::backtrace::Frames;
use crate::image::Image;
use crate::stacks::Visit;
use core::ffi::{c_char, c_int, c_void};

/// `struct rheo_frame`.
#[repr(C)]
pub struct ApiFrame {
    /// Function name, not zero-terminated; null if the image has no names.
    pub name: *const c_char,
    /// Its length in bytes.
    pub name_bytes: usize,
    /// Source file, not zero-terminated; null if unknown.
    pub file: *const c_char,
    /// Its length in bytes.
    pub file_bytes: usize,
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Column, from 1; 0 if unknown.
    pub column: u32,
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

/// Calls `visit` with `data` for each range of memory where bytecode of any thread keeps values.
///
/// # Safety
/// All threads but the calling one must be stopped, or have no VM stack to lose or get meanwhile.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_stacks(visit: Visit, data: *mut c_void) {
    // SAFETY: by the contract.
    unsafe { crate::stacks::visit_all(visit, data) }
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
        let image = Image::of(crate::context());
        for frame in Frames::of(crate::machine::current()) {
            if count < max {
                let mut out: ApiFrame = core::mem::zeroed();
                out.function = u32::MAX;
                if let Some((image, f)) = image.and_then(|image| Some((image, image.function_at(frame.pc)?))) {
                    (out.name, out.name_bytes) = (f.name.start.cast(), f.name.bytes);
                    (out.function, out.offset) = (f.number as u32, (frame.pc - f.start) as u32);
                    if let Some(at) = image.position(&f, frame.pc) {
                        (out.file, out.file_bytes) = (at.file.start.cast(), at.file.bytes);
                        (out.line, out.column) = (at.line as u32, at.column as u32);
                    }
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
