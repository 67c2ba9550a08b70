//! Symbols that stand for what a resolver returns (`ifunc`; clang's `target_clones` makes them), read as functions.
//!
//! The function asks the resolver when it is first called, and calls what that has said, then as ever after. So its address
//! is its own, not that of the function chosen, and a resolver that is never needed does not run.

use crate::llvm;
use crate::module::ModuleReader;
use llvm_sys::prelude::LLVMValueRef;
use rheo_ir::{
    BlockId, Body, Data, Dest, FuncId, Global, GlobalId, Imm, Inst, Linkage, Op, Signature, SrcLoc, Type, Value,
};
use smallvec::smallvec;

const POINTER_BYTES: u64 = 8;

impl ModuleReader {
    /// Signature of an ifunc: that of a function that its resolver names, since the symbol itself does not say how
    /// arguments are extended or copied.
    pub(crate) fn ifunc_signature(&self, ifunc: LLVMValueRef) -> Result<Signature, String> {
        let ty = llvm::value_type(ifunc);
        if llvm::is_variadic(ty) {
            return Err("ifunc with variable arguments".into());
        }
        let resolver = llvm::resolver(ifunc);
        let instructions = llvm::is_function(resolver).then(|| llvm::blocks(resolver).flat_map(llvm::instructions));
        let operands = |inst| (0..llvm::operand_count(inst)).map(move |i| llvm::operand(inst, i));
        let mut named = instructions.into_iter().flatten().flat_map(operands);
        let candidate = named.find(|&v| llvm::is_function(v) && llvm::value_type(v) == ty);
        match candidate {
            Some(candidate) => self.function_signature(candidate),
            None => self.bare_signature(ty),
        }
    }

    /// Gives a declared ifunc its body.
    pub(crate) fn read_ifunc(&mut self, ifunc: LLVMValueRef, id: FuncId) {
        let Some(resolver) = self.func_id(llvm::resolver(ifunc)) else {
            self.refuse("ifunc with a computed resolver", Some(llvm::name(ifunc)));
            return;
        };
        let known = GlobalId::new(self.out.globals.len());
        let name = format!("{}.resolved", self.out.func(id).name);
        self.out.globals.push(Global {
            linkage: Linkage::Internal,
            unnamed_addr: true,
            data: Some(Data::default()),
            ..Global::declared(name, POINTER_BYTES, POINTER_BYTES as u32)
        });
        let sig = self.out.func(id).sig;
        self.out.funcs[id.index()].body = Some(body(self.out.sig(sig), sig, resolver, known));
    }
}

/// What the function does: `known` is null until the resolver was asked, by as many threads as came meanwhile.
fn body(sig: &Signature, id: rheo_ir::SigId, resolver: FuncId, known: GlobalId) -> Body {
    let loc = SrcLoc::default();
    let mem = || Imm::Mem { offset: 0, volatile: false };
    let value = |v: Option<Value>| v.expect("the op has a result");
    let to = |block: BlockId, args: &[Value]| Dest { block, args: args.iter().copied().collect() };
    let mut body = Body::default();
    let [entry, ask, call] = [body.add_block(), body.add_block(), body.add_block()];
    let mut args: Vec<Value> = sig.params.iter().map(|p| body.add_param(entry, p.ty)).collect();
    let target = body.add_param(call, Type::Ptr);

    let place = value(body.push(entry, Op::GlobalAddr, Type::Ptr, &[], Imm::Global(known, 0), loc));
    let found = value(body.push(entry, Op::Load, Type::Ptr, &[place], mem(), loc));
    let null = value(body.push(entry, Op::Const, Type::Ptr, &[], Imm::Bits(0), loc));
    let is_known = value(body.push(entry, Op::Ine, Type::Ptr, &[found, null], Imm::None, loc));
    body.push(entry, Op::BrIf, Type::Ptr, &[is_known], Imm::None, loc);
    set_dests(&mut body, entry, vec![to(call, &[found]), to(ask, &[])]);

    let told = body.add_value(Type::Ptr);
    let inst = |op, args, imm, results| Inst { op, ty: Type::Ptr, args, imm, results, dests: Vec::new(), loc };
    body.blocks[ask.index()].insts.push(inst(Op::Call, smallvec![], Imm::Func(resolver), smallvec![told]));
    body.push(ask, Op::Store, Type::Ptr, &[told, place], mem(), loc);
    body.push(ask, Op::Jump, Type::Ptr, &[], Imm::None, loc);
    set_dests(&mut body, ask, vec![to(call, &[told])]);

    args.insert(0, target);
    let results: Vec<Value> = sig.results.iter().map(|&ty| body.add_value(ty)).collect();
    let returned = results.iter().copied().collect();
    let insts = &mut body.blocks[call.index()].insts;
    insts.push(inst(Op::CallIndirect, args.into(), Imm::Sig(id), returned));
    insts.push(inst(Op::Ret, results.into(), Imm::None, smallvec![]));
    body
}

fn set_dests(body: &mut Body, block: BlockId, dests: Vec<Dest>) {
    body.blocks[block.index()].insts.last_mut().expect("its terminator").dests = dests;
}
