//! Every op at every type, in a function of its own: emitted with the general set and with the base set alone, verified,
//! and taken through the text form.

use rheo_bytecode::{EmitOptions, ImageView, Isa, asm, emit, verify};
use rheo_ir::{
    Body, Class, Func, FuncId, Imm, ImmKind, Inst, Module, Op, Param, RmwKind, Rule, SigId, Signature, SrcLoc,
    StackSlotId, Type,
};

/// Operand and result types of `op` at `ty`, one choice where the row leaves several.
fn concrete(rule: Rule, ty: Type, from: Type) -> Option<Type> {
    match rule {
        Rule::AnyFloat => Some(from),
        Rule::SameSize => Type::ALL.iter().copied().find(|t| t.bytes() == ty.bytes() && *t != ty && *t != Type::Ptr),
        Rule::WiderInt => Type::ALL.iter().copied().find(|t| t.is_int() && t.bytes() > ty.bytes()),
        rule => rule.resolve(ty),
    }
}

/// `from` is the source type of float conversions.
fn function(op: Op, ty: Type, from: Type) -> Option<(Signature, Body)> {
    let row = op.info();
    let args: Vec<Type> = row.args.iter().map(|&r| concrete(r, ty, from)).collect::<Option<_>>()?;
    let mut body = Body::default();
    let entry = body.add_block();
    let params: Vec<_> = args.iter().map(|&t| body.add_param(entry, t)).collect();
    body.add_slot(24, 8);
    let imm = match row.imm {
        ImmKind::None => Imm::None,
        ImmKind::Int => Imm::Int(if op == Op::Alloca { 16 } else { 0 }),
        ImmKind::Bits => Imm::Bits(if ty.bytes() == 16 { 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10 } else { 0x7f }),
        ImmKind::Lane => Imm::Lane((ty.lanes() - 1) as u8),
        ImmKind::Mem => Imm::Mem { offset: 4711, volatile: false },
        ImmKind::Slot => Imm::Slot(StackSlotId(0), 8),
        ImmKind::FromType => Imm::FromType(from),
        ImmKind::Rmw => Imm::Rmw(RmwKind::Xchg),
        ImmKind::Global | ImmKind::Func | ImmKind::Sig | ImmKind::Cases | ImmKind::Pad => return None,
    };
    let before = body.values.len();
    body.push(entry, op, ty, &params, imm, SrcLoc::default());
    let results: Vec<_> = (before..body.values.len()).map(rheo_ir::Value::new).collect();
    let types: Vec<Type> = results.iter().map(|&v| body.ty(v)).collect();
    body.blocks[0].insts.push(Inst {
        op: Op::Ret,
        ty: Type::Ptr,
        args: results.into(),
        imm: Imm::None,
        results: Default::default(),
        dests: Vec::new(),
        loc: SrcLoc::default(),
    });
    Some((Signature { params: args.into_iter().map(Param::new).collect(), results: types, variadic: None }, body))
}

fn module() -> Module {
    let mut m = Module::default();
    for &op in Op::ALL {
        if matches!(op.info().class, Class::Terminator | Class::Unwind | Class::Call) {
            continue;
        }
        for &ty in Type::ALL {
            let floats = Type::ALL.iter().copied().filter(|t| t.is_float() && *t != ty);
            for from in floats {
                if !op.info().types.contains(ty) || (op.info().imm != ImmKind::FromType && from != Type::F80) {
                    continue;
                }
                let Some((sig, body)) = function(op, ty, from) else { continue };
                let id = SigId::new(m.sigs.len());
                m.sigs.push(sig);
                m.funcs.push(Func { body: Some(body), ..Func::declared(format!("{op}_{ty}_{from}"), id) });
            }
        }
    }
    m
}

#[test]
fn every_op_at_every_type_encodes() {
    let module = module();
    let funcs: Vec<FuncId> = module.defined().collect();
    assert!(funcs.len() > 500, "{} functions", funcs.len());
    check_encodes(&module, &funcs);
}

#[test]
fn returned_constants_encode() {
    let text = "func @i() -> i64 {\nb0:\n  v0 = const.i64 81985529216486895\n  ret v0\n}\n\
                func @both() -> i64, f64 {\nb0:\n  v0 = const.i64 300\n  v1 = const.f64 0x3ff8000000000000\n  ret v0, v1\n}\n";
    let module = rheo_ir::parse_module(text).unwrap_or_else(|e| panic!("{e}"));
    let funcs: Vec<FuncId> = module.defined().collect();
    check_encodes(&module, &funcs);
}

/// Emits with the general set and with what every set has, verifies, and turns the text form round.
fn check_encodes(module: &Module, funcs: &[FuncId]) {
    let base = Isa::complete(Vec::new(), Vec::new());
    for isa in [Isa::general(), &base] {
        let options = EmitOptions { stubs: funcs.len() / 2, debug: true };
        let image = emit(module, funcs, isa, options).unwrap_or_else(|e| panic!("{e}"));
        let view = ImageView::parse(&image.bytes).expect("what was emitted parses");
        let verified = verify(view, isa).unwrap_or_else(|e| panic!("{e}"));
        let text = asm::disassemble(&verified);
        let again = asm::assemble(&text, isa).unwrap_or_else(|e| panic!("{e}"));
        assert!(again == image.bytes, "text form does not round-trip");
    }
}
