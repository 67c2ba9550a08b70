//! Which registers hold what is still wanted.

use iced_x86::{
    FlowControl, InstructionInfo, InstructionInfoFactory, InstructionInfoOptions, OpAccess, OpKind, Register,
    RflagsBits,
};
use rheo_x64::Listing;

/// A set of general registers, by their numbers; bit 16 stands for the flags.
pub type Registers = u32;

/// The flags.
pub const FLAGS: Registers = 1 << 16;

/// Neither handlers nor the runtime's routines find anything in these: the parameters are others, and so are the registers
/// that a function has to keep.
const NOT_PASSED: Registers = bit(Register::RAX) | bit(Register::R10) | bit(Register::R11) | FLAGS;
const ALL: Registers = 0x1_ffff;

/// The set of one general register of 64 bits.
pub const fn bit(register: Register) -> Registers {
    1 << (register as u32 - Register::RAX as u32)
}

/// What an instruction does to the general registers and to the flags.
#[derive(Clone, Copy, Default, Debug)]
pub struct Effect {
    pub reads: Registers,
    /// Written, so that nothing of the old value is left.
    pub writes: Registers,
    /// Written in part, or perhaps.
    pub touches: Registers,
    /// Whether it may write to memory.
    pub stores: bool,
}

impl Effect {
    pub fn of(factory: &mut InstructionInfoFactory, inst: &iced_x86::Instruction) -> Effect {
        let info: &InstructionInfo = factory.info_options(inst, InstructionInfoOptions::NONE);
        let mut e = Effect::default();
        if matches!(inst.flow_control(), FlowControl::Call | FlowControl::IndirectCall) {
            return Effect { reads: ALL, writes: 0, touches: ALL, stores: true };
        }
        for used in info.used_registers() {
            let register = used.register();
            let access = used.access();
            if !register.is_gpr() {
                continue;
            }
            let one = bit(register.full_register());
            let whole = register.size() >= 4;
            match access {
                OpAccess::Read | OpAccess::CondRead => e.reads |= one,
                OpAccess::Write if whole => e.writes |= one,
                OpAccess::ReadWrite if whole => (e.reads, e.writes) = (e.reads | one, e.writes | one),
                OpAccess::None | OpAccess::NoMemAccess => {}
                _ => (e.reads, e.touches) = (e.reads | one, e.touches | one),
            }
        }
        let keeps = |a| matches!(a, OpAccess::Read | OpAccess::CondRead | OpAccess::None | OpAccess::NoMemAccess);
        e.stores = info.used_memory().iter().any(|m| !keeps(m.access()));
        if inst.rflags_read() != 0 {
            e.reads |= FLAGS;
        }
        const ARITHMETIC: u32 =
            RflagsBits::OF | RflagsBits::SF | RflagsBits::ZF | RflagsBits::AF | RflagsBits::CF | RflagsBits::PF;
        // A shift by cl may leave the flags as they are.
        let by_cl = inst.op_count() == 2 && inst.op1_kind() == OpKind::Register && inst.op1_register() == Register::CL;
        match inst.rflags_modified() & ARITHMETIC {
            0 => {}
            ARITHMETIC if !by_cl => e.writes |= FLAGS,
            _ => e.touches |= FLAGS,
        }
        e
    }

    /// Registers whose value may change.
    pub fn changes(self) -> Registers {
        self.writes | self.touches
    }

    /// Registers that it has to do with.
    pub fn names(self) -> Registers {
        self.reads | self.changes()
    }
}

/// Effects of all items, and what is live behind each.
pub struct Liveness {
    pub effects: Vec<Effect>,
    pub behind: Vec<Registers>,
}

impl Liveness {
    pub fn of(listing: &Listing) -> Option<Liveness> {
        let mut factory = InstructionInfoFactory::new();
        let effects: Vec<Effect> = listing.items.iter().map(|i| Effect::of(&mut factory, &i.inst)).collect();
        let mut behind: Vec<Registers> = vec![0; effects.len()];
        loop {
            let mut changed = false;
            for i in (0..effects.len()).rev() {
                let mut out = 0;
                if listing.items[i].leaves() {
                    out = match listing.items[i].inst.flow_control() {
                        FlowControl::Return => ALL & !FLAGS,
                        // A dispatch: only calls of native code have a window to pass.
                        FlowControl::IndirectBranch if listing.items[i].inst.memory_base() == Register::RDX => {
                            ALL & !NOT_PASSED & !bit(Register::R9)
                        }
                        _ => ALL & !NOT_PASSED,
                    };
                }
                for s in listing.successors(i)? {
                    let e = effects.get(s)?;
                    out |= (behind[s] & !e.writes) | e.reads;
                }
                changed |= out != behind[i];
                behind[i] = out;
            }
            if !changed {
                return Some(Liveness { effects, behind });
            }
        }
    }
}
