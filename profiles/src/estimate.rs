//! The static estimate of heat: block frequencies from loops and branches, carried along the call graph.
//!
//! Wu and Larus, "Static branch frequency and program profile analysis" (MICRO 1994), with their constants rounded: a
//! loop runs ten times, a branch leaves a loop one time in ten and otherwise goes either way, and a block that ends
//! in a trap is as good as never reached.

use crate::heat::{FuncHeat, Heat};
use rheo_ir::{BlockId, Body, Cfg, FuncId, Imm, Module, Op, SymbolRef};

const ITERATIONS: f64 = 10.0;
const TRAP_WEIGHT: f64 = 0.001;
const COLD_WEIGHT: f64 = 0.01;
/// Rounds in which calls go around within a recursion.
const RECURSION_ROUNDS: usize = 10;
/// Share of a call's frequency that goes around once more, where several functions call each other in a circle.
const RECURSION_DAMPING: f64 = 0.5;
/// Runs of the program that an estimate is of, so that what happens in few of them counts, too.
const RUNS: f64 = 1000.0;
/// Frequencies stop here, far inside the exact range of `f64`.
const FREQUENCY_MAX: f64 = 1e15;

/// Estimates every function's heat. Fractions of an operation count as none.
pub fn estimate(module: &Module) -> Heat {
    let Executed { calls, ops, .. } = executed(module);
    calls
        .iter()
        .zip(&ops)
        .map(|(calls, ops)| {
            let ops = (RUNS * calls * ops).min(FREQUENCY_MAX) as u64;
            FuncHeat { ops, estimated_ops: ops, measured: false }
        })
        .collect()
}

/// Estimates how often each block of each function runs in a thousand runs of the program.
pub fn estimate_runs(module: &Module) -> Vec<Vec<f64>> {
    let Executed { calls, mut frequencies, .. } = executed(module);
    for (calls, blocks) in calls.iter().zip(&mut frequencies) {
        for frequency in blocks {
            *frequency = (*frequency * RUNS * calls).min(FREQUENCY_MAX);
        }
    }
    frequencies
}

/// What a run of the program executes, by function.
struct Executed {
    calls: Vec<f64>,
    /// Operations of a call.
    ops: Vec<f64>,
    /// Executions of each block in a call.
    frequencies: Vec<Vec<f64>>,
}

fn executed(module: &Module) -> Executed {
    let endless = endless(module);
    let mut frequencies = vec![Vec::new(); module.funcs.len()];
    let mut graph = CallGraph::new(module);
    let mut local_ops = vec![0.0; module.funcs.len()];
    for f in module.defined() {
        let func = module.func(f);
        let body = func.body.as_ref().expect("`defined` yields functions with a body");
        let scale = if func.flags.cold { COLD_WEIGHT } else { 1.0 };
        let frequency = block_frequencies(body, &endless);
        for (block, &frequency) in body.blocks.iter().zip(&frequency) {
            local_ops[f.index()] += frequency * block.insts.len() as f64;
            for inst in block.insts.iter() {
                graph.add_inst(f, inst, frequency * scale);
            }
        }
        frequencies[f.index()] = frequency;
    }
    Executed { calls: graph.propagate(), ops: local_ops, frequencies }
}

/// Which functions never return to their caller: those that raise an error or end the program, by whatever they call.
fn endless(module: &Module) -> Vec<bool> {
    let mut endless: Vec<bool> = module.funcs.iter().map(|f| f.flags.noreturn).collect();
    loop {
        let ends = |f: &FuncId| !endless[f.index()] && !returns(module, *f, &endless);
        let found: Vec<FuncId> = module.defined().filter(ends).collect();
        if found.is_empty() {
            return endless;
        }
        for f in found {
            endless[f.index()] = true;
        }
    }
}

/// Whether control gets from the entry to a return, given which functions never return.
fn returns(module: &Module, f: FuncId, endless: &[bool]) -> bool {
    let body = module.func(f).body.as_ref().expect("a defined function");
    let mut seen = vec![false; body.blocks.len()];
    let mut work = vec![BlockId::new(0)];
    while let Some(b) = work.pop() {
        if std::mem::replace(&mut seen[b.index()], true) || stops(body, b, endless) {
            continue;
        }
        let Some(last) = body.block(b).insts.last() else { continue };
        if matches!(last.op, Op::Ret | Op::TailCall | Op::TailCallIndirect) {
            return true;
        }
        work.extend(last.dests.iter().map(|d| d.block));
    }
    false
}

/// Whether control does not get to the end of a block.
fn stops(body: &Body, b: BlockId, endless: &[bool]) -> bool {
    let insts = &body.block(b).insts;
    insts.last().is_some_and(|i| i.op == Op::Trap)
        || insts.iter().any(|i| matches!(i.imm, Imm::Func(f) if i.op.is_call() && endless[f.index()]))
}

/// Executions of each block for one of the entry block.
fn block_frequencies(body: &Body, endless: &[bool]) -> Vec<f64> {
    let cfg = Cfg::new(body);
    let retreats = |from: BlockId, to: BlockId| cfg.rpo_index(to) <= cfg.rpo_index(from);
    let traps = |b: BlockId| stops(body, b, endless);
    let mut frequency = vec![0.0f64; body.blocks.len()];
    if let Some(entry) = cfg.rpo().first() {
        frequency[entry.index()] = 1.0;
    }
    for &b in cfg.rpo() {
        if cfg.preds(b).iter().any(|&p| cfg.is_reachable(p) && retreats(p, b)) {
            frequency[b.index()] *= ITERATIONS;
        }
        let here = frequency[b.index()].min(FREQUENCY_MAX);
        frequency[b.index()] = here;
        let weight = |s: BlockId| match (traps(s), cfg.loop_depth(s) < cfg.loop_depth(b)) {
            (true, _) => TRAP_WEIGHT,
            (false, true) => 1.0 / ITERATIONS,
            (false, false) => 1.0 - 1.0 / ITERATIONS,
        };
        let total: f64 = cfg.succs(b).iter().map(|&s| weight(s)).sum();
        for &s in cfg.succs(b) {
            if !retreats(b, s) {
                frequency[s.index()] += here * weight(s) / total;
            }
        }
    }
    frequency
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
        let is_call = inst.op.is_call();
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
                    // A recursion that ends calls itself less than once a call.
                    let to_itself: f64 = self.edges[m].iter().filter(|e| e.0 == m).map(|e| e.1).sum();
                    for &(callee, frequency) in self.edges[m].iter().filter(|(to, _)| component_of[*to] == c) {
                        let frequency = if callee == m {
                            frequency / to_itself.max(1.0)
                        } else {
                            frequency.min(1.0) * RECURSION_DAMPING
                        };
                        *next.entry(callee).or_insert(0.0) += (n * frequency).min(FREQUENCY_MAX);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ops(text: &str) -> Vec<(String, u64)> {
        let module = rheo_ir::parse_module(text).unwrap_or_else(|e| panic!("{e}"));
        let heat = estimate(&module);
        module.funcs.iter().zip(heat).map(|(f, h)| (f.name.clone(), h.ops)).collect()
    }

    #[test]
    fn loops_and_calls_multiply() {
        let text = "module \"m\"\n
func @leaf(i32) -> i32 internal {
b0(v0: i32):
  ret v0
}
func @never(i32) -> i32 internal {
b0(v0: i32):
  ret v0
}
func @main(i32) -> i32 {
b0(v0: i32):
  jump b1(v0)
b1(v1: i32):
  v2 = call @leaf(v1)
  v3 = trunc.i8 v2
  br_if v3, b1(v2), b2
b2:
  ret v0
}
";
        let near = |n: u64, expected: u64| n.abs_diff(expected) * 10 <= expected;
        let found = ops(text);
        let of = |name: &str| found.iter().find(|(n, _)| n == name).expect("listed").1;
        assert!(near(of("leaf"), 10_000), "{found:?}");
        assert!(near(of("main"), 1000 * (1 + 30 + 1)), "{found:?}");
        assert_eq!(of("never"), 0, "{found:?}");
    }

    #[test]
    fn recursion_and_pointers_end() {
        let text = "module \"m\"\n
global @table 8 align 8 = { at 0: abs64 @callback }
func @callback(i32) -> i32 internal {
b0(v0: i32):
  v1 = call @callback(v0)
  ret v1
}
func @main(ptr, i32) -> i32 {
b0(v0: ptr, v1: i32):
  v2 = call_indirect v0(v1): (i32) -> i32
  v3 = call @main(v0, v2)
  ret v3
}
";
        let found = ops(text);
        assert!(found.iter().all(|(_, n)| (2_000..500_000).contains(n)), "{found:?}");
    }
}
