//! VM stacks: made when a thread first enters the VM, freed when it ends.
//!
//! One mapping a thread: guard, dynamic stack (grows down), VM stack (grows up), signal levels, guard. A signal level
//! is a small VM stack of its own for a signal handler in bytecode that interrupted bytecode, whose extent nobody
//! knows. Nothing is touched before it is used.

use crate::layout::{LINKAGE_BYTES, RED_ZONE_BYTES, Thread};
use crate::os;
use crate::report::Report;
use crate::stacks;
use core::ffi::c_void;
use core::sync::atomic::{AtomicUsize, Ordering, compiler_fence};

/// Size of a VM stack, and of a dynamic stack, unless `RHEO_STACK` says otherwise.
const STACK_BYTES: usize = 8 << 20;
const STACK_BYTES_MIN: usize = 4 * RED_ZONE_BYTES;
const STACK_BYTES_MAX: usize = 1 << 40;
const SIGNAL_LEVELS: usize = 4;
const SIGNAL_LEVEL_BYTES: usize = 256 << 10;

/// The thread-specific key whose destructor frees the stack, plus 1; 0 until there is one.
static KEY: AtomicUsize = AtomicUsize::new(0);

/// Where an entry finds room.
#[repr(C)]
pub struct Room {
    /// Address of the window.
    pub window: usize,
    /// Limit for frames from there.
    pub limit: usize,
}

/// The slow way into the VM: makes the stack, drops activations that a longjmp has left, finds room for a signal
/// handler. `sp` is an address in the native frame that enters.
///
/// # Safety
/// `thread` must be the calling thread's record.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_enter(thread: *mut Thread, sp: usize) -> Room {
    // SAFETY: only this thread uses its record, and activations' records lie in its VM stack, below `top`: bytecode names
    // its own activation the innermost whenever it calls native code, so that none is listed that it may have overwritten.
    unsafe {
        let t = &mut *thread;
        if t.stack_base == 0 {
            make(t);
        }
        // Native frames at or below the entering one are gone.
        if !os::on_signal_stack() {
            while !t.activation.is_null() && (*t.activation).frame <= sp {
                let dead = &*t.activation;
                t.top = dead.top;
                t.limit = dead.limit;
                t.alloca_top = dead.alloca_top;
                t.activation = dead.prev;
            }
        }
        if t.top != 0 {
            return Room { window: t.top, limit: t.limit };
        }
        // A signal has interrupted the VM.
        let level = if t.limit < t.stack_end { 0 } else { (t.limit - t.stack_end) / SIGNAL_LEVEL_BYTES + 1 };
        if level == SIGNAL_LEVELS {
            crate::backtrace::rheo_rt_stack_overflow(0, 0, core::ptr::null(), 0, thread);
        }
        let start = t.stack_end + level * SIGNAL_LEVEL_BYTES;
        Room { window: start + LINKAGE_BYTES, limit: start + SIGNAL_LEVEL_BYTES - RED_ZONE_BYTES }
    }
}

/// End of a thread's signal levels.
pub fn signals_end(t: &Thread) -> usize {
    t.stack_end + SIGNAL_LEVELS * SIGNAL_LEVEL_BYTES
}

/// Makes a thread's stacks, if it has none.
pub fn attach(t: &mut Thread) {
    if t.stack_base == 0 {
        make(t);
    }
}

/// Frees a thread's stacks. Nothing of the thread may be in the VM.
pub fn detach(t: &mut Thread) {
    let (base, bytes) = (t.map_base, t.map_bytes);
    if bytes == 0 {
        return;
    }
    stacks::leave(t);
    // A signal's handler may be bytecode: it finds the stacks whole, or none and makes new ones, which stay then.
    t.map_bytes = 0;
    t.top = 0;
    compiler_fence(Ordering::SeqCst);
    t.stack_base = 0;
    compiler_fence(Ordering::SeqCst);
    // SAFETY: the mapping is ours, and by the contract nobody uses it any more.
    unsafe { os::munmap(base as *mut c_void, bytes) };
}

fn make(t: &mut Thread) {
    let page = os::page_bytes();
    let bytes = stack_bytes().next_multiple_of(page);
    let signals = SIGNAL_LEVELS * SIGNAL_LEVEL_BYTES;
    let map_bytes = page + bytes + bytes + signals + page;
    // SAFETY: a fresh mapping; the key's destructor gets this thread's own record.
    unsafe {
        let flags = os::MAP_PRIVATE | os::MAP_ANON_NORESERVE;
        let map = os::mmap(core::ptr::null_mut(), map_bytes, os::PROT_NONE, flags, -1, 0);
        let inner = map.wrapping_byte_add(page);
        if map.addr() == usize::MAX || os::mprotect(inner, map_bytes - 2 * page, os::PROT_READ | os::PROT_WRITE) != 0 {
            Report::new().text("rheo: no memory for a VM stack of ").decimal(bytes).text(" bytes\n").flush();
            os::abort();
        }
        t.map_base = map.addr();
        t.map_bytes = map_bytes;
        let stack_base = inner.addr() + bytes;
        t.alloca_limit = inner.addr();
        t.alloca_top = stack_base;
        t.stack_end = stack_base + bytes;
        t.limit = t.stack_end - RED_ZONE_BYTES;
        t.ctx = crate::context().addr();
        t.activation = core::ptr::null_mut();
        // For a signal from here on there are stacks.
        compiler_fence(Ordering::SeqCst);
        t.stack_base = stack_base;
        t.top = stack_base + LINKAGE_BYTES;
        if let Some(key) = key() {
            os::pthread_setspecific(key, core::ptr::from_mut(t).cast());
        }
        stacks::enter(t);
    }
}

/// What `RHEO_STACK` says, within reason.
fn stack_bytes() -> usize {
    // SAFETY: the name is zero-terminated, and so is what it stands for.
    unsafe {
        let mut at = os::getenv(c"RHEO_STACK".as_ptr());
        let mut bytes = 0usize;
        while !at.is_null() && (*at as u8).is_ascii_digit() {
            bytes = (bytes * 10 + usize::from(*at as u8 - b'0')).min(STACK_BYTES_MAX);
            at = at.add(1);
        }
        if bytes == 0 { STACK_BYTES } else { bytes.max(STACK_BYTES_MIN) }
    }
}

fn key() -> Option<os::Key> {
    let known = KEY.load(Ordering::Acquire);
    if known != 0 {
        return Some((known - 1) as os::Key);
    }
    let mut key: os::Key = 0;
    // SAFETY: `key` is a valid place; a key that another thread was faster to make is given back.
    unsafe {
        if os::pthread_key_create(&mut key, Some(free)) != 0 {
            return None;
        }
        match KEY.compare_exchange(0, key as usize + 1, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Some(key),
            Err(theirs) => {
                os::pthread_key_delete(key);
                Some((theirs - 1) as os::Key)
            }
        }
    }
}

unsafe extern "C" fn free(thread: *mut c_void) {
    // SAFETY: the key's value is the record of the thread that ends, which is outside the VM for good; should another
    // destructor enter again, a new stack is made, and freed in the next round of destructors.
    detach(unsafe { &mut *thread.cast::<Thread>() });
}

/// Dynamic stack memory: `bytes` of it, aligned to `align`.
///
/// # Safety
/// Only for native code that Rheo made, which frees it by [`rheo_rt_alloca_restore`].
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_alloca(bytes: usize, align: usize) -> usize {
    // SAFETY: this thread's record.
    let t = unsafe { &mut *crate::machine::current() };
    let top = t.alloca_top.wrapping_sub(bytes) & align.max(16).wrapping_neg();
    // Both are 0 in a thread that is not attached yet.
    if top > t.alloca_top || top <= t.alloca_limit {
        return alloca_slowly(t, bytes, align);
    }
    t.alloca_top = top;
    top
}

#[cold]
#[inline(never)]
fn alloca_slowly(t: &mut Thread, bytes: usize, align: usize) -> usize {
    attach(t);
    let free = t.alloca_top - t.alloca_limit;
    if bytes > free || bytes + align > free {
        // SAFETY: reports the frames there are.
        unsafe { crate::backtrace::rheo_rt_alloca_overflow(0, 0, core::ptr::null(), 0, t) };
    }
    t.alloca_top = (t.alloca_top - bytes) & align.max(16).wrapping_neg();
    t.alloca_top
}

/// The mark to restore.
///
/// # Safety
/// As for [`rheo_rt_alloca`].
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_alloca_save() -> usize {
    // SAFETY: this thread's record.
    let t = unsafe { &mut *crate::machine::current() };
    if t.alloca_top == 0 {
        return attached_top(t);
    }
    t.alloca_top
}

#[cold]
#[inline(never)]
fn attached_top(t: &mut Thread) -> usize {
    attach(t);
    t.alloca_top
}

/// Frees what was allocated since the mark was taken.
///
/// # Safety
/// As for [`rheo_rt_alloca`].
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_alloca_restore(mark: usize) {
    // SAFETY: this thread's record.
    unsafe { (*crate::machine::current()).alloca_top = mark };
}
