//! What runs before the program: the image is checked against the VM it was linked with, and a profile started.

use crate::image::Image;
use crate::os;
use crate::profile;
use crate::report::Report;

// Weak: a program without bytecode has no VM.
#[cfg(all(any(rheo_ship, test), target_os = "linux"))]
core::arch::global_asm!(
    ".weak rheo_vm_fingerprint",
    ".hidden rheo_vm_fingerprint",
    ".section .data.rel.ro.rheo_fingerprint,\"aw\",@progbits",
    ".p2align 3",
    ".hidden rheo_rt_fingerprint",
    ".globl rheo_rt_fingerprint",
    ".type rheo_rt_fingerprint, @object",
    ".size rheo_rt_fingerprint, 8",
    "rheo_rt_fingerprint: .quad rheo_vm_fingerprint",
);

unsafe extern "C" {
    /// Where the VM says what its instruction set is, or null.
    static rheo_rt_fingerprint: *const u64;
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
        if (*crate::context()).image.is_null() {
            return;
        }
        match Image::of(crate::context()) {
            Some(image) if rheo_rt_fingerprint.as_ref() == Some(&image.fingerprint()) => profile::start(image),
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
