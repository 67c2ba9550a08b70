//! x86-64: handlers' machine code as a list of instructions, to be made shorter and laid down again.
//!
//! Cranelift gives immediates and displacements of jumps 4 bytes where 1 would do, sets a frame up that nobody uses, and
//! copies registers for no use: more than a quarter of a handler. Owns reading and laying down; what changes in between is
//! `frame`'s and `peephole`'s. Code in which anything is not as expected is left as it is.

mod frame;
mod liveness;
mod peephole;

use iced_x86::{Code, Decoder, DecoderOptions, Encoder, FlowControl, Instruction, OpKind, Register};

/// Data behind the code keeps its place modulo this.
const DATA_ALIGN: usize = 16;

/// Code, and the offsets of the fields in it that the linker fills in, in the order given.
#[derive(Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The code, and the data behind it.
    pub code: Vec<u8>,
    /// Relocations' offsets.
    pub relocations: Vec<u32>,
    /// Whether it opens a native stack frame.
    pub framed: bool,
    /// Whether constants follow the code, whose alignment counts.
    pub has_data: bool,
}

/// An instruction.
#[derive(Clone)]
struct Item {
    /// Its offset where it was read, by which jumps name it.
    at: u32,
    inst: Instruction,
    /// The bytes it was read from, unless it has been changed.
    bytes: Option<Vec<u8>>,
    /// A relocation's index, and its offset in the bytes.
    relocation: Option<(usize, u32)>,
}

impl Item {
    fn is_local_jump(&self) -> bool {
        self.relocation.is_none() && (self.inst.is_jmp_short_or_near() || self.inst.is_jcc_short_or_near())
    }

    /// Whether it refers to data behind the code.
    fn refers_to_data(&self) -> bool {
        self.relocation.is_none() && self.inst.is_ip_rel_memory_operand()
    }

    /// Whether control never goes on behind it.
    fn ends(&self) -> bool {
        // `div ah`: see `rheo_lower::code_with_native_faults`.
        let faults = self.inst.code() == Code::Div_rm8 && self.inst.op0_register() == Register::AH;
        faults
            || matches!(
                self.inst.flow_control(),
                FlowControl::UnconditionalBranch
                    | FlowControl::IndirectBranch
                    | FlowControl::Return
                    | FlowControl::Exception
            )
    }

    /// Whether it leaves the handler.
    fn leaves(&self) -> bool {
        self.ends() && !self.is_local_jump()
    }

    fn replace(&mut self, inst: Instruction) {
        self.inst = inst;
        self.bytes = None;
    }
}

/// A function's instructions and the constants behind them.
struct Listing {
    items: Vec<Item>,
    data: Vec<u8>,
    data_at: usize,
    relocations: usize,
}

/// Makes `code`, which leaves by `exits` returns and tail calls, shorter. `relocations` are the offsets of the fields that the
/// linker fills in.
pub fn shorten(code: &[u8], exits: usize, relocations: &[u32]) -> Option<Shortened> {
    let mut listing = Listing::read(code, relocations)?;
    let framed = !frame::strip(&mut listing, exits);
    peephole::improve(&mut listing);
    let (code, relocations) = listing.lay_down()?;
    Some(Shortened { code, relocations, framed, has_data: !listing.data.is_empty() })
}

impl Listing {
    fn read(code: &[u8], relocations: &[u32]) -> Option<Listing> {
        let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
        let mut items: Vec<Item> = Vec::new();
        let mut data_at = code.len();
        while (decoder.ip() as usize) < data_at {
            let inst = decoder.decode();
            let (from, to) = (inst.ip() as usize, inst.next_ip() as usize);
            let inside = |r: &&u32| (from..to).contains(&(**r as usize));
            let relocation = relocations.iter().position(|r| inside(&r)).map(|i| (i, relocations[i] - from as u32));
            if relocations.iter().filter(inside).count() > 1 {
                return None;
            }
            let item = Item { at: from as u32, inst, bytes: Some(code.get(from..to)?.to_vec()), relocation };
            if item.refers_to_data() {
                data_at = data_at.min(usize::try_from(inst.ip_rel_memory_address()).ok()?);
            }
            items.push(item);
        }
        let mut listing = Listing { items, data: code[data_at..].to_vec(), data_at, relocations: relocations.len() };
        listing.keep_reachable()?;
        let found = listing.items.iter().filter(|i| i.relocation.is_some()).count();
        let calls_itself = |i: &Item| i.relocation.is_none() && i.inst.is_call_near();
        (found == relocations.len() && !listing.items.iter().any(calls_itself)).then_some(listing)
    }

    /// Index of the item that a jump names. What it named may have been taken away: then the next one.
    fn target(&self, jump: &Instruction) -> Option<usize> {
        let at = u32::try_from(jump.near_branch_target()).ok()?;
        let i = self.items.partition_point(|item| item.at < at);
        (i < self.items.len()).then_some(i)
    }

    /// Indices of the items that may follow item `i`.
    fn successors(&self, i: usize) -> Option<Vec<usize>> {
        let item = &self.items[i];
        let mut out = Vec::new();
        if item.is_local_jump() {
            out.push(self.target(&item.inst)?);
        }
        if !item.ends() {
            out.push(i + 1);
        }
        Some(out)
    }

    /// Drops what is never executed: padding. Nothing if some instruction is not one.
    fn keep_reachable(&mut self) -> Option<()> {
        let mut reached = vec![false; self.items.len()];
        let mut work = vec![0];
        while let Some(i) = work.pop() {
            let item = self.items.get(i)?;
            if item.inst.is_invalid() || item.at as usize >= self.data_at {
                return None;
            }
            if std::mem::replace(&mut reached[i], true) {
                continue;
            }
            if item.is_local_jump() && self.items[self.target(&item.inst)?].at as u64 != item.inst.near_branch_target()
            {
                return None;
            }
            work.extend(self.successors(i)?);
        }
        let mut reached = reached.into_iter();
        self.items.retain(|_| reached.next() == Some(true));
        Some(())
    }

    /// Machine code, and the relocations' offsets.
    fn lay_down(&self) -> Option<(Vec<u8>, Vec<u32>)> {
        let mut encoder = Encoder::new(64);
        let mut bytes: Vec<Vec<u8>> = Vec::with_capacity(self.items.len());
        let mut fields: Vec<usize> = vec![0; self.items.len()];
        for (i, item) in self.items.iter().enumerate() {
            let mut one = match &item.bytes {
                Some(b) => b.clone(),
                None => {
                    encoder.encode(&item.inst, item.inst.ip()).ok()?;
                    encoder.take_buffer()
                }
            };
            if item.is_local_jump() {
                one = vec![0; 2];
            } else if item.refers_to_data() {
                let mut decoder = Decoder::with_ip(64, &one, item.inst.ip(), DecoderOptions::NONE);
                let inst = decoder.decode();
                fields[i] = decoder.get_constant_offsets(&inst).displacement_offset();
            }
            bytes.push(one);
        }
        // Jumps grow until each reaches its target.
        let starts = loop {
            let mut starts = Vec::with_capacity(bytes.len() + 1);
            let mut end = 0usize;
            for b in &bytes {
                starts.push(end);
                end += b.len();
            }
            starts.push(end);
            let mut grown = false;
            for (i, item) in self.items.iter().enumerate().filter(|(_, item)| item.is_local_jump()) {
                let distance = starts[self.target(&item.inst)?] as i64 - starts[i + 1] as i64;
                let long = if item.inst.is_jmp_short_or_near() { 5 } else { 6 };
                if i8::try_from(distance).is_err() && bytes[i].len() < long {
                    bytes[i] = vec![0; long];
                    grown = true;
                }
            }
            if !grown {
                break starts;
            }
        };
        let end = *starts.last()?;
        let data = match self.data.is_empty() {
            true => end,
            false => end + (self.data_at % DATA_ALIGN + DATA_ALIGN - end % DATA_ALIGN) % DATA_ALIGN,
        };
        let mut relocations = vec![u32::MAX; self.relocations];
        for (i, item) in self.items.iter().enumerate() {
            let one = &mut bytes[i];
            if item.is_local_jump() {
                let distance = starts[self.target(&item.inst)?] as i64 - starts[i + 1] as i64;
                let condition = item.inst.condition_code() as u8;
                // The condition's number in iced is that of the encoding and 1.
                match (one.len(), condition) {
                    (2, 0) => one.copy_from_slice(&[0xeb, distance as u8]),
                    (2, c) => one.copy_from_slice(&[0x70 + c - 1, distance as u8]),
                    (_, 0) => one[0] = 0xe9,
                    (_, c) => one[..2].copy_from_slice(&[0x0f, 0x80 + c - 1]),
                }
                if one.len() > 2 {
                    let field = one.len() - 4;
                    one[field..].copy_from_slice(&(distance as i32).to_le_bytes());
                }
            } else if item.refers_to_data() {
                let into = usize::try_from(item.inst.ip_rel_memory_address()).ok()?.checked_sub(self.data_at)?;
                let distance = (data + into) as i64 - starts[i + 1] as i64;
                one.get_mut(fields[i]..fields[i] + 4)?.copy_from_slice(&(distance as i32).to_le_bytes());
            }
            if let Some((r, offset)) = item.relocation {
                relocations[r] = starts[i] as u32 + offset;
            }
        }
        let mut code = bytes.concat();
        code.resize(data, 0xcc);
        code.extend_from_slice(&self.data);
        relocations.iter().all(|&r| r != u32::MAX).then_some((code, relocations))
    }
}

/// Whether operand `i` is a register.
fn is_register(inst: &Instruction, i: u32) -> bool {
    i < inst.op_count() && inst.op_kind(i) == OpKind::Register
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
