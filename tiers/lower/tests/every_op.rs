//! Every op of the table, with every controlling and operand type, compiles for every machine, with its immediate
//! known when code is laid down and where possible also when it is not.

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use rheo_ir::{Class, FuncId, GlobalId, Imm, ImmKind, Op, RmwKind, Rule, StackSlotId, Type};
use rheo_lower::{Binding, BoundImm, CodeKind, Cpu, Libcall, Machine, Optimise, Values, clif_type, isa, lower_op};

/// A binding that has every address in one parameter.
struct Flat {
    machine: Machine,
    base: Value,
    conv: CallConv,
}

impl Flat {
    fn address(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        match imm {
            BoundImm::Dynamic(v) => b.ins().iadd(self.base, v),
            BoundImm::Static(_) => self.base,
        }
    }
}

impl Binding for Flat {
    fn machine(&self) -> Machine {
        self.machine
    }
    fn libcall(&mut self, b: &mut FunctionBuilder, callee: &'static Libcall, args: &[Value]) -> Values {
        let mut sig = Signature::new(self.conv);
        sig.params.extend(callee.params.iter().map(|&t| AbiParam::new(t)));
        sig.returns.extend(callee.results.iter().map(|&t| AbiParam::new(t)));
        let sig = b.import_signature(sig);
        let call = b.ins().call_indirect(sig, self.base, args);
        b.inst_results(call).iter().copied().collect()
    }
    fn stack_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
    fn global_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
    fn tls_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
    fn func_addr(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
    fn alloca(&mut self, b: &mut FunctionBuilder, bytes: Value, _: BoundImm) -> Value {
        b.ins().isub(self.base, bytes)
    }
    fn stack_save(&mut self, _: &mut FunctionBuilder) -> Value {
        self.base
    }
    fn stack_restore(&mut self, _: &mut FunctionBuilder, _: Value) {}
    fn return_address(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
    fn frame_address(&mut self, b: &mut FunctionBuilder, imm: BoundImm) -> Value {
        self.address(b, imm)
    }
}

/// The types that an operand may have beside controlling type `ty` and immediate `imm`.
fn operand_types(rule: Rule, ty: Type, imm: &Imm) -> Vec<Type> {
    match (rule, imm) {
        (Rule::WiderInt, _) => {
            Type::ALL.iter().copied().filter(|t| t.is_int() && *t != Type::Ptr && t.bytes() > ty.bytes()).collect()
        }
        (Rule::SameSize, _) => Type::ALL.iter().copied().filter(|t| t.bytes() == ty.bytes()).collect(),
        (Rule::AnyFloat, Imm::FromType(from)) => vec![*from],
        _ => vec![rule.resolve(ty).expect("one type")],
    }
}

fn immediates(op: Op, ty: Type) -> Vec<Imm> {
    match op.info().imm {
        ImmKind::None => vec![Imm::None],
        ImmKind::Int if op == Op::Permute => {
            vec![Imm::Int(0x3210), Imm::Int(0x1111), Imm::Int(0x5140), Imm::Int(0x0367), Imm::Int(0x7771)]
        }
        ImmKind::Int => vec![Imm::Int(16)],
        ImmKind::Bits => vec![
            Imm::Bits(0),
            Imm::Bits(u128::MAX),
            Imm::Bits(0x1f1e_0d1c_0b1a_0918_1706_1504_1302_1100),
            Imm::Bits(0x0f0e_0d0c_0b0a_0908_1716_1514_1312_1110),
        ],
        ImmKind::Lane => (0..ty.lanes() as u8).map(Imm::Lane).collect(),
        ImmKind::Mem => {
            vec![Imm::Mem { offset: 4, volatile: false }, Imm::Mem { offset: i32::MAX, volatile: true }]
        }
        ImmKind::Slot => vec![Imm::Slot(StackSlotId(0), 0)],
        ImmKind::Global => vec![Imm::Global(GlobalId(0), 0)],
        ImmKind::Func => vec![Imm::Func(FuncId(0))],
        ImmKind::FromType => [Type::F32, Type::F64, Type::F80].map(Imm::FromType).to_vec(),
        ImmKind::Rmw => RmwKind::ALL.iter().map(|&k| Imm::Rmw(k)).collect(),
        ImmKind::Sig | ImmKind::Cases | ImmKind::Pad => unreachable!("control flow"),
    }
}

/// Compiles a function that takes the operands and stores the results.
fn compile(isa: &dyn TargetIsa, op: Op, ty: Type, operands: &[Type], imm: Option<&Imm>) -> Result<(), String> {
    let mut ctx = Context::new();
    let mut fb = FunctionBuilderContext::new();
    ctx.func.signature = Signature::new(isa.default_call_conv());
    let params = [types::I64, types::I64].into_iter().chain(operands.iter().map(|&t| clif_type(t)));
    ctx.func.signature.params = params.map(AbiParam::new).collect();
    let mut b = FunctionBuilder::new(&mut ctx.func, &mut fb);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let params = b.block_params(block).to_vec();
    let mut env = Flat { machine: Machine::of(isa), base: params[0], conv: isa.default_call_conv() };
    let bound = match imm {
        Some(imm) => BoundImm::Static(imm),
        None => BoundImm::Dynamic(params[1]),
    };
    let results = lower_op(&mut b, &mut env, op, ty, bound, &params[2..]);
    for (i, (&v, &rule)) in results.iter().zip(op.info().results).enumerate() {
        let expected = clif_type(rule.resolve(ty).expect("one type"));
        assert_eq!(b.func.dfg.value_type(v), expected, "result of {op}.{ty}");
        b.ins().store(cranelift_codegen::ir::MemFlagsData::new(), v, params[0], 16 * i as i32);
    }
    assert_eq!(results.len(), op.info().results.len());
    b.ins().return_(&[]);
    b.seal_all_blocks();
    b.finalize(isa.frontend_config());
    let text = ctx.func.display().to_string();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        ctx.compile(isa, &mut ControlPlane::default()).map(|_| ()).map_err(|e| format!("{:?}", e.inner))
    }));
    let error = match outcome {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(e)) => e,
        Err(_) => "panic".to_string(),
    };
    Err(format!("{op}.{ty} {operands:?} {imm:?}: {error}\n{text}"))
}

fn cases(op: Op, ty: Type) -> Vec<(Vec<Type>, Option<Imm>)> {
    let mut cases = Vec::new();
    let kind = op.info().imm;
    let statics = immediates(op, ty).into_iter().map(Some);
    let dynamic = !matches!(kind, ImmKind::None | ImmKind::FromType | ImmKind::Rmw);
    for imm in statics.chain(dynamic.then_some(None)) {
        let known = imm.clone().unwrap_or(Imm::None);
        let mut tuples = vec![Vec::new()];
        for &rule in op.info().args {
            let options = operand_types(rule, ty, &known);
            tuples = tuples.iter().flat_map(|t: &Vec<Type>| options.iter().map(|&o| [&t[..], &[o]].concat())).collect();
        }
        cases.extend(tuples.into_iter().map(|t| (t, imm.clone())));
    }
    cases
}

fn check(triple: &str, kind: CodeKind, cpu: Cpu, optimise: Optimise) {
    let isa = isa(&triple.parse().unwrap(), kind, cpu, optimise).unwrap();
    let mut failures = Vec::new();
    for &op in Op::ALL {
        if matches!(op.info().class, Class::Call | Class::Unwind | Class::Terminator) {
            continue;
        }
        for &ty in Type::ALL.iter().filter(|&&t| op.info().types.contains(t)) {
            if op == Op::Trunc && matches!(ty, Type::I128) {
                continue;
            }
            for (operands, imm) in cases(op, ty) {
                if let Err(e) = compile(&*isa, op, ty, &operands, imm.as_ref()) {
                    failures.push(e);
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} do not compile:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn x64_baseline() {
    check("x86_64-unknown-linux-gnu", CodeKind::Functions, Cpu::Baseline, Optimise::Speed);
}

#[test]
fn x64_baseline_unoptimised() {
    check("x86_64-unknown-linux-gnu", CodeKind::Handlers, Cpu::Baseline, Optimise::None);
}

#[test]
fn x64_v2() {
    check("x86_64-unknown-linux-gnu", CodeKind::Functions, Cpu::V2, Optimise::Speed);
}

#[test]
fn x64_v3() {
    check("x86_64-unknown-linux-gnu", CodeKind::Functions, Cpu::V3, Optimise::Size);
}

#[test]
fn aarch64_baseline() {
    check("aarch64-unknown-linux-gnu", CodeKind::Functions, Cpu::Baseline, Optimise::Speed);
}

#[test]
fn aarch64_v2() {
    check("aarch64-apple-darwin", CodeKind::Handlers, Cpu::V2, Optimise::Speed);
}
