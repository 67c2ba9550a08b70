//! The structures that handlers, entries and the program object share with the runtime, as `docs/vm.md` lays them out.
//!
//! Owns offsets; does nothing with them.

use crate::unwind::{GetIp, GetRegister, SetIp, SetRegister};
use core::mem::offset_of;

/// Most dialects of a program: groups of functions that have a dispatch table of their own.
pub const DIALECTS_MAX: usize = 14;
/// Bits of an entry of the functions' table that say where the code is; the dialect is above them.
pub const CODE_OFFSET_BITS: u32 = 28;

/// A frame pointer with the number of its function's dialect in its low bits. All of it is 0 where there is no frame.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameWord(pub usize);

impl FrameWord {
    /// Bits that are the dialect's, and the number of values that they have.
    pub const MASK: usize = 15;
    /// No frame.
    pub const NONE: FrameWord = FrameWord(0);

    /// The frame pointer; 0 if there is no frame.
    pub fn fp(self) -> usize {
        self.0 & !Self::MASK
    }
}

/// A context of an image: what handlers reach through their `ctx` register. There is one for each dialect, which differ in the
/// handlers and in which one they are.
#[repr(C)]
pub struct Context {
    /// Handler addresses, by opcode.
    pub ops: [usize; 256],
    /// Address of the image's code.
    pub code: *const u8,
    /// Code offsets and dialects of the functions, by function number.
    pub funcs: *const u32,
    /// First entry stub.
    pub stubs_start: usize,
    /// End of the entry stubs.
    pub stubs_end: usize,
    /// Signature descriptors.
    pub descriptors: *const u8,
    /// Offset of each function's descriptor, by function number.
    pub func_info: *const u16,
    /// The image.
    pub image: *const u8,
    /// Size of the image in bytes.
    pub image_bytes: usize,
    /// Counters, one for each byte of code, or null while nothing is counted.
    pub profile: *mut u32,
    /// The plain dispatch table, while counting handlers stand in `ops`.
    pub alt_ops: *const usize,
    /// `_Unwind_GetGR`, if the image has landing pads; so the next three.
    pub unwind_get: Option<GetRegister>,
    /// `_Unwind_SetGR`.
    pub unwind_set: Option<SetRegister>,
    /// `_Unwind_SetIP`.
    pub unwind_set_ip: Option<SetIp>,
    /// `_Unwind_Resume`.
    pub unwind_resume: usize,
    /// `_Unwind_Backtrace`, if personality routines are asked.
    pub unwind_backtrace: usize,
    /// `_Unwind_GetIP`, likewise.
    pub unwind_get_ip: Option<GetIp>,
    /// The context of dialect 0.
    pub main: *const Context,
    /// Which dialect this one is of.
    pub dialect: usize,
    /// The contexts by dialect, as many as there are.
    pub dialects: [*mut Context; DIALECTS_MAX],
}

/// Offset in the context of dialect 0 of the symbols, each as far as its address is from the context.
const SYMBOLS: usize = 2304;

impl Context {
    /// The address in the cell that a symbol stands for.
    ///
    /// # Safety
    /// `self` must be the program's context of dialect 0, and the image have the symbol, which must be a cell's.
    pub unsafe fn cell(&self, symbol: usize) -> *mut u8 {
        let start = core::ptr::from_ref(self);
        // SAFETY: by the contract; the distances follow the context.
        unsafe {
            let distance = *start.byte_add(SYMBOLS).cast::<i32>().add(symbol);
            *start.byte_offset(distance as isize).cast::<*mut u8>()
        }
    }
}

const _: () = {
    assert!(offset_of!(Context, code) == 2048);
    assert!(offset_of!(Context, funcs) == 2056);
    assert!(offset_of!(Context, stubs_start) == 2064);
    assert!(offset_of!(Context, descriptors) == 2080);
    assert!(offset_of!(Context, image) == 2096);
    assert!(offset_of!(Context, profile) == 2112);
    assert!(offset_of!(Context, alt_ops) == 2120);
    assert!(offset_of!(Context, unwind_get) == 2128);
    assert!(offset_of!(Context, unwind_resume) == 2152);
    assert!(offset_of!(Context, unwind_backtrace) == 2160);
    assert!(offset_of!(Context, main) == 2176);
    assert!(offset_of!(Context, dialect) == 2184);
    assert!(offset_of!(Context, dialects) == 2192);
    assert!(size_of::<Context>() <= SYMBOLS);
    assert!(DIALECTS_MAX <= FrameWord::MASK + 1 && DIALECTS_MAX <= 1 << (u32::BITS - CODE_OFFSET_BITS));
};

/// What the VM knows of a thread. Lives in thread-local storage, zero until the thread first needs a VM stack.
#[repr(C)]
pub struct Thread {
    /// Next free window address while outside the VM; 0 inside it, and before the stack is made.
    pub top: usize,
    /// Highest address a new frame may start at.
    pub limit: usize,
    /// Innermost activation.
    pub activation: *mut Activation,
    /// Lowest dynamic stack allocation; the next is below it.
    pub alloca_top: usize,
    /// Where the dynamic stack ends.
    pub alloca_limit: usize,
    /// Start of the VM stack; 0 until it is made.
    pub stack_base: usize,
    /// End of the VM stack, signal levels not included.
    pub stack_end: usize,
    /// Context of the image.
    pub ctx: usize,
    /// Descriptor of the generic native call under way.
    pub descriptor: usize,
    /// Start of the memory mapping that holds the stacks.
    pub map_base: usize,
    /// Its size in bytes.
    pub map_bytes: usize,
}

const _: () = {
    assert!(offset_of!(Thread, limit) == 8);
    assert!(offset_of!(Thread, activation) == 16);
    assert!(offset_of!(Thread, alloca_top) == 24);
    assert!(offset_of!(Thread, alloca_limit) == 32);
    assert!(offset_of!(Thread, stack_base) == 40);
    assert!(offset_of!(Thread, stack_end) == 48);
    assert!(offset_of!(Thread, ctx) == 56);
    assert!(offset_of!(Thread, descriptor) == 64);
    assert!(size_of::<Thread>() == 88);
    assert!(offset_of!(Activation, pc) == 8);
    assert!(offset_of!(Activation, fp) == 16);
};

/// One call from native code into the VM: a record in the VM stack, just below the linkage of its bottom frame, so that it
/// outlives the entry's native frame when a longjmp leaves that. Holds what the thread's fields were outside.
#[repr(C)]
pub struct Activation {
    /// The next outer activation.
    pub prev: *mut Activation,
    /// Return address in the innermost bytecode frame, while that is in native code.
    pub pc: usize,
    /// Frame pointer of that frame, and its dialect.
    pub fp: FrameWord,
    /// The thread's `top`, `limit` and `alloca_top` outside.
    pub top: usize,
    /// See `top`.
    pub limit: usize,
    /// See `top`.
    pub alloca_top: usize,
    /// Frame pointer of the entry's native frame.
    pub frame: usize,
    /// Number of the function entered.
    pub func: usize,
    /// The thread's `limit` inside, where it is another: if `top` is 0.
    pub signal_limit: usize,
}

impl Activation {
    /// The thread's `limit` inside.
    pub fn own_limit(&self) -> usize {
        if self.top != 0 { self.limit } else { self.signal_limit }
    }
}

/// Room a frame may use past the limit without asking.
pub const RED_ZONE_BYTES: usize = 64 << 10;
/// Bytes of linkage below a frame's slot 0.
pub const LINKAGE_BYTES: usize = 16;

/// What stands in a frame's linkage: return address, and the caller's frame.
///
/// # Safety
/// `fp` must be the frame pointer of a live frame.
pub unsafe fn linkage(fp: usize) -> (usize, FrameWord) {
    // SAFETY: by the contract, the linkage lies below it.
    unsafe { (*((fp - 16) as *const usize), *((fp - 8) as *const FrameWord)) }
}
