//! Which definition each symbol has in the end.

use super::Problem;
use super::symbols::{Facts, Node, Symbols, definition};
use rheo_ir::{Linkage, Module, SymbolRef, Visibility};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

/// The outcome, by node.
pub(super) struct Links {
    /// The node that stands for all of the same symbol: its definition, or its first declaration.
    chosen: Vec<Node>,
    /// For a chosen node that is an alias: what it leads to in the end, and the offset from there.
    aliases: FxHashMap<Node, (Node, i64)>,
}

impl Links {
    /// The node that stands for `node`.
    pub(super) fn chosen(&self, node: Node) -> Node {
        self.chosen[node.index()]
    }

    /// What a reference to `node` means: a node that is no alias, and an offset from it.
    pub(super) fn target(&self, node: Node) -> (Node, i64) {
        let chosen = self.chosen(node);
        self.aliases.get(&chosen).copied().unwrap_or((chosen, 0))
    }
}

/// How a candidate fares against others of its name; the first among the highest is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    WeakReference,
    Reference,
    /// Weaker than `Weak` only in that it may be dropped when unused.
    LinkOnce,
    Weak,
    Common,
    Strong,
}

fn rank(facts: &Facts<'_>, dropped: bool) -> Rank {
    let defined = facts.is_definition() && !dropped;
    match facts.linkage {
        Linkage::ExternWeak => Rank::WeakReference,
        _ if !defined => Rank::Reference,
        Linkage::AvailableExternally => Rank::Reference,
        Linkage::LinkOnce | Linkage::LinkOnceOdr => Rank::LinkOnce,
        Linkage::Weak | Linkage::WeakOdr => Rank::Weak,
        Linkage::Common => Rank::Common,
        Linkage::External | Linkage::Internal | Linkage::Private => Rank::Strong,
    }
}

/// Resolves all symbols against each other, and gives each chosen one what the others of its name contribute.
pub(super) fn resolve(
    modules: &mut [Module],
    symbols: &Symbols,
    dropped: &[bool],
    problems: &mut Vec<Problem>,
) -> Links {
    let mut chosen: Vec<Node> = symbols.nodes().collect();
    let mut groups: Vec<SmallVec<[Node; 2]>> = Vec::new();
    {
        let mut by_name: FxHashMap<&str, usize> = FxHashMap::default();
        for node in in_module_order(modules, symbols) {
            let facts = Facts::of(modules, symbols, node);
            if facts.linkage.is_local() {
                continue;
            }
            match by_name.entry(facts.name) {
                std::collections::hash_map::Entry::Occupied(entry) => groups[*entry.get()].push(node),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(groups.len());
                    groups.push(smallvec![node]);
                }
            }
        }
    }
    for group in &groups {
        let best = choose(modules, symbols, dropped, group, problems);
        group.iter().for_each(|n| chosen[n.index()] = best);
        merge(modules, symbols, group, best);
        if dropped[best.index()] {
            undefine(modules, symbols, best);
        }
    }
    let mut links = Links { chosen, aliases: FxHashMap::default() };
    follow_aliases(modules, symbols, &mut links, problems);
    links
}

/// Nodes module by module: the order of input.
pub(super) fn in_module_order<'a>(modules: &'a [Module], symbols: &'a Symbols) -> impl Iterator<Item = Node> + 'a {
    modules.iter().enumerate().flat_map(move |(m, module)| {
        let funcs = (0..module.funcs.len()).map(|i| SymbolRef::Func(rheo_ir::FuncId::new(i)));
        let globals = (0..module.globals.len()).map(|i| SymbolRef::Global(rheo_ir::GlobalId::new(i)));
        globals.chain(funcs).map(move |s| symbols.node(m, s))
    })
}

fn choose(
    modules: &[Module],
    symbols: &Symbols,
    dropped: &[bool],
    group: &[Node],
    problems: &mut Vec<Problem>,
) -> Node {
    let facts = |n: Node| Facts::of(modules, symbols, n);
    let rank = |n: Node| rank(&facts(n), dropped[n.index()]);
    let mut best = group[0];
    for &node in &group[1..] {
        if rank(node) > rank(best) {
            best = node;
        } else if rank(node) == Rank::Strong {
            problems.push(Problem::Duplicate {
                symbol: facts(best).name.to_string(),
                first: definition(modules, symbols, best),
                second: definition(modules, symbols, node),
            });
        }
    }
    let at = |find: &dyn Fn(SymbolRef) -> bool| group.iter().copied().find(|&n| find(symbols.home(n).1));
    let is_func = |s: SymbolRef| matches!(s, SymbolRef::Func(_));
    if let (Some(func), Some(data)) = (at(&is_func), at(&|s| !is_func(s))) {
        problems.push(Problem::Kind {
            symbol: facts(best).name.to_string(),
            func: definition(modules, symbols, func),
            data: definition(modules, symbols, data),
        });
        return best;
    }
    let is_tls = |n: Node| match symbols.home(n) {
        (m, SymbolRef::Global(g)) => modules[m].global(g).tls,
        _ => false,
    };
    if let Some(&other) = group.iter().find(|&&n| is_tls(n) != is_tls(best)) {
        let (tls, plain) = if is_tls(best) { (best, other) } else { (other, best) };
        problems.push(Problem::ThreadLocal {
            symbol: facts(best).name.to_string(),
            tls: definition(modules, symbols, tls),
            plain: definition(modules, symbols, plain),
        });
    }
    best
}

/// What the others of a name add to the one that was chosen: the strictest visibility, being used, the largest size and
/// alignment of common data, and whether a function may return twice or never.
fn merge(modules: &mut [Module], symbols: &Symbols, group: &[Node], best: Node) {
    let strictness = |v: Visibility| match v {
        Visibility::Default => 0,
        Visibility::Protected => 1,
        Visibility::Hidden => 2,
    };
    let facts = |n: &Node| Facts::of(modules, symbols, *n);
    let visibility = group.iter().map(|n| facts(n).visibility).max_by_key(|&v| strictness(v)).unwrap_or_default();
    let used = group.iter().any(|n| facts(n).used);
    let defined = facts(&best).is_definition();
    let (home, symbol) = symbols.home(best);
    match symbol {
        SymbolRef::Func(f) => {
            let others = || {
                group.iter().filter_map(|&n| match symbols.home(n) {
                    (m, SymbolRef::Func(f)) => Some(modules[m].func(f)),
                    _ => None,
                })
            };
            let returns_twice = others().any(|f| f.flags.returns_twice);
            let noreturn =
                if defined { modules[home].func(f).flags.noreturn } else { others().all(|f| f.flags.noreturn) };
            let func = &mut modules[home].funcs[f.index()];
            func.visibility = visibility;
            func.flags.used = used;
            func.flags.returns_twice = returns_twice;
            func.flags.noreturn = noreturn;
        }
        SymbolRef::Global(g) => {
            let mut bytes = modules[home].global(g).bytes;
            let mut align = modules[home].global(g).align;
            if modules[home].global(g).linkage == Linkage::Common {
                for &n in group {
                    let (m, SymbolRef::Global(other)) = symbols.home(n) else { continue };
                    let other = modules[m].global(other);
                    if other.linkage == Linkage::Common {
                        bytes = bytes.max(other.bytes);
                        align = align.max(other.align);
                    }
                }
            }
            let global = &mut modules[home].globals[g.index()];
            global.visibility = visibility;
            global.used = used;
            global.bytes = bytes;
            global.align = align;
        }
    }
}

/// Makes a declaration of a definition that went with its comdat, where nothing else defines the symbol.
fn undefine(modules: &mut [Module], symbols: &Symbols, node: Node) {
    match symbols.home(node) {
        (m, SymbolRef::Func(f)) => {
            let f = &mut modules[m].funcs[f.index()];
            (f.body, f.alias, f.comdat, f.linkage) = (None, None, None, Linkage::External);
            (f.flags.variadic_definition, f.flags.native) = (false, false);
        }
        (m, SymbolRef::Global(g)) => {
            let g = &mut modules[m].globals[g.index()];
            (g.data, g.alias, g.comdat, g.linkage) = (None, None, None, Linkage::External);
        }
    }
}

/// Follows each alias to what it leads to.
fn follow_aliases(modules: &[Module], symbols: &Symbols, links: &mut Links, problems: &mut Vec<Problem>) {
    for node in in_module_order(modules, symbols) {
        let Some(first) = Facts::of(modules, symbols, node).alias else { continue };
        if links.chosen(node) != node {
            continue;
        }
        let mut offset = first.offset;
        let mut at = links.chosen(symbols.node(symbols.home(node).0, first.target));
        let mut steps = 0;
        while let Some(next) = Facts::of(modules, symbols, at).alias
            && steps < symbols.len()
        {
            offset = offset.wrapping_add(next.offset);
            at = links.chosen(symbols.node(symbols.home(at).0, next.target));
            steps += 1;
        }
        let end = Facts::of(modules, symbols, at);
        let alias = Facts::of(modules, symbols, node).name.to_string();
        if end.alias.is_some() {
            problems.push(Problem::AliasCycle { alias, definition: definition(modules, symbols, node) });
        } else if !end.defined {
            let target = end.name.to_string();
            let definition = definition(modules, symbols, node);
            problems.push(Problem::AliasOfUndefined { alias, definition, target });
        }
        links.aliases.insert(node, (at, offset));
    }
}
