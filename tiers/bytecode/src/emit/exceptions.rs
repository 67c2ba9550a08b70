//! Which functions' exceptions the runtime knows how to handle by itself, and which it asks a personality routine about.
//!
//! Owns the decision, and the numbers by which such a routine knows landing pads and types. They are those of the tables
//! that the program object has for it, which list the pads and their types in the order of the body.

use rheo_ir::{BlockId, Clause, FuncId, GlobalId, Imm, Module, Pad};

/// The C++ personality routine: the runtime knows what it does, but for exception specifications.
const CXX: &str = "__gxx_personality_v0";
/// Routines that do no more for a clean-up than to run it.
const PLAIN_CLEANUPS: [&str; 3] = [CXX, "__gcc_personality_v0", "rust_eh_personality"];

/// A function whose personality routine is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub func: FuncId,
    pub personality: FuncId,
    pads: Vec<BlockId>,
    types: Vec<Option<GlobalId>>,
}

impl Asked {
    pub fn of(module: &Module, f: FuncId) -> Option<Asked> {
        let personality = asked(module, f)?;
        let pads = pads(module, f).map(|(block, _)| block).collect();
        let mut types = Vec::new();
        for ty in pads_types(module, f) {
            if !types.contains(&ty) {
                types.push(ty);
            }
        }
        Some(Asked { func: f, personality, pads, types })
    }

    /// The number of a type; one that no pad names has a number that never comes.
    pub fn selector(&self, ty: Option<GlobalId>) -> u32 {
        self.types.iter().position(|t| *t == ty).unwrap_or(self.types.len()) as u32 + 1
    }

    /// The call of the stand-in that leads to this pad.
    pub fn call(&self, pad: BlockId) -> u32 {
        self.pads.iter().position(|b| *b == pad).expect("all pads are listed") as u32
    }
}

/// The routine to be asked about the exceptions of `f`, if any is.
fn asked(module: &Module, f: FuncId) -> Option<FuncId> {
    let personality = module.func(f).personality?;
    let name = module.func(personality).name.as_str();
    let knows = |pad: &Pad| match name {
        CXX => pad.clauses.iter().all(|c| matches!(c, Clause::Catch(_))),
        _ => pad.clauses.is_empty() && PLAIN_CLEANUPS.contains(&name),
    };
    (!pads(module, f).all(|(_, pad)| knows(pad))).then_some(personality)
}

fn pads(module: &Module, f: FuncId) -> impl Iterator<Item = (BlockId, &Pad)> {
    let blocks = module.func(f).body.iter().flat_map(|b| &b.blocks).enumerate();
    blocks.filter_map(|(i, block)| match block.insts.first().map(|inst| &inst.imm) {
        Some(Imm::Pad(pad)) => Some((BlockId::new(i), &**pad)),
        _ => None,
    })
}

fn pads_types(module: &Module, f: FuncId) -> impl Iterator<Item = Option<GlobalId>> {
    pads(module, f).flat_map(|(_, pad)| &pad.clauses).flat_map(Clause::types)
}
