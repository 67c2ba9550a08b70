//! What the control flow of a body implies: predecessors, reverse postorder, dominators, loops, liveness.
//!
//! Owns analyses alone, each linear or nearly so; they hold for the body as it was when they were made. Every
//! destination must be a block of the body, and every value one of its table.

use crate::{BlockId, Body, Value};

/// Lists of `T`, one for each index, in one allocation.
#[derive(Debug)]
struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// Groups `items` by their index below `n`, keeping the order within each group.
    fn group(n: usize, items: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut starts = vec![0u32; n + 1];
        for (i, _) in items.clone() {
            starts[i + 1] += 1;
        }
        for i in 0..n {
            starts[i + 1] += starts[i];
        }
        let mut at = starts.clone();
        let mut grouped: Vec<Option<T>> = vec![None; starts[n] as usize];
        for (i, item) in items {
            grouped[at[i] as usize] = Some(item);
            at[i] += 1;
        }
        Lists { starts, items: grouped.into_iter().map(|i| i.expect("counted")).collect() }
    }

    fn of(&self, i: usize) -> &[T] {
        &self.items[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

/// Graph facts of one body. Blocks that control cannot reach have predecessors and successors, but no dominator, no
/// loop, and no place in the order.
#[derive(Debug)]
pub struct Cfg {
    preds: Lists<BlockId>,
    succs: Lists<BlockId>,
    rpo: Vec<BlockId>,
    /// Position in `rpo`; `u32::MAX` if unreachable.
    rpo_index: Vec<u32>,
    /// Immediate dominators; the entry is its own.
    idom: Vec<Option<BlockId>>,
    /// Interval of each block in a walk over the dominator tree: `a` dominates `b` if its interval contains `b`'s.
    interval: Vec<(u32, u32)>,
    /// Header of the innermost loop.
    header: Vec<Option<BlockId>>,
    depth: Vec<u32>,
}

impl Cfg {
    /// Analyses `body`.
    pub fn new(body: &Body) -> Self {
        let n = body.blocks.len();
        let edges = body.blocks.iter().enumerate().flat_map(|(i, block)| {
            let dests = block.insts.last().map_or(&[][..], |inst| &inst.dests);
            dests.iter().map(move |dest| (i, dest.block))
        });
        let succs = Lists::group(n, edges.clone());
        let preds = Lists::group(n, edges.map(|(from, to)| (to.index(), BlockId::new(from))));
        let rpo = reverse_postorder(&succs, n);
        let mut rpo_index = vec![u32::MAX; n];
        for (i, b) in rpo.iter().enumerate() {
            rpo_index[b.index()] = i as u32;
        }
        let mut cfg = Cfg {
            preds,
            succs,
            rpo,
            rpo_index,
            idom: vec![None; n],
            interval: vec![(u32::MAX, 0); n],
            header: vec![None; n],
            depth: vec![0; n],
        };
        cfg.find_dominators();
        cfg.find_loops();
        cfg
    }

    /// Blocks that branch to `b`, in block order; twice if by two destinations.
    pub fn preds(&self, b: BlockId) -> &[BlockId] {
        self.preds.of(b.index())
    }

    /// Blocks that `b` branches to, in the order of its destinations.
    pub fn succs(&self, b: BlockId) -> &[BlockId] {
        self.succs.of(b.index())
    }

    /// The reachable blocks in reverse postorder, the entry first: each after its dominators.
    pub fn rpo(&self) -> &[BlockId] {
        &self.rpo
    }

    /// Position of `b` in [`Cfg::rpo`], if it is reachable.
    pub fn rpo_index(&self, b: BlockId) -> Option<usize> {
        let i = self.rpo_index[b.index()];
        (i != u32::MAX).then_some(i as usize)
    }

    /// Whether control can get from the entry to `b`.
    pub fn is_reachable(&self, b: BlockId) -> bool {
        self.rpo_index[b.index()] != u32::MAX
    }

    /// The immediate dominator; `None` for the entry and for unreachable blocks.
    pub fn idom(&self, b: BlockId) -> Option<BlockId> {
        self.idom[b.index()].filter(|&d| d != b)
    }

    /// Whether every path to `b` leads through `a` (or is `a`). False where either is unreachable.
    pub fn dominates(&self, a: BlockId, b: BlockId) -> bool {
        let ((a_in, a_out), (b_in, b_out)) = (self.interval[a.index()], self.interval[b.index()]);
        a_in != u32::MAX && b_in != u32::MAX && a_in <= b_in && b_out <= a_out
    }

    /// Number of natural loops around `b`. Cycles with two entries count as none.
    pub fn loop_depth(&self, b: BlockId) -> u32 {
        self.depth[b.index()]
    }

    /// Header of the innermost natural loop around `b`; `b` itself if it is one.
    pub fn loop_header(&self, b: BlockId) -> Option<BlockId> {
        self.header[b.index()]
    }

    /// Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001), then intervals of a walk over the tree.
    fn find_dominators(&mut self) {
        let Some(&entry) = self.rpo.first() else { return };
        self.idom[entry.index()] = Some(entry);
        let mut changed = true;
        while changed {
            changed = false;
            for &b in &self.rpo[1..] {
                let done = self.preds.of(b.index()).iter().copied().filter(|p| self.idom[p.index()].is_some());
                let idom = done.reduce(|a, b| self.meet(a, b));
                if self.idom[b.index()] != idom {
                    self.idom[b.index()] = idom;
                    changed = true;
                }
            }
        }
        let tree = self.rpo[1..].iter().map(|&b| (self.idom[b.index()].expect("reachable").index(), b));
        let children = Lists::group(self.idom.len(), tree);
        let mut clock = 0;
        let mut path = vec![(entry, 0)];
        self.interval[entry.index()].0 = clock;
        while let Some((b, next)) = path.last_mut() {
            clock += 1;
            match children.of(b.index()).get(*next) {
                Some(&child) => {
                    *next += 1;
                    self.interval[child.index()].0 = clock;
                    path.push((child, 0));
                }
                None => {
                    self.interval[b.index()].1 = clock;
                    path.pop();
                }
            }
        }
    }

    /// The nearest common dominator.
    fn meet(&self, mut a: BlockId, mut b: BlockId) -> BlockId {
        while a != b {
            if self.rpo_index[a.index()] < self.rpo_index[b.index()] {
                std::mem::swap(&mut a, &mut b);
            }
            a = self.idom[a.index()].expect("already visited");
        }
        a
    }

    /// Finds natural loops, inner ones first; an inner loop found is one node (its header) for the outer ones.
    fn find_loops(&mut self) {
        let n = self.rpo_index.len();
        // Header of the loop directly around the loop headed by a block.
        let mut outer: Vec<Option<BlockId>> = vec![None; n];
        // Outermost loop found so far around a block, compressed as it is followed.
        let mut top: Vec<BlockId> = (0..n).map(BlockId::new).collect();
        let mut work = Vec::new();
        for i in (0..self.rpo.len()).rev() {
            let header = self.rpo[i];
            work.extend(self.preds.of(header.index()).iter().filter(|&&p| self.dominates(header, p)));
            if work.is_empty() {
                continue;
            }
            self.header[header.index()] = Some(header);
            while let Some(b) = work.pop() {
                let node = find(&mut top, b);
                if node == header {
                    continue;
                }
                if self.header[node.index()] == Some(node) {
                    outer[node.index()] = Some(header);
                } else {
                    self.header[node.index()] = Some(header);
                }
                top[node.index()] = header;
                work.extend(self.preds.of(node.index()).iter().filter(|p| self.is_reachable(**p)));
            }
        }
        for &b in &self.rpo {
            let Some(header) = self.header[b.index()] else { continue };
            self.depth[b.index()] = if header == b {
                1 + outer[b.index()].map_or(0, |o| self.depth[o.index()])
            } else {
                self.depth[header.index()]
            };
        }
    }
}

/// Union-find lookup with path halving.
fn find(top: &mut [BlockId], mut b: BlockId) -> BlockId {
    while top[b.index()] != b {
        top[b.index()] = top[top[b.index()].index()];
        b = top[b.index()];
    }
    b
}

fn reverse_postorder(succs: &Lists<BlockId>, n: usize) -> Vec<BlockId> {
    let mut order = Vec::with_capacity(n);
    if n == 0 {
        return order;
    }
    let mut seen = vec![false; n];
    seen[0] = true;
    // Successors are visited last to first, so that the first one follows its block in the result.
    let mut path = vec![(BlockId(0), succs.of(0).len())];
    while let Some((b, left)) = path.last_mut() {
        if *left == 0 {
            order.push(*b);
            path.pop();
            continue;
        }
        *left -= 1;
        let next = succs.of(b.index())[*left];
        if !seen[next.index()] {
            seen[next.index()] = true;
            path.push((next, succs.of(next.index()).len()));
        }
    }
    order.reverse();
    order
}

/// Which values are live between blocks.
///
/// A block's parameters are defined by it and so not live in; destination arguments are used by the branching block
/// and so not live out of it on their account. Sets are sorted lists: their total size is what the analysis costs.
#[derive(Debug)]
pub struct Liveness {
    live_in: Vec<Vec<Value>>,
    live_out: Vec<Vec<Value>>,
}

impl Liveness {
    /// Analyses `body`, whose graph is `cfg`. Boissinot et al.: "Computing Liveness Sets for SSA-Form Programs" (2011),
    /// the variant that walks up from each use.
    pub fn new(body: &Body, cfg: &Cfg) -> Self {
        let n = body.blocks.len();
        let mut def_block = vec![BlockId(u32::MAX); body.values.len()];
        for (i, block) in body.blocks.iter().enumerate() {
            for &v in &block.params {
                def_block[v.index()] = BlockId::new(i);
            }
            for inst in &block.insts {
                for &v in &inst.results {
                    def_block[v.index()] = inst.results_in(BlockId::new(i));
                }
            }
        }
        let used_at = body.blocks.iter().enumerate().flat_map(|(i, block)| {
            let uses =
                block.insts.iter().flat_map(|inst| inst.args.iter().chain(inst.dests.iter().flat_map(|d| &d.args)));
            uses.map(move |&v| (v.index(), BlockId::new(i)))
        });
        let def = &def_block;
        let uses = Lists::group(body.values.len(), used_at.filter(move |&(v, b)| def[v] != b));
        let mut sets = Liveness { live_in: vec![Vec::new(); n], live_out: vec![Vec::new(); n] };
        let mut work = Vec::new();
        for (i, &def) in def_block.iter().enumerate() {
            let v = Value::new(i);
            work.extend_from_slice(uses.of(i));
            while let Some(b) = work.pop() {
                // Values come in rising order, so a set that has this one has it last.
                if b == def || sets.live_in[b.index()].last() == Some(&v) {
                    continue;
                }
                sets.live_in[b.index()].push(v);
                for &p in cfg.preds(b) {
                    if sets.live_out[p.index()].last() != Some(&v) {
                        sets.live_out[p.index()].push(v);
                        work.push(p);
                    }
                }
            }
        }
        sets
    }

    /// Values live on entry to `b`, by rising number; its parameters are not among them.
    pub fn live_in(&self, b: BlockId) -> &[Value] {
        &self.live_in[b.index()]
    }

    /// Values live at the end of `b`: what some successor has live in.
    pub fn live_out(&self, b: BlockId) -> &[Value] {
        &self.live_out[b.index()]
    }

    /// Whether `v` is live on entry to `b`.
    pub fn is_live_in(&self, b: BlockId, v: Value) -> bool {
        self.live_in[b.index()].binary_search(&v).is_ok()
    }

    /// Whether `v` is live at the end of `b`.
    pub fn is_live_out(&self, b: BlockId, v: Value) -> bool {
        self.live_out[b.index()].binary_search(&v).is_ok()
    }
}
