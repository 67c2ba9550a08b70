//! Arguments and results by descriptor, as the System V ABI for x86-64 passes them (psABI 1.0, section 3.2.3).
//!
//! Owns the reading of descriptors and the placing of values. The instructions that load the registers are in
//! assembly (`mod.rs`).

use crate::layout::Context;
use core::ptr::{copy_nonoverlapping, read_unaligned, write_unaligned};

/// The argument registers as memory. The first 176 bytes are the register save area of a variadic function, and the
/// pointer to its stack arguments follows.
#[repr(C, align(16))]
pub struct NativeRegisters {
    /// rdi, rsi, rdx, rcx, r8, r9; for results rax, rdx, rcx.
    pub gp: [u64; 6],
    /// xmm0 to xmm7; for results xmm0, xmm1, then st0 and st1 as 80 bits.
    pub sse: [[u64; 2]; 8],
    /// Address of the arguments on the stack.
    pub overflow: *const u8,
    /// Bytes of arguments on the stack.
    pub stack_bytes: usize,
    /// Their alignment, at least 16.
    pub stack_align: usize,
    /// Number of vector registers used: what goes into al.
    pub sse_used: u32,
    /// Number of results on the x87 stack.
    pub x87: u32,
}

/// A value as a descriptor names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Int,
    Float,
    Vector,
    Int128,
    F80,
    Struct { bytes: usize, align: usize },
}

impl Kind {
    /// Slots that the value takes in a window.
    fn slots(self) -> usize {
        match self {
            Kind::Int | Kind::Float | Kind::Struct { .. } => 1,
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
enum Place {
    /// This integer register, and the next one for 16 bytes.
    Gp(usize),
    /// This vector register.
    Sse(usize),
    /// This offset on the stack.
    Stack(usize),
}

/// Registers and stack handed out so far.
#[derive(Default)]
struct Assignment {
    gp: usize,
    sse: usize,
    stack: usize,
    align: usize,
}

impl Assignment {
    fn place(&mut self, kind: Kind) -> Place {
        match kind {
            Kind::Int | Kind::Int128 if self.gp + kind.slots() <= 6 => {
                self.gp += kind.slots();
                Place::Gp(self.gp - kind.slots())
            }
            Kind::Float | Kind::Vector if self.sse < 8 => {
                self.sse += 1;
                Place::Sse(self.sse - 1)
            }
            Kind::Int | Kind::Float => self.on_stack(8, 8),
            Kind::Int128 | Kind::Vector | Kind::F80 => self.on_stack(16, 16),
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
        (*registers).sse_used = taken.sse as u32;
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
    // SAFETY: by the contract. Register indices come from `Assignment`, which stays below 6 and 8.
    unsafe {
        let mut taken = Assignment::default();
        let (mut values, _) = Descriptor::new(descriptor);
        let mut slot = window;
        let gp = (&raw mut (*registers).gp).cast::<u64>();
        let sse = (&raw mut (*registers).sse).cast::<[u64; 2]>();
        while let Some(kind) = values.next() {
            match taken.place(kind) {
                Place::Gp(i) => copy_nonoverlapping(slot, gp.add(i), kind.slots()),
                Place::Sse(i) => copy_nonoverlapping(slot, sse.add(i).cast::<u64>(), kind.slots()),
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
        let acc = &raw mut (*registers).gp[0];
        let facc = &raw mut (*registers).sse[0];
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
    gp: *mut u64,
    sse: *mut [u64; 2],
    x87: *mut [u64; 2],
}

impl Results {
    /// # Safety
    /// `descriptor` must be one.
    unsafe fn new(descriptor: *const u8, registers: *mut NativeRegisters) -> Results {
        // SAFETY: by the contract.
        unsafe {
            let (mut values, _) = Descriptor::new(descriptor);
            while values.next().is_some() {}
            let sse = (&raw mut (*registers).sse).cast::<[u64; 2]>();
            Results { values, gp: (&raw mut (*registers).gp).cast(), sse, x87: sse.add(2) }
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
                    self.sse = self.sse.add(1);
                    self.sse.sub(1).cast()
                }
                Kind::F80 => {
                    self.x87 = self.x87.add(1);
                    let place: *mut u64 = self.x87.sub(1).cast();
                    *place.add(1) &= 0xffff;
                    place
                }
                _ => {
                    self.gp = self.gp.add(kind.slots());
                    self.gp.sub(kind.slots())
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
        let gp = (&raw const (*registers).gp).cast::<u64>();
        let sse = (&raw const (*registers).sse).cast::<[u64; 2]>();
        let stack = (*registers).overflow;
        while let Some(kind) = values.next() {
            match taken.place(kind) {
                Place::Gp(i) => copy_nonoverlapping(gp.add(i), slot, kind.slots()),
                Place::Sse(i) => copy_nonoverlapping(sse.add(i).cast::<u64>(), slot, kind.slots()),
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
        let acc = (*registers).gp[0];
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

#[cfg(test)]
mod tests {
    use core::ffi::{c_char, c_int};
    use core::ptr::null_mut;

    unsafe extern "C" {
        fn rheo_native_call(target: usize, descriptor: *const u8, window: *mut u64, thread: *mut u8) -> u64;
        fn snprintf(out: *mut c_char, room: usize, format: *const c_char, ...) -> c_int;
    }

    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Big([u64; 3]);

    #[repr(C)]
    struct Mixed(i64, f64);

    extern "C" fn mixed(a: f32, big: Big, b: i64) -> Mixed {
        Mixed(b + big.0[2] as i64, f64::from(a) + 0.5)
    }

    extern "C" fn wide(a: i64, b: i64, c: i64, d: i64, e: i64, w: i128, f: i64) -> i128 {
        w + i128::from(a + b + c + d + e) - i128::from(f)
    }

    extern "C" fn floats(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, i: f64) -> f64 {
        a + 2.0 * b + 3.0 * c + 4.0 * d + 5.0 * e + 6.0 * f + 7.0 * g + 8.0 * h + 9.0 * i
    }

    fn call(target: usize, descriptor: &str, window: &mut [u64]) -> u64 {
        // SAFETY: each test's descriptor and window are what its target takes.
        unsafe { rheo_native_call(target, descriptor.as_ptr(), window.as_mut_ptr(), null_mut()) }
    }

    #[test]
    fn struct_on_the_stack_and_mixed_results() {
        let big = Big([1, 2, 30]);
        let mut window = [u64::from(1.25f32.to_bits()), &raw const big as u64, 12];
        assert_eq!(call(mixed as *const () as usize, "fs\x18\0\0\0\x08b>bf\0", &mut window), 42);
    }

    #[test]
    fn wide_integer_past_the_registers() {
        let mut window = [1, 2, 3, 4, 5, 100, 7, 9, 0];
        let low = call(wide as *const () as usize, "bbbbbwb>w\0", &mut window);
        assert_eq!((low, window[0]), (100 + 15 - 9, 7));
    }

    #[test]
    fn more_floats_than_registers() {
        let mut window = [0; 9];
        for (i, slot) in window.iter_mut().enumerate() {
            *slot = (i as f64).to_bits();
        }
        let result: f64;
        // SAFETY: calls by the C convention, and reads the result where the callee left it.
        unsafe {
            core::arch::asm!(
                "call {call}",
                call = sym rheo_native_call,
                in("rdi") floats as *const () as usize,
                in("rsi") c"fffffffff>f".as_ptr(),
                in("rdx") window.as_mut_ptr(),
                in("rcx") 0,
                lateout("xmm0") result,
                clobber_abi("C"),
            );
        }
        assert_eq!(result, 240.0);
    }

    #[test]
    fn variadic_with_long_double() {
        let mut text = [0u8; 64];
        // 1.5 as x87 has it.
        let f80 = [0xc000_0000_0000_0000u64, 0x3fff];
        let out = text.as_mut_ptr() as u64;
        let mut window = [out, 64, c"%d %.2f %Lg %s".as_ptr() as u64, 7, 2.5f64.to_bits(), f80[0], f80[1], {
            c"end".as_ptr() as u64
        }];
        let n = call(snprintf as *const () as usize, ".bbbbfxb>b\0", &mut window);
        assert_eq!(&text[..n as u32 as usize], b"7 2.50 1.5 end");
    }
}
