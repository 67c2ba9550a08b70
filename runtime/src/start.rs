//! What runs before the program: the image is checked against the VM it was linked with, and a profile started.

use crate::image::Image;
use crate::os;
use crate::profile;
use crate::report::Report;

unsafe extern "C" {
    /// The VM's instruction set.
    static rheo_vm_fingerprint: u64;
}

/// Has the loader call [`rheo_rt_start`] before constructors of the default priority.
#[cfg(rheo_ship)]
#[used]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array.00099"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
static START: unsafe extern "C" fn() = rheo_rt_start;

/// Stops a program whose parts do not belong together.
///
/// # Safety
/// Before any bytecode runs.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_start() {
    // SAFETY: the context and the fingerprint are the program's.
    unsafe {
        match Image::of(crate::context()) {
            Some(image) if image.fingerprint() == rheo_vm_fingerprint => profile::start(image),
            Some(_) => stop("the bytecode was made for another VM than the one it is linked with"),
            None => stop("the bytecode is no image that this runtime can read"),
        }
    }
}

fn stop(why: &str) -> ! {
    Report::new().text("rheo: ").text(why).text("\n").flush();
    // SAFETY: a plain C call.
    unsafe { os::abort() }
}
