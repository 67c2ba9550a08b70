//! Survives LLVM's own crashes on hostile input.
//!
//! LLVM's bitcode reader checks less than it relies on: damaged files can end in `abort`, or in a memory fault. LLVM's
//! answer, which libclang relies on too, is `CrashRecoveryContext`: signal handlers that jump back out. It has no C API, so
//! `guard.cpp` gives it one, and stops C++ exceptions there. What was allocated meanwhile is leaked.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, Once, PoisonError};

unsafe extern "C" {
    fn rheo_guard_enable();
    fn rheo_guard_disable();
    fn rheo_guard_run(
        f: extern "C-unwind" fn(*mut c_void),
        data: *mut c_void,
        reason: *mut c_char,
        size: usize,
    ) -> bool;
}

thread_local! {
    /// Why LLVM gave up, while this thread is in [`guarded`].
    static REASON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Number of threads in [`guarded`]: LLVM's signal handlers are in place while there are any.
static ACTIVE: Mutex<usize> = Mutex::new(0);

fn count(change: impl Fn(usize) -> usize) {
    let mut active = ACTIVE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = *active;
    *active = change(before);
    // SAFETY: both take no arguments; the lock orders them.
    unsafe {
        match (before, *active) {
            (0, _) => rheo_guard_enable(),
            (_, 0) => rheo_guard_disable(),
            _ => {}
        }
    }
}

/// LLVM aborts after this returns.
extern "C" fn keep_reason(reason: *const c_char) {
    // SAFETY: LLVM passes a C string.
    let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy().into_owned();
    let unguarded = REASON.with_borrow_mut(|slot| match slot {
        Some(text) => {
            *text = reason.clone();
            false
        }
        None => true,
    });
    if unguarded {
        eprintln!("LLVM: {reason}");
    }
}

/// Calls `f`; the error says why LLVM gave up, after which nothing that `f` was working on may be touched. What `f` owns
/// when that happens is leaked: it is left by a jump. A panic of `f` goes on in the caller.
pub(crate) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        // SAFETY: the handler lives as long as the process.
        unsafe { llvm_sys::error_handling::LLVMInstallFatalErrorHandler(Some(keep_reason)) }
    });
    let mut call = Call { f: Some(f), result: None };
    REASON.set(Some(String::new()));
    count(|active| active + 1);
    let mut thrown = [0u8; 256];
    // SAFETY: `thrown` is as long as said; `run` takes a `Call` of these types, which nothing else refers to meanwhile.
    let completed =
        unsafe { rheo_guard_run(run_call(&call), (&raw mut call).cast(), thrown.as_mut_ptr().cast(), thrown.len()) };
    count(|active| active - 1);
    let reason = REASON.take().unwrap_or_default();
    if completed {
        return match call.result.expect("the call returned") {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        };
    }
    let thrown = CStr::from_bytes_until_nul(&thrown).map(CStr::to_string_lossy).unwrap_or_default();
    match [&*reason, &*thrown].iter().find(|text| !text.is_empty()) {
        Some(text) => Err(format!("LLVM gave up: {text}")),
        None => Err("LLVM crashed reading it".to_owned()),
    }
}

/// What crosses the C++ code.
struct Call<F, T> {
    f: Option<F>,
    result: Option<std::thread::Result<T>>,
}

/// The function that makes such a call.
fn run_call<F: FnOnce() -> T, T>(_: &Call<F, T>) -> extern "C-unwind" fn(*mut c_void) {
    extern "C-unwind" fn run<F: FnOnce() -> T, T>(call: *mut c_void) {
        // SAFETY: `guarded` passes a live `Call<F, T>` that it does not touch meanwhile.
        let call = unsafe { &mut *call.cast::<Call<F, T>>() };
        let f = call.f.take().expect("called once");
        call.result = Some(catch_unwind(AssertUnwindSafe(f)));
    }
    run::<F, T>
}
