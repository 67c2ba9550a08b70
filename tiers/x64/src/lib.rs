//! x86-64 machine code as a list of instructions, to be changed and laid down again.
//!
//! Cranelift gives jumps and many immediates 4 bytes where 1 would do, saves registers by 5-byte stores, and more. Owns
//! reading, laying down and encodings; what becomes of the code in between is its user's: handlers' in `rheo-vmgen`, whole
//! functions' in `rheo-aot`. Code in which anything is not as expected is not read.
#![forbid(unsafe_code)]

mod encoding;
mod frame;

pub use encoding::{register_of, set_displacement, shorten};
pub use frame::{Frame, KEPT, exits, stack_operand};
use iced_x86::{Code, Decoder, DecoderOptions, Encoder, FlowControl, Instruction, OpKind, Register};

/// Constants behind the code keep their place modulo this.
const DATA_ALIGN: usize = 16;
/// Bytes of a jump table's entry, which is a distance from the table's start.
const ENTRY: usize = 4;

/// An instruction, or a jump table between instructions.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its offset where it was read, by which jumps name it.
    pub at: u32,
    /// The instruction; invalid for a table.
    pub inst: Instruction,
    /// A relocation's index, and its offset in the instruction.
    pub relocation: Option<(usize, u32)>,
    /// Bytes that it was read from; none if it is to be encoded.
    read: Option<u8>,
    /// Where the table's entries lead.
    table: Option<Box<[u32]>>,
}

impl Item {
    /// An instruction that belongs to what was read at `at`.
    pub fn new(at: u32, inst: Instruction) -> Item {
        Item { at, inst, relocation: None, read: None, table: None }
    }

    /// Whether it is a jump inside the code to a place that it names.
    pub fn is_local_jump(&self) -> bool {
        self.relocation.is_none() && (self.inst.is_jmp_short_or_near() || self.inst.is_jcc_short_or_near())
    }

    /// Whether it refers to a table, or to constants behind the code.
    fn refers_to_data(&self) -> bool {
        self.relocation.is_none() && self.inst.is_ip_rel_memory_operand()
    }

    /// Whether it is a table and no instruction.
    pub fn is_table(&self) -> bool {
        self.table.is_some()
    }

    /// Where its entries lead, if it is a table.
    pub fn table(&self) -> Option<&[u32]> {
        self.table.as_deref()
    }

    /// Whether control never goes on behind it.
    pub fn ends(&self) -> bool {
        self.faults()
            || self.is_table()
            || matches!(
                self.inst.flow_control(),
                FlowControl::UnconditionalBranch
                    | FlowControl::IndirectBranch
                    | FlowControl::Return
                    | FlowControl::Exception
            )
    }

    /// Whether it does nothing but fault.
    pub fn faults(&self) -> bool {
        // `div ah`: see `rheo_lower::code_with_native_faults`.
        let divides = self.inst.code() == Code::Div_rm8 && self.inst.op0_register() == Register::AH;
        divides || matches!(self.inst.code(), Code::Ud2 | Code::Int3)
    }

    /// Whether it leaves the code.
    pub fn leaves(&self) -> bool {
        self.ends() && !self.is_local_jump()
    }

    /// Puts another instruction in its place.
    pub fn replace(&mut self, inst: Instruction) {
        self.inst = inst;
        self.read = None;
    }
}

/// A function's instructions and the constants behind them.
#[derive(Debug)]
pub struct Listing {
    /// The instructions, in order.
    pub items: Vec<Item>,
    code: Vec<u8>,
    data_at: usize,
    relocations: usize,
}

/// Machine code of a listing.
#[derive(Debug)]
pub struct LaidDown {
    /// The code, and the constants behind it.
    pub code: Vec<u8>,
    /// The relocations' offsets, in the order in which they were given.
    pub relocations: Vec<u32>,
    /// Where each item begins; and where the last one ends.
    pub starts: Vec<u32>,
}

impl Listing {
    /// Reads `code`; nothing if it is not understood to the last byte. `relocations` are the offsets of the fields that the
    /// linker fills in; `blocks` are the starts of its basic blocks, by rising offset, by which jump tables end.
    pub fn read(code: &[u8], relocations: &[u32], blocks: &[u32]) -> Option<Listing> {
        let mut fields: Vec<(u32, usize)> = relocations.iter().enumerate().map(|(i, &at)| (at, i)).collect();
        fields.sort_unstable();
        let mut fields = fields.into_iter().peekable();
        let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
        let mut items: Vec<Item> = Vec::new();
        let mut data_at = code.len();
        let mut table_at = None;
        while decoder.position() < data_at {
            let at = decoder.position();
            if table_at.take_if(|table| *table == at).is_some() {
                let entries = table(&code[..data_at], at, blocks);
                if entries.is_empty() {
                    return None;
                }
                let end = at + entries.len() * ENTRY;
                let inst = Instruction::default();
                items.push(Item { table: Some(entries.into()), ..Item::new(at as u32, inst) });
                decoder.set_position(end).ok()?;
                decoder.set_ip(end as u64);
                continue;
            }
            // Padding before the constants.
            if items.last().is_some_and(Item::ends) && code[at..data_at].iter().all(|&byte| byte == 0) {
                break;
            }
            let inst = decoder.decode();
            let to = decoder.position();
            let field = fields.next_if(|field| (field.0 as usize) < to);
            if fields.peek().is_some_and(|field| (field.0 as usize) < to) || to > data_at {
                return None;
            }
            let relocation = field.map(|(field, i)| (i, field - at as u32));
            let item = Item { at: at as u32, inst, relocation, read: Some((to - at) as u8), table: None };
            if item.refers_to_data() {
                let to_what = usize::try_from(inst.ip_rel_memory_address()).ok()?;
                if jumps_through(&inst, &mut decoder, code) == Some(to_what) {
                    table_at = Some(to_what);
                } else {
                    data_at = data_at.min(to_what);
                }
            }
            items.push(item);
        }
        let found = items.iter().filter(|i| i.relocation.is_some()).count();
        let calls_itself = |i: &Item| i.relocation.is_none() && i.inst.is_call_near();
        let whole = found == relocations.len() && !items.iter().any(calls_itself);
        whole.then(|| Listing { items, code: code.to_vec(), data_at, relocations: relocations.len() })
    }

    /// Whether constants follow the code, whose alignment counts.
    pub fn has_data(&self) -> bool {
        self.data_at < self.code.len()
    }

    /// Offset of the constants behind the code that was read, or of its end.
    pub fn code_end(&self) -> usize {
        self.data_at
    }

    /// Index of the item that was read at `at`. What was there may have been taken away: then the next one.
    pub fn index_of(&self, at: u32) -> usize {
        self.items.partition_point(|item| item.at < at)
    }

    /// Index of the item that a jump names.
    pub fn target(&self, jump: &Instruction) -> Option<usize> {
        let i = self.index_of(u32::try_from(jump.near_branch_target()).ok()?);
        (i < self.items.len()).then_some(i)
    }

    /// Indices of the items that may follow item `i`, but for what a table leads to.
    pub fn successors(&self, i: usize) -> Option<Vec<usize>> {
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

    /// Whether every instruction is one, and every jump and table leads to one.
    pub fn is_sound(&self) -> bool {
        let is_start = |at: u64| {
            let exact = |i: usize| self.items.get(i).is_some_and(|item| u64::from(item.at) == at && !item.is_table());
            u32::try_from(at).is_ok_and(|at| exact(self.index_of(at)))
        };
        self.items.iter().all(|item| match &item.table {
            Some(entries) => entries.iter().all(|&at| is_start(at.into())),
            None if item.is_local_jump() => is_start(item.inst.near_branch_target()),
            None => !item.inst.is_invalid(),
        }) && self.items.last().is_some_and(Item::ends)
    }

    /// Drops what is never executed: padding. Nothing if some instruction is not one, or if there are tables.
    pub fn keep_reachable(&mut self) -> Option<()> {
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
        let found = self.items.iter().filter(|i| i.relocation.is_some()).count();
        (found == self.relocations).then_some(())
    }

    /// The listing as machine code.
    pub fn lay_down(&self) -> Option<LaidDown> {
        let mut encoder = Encoder::new(64);
        let mut bytes: Vec<u8> = Vec::with_capacity(self.code.len());
        let mut lengths: Vec<usize> = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let before = bytes.len();
            match (&item.table, item.read) {
                (Some(entries), _) => bytes.resize(before + entries.len() * ENTRY, 0),
                _ if item.is_local_jump() => bytes.resize(before + SHORT_JUMP, 0),
                (None, Some(length)) => bytes.extend(self.code.get(item.at as usize..)?.get(..length.into())?),
                (None, None) => {
                    encoder.encode(&item.inst, item.inst.ip()).ok()?;
                    bytes.extend(encoder.take_buffer());
                }
            }
            lengths.push(bytes.len() - before);
        }
        let starts = self.place(&mut lengths)?;
        let end = *starts.last()? as usize;
        let data = match self.has_data() {
            false => end,
            true => end + (self.data_at % DATA_ALIGN + DATA_ALIGN - end % DATA_ALIGN) % DATA_ALIGN,
        };
        let mut code = Vec::with_capacity(data + self.code.len() - self.data_at);
        let mut relocations = vec![u32::MAX; self.relocations];
        let mut rest = &bytes[..];
        for (i, item) in self.items.iter().enumerate() {
            let before = code.len();
            let distance_to = |to: u32| i64::from(to) - i64::from(starts[i + 1]);
            if item.is_local_jump() {
                rest = &rest[SHORT_JUMP..];
                jump(&mut code, &item.inst, lengths[i], distance_to(starts[self.target(&item.inst)?]));
                continue;
            }
            let (own, behind) = rest.split_at(lengths[i]);
            rest = behind;
            code.extend_from_slice(own);
            if let Some(entries) = &item.table {
                for (field, &to) in code[before..].chunks_exact_mut(ENTRY).zip(entries) {
                    let distance = starts[self.index_of(to)].wrapping_sub(starts[i]);
                    field.copy_from_slice(&distance.to_le_bytes());
                }
            } else if item.refers_to_data() {
                let to = u32::try_from(item.inst.ip_rel_memory_address()).ok()?;
                let to = match (to as usize).checked_sub(self.data_at) {
                    Some(into) => (data + into) as u32,
                    None => starts[self.index_of(to)],
                };
                let mut decoder = Decoder::with_ip(64, own, item.inst.ip(), DecoderOptions::NONE);
                let field = before + {
                    let inst = decoder.decode();
                    decoder.get_constant_offsets(&inst).displacement_offset()
                };
                code.get_mut(field..field + 4)?.copy_from_slice(&(distance_to(to) as i32).to_le_bytes());
            }
            if let Some((r, offset)) = item.relocation {
                relocations[r] = starts[i] + offset;
            }
        }
        code.resize(data, 0xcc);
        code.extend_from_slice(&self.code[self.data_at..]);
        relocations.iter().all(|&r| r != u32::MAX).then_some(LaidDown { code, relocations, starts })
    }

    /// Where items of these lengths begin. Jumps grow until each reaches its target.
    fn place(&self, lengths: &mut [usize]) -> Option<Vec<u32>> {
        let jumps: Vec<(usize, usize)> = (0..self.items.len())
            .filter(|&i| self.items[i].is_local_jump())
            .map(|i| Some((i, self.target(&self.items[i].inst)?)))
            .collect::<Option<_>>()?;
        loop {
            let mut starts = Vec::with_capacity(lengths.len() + 1);
            let mut end = 0u32;
            for &length in &*lengths {
                starts.push(end);
                end = end.checked_add(length as u32)?;
            }
            starts.push(end);
            let mut grown = false;
            for &(i, target) in &jumps {
                let distance = i64::from(starts[target]) - i64::from(starts[i + 1]);
                if i8::try_from(distance).is_err() && lengths[i] == SHORT_JUMP {
                    lengths[i] = if self.items[i].inst.is_jmp_short_or_near() { 5 } else { 6 };
                    grown = true;
                }
            }
            if !grown {
                return Some(starts);
            }
        }
    }
}

const SHORT_JUMP: usize = 2;

/// A jump of so many bytes.
fn jump(code: &mut Vec<u8>, inst: &Instruction, length: usize, distance: i64) {
    // The condition's number in iced is that of the encoding and 1.
    let condition = inst.condition_code() as u8;
    match (length, condition) {
        (SHORT_JUMP, 0) => code.push(0xeb),
        (SHORT_JUMP, c) => code.push(0x70 + c - 1),
        (_, 0) => code.push(0xe9),
        (_, c) => code.extend([0x0f, 0x80 + c - 1]),
    }
    match length {
        SHORT_JUMP => code.push(distance as u8),
        _ => code.extend((distance as i32).to_le_bytes()),
    }
}

/// Where the table lies through which the code at the decoder's position jumps, if `inst` has just read its address:
///
/// ```text
///     lea t, [rip + table]
///     movsxd u, [t + index * 4]
///     add t, u
///     jmp t
/// table:
/// ```
fn jumps_through(inst: &Instruction, decoder: &mut Decoder<'_>, code: &[u8]) -> Option<usize> {
    let mut ahead = Decoder::with_ip(64, code, decoder.ip(), DecoderOptions::NONE);
    ahead.set_position(decoder.position()).ok()?;
    let [load, add, jump] = [ahead.decode(), ahead.decode(), ahead.decode()];
    let table = inst.op0_register();
    let is = inst.code() == Code::Lea_r64_m
        && load.code() == Code::Movsxd_r64_rm32
        && load.memory_base() == table
        && load.memory_index_scale() == ENTRY as u32
        && matches!(add.code(), Code::Add_r64_rm64 | Code::Add_rm64_r64)
        && add.op0_register() == table
        && add.op1_register() == load.op0_register()
        && jump.code() == Code::Jmp_rm64
        && jump.op0_kind() == OpKind::Register
        && jump.op0_register() == table;
    is.then(|| ahead.position())
}

/// Where the entries of the table at `at` lead. It ends where a block begins, or where no entry leads to a block.
fn table(code: &[u8], at: usize, blocks: &[u32]) -> Vec<u32> {
    let next = blocks.partition_point(|&block| block as usize <= at);
    let end = blocks.get(next).map_or(code.len(), |&block| code.len().min(block as usize));
    let entry = |bytes: &[u8]| {
        let distance = i32::from_le_bytes(bytes.try_into().expect("of four bytes"));
        (at as u32).checked_add_signed(distance).filter(|to| blocks.binary_search(to).is_ok())
    };
    code[at..end].chunks_exact(ENTRY).map_while(entry).collect()
}

/// Whether operand `i` is a register.
pub fn is_register(inst: &Instruction, i: u32) -> bool {
    i < inst.op_count() && inst.op_kind(i) == OpKind::Register
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_jumps_follow_the_code() {
        #[rustfmt::skip]
        let code = [
            0x48, 0x8d, 0x05, 9, 0, 0, 0, // lea rax, [rip + 9]
            0x48, 0x63, 0x0c, 0xb8, // movsxd rcx, [rax + rdi * 4]
            0x48, 0x01, 0xc8, // add rax, rcx
            0xff, 0xe0, // jmp rax
            8, 0, 0, 0, 14, 0, 0, 0, // table: 24, 30
            0x0f, 0x84, 1, 0, 0, 0, // 24: je 31
            0xc3, // 30: ret
            0xc3, // 31: ret
        ];
        let listing = Listing::read(&code, &[], &[0, 24, 30, 31]).expect("is read");
        assert!(listing.is_sound());
        let out = listing.lay_down().expect("is laid down");
        assert_eq!(out.code[..16], code[..16]);
        assert_eq!(out.code[16..], [8, 0, 0, 0, 10, 0, 0, 0, 0x74, 1, 0xc3, 0xc3]);
        assert_eq!(out.starts, [0, 7, 11, 14, 16, 24, 26, 27, 28]);
    }

    #[test]
    fn a_jump_into_an_instruction_is_not_sound() {
        // je +1; mov eax, 0; ret
        let listing = Listing::read(&[0x74, 1, 0xb8, 0, 0, 0, 0, 0xc3], &[], &[]).expect("is read");
        assert!(!listing.is_sound());
    }
}
