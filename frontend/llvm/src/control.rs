//! Terminators, and block arguments on the edges.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::types;
use llvm_sys::LLVMOpcode;
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMValueRef};
use rheo_ir::{Dest, Imm, Op, Type, Value};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

impl FuncReader<'_> {
    /// The instruction that ends a block; `invoke` stands in `unwind`.
    pub(crate) fn terminator(&mut self, inst: LLVMValueRef) -> Result<(), ReadError> {
        let from = llvm::inst_block(inst);
        match llvm::opcode(inst) {
            LLVMOpcode::LLVMRet => self.ret(inst),
            LLVMOpcode::LLVMUnreachable => {
                self.terminate(Op::Trap, Type::Ptr, &[], Imm::None, Vec::new());
                Ok(())
            }
            LLVMOpcode::LLVMBr if !llvm::is_conditional(inst) => {
                let dest = self.dest(from, llvm::successor(inst, 0))?;
                self.terminate(Op::Jump, Type::Ptr, &[], Imm::None, vec![dest]);
                Ok(())
            }
            LLVMOpcode::LLVMBr => {
                let cond = self.one(llvm::operand(inst, 0))?;
                let then = self.dest(from, llvm::successor(inst, 0))?;
                let otherwise = self.dest(from, llvm::successor(inst, 1))?;
                self.terminate(Op::BrIf, Type::Ptr, &[cond], Imm::None, vec![then, otherwise]);
                Ok(())
            }
            LLVMOpcode::LLVMSwitch => self.switch(inst, from),
            LLVMOpcode::LLVMIndirectBr => self.indirect_branch(inst, from),
            LLVMOpcode::LLVMCallBr => self.jumping_asm(inst),
            LLVMOpcode::LLVMResume => self.resume(inst),
            // Exceptions as Windows' own ABI has them.
            opcode => Err(self.unsupported(format!("terminator {opcode:?}"))),
        }
    }

    fn switch(&mut self, inst: LLVMValueRef, from: LLVMBasicBlockRef) -> Result<(), ReadError> {
        let operand = llvm::operand(inst, 0);
        if types::int_width(llvm::type_of(operand)).is_some_and(|width| width > 128) {
            return Err(self.unsupported("switch on an integer of more than 128 bits"));
        }
        let selector = self.clean(operand, false)?;
        let count = llvm::successor_count(inst);
        let mut cases = Vec::with_capacity(count as usize);
        let mut dests = Vec::with_capacity(count as usize);
        let mut known = FxHashMap::default();
        for i in 0..count {
            let to = llvm::successor(inst, i);
            let dest = match known.get(&to) {
                Some(dest) => Dest::clone(dest),
                None => self.dest(from, to)?,
            };
            known.entry(to).or_insert_with(|| dest.clone());
            dests.push(dest);
            if i > 0 {
                let limbs = self.module.source.limbs(llvm::operand(inst, 2 * i));
                cases.push(limbs.iter().rev().fold(0, |value, &limb| value << 64 | u128::from(limb)));
            }
        }
        let ty = self.ty(selector);
        self.terminate(Op::Switch, ty, &[selector], Imm::Cases(cases.into()), dests);
        Ok(())
    }

    /// A switch on the blocks' numbers; see `ModuleReader::block_number`.
    fn indirect_branch(&mut self, inst: LLVMValueRef, from: LLVMBasicBlockRef) -> Result<(), ReadError> {
        let selector = self.one(llvm::operand(inst, 0))?;
        let mut targets: Vec<(u32, LLVMBasicBlockRef)> = Vec::new();
        for i in 0..llvm::successor_count(inst) {
            let to = llvm::successor(inst, i);
            let number = self.module.block_number(self.llvm, to);
            if number != 0 {
                targets.push((number, to));
            }
        }
        targets.sort_unstable();
        targets.dedup();
        let nowhere = self.new_block();
        let mut dests = vec![Dest { block: nowhere, args: SmallVec::new() }];
        for &(_, to) in &targets {
            dests.push(self.dest(from, to)?);
        }
        let cases = targets.iter().map(|&(number, _)| number.into()).collect();
        // The numbers are small, and it can be none but theirs.
        let selector = self.op(Op::Trunc, Type::I32, &[selector]);
        self.terminate(Op::Switch, Type::I32, &[selector], Imm::Cases(cases), dests);
        self.switch_to(nowhere);
        self.terminate(Op::Trap, Type::Ptr, &[], Imm::None, Vec::new());
        Ok(())
    }

    /// The edge between two blocks, with arguments for the phis.
    pub(crate) fn dest(&mut self, from: LLVMBasicBlockRef, to: LLVMBasicBlockRef) -> Result<Dest, ReadError> {
        let mut args: SmallVec<[Value; 2]> = SmallVec::new();
        let mut edge = 0;
        for phi in llvm::instructions(to).take_while(|&i| llvm::is_phi(i)) {
            // The phis of a block nearly always list their edges in the same order.
            if edge >= llvm::incoming_count(phi) || llvm::incoming_block(phi, edge) != from {
                edge = self.edge(phi, from).ok_or_else(|| self.unsupported("phi without its predecessor"))?;
            }
            args.extend(self.leaves(llvm::incoming_value(phi, edge))?);
        }
        let block = self.block_of(to).ok_or_else(|| self.unsupported("branch to a block of no code"))?;
        Ok(Dest { block, args })
    }
}
