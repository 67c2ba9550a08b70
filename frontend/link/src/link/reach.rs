//! What is reachable from the roots.

use super::Roots;
use super::resolve::{Links, in_module_order};
use super::symbols::{Facts, Node, Symbols};
use rheo_ir::{Imm, Linkage, Module, SymbolRef};
use rustc_hash::FxHashMap;

/// What the linked module consists of.
pub(super) struct Live {
    /// Chosen nodes that stay, by node.
    nodes: Vec<bool>,
    /// Constructors and destructors that stay: module, and index in its list.
    pub(super) ctors: Vec<(usize, usize)>,
    pub(super) dtors: Vec<(usize, usize)>,
    /// Shims that stay, likewise, each name once.
    pub(super) shims: Vec<(usize, usize)>,
}

impl Live {
    pub(super) fn contains(&self, node: Node) -> bool {
        self.nodes[node.index()]
    }
}

/// Marks what the roots lead to. `dropped` are definitions that went with their comdat, and whose constructors went too.
pub(super) fn reach(modules: &[Module], symbols: &Symbols, links: &Links, dropped: &[bool], roots: Roots) -> Live {
    let mut mark = Mark::new(modules, symbols, links);
    let facts = |n: Node| Facts::of(modules, symbols, n);
    let is_main = |n: Node| {
        let f = facts(n);
        f.name == "main" && f.is_definition() && !f.linkage.is_local()
    };
    let executable = roots == Roots::Executable && symbols.nodes().any(is_main);
    for node in in_module_order(modules, symbols).filter(|&n| links.chosen(n) == n) {
        let f = facts(node);
        let visible = match f.linkage {
            Linkage::External | Linkage::Weak | Linkage::WeakOdr | Linkage::Common => f.is_definition(),
            _ => false,
        };
        let is_root = f.used || if executable { is_main(node) } else { visible };
        if is_root && !dropped[node.index()] {
            mark.add(node);
        }
    }
    let structors = |list: fn(&Module) -> &[rheo_ir::Structor]| {
        let all = modules.iter().enumerate().flat_map(|(m, module)| list(module).iter().map(move |s| (m, s)));
        let kept = all
            .zip(indices(modules, list))
            .filter(|((m, s), _)| !dropped[symbols.node(*m, SymbolRef::Func(s.func)).index()]);
        let mut kept: Vec<_> =
            kept.map(|((m, s), at)| (s.priority, symbols.node(m, SymbolRef::Func(s.func)), at)).collect();
        kept.sort_by_key(|&(priority, ..)| priority);
        kept
    };
    let (ctors, dtors) = (structors(|m| &m.ctors), structors(|m| &m.dtors));
    for &(_, node, _) in ctors.iter().chain(&dtors) {
        mark.add(links.chosen(node));
    }
    for asm in modules.iter().flat_map(|m| &m.module_asm) {
        mark.text(asm);
    }
    mark.run();
    let Mark { mut nodes, shims, .. } = mark;
    // A local alias whose every reference means its target is no symbol that anyone could ask for.
    for node in symbols.nodes() {
        let f = facts(node);
        let (target, offset) = links.target(node);
        let replaced = match (symbols.home(node).1, symbols.home(target).1) {
            (SymbolRef::Func(_), SymbolRef::Func(_)) => offset == 0,
            (SymbolRef::Global(_), SymbolRef::Global(_)) => true,
            _ => false,
        };
        if f.alias.is_some() && f.linkage.is_local() && !f.used && replaced {
            nodes[node.index()] = false;
        }
    }
    let list = |kept: Vec<(u32, Node, (usize, usize))>| kept.into_iter().map(|(.., at)| at).collect();
    let mut shims: Vec<(usize, usize)> = shims.into_values().filter(|s| s.live).map(|s| s.at).collect();
    shims.sort_unstable();
    Live { nodes, ctors: list(ctors), dtors: list(dtors), shims }
}

/// Module and index of each entry of one of the modules' lists.
fn indices<T: 'static>(modules: &[Module], list: fn(&Module) -> &[T]) -> impl Iterator<Item = (usize, usize)> {
    modules.iter().enumerate().flat_map(move |(m, module)| (0..list(module).len()).map(move |i| (m, i)))
}

struct Shim {
    at: (usize, usize),
    live: bool,
    /// It is a function of the program's, unless the program has another.
    definition: bool,
}

/// Marking under way.
struct Mark<'m> {
    modules: &'m [Module],
    symbols: &'m Symbols,
    links: &'m Links,
    nodes: Vec<bool>,
    work: Vec<Node>,
    /// The first shim of each name.
    shims: FxHashMap<&'m str, Shim>,
    /// Visible symbols by name, made when native text is first looked at.
    names: Option<FxHashMap<&'m str, Node>>,
}

impl<'m> Mark<'m> {
    fn new(modules: &'m [Module], symbols: &'m Symbols, links: &'m Links) -> Self {
        let mut shims = FxHashMap::default();
        for (m, i) in indices(modules, |m| &m.shims) {
            let shim = Shim { at: (m, i), live: false, definition: false };
            shims.entry(modules[m].shims[i].name.as_str()).or_insert(shim);
        }
        for f in modules.iter().flat_map(|m| &m.funcs).filter(|f| f.flags.native) {
            shims.entry(f.name.as_str()).and_modify(|shim| shim.definition = true);
        }
        Mark { modules, symbols, links, nodes: vec![false; symbols.len()], work: Vec::new(), shims, names: None }
    }

    /// Adds a chosen node.
    fn add(&mut self, node: Node) {
        let live = &mut self.nodes[node.index()];
        if !*live {
            *live = true;
            self.work.push(node);
        }
    }

    fn refer(&mut self, module: usize, symbol: SymbolRef) {
        self.add(self.links.chosen(self.symbols.node(module, symbol)));
    }

    fn run(&mut self) {
        while let Some(node) = self.work.pop() {
            let (m, symbol) = self.symbols.home(node);
            let module = &self.modules[m];
            match symbol {
                SymbolRef::Func(f) => {
                    let f = module.func(f);
                    if let Some(alias) = f.alias {
                        self.refer(m, alias.target);
                    }
                    if let Some(personality) = f.personality {
                        self.refer(m, SymbolRef::Func(personality));
                    }
                    for inst in f.body.iter().flat_map(|b| &b.blocks).flat_map(|b| &b.insts) {
                        match inst.imm {
                            Imm::Func(f) => self.refer(m, SymbolRef::Func(f)),
                            Imm::Global(g, _) => self.refer(m, SymbolRef::Global(g)),
                            Imm::Pad(ref pad) => pad.types().for_each(|g| self.refer(m, SymbolRef::Global(g))),
                            _ => {}
                        }
                    }
                    if f.flags.native {
                        self.definition(m, &f.name);
                    } else if f.body.is_none() {
                        self.shim(&f.name);
                    }
                }
                SymbolRef::Global(g) => {
                    let g = module.global(g);
                    if let Some(alias) = g.alias {
                        self.refer(m, alias.target);
                    }
                    for reloc in g.data.iter().flat_map(|d| &d.relocs) {
                        self.refer(m, reloc.target);
                    }
                }
            }
        }
    }

    /// The shim that defines a native function of this module.
    fn definition(&mut self, module: usize, name: &'m str) {
        let Some(i) = self.modules[module].shims.iter().position(|s| s.name == name) else { return };
        self.shims.insert(name, Shim { at: (module, i), live: false, definition: true });
        self.shim_text(name);
    }

    /// A declaration may be of a shim that no function of the program is defined by.
    fn shim(&mut self, name: &str) {
        if self.shims.get(name).is_some_and(|shim| !shim.definition) {
            self.shim_text(name);
        }
    }

    /// A shim refers to whatever its text names.
    fn shim_text(&mut self, name: &str) {
        if let Some(shim) = self.shims.get_mut(name)
            && !shim.live
        {
            shim.live = true;
            let (m, i) = shim.at;
            self.text(&self.modules[m].shims[i].llvm);
        }
    }

    /// Adds every visible symbol whose name is a word of some native text. A word may be no reference; then something is
    /// kept in vain.
    fn text(&mut self, text: &str) {
        let (modules, symbols, links) = (self.modules, self.symbols, self.links);
        let names = self.names.get_or_insert_with(|| {
            let visible =
                symbols.nodes().filter(|&n| links.chosen(n) == n).map(|n| (Facts::of(modules, symbols, n), n));
            visible.filter(|(f, _)| f.is_definition() && !f.linkage.is_local()).map(|(f, n)| (f.name, n)).collect()
        });
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
        let found: Vec<Node> = text.split(|c| !is_part(c)).filter_map(|word| names.get(word).copied()).collect();
        found.into_iter().for_each(|n| self.add(n));
    }
}
