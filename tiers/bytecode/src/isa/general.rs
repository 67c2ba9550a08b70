//! Rules that make instruction sets: the escape templates that any set must have, those of each op on its own, and the general
//! set.
//!
//! Owns which op × type combinations exist after canonicalisation ([`canonical`]). Knows no program.

use super::{Field, FieldKind, Isa, MicroOp, NativeKind, Template, VmOp, parse_template};
use rheo_ir::{Class, ImmKind, Op, RmwKind, Rule, Type};
use rustc_hash::FxHashSet;
use std::fmt::Write;
use std::sync::OnceLock;

/// The op and type whose handler computes `op` at `ty`, where only the low bits of integers matter. `shl` is meant
/// with a constant amount below the width.
pub fn canonical(op: Op, ty: Type) -> Type {
    let low_bits = matches!(
        op,
        Op::Const
            | Op::Iadd
            | Op::Isub
            | Op::Imul
            | Op::And
            | Op::Or
            | Op::Xor
            | Op::Shl
            | Op::Select
            | Op::Sext8
            | Op::Sext16
            | Op::Sext32
            | Op::Zext8
            | Op::Zext16
            | Op::Zext32
    );
    match ty {
        Type::Ptr => Type::I64,
        Type::I8 | Type::I16 | Type::I32 if low_bits => Type::I64,
        _ => ty,
    }
}

/// Which operand of `op` at `ty` may be a number in the instruction: each string has a letter an operand, `s` slot or
/// `i` number. All-slots is always there and not listed.
pub fn immediate_forms(op: Op, ty: Type) -> &'static [&'static str] {
    if ty.bytes() > 8 || !ty.is_int() {
        return &[];
    }
    match op {
        Op::Iadd | Op::Imul | Op::And | Op::Or | Op::Xor | Op::Lshr | Op::Ashr | Op::Rotl | Op::Rotr => &["si"],
        Op::Udiv | Op::Sdiv | Op::Urem | Op::Srem | Op::Smin | Op::Smax | Op::Umin | Op::Umax => &["si"],
        Op::Ieq | Op::Ine | Op::Islt | Op::Iult => &["si"],
        Op::Isle | Op::Iule | Op::Isub => &["is"],
        Op::Shl => &["si", "is"],
        Op::Select => &["ssi", "sis", "sii"],
        Op::Store => &["is"],
        _ => &[],
    }
}

/// Whether the op stands in bytecode as itself; others are made of VM ops or vanish.
fn is_encoded(op: Op) -> bool {
    !matches!(
        op,
        Op::Trunc
            | Op::Bitcast
            | Op::Zext64
            | Op::Sext64
            | Op::Iconcat
            | Op::Ihigh
            | Op::FuncAddr
            | Op::TlsAddr
            | Op::Call
            | Op::CallIndirect
            | Op::Invoke
            | Op::InvokeIndirect
            | Op::LandingPad
            | Op::TypeId
            | Op::TailCall
            | Op::TailCallIndirect
            | Op::Jump
            | Op::BrIf
            | Op::Switch
            | Op::Ret
    )
}

/// Type of operand `n` as the slots hold it.
fn arg_type(rule: Rule, ty: Type) -> Type {
    rule.resolve(ty).unwrap_or(Type::I64)
}

fn has_acc(ty: Type) -> bool {
    !matches!(ty, Type::I128 | Type::F80)
}

/// Immediates to enumerate for one op and type: text behind the operands and the fields it needs.
fn immediates(op: Op, ty: Type) -> Vec<(String, &'static str)> {
    let literals = |n: usize| (0..n).map(|i| (format!(" +={i}"), "")).collect();
    match op.info().imm {
        // Of many lanes the number is read from the instruction: a handler each would be a twentieth of all.
        ImmKind::Lane if ty.lanes() > 4 => vec![(" +#F".into(), "u8")],
        ImmKind::Lane => literals(ty.lanes() as usize),
        ImmKind::Rmw => literals(RmwKind::ALL.len()),
        ImmKind::FromType => Type::ALL
            .iter()
            .filter(|t| t.is_float() && (op != Op::Fconvert || **t != ty))
            .map(|t| (format!(" +={}", *t as u8), ""))
            .collect(),
        ImmKind::Bits if op == Op::Const && ty.bytes() <= 8 => {
            vec![(
                " +#F".into(),
                if ty == Type::F32 {
                    "u32"
                } else if ty == Type::F64 {
                    "u64"
                } else {
                    "i64"
                },
            )]
        }
        ImmKind::Bits => vec![(" +#F".into(), "u128")],
        ImmKind::Mem | ImmKind::Slot => vec![(" +#F".into(), "i32")],
        // One lane everywhere is by far the most frequent.
        ImmKind::Int if op == Op::Permute => [0, 0x1111, 0x2222, 0x3333]
            .map(|lanes| (format!(" +={lanes}"), ""))
            .into_iter()
            .chain([(" +#F".into(), "u16")])
            .collect(),
        ImmKind::Int => vec![(" +#F".into(), "u32")],
        ImmKind::Global => vec![(" +#F".into(), "y32")],
        ImmKind::None | ImmKind::Func | ImmKind::Sig | ImmKind::Cases | ImmKind::Pad => vec![(String::new(), "")],
    }
}

/// Appends the templates of one op at one type: all operands in slots, and the immediate forms.
fn push_op(out: &mut Vec<Template>, op: Op, ty: Type) {
    let row = op.info();
    let all_slots = "s".repeat(row.args.len());
    for form in std::iter::once(all_slots.as_str()).chain(immediate_forms(op, ty).iter().copied()) {
        for (imm, imm_field) in immediates(op, ty) {
            let (mut fields, mut text, mut n) = (String::new(), String::new(), 0);
            let mut dsts = String::new();
            for r in row.results {
                fields.push_str("s8 ");
                let acc = if has_acc(arg_type(*r, ty)) && row.results.len() == 1 { "&acc" } else { "" };
                write!(dsts, " ${n}{acc}").expect("writing to a string");
                n += 1;
            }
            write!(text, "{op}.{ty}").expect("writing to a string");
            for c in form.bytes() {
                let amount = matches!(op, Op::Shl | Op::Lshr | Op::Ashr | Op::Rotl | Op::Rotr) && form == "si";
                let (mark, field) = match c {
                    b's' => ('$', "s8 "),
                    _ if amount => ('#', "u8 "),
                    _ => ('#', "i32 "),
                };
                fields.push_str(field);
                write!(text, " {mark}{n}").expect("writing to a string");
                n += 1;
            }
            if !imm_field.is_empty() {
                write!(fields, "{imm_field} ").expect("writing to a string");
            }
            text.push_str(&imm.replace('F', &n.to_string()));
            if !dsts.is_empty() {
                write!(text, " ->{dsts}").expect("writing to a string");
            }
            out.push(parse_template(&format!("{fields}: {text}")).expect("rules make well-formed templates"));
        }
    }
}

const OWN: &str = "\
: halt.i64
s16 s16 : move.i64 $1 -> $0
s16 s16 : move.i8x16 $1 -> $0
s16 : move.i64 $0 -> acc
i64 : const.i64 +#0 -> acc
s16 : move.i64 acc -> $0
s16 : move.f64 $0 -> acc
s16 : move.f64 facc -> $0
s16 : move.i8x16 $0 -> acc
s16 : move.i8x16 facc -> $0
s16 i32 : const.i64 +#1 -> $0
s16 i32 : stack_addr.i64 +#1 -> $0
s16 y16 : global_addr.i64 +#1 -> $0
b32 : jump.i64 +#0
s8 b32 : br_if.i64 $0 +#1
s8 i32 u16 t16 : switch.i8 $0 #1 #2 +#3
s8 i32 u16 t16 : switch.i16 $0 #1 #2 +#3
s8 i32 u16 t16 : switch.i32 $0 #1 #2 +#3
s8 i32 u16 t16 : switch.i64 $0 #1 #2 +#3
s8 i64 u32 t32 : switch.i8 $0 #1 #2 +#3
s8 i64 u32 t32 : switch.i16 $0 #1 #2 +#3
s8 i64 u32 t32 : switch.i32 $0 #1 #2 +#3
s8 i64 u32 t32 : switch.i64 $0 #1 #2 +#3
: ret.i64
f32 w16 : call_bytecode.i64 #0 #1
f32 w16 u16 : tail_call_bytecode.i64 #0 #1 #2
s8 w16 u16 d32 : tail_call_address.i64 $0 #1 #2 #3
y32 w16 : setjmp.i64 #0 #1
u32 : frame_check.i64 +#0
y16 u8 t16 : native_block.i64 #0 #1 +#2
y32 u16 t32 : native_block.i64 #0 #1 +#2
";

fn plain() -> Vec<Template> {
    let mut out: Vec<Template> = OWN.lines().map(|l| parse_template(l).expect("well-formed")).collect();
    for kind in VmOp::OWN {
        let fields = match kind {
            VmOp::CallNative(NativeKind::Generic) => "y32 w16 d32 : CALL.i64 #0 #1 #2",
            VmOp::CallNative(_) => "y32 w16 : CALL.i64 #0 #1",
            VmOp::CallIndirect(NativeKind::Generic) => "s8 w16 d32 : CALL.i64 $0 #1 #2",
            VmOp::CallIndirect(_) => "s8 w16 : CALL.i64 $0 #1",
            _ => continue,
        };
        out.push(parse_template(&fields.replace("CALL", kind.name())).expect("well-formed"));
    }
    for &op in Op::ALL {
        if !is_encoded(op) {
            continue;
        }
        let types: &[Type] = match op.info().class {
            // Their controlling type is `ptr`, or none.
            Class::Effect | Class::Terminator => &[Type::I64],
            _ => Type::ALL,
        };
        for &ty in types {
            let allowed = op.info().types.contains(ty) || (ty == Type::I64 && op.info().types.contains(Type::Ptr));
            let extension = match op {
                Op::Sext8 | Op::Zext8 | Op::Sext16 | Op::Zext16 | Op::Sext32 | Op::Zext32 => ty == Type::I64,
                Op::Shl => true,
                _ => canonical(op, ty) == ty,
            };
            if allowed && extension && ty != Type::Ptr {
                push_op(&mut out, op, ty);
            }
        }
    }
    out
}

impl Isa {
    /// The escape templates that every set has: all that is needed to encode any program (`base.isa`). What has no template of its own
    /// there is put together from those that have (`emit`, `legal`).
    pub fn base_escape() -> &'static [Template] {
        static BASE: OnceLock<Vec<Template>> = OnceLock::new();
        BASE.get_or_init(|| super::parse_isa(include_str!("../../base.isa")).expect("base.isa is well-formed").escape)
    }

    /// Templates for each op at each type on its own, in every form that the encoder asks for: with them nothing has to be put
    /// together from others.
    pub fn plain() -> &'static [Template] {
        static PLAIN: OnceLock<Vec<Template>> = OnceLock::new();
        PLAIN.get_or_init(plain)
    }

    /// The set with these templates first and everything behind the escapes that any program may need: `extra`, the base
    /// escape set, and each branching template of the others with fields as wide as they go, so that a branch chosen for
    /// a near target can always be widened.
    pub fn complete(fast: Vec<Template>, extra: Vec<Template>) -> Isa {
        Isa::completed(vec![fast], extra, Isa::base_escape())
    }

    /// The same with the one-byte templates of several dialects, of which there must be one.
    pub fn complete_in(dialects: Vec<Vec<Template>>, extra: Vec<Template>) -> Isa {
        Isa::completed(dialects, extra, Isa::base_escape())
    }

    /// The set with all of [`Isa::plain`], not the base alone.
    pub fn complete_plain(fast: Vec<Template>, extra: Vec<Template>) -> Isa {
        Isa::completed(vec![fast], extra, Isa::plain())
    }

    /// The same with the one-byte templates of several dialects, of which there must be one.
    pub fn complete_plain_in(dialects: Vec<Vec<Template>>, extra: Vec<Template>) -> Isa {
        Isa::completed(dialects, extra, Isa::plain())
    }

    fn completed(mut dialects: Vec<Vec<Template>>, extra: Vec<Template>, base: &[Template]) -> Isa {
        let mut known: FxHashSet<Vec<MicroOp>> = base.iter().map(|t| t.ops.clone()).collect();
        let goes = |f: &Field| matches!(f.kind, FieldKind::Branch | FieldKind::Table);
        let branching = |t: &&Template| t.fields.iter().any(goes) && !t.is_loop();
        let widened: Vec<Template> = dialects.iter().flatten().chain(&extra).filter(branching).map(widen).collect();
        // The trained ones first, for the short escape.
        let mut escape = extra;
        escape.extend_from_slice(base);
        escape.extend(widened.into_iter().filter(|t| known.insert(t.ops.clone())));
        let others = dialects.split_off(1);
        Isa { fast: dialects.remove(0), others, escape }
    }

    /// A template that programs may need and the set lacks, if there is one.
    pub fn missing(&self) -> Option<Template> {
        let known: FxHashSet<&Template> = self.escape.iter().collect();
        let complete = Isa::completed(self.one_byte().cloned().collect(), Vec::new(), Isa::base_escape());
        let by_ops: FxHashSet<&[MicroOp]> = self.escape.iter().map(|t| t.ops.as_slice()).collect();
        let widened = &complete.escape[Isa::base_escape().len()..];
        let base = Isa::base_escape().iter().find(|t| !known.contains(t));
        base.or_else(|| widened.iter().find(|t| !by_ops.contains(t.ops.as_slice()))).cloned()
    }

    /// The general instruction set: a trained one, and of [`Isa::plain`] what programs use at all often (`usual.isa`).
    pub fn general() -> &'static Isa {
        static GENERAL: OnceLock<Isa> = OnceLock::new();
        GENERAL.get_or_init(|| {
            let isa = super::parse_isa(include_str!("../../general.isa")).expect("general.isa is well-formed");
            let usual = super::parse_isa(include_str!("../../usual.isa")).expect("usual.isa is well-formed");
            Isa::complete(isa.fast, [isa.escape, usual.escape].concat())
        })
    }
}

/// The same ops with the widest fields.
fn widen(t: &Template) -> Template {
    let wide = |f: &Field| match f.kind {
        FieldKind::Imm { signed, .. } => Field { kind: FieldKind::Imm { signed, shift: 0 }, bits: f.bits.max(64) },
        FieldKind::Slot => Field { kind: f.kind, bits: 8 },
        FieldKind::Window => Field { kind: f.kind, bits: 16 },
        _ => Field { kind: f.kind, bits: 32 },
    };
    Template { ops: t.ops.clone(), fields: t.fields.iter().map(wide).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_can_be_widened() {
        let isa = Isa::general();
        let far = |t: &Template| {
            t.fields.iter().filter(|f| matches!(f.kind, FieldKind::Branch | FieldKind::Table)).all(|f| f.bits == 32)
        };
        let wide: FxHashSet<&[MicroOp]> = isa.templates().map(|(_, t)| t).filter(|t| far(t)).map(|t| &*t.ops).collect();
        for (_, t) in isa.templates().filter(|(_, t)| !t.is_loop()) {
            assert!(wide.contains(&*t.ops), "`{t}` has no form that reaches everywhere");
        }
    }
}
