//! Arguments and results by descriptor, between a window and the registers and stack of the platform's convention.
//!
//! Owns the reading of descriptors, the placing and the moving of values: System V for x86-64 (psABI 1.0, section 3.2.3) and
//! AAPCS64 (section 6.8), which differ here in numbers that the machine's part gives. The instructions that load the
//! registers are there, too.

use crate::layout::Context;
use crate::machine::{EVEN_PAIRS, INT_ARGUMENTS, INT_ROOM, STRUCT_RETURN};
use core::ptr::{copy_nonoverlapping, read_unaligned, write_unaligned};

/// Vector registers that take arguments.
const FLOAT_ARGUMENTS: usize = 8;

/// The argument registers as memory. For System V the first 176 bytes are the register save area of a variadic function, and
/// the pointer to its stack arguments follows.
#[repr(C, align(16))]
pub struct NativeRegisters {
    /// The integer registers, in the order of arguments, or of results.
    pub ints: [u64; INT_ROOM],
    /// The vector registers; for results on x86-64 xmm0, xmm1, then st0 and st1 as 80 bits.
    pub floats: [[u64; 2]; FLOAT_ARGUMENTS],
    /// Address of the arguments on the stack.
    pub overflow: *const u8,
    /// Bytes of arguments on the stack.
    pub stack_bytes: usize,
    /// Their alignment, at least 16.
    pub stack_align: usize,
    /// Number of vector registers used: on x86-64, what goes into al.
    pub floats_used: u32,
    /// Number of results on the x87 stack.
    pub x87: u32,
}

/// A value as a descriptor names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An integer of up to 64 bits.
    Int,
    /// The address of memory for a result that is a structure.
    StructReturn,
    /// `f32` or `f64`.
    Float,
    /// 16 bytes.
    Vector,
    /// An integer of 128 bits.
    Int128,
    /// x87's format.
    F80,
    /// A structure by value: the slot holds its address.
    Struct {
        /// Size.
        bytes: usize,
        /// Alignment.
        align: usize,
    },
}

impl Kind {
    /// Slots that the value takes in a window.
    pub fn slots(self) -> usize {
        match self {
            Kind::Int | Kind::StructReturn | Kind::Float | Kind::Struct { .. } => 1,
            Kind::Vector | Kind::Int128 | Kind::F80 => 2,
        }
    }
}

/// Reads a descriptor.
struct Descriptor {
    at: *const u8,
}

impl Descriptor {
    /// Starts at the first parameter; also says whether the descriptor is variadic.
    ///
    /// # Safety
    /// `at` must point at a descriptor.
    unsafe fn new(at: *const u8) -> (Descriptor, bool) {
        // SAFETY: a descriptor has at least its `>` and its zero.
        let variadic = unsafe { *at } == b'.';
        (Descriptor { at: at.wrapping_add(usize::from(variadic)) }, variadic)
    }

    /// The next value of the part being read; at its end, goes to the next part.
    ///
    /// # Safety
    /// The descriptor must be well-formed, and not have been read to its end.
    unsafe fn next(&mut self) -> Option<Kind> {
        // SAFETY: by the contract the bytes up to the zero are readable, and `s` is followed by five more.
        unsafe {
            let letter = *self.at;
            self.at = self.at.add(1);
            Some(match letter {
                b'b' => Kind::Int,
                b'r' => Kind::StructReturn,
                b'f' => Kind::Float,
                b'v' => Kind::Vector,
                b'w' => Kind::Int128,
                b'x' => Kind::F80,
                b's' => {
                    let bytes = read_unaligned(self.at.cast::<u32>()) as usize;
                    let align = usize::from(*self.at.add(4));
                    self.at = self.at.add(5);
                    Kind::Struct { bytes, align }
                }
                _ => return None,
            })
        }
    }
}

/// Where an argument goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// This integer register, and the next one for 16 bytes.
    Int(usize),
    /// This vector register.
    Float(usize),
    /// This offset on the stack.
    Stack(usize),
}

/// Registers and stack handed out so far.
#[derive(Default)]
struct Assignment {
    ints: usize,
    floats: usize,
    stack: usize,
    align: usize,
}

impl Assignment {
    fn place(&mut self, kind: Kind) -> Place {
        match kind {
            Kind::StructReturn => match STRUCT_RETURN {
                Some(register) => Place::Int(register),
                None => self.place(Kind::Int),
            },
            Kind::Int | Kind::Int128 => {
                let pair = kind == Kind::Int128;
                let first = if pair && EVEN_PAIRS { self.ints.next_multiple_of(2) } else { self.ints };
                if first + kind.slots() <= INT_ARGUMENTS {
                    self.ints = first + kind.slots();
                    return Place::Int(first);
                }
                if EVEN_PAIRS {
                    self.ints = INT_ARGUMENTS;
                }
                self.on_stack(8 * kind.slots(), 8 * kind.slots())
            }
            Kind::Float | Kind::Vector if self.floats < FLOAT_ARGUMENTS => {
                self.floats += 1;
                Place::Float(self.floats - 1)
            }
            Kind::Float => self.on_stack(8, 8),
            Kind::Vector | Kind::F80 => self.on_stack(16, 16),
            Kind::Struct { bytes, align } => self.on_stack(bytes, align),
        }
    }

    fn on_stack(&mut self, bytes: usize, align: usize) -> Place {
        let align = align.max(8);
        self.align = self.align.max(align);
        let at = self.stack.wrapping_add(align - 1) & align.wrapping_neg();
        self.stack = at + (bytes.wrapping_add(7) & !7);
        Place::Stack(at)
    }
}

/// Finds out how much stack the arguments take.
///
/// # Safety
/// `descriptor` must be one, `registers` writable.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_call_measure(descriptor: *const u8, registers: *mut NativeRegisters) {
    // SAFETY: by the contract.
    unsafe {
        let mut taken = Assignment::default();
        let (mut values, _) = Descriptor::new(descriptor);
        while let Some(kind) = values.next() {
            taken.place(kind);
        }
        (*registers).stack_bytes = taken.stack;
        (*registers).stack_align = taken.align.max(16);
        (*registers).floats_used = taken.floats as u32;
        let mut x87 = 0;
        while let Some(kind) = values.next() {
            x87 += u32::from(kind == Kind::F80);
        }
        (*registers).x87 = x87;
    }
}

/// Whether function `func`, in the bottom frame of its activation, can give its native frame up to a callee: bytes of
/// memory in which to put the callee's stack arguments together, or -1 if they do not fit in where its own are.
///
/// # Safety
/// `ctx` must be a context, `func` a function of its image, `descriptor` the callee's, and `registers` writable.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_tail_call_room(
    ctx: *const Context,
    func: u32,
    descriptor: *const u8,
    registers: *mut NativeRegisters,
) -> isize {
    // SAFETY: by the contract.
    unsafe {
        let own = descriptor_of(ctx, func);
        let (_, is_variadic) = Descriptor::new(own);
        rheo_rt_call_measure(own, registers);
        let room = (*registers).stack_bytes;
        rheo_rt_call_measure(descriptor, registers);
        let needed = (*registers).stack_bytes;
        let fits = needed == 0 || (!is_variadic && needed <= room && (*registers).stack_align <= 16);
        if fits { (needed.wrapping_add(15) & !15) as isize } else { -1 }
    }
}

/// Moves arguments from a window into the registers and onto the stack.
///
/// # Safety
/// `window` must hold arguments as `descriptor` says, and `stack` be as large as measured.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_call_arguments(
    descriptor: *const u8,
    window: *const u64,
    registers: *mut NativeRegisters,
    stack: *mut u8,
) {
    // SAFETY: by the contract. Register indices come from `Assignment`, which stays within both.
    unsafe {
        let mut taken = Assignment::default();
        let (mut values, _) = Descriptor::new(descriptor);
        let mut slot = window;
        let ints = (&raw mut (*registers).ints).cast::<u64>();
        let floats = (&raw mut (*registers).floats).cast::<[u64; 2]>();
        while let Some(kind) = values.next() {
            match taken.place(kind) {
                Place::Int(i) => copy_nonoverlapping(slot, ints.add(i), kind.slots()),
                Place::Float(i) => copy_nonoverlapping(slot, floats.add(i).cast::<u64>(), kind.slots()),
                Place::Stack(at) => match kind {
                    Kind::Struct { bytes, .. } => copy_nonoverlapping(*slot as *const u8, stack.add(at), bytes),
                    _ => copy_nonoverlapping(slot, stack.add(at).cast::<u64>(), kind.slots()),
                },
            }
            slot = slot.add(kind.slots());
        }
    }
}

/// Moves result pieces: the first of each kind stays in its register, the others go to the window.
///
/// # Safety
/// `registers` must hold the result registers, and `window` have room for the pieces.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_call_results(
    descriptor: *const u8,
    window: *mut u64,
    registers: *mut NativeRegisters,
) {
    // SAFETY: by the contract.
    unsafe {
        let mut results = Results::new(descriptor, registers);
        let acc = &raw mut (*registers).ints[0];
        if let (true, Some(register)) = (results.in_memory, STRUCT_RETURN) {
            // The convention does not have it back from the callee.
            *acc = (*registers).ints[register];
        }
        let facc = &raw mut (*registers).floats[0];
        let (mut ints, mut floats, mut slot) = (0, 0, window);
        while let Some((kind, from)) = results.next() {
            if matches!(kind, Kind::Float | Kind::Vector) {
                if floats == 0 {
                    core::ptr::copy(from, facc.cast::<u64>(), 2);
                } else {
                    copy_nonoverlapping(from, slot, kind.slots());
                    slot = slot.add(kind.slots());
                }
                floats += 1;
            } else {
                for i in 0..kind.slots() {
                    let piece = *from.add(i);
                    if ints == 0 {
                        *acc = piece;
                    } else {
                        *slot = piece;
                        slot = slot.add(1);
                    }
                    ints += 1;
                }
            }
        }
    }
}

/// The result registers in the order of a descriptor's results.
struct Results {
    values: Descriptor,
    ints: *mut u64,
    floats: *mut [u64; 2],
    x87: *mut [u64; 2],
    /// The result is a structure in memory.
    in_memory: bool,
}

impl Results {
    /// # Safety
    /// `descriptor` must be one.
    unsafe fn new(descriptor: *const u8, registers: *mut NativeRegisters) -> Results {
        // SAFETY: by the contract.
        unsafe {
            let (mut values, _) = Descriptor::new(descriptor);
            let mut in_memory = false;
            while let Some(kind) = values.next() {
                in_memory |= kind == Kind::StructReturn;
            }
            let floats = (&raw mut (*registers).floats).cast::<[u64; 2]>();
            Results { values, ints: (&raw mut (*registers).ints).cast(), floats, x87: floats.add(2), in_memory }
        }
    }

    /// The next result and its register. 80-bit values have clean upper bytes.
    ///
    /// # Safety
    /// As for [`Descriptor::next`].
    unsafe fn next(&mut self) -> Option<(Kind, *mut u64)> {
        // SAFETY: by the contract; a signature has no more results than there are registers for them.
        unsafe {
            let kind = self.values.next()?;
            let place = match kind {
                Kind::Float | Kind::Vector => {
                    self.floats = self.floats.add(1);
                    self.floats.sub(1).cast()
                }
                Kind::F80 => {
                    self.x87 = self.x87.add(1);
                    let place: *mut u64 = self.x87.sub(1).cast();
                    *place.add(1) &= 0xffff;
                    place
                }
                _ => {
                    self.ints = self.ints.add(kind.slots());
                    self.ints.sub(kind.slots())
                }
            };
            Some((kind, place))
        }
    }
}

/// Descriptor of a function of the image.
///
/// # Safety
/// `ctx` must be a context and `func` a function of its image.
unsafe fn descriptor_of(ctx: *const Context, func: u32) -> *const u8 {
    // SAFETY: by the contract.
    unsafe { (*ctx).descriptors.add(usize::from(*(*ctx).func_info.add(func as usize))) }
}

/// Moves the arguments that native code passed to function `func` into its window.
///
/// # Safety
/// `registers` must hold the argument registers and the address of the stack arguments.
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_entry_arguments(
    ctx: *const Context,
    func: u32,
    registers: *mut NativeRegisters,
    window: *mut u64,
) {
    // SAFETY: by the contract; the caller has passed arguments by the same rules.
    unsafe {
        let (mut values, variadic) = Descriptor::new(descriptor_of(ctx, func));
        if variadic {
            // The one parameter is the address of the register save area.
            *window = registers as u64;
            return;
        }
        let mut taken = Assignment::default();
        let mut slot = window;
        let ints = (&raw const (*registers).ints).cast::<u64>();
        let floats = (&raw const (*registers).floats).cast::<[u64; 2]>();
        let stack = (*registers).overflow;
        while let Some(kind) = values.next() {
            match taken.place(kind) {
                Place::Int(i) => copy_nonoverlapping(ints.add(i), slot, kind.slots()),
                Place::Float(i) => copy_nonoverlapping(floats.add(i).cast::<u64>(), slot, kind.slots()),
                Place::Stack(at) => match kind {
                    Kind::Struct { .. } => write_unaligned(slot, stack.add(at) as u64),
                    _ => copy_nonoverlapping(stack.add(at).cast::<u64>(), slot, kind.slots()),
                },
            }
            slot = slot.add(kind.slots());
        }
    }
}

/// Moves the results of function `func` into the result registers, where `registers` already holds the first piece of
/// each kind. Returns the number of results for the x87 stack.
///
/// # Safety
/// As for [`rheo_rt_entry_arguments`].
#[cfg_attr(any(rheo_ship, test), unsafe(no_mangle))]
pub unsafe extern "C" fn rheo_rt_entry_results(
    ctx: *const Context,
    func: u32,
    registers: *mut NativeRegisters,
    window: *const u64,
) -> u32 {
    // SAFETY: by the contract.
    unsafe {
        let mut results = Results::new(descriptor_of(ctx, func), registers);
        let acc = (*registers).ints[0];
        let (mut ints, mut floats, mut x87, mut slot) = (0, 0, 0, window);
        while let Some((kind, to)) = results.next() {
            if matches!(kind, Kind::Float | Kind::Vector) {
                if floats > 0 {
                    copy_nonoverlapping(slot, to, kind.slots());
                    slot = slot.add(kind.slots());
                }
                floats += 1;
                continue;
            }
            for i in 0..kind.slots() {
                if ints == 0 {
                    *to = acc;
                } else {
                    *to.add(i) = *slot;
                    slot = slot.add(1);
                }
                ints += 1;
            }
            x87 += u32::from(kind == Kind::F80);
        }
        x87
    }
}
