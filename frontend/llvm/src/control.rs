//! Terminators, and block arguments on the edges.

use crate::error::ReadError;
use crate::function::FuncReader;
use crate::llvm;
use crate::memory::gep_terms;
use crate::types;
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMValueRef};
use llvm_sys::{LLVMLinkage, LLVMOpcode};
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

    /// A switch: on the index where the address comes from a table, as in interpreters, else on the blocks' numbers; see
    /// `ModuleReader::block_number`.
    fn indirect_branch(&mut self, inst: LLVMValueRef, from: LLVMBasicBlockRef) -> Result<(), ReadError> {
        let successors: Vec<LLVMBasicBlockRef> =
            (0..llvm::successor_count(inst)).map(|i| llvm::successor(inst, i)).collect();
        let address = llvm::operand(inst, 0);
        let (selector, mut targets) = match self.table_of_blocks(address) {
            Some((index, blocks)) => {
                let numbered = (0..).zip(blocks).filter(|(_, to)| successors.contains(to));
                (self.extended(index, true, Type::I64)?, numbered.collect())
            }
            None => {
                let numbered = successors.iter().map(|&to| (self.module.block_number(self.llvm, to), to));
                let targets: Vec<(u32, LLVMBasicBlockRef)> = numbered.filter(|t| t.0 != 0).collect();
                (self.one(address)?, targets)
            }
        };
        targets.sort_unstable();
        targets.dedup();
        let nowhere = self.new_block();
        let mut dests = vec![Dest { block: nowhere, args: SmallVec::new() }];
        let mut known: FxHashMap<LLVMBasicBlockRef, Dest> = FxHashMap::default();
        for &(_, to) in &targets {
            let dest = match known.get(&to) {
                Some(dest) => Dest::clone(dest),
                None => self.dest(from, to)?,
            };
            known.entry(to).or_insert_with(|| dest.clone());
            dests.push(dest);
        }
        let cases = targets.iter().map(|&(number, _)| number.into()).collect();
        // The numbers are small, and it can be none but theirs: no program may read beyond a table.
        let selector = self.op(Op::Trunc, Type::I32, &[selector]);
        self.terminate(Op::Switch, Type::I32, &[selector], Imm::Cases(cases), dests);
        self.switch_to(nowhere);
        self.terminate(Op::Trap, Type::Ptr, &[], Imm::None, Vec::new());
        Ok(())
    }

    /// The index and the blocks, where an address is loaded from a constant table of this function's blocks.
    fn table_of_blocks(&self, address: LLVMValueRef) -> Option<(LLVMValueRef, Vec<LLVMBasicBlockRef>)> {
        if !llvm::is_load(address) || llvm::is_volatile(address) {
            return None;
        }
        let gep = llvm::operand(address, 0);
        if !llvm::is_gep(gep) || !llvm::is_global_variable(llvm::operand(gep, 0)) {
            return None;
        }
        let table = llvm::operand(gep, 0);
        let is_local =
            matches!(llvm::linkage(table), LLVMLinkage::LLVMInternalLinkage | LLVMLinkage::LLVMPrivateLinkage);
        if !is_local || !llvm::is_global_constant(table) || llvm::is_declaration(table) {
            return None;
        }
        let entries = llvm::initializer(table);
        if !llvm::is_const_array(entries) {
            return None;
        }
        let types = self.module.types;
        let pointer = u64::from(llvm::pointer_bytes(types.layout));
        let Ok((0, terms)) = gep_terms(types, gep) else { return None };
        let [(index, scale)] = terms[..] else { return None };
        let count = llvm::array_length(llvm::type_of(entries)) as u32;
        let block = |i| {
            let entry = llvm::aggregate_element(entries, i);
            let own = llvm::is_block_address(entry) && llvm::block_address_function(entry) == self.llvm;
            own.then(|| llvm::block_address_block(entry))
        };
        let blocks: Option<Vec<LLVMBasicBlockRef>> = (0..count).map(block).collect();
        (scale == pointer).then_some(index).zip(blocks)
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
