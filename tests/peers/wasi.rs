//! WASI preview 1 as far as the bench's programs need it, the same for every engine: arguments, environment, clocks,
//! standard streams, and reading the host's files. What programs do not need says so (`NOSYS`); nothing can be written
//! but the two output streams.
//!
//! Knows no engine: a call gets the memory as bytes and its arguments as numbers.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// A function of the interface.
pub struct Function {
    pub name: &'static str,
    /// `i` for each i32, `I` for each i64.
    pub parameters: &'static str,
}

/// The module that programs import all of them from.
pub const MODULE: &str = "wasi_snapshot_preview1";

const fn function(name: &'static str, parameters: &'static str) -> Function {
    Function { name, parameters }
}

/// Each returns an i32, an error number, but [`EXIT`].
pub const FUNCTIONS: &[Function] = &[
    function("args_get", "ii"),
    function("args_sizes_get", "ii"),
    function("environ_get", "ii"),
    function("environ_sizes_get", "ii"),
    function("clock_res_get", "ii"),
    function("clock_time_get", "iIi"),
    function("fd_close", "i"),
    function("fd_datasync", "i"),
    function("fd_fdstat_get", "ii"),
    function("fd_fdstat_set_flags", "ii"),
    function("fd_filestat_get", "ii"),
    function("fd_filestat_set_size", "iI"),
    function("fd_filestat_set_times", "iIIi"),
    function("fd_pread", "iiiIi"),
    function("fd_prestat_get", "ii"),
    function("fd_prestat_dir_name", "iii"),
    function("fd_pwrite", "iiiIi"),
    function("fd_read", "iiii"),
    function("fd_readdir", "iiiIi"),
    function("fd_renumber", "ii"),
    function("fd_seek", "iIii"),
    function("fd_sync", "i"),
    function("fd_tell", "ii"),
    function("fd_write", "iiii"),
    function("path_create_directory", "iii"),
    function("path_filestat_get", "iiiii"),
    function("path_filestat_set_times", "iiiiIIi"),
    function("path_link", "iiiiiii"),
    function("path_open", "iiiiiIIii"),
    function("path_readlink", "iiiiii"),
    function("path_remove_directory", "iii"),
    function("path_rename", "iiiiii"),
    function("path_symlink", "iiiii"),
    function("path_unlink_file", "iii"),
    function("poll_oneoff", "iiii"),
    function("proc_exit", "i"),
    function("random_get", "ii"),
    function("sched_yield", ""),
];

/// The one function that returns nothing.
pub const EXIT: &str = "proc_exit";

/// Error numbers of preview 1.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Errno {
    Success = 0,
    Badf = 8,
    Fault = 21,
    Inval = 28,
    Io = 29,
    Noent = 44,
    Nosys = 52,
    Rofs = 69,
}

type Done = Result<(), Errno>;

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Errno {
        match error.kind() {
            io::ErrorKind::NotFound => Errno::Noent,
            _ => Errno::Io,
        }
    }
}

enum Descriptor {
    Input,
    Output,
    Errors,
    /// The one folder that programs find open: the root.
    Root,
    File(File),
}

/// The host as a program sees it.
pub struct Wasi {
    arguments: Vec<Vec<u8>>,
    environment: Vec<Vec<u8>>,
    descriptors: Vec<Option<Descriptor>>,
}

impl Wasi {
    /// With the program's arguments, its name the first, and this process's environment.
    pub fn new(arguments: impl Iterator<Item = String>) -> Wasi {
        let environment = std::env::vars().map(|(name, value)| format!("{name}={value}").into_bytes());
        Wasi {
            arguments: arguments.map(String::into_bytes).collect(),
            environment: environment.collect(),
            descriptors: vec![
                Some(Descriptor::Input),
                Some(Descriptor::Output),
                Some(Descriptor::Errors),
                Some(Descriptor::Root),
            ],
        }
    }

    /// What function `name` does. i32 arguments are zero-extended.
    pub fn call(&mut self, name: &str, memory: &mut [u8], a: &[u64]) -> i32 {
        match self.dispatch(name, &mut Memory(memory), a) {
            Ok(()) => Errno::Success as i32,
            Err(errno) => errno as i32,
        }
    }

    fn dispatch(&mut self, name: &str, memory: &mut Memory<'_>, a: &[u64]) -> Done {
        match name {
            "args_get" => memory.strings(&self.arguments, a[0], a[1]),
            "args_sizes_get" => memory.string_sizes(&self.arguments, a[0], a[1]),
            "environ_get" => memory.strings(&self.environment, a[0], a[1]),
            "environ_sizes_get" => memory.string_sizes(&self.environment, a[0], a[1]),
            "clock_res_get" => memory.put(a[1], &1u64.to_le_bytes()),
            "clock_time_get" => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Errno::Io)?;
                memory.put(a[2], &(now.as_nanos() as u64).to_le_bytes())
            }
            "fd_close" => {
                let slot = self.descriptors.get_mut(a[0] as usize).ok_or(Errno::Badf)?;
                slot.take().map(drop).ok_or(Errno::Badf)
            }
            "fd_fdstat_get" => {
                let kind = match self.descriptor(a[0])? {
                    Descriptor::Root => 3u8,
                    Descriptor::File(_) => 4,
                    _ => 2,
                };
                let mut stat = [0; 24];
                stat[0] = kind;
                // All rights, own and inherited; a character device that cannot seek or tell is a terminal to C libraries.
                let rights = if kind == 2 { !0b10_0100u64 } else { !0 };
                stat[8..16].copy_from_slice(&rights.to_le_bytes());
                stat[16..24].copy_from_slice(&rights.to_le_bytes());
                memory.put(a[1], &stat)
            }
            "fd_fdstat_set_flags" | "fd_datasync" | "fd_sync" | "sched_yield" => Ok(()),
            "fd_filestat_get" => {
                let (kind, bytes) = match self.descriptor(a[0])? {
                    Descriptor::Root => (3, 0),
                    Descriptor::File(file) => (4, file.metadata()?.len()),
                    _ => (2, 0),
                };
                memory.put(a[1], &filestat(kind, bytes))
            }
            "fd_prestat_get" => match self.descriptor(a[0])? {
                // Tag 0 (a folder) and the length of its name.
                Descriptor::Root => memory.put(a[1], &[0, 0, 0, 0, 1, 0, 0, 0]),
                _ => Err(Errno::Badf),
            },
            "fd_prestat_dir_name" => memory.put(a[1], b"/"),
            "fd_read" => {
                let mut read = 0;
                for (at, bytes) in memory.vectors(a[1], a[2])? {
                    let into = memory.slice(at, bytes)?;
                    let n = match self.descriptor(a[0])? {
                        Descriptor::File(file) => file.read(into)?,
                        Descriptor::Input => io::stdin().lock().read(into)?,
                        _ => return Err(Errno::Badf),
                    };
                    read += n as u32;
                    if (n as u64) < bytes {
                        break;
                    }
                }
                memory.put(a[3], &read.to_le_bytes())
            }
            "fd_write" => {
                let mut written = 0;
                for (at, bytes) in memory.vectors(a[1], a[2])? {
                    let from = memory.slice(at, bytes)?;
                    match self.descriptor(a[0])? {
                        Descriptor::Output => io::stdout().lock().write_all(from)?,
                        Descriptor::Errors => io::stderr().lock().write_all(from)?,
                        _ => return Err(Errno::Badf),
                    }
                    written += bytes as u32;
                }
                if a[0] == 1 {
                    io::stdout().lock().flush()?;
                }
                memory.put(a[3], &written.to_le_bytes())
            }
            "fd_seek" => {
                let Descriptor::File(file) = self.descriptor(a[0])? else { return Err(Errno::Badf) };
                let to = match a[2] {
                    0 => SeekFrom::Start(a[1]),
                    1 => SeekFrom::Current(a[1] as i64),
                    2 => SeekFrom::End(a[1] as i64),
                    _ => return Err(Errno::Inval),
                };
                memory.put(a[3], &file.seek(to)?.to_le_bytes())
            }
            "fd_tell" => {
                let Descriptor::File(file) = self.descriptor(a[0])? else { return Err(Errno::Badf) };
                memory.put(a[1], &file.stream_position()?.to_le_bytes())
            }
            "path_filestat_get" => {
                let metadata = std::fs::metadata(memory.path(a[2], a[3])?)?;
                let kind = if metadata.is_dir() { 3 } else { 4 };
                memory.put(a[4], &filestat(kind, metadata.len()))
            }
            "path_open" => {
                // Flags: create 1, exclusive 4, truncate 8; the right to write is bit 6.
                if a[4] & 0b1101 != 0 {
                    return Err(Errno::Rofs);
                }
                let file = File::open(memory.path(a[2], a[3])?)?;
                let number = self.descriptors.iter().position(Option::is_none).unwrap_or(self.descriptors.len());
                if number == self.descriptors.len() {
                    self.descriptors.push(None);
                }
                self.descriptors[number] = Some(Descriptor::File(file));
                memory.put(a[8], &(number as u32).to_le_bytes())
            }
            "path_create_directory" | "path_unlink_file" | "path_remove_directory" | "path_rename" => Err(Errno::Rofs),
            "random_get" => {
                // The same in every run.
                memory.slice(a[0], a[1])?.fill(42);
                Ok(())
            }
            EXIT => std::process::exit(a[0] as i32),
            _ => Err(Errno::Nosys),
        }
    }

    fn descriptor(&mut self, number: u64) -> Result<&mut Descriptor, Errno> {
        self.descriptors.get_mut(number as usize).and_then(Option::as_mut).ok_or(Errno::Badf)
    }
}

/// A `filestat`: kind and length; device, inode, and times are zero, the number of links one.
fn filestat(kind: u8, bytes: u64) -> [u8; 64] {
    let mut stat = [0; 64];
    stat[16] = kind;
    stat[24] = 1;
    stat[32..40].copy_from_slice(&bytes.to_le_bytes());
    stat
}

struct Memory<'a>(&'a mut [u8]);

impl Memory<'_> {
    fn slice(&mut self, at: u64, bytes: u64) -> Result<&mut [u8], Errno> {
        let end = at.checked_add(bytes).ok_or(Errno::Fault)?;
        self.0.get_mut(at as usize..end as usize).ok_or(Errno::Fault)
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> Done {
        self.slice(at, bytes.len() as u64)?.copy_from_slice(bytes);
        Ok(())
    }

    fn word(&mut self, at: u64) -> Result<u64, Errno> {
        let bytes = self.slice(at, 4)?;
        Ok(u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])))
    }

    /// Address and length of each part of a scattered buffer.
    fn vectors(&mut self, at: u64, count: u64) -> Result<Vec<(u64, u64)>, Errno> {
        (0..count).map(|i| Ok((self.word(at + 8 * i)?, self.word(at + 8 * i + 4)?))).collect()
    }

    /// A path below the root.
    fn path(&mut self, at: u64, bytes: u64) -> Result<String, Errno> {
        let path = std::str::from_utf8(self.slice(at, bytes)?).map_err(|_| Errno::Inval)?;
        Ok(format!("/{path}"))
    }

    /// Zero-terminated strings from `text` on, and the address of each from `addresses` on.
    fn strings(&mut self, strings: &[Vec<u8>], addresses: u64, mut text: u64) -> Done {
        for (i, string) in strings.iter().enumerate() {
            self.put(addresses + 4 * i as u64, &(text as u32).to_le_bytes())?;
            self.put(text, string)?;
            text += string.len() as u64;
            self.put(text, &[0])?;
            text += 1;
        }
        Ok(())
    }

    fn string_sizes(&mut self, strings: &[Vec<u8>], count: u64, bytes: u64) -> Done {
        let sum: usize = strings.iter().map(|string| string.len() + 1).sum();
        self.put(count, &(strings.len() as u32).to_le_bytes())?;
        self.put(bytes, &(sum as u32).to_le_bytes())
    }
}
