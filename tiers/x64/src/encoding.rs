//! Instructions' encodings: a shorter one of the same, parts of registers, displacements.

use crate::{Item, is_register};
use iced_x86::{Code, Instruction, OpKind, Register};

/// The same with a shorter encoding.
pub fn shorten(item: &mut Item, flags_are_dead: bool) -> bool {
    if item.relocation.is_some() {
        return false;
    }
    let old = item.inst;
    let small = |i: u32| matches!(old.op_kind(i), OpKind::Immediate32 | OpKind::Immediate32to64);
    let imm = if old.op_count() == 2 && small(1) { old.immediate(1) as i64 } else { i64::MAX };
    let imm = if old.op_count() == 2 && old.op_kind(1) == OpKind::Immediate32 { i64::from(imm as i32) } else { imm };
    let mut new = old;
    if i8::try_from(imm).is_ok()
        && let Some(code) = byte_form(old.code())
    {
        new.set_code(code);
        let wide = matches!(old.op_kind(1), OpKind::Immediate32to64);
        new.set_op1_kind(if wide { OpKind::Immediate8to64 } else { OpKind::Immediate8to32 });
        new.set_immediate8to64_or_32(imm as i8);
    } else if old.code() == Code::And_rm64_imm8
        && is_register(&old, 0)
        && i8::try_from(old.immediate(1) as i64).is_ok_and(|n| n >= 0)
    {
        // What is left of the value fits 7 bits: the flags are the same, and the upper half is cleared either way.
        new.set_code(Code::And_rm32_imm8);
        new.set_op0_register(half(old.op0_register()));
        new.set_op1_kind(OpKind::Immediate8to32);
    } else if old.code() == Code::And_rm64_imm32 && is_register(&old, 0) && imm >= 0 {
        new.set_code(Code::And_rm32_imm32);
        new.set_op0_register(half(old.op0_register()));
        new.set_op1_kind(OpKind::Immediate32);
        new.set_immediate32(imm as u32);
    } else if let Some(code) = match old.code() {
        Code::Movzx_r64_rm8 => Some(Code::Movzx_r32_rm8),
        Code::Movzx_r64_rm16 => Some(Code::Movzx_r32_rm16),
        _ => None,
    } {
        new.set_code(code);
        new.set_op0_register(half(old.op0_register()));
    } else if old.code() == Code::Mov_rm64_imm32 && is_register(&old, 0) && old.immediate(1) as i64 >= 0 {
        new = match Instruction::with2(Code::Mov_r32_imm32, half(old.op0_register()), old.immediate(1) as u32) {
            Ok(i) => i,
            Err(_) => return false,
        };
    } else if old.code() == Code::Mov_r32_imm32 && old.immediate(1) == 0 && flags_are_dead {
        let r = old.op0_register();
        new = match Instruction::with2(Code::Xor_rm32_r32, r, r) {
            Ok(i) => i,
            Err(_) => return false,
        };
    } else if matches!(old.code(), Code::Xor_r64_rm64 | Code::Xor_rm64_r64)
        && is_register(&old, 0)
        && old.op0_register() == old.op1_register()
        && old.op0_register().number() < 8
    {
        let r = half(old.op0_register());
        new = match Instruction::with2(Code::Xor_rm32_r32, r, r) {
            Ok(i) => i,
            Err(_) => return false,
        };
    } else if old.op_count() == 2
        && is_register(&old, 0)
        && flags_are_dead
        && let Some(code) = step_form(&old)
    {
        new = match Instruction::with1(code, old.op0_register()) {
            Ok(i) => i,
            Err(_) => return false,
        };
    } else if old.code() == Code::Lea_r64_m
        && old.memory_displacement64() == 0
        && old.memory_index_scale() == 1
        && flags_are_dead
        && let Some(other) = [old.memory_base(), old.memory_index()]
            .iter()
            .position(|&r| r == old.op0_register())
            .map(|i| [old.memory_index(), old.memory_base()][i])
        && other.is_gpr64()
    {
        new = match Instruction::with2(Code::Add_rm64_r64, old.op0_register(), other) {
            Ok(i) => i,
            Err(_) => return false,
        };
    } else {
        return false;
    }
    item.replace(new);
    true
}

trait SmallImmediate {
    fn set_immediate8to64_or_32(&mut self, n: i8);
}

impl SmallImmediate for Instruction {
    fn set_immediate8to64_or_32(&mut self, n: i8) {
        match self.op1_kind() {
            OpKind::Immediate8to64 => self.set_immediate8to64(i64::from(n)),
            _ => self.set_immediate8to32(i32::from(n)),
        }
    }
}

/// The instruction that adds 1 or subtracts it, and leaves another carry.
fn step_form(inst: &Instruction) -> Option<Code> {
    if !matches!(inst.op_kind(1), OpKind::Immediate8to64 | OpKind::Immediate8to32) {
        return None;
    }
    Some(match (inst.code(), inst.immediate8() as i8) {
        (Code::Add_rm64_imm8, 1) | (Code::Sub_rm64_imm8, -1) => Code::Inc_rm64,
        (Code::Add_rm64_imm8, -1) | (Code::Sub_rm64_imm8, 1) => Code::Dec_rm64,
        (Code::Add_rm32_imm8, 1) | (Code::Sub_rm32_imm8, -1) => Code::Inc_rm32,
        (Code::Add_rm32_imm8, -1) | (Code::Sub_rm32_imm8, 1) => Code::Dec_rm32,
        _ => return None,
    })
}

fn byte_form(code: Code) -> Option<Code> {
    Some(match code {
        Code::Add_rm64_imm32 => Code::Add_rm64_imm8,
        Code::Or_rm64_imm32 => Code::Or_rm64_imm8,
        Code::Adc_rm64_imm32 => Code::Adc_rm64_imm8,
        Code::Sbb_rm64_imm32 => Code::Sbb_rm64_imm8,
        Code::And_rm64_imm32 => Code::And_rm64_imm8,
        Code::Sub_rm64_imm32 => Code::Sub_rm64_imm8,
        Code::Xor_rm64_imm32 => Code::Xor_rm64_imm8,
        Code::Cmp_rm64_imm32 => Code::Cmp_rm64_imm8,
        Code::Add_rm32_imm32 => Code::Add_rm32_imm8,
        Code::Or_rm32_imm32 => Code::Or_rm32_imm8,
        Code::And_rm32_imm32 => Code::And_rm32_imm8,
        Code::Sub_rm32_imm32 => Code::Sub_rm32_imm8,
        Code::Xor_rm32_imm32 => Code::Xor_rm32_imm8,
        Code::Cmp_rm32_imm32 => Code::Cmp_rm32_imm8,
        _ => return None,
    })
}

/// The low half of a register.
fn half(register: Register) -> Register {
    if !register.is_gpr64() {
        return register;
    }
    register_of(register, 4).unwrap_or(register)
}

/// The part of so many bytes of a 64-bit register.
pub fn register_of(register: Register, bytes: usize) -> Option<Register> {
    const BYTES: [Register; 16] = [
        Register::AL,
        Register::CL,
        Register::DL,
        Register::BL,
        Register::SPL,
        Register::BPL,
        Register::SIL,
        Register::DIL,
        Register::R8L,
        Register::R9L,
        Register::R10L,
        Register::R11L,
        Register::R12L,
        Register::R13L,
        Register::R14L,
        Register::R15L,
    ];
    let n = register.number();
    Some(match bytes {
        8 => register,
        4 => Register::EAX + n as u32,
        2 => Register::AX + n as u32,
        1 => BYTES[n],
        _ => return None,
    })
}

/// Gives a memory operand that has a base another displacement.
pub fn set_displacement(inst: &mut Instruction, displacement: i64) {
    inst.set_memory_displacement64(displacement as u64);
    // Eight means four sign-extended bytes.
    inst.set_memory_displ_size(if i8::try_from(displacement).is_ok() { 1 } else { 8 });
}
