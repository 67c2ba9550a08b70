//! The operating system and C library, as far as the runtime uses them: declarations and constants, nothing more.

use core::ffi::{c_char, c_int, c_long, c_uint, c_void};

#[expect(missing_docs, reason = "POSIX names")]
mod names {
    use super::*;
    pub const PROT_NONE: c_int = 0;
    pub const PROT_READ: c_int = 1;
    pub const PROT_WRITE: c_int = 2;
    pub const MAP_SHARED: c_int = 1;
    pub const MAP_PRIVATE: c_int = 2;
    #[cfg(target_os = "linux")]
    pub const MAP_ANON_NORESERVE: c_int = 0x20 | 0x4000;
    #[cfg(target_vendor = "apple")]
    pub const MAP_ANON_NORESERVE: c_int = 0x1000 | 0x40;
    #[cfg(target_os = "linux")]
    pub const O_RDWR_CREAT_TRUNC_CLOEXEC: c_int = 0o2 | 0o100 | 0o1000 | 0o2000000;
    #[cfg(target_vendor = "apple")]
    pub const O_RDWR_CREAT_TRUNC_CLOEXEC: c_int = 0x2 | 0x200 | 0x400 | 0x1000000;
    #[cfg(target_os = "linux")]
    pub const SC_PAGESIZE: c_int = 30;
    #[cfg(target_vendor = "apple")]
    pub const SC_PAGESIZE: c_int = 29;
    pub const SIGSEGV: c_int = 11;
    pub const SS_ONSTACK: c_int = 1;

    /// `pthread_key_t`.
    #[cfg(target_os = "linux")]
    pub type Key = c_uint;
    #[cfg(target_vendor = "apple")]
    pub type Key = core::ffi::c_ulong;

    /// `stack_t`.
    #[repr(C)]
    #[cfg(target_os = "linux")]
    pub struct StackT {
        pub sp: *mut c_void,
        pub flags: c_int,
        pub size: usize,
    }
    /// `stack_t`.
    #[repr(C)]
    #[cfg(target_vendor = "apple")]
    pub struct StackT {
        pub sp: *mut c_void,
        pub size: usize,
        pub flags: c_int,
    }

    unsafe extern "C" {
        pub fn mmap(addr: *mut c_void, bytes: usize, prot: c_int, flags: c_int, fd: c_int, offset: i64) -> *mut c_void;
        pub fn munmap(addr: *mut c_void, bytes: usize) -> c_int;
        pub fn mprotect(addr: *mut c_void, bytes: usize, prot: c_int) -> c_int;
        pub fn sysconf(name: c_int) -> c_long;
        pub fn pthread_key_create(key: *mut Key, destructor: Option<unsafe extern "C" fn(*mut c_void)>) -> c_int;
        pub fn pthread_key_delete(key: Key) -> c_int;
        pub fn pthread_setspecific(key: Key, value: *const c_void) -> c_int;
        pub fn sigaltstack(new: *const StackT, old: *mut StackT) -> c_int;
        pub fn write(fd: c_int, data: *const c_void, bytes: usize) -> isize;
        pub fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int;
        pub fn ftruncate(fd: c_int, bytes: i64) -> c_int;
        pub fn close(fd: c_int) -> c_int;
        pub fn getenv(name: *const c_char) -> *const c_char;
        pub fn signal(number: c_int, handler: usize) -> usize;
        pub fn raise(number: c_int) -> c_int;
        pub fn abort() -> !;
    }
}
pub use names::*;

/// Size of a page in bytes.
pub fn page_bytes() -> usize {
    // SAFETY: takes no pointer.
    let bytes = unsafe { sysconf(SC_PAGESIZE) };
    if bytes > 0 { bytes as usize } else { 4096 }
}

/// Whether the calling code runs on a signal stack of its own.
pub fn on_signal_stack() -> bool {
    // SAFETY: `old` is a valid place for the answer.
    unsafe {
        let mut old: StackT = core::mem::zeroed();
        sigaltstack(core::ptr::null(), &mut old) == 0 && old.flags & SS_ONSTACK != 0
    }
}
