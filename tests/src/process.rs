//! Runs a command to its end, or to a time limit, and keeps what it wrote and how it ended.
//!
//! Knows nothing of what the command is.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It returned this exit code.
    Exit(i32),
    /// This signal killed it.
    Signal(i32),
    /// It was killed at the time limit.
    TimedOut,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit code {code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
            End::TimedOut => f.write_str("the time limit"),
        }
    }
}

/// A finished process.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// Processor time it spent outside the kernel, in seconds, its waited-for children included.
    pub user_seconds: f64,
    /// Time from start to end, in seconds.
    pub wall_seconds: f64,
    /// Largest resident set, in bytes.
    pub resident_bytes_max: u64,
}

impl Outcome {
    /// Standard output as text.
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Whether it returned exit code 0.
    pub fn succeeded(&self) -> bool {
        self.end == End::Exit(0)
    }
}

/// Runs `command` with `stdin`, in a process group of its own, which is killed after `limit`.
pub fn run(command: &mut Command, stdin: &[u8], limit: Duration) -> io::Result<Outcome> {
    let begin = Instant::now();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = spawn(command)?;
    let mut input = child.stdin.take().expect("stdin was piped");
    let output = child.stdout.take().expect("stdout was piped");
    let errors = child.stderr.take().expect("stderr was piped");
    let group = i32::try_from(child.id()).expect("process ids fit in i32");

    thread::scope(|scope| {
        // A program that does not read its input closes the pipe; that is no error of ours.
        scope.spawn(move || drop(input.write_all(stdin)));
        let output = scope.spawn(move || read_all(output));
        let errors = scope.spawn(move || read_all(errors));
        let watch = Watch::start(group, limit);
        let usage = wait(child)?;
        let timed_out = watch.stop();
        // Whatever the process left behind in its group would keep the pipes open.
        // SAFETY: kill takes plain numbers; the group was made for this child alone.
        unsafe { libc::kill(-group, libc::SIGKILL) };
        Ok(Outcome {
            end: if timed_out { End::TimedOut } else { usage.end },
            stdout: output.join().expect("the reader does not panic")?,
            stderr: errors.join().expect("the reader does not panic")?,
            user_seconds: usage.user_seconds,
            wall_seconds: begin.elapsed().as_secs_f64(),
            resident_bytes_max: usage.resident_bytes_max,
        })
    })
}

/// Starts it. A program just written is "busy" while a child that another thread forks in between holds it open for
/// writing, until that child's own exec; so tries again for a while.
fn spawn(command: &mut Command) -> io::Result<Child> {
    for _ in 0..100 {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => thread::sleep(Duration::from_millis(5)),
            started => return started,
        }
    }
    command.spawn()
}

fn read_all(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Usage {
    end: End,
    user_seconds: f64,
    resident_bytes_max: u64,
}

/// Waits with `wait4`, which, unlike `Child::wait`, tells what the process used.
fn wait(child: Child) -> io::Result<Usage> {
    let id = i32::try_from(child.id()).expect("process ids fit in i32");
    let mut status = 0;
    // SAFETY: rusage is plain numbers, for which all zeroes is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to locals; the child has not been waited for, as we own the handle.
        if unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) } == id {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let end = if libc::WIFSIGNALED(status) {
        End::Signal(libc::WTERMSIG(status))
    } else {
        End::Exit(libc::WEXITSTATUS(status))
    };
    let user_seconds = usage.ru_utime.tv_sec as f64 + usage.ru_utime.tv_usec as f64 * 1e-6;
    Ok(Usage { end, user_seconds, resident_bytes_max: usage.ru_maxrss as u64 * 1024 })
}

/// Kills a process group when the time is up, unless stopped before.
struct Watch {
    state: Arc<(Mutex<WatchState>, Condvar)>,
    thread: thread::JoinHandle<()>,
}

#[derive(Default)]
struct WatchState {
    stopped: bool,
    killed: bool,
}

impl Watch {
    fn start(group: i32, limit: Duration) -> Watch {
        let state = Arc::new((Mutex::new(WatchState::default()), Condvar::new()));
        let theirs = Arc::clone(&state);
        let thread = thread::spawn(move || {
            let (lock, changed) = &*theirs;
            let guard = lock.lock().expect("no holder panics");
            let (mut guard, _) =
                changed.wait_timeout_while(guard, limit, |state| !state.stopped).expect("no holder panics");
            if !guard.stopped {
                guard.killed = true;
                // SAFETY: kill takes plain numbers; the child is not yet waited for, so the group is still its own.
                unsafe { libc::kill(-group, libc::SIGKILL) };
            }
        });
        Watch { state, thread }
    }

    /// Calls off the kill; whether it had already happened.
    fn stop(self) -> bool {
        let (lock, changed) = &*self.state;
        lock.lock().expect("no holder panics").stopped = true;
        changed.notify_all();
        self.thread.join().expect("the watch does not panic");
        lock.lock().expect("no holder panics").killed
    }
}
