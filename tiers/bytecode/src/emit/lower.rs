//! IR instructions to nodes: canonical types, copies made into aliases, constants into numbers, offsets folded, calls
//! and returns spelt out by the VM's contract.
//!
//! Owns what depends on one instruction and its operands. Order and places are `tree`'s and `slots`'.

use super::exceptions::Asked;
use super::node::{Arg, Bank, Block, Edge, Exit, Home, Native, Node, NodeImm, Val, ValData, Work};
use super::program::{CutFunc, Program};
use crate::isa::{VmOp, immediate_forms};
use rheo_ir::{BlockId, Body, Cfg, Dest, FuncId, Imm, Inst, Op, Purpose, Signature, SrcLoc, Type, Value};
use rustc_hash::FxHashMap;

mod call;
mod inst;
mod pads;

use call::Target;
pub(crate) use call::native_kind;

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
    /// The value is whether this one equals (or differs from, if false) a number of its width.
    tests: Vec<Option<(Val, i64, Type, bool)>>,
    /// The value is the opposite of this boolean.
    inverse: Vec<Option<Val>>,
    nodes: Vec<Node>,
    /// The IR value is the argument of some edge: if of a back edge, its operand should die where it is made.
    goes_round: Vec<bool>,
    /// The IR value is an operand of anything; empty in functions without landing pads.
    read: Vec<bool>,
    /// How the personality routine knows the function's landing pads, if it is asked.
    asked: Option<&'a Asked>,
    /// What of the function is machine code.
    cut: Option<&'a CutFunc>,
    /// Dynamic stack top to put back before returning.
    saved_top: Option<Val>,
}

/// Lowers a function's body. Blocks that `cfg` cannot reach come out empty.
pub(crate) fn lower(program: &Program<'_>, f: FuncId, body: &Body, cfg: &Cfg) -> Work {
    // Narrow parameters of blocks are first taken to have clean upper bits; what they are really given decides.
    let narrow = |v: &Value| body.ty(*v).is_int() && body.ty(*v).bytes() < 8;
    let entry = BlockId(0);
    let joins = cfg.rpo().iter().filter(|&&b| b != entry);
    let params: Vec<Value> = joins.flat_map(|&b| &body.block(b).params).copied().filter(narrow).collect();
    let mut assumed: FxHashMap<Value, u32> = params.iter().map(|&p| (p, 1)).collect();
    for round in 0.. {
        let work = lower_assuming(program, f, body, cfg, &assumed);
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

fn lower_assuming(program: &Program<'_>, f: FuncId, body: &Body, cfg: &Cfg, assumed: &FxHashMap<Value, u32>) -> Work {
    let func = program.module.func(f);
    let vals = body.values.iter().map(|&ty| ValData {
        bank: Bank::of(ty),
        slots: ty.slots(),
        home: Home::None,
        known: 64,
        fixed: false,
    });
    let vals: Vec<ValData> = vals.collect();
    let n = vals.len();
    let empty =
        || Block { params: Vec::new(), nodes: Vec::new(), exit: Exit::Node, exit_loc: SrcLoc::default(), takes: None };
    let mut l = Lowering {
        program,
        body,
        sig: program.module.sig(func.sig),
        work: Work {
            blocks: body.blocks.iter().map(|_| empty()).collect(),
            vals,
            remat: vec![None; n],
            returns_twice: false,
            calls: program.cuts.get(&f).is_some_and(|c| c.cut.calls),
            stack: body.slots.clone(),
            mark: None,
            window_slots: 0,
            natives: Vec::new(),
        },
        rep: (0..n as u32).map(Val).collect(),
        konst: vec![None; n],
        sum: vec![None; n],
        inverse: vec![None; n],
        tests: vec![None; n],
        nodes: Vec::new(),
        goes_round: vec![false; n],
        read: pads::read_values(body),
        asked: program.asked.get(&f),
        cut: program.cuts.get(&f),
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
        self.work.blocks[b.index()].takes = pads::pad_at(&data.insts).map(|pad| self.takes(b, pad));
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
            if self.program.unwinds {
                self.keep_mark(top, loc);
            }
        }
        // The callee owns its copies of structs passed by value; a bytecode caller passes the original's address. A
        // variadic definition takes the address of its argument area instead, and the area holds copies.
        let params = if self.sig.variadic.is_some() { Vec::new() } else { self.sig.params.clone() };
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
        self.tests.push(None);
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

    /// On an edge taken only where `x` is `n`, passes `x` for that number: as likely as not it is there already.
    fn name_known(&self, edge: &mut Edge, x: Val, n: i64, ty: Type) {
        for (p, a) in &mut edge.args {
            let to = self.body.ty(Value(p.0));
            let fits = to.is_int() && width(to) <= width(ty) && self.work.vals[x.index()].bank == Bank::Int;
            // Cleaner upper bits are worth more.
            let clean = self.work.vals[x.index()].known <= self.work.vals[p.index()].known;
            if let Arg::Num(m) = *a
                && fits
                && clean
                && zero_extend(m, to) == zero_extend(n, to)
            {
                *a = Arg::Val(x);
            }
        }
    }

    /// What stands in the place of a region.
    fn native(&mut self, cut: &CutFunc, region: usize, inst: &Inst, cfg: &Cfg) -> Exit {
        let args = inst.args.iter().map(|&v| self.val(v)).collect();
        for &r in &inst.results {
            let ty = self.body.ty(r);
            if is_narrow_int(ty) {
                self.work.vals[r.index()].known = width(ty);
            }
        }
        let res = inst.results.iter().map(|r| Val(r.0)).collect();
        let symbol = self.program.block_symbol(cut.first + region as u32);
        Exit::Native(Native { symbol, region, args, res }, inst.dests.iter().map(|d| self.edge(d, cfg)).collect())
    }

    fn terminator(&mut self, b: BlockId, inst: &Inst, cfg: &Cfg) {
        let loc = inst.loc;
        let exit = match (inst.op, &inst.imm) {
            _ if let Some(cut) = self.cut
                && let Some(&region) = cut.cut.regions.get(&b) =>
            {
                self.native(cut, region, inst, cfg)
            }
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
                if let Some((x, n, ty, equal)) = self.tests[v.index()] {
                    self.name_known(if equal { &mut taken } else { &mut other }, x, n, ty);
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
            (Op::Invoke | Op::InvokeIndirect, _) => self.invoke(inst, cfg),
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
}
