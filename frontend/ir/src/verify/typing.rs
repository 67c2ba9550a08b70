//! Rules of one instruction: its controlling type, operands, results and immediate, as its row in the op table says,
//! and calls as their signature says. `ptr` and `i64` pass for each other everywhere.

use crate::{Body, Imm, ImmKind, Inst, Module, Op, Rule, Signature, Type, TypeSet, Value};

/// Reports every rule that `inst`, in a function of signature `sig`, breaks. Its values and blocks must exist.
pub(super) fn check(m: &Module, sig: &Signature, body: &Body, inst: &Inst, report: &mut dyn FnMut(String)) {
    let info = inst.op.info();
    if !accepts(info.types, inst.ty) {
        return report(format!("{} has no form for {}", inst.op, inst.ty));
    }
    if imm_kind(&inst.imm) != info.imm {
        return report(format!("{} carries {:?}, not {:?}", inst.op, info.imm, imm_kind(&inst.imm)));
    }
    if let Err(message) = check_imm(m, body, inst) {
        return report(message);
    }
    let dests = match (inst.op, &inst.imm) {
        (Op::Jump, _) => 1,
        (Op::BrIf | Op::Invoke | Op::InvokeIndirect, _) => 2,
        (_, Imm::Cases(cases)) => cases.len() + 1,
        _ => 0,
    };
    if inst.dests.len() != dests {
        report(format!("destination count is {}, but must be {dests}", inst.dests.len()));
    }
    match inst.op {
        op if op.is_call() => check_call(m, sig, body, inst, report),
        Op::Ret => check_types(body, "returned value", &inst.args, sig.results.iter().copied(), report),
        _ => {
            check_rules(body, inst, "operand", &inst.args, info.args, report);
            check_rules(body, inst, "result", &inst.results, info.results, report);
        }
    }
}

/// Whether `ty`, or what has the same representation, is in the set.
fn accepts(set: TypeSet, ty: Type) -> bool {
    let twin = match ty {
        Type::I64 => Type::Ptr,
        Type::Ptr => Type::I64,
        other => other,
    };
    set.contains(ty) || set.contains(twin)
}

fn imm_kind(imm: &Imm) -> ImmKind {
    match imm {
        Imm::None => ImmKind::None,
        Imm::Int(_) => ImmKind::Int,
        Imm::Bits(_) => ImmKind::Bits,
        Imm::Lane(_) => ImmKind::Lane,
        Imm::Mem { .. } => ImmKind::Mem,
        Imm::Slot(..) => ImmKind::Slot,
        Imm::Global(..) => ImmKind::Global,
        Imm::Func(_) => ImmKind::Func,
        Imm::Sig(_) => ImmKind::Sig,
        Imm::Cases(_) => ImmKind::Cases,
        Imm::FromType(_) => ImmKind::FromType,
        Imm::Rmw(_) => ImmKind::Rmw,
        Imm::Pad(_) => ImmKind::Pad,
    }
}

/// The immediate's value, given that its kind is right.
fn check_imm(m: &Module, body: &Body, inst: &Inst) -> Result<(), String> {
    match &inst.imm {
        Imm::Int(align) if inst.op == Op::Alloca => {
            let fits = u32::try_from(*align).is_ok_and(u32::is_power_of_two);
            fits.then_some(()).ok_or_else(|| format!("alignment {align} is no power of two below 2^32"))
        }
        Imm::Int(lanes) if inst.op == Op::Permute => {
            let fits = *lanes & !0x7777 == 0;
            fits.then_some(()).ok_or_else(|| format!("{lanes:#x} are not four lanes of 8"))
        }
        Imm::Int(level) => (0..=i64::from(u32::MAX))
            .contains(level)
            .then_some(())
            .ok_or_else(|| format!("{level} is not a frame level")),
        Imm::Bits(mask) if inst.op == Op::Shuffle => match mask.to_le_bytes().iter().find(|&&byte| byte >= 32) {
            Some(byte) => Err(format!("shuffle picks byte {byte} of 32")),
            None => Ok(()),
        },
        Imm::Bits(bits) => {
            let width = if inst.ty == Type::F80 { 80 } else { inst.ty.bytes() * 8 };
            fits_width(*bits, width)
        }
        Imm::Lane(lane) if u32::from(*lane) >= inst.ty.lanes() => {
            Err(format!("lane {lane} of {}, which has {}", inst.ty, inst.ty.lanes()))
        }
        Imm::Slot(slot, _) if slot.index() >= body.slots.len() => Err(format!("{slot} is not a slot of the function")),
        Imm::Global(g, _) => match m.globals.get(g.index()) {
            None => Err(format!("{g} is not in the table of globals")),
            Some(global) if global.tls != (inst.op == Op::TlsAddr) => {
                Err("tls_addr is for thread-local variables, global_addr for all others".to_string())
            }
            Some(_) => Ok(()),
        },
        Imm::Func(f) if f.index() >= m.funcs.len() => Err(format!("{f} is not in the function table")),
        Imm::Sig(s) if s.index() >= m.sigs.len() => Err(format!("{s} is not in the table of signatures")),
        Imm::Cases(cases) => {
            let mut sorted = cases.to_vec();
            sorted.sort_unstable();
            match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                Some(pair) => Err(format!("case {} occurs twice", pair[0])),
                None => sorted.last().map_or(Ok(()), |&last| fits_width(last, inst.ty.bytes() * 8)),
            }
        }
        Imm::Pad(pad) => match pad.types().find(|g| m.globals.get(g.index()).is_none_or(|g| g.tls)) {
            Some(g) => Err(format!("{g} is no variable that could be a type_info")),
            None => Ok(()),
        },
        Imm::FromType(ty) if !ty.is_float() => Err(format!("{ty} is not a float type")),
        _ => Ok(()),
    }
}

fn fits_width(bits: u128, width: u32) -> Result<(), String> {
    if width == 128 || bits >> width == 0 { Ok(()) } else { Err(format!("{bits:#x} is wider than {width} bits")) }
}

fn check_rules(body: &Body, inst: &Inst, what: &str, values: &[Value], rules: &[Rule], report: &mut dyn FnMut(String)) {
    if values.len() != rules.len() {
        return report(format!("{what} count is {}, but must be {}", values.len(), rules.len()));
    }
    for (&v, &rule) in values.iter().zip(rules) {
        let ty = body.ty(v);
        let expected = match rule {
            Rule::WiderInt if ty.is_int() && ty.bytes() > inst.ty.bytes() => continue,
            Rule::SameSize if ty.bytes() == inst.ty.bytes() => continue,
            Rule::AnyFloat if inst.imm == Imm::FromType(ty) => continue,
            Rule::WiderInt => "a wider integer",
            Rule::SameSize => "of the same size",
            Rule::AnyFloat => "of the type that the op names",
            Rule::Any => continue,
            Rule::T | Rule::Is(_) | Rule::Lane | Rule::Mask | Rule::Amount | Rule::Wide | Rule::WideOf => {
                match rule.resolve(inst.ty) {
                    Some(t) if t.repr() == ty.repr() => continue,
                    Some(t) => t.name(),
                    None => continue,
                }
            }
        };
        report(format!("{what} {v} is {ty}, but must be {expected}"));
    }
}

/// Arguments and results against the callee's signature.
fn check_call(m: &Module, caller: &Signature, body: &Body, inst: &Inst, report: &mut dyn FnMut(String)) {
    let (sig_id, mut args) = match inst.imm {
        Imm::Func(f) => (m.func(f).sig, &inst.args[..]),
        Imm::Sig(sig) => match inst.args.split_first() {
            Some((&callee, args)) if body.ty(callee).repr() == Type::I64 => (sig, args),
            _ => return report("the first operand must be the callee's address".to_string()),
        },
        _ => unreachable!("calls carry a function or a signature"),
    };
    let Some(sig) = m.sigs.get(sig_id.index()) else { return };
    // A direct call may pass more than the fixed parameters; the signature of an indirect one lists all.
    if matches!(inst.imm, Imm::Func(_)) && sig.variadic.is_some() && args.len() > sig.params.len() {
        args = &args[..sig.params.len()];
    }
    check_types(body, "argument", args, sig.params.iter().map(|p| p.ty), report);
    if inst.op.is_terminator() && !inst.op.is_invoke() {
        let same = sig.results.len() == caller.results.len()
            && sig.results.iter().zip(&caller.results).all(|(a, b)| a.repr() == b.repr());
        if !same {
            report("a tail call must return what its caller returns".to_string());
        }
        check_types(body, "result", &inst.results, [].into_iter(), report);
    } else {
        check_types(body, "result", &inst.results, sig.results.iter().copied(), report);
    }
}

fn check_types(
    body: &Body,
    what: &str,
    values: &[Value],
    types: impl ExactSizeIterator<Item = Type>,
    report: &mut dyn FnMut(String),
) {
    if values.len() != types.len() {
        return report(format!("{what} count is {}, but must be {}", values.len(), types.len()));
    }
    for (&v, ty) in values.iter().zip(types) {
        if body.ty(v).repr() != ty.repr() {
            report(format!("{what} {v} is {}, but must be {ty}", body.ty(v)));
        }
    }
}
