//! Survives LLVM's own crashes on hostile input.
//!
//! LLVM's bitcode reader checks less than it relies on: damaged files can end in `abort`, or in a memory fault. LLVM's
//! answer, which libclang relies on too, is `CrashRecoveryContext`: signal handlers that jump back out. It has no C API;
//! the C++ functions below are exported by libLLVM under these names. What was allocated meanwhile is leaked.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Mutex, Once, PoisonError};

/// `llvm::CrashRecoveryContext`: two pointers, an `int` and a `bool`, with room to spare.
#[repr(C, align(16))]
struct Context([u64; 16]);

/// `llvm::function_ref<void()>`.
#[repr(C)]
struct FunctionRef {
    callback: extern "C" fn(*mut c_void),
    callable: *mut c_void,
}

unsafe extern "C" {
    #[link_name = "_ZN4llvm20CrashRecoveryContext6EnableEv"]
    fn enable();
    #[link_name = "_ZN4llvm20CrashRecoveryContext7DisableEv"]
    fn disable();
    #[link_name = "_ZN4llvm20CrashRecoveryContextC1Ev"]
    fn construct(context: *mut Context);
    #[link_name = "_ZN4llvm20CrashRecoveryContextD1Ev"]
    fn destroy(context: *mut Context);
    #[link_name = "_ZN4llvm20CrashRecoveryContext9RunSafelyENS_12function_refIFvvEEE"]
    fn run_safely(context: *mut Context, f: FunctionRef) -> bool;
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
            (0, _) => enable(),
            (_, 0) => disable(),
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

/// Calls `f` with `data`; the error says why LLVM gave up, after which nothing that `f` was working on may be touched.
/// `f` must own nothing that needs dropping when it crashes: it is left by a jump.
pub(crate) fn guarded(f: extern "C" fn(*mut c_void), data: *mut c_void) -> Result<(), String> {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        // SAFETY: the handler lives as long as the process.
        unsafe { llvm_sys::error_handling::LLVMInstallFatalErrorHandler(Some(keep_reason)) }
    });
    REASON.set(Some(String::new()));
    count(|active| active + 1);
    let mut context = Context([0; 16]);
    // SAFETY: the context has room for LLVM's object, which is constructed before and destroyed after its use, and does
    // not move in between.
    let completed = unsafe {
        construct(&raw mut context);
        let completed = run_safely(&raw mut context, FunctionRef { callback: f, callable: data });
        destroy(&raw mut context);
        completed
    };
    count(|active| active - 1);
    let reason = REASON.take().unwrap_or_default();
    if completed {
        return Ok(());
    }
    Err(if reason.is_empty() { "LLVM crashed reading it".to_owned() } else { format!("LLVM gave up: {reason}") })
}
