//! What happens when an exception reaches an activation's native frame: for now, a clear end.

use crate::os;
use crate::report::Report;
use core::ffi::{c_int, c_void};

const FORCE_UNWIND: c_int = 8;
const CONTINUE_UNWIND: c_int = 8;

/// Personality routine (Itanium C++ ABI, level I) of the entries' frames. Thread cancellation and `pthread_exit` pass;
/// a real exception stops the program, since no bytecode function could run its clean-ups or catch it.
///
/// # Safety
/// To be called by the unwinder.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_personality(
    _version: c_int,
    actions: c_int,
    _class: u64,
    _exception: *mut c_void,
    _context: *mut c_void,
) -> c_int {
    if actions & FORCE_UNWIND != 0 {
        return CONTINUE_UNWIND;
    }
    // SAFETY: this thread's record.
    unsafe {
        let mut report = Report::new();
        report.text("rheo: exceptions through bytecode are not supported yet; thrown below\n");
        crate::backtrace::print(&mut report, crate::machine::current());
        os::abort()
    }
}
