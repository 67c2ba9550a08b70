//! Slots for values: liveness, then colouring in dominance order, which for SSA form needs no interference graph.
//!
//! Owns homes of values and the frame's layout. Copies on edges that colouring could not avoid are `flow`'s.

use super::EmitError;
use super::node::{Exit, Home, Skip, Val, Work};
use rheo_ir::{BlockId, Cfg, StackSlotId};

/// Highest slot number plus one that an instruction can name.
const SLOTS_MAX: u32 = 1 << 16;

/// A frame, decided.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Slots for values.
    pub value_slots: u32,
    /// More slots behind them, for copies that cross.
    pub spare_slots: u32,
    /// Byte offset from `fp` of each static stack slot.
    pub stack: Vec<u64>,
    /// End of the static stack slots, in bytes.
    pub bytes: u64,
    /// Values live into each block, by rising number.
    pub live_in: Vec<Vec<Val>>,
}

impl Frame {
    /// First slot that no value has. Values that only live between two neighbouring nodes share it.
    pub(crate) fn stack_start(&self) -> u32 {
        self.value_slots
    }

    /// Makes room for spare slots behind the values' own.
    pub(crate) fn reserve_spare(&mut self, slots: u32) {
        self.spare_slots = self.spare_slots.max(slots);
    }
}

/// A set of slots.
#[derive(Clone, Debug, Default)]
struct SlotSet(Vec<u64>);

impl SlotSet {
    fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|w| w >> (slot % 64) & 1 != 0)
    }

    fn set(&mut self, slot: u32, slots: u32, on: bool) {
        for s in slot..slot + slots {
            let word = s as usize / 64;
            if word >= self.0.len() {
                self.0.resize(word + 1, 0);
            }
            if on {
                self.0[word] |= 1 << (s % 64);
            } else {
                self.0[word] &= !(1 << (s % 64));
            }
        }
    }

    fn is_free(&self, slot: u32, slots: u32) -> bool {
        (slot..slot + slots).all(|s| !self.has(s))
    }

    /// Lowest `slots` neighbours that are in neither set.
    fn lowest_free(&self, other: &SlotSet, slots: u32) -> u32 {
        let word = |i: usize| self.0.get(i).unwrap_or(&0) | other.0.get(i).unwrap_or(&0);
        let mut s = 0;
        loop {
            let skip = (word(s as usize / 64) >> (s % 64)).trailing_ones();
            if skip > 0 {
                s += skip.min(64 - s % 64);
            } else if slots == 1 || (!self.has(s + 1) && !other.has(s + 1)) {
                return s;
            } else {
                s += 1;
            }
        }
    }
}

/// Values live into each block, by rising number.
pub(super) fn live_in(work: &Work, cfg: &Cfg) -> Vec<Vec<Val>> {
    let n = work.vals.len();
    let mut def = vec![u32::MAX; n];
    // Blocks that use a value they do not define, as (value, block) by value.
    let mut uses: Vec<(Val, u32)> = Vec::new();
    for (b, block) in work.blocks.iter().enumerate() {
        for &p in &block.params {
            def[p.index()] = b as u32;
        }
        for v in block.nodes.iter().flat_map(|n| n.defs()) {
            def[work.whole(v).index()] = b as u32;
        }
    }
    for (b, block) in work.blocks.iter().enumerate() {
        block.exit.defs().iter().for_each(|v| def[v.index()] = b as u32);
    }
    for (b, block) in work.blocks.iter().enumerate() {
        let nodes = block.nodes.iter().filter(|n| n.skip != Skip::ResultUsedFromAcc).flat_map(|n| n.uses());
        for v in nodes.chain(block.exit.uses()).chain(block.exit.edge_uses()) {
            let v = work.whole(v);
            if def[v.index()] != b as u32 && work.vals[v.index()].home == Home::None && work.remat[v.index()].is_none()
            {
                uses.push((v, b as u32));
            }
        }
    }
    uses.sort_unstable();
    uses.dedup();
    let mut sets: Vec<Vec<Val>> = vec![Vec::new(); work.blocks.len()];
    let mut pending = Vec::new();
    for (v, b) in uses {
        pending.push(b);
        while let Some(b) = pending.pop() {
            let set = &mut sets[b as usize];
            // Values come in rising order, so a set that has this one has it last.
            if def[v.index()] == b || set.last() == Some(&v) {
                continue;
            }
            set.push(v);
            pending.extend(cfg.preds(BlockId(b)).iter().filter(|p| cfg.is_reachable(**p)).map(|p| p.0));
        }
    }
    sets
}

/// Lists of values by value, in one allocation.
#[derive(Default)]
struct Partners {
    starts: Vec<u32>,
    items: Vec<Val>,
}

impl Partners {
    fn new(n: usize, pairs: &[(Val, Val)]) -> Partners {
        let mut starts = vec![0u32; n + 1];
        for &(v, _) in pairs {
            starts[v.index() + 1] += 1;
        }
        for i in 0..n {
            starts[i + 1] += starts[i];
        }
        let mut at = starts.clone();
        let mut items = vec![Val::NONE; pairs.len()];
        for &(v, other) in pairs {
            items[at[v.index()] as usize] = other;
            at[v.index()] += 1;
        }
        Partners { starts, items }
    }

    /// The first few.
    fn of(&self, v: Val) -> &[Val] {
        let (from, to) = (self.starts[v.index()] as usize, self.starts[v.index() + 1] as usize);
        &self.items[from..to.min(from + 8)]
    }
}

struct Colouring<'a> {
    work: &'a mut Work,
    cfg: &'a Cfg,
    frame: Frame,
    /// Union-find over values that edges copy into each other.
    group: Vec<u32>,
    /// Slot of the first value coloured of each group.
    wanted: Vec<u32>,
    /// By value, those at the other ends of edges' copies: the parameters that it feeds, a parameter's arguments.
    partners: Partners,
    /// Slots of the parameters of loop headers around, by header.
    reserved: Vec<Option<Box<SlotSet>>>,
    busy: SlotSet,
    /// Last node of the current block that uses a value: its number, or more for the block's end and beyond.
    last: Vec<(u32, u32)>,
}

const NOWHERE: u32 = u32::MAX;

/// Gives every value of `work` a home. `params` are the function's parameters with their sizes, dead ones too.
pub(crate) fn allocate(work: &mut Work, cfg: &Cfg, params: &[(Val, u32)]) -> Result<Frame, EmitError> {
    let n = work.vals.len();
    let live_in = live_in(work, cfg);
    let frame = Frame { value_slots: 0, spare_slots: 0, stack: Vec::new(), bytes: 0, live_in };
    let blocks = work.blocks.len();
    let mut c = Colouring {
        work,
        cfg,
        frame,
        group: (0..n as u32).collect(),
        wanted: vec![NOWHERE; n],
        partners: Partners::default(),
        reserved: vec![None; blocks],
        busy: SlotSet::default(),
        last: vec![(NOWHERE, 0); n],
    };
    c.group_edges();
    let mut slot = 0;
    for &(v, slots) in params {
        c.work.vals[v.index()].home = Home::Slot(slot);
        let g = c.find(v);
        c.wanted[g as usize] = slot;
        slot += slots;
    }
    c.frame.value_slots = slot;
    for &b in cfg.rpo() {
        c.block(b.index());
    }
    let mut frame = c.frame;
    renumber(work, cfg, &mut frame, slot);
    Ok(frame)
}

impl Frame {
    /// Places the static stack slots behind the values', small ones first so that their offsets stay short.
    pub(crate) fn lay_out(&mut self, work: &Work) -> Result<(), EmitError> {
        let mut order: Vec<StackSlotId> = (0..work.stack.len()).map(StackSlotId::new).collect();
        order.sort_by_key(|s| work.stack[s.index()].bytes);
        let mut at = u64::from(self.value_slots + self.spare_slots) * 8;
        self.stack = vec![0; work.stack.len()];
        for s in order {
            let slot = work.stack[s.index()];
            at = at.next_multiple_of(u64::from(slot.align.clamp(1, 16)));
            self.stack[s.index()] = at;
            at += u64::from(slot.bytes);
        }
        self.bytes = at.next_multiple_of(8);
        if self.bytes / 8 + u64::from(work.window_slots) + 4 > u64::from(SLOTS_MAX) {
            return Err(EmitError::FrameTooLarge { bytes: self.bytes });
        }
        Ok(())
    }

    /// The outgoing window, in 16-byte units.
    pub(crate) fn window(&self) -> u32 {
        (self.bytes.div_ceil(16) + 1) as u32
    }
}

impl Colouring<'_> {
    fn find(&mut self, v: Val) -> u32 {
        let mut i = v.0;
        while self.group[i as usize] != i {
            let up = self.group[self.group[i as usize] as usize];
            self.group[i as usize] = up;
            i = up;
        }
        i
    }

    fn group_edges(&mut self) {
        let mut pairs: Vec<(Val, Val)> = Vec::new();
        // Back edges first: theirs are the copies that cost most.
        let mut forward: Vec<(Val, Val)> = Vec::new();
        for (b, block) in self.work.blocks.iter().enumerate() {
            for e in block.exit.edges() {
                let back = self.cfg.dominates(e.to, BlockId(b as u32));
                for &(p, a) in &e.args {
                    let Some(v) = a.val().filter(|v| self.work.remat[v.index()].is_none()) else { continue };
                    if self.work.vals[p.index()].slots == self.work.vals[v.index()].slots {
                        if back { pairs.push((p, v)) } else { forward.push((p, v)) }
                    }
                }
            }
        }
        pairs.append(&mut forward);
        for &(p, v) in &pairs {
            let (a, b) = (self.find(p), self.find(v));
            self.group[a.max(b) as usize] = a.min(b);
        }
        let both: Vec<(Val, Val)> = pairs.iter().flat_map(|&(p, v)| [(p, v), (v, p)]).collect();
        self.partners = Partners::new(self.work.vals.len(), &both);
    }

    fn home_slot(&self, v: Val) -> Option<(u32, u32)> {
        let d = self.work.vals[v.index()];
        match d.home {
            Home::Slot(s) => Some((s, d.slots)),
            _ => None,
        }
    }

    fn block(&mut self, b: usize) {
        let id = b as u32;
        self.busy.0.clear();
        for i in 0..self.frame.live_in[b].len() {
            let v = self.frame.live_in[b][i];
            if let Some((slot, slots)) = self.home_slot(v) {
                self.busy.set(slot, slots, true);
            }
        }
        let nodes = std::mem::take(&mut self.work.blocks[b].nodes);
        let end = nodes.len() as u32;
        for (i, node) in nodes.iter().enumerate() {
            if node.skip != Skip::ResultUsedFromAcc {
                for v in node.uses() {
                    self.last[self.work.whole(v).index()] = (id, i as u32);
                }
            }
        }
        let exit = &self.work.blocks[b].exit;
        exit.uses().into_iter().for_each(|v| self.last[self.work.whole(v).index()] = (id, end));
        exit.edge_uses().into_iter().for_each(|v| self.last[self.work.whole(v).index()] = (id, end + 1));
        for &s in self.cfg.succs(BlockId(id)) {
            for &v in &self.frame.live_in[s.index()] {
                self.last[v.index()] = (id, end + 1);
            }
        }
        let mut reserved = self.reserved_around(b);
        let params = std::mem::take(&mut self.work.blocks[b].params);
        for &p in &params {
            if let Some((slot, slots)) = self.home_slot(p) {
                self.busy.set(slot, slots, true);
            }
        }
        // Those first whose argument's slot is free, before another takes it.
        for pass in 0..2 {
            for &p in &params {
                if self.work.vals[p.index()].home == Home::None && (pass == 1 || self.partner_slot(p).is_some()) {
                    self.colour(p, &[], &reserved);
                }
            }
        }
        if self.cfg.loop_header(BlockId(id)) == Some(BlockId(id)) {
            for &p in &params {
                let (slot, slots) = self.home_slot(p).expect("coloured above");
                reserved.set(slot, slots, true);
            }
            self.reserved[b] = Some(Box::new(reserved.clone()));
        }
        for &p in &params {
            if self.last[p.index()].0 != id {
                self.free(p);
            }
        }
        self.work.blocks[b].params = params;
        for (i, node) in nodes.iter().enumerate() {
            let mut dying = [(NOWHERE, NOWHERE); 4];
            let mut n = 0;
            if node.skip != Skip::ResultUsedFromAcc {
                for v in node.uses() {
                    let v = self.work.whole(v);
                    if self.last[v.index()] == (id, i as u32) {
                        if let Some((slot, _)) = self.home_slot(v).filter(|_| n < dying.len()) {
                            dying[n] = (slot, self.find(v));
                            n += 1;
                        }
                        self.free(v);
                    }
                }
            }
            for v in node.defs() {
                let v = self.work.whole(v);
                if self.work.vals[v.index()].home == Home::None {
                    self.colour(v, &dying[..n], &reserved);
                }
            }
            for v in node.defs() {
                let v = self.work.whole(v);
                if self.last[v.index()].0 != id {
                    self.free(v);
                }
            }
        }
        self.work.blocks[b].nodes = nodes;
        self.native(b, (id, end), &reserved);
    }

    /// Gives what machine code leaves in slots those of what dies there, among others: it takes all before it leaves any.
    fn native(&mut self, b: usize, at: (u32, u32), reserved: &SlotSet) {
        let Exit::Native(native, _) = &self.work.blocks[b].exit else { return };
        let (args, res) = (native.args.clone(), native.res.clone());
        let mut dying = Vec::new();
        for v in args {
            let v = self.work.whole(v);
            if let Some((slot, _)) = self.home_slot(v).filter(|_| self.last[v.index()] == at) {
                dying.push((slot, self.find(v)));
                self.free(v);
            }
        }
        for r in res {
            self.colour(r, &dying, reserved);
        }
    }

    /// Slots that loops around the block carry values in: others keep out of them while they can.
    fn reserved_around(&self, b: usize) -> SlotSet {
        let id = BlockId(b as u32);
        let Some(header) = self.cfg.loop_header(id) else { return SlotSet::default() };
        if header != id {
            return self.reserved[header.index()].as_deref().cloned().unwrap_or_default();
        }
        let outer = self.cfg.idom(id).and_then(|d| self.cfg.loop_header(d));
        outer.and_then(|h| self.reserved[h.index()].as_deref().cloned()).unwrap_or_default()
    }

    fn free(&mut self, v: Val) {
        if self.work.returns_twice {
            return;
        }
        if let Some((slot, slots)) = self.home_slot(v) {
            self.busy.set(slot, slots, false);
        }
    }

    /// A free slot that a partner of `v` has.
    fn partner_slot(&self, v: Val) -> Option<u32> {
        let slots = self.work.vals[v.index()].slots;
        let homes = self.partners.of(v).iter().filter_map(|&p| self.home_slot(p)).map(|h| h.0);
        homes.into_iter().find(|&s| self.busy.is_free(s, slots))
    }

    /// Gives `v` a slot. `dying`: those of values that die where it is made, and their groups.
    fn colour(&mut self, v: Val, dying: &[(u32, u32)], reserved: &SlotSet) {
        let slots = self.work.vals[v.index()].slots;
        let group = self.find(v);
        let wanted = self.wanted[group as usize];
        let free = |s: u32| s != NOWHERE && self.busy.is_free(s, slots);
        let mine = |s: u32| free(s) && !reserved.has(s);
        let slot = if let Some(s) = self.partner_slot(v) {
            s
        } else if let Some(d) = dying.iter().find(|d| d.1 == group && free(d.0)) {
            d.0
        } else if free(wanted) {
            wanted
        } else if let Some(d) = dying.iter().find(|d| mine(d.0)) {
            d.0
        } else {
            let fresh = if self.work.returns_twice { self.frame.value_slots } else { 0 };
            let s = self.busy.lowest_free(reserved, slots).max(fresh);
            // Not worth a larger frame.
            if s + slots > self.frame.value_slots && fresh == 0 {
                self.busy.lowest_free(&SlotSet::default(), slots)
            } else {
                s
            }
        };
        self.busy.set(slot, slots, true);
        self.work.vals[v.index()].home = Home::Slot(slot);
        if wanted == NOWHERE {
            self.wanted[group as usize] = slot;
        }
        self.frame.value_slots = self.frame.value_slots.max(slot + slots);
    }
}

/// Gives the slots behind the parameters' new numbers, so that those named most have the lowest: nibbles reach 16.
fn renumber(work: &mut Work, cfg: &Cfg, frame: &mut Frame, params: u32) {
    let n = frame.value_slots as usize;
    if n <= 16 {
        return;
    }
    let mut weight = vec![0u64; n];
    // The slot and the next belong together.
    let mut joined = vec![false; n];
    let mut mention = |v: Val, by: u64| {
        let d = work.vals[work.whole(v).index()];
        if let Home::Slot(s) = d.home {
            weight[s as usize] += by;
            if d.slots == 2 {
                joined[s as usize] = true;
            }
        }
    };
    for (b, block) in work.blocks.iter().enumerate() {
        let by = 1 + 3 * u64::from(cfg.loop_depth(BlockId(b as u32)).min(2));
        for v in block.nodes.iter().flat_map(|n| n.uses().chain(n.defs())) {
            mention(v, by);
        }
        block.exit.uses().into_iter().chain(block.exit.edge_uses()).for_each(|v| mention(v, by));
        block.exit.defs().iter().for_each(|&v| mention(v, by));
        block.params.iter().for_each(|&v| mention(v, by));
    }
    // Runs of joined slots move as one.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut s = params as usize;
    // A wide parameter's own join is not to be torn, nor one that reaches across the border.
    while s > 0 && s < n && joined[s - 1] {
        s += 1;
    }
    let fixed = s;
    while s < n {
        let mut end = s + 1;
        while end < n && joined[end - 1] {
            end += 1;
        }
        runs.push((s, end - s));
        s = end;
    }
    let density = |r: &(usize, usize)| weight[r.0..r.0 + r.1].iter().sum::<u64>() * 64 / r.1 as u64;
    runs.sort_by_key(|r| (std::cmp::Reverse(density(r)), r.0));
    let mut to: Vec<u32> = (0..n as u32).collect();
    let mut taken = SlotSet::default();
    taken.set(0, fixed as u32, true);
    let mut end = fixed as u32;
    for (from, len) in runs {
        let len = len as u32;
        let mut at = taken.lowest_free(&SlotSet::default(), 1);
        while !taken.is_free(at, len) {
            at += 1;
        }
        taken.set(at, len, true);
        for i in 0..len {
            to[from + i as usize] = at + i;
        }
        end = end.max(at + len);
    }
    for d in &mut work.vals {
        if let Home::Slot(s) = &mut d.home {
            *s = to[*s as usize];
        }
    }
    frame.value_slots = end;
}

/// Whether two homes overlap.
pub(crate) fn overlaps(a: (u32, u32), b: (u32, u32)) -> bool {
    a.0 < b.0 + b.1 && b.0 < a.0 + a.1
}
