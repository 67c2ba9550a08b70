//! The image, as far as the runtime reads it: the build, and the functions' extents and names.

use crate::layout::Context;

/// A function of the image.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its number.
    pub number: usize,
    /// Address of its code.
    pub start: usize,
    /// End of its code.
    pub end: usize,
    /// Its name.
    pub name: *const u8,
    /// Length of the name; 0 if the image has no names.
    pub name_bytes: usize,
}

impl Function {
    /// Whether `pc`, an address behind an instruction, is in the function.
    pub fn contains(&self, pc: usize) -> bool {
        self.start < pc && pc <= self.end
    }
}

/// Bytes from the start of the code to the end of the image.
///
/// # Safety
/// `ctx` must be the context.
pub unsafe fn code_bytes(ctx: *const Context) -> Option<usize> {
    // SAFETY: by the contract.
    unsafe { ((*ctx).image.addr() + (*ctx).image_bytes).checked_sub((*ctx).code.addr()) }
}

/// The build id of the image.
///
/// # Safety
/// `ctx` must be the context.
pub unsafe fn build_id(_ctx: *const Context) -> u64 {
    0
}

/// The function that the instruction ending at `pc` belongs to.
pub fn function_at(_ctx: *const Context, _pc: usize) -> Option<Function> {
    None
}
