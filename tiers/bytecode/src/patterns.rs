//! An instruction set prepared for matching: templates of one shape together, shapes in a trie over their micro-ops.
//!
//! Owns the index; what matches where is `emit::select`'s.

use crate::isa::{EncodedLayout, Field, Isa, MicroOp, Opcode, VmOp};
use rheo_ir::{Op, Type};
use rustc_hash::FxHashMap;

/// One encoding of a shape.
#[derive(Debug)]
pub(crate) struct Variant {
    pub opcode: Opcode,
    /// Number in [`Isa::fast`], while a set is trained that may have too many of those.
    pub number: Option<u32>,
    pub fields: Vec<Field>,
    pub layout: EncodedLayout,
}

/// Templates that differ in their fields' widths only, shortest first.
#[derive(Debug)]
pub(crate) struct Shape {
    pub ops: Vec<MicroOp>,
    pub variants: Vec<Variant>,
}

/// A place in the trie: micro-ops so far.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Shapes that end here.
    pub shapes: Vec<u32>,
    next: FxHashMap<(VmOp, Type), u32>,
}

/// The index.
#[derive(Debug)]
pub(crate) struct Patterns {
    pub shapes: Vec<Shape>,
    steps: Vec<Step>,
    pub fingerprint: u64,
}

impl Patterns {
    pub(crate) fn new(isa: &Isa) -> Patterns {
        Patterns::numbered(isa, 0)
    }

    /// With the first `numbered` fast templates numbered.
    pub(crate) fn numbered(isa: &Isa, numbered: usize) -> Patterns {
        let mut by_ops: FxHashMap<&[MicroOp], u32> = FxHashMap::default();
        let mut p = Patterns { shapes: Vec::new(), steps: vec![Step::default()], fingerprint: isa.fingerprint() };
        for (k, (opcode, t)) in isa.templates().enumerate() {
            let shape = *by_ops.entry(t.ops.as_slice()).or_insert_with(|| {
                p.shapes.push(Shape { ops: t.ops.clone(), variants: Vec::new() });
                p.shapes.len() as u32 - 1
            });
            let layout = t.layout(opcode.bytes());
            let number = (k < numbered).then_some(k as u32);
            p.shapes[shape as usize].variants.push(Variant { opcode, number, fields: t.fields.clone(), layout });
        }
        for i in 0..p.shapes.len() {
            p.shapes[i].variants.sort_by_key(|v| (v.layout.bytes, v.opcode));
            let mut at = 0;
            for k in 0..p.shapes[i].ops.len() {
                let key = (p.shapes[i].ops[k].op, p.shapes[i].ops[k].ty);
                at = match p.steps[at as usize].next.get(&key) {
                    Some(&next) => next,
                    None => {
                        let next = p.steps.len() as u32;
                        p.steps.push(Step::default());
                        p.steps[at as usize].next.insert(key, next);
                        next
                    }
                };
            }
            p.steps[at as usize].shapes.push(i as u32);
        }
        p
    }

    pub(crate) fn root(&self) -> &Step {
        &self.steps[0]
    }

    pub(crate) fn next(&self, step: &Step, op: VmOp, ty: Type) -> Option<&Step> {
        step.next.get(&(op, ty)).map(|&i| &self.steps[i as usize])
    }

    /// Whether some fast template begins with these ops.
    pub(crate) fn has(&self, ops: &[(VmOp, Type)]) -> bool {
        let mut step = self.root();
        for &(op, ty) in ops {
            match self.next(step, op, ty) {
                Some(next) => step = next,
                None => return false,
            }
        }
        true
    }
}

/// Another type under which a template may serve a node, where only slots and memory are concerned.
pub(crate) fn other_type(op: VmOp, ty: Type) -> Option<Type> {
    match (op, ty) {
        (VmOp::Move | VmOp::Ir(Op::Load | Op::Store), Type::F64) => Some(Type::I64),
        (VmOp::Ir(Op::Load | Op::Store), Type::F32) => Some(Type::I32),
        _ => None,
    }
}

/// Whether the first two operands may change places.
pub(crate) fn commutes(op: VmOp) -> bool {
    matches!(
        op,
        VmOp::Ir(
            Op::Iadd
                | Op::Imul
                | Op::And
                | Op::Or
                | Op::Xor
                | Op::Ieq
                | Op::Ine
                | Op::Fadd
                | Op::Fmul
                | Op::Smin
                | Op::Smax
                | Op::Umin
                | Op::Umax
                | Op::Umulhi
                | Op::Smulhi
                | Op::Foeq
                | Op::Fune
        )
    )
}
