//! All symbols of all modules under one numbering, and what linking asks about each of them.

use super::Definition;
use rheo_ir::{AliasOf, FuncId, GlobalId, Linkage, Module, SymbolRef, Visibility};

/// A function or global of one of the modules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Node(pub(super) u32);

impl Node {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The numbering: all functions, module by module, then all globals.
pub(super) struct Symbols {
    func_start: Vec<u32>,
    global_start: Vec<u32>,
    homes: Vec<(u32, SymbolRef)>,
}

impl Symbols {
    pub(super) fn new(modules: &[Module]) -> Self {
        let mut homes = Vec::new();
        let mut func_start = Vec::with_capacity(modules.len());
        let mut global_start = Vec::with_capacity(modules.len());
        for (m, module) in modules.iter().enumerate() {
            func_start.push(homes.len() as u32);
            homes.extend((0..module.funcs.len()).map(|i| (m as u32, SymbolRef::Func(FuncId::new(i)))));
        }
        for (m, module) in modules.iter().enumerate() {
            global_start.push(homes.len() as u32);
            homes.extend((0..module.globals.len()).map(|i| (m as u32, SymbolRef::Global(GlobalId::new(i)))));
        }
        assert!(u32::try_from(homes.len()).is_ok(), "symbols fit u32");
        Symbols { func_start, global_start, homes }
    }

    pub(super) fn len(&self) -> usize {
        self.homes.len()
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.homes.len() as u32).map(Node)
    }

    /// The node of a module's symbol.
    pub(super) fn node(&self, module: usize, symbol: SymbolRef) -> Node {
        Node(match symbol {
            SymbolRef::Func(f) => self.func_start[module] + f.0,
            SymbolRef::Global(g) => self.global_start[module] + g.0,
        })
    }

    /// Module and symbol of a node.
    pub(super) fn home(&self, node: Node) -> (usize, SymbolRef) {
        let (module, symbol) = self.homes[node.index()];
        (module as usize, symbol)
    }
}

/// What functions and globals have in common.
pub(super) struct Facts<'m> {
    pub(super) name: &'m str,
    pub(super) linkage: Linkage,
    pub(super) visibility: Visibility,
    pub(super) comdat: Option<&'m str>,
    pub(super) alias: Option<AliasOf>,
    pub(super) used: bool,
    /// Has code or data of its own that counts as a definition.
    pub(super) defined: bool,
}

impl<'m> Facts<'m> {
    pub(super) fn of(modules: &'m [Module], symbols: &Symbols, node: Node) -> Self {
        let (m, symbol) = symbols.home(node);
        match symbol {
            SymbolRef::Func(f) => {
                let f = modules[m].func(f);
                Facts {
                    name: &f.name,
                    linkage: f.linkage,
                    visibility: f.visibility,
                    comdat: f.comdat.as_deref(),
                    alias: f.alias,
                    used: f.flags.used,
                    defined: (f.body.is_some() || f.flags.native) && f.linkage != Linkage::AvailableExternally,
                }
            }
            SymbolRef::Global(g) => {
                let g = modules[m].global(g);
                Facts {
                    name: &g.name,
                    linkage: g.linkage,
                    visibility: g.visibility,
                    comdat: g.comdat.as_deref(),
                    alias: g.alias,
                    used: g.used,
                    defined: g.data.is_some() && g.linkage != Linkage::AvailableExternally,
                }
            }
        }
    }

    /// Whether references end here: code, data, or an alias.
    pub(super) fn is_definition(&self) -> bool {
        self.defined || self.alias.is_some()
    }
}

/// Where a symbol stands, for errors.
pub(super) fn definition(modules: &[Module], symbols: &Symbols, node: Node) -> Definition {
    let (m, symbol) = symbols.home(node);
    let module = &modules[m];
    let position = match symbol {
        SymbolRef::Func(f) => module.position(module.func(f).loc),
        SymbolRef::Global(_) => None,
    };
    Definition { module: module.name.clone(), position }
}
