//! Invokes and landing pads: calls with a second way out, and what the runtime leaves in the window for it.
//!
//! At a landing pad the window's first slots hold the exception and the selector; all values are in their slots.

use super::super::node::{Arg, Bank, Exit, Node, NodeImm, Val};
use super::Lowering;
use super::call::Target;
use crate::isa::VmOp;
use crate::pads::{Taken, Takes};
use rheo_ir::{BlockId, Body, Cfg, Clause, Imm, Inst, Op, Pad, SrcLoc, StackSlot, StackSlotId, Type};

impl Lowering<'_> {
    pub(super) fn invoke(&mut self, inst: &Inst, cfg: &Cfg) -> Exit {
        let (target, args) = match inst.imm {
            Imm::Func(f) => (Target::Func(f), &inst.args[..]),
            Imm::Sig(sig) => (Target::Address(inst.args[0], sig), &inst.args[1..]),
            ref other => unreachable!("call with immediate {other:?}"),
        };
        self.call(target, args, inst);
        Exit::Invoke(self.edge(&inst.dests[0], cfg), self.edge(&inst.dests[1], cfg))
    }

    pub(super) fn landing_pad(&mut self, inst: &Inst) {
        for (k, &r) in inst.results.iter().enumerate() {
            let held = self.arg_slot(k as u32, Bank::Int, 1);
            if self.read[r.index()] {
                let mut bring =
                    Node::new(VmOp::Move, Type::I64, &[Arg::Val(held)], NodeImm::None, &[Val(r.0)], inst.loc);
                // It must not move behind what overwrites the window.
                bring.pinned = true;
                self.nodes.push(bring);
            }
        }
    }

    /// Keeps the dynamic stack's mark where exceptions that pass the frame find it.
    pub(super) fn keep_mark(&mut self, top: Val, loc: SrcLoc) {
        let slot = StackSlotId::new(self.work.stack.len());
        self.work.stack.push(StackSlot { bytes: 8, align: 8 });
        self.work.mark = Some(slot);
        let address = self.new_val(Bank::Int, 1);
        let imm = NodeImm::Frame(slot, 0);
        let node = Node::new(VmOp::Ir(Op::StackAddr), Type::I64, &[], imm, &[address], loc);
        self.work.remat[address.index()] = Some(Box::new(node));
        self.push(VmOp::Ir(Op::Store), Type::I64, &[Arg::Val(top), Arg::Val(address)], NodeImm::None, &[], loc);
    }

    /// The selector of a type: its symbol's number plus 1, or what the personality routine calls it.
    pub(super) fn type_id(&mut self, inst: &Inst) {
        let Imm::Global(ty, _) = inst.imm else { unreachable!("type_id of {:?}", inst.imm) };
        let number = match &self.asked {
            None => self.program.type_symbol(ty) + 1,
            Some(asked) => asked.selector(Some(ty)),
        };
        self.set_number(Val(inst.results[0].0), i64::from(number), inst.loc);
    }

    /// What the pad at the start of block `b` takes.
    pub(super) fn takes(&self, b: BlockId, pad: &Pad) -> Takes {
        if let Some(asked) = &self.asked {
            return Takes::Asked {
                personality: self.program.cell_symbol(asked.personality),
                stand_in: self.program.stand_in_symbol(asked.func),
                call: asked.call(b),
            };
        }
        let clauses = pad.clauses.iter().map(|c| match c {
            Clause::Catch(None) => Taken::Any,
            Clause::Catch(Some(ty)) => Taken::Type(self.program.type_symbol(*ty)),
            Clause::Filter(_) => unreachable!("personality routines are asked about these"),
        });
        Takes::Listed { clauses: clauses.collect(), cleanup: pad.cleanup }
    }
}

/// Which values are operands of anything; nothing for a body without landing pads.
pub(super) fn read_values(body: &Body) -> Vec<bool> {
    if body.blocks.iter().all(|b| pad_at(&b.insts).is_none()) {
        return Vec::new();
    }
    let mut read = vec![false; body.values.len()];
    for inst in body.blocks.iter().flat_map(|b| &b.insts) {
        inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)).for_each(|v| read[v.index()] = true);
    }
    read
}

/// What the pad at the start of a block takes.
pub(super) fn pad_at(insts: &[Inst]) -> Option<&Pad> {
    match insts.first() {
        Some(Inst { op: Op::LandingPad, imm: Imm::Pad(pad), .. }) => Some(pad),
        _ => None,
    }
}
