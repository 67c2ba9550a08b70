//! Files to modules, in parallel.
//!
//! Owns the order of modules (that of the inputs) and which archive members are wanted; what a file is stands in
//! `input`, what is in an archive in `archive`, and clang in `source`.

mod archive;
mod error;
mod input;
mod source;

pub use error::{InputError, LoadError};

use archive::{Archive, Defines};
use rayon::prelude::*;
use rheo_ir::{Linkage, Module, verify};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How to load.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadOptions {
    /// Options for clang, for inputs that are source files.
    pub cflags: Vec<String>,
    /// LLVM passes to run over every input first, named as for `opt -passes=` (`default<Oz>`). Source files are then
    /// compiled for that, unless `cflags` has an `-O` of its own.
    pub opt: Option<String>,
}

/// A step done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress<'a> {
    /// Files and archive members read so far, this one included.
    pub done: usize,
    /// Files and archive members to read, as far as is known.
    pub total: usize,
    /// The one that was just read.
    pub name: &'a str,
}

/// Reads every file to a module, in the order given: bitcode, textual IR, objects that hold bitcode, and source files,
/// which clang compiles. Of an archive, a member is read when it defines a symbol that is otherwise undefined, and stands
/// in the order where its archive does; `main` counts as undefined. Where there are only archives and none defines
/// `main`, all their members are read.
pub fn load(
    paths: &[PathBuf],
    options: &LoadOptions,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Vec<Module>, LoadError> {
    let loader = Loader { options, progress, done: AtomicUsize::new(0), total: AtomicUsize::new(paths.len()) };
    let inputs: Vec<Result<Loaded, InputError>> = paths.par_iter().map(|path| loader.input(path)).collect();
    let mut modules: Vec<(Place, Module)> = Vec::new();
    let mut archives = Vec::new();
    let mut problems = Vec::new();
    for (at, input) in inputs.into_iter().enumerate() {
        match input {
            Ok(Loaded::Module(module)) => modules.push(((at, 0), *module)),
            Ok(Loaded::Archive(archive)) => archives.push((at, archive)),
            Err(e) => problems.push(e),
        }
    }
    if problems.is_empty() && !archives.is_empty() {
        loader.members(&archives, &mut modules, &mut problems);
    }
    if !problems.is_empty() {
        return Err(LoadError { problems });
    }
    modules.sort_by_key(|(place, _)| *place);
    Ok(modules.into_iter().map(|(_, m)| m).collect())
}

/// Input, and member of it.
type Place = (usize, usize);

enum Loaded {
    Module(Box<Module>),
    Archive(Archive),
}

struct Loader<'a> {
    options: &'a LoadOptions,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Loader<'_> {
    fn input(&self, path: &Path) -> Result<Loaded, InputError> {
        let name = path.display().to_string();
        let loaded = match input::open(path)? {
            input::Input::Source => {
                let bitcode = source::compile(path, self.options)?;
                Loaded::Module(Box::new(self.module(&bitcode, &name)?))
            }
            input::Input::Llvm(bytes) => Loaded::Module(Box::new(self.module(&bytes, &name)?)),
            input::Input::Archive(bytes) => Loaded::Archive(Archive::parse(path, bytes)?),
        };
        self.step(&name);
        Ok(loaded)
    }

    /// Reads bitcode or textual IR, through LLVM's passes if so asked.
    fn module(&self, bytes: &[u8], name: &str) -> Result<Module, InputError> {
        let module = match &self.options.opt {
            None => rheo_llvm::read(bytes, name)?,
            Some(passes) => {
                let better = rheo_llvm::optimize(bytes, passes)
                    .map_err(|source| InputError::Passes { name: name.to_owned(), source })?;
                rheo_llvm::read(&better, name)?
            }
        };
        // LLVM checks less than all that later stages rely on.
        match verify(&module) {
            Ok(()) => Ok(module),
            Err(errors) => Err(InputError::Inconsistent { name: name.to_owned(), errors }),
        }
    }

    fn step(&self, name: &str) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(Progress { done, total: self.total.load(Ordering::Relaxed), name });
    }

    /// Adds the archive members that are wanted.
    fn members(
        &self,
        archives: &[(usize, Archive)],
        modules: &mut Vec<(Place, Module)>,
        problems: &mut Vec<InputError>,
    ) {
        let mut unread = self.unread(archives, problems);
        let mut offers: FxHashMap<String, usize> = FxHashMap::default();
        for (i, member) in unread.iter().enumerate() {
            for name in &member.defines {
                offers.entry(name.clone()).or_insert(i);
            }
        }
        let mut wanted: Vec<usize> = Vec::new();
        let mut names = Names::default();
        names.undefined.push("main".to_owned());
        modules.iter().for_each(|(_, m)| names.add(m));
        if modules.is_empty() && !offers.contains_key("main") {
            wanted.extend(0..unread.len());
            unread.iter_mut().for_each(|member| member.taken = true);
        }
        loop {
            for name in std::mem::take(&mut names.undefined) {
                if names.defined.contains(&name) {
                    continue;
                }
                if let Some(&i) = offers.get(&name)
                    && !unread[i].taken
                {
                    unread[i].taken = true;
                    names.defined.extend(unread[i].defines.iter().cloned());
                    wanted.push(i);
                }
            }
            if wanted.is_empty() {
                return;
            }
            let jobs: Vec<(usize, Option<Module>)> =
                std::mem::take(&mut wanted).into_iter().map(|i| (i, unread[i].module.take())).collect();
            let to_read = jobs.iter().filter(|(_, m)| m.is_none()).count();
            self.total.fetch_add(to_read, Ordering::Relaxed);
            let unread = &unread;
            let read: Vec<(Place, Result<Module, InputError>)> = jobs
                .into_par_iter()
                .map(|(i, module)| {
                    let Unread { place, archive, .. } = unread[i];
                    (place, module.map_or_else(|| self.member(archive, place.1), Ok))
                })
                .collect();
            for (place, result) in read {
                match result {
                    Ok(module) => {
                        names.add(&module);
                        modules.push((place, module));
                    }
                    Err(e) => problems.push(e),
                }
            }
        }
    }

    /// All members, in order, with what they define. Those whose symbols the archive does not list have to be read for
    /// that.
    fn unread<'a>(&self, archives: &'a [(usize, Archive)], problems: &mut Vec<InputError>) -> Vec<Unread<'a>> {
        let members = archives.iter().flat_map(|(at, a)| (0..a.len()).map(move |i| ((*at, i), a)));
        let members: Vec<(Place, &Archive)> = members.collect();
        let unlisted = members.iter().filter(|((_, i), a)| matches!(a.defines(*i), Defines::Unknown)).count();
        self.total.fetch_add(unlisted, Ordering::Relaxed);
        let read: Vec<Result<Unread<'a>, InputError>> = members
            .into_par_iter()
            .map(|(place, archive)| {
                let mut unread = Unread { place, archive, defines: Vec::new(), module: None, taken: false };
                match archive.defines(place.1) {
                    Defines::Names(names) => unread.defines = names.to_vec(),
                    Defines::Unknown => {
                        let module = self.member(archive, place.1)?;
                        unread.defines = defined(&module).map(str::to_owned).collect();
                        unread.module = Some(module);
                    }
                    Defines::Nothing => {}
                }
                Ok(unread)
            })
            .collect();
        read.into_iter().filter_map(|unread| unread.map_err(|e| problems.push(e)).ok()).collect()
    }

    fn member(&self, archive: &Archive, i: usize) -> Result<Module, InputError> {
        let name = archive.name(i);
        let module = self.module(&archive.bitcode(i)?, &name)?;
        self.step(&name);
        Ok(module)
    }
}

/// An archive member that may be wanted.
struct Unread<'a> {
    place: Place,
    archive: &'a Archive,
    defines: Vec<String>,
    /// If it had to be read for its symbols.
    module: Option<Module>,
    taken: bool,
}

/// Symbols that the modules so far define and ask for.
#[derive(Default)]
struct Names {
    defined: FxHashSet<String>,
    undefined: Vec<String>,
}

impl Names {
    fn add(&mut self, module: &Module) {
        self.defined.extend(defined(module).map(str::to_owned));
        // A weak reference asks for nothing.
        let asked = symbols(module).filter(|&(_, linkage, defined)| match linkage {
            Linkage::External => !defined,
            Linkage::AvailableExternally => true,
            _ => false,
        });
        self.undefined.extend(asked.map(|(name, ..)| name.to_owned()));
    }
}

/// Names that a module defines for others.
fn defined(module: &Module) -> impl Iterator<Item = &str> {
    let for_others = |linkage: Linkage| !linkage.is_local() && linkage != Linkage::AvailableExternally;
    symbols(module).filter(move |&(_, linkage, defined)| defined && for_others(linkage)).map(|(name, ..)| name)
}

/// Every symbol's name and linkage, and whether it is more than a declaration.
fn symbols(module: &Module) -> impl Iterator<Item = (&str, Linkage, bool)> {
    let funcs = module.funcs.iter().map(|f| (f.name.as_str(), f.linkage, f.body.is_some() || f.alias.is_some()));
    let globals = module.globals.iter().map(|g| (g.name.as_str(), g.linkage, g.data.is_some() || g.alias.is_some()));
    funcs.chain(globals)
}
