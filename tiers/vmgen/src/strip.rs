//! x86-64: takes the frame set-up out of handlers that need no frame.
//!
//! Cranelift opens every function that makes tail calls with `push rbp; mov rbp, rsp` and leaves it by
//! `mov rsp, rbp; pop rbp` before each jump, which costs 7 to 18 % of an interpreter's time. In a function that keeps
//! nothing on the stack the pairs can go. Every check is exact: a function in which anything is not as expected is left
//! as it is.

const OPEN: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];
const CLOSE: [u8; 4] = [0x48, 0x89, 0xec, 0x5d];
const INT3: u8 = 0xcc;

/// A function without its frame.
#[derive(Debug, PartialEq, Eq)]
pub struct Stripped {
    /// The code.
    pub code: Vec<u8>,
    /// Bytes in front of the function's first instruction. Not 0 where data follows the code, whose alignment counts.
    pub skip: u32,
    /// Relocation offsets, in the order given.
    pub relocations: Vec<u32>,
}

/// Strips `code`, which leaves by `exits` returns and tail calls. `relocations` are the offsets of the fields that the
/// linker fills in.
pub fn strip(code: &[u8], exits: usize, relocations: &[u32]) -> Option<Stripped> {
    let body = code.strip_prefix(&OPEN)?;
    // `sub rsp, …`: there are saved registers or spills.
    if body.starts_with(&[0x48, 0x83, 0xec]) || body.starts_with(&[0x48, 0x81, 0xec]) {
        return None;
    }
    let keep_place = refers_to_itself(code);
    let shift = if keep_place { 0 } else { OPEN.len() };
    let mut out = code[shift..].to_vec();
    out[..OPEN.len() - shift].fill(INT3);
    let mut relocations: Vec<u32> = relocations.to_vec();
    let mut found = 0;
    let mut at = OPEN.len();
    while at + CLOSE.len() < code.len() {
        if code[at..].starts_with(&CLOSE) {
            let jump = at + CLOSE.len();
            let bytes = jump_bytes(&code[jump..], |field| relocations.contains(&((jump + field) as u32)))?;
            out[at - shift..][..bytes].copy_from_slice(&code[jump..jump + bytes]);
            out[at - shift + bytes..][..CLOSE.len()].fill(INT3);
            for r in relocations.iter_mut().filter(|r| (jump..jump + bytes).contains(&(**r as usize))) {
                *r -= CLOSE.len() as u32;
            }
            found += 1;
            at = jump + bytes;
        } else {
            at += 1;
        }
    }
    if found != exits || found == 0 {
        return None;
    }
    if !keep_place {
        while out.last() == Some(&INT3) {
            out.pop();
        }
    }
    for r in &mut relocations {
        *r -= shift as u32;
    }
    Some(Stripped { code: out, skip: (OPEN.len() - shift) as u32, relocations })
}

/// Length of the return or jump that leaves the function; `None` if it is something else.
fn jump_bytes(code: &[u8], is_relocated: impl Fn(usize) -> bool) -> Option<usize> {
    match code {
        [0xc3, ..] => Some(1),
        [0xff, 0xe0..=0xe7, ..] => Some(2),
        [0x41, 0xff, 0xe0..=0xe7, ..] => Some(3),
        [0xe9, _, _, _, _, ..] if is_relocated(1) => Some(5),
        _ => None,
    }
}

/// Whether an instruction may refer to a byte of the code itself, such as a constant that follows it: any byte that
/// could be a rip-relative ModRM byte with a displacement that stays inside.
fn refers_to_itself(code: &[u8]) -> bool {
    (0..code.len().saturating_sub(4)).filter(|&at| code[at] & 0xc7 == 0x05).any(|at| {
        let displacement = i32::from_le_bytes(code[at + 1..at + 5].try_into().expect("four bytes"));
        let end = at as i64 + 5 + i64::from(displacement);
        // An immediate may stand behind the displacement.
        [0, 1, 2, 4].iter().any(|imm| (1..code.len() as i64).contains(&(end + imm)) && displacement != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_goes_and_relocations_follow() {
        // push rbp; mov rbp, rsp; add eax, ecx; (mov rsp, rbp; pop rbp;) jmp rcx / jmp symbol
        let mut code = OPEN.to_vec();
        code.extend([0x01, 0xc8]);
        code.extend(CLOSE);
        code.extend([0xff, 0xe1]);
        code.extend(CLOSE);
        code.extend([0xe9, 0, 0, 0, 0]);
        let s = strip(&code, 2, &[17]).expect("strips");
        let expected = [0x01, 0xc8, 0xff, 0xe1, 0xcc, 0xcc, 0xcc, 0xcc, 0xe9, 0, 0, 0, 0];
        assert_eq!(s, Stripped { code: expected.to_vec(), skip: 0, relocations: vec![9] });
    }

    #[test]
    fn left_alone() {
        let jump = [&OPEN[..], &[0x01, 0xc8], &CLOSE, &[0xff, 0xe1]].concat();
        assert_eq!(strip(&jump, 2, &[]), None, "an exit was not found");
        let spilled = [&OPEN[..], &[0x48, 0x83, 0xec, 0x10], &CLOSE, &[0xff, 0xe1]].concat();
        assert_eq!(strip(&spilled, 1, &[]), None, "stack is used");
        let odd = [&OPEN[..], &CLOSE, &[0x90, 0xff, 0xe1]].concat();
        assert_eq!(strip(&odd, 1, &[]), None, "the exit is no jump");
        let local = [&OPEN[..], &CLOSE, &[0xe9, 0, 0, 0, 0]].concat();
        assert_eq!(strip(&local, 1, &[]), None, "a jump that the linker does not fill in");
    }

    #[test]
    fn constants_stay_in_place() {
        // pand xmm0, [rip + 6]; exit; constant
        let mut code = OPEN.to_vec();
        code.extend([0x66, 0x0f, 0xdb, 0x05, 0x06, 0, 0, 0]);
        code.extend(CLOSE);
        code.extend([0xff, 0xe1]);
        code.extend([7; 16]);
        let s = strip(&code, 1, &[]).expect("strips");
        assert_eq!((s.skip, s.code.len()), (4, code.len()));
        assert_eq!(s.code[18..], [7; 16]);
        assert_eq!(s.code[12..14], [0xff, 0xe1]);
    }
}
