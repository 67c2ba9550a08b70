//! Handlers of instructions that are loops: what a turn leaves for the next stays in registers, slots included.
//!
//! Slots of a loop keep apart (`rheo_bytecode::isa::keep_slots_apart`), so a slot is as good as a variable. They are read before the first turn and
//! written behind the last.

use crate::VmError;
use crate::binding::own;
use crate::handler::Handler;
use crate::layout::context;
use cranelift_codegen::ir::{Block, InstBuilder, Type as ClifType, Value, types};
use cranelift_frontend::Variable;
use rheo_bytecode::isa::{Dst, FieldIx, MicroOp, Template};
use rheo_lower::clif_type;

/// A loop under construction.
pub struct Repeat {
    /// Where each turn begins.
    head: Block,
    /// Not zero while executions are counted: then each turn is dispatched.
    counting: Value,
    acc: Option<Variable>,
    facc: Option<(Variable, ClifType)>,
    slots: Vec<SlotVariable>,
}

/// A slot that is a variable.
#[derive(Clone, Copy)]
struct SlotVariable {
    field: FieldIx,
    variable: Variable,
    ty: ClifType,
    is_written: bool,
}

/// The one type in which a variable serves accesses of these two, if there is one.
fn common(a: ClifType, b: ClifType) -> Option<ClifType> {
    match (a, b) {
        _ if a == b => Some(a),
        (types::I64, types::F64) | (types::F64, types::I64) => Some(types::F64),
        _ if a.is_vector() && b.is_vector() => Some(a),
        _ => None,
    }
}

/// The type of a variable for a slot that holds this, if it may be one.
fn variable_type(ty: rheo_ir::Type) -> Option<ClifType> {
    match clif_type(ty) {
        types::I128 => None,
        ty if ty.is_int() => Some(types::I64),
        ty @ (types::F32 | types::F64) => Some(ty),
        ty if ty.is_vector() && ty.bits() == 128 => Some(ty),
        _ => None,
    }
}

/// The slots that can be variables: field, type, whether it is written.
fn slots(template: &Template) -> Vec<(FieldIx, ClifType, bool)> {
    let mut found: Vec<(FieldIx, Option<ClifType>, bool)> = Vec::new();
    for (field, ty, is_written) in template.ops.iter().flat_map(MicroOp::slots) {
        let ty = variable_type(ty);
        match found.iter_mut().find(|s| s.0 == field) {
            Some(slot) => {
                slot.1 = slot.1.zip(ty).and_then(|(a, b)| common(a, b));
                slot.2 |= is_written;
            }
            None => found.push((field, ty, is_written)),
        }
    }
    found.into_iter().filter_map(|(field, ty, is_written)| Some((field, ty?, is_written))).collect()
}

impl Handler<'_, '_> {
    /// Begins the turns, all fields decoded.
    pub(crate) fn begin_loop(&mut self) {
        let template = self.piece.template;
        let dsts = || template.ops.iter().flat_map(|m| m.dsts.iter().enumerate().map(move |(i, d)| (m, i, *d)));
        let kept = dsts().filter(|(.., d)| matches!(d, Dst::Acc | Dst::SlotAndAcc(_)));
        let (mut acc, mut facc) = (None, None);
        for (m, i, _) in kept {
            match clif_type(m.result_type(i)) {
                ty if ty.is_int() => acc = Some(types::I64),
                ty => facc = Some(ty),
            }
        }
        let counting = self.b.ins().load(types::I64, own(), self.env.registers.ctx, context::PROFILE);
        let mut variables = Vec::new();
        for (field, ty, is_written) in slots(template) {
            let at = self.slot(field);
            let v = self.load(at, ty);
            let variable = self.b.declare_var(ty);
            self.b.def_var(variable, v);
            variables.push(SlotVariable { field, variable, ty, is_written });
        }
        let acc = acc.map(|ty| {
            let variable = self.b.declare_var(ty);
            self.b.def_var(variable, self.env.registers.acc);
            variable
        });
        let facc = facc.map(|ty| {
            let v = self.facc(ty);
            let variable = self.b.declare_var(ty);
            self.b.def_var(variable, v);
            (variable, ty)
        });
        let head = self.b.create_block();
        self.b.ins().jump(head, &[]);
        self.b.switch_to_block(head);
        if let Some(variable) = acc {
            self.env.registers.acc = self.b.use_var(variable);
        }
        if let Some((variable, _)) = facc {
            self.env.registers.facc = self.b.use_var(variable);
        }
        self.repeat = Some(Repeat { head, counting, acc, facc, slots: variables });
    }

    fn slot_variable(&self, field: FieldIx) -> Option<SlotVariable> {
        self.repeat.as_ref()?.slots.iter().copied().find(|s| s.field == field)
    }

    /// What a slot that is a variable holds, as type `ty`.
    pub(crate) fn read_variable(&mut self, field: FieldIx, ty: ClifType) -> Option<Value> {
        let slot = self.slot_variable(field)?;
        let v = self.b.use_var(slot.variable);
        Some(match (slot.ty, ty) {
            (from, to) if from == to => v,
            (types::I64, _) => self.narrow(v, ty),
            (types::F64, to) if to.is_int() => {
                let v = self.bits(v, types::I64);
                self.narrow(v, to)
            }
            _ => self.bits(v, ty),
        })
    }

    /// Gives a slot that is a variable another value; otherwise says that it is none.
    pub(crate) fn write_variable(&mut self, field: FieldIx, v: Value) -> bool {
        let Some(slot) = self.slot_variable(field) else { return false };
        let v = if self.b.func.dfg.value_type(v).is_int() { self.widen(v) } else { v };
        let v = self.bits(v, slot.ty);
        self.b.def_var(slot.variable, v);
        true
    }

    /// Ends the turn: another one if `condition` holds, else the next instruction.
    pub(crate) fn end_loop(&mut self, m: &MicroOp) -> Result<(), VmError> {
        let condition = self.operand(m.args[0], types::I8)?;
        let [again, leave, on] = [(); 3].map(|()| self.b.create_block());
        self.b.set_cold_block(leave);
        self.b.ins().brif(condition, again, &[], on, &[]);
        self.b.seal_block(again);
        self.b.seal_block(on);
        self.b.switch_to_block(again);
        let Some(Repeat { head, counting, acc, facc, slots }) = self.repeat.take() else {
            return Err(self.unsupported("a loop that was not begun"));
        };
        let before = self.env.registers;
        if let Some(variable) = acc {
            self.b.def_var(variable, before.acc);
        }
        if let Some((variable, ty)) = facc {
            let v = self.facc(ty);
            self.b.def_var(variable, v);
            self.env.registers = before;
        }
        self.b.ins().brif(counting, leave, &[], head, &[]);
        self.b.seal_block(leave);
        self.b.seal_block(head);
        self.b.switch_to_block(leave);
        self.write_back(&slots);
        self.branch(m.imm)?;
        self.b.switch_to_block(on);
        self.write_back(&slots);
        self.next();
        Ok(())
    }

    fn write_back(&mut self, slots: &[SlotVariable]) {
        for slot in slots.iter().filter(|s| s.is_written) {
            let v = self.b.use_var(slot.variable);
            let at = self.slot(slot.field);
            self.store(v, at);
        }
    }
}
