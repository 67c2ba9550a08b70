//! Blocks in which more values wait than there are registers.
//!
//! The optimiser computes a value right before the first access, call or branch that needs it: a long computation between
//! loads and stores becomes all its loads, then all its arithmetic. Owns another order for such blocks, from the end on: of
//! what may come next the one that leaves the fewest values waiting.

use super::{class, is_pure};
use cranelift_codegen::Context;
use cranelift_codegen::entity::EntityRef as _;
use cranelift_codegen::ir::{Block, Function, Inst, Opcode, Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// Values that may wait before it is worth another order, of integers and of floats and vectors: a few less than there are
/// registers.
const WAITING_MAX: [usize; 2] = [11, 14];
/// Longest block that is put in another order.
const INSTS_MAX: usize = 3000;
/// Most bits of what is live at all blocks' ends.
const LIVE_BITS_MAX: usize = 1 << 30;

/// Puts blocks in another order in which too many values wait.
pub(super) fn relieve(context: &mut Context) {
    let func = &context.func;
    let long = |block: &Block| {
        let count = func.layout.block_insts(*block).take(INSTS_MAX + 1).count();
        (WAITING_MAX[0]..=INSTS_MAX).contains(&count)
    };
    let blocks: Vec<Block> = func.layout.blocks().filter(long).collect();
    if blocks.is_empty() {
        return;
    }
    let Some(live) = Live::of(context) else { return };
    for block in blocks {
        let insts: Vec<Inst> = context.func.layout.block_insts(block).collect();
        let out = live.out(block);
        let before = excess(&context.func, &insts, &out);
        if before == 0 {
            continue;
        }
        let order = ordered(&context.func, &insts, &out);
        if excess(&context.func, &order, &out) < before {
            let last = *insts.last().expect("a block has a terminator");
            for &inst in &order[..order.len() - 1] {
                context.func.layout.remove_inst(inst);
                context.func.layout.insert_inst(inst, last);
            }
        }
    }
}

fn weight(ty: Type) -> usize {
    if ty.bits() == 128 && !ty.is_vector() { 2 } else { 1 }
}

/// Values that need no register of their own.
fn is_free(func: &Function, value: Value) -> bool {
    let inst = func.dfg.value_def(value).inst();
    inst.is_some_and(|inst| {
        matches!(
            func.dfg.insts[inst].opcode(),
            Opcode::Iconst | Opcode::StackAddr | Opcode::SymbolValue | Opcode::FuncAddr
        )
    })
}

/// What is live at the ends of blocks.
struct Live {
    words: usize,
    out: Vec<u64>,
}

impl Live {
    fn of(context: &Context) -> Option<Live> {
        let func = &context.func;
        let (blocks, values) = (func.dfg.num_blocks(), func.dfg.num_values());
        let words = values.div_ceil(64);
        if blocks.saturating_mul(words) > LIVE_BITS_MAX / 64 {
            return None;
        }
        let mut out = vec![0u64; blocks * words];
        let mut into = vec![0u64; blocks * words];
        // Before its end: what is used in a block before it is defined, and what is defined.
        let mut uses = vec![0u64; blocks * words];
        let mut defs = vec![0u64; blocks * words];
        for block in func.layout.blocks() {
            let base = block.index() * words;
            let set = |to: &mut [u64], v: Value| to[base + v.index() / 64] |= 1 << (v.index() % 64);
            for &p in func.dfg.block_params(block) {
                set(&mut defs, p);
            }
            for inst in func.layout.block_insts(block) {
                for v in func.dfg.inst_values(inst) {
                    let v = func.dfg.resolve_aliases(v);
                    if defs[base + v.index() / 64] & 1 << (v.index() % 64) == 0 {
                        set(&mut uses, v);
                    }
                }
                for &v in func.dfg.inst_results(inst) {
                    set(&mut defs, v);
                }
            }
        }
        loop {
            let mut changed = false;
            for &block in context.domtree.cfg_postorder() {
                let base = block.index() * words;
                for succ in func.block_successors(block) {
                    let from = succ.index() * words;
                    for w in 0..words {
                        out[base + w] |= into[from + w];
                    }
                }
                for w in base..base + words {
                    let new = uses[w] | out[w] & !defs[w];
                    changed |= new != into[w];
                    into[w] = new;
                }
            }
            if !changed {
                return Some(Live { words, out });
            }
        }
    }

    fn out(&self, block: Block) -> FxHashSet<Value> {
        let words = &self.out[block.index() * self.words..][..self.words];
        let of_word = |(i, &word): (usize, &u64)| {
            (0..64).filter(move |b| word >> b & 1 != 0).map(move |b| Value::new(64 * i + b))
        };
        words.iter().enumerate().flat_map(of_word).collect()
    }
}

/// What waits, by class.
struct Waiting<'f> {
    func: &'f Function,
    live: FxHashSet<Value>,
    count: [usize; 2],
}

impl<'f> Waiting<'f> {
    fn new(func: &'f Function, out: &FxHashSet<Value>) -> Self {
        let mut w = Waiting { func, live: FxHashSet::default(), count: [0; 2] };
        for &v in out {
            w.add(v);
        }
        w
    }

    fn add(&mut self, v: Value) {
        if !is_free(self.func, v) && self.live.insert(v) {
            let ty = self.func.dfg.value_type(v);
            self.count[class(ty)] += weight(ty);
        }
    }

    /// Goes from behind an instruction to before it.
    fn pass(&mut self, inst: Inst) {
        for &v in self.func.dfg.inst_results(inst) {
            if self.live.remove(&v) {
                let ty = self.func.dfg.value_type(v);
                self.count[class(ty)] -= weight(ty);
            }
        }
        for v in self.func.dfg.inst_values(inst) {
            self.add(self.func.dfg.resolve_aliases(v));
        }
    }

    /// How many more values of a class would wait before `inst` than behind it.
    fn change(&self, inst: Inst) -> isize {
        let dfg = &self.func.dfg;
        let value = |v: Value| {
            let ty = dfg.value_type(v);
            let scarce = self.count[class(ty)] >= WAITING_MAX[class(ty)] / 2;
            weight(ty) as isize * if scarce { 4 } else { 1 }
        };
        let mut change = 0;
        for &v in dfg.inst_results(inst) {
            if self.live.contains(&v) {
                change -= value(v);
            }
        }
        let mut seen: [Option<Value>; 4] = [None; 4];
        for (i, v) in dfg.inst_values(inst).enumerate() {
            let v = dfg.resolve_aliases(v);
            if !self.live.contains(&v) && !is_free(self.func, v) && !seen.contains(&Some(v)) {
                change += value(v);
                seen[i % 4] = Some(v);
            }
        }
        change
    }
}

/// By how much, and for how long, more values wait than there are registers.
fn excess(func: &Function, insts: &[Inst], out: &FxHashSet<Value>) -> usize {
    let mut waiting = Waiting::new(func, out);
    let mut excess = 0;
    for &inst in insts.iter().rev() {
        waiting.pass(inst);
        excess += (0..2).map(|c| waiting.count[c].saturating_sub(WAITING_MAX[c])).sum::<usize>();
    }
    excess
}

/// What an instruction does beside computing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    None,
    Load,
    Store,
    /// Nothing passes it but what has no effect.
    All,
}

fn effect(func: &Function, inst: Inst) -> Effect {
    if is_pure(func, inst) {
        return Effect::None;
    }
    let opcode = func.dfg.insts[inst].opcode();
    let trusted = func.dfg.insts[inst].memflags_data(&func.dfg).is_some_and(|f| f.notrap());
    let plain = trusted && !opcode.is_call() && !opcode.is_terminator() && !opcode.other_side_effects();
    match (opcode.can_load(), opcode.can_store()) {
        (true, false) if plain => Effect::Load,
        (false, true) if plain => Effect::Store,
        _ => Effect::All,
    }
}

/// The block's instructions in another order, the terminator last.
fn ordered(func: &Function, insts: &[Inst], out: &FxHashSet<Value>) -> Vec<Inst> {
    let n = insts.len();
    // What has to come before each, by number; and of each, how many have to come behind it.
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut behind = vec![0usize; n];
    let mut defined: FxHashMap<Value, usize> = FxHashMap::default();
    let (mut last_all, mut last_store, mut loads) = (None, None, Vec::new());
    for (i, &inst) in insts.iter().enumerate() {
        let mut needs: Vec<usize> =
            func.dfg.inst_values(inst).filter_map(|v| defined.get(&func.dfg.resolve_aliases(v)).copied()).collect();
        match effect(func, inst) {
            Effect::None => {}
            Effect::Load => {
                needs.extend(last_all);
                needs.extend(last_store);
                loads.push(i);
            }
            Effect::Store => {
                needs.extend(last_all);
                needs.extend(last_store);
                needs.append(&mut loads);
                last_store = Some(i);
            }
            Effect::All => {
                needs.extend(last_all);
                needs.extend(last_store);
                needs.append(&mut loads);
                last_store = None;
                last_all = Some(i);
            }
        }
        if i == n - 1 {
            needs = (0..i).collect();
        }
        needs.sort_unstable();
        needs.dedup();
        for &need in &needs {
            behind[need] += 1;
        }
        before[i] = needs;
        for &v in func.dfg.inst_results(inst) {
            defined.insert(v, i);
        }
    }
    let mut waiting = Waiting::new(func, out);
    let mut ready = vec![n - 1];
    let mut order = Vec::with_capacity(n);
    while !ready.is_empty() {
        let (at, &i) = (ready.iter().enumerate())
            .min_by_key(|&(_, &i)| (waiting.change(insts[i]), std::cmp::Reverse(i)))
            .expect("not empty");
        ready.swap_remove(at);
        waiting.pass(insts[i]);
        order.push(insts[i]);
        for &need in &before[i] {
            behind[need] -= 1;
            if behind[need] == 0 {
                ready.push(need);
            }
        }
    }
    order.reverse();
    order
}
