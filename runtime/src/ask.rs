//! Asks a personality routine about an exception that comes to a bytecode frame.
//!
//! Such a routine knows frames only by the unwinder's opaque context. So for each function whose routine is asked the
//! program object has a *stand-in*: code of a byte for each landing pad, described to the unwinder as a frame of that
//! personality, whose table says of the n-th byte what the function says of its n-th pad. `rheo_rt_ask` makes it look as if
//! that byte had called it, and walks the stack from there: the second frame is the stand-in's, and its context what the
//! routine gets. The registers that it sets there lie in the first frame; the place is not looked at, since a call has but
//! one pad.

use crate::exception::UnwindException;
use crate::image::Asked;
use crate::layout::Context;
use crate::machine;
use crate::unwind::{GetIp, GetRegister, HANDLER_FOUND, INSTALL_CONTEXT, SEARCH_PHASE};
use core::ffi::{c_int, c_void};

const CLEANUP_PHASE: c_int = 2;
const HANDLER_FRAME: c_int = 4;
const FORCE_UNWIND: c_int = 8;
/// To the walk of the stack.
const GO_ON: c_int = 0;
const STOP: c_int = 4;

type Personality = unsafe extern "C" fn(c_int, c_int, u64, *mut UnwindException, *mut c_void) -> c_int;

/// What is asked, and the answer.
#[repr(C)]
pub struct Question {
    /// The stand-in's address behind the call.
    place: usize,
    personality: Personality,
    actions: c_int,
    exception: *mut UnwindException,
    get: GetRegister,
    get_ip: GetIp,
    answer: c_int,
    /// What the routine leaves for the landing pad.
    registers: [usize; 2],
}

/// What a personality routine wants in the clean-up phase.
pub enum Answer {
    /// To have the exception go on.
    Passes,
    /// To go on at the landing pad, with these for exception and selector. The former may be something else: Objective-C's
    /// hands over the object thrown.
    Lands([usize; 2]),
}

/// Whether the call's landing pad handles the exception.
///
/// # Safety
/// `ctx` must be the program's context, `asked` of its image, `exception` in flight.
pub unsafe fn handles(ctx: *const Context, asked: Asked, exception: *mut UnwindException) -> bool {
    // SAFETY: by the contract.
    unsafe { ask(ctx, asked, exception, SEARCH_PHASE).is_some_and(|q| q.answer == HANDLER_FOUND) }
}

/// What happens to the exception at the call's landing pad.
///
/// # Safety
/// As for [`handles`], and all frames further in must be left.
pub unsafe fn lands(ctx: *const Context, asked: Asked, exception: *mut UnwindException) -> Answer {
    // SAFETY: by the contract.
    unsafe {
        let actions = if (*exception).is_forced() {
            CLEANUP_PHASE | FORCE_UNWIND
        } else if handles(ctx, asked, exception) {
            // No frame further in does, or it had been landed in; so this is the one that the search has found.
            CLEANUP_PHASE | HANDLER_FRAME
        } else {
            CLEANUP_PHASE
        };
        match ask(ctx, asked, exception, actions) {
            Some(q) if q.answer == INSTALL_CONTEXT => Answer::Lands(q.registers),
            _ => Answer::Passes,
        }
    }
}

/// # Safety
/// As for [`handles`].
unsafe fn ask(ctx: *const Context, asked: Asked, exception: *mut UnwindException, actions: c_int) -> Option<Question> {
    // SAFETY: by the contract: the symbol is a personality routine's, and the other one a stand-in's with such a call.
    unsafe {
        let personality = core::mem::transmute::<*mut u8, Personality>((*ctx).cell(asked.personality));
        let place = (*ctx).cell(asked.stand_in).addr() + asked.call + 1;
        let (get, get_ip) = ((*ctx).unwind_get?, (*ctx).unwind_get_ip?);
        let mut q = Question { place, personality, actions, exception, get, get_ip, answer: 0, registers: [0; 2] };
        machine::ask(place, &mut q);
        Some(q)
    }
}

/// For each frame of the walk.
///
/// # Safety
/// To be called by the unwinder for [`machine::ask`], with its question.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_ask_frame(context: *mut c_void, question: *mut Question) -> c_int {
    const VERSION: c_int = 1;
    // SAFETY: by the contract.
    unsafe {
        let q = &mut *question;
        if (q.get_ip)(context) != q.place {
            return GO_ON;
        }
        q.answer = (q.personality)(VERSION, q.actions, (*q.exception).class(), q.exception, context);
        q.registers = [machine::EXCEPTION_REGISTER, machine::SELECTOR_REGISTER].map(|r| (q.get)(context, r));
        STOP
    }
}
