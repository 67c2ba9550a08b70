//! The user's cache folder: things that are the same at every start and cost time to make.
//!
//! Owns where they lie and that a half-written one is never read. A cache that cannot be written is no error: the
//! thing is then made anew each time.

use std::fs;
use std::path::{Path, PathBuf};

/// Where this build of Rheo keeps its things, if there is such a place.
pub struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// `$XDG_CACHE_HOME/rheo/KEY` or `~/.cache/rheo/KEY`, where the key changes with every build of this executable.
    pub fn open() -> Cache {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Cache { folder: base.zip(build_key()).map(|(base, key)| base.join("rheo").join(key)) }
    }

    /// The file called `name`, if it was stored.
    pub fn get(&self, name: &str) -> Option<PathBuf> {
        let path = self.folder.as_ref()?.join(name);
        path.is_file().then_some(path)
    }

    /// Stores a file and says where it is.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        fs::create_dir_all(folder).ok()?;
        drop_stale(folder);
        let path = folder.join(name);
        crate::output::write(&path, bytes).ok()?;
        Some(path)
    }
}

/// The version, with size and time of the running executable: what a rebuilt one makes may differ.
fn build_key() -> Option<String> {
    let metadata = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let time = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{}-{:x}-{:x}", env!("CARGO_PKG_VERSION"), metadata.len(), time.as_nanos()))
}

/// Deletes what other builds left a week ago or earlier.
fn drop_stale(folder: &Path) {
    const WEEK: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);
    let Some(siblings) = folder.parent().and_then(|p| fs::read_dir(p).ok()) else { return };
    for sibling in siblings.flatten().filter(|s| s.path() != folder) {
        let age = sibling.metadata().ok().and_then(|m| m.modified().ok()).and_then(|t| t.elapsed().ok());
        if age.is_some_and(|age| age > WEEK) {
            // Another process may be deleting it, too.
            let _ = fs::remove_dir_all(sibling.path());
        }
    }
}
