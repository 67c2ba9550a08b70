//! Inline assembly: what needs no code at all, what is refused, and a shim for the rest.

use crate::error::ReadError;
use crate::function::{Base, FuncReader};
use crate::llvm;
use crate::stack_use::stack_trouble;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{Imm, Op, Type};

/// The text and constraints of an inline assembly value.
struct Asm {
    text: String,
    constraints: Vec<String>,
    has_side_effects: bool,
}

impl Asm {
    fn of(value: LLVMValueRef) -> Asm {
        let (mut text_len, mut constraints_len) = (0, 0);
        // SAFETY: the value is inline assembly of a live module, and both strings are its own.
        let (text, constraints, has_side_effects) = unsafe {
            let text = LLVMGetInlineAsmAsmString(value, &mut text_len).cast::<u8>();
            let constraints = LLVMGetInlineAsmConstraintString(value, &mut constraints_len).cast::<u8>();
            (
                std::slice::from_raw_parts(text, text_len),
                std::slice::from_raw_parts(constraints, constraints_len),
                LLVMGetInlineAsmHasSideEffects(value) != 0,
            )
        };
        let constraints = String::from_utf8_lossy(constraints);
        Asm {
            text: String::from_utf8_lossy(text).into_owned(),
            constraints: constraints.split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect(),
            has_side_effects,
        }
    }

    /// Assembly that computes nothing: comments, alignment of the code around it, waiting.
    fn is_empty(&self) -> bool {
        self.text.split(['\n', ';']).all(|statement| {
            let mut words = statement.split_whitespace();
            match words.next() {
                None => true,
                Some(".align" | ".balign" | ".p2align") => true,
                Some("nop" | "pause" | "yield") => words.next().is_none(),
                Some("rep") => matches!(words.next(), None | Some("nop")),
                Some(word) => word.starts_with('#') || word.starts_with("//"),
            }
        })
    }

    /// Whether memory may be read or written behind the compiler's back.
    fn clobbers_memory(&self) -> bool {
        self.constraints.iter().any(|c| c == "~{memory}" || c.contains('*'))
    }

    /// For an operand without an address form: its constraint asks for an assembly-time constant.
    fn wants_constant(&self, arg: usize) -> bool {
        let mut args = self.constraints.iter().filter(|c| {
            let output = c.starts_with('=');
            (output && c.contains('*')) || !(output || c.starts_with('~') || c.starts_with('!'))
        });
        args.nth(arg).is_some_and(|c| {
            let letters = c.trim_start_matches(['*', '&', '%']);
            !letters.is_empty() && letters.chars().all(|l| "insIJKLMNOeZ^W".contains(l)) && !c.contains('*')
        })
    }
}

impl FuncReader<'_> {
    /// A call of inline assembly.
    pub(crate) fn inline_asm(&mut self, call: LLVMValueRef) -> Result<(), ReadError> {
        let asm = Asm::of(llvm::called_value(call));
        if asm.is_empty() && self.empty_asm(call, &asm)? {
            return Ok(());
        }
        let (what, constants) = self.movable_asm(call, &asm)?;
        self.shim_with(call, what, &constants)
    }

    /// `callbr`: assembly that goes on behind it or at a label. Out of line it returns which.
    pub(crate) fn jumping_asm(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let (what, constants) = self.movable_asm(inst, &Asm::of(llvm::called_value(inst)))?;
        let which = self.shim_successor(inst, what, &constants)?;
        let from = llvm::inst_block(inst);
        let count = llvm::successor_count(inst);
        let dests = (0..count).map(|i| self.dest(from, llvm::successor(inst, i))).collect::<Result<Vec<_>, _>>()?;
        let cases = (1..count).map(u128::from).collect();
        self.terminate(Op::Switch, Type::I32, &[which], Imm::Cases(cases), dests);
        Ok(())
    }

    /// Whether assembly can go out of line: its name in reports, and which operands are addresses that it has to be told
    /// as constants.
    fn movable_asm(&mut self, call: LLVMValueRef, asm: &Asm) -> Result<(String, Vec<u32>), ReadError> {
        let mut constants = Vec::new();
        let mut what: String = asm.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if what.chars().count() > 60 {
            what = what.chars().take(57).chain("...".chars()).collect();
        }
        let what = format!("inline asm \"{what}\"");
        if !self.module.is_aarch64()
            && let Some(trouble) = stack_trouble(&asm.text, &asm.constraints)
        {
            return Err(self.unsupported(format!("{what}: {trouble}")));
        }
        for i in 0..llvm::arg_count(call) {
            let arg = llvm::operand(call, i);
            let is_literal = llvm::is_const_int(arg) || llvm::is_const_fp(arg);
            if !is_literal && asm.wants_constant(i as usize) {
                if let Some((Base::Func(_) | Base::Global(_), _)) = self.module.constant_address(arg) {
                    constants.push(i);
                    continue;
                }
                let text = llvm::print_value(arg);
                return Err(self.unsupported(format!("{what}: operand {text} must be an assembly-time constant")));
            }
        }
        Ok((what, constants))
    }

    /// Reads a call of assembly without instructions: outputs are the inputs tied to them. False if some operand
    /// changes its type on the way.
    fn empty_asm(&mut self, call: LLVMValueRef, asm: &Asm) -> Result<bool, ReadError> {
        // For each output in a register the number of the argument tied to it.
        let mut outputs: Vec<(bool, Option<u32>)> = Vec::new();
        let mut args = 0;
        for constraint in &asm.constraints {
            match constraint.as_bytes()[0] {
                b'=' => {
                    let indirect = constraint.contains('*');
                    outputs.push((indirect, None));
                    args += u32::from(indirect);
                }
                b'~' | b'!' => {}
                _ => {
                    if let Ok(tied) = constraint.parse::<usize>()
                        && let Some(output) = outputs.get_mut(tied)
                    {
                        output.1 = Some(args);
                    }
                    args += 1;
                }
            }
        }
        let types = self.types(llvm::type_of(call))?;
        let mut values = Vec::new();
        for &(_, tied) in outputs.iter().filter(|(indirect, _)| !indirect) {
            match tied {
                Some(arg) => values.extend(self.leaves(llvm::operand(call, arg))?),
                None => {
                    let Some(&ty) = types.get(values.len()) else { return Ok(false) };
                    values.push(self.zero(ty));
                }
            }
        }
        if values.len() != types.len() || values.iter().zip(&types).any(|(&v, &ty)| self.ty(v) != ty) {
            return Ok(false);
        }
        if asm.has_side_effects && asm.clobbers_memory() {
            self.compiler_barrier();
        }
        self.define(call, &values);
        Ok(true)
    }

    /// Keeps later tiers from carrying loaded values past this point, at the price of one store: volatile accesses are
    /// never moved, and a store ends what a tier knows of memory.
    pub(crate) fn compiler_barrier(&mut self) {
        let slot = match self.barrier {
            Some(slot) => slot,
            None => *self.barrier.insert(self.body.add_slot(8, 8)),
        };
        let address = self.emit(Op::StackAddr, Type::Ptr, &[], Imm::Slot(slot, 0));
        let zero = self.iconst(Type::I8, 0);
        self.store_value(zero, address, 0, true);
    }
}
