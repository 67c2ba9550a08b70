//! Takes the frame set-up out of handlers, or what they do not need of it.
//!
//! Cranelift opens every function that makes tail calls with `push rbp; mov rbp, rsp` and leaves it by `mov rsp, rbp; pop
//! rbp` before each jump, which costs 7 to 18 % of an interpreter's time. In a function that keeps nothing on the stack the
//! pairs can go. Registers that a C function keeps for its caller are saved for nobody: entries have done it, and handlers keep
//! nothing in registers across a dispatch but the VM's (docs/vm.md).

use iced_x86::{Code, Instruction, InstructionInfoFactory, Register};
use rheo_x64::{Item, Listing};

/// What C functions keep for their callers, but for rbp and rsp.
const KEPT: [Register; 5] = [Register::RBX, Register::R12, Register::R13, Register::R14, Register::R15];

fn is_move(item: &Item, to: Register, from: Register) -> bool {
    matches!(item.inst.code(), Code::Mov_rm64_r64 | Code::Mov_r64_rm64)
        && item.inst.op0_register() == to
        && item.inst.op1_register() == from
}

fn is(item: &Item, code: Code, register: Register) -> bool {
    item.inst.code() == code && item.inst.op0_register() == register
}

/// The bytes by which `item` moves the stack pointer, if it is of one of these codes.
fn moves_stack(item: &Item, codes: [Code; 2]) -> Option<u64> {
    let inst = &item.inst;
    (codes.contains(&inst.code()) && inst.op0_register() == Register::RSP).then(|| inst.immediate(1))
}

/// The register and place in the stack that `item` moves from one to the other, if the register is one of those kept.
fn saved(item: &Item, code: Code, register: u32) -> Option<(Register, u64)> {
    let inst = &item.inst;
    let plain = inst.code() == code && inst.memory_base() == Register::RSP && inst.memory_index() == Register::None;
    let r = inst.op_register(register);
    (plain && KEPT.contains(&r)).then(|| (r, inst.memory_displacement64()))
}

/// How a function opens its frame.
struct Opening {
    /// Instructions.
    count: usize,
    /// Bytes of the frame.
    bytes: u64,
    /// Registers saved there, and where.
    saves: Vec<(Register, u64)>,
}

impl Opening {
    fn of(items: &[Item]) -> Option<Opening> {
        let opens = items.len() > 2
            && is(&items[0], Code::Push_r64, Register::RBP)
            && is_move(&items[1], Register::RBP, Register::RSP);
        if !opens {
            return None;
        }
        let Some(bytes) = moves_stack(&items[2], [Code::Sub_rm64_imm8, Code::Sub_rm64_imm32]) else {
            return Some(Opening { count: 2, bytes: 0, saves: Vec::new() });
        };
        let saves = items[3..].iter().map_while(|item| saved(item, Code::Mov_rm64_r64, 1));
        let saves: Vec<_> = saves.collect();
        Some(Opening { count: 3 + saves.len(), bytes, saves })
    }

    /// How many of the instructions that end with `items` close the frame, `mov rsp, rbp; pop rbp` the last of them.
    fn closing(&self, items: &[Item]) -> Option<usize> {
        let (rest, [a, b]) = items.split_last_chunk::<2>()?;
        if !is_move(a, Register::RSP, Register::RBP) || !is(b, Code::Pop_r64, Register::RBP) {
            return None;
        }
        if self.bytes == 0 {
            return Some(2);
        }
        let (add, rest) = rest.split_last()?;
        let restores = rest.get(rest.len().checked_sub(self.saves.len())?..)?;
        let all = restores.iter().map(|item| saved(item, Code::Mov_r64_rm64, 0));
        let closes = moves_stack(add, [Code::Add_rm64_imm8, Code::Add_rm64_imm32]) == Some(self.bytes)
            && all.eq(self.saves.iter().map(|&save| Some(save)));
        closes.then_some(3 + restores.len())
    }

    /// Bytes of the frame without what is saved, which lies above all else.
    fn needed(&self) -> u64 {
        let lowest = self.saves.iter().map(|&(_, at)| at).min();
        lowest.unwrap_or(self.bytes).next_multiple_of(16)
    }
}

/// Makes the frame no larger than it has to be, and tells whether there is none now. The function leaves by `exits` returns
/// and tail calls.
pub fn strip(listing: &mut Listing, exits: usize) -> bool {
    let items = &listing.items;
    let Some(opening) = Opening::of(items) else { return false };
    let mut gone = vec![false; items.len()];
    gone[..opening.count].fill(true);
    let mut closings = Vec::new();
    for i in opening.count..items.len() {
        if items[i].leaves()
            && let Some(count) = opening.closing(&items[opening.count..i])
        {
            gone[i - count..i].fill(true);
            closings.push(i - 1);
        }
    }
    let mut info = InstructionInfoFactory::new();
    let mut uses_stack = |item: &Item| {
        // What only asks where the stack is does not mind.
        let asks = item.inst.code() == Code::Mov_rm64_r64 && item.inst.op1_register() == Register::RSP;
        let is_return = item.inst.code() == Code::Retnq;
        let used = info.info(&item.inst).used_registers();
        !asks
            && !is_return
            && used.iter().any(|r| matches!(r.register().full_register(), Register::RSP | Register::RBP))
    };
    let kept = || items.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(item, _)| item);
    let leaving = kept().filter(|item| item.leaves() && !item.inst.is_invalid() && !is_trap(item)).count();
    if closings.len() != exits || leaving != exits {
        return false;
    }
    let framed = kept().any(&mut uses_stack);
    if framed {
        gone[..2].fill(false);
        if opening.bytes > 0 && opening.needed() > 0 {
            gone[2] = false;
            if let Ok(sub) = Instruction::with2(Code::Sub_rm64_imm32, Register::RSP, opening.needed() as i32) {
                listing.items[2].replace(sub);
            }
        }
        for &i in &closings {
            gone[i] = false;
            listing.items[i].replace(Instruction::with(Code::Leaveq));
        }
    }
    let mut gone = gone.into_iter();
    listing.items.retain(|_| gone.next() == Some(false));
    !framed
}

/// Whether the instruction uses a register that C functions keep for their callers.
pub fn uses_kept(item: &Item) -> bool {
    let mut info = InstructionInfoFactory::new();
    info.info(&item.inst).used_registers().iter().any(|r| KEPT.contains(&r.register().full_register()))
}

fn is_trap(item: &Item) -> bool {
    matches!(item.inst.code(), Code::Ud2 | Code::Int3 | Code::Div_rm8)
}
