//! The VM stacks of all threads, for collectors that look for pointers in them.
//!
//! A collector stops threads anywhere, inside of this module, too, so nothing here waits for another thread: the register is
//! a list of tables that only grows, each place taken and left by one atomic write.

use crate::layout::Thread;
use crate::os;
use core::ffi::c_void;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

/// Places of a table: with the pointer to the next one, a page.
const PLACES: usize = 511;

struct Table {
    threads: [AtomicPtr<Thread>; PLACES],
    next: AtomicPtr<Table>,
}

static FIRST: Table =
    Table { threads: [const { AtomicPtr::new(null_mut()) }; PLACES], next: AtomicPtr::new(null_mut()) };

fn tables() -> impl Iterator<Item = &'static Table> {
    // SAFETY: tables are valid from their publication on, and never freed.
    core::iter::successors(Some(&FIRST), |table| unsafe { table.next.load(Ordering::Acquire).as_ref() })
}

/// Enters a thread that has got its stacks.
pub fn enter(t: *mut Thread) {
    let taken =
        |place: &AtomicPtr<Thread>| place.compare_exchange(null_mut(), t, Ordering::AcqRel, Ordering::Relaxed).is_ok();
    loop {
        if tables().flat_map(|table| &table.threads).any(taken) {
            return;
        }
        let Some(last) = tables().last() else { return };
        // SAFETY: a fresh mapping; zeroes are an empty table.
        unsafe {
            let flags = os::MAP_PRIVATE | os::MAP_ANON_NORESERVE;
            let access = os::PROT_READ | os::PROT_WRITE;
            let more = os::mmap(null_mut(), size_of::<Table>(), access, flags, -1, 0);
            if more.addr() == usize::MAX {
                crate::report::Report::new().text("rheo: no memory for the list of VM stacks\n").flush();
                os::abort();
            }
            let place = last.next.compare_exchange(null_mut(), more.cast(), Ordering::AcqRel, Ordering::Relaxed);
            if place.is_err() {
                os::munmap(more, size_of::<Table>());
            }
        }
    }
}

/// Takes a thread out whose stacks are about to go.
pub fn leave(t: *mut Thread) {
    for place in tables().flat_map(|table| &table.threads) {
        if place.compare_exchange(t, null_mut(), Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            return;
        }
    }
}

/// Called with the data given and a range's bounds.
pub type Visit = unsafe extern "C" fn(*mut c_void, *const c_void, *const c_void);

/// Calls `visit` for each range of memory in which bytecode of any thread keeps values.
///
/// # Safety
/// The threads must be stopped, but for the calling one, or have no stacks to lose or get meanwhile.
pub unsafe fn visit_all(visit: Visit, data: *mut c_void) {
    for place in tables().flat_map(|table| &table.threads) {
        let t = place.load(Ordering::Acquire);
        if t.is_null() {
            continue;
        }
        // SAFETY: by the contract a thread that is listed has its stacks, and its record does not change.
        unsafe {
            for (from, to) in ranges(&*t) {
                if from < to {
                    visit(data, from as *const c_void, to as *const c_void);
                }
            }
        }
    }
}

/// What of a thread's stacks is in use: dynamic stack, VM stack, signal levels. Where nobody knows how far its frames reach,
/// since it was stopped inside the VM or has been interrupted there, all of it.
fn ranges(t: &Thread) -> [(usize, usize); 3] {
    let signalled = t.limit >= t.stack_end;
    let (end, signals_end) = match (signalled, t.top) {
        (false, 0) => (t.stack_end, t.stack_end),
        (false, top) => (top, t.stack_end),
        (true, 0) => (t.stack_end, crate::thread::signals_end(t)),
        (true, top) => (t.stack_end, top),
    };
    [(t.alloca_top, t.stack_base), (t.stack_base, end), (t.stack_end, signals_end)]
}
