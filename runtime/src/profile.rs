//! Counting executions: with `RHEO_PROFILE=FILE` every instruction executed is counted, by its code offset.
//!
//! The file is mapped and counted into directly, so that it is whole however the program ends. Its layout is
//! `rheo-profiles`' (`counts.rs`): magic, version, code bytes, build id, a reserved word, then 32-bit counts. Pages of code
//! that never runs stay holes.

use crate::context;
use crate::image::Image;
use crate::layout::{Context, DIALECTS_MAX};
use crate::os;
use crate::report::Report;
use core::ffi::c_void;

const MAGIC: u64 = u64::from_le_bytes(*b"RHEOPROF");
const VERSION: u32 = 1;
/// What stands in front of the counts.
#[repr(C)]
struct Header {
    magic: u64,
    version: u32,
    code_bytes: u32,
    build: u64,
    reserved: u64,
}

/// The plain dispatch tables of the dialects while counting.
static mut PLAIN_OPS: [[usize; 256]; DIALECTS_MAX] = [[0; 256]; DIALECTS_MAX];

#[cfg(any(rheo_ship, test))]
unsafe extern "C" {
    fn rheo_rt_count();
}

/// Starts counting if the environment asks for it. Its counts are of `image`.
///
/// # Safety
/// No other thread may run bytecode yet.
pub unsafe fn start(image: Image) {
    // SAFETY: the name is zero-terminated; the counters are as long as the code, and the contexts are made writable
    // before their tables are exchanged.
    unsafe {
        let path = os::getenv(c"RHEO_PROFILE".as_ptr());
        if path.is_null() || *path == 0 {
            return;
        }
        let contexts = || (*context()).dialects.into_iter().filter(|ctx| !ctx.is_null());
        let code_bytes = image.code_bytes();
        let file_bytes = size_of::<Header>() + 4 * code_bytes;
        let fd = os::open(path, os::O_RDWR_CREAT_TRUNC_CLOEXEC, 0o666);
        let mut map = usize::MAX as *mut c_void;
        if fd >= 0 {
            if os::ftruncate(fd, file_bytes as i64) == 0 {
                let access = os::PROT_READ | os::PROT_WRITE;
                map = os::mmap(core::ptr::null_mut(), file_bytes, access, os::MAP_SHARED, fd, 0);
            }
            os::close(fd);
        }
        if map.addr() == usize::MAX || !contexts().all(|ctx| make_writable(ctx)) {
            Report::new().text("rheo: cannot write the profile ").c_text(path).text("\n").flush();
            return;
        }
        let header = Header {
            magic: MAGIC,
            version: VERSION,
            code_bytes: code_bytes as u32,
            build: image.build_id(),
            reserved: 0,
        };
        map.cast::<Header>().write(header);
        let counts = map.wrapping_byte_add(size_of::<Header>()).cast();
        for (i, ctx) in contexts().enumerate() {
            count(&mut *ctx, (&raw mut PLAIN_OPS).cast::<[usize; 256]>().add(i), counts);
        }
    }
}

/// Exchanges the dispatch table of a context for one that counts; `plain` keeps it.
///
/// # Safety
/// Both must be writable, and `plain` the context's alone.
unsafe fn count(ctx: &mut Context, plain: *mut [usize; 256], counts: *mut u32) {
    // SAFETY: by the contract.
    unsafe { plain.write(ctx.ops) };
    #[cfg(any(rheo_ship, test))]
    ctx.ops.fill(rheo_rt_count as *const () as usize);
    ctx.profile = counts;
    ctx.alt_ops = plain.cast();
}

/// Makes the pages that hold a context writable, which they stay: others may share them.
///
/// # Safety
/// `ctx` must be a context of the program.
unsafe fn make_writable(ctx: *mut Context) -> bool {
    let page = os::page_bytes();
    let start = ctx.addr() & page.wrapping_neg();
    let end = (ctx.addr() + size_of::<Context>()).next_multiple_of(page);
    // SAFETY: whole pages of the program's own data.
    unsafe { os::mprotect(start as *mut c_void, end - start, os::PROT_READ | os::PROT_WRITE) == 0 }
}
