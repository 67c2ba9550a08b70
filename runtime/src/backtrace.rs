//! Bytecode frames: walking them, naming them, and the reports that end a program.

use crate::image::{Function, Image};
use crate::layout::{Activation, Context, FrameWord, Thread, linkage};
use crate::os;
use crate::report::Report;

/// A bytecode frame.
#[derive(Clone, Copy)]
pub struct Frame {
    /// Address behind the instruction under way.
    pub pc: usize,
    /// Frame pointer.
    pub fp: usize,
}

/// Bytecode frames of a thread, innermost first, over all its activations.
pub struct Frames {
    pc: usize,
    fp: usize,
    activation: *const Activation,
}

impl Frames {
    /// From the innermost frame that the thread's record knows.
    ///
    /// # Safety
    /// `thread` must be the calling thread's record, as long as the iterator is used.
    pub unsafe fn of(thread: *const Thread) -> Frames {
        // SAFETY: by the contract.
        unsafe {
            let t = &*thread;
            let mut frames = Frames { pc: 0, fp: 0, activation: core::ptr::null() };
            frames.enter(t.activation, t.top);
            frames
        }
    }

    /// From a frame of the innermost activation.
    ///
    /// # Safety
    /// As for [`Frames::of`].
    pub unsafe fn from(pc: usize, fp: usize, thread: *const Thread) -> Frames {
        // SAFETY: by the contract.
        Frames { pc, fp, activation: unsafe { (*thread).activation } }
    }

    /// Goes on in the innermost activation from `activation` outwards whose frames are known: `top` is the thread's where it
    /// was left, 0 if that was inside the VM.
    ///
    /// # Safety
    /// `activation` must be null or an activation of the calling thread.
    unsafe fn enter(&mut self, mut activation: *const Activation, mut top: usize) {
        // SAFETY: by the contract; so are the outer ones.
        unsafe {
            while let Some(a) = activation.as_ref() {
                if top != 0 {
                    (self.pc, self.fp, self.activation) = (a.pc, a.fp.fp(), activation);
                    return;
                }
                (activation, top) = (a.prev, a.top);
            }
        }
        (self.pc, self.fp) = (0, 0);
    }
}

impl Iterator for Frames {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.fp == 0 || self.pc == 0 {
            return None;
        }
        let frame = Frame { pc: self.pc, fp: self.fp };
        // SAFETY: `fp` is the frame pointer of a live frame; the bottom frame of an activation has no caller.
        unsafe {
            let (pc, caller) = linkage(self.fp);
            (self.pc, self.fp) = (pc, caller.fp());
            if caller == FrameWord::NONE
                && let Some(a) = self.activation.as_ref()
            {
                self.enter(a.prev, a.top);
            }
        }
        Some(frame)
    }
}

/// Frames listed from either end of a long backtrace.
const LISTED: usize = 16;

fn list(report: &mut Report, frames: impl Fn() -> Frames) {
    // SAFETY: the context is the program's.
    let image = unsafe { Image::of(crate::context()) };
    let count = frames().count();
    for (i, frame) in frames().enumerate() {
        if i == LISTED && count > 2 * LISTED {
            report.text("  ... ").decimal(count - 2 * LISTED).text(" more frames ...\n");
        }
        if i >= LISTED && i + LISTED < count {
            continue;
        }
        report.text("  #").decimal(i).text(" ");
        match image.and_then(|image| Some((image, image.function_at(frame.pc)?))) {
            Some((image, function)) => place(report, image, &function, frame.pc),
            None => {
                report.text("pc ").hex(frame.pc);
            }
        }
        report.text("\n");
    }
    report.flush();
}

/// Writes where in a function an instruction ends.
fn place(report: &mut Report, image: Image, function: &Function, pc: usize) {
    if function.name.bytes > 0 {
        report.bytes(function.name);
    } else {
        report.text("function ").decimal(function.number);
    }
    report.text(" + ").hex(pc - function.start);
    if let Some(at) = image.position(function, pc) {
        report.text(" at ").bytes(at.file).text(":").decimal(at.line);
        if at.column > 0 {
            report.text(":").decimal(at.column);
        }
    }
}

/// Lists the bytecode frames on standard error.
///
/// # Safety
/// As for [`Frames::of`].
pub unsafe fn print(report: &mut Report, thread: *const Thread) {
    // SAFETY: by the contract.
    list(report, || unsafe { Frames::of(thread) });
}

fn die_by_segv() -> ! {
    // SAFETY: plain C calls.
    unsafe {
        os::signal(os::SIGSEGV, 0);
        os::raise(os::SIGSEGV);
        os::abort()
    }
}

/// Reports that the VM stack is used up, with the bytecode frames, and dies as a native stack overflow would.
/// Jumped to by handlers, with the VM's registers for arguments (on machines other than x86-64, where these are not those of a
/// C function, by way of the machine's part): `pc` is the instruction's own address.
///
/// # Safety
/// `pc` and `fp` must be those of a frame of the innermost activation, or 0; `thread` the calling thread's record.
#[cfg_attr(all(any(rheo_ship, test), target_arch = "x86_64"), unsafe(no_mangle))]
#[cfg_attr(all(rheo_ship, not(target_arch = "x86_64")), unsafe(export_name = "rheo_rt_report_stack_overflow"))]
pub unsafe extern "C" fn rheo_rt_stack_overflow(
    pc: usize,
    fp: usize,
    _ctx: *const Context,
    _acc: u64,
    thread: *const Thread,
) -> ! {
    // SAFETY: by the contract.
    unsafe {
        let t = &*thread;
        let mut report = Report::new();
        report.text("rheo: stack overflow: the VM stack of ").decimal(t.stack_end - t.stack_base);
        report.text(" bytes is used up (RHEO_STACK=BYTES sets its size)\n");
        list(&mut report, || if fp == 0 { Frames::of(thread) } else { Frames::from(pc + 1, fp, thread) });
    }
    die_by_segv()
}

/// The same for the dynamic stack.
///
/// # Safety
/// As for [`rheo_rt_stack_overflow`].
#[cfg_attr(all(any(rheo_ship, test), target_arch = "x86_64"), unsafe(no_mangle))]
#[cfg_attr(all(rheo_ship, not(target_arch = "x86_64")), unsafe(export_name = "rheo_rt_report_alloca_overflow"))]
pub unsafe extern "C" fn rheo_rt_alloca_overflow(
    pc: usize,
    fp: usize,
    _ctx: *const Context,
    _acc: u64,
    thread: *const Thread,
) -> ! {
    // SAFETY: by the contract.
    unsafe {
        let t = &*thread;
        let mut report = Report::new();
        report.text("rheo: stack overflow: the dynamic stack of ").decimal(t.stack_base - t.alloca_limit);
        report.text(" bytes is used up (RHEO_STACK=BYTES sets its size)\n");
        list(&mut report, || if fp == 0 { Frames::of(thread) } else { Frames::from(pc + 1, fp, thread) });
    }
    die_by_segv()
}

/// Reports an opcode that the VM does not have: the image is damaged, or of another VM. Jumped to by dispatch.
///
/// # Safety
/// As for [`rheo_rt_stack_overflow`].
#[cfg_attr(all(any(rheo_ship, test), target_arch = "x86_64"), unsafe(no_mangle))]
#[cfg_attr(all(rheo_ship, not(target_arch = "x86_64")), unsafe(export_name = "rheo_rt_report_illegal"))]
pub unsafe extern "C" fn rheo_rt_illegal(
    pc: usize,
    fp: usize,
    _ctx: *const Context,
    _acc: u64,
    thread: *const Thread,
) -> ! {
    // SAFETY: by the contract.
    unsafe {
        let mut report = Report::new();
        report.text("rheo: no such instruction: the bytecode is damaged, or was made for another VM\n");
        list(&mut report, || Frames::from(pc + 1, fp, thread));
        os::abort()
    }
}
