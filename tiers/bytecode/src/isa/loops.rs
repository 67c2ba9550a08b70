//! Instructions that are loops: those that end in [`VmOp::LoopIf`], made from those that end in `br_if`.
//!
//! Owns which templates may be loops and what their slots must be like. What is gained is that values stay in the
//! handler's registers from one turn to the next: so slots that are written must be no others' too.

use super::{Dst, FieldIx, ImmSrc, MicroOp, Src, Template, VmOp};
use rheo_ir::{Op, Rule, Type};

impl MicroOp {
    /// Type of operand `i` as its slot holds it, or of an operand that none has, the controlling one.
    pub fn arg_type(&self, i: usize) -> Type {
        match self.op {
            VmOp::Ir(op) => self.by_rule(op.info().args, i),
            VmOp::Move => self.ty,
            _ => Type::I64,
        }
    }

    /// Type of result `i`.
    pub fn result_type(&self, i: usize) -> Type {
        match self.op {
            VmOp::Ir(op) => self.by_rule(op.info().results, i),
            VmOp::Move => self.ty,
            _ => Type::I64,
        }
    }

    fn by_rule(&self, rules: &'static [Rule], i: usize) -> Type {
        match rules.get(i) {
            Some(Rule::AnyFloat) => self.source_type(),
            Some(rule) => rule.resolve(self.ty).unwrap_or(self.ty),
            None => Type::I64,
        }
    }

    /// Source type of a float conversion.
    fn source_type(&self) -> Type {
        match self.imm {
            ImmSrc::Lit(n) => usize::try_from(n).ok().and_then(|n| Type::ALL.get(n).copied()).unwrap_or(Type::F80),
            _ => Type::F80,
        }
    }

    /// The slots it names: field, what is there, and whether it is written.
    pub fn slots(&self) -> impl Iterator<Item = (FieldIx, Type, bool)> + '_ {
        let read = self.args.iter().enumerate().filter_map(|(i, a)| match *a {
            Src::Slot(f) => Some((f, self.arg_type(i), false)),
            _ => None,
        });
        let written = self.dsts.iter().enumerate().filter_map(|(i, d)| match *d {
            Dst::Slot(f) | Dst::SlotAndAcc(f) => Some((f, self.result_type(i), true)),
            _ => None,
        });
        read.chain(written)
    }
}

impl Template {
    /// Whether it is a loop.
    pub fn is_loop(&self) -> bool {
        self.ops.last().is_some_and(|m| m.op == VmOp::LoopIf)
    }

    /// The loop that takes this template's place where it branches to itself, with the same fields.
    pub fn looped(&self) -> Option<Template> {
        if self.ops.last()?.op != VmOp::Ir(Op::BrIf) || !self.may_repeat() {
            return None;
        }
        let mut out = self.clone();
        out.ops.last_mut()?.op = VmOp::LoopIf;
        Some(out)
    }

    /// Whether what stands before the last op may be a loop's body: nothing that leaves, and no arguments.
    pub(super) fn may_repeat(&self) -> bool {
        let body = self.ops.split_last().map_or(&[][..], |(_, body)| body);
        let may_repeat = |m: &MicroOp| match m.op {
            VmOp::Ir(op) => !matches!(op, Op::Alloca | Op::StackSave | Op::StackRestore),
            VmOp::Move => true,
            _ => false,
        };
        let in_window = |m: &MicroOp| m.dsts.iter().any(|d| matches!(d, Dst::Arg(..)));
        body.iter().all(|m| may_repeat(m) && !in_window(m))
    }
}

/// Whether the slots that the ops' fields name, by their values, overlap nowhere that one is written.
pub fn keep_slots_apart(ops: &[MicroOp], value: impl Fn(FieldIx) -> i128) -> bool {
    let all: Vec<_> = ops.iter().flat_map(MicroOp::slots).collect();
    let overlap = |(f, a, _): (FieldIx, Type, bool), (g, b, _): (FieldIx, Type, bool)| {
        value(f) < value(g) + i128::from(b.slots()) && value(g) < value(f) + i128::from(a.slots())
    };
    let mut written = all.iter().filter(|a| a.2);
    !written.any(|&a| all.iter().any(|&b| a.0 != b.0 && overlap(a, b)))
}

#[cfg(test)]
mod tests {
    use super::keep_slots_apart;
    use crate::isa::parse_template;

    #[test]
    fn a_branch_to_itself_becomes_a_loop() {
        let sum = parse_template("s8 s8 b8 : iadd.i64 $0 =1 -> $0 ; islt.i64 %0 $1 ; br_if.i64 %1 +#2");
        assert!(sum.is_err(), "a result without destination");
        let sum = parse_template("s8 s8 b8 : iadd.i64 $0 =1 -> $0 ; islt.i64 %0 $1 -> _ ; br_if.i64 %1 +#2");
        let looped = sum.expect("parses").looped().expect("a loop");
        assert_eq!(looped.to_string(), "s8 s8 b8 : iadd.i64 $0 =1 -> $0 ; islt.i64 %0 $1 -> _ ; loop_if.i64 %1 +#2");
        assert!(looped.check().is_ok() && looped.is_loop() && looped.looped().is_none());
        assert!(keep_slots_apart(&looped.ops, |f| [3, 4][usize::from(f)]));
        assert!(!keep_slots_apart(&looped.ops, |f| [3, 3][usize::from(f)]));
    }

    #[test]
    fn calls_and_arguments_are_no_loops() {
        for t in ["s8 w8 b8 : move.i64 $0 -> @1.0 ; br_if.i64 acc +#2", "b8 : jump.i64 +#0"] {
            assert_eq!(parse_template(t).expect("parses").looped(), None);
        }
    }
}
