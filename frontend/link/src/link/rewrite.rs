//! The linked module, in its own numbering.
//!
//! Owns numbers, names and positions: everything that a module refers to by index is referred to by the program's.

use super::reach::Live;
use super::resolve::{Links, in_module_order};
use super::symbols::{Facts, Node, Symbols};
use rayon::prelude::*;
use rheo_ir::{
    AliasOf, Body, Comdat, FileId, Func, FuncId, Global, GlobalId, Imm, Inst, Module, Op, Param, SigId, SigInterner,
    Signature, SrcLoc, Structor, SymbolRef, Type, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Makes one module of what is live. Bodies and data are moved, not copied.
pub(super) fn rewrite(mut modules: Vec<Module>, symbols: &Symbols, links: &Links, live: &Live) -> Module {
    let mut out = Module { name: modules.first().map(|m| m.name.clone()).unwrap_or_default(), ..Module::default() };
    for (to, from) in [
        (&mut out.triple, modules.iter().map(|m| &m.triple).find(|t| !t.is_empty())),
        (&mut out.data_layout, modules.iter().map(|m| &m.data_layout).find(|t| !t.is_empty())),
    ] {
        *to = from.cloned().unwrap_or_default();
    }
    let files = merge_files(&modules, &mut out);
    out.comdats = merge_comdats(&modules, symbols, links, live);
    out.shims = live.shims.iter().map(|&(m, i)| modules[m].shims[i].clone()).collect();
    out.module_asm = modules.iter().flat_map(|m| &m.module_asm).cloned().collect();

    let order: Vec<Node> =
        in_module_order(&modules, symbols).filter(|&n| links.chosen(n) == n && live.contains(n)).collect();
    let names = unique_names(&modules, symbols, &order, live);
    let mut numbers: Vec<Option<SymbolRef>> = vec![None; symbols.len()];
    let (mut funcs, mut globals) = (0, 0);
    for node in &order {
        numbers[node.index()] = Some(match symbols.home(*node).1 {
            SymbolRef::Func(_) => {
                funcs += 1;
                SymbolRef::Func(FuncId::new(funcs - 1))
            }
            SymbolRef::Global(_) => {
                globals += 1;
                SymbolRef::Global(GlobalId::new(globals - 1))
            }
        });
    }
    for (to, at, list) in [
        (&mut out.ctors, &live.ctors, (|m| &m.ctors) as fn(&Module) -> &Vec<Structor>),
        (&mut out.dtors, &live.dtors, |m| &m.dtors),
    ] {
        for &(m, i) in at {
            let Structor { priority, func } = list(&modules[m])[i];
            let node = links.chosen(symbols.node(m, SymbolRef::Func(func)));
            if let Some(SymbolRef::Func(func)) = numbers[node.index()] {
                to.push(Structor { priority, func });
            }
        }
    }

    // What moves into the program leaves its module first; what stays is read by all threads.
    let mut moved_funcs: Vec<(usize, Func)> = Vec::with_capacity(funcs);
    let mut moved_globals: Vec<(usize, Global)> = Vec::with_capacity(globals);
    for (&node, name) in order.iter().zip(names) {
        match symbols.home(node) {
            (m, SymbolRef::Func(f)) => {
                let f = &mut modules[m].funcs[f.index()];
                let moved =
                    Func { name, comdat: f.comdat.take(), section: f.section.take(), body: f.body.take(), ..*f };
                moved_funcs.push((m, moved));
            }
            (m, SymbolRef::Global(g)) => {
                let g = &mut modules[m].globals[g.index()];
                let moved =
                    Global { name, comdat: g.comdat.take(), section: g.section.take(), data: g.data.take(), ..*g };
                moved_globals.push((m, moved));
            }
        }
    }
    let map = Map { modules: &modules, symbols, links, numbers: &numbers, files: &files };
    moved_globals.par_iter_mut().for_each(|(m, global)| map.global(*m, global));
    let signatures: Vec<Vec<(usize, usize, Signature)>> =
        moved_funcs.par_iter_mut().map(|(m, func)| map.func(*m, func)).collect();

    let mut sigs = SigInterner::default();
    for (m, func) in &mut moved_funcs {
        func.sig = sigs.intern(&mut out, modules[*m].sig(func.sig).clone());
    }
    for ((_, func), uses) in moved_funcs.iter_mut().zip(signatures) {
        let Some(body) = &mut func.body else { continue };
        for (block, inst, sig) in uses {
            body.blocks[block].insts[inst].imm = Imm::Sig(sigs.intern(&mut out, sig));
        }
    }
    out.funcs = moved_funcs.into_iter().map(|(_, f)| f).collect();
    out.globals = moved_globals.into_iter().map(|(_, g)| g).collect();
    out
}

/// All file names, each once, and for each module its files' numbers.
fn merge_files(modules: &[Module], out: &mut Module) -> Vec<Vec<u32>> {
    let mut known: FxHashMap<&str, u32> = FxHashMap::default();
    let number = |name| {
        *known.entry(name).or_insert_with_key(|name: &&str| {
            out.files.push(name.to_string());
            FileId::new(out.files.len() - 1).0
        })
    };
    let mut number = number;
    modules.iter().map(|m| m.files.iter().map(|f| number(f.as_str())).collect()).collect()
}

/// The comdats that live definitions belong to, in order of the modules.
fn merge_comdats(modules: &[Module], symbols: &Symbols, links: &Links, live: &Live) -> Vec<Comdat> {
    let in_use: FxHashSet<&str> = symbols
        .nodes()
        .filter(|&n| links.chosen(n) == n && live.contains(n))
        .filter_map(|n| Facts::of(modules, symbols, n).comdat)
        .collect();
    let mut listed = FxHashSet::default();
    let all = modules.iter().flat_map(|m| &m.comdats);
    all.filter(|c| in_use.contains(c.name.as_str()) && listed.insert(c.name.as_str())).cloned().collect()
}

/// Names in `order`: visible symbols keep theirs, and local ones unless it is taken.
fn unique_names(modules: &[Module], symbols: &Symbols, order: &[Node], live: &Live) -> Vec<String> {
    let facts = |n: &Node| Facts::of(modules, symbols, *n);
    let visible = order.iter().map(facts).filter(|f| !f.linkage.is_local()).map(|f| f.name);
    let shims = live.shims.iter().map(|&(m, i)| modules[m].shims[i].name.as_str());
    let mut taken: FxHashSet<String> = visible.chain(shims).map(str::to_string).collect();
    // The next suffix to try, for names that needed one.
    let mut suffixes: FxHashMap<&str, u32> = FxHashMap::default();
    let mut names = Vec::with_capacity(order.len());
    // A name that some symbol has from the start is not given to another that would have to be renamed anyway.
    let given: FxHashSet<&str> = order.iter().map(|n| facts(n).name).collect();
    for node in order {
        let f = facts(node);
        let mut name = f.name.to_string();
        if f.linkage.is_local() && !taken.insert(name.clone()) {
            let suffix = suffixes.entry(f.name).or_insert(0);
            loop {
                *suffix += 1;
                name = format!("{}.{suffix}", f.name);
                if !given.contains(name.as_str()) && taken.insert(name.clone()) {
                    break;
                }
            }
        }
        names.push(name);
    }
    names
}

/// From a module's numbers to the program's.
struct Map<'a> {
    modules: &'a [Module],
    symbols: &'a Symbols,
    links: &'a Links,
    numbers: &'a [Option<SymbolRef>],
    files: &'a [Vec<u32>],
}

impl Map<'_> {
    /// What a reference means: the program's number, and an offset.
    fn target(&self, module: usize, symbol: SymbolRef) -> (SymbolRef, i64) {
        let (node, offset) = self.links.target(self.symbols.node(module, symbol));
        (self.numbers[node.index()].expect("what is referred to is live"), offset)
    }

    /// The same without following an alias, for references that cannot have an offset or change their kind.
    fn itself(&self, module: usize, symbol: SymbolRef) -> SymbolRef {
        let node = self.links.chosen(self.symbols.node(module, symbol));
        self.numbers[node.index()].expect("what is referred to is live")
    }

    /// A function, not by way of an alias with an offset.
    fn function(&self, module: usize, f: FuncId) -> FuncId {
        if let (SymbolRef::Func(target), 0) = self.target(module, SymbolRef::Func(f)) {
            return target;
        }
        match self.itself(module, SymbolRef::Func(f)) {
            SymbolRef::Func(f) => f,
            SymbolRef::Global(_) => unreachable!("a symbol of both kinds is an error"),
        }
    }

    /// A variable whose address is meant; through an alias if that is what it is called by.
    fn variable(&self, module: usize, g: GlobalId) -> GlobalId {
        if let (SymbolRef::Global(target), 0) = self.target(module, SymbolRef::Global(g)) {
            return target;
        }
        match self.itself(module, SymbolRef::Global(g)) {
            SymbolRef::Global(g) => g,
            SymbolRef::Func(_) => unreachable!("a symbol of both kinds is an error"),
        }
    }

    fn loc(&self, module: usize, loc: SrcLoc) -> SrcLoc {
        match self.files[module].get(loc.file as usize) {
            Some(&file) if loc.line != 0 => SrcLoc { file, ..loc },
            _ => SrcLoc::default(),
        }
    }

    fn alias(&self, module: usize, alias: Option<AliasOf>) -> Option<AliasOf> {
        alias.map(|alias| {
            let (target, offset) = self.target(module, alias.target);
            AliasOf { target, offset: alias.offset.wrapping_add(offset) }
        })
    }

    fn global(&self, module: usize, global: &mut Global) {
        global.alias = self.alias(module, global.alias);
        for reloc in global.data.iter_mut().flat_map(|d| &mut d.relocs) {
            let (target, offset) = self.target(module, reloc.target);
            reloc.target = target;
            reloc.addend = reloc.addend.wrapping_add(offset);
        }
    }

    /// Renumbers all but signatures. Those that instructions carry are returned with their block and instruction.
    fn func(&self, module: usize, func: &mut Func) -> Vec<(usize, usize, Signature)> {
        func.alias = self.alias(module, func.alias);
        func.loc = self.loc(module, func.loc);
        func.personality = func.personality.map(|f| self.function(module, f));
        let mut signatures = Vec::new();
        let Some(body) = &mut func.body else { return signatures };
        for b in 0..body.blocks.len() {
            let mut insts = std::mem::take(&mut body.blocks[b].insts);
            let mut i = 0;
            while i < insts.len() {
                insts[i].loc = self.loc(module, insts[i].loc);
                match insts[i].imm {
                    Imm::Pad(ref mut pad) => pad.types_mut().for_each(|g| *g = self.variable(module, *g)),
                    Imm::Global(g, offset) => {
                        if let (SymbolRef::Global(g), more) = self.target(module, SymbolRef::Global(g)) {
                            insts[i].imm = Imm::Global(g, offset.wrapping_add(more));
                        } else if let SymbolRef::Global(g) = self.itself(module, SymbolRef::Global(g)) {
                            insts[i].imm = Imm::Global(g, offset);
                        }
                    }
                    Imm::Func(f) => {
                        let callee = self.function(module, f);
                        if let Some(declared) = self.mismatch(module, f, body, &insts[i]) {
                            let sig = signature_of_call(declared, body, &insts[i]);
                            let address = self.call_through_address(body, &mut insts[i], callee);
                            insts.insert(i, address);
                            i += 1;
                            signatures.push((b, i, sig));
                        } else {
                            insts[i].imm = Imm::Func(callee);
                        }
                    }
                    Imm::Sig(sig) => signatures.push((b, i, self.modules[module].sig(sig).clone())),
                    _ => {}
                }
                i += 1;
            }
            body.blocks[b].insts = insts;
        }
        signatures
    }

    /// The signature by which `inst` calls `f`, if that is not the one that `f` has in the program.
    fn mismatch(&self, module: usize, f: FuncId, body: &Body, inst: &Inst) -> Option<&Signature> {
        if inst.op == Op::FuncAddr {
            return None;
        }
        let declared = self.modules[module].func(f).sig;
        let (mut node, offset) = self.links.target(self.symbols.node(module, SymbolRef::Func(f)));
        if offset != 0 || !matches!(self.symbols.home(node).1, SymbolRef::Func(_)) {
            node = self.links.chosen(self.symbols.node(module, SymbolRef::Func(f)));
        }
        let (home, SymbolRef::Func(definition)) = self.symbols.home(node) else { return None };
        let defined = self.modules[home].func(definition).sig;
        if home == module && declared == defined {
            return None;
        }
        let declared = self.modules[module].sig(declared);
        let defined = self.modules[home].sig(defined);
        (!same(declared, defined) && !passes_all(declared, defined, body, inst)).then_some(declared)
    }

    /// Makes an indirect call of a direct one; returns the instruction that gives the address.
    fn call_through_address(&self, body: &mut Body, call: &mut Inst, callee: FuncId) -> Inst {
        let address = body.add_value(Type::Ptr);
        call.op = match call.op {
            Op::TailCall => Op::TailCallIndirect,
            Op::Invoke => Op::InvokeIndirect,
            _ => Op::CallIndirect,
        };
        call.imm = Imm::Sig(SigId(0));
        call.args.insert(0, address);
        Inst {
            op: Op::FuncAddr,
            ty: Type::Ptr,
            args: Default::default(),
            imm: Imm::Func(callee),
            results: [address].into_iter().collect(),
            dests: Vec::new(),
            loc: call.loc,
        }
    }
}

/// Whether calls by either signature do the same.
fn same(a: &Signature, b: &Signature) -> bool {
    let same_param = |(a, b): (&Param, &Param)| a.ty.repr() == b.ty.repr() && (a.ext, a.purpose) == (b.ext, b.purpose);
    a.variadic == b.variadic
        && a.params.len() == b.params.len()
        && a.params.iter().zip(&b.params).all(same_param)
        && a.results.len() == b.results.len()
        && a.results.iter().zip(&b.results).all(|(a, b)| a.repr() == b.repr())
}

/// Whether a call of a function declared without a prototype, `f(...)`, passes just what its definition takes.
fn passes_all(declared: &Signature, defined: &Signature, body: &Body, call: &Inst) -> bool {
    let takes = |(p, &v): (&Param, &Value)| *p == Param::new(p.ty) && p.ty.repr() == body.ty(v).repr();
    declared.variadic == Some(0)
        && defined.variadic.is_none()
        && declared.results == defined.results
        && defined.params.len() == call.args.len()
        && defined.params.iter().zip(&call.args).all(takes)
}

/// The signature of one call by a declared signature: with the variable arguments that it passes.
fn signature_of_call(declared: &Signature, body: &Body, call: &Inst) -> Signature {
    let mut sig = declared.clone();
    let extra = call.args.get(sig.params.len()..).unwrap_or_default();
    sig.params.extend(extra.iter().map(|&v| Param::new(body.ty(v))));
    sig
}
