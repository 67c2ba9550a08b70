//! IR instructions to nodes: canonical types, copies made into aliases, constants into numbers, offsets folded, calls
//! and returns spelt out by the VM's contract.
//!
//! Owns what depends on one instruction and its operands. Order and places are `tree`'s and `slots`'.

use super::node::{Arg, Bank, Block, Edge, Exit, Home, Node, NodeImm, Skip, Val, ValData, Work};
use super::program::{Callee, Program};
use crate::isa::{NativeKind, VmOp, canonical, immediate_forms};
use rheo_ir::{
    BlockId, Body, Cfg, Dest, Extension, Func, Imm, Inst, Op, Purpose, RmwKind, Rule, SigId, Signature, SrcLoc, Type,
    Value,
};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// Bits of an integer type of up to 64.
fn width(ty: Type) -> u32 {
    ty.bytes() * 8
}

fn sign_extend(n: i64, ty: Type) -> i64 {
    let s = 64 - width(ty).min(64);
    n << s >> s
}

fn zero_extend(n: i64, ty: Type) -> i64 {
    let s = 64 - width(ty).min(64);
    ((n as u64) << s >> s) as i64
}

fn is_narrow_int(ty: Type) -> bool {
    ty.is_int() && ty.bytes() <= 8
}

struct Lowering<'a> {
    program: &'a Program<'a>,
    body: &'a Body,
    sig: &'a Signature,
    work: Work,
    /// What stands for each IR value.
    rep: Vec<Val>,
    /// The number that a value is.
    konst: Vec<Option<i64>>,
    /// The value is this one plus a number.
    sum: Vec<Option<(Val, i64)>>,
    /// The value is the opposite of this boolean.
    inverse: Vec<Option<Val>>,
    nodes: Vec<Node>,
    /// The IR value is the argument of some edge: if of a back edge, its operand should die where it is made.
    goes_round: Vec<bool>,
    /// Dynamic stack top to put back before returning.
    saved_top: Option<Val>,
}

/// Lowers a function's body. Blocks that `cfg` cannot reach come out empty.
pub(crate) fn lower(program: &Program<'_>, func: &Func, body: &Body, cfg: &Cfg) -> Work {
    // Narrow parameters of blocks are first taken to have clean upper bits; what they are really given decides.
    let narrow = |v: &Value| body.ty(*v).is_int() && body.ty(*v).bytes() < 8;
    let entry = BlockId(0);
    let joins = cfg.rpo().iter().filter(|&&b| b != entry);
    let params: Vec<Value> = joins.flat_map(|&b| &body.block(b).params).copied().filter(narrow).collect();
    let mut assumed: FxHashMap<Value, u32> = params.iter().map(|&p| (p, 1)).collect();
    for round in 0.. {
        let work = lower_assuming(program, func, body, cfg, &assumed);
        let mut holds = true;
        for (p, a) in work.blocks.iter().flat_map(|b| b.exit.edges()).flat_map(|e| &e.args) {
            let Some(known) = assumed.get_mut(&Value(p.0)) else { continue };
            let given = match *a {
                Arg::Val(v) => work.vals[v.index()].known,
                Arg::Num(n) if n >= 0 => 64 - n.leading_zeros(),
                _ => 64,
            };
            if given > *known {
                holds = false;
                *known = if given > width(body.ty(Value(p.0))) || round > 1 { 64 } else { given };
            }
        }
        if holds {
            return work;
        }
        if round > 3 {
            assumed.clear();
        }
    }
    unreachable!("nothing is assumed in the end")
}

fn lower_assuming(program: &Program<'_>, func: &Func, body: &Body, cfg: &Cfg, assumed: &FxHashMap<Value, u32>) -> Work {
    let vals = body.values.iter().map(|&ty| ValData {
        bank: Bank::of(ty),
        slots: ty.slots(),
        home: Home::None,
        known: 64,
        fixed: false,
    });
    let vals: Vec<ValData> = vals.collect();
    let n = vals.len();
    let empty = || Block { params: Vec::new(), nodes: Vec::new(), exit: Exit::Node, exit_loc: SrcLoc::default() };
    let mut l = Lowering {
        program,
        body,
        sig: program.module.sig(func.sig),
        work: Work {
            blocks: body.blocks.iter().map(|_| empty()).collect(),
            vals,
            remat: vec![None; n],
            returns_twice: false,
            calls: false,
            stack: body.slots.clone(),
            window_slots: 0,
        },
        rep: (0..n as u32).map(Val).collect(),
        konst: vec![None; n],
        sum: vec![None; n],
        inverse: vec![None; n],
        nodes: Vec::new(),
        goes_round: vec![false; n],
        saved_top: None,
    };
    for dest in body.blocks.iter().flat_map(|b| b.insts.last()).flat_map(|t| &t.dests) {
        for a in &dest.args {
            l.goes_round[a.index()] = true;
        }
    }
    for (v, &known) in assumed {
        l.work.vals[v.index()].known = known;
    }
    for (i, &b) in cfg.rpo().iter().enumerate() {
        l.block(b, cfg, i == 0);
    }
    l.work
}

impl Lowering<'_> {
    fn block(&mut self, b: BlockId, cfg: &Cfg, entry: bool) {
        let data = self.body.block(b);
        let single = match cfg.preds(b) {
            &[p] if !entry => self.body.block(p).insts.last().and_then(|t| t.dests.iter().find(|d| d.block == b)),
            _ => None,
        };
        if let Some(dest) = single {
            // One way in: the parameters are the arguments.
            for (&p, &a) in data.params.iter().zip(&dest.args) {
                self.alias(p, self.rep[a.index()]);
            }
        } else {
            self.work.blocks[b.index()].params = data.params.iter().map(|p| Val(p.0)).collect();
        }
        if entry {
            self.prologue(data.insts.first().map_or(SrcLoc::default(), |i| i.loc));
        }
        for inst in &data.insts {
            if inst.op.is_terminator() {
                self.terminator(b, inst, cfg);
            } else {
                self.inst(inst);
            }
        }
        self.work.blocks[b.index()].nodes = std::mem::take(&mut self.nodes);
    }

    fn prologue(&mut self, loc: SrcLoc) {
        let blocks = &self.body.blocks;
        if blocks.iter().any(|b| b.insts.iter().any(|i| i.op == Op::Alloca)) {
            let top = self.new_val(Bank::Int, 1);
            self.push(VmOp::Ir(Op::StackSave), Type::I64, &[], NodeImm::None, &[top], loc);
            self.saved_top = Some(top);
        }
        // The callee owns its copies of structs passed by value; a bytecode caller passes the original's address.
        let params = self.sig.params.clone();
        for (i, p) in params.iter().enumerate() {
            let Purpose::ByVal { bytes, align } = p.purpose else { continue };
            let from = self.body.block(BlockId(0)).params[i];
            if !self.is_by_value_copy_needed(from) {
                continue;
            }
            let slot = rheo_ir::StackSlotId::new(self.work.stack.len());
            self.work.stack.push(rheo_ir::StackSlot { bytes: bytes.max(1), align: align.min(16) });
            self.copy_bytes(Val(from.0), slot, bytes, loc);
            let copy = self.new_val(Bank::Int, 1);
            let imm = NodeImm::Frame(slot, 0);
            let node = Node::new(VmOp::Ir(Op::StackAddr), Type::I64, &[], imm, &[copy], loc);
            self.work.remat[copy.index()] = Some(Box::new(node));
            self.rep[from.index()] = copy;
        }
    }

    /// Whether anything but loads uses the parameter.
    fn is_by_value_copy_needed(&self, v: Value) -> bool {
        let insts = self.body.blocks.iter().flat_map(|b| &b.insts);
        insts.into_iter().any(|i| {
            let stored = i.op == Op::Load;
            (i.args.contains(&v) && !stored) || i.dests.iter().any(|d| d.args.contains(&v))
        })
    }

    fn copy_bytes(&mut self, from: Val, to: rheo_ir::StackSlotId, bytes: u32, loc: SrcLoc) {
        let mut at = 0;
        while at < bytes {
            let step = [8, 4, 2, 1].into_iter().find(|s| at + s <= bytes).expect("1 fits");
            let ty = Type::int_of(step).expect("a power of two");
            let v = self.new_val(Bank::Int, 1);
            let imm = NodeImm::Num(i64::from(at));
            self.push(VmOp::Ir(Op::Load), ty, &[Arg::Val(from)], imm.clone(), &[v], loc);
            let addr = self.new_val(Bank::Int, 1);
            let frame = NodeImm::Frame(to, i64::from(at));
            let node = Node::new(VmOp::Ir(Op::StackAddr), Type::I64, &[], frame, &[addr], loc);
            self.work.remat[addr.index()] = Some(Box::new(node));
            self.push(VmOp::Ir(Op::Store), ty, &[Arg::Val(v), Arg::Val(addr)], NodeImm::None, &[], loc);
            at += step;
        }
    }

    fn new_val(&mut self, bank: Bank, slots: u32) -> Val {
        let v = self.work.new_val(bank, slots);
        self.konst.push(None);
        self.sum.push(None);
        self.inverse.push(None);
        self.goes_round.push(false);
        v
    }

    fn part(&mut self, of: Val, half: u32) -> Val {
        let v = self.new_val(Bank::Int, 1);
        self.work.vals[v.index()].home = Home::Part(of, half);
        self.work.vals[v.index()].fixed = true;
        v
    }

    fn arg_slot(&mut self, k: u32, bank: Bank, slots: u32) -> Val {
        let v = self.new_val(bank, slots);
        self.work.vals[v.index()].home = Home::Arg(k);
        self.work.vals[v.index()].fixed = true;
        self.work.window_slots = self.work.window_slots.max(k + slots);
        v
    }

    fn alias(&mut self, v: Value, to: Val) {
        self.rep[v.index()] = to;
    }

    fn val(&self, v: Value) -> Val {
        self.rep[v.index()]
    }

    /// The operand as a number if it is a constant of up to 64 bits, sign-extended from `ty`.
    fn arg(&self, v: Value, ty: Type) -> Arg {
        let v = self.val(v);
        match self.konst[v.index()] {
            Some(n) if is_narrow_int(ty) => Arg::Num(sign_extend(n, ty)),
            _ => Arg::Val(v),
        }
    }

    /// A value made anew at each use.
    fn number(&mut self, n: i64, loc: SrcLoc) -> Val {
        let v = self.new_val(Bank::Int, 1);
        self.set_number(v, n, loc);
        v
    }

    fn set_number(&mut self, v: Val, n: i64, loc: SrcLoc) {
        self.konst[v.index()] = Some(n);
        let node = Node::new(VmOp::Ir(Op::Const), Type::I64, &[], NodeImm::Num(n), &[v], loc);
        self.work.remat[v.index()] = Some(Box::new(node));
    }

    fn push(&mut self, op: VmOp, ty: Type, args: &[Arg], imm: NodeImm, res: &[Val], loc: SrcLoc) {
        let mut node = Node::new(op, ty, args, imm, res, loc);
        node.pinned = res.iter().any(|r| self.work.vals[r.index()].fixed);
        self.legalise(&mut node);
        self.nodes.push(node);
    }

    fn push_move(&mut self, from: Arg, to: Val, ty: Type, loc: SrcLoc) {
        match from {
            Arg::Num(n) => self.push(VmOp::Ir(Op::Const), Type::I64, &[], NodeImm::Num(n), &[to], loc),
            _ => self.push(VmOp::Move, ty, &[from], NodeImm::None, &[to], loc),
        }
    }

    /// Leaves numbers only where some template takes them.
    fn legalise(&mut self, node: &mut Node) {
        let VmOp::Ir(op) = node.op else { return };
        if matches!(op, Op::Switch) || node.args.iter().all(|a| !matches!(a, Arg::Num(_))) {
            return;
        }
        let forms = immediate_forms(op, node.ty);
        // Longer numbers come from a `const` of their own.
        for i in 0..node.args.len() {
            if let Arg::Num(n) = node.args[i]
                && i32::try_from(n).is_err()
            {
                node.args[i] = Arg::Val(self.number(n, node.loc));
            }
        }
        let takes = |form: &str, args: &[Arg]| {
            args.iter().zip(form.bytes()).all(|(a, c)| !matches!(a, Arg::Num(_)) || c == b'i')
        };
        // The form that takes most numbers of those present and no slot operand.
        let exact = |form: &str, args: &[Arg]| {
            args.iter().zip(form.bytes()).all(|(a, c)| matches!(a, Arg::Num(_)) || c == b's')
        };
        let best = forms.iter().copied().filter(|f| exact(f, &node.args)).max_by_key(|f| f.matches('i').count());
        if best.is_some_and(|f| takes(f, &node.args)) {
            return;
        }
        let keep = best.unwrap_or("");
        for i in 0..node.args.len() {
            if let Arg::Num(n) = node.args[i]
                && keep.as_bytes().get(i) != Some(&b'i')
            {
                node.args[i] = Arg::Val(self.number(n, node.loc));
            }
        }
    }

    fn inst(&mut self, inst: &Inst) {
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
                let symbol = self.program.global_symbol(*g);
                self.symbol_addr(r.expect("an address is a result"), symbol, *offset, loc);
            }
            (Op::FuncAddr, Imm::Func(f)) => {
                let symbol = self.program.func_symbol(*f);
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

    fn symbol_addr(&mut self, r: Val, symbol: u32, offset: i64, loc: SrcLoc) {
        let base = if offset == 0 { r } else { self.new_val(Bank::Int, 1) };
        let imm = NodeImm::Num(i64::from(symbol));
        let node = Node::new(VmOp::Ir(Op::GlobalAddr), Type::I64, &[], imm, &[base], loc);
        self.work.remat[base.index()] = Some(Box::new(node));
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
            Imm::Slot(..) | Imm::Global(..) | Imm::Func(_) | Imm::Sig(_) | Imm::Cases(_) => {
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

enum Target {
    Func(rheo_ir::FuncId),
    Address(Value, SigId),
}

/// How native code of this signature is called.
pub(crate) fn native_kind(sig: &Signature) -> NativeKind {
    let plain = sig.variadic.is_none() && sig.params.iter().all(|p| !matches!(p.purpose, Purpose::ByVal { .. }));
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
fn move_type(ty: Type) -> Type {
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

    fn call(&mut self, target: Target, args: &[Value], inst: &Inst) {
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

    fn save_result(&mut self, v: Val, ty: Type, loc: SrcLoc) {
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

    fn edge(&mut self, dest: &Dest, cfg: &Cfg) -> Edge {
        let mut args = Vec::new();
        if cfg.preds(dest.block).len() != 1 || dest.block == BlockId(0) {
            for (p, &a) in self.body.block(dest.block).params.iter().zip(&dest.args) {
                let ty = self.body.ty(a);
                let arg = match self.arg(a, ty) {
                    // Short either way, and clean like this.
                    Arg::Num(n) if ty.bytes() < 4 => Arg::Num(zero_extend(n, ty)),
                    arg => arg,
                };
                args.push((Val(p.0), arg));
            }
        }
        Edge { to: dest.block, args }
    }

    fn terminator(&mut self, b: BlockId, inst: &Inst, cfg: &Cfg) {
        let loc = inst.loc;
        let exit = match (inst.op, &inst.imm) {
            (Op::Jump, _) => match self.returned_at(&inst.dests[0]) {
                // A return is shorter than the way to one.
                Some(vals) => self.ret_values(&vals, loc),
                None => Exit::Jump(self.edge(&inst.dests[0], cfg)),
            },
            (Op::BrIf, _) => {
                let (mut taken, mut other) = (self.edge(&inst.dests[0], cfg), self.edge(&inst.dests[1], cfg));
                let mut v = self.val(inst.args[0]);
                while let Some(opposite) = self.inverse[v.index()] {
                    v = opposite;
                    std::mem::swap(&mut taken, &mut other);
                }
                match self.konst[v.index()] {
                    Some(n) => Exit::Jump(if n & 0xff != 0 { taken } else { other }),
                    None => Exit::Branch(v, taken, other),
                }
            }
            (Op::Switch, Imm::Cases(cases)) => {
                let mut edges: Vec<Edge> = inst.dests.iter().map(|d| self.edge(d, cfg)).collect();
                let mut sorted: Vec<(u128, usize)> = cases.iter().enumerate().map(|(i, &c)| (c, i + 1)).collect();
                sorted.sort_unstable();
                let v = self.val(inst.args[0]);
                match self.konst[v.index()] {
                    Some(n) => {
                        let n = zero_extend(n, inst.ty) as u64 as u128;
                        let hit = sorted.binary_search_by_key(&n, |c| c.0).map_or(0, |i| sorted[i].1);
                        Exit::Jump(edges.swap_remove(hit))
                    }
                    None if sorted.is_empty() => Exit::Jump(edges.swap_remove(0)),
                    None => Exit::Switch(v, inst.ty.repr(), sorted, edges),
                }
            }
            (Op::Ret, _) => self.ret_values(&inst.args, loc),
            (Op::TailCall, Imm::Func(f)) => self.tail_call(Target::Func(*f), &inst.args, loc),
            (Op::TailCallIndirect, Imm::Sig(sig)) => {
                self.tail_call(Target::Address(inst.args[0], *sig), &inst.args[1..], loc)
            }
            _ => {
                self.push(VmOp::Ir(Op::Trap), Type::I64, &[], NodeImm::None, &[], loc);
                Exit::Node
            }
        };
        let block = &mut self.work.blocks[b.index()];
        block.exit = exit;
        block.exit_loc = loc;
    }

    fn ret_values(&mut self, values: &[Value], loc: SrcLoc) -> Exit {
        let vals: Vec<Val> = values.iter().map(|&a| self.val(a)).collect();
        let types: Vec<Type> = values.iter().map(|&a| self.body.ty(a)).collect();
        self.ret(&vals, &types, loc)
    }

    /// What is returned by the destination, if it does nothing but return.
    fn returned_at(&self, dest: &Dest) -> Option<Vec<Value>> {
        let block = self.body.block(dest.block);
        let [Inst { op: Op::Ret, args, .. }] = block.insts.as_slice() else { return None };
        let passed = |v: &Value| block.params.iter().position(|p| p == v).map_or(*v, |i| dest.args[i]);
        Some(args.iter().map(passed).collect())
    }

    fn tail_call(&mut self, target: Target, args: &[Value], loc: SrcLoc) -> Exit {
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
            _ => {
                // A native callee needs no frame of ours: call, then return.
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
