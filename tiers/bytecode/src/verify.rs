//! The verifier: what an image must be for the VM to execute it without checks of its own.
//!
//! Accepts an image only if every byte of its code belongs to one instruction of one function, all branches end on
//! instructions of their function, control never falls out of a function, and every slot, window, function, symbol and
//! descriptor that an instruction names exists. What the program does with *memory* is its own affair.

use crate::decode::{DecodeError, Decoder, Instruction};
use crate::isa::{Dst, FieldKind, ImmSrc, Isa, MicroOp, Src, VmOp, keep_slots_apart};
use crate::pads::{FunctionPads, Taken, Takes};
use crate::view::{ImageError, ImageView};
use rayon::prelude::*;

/// Bytes of the guard below the end of a VM stack that frames without a check may reach into.
const GUARD_BYTES: u64 = 64 << 10;
/// Slots of the window that the exception and its selector take.
const LANDING_SLOTS: i128 = 2;
/// Greatest frame, in slots.
const FRAME_SLOTS_MAX: u32 = 1 << 16;

/// Why an image is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// Its header or tables.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// Made for another VM.
    #[error("the image is for a VM with fingerprint {found:#018x}; this one has {expected:#018x}")]
    Fingerprint {
        /// The image's.
        found: u64,
        /// The instruction set's.
        expected: u64,
    },
    /// The code does not begin with `halt`.
    #[error("the code does not begin with `halt`")]
    Halt,
    /// An instruction.
    #[error("function {function}, code offset {offset}: {what}")]
    Code {
        /// Its function's name, or number.
        function: String,
        /// Its offset in the code.
        offset: usize,
        /// What is wrong.
        what: Flaw,
    },
    /// A function's descriptor.
    #[error("function {0}: no descriptor where its entry is said to be described")]
    Descriptor(String),
}

/// What is wrong with an instruction.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// It cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The frame size before the function.
    #[error("bad frame size")]
    Frame,
    /// A slot outside of the frame.
    #[error("slot {slot} of a frame of {slots}")]
    Slot {
        /// Its number.
        slot: i128,
        /// There are.
        slots: u32,
    },
    /// A window that overlaps or leaves the frame.
    #[error("window {window} in a frame of {slots} slots")]
    Window {
        /// In 16-byte units.
        window: i128,
        /// There are.
        slots: u32,
    },
    /// A branch to where no instruction of the function begins.
    #[error("branch to {target}, where no instruction of the function begins")]
    Branch {
        /// Code offset.
        target: i64,
    },
    /// An instruction that is a loop.
    #[error("a loop of one instruction with {0}")]
    Loop(&'static str),
    /// A number of something that does not exist.
    #[error("{kind} {number} does not exist")]
    Number {
        /// Function, symbol, descriptor.
        kind: &'static str,
        /// Its number.
        number: i128,
    },
    /// A dialect that the set does not have.
    #[error("dialect {0} does not exist")]
    Dialect(usize),
    /// The function's last instruction goes on behind it.
    #[error("control falls out of the function")]
    FallsOut,
    /// A large frame whose function does not check its extent first.
    #[error("a frame of {0} slots without a check of the stack's limit")]
    Unchecked(u32),
    /// A landing pad's row.
    #[error("the table of landing pads: {0}")]
    Pad(&'static str),
    /// `halt` among a function's instructions.
    #[error("`halt` within a function")]
    Halts,
}

/// An image that the VM of `isa` executes safely.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedImage<'a> {
    view: ImageView<'a>,
    isa: &'a Isa,
}

impl<'a> VerifiedImage<'a> {
    /// The image.
    pub fn view(&self) -> ImageView<'a> {
        self.view
    }

    /// The instruction set that it is verified for.
    pub fn isa(&self) -> &'a Isa {
        self.isa
    }
}

/// Verifies an image.
pub fn verify<'a>(view: ImageView<'a>, isa: &'a Isa) -> Result<VerifiedImage<'a>, VerifyError> {
    let expected = isa.fingerprint();
    if view.fingerprint() != expected {
        return Err(VerifyError::Fingerprint { found: view.fingerprint(), expected });
    }
    let decoders = Decoder::all(isa);
    let halt = decoders[0].decode(view.code()).ok().filter(|i| i.template.ops.iter().all(|m| m.op == VmOp::Halt));
    let first = halt.ok_or(VerifyError::Halt)?.bytes;
    let begins = match view.function_count() {
        0 => view.code().len(),
        _ => view.function_extent(0).map_or(usize::MAX, |e| e.0),
    };
    if begins != first {
        return Err(VerifyError::Halt);
    }
    let code = Code { view, decoders: &decoders, pads: view.pads() };
    (0..view.function_count()).into_par_iter().try_for_each(|f| code.function(f))?;
    for f in 0..view.stub_count() {
        if view.descriptor(view.func_info(f).into()).is_none() {
            return Err(VerifyError::Descriptor(code.name(f)));
        }
    }
    Ok(VerifiedImage { view, isa })
}

struct Code<'a> {
    view: ImageView<'a>,
    decoders: &'a [Decoder<'a>],
    pads: Vec<FunctionPads>,
}

impl Code<'_> {
    fn name(&self, function: usize) -> String {
        self.view.name(function).unwrap_or_else(|| function.to_string())
    }

    fn function(&self, function: usize) -> Result<(), VerifyError> {
        let start = self.view.function_offset(function) as usize;
        let fail = |offset: usize, what| VerifyError::Code { function: self.name(function), offset, what };
        let (_, slots, end) = self.view.function_extent(function).ok_or_else(|| fail(start, Flaw::Frame))?;
        if slots > FRAME_SLOTS_MAX {
            return Err(fail(start, Flaw::Frame));
        }
        let dialect = self.view.dialect(function);
        let decoder = self.decoders.get(dialect).ok_or_else(|| fail(start, Flaw::Dialect(dialect)))?;
        let code = &self.view.code()[..end];
        let mut begins = vec![false; end - start];
        let mut branches = Vec::new();
        let mut at = start;
        let mut falls = true;
        let mut checked = 0;
        let mut rows = self.pads[function].rows.iter().peekable();
        while at < end {
            let inst = decoder.decode(&code[at..]).map_err(|e| fail(at, e.into()))?;
            begins[at - start] = true;
            self.instruction(&inst, slots).map_err(|e| fail(at, e))?;
            if at == start {
                checked = frame_check(&inst);
            }
            branches.extend(inst.branches().map(|d| (at, at as i64 + d)));
            if inst.template.is_loop() && inst.branches().any(|d| d != 0) {
                return Err(fail(at, Flaw::Loop("a branch to elsewhere")));
            }
            falls = inst.template.falls_through();
            at += inst.bytes;
            if rows.next_if(|row| row.call as usize == at - start).is_some() && !lands(&inst, slots) {
                return Err(fail(at, Flaw::Pad("an instruction that is no call with room in its window")));
            }
        }
        if let Some(row) = rows.next() {
            return Err(fail(start + row.call as usize, Flaw::Pad("a call where no instruction ends")));
        }
        self.pads(&self.pads[function], &begins, slots).map_err(|(at, what)| fail(start + at as usize, what))?;
        if falls {
            return Err(fail(at, Flaw::FallsOut));
        }
        if u64::from(slots) * 8 > GUARD_BYTES / 2 + checked {
            return Err(fail(start, Flaw::Unchecked(slots)));
        }
        for (at, target) in branches {
            let inside = usize::try_from(target - start as i64).ok().and_then(|t| begins.get(t));
            if inside != Some(&true) {
                return Err(fail(at, Flaw::Branch { target }));
            }
        }
        Ok(())
    }

    /// What landing pads name, but for the calls.
    fn pads(&self, pads: &FunctionPads, begins: &[bool], slots: u32) -> Result<(), (u32, Flaw)> {
        for row in &pads.rows {
            let fail = |what| Err((row.call, Flaw::Pad(what)));
            if begins.get(row.pad as usize) != Some(&true) {
                return fail("a pad where no instruction begins");
            }
            let exists = |symbol: &u32| (*symbol as usize) < self.view.symbol_count();
            let known = match &row.takes {
                Takes::Listed { clauses, .. } => clauses.iter().all(|c| match c {
                    Taken::Any => true,
                    Taken::Type(symbol) => exists(symbol),
                }),
                Takes::Asked { personality, stand_in, .. } => [personality, stand_in].into_iter().all(exists),
            };
            if !known {
                return fail("a symbol that does not exist");
            }
        }
        match pads.mark {
            Some(slot) if slot >= slots => Err((0, Flaw::Slot { slot: slot.into(), slots })),
            _ => Ok(()),
        }
    }

    fn instruction(&self, inst: &Instruction<'_>, slots: u32) -> Result<(), Flaw> {
        for m in &inst.template.ops {
            if m.op == VmOp::Halt {
                return Err(Flaw::Halts);
            }
            self.micro_op(m, inst, slots)?;
        }
        if inst.template.is_loop() && !keep_slots_apart(&inst.template.ops, |f| inst.values[usize::from(f)]) {
            return Err(Flaw::Loop("slots that overlap"));
        }
        for (f, &v) in inst.template.fields.iter().zip(&inst.values) {
            let exists = |kind, limit: usize| match v < limit as i128 {
                true => Ok(()),
                false => Err(Flaw::Number { kind, number: v }),
            };
            match f.kind {
                FieldKind::Func => exists("function", self.view.function_count())?,
                FieldKind::Symbol => exists("symbol", self.view.symbol_count())?,
                FieldKind::Sig if self.view.descriptor(v as u32).is_none() => {
                    return Err(Flaw::Number { kind: "descriptor", number: v });
                }
                FieldKind::Window if v < 1 || v * 2 > i128::from(slots) => {
                    return Err(Flaw::Window { window: v, slots });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn micro_op(&self, m: &MicroOp, inst: &Instruction<'_>, slots: u32) -> Result<(), Flaw> {
        let value = |f: u8| inst.values[usize::from(f)];
        let within = |slot: i128, n: u32| match slot + i128::from(n) <= i128::from(slots) {
            true => Ok(()),
            false => Err(Flaw::Slot { slot, slots }),
        };
        for (f, ty, _) in m.slots() {
            within(value(f), ty.slots())?;
        }
        for (i, d) in m.dsts.iter().enumerate() {
            if let Dst::Arg(f, k) = *d {
                within(value(f) * 2 + i128::from(k), m.result_type(i).slots())?;
            }
        }
        // Arguments moved by a tail call come from the window and go to the first slots.
        let moved = match m.op {
            VmOp::TailCall => Some((m.args[1], m.args[2])),
            VmOp::TailCallIndirect => Some((m.args[1], m.args[2])),
            _ => None,
        };
        if let Some((window, n)) = moved {
            let number = |s: Src| match s {
                Src::Imm(f) => value(f),
                Src::Lit(n) => i128::from(n),
                _ => i128::MAX / 4,
            };
            if number(window) * 2 + number(n) > i128::from(slots) {
                return Err(Flaw::Window { window: number(window), slots });
            }
        }
        Ok(())
    }
}

/// Whether the instruction calls, with a window that has room for what comes to a landing pad.
fn lands(inst: &Instruction<'_>, slots: u32) -> bool {
    let calls = inst.template.ops.iter().any(|m| m.op.is_call() && !m.op.is_final());
    let window = inst.template.fields.iter().position(|f| f.kind == FieldKind::Window);
    calls && window.is_some_and(|f| inst.values[f] * 2 + LANDING_SLOTS <= i128::from(slots))
}

/// Bytes that the instruction makes sure of, if it is a frame check.
fn frame_check(inst: &Instruction<'_>) -> u64 {
    match inst.template.ops.first() {
        Some(MicroOp { op: VmOp::FrameCheck, imm: ImmSrc::Field(f), .. }) => {
            u64::try_from(inst.values[usize::from(*f)]).unwrap_or(0)
        }
        _ => 0,
    }
}
