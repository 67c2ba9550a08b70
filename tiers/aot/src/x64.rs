//! x86-64: functions' machine code, made smaller than Cranelift lays it down, by about a sixth.
//!
//! Jumps and immediates take one byte where that will do. Registers are saved and restored by `push` and `pop`, not by stores
//! and loads of five to eight bytes. What lies on the stack is addressed through `rbp` where that is shorter, which needs
//! no index byte, and reaches saved values at the upper end of a large frame with one byte. Nothing else changes: neither the
//! order of instructions nor who holds what. Code in which anything is not as expected keeps its frame, or is left as it is.

use cranelift_codegen::isa::unwind::UnwindInst;
use gimli::X86_64;
use gimli::write::CallFrameInstruction as Rule;
use iced_x86::{Code, Instruction, InstructionInfoFactory, InstructionInfoOptions, OpAccess, Register};
use rheo_x64::{Frame, Item, Listing, set_displacement, shorten, stack_operand};

/// The smaller code.
pub struct Shrunk {
    /// Machine code.
    pub code: Vec<u8>,
    /// The relocations' offsets, in the order given.
    pub relocations: Vec<u32>,
    /// How to unwind the frame, by code offset.
    pub rules: Vec<(u32, Rule)>,
    /// What was where, and is where, by rising offset.
    pub places: Vec<(u32, u32)>,
}

/// Bytes above the frame proper: the return address and the caller's `rbp`.
const SET_UP: u32 = 16;
/// Bytes of the return address.
const RETURN_ADDRESS: i32 = 8;
/// Bytes of a saved register.
const SAVED: i64 = 8;

/// Makes a function smaller. `blocks` are the starts of its basic blocks, by rising offset.
pub fn shrink(code: &[u8], relocations: &[u32], blocks: &[u32], unwind: &[(u32, UnwindInst)]) -> Option<Shrunk> {
    let mut listing = Listing::read(code, relocations, blocks).filter(Listing::is_sound)?;
    let frame = saved_registers(unwind).and_then(|saved| Known::of(&listing, blocks, &saved));
    let exits = frame.as_ref().map_or_else(Vec::new, |frame| frame.rewrite(&mut listing));
    for i in 0..listing.items.len() {
        let dead = flags_are_dead(&listing.items[i + 1..]);
        shorten(&mut listing.items[i], dead);
    }
    let laid = listing.lay_down()?;
    let mut places: Vec<(u32, u32)> =
        listing.items.iter().map(|item| item.at).zip(laid.starts.iter().copied()).collect();
    places.dedup_by_key(|place| place.0);
    places.push((code.len() as u32, *laid.starts.last()?));
    let rules = match &frame {
        Some(frame) => frame.rules(&laid.starts, &exits),
        None => rules(unwind, &places)?,
    };
    Some(Shrunk { code: laid.code, relocations: laid.relocations, rules, places })
}

/// Where something that was at `at` is now; what has gone, where that is which followed it.
pub fn place(places: &[(u32, u32)], at: u32) -> u32 {
    let i = places.partition_point(|place| place.0 < at);
    places.get(i).or(places.last()).map_or(at, |place| place.1)
}

/// Whether nothing reads the flags that stand before `items`.
fn flags_are_dead(items: &[Item]) -> bool {
    const STATUS: u32 = iced_x86::RflagsBits::OF
        | iced_x86::RflagsBits::SF
        | iced_x86::RflagsBits::ZF
        | iced_x86::RflagsBits::AF
        | iced_x86::RflagsBits::CF
        | iced_x86::RflagsBits::PF;
    const FAR: usize = 6;
    for item in items.iter().take(FAR) {
        if item.is_table() || item.inst.rflags_read() & STATUS != 0 {
            return false;
        }
        // Flags pass neither into a function nor out of it.
        if item.inst.rflags_modified() & STATUS == STATUS || item.inst.is_call_near() || item.inst.code() == Code::Retnq
        {
            return true;
        }
        if item.is_local_jump() || item.ends() {
            return false;
        }
    }
    false
}

/// A frame all of whose set-up and tear-downs is known, and which stands still in between.
struct Known {
    frame: Frame,
    /// Whether anything is called, or found by way of `rbp`.
    used: bool,
}

/// The registers that a frame of the usual form saves, in order.
fn saved_registers(unwind: &[(u32, UnwindInst)]) -> Option<Vec<Register>> {
    let [(_, push), (_, define), saves @ ..] = unwind else { return None };
    let UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: SET_UP } = push else { return None };
    let UnwindInst::DefineNewFrame { offset_upward_to_caller_sp: SET_UP, .. } = define else { return None };
    let register = |save: &(u32, UnwindInst)| match save.1 {
        UnwindInst::SaveReg { reg, .. } => Some(Register::RAX + u32::from(reg.hw_enc())),
        _ => None,
    };
    saves.iter().map(register).collect()
}

impl Known {
    /// The frame of a function that saves these registers.
    fn of(listing: &Listing, blocks: &[u32], saved: &[Register]) -> Option<Known> {
        let items = &listing.items;
        let frame = Frame::of(items).filter(|frame| frame.saves.iter().map(|save| save.0).eq(saved.iter().copied()))?;
        let first = frame.saves.first().map_or(0, |save| save.1);
        let stand = frame.saves.iter().zip(0..).all(|(save, i)| save.1 == first + SAVED * i);
        // Nobody jumps into the middle of a tear-down.
        let whole = |&(start, exit): &(usize, usize)| {
            let next = blocks.partition_point(|&block| block <= items[start].at);
            blocks.get(next).is_none_or(|&block| block > items[exit].at)
        };
        if !stand || first + SAVED * saved.len() as i64 > frame.size || !frame.tear_downs.iter().all(whole) {
            return None;
        }
        let mut known = Known { used: frame.size > 0, frame };
        known.body_keeps_it(items).then_some(known)
    }

    /// Whether nothing between set-up and tear-downs moves `rsp` or `rbp`, or reaches beyond the frame by way of `rsp`.
    fn body_keeps_it(&mut self, items: &[Item]) -> bool {
        let mut factory = InstructionInfoFactory::new();
        let mut tear_downs = self.frame.tear_downs.iter().copied().peekable();
        let mut i = self.frame.set_up;
        while i < items.len() {
            if let Some((_, exit)) = tear_downs.next_if(|down| down.0 == i) {
                i = exit + 1;
                continue;
            }
            let item = &items[i];
            i += 1;
            if item.is_table() {
                continue;
            }
            if stack_operand(&item.inst).is_some_and(|d| !(0..=self.frame.size).contains(&d)) {
                return false;
            }
            let writes = |access: OpAccess| !matches!(access, OpAccess::None | OpAccess::Read | OpAccess::CondRead);
            let used = factory.info_options(&item.inst, InstructionInfoOptions::NO_MEMORY_USAGE).used_registers();
            let moves = |register: Register| {
                used.iter().any(|used| used.register().full_register() == register && writes(used.access()))
            };
            let calls = item.inst.is_call_near() || item.inst.is_call_near_indirect();
            if moves(Register::RBP) || moves(Register::RSP) && !calls {
                return false;
            }
            let stack = |register: Register| matches!(register.full_register(), Register::RBP | Register::RSP);
            self.used |= calls || used.iter().any(|used| stack(used.register()));
        }
        true
    }

    /// Bytes of the frame below the saved registers.
    fn below(&self) -> i64 {
        self.frame.size - SAVED * self.frame.saves.len() as i64
    }

    /// Puts the shorter set-up and tear-downs into the listing, and addresses what lies on the stack. Gives the items that leave
    /// when the frame has been torn down.
    fn rewrite(&self, listing: &mut Listing) -> Vec<usize> {
        let old = std::mem::take(&mut listing.items);
        if !self.used {
            let closes = |i: usize| self.frame.tear_downs.iter().any(|&(start, exit)| (start..exit).contains(&i));
            let kept = old.into_iter().enumerate().filter(|&(i, _)| i >= self.frame.set_up && !closes(i));
            listing.items = kept.map(|(_, item)| item).collect();
            return Vec::new();
        }
        let mut items = Vec::with_capacity(old.len());
        let mut exits = Vec::with_capacity(self.frame.tear_downs.len());
        let at = old[2].at;
        let add = |items: &mut Vec<Item>, at: u32, inst: Result<Instruction, iced_x86::IcedError>| {
            items.push(Item::new(at, inst.expect("these are instructions with these operands")));
        };
        items.extend_from_slice(&old[..2]);
        for &(register, _) in self.frame.saves.iter().rev() {
            add(&mut items, at, Instruction::with1(Code::Push_r64, register));
        }
        match self.below() {
            0 => {}
            // What is pushed does not matter.
            SAVED => add(&mut items, at, Instruction::with1(Code::Push_r64, Register::RAX)),
            128 => add(&mut items, at, Instruction::with2(Code::Add_rm64_imm8, Register::RSP, -128)),
            below => add(&mut items, at, Instruction::with2(Code::Sub_rm64_imm32, Register::RSP, below as i32)),
        }
        let mut tear_downs = self.frame.tear_downs.iter().copied().peekable();
        let mut i = self.frame.set_up;
        while i < old.len() {
            let Some((start, exit)) = tear_downs.next_if(|down| down.0 == i) else {
                let mut item = old[i].clone();
                self.address(&mut item);
                items.push(item);
                i += 1;
                continue;
            };
            let at = old[start].at;
            let base = iced_x86::MemoryOperand::with_base_displ(Register::RBP, -(self.frame.size - self.below()));
            match (self.below(), self.frame.saves.is_empty()) {
                (0, _) => {}
                (_, true) => add(&mut items, at, Ok(Instruction::with(Code::Leaveq))),
                (1..=127, _) => {
                    add(&mut items, at, Instruction::with2(Code::Add_rm64_imm8, Register::RSP, self.below() as i32));
                }
                _ => add(&mut items, at, Instruction::with2(Code::Lea_r64_m, Register::RSP, base)),
            }
            for &(register, _) in &self.frame.saves {
                add(&mut items, at, Instruction::with1(Code::Pop_r64, register));
            }
            if self.below() == 0 || !self.frame.saves.is_empty() {
                items.push(old[exit - 1].clone());
            }
            exits.push(items.len());
            items.push(old[exit].clone());
            i = exit + 1;
        }
        listing.items = items;
        exits
    }

    /// Addresses the stack through `rbp` where that takes less.
    fn address(&self, item: &mut Item) {
        let Some(offset) = stack_operand(&item.inst).filter(|_| item.relocation.is_none()) else { return };
        let bytes = |displacement: i64| if i8::try_from(displacement).is_ok() { 1 } else { 4 };
        let through_rsp = 1 + if offset == 0 { 0 } else { bytes(offset) };
        let displacement = offset - self.frame.size;
        if bytes(displacement) < through_rsp {
            let mut inst = item.inst;
            inst.set_memory_base(Register::RBP);
            set_displacement(&mut inst, displacement);
            item.replace(inst);
        }
    }

    /// How to unwind it. Each item of the set-up begins at its start; `exits` find the caller's `rbp` in place.
    fn rules(&self, starts: &[u32], exits: &[usize]) -> Vec<(u32, Rule)> {
        if !self.used {
            return Vec::new();
        }
        let mut rules = set_up_rules(starts[1], starts[2]).to_vec();
        for (i, &(register, _)) in self.frame.saves.iter().rev().enumerate() {
            let offset = -(SET_UP as i32) - SAVED as i32 * (i as i32 + 1);
            rules.push((starts[3 + i], Rule::Offset(dwarf(register), offset)));
        }
        for &exit in exits {
            let (at, behind) = (starts[exit], starts[exit + 1]);
            let goes_on = exit + 2 < starts.len();
            if goes_on {
                rules.push((at, Rule::RememberState));
            }
            rules.push((at, Rule::Cfa(X86_64::RSP, RETURN_ADDRESS)));
            if goes_on {
                rules.push((behind, Rule::RestoreState));
            }
        }
        rules
    }
}

/// The rules behind `push rbp` and behind `mov rbp, rsp`.
fn set_up_rules(pushed: u32, moved: u32) -> [(u32, Rule); 3] {
    [
        (pushed, Rule::CfaOffset(SET_UP as i32)),
        (pushed, Rule::Offset(X86_64::RBP, -(SET_UP as i32))),
        (moved, Rule::CfaRegister(X86_64::RBP)),
    ]
}

/// The number that unwind tables give a general register.
fn dwarf(register: Register) -> gimli::Register {
    const LOW: [gimli::Register; 8] =
        [X86_64::RAX, X86_64::RCX, X86_64::RDX, X86_64::RBX, X86_64::RSP, X86_64::RBP, X86_64::RSI, X86_64::RDI];
    let number = register.number();
    LOW.get(number).copied().unwrap_or(gimli::Register(number as u16))
}

/// The rules that Cranelift gave, of a frame that stays as it was.
fn rules(unwind: &[(u32, UnwindInst)], places: &[(u32, u32)]) -> Option<Vec<(u32, Rule)>> {
    let mut rules = Vec::new();
    let mut to_saved = 0;
    for (at, inst) in unwind {
        let at = place(places, *at);
        match inst {
            UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: SET_UP } => {
                rules.extend_from_slice(&set_up_rules(at, at)[..2]);
            }
            UnwindInst::DefineNewFrame { offset_upward_to_caller_sp: SET_UP, offset_downward_to_clobbers } => {
                rules.push((at, Rule::CfaRegister(X86_64::RBP)));
                to_saved = (SET_UP + offset_downward_to_clobbers) as i32;
            }
            UnwindInst::StackAlloc { .. } => {}
            UnwindInst::SaveReg { clobber_offset, reg } => {
                let register = Register::RAX + u32::from(reg.hw_enc());
                rules.push((at, Rule::Offset(dwarf(register), *clobber_offset as i32 - to_saved)));
            }
            _ => return None,
        }
    }
    Some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rustfmt::skip]
    const FUNCTION: [u8; 44] = [
        0x55, 0x48, 0x89, 0xe5, // push rbp; mov rbp, rsp
        0x48, 0x83, 0xec, 0x20, // sub rsp, 32
        0x48, 0x89, 0x5c, 0x24, 0x10, // mov [rsp + 16], rbx
        0x4c, 0x89, 0x64, 0x24, 0x18, // mov [rsp + 24], r12
        0x48, 0x8b, 0x44, 0x24, 0x08, // mov rax, [rsp + 8]
        0x48, 0x83, 0xc3, 0x01, // add rbx, 1
        0x48, 0x8b, 0x5c, 0x24, 0x10, // mov rbx, [rsp + 16]
        0x4c, 0x8b, 0x64, 0x24, 0x18, // mov r12, [rsp + 24]
        0x48, 0x83, 0xc4, 0x20, // add rsp, 32
        0x48, 0x89, 0xec, // mov rsp, rbp
    ];
    const END: [u8; 2] = [0x5d, 0xc3]; // pop rbp; ret

    fn frame_of(code: &[u8]) -> Option<(Listing, Known)> {
        let listing = Listing::read(code, &[], &[0]).filter(Listing::is_sound).expect("is read");
        let frame = Known::of(&listing, &[0], &[Register::RBX, Register::R12])?;
        Some((listing, frame))
    }

    #[test]
    fn registers_are_pushed_and_slots_addressed_through_rbp() {
        let (mut listing, frame) = frame_of(&[&FUNCTION[..], &END].concat()).expect("is a frame");
        let exits = frame.rewrite(&mut listing);
        listing.items.iter_mut().for_each(|item| _ = shorten(item, false));
        let laid = listing.lay_down().expect("is laid down");
        #[rustfmt::skip]
        let want = [
            0x55, 0x48, 0x89, 0xe5, // push rbp; mov rbp, rsp
            0x41, 0x54, 0x53, // push r12; push rbx
            0x48, 0x83, 0xec, 0x10, // sub rsp, 16
            0x48, 0x8b, 0x45, 0xe8, // mov rax, [rbp - 24]
            0x48, 0x83, 0xc3, 0x01, // add rbx, 1
            0x48, 0x83, 0xc4, 0x10, // add rsp, 16
            0x5b, 0x41, 0x5c, // pop rbx; pop r12
            0x5d, 0xc3, // pop rbp; ret
        ];
        assert_eq!(laid.code, want);
        let rules: Vec<(u32, Rule)> = frame.rules(&laid.starts, &exits).split_off(3);
        let saved = [(6, Rule::Offset(X86_64::R12, -24)), (7, Rule::Offset(X86_64::RBX, -32))];
        assert_eq!(rules[..2], saved);
        assert_eq!(rules[2..], [(27, Rule::Cfa(X86_64::RSP, 8))], "at the return the caller's rbp is in place");
    }

    #[test]
    fn a_frame_that_nobody_uses_goes() {
        // push rbp; mov rbp, rsp; lea rax, [rdi + 1]; mov rsp, rbp; pop rbp; ret
        let code = [0x55, 0x48, 0x89, 0xe5, 0x48, 0x8d, 0x47, 0x01, 0x48, 0x89, 0xec, 0x5d, 0xc3];
        let mut listing = Listing::read(&code, &[], &[0]).expect("is read");
        let frame = Known::of(&listing, &[0], &[]).expect("is a frame");
        let exits = frame.rewrite(&mut listing);
        let laid = listing.lay_down().expect("is laid down");
        assert_eq!(laid.code, [0x48, 0x8d, 0x47, 0x01, 0xc3]);
        assert!(frame.rules(&laid.starts, &exits).is_empty());
    }

    #[test]
    fn a_frame_whose_stack_moves_keeps_its_form() {
        // A push in the body, and a body that leaves without the tear-down.
        let pushed = [&FUNCTION[..18], &[0x50], &FUNCTION[18..], &END].concat();
        assert!(frame_of(&pushed).is_none());
        let left = [&FUNCTION[..18], &[0x74, 1, 0xc3], &FUNCTION[18..], &END].concat();
        assert!(frame_of(&left).is_none());
    }
}
