//! x86-64: handlers' machine code, made shorter.
//!
//! Cranelift gives immediates and displacements of jumps 4 bytes where 1 would do, sets a frame up that nobody uses, and
//! copies registers for no use: more than a quarter of a handler. Reading and laying down is `rheo-x64`'s; what changes in
//! between is `frame`'s and `peephole`'s. Code in which anything is not as expected is left as it is.

mod frame;
mod liveness;
mod peephole;

use rheo_x64::Listing;

/// Code, and the offsets of the fields in it that the linker fills in, in the order given.
#[derive(Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The code, and the data behind it.
    pub code: Vec<u8>,
    /// Relocations' offsets.
    pub relocations: Vec<u32>,
    /// Whether it opens a native stack frame.
    pub framed: bool,
    /// Whether it uses registers that C functions keep for their callers.
    pub is_pressed: bool,
    /// Whether constants follow the code, whose alignment counts.
    pub has_data: bool,
}

/// Makes `code`, which leaves by `exits` returns and tail calls, shorter. `relocations` are the offsets of the fields that the
/// linker fills in.
pub fn shorten(code: &[u8], exits: usize, relocations: &[u32]) -> Option<Shortened> {
    let mut listing = Listing::read(code, relocations, &[])?;
    listing.keep_reachable()?;
    let framed = !frame::strip(&mut listing, exits);
    peephole::improve(&mut listing);
    let is_pressed = listing.items.iter().any(frame::uses_kept);
    let has_data = listing.has_data();
    let laid = listing.lay_down()?;
    Some(Shortened { code: laid.code, relocations: laid.relocations, framed, is_pressed, has_data })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];
    const CLOSE: [u8; 4] = [0x48, 0x89, 0xec, 0x5d];

    fn framed(parts: &[&[u8]]) -> Vec<u8> {
        [&OPEN[..]].iter().chain(parts).copied().collect::<Vec<_>>().concat()
    }

    #[test]
    fn frame_goes_and_relocations_follow() {
        // test ecx, ecx; jne +a; (…) jmp rcx; a: (…) jmp symbol
        let code = framed(&[&[0x85, 0xc9, 0x0f, 0x85, 6, 0, 0, 0], &CLOSE, &[0xff, 0xe1], &CLOSE, &[0xe9, 0, 0, 0, 0]]);
        let s = shorten(&code, 2, &[23]).expect("is shortened");
        assert_eq!(s.code, [0x85, 0xc9, 0x75, 2, 0xff, 0xe1, 0xe9, 0, 0, 0, 0]);
        assert_eq!((s.relocations, s.framed, s.has_data), (vec![7], false, false));
    }

    #[test]
    fn registers_are_saved_for_nobody() {
        let save: &[u8] = &[0x48, 0x83, 0xec, 0x10, 0x48, 0x89, 0x1c, 0x24]; // sub rsp, 16; mov [rsp], rbx
        let restore: &[u8] = &[0x48, 0x8b, 0x1c, 0x24, 0x48, 0x83, 0xc4, 0x10]; // mov rbx, [rsp]; add rsp, 16
        // movzx ebx, byte [rdi]; exit: jmp [rdx+rbx*8]
        let s = shorten(&framed(&[save, &[0x0f, 0xb6, 0x1f], restore, &CLOSE, &[0xff, 0x24, 0xda]]), 1, &[]);
        let s = s.expect("is shortened");
        assert_eq!(s.code, [0x0f, 0xb6, 0x1f, 0xff, 0x24, 0xda]);
        assert!(s.is_pressed && !s.framed);
        // With a call in between: push rbp; mov rbp, rsp; …; leave; jmp [rdx+rbx*8]
        let call = framed(&[save, &[0xe8, 0, 0, 0, 0], restore, &CLOSE, &[0xff, 0x24, 0xda]]);
        let s = shorten(&call, 1, &[13]).expect("is shortened");
        assert_eq!(s.code, [0x55, 0x48, 0x89, 0xe5, 0xe8, 0, 0, 0, 0, 0xc9, 0xff, 0x24, 0xda]);
        assert!(s.framed);
    }

    #[test]
    fn frame_stays_where_it_is_used() {
        let jump = framed(&[&[0x01, 0xc8], &CLOSE, &[0xff, 0xe1]]);
        assert!(shorten(&jump, 2, &[]).expect("reads").framed, "an exit was not found");
        // sub rsp, 16
        let spilled = framed(&[&[0x48, 0x83, 0xec, 0x10], &CLOSE, &[0xff, 0xe1]]);
        assert!(shorten(&spilled, 1, &[]).expect("reads").framed, "stack is used");
        let local = framed(&[&CLOSE, &[0xe9, 0, 0, 0, 0]]);
        assert_eq!(shorten(&local, 1, &[]), None, "a jump that the linker does not fill in");
    }

    #[test]
    fn constants_are_still_referred_to() {
        // pand xmm0, [rip + 6]; exit; padding; constant
        let mut code = framed(&[&[0x66, 0x0f, 0xdb, 0x05, 14, 0, 0, 0], &CLOSE, &[0xff, 0xe1]]);
        code.resize(26, 0);
        code.extend([7; 16]);
        let s = shorten(&code, 1, &[]).expect("is shortened");
        assert!(s.has_data && !s.framed);
        assert_eq!(s.code[..10], [0x66, 0x0f, 0xdb, 0x05, 2, 0, 0, 0, 0xff, 0xe1]);
        assert_eq!(s.code[10..], [7; 16]);
    }

    #[test]
    fn dispatch_goes_through_the_table() {
        // movzx rax, byte [rdi+3]; mov r10, [rdx+rax*8]; add rdi, 3; exit: jmp r10
        let body = [0x48, 0x0f, 0xb6, 0x47, 3, 0x4c, 0x8b, 0x14, 0xc2, 0x48, 0x81, 0xc7, 3, 0, 0, 0];
        let s = shorten(&framed(&[&body, &CLOSE, &[0x41, 0xff, 0xe2]]), 1, &[]).expect("is shortened");
        // movzx eax, byte [rdi+3]; add rdi, 3; jmp [rdx+rax*8]
        assert_eq!(s.code, [0x0f, 0xb6, 0x47, 3, 0x48, 0x83, 0xc7, 3, 0xff, 0x24, 0xc2]);
    }

    #[test]
    fn copies_go() {
        // mov r9, rdi; lea rdi, [r9+rax]; movzx rax, byte [r9+rax]; exit: jmp [rdx+rax*8]
        let body = [0x49, 0x89, 0xf9, 0x49, 0x8d, 0x3c, 0x01, 0x49, 0x0f, 0xb6, 0x04, 0x01];
        let s = shorten(&framed(&[&body, &CLOSE, &[0xff, 0x24, 0xc2]]), 1, &[]).expect("is shortened");
        // add rdi, rax; movzx eax, byte [rdi]; jmp [rdx+rax*8]
        assert_eq!(s.code, [0x48, 0x01, 0xc7, 0x0f, 0xb6, 0x07, 0xff, 0x24, 0xc2]);
    }
}
