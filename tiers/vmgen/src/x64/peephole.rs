//! Rewrites instructions: shorter encodings of the same, a jump through the dispatch table instead of a load and a jump,
//! addresses computed once, copies that nobody needs.
//!
//! Each rule says what it takes to be right; what is live where is `liveness`'s.

use super::liveness::{Effect, FLAGS, Liveness, bit};
use iced_x86::{Code, ConditionCode, Encoder, Instruction, InstructionInfoFactory, MemoryOperand, OpKind, Register};
use rheo_x64::{Item, Listing, is_register, register_of, shorten};

/// Applies the rules until none does anything.
pub fn improve(listing: &mut Listing) {
    const ROUNDS_MAX: usize = 12;
    for _ in 0..ROUNDS_MAX {
        let Some(live) = Liveness::of(listing) else { return };
        let mut changed = false;
        for i in 0..listing.items.len() {
            changed |= shorten(&mut listing.items[i], live.behind[i] & FLAGS == 0);
        }
        changed |= reuse_address(listing, &live);
        changed |= one_of(
            listing,
            &[
                compare_memory,
                jump_through_table,
                extended_already,
                propagate_copy,
                dead,
                backward_copy,
                own_result,
                low_register,
            ],
        );
        if !changed {
            return;
        }
    }
}

type Rule = fn(&mut Listing, &Liveness, &mut InstructionInfoFactory, usize) -> bool;

/// Applies each rule wherever it may be.
fn one_of(listing: &mut Listing, rules: &[Rule]) -> bool {
    let mut factory = InstructionInfoFactory::new();
    let mut changed = false;
    for rule in rules {
        let mut i = 0;
        let Some(mut live) = Liveness::of(listing) else { return changed };
        while i < listing.items.len() {
            if rule(listing, &live, &mut factory, i) {
                changed = true;
                let Some(now) = Liveness::of(listing) else { return changed };
                live = now;
            } else {
                i += 1;
            }
        }
    }
    changed
}

fn is_target(listing: &Listing, i: usize) -> bool {
    listing.items.iter().any(|item| item.is_local_jump() && listing.target(&item.inst) == Some(i))
}

/// End of the straight run that starts at `i`: items up to it follow one another and nothing jumps in between.
fn run_end(listing: &Listing, i: usize) -> usize {
    let targets: Vec<usize> =
        listing.items.iter().filter(|j| j.is_local_jump()).filter_map(|j| listing.target(&j.inst)).collect();
    let mut end = i + 1;
    while end < listing.items.len() && !listing.items[end - 1].ends() && !targets.contains(&end) {
        end += 1;
    }
    end
}

fn same_address(a: &Instruction, b: &Instruction) -> bool {
    a.memory_base() == b.memory_base()
        && a.memory_index() == b.memory_index()
        && a.memory_index_scale() == b.memory_index_scale()
        && a.memory_displacement64() == b.memory_displacement64()
        && a.segment_prefix() == b.segment_prefix()
}

fn memory_operand(inst: &Instruction) -> Option<u32> {
    (0..inst.op_count()).find(|&i| inst.op_kind(i) == OpKind::Memory)
}

/// `lea a, [x]` … something with `[x]`: with `[a]` instead.
fn reuse_address(listing: &mut Listing, live: &Liveness) -> bool {
    let mut changed = false;
    for i in 0..listing.items.len() {
        let lea = listing.items[i].inst;
        if lea.code() != Code::Lea_r64_m || lea.is_ip_rel_memory_operand() || !lea.memory_base().is_gpr64() {
            continue;
        }
        let a = lea.op0_register();
        let mut parts = bit(lea.memory_base());
        if lea.memory_index() != Register::None {
            parts |= bit(lea.memory_index());
        }
        // The address's own register may be part of it: then what was before is gone.
        if parts & bit(a) != 0 {
            continue;
        }
        for j in i + 1..run_end(listing, i) {
            let inst = &mut listing.items[j].inst;
            if memory_operand(inst).is_some() && same_address(inst, &lea) && inst.code() != Code::Lea_r64_m {
                inst.set_memory_base(a);
                inst.set_memory_index(Register::None);
                inst.set_memory_index_scale(1);
                inst.set_memory_displacement64(0);
                inst.set_memory_displ_size(0);
                let inst = listing.items[j].inst;
                listing.items[j].replace(inst);
                changed = true;
            }
            if live.effects[j].changes() & (parts | bit(a)) != 0 {
                break;
            }
        }
    }
    changed
}

/// `mov r, [m]; …; cmp x, r`: `cmp x, [m]`, where nobody else wants `r` and what is between leaves `m` alone.
fn compare_memory(listing: &mut Listing, live: &Liveness, _: &mut InstructionInfoFactory, i: usize) -> bool {
    let load = listing.items[i].clone();
    let r = load.inst.op0_register();
    if load.inst.code() != Code::Mov_r64_rm64
        || load.relocation.is_some()
        || load.inst.op1_kind() != OpKind::Memory
        || load.inst.is_ip_rel_memory_operand()
    {
        return false;
    }
    let parts = live.effects[i].reads;
    for j in i + 1..run_end(listing, i) {
        let cmp = &listing.items[j].inst;
        let e = live.effects[j];
        if e.names() & bit(r) == 0 {
            if e.changes() & parts != 0 || e.stores {
                return false;
            }
            continue;
        }
        let fits = matches!(cmp.code(), Code::Cmp_r64_rm64 | Code::Cmp_rm64_r64)
            && is_register(cmp, 0)
            && is_register(cmp, 1)
            && cmp.op1_register() == r
            && cmp.op0_register() != r
            && live.behind[j] & bit(r) == 0;
        if !fits {
            return false;
        }
        let Ok(new) = Instruction::with2(Code::Cmp_r64_rm64, cmp.op0_register(), address(&load.inst)) else {
            return false;
        };
        listing.items[j].replace(new);
        listing.items.remove(i);
        return true;
    }
    false
}

fn address(inst: &Instruction) -> MemoryOperand {
    MemoryOperand::new(
        inst.memory_base(),
        inst.memory_index(),
        inst.memory_index_scale(),
        inst.memory_displacement64() as i64,
        inst.memory_displ_size(),
        false,
        Register::None,
    )
}

/// `mov r, [table + …]; …; jmp r`: a jump through memory.
fn jump_through_table(listing: &mut Listing, live: &Liveness, _: &mut InstructionInfoFactory, i: usize) -> bool {
    let load = &listing.items[i];
    let r = load.inst.op0_register();
    if load.inst.code() != Code::Mov_r64_rm64
        || load.relocation.is_some()
        || load.inst.op1_kind() != OpKind::Memory
        || load.inst.is_ip_rel_memory_operand()
        // A table that no handler writes to: the order of loads and stores does not matter.
        || load.inst.memory_base() != Register::RDX
        || load.inst.memory_index() == Register::None
    {
        return false;
    }
    let parts = bit(Register::RDX) | bit(load.inst.memory_index());
    for j in i + 1..run_end(listing, i) {
        let inst = &listing.items[j].inst;
        if inst.code() == Code::Jmp_rm64 && is_register(inst, 0) && inst.op0_register() == r {
            let Ok(new) = Instruction::with1(Code::Jmp_rm64, address(&load.inst)) else { return false };
            listing.items[j].replace(new);
            listing.items.remove(i);
            return true;
        }
        let e = live.effects[j];
        // The index may be the loaded register itself.
        if e.names() & bit(r) != 0 || e.changes() & parts != 0 {
            return false;
        }
    }
    false
}

/// Gives the explicit operands in `a` the register `b`; nothing where that is not all that the instruction does with `a`.
fn renamed(factory: &mut InstructionInfoFactory, item: &Item, a: Register, b: Register) -> Option<Instruction> {
    let mut new = item.inst;
    for i in 0..new.op_count() {
        if new.op_kind(i) == OpKind::Register {
            let r = new.op_register(i);
            if r.is_gpr() && r.full_register() == a {
                if matches!(r, Register::AH | Register::BH | Register::CH | Register::DH) {
                    return None;
                }
                new.set_op_register(i, register_of(b, r.size())?);
            }
        }
    }
    if memory_operand(&new).is_some() && !new.is_ip_rel_memory_operand() {
        if new.memory_base() == a {
            new.set_memory_base(b);
        }
        if new.memory_index() == a {
            new.set_memory_index(b);
        }
    }
    // Some take their operands from one register only.
    let can_be = Encoder::new(64).encode(&new, new.ip()).is_ok();
    (can_be && Effect::of(factory, &new).names() & bit(a) == 0).then_some(new)
}

fn copied(item: &Item) -> Option<(Register, Register)> {
    let inst = &item.inst;
    let copies = matches!(inst.code(), Code::Mov_r64_rm64 | Code::Mov_rm64_r64)
        && is_register(inst, 0)
        && is_register(inst, 1)
        && item.relocation.is_none();
    copies.then(|| (inst.op0_register(), inst.op1_register()))
}

/// Behind `mov a, b`, wherever both still hold the same: `b` is read instead of `a`, and neither copied to the other.
fn propagate_copy(listing: &mut Listing, live: &Liveness, factory: &mut InstructionInfoFactory, i: usize) -> bool {
    let Some((a, b)) = copied(&listing.items[i]) else { return false };
    if a == b {
        listing.items.remove(i);
        return true;
    }
    // Whether they are the same in front of each item, whichever way control came.
    let count = listing.items.len();
    let mut same = vec![true; count];
    same[0] = false;
    loop {
        let mut changed = false;
        for j in 0..count {
            let copies = j == i || matches!(copied(&listing.items[j]), Some(c) if c == (a, b) || c == (b, a));
            let out = copies && (j == i || same[j]) || same[j] && live.effects[j].changes() & (bit(a) | bit(b)) == 0;
            let Some(successors) = listing.successors(j) else { return false };
            for s in successors {
                if s < count && same[s] && !out {
                    same[s] = false;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let mut changed = false;
    for j in (0..count).rev().filter(|&j| j != i && same[j]) {
        let item = &listing.items[j];
        if matches!(copied(item), Some(c) if c == (a, b) || c == (b, a)) {
            listing.items.remove(j);
            // What live means for others has changed.
            return true;
        }
        if live.effects[j].reads & bit(a) != 0
            && live.effects[j].changes() & bit(a) == 0
            && item.relocation.is_none()
            && !item.is_local_jump()
            && let Some(inst) = renamed(factory, item, a, b)
        {
            listing.items[j].replace(inst);
            changed = true;
        }
    }
    changed
}

/// `mov r32, r32` behind an instruction that made all of the register by its low half, and so cleared the upper one.
fn extended_already(listing: &mut Listing, live: &Liveness, _: &mut InstructionInfoFactory, i: usize) -> bool {
    let inst = &listing.items[i].inst;
    let r = inst.op0_register();
    let extends = matches!(inst.code(), Code::Mov_r32_rm32 | Code::Mov_rm32_r32)
        && is_register(inst, 0)
        && is_register(inst, 1)
        && inst.op1_register() == r;
    if !extends || is_target(listing, i) {
        return false;
    }
    let mut j = i;
    while j > 0 {
        j -= 1;
        let (item, e) = (&listing.items[j], live.effects[j]);
        if e.changes() & bit(r.full_register()) != 0 {
            // A conditional move clears it in either case.
            let by_half = is_register(&item.inst, 0) && item.inst.op0_register() == r;
            if !by_half || (e.writes & bit(r.full_register()) == 0 && item.inst.condition_code() == ConditionCode::None)
            {
                return false;
            }
            listing.items.remove(i);
            return true;
        }
        if item.ends() || item.is_local_jump() || is_target(listing, j) {
            return false;
        }
    }
    false
}

/// A copy or an address that nobody reads.
fn dead(listing: &mut Listing, live: &Liveness, _: &mut InstructionInfoFactory, i: usize) -> bool {
    let item = &listing.items[i];
    let made = item.inst.op0_register();
    let is_pure = copied(item).is_some() || item.inst.code() == Code::Lea_r64_m && item.relocation.is_none();
    if !is_pure || live.behind[i] & bit(made) != 0 {
        return false;
    }
    listing.items.remove(i);
    true
}

/// `mov b, a` behind which `a` is dead, and `b` free as long as `a` has held the value: made in `b` from the start.
fn backward_copy(listing: &mut Listing, live: &Liveness, factory: &mut InstructionInfoFactory, i: usize) -> bool {
    let Some((b, a)) = copied(&listing.items[i]) else { return false };
    if a == b || live.behind[i] & bit(a) != 0 || is_target(listing, i) {
        return false;
    }
    match rename_back(listing, live, factory, i, a, b) {
        true => {
            listing.items.remove(i);
            true
        }
        false => false,
    }
}

/// Renames `a` to `b` from where `a` is made up to before item `end`, where `a`'s value is last wanted.
fn rename_back(
    listing: &mut Listing,
    live: &Liveness,
    factory: &mut InstructionInfoFactory,
    end: usize,
    a: Register,
    b: Register,
) -> bool {
    let mut new: Vec<(usize, Instruction)> = Vec::new();
    let mut j = end;
    loop {
        if j == 0 || is_target(listing, j) {
            return false;
        }
        j -= 1;
        let (item, e) = (&listing.items[j], live.effects[j]);
        if item.ends() || item.is_local_jump() || item.inst.is_call_near() || item.inst.is_call_near_indirect() {
            return false;
        }
        let made_here = e.writes & bit(a) != 0 && e.reads & bit(a) == 0;
        let has_a = e.names() & bit(a) != 0;
        // The instruction that makes `a` may read what `b` was.
        let clash = if made_here { e.changes() } else { e.names() };
        if clash & bit(b) != 0 || (has_a && item.relocation.is_some()) {
            return false;
        }
        if has_a {
            match renamed(factory, item, a, b) {
                Some(inst) => new.push((j, inst)),
                None => return false,
            }
        }
        if made_here {
            break;
        }
    }
    // What `b` held before is not wanted behind: no one reads it in between, and it is written there.
    for (j, inst) in new {
        listing.items[j].replace(inst);
    }
    true
}

/// A parameter's register that holds something in between, up to a load of something else: that is made where the load
/// puts its result, and the parameter may stay where it is.
fn own_result(listing: &mut Listing, live: &Liveness, factory: &mut InstructionInfoFactory, i: usize) -> bool {
    const PARAMETERS: [Register; 4] = [Register::RDI, Register::RSI, Register::RCX, Register::R8];
    let (item, e) = (&listing.items[i], live.effects[i]);
    let r = item.inst.op0_register();
    if item.inst.code() != Code::Mov_r64_rm64 || item.relocation.is_some() || e.reads & bit(r) != 0 {
        return false;
    }
    let Some(&x) = PARAMETERS.iter().find(|&&x| e.reads & bit(x) != 0 && live.behind[i] & bit(x) == 0) else {
        return false;
    };
    if x == r || item.inst.op1_kind() != OpKind::Memory || is_target(listing, i) {
        return false;
    }
    let Some(last) = renamed(factory, item, x, r) else { return false };
    if !rename_back(listing, live, factory, i, x, r) {
        return false;
    }
    listing.items[i].replace(last);
    true
}

/// A value in one of r9, r10 and r11 goes to rax, where that is free: a prefix less in many instructions.
fn low_register(listing: &mut Listing, live: &Liveness, factory: &mut InstructionInfoFactory, i: usize) -> bool {
    const HIGH: [Register; 3] = [Register::R10, Register::R11, Register::R9];
    let e = live.effects[i];
    let Some(&a) = HIGH.iter().find(|&&r| e.reads & bit(r) != 0 && live.behind[i] & bit(r) == 0) else { return false };
    // The last use of `a`: renamed with the others.
    let b = Register::RAX;
    if live.behind[i] & bit(b) != 0 || e.reads & bit(b) != 0 || listing.items[i].is_local_jump() {
        return false;
    }
    let Some(last) = renamed(factory, &listing.items[i], a, b) else { return false };
    if listing.items[i].relocation.is_some() || e.changes() & bit(b) != 0 && e.reads & bit(b) != 0 {
        return false;
    }
    if is_target(listing, i) || !rename_back(listing, live, factory, i, a, b) {
        return false;
    }
    listing.items[i].replace(last);
    true
}
