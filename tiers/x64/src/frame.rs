//! The frames that Cranelift sets up: `push rbp; mov rbp, rsp; sub rsp, SIZE`, then stores of the registers that a C function
//! keeps for its callers; and back in the opposite order before each way out.
//!
//! Owns recognising them. What becomes of a frame is its user's.

use crate::{Item, is_register};
use iced_x86::{Code, Instruction, Register};

/// What C functions keep for their callers, but for rbp and rsp.
pub const KEPT: [Register; 5] = [Register::RBX, Register::R12, Register::R13, Register::R14, Register::R15];

/// A frame.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes from `rsp` to `rbp` in the function's body.
    pub size: i64,
    /// The registers that it saves, and how far above `rsp`.
    pub saves: Vec<(Register, i64)>,
    /// Items that set it up.
    pub set_up: usize,
    /// Each tear-down's first item, and the item behind it, which leaves.
    pub tear_downs: Vec<(usize, usize)>,
}

impl Frame {
    /// The frame of a function, if it has one and tears it down before each way out.
    pub fn of(items: &[Item]) -> Option<Frame> {
        let opens = items.len() > 2
            && is(&items[0], Code::Push_r64, Register::RBP)
            && is_move(&items[1], Register::RBP, Register::RSP);
        if !opens {
            return None;
        }
        let mut frame = Frame { size: 0, saves: Vec::new(), set_up: 2, tear_downs: Vec::new() };
        if let Some(size) = stack_step(&items[2], [Code::Sub_rm64_imm8, Code::Sub_rm64_imm32]) {
            // The body cannot store such a register before it has given it a value.
            frame.size = size;
            frame.saves = items[3..].iter().map_while(|item| moved(item, Code::Mov_rm64_r64)).collect();
            frame.set_up = 3 + frame.saves.len();
        }
        for exit in exits(items) {
            let start = frame.tear_down(&items[frame.set_up..exit])?;
            frame.tear_downs.push((frame.set_up + start, exit));
        }
        Some(frame)
    }

    /// Where in a body that ends before a way out the tear-down begins.
    fn tear_down(&self, items: &[Item]) -> Option<usize> {
        let (rest, [a, b]) = items.split_last_chunk::<2>()?;
        if !is_move(a, Register::RSP, Register::RBP) || !is(b, Code::Pop_r64, Register::RBP) {
            return None;
        }
        if self.size == 0 {
            return Some(rest.len());
        }
        let (add, rest) = rest.split_last()?;
        let start = rest.len().checked_sub(self.saves.len())?;
        let restored = rest[start..].iter().map(|item| moved(item, Code::Mov_r64_rm64));
        let closes = stack_step(add, [Code::Add_rm64_imm8, Code::Add_rm64_imm32]) == Some(self.size)
            && restored.eq(self.saves.iter().map(|&save| Some(save)));
        closes.then_some(start)
    }
}

/// The items by which control leaves the function, but for faults.
pub fn exits(items: &[Item]) -> impl Iterator<Item = usize> {
    let through_table = |i: usize| items.get(i + 1).is_some_and(Item::is_table);
    let leaves = move |i: &usize| {
        let item = &items[*i];
        item.leaves() && !item.faults() && !item.is_table() && !item.inst.is_invalid() && !through_table(*i)
    };
    (0..items.len()).filter(leaves)
}

/// The displacement of an operand in memory at `rsp` and nothing more.
pub fn stack_operand(inst: &Instruction) -> Option<i64> {
    (inst.memory_base() == Register::RSP && inst.memory_index() == Register::None)
        .then(|| inst.memory_displacement64() as i64)
}

fn is_move(item: &Item, to: Register, from: Register) -> bool {
    matches!(item.inst.code(), Code::Mov_rm64_r64 | Code::Mov_r64_rm64)
        && is_register(&item.inst, 0)
        && is_register(&item.inst, 1)
        && item.inst.op0_register() == to
        && item.inst.op1_register() == from
}

fn is(item: &Item, code: Code, register: Register) -> bool {
    item.inst.code() == code && item.inst.op0_register() == register
}

/// What is added to `rsp`, or subtracted, by these codes.
fn stack_step(item: &Item, codes: [Code; 2]) -> Option<i64> {
    let is =
        codes.contains(&item.inst.code()) && is_register(&item.inst, 0) && item.inst.op0_register() == Register::RSP;
    is.then(|| item.inst.immediate(1) as i64)
}

/// The register, if it is one of those kept, that is moved to the stack or from there, and where that is.
fn moved(item: &Item, code: Code) -> Option<(Register, i64)> {
    let at = stack_operand(&item.inst).filter(|_| item.inst.code() == code)?;
    let register = item.inst.op_register(u32::from(code == Code::Mov_rm64_r64));
    KEPT.contains(&register).then_some((register, at))
}
