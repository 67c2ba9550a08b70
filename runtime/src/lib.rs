//! What ships in a program beside its bytecode: entries from native code, calls to it, VM stacks, backtraces, profiles,
//! exceptions, and helpers for what the code generator has no instructions for.
//!
//! `no_std` over the C library; no allocation, no formatting, no panics. Owns everything in `docs/vm.md` that is not
//! bytecode. Knows neither Cranelift nor the instruction set, so that it can ship anywhere. The shipping form is one
//! relocatable object, compiled from these sources with `--cfg rheo_ship` by the build script; the ordinary build of
//! this crate gives that object to whoever links programs ([`SHIP_OBJECT`], [`HEADER`]).
#![no_std]

#[cfg(test)]
extern crate std;

pub mod api;
pub mod ask;
pub mod backtrace;
pub mod exception;
pub mod image;
pub mod itanium;
pub mod layout;
pub mod native;
pub mod os;
pub mod profile;
pub mod report;
pub mod stacks;
pub mod start;
pub mod thread;
pub mod unwind;
pub mod wide;

#[cfg(target_arch = "x86_64")]
#[path = "x86_64/mod.rs"]
pub mod machine;
#[cfg(target_arch = "aarch64")]
#[path = "aarch64/mod.rs"]
pub mod machine;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("the runtime's machine part (entries, native calls) is written for x86-64 and AArch64");

/// The runtime as a relocatable object for the host, to be linked into programs.
#[cfg(not(rheo_ship))]
pub const SHIP_OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rheo-runtime.o"));

/// The C header of the runtime's API.
#[cfg(not(rheo_ship))]
pub const HEADER: &str = include_str!("../include/rheo.h");

unsafe extern "C" {
    /// The program object's context.
    static mut rheo_ctx: layout::Context;
}

/// The context of the image.
pub fn context() -> *mut layout::Context {
    &raw mut rheo_ctx
}

/// Ends the program: the runtime has no way to panic that a program could reach.
#[cfg(rheo_ship)]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    report::Report::new().text("rheo: broken invariant in the runtime\n").flush();
    // SAFETY: a plain C call.
    unsafe { os::abort() }
}

// Local to the program or library that the runtime is linked into: two of them in one process keep apart.
#[cfg(all(rheo_ship, target_os = "linux"))]
core::arch::global_asm!(
    ".hidden rheo_backtrace",
    ".hidden rheo_personality",
    ".hidden rheo_rt_alloca",
    ".hidden rheo_rt_alloca_overflow",
    ".hidden rheo_rt_alloca_restore",
    ".hidden rheo_rt_alloca_save",
    ".hidden rheo_rt_ask_frame",
    ".hidden rheo_rt_atomic_load16",
    ".hidden rheo_rt_atomic_rmw16",
    ".hidden rheo_rt_atomic_store16",
    ".hidden rheo_rt_call_arguments",
    ".hidden rheo_rt_call_measure",
    ".hidden rheo_rt_call_results",
    ".hidden rheo_rt_enter",
    ".hidden rheo_rt_entry_arguments",
    ".hidden rheo_rt_entry_results",
    ".hidden rheo_rt_illegal",
    ".hidden rheo_rt_land",
    ".hidden rheo_rt_start",
    ".hidden rheo_rt_stack_overflow",
    ".hidden rheo_stacks",
    ".hidden rheo_thread_attach",
    ".hidden rheo_thread_detach",
    ".hidden rheo_version",
    ".hidden rheo_ctx",
);
