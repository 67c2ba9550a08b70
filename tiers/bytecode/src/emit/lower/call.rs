//! Calls and returns, spelt out by the contract of docs/vm.md: arguments to the window, results from the accumulators.

use super::super::SymbolKind;
use super::super::node::{Arg, Bank, Exit, Home, Node, NodeImm, Skip, Val};
use super::super::program::Callee;
use super::{Lowering, is_narrow_int, width, zero_extend};
use crate::isa::{NativeKind, VmOp};
use rheo_ir::{Dest, Extension, Inst, Op, Purpose, SigId, Signature, SrcLoc, Type, Value};
use smallvec::{SmallVec, smallvec};

pub(super) enum Target {
    Func(rheo_ir::FuncId),
    Address(Value, SigId),
}

/// How native code of this signature is called.
pub(crate) fn native_kind(sig: &Signature) -> NativeKind {
    let plain = sig.variadic.is_none() && sig.params.iter().all(|p| p.purpose == Purpose::Normal);
    // Integer and float pieces that come back.
    let pieces = |ty: Type| match Bank::of(ty) {
        Bank::Int => (1, 0),
        Bank::Float => (0, 1),
        Bank::Wide => (2, 0),
    };
    let (ints, floats) = sig.results.iter().map(|&t| pieces(t)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let n = sig.params.len();
    if !plain || ints + floats > 2 || sig.results.contains(&Type::F80) {
        return NativeKind::Generic;
    }
    let all = |fits: fn(Type) -> bool| sig.params.iter().all(|p| fits(p.ty));
    match n {
        0..=2 if floats < 2 && all(is_narrow_int) => NativeKind::Ints2,
        3..=4 if floats < 2 && all(is_narrow_int) => NativeKind::Ints4,
        5..=6 if floats < 2 && all(is_narrow_int) => NativeKind::Ints6,
        0..=2 if ints < 2 && all(|t| matches!(t, Type::F32 | Type::F64)) => NativeKind::Floats2,
        3..=8 if ints < 2 && all(|t| matches!(t, Type::F32 | Type::F64)) => NativeKind::Floats8,
        _ => NativeKind::Generic,
    }
}

/// The move that carries a piece of this type.
pub(super) fn move_type(ty: Type) -> Type {
    match Bank::of(ty) {
        _ if ty.bytes() == 16 => Type::I8x16,
        Bank::Float => Type::F64,
        _ => Type::I64,
    }
}

impl Lowering<'_> {
    /// Writes arguments to the window; extended where the callee may be native.
    fn pass(&mut self, args: &[Value], sig: &Signature, native: bool, loc: SrcLoc) -> u32 {
        let mut k = 0;
        for (i, &a) in args.iter().enumerate() {
            let ty = self.body.ty(a);
            let mut from = self.arg(a, ty);
            let ext = sig.params.get(i).map_or(Extension::None, |p| p.ext);
            if native && ty.is_int() && ty.bytes() < 4 {
                from = self.extended(from, ty, ext, loc);
            }
            let to = self.arg_slot(k, Bank::of(ty), ty.slots());
            self.push_move(from, to, move_type(ty), loc);
            k += ty.slots();
        }
        k
    }

    fn extended(&mut self, from: Arg, ty: Type, ext: Extension, loc: SrcLoc) -> Arg {
        let op = match (ext, ty) {
            (Extension::None, _) => return from,
            (Extension::Sign, Type::I8) => Op::Sext8,
            (Extension::Sign, _) => Op::Sext16,
            (Extension::Zero, Type::I8) => Op::Zext8,
            (Extension::Zero, _) => Op::Zext16,
        };
        match from {
            Arg::Num(n) if ext == Extension::Zero => Arg::Num(zero_extend(n, ty)),
            Arg::Val(v) => {
                let known = self.work.vals[v.index()].known;
                if known < width(ty) || (ext == Extension::Zero && known == width(ty)) {
                    return from;
                }
                let wide = self.new_val(Bank::Int, 1);
                self.push(VmOp::Ir(op), Type::I64, &[from], NodeImm::None, &[wide], loc);
                Arg::Val(wide)
            }
            _ => from,
        }
    }

    fn call_node(&mut self, target: &Target, args: &[Value], loc: SrcLoc) -> (Node, Vec<Type>) {
        let module = self.program.module;
        self.work.calls = true;
        match *target {
            Target::Func(f) => match self.program.callee(f) {
                Callee::Bytecode(n) => {
                    let sig = module.sig_of(f);
                    self.pass(args, sig, false, loc);
                    let call = [Arg::Num(i64::from(n)), Arg::Window];
                    let node = Node::new(VmOp::CallBytecode, Type::I64, &call, NodeImm::None, &[], loc);
                    (node, sig.results.clone())
                }
                Callee::Native(symbol) => {
                    let sig = module.sig_of(f);
                    self.pass(args, sig, true, loc);
                    let mut call: SmallVec<[Arg; 3]> = smallvec![Arg::Num(i64::from(symbol)), Arg::Window];
                    let op = if module.func(f).flags.returns_twice {
                        self.work.returns_twice = true;
                        VmOp::Setjmp
                    } else {
                        let kind = native_kind(sig);
                        if kind == NativeKind::Generic {
                            let descriptor = self.program.call_descriptor(sig, self.body, args);
                            call.push(Arg::Num(i64::from(descriptor)));
                        }
                        VmOp::CallNative(kind)
                    };
                    (Node::new(op, Type::I64, &call, NodeImm::None, &[], loc), sig.results.clone())
                }
            },
            Target::Address(address, sig_id) => {
                let sig = module.sig(sig_id);
                self.pass(args, sig, true, loc);
                let mut call: SmallVec<[Arg; 3]> = smallvec![Arg::Val(self.val(address)), Arg::Window];
                let kind = native_kind(sig);
                if kind == NativeKind::Generic {
                    call.push(Arg::Num(i64::from(self.program.descriptor(sig_id))));
                }
                let node = Node::new(VmOp::CallIndirect(kind), Type::I64, &call, NodeImm::None, &[], loc);
                (node, sig.results.clone())
            }
        }
    }

    pub(super) fn call(&mut self, target: Target, args: &[Value], inst: &Inst) {
        let loc = inst.loc;
        let (node, types) = self.call_node(&target, args, loc);
        let results: Vec<Val> = inst.results.iter().map(|r| Val(r.0)).collect();
        self.finish_call(node, &results, &types, loc);
    }

    /// The call itself, then its results put where their values live.
    fn finish_call(&mut self, mut node: Node, results: &[Val], types: &[Type], loc: SrcLoc) {
        let mut after = Vec::new();
        for p in self.pieces(results, types) {
            let is_part = matches!(self.work.vals[p.val.index()].home, Home::Part(..));
            let held = match p.place {
                Place::Window(k) => self.arg_slot(k, self.work.vals[p.val.index()].bank, p.ty.slots()),
                _ if is_part => self.new_val(Bank::Int, 1),
                _ => p.val,
            };
            match p.place {
                Place::Acc => node.in_acc = held,
                Place::Facc => node.in_facc = held,
                Place::Window(_) => {}
            }
            let mut save = Node::new(VmOp::Move, p.ty, &[Arg::Val(held)], NodeImm::None, &[p.val], loc);
            save.pinned = is_part || matches!(p.place, Place::Window(_));
            if held == p.val {
                save.skip = Skip::ResultUsedFromAcc;
            }
            after.push(save);
        }
        self.nodes.push(node);
        self.nodes.append(&mut after);
    }

    pub(super) fn save_result(&mut self, v: Val, ty: Type, loc: SrcLoc) {
        let mut save = Node::new(VmOp::Move, move_type(ty), &[Arg::Val(v)], NodeImm::None, &[v], loc);
        save.skip = Skip::ResultUsedFromAcc;
        self.nodes.push(save);
    }

    /// Where each piece of the results is handed over.
    fn pieces(&mut self, vals: &[Val], types: &[Type]) -> Vec<Piece> {
        let mut plan: Vec<Piece> = Vec::new();
        let mut next = 0;
        let (mut int_free, mut float_free) = (true, true);
        for (&v, &ty) in vals.iter().zip(types) {
            let parts: SmallVec<[(Val, Type); 2]> = match Bank::of(ty) {
                Bank::Wide => smallvec![(self.part(v, 0), Type::I64), (self.part(v, 1), Type::I64)],
                _ => smallvec![(v, move_type(ty))],
            };
            for (val, ty) in parts {
                let free = if ty == Type::I64 { &mut int_free } else { &mut float_free };
                let place = if std::mem::take(free) {
                    if ty == Type::I64 { Place::Acc } else { Place::Facc }
                } else {
                    next += ty.slots();
                    Place::Window(next - ty.slots())
                };
                plan.push(Piece { val, ty, place });
            }
        }
        plan
    }

    /// The operands of `ret` put where the contract wants them, and the return.
    fn ret(&mut self, vals: &[Val], types: &[Type], loc: SrcLoc) -> Exit {
        if let Some(top) = self.saved_top {
            self.push(VmOp::Ir(Op::StackRestore), Type::I64, &[Arg::Val(top)], NodeImm::None, &[], loc);
        }
        let mut node = Node::new(VmOp::Ir(Op::Ret), Type::I64, &[], NodeImm::None, &[], loc);
        let mut plan = self.pieces(vals, types);
        // A float may come by way of `acc`, an integer never by way of `facc`.
        plan.sort_by_key(|p| p.place != Place::Facc);
        for p in &plan {
            let held = match p.place {
                Place::Acc => self.new_val(Bank::Int, 1),
                Place::Facc => self.new_val(Bank::Float, if p.ty.bytes() == 16 { 2 } else { 1 }),
                Place::Window(_) => continue,
            };
            let number = self.konst[p.val.index()];
            let mut bring = match number {
                Some(n) => Node::new(VmOp::Ir(Op::Const), Type::I64, &[], NodeImm::Num(n), &[held], loc),
                None => {
                    let ty = match p.place {
                        Place::Acc => Type::I64,
                        _ if p.ty.bytes() == 16 => Type::I8x16,
                        _ => Type::F64,
                    };
                    Node::new(VmOp::Move, ty, &[Arg::Val(p.val)], NodeImm::None, &[held], loc)
                }
            };
            if number.is_none() && !matches!(self.work.vals[p.val.index()].home, Home::Part(..)) {
                bring.skip = Skip::AlreadyInAcc;
            }
            self.nodes.push(bring);
            if p.place == Place::Acc { node.in_acc = held } else { node.in_facc = held }
        }
        let further = plan.iter().filter_map(|p| match p.place {
            Place::Window(k) => Some((k, p.val, p.ty)),
            _ => None,
        });
        Exit::Ret(further.collect(), Box::new(node))
    }

    pub(super) fn ret_values(&mut self, values: &[Value], loc: SrcLoc) -> Exit {
        let vals: Vec<Val> = values.iter().map(|&a| self.val(a)).collect();
        let types: Vec<Type> = values.iter().map(|&a| self.body.ty(a)).collect();
        self.ret(&vals, &types, loc)
    }

    /// What is returned by the destination, if it does nothing but return.
    pub(super) fn returned_at(&self, dest: &Dest) -> Option<Vec<Value>> {
        let block = self.body.block(dest.block);
        let [Inst { op: Op::Ret, args, .. }] = block.insts.as_slice() else { return None };
        let passed = |v: &Value| block.params.iter().position(|p| p == v).map_or(*v, |i| dest.args[i]);
        Some(args.iter().map(passed).collect())
    }

    pub(super) fn tail_call(&mut self, target: Target, args: &[Value], loc: SrcLoc) -> Exit {
        let (mut call, types) = self.call_node(&target, args, loc);
        let slots: u32 = args.iter().map(|&a| self.body.ty(a).slots()).sum();
        match (call.op, &target) {
            (VmOp::CallBytecode, _) => {
                call.op = VmOp::TailCall;
                call.args.push(Arg::Num(i64::from(slots)));
            }
            (VmOp::CallIndirect(_), Target::Address(_, sig)) => {
                call.op = VmOp::TailCallIndirect;
                let sig = i64::from(self.program.descriptor(*sig));
                call.args = smallvec![call.args[0], Arg::Window, Arg::Num(i64::from(slots)), Arg::Num(sig)];
            }
            (VmOp::CallNative(_), &Target::Func(f)) if self.program.module.sig_of(f).variadic.is_none() => {
                let address = self.new_val(Bank::Int, 1);
                self.symbol_addr(address, SymbolKind::FuncCell(f), 0, loc);
                let sig = self.program.call_descriptor(self.program.module.sig_of(f), self.body, args);
                call.op = VmOp::TailCallIndirect;
                let slots = Arg::Num(i64::from(slots));
                call.args = smallvec![Arg::Val(address), Arg::Window, slots, Arg::Num(i64::from(sig))];
            }
            _ => {
                // Not what `musttail` is for: call, then return.
                let vals: Vec<Val> = types.iter().map(|&t| self.new_val(Bank::of(t), t.slots())).collect();
                self.finish_call(call, &vals, &types, loc);
                return self.ret(&vals, &types, loc);
            }
        }
        if let Some(top) = self.saved_top {
            self.push(VmOp::Ir(Op::StackRestore), Type::I64, &[Arg::Val(top)], NodeImm::None, &[], loc);
        }
        self.nodes.push(call);
        Exit::Node
    }
}

/// One register's worth of a result.
struct Piece {
    val: Val,
    ty: Type,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Acc,
    Facc,
    Window(u32),
}
