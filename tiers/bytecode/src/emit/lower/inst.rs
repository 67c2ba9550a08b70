//! One instruction that is no call and no terminator: canonical type, what its result is known to be, folded addresses.

use super::super::SymbolKind;
use super::super::node::{Arg, Bank, Node, NodeImm, Val};
use super::call::{Target, move_type};
use super::{Lowering, is_narrow_int, sign_extend, width, zero_extend};
use crate::isa::{NativeKind, VmOp, canonical};
use rheo_ir::{Imm, Inst, Op, RmwKind, Rule, SrcLoc, Type, Value};
use smallvec::{SmallVec, smallvec};

impl Lowering<'_> {
    pub(super) fn inst(&mut self, inst: &Inst) {
        let r = inst.results.first().map(|r| Val(r.0));
        let (ty, loc) = (inst.ty, inst.loc);
        match (inst.op, &inst.imm) {
            (Op::Const, Imm::Bits(bits)) => self.constant(r.expect("const has a result"), ty, *bits, loc),
            (Op::Trunc, _) => {
                let from = self.body.ty(inst.args[0]);
                let v = self.val(inst.args[0]);
                if from == Type::I128 {
                    let low = self.part(v, 0);
                    self.push_move(Arg::Val(low), Val(inst.results[0].0), Type::I64, loc);
                } else {
                    self.alias(inst.results[0], v);
                }
            }
            (Op::Bitcast, _) => self.bitcast(inst),
            (Op::Zext8 | Op::Zext16 | Op::Zext32 | Op::Zext64, _) => self.extend(inst, false),
            (Op::Sext8 | Op::Sext16 | Op::Sext32 | Op::Sext64, _) => self.extend(inst, true),
            (Op::Iconcat, _) => {
                let whole = Val(inst.results[0].0);
                for half in 0..2 {
                    let from = self.arg(inst.args[half as usize], Type::I64);
                    let part = self.part(whole, half);
                    self.push_move(from, part, Type::I64, loc);
                }
            }
            (Op::Ihigh, _) => {
                let high = self.part(self.val(inst.args[0]), 1);
                self.push_move(Arg::Val(high), Val(inst.results[0].0), Type::I64, loc);
            }
            (Op::StackAddr, Imm::Slot(slot, offset)) => {
                let r = r.expect("an address is a result");
                let imm = NodeImm::Frame(*slot, i64::from(*offset));
                let node = Node::new(VmOp::Ir(Op::StackAddr), Type::I64, &[], imm, &[r], loc);
                self.work.remat[r.index()] = Some(Box::new(node));
            }
            (Op::GlobalAddr, Imm::Global(g, offset)) => {
                let symbol = self.program.global_kind(*g);
                self.symbol_addr(r.expect("an address is a result"), symbol, *offset, loc);
            }
            (Op::FuncAddr, Imm::Func(f)) => {
                let symbol = self.program.func_kind(*f);
                self.symbol_addr(r.expect("an address is a result"), symbol, 0, loc);
            }
            (Op::TlsAddr, Imm::Global(g, offset)) => {
                let symbol = self.program.tls_symbol(*g);
                let base = self.new_val(Bank::Int, 1);
                let args = [Arg::Num(i64::from(symbol)), Arg::Window];
                let mut node =
                    Node::new(VmOp::CallNative(NativeKind::Ints2), Type::I64, &args, NodeImm::None, &[], loc);
                node.in_acc = base;
                self.work.calls = true;
                self.nodes.push(node);
                self.save_result(base, Type::I64, loc);
                self.sum_of(r.expect("an address is a result"), base, *offset, loc);
            }
            (Op::Call, Imm::Func(f)) => {
                let args: Vec<Value> = inst.args.to_vec();
                self.call(Target::Func(*f), &args, inst);
            }
            (Op::LandingPad, _) => self.landing_pad(inst),
            (Op::TypeId, _) => self.type_id(inst),
            (Op::CallIndirect, Imm::Sig(sig)) => {
                let args: Vec<Value> = inst.args[1..].to_vec();
                self.call(Target::Address(inst.args[0], *sig), &args, inst);
            }
            (Op::Load, Imm::Mem { offset, volatile }) => {
                let (base, imm) = self.address(inst.args[0], *offset, loc);
                let ty = ty.repr();
                let r = r.expect("load has a result");
                if is_narrow_int(ty) {
                    self.work.vals[r.index()].known = width(ty);
                }
                self.push(VmOp::Ir(Op::Load), ty, &[Arg::Val(base)], imm, &[r], loc);
                if *volatile {
                    self.nodes.last_mut().expect("just pushed").pinned = true;
                }
            }
            (Op::Store, Imm::Mem { offset, .. }) => {
                let (base, imm) = self.address(inst.args[1], *offset, loc);
                let value = self.arg(inst.args[0], ty);
                self.push(VmOp::Ir(Op::Store), ty.repr(), &[value, Arg::Val(base)], imm, &[], loc);
            }
            (Op::Iadd, _) if is_narrow_int(ty) => {
                let (a, b) = (self.arg(inst.args[0], ty), self.arg(inst.args[1], ty));
                let r = r.expect("a sum is a result");
                match (a, b) {
                    (Arg::Val(v), Arg::Num(n)) | (Arg::Num(n), Arg::Val(v)) => self.sum_of(r, v, n, loc),
                    _ => self.push(VmOp::Ir(Op::Iadd), Type::I64, &[a, b], NodeImm::None, &[r], loc),
                }
                if width(ty) < 64 {
                    // Only an address's sum may be taken apart: narrower ones wrap.
                    self.sum[r.index()] = None;
                }
            }
            (Op::Isub, _) if is_narrow_int(ty) => {
                let (a, b) = (self.arg(inst.args[0], ty), self.arg(inst.args[1], ty));
                let r = r.expect("a difference is a result");
                match (a, b) {
                    (Arg::Val(v), Arg::Num(n)) => {
                        self.sum_of(r, v, n.wrapping_neg(), loc);
                        if width(ty) < 64 {
                            self.sum[r.index()] = None;
                        }
                    }
                    _ => self.push(VmOp::Ir(Op::Isub), Type::I64, &[a, b], NodeImm::None, &[r], loc),
                }
            }
            _ => self.plain(inst),
        }
    }

    pub(super) fn symbol_addr(&mut self, r: Val, symbol: SymbolKind, offset: i64, loc: SrcLoc) {
        let base = if offset == 0 { r } else { self.new_val(Bank::Int, 1) };
        let is_cell = matches!(symbol, SymbolKind::FuncCell(_) | SymbolKind::GlobalCell(_));
        let address = if is_cell { self.new_val(Bank::Int, 1) } else { base };
        let imm = NodeImm::Num(i64::from(self.program.symbol(symbol)));
        let node = Node::new(VmOp::Ir(Op::GlobalAddr), Type::I64, &[], imm, &[address], loc);
        self.work.remat[address.index()] = Some(Box::new(node));
        if is_cell {
            self.push(VmOp::Ir(Op::Load), Type::I64, &[Arg::Val(address)], NodeImm::None, &[base], loc);
        }
        if offset != 0 {
            self.sum_of(r, base, offset, loc);
        }
    }

    /// `r` = `v` + `n`, known as a sum so that loads and stores can take `n` as their offset.
    fn sum_of(&mut self, r: Val, v: Val, n: i64, loc: SrcLoc) {
        let (v, n) = match self.sum[v.index()] {
            // Only where the inner sum is an address too: its base is then live anyway or not used otherwise.
            Some((base, m)) if self.work.remat[base.index()].is_some() => (base, n.wrapping_add(m)),
            _ => (v, n),
        };
        self.sum[r.index()] = Some((v, n));
        self.push(VmOp::Ir(Op::Iadd), Type::I64, &[Arg::Val(v), Arg::Num(n)], NodeImm::None, &[r], loc);
    }

    /// Base and offset of a memory access.
    fn address(&mut self, addr: Value, offset: i32, loc: SrcLoc) -> (Val, NodeImm) {
        let mut base = self.val(addr);
        let mut offset = i64::from(offset);
        if let Some((b, n)) = self.sum[base.index()]
            && !self.goes_round[base.index()]
            && i32::try_from(n.wrapping_add(offset)).is_ok()
        {
            base = b;
            offset += n;
        }
        if let Some(node) = &self.work.remat[base.index()]
            && let (VmOp::Ir(Op::StackAddr), NodeImm::Frame(slot, at)) = (node.op, &node.imm)
        {
            let imm = NodeImm::Frame(*slot, at + offset);
            let v = self.new_val(Bank::Int, 1);
            let node = Node::new(VmOp::Ir(Op::StackAddr), Type::I64, &[], imm, &[v], loc);
            self.work.remat[v.index()] = Some(Box::new(node));
            return (v, NodeImm::None);
        }
        if self.konst[base.index()].is_some() {
            // An address that is a number: nothing folds.
            return (base, NodeImm::Num(offset));
        }
        (base, if offset == 0 { NodeImm::None } else { NodeImm::Num(offset) })
    }

    fn constant(&mut self, r: Val, ty: Type, bits: u128, loc: SrcLoc) {
        if is_narrow_int(ty) {
            self.set_number(r, sign_extend(bits as u64 as i64, ty), loc);
            return;
        }
        let imm = match ty {
            Type::F32 | Type::F64 => NodeImm::Num(bits as u64 as i64),
            _ => NodeImm::Bits(bits),
        };
        let node = Node::new(VmOp::Ir(Op::Const), ty, &[], imm, &[r], loc);
        let (low, high) = (bits as u64, (bits >> 64) as u64);
        let cheap = ty.is_vector() && low == high && i8::try_from(low as i64).is_ok();
        if ty.bytes() <= 8 || cheap {
            self.work.remat[r.index()] = Some(Box::new(node));
        } else {
            self.nodes.push(node);
        }
    }

    fn bitcast(&mut self, inst: &Inst) {
        let (from, to) = (self.body.ty(inst.args[0]), inst.ty);
        let v = self.val(inst.args[0]);
        let same = Bank::of(from) == Bank::of(to) && (from.lanes() > 1) == (to.lanes() > 1);
        if same || (Bank::of(from) == Bank::Float && Bank::of(to) == Bank::Float) {
            self.alias(inst.results[0], v);
            return;
        }
        let ty = move_type(to);
        self.push(VmOp::Move, ty, &[Arg::Val(v)], NodeImm::None, &[Val(inst.results[0].0)], inst.loc);
    }

    fn extend(&mut self, inst: &Inst, signed: bool) {
        let from = match inst.op {
            Op::Zext8 | Op::Sext8 => Type::I8,
            Op::Zext16 | Op::Sext16 => Type::I16,
            Op::Zext32 | Op::Sext32 => Type::I32,
            _ => Type::I64,
        };
        let v = self.val(inst.args[0]);
        let r = inst.results[0];
        let loc = inst.loc;
        if let Some(n) = self.konst[v.index()] {
            let n = if signed { sign_extend(n, from) } else { zero_extend(n, from) };
            if inst.ty != Type::I128 {
                self.set_number(Val(r.0), n, loc);
                return;
            }
        }
        let known = self.work.vals[v.index()].known;
        let vanishes = if signed { known < width(from) || from == Type::I64 } else { known <= width(from) };
        let low = if vanishes || from == Type::I64 {
            v
        } else {
            let low = if inst.ty == Type::I128 { self.new_val(Bank::Int, 1) } else { Val(r.0) };
            if !signed {
                self.work.vals[low.index()].known = width(from);
            }
            self.push(VmOp::Ir(inst.op), Type::I64, &[Arg::Val(v)], NodeImm::None, &[low], loc);
            low
        };
        if inst.ty != Type::I128 {
            if low != Val(r.0) {
                self.alias(r, low);
            }
            return;
        }
        let parts = [self.part(Val(r.0), 0), self.part(Val(r.0), 1)];
        self.push_move(Arg::Val(low), parts[0], Type::I64, loc);
        if signed {
            let args = [Arg::Val(low), Arg::Num(63)];
            self.push(VmOp::Ir(Op::Ashr), Type::I64, &args, NodeImm::None, &[parts[1]], loc);
        } else {
            self.push_move(Arg::Num(0), parts[1], Type::I64, loc);
        }
    }

    /// Ops that keep their shape: operands in order, one node.
    fn plain(&mut self, inst: &Inst) {
        let (mut op, loc) = (inst.op, inst.loc);
        let row = op.info();
        let mut ty = inst.ty.repr();
        let arg_ty = |i: usize| row.args[i].resolve(inst.ty).unwrap_or(inst.ty);
        let mut args: SmallVec<[Arg; 3]> = inst.args.iter().enumerate().map(|(i, &a)| self.arg(a, arg_ty(i))).collect();
        let imm = match &inst.imm {
            Imm::None | Imm::Mem { .. } => NodeImm::None,
            Imm::Int(n) => NodeImm::Num(*n),
            Imm::Bits(bits) => NodeImm::Bits(*bits),
            Imm::Lane(lane) => NodeImm::Num(i64::from(*lane)),
            Imm::FromType(t) => NodeImm::Num(i64::from(*t as u8)),
            Imm::Rmw(kind) => {
                NodeImm::Num(RmwKind::ALL.iter().position(|k| k == kind).expect("every kind is listed") as i64)
            }
            Imm::Slot(..) | Imm::Global(..) | Imm::Func(_) | Imm::Sig(_) | Imm::Cases(_) | Imm::Pad(_) => {
                unreachable!("{op} is not plain")
            }
        };
        let res: SmallVec<[Val; 1]> = inst.results.iter().map(|r| Val(r.0)).collect();
        if is_narrow_int(inst.ty) {
            self.canonicalise(&mut op, &mut ty, &mut args, &res);
        }
        for (i, &r) in res.iter().enumerate() {
            let known = &mut self.work.vals[r.index()].known;
            match row.results[i] {
                Rule::Mask if !inst.ty.is_vector() => *known = 1,
                Rule::Is(Type::I8) => *known = 1,
                rule => {
                    let result = rule.resolve(inst.ty).unwrap_or(inst.ty);
                    if is_narrow_int(result) && canonical(inst.op, inst.ty) == inst.ty {
                        *known = (*known).min(width(result));
                    }
                }
            }
        }
        self.push(VmOp::Ir(op), ty, &args, imm, &res, loc);
    }

    /// Brings an integer op to the form that the instruction set has, and notes what its result is known to be.
    fn canonicalise(&mut self, op: &mut Op, ty: &mut Type, args: &mut SmallVec<[Arg; 3]>, res: &[Val]) {
        let compared = *ty;
        let bits = width(*ty);
        let known = |l: &Self, a: Arg| match a {
            Arg::Val(v) => l.work.vals[v.index()].known,
            Arg::Num(n) if n >= 0 => 64 - n.leading_zeros(),
            _ => 64,
        };
        let commutes = matches!(*op, Op::Imul | Op::And | Op::Or | Op::Xor | Op::Ieq | Op::Ine | Op::Smin | Op::Smax)
            || matches!(*op, Op::Umin | Op::Umax);
        if commutes && matches!(args[0], Arg::Num(_)) {
            args.swap(0, 1);
        }
        match *op {
            Op::Ieq | Op::Ine | Op::Iult | Op::Iule | Op::Lshr | Op::Udiv | Op::Urem if bits < 32 => {
                // Clean upper bits let one handler serve; of a shift's amount, those that the width leaves out.
                if let (Op::Lshr, Arg::Num(n)) = (*op, &mut args[1]) {
                    *n &= i64::from(bits) - 1;
                }
                let limits = [bits, if *op == Op::Lshr { bits.ilog2() } else { bits }];
                let clean = |l: &Self, (a, limit): (Arg, u32)| matches!(a, Arg::Num(_)) || known(l, a) <= limit;
                if args.iter().copied().zip(limits).all(|a| clean(self, a)) {
                    let from = *ty;
                    *ty = Type::I32;
                    for a in args.iter_mut() {
                        if let Arg::Num(n) = a {
                            *n = zero_extend(*n, from);
                        }
                    }
                }
            }
            Op::Shl | Op::Lshr | Op::Ashr | Op::Rotl | Op::Rotr => {
                if let Arg::Num(n) = &mut args[1] {
                    *n &= i64::from(bits) - 1;
                }
                if *op == Op::Lshr && known(self, args[0]) <= bits && matches!(args[1], Arg::Num(_)) && bits < 64 {
                    *ty = Type::I64;
                }
            }
            Op::Islt | Op::Iult if let Arg::Num(n) = args[0] => {
                // n < x is n + 1 <= x.
                let unsigned = *op == Op::Iult;
                let top = if unsigned { -1 } else { i64::MAX >> (64 - bits) };
                if n != top {
                    *op = if unsigned { Op::Iule } else { Op::Isle };
                    args[0] = Arg::Num(sign_extend(n.wrapping_add(1), *ty));
                }
            }
            Op::Isle | Op::Iule if let Arg::Num(n) = args[1] => {
                let unsigned = *op == Op::Iule;
                let top = if unsigned { -1 } else { i64::MAX >> (64 - bits) };
                if n != top {
                    *op = if unsigned { Op::Iult } else { Op::Islt };
                    args[1] = Arg::Num(sign_extend(n.wrapping_add(1), *ty));
                }
            }
            _ => {}
        }
        match (*op, args.as_slice()) {
            (Op::Iult, &[_, Arg::Num(1)]) => (*op, args[1]) = (Op::Ieq, Arg::Num(0)),
            (Op::Iule, &[Arg::Num(1), x]) => {
                *op = Op::Ine;
                *args = smallvec![x, Arg::Num(0)];
            }
            _ => {}
        }
        if let (Op::Ieq | Op::Ine, &[Arg::Val(x), Arg::Num(n)], Some(r)) = (*op, args.as_slice(), res.first()) {
            self.tests[r.index()] = Some((x, n, compared, *op == Op::Ieq));
        }
        let by_amount = *op != Op::Shl || matches!(args[1], Arg::Num(_));
        if by_amount {
            *ty = canonical(*op, *ty);
        }
        let Some(r) = res.first() else { return };
        let narrow = width(*ty);
        self.work.vals[r.index()].known = match *op {
            Op::Ieq | Op::Ine | Op::Islt | Op::Isle | Op::Iult | Op::Iule => 1,
            Op::And => known(self, args[0]).min(known(self, args[1])),
            Op::Or | Op::Xor => known(self, args[0]).max(known(self, args[1])),
            Op::Select => known(self, args[1]).max(known(self, args[2])),
            Op::Lshr => match args[1] {
                Arg::Num(n) => known(self, args[0]).min(narrow).saturating_sub(n as u32).max(1),
                _ => narrow,
            },
            Op::Clz | Op::Ctz | Op::Popcnt => 7,
            Op::Iadd | Op::Isub | Op::Imul => 64,
            Op::Shl if narrow == 64 => 64,
            _ => narrow,
        };
        if *op == Op::Xor
            && let (Arg::Val(v), Arg::Num(1)) = (args[0], args[1])
            && self.work.vals[v.index()].known == 1
        {
            self.inverse[r.index()] = Some(v);
        }
    }
}
