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
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Options for clang, for inputs that are source files.
    pub cflags: Vec<String>,
    /// What LLVM does first.
    pub passes: Passes,
}

/// LLVM's passes over every module.
#[derive(Clone, Default)]
pub enum Passes {
    /// None: modules are taken as they are, sources as clang gives them.
    #[default]
    None,
    /// Those named, as for `opt -passes=` (`default<Oz>`). Source files are compiled for that, unless `cflags` has an `-O` of
    /// its own.
    Named(String),
    /// For speed (`-O2`) where this says so of a function's name, else for size (`-Oz`): of source files, unless `cflags`
    /// has an `-O` of its own, and of modules that are unoptimised and not marked to stay so. Others are taken as they are.
    Each(IsFast),
}

/// Whether the function of this name is to be optimised for speed.
pub type IsFast = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl std::fmt::Debug for Passes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Passes::None => f.write_str("None"),
            Passes::Named(passes) => f.debug_tuple("Named").field(passes).finish(),
            Passes::Each(_) => f.write_str("Each"),
        }
    }
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
    open(paths, options)?.load(&options.passes, progress)
}

/// Opens every file, and has clang compile the sources: with an optimisation level of its own if `cflags` or no passes ask
/// for that, and else for passes to come.
pub fn open(paths: &[PathBuf], options: &LoadOptions) -> Result<Opened, LoadError> {
    let own_level = options.cflags.iter().any(|f| f.starts_with("-O"));
    let raw_sources = !own_level && !matches!(options.passes, Passes::None);
    let open = |path: &PathBuf| {
        let name = path.display().to_string();
        let kind = match input::open(path)? {
            input::Input::Source => {
                Kind::Llvm { bytes: source::compile(path, &options.cflags, raw_sources)?, raw: Some(raw_sources) }
            }
            input::Input::Llvm(bytes) => Kind::Llvm { bytes, raw: None },
            input::Input::Archive(bytes) => Kind::Archive(Archive::parse(path, bytes)?),
        };
        Ok(OpenedFile { name, kind })
    };
    let opened: Vec<Result<OpenedFile, InputError>> = paths.par_iter().map(open).collect();
    if opened.iter().all(Result::is_ok) {
        return Ok(Opened { files: opened.into_iter().flatten().collect() });
    }
    // What is wrong with the others is told at once, too.
    let total = AtomicUsize::new(paths.len());
    let loader = Loader { passes: &Passes::None, progress: &|_| (), done: AtomicUsize::new(0), total };
    let problem = |file: Result<OpenedFile, InputError>| match file {
        Ok(file) => loader.input(&file).err(),
        Err(e) => Some(e),
    };
    Err(LoadError { problems: opened.into_iter().filter_map(problem).collect() })
}

/// Files that have been opened, from which modules can be read more than once.
pub struct Opened {
    files: Vec<OpenedFile>,
}

struct OpenedFile {
    name: String,
    kind: Kind,
}

enum Kind {
    /// Bitcode or textual IR; whether it is for passes to come, if that is known.
    Llvm {
        bytes: Vec<u8>,
        raw: Option<bool>,
    },
    Archive(Archive),
}

impl Opened {
    /// Reads the modules, as [`load`] says.
    pub fn load(&self, passes: &Passes, progress: &(dyn Fn(Progress<'_>) + Sync)) -> Result<Vec<Module>, LoadError> {
        let total = AtomicUsize::new(self.files.len());
        let loader = Loader { passes, progress, done: AtomicUsize::new(0), total };
        let inputs: Vec<Result<Option<Module>, InputError>> =
            self.files.par_iter().map(|file| loader.input(file)).collect();
        let mut modules: Vec<(Place, Module)> = Vec::new();
        let mut archives = Vec::new();
        let mut problems = Vec::new();
        for (at, input) in inputs.into_iter().enumerate() {
            match (input, &self.files[at].kind) {
                (Ok(Some(module)), _) => modules.push(((at, 0), module)),
                (Ok(None), Kind::Archive(archive)) => archives.push((at, archive)),
                (Ok(None), Kind::Llvm { .. }) => unreachable!("it is a module"),
                (Err(e), _) => problems.push(e),
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

    /// Whether some file holds a module for passes to come.
    pub fn any_unoptimized(&self) -> bool {
        self.files.par_iter().any(|file| match &file.kind {
            Kind::Llvm { bytes, raw } => raw.unwrap_or_else(|| rheo_llvm::is_unoptimized(bytes)),
            Kind::Archive(archive) => (0..archive.len())
                .into_par_iter()
                .any(|i| archive.bitcode(i).is_ok_and(|bytes| rheo_llvm::is_unoptimized(&bytes))),
        })
    }

    /// Whether sources were compiled for passes to come.
    pub fn any_raw_source(&self) -> bool {
        self.files.iter().any(|file| matches!(file.kind, Kind::Llvm { raw: Some(true), .. }))
    }
}

/// Input, and member of it.
type Place = (usize, usize);

struct Loader<'a> {
    passes: &'a Passes,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Loader<'_> {
    /// The module of a file, unless that is an archive.
    fn input(&self, file: &OpenedFile) -> Result<Option<Module>, InputError> {
        let module = match &file.kind {
            Kind::Llvm { bytes, raw } => Some(self.module(bytes, &file.name, *raw)?),
            Kind::Archive(_) => None,
        };
        self.step(&file.name);
        Ok(module)
    }

    /// Reads bitcode or textual IR, through LLVM's passes if so asked.
    fn module(&self, bytes: &[u8], name: &str, raw: Option<bool>) -> Result<Module, InputError> {
        let better = match self.passes {
            Passes::None => None,
            Passes::Named(passes) => Some(rheo_llvm::optimize(bytes, passes)),
            Passes::Each(fast) => {
                let raw = raw.unwrap_or_else(|| rheo_llvm::is_unoptimized(bytes));
                raw.then(|| rheo_llvm::optimize_each(bytes, &**fast))
            }
        };
        let better = better.transpose().map_err(|source| InputError::Passes { name: name.to_owned(), source })?;
        let module = rheo_llvm::read(better.as_deref().unwrap_or(bytes), name)?;
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
        archives: &[(usize, &Archive)],
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
    fn unread<'a>(&self, archives: &[(usize, &'a Archive)], problems: &mut Vec<InputError>) -> Vec<Unread<'a>> {
        let members = archives.iter().flat_map(|&(at, a)| (0..a.len()).map(move |i| ((at, i), a)));
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
        let module = self.module(&archive.bitcode(i)?, &name, None)?;
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
    let funcs = module.funcs.iter().map(|f| (f.name.as_str(), f.linkage, f.is_defined()));
    let globals = module.globals.iter().map(|g| (g.name.as_str(), g.linkage, g.data.is_some() || g.alias.is_some()));
    funcs.chain(globals)
}
