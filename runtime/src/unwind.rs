//! Exceptions in an activation's native frame: which of its bytecode frames handles one, and where that goes on.
//!
//! The personality routine (Itanium C++ ABI, "Exception Handling", level II) only looks, in both phases: it walks the
//! activation's bytecode frames by their call sites. The landing code, which runs in the frame itself, looks again and
//! acts. So nothing is kept between phases, and a frame of several handlers may be landed in several times.
//!
//! Where a function's own personality routine has to be asked, that is `ask`'s; in the clean-up phase it is asked by the
//! landing code alone, once, since it may act.

use crate::ask::{self, Answer};
use crate::exception::{Thrown, UnwindException};
use crate::image::{Clause, Image, Takes};
use crate::layout::{Activation, Context, FrameWord, Thread, linkage};
use crate::machine;
use core::ffi::{c_int, c_void};

/// What the unwinder does: it looks for a handler.
pub const SEARCH_PHASE: c_int = 1;
/// The answer that it is here.
pub const HANDLER_FOUND: c_int = 6;
/// The answer that the exception lands here.
pub const INSTALL_CONTEXT: c_int = 7;
const CONTINUE_UNWIND: c_int = 8;

/// The unwinder's routines that the runtime uses, by way of the context: a program without landing pads links none.
pub type GetRegister = unsafe extern "C" fn(*mut c_void, c_int) -> usize;
/// See [`GetRegister`].
pub type SetRegister = unsafe extern "C" fn(*mut c_void, c_int, usize);
/// See [`GetRegister`].
pub type GetIp = unsafe extern "C" fn(*mut c_void) -> usize;
/// See [`GetRegister`].
pub type SetIp = unsafe extern "C" fn(*mut c_void, usize);

/// What of an exception is looked for.
#[derive(Clone, Copy, PartialEq)]
enum Want {
    /// Handlers.
    Handler,
    /// Clean-ups as well, and whatever a personality routine may know.
    Maybe,
    /// Clean-ups as well, to go on there.
    Landing,
}

/// How a pad takes an exception.
#[derive(Clone, Copy)]
struct Met {
    /// What the pad gets for the exception.
    exception: usize,
    selector: i32,
    /// What `__cxa_begin_catch` is to return, unless a personality routine has seen to that.
    adjusted: Option<*mut u8>,
}

/// A landing pad that takes the exception.
struct Pad {
    /// Address of its code.
    pc: usize,
    /// Its frame.
    frame: FrameWord,
    /// The frame's outgoing window.
    window: usize,
    met: Met,
    /// Dynamic stack top when the frame made its call.
    alloca_top: usize,
}

/// How an activation's innermost bytecode frame left for native code.
struct Left {
    pc: usize,
    frame: FrameWord,
    window: usize,
    alloca_top: usize,
}

/// # Safety
/// `a` must be a live activation of the calling thread.
unsafe fn left(a: *const Activation) -> Option<Left> {
    // SAFETY: by the contract; records of activations that a longjmp has left are still whole, and hold what was so outside
    // of them.
    unsafe {
        let t = &*machine::current();
        let mut inner: *const Activation = t.activation;
        let (mut window, mut alloca_top) = (t.top, t.alloca_top);
        while !inner.is_null() {
            let i = &*inner;
            if core::ptr::eq(inner, a) {
                // Zero inside the VM: a signal has come there, and nobody knows the frames.
                return (window != 0).then_some(Left { pc: i.pc, frame: i.fp, window, alloca_top });
            }
            (window, alloca_top) = (i.top, i.alloca_top);
            inner = i.prev;
        }
        None
    }
}

/// Finds the innermost landing pad of an activation's frames that takes the exception.
///
/// # Safety
/// `a` must be a live activation of the calling thread, `exception` in flight.
unsafe fn find(a: *const Activation, exception: *mut UnwindException, want: Want) -> Option<Pad> {
    // SAFETY: by the contract; the bottom frame has no caller.
    unsafe {
        let ctx = crate::context();
        let image = Image::of(ctx)?;
        let thrown = Thrown::of(exception);
        let Left { mut pc, mut frame, mut window, mut alloca_top } = left(a)?;
        while frame != FrameWord::NONE {
            if let Some(function) = image.function_at(pc)
                && let Some(pads) = image.pads(&function)
            {
                if let Some((pad, takes)) = pads.of(pc - function.start)
                    && let Some(met) = meets(ctx, thrown, exception, takes, want)
                {
                    return Some(Pad { pc: function.start + pad, frame, window, met, alloca_top });
                }
                if let Some(slot) = pads.mark() {
                    alloca_top = *((frame.fp() + 8 * slot) as *const usize);
                }
            }
            window = frame.fp();
            (pc, frame) = linkage(window);
        }
        None
    }
}

/// How a pad takes the exception, if it does.
///
/// # Safety
/// The clauses' symbols must be of `ctx`, and the exception in flight.
unsafe fn meets(
    ctx: *const Context,
    thrown: Thrown,
    exception: *mut UnwindException,
    takes: Takes,
    want: Want,
) -> Option<Met> {
    let own = exception.addr();
    let met = |selector: usize, adjusted| Some(Met { exception: own, selector: selector as i32, adjusted });
    // SAFETY: by the contract.
    unsafe {
        for clause in takes {
            match clause {
                Clause::Any => return met(i32::MAX as usize, Some(thrown.any())),
                Clause::Type(symbol) => {
                    if let Some(adjusted) = thrown.caught_by((*ctx).cell(symbol).cast()) {
                        return met(symbol + 1, Some(adjusted));
                    }
                }
                Clause::CleanUp => return if want == Want::Handler { None } else { met(0, None) },
                Clause::Asks(asked) => {
                    return match want {
                        Want::Maybe => met(0, None),
                        Want::Handler if ask::handles(ctx, asked, exception) => met(0, None),
                        Want::Handler => None,
                        Want::Landing => match ask::lands(ctx, asked, exception) {
                            Answer::Passes => None,
                            Answer::Lands([exception, selector]) => {
                                Some(Met { exception, selector: selector as i32, adjusted: None })
                            }
                        },
                    };
                }
            }
        }
        None
    }
}

/// Personality routine of the entries' frames.
///
/// # Safety
/// To be called by the unwinder.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_personality(
    _version: c_int,
    actions: c_int,
    _class: u64,
    exception: *mut UnwindException,
    context: *mut c_void,
) -> c_int {
    // SAFETY: by the contract; the frame is an activation's, since only these have this personality.
    unsafe {
        let ctx = &*crate::context();
        let (Some(get), Some(set), Some(set_ip)) = (ctx.unwind_get, ctx.unwind_set, ctx.unwind_set_ip) else {
            // No landing pads. The next entry notices that the activation is gone.
            return CONTINUE_UNWIND;
        };
        let a = activation_of(get(context, machine::FRAME_REGISTER));
        if actions & SEARCH_PHASE != 0 {
            return if find(a, exception, Want::Handler).is_some() { HANDLER_FOUND } else { CONTINUE_UNWIND };
        }
        if find(a, exception, Want::Maybe).is_none() {
            leave(a);
            return CONTINUE_UNWIND;
        }
        set(context, machine::EXCEPTION_REGISTER, exception.addr());
        set_ip(context, landing());
        INSTALL_CONTEXT
    }
}

/// The record of the activation whose native frame has this frame pointer.
///
/// # Safety
/// It must be an activation's.
unsafe fn activation_of(frame: usize) -> *mut Activation {
    // SAFETY: by the contract; the entries put the address there.
    unsafe { *((frame - machine::RECORD_BELOW) as *const *mut Activation) }
}

/// Address of the landing code.
fn landing() -> usize {
    unsafe extern "C" {
        fn rheo_rt_landing();
    }
    rheo_rt_landing as *const () as usize
}

/// Puts the thread back as it was outside the activation.
///
/// # Safety
/// `a` must be a live activation of the calling thread, whose frames nobody needs any more.
unsafe fn leave(a: *const Activation) {
    // SAFETY: by the contract.
    unsafe {
        let a = &*a;
        let t: &mut Thread = &mut *machine::current();
        (t.limit, t.alloca_top) = (a.limit, a.alloca_top);
        t.activation = a.prev;
        t.top = a.top;
    }
}

/// Where bytecode goes on.
#[repr(C)]
pub struct Place {
    /// Address of the next instruction; 0 if there is none.
    pub pc: usize,
    /// Its frame.
    pub frame: FrameWord,
}

/// Makes ready for the landing pad that takes the exception, if any of the activation's does: pops the frames below, and
/// hands over exception and selector in the window. The thread then counts as inside the VM. If none does, nothing looks in
/// these frames again.
///
/// # Safety
/// `a` must be a live activation of the calling thread, all native frames below its own left or about to be, `exception`
/// in flight.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_land(a: *mut Activation, exception: *mut UnwindException) -> Place {
    // SAFETY: by the contract; the verifier has made sure of the window's room.
    unsafe {
        let Some(pad) = find(a, exception, Want::Landing) else {
            (*a).fp = FrameWord::NONE;
            return Place { pc: 0, frame: FrameWord::NONE };
        };
        if let Some(adjusted) = pad.met.adjusted {
            Thrown::of(exception).set_caught(adjusted);
        }
        let window = pad.window as *mut usize;
        *window = pad.met.exception;
        *window.add(1) = pad.met.selector as u32 as usize;
        let t: &mut Thread = &mut *machine::current();
        t.activation = a;
        t.limit = (*a).own_limit();
        t.alloca_top = pad.alloca_top;
        t.top = 0;
        Place { pc: pad.pc, frame: pad.frame }
    }
}
