//! The static estimate of heat: block frequencies from loops and branches, carried along the call graph.
//!
//! Wu and Larus, "Static branch frequency and program profile analysis" (MICRO 1994), with their constants rounded: a
//! loop runs ten times, a branch leaves a loop one time in ten and otherwise goes either way, and a block that ends
//! in a trap is as good as never reached.

use crate::heat::{FuncHeat, Heat};
use rheo_ir::{Body, Class, FuncId, Imm, Module, Op, SymbolRef};

const ITERATIONS: f64 = 10.0;
const TRAP_WEIGHT: f64 = 0.001;
const COLD_WEIGHT: f64 = 0.01;
/// Rounds in which calls go around within a recursion.
const RECURSION_ROUNDS: usize = 4;
/// Share of a recursive call's frequency that goes around once more.
const RECURSION_DAMPING: f64 = 0.5;
/// Frequencies stop here, far inside the exact range of `f64`.
const FREQUENCY_MAX: f64 = 1e15;

/// Estimates every function's heat. Fractions of an operation count as none.
pub fn estimate(module: &Module) -> Heat {
    let mut graph = CallGraph::new(module);
    let mut local_ops = vec![0.0; module.funcs.len()];
    for f in module.defined() {
        let func = module.func(f);
        let body = func.body.as_ref().expect("`defined` yields functions with a body");
        let scale = if func.flags.cold { COLD_WEIGHT } else { 1.0 };
        for (block, frequency) in body.blocks.iter().zip(block_frequencies(body)) {
            local_ops[f.index()] += frequency * block.insts.len() as f64;
            for inst in block.insts.iter() {
                graph.add_inst(f, inst, frequency * scale);
            }
        }
    }
    let calls = graph.propagate();
    calls
        .iter()
        .zip(&local_ops)
        .map(|(calls, ops)| {
            let ops = (calls * ops).min(FREQUENCY_MAX) as u64;
            FuncHeat { ops, estimated_ops: ops, measured: false }
        })
        .collect()
}

/// Executions of each block for one of the entry block.
fn block_frequencies(body: &Body) -> Vec<f64> {
    let n = body.blocks.len();
    let successors: Vec<Vec<usize>> = body
        .blocks
        .iter()
        .map(|b| b.insts.last().map_or(Vec::new(), |i| i.dests.iter().map(|d| d.block.index()).collect()))
        .collect();
    let order = reverse_postorder(&successors);
    let mut rank = vec![usize::MAX; n];
    for (i, &b) in order.iter().enumerate() {
        rank[b] = i;
    }
    let retreats = |from: usize, to: usize| rank[to] <= rank[from];
    let depth = loop_depths(&successors, &order, &retreats);

    let traps = |b: usize| body.blocks[b].insts.last().is_some_and(|i| i.op == Op::Trap);
    let mut is_header = vec![false; n];
    for &b in &order {
        for &s in &successors[b] {
            is_header[s] |= retreats(b, s);
        }
    }
    let mut frequency = vec![0.0f64; n];
    if n > 0 {
        frequency[0] = 1.0;
    }
    for &b in &order {
        if is_header[b] {
            frequency[b] *= ITERATIONS;
        }
        frequency[b] = frequency[b].min(FREQUENCY_MAX);
        let weight = |s: usize| match (traps(s), depth[s] < depth[b]) {
            (true, _) => TRAP_WEIGHT,
            (false, true) => 1.0 / ITERATIONS,
            (false, false) => 1.0 - 1.0 / ITERATIONS,
        };
        let total: f64 = successors[b].iter().map(|&s| weight(s)).sum();
        for &s in &successors[b] {
            if !retreats(b, s) {
                frequency[s] += frequency[b] * weight(s) / total;
            }
        }
    }
    frequency
}

/// Blocks reachable from the entry, each before its successors save along retreating edges.
fn reverse_postorder(successors: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::new();
    let mut seen = vec![false; successors.len()];
    let mut stack = Vec::new();
    if !seen.is_empty() {
        seen[0] = true;
        stack.push((0, 0));
    }
    while let Some((b, next)) = stack.pop() {
        match successors[b].get(next) {
            Some(&s) => {
                stack.push((b, next + 1));
                if !seen[s] {
                    seen[s] = true;
                    stack.push((s, 0));
                }
            }
            None => order.push(b),
        }
    }
    order.reverse();
    order
}

/// Number of loops around each block. A loop is a target of retreating edges with all that reaches them.
fn loop_depths(successors: &[Vec<usize>], order: &[usize], retreats: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut predecessors = vec![Vec::new(); successors.len()];
    let mut latches = vec![Vec::new(); successors.len()];
    for &b in order {
        for &s in &successors[b] {
            predecessors[s].push(b);
            if retreats(b, s) {
                latches[s].push(b);
            }
        }
    }
    let mut depth = vec![0; successors.len()];
    let mut member_of = vec![usize::MAX; successors.len()];
    for &header in order.iter().filter(|&&b| !latches[b].is_empty()) {
        member_of[header] = header;
        depth[header] += 1;
        let mut work = latches[header].clone();
        while let Some(b) = work.pop() {
            if member_of[b] != header {
                member_of[b] = header;
                depth[b] += 1;
                work.extend(&predecessors[b]);
            }
        }
    }
    depth
}

/// Who calls whom how often in one call of the caller. Nodes are the functions, then the signatures: an indirect call
/// goes to its signature's node and from there in equal parts to the functions of that signature whose address is taken.
struct CallGraph {
    functions: usize,
    edges: Vec<Vec<(usize, f64)>>,
    external: Vec<f64>,
    address_taken: Vec<bool>,
    signature_of: Vec<usize>,
}

impl CallGraph {
    fn new(module: &Module) -> CallGraph {
        let functions = module.funcs.len();
        let mut external = vec![0.0; functions + module.sigs.len()];
        let mut address_taken = vec![false; functions];
        let relocs = module.globals.iter().filter_map(|g| g.data.as_ref()).flat_map(|d| &d.relocs);
        for reloc in relocs {
            if let SymbolRef::Func(f) = reloc.target {
                address_taken[f.index()] = true;
            }
        }
        for s in module.ctors.iter().chain(&module.dtors) {
            external[s.func.index()] += 1.0;
        }
        let main = module.defined().find(|&f| module.func(f).name == "main");
        let roots = main
            .map_or_else(|| module.defined().filter(|&f| !module.func(f).linkage.is_local()).collect(), |m| vec![m]);
        for f in roots {
            external[f.index()] += 1.0;
        }
        CallGraph {
            functions,
            edges: vec![Vec::new(); functions + module.sigs.len()],
            external,
            address_taken,
            signature_of: module.funcs.iter().map(|f| f.sig.index()).collect(),
        }
    }

    fn add_inst(&mut self, caller: FuncId, inst: &rheo_ir::Inst, frequency: f64) {
        let is_call = inst.op.info().class == Class::Call || matches!(inst.op, Op::TailCall | Op::TailCallIndirect);
        match inst.imm {
            Imm::Func(callee) if is_call => self.edges[caller.index()].push((callee.index(), frequency)),
            Imm::Sig(sig) if is_call => self.edges[caller.index()].push((self.functions + sig.index(), frequency)),
            Imm::Func(f) => self.address_taken[f.index()] = true,
            _ => {}
        }
    }

    /// Calls of each function in a run of the program.
    fn propagate(mut self) -> Vec<f64> {
        let taken = |f: &usize| self.address_taken[*f];
        let mut candidates = vec![Vec::new(); self.edges.len() - self.functions];
        for f in (0..self.functions).filter(taken) {
            candidates[self.signature_of[f]].push(f);
        }
        for (sig, functions) in candidates.into_iter().enumerate() {
            let share = 1.0 / functions.len() as f64;
            self.edges[self.functions + sig] = functions.into_iter().map(|f| (f, share)).collect();
        }
        // Native code may call back whatever has an address.
        for f in 0..self.functions {
            if self.address_taken[f] {
                self.external[f] += COLD_WEIGHT;
            }
        }
        let components = components(&self.edges);
        let mut component_of = vec![0; self.edges.len()];
        for (c, members) in components.iter().enumerate() {
            for &m in members {
                component_of[m] = c;
            }
        }
        let mut calls = self.external;
        // Callees come first in Tarjan's order.
        for (c, members) in components.iter().enumerate().rev() {
            let mut wave: Vec<(usize, f64)> = members.iter().map(|&m| (m, calls[m])).collect();
            for _ in 0..RECURSION_ROUNDS {
                let mut next = std::collections::BTreeMap::new();
                for &(m, n) in &wave {
                    for &(callee, frequency) in self.edges[m].iter().filter(|(to, _)| component_of[*to] == c) {
                        *next.entry(callee).or_insert(0.0) += (n * frequency * RECURSION_DAMPING).min(FREQUENCY_MAX);
                    }
                }
                if next.is_empty() {
                    break;
                }
                wave = next.into_iter().collect();
                for &(m, n) in &wave {
                    calls[m] = (calls[m] + n).min(FREQUENCY_MAX);
                }
            }
            for &m in members {
                for &(callee, frequency) in self.edges[m].iter().filter(|(to, _)| component_of[*to] != c) {
                    calls[callee] = (calls[callee] + calls[m] * frequency).min(FREQUENCY_MAX);
                }
            }
        }
        calls.truncate(self.functions);
        calls
    }
}

/// Strongly connected components, each after those it leads to (Tarjan 1972, without recursion).
fn components(edges: &[Vec<(usize, f64)>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let n = edges.len();
    let (mut index, mut low) = (vec![UNSEEN; n], vec![0; n]);
    let mut on_stack = vec![false; n];
    let (mut stack, mut found) = (Vec::new(), Vec::new());
    let mut counter = 0;
    for root in 0..n {
        if index[root] != UNSEEN {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((v, next)) = work.pop() {
            if next == 0 {
                (index[v], low[v]) = (counter, counter);
                counter += 1;
                stack.push(v);
                on_stack[v] = true;
            } else {
                let child = edges[v][next - 1].0;
                if on_stack[child] {
                    low[v] = low[v].min(low[child]);
                }
            }
            if let Some(&(to, _)) = edges[v].get(next) {
                work.push((v, next + 1));
                if index[to] == UNSEEN {
                    work.push((to, 0));
                } else if on_stack[to] {
                    low[v] = low[v].min(index[to]);
                }
                continue;
            }
            if low[v] == index[v] {
                let at = stack.iter().rposition(|&x| x == v).expect("a component's root is on the stack");
                let members = stack.split_off(at);
                for &m in &members {
                    on_stack[m] = false;
                }
                found.push(members);
            }
        }
    }
    found
}
