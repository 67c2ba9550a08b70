//! The instruction set as data: templates, their fields and how those lie in an instruction's bytes.
//!
//! Owns the vocabulary shared by encoder, handler generator, disassembler and verifier, and the layout rule. Says
//! nothing of what an IR op computes (`rheo-lower`) and chooses no templates (`general`, `train`).

use rheo_ir::{Op, Type};

mod general;
mod loops;
mod shuffle;
mod stock;
mod text;

pub(crate) use general::{canonical, immediate_forms};
pub use loops::keep_slots_apart;
pub use text::{IsaError, parse_isa, parse_template};

/// Opcode byte that a u16 index into [`Isa::escape`] follows.
pub const ESCAPE: u8 = 255;

/// First of [`PAGES`] opcode bytes that a u8 follows: the low byte of an index into [`Isa::escape`], whose other byte is the
/// page's number. The one encoding of the indices that they reach.
pub const FIRST_PAGE: u8 = 250;

/// Pages of escapes with a two-byte opcode.
pub const PAGES: u16 = (ESCAPE - FIRST_PAGE) as u16;

/// Escapes with a two-byte opcode.
pub const SHORT_ESCAPES: usize = 256 * PAGES as usize;

/// Most templates with a one-byte opcode in one dialect.
pub const FAST_MAX: usize = FIRST_PAGE as usize;

/// Most dialects.
pub const DIALECTS_MAX: usize = 14;

/// Index of a field in [`Template::fields`].
pub type FieldIx = u8;

/// What a micro-op does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum VmOp {
    /// An IR op, by `rheo-lower`. These differ from their IR row, since names are numbers here:
    ///
    /// | op | args | imm |
    /// |---|---|---|
    /// | `stack_addr` | | byte offset from `fp` |
    /// | `global_addr` | | symbol; what it stands for (functions' addresses too). There is no `tls_addr`: it is a native call of an accessor |
    /// | `load`, `store` | as in the IR | byte offset (`None`: 0) |
    /// | `jump`, `br_if` | as in the IR | branch; falls through when `br_if`'s operand is 0 |
    /// | `switch` | value, lowest case (immediate), number of cases n (immediate) | table of n + 1 branches, the last for values outside |
    /// | `ret` | none: results are where the contract wants them | |
    /// | `shuffle` | as in the IR | the 16 mask bytes, known at run time only |
    /// | `extractlane`, `insertlane` | as in the IR | lane, always literal |
    /// | `atomic_rmw` | as in the IR | index into `RmwKind::ALL`, always literal |
    /// | `ftosi` … `fconvert` | as in the IR | source type as index into `Type::ALL`, always literal |
    /// | `alloca`, `return_address`, `frame_address` | as in the IR | alignment, level |
    Ir(Op),
    /// Copies its one operand. Types: `i64` (anything of up to 8 bytes between slots, and integers to and from
    /// `acc`), `f64` (`f32` too, to and from `facc`; all 8 bytes), `i8x16` (16 bytes of anything between slots; vectors
    /// to and from `facc`).
    Move,
    /// Calls a bytecode function: function number, window. Last in its template; goes on behind it on return.
    CallBytecode,
    /// Calls native code: symbol, window, and for [`NativeKind::Generic`] the descriptor. Results go to `acc`, `facc`
    /// and the window, as later micro-ops see.
    CallNative(NativeKind),
    /// Calls an address: address, window, and for [`NativeKind::Generic`] the descriptor. Last in its template.
    CallIndirect(NativeKind),
    /// Moves slots from the window to slots 0 … of this frame and enters a bytecode function in it, to return to this
    /// function's caller: function number, window, number of slots. Last in its template.
    TailCall,
    /// The same through an address: address, window, number of slots, descriptor. A native callee is called by the
    /// generic way, its further result pieces are moved to this frame's first slots, and this function returns.
    TailCallIndirect,
    /// Calls a native function that may return more than once: symbol, window (the jump buffer's address is its slot
    /// 0). The result goes to `acc`, the second time too.
    Setjmp,
    /// Goes to machine code that does a part of the function and goes on at one of the branches: symbol of the code, number
    /// of branches less one; the table of branches. What the code takes and gives is in slots.
    NativeBlock,
    /// Does all of the instruction again if its operand is not 0; the branch (immediate) leads to the instruction itself, and is
    /// gone only while executions are counted. The slots keep apart ([`keep_slots_apart`]).
    LoopIf,
    /// Reports stack overflow unless this many bytes (immediate) above `fp` are below the limit.
    FrameCheck,
    /// Leaves the VM.
    Halt,
}

impl VmOp {
    /// Every op of the VM's own.
    pub const OWN: &'static [VmOp] = &[
        VmOp::Move,
        VmOp::CallBytecode,
        VmOp::CallNative(NativeKind::Ints2),
        VmOp::CallNative(NativeKind::Ints4),
        VmOp::CallNative(NativeKind::Ints6),
        VmOp::CallNative(NativeKind::Floats2),
        VmOp::CallNative(NativeKind::Floats8),
        VmOp::CallNative(NativeKind::Generic),
        VmOp::CallIndirect(NativeKind::Ints2),
        VmOp::CallIndirect(NativeKind::Ints4),
        VmOp::CallIndirect(NativeKind::Ints6),
        VmOp::CallIndirect(NativeKind::Floats2),
        VmOp::CallIndirect(NativeKind::Floats8),
        VmOp::CallIndirect(NativeKind::Generic),
        VmOp::TailCall,
        VmOp::TailCallIndirect,
        VmOp::Setjmp,
        VmOp::NativeBlock,
        VmOp::LoopIf,
        VmOp::FrameCheck,
        VmOp::Halt,
    ];

    /// Whether control may go elsewhere than to the next micro-op.
    pub fn is_control(self) -> bool {
        match self {
            VmOp::Ir(op) => op.is_terminator(),
            VmOp::CallBytecode | VmOp::CallIndirect(_) | VmOp::TailCall | VmOp::TailCallIndirect => true,
            VmOp::NativeBlock | VmOp::LoopIf | VmOp::Halt => true,
            VmOp::Move | VmOp::CallNative(_) | VmOp::Setjmp | VmOp::FrameCheck => false,
        }
    }

    /// Whether control never goes on behind the instruction.
    pub fn is_final(self) -> bool {
        match self {
            VmOp::Ir(op) => op.is_terminator() && op != Op::BrIf,
            VmOp::TailCall | VmOp::TailCallIndirect | VmOp::NativeBlock | VmOp::Halt => true,
            _ => false,
        }
    }

    /// Whether the op calls: `acc`, `facc` and the window are not kept over it.
    pub fn is_call(self) -> bool {
        matches!(
            self,
            VmOp::CallBytecode
                | VmOp::CallNative(_)
                | VmOp::CallIndirect(_)
                | VmOp::TailCall
                | VmOp::TailCallIndirect
                | VmOp::Setjmp
                | VmOp::NativeBlock
        )
    }

    /// What a call's operand `i` is the number of; `None` for operands that are values or plain numbers.
    pub fn number_kind(self, i: usize) -> Option<FieldKind> {
        let kinds: &[Option<FieldKind>] = match self {
            VmOp::CallBytecode | VmOp::TailCall => &[Some(FieldKind::Func), Some(FieldKind::Window)],
            VmOp::CallNative(_) | VmOp::Setjmp => {
                &[Some(FieldKind::Symbol), Some(FieldKind::Window), Some(FieldKind::Sig)]
            }
            VmOp::NativeBlock => &[Some(FieldKind::Symbol)],
            VmOp::CallIndirect(_) => &[None, Some(FieldKind::Window), Some(FieldKind::Sig)],
            VmOp::TailCallIndirect => &[None, Some(FieldKind::Window), None, Some(FieldKind::Sig)],
            _ => &[],
        };
        kinds.get(i).copied().flatten()
    }

    /// Number of operands and of results, where `ty` is the controlling type.
    pub fn arity(self) -> (usize, usize) {
        match self {
            VmOp::Ir(Op::Switch) => (3, 0),
            VmOp::Ir(Op::Ret | Op::Call | Op::CallIndirect | Op::TailCall | Op::TailCallIndirect) => (0, 0),
            VmOp::Ir(op) => (op.info().args.len(), op.info().results.len()),
            VmOp::Move => (1, 1),
            VmOp::CallNative(NativeKind::Generic) | VmOp::CallIndirect(NativeKind::Generic) | VmOp::TailCall => (3, 0),
            VmOp::CallBytecode | VmOp::CallNative(_) | VmOp::CallIndirect(_) | VmOp::Setjmp => (2, 0),
            VmOp::NativeBlock => (2, 0),
            VmOp::LoopIf => (1, 0),
            VmOp::TailCallIndirect => (4, 0),
            VmOp::FrameCheck | VmOp::Halt => (0, 0),
        }
    }
}

/// How native code is called: see "Calls to native code" in docs/vm.md.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NativeKind {
    /// At most 2 parameters, all of integer class.
    Ints2,
    /// At most 4.
    Ints4,
    /// At most 6.
    Ints6,
    /// At most 2 parameters, all `f32` or `f64`.
    Floats2,
    /// At most 8.
    Floats8,
    /// By a descriptor.
    Generic,
}

/// Where a micro-op takes an operand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Src {
    /// The slot (or two, for 16-byte types) that the field names.
    Slot(FieldIx),
    /// The integer accumulator as it is now: earlier micro-ops' writes are seen.
    Acc,
    /// The float accumulator as it is now.
    Facc,
    /// Result number `.1` of micro-op `.0`, an earlier one of the same template.
    Result(u8, u8),
    /// The field's number.
    Imm(FieldIx),
    /// This number.
    Lit(i64),
}

/// Where a micro-op's immediate comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ImmSrc {
    /// It has none, or 0.
    None,
    /// The field's number.
    Field(FieldIx),
    /// This number.
    Lit(i64),
}

/// Where a micro-op's result goes. Integers are written to a slot as 8 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dst {
    /// Nowhere but to later micro-ops of the template.
    None,
    /// The slot that the field names.
    Slot(FieldIx),
    /// The accumulator of its kind: integers of up to 64 bits `acc`, floats (not `f80`) and vectors `facc`.
    Acc,
    /// Both.
    SlotAndAcc(FieldIx),
    /// Slot `.1` of the callee window that field `.0` names: `fp + 16 × w + 8 × .1`.
    Arg(FieldIx, u8),
}

/// One step of a template.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MicroOp {
    /// What it does.
    pub op: VmOp,
    /// Controlling type; never `ptr`, which is `i64` here. `i64` for ops that need none.
    pub ty: Type,
    /// Operands.
    pub args: Vec<Src>,
    /// Immediate.
    pub imm: ImmSrc,
    /// One for each result.
    pub dsts: Vec<Dst>,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FieldKind {
    /// Slot number.
    Slot,
    /// A number, sign- or zero-extended, then shifted left.
    Imm {
        /// Sign-extended.
        signed: bool,
        /// Left shift that makes the value.
        shift: u8,
    },
    /// Signed distance in bytes from the last byte of the instruction's opcode.
    Branch,
    /// Function number.
    Func,
    /// Symbol index.
    Symbol,
    /// Callee window, in 16-byte units from `fp`.
    Window,
    /// Offset of a signature descriptor.
    Sig,
    /// Branches of this width each, as many as the `switch` says, after all other fields.
    Table,
}

/// A field of the encoding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Field {
    /// What it holds.
    pub kind: FieldKind,
    /// Its width in bits: 4, 8, 12, 16, 32, 64 or 128.
    pub bits: u8,
}

impl Field {
    /// Whether `value` (a slot number, an immediate before its shift is taken off, …) can be encoded.
    pub fn fits(self, value: i128) -> bool {
        let (signed, shift) = match self.kind {
            FieldKind::Imm { signed, shift } => (signed, shift),
            FieldKind::Branch | FieldKind::Table => (true, 0),
            _ => (false, 0),
        };
        if shift > 0 && value & ((1 << shift) - 1) != 0 {
            return false;
        }
        let v = value >> shift;
        if self.bits == 128 {
            return true;
        }
        if signed {
            let top = 1i128 << (self.bits - 1);
            (-top..top).contains(&v)
        } else {
            (0..1i128 << self.bits).contains(&v)
        }
    }
}

/// An instruction: micro-ops, executed one after the other, and the fields that their operands name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Template {
    /// Steps; only the last may be [`VmOp::is_control`], except that nothing may follow a call to bytecode.
    pub ops: Vec<MicroOp>,
    /// Fields, each named by at least one operand.
    pub fields: Vec<Field>,
}

/// Where a field lies in an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldLayout {
    /// Byte offset from the opcode byte.
    pub offset: u32,
    /// Bytes to load there, little-endian: 1, 2, 4, 8 or 16.
    pub bytes: u32,
    /// Right shift of what was loaded.
    pub shift: u32,
    /// Width in bits after the shift.
    pub bits: u32,
}

/// Where all fields of a template lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodedLayout {
    /// By [`FieldIx`].
    pub fields: Vec<FieldLayout>,
    /// Length in bytes, with the opcode; without the branches of a table, which follow.
    pub bytes: u32,
}

impl Template {
    /// Lays the fields out behind an opcode of `opcode_bytes` ([`Opcode::bytes`]).
    ///
    /// Fields follow each other in order. A 4-bit field fills the high half left open by an earlier 4-bit or 12-bit
    /// field, if there is one; else it takes the low half of a new byte. A 12-bit field takes the low 12 bits of two
    /// new bytes. Wider ones are whole bytes. A table has offset = length.
    pub fn layout(&self, opcode_bytes: u32) -> EncodedLayout {
        let mut at = opcode_bytes;
        let mut open = None;
        let mut fields = Vec::with_capacity(self.fields.len());
        for f in &self.fields {
            let bits = u32::from(f.bits);
            fields.push(match (f.kind, bits) {
                (FieldKind::Table, _) => FieldLayout { offset: u32::MAX, bytes: bits / 8, shift: 0, bits },
                (_, 4) => match open.take() {
                    Some(offset) => FieldLayout { offset, bytes: 1, shift: 4, bits },
                    None => {
                        open = Some(at);
                        at += 1;
                        FieldLayout { offset: at - 1, bytes: 1, shift: 0, bits }
                    }
                },
                (_, 12) => {
                    at += 2;
                    open.get_or_insert(at - 1);
                    FieldLayout { offset: at - 2, bytes: 2, shift: 0, bits }
                }
                _ => {
                    at += bits / 8;
                    FieldLayout { offset: at - bits / 8, bytes: bits / 8, shift: 0, bits }
                }
            });
        }
        for f in fields.iter_mut().filter(|f| f.offset == u32::MAX) {
            f.offset = at;
        }
        EncodedLayout { fields, bytes: at }
    }

    /// Whether control may go on with the next instruction.
    pub fn falls_through(&self) -> bool {
        !self.ops.last().is_some_and(|m| m.op.is_final())
    }
}

/// An instruction's opcode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Opcode {
    /// One byte, an index into the one-byte templates of the function's dialect.
    Fast(u8),
    /// A page or [`ESCAPE`], and an index into [`Isa::escape`].
    Escape(u16),
}

impl Opcode {
    /// Its size.
    pub fn bytes(self) -> u32 {
        match self {
            Opcode::Fast(_) => 1,
            Opcode::Escape(i) if usize::from(i) < SHORT_ESCAPES => 2,
            Opcode::Escape(_) => 3,
        }
    }

    /// Its bytes before the last one, which branches are relative to and handlers count from.
    pub fn prefix(self) -> u32 {
        self.bytes() - 1
    }

    /// Writes it to the start of an instruction.
    pub fn write(self, to: &mut [u8]) {
        let [low, high] = match self {
            Opcode::Fast(i) => [i, 0],
            Opcode::Escape(i) => i.to_le_bytes(),
        };
        match self {
            Opcode::Fast(_) => to[0] = low,
            _ if self.bytes() == 2 => to[..2].copy_from_slice(&[FIRST_PAGE + high, low]),
            Opcode::Escape(_) => to[..3].copy_from_slice(&[ESCAPE, low, high]),
        }
    }

    /// The opcode at the start of `code`. Nothing where a longer form is used than its own, or too little is there.
    pub fn read(code: &[u8]) -> Result<Opcode, OpcodeError> {
        match *code {
            [] | [ESCAPE] | [ESCAPE, _] | [FIRST_PAGE..ESCAPE] => Err(OpcodeError::Truncated),
            [ESCAPE, a, b, ..] => match Opcode::Escape(u16::from_le_bytes([a, b])) {
                op if op.bytes() == 3 => Ok(op),
                _ => Err(OpcodeError::NotShort),
            },
            [page @ FIRST_PAGE..ESCAPE, a, ..] => Ok(Opcode::Escape(u16::from_le_bytes([a, page - FIRST_PAGE]))),
            [op, ..] => Ok(Opcode::Fast(op)),
        }
    }
}

/// Why bytes are no opcode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpcodeError {
    /// They end too early.
    Truncated,
    /// There is a shorter form.
    NotShort,
}

/// An instruction set. Each function is written in one of its *dialects*, which differ in what their one-byte opcodes mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Isa {
    /// Templates with one-byte opcodes in dialect 0, at most [`FAST_MAX`].
    pub fast: Vec<Template>,
    /// The same of the dialects from 1 on.
    pub others: Vec<Vec<Template>>,
    /// Templates behind the escapes: at least [`Isa::base_escape`]'s.
    pub escape: Vec<Template>,
}

impl Isa {
    /// Identifies the set: equal for equal sets only. Images and VMs carry it.
    pub fn fingerprint(&self) -> u64 {
        // FNV-1a over the text form, which is canonical.
        let mut h = 0xcbf2_9ce4_8422_2325u64;
        for b in self.to_string().bytes() {
            h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        h
    }

    /// Number of dialects.
    pub fn dialects(&self) -> usize {
        1 + self.others.len()
    }

    /// Templates with one-byte opcodes in each dialect.
    pub fn one_byte(&self) -> impl Iterator<Item = &Vec<Template>> {
        std::iter::once(&self.fast).chain(&self.others)
    }

    /// The template of an opcode of dialect 0.
    pub fn template(&self, opcode: Opcode) -> Option<&Template> {
        self.template_in(0, opcode)
    }

    /// The template of an opcode.
    pub fn template_in(&self, dialect: usize, opcode: Opcode) -> Option<&Template> {
        match opcode {
            Opcode::Fast(i) => self.one_byte().nth(dialect)?.get(usize::from(i)),
            Opcode::Escape(i) => self.escape.get(usize::from(i)),
        }
    }

    /// All opcodes of dialect 0 with their templates.
    pub fn templates(&self) -> impl Iterator<Item = (Opcode, &Template)> {
        self.templates_in(0)
    }

    /// All opcodes of a dialect with their templates.
    pub fn templates_in(&self, dialect: usize) -> impl Iterator<Item = (Opcode, &Template)> {
        let fast = self.one_byte().nth(dialect).into_iter().flatten();
        let fast = fast.enumerate().map(|(i, t)| (Opcode::Fast(i as u8), t));
        fast.chain(self.escape.iter().enumerate().map(|(i, t)| (Opcode::Escape(i as u16), t)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let isa = Isa::general();
        assert_eq!(&parse_isa(&isa.to_string()).expect("parses"), isa);
        assert!(isa.fast.len() <= FAST_MAX);
    }

    #[test]
    fn nibbles_pair_up() {
        let t = parse_template("s4 f12 w4 s4 b8 : move.i64 $0 -> @2.0 ; move.i64 $3 -> @2.1 ; br_if.i64 %0 +#4");
        assert!(t.is_err(), "function field unused");
        let t = parse_template("s4 s12 : move.i64 $1 -> $0").expect("parses");
        let l = t.layout(1);
        assert_eq!((l.fields[0].offset, l.fields[0].shift, l.fields[1].offset, l.bytes), (1, 0, 2, 4));
        let t = parse_template("f12 w4 : call_bytecode.i64 #0 #1").expect("parses");
        let l = t.layout(1);
        assert_eq!((l.fields[1].offset, l.fields[1].shift, l.bytes), (2, 4, 3));
    }
}
