//! Many modules into one, by the rules that LLVM's and ELF's linkers share.
//!
//! Owns which definition of a symbol counts, what is reachable, and the renumbering. Knows no files and no native
//! libraries: a symbol that no module defines stays a declaration.

mod comdat;
mod error;
mod reach;
mod resolve;
mod rewrite;
mod symbols;
mod target;

pub use error::{Definition, LinkError, Problem};

use rheo_ir::Module;
use symbols::Symbols;

/// What a program keeps, beside what that refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roots {
    /// `main`, constructors, destructors, and what is marked as used. As [`Roots::Visible`] if nothing defines `main`.
    Executable,
    /// In addition, every definition that other objects could refer to, unless it is one to drop when unused.
    Visible,
}

/// Links modules, in the order in which a linker would see them.
///
/// Declarations that nothing refers to any more are left out, and so are unreachable definitions. What is local keeps its
/// name where that is unique, and otherwise gets a numbered suffix. The result depends on the modules' order alone.
pub fn link(mut modules: Vec<Module>, roots: Roots) -> Result<Module, LinkError> {
    let mut problems = Vec::new();
    target::check(&modules, &mut problems);
    let symbols = Symbols::new(&modules);
    let dropped = comdat::select(&modules, &symbols, &mut problems);
    let links = resolve::resolve(&mut modules, &symbols, &dropped, &mut problems);
    if !problems.is_empty() {
        return Err(LinkError { problems });
    }
    let live = reach::reach(&modules, &symbols, &links, &dropped, roots);
    Ok(rewrite::rewrite(modules, &symbols, &links, &live))
}
