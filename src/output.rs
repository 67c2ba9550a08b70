//! Writing files whole or not at all.

use anyhow::{Context, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes a file. Whoever looks sees the old one or the new one, never a part.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut outputs = Outputs::default();
    outputs.add(path, bytes)?;
    outputs.publish()
}

/// Files that belong together: staged beside their places first, then moved there one after the other.
#[derive(Default)]
pub struct Outputs {
    staged: Vec<(tempfile::TempPath, PathBuf)>,
}

impl Outputs {
    /// Stages a file with these contents.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = stage(path)?;
        file.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666 & !umask());
        file.as_file().set_permissions(permissions).with_context(|| format!("cannot write {}", path.display()))?;
        self.staged.push((file.into_temp_path(), path.to_owned()));
        Ok(())
    }

    /// Stages a file that somebody else has to write, to the path returned.
    pub fn reserve(&mut self, path: &Path) -> Result<PathBuf> {
        let temporary = stage(path)?.into_temp_path();
        let place = temporary.to_path_buf();
        self.staged.push((temporary, path.to_owned()));
        Ok(place)
    }

    /// Moves all of them to their places.
    pub fn publish(self) -> Result<()> {
        for (temporary, path) in self.staged {
            temporary
                .persist(&path)
                .map_err(|e| e.error)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

fn stage(path: &Path) -> Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".rheo-")
        .tempfile_in(folder)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The permissions that this process takes off new files.
fn umask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|l| l.strip_prefix("Umask:")).map(str::trim);
    mask.and_then(|m| u32::from_str_radix(m, 8).ok()).unwrap_or(0o022)
}

/// Prints on standard output. A reader that has gone away ends the command without complaint, as it does for `cat`.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to standard output"),
    }
}

/// What to call a program's companion file: `PROGRAM.plan`.
pub fn companion(program: &Path, extension: &str) -> PathBuf {
    let mut name = program.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_appears_before_everything_is_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let mut outputs = Outputs::default();
        outputs.add(&a, b"1").expect("writable");
        assert!(!a.exists());
        outputs.add(&b, b"2").expect("writable");
        drop(outputs);
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
        write(&a, b"3").expect("writable");
        assert_eq!(std::fs::read(&a).expect("there"), b"3");
        assert!(write(&folder.path().join("no/such"), b"").is_err());
    }
}
