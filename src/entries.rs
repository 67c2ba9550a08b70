//! Which bytecode functions native code can call, and so need an entry stub (docs/vm.md, "Entry from native code").

use rheo_aot::StubKind;
use rheo_bytecode::FuncRegions;
use rheo_ir::{FuncId, Imm, Module, Purpose, Signature, SymbolRef, Type};
use rustc_hash::FxHashSet;

/// Parameters that fit integer registers.
const INT_REGISTERS: usize = 6;

/// The functions among `bytecode` that anything native can call: those with an address in data or code, those that
/// machine code calls, be it all of a function or a region, constructors and destructors, those marked as used, and with `all_visible` those that other objects
/// can name.
pub fn entered(
    module: &Module,
    bytecode: &FxHashSet<FuncId>,
    regions: &FuncRegions,
    all_visible: bool,
) -> FxHashSet<FuncId> {
    let mut entered = FxHashSet::default();
    let mut enter = |f: FuncId| {
        entered.insert(resolve(module, f));
    };
    for global in &module.globals {
        let relocs = global.data.iter().flat_map(|d| &d.relocs).map(|r| r.target);
        let alias = global.alias.map(|a| a.target);
        for target in relocs.chain(alias) {
            if let SymbolRef::Func(f) = target {
                enter(f);
            }
        }
    }
    for structor in module.ctors.iter().chain(&module.dtors) {
        enter(structor.func);
    }
    for (id, func) in module.funcs.iter().enumerate().map(|(i, f)| (FuncId::new(i), f)) {
        let visible = !func.linkage.is_local() && (func.body.is_some() || func.alias.is_some());
        if func.flags.used || (visible && all_visible) {
            enter(id);
        }
        if let Some(personality) = func.personality.filter(|_| func.body.is_some()) {
            enter(personality);
        }
        let is_bytecode = bytecode.contains(&id);
        for inst in func.body.iter().flat_map(|b| &b.blocks).flat_map(|b| &b.insts) {
            if let Imm::Func(callee) = inst.imm {
                let is_call = inst.op.is_call();
                // The stub of a variadic definition builds the argument area.
                let builds_area = module.func(resolve(module, callee)).flags.variadic_definition;
                if !(is_call && is_bytecode) || builds_area {
                    enter(callee);
                }
            }
        }
    }
    for (f, regions) in regions {
        let body = module.func(*f).body.as_ref();
        for inst in body.iter().flat_map(|body| regions.iter().flat_map(|r| r.calls(body))) {
            if let Imm::Func(callee) = inst.imm {
                entered.insert(resolve(module, callee));
            }
        }
    }
    entered.retain(|f| bytecode.contains(f));
    entered
}

/// The function that `f` is an alias of, or `f`.
fn resolve(module: &Module, mut f: FuncId) -> FuncId {
    // The linker has refused cycles; a chain longer than all functions would be one.
    for _ in 0..module.funcs.len() {
        match module.func(f).alias.map(|a| a.target) {
            Some(SymbolRef::Func(target)) => f = target,
            _ => break,
        }
    }
    f
}

/// How a function with an entry stub is entered.
pub fn stub_kind(module: &Module, f: FuncId) -> StubKind {
    if module.func(f).flags.variadic_definition { StubKind::Generic } else { kind_by_signature(module.sig_of(f)) }
}

fn kind_by_signature(sig: &Signature) -> StubKind {
    let int = |ty: Type| ty.is_int() && ty != Type::I128;
    let in_register = |p: &rheo_ir::Param| int(p.ty) && p.purpose == Purpose::Normal;
    let (mut ints, mut floats) = (0, 0);
    for &result in &sig.results {
        match result {
            Type::F80 => return StubKind::Generic,
            Type::I128 => ints += 2,
            ty if int(ty) => ints += 1,
            _ => floats += 1,
        }
    }
    match sig.params.len() {
        _ if floats > 1 || ints + floats > 2 || !sig.params.iter().all(in_register) => StubKind::Generic,
        0..=2 if ints <= 1 => StubKind::Ints2,
        0..=INT_REGISTERS => StubKind::Ints,
        _ => StubKind::Generic,
    }
}
