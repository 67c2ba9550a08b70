//! An instruction set prepared for matching: templates of one shape together, shapes in a trie over their micro-ops.
//!
//! Owns the index; what matches where is `emit::select`'s.

use crate::isa::{EncodedLayout, Field, Isa, MicroOp, Opcode, Template, VmOp};
use rheo_ir::{Op, Type};
use rustc_hash::FxHashMap;

/// One encoding of a shape.
#[derive(Debug)]
pub(crate) struct Variant {
    pub opcode: Opcode,
    /// Number among the templates that a choice is made of.
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
    /// The loop that takes the place of a shape where it branches to itself, by shape.
    loops: FxHashMap<u32, u32>,
    pub fingerprint: u64,
}

impl Patterns {
    pub(crate) fn new(isa: &Isa) -> Patterns {
        Patterns::numbered(isa, 0)
    }

    /// Of every dialect.
    pub(crate) fn all(isa: &Isa) -> Vec<Patterns> {
        (0..isa.dialects()).map(|dialect| Patterns::of(isa, dialect, |_, _| None)).collect()
    }

    /// Of a set with one dialect, with the first `numbered` templates numbered.
    pub(crate) fn numbered(isa: &Isa, numbered: usize) -> Patterns {
        Patterns::of(isa, 0, |k, _| (k < numbered).then_some(k as u32))
    }

    /// Of a dialect, with the templates numbered as `number` says, of their place among the dialect's and of themselves.
    pub(crate) fn of(isa: &Isa, dialect: usize, number: impl Fn(usize, &Template) -> Option<u32>) -> Patterns {
        let mut by_ops: FxHashMap<&[MicroOp], u32> = FxHashMap::default();
        let (steps, loops) = (vec![Step::default()], FxHashMap::default());
        let mut p = Patterns { shapes: Vec::new(), steps, loops, fingerprint: isa.fingerprint() };
        for (k, (opcode, t)) in isa.templates_in(dialect).enumerate() {
            let shape = *by_ops.entry(t.ops.as_slice()).or_insert_with(|| {
                p.shapes.push(Shape { ops: t.ops.clone(), variants: Vec::new() });
                p.shapes.len() as u32 - 1
            });
            let layout = t.layout(opcode.bytes());
            let number = number(k, t);
            p.shapes[shape as usize].variants.push(Variant { opcode, number, fields: t.fields.clone(), layout });
        }
        let has_loops = isa.templates_in(dialect).any(|(_, t)| t.is_loop());
        for (_, t) in isa.templates_in(dialect).filter(|_| has_loops) {
            if let Some(looped) = t.looped().and_then(|looped| by_ops.get(looped.ops.as_slice()).copied()) {
                p.loops.insert(by_ops[t.ops.as_slice()], looped);
            }
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

    /// An encoding of a shape.
    pub(crate) fn variant(&self, shape: u32, variant: u32) -> &Variant {
        &self.shapes[shape as usize].variants[variant as usize]
    }

    /// The loop that takes the place of a shape where it branches to itself.
    pub(crate) fn looped(&self, shape: u32) -> Option<u32> {
        self.loops.get(&shape).copied()
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
