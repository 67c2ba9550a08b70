//! Takes the frame set-up out of handlers, or what they do not need of it.
//!
//! Cranelift opens every function that makes tail calls with `push rbp; mov rbp, rsp` and leaves it by `mov rsp, rbp; pop
//! rbp` before each jump, which costs 7 to 18 % of an interpreter's time. In a function that keeps nothing on the stack the
//! pairs can go. Registers that a C function keeps for its caller are saved for nobody: entries have done it, and handlers keep
//! nothing in registers across a dispatch but the VM's (docs/vm.md).

use iced_x86::{Code, Instruction, InstructionInfoFactory, Register};
use rheo_x64::{Frame, Item, KEPT, Listing};

/// Bytes of the frame without what is saved, which lies above all else.
fn needed(frame: &Frame) -> i64 {
    const ALIGN: i64 = 16;
    let lowest = frame.saves.iter().map(|&(_, at)| at).min();
    (lowest.unwrap_or(frame.size) + ALIGN - 1) / ALIGN * ALIGN
}

/// Makes the frame no larger than it has to be, and tells whether there is none now. The function leaves by `exits` returns
/// and tail calls.
pub fn strip(listing: &mut Listing, exits: usize) -> bool {
    let items = &listing.items;
    let Some(frame) = Frame::of(items).filter(|frame| frame.tear_downs.len() == exits) else { return false };
    let mut gone = vec![false; items.len()];
    gone[..frame.set_up].fill(true);
    for &(start, exit) in &frame.tear_downs {
        gone[start..exit].fill(true);
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
    let framed = kept().any(&mut uses_stack);
    if framed {
        gone[..2].fill(false);
        if frame.size > 0 && needed(&frame) > 0 {
            gone[2] = false;
            if let Ok(sub) = Instruction::with2(Code::Sub_rm64_imm32, Register::RSP, needed(&frame) as i32) {
                listing.items[2].replace(sub);
            }
        }
        for &(_, exit) in &frame.tear_downs {
            gone[exit - 1] = false;
            listing.items[exit - 1].replace(Instruction::with(Code::Leaveq));
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
